"""Reminders of reports: the ladder of the schedule, and the day somebody chose. Both stop once the report is sent.

What was sent is known by the key of its message: two ticks, no tick for a night or a replayed one end the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import notify, stamps
from apps.core.localtime import local_date
from apps.core.models import Notification
from apps.employees.alike import Alike, alike
from apps.employees.models import AppraiserLink, Employee
from apps.employees.selectors import loans_of, present_on
from apps.indicators.models import Indicator, Skp

from ..models import Evaluation, Period, ReminderPlan, ReportLine, SelfReport
from ..rules.evaluation_lifecycle import EvaluationStatus
from ..rules.reminder_ladder import Copy, Missing, Step, due_step, is_quiet, ladder_of, missing_of
from ..rules.report_lifecycle import ReportStatus
from ..selectors.reporting import PLANS_IN_FORCE, is_past, late_allowed
from .actors import stamp_names

CHUNK = 200
SENT = (ReportStatus.SUBMITTED, ReportStatus.ACCEPTED)
COUNTED_SOURCES = ("reported", "progress_sum")

_TEXTS = {
    Missing.REPORT: gettext_noop(
        "Your report on %(starts_on)s to %(ends_on)s is not begun yet. Last day: %(closes_on)s."
    ),
    Missing.FIGURES: gettext_noop(
        "Your report on %(starts_on)s to %(ends_on)s still lacks figures: %(count)s. Last day: %(closes_on)s."
    ),
    Missing.TEXT: gettext_noop(
        "Your report on %(starts_on)s to %(ends_on)s still lacks what you achieved. Last day: %(closes_on)s."
    ),
    Missing.SENDING: gettext_noop(
        "Your report on %(starts_on)s to %(ends_on)s is written but not sent. Last day: %(closes_on)s."
    ),
    Missing.CORRECTION: gettext_noop(
        "Your report on %(starts_on)s to %(ends_on)s came back with a note. Correct it and send it again."
    ),
}
_DIGEST = gettext_noop(
    "Reports on %(starts_on)s to %(ends_on)s are missing after the last day: %(count)s of your people."
)


class MomentOver(ValueError):
    """Raised when the chosen moment has passed, or lies after the last day."""


@dataclass(frozen=True)
class Open:
    """A plan whose report of a period is not sent, and what is missing."""

    plan: Skp
    report: SelfReport | None
    missing: Missing
    figures: int


# --- the ladder


def climb(*, now: datetime, limit: int = CHUNK) -> int:
    """Send the steps of the ladder that are due; return how many people were reminded."""
    sent = 0
    for group in alike(
        now, "assessments.quiet_from_hour", "assessments.quiet_until_hour", "assessments.reminder_ladder"
    ):
        quiet_from, quiet_until, steps = group.values
        if is_quiet(now.astimezone(ZoneInfo(group.zone)).hour, quiet_from, quiet_until):
            continue
        ladder = ladder_of(steps)
        for period in _periods(group, now):
            days_left = (local_date(period.closes_at, group.zone) - group.today).days
            step = due_step(days_left, ladder)
            if step is None or (is_past(period, now) and not late_allowed(period)):
                continue
            sent += _climb(period, step, now=now, limit=limit)
    return sent


def _periods(group: Alike, now: datetime) -> QuerySet[Period]:
    return (
        Period.objects.filter(
            cycle__government__in=group.ids,
            opens_at__lte=now,
            closes_at__range=(now - timedelta(days=70), now + timedelta(days=70)),
        )
        .select_related("cycle__government")
        .order_by("closes_at", "pk")
    )


def _climb(period: Period, step: Step, *, now: datetime, limit: int) -> int:
    government = period.cycle.government
    today = local_date(now, government.timezone)
    plans = _unsent(period, now).annotate(
        promise=Concat(
            Value("report-reminder:"),
            Cast("pk", CharField()),
            Value(f":{period.pk}:{step.days}"),
            output_field=CharField(),
        )
    )
    waiting = list(
        plans.filter(~Exists(Notification.objects.filter(key=OuterRef("promise"))))
        .select_related("employee__user")
        .order_by("pk")[:limit]
    )
    here = present_on([plan.employee_id for plan in waiting], today)
    told = [plan for plan in waiting if plan.employee_id in here]
    if not told:
        return 0
    for row in _what_is_missing(told, period):
        with transaction.atomic():
            _tell(row, period, key=row.plan.promise)
    if step.copy is Copy.SUPERVISOR:
        _tell_supervisors(period, now)
    return len(told)


def _unsent(period: Period, now: datetime) -> QuerySet[Skp]:
    """Return the plans of the period whose people still owe a report."""
    days = DateRange(period.starts_on, period.ends_on + timedelta(days=1))
    plans = Skp.objects.filter(
        government=period.cycle.government_id,
        status__in=PLANS_IN_FORCE,
        revises__isnull=True,
        year=period.cycle.year,
        period__overlap=days,
        employee__is_active=True,
        employee__user__isnull=False,
    )
    reports = SelfReport.objects.filter(skp=OuterRef("pk"), period=period, status__in=SENT)
    rated = Evaluation.objects.filter(skp=OuterRef("pk"), period=period).exclude(
        status=EvaluationStatus.PREPARED.value
    )
    plans = plans.filter(~Exists(reports), ~Exists(rated))
    if is_past(period, now):
        # The plan came after the period: nobody waits for this report.
        plans = plans.filter(Q(approved_at__isnull=True) | Q(approved_at__lte=period.closes_at))
    return plans


def _what_is_missing(plans: Sequence[Skp], period: Period) -> list[Open]:
    reports = {row.skp_id: row for row in SelfReport.objects.filter(skp__in=plans, period=period)}
    needed = Counter(
        Indicator.objects.filter(
            result__skp__in=plans, target__isnull=False, source__in=COUNTED_SOURCES
        ).values_list("result__skp", flat=True)
    )
    filled = Counter(
        ReportLine.objects.filter(
            report__in=reports.values(),
            realization__isnull=False,
            indicator__target__isnull=False,
            indicator__source__in=COUNTED_SOURCES,
        ).values_list("report__skp", flat=True)
    )
    found = []
    for plan in plans:
        report = reports.get(plan.pk)
        figures = max(needed[plan.pk] - filled[plan.pk], 0)
        missing = missing_of(
            report.status if report else "",
            has_text=bool(report and report.achievements.strip()),
            empty_figures=figures,
        )
        found.append(Open(plan, report, missing, figures))
    return found


def _tell(row: Open, period: Period, *, key: str) -> bool:
    sent = notify.send(
        row.plan.employee.user,
        _TEXTS[row.missing],
        url=reverse("assessments:report-detail", args=[row.report.pk])
        if row.report
        else reverse("assessments:report-list"),
        key=key,
        count=row.figures,
        **_days(period),
    )
    if sent is not None:
        stamps.bump(*stamp_names(row.plan.employee))
    return sent is not None


def _tell_supervisors(period: Period, now: datetime) -> None:
    """Copy each supervisor once per period, in one line for all of their people."""
    today = local_date(now, period.cycle.government.timezone)
    owing = present_on(_unsent(period, now).values_list("employee", flat=True), today)
    links = AppraiserLink.objects.active_on(today).filter(employee__in=owing, appraiser__isnull=False)
    supervisors = dict(links.values_list("employee", "appraiser"))
    supervisors |= {key: loan.holder_id for key, loan in loans_of(owing, today).items()}
    late = Counter(supervisors.values())
    for supervisor in Employee.objects.filter(pk__in=late).select_related("user").order_by("pk"):
        notify.send(
            supervisor.user,
            _DIGEST,
            url=reverse("assessments:review-list"),
            key=f"report-digest:{supervisor.pk}:{period.pk}",
            count=late[supervisor.pk],
            **_days(period),
        )
        stamps.bump(*stamp_names(supervisor))


def _days(period: Period) -> dict[str, str]:
    closes_on = local_date(period.closes_at, period.cycle.government.timezone)
    return {
        "starts_on": f"{period.starts_on:%d/%m/%Y}",
        "ends_on": f"{period.ends_on:%d/%m/%Y}",
        "closes_on": f"{closes_on:%d/%m/%Y}",
    }


# --- the day somebody chose


@transaction.atomic
def plan_reminder(*, employee: Employee, period: Period, remind_at: datetime, at: datetime) -> ReminderPlan:
    """Keep the moment at which somebody wants to write a report; a later choice replaces it.

    :raises MomentOver: if the moment has passed, or lies after the last one for reports.
    """
    if not at < remind_at <= period.closes_at:
        raise MomentOver
    plan, _created = ReminderPlan.objects.update_or_create(
        employee=employee, period=period, defaults={"remind_at": remind_at, "sent_at": None}
    )
    stamps.bump(*stamp_names(employee))
    return plan


@transaction.atomic
def forget_reminder(*, employee: Employee, period: Period) -> None:
    """Drop the chosen moment; without one nothing happens."""
    ReminderPlan.objects.filter(employee=employee, period=period).delete()
    stamps.bump(*stamp_names(employee))


def send_chosen(*, now: datetime, limit: int = CHUNK) -> int:
    """Remind those whose chosen moment has come and who have not sent the report; each once."""
    due = ReminderPlan.objects.filter(remind_at__lte=now, sent_at=None).order_by("remind_at", "pk")
    return sum(_send_chosen(pk, now) for pk in due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _send_chosen(pk: int, now: datetime) -> bool:
    plan = (
        ReminderPlan.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("employee__user", "period__cycle__government")
        .filter(pk=pk, sent_at=None)
        .first()
    )
    if plan is None:
        return False
    plan.sent_at = now
    plan.save(update_fields=["sent_at"])
    period = plan.period
    today = local_date(now, period.cycle.government.timezone)
    owed = (
        _unsent(period, now)
        .filter(employee=plan.employee_id)
        .select_related("employee__user")
        .order_by(F("pk"))
    )
    if plan.employee_id not in present_on([plan.employee_id], today) or is_past(period, now):
        return False
    return any(
        _tell(row, period, key=f"report-chosen:{plan.pk}:{plan.remind_at:%Y%m%d%H%M}:{row.plan.pk}")
        for row in _what_is_missing(list(owed), period)
    )
