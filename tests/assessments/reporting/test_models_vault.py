"""What was sent does not change, whichever way somebody tries; each constraint of the vault, broken past save()."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.assessments.models import Evidence, EvidenceQuestion, ReportLine, SelfReport
from apps.assessments.services import reports

from .conftest import NOW, fill, picture
from .test_services_evidence import put


def snapshot(report: Any) -> Any:
    return (
        list(
            SelfReport.objects.filter(pk=report.pk).values(
                "achievements", "obstacles", "support_needed", "period"
            )
        ),
        list(
            ReportLine.objects.filter(report=report).order_by("pk").values("indicator", "realization", "note")
        ),
        list(
            Evidence.objects.filter(report=report)
            .order_by("pk")
            .values("name", "file", "removed_at", "result")
        ),
    )


CHANGES: dict[str, Callable[[Any], Any]] = {
    "achievements": lambda r: SelfReport.objects.filter(pk=r.pk).update(achievements="Lain"),
    "obstacles": lambda r: SelfReport.objects.filter(pk=r.pk).update(obstacles="Lain"),
    "support": lambda r: SelfReport.objects.filter(pk=r.pk).update(support_needed="Lain"),
    "log": lambda r: SelfReport.objects.filter(pk=r.pk).update(log_text="Lain"),
    "status and text at once": lambda r: SelfReport.objects.filter(pk=r.pk).update(
        status="draft", achievements="Lain"
    ),
    "the report itself": lambda r: SelfReport.objects.filter(pk=r.pk)._raw_delete("default"),
    "a figure": lambda r: ReportLine.objects.filter(report=r).update(realization=Decimal(99)),
    "a remark": lambda r: ReportLine.objects.filter(report=r).update(note="Lain"),
    "a line less": lambda r: ReportLine.objects.filter(report=r).delete(),
    "a file's name": lambda r: Evidence.objects.filter(report=r).update(name="lain.jpg"),
    "a file taken out": lambda r: Evidence.objects.filter(report=r).update(removed_at=NOW),
    "a file less": lambda r: Evidence.objects.filter(report=r).delete(),
    "a file more": lambda r: Evidence.objects.create(
        report=r, file=Evidence.objects.filter(report=r).get().file, name="x", added_at=NOW, removed_at=NOW
    ),
}


@pytest.mark.parametrize("status", ["submitted", "accepted"])
@pytest.mark.parametrize("change", list(CHANGES), ids=list(CHANGES))
def test_content_in_force_never_changes(world: Any, draft: Any, status: str, change: str) -> None:
    put(draft, picture())
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    if status == "accepted":
        reports.accept_report(report_id=draft.pk, by=world.head, at=NOW)
    before = snapshot(draft)
    with pytest.raises(IntegrityError), transaction.atomic():
        CHANGES[change](draft)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert snapshot(draft) == before


def test_a_line_cannot_move_into_a_sent_report(world: Any, draft: Any, periods: list[Any]) -> None:
    earlier = reports.open_report(employee=world.staff, period=periods[1], by=world.staff, at=NOW)
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportLine.objects.filter(report=earlier).update(report=draft)
    assert ReportLine.objects.filter(report=earlier).count() == 2


def test_what_came_back_may_change_again(world: Any, draft: Any) -> None:
    put(draft, picture())
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    reports.return_report(report_id=draft.pk, note="Lengkapi", by=world.head, at=NOW)
    fill(draft, text="Baru")
    assert SelfReport.objects.get(pk=draft.pk).achievements == "Baru"


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": "unclear", "verdict_at": NOW},
        {"verdict": "not_fitting", "verdict_at": NOW, "verdict_note": ""},
        {"verdict": "accepted"},
        {"verdict": "", "verdict_at": NOW},
        {"verdict": "perfect", "verdict_at": NOW},
    ],
)
def test_a_verdict_is_whole(draft: Any, values: dict[str, Any]) -> None:
    item = put(draft, picture())
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=item.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "same_file"},
        {"kind": "not_fresh", "day": None},
        {"kind": "similar_text"},
        {"kind": "guess"},
        {"answer": "Ya"},
        {"answered_at": NOW},
    ],
)
def test_a_question_is_whole(draft: Any, values: dict[str, Any]) -> None:
    item = put(draft, picture(), "IMG_20250101_1.jpg")
    question = EvidenceQuestion.objects.get(evidence=item)
    assert (question.kind, question.day) == ("not_fresh", date(2025, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceQuestion.objects.filter(pk=question.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceQuestion.objects.create(
            report=draft, evidence=item, kind="not_fresh", is_own=True, day=date(2025, 1, 1), asked_at=NOW
        )


def test_one_question_per_text(draft: Any, periods: list[Any], world: Any) -> None:
    other = reports.open_report(employee=world.staff, period=periods[1], by=world.staff, at=NOW)
    row = {"report": draft, "kind": "similar_text", "is_own": True, "other_report": other, "asked_at": NOW}
    EvidenceQuestion.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceQuestion.objects.create(**row)
