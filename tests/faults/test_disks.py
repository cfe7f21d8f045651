"""F5, F6, F7, F20: the disk of the data, of the log or of the files is full; a disk gives back another byte."""

import io
import os
import secrets
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import psycopg2
import pytest
from PIL import Image

from .conftest import Trial
from .load import ANSWER_WITHIN, Notes, Reporter
from .site import Site

pytestmark = pytest.mark.faults

PAGE = 8192  # of PostgreSQL


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own at a folder; where mounting is not permitted, the fault is not tried."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk is not permitted here ({mounted.stderr.strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    """Write until nothing fits any more."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(b"\0" * 65536)
                file.flush()
        except OSError:
            # What is left in the buffer cannot be written either.
            os.truncate(filler, filler.stat().st_size)
            file.raw.close()
    return filler


@pytest.mark.fault("F5", "data volume full")
def test_full_data_disk(trial: Trial) -> None:
    """The table of the progress lines lies on a small disk of its own (a tablespace)."""
    site = trial.site
    with _small_disk(trial.folder / "small", 24) as disk:
        space = disk / "space"
        space.mkdir(mode=0o700)
        if owner := site.servers.postgres.identity.owner:
            os.chown(space, *owner)
        site.query(f"CREATE TABLESPACE small LOCATION '{space}'")
        try:
            _move_lines(site, "small")
            load = trial.load()
            load.wait_for_receipts(5)
            # A table grows page by page: until its last page is full, lines still find room.
            filler = _fill(disk)
            trial.tries += 1
            site.wait_for(
                lambda: any(row["kind"] == "line" and row["status"] == 503 for row in load.shown()),
                "a page that says that it does not work now",
            )
            filler.unlink()
            freed = time.time()
            site.wait_for(
                lambda: any(row["kind"] == "line" for row in load.receipts(since=freed)), "lines again"
            )
            trial.recovered(freed)
            trial.examine()
        finally:
            (disk / "filler").unlink(missing_ok=True)
            _move_lines(site, "pg_default")
            site.query("DROP TABLESPACE small")


def _move_lines(site: Site, space: str) -> None:
    """Move the progress lines to another disk: every part, for the table above them only says where new parts go."""
    parts = "SELECT relid::regclass::text FROM pg_partition_tree('assessments_progressentry') WHERE isleaf"
    for (part,) in site.query(parts):
        site.query(f"ALTER TABLE {part} SET TABLESPACE {space}")


@pytest.mark.fault("F6", "log volume full")
def test_full_log_disk(trial: Trial) -> None:
    """The log lies on a small disk of its own. A server that cannot write it stops; what it had promised is there."""
    site = trial.site
    with _small_disk(trial.folder / "log", 400) as disk, site.servers.log_on(disk):
        filler = disk / "filler"
        try:
            load = trial.load()
            load.wait_for_receipts(5)
            struck = time.time()
            _fill(disk)
            trial.tries += 1
            site.wait_for(lambda: _server_gave_up(site), "a server that has used up its log")
            site.wait_for(lambda: load.saw(503, since=struck), "a page that says so, with the text")
        finally:
            filler.unlink(missing_ok=True)
        freed = time.time()
        site.servers.kill_postgres()  # where it has not ended by itself
        site.servers.start_postgres()
        load.wait_for_receipts(5, since=time.time())
        trial.recovered(freed)
        trial.examine()
    trial.examine()


def _server_gave_up(site: Site) -> bool:
    """Begin a new piece of the log until there is no room for one."""
    try:
        site.query("SELECT pg_switch_wal()")
    except psycopg2.Error:
        return True
    return False


@pytest.mark.fault("F20", "a byte flipped on the disk")
def test_flipped_byte(trial: Trial) -> None:
    """Whoever reads everything at night hears of it: the check of the audit trail, and the backup."""
    site, servers = trial.site, trial.site.servers
    assert site.query("SHOW data_checksums") == [("on",)]
    ((relation,),) = site.query(
        "SELECT pg_relation_filepath(tableoid::regclass) FROM core_auditentry ORDER BY id LIMIT 1"
    )
    file = servers.postgres.data / relation
    servers.stop_postgres()
    place = trial.chance.randrange(PAGE // 2, PAGE)  # rows fill a page from its end
    _flip(file, place)
    trial.tries += 1
    try:
        servers.start_postgres()
        for command in (("verify_audit",), ("backup", "--to", str(trial.folder / "backup"))):
            with pytest.raises(AssertionError, match="invalid page in block 0"):
                site.manage(*command)
        assert not list((trial.folder / "backup").glob("asn-*")), "no backup that looks complete"
    finally:
        servers.stop_postgres()
        _flip(file, place)
        servers.start_postgres()
    trial.examine()


def _flip(file: Path, place: int) -> None:
    with file.open("r+b") as data:
        data.seek(place)
        (byte,) = data.read(1)
        data.seek(place)
        data.write(bytes([byte ^ 0x10]))
        data.flush()
        os.fsync(data.fileno())


@pytest.mark.fault("F7", "media volume full during upload")
def test_full_media_disk(trial: Trial) -> None:
    site = trial.site
    media = Path(site.environ["MEDIA_ROOT"])
    media.mkdir(exist_ok=True)
    kept = trial.folder / "kept"
    shutil.copytree(media, kept)
    with _small_disk(media, 1):
        shutil.copytree(kept, media, dirs_exist_ok=True)
        person = _reporter(trial)
        filler = _fill(media)
        path, fields = person.form(f"/laporan/{person.report}/bukti/")
        before = site.query("SELECT count(*) FROM core_storedfile")
        status, page = _upload(person, path, fields)
        trial.tries += 1
        assert status == 503
        assert "Berkas belum terunggah" in unescape(page)
        assert site.query("SELECT count(*) FROM core_storedfile") == before, "no row without a file"
        assert not list(media.rglob("*.part")), "no half file"
        filler.unlink()
        freed = time.time()
        status, page = _upload(person, path, fields)
        assert status in {200, 302}, "the same form again"
        assert site.query("SELECT count(*) FROM core_storedfile") == [(before[0][0] + 1,)]
        trial.recovered(freed)
        trial.examine()
        shutil.copytree(media, kept, dirs_exist_ok=True)
    shutil.copytree(kept, media, dirs_exist_ok=True)


def _reporter(trial: Trial) -> Reporter:
    site = trial.site
    row = site.made["reporters"][0]
    plan = {"url": site.url, "run": "F7", "seed": "0", "password": site.made["password"]}
    notes = Notes(trial.folder / "led.jsonl", trial.folder / "led-seen.jsonl")
    person = Reporter(0, plan, notes, threading.Event())
    person.login, person.report = row["login"], row["report"]
    person.sign_in()
    if person.ask("GET", f"/laporan/{person.report}/capaian/").status != 200:
        person.take_back(f"/laporan/{person.report}")
    return person


def _upload(person: Reporter, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Send a picture of noise, as a browser sends a form with a file."""
    picture = io.BytesIO()
    Image.frombytes("RGB", (200, 200), secrets.token_bytes(120_000)).save(picture, "PNG")
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if name != "file"
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="bukti.png"\r\n'
    parts.append(head.encode() + b"Content-Type: image/png\r\n\r\n" + picture.getvalue() + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    request = urllib.request.Request(
        person.plan["url"] + path,
        b"".join(parts),
        {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items()),
        },
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=ANSWER_WITHIN) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
