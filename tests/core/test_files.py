"""Stored files: kept once, complete before their row, swept when nobody points at them."""

import os
import time
from pathlib import Path

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


def test_orphans_go_once_they_are_old(settings) -> None:
    kept = files.store(b"kept", "image/png")
    orphan = files.store(b"orphan", "image/png")
    path = files.path_of(orphan.sha256)
    orphan.delete()
    assert files.sweep_orphans(Path(settings.MEDIA_ROOT), {kept.sha256}, 3600) == 0
    old = time.time() - 7200
    os.utime(path, (old, old))
    assert files.sweep_orphans(Path(settings.MEDIA_ROOT), {kept.sha256}, 3600) == 1
    assert files.path_of(kept.sha256).exists()
