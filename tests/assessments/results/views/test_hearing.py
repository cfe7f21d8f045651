"""The decider asks, both sides explain and add files; drafts stay with their writer."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.assessments.models import Objection, ObjectionAttachment, ObjectionStatement
from apps.assessments.services import objections

from ...evaluating.conftest import DELIVERED_AT
from ..test_services_objections import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def objection(world: Any, delivered: Any) -> Objection:
    """An objection waiting for the head of the agency."""
    return objections.file_objection(
        evaluation_id=delivered().pk, reason="Alasan pegawai.", by=world.staff, at=DELIVERED_AT
    )


def _explain(objection: Objection) -> str:
    return f"/keberatan/{objection.pk}/penjelasan/"


def _files(objection: Objection) -> str:
    return f"/keberatan/{objection.pk}/lampiran/"


def _upload(name: str = "surat.pdf", content: bytes = PDF) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def test_the_decider_asks_and_both_read_the_question(world: Any, objection: Objection) -> None:
    url = f"/pengawas/keberatan/{objection.pk}/tanya/"
    client = world.client(world.agency_head)
    refused = client.post(url, {"question": "  "})
    assert refused.status_code == 422
    objection.refresh_from_db()
    assert objection.asked_at is None
    assert (
        client.post(url, {"question": "Kapan register diisi?"}).url == f"/pengawas/keberatan/{objection.pk}/"
    )
    for person in (world.staff, world.head):
        assert b"Kapan register diisi?" in world.client(person).get(_explain(objection)).content
    assert client.post(url, {"question": "Lagi?"}).status_code == 302
    objection.refresh_from_db()
    assert objection.question == "Kapan register diisi?"


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 403), ("head", 403), ("colleague", 404), ("auditor", 403)]
)
def test_only_the_decider_asks(world: Any, objection: Objection, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    assert client.post(f"/pengawas/keberatan/{objection.pk}/tanya/", {"question": "x"}).status_code == status
    objection.refresh_from_db()
    assert objection.asked_at is None


def test_a_draft_is_saved_resumed_and_read_by_nobody_else(world: Any, objection: Objection) -> None:
    client = world.client(world.head)
    saved = client.post(f"{_explain(objection)}simpan/", {"text": "Konsep rahasia", "version": "0"}).json()
    assert saved["version"] == 1
    assert saved["saved_at"]
    page = client.get(_explain(objection)).content.decode()
    assert "Konsep rahasia" in page
    assert 'name="version" value="1"' in page
    for person in (world.staff, world.agency_head, world.personnel_officer):
        other = world.client(person).get(f"/pengawas/keberatan/{objection.pk}/")
        assert "Konsep rahasia" not in other.content.decode()
    response = client.post(_explain(objection), {"text": "Konsep dua", "version": "1", "save_later": "1"})
    assert response.url == _explain(objection)
    assert ObjectionStatement.objects.get().sent_at is None


def test_two_tabs_show_both_texts_and_overwrite_nothing(world: Any, objection: Objection) -> None:
    client = world.client(world.staff)
    client.post(f"{_explain(objection)}simpan/", {"text": "Tab satu", "version": "0"})
    assert (
        client.post(f"{_explain(objection)}simpan/", {"text": "Tab dua", "version": "0"}).status_code == 409
    )
    response = client.post(_explain(objection), {"text": "Tab dua", "version": "0"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Tab satu" in page
    assert "Tab dua" in page
    statement = ObjectionStatement.objects.get()
    assert (statement.text, statement.sent_at) == ("Tab satu", None)
    assert client.post(_explain(objection), {"text": "Tab dua", "version": "1"}).status_code == 302
    statement.refresh_from_db()
    assert statement.text == "Tab dua"
    assert statement.sent_at is not None


def test_what_was_sent_is_read_by_all_and_not_sent_twice(world: Any, objection: Objection) -> None:
    client = world.client(world.staff)
    assert client.post(_explain(objection), {"text": " ", "version": "0"}).status_code == 422
    assert not ObjectionStatement.objects.exists()
    assert client.post(_explain(objection), {"text": "Penjelasan saya.", "version": "0"}).status_code == 302
    assert client.post(_explain(objection), {"text": "Ralat.", "version": "1"}).status_code == 302
    assert ObjectionStatement.objects.get().text == "Penjelasan saya."
    for person in (world.head, world.agency_head, world.auditor):
        page = world.client(person).get(f"/pengawas/keberatan/{objection.pk}/").content.decode()
        assert "Penjelasan saya." in page


def test_after_both_have_explained_the_decider_need_not_confirm(world: Any, objection: Objection) -> None:
    url = f"/pengawas/keberatan/{objection.pk}/"
    client = world.client(world.agency_head)
    assert "heard" in client.get(url).context["form"].fields
    for person in (world.staff, world.head):
        world.client(person).post(_explain(objection), {"text": "Penjelasan.", "version": "0"})
    assert "heard" not in client.get(url).context["form"].fields
    assert client.post(url, {"outcome": "rejected", "decision_reason": "Tetap."}).status_code == 302
    objection.refresh_from_db()
    assert objection.is_upheld is False


@pytest.mark.parametrize(
    ("who", "status"), [("agency_head", 403), ("personnel_officer", 403), ("colleague", 404)]
)
def test_others_neither_explain_nor_add_files(
    world: Any, objection: Objection, who: str, status: int
) -> None:
    client = world.client(getattr(world, who))
    for address, data in (
        (_explain(objection), {"text": "x", "version": "0"}),
        (f"{_explain(objection)}simpan/", {"text": "x", "version": "0"}),
        (_files(objection), _upload()),
    ):
        assert client.post(address, data).status_code == status
    assert not ObjectionStatement.objects.exists()
    assert not ObjectionAttachment.objects.exists()


def test_a_file_is_added_read_and_taken_back(world: Any, objection: Objection) -> None:
    client = world.client(world.staff)
    assert client.post(_files(objection), _upload()).url == _files(objection)
    attachment = ObjectionAttachment.objects.get()
    address = f"/keberatan/lampiran/{attachment.pk}/"
    assert world.client(world.agency_head).get(address).status_code == 200
    assert world.client(world.colleague).get(address).status_code == 404
    assert world.client(world.head).post(f"{address}hapus/", {"confirmed": "1"}).status_code == 403
    assert client.post(f"{address}hapus/").status_code == 200
    attachment.refresh_from_db()
    assert attachment.removed_at is None
    client.post(f"{address}hapus/", {"confirmed": "1"})
    attachment.refresh_from_db()
    assert attachment.removed_at is not None
    assert world.client(world.agency_head).get(address).status_code == 404
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("content", [b"", b"not a file", b"%PDF-1.7 broken"])
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(
    world: Any, objection: Objection, content: bytes
) -> None:
    response = world.client(world.staff).post(_files(objection), _upload(content=content))
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not ObjectionAttachment.objects.exists()


def test_the_same_file_is_not_added_twice(world: Any, objection: Objection) -> None:
    for person in (world.staff, world.head):
        assert world.client(person).post(_files(objection), _upload()).status_code == 302
    assert ObjectionAttachment.objects.count() == 1


def test_after_the_decision_the_doors_are_closed(world: Any, objection: Objection) -> None:
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=False,
        decision_reason="Tetap.",
        by=world.agency_head,
        at=DELIVERED_AT,
    )
    client = world.client(world.staff)
    case = f"/pengawas/keberatan/{objection.pk}/"
    assert client.post(_explain(objection), {"text": "x", "version": "0"}).url == case
    assert client.post(_files(objection), _upload()).url == case
    assert client.post(f"{_explain(objection)}simpan/", {"text": "x", "version": "0"}).status_code == 409
    assert not ObjectionStatement.objects.exists()
    assert not ObjectionAttachment.objects.exists()
