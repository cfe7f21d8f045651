"""Premises of the tests about exceptions: a supervisor's small world with things that stand out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from apps.assessments.models import Evaluation, Evidence, EvidenceQuestion, Objection, Period
from apps.core.models import StoredFile
from apps.employees.models import Employee
from apps.indicators.models import Indicator, Skp
from tests.world import World

# A Tuesday in Kendari; the third quarter is open, the second ended on 30 June.
NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)


def approve(plan: Skp, *, on: datetime = datetime(2026, 1, 20, tzinfo=UTC)) -> Skp:
    """Let a plan have been approved on a day."""
    Skp.objects.filter(pk=plan.pk).update(submitted_at=on, approved_at=on)
    plan.refresh_from_db()
    return plan


def report(world: World, plan: Skp, period: Period, value: str = "100", **more: Any) -> Any:
    """Make a sent report with the same realization for every indicator."""
    figures = {row: Decimal(value) for row in Indicator.objects.filter(result__skp=plan)}
    return world.make_report(plan, period, status=more.pop("status", "accepted"), figures=figures)


def make_file(name: str = "a") -> StoredFile:
    """Make a stored file."""
    return StoredFile.objects.get_or_create(
        sha256=(name * 64)[:64], defaults={"size": 3, "content_type": "image/png"}
    )[0]


def attach(draft: Any, name: str = "a") -> Evidence:
    """Attach a file to a draft; once a report is sent nothing can be added (a trigger)."""
    return Evidence.objects.create(report=draft, file=make_file(name), name=f"{name}.png", added_at=NOW)


def send(draft: Any, *, status: str = "accepted") -> Any:
    """Send a draft."""
    type(draft).objects.filter(pk=draft.pk).update(
        version=1, number=f"LK-X-{draft.pk}", submitted_at=NOW, status=status, achievements="Selesai."
    )
    draft.refresh_from_db()
    return draft


def late_plan(world: World, person: Employee, *, on: datetime = datetime(2026, 8, 3, tzinfo=UTC)) -> Skp:
    """Let a plan have waited for its approval since a day."""
    plan = world.make_skp(person, status="submitted")
    Skp.objects.filter(pk=plan.pk).update(submitted_at=on)
    return plan


def question(asked: Evidence, other: Evidence, **more: Any) -> EvidenceQuestion:
    """Ask about a file that was used before."""
    return EvidenceQuestion.objects.create(
        **{
            "report": asked.report,
            "evidence": asked,
            "kind": "same_file",
            "is_own": True,
            "other_evidence": other,
            "other_report": other.report,
            "asked_at": NOW,
            **more,
        }
    )


def objection(
    world: World, plan: Skp, period: Period, due: date, decider: Employee | None = None
) -> Objection:
    """Let a person have objected to an evaluation."""
    evaluation = Evaluation.objects.create(
        government=world.government,
        skp=plan,
        employee=plan.employee,
        unit=plan.unit,
        period=period,
        appraiser=plan.appraiser,
        status="objected",
        prepared_at=NOW,
        rated_at=NOW,
        delivered_at=NOW,
        answer_due_on=due,
        answered_at=NOW,
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
        predikat="baik",
    )
    return Objection.objects.create(
        evaluation=evaluation,
        number=f"K-{evaluation.pk}",
        reason="Angka lain.",
        filed_at=NOW,
        decider=decider or world.agency_head,
        decision_due_on=due,
    )
