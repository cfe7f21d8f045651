"""The auditor's bundle, checked by the script that lies in it, without us."""

import io
import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings

from apps.core import files, jobs
from apps.core.models import AuditEntry, Job, OutboxMessage
from apps.employees.models import RecordView
from apps.supervision.models import AuditBundle
from apps.supervision.services import audit_room
from tests.access.supervision_audit import engagement
from tests.supervision.audited import NOW, PHOTO, day, year_of
from tools import verify_bundle

SCRIPT = Path(settings.BASE_DIR) / "tools" / "verify_bundle.py"
Files = dict[str, bytes]


def _ask(world: Any) -> tuple[AuditBundle, Job]:
    year_of(world)
    row = engagement(world, unit=world.unit)
    sample = audit_room.draw_sample(
        engagement_id=row.pk, as_of=day(7, 30), rate=Decimal(1), minimum=1, by=world.auditor, at=NOW
    )
    bundle = audit_room.ask_bundle(sample_id=sample.pk, by=world.auditor, at=NOW)
    assert bundle.job is not None
    return bundle, bundle.job


def _run(job: Job) -> Job:
    jobs.consume(OutboxMessage.objects.get(key=f"job:{job.pk}").pk)
    job.refresh_from_db()
    return job


def _made(world: Any) -> tuple[AuditBundle, Files]:
    with time_machine.travel(NOW, tick=False):
        bundle, job = _ask(world)
        job = _run(job)
    assert job.status == "done", job.error
    assert job.result_file is not None
    bundle.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(files.read(job.result_file))) as content:
        return bundle, {name: content.read(name) for name in content.namelist()}


def _packed(path: Path, content: Files) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, data in content.items():
            target.writestr(name, data)
    return path


