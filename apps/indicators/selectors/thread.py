"""The golden thread (benang merah): unit indicator, result of the head, results of the members (SAK-5).

Working copies are no part of it: what counts stands in plans. A result that leads to no indicator is an orphan; an
indicator nobody supports, and a leader's result nobody contributes to, are uncovered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from apps.employees.models import WorkUnit

from ..models import Skp, UnitIndicator, WorkResult
from ..selectors import LONGEST_CHAIN, day_for
from . import matrix as matrix_selectors


@dataclass
class Node:
    """A result in the tree with what supports it."""

    result: WorkResult
    is_visible: bool  # else it is shown only because it leads to something the user may see
    below: list["Node"] = field(default_factory=list)
    hidden: int = 0  # supporters this user may not see
    deeper: int = 0  # results below the ones that are shown


@dataclass
class Root:
    """What a part of the tree hangs on: an indicator, or a result of somebody outside the unit."""

    indicator: UnitIndicator | None
    result: WorkResult | None
    below: list[Node] = field(default_factory=list)
    hidden: int = 0

    @property
    def is_uncovered(self) -> bool:
        """Whether nobody's plan carries it."""
        return not self.below and not self.hidden


@dataclass
class UnitThread:
    """The tree of a unit: its own indicators, and what its people support above it."""

    own: list[Root]
    above: list[Root]

    @property
    def uncovered(self) -> list[UnitIndicator]:
        """The unit's indicators nobody supports."""
        return [root.indicator for root in self.own if root.indicator is not None and root.is_uncovered]


def unit_thread(unit: WorkUnit, year: int, user: Any) -> UnitThread:
    """Return the tree of a unit: six queries, however large it is."""
    inside = Q(skp__unit__path__startswith=unit.path, skp__year=year, skp__revises__isnull=True)
    of_people = WorkResult.objects.filter(inside)
    ancestors = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    indicators = list(
        UnitIndicator.objects.filter(
            Q(unit=unit) | Q(unit__in=ancestors, pk__in=of_people.values("supports_indicator")), year=year
        )
        .select_related("unit")
        .order_by("-unit__path", "goal", "name", "id")
    )
    outside = list(
        _with_owner(WorkResult.objects.filter(pk__in=of_people.values("supports"), skp__revises__isnull=True))
        .exclude(skp__unit__path__startswith=unit.path)
        .order_by("-skp__unit__path", "skp__employee__name", "order", "id")
    )
    own_ids = [row.pk for row in indicators if row.unit_id == unit.pk]
    above_ids = [row.pk for row in indicators if row.unit_id != unit.pk]
    first = _ordered(
        WorkResult.objects.filter(
            Q(supports_indicator__in=own_ids, skp__revises__isnull=True)
            | (inside & (Q(supports_indicator__in=above_ids) | Q(supports__in=outside)))
        )
    )
    second = _ordered(WorkResult.objects.filter(supports__in=first, skp__revises__isnull=True))
    deeper = dict(
        WorkResult.objects.filter(supports__in=second, skp__revises__isnull=True)
        .order_by()
        .values_list("supports")
        .annotate(n=Count("pk"))
    )
    seen = _visible_plans(user, {row.skp_id for row in (*first, *second)})
    leaves = [Node(row, row.skp_id in seen, deeper=deeper.get(row.pk, 0)) for row in second]
    nodes = _hang(leaves, [Node(row, row.skp_id in seen) for row in first])
    roots = [Root(row, None) for row in indicators] + [Root(None, row) for row in outside]
    by_indicator = {root.indicator.pk: root for root in roots if root.indicator is not None}
    by_result = {root.result.pk: root for root in roots if root.result is not None}
    for node in nodes:
        root = by_indicator.get(node.result.supports_indicator_id or 0) or by_result.get(
            node.result.supports_id or 0
        )
        if root is None:
            continue
        if node.is_visible or node.below:
            root.below.append(node)
        else:
            root.hidden += 1 + node.hidden
    return UnitThread(
        own=[root for root in roots if root.indicator is not None and root.indicator.unit_id == unit.pk],
        above=[root for root in roots if root.indicator is None or root.indicator.unit_id != unit.pk],
    )


def _hang(leaves: list[Node], nodes: list[Node]) -> list[Node]:
    """Hang what may be seen below what it supports; count the rest."""
    by_id = {node.result.pk: node for node in nodes}
    for leaf in leaves:
        parent = by_id[leaf.result.supports_id or 0]
        if leaf.is_visible:
            parent.below.append(leaf)
        else:
            parent.hidden += 1
    return nodes


def _with_owner(results: "QuerySet[WorkResult]") -> "QuerySet[WorkResult]":
    return results.select_related("skp__employee", "skp__unit", "skp__placement__position")


def _ordered(results: "QuerySet[WorkResult]") -> list[WorkResult]:
    return list(_with_owner(results).order_by("skp__unit__path", "skp__employee__name", "order", "id"))


def _visible_plans(user: Any, plan_ids: Iterable[int]) -> set[int]:
    return set(Skp.objects.visible_to(user).filter(pk__in=plan_ids).values_list("pk", flat=True))


def uncovered_results(plans: "QuerySet[Skp]", unit: WorkUnit, year: int, at: Any) -> "QuerySet[WorkResult]":
    """Return the results of leaders to which nobody contributes (every column should hold something)."""
    day = day_for(year, at, unit.government.timezone)
    return (
        matrix_selectors.uncovered_columns(matrix_selectors.leaders_plans(plans, day))
        .select_related("skp__employee", "skp__unit")
        .order_by("skp__unit__path", "skp__employee__name", "order", "id")
    )


# --- one person's chains upwards


@dataclass(frozen=True)
class Chain:
    """A result, the results above it one by one, and the indicator it ends at."""

    result: WorkResult
    above: list[WorkResult]
    indicator: UnitIndicator | None
    is_circle: bool


def chains_of(plan: Skp) -> list[Chain]:
    """Return where each result of a plan leads: three queries, however long the chains are."""
    starts = list(
        WorkResult.objects.filter(skp=plan)
        .select_related("supports_indicator__unit")
        .order_by("-kind", "order", "id")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT id AS start, supports_id AS next, 1 AS length
                FROM indicators_workresult WHERE skp_id = %s
                UNION ALL
                SELECT chain.start, above.supports_id, chain.length + 1
                FROM chain JOIN indicators_workresult above ON above.id = chain.next
                JOIN indicators_skp plan ON plan.id = above.skp_id AND plan.revises_id IS NULL
                WHERE chain.length < %s
            )
            SELECT DISTINCT next FROM chain WHERE next IS NOT NULL
            """,
            [plan.pk, LONGEST_CHAIN],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = {
        row.pk: row
        for row in _with_owner(
            WorkResult.objects.filter(pk__in=ids, skp__revises__isnull=True)
        ).select_related("supports_indicator__unit")
    }
    return [_chain(start, rows) for start in starts]


def _chain(start: WorkResult, rows: dict[int, WorkResult]) -> Chain:
    above: list[WorkResult] = []
    here, passed = start, {start.pk}
    while here.supports_indicator is None and here.supports_id in rows:
        if here.supports_id in passed:
            return Chain(start, above, None, is_circle=True)
        here = rows[here.supports_id]
        passed.add(here.pk)
        above.append(here)
    return Chain(start, above, here.supports_indicator, is_circle=False)
