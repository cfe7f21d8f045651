"""What happens when a period closes: figures are pulled together, and each plan gets an evaluation to be
rated.

`prepare_unit` works for one unit with a constant number of queries, however many people it has. What it found
is stored with the evaluation (`inputs`) and never computed again once the appraiser has rated.

Inputs, version 1:
    at, cut_off          when it was pulled together, and the last instant for reports
    days                 first and last day that were looked at: those of the plan within the period
    report               id, status (or `none`), number, version, is_late
    indicators           [{id, result_id, result_text, text, aspect, measure, direction, source,
                           target, plan_target, realization, percent, missing,
                           answers: {n, low, high} of a rating by citizens}]
    progress_entries     number of lines of daily work
    unit                 id, ikm {n, value, grade, weakest, low, high, tier, is_formal, minimum}, services,
                         complaints_on_time_percent, complaints {confirmed, no_reply, reopened, confirmed_percent},
                         notices {all, acted}
    heads_unit           id of the unit this person leads, or null: then the result follows the unit (ORG-4)
    appraiser_source     link, head, mandate, external or none
    away                 [{kind, first, last}]: days of study, leave or suspension, which count for nothing (SPC-6)
    periodic             yearly only: [{number, predikat, evaluation_id, skp_id}], a hint and no average (EVA-6)
    earlier_parts        yearly only, after a move: [{evaluation_id, skp_id, days, predikat}] of former posts (SPC-1)
    policy, rules        the values and rule versions used
Numbers are decimal text; `missing` says in a code why there is no percentage.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, ProtectedError, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, jobs, notify, policy, stamps
from apps.employees.labels import AWAY_STATES
from apps.employees.models import (
    Employee,
    Placement,
    ServiceState,
    WorkUnit,
)
from apps.feedback.selectors.voice import PublicVoice, voice_of_unit
from apps.indicators.models import Indicator, Skp
from apps.indicators.rules.achievement import Direction, achievement_percent

from ..models import Evaluation, Period, PeriodRun, ProgressEntry, ReportLine, SelfReport
from ..rules.evaluation_lifecycle import EvaluationStatus
from ..rules.hint import HintThresholds, rating_hint
from ..rules.period_lifecycle import PeriodAction, PeriodKind, PeriodStatus, allowed_actions, next_status
from ..rules.targets import is_counted, period_target
from ..selectors.public_figures import certainty_of, public_figure
from ..selectors.reporting import FETCHED_SOURCES
from .appraisers import Chosen, choose_appraisers

INPUTS_VERSION = 1
ACHIEVEMENT_RULE = "SAK-6"
HINT_RULE = "hint-mean/1"
COUNTED_REPORTS = ("submitted", "accepted")
PLANS_IN_FORCE = ("approved", "closed")
# Evaluation.achievement_percent holds six digits before the point; a target of 0.0001 must not stop a whole
# unit.
LARGEST_PERCENT = Decimal("999999.99")

_TO_RATE = gettext_noop("Evaluations are ready for your ratings: period from %(starts_on)s to %(ends_on)s.")


@transaction.atomic
def close_period(*, period_id: int, at: datetime) -> bool:
    """Close one period if its last instant has passed; return whether this call did it.

    The cut-off is the instant in the row, not the time of the tick: after a missed night the result is the
    same.
    """
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("cycle__government").get(pk=period_id)
    )
    if PeriodAction.CLOSE not in allowed_actions(PeriodStatus(period.status)) or period.closes_at >= at:
        return False
    period.status = next_status(PeriodStatus(period.status), PeriodAction.CLOSE).value
    period.save(update_fields=["status"])
    reports = SelfReport.objects.filter(period=period).aggregate(
        sent=Count("pk", filter=Q(version__gt=0)), late=Count("pk", filter=Q(is_late=True))
    )
    units = enqueue_preparation(period)
    figures = {
        **reports,
        "plans": plans_covering(period).count(),
        "units": units,
        "cut_off": period.closes_at.isoformat(),
    }
    PeriodRun.objects.create(period=period, step="close", started_at=at, finished_at=at, figures=figures)
    audit.record(
        "assessments.period.closed",
        target=period,
        by=None,
        scope=period.cycle.government.code,
        at=at,
        cut_off=period.closes_at,
        units=units,
    )
    return True


def enqueue_preparation(period: Period, mark: str = "") -> int:
    """Promise the preparation of every unit with plans in a period; return the number of units."""
    units = list(plans_covering(period).order_by("unit_id").values_list("unit_id", flat=True).distinct())
    for unit_id in units:
        jobs.enqueue(
            "assessments.prepare_unit",
            scope=period.cycle.government.code,
            key=f"prepare:{period.pk}:{unit_id}{mark}",
            period_id=period.pk,
            unit_id=unit_id,
        )
    return len(units)


def plans_covering(period: Period) -> Any:
    """Return the approved plans of a government that cover at least one day of a period (CYC-7: also closed
    ones).
    """
    return Skp.objects.filter(
        government_id=period.cycle.government_id,
        year=period.cycle.year,
        status__in=PLANS_IN_FORCE,
        period__overlap=DateRange(period.starts_on, period.ends_on + timedelta(days=1)),
    )


@transaction.atomic
def prepare_unit(*, period_id: int, unit_id: int, at: datetime) -> dict[str, int]:
    """Make or refresh the evaluations of one unit for a closed period; return what was done.

    Runs again without harm: the run row is locked, evaluations to be rated are refreshed, rated ones are left
    alone.
    """
    period = Period.objects.select_related("cycle__government").get(pk=period_id)
    unit = WorkUnit.objects.select_related("government").get(pk=unit_id)
    PeriodRun.objects.get_or_create(period=period, unit=unit, step="prepare", defaults={"started_at": at})
    run = PeriodRun.objects.select_for_update(of=("self",)).get(period=period, unit=unit, step="prepare")
    plans = list(
        plans_covering(period)
        .filter(unit=unit)
        .select_related("employee", "placement__position")
        .order_by("pk")
    )
    figures = (
        _prepare(period, unit, plans, at) if plans else {"created": 0, "refreshed": 0, "kept": 0, "away": 0}
    )
    figures = {"plans": len(plans), **figures, "without_plan": _without_plan(period, unit, plans)}
    run.finished_at = at
    run.figures = figures
    run.save(update_fields=["finished_at", "figures"])
    audit.record(
        "assessments.unit.prepared",
        target=run,
        by=None,
        scope=period.cycle.government.code,
        at=at,
        period=period.pk,
        unit=unit.pk,
        **figures,
    )
    stamps.bump(f"unit:{unit.pk}")
    return figures


def prepare_part(*, skp_id: int, at: datetime) -> Evaluation | None:
    """Make or refresh the closing evaluation of a plan that ended before the year did (CYC-7, SPC-1).

    It hangs on the yearly period and covers the days of that plan only. None if the year has no cycle, or the
    person was away all the time.
    """
    with transaction.atomic():
        plan = Skp.objects.select_related("employee", "placement__position", "unit").get(pk=skp_id)
        period = (
            Period.objects.select_related("cycle__government")
            .filter(cycle__government=plan.government_id, cycle__year=plan.year, kind=PeriodKind.YEARLY.value)
            .first()
        )
        if period is None or plan.status not in PLANS_IN_FORCE:
            return None
        figures = _prepare(period, plan.unit, [plan], at)
        audit.record(
            "assessments.part.prepared",
            target=plan,
            by=None,
            scope=period.cycle.government.code,
            at=at,
            period=period.pk,
            **figures,
        )
        return Evaluation.objects.filter(skp=plan, period=period).first()


def _prepare(period: Period, unit: WorkUnit, plans: Sequence[Skp], at: datetime) -> dict[str, int]:
    # Who came or left within the period is looked at for their own days; most plans share the same ones.
    by_days: dict[tuple[date, date], list[Skp]] = defaultdict(list)
    for plan in plans:
        by_days[_days_of_plan(period, plan)].append(plan)
    existing = {
        row.skp_id: row for row in Evaluation.objects.select_for_update().filter(period=period, skp__in=plans)
    }
    created: list[Evaluation] = []
    refreshed: list[Evaluation] = []
    kept = absent = 0
    for days, group in by_days.items():
        found = _gather(period, unit, group, days, at)
        for plan in group:
            evaluation = existing.get(plan.pk)
            if evaluation is not None and evaluation.status != EvaluationStatus.PREPARED.value:
                kept += 1
                continue
            if _was_away_throughout(found.away.get(plan.employee_id, []), days):
                absent += 1
                if evaluation is not None:
                    _drop(evaluation)
                continue
            if evaluation is None:
                evaluation = Evaluation(
                    skp=plan, period=period, employee=plan.employee, government_id=plan.government_id
                )
                created.append(evaluation)
            else:
                refreshed.append(evaluation)
            _fill(evaluation, plan, found, at)
    Evaluation.objects.bulk_create(created)
    Evaluation.objects.bulk_update(
        refreshed,
        [
            "unit",
            "appraiser",
            "mandate",
            "is_part",
            "achievement_percent",
            "hint_rating",
            "inputs",
            "prepared_at",
        ],
        batch_size=500,
    )
    _call_appraisers(period, [*created, *refreshed], new=bool(created))
    return {"created": len(created), "refreshed": len(refreshed), "kept": kept, "away": absent}


def _days_of_plan(period: Period, plan: Skp) -> tuple[date, date]:
    lower, upper = plan.period.lower, plan.period.upper
    first = period.starts_on if lower is None else max(period.starts_on, lower)
    last = period.ends_on if upper is None else min(period.ends_on, upper - timedelta(days=1))
    return first, last


def _was_away_throughout(states: Sequence[ServiceState], days: tuple[date, date]) -> bool:
    """Whether recorded states cover every day (SPC-6: no evaluation for the inactive period)."""
    day, last = days
    for state in sorted(states, key=lambda row: row.period.lower):
        if state.period.lower > day:
            return False
        if state.period.upper is None or state.period.upper > last:
            return True
        day = max(day, state.period.upper)
    return False


def _drop(evaluation: Evaluation) -> None:
    """Take back an evaluation that nobody has begun: the person turned out to have been away."""
    try:
        with transaction.atomic():
            evaluation.delete()
    except ProtectedError:
        return  # somebody refers to it already; it stays, and says when the person was away


def _without_plan(period: Period, unit: WorkUnit, plans: Sequence[Skp]) -> int:
    return (
        Placement.objects.active_on(period.ends_on)
        .filter(position__unit=unit, is_main=True, employee__is_active=True)
        .exclude(employee__in=[plan.employee_id for plan in plans])
        .count()
    )


def _call_appraisers(period: Period, evaluations: Iterable[Evaluation], *, new: bool) -> None:
    appraisers = {row.appraiser_id for row in evaluations if row.appraiser_id}
    for appraiser in Employee.objects.filter(pk__in=appraisers, user__isnull=False).select_related("user"):
        stamps.bump(f"user:{appraiser.user_id}")
        if new:
            notify.send(
                appraiser.user,
                _TO_RATE,
                url=reverse("assessments:appraisal-list", args=[period.pk]),
                key=f"to-rate:{period.pk}:{appraiser.pk}",
                starts_on=f"{period.starts_on:%d/%m/%Y}",
                ends_on=f"{period.ends_on:%d/%m/%Y}",
            )


# What was found for a unit


@dataclass(frozen=True)
class Found:
    """Everything a unit's evaluations are made of, fetched at once."""

    period: Period
    unit: WorkUnit
    days: tuple[date, date]
    voice: PublicVoice
    indicators: dict[int, list[Indicator]]
    reports: dict[int, SelfReport]
    lines: dict[tuple[int, int], Decimal | None]
    progress: dict[int, Decimal]
    entries: dict[int, int]
    appraisers: dict[int, Chosen]
    away: dict[int, list[ServiceState]]
    periodic: dict[int, list[dict[str, Any]]]
    earlier_parts: dict[int, list[dict[str, Any]]]
    thresholds: HintThresholds
    target_basis: str


