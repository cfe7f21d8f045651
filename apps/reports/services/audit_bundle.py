"""The auditor's bundle: drawn records, their files, the audit chain, in one ZIP that checks itself without us.

It lives up here because it takes documents along. Its form is fixed by `tools/verify_bundle.py`, which lies in every
bundle; how to read one: docs/how-to/audit-bundle.md. Entries of the chain about people outside the audit are told
by their hashes alone: the links can be followed, what they say stays at home.
"""

import hashlib
import json
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import files
from apps.core.long_jobs import JobFailed, Progress
from apps.core.models import StoredFile
from apps.employees.models import Employee
from apps.supervision.models import AuditBundle, AuditSample
from apps.supervision.selectors import audit_room
from apps.supervision.selectors.records import Record, record_of
from apps.supervision.services import audit_room as services

from ..models import Document

FORMAT = "asn-kinerja-audit-bundle/1"
SCRIPT = Path(settings.BASE_DIR) / "tools" / "verify_bundle.py"
ZIP = "application/zip"
CHAIN = "audit/chain.jsonl"
MAX_BYTES = 1_000_000_000
_CHUNK = 1 << 20

_README = """BUNDEL AUDIT ASN KINERJA / AUDIT BUNDLE OF ASN KINERJA

Periksa keutuhannya / check that it is whole:   python3 verify_bundle.py <bundel.zip>
(sebaiknya dengan salinan verify_bundle.py dari sumber lain / best with a copy of the script from elsewhere)

records/     satu berkas per pegawai, keadaan pada akhir hari {as_of}
             one file per person, as of the end of {as_of}
evidence/    bukti dukung dan lampiran, nama berkas = SHA-256
             evidence and attachments, named by SHA-256
documents/   dokumen yang telah diterbitkan / documents that were issued
audit/       bagian rantai audit; entri di luar lingkup hanya nilai hash-nya
             part of the audit chain; entries outside the scope by their hashes alone
sample.json  daftar, benih, dan hasil undian / the list, the seed and the draw
manifest.json, manifest.sha256   SHA-256 setiap berkas / of every file

Berisi data pribadi: simpan terenkripsi, hapus setelah audit selesai.
Contains personal data: keep it encrypted, delete it when the audit is over.
"""


