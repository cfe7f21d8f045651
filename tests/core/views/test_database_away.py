"""A database that is away: the page says so and gives the typed text back, wherever it was missed."""

import io
import os
from typing import Any

import psycopg2
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError
from django.test import Client
from PIL import Image

from apps.core.models import StoredFile

TEXT = "Sepuluh posyandu selesai dikunjungi"


def _away(*_: Any, **__: Any) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("missed", ["load", "save"])
def test_a_session_that_cannot_be_read_or_kept_costs_no_text(
    world: Any, monkeypatch: pytest.MonkeyPatch, missed: str
) -> None:
    """In the middlewares, where no view's exception handling reaches; found by fault F1."""
    client = world.client(world.staff, raise_request_exception=False)
    monkeypatch.setattr(SessionStore, missed, _away)
    if missed == "save":
        answer = client.post("/aduan/baru/kejadian/", {"subject": "a", "body": TEXT})
    else:
        answer = client.post("/laporan/cepat/", {"text": TEXT})
    assert answer.status_code == 503
    assert TEXT in answer.content.decode()
    assert answer["Retry-After"]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_session_that_cannot_be_written_back_is_no_bad_request(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django calls it "deleted meanwhile", a 400, whatever the database said; found by fault F2."""
    client = world.client(world.staff)
    monkeypatch.setattr(Session, "save", _away)
    answer = client.post("/aduan/baru/kejadian/", {"subject": "a", "body": TEXT})
    assert answer.status_code == 503
    assert TEXT in answer.content.decode()


@pytest.mark.parametrize(("cause", "status"), [(psycopg2.DatabaseError("server closed"), 503), (None, 500)])
def test_a_server_that_dies_over_its_answer_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch, cause: Exception | None, status: int
) -> None:
    """It has no code for that, and psycopg2 no better class than DatabaseError; found by fault F6."""

    def dies(*_: Any, **__: Any) -> None:
        raise DatabaseError("server closed the connection unexpectedly") from cause

    monkeypatch.setattr("asn_kinerja.views.redirect", dies)
    client.raise_request_exception = False
    assert client.get("/").status_code == status


def test_a_session_that_was_deleted_meanwhile_stays_a_bad_request(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise DatabaseError("Forced update did not affect any rows.")

    client = world.client(world.staff)
    monkeypatch.setattr(Session, "save", gone)
    assert client.post("/aduan/baru/kejadian/", {"subject": "a", "body": TEXT}).status_code == 400


def test_a_full_disk_says_that_the_file_is_not_uploaded(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by fault F7: the draft stays, and no row names a file that is not there."""
    report = world.make_report(world.make_skp(world.staff), world.make_periods()[2])

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    upload = SimpleUploadedFile("kegiatan.png", picture.getvalue(), "image/png")
    answer = world.client(world.staff).post(f"/laporan/{report.pk}/bukti/", {"file": upload})
    assert answer.status_code == 503
    assert "kegiatan.png" in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not report.evidence.exists()


def test_a_mistake_of_ours_stays_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError

    monkeypatch.setattr("asn_kinerja.views.redirect", broken)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500
