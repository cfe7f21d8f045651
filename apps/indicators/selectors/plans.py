"""Questions about plans and unit targets: as many queries for a hundred rows as for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from apps.core import policy
from apps.core.compiled import PersonQuestion
from apps.core.localtime import local_date, today
from apps.employees import selectors as people
from apps.employees.labels import Role
from apps.employees.models import Employee, WorkUnit

from ..deciders import deciders_of
from ..models import Indicator, Skp, SkpDecision, SkpTemplate, UnitIndicator, WorkResult
from ..rules.completeness import IndicatorFacts, PlanFacts, Problem, ResultFacts, skp_problems
from ..rules.forms import (
    Approach,
    Aspek,
    BehaviorValue,
    Layout,
    Perspektif,
    ResultKind,
    behavior_values_on,
)
from ..rules.plan_content import Difference, diff, plain_number

# A chain longer than this would be a mistake in the data; the tree of a region has about six levels.
LONGEST_CHAIN = 12


def day_for(year: int, at: datetime, zone: str) -> date:
    """Return the day that decides place and appraiser: today, or the nearest day of the plan's year."""
    today = local_date(at, zone)
    return min(max(today, date(year, 1, 1)), date(year, 12, 31))


# --- one plan


def with_people(plans: "QuerySet[Skp]") -> "QuerySet[Skp]":
    """Fetch what a heading shows and what permissions ask."""
    return plans.select_related("employee", "appraiser", "unit", "government", "placement__position")


def whole(plans: "QuerySet[Skp]") -> "QuerySet[Skp]":
    """Fetch everything that stands on the form: six queries, however long the plan is."""
    results = WorkResult.objects.select_related("supports__skp", "supports_indicator__unit").prefetch_related(
        Prefetch("indicators", Indicator.objects.order_by("order", "id"))
    )
    return with_people(plans).prefetch_related(
        Prefetch("results", results),
        "behaviors",
        "annex",
        Prefetch("decisions", SkpDecision.objects.select_related("by", "mandate__position")),
    )


@dataclass(frozen=True)
class BehaviorRow:
    """One of the seven values with the leader's expectation, if there is one."""

    value: BehaviorValue
    expectation: str


def behavior_rows(skp: Skp) -> list[BehaviorRow]:
    """Return the seven values in the order of the form."""
    written = {row.value: row.expectation for row in skp.behaviors.all()}
    return [BehaviorRow(value, written.get(value.code, "")) for value in values_of(skp)]


def values_of(skp: Skp) -> tuple[BehaviorValue, ...]:
    """Return the values as they were printed when the plan's year began."""
    return behavior_values_on(date(skp.year, 1, 1))


def plan_facts(skp: Skp) -> PlanFacts:
    """Return a plan (fetched with `whole`) as the rule wants it; places read `result:<id>`, `indicator:<id>`."""
    return PlanFacts(
        approach=Approach(skp.approach),
        layout=Layout(skp.layout),
        results=[
            ResultFacts(
                where=f"result:{result.pk}",
                kind=ResultKind(result.kind),
                indicators=[
                    IndicatorFacts(
                        where=f"indicator:{indicator.pk}",
                        aspek=Aspek(indicator.aspect) if indicator.aspect else None,
                        has_target=indicator.target is not None,
                    )
                    for indicator in result.indicators.all()
                ],
                perspektif=Perspektif(result.perspective) if result.perspective else None,
                supports_superior=result.supports_id is not None or result.supports_indicator_id is not None,
            )
            for result in skp.results.all()
        ],
        behavior_values=values_of(skp),
        behavior_expectations={row.value for row in skp.behaviors.all() if row.expectation.strip()},
    )


def problems_of(skp: Skp) -> list[Problem]:
    """Return what a plan still lacks."""
    return skp_problems(plan_facts(skp))


# --- content as plain data


def content_of(skp: Skp) -> dict[str, Any]:
    """Return the content of a plan (fetched with `whole`) in the shape of rules/plan_content.py."""
    return {
        "results": [
            {
                "key": _key(result),
                "kind": result.kind,
                "text": result.text,
                "perspective": result.perspective,
                "supports_text": supports_text(result),
                "indicators": [
                    {
                        "key": _key(indicator),
                        "aspect": indicator.aspect,
                        "text": indicator.text,
                        "target": plain_number(indicator.target),
                        "measure": indicator.measure,
                        "direction": indicator.direction,
                        "source": indicator.source,
                    }
                    for indicator in result.indicators.all()
                ],
            }
            for result in skp.results.all()
        ],
        "behaviors": {
            row.value.code: row.expectation for row in behavior_rows(skp) if row.expectation.strip()
        },
        "annex": [{"key": _key(item), "kind": item.kind, "text": item.text} for item in skp.annex.all()],
    }