def _gather(
    period: Period, unit: WorkUnit, plans: Sequence[Skp], days: tuple[date, date], at: datetime
) -> Found:
    scope = period.cycle.government.code
    indicators: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in (
        Indicator.objects.filter(result__skp__in=plans)
        .select_related("result")
        .order_by("result__skp", "-result__kind", "result__order", "result", "order", "pk")
    ):
        indicators[indicator.result.skp_id].append(indicator)
    if _is_part(period, days):
        reports, lines = _reports_of_part(period, plans)
    else:
        reports = {row.skp_id: row for row in SelfReport.objects.filter(period=period, skp__in=plans)}
        lines = {
            (line.report_id, line.indicator_id): line.realization
            for line in ReportLine.objects.filter(
                report__in=reports.values(), report__status__in=COUNTED_REPORTS
            )
        }
    entries = ProgressEntry.objects.filter(result__skp__in=plans, date__range=days)
    return Found(
        period=period,
        unit=unit,
        days=days,
        voice=voice_of_unit(unit, *days),
        indicators=indicators,
        reports=reports,
        lines=lines,
        progress=dict(
            entries.filter(indicator__isnull=False, quantity__isnull=False)
            .values("indicator")
            .annotate(total=Sum("quantity"))
            .values_list("indicator", "total")
        ),
        entries=dict(entries.values("result__skp").annotate(n=Count("pk")).values_list("result__skp", "n")),
        appraisers=choose_appraisers(
            unit, {plan.pk: plan.employee_id for plan in plans}, day=days[1], now=at
        ),
        away=_away(plans, days),
        periodic=_periodic_predikats(period, plans),
        earlier_parts=_earlier_parts(period, plans),
        thresholds=HintThresholds(
            meets_percent=policy.get("assessments.hint_meets_percent", on=period.ends_on, scope=scope),
            above_percent=policy.get("assessments.hint_above_percent", on=period.ends_on, scope=scope),
        ),
        target_basis=policy.get("assessments.target_basis", on=period.ends_on, scope=scope),
    )