@dataclass
class Writer:
    """A ZIP on disk with the manifest of what went into it."""

    zip: zipfile.ZipFile
    listed: dict[str, dict[str, Any]]
    size: int = 0

    def add(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write a file in pieces and note its hash.

        :raises JobFailed: if the bundle grows too large.
        """
        digest, size = hashlib.sha256(), 0
        with self.zip.open(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.listed[name] = {"sha256": digest.hexdigest(), "size": size}
        self.size += size
        if self.size > MAX_BYTES:
            raise JobFailed(_("The bundle would be larger than 1 GB. Draw a smaller sample."))

    def add_text(self, name: str, text: str) -> None:
        """Write a text."""
        self.add(name, iter([text.encode()]))


def build(*, bundle_id: int, progress: Progress, now: Callable[[], datetime]) -> None:
    """Make the bundle, attach it to the job, and put its manifest's hash into the audit log.

    :raises JobFailed: if the room was closed meanwhile, or the bundle grows too large.
    """
    bundle = AuditBundle.objects.select_related(
        "sample__engagement__unit", "sample__engagement__government"
    ).get(pk=bundle_id)
    sample, job = bundle.sample, progress.job
    if not type(sample.engagement).objects.open_to(job.owner, now()).filter(pk=sample.engagement_id).exists():
        raise JobFailed(_("The auditor's room has been closed."))
    people = [item.employee for item in audit_room.items_of(sample)]
    progress.total(len(people) + 2)
    with translation.override("id"), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            manifest_sha256 = _fill(Writer(target, {}), bundle, people, progress, now())
        stored = _store(path)
    with transaction.atomic():
        try:
            services.finish_bundle(
                bundle_id=bundle.pk, manifest_sha256=manifest_sha256, people=people, by=job.owner, at=now()
            )
        except services.RoomClosed as closed:
            raise JobFailed(_("The auditor's room has been closed.")) from closed
        progress.attach(stored, f"bundel-audit-{bundle.pk}.zip")
        progress.result(people=len(people), manifest=manifest_sha256)


def _store(path: Path) -> StoredFile:
    return files.store_file(path, ZIP)


def _fill(
    writer: Writer, bundle: AuditBundle, people: list[Employee], progress: Progress, at: datetime
) -> str:
    sample, engagement = bundle.sample, bundle.sample.engagement
    targets: dict[str, set[str]] = defaultdict(set)
    targets["supervision.auditengagement"].add(str(engagement.pk))
    targets["supervision.auditsample"].add(str(sample.pk))
    missing: list[str] = []
    written: set[str] = set()
    writer.add_text("README.txt", _README.format(as_of=f"{sample.as_of:%d-%m-%Y}"))
    writer.add("verify_bundle.py", iter([SCRIPT.read_bytes()]))
    writer.add_text("sample.json", _json(_drawn(sample)))
    for person in people:
        record = record_of(engagement, person, sample.as_of)
        for kind, pk in record.targets:
            targets[kind].add(pk)
        _write_record(writer, record, written, missing)
        progress.advance()
    first, last, head = _write_chain(writer, engagement.government.code, targets)
    progress.advance()
    manifest = {
        "format": FORMAT,
        "government": engagement.government.code,
        "bundle": bundle.pk,
        "engagement": {
            "id": engagement.pk,
            "unit": engagement.unit.name,
            "years": [engagement.year_from, engagement.year_to],
            "purpose": engagement.purpose,
            "starts_at": engagement.starts_at,
            "ends_at": engagement.ends_at,
        },
        "as_of": sample.as_of,
        "made_at": at,
        "chain": {
            "scope": engagement.government.code,
            "first_seq": first,
            "last_seq": last,
            "last_hash": head,
        },
        "missing": sorted(missing),
        "files": writer.listed,
    }
    text = _json(manifest)
    digest = hashlib.sha256(text.encode()).hexdigest()
    writer.zip.writestr("manifest.json", text)
    writer.zip.writestr("manifest.sha256", f"{digest}  manifest.json\n")
    progress.advance()
    return digest


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _drawn(sample: AuditSample) -> dict[str, Any]:
    return {
        "as_of": sample.as_of,
        "rate": str(sample.rate),
        "minimum": sample.minimum,
        "strata": sample.strata,
        "seed": sample.seed,
        "seed_hash": sample.seed_hash,
        "frame": sample.frame,
        "drawn": [item.employee_id for item in audit_room.items_of(sample)],
    }


def _write_record(writer: Writer, record: Record, written: set[str], missing: list[str]) -> None:
    """Write the record of a person and the files it names, each file once."""
    person = record.employee
    named = [
        (f"evidence/{file.sha256}{_suffix(file)}", file)
        for file in sorted(record.files.values(), key=lambda f: f.sha256)
    ]
    documents = list(_documents(record))
    named += [(f"documents/{document.file.sha256}.pdf", document.file) for document in documents]
    content = {
        "person": {
            "id": person.pk,
            "nip": person.nip,
            "name": person.full_name,
            "status": person.status,
            "golongan": person.golongan,
        },
        "as_of": record.as_of,
        "moment": record.moment,
        "places": record.places,
        "appraisers": record.appraisers,
        "plans": record.plans,
        "reports": record.reports,
        "evaluations": record.evaluations,
        "feedback": record.feedback,
        "documents": [
            {"kind": row.kind, "name": row.name, "code": row.code, "issued_at": row.issued_at}
            for row in documents
        ],
        "files": [{"path": path, "sha256": file.sha256} for path, file in named],
        "not_kept": record.gaps,
    }
    writer.add_text(f"records/pegawai-{person.pk}.json", _json(content))
    for path, file in named:
        if path in written:
            continue
        written.add(path)
        try:
            writer.add(path, _pieces(file))
        except FileNotFoundError:
            missing.append(path)


def _suffix(file: StoredFile) -> str:
    return {
        "application/pdf": ".pdf",
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/webp": ".webp",
    }.get(file.content_type, ".bin")


def _pieces(file: StoredFile) -> Iterator[bytes]:
    opened = files.path_of(file.sha256).open("rb")  # before the first piece: a missing file leaves no trace

    def read() -> Iterator[bytes]:
        with opened:
            while piece := opened.read(_CHUNK):
                yield piece

    return read()


def _documents(record: Record) -> Any:
    """Return what was issued about the record by its day."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, pk in record.targets:
        ids[kind].append(int(pk))
    return (
        Document.objects.filter(
            Q(skp__in=ids["indicators.skp"])
            | Q(evaluation__in=ids["assessments.evaluation"])
            | Q(objection__in=ids["assessments.objection"]),
            issued_at__lte=record.moment,
        )
        .select_related("file")
        .order_by("issued_at", "pk")
    )


def _write_chain(writer: Writer, scope: str, targets: dict[str, set[str]]) -> tuple[int, int, str]:
    """Write the chain from the first entry about the records to its head; return both ends and the last hash."""
    ends: list[Any] = [0, 0, ""]

    def lines() -> Iterator[bytes]:
        for row in _entries(scope, _first_about(scope, targets)):
            seq, before, digest, *told = row
            line = {"seq": seq, "previous_hash": before, "hash": digest}
            _at, _action, _actor, kind, pk, _data = told
            if pk in targets.get(kind, ()):
                line |= {"scope": scope} | dict(
                    zip(("at", "action", "actor", "target_type", "target_id", "data"), told, strict=True)
                )
            ends[0] = ends[0] or seq
            ends[1:] = [seq, digest]
            yield json.dumps(line, ensure_ascii=False).encode() + b"\n"

    writer.add(CHAIN, lines())
    return ends[0], ends[1], ends[2]


def _first_about(scope: str, targets: dict[str, set[str]]) -> int:
    """Return the place of the first entry about the records; the draw itself is one, so there always is one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(entry.seq) FROM core_auditentry entry
            JOIN unnest(%s::text[], %s::text[]) AS about (kind, id)
              ON entry.target_type = about.kind AND entry.target_id = about.id
            WHERE entry.scope = %s
            """,
            [
                [kind for kind, ids in targets.items() for _id in ids],
                [one for ids in targets.values() for one in ids],
                scope,
            ],
        )
        return int(cursor.fetchone()[0] or 1)


def _entries(scope: str, first: int, size: int = 5000) -> Iterator[Any]:
    """Yield the entries from a place on as their digest reads them (migration 0002 of core)."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT seq, previous_hash, hash,
                       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                       action, actor, target_type, target_id, data::text
                FROM core_auditentry WHERE scope = %s AND seq >= %s ORDER BY seq LIMIT %s
                """,
                [scope, first, size],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < size:
            return
        first = rows[-1][0] + 1