def changes_of(copy: Skp) -> Difference:
    """Return what a working copy (fetched with `whole`) changes in the plan as it is now."""
    plan = whole(Skp.objects.filter(pk=copy.revises_id)).get()
    return diff(content_of(plan), content_of(copy))


def supports_text(result: WorkResult) -> str:
    """Return the words of what a result supports."""
    if result.supports is not None:
        return result.supports.text
    return result.supports_indicator.name if result.supports_indicator is not None else ""


def _key(row: Any) -> str:
    return str(row.revised_from_id or row.pk)


# --- what a result can support


@dataclass(frozen=True)
class Supportable:
    """What a result may contribute to: the superior's results, and indicators of the unit or above."""

    results: list[WorkResult]
    indicators: list[UnitIndicator]

    def __bool__(self) -> bool:
        return bool(self.results or self.indicators)


def supportable(skp: Skp) -> Supportable:
    """Return what the results of a plan may support.

    The superior's draft counts as well: nobody has to wait in order to write (PLN-10). JPT forms name no
    result of a superior (PLN-8); their results hang on the unit's indicators.
    """
    results: list[WorkResult] = []
    if skp.layout == Layout.JA_JF.value and skp.appraiser_id is not None:
        results = list(
            WorkResult.objects.filter(
                skp__employee_id=skp.appraiser_id, skp__year=skp.year, skp__revises__isnull=True
            )
            .select_related("skp")
            .order_by("skp_id", "-kind", "order", "id")
        )
    elif skp.layout == Layout.JPT.value:
        # What came through the superior's matrix stays connected, though the form does not print it.
        results = list(
            WorkResult.objects.filter(supported_by__skp=skp).select_related("skp").distinct().order_by("id")
        )
    return Supportable(results, list(unit_indicators_above(skp.unit, skp.year)))


def unit_indicators_above(unit: WorkUnit, year: int) -> "QuerySet[UnitIndicator]":
    """Return the indicators of a unit and of the units above it, the own ones first."""
    ancestors = [int(part) for part in unit.path.strip("/").split("/") if part]
    return (
        UnitIndicator.objects.filter(unit_id__in=ancestors, year=year)
        .select_related("unit")
        .order_by("-unit__path", "goal", "name", "id")
    )


# --- who must act


@dataclass(frozen=True)
class SuperiorPlan:
    """Why an approval waits for the superior: the state of their own plan, and who can change it."""

    superior: Employee
    status: str  # "" if there is no plan at all
    decided_by: str  # who approves the superior's plan, as far as known
    waits_for: Employee | None = None  # who has to act now; None for an official without an account


def last_plan(skp: Skp) -> Skp | None:
    """Return the latest plan of an earlier year of the same person that says something."""
    return last_plan_of(skp.employee, skp.year)


def last_plan_of(employee: Employee, year: int) -> Skp | None:
    """Return the latest plan of a person before a year that says something."""
    return (
        Skp.objects.plans()
        .filter(employee=employee, year__lt=year, results__isnull=False)
        .order_by("-year", "-period", "-id")
        .first()
    )


def templates_for(placement: Any, layout: str) -> "QuerySet[SkpTemplate]":
    """Return the templates in use that fit a position."""
    position = placement.position
    return SkpTemplate.objects.fitting(
        government=position.unit.government_id,
        job_family=position.family,
        level=position.level,
        layout=layout,
    ).order_by("title", "id")


def superior_blocker(skp: Skp, on: date) -> SuperiorPlan | None:
    """Return what the approval of a plan waits for, None if for nothing (PLN-10)."""
    if skp.appraiser is None:
        return None
    if not policy.get("indicators.approval_needs_superior_plan", on=on, scope=skp.government.code):
        return None
    plans = list(
        Skp.objects.plans()
        .filter(employee=skp.appraiser, year=skp.year)
        .select_related("appraiser__user")
        .order_by("-period", "-id")
    )
    if any(plan.status in {"approved", "closed"} for plan in plans):
        return None
    if not plans:
        return SuperiorPlan(skp.appraiser, "", "", skp.appraiser)
    waits_for = plans[0].appraiser if plans[0].status == "submitted" else skp.appraiser
    return SuperiorPlan(skp.appraiser, plans[0].status, plans[0].appraiser_name, waits_for)


def appraiser_now(skp: Skp, at: datetime) -> Any:
    """Return the appraiser link that the staff data hold today (None if there is none)."""
    day = day_for(skp.year, at, skp.government.timezone)
    return people.appraiser_link_on(skp.employee, day)


def awaiting_decision(user: Any) -> "QuerySet[Skp]":
    """Return the plans that wait for this user, the oldest first.

    Those of an appraiser without account wait for the personnel officer, those of an appraiser who left for whoever
    acts or comes next (permissions.decides).
    """
    return (
        with_people(Skp.objects.visible_to(user))
        .filter(status="submitted")
        .filter(_asks(user, today()) | Q(pk__in=_stood_in_for(user)))
        .exclude(employee__user=user)
        .order_by("submitted_at", "id")
    )


