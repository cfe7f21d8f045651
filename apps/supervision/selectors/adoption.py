"""How the application is taken up: each measure of a period in one or two queries, and the first steps of one person.

What each measure counts, and what it cannot say: docs/rules/adoption.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from apps.assessments.models import (
    Evaluation,
    Evidence,
    Objection,
    Period,
    ProgressEntry,
    ReportDecision,
    ReportVersion,
    SelfReport,
)
from apps.core import policy
from apps.core.rules.rounding import half_up
from apps.employees.models import Employee, Government
from apps.feedback.models import Response, ServiceCount
from apps.indicators.models import Skp

from ..labels import ADOPTION_SENTENCES, ADOPTION_UNITS, AdoptionKey
from ..models import AdoptionFigure, FirstWeek, PracticePeriod
from .practice import has_tried

ACTIVATION_DAYS = 7
PLACES = 2
SHOWN_PERIODS = 12

Figure = tuple[Decimal | None, int]


@dataclass(frozen=True)
class FirstSteps:
    """The steps of somebody who never sent a report, each with whether it is done."""

    entry: bool
    evidence: bool
    scoring: bool
    has_plan: bool
    practice: bool | None = None  # None: no practice period runs


def first_steps_of(employee: Employee, practice_period: PracticePeriod | None = None) -> FirstSteps | None:
    """Return the first steps of somebody; None once a report was sent, or after they put the list away.

    While a practice period runs, trying it is one of them.
    """
    if SelfReport.objects.filter(employee=employee, version__gt=0).exists():
        return None
    kept = FirstWeek.objects.filter(employee=employee).first()
    if kept is not None and kept.dismissed_at is not None:
        return None
    return FirstSteps(
        entry=ProgressEntry.objects.filter(employee=employee).exists(),
        evidence=Evidence.objects.filter(report__employee=employee, removed_at__isnull=True).exists(),
        scoring=kept is not None and kept.read_scoring_at is not None,
        has_plan=Skp.objects.filter(employee=employee, revises__isnull=True, status="approved").exists(),
        practice=has_tried(employee, practice_period) if practice_period else None,
    )


# --- the measures of a period


def measures(period: Period, now: datetime) -> dict[str, Figure]:
    """Return every measure of a period as value and n."""
    return {key: measure(period, now) for key, measure in _MEASURES.items()}


def _percent(part: int, whole: int) -> Figure:
    return _ratio(Decimal(part * 100), whole)


def _ratio(part: Decimal, whole: int) -> Figure:
    return (half_up(part / whole, PLACES), whole) if whole else (None, 0)


def _activation(period: Period, now: datetime) -> Figure:
    """Accounts activated in the days of the period, early enough to have had their seven days."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH activated AS (
                SELECT employee.id, min(entry.at) AS at
                FROM core_auditentry entry
                JOIN employees_employee employee ON employee.user_id::text = entry.target_id
                WHERE entry.target_type = 'accounts.user' AND entry.action = 'accounts.user.activated'
                  AND employee.government_id = %(government)s
                GROUP BY employee.id
            )
            SELECT count(*), count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM assessments_reportversion sent
                JOIN assessments_selfreport report ON report.id = sent.report_id
                WHERE report.employee_id = activated.id
                  AND sent.submitted_at BETWEEN activated.at AND activated.at + %(days)s * interval '1 day'))
            FROM activated
            WHERE at >= %(opens)s AND at < %(closes)s AND at < %(now)s - %(days)s * interval '1 day'
            """,
            {
                "government": period.cycle.government_id,
                "days": ACTIVATION_DAYS,
                "opens": period.opens_at,
                "closes": period.closes_at,
                "now": now,
            },
        )
        people, started = cursor.fetchone()
    return _percent(started, people)


def _reports(period: Period) -> QuerySet[SelfReport]:
    return SelfReport.objects.filter(period=period)


def _on_time(period: Period, now: datetime) -> Figure:
    """Of those whose approved plan covers the end of the period; nothing before it closed."""
    if now < period.closes_at:
        return None, 0
    owed = Skp.objects.filter(
        government=period.cycle.government,
        revises__isnull=True,
        status__in=["approved", "closed"],
        period__contains=period.ends_on,
        approved_at__lt=period.closes_at,
    )
    first = ReportVersion.objects.filter(
        report__period=period, report__skp__in=owed.values("pk"), submitted_at__lte=period.closes_at
    )
    return _percent(first.values("report").distinct().count(), owed.count())


def _minutes(period: Period, now: datetime) -> Figure:
    rows = _reports(period).filter(version__gt=0, active_seconds__gt=0)
    return _median(rows.order_by("active_seconds").values_list("active_seconds", flat=True), Decimal(60))


def _median(rows: Any, divisor: Decimal) -> Figure:
    values = [Decimal(value) for value in rows]
    if not values:
        return None, 0
    middle = len(values) // 2
    median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return half_up(median / divisor, PLACES), len(values)


def _abandoned(period: Period, now: datetime) -> Figure:
    if now < period.closes_at:
        return None, 0
    found = _reports(period).aggregate(all=Count("pk"), left=Count("pk", filter=Q(version=0)))
    return _percent(found["left"], found["all"])


def _objections(period: Period, now: datetime) -> Figure:
    delivered = Evaluation.objects.filter(period=period, delivered_at__isnull=False)
    filed = Objection.objects.filter(evaluation__period=period).count()
    return _ratio(Decimal(filed * 100), delivered.count())


def _upheld(period: Period, now: datetime) -> Figure:
    found = Objection.objects.filter(evaluation__period=period, decided_at__isnull=False).aggregate(
        all=Count("pk"), right=Count("pk", filter=Q(is_upheld=True))
    )
    return _percent(found["right"], found["all"])


def _review_age(period: Period, now: datetime) -> Figure:
    """From the last sending to the decision on it; what still waits counts with the time it has waited."""
    ages = []
    rows = _reports(period).filter(version__gt=0).exclude(status="draft")
    for sent, decided in rows.values_list("submitted_at", "decided_at"):
        until = decided if decided is not None and decided >= sent else now
        ages.append((until - sent).total_seconds())
    return _median(sorted(ages), Decimal(86400))


def _reasons(period: Period, now: datetime) -> Figure:
    decisions = ReportDecision.objects.filter(report__period=period, action__in=["accept", "return"])
    found = decisions.aggregate(all=Count("pk"), told=Count("pk", filter=~Q(note="")))
    return _percent(found["told"], found["all"])


def _ratings(period: Period, now: datetime) -> Figure:
    government = period.cycle.government
    services = ServiceCount.objects.filter(
        service__unit__government=government, month__range=(period.starts_on.replace(day=1), period.ends_on)
    ).aggregate(total=Sum("count"))["total"]
    counted = ServiceCount.objects.filter(
        service__unit__government=government, month__range=(period.starts_on.replace(day=1), period.ends_on)
    ).values("service")
    rated = Response.objects.filter(
        government=government,
        is_quarantined=False,
        service__in=counted,
        hour__date__range=(period.starts_on, period.ends_on),
    ).count()
    return _ratio(Decimal(rated * 100), services or 0)


_MEASURES: dict[str, Callable[[Period, datetime], Figure]] = {
    "activation": _activation,
    "on_time": _on_time,
    "minutes": _minutes,
    "abandoned": _abandoned,
    "objections": _objections,
    "upheld": _upheld,
    "review_age": _review_age,
    "reasons": _reasons,
    "ratings": _ratings,
}


# --- what the page shows


def periods_with_figures(government: Government) -> list[Period]:
    """Return the newest periods that have figures."""
    rows = Period.objects.filter(cycle__government=government, adoption_figures__isnull=False).distinct()
    return list(rows.select_related("cycle").order_by("-starts_on", "kind", "-pk")[:SHOWN_PERIODS])


def shown_figures(period: Period, day: date) -> list[dict[str, Any]]:
    """Return the figures of a period with sentence and, where it may be shown, value; and that of the period before."""
    minimum = policy.get("supervision.adoption_minimum", on=day, scope=period.cycle.government.code)
    stored = {row.key: row for row in AdoptionFigure.objects.filter(period=period)}
    before = _before(period)
    earlier = {row.key: row for row in AdoptionFigure.objects.filter(period=before)} if before else {}
    rows = []
    for key in AdoptionKey.values:
        figure = stored.get(key)
        is_shown = figure is not None and figure.n >= minimum
        last = earlier.get(key)
        rows.append(
            {
                "key": key,
                "question": AdoptionKey(key).label,
                "unit": ADOPTION_UNITS[key],
                "value": figure.value if is_shown and figure else None,
                "n": figure.n if figure else 0,
                "sentence": ADOPTION_SENTENCES[key],
                "before": last.value if last is not None and last.n >= minimum else None,
                "minimum": minimum,
            }
        )
    return rows


def _before(period: Period) -> Period | None:
    return (
        Period.objects.filter(
            cycle__government=period.cycle.government_id, kind=period.kind, ends_on__lt=period.starts_on
        )
        .order_by("-ends_on", "-pk")
        .first()
    )


def due_periods(now: datetime, *, fresh: timedelta, settled: timedelta) -> QuerySet[Period]:
    """Return the periods that have begun, are not settled for good, and whose figures are older than `fresh`."""
    recent = AdoptionFigure.objects.filter(computed_at__gt=now - fresh).values("period")
    return (
        Period.objects.filter(opens_at__lte=now, closes_at__gt=now - settled)
        .exclude(pk__in=recent)
        .select_related("cycle__government")
        .order_by(F("closes_at").asc(), "pk")
    )
