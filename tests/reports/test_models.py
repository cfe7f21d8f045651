"""The database itself refuses documents that are about nothing, and second ones of the same facts."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core import files
from apps.core.models import Job
from apps.reports.models import Document, PackVolume, ScheduledPack
from apps.reports.services.documents import (
    issue_accumulation_document,
    issue_conversion_document,
    issue_evaluation_document,
    issue_objection_document,
    issue_pak_document,
    issue_skp_document,
)

from .evaluated import converted, evaluate, fixed, objected, quarter

pytestmark = pytest.mark.django_db


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


def test_a_document_is_about_what_its_kind_says(world: Any) -> None:
    document = issue_evaluation_document(
        evaluation_id=evaluate(world, world.staff).pk, by=None, at=timezone.now()
    )
    for change in ({"kind": "skp"}, {"kind": "cycle_recap"}, {"evaluation": None}):
        with refused("document_is_about_what_its_kind_says"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)


def test_equal_facts_once_per_evaluation_and_per_plan(world: Any) -> None:
    first = issue_evaluation_document(
        evaluation_id=evaluate(world, world.staff).pk, by=None, at=timezone.now()
    )
    plan = issue_skp_document(skp_id=first.evaluation.skp_id, by=None, at=timezone.now())
    for document, constraint in (
        (first, "document_once_per_evaluation_and_facts"),
        (plan, "document_once_per_skp_and_facts"),
    ):
        document.pk, document.code = None, f"X-{constraint[-20:]}"
        with refused(constraint), transaction.atomic():
            document.save(force_insert=True)


def test_one_pack_per_period_and_kind(world: Any) -> None:
    period = quarter(world)
    job = Job.objects.create(kind="reports.cycle_recap")
    ScheduledPack.objects.create(period=period, kind="cycle_recap", job=job)
    with refused("pack_once_per_period_and_kind"), transaction.atomic():
        ScheduledPack.objects.create(period=period, kind="cycle_recap", job=job)


def test_one_volume_per_job_and_number(world: Any) -> None:
    job = Job.objects.create(kind="reports.evaluation_pack")
    values = {"job": job, "number": 1, "code": "X", "digest": "0" * 64}
    PackVolume.objects.create(**values, file=files.store(b"%PDF-1.7 satu", "application/pdf"))
    with refused("pack_volume_once_per_job_and_number"), transaction.atomic():
        PackVolume.objects.create(**values, file=files.store(b"%PDF-1.7 dua", "application/pdf"))


def test_documents_of_objections_and_credit_are_about_theirs(world: Any) -> None:
    objection = objected(world)
    conversion = converted(world)
    pak = fixed(world)
    for document, subject in (
        (issue_objection_document(objection_id=objection.pk, by=None, at=timezone.now()), "objection"),
        (issue_conversion_document(conversion_id=conversion.pk, by=None, at=timezone.now()), "conversion"),
        (issue_pak_document(pak_id=pak.pk, by=None, at=timezone.now()), "pak"),
        (issue_accumulation_document(employee_id=world.staff.pk, by=None, at=timezone.now()), "employee"),
    ):
        with refused("document_is_about_what_its_kind_says"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**{subject: None})
        document.pk, document.code = None, f"X-{subject}"
        with refused(f"document_once_per_{subject}_and_facts"), transaction.atomic():
            document.save(force_insert=True)
