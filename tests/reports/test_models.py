"""The database itself refuses documents that are about nothing, and second ones of the same facts."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core.models import Job
from apps.reports.models import Document, ScheduledPack
from apps.reports.services.documents import issue_evaluation_document, issue_skp_document

from .evaluated import evaluate, quarter

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