def _is_part(period: Period, days: tuple[date, date]) -> bool:
    """Whether these days of the yearly period end before the year: the plan of a post that was left (SPC-1)."""
    return period.kind == PeriodKind.YEARLY.value and days[1] < period.ends_on


def _reports_of_part(
    period: Period, plans: Sequence[Skp]
) -> tuple[dict[int, SelfReport], dict[tuple[int, int], Decimal | None]]:
    """Return the latest report of each plan, and its figures over all reports on the part.

    Nobody writes a yearly report on a post they left in spring, so what was counted is added up over the periods,
    and of everything else the latest figure holds.
    """
    reports: dict[int, SelfReport] = {}
    lines: dict[tuple[int, int], Decimal | None] = {}
    totals: dict[int, Decimal | None] = {}
    rows = SelfReport.objects.filter(
        period__cycle=period.cycle_id,
        period__kind=PeriodKind.PERIODIC.value,
        skp__in=plans,
        status__in=COUNTED_REPORTS,
    )
    for report in rows.order_by("period__starts_on", "pk"):
        reports[report.skp_id] = report
    for line in (
        ReportLine.objects.filter(report__in=rows.values("pk"), realization__isnull=False)
        .select_related("indicator", "report")
        .order_by("report__period__starts_on", "pk")
    ):
        before = totals.get(line.indicator_id)
        counted = is_counted(line.indicator.source, line.indicator.aspect)
        totals[line.indicator_id] = (
            before + line.realization if counted and before is not None else line.realization
        )
        lines[reports[line.report.skp_id].pk, line.indicator_id] = totals[line.indicator_id]
    return reports, lines


