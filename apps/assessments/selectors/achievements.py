"""Questions about a unit's achievement: the evidence beside the choice, who has to act, what was chosen before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import User
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit
from apps.indicators.models import UnitIndicator, UnitTarget
from apps.indicators.rules.achievement import Direction, Formula, percent_by_formula

from ..models import Evaluation, Period, SelfReport, UnitAchievement, UnitAchievementChange


@dataclass(frozen=True)
class Fixer:
    """Somebody who can fix a unit's achievement, with an account to be reminded on."""

    name: str
    user: Any


def fixers_of(unit: WorkUnit, day: date) -> list[Fixer]:
    """Return who fixes the achievement of a unit (ORG-3): the head above, and leadership where it answers for
    the unit above.
    """
    if unit.parent_id is None:
        return []
    above = WorkUnit.objects.get(pk=unit.parent_id)
    found: dict[int, Fixer] = {}
    head = people.head_on(above, day)
    leaders = [head] if head is not None else []
    leaders += list(
        Employee.objects.filter(
            mandates__position__unit=above, mandates__position__is_head=True, mandates__period__contains=day
        ).select_related("user")
    )
    for leader in leaders:
        if leader.user is not None:
            found[leader.user.pk] = Fixer(leader.full_name, leader.user)
    for user in User.objects.filter(
        role_assignments__role="leadership",
        role_assignments__unit=above,
        role_assignments__period__contains=day,
    ):
        found.setdefault(user.pk, Fixer(user.display_name, user))
    return list(found.values())


def waits_for(user: Any, unit: WorkUnit, period: Period) -> bool:
    """Whether somebody's work waits for a unit's achievement: its head, or the appraiser of its head."""
    if WorkUnit.objects.led_by(user).filter(pk=unit.pk).exists():
        return True
    return Evaluation.objects.filter(period=period, inputs__heads_unit=unit.pk, appraiser__user=user).exists()


def units_waiting(user: Any, period: Period, on: date) -> list[tuple[WorkUnit, UnitAchievement | None]]:
    """Return the units this user leads, or whose head they appraise, with the achievement if it is fixed."""
    heads = [
        inputs.get("heads_unit")
        for inputs in Evaluation.objects.filter(period=period, appraiser__user=user).values_list(
            "inputs", flat=True
        )
    ]
    units = (
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
            | Q(pk__in=[pk for pk in heads if pk is not None])
        )
        .filter(government=period.cycle.government_id, parent__isnull=False)
        .select_related("government")
        .order_by("name", "pk")
    )
    fixed = {row.unit_id: row for row in UnitAchievement.objects.filter(period=period, unit__in=units)}
    return [(unit, fixed.get(unit.pk)) for unit in units]


# Evidence


@dataclass(frozen=True)
class TargetLine:
    """A target of the performance agreement for the period, and what was reached."""

    indicator: UnitIndicator
    target: Decimal | None
    realization: Decimal | None
    percent: Decimal | None
    source_note: str


def target_lines(unit: WorkUnit, period: Period) -> list[TargetLine]:
    """Return the unit's targets up to the end of the period; both figures count from 1 January.

    The percentage stands beside the choice and decides nothing: no source leads from one to the other (ORG-3).
    """
    indicators = list(
        UnitIndicator.objects.filter(unit=unit, year=period.cycle.year).order_by("goal", "name", "pk")
    )
    parts: dict[int, UnitTarget] = {}
    for part in UnitTarget.objects.filter(indicator__in=indicators, ends_on__lte=period.ends_on).order_by(
        "ends_on", "pk"
    ):
        parts[part.indicator_id] = part
    lines = []
    for indicator in indicators:
        part = parts.get(indicator.pk)
        target = part.target if part is not None else None
        realization = part.realization if part is not None else None
        lines.append(
            TargetLine(
                indicator,
                target if target is not None else indicator.target,
                realization,
                _percent(indicator, target, realization),
                part.source_note if part is not None else "",
            )
        )
    return lines


def _percent(indicator: UnitIndicator, target: Decimal | None, realization: Decimal | None) -> Decimal | None:
    if target is None or realization is None:
        return None
    return percent_by_formula(Formula(indicator.formula), target, realization, Direction(indicator.direction))


def report_lines(unit: WorkUnit, period: Period) -> list[dict[str, Any]]:
    """Return how the unit and the units below it reported in the period, unit by unit."""
    return list(
        SelfReport.objects.filter(period=period, skp__unit__path__startswith=unit.path)
        .order_by()
        .values("skp__unit", "skp__unit__name")
        .annotate(
            sent=Count("pk", filter=Q(version__gt=0)),
            late=Count("pk", filter=Q(is_late=True)),
            accepted=Count("pk", filter=Q(status="accepted")),
            total=Count("pk"),
        )
        .order_by("skp__unit__name", "skp__unit")[:50]
    )


def changes_of(unit: WorkUnit, period: Period) -> QuerySet[UnitAchievementChange]:
    """Return every choice made for a unit and period, newest first."""
    return (
        UnitAchievementChange.objects.filter(achievement__unit=unit, achievement__period=period)
        .select_related("by")
        .order_by("-at", "-pk")
    )


def heads_to_rate_again(unit: WorkUnit, period: Period) -> Sequence[Evaluation]:
    """Return the evaluations of the unit's head that were rated and not handed over."""
    return list(
        Evaluation.objects.filter(period=period, inputs__heads_unit=unit.pk, status="rated").select_related(
            "appraiser__user", "employee__user"
        )
    )
