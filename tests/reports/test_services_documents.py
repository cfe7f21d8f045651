"""Issuing: only what was handed over; equal facts give the same document; a change gives another."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone, translation

from apps.assessments.models import Evaluation
from apps.core import files
from apps.core.models import AuditEntry
from apps.reports.models import Document
from apps.reports.services.documents import (
    NotYetApproved,
    NotYetDelivered,
    issue_evaluation_document,
    issue_skp_document,
    new_code,
    normalize_code,
)

from .evaluated import DELIVERED, evaluate
from .rendering.reading import pages


def issue(evaluation: Evaluation, world: Any) -> Document:
    return issue_evaluation_document(evaluation_id=evaluation.pk, by=world.staff.user, at=timezone.now())


@pytest.mark.django_db
def test_issues_a_pdf_with_a_code_and_a_trail(world: Any) -> None:
    document = issue(evaluate(world, world.staff), world)
    assert document.kind == "evaluation"
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", document.code)
    assert files.read(document.file).startswith(b"%PDF")
    assert world.staff.nip not in document.name
    assert "Perawat" not in document.name
    entry = AuditEntry.objects.get(action="reports.document.issued")
    assert entry.target_id == str(document.pk)
    assert world.staff.nip not in str(entry.data)


@pytest.mark.django_db
def test_equal_facts_give_the_same_document(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    first, second = issue(evaluation, world), issue(evaluation, world)
    assert first.pk == second.pk
    assert Document.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_makes_another_document_and_the_first_stays(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    first = issue(evaluation, world)
    Evaluation.objects.filter(pk=evaluation.pk).update(status="accepted", answered_at=DELIVERED)
    second = issue(evaluation, world)
    assert first.pk != second.pk
    assert first.code != second.code
    assert first.file_id != second.file_id
    assert set(Document.objects.all()) == {first, second}


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["prepared", "rated"])
def test_nothing_is_issued_before_the_evaluation_is_handed_over(world: Any, status: str) -> None:
    evaluation = evaluate(world, world.staff, status=status)
    with pytest.raises(NotYetDelivered):
        issue(evaluation, world)
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_a_plan_is_printed_once_it_is_approved(world: Any) -> None:
    draft = world.make_skp(world.colleague, status="draft")
    with pytest.raises(NotYetApproved):
        issue_skp_document(skp_id=draft.pk, by=world.colleague.user, at=timezone.now())
    skp = world.make_skp(world.staff)
    document = issue_skp_document(skp_id=skp.pk, by=world.staff.user, at=timezone.now())
    again = issue_skp_document(skp_id=skp.pk, by=world.head.user, at=timezone.now())
    assert document.pk == again.pk
    assert files.read(document.file).startswith(b"%PDF")
    assert set(Document.objects.all()) == {document}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_get_the_same_document(world: Any) -> None:
    evaluation = evaluate(world, world.staff)

    def click(_number: int) -> int:
        try:
            return issue(evaluation, world).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert Document.objects.count() == 1


def test_codes_are_read_back_the_way_people_copy_them() -> None:
    code = new_code()
    assert normalize_code(f" {code.lower().replace('-', ' ')} ") == code
    assert normalize_code("OIL1-uuuu") == "0111-VVVV"
    assert normalize_code("--- ") == ""
    assert len({new_code() for _ in range(50)}) == 50


@pytest.mark.django_db
def test_the_explanation_is_printed_behind_the_result_in_indonesian(world: Any) -> None:
    evaluation = evaluate(world, world.staff)
    with translation.override("en"):
        document = issue(evaluation, world)
        again = issue(evaluation, world)
    printed = pages(files.read(document.file))
    assert again.pk == document.pk
    assert "PENJELASANPREDIKATKINERJAPEGAWAI" in printed[-1]
    assert "DOKUMENEVALUASI" in printed[0]
    with translation.override("id"):
        assert issue(evaluation, world).pk == document.pk, "the reader's language changes nothing on paper"
