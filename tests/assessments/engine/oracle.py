"""The closing as it was first written: objects, a loop over people, the pure rules. The engine must store the same.

Kept unchanged as the other opinion in the tests of the engine; nothing in the application uses it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, ProtectedError, Sum

from apps.assessments.models import Evaluation, Period, ProgressEntry, ReportLine, SelfReport
from apps.assessments.rules.evaluation_lifecycle import EvaluationStatus
from apps.assessments.rules.hint import HintThresholds, rating_hint
from apps.assessments.rules.period_lifecycle import PeriodKind
from apps.assessments.rules.targets import is_counted, period_target
from apps.assessments.selectors.public_figures import certainty_of, public_figure
from apps.assessments.selectors.reporting import FETCHED_SOURCES
from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.labels import AWAY_STATES
from apps.employees.models import AppraiserLink, Mandate, Placement, Position, ServiceState, WorkUnit
from apps.employees.selectors import present_on
from apps.feedback.selectors.voice import PublicVoice, voice_of_unit
from apps.indicators.models import Indicator, Skp
from apps.indicators.rules.achievement import Direction, achievement_percent

INPUTS_VERSION = 1
ACHIEVEMENT_RULE = "SAK-6"
HINT_RULE = "hint-mean/1"
COUNTED_REPORTS = ("submitted", "accepted")
PLANS_IN_FORCE = ("approved", "closed")
LARGEST_PERCENT = Decimal("999999.99")
ACTING = ("plt", "plh")


# Who appraises


@dataclass(frozen=True)
class Chosen:
    """Who makes an evaluation, how we know, and the mandate if they act in a post they do not hold."""

    employee_id: int | None
    source: str
    mandate_id: int | None = None


def choose_appraisers(
    unit: WorkUnit, wanted: dict[int, int], *, day: date, now: datetime
) -> dict[int, Chosen]:
    """Return, per key of `wanted` ({key: employee}), who appraises the employee of a unit (ORGT-1, ACT-1).

    The reporting line of `day` counts. Whoever has left, or is away on study, long leave or suspension at `now`,
    cannot act; then the acting head, else the next superior upward does.
    """
    links = {
        link.employee_id: link
        for link in AppraiserLink.objects.active_on(day).filter(employee__in=set(wanted.values()))
    }
    chain = _heads_upward(unit, day)
    candidates = {link.appraiser_id for link in links.values() if link.appraiser_id} | {
        head.employee_id for head in chain if head.employee_id
    }
    present = present_on(candidates, local_date(now, unit.government.timezone))
    acting = {head.employee_id: head.mandate_id for head in chain if head.mandate_id}
    chosen: dict[int, Chosen] = {}
    for key, employee_id in wanted.items():
        link = links.get(employee_id)
        if link is not None and link.appraiser_id is None:
            chosen[key] = Chosen(None, "external")
        elif link is not None and link.appraiser_id in present:
            chosen[key] = Chosen(link.appraiser_id, "link", acting.get(link.appraiser_id))
        else:
            chosen[key] = next(
                (head for head in chain if head.employee_id != employee_id and head.employee_id in present),
                Chosen(None, "none"),
            )
    return chosen


def _heads_upward(unit: WorkUnit, day: date) -> list[Chosen]:
    """Return who leads the unit and the units above it on a day, nearest first; acting heads of vacant posts too."""
    unit_ids = [int(part) for part in reversed(unit.path.strip("/").split("/"))]
    posts = dict(Position.objects.filter(unit__in=unit_ids, is_head=True).values_list("pk", "unit"))
    heads: dict[int, Chosen] = {}
    if policy.get("assessments.plt_may_appraise", on=day, scope=unit.government.code):
        mandates = Mandate.objects.active_on(day).filter(
            position__in=posts, kind__in=ACTING, holder__is_active=True
        )
        for pk, position, holder in mandates.order_by("pk").values_list("pk", "position", "holder"):
            heads[posts[position]] = Chosen(holder, "mandate", pk)
    holders = Placement.objects.active_on(day).filter(position__in=posts, employee__is_active=True)
    for position, employee in holders.order_by("pk").values_list("position", "employee"):
        heads[posts[position]] = Chosen(employee, "head")
    return [heads[unit_id] for unit_id in unit_ids if unit_id in heads]


# Units


def prepare_units(period: Period, units: Sequence[WorkUnit], at: datetime) -> None:
    """Make or refresh the evaluations of some units, one unit after the other."""
    for unit in units:
        plans = Skp.objects.filter(
            government_id=period.cycle.government_id,
            year=period.cycle.year,
            status__in=PLANS_IN_FORCE,
            period__overlap=DateRange(period.starts_on, period.ends_on + timedelta(days=1)),
            unit=unit,
        )
        plans = list(plans.select_related("employee", "placement__position").order_by("pk"))
        if plans:
            prepare(period, unit, plans, at)


def prepare(period: Period, unit: WorkUnit, plans: Sequence[Skp], at: datetime) -> dict[str, int]:
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