def awaiting_count(user: Any, year: int) -> int:
    """Return how many plans of a year wait for this user, without fetching or describing any."""
    waiting = {pk for (pk,) in _ASKING.rows(user, today())}
    if stood_in := _stood_in_for(user):
        waiting |= set(Skp.objects.visible_to(user).filter(pk__in=stood_in).values_list("pk", flat=True))
    return Skp.objects.filter(pk__in=waiting, year=year).count() if waiting else 0


def _asks(user: Any, day: date) -> Q:
    """Plans that ask this user: as their appraiser, or as the officer for an appraiser without account."""
    officed = WorkUnit.objects.below_any(
        WorkUnit.objects.with_role(user, str(Role.PERSONNEL_OFFICER), on=day)
    )
    return Q(appraiser__user=user) | Q(appraiser__isnull=True, unit__in=officed)


def _asking(user: Any, day: date) -> "QuerySet[Skp, Any]":
    plans = Skp.objects.visible_to(user, on=day).filter(status="submitted").filter(_asks(user, day))
    return plans.exclude(employee__user=user).values_list("pk")


_ASKING = PersonQuestion(_asking)


def _stood_in_for(user: Any) -> list[int]:
    """Return the plans that wait for a decision which this user may make for somebody else."""
    below = [pk for (pk,) in _BELOW.rows(user, today())]
    if not below:
        return []
    deciders = deciders_of(list(with_people(Skp.objects.filter(pk__in=below))), today())
    return [pk for pk, rows in deciders.items() if any(row.employee.user_id == user.pk for row in rows)]


def _submitted_below(user: Any, day: date) -> "QuerySet[Skp, Any]":
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=day))
    return (
        Skp.objects.filter(status="submitted", appraiser__isnull=False, unit__in=led)
        .exclude(appraiser__user=user)
        .exclude(employee__user=user)
        .values_list("pk")
    )


_BELOW = PersonQuestion(_submitted_below)


# --- targets of a unit


@dataclass(frozen=True)
class UnitIndicatorRow:
    """An indicator of a unit and who supports it."""

    indicator: UnitIndicator
    supporters: list[WorkResult]
    hidden: int

    @property
    def is_orphan(self) -> bool:
        """Whether no plan carries it yet."""
        return not self.supporters and not self.hidden


def unit_indicator_rows(unit: WorkUnit, year: int, user: Any) -> list[UnitIndicatorRow]:
    """Return the indicators of a unit; supporters this user may not see are only counted."""
    indicators = list(UnitIndicator.objects.filter(unit=unit, year=year).order_by("goal", "name", "id"))
    results = (
        WorkResult.objects.filter(supports_indicator__in=indicators, skp__revises__isnull=True)
        .select_related("skp__employee")
        .order_by("skp__employee__name", "order", "id")
    )
    seen = set(
        Skp.objects.visible_to(user)
        .filter(results__supports_indicator__in=indicators)
        .values_list("pk", flat=True)
    )
    by_indicator: dict[int, list[WorkResult]] = {}
    hidden: dict[int, int] = {}
    for result in results:
        key = result.supports_indicator_id
        if key is None:
            continue
        if result.skp_id in seen:
            by_indicator.setdefault(key, []).append(result)
        else:
            hidden[key] = hidden.get(key, 0) + 1
    return [UnitIndicatorRow(row, by_indicator.get(row.pk, []), hidden.get(row.pk, 0)) for row in indicators]


def orphan_results(plans: "QuerySet[Skp]") -> "QuerySet[WorkResult]":
    """Return the main results of plans whose chain upwards ends at no unit indicator (SAK-5)."""
    ids = list(plans.values_list("pk", flat=True))
    return (
        WorkResult.objects.filter(pk__in=_orphan_ids(ids))
        .select_related("skp__employee", "skp__unit")
        .order_by("skp__unit__path", "skp__employee__name", "order", "id")
    )


def _orphan_ids(skp_ids: Iterable[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT id AS start, supports_id, supports_indicator_id, 1 AS length
                FROM indicators_workresult WHERE skp_id = ANY(%s) AND kind = 'utama'
                UNION ALL
                SELECT chain.start, above.supports_id, above.supports_indicator_id, chain.length + 1
                FROM chain JOIN indicators_workresult above ON above.id = chain.supports_id
                JOIN indicators_skp plan ON plan.id = above.skp_id AND plan.revises_id IS NULL
                WHERE chain.length < %s
            )
            SELECT start FROM chain GROUP BY start HAVING bool_and(supports_indicator_id IS NULL)
            """,
            [list(skp_ids), LONGEST_CHAIN],
        )
        return [row[0] for row in cursor.fetchall()]
