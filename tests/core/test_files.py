"""Stored files: kept once, complete before their row, swept when nobody points at them."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from apps.core import files
from apps.core.models import StoredFile

pytestmark = pytest.mark.django_db


def test_equal_bytes_are_kept_once() -> None:
    first, second = files.store(b"bukti", "application/pdf"), files.store(b"bukti", "application/pdf")
    assert first == second
    assert files.read(first) == b"bukti"
    assert StoredFile.objects.count() == 1


def test_no_row_without_a_file_when_the_disk_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store(b"bukti", "application/pdf")
    assert not StoredFile.objects.exists()


def test_downloads_are_attachments_in_a_sandbox() -> None:
    response = files.response(files.store(b"<script>", "application/pdf"), 'a"b\r\n.pdf', inline=True)
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


def _make_old(path: Path) -> None:
    old = time.time() - 7200
    os.utime(path, (old, old))


def test_orphans_go_once_they_are_old() -> None:
    kept = files.store(b"kept", "image/png")
    orphan = files.store(b"orphan", "image/png")
    path = files.path_of(orphan.sha256)
    orphan.delete()
    _make_old(files.path_of(kept.sha256))
    assert files.sweep_orphans(3600) == 0
    _make_old(path)
    assert files.sweep_orphans(3600) == 1
    assert files.path_of(kept.sha256).exists()
    assert not path.exists()


def test_an_orphan_stored_once_more_is_not_swept_before_its_row() -> None:
    path = files.path_of(files.store(b"again", "image/png").sha256)
    StoredFile.objects.all().delete()
    _make_old(path)
    files.store(b"again", "image/png")
    StoredFile.objects.all().delete()  # what a sweep sees while the storing transaction is still open
    assert files.sweep_orphans(3600) == 0
    assert path.exists()


def test_a_sweep_that_began_before_the_storing_leaves_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.path_of(files.store(b"race", "image/png").sha256)
    StoredFile.objects.all().delete()
    _make_old(path)
    remove = files._remove_if_old

    def store_first(*args: Any) -> bool:
        files.store(b"race", "image/png")
        return remove(*args)

    monkeypatch.setattr(files, "_remove_if_old", store_first)
    assert files.sweep_orphans(3600) == 0
    assert files.read(StoredFile.objects.get()) == b"race"


def test_a_full_disk_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    files.path_of("ab" * 32).parent.mkdir(parents=True)
    with pytest.raises(OSError, match="No space"):
        files._write(files.path_of("ab" * 32), iter([b"half"]))
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


KILLED_BETWEEN = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from apps.core import files
settings.MEDIA_ROOT = sys.argv[1]
if sys.argv[2] == "half":
    os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)  # written, not yet renamed
else:
    files.StoredFile.objects.get_or_create = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
# The folders are there already: their own fsync is not the moment that is meant.
files.path_of("{sha}").parent.mkdir(parents=True)
files.store(b"killed", "image/png")
"""


@pytest.mark.parametrize("moment", ["half", "complete"])
def test_a_kill_between_file_and_row_leaves_what_a_sweep_removes(moment: str, settings: Any) -> None:
    sha256 = hashlib.sha256(b"killed").hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_BETWEEN.replace("{sha}", sha256), str(settings.MEDIA_ROOT), moment],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "asn_kinerja.settings_test"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    left = list(Path(settings.MEDIA_ROOT).glob("??/??/*"))
    assert [path.suffix for path in left] == [".part" if moment == "half" else ""]
    assert not StoredFile.objects.filter(sha256=sha256).exists()
    assert files.sweep_orphans(3600) == 0, "the storing may still go on"
    _make_old(left[0])
    assert files.sweep_orphans(3600) == 1
    assert list(Path(settings.MEDIA_ROOT).glob("??/??/*")) == []
