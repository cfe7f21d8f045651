"""How many tried the practice period: counts for the helper of a unit and the personnel office, never names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from apps.core import policy
from apps.employees.models import Government, Placement, UnitHelper, WorkUnit

from ..models import PracticeEntry, PracticePeriod
from ..rules.practice_counts import Group, Shown, may_total, shown_of


@dataclass(frozen=True)
class UnitCount:
    """A unit with everything below it, and what may be said of it."""

    unit: WorkUnit | None
    group: Group
    shown: Shown
    minimum: int

    @property
    def less_than(self) -> int:
        """The bound that is told where the figure is not: fewer than so many tried, or more than so many."""
        return self.minimum if self.shown is Shown.FEW else self.group.people - self.minimum


def _minimum(period: PracticePeriod, day: date) -> int:
    return int(policy.get("supervision.practice_minimum", on=day, scope=period.government.code))


def _groups(period: PracticePeriod, roots: list[WorkUnit], day: date) -> dict[int, Group]:
    """Return the people at work and those who tried, per unit with all below it, in one query."""
    tried = PracticeEntry.objects.filter(period=period, person=OuterRef("employee")).tried()
    places = Placement.objects.active_on(day).filter(is_main=True, employee__is_active=True)
    rows = (
        places.filter(position__unit__government=period.government_id)
        .values(path=F("position__unit__path"))
        .annotate(people=Count("employee"), tried=Count("employee", filter=Q(Exists(tried))))
    )
    counted = list(rows)
    groups = {}
    for root in roots:
        below = [row for row in counted if row["path"].startswith(root.path)]
        groups[root.pk] = Group(sum(row["tried"] for row in below), sum(row["people"] for row in below))
    return groups


def count_of_helper(user: Any, period: PracticePeriod, day: date) -> UnitCount | None:
    """Return the count of the unit a person is the helper of, if they are one."""
    helper = (
        UnitHelper.objects.active_on(day)
        .filter(employee__user=user, unit__government=period.government_id)
        .select_related("unit")
        .order_by("unit__path")
        .first()
    )
    if helper is None:
        return None
    minimum = _minimum(period, day)
    group = _groups(period, [helper.unit], day)[helper.unit_id]
    return UnitCount(helper.unit, group, shown_of(group, minimum), minimum)


def counts_of_office(
    period: PracticePeriod, government: Government, day: date
) -> tuple[list[UnitCount], UnitCount | None]:
    """Return the counts of the agencies, and that of all of them if it gives none of the hidden ones away."""
    minimum = _minimum(period, day)
    units = list(
        WorkUnit.objects.filter(government=government, parent__parent__isnull=True, parent__isnull=False)
        .filter(is_active=True)
        .order_by("name", "pk")
    )
    groups = _groups(period, units, day)
    rows = [
        UnitCount(unit, groups[unit.pk], shown_of(groups[unit.pk], minimum), minimum)
        for unit in units
        if groups[unit.pk].people
    ]
    if not may_total([row.group for row in rows], minimum):
        return rows, None
    total = Group(sum(row.group.tried for row in rows), sum(row.group.people for row in rows))
    return rows, UnitCount(None, total, shown_of(total, minimum), minimum)
