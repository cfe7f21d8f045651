"""The public check: genuine or not, and never a word about the person."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.assessments.models import Evaluation
from apps.core import files
from apps.reports.models import Document
from apps.reports.services.documents import issue_evaluation_document

from ..evaluated import DELIVERED, evaluate
from ..rendering.reading import words

pytestmark = pytest.mark.django_db


def issued(world: Any) -> Document:
    evaluation = Evaluation.objects.filter(employee=world.staff).first() or evaluate(world, world.staff)
    return issue_evaluation_document(evaluation_id=evaluation.pk, by=world.staff.user, at=timezone.now())


def test_a_genuine_code_tells_kind_day_government_and_hash_but_no_person(world: Any) -> None:
    document = issued(world)
    answer = world.client().get(f"/dokumen/cek/{document.code}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-genuine="yes"' in page
    assert document.facts_hash in page
    assert document.file.sha256 in page
    assert "Kota Kendari" in page
    for secret in (world.staff.nip, world.staff.name, world.head.name, "Baik", "Puskesmas", document.name):
        assert secret not in page


def test_the_address_on_paper_is_the_one_that_answers(world: Any, settings: Any) -> None:
    document = issued(world)
    assert reverse("reports:verify-result", args=[document.code]) == f"/dokumen/cek/{document.code}/"


def test_an_unknown_code_is_not_genuine(world: Any) -> None:
    issued(world)
    answer = world.client().get("/dokumen/cek/0000-0000-0000-0000/")
    assert answer.status_code == 404
    assert 'data-genuine="no"' in answer.content.decode()


def test_a_copied_code_is_corrected(world: Any) -> None:
    document = issued(world)
    typed = document.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = world.client().get("/dokumen/cek/", {"kode": typed})
    assert answer.status_code == 302
    assert answer["Location"] == f"/dokumen/cek/{document.code}/"


@pytest.mark.parametrize("typed", ["", "   ", "---", "x" * 100])
def test_nothing_typed_is_asked_for_again(world: Any, typed: str) -> None:
    answer = world.client().get("/dokumen/cek/", {"kode": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_an_older_document_says_that_there_is_a_newer_one(world: Any) -> None:
    first = issued(world)
    Evaluation.objects.update(status="accepted", answered_at=DELIVERED)
    second = issued(world)
    client = world.client()
    assert client.get(f"/dokumen/cek/{first.code}/").context["document"].is_replaced
    assert not client.get(f"/dokumen/cek/{second.code}/").context["document"].is_replaced


def test_a_result_changed_after_the_printing_is_not_called_the_newest_word(world: Any) -> None:
    document = issued(world)
    Evaluation.objects.update(rated_at=timezone.now())
    assert world.client().get(f"/dokumen/cek/{document.code}/").context["document"].is_replaced


def test_a_changed_name_leaves_the_printed_one_as_it_is_and_the_check_tells_of_the_newer_one(
    world: Any,
) -> None:
    first = issued(world)
    printed = files.read(first.file)
    world.staff.name = "Nama Baru Contoh"
    world.staff.save()
    second = issued(world)
    assert second.pk != first.pk
    first.refresh_from_db()
    assert files.read(first.file) == printed
    assert "Nama Baru Contoh" in words(files.read(second.file))
    assert "Nama Baru Contoh" not in words(printed)
    client = world.client()
    assert client.get(f"/dokumen/cek/{first.code}/").context["document"].is_replaced
    assert not client.get(f"/dokumen/cek/{second.code}/").context["document"].is_replaced
