"""What one civil servant owes now: the start page."""

from dataclasses import dataclass
from datetime import date, datetime

from apps.assessments.models import (
    DialogueNote,
    Evaluation,
    FeedbackNote,
    PeerInvitation,
    Period,
    SelfReport,
)
from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.indicators.models import Skp


@dataclass(frozen=True)
class Duties:
    """Plan of the year, open periods with their reports, evaluations waiting for an answer, newest feedback.

    `talks_to_agree` counts notes of talks with the leader, `peer_requests` what one is asked to say about others.
    """

    day: date
    skp: Skp | None
    periods: list[tuple[Period, SelfReport | None]]
    next_period: Period | None
    evaluations: list[Evaluation]
    feedback: FeedbackNote | None
    talks_to_agree: int = 0
    peer_requests: int = 0


def duties_of(employee: Employee, now: datetime) -> Duties:
    """Return what somebody owes, in a constant number of queries."""
    day = local_date(now, employee.government.timezone)
    plans = Skp.objects.plans().filter(employee=employee, period__contains=day).order_by("-pk")
    skp = plans.first()
    periods = Period.objects.filter(cycle__government=employee.government, kind="periodic").select_related(
        "cycle"
    )
    running = list(periods.filter(status="open").order_by("closes_at"))
    reports = {
        report.period_id: report
        for report in SelfReport.objects.filter(employee=employee, period__in=running).order_by("pk")
    }
    return Duties(
        day=day,
        skp=skp,
        periods=[(period, reports.get(period.pk)) for period in running],
        next_period=periods.filter(status="planned").order_by("opens_at").first(),
        evaluations=list(
            Evaluation.objects.filter(employee=employee, status="delivered")
            .select_related("period")
            .order_by("pk")
        ),
        feedback=FeedbackNote.objects.filter(employee=employee)
        .select_related("author", "on_behalf_of")
        .order_by("-at", "-pk")
        .first(),
        talks_to_agree=DialogueNote.objects.filter(
            employee=employee, status__in=["draft", "appraiser_agreed"]
        ).count(),
        peer_requests=PeerInvitation.objects.filter(giver=employee).waiting().count(),
    )