def _script(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script with an interpreter that knows nothing of this project."""
    return subprocess.run(
        [sys.executable, "-I", *arguments], capture_output=True, text=True, check=False, cwd="/", env={}
    )


def _sealed(content: Files) -> Files:
    """Return files with a manifest that fits them again, as a forger with time would make it."""
    manifest = json.loads(content["manifest.json"])
    manifest["files"] = {
        name: {"sha256": sha256(data).hexdigest(), "size": len(data)}
        for name, data in content.items()
        if not name.startswith("manifest.")
    }
    text = json.dumps(manifest).encode()
    return content | {
        "manifest.json": text,
        "manifest.sha256": f"{sha256(text).hexdigest()}  manifest.json\n".encode(),
    }


@pytest.mark.django_db(transaction=True)
def test_a_bundle_is_whole_and_every_change_is_found_and_named(
    world: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, content = _made(world)

    # What is in it.
    kinds = {name.split("/")[0] for name in content}
    assert kinds == {
        "README.txt",
        "audit",
        "documents",
        "evidence",
        "manifest.json",
        "manifest.sha256",
        "records",
        "sample.json",
        "verify_bundle.py",
    }
    assert content["verify_bundle.py"] == SCRIPT.read_bytes()
    assert content[f"evidence/{sha256(PHOTO).hexdigest()}.png"] == PHOTO
    record = json.loads(content[f"records/pegawai-{world.staff.pk}.json"])
    assert record["evaluations"][0]["predikat"] == "Sangat Baik"
    assert record["not_kept"]
    entries = [json.loads(line) for line in content["audit/chain.jsonl"].splitlines()]
    told = [entry for entry in entries if "action" in entry]
    assert {entry["action"] for entry in told} >= {
        "assessments.test.happened",
        "supervision.audit_sample.drawn",
    }
    assert not any(entry["action"] == "assessments.test.elsewhere" for entry in told)
    assert len(entries) > len(told), "what is about others is told by its hash alone"
    chain = json.loads(content["manifest.json"])["chain"]
    assert AuditEntry.objects.get(scope="kendari", seq=chain["last_seq"]).hash == chain["last_hash"]

    # What stands in the log, and on the lists of the people.
    log = AuditEntry.objects.get(action="supervision.audit_bundle.made")
    digest = sha256(content["manifest.json"]).hexdigest()
    assert log.data["manifest_sha256"] == digest == bundle.manifest_sha256
    readers = RecordView.objects.filter(what="room", viewer=world.auditor)
    assert set(readers.values_list("employee", flat=True)) == {
        world.head.pk,
        world.staff.pk,
        world.colleague.pk,
    }

    # Whole: by the script from here, by the one in the bundle, on a ZIP and on a folder.
    path = _packed(tmp_path / "bundel.zip", content)
    done = _script(str(SCRIPT), str(path), "--manifest", digest)
    assert (done.returncode, "UTUH" in done.stdout, "WHOLE" in done.stdout) == (0, True, True), done.stdout
    folder = tmp_path / "folder"
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    assert _script(str(folder / "verify_bundle.py"), str(folder)).returncode == 0
    assert _script(str(SCRIPT), str(path), "--manifest", "0" * 64).returncode == 1
    assert _script(str(SCRIPT), str(tmp_path / "nothing.zip")).returncode == 2

    def verdict(changed: Files, anchor: Any = None) -> tuple[int, str]:
        code = verify_bundle.check(_packed(tmp_path / "changed.zip", changed), "", anchor)
        return code, capsys.readouterr().out

    # One byte in one file of each kind, in the middle of it.
    for name in sorted(content):
        data = bytearray(content[name])
        data[len(data) // 2] ^= 1
        code, text = verdict(content | {name: bytes(data)})
        assert code == 1, name
        assert name in text, name
    # One file less, one file more.
    for name in sorted(set(content) - {"manifest.json"}):
        code, text = verdict({key: value for key, value in content.items() if key != name})
        assert (code, name in text) == (1, True), name
    code, text = verdict(content | {"records/lain.json": b"{}"})
    assert (code, "records/lain.json" in text) == (1, True)

    # A forger who makes the manifest anew is found by the chain, by the records and by the sample.
    lines = content["audit/chain.jsonl"].splitlines(keepends=True)
    middle = len(lines) // 2
    seq = json.loads(lines[middle])["seq"]
    forged: list[tuple[Files, str]] = [
        ({"audit/chain.jsonl": b"".join(lines[:middle] + lines[middle + 1 :])}, f"entri {seq} hilang"),
        ({"audit/chain.jsonl": b"".join(lines[:-1])}, "rantai berakhir"),
        ({"audit/chain.jsonl": b"".join(lines[1:])}, "hilang"),
        (
            {"audit/chain.jsonl": content["audit/chain.jsonl"].replace(b'"number\\": 1', b'"number\\": 7')},
            "tidak sesuai dengan nilai hash",
        ),
        ({f"evidence/{sha256(PHOTO).hexdigest()}.png": PHOTO + b"x"}, "bukan berkas yang dahulu dikirim"),
        ({"sample.json": content["sample.json"].replace(b'"rate": "1', b'"rate": "0.5', 1)}, "sampel tidak"),
    ]
    for change, finding in forged:
        name = next(iter(change))
        assert content[name] != change[name], "the forgery must change something"
        code, text = verdict(_sealed(content | change))
        assert (code, finding in text, name.split("/")[0] in text) == (1, True, True), (finding, text)
    # The sealed copy without a change is whole: it is the changes that were found.
    assert verdict(_sealed(content))[0] == 0
    # The whole forgery, also of the last hash, is found by an anchor from elsewhere.
    assert verdict(content, {"kendari": [seq, json.loads(lines[middle])["hash"]]})[0] == 0
    assert verdict(content, {"kendari": [seq, "0" * 64]})[0] == 1


@pytest.mark.django_db(transaction=True)
def test_an_evidence_file_that_the_store_has_lost_is_told_and_not_hidden(
    world: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(NOW, tick=False):
        _bundle, job = _ask(world)
        files.path_of(sha256(PHOTO).hexdigest()).unlink()
        job = _run(job)
    assert job.result_file is not None
    path = tmp_path / "bundel.zip"
    path.write_bytes(files.read(job.result_file))
    assert verify_bundle.check(path, "", None) == 0
    assert "sudah tidak ada di sistem" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_room_that_closed_meanwhile_gives_no_bundle(world: Any) -> None:
    with time_machine.travel(NOW, tick=False):
        bundle, job = _ask(world)
        type(bundle.sample.engagement).objects.update(ends_at=NOW)
        job = _run(job)
    assert job.status == "failed"
    assert job.result_file is None
    assert AuditBundle.objects.get().made_at is None
    assert not AuditEntry.objects.filter(action="supervision.audit_bundle.made").exists()