def _periodic_predikats(period: Period, plans: Sequence[Skp]) -> dict[int, list[dict[str, Any]]]:
    periodic: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if period.kind != PeriodKind.YEARLY.value:
        return periodic
    earlier = (
        Evaluation.objects.filter(
            employee__in=[plan.employee_id for plan in plans],
            period__cycle=period.cycle_id,
            period__kind=PeriodKind.PERIODIC.value,
        )
        .exclude(predikat="")
        .order_by("period__number", "pk")
    )
    for row in earlier.values("employee", "period__number", "predikat", "pk", "skp"):
        periodic[row["employee"]].append(
            {
                "number": row["period__number"],
                "predikat": row["predikat"],
                "evaluation_id": row["pk"],
                "skp_id": row["skp"],
            }
        )
    return periodic


def _earlier_parts(period: Period, plans: Sequence[Skp]) -> dict[int, list[dict[str, Any]]]:
    """Return, per person, the closing evaluations of the posts they left in the year (SPC-1)."""
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if period.kind != PeriodKind.YEARLY.value:
        return parts
    rows = Evaluation.objects.filter(
        employee__in=[plan.employee_id for plan in plans], period=period, is_part=True
    ).order_by("skp__period", "pk")
    for row in rows:
        parts[row.employee_id].append(
            {
                "evaluation_id": row.pk,
                "skp_id": row.skp_id,
                "days": row.inputs.get("days", []),
                "predikat": row.predikat,
            }
        )
    return parts


def _away(plans: Sequence[Skp], days: tuple[date, date]) -> dict[int, list[ServiceState]]:
    found: dict[int, list[ServiceState]] = defaultdict(list)
    for state in ServiceState.objects.filter(
        employee__in=[plan.employee_id for plan in plans],
        kind__in=AWAY_STATES,
        period__overlap=DateRange(days[0], days[1] + timedelta(days=1)),
    ).order_by("period"):
        found[state.employee_id].append(state)
    return found


# One person


