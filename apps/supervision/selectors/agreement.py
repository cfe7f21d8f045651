"""How far first and second readers agree, per unit: pairs in which both have spoken, nothing of single people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from apps.employees.models import WorkUnit

from ..labels import FoundChoices
from ..models import SecondReading
from ..rules import agreement as rules

SCALE: tuple[str, ...] = tuple(FoundChoices.values)


@dataclass(frozen=True)
class UnitAgreement:
    """The pairs of one unit: how many, in how many both said the same, and kappa where it can be told."""

    unit: WorkUnit | None
    n: int
    same: int
    kappa: rules.Agreement | None


def agreement_of(
    units: QuerySet[WorkUnit], year: int, *, minimum: int
) -> tuple[UnitAgreement, list[UnitAgreement]]:
    """Return the agreement over all units, and unit by unit (those with pairs), in two queries."""
    counts: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = (
        SecondReading.objects.filter(
            drawn__draw__period__cycle__year=year, drawn__report__skp__unit__in=units.values("pk")
        )
        .exclude(found="")
        .exclude(drawn__found="")
        .order_by()
        .values_list("drawn__report__skp__unit", "drawn__found", "found")
        .annotate(n=Count("pk"))
    )
    for unit_id, first, second, n in rows:
        counts[unit_id][first, second] = n
    named = WorkUnit.objects.filter(pk__in=counts).order_by("name", "pk")
    parts = [_agreement(unit, [counts[unit.pk]], minimum) for unit in named]
    return _agreement(None, counts.values(), minimum), parts


def _agreement(
    unit: WorkUnit | None, tables: Iterable[dict[tuple[str, str], int]], minimum: int
) -> UnitAgreement:
    listed = list(tables)
    matrix = [[sum(table.get((a, b), 0) for table in listed) for b in SCALE] for a in SCALE]
    return UnitAgreement(
        unit=unit,
        n=sum(map(sum, matrix)),
        same=sum(matrix[i][i] for i in range(len(SCALE))),
        kappa=rules.agreement(matrix, minimum=minimum),
    )


def years_with_pairs(units: QuerySet[WorkUnit]) -> list[int]:
    """Return the years in which something was read twice, newest first."""
    rows: Any = (
        SecondReading.objects.filter(drawn__report__skp__unit__in=units.values("pk"))
        .exclude(found="")
        .order_by("-drawn__draw__period__cycle__year")
        .values_list("drawn__draw__period__cycle__year", flat=True)
        .distinct()
    )
    return list(rows)