def _fill(evaluation: Evaluation, plan: Skp, found: Found, at: datetime) -> None:
    rows = [_indicator_row(indicator, plan, found) for indicator in found.indicators.get(plan.pk, [])]
    hint = rating_hint(
        [Decimal(row["percent"]) if row["percent"] else None for row in rows], found.thresholds
    )
    chosen = found.appraisers[plan.pk]
    mean = hint.mean_percent
    evaluation.unit = found.unit
    evaluation.appraiser_id = chosen.employee_id
    evaluation.mandate_id = chosen.mandate_id
    evaluation.is_part = _is_part(found.period, found.days)
    periodic = found.periodic.get(plan.employee_id, [])
    if evaluation.is_part:
        periodic = [row for row in periodic if row["skp_id"] == plan.pk]
    evaluation.achievement_percent = (
        None if mean is None else max(-LARGEST_PERCENT, min(mean, LARGEST_PERCENT))
    )
    evaluation.hint_rating = hint.rating.value if hint.rating else ""
    evaluation.prepared_at = at
    evaluation.inputs = {
        "version": INPUTS_VERSION,
        "at": at.isoformat(),
        "cut_off": found.period.closes_at.isoformat(),
        "days": [day.isoformat() for day in found.days],
        "report": _report_facts(found.reports.get(plan.pk)),
        "indicators": rows,
        "progress_entries": found.entries.get(plan.pk, 0),
        "unit": {
            "id": found.unit.pk,
            **found.voice.as_stored(),
        },
        "heads_unit": plan.placement.position.unit_id if plan.placement.position.is_head else None,
        "appraiser_source": chosen.source,
        "away": [
            {
                "kind": state.kind,
                "first": state.period.lower.isoformat(),
                "last": state.last_day.isoformat() if state.last_day else None,
            }
            for state in found.away.get(plan.employee_id, [])
        ],
        "periodic": periodic,
        "earlier_parts": [
            part for part in found.earlier_parts.get(plan.employee_id, []) if part["skp_id"] != plan.pk
        ],
        "policy": {
            "hint_meets_percent": _text(found.thresholds.meets_percent),
            "hint_above_percent": _text(found.thresholds.above_percent),
            "target_basis": found.target_basis,
        },
        "rules": {"achievement": ACHIEVEMENT_RULE, "hint": HINT_RULE},
    }


def _report_facts(report: SelfReport | None) -> dict[str, Any]:
    if report is None or report.version == 0:
        return {"id": None, "status": "none", "number": None, "version": 0, "is_late": False}
    return {
        "id": report.pk,
        "status": report.status,
        "number": report.number,
        "version": report.version,
        "is_late": report.is_late,
    }


def _indicator_row(indicator: Indicator, plan: Skp, found: Found) -> dict[str, Any]:
    realization, missing = _realization(indicator, plan, found)
    target = _period_target(indicator, found)
    percent = None
    if realization is not None:
        if target is None:
            missing = "no_target"
        else:
            percent = achievement_percent(target, realization, Direction(indicator.direction))
            missing = "" if percent is not None else "no_target"
    return {
        "id": indicator.pk,
        "result_id": indicator.result_id,
        "result_text": indicator.result.text,
        "text": indicator.text,
        "aspect": indicator.aspect,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "source": indicator.source,
        "target": _text(target),
        "plan_target": _text(indicator.target),
        "realization": _text(realization),
        "percent": _text(percent),
        "missing": missing,
        **certainty_of(indicator.source, found.voice),
    }


def _realization(indicator: Indicator, plan: Skp, found: Found) -> tuple[Decimal | None, str]:
    """Return what was reached by the indicator's own source, or a code for why there is nothing."""
    if indicator.source == "progress_sum":
        total = found.progress.get(indicator.pk)
        return total, "" if total is not None else "no_progress"
    if indicator.source in FETCHED_SOURCES:
        return public_figure(indicator.source, found.voice)
    report = found.reports.get(plan.pk)
    if report is None or report.version == 0:
        return None, "no_report"
    if report.status not in COUNTED_REPORTS:
        return None, "report_not_in_force"
    value = found.lines.get((report.pk, indicator.pk))
    return value, "" if value is not None else "not_filled_in"


def _period_target(indicator: Indicator, found: Found) -> Decimal | None:
    months = found.days[1].month - found.days[0].month + 1
    counted = is_counted(indicator.source, indicator.aspect)
    return period_target(indicator.target, counted=counted, basis=found.target_basis, months=months)


def _text(value: Decimal | int | None) -> str | None:
    """Write a number for the stored inputs: decimal text without an exponent or idle zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
