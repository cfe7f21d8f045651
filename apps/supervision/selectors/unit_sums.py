"""What is known of many people at once: sums of units instead of rows of people (services/unit_figures.py).

Up to some hundred people are counted one by one, live. The page of whoever leads more reads the sums that the
schedule keeps, so that it costs the same for a thousand people and for a hundred thousand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from apps.assessments.models import Period
from apps.core.rules.rounding import half_up
from apps.employees.models import Government, WorkUnit

from ..models import FigureMark, UnitFigure
from ..querysets import FIGURE_ROLES

# From so many people on, sums are shown and no list of people.
MANY = 500

_SUMMED = (
    "people",
    "planned",
    "reports_owed",
    "reports_sent",
    "reports_returned",
    "reports_late",
    "ikm_n",
    "ikm_points",
)


@dataclass(frozen=True, slots=True)
class UnitSums:
    """The sums of some units with everything below them in one period, and when they were counted."""

    unit_ids: tuple[int, ...]
    period: Period
    people: int
    planned: int
    owed: int
    sent: int
    returned: int
    late: int
    ikm: Decimal | None
    answers: int
    counted_at: datetime | None


def topmost_units(user: Any, day: date) -> list[WorkUnit]:
    """Return the units that a user leads or has a role for, without those below another of them."""
    units = list(
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user, on=day).values("pk"))
            | Q(pk__in=WorkUnit.objects.with_role(user, *FIGURE_ROLES, on=day).values("pk"))
        )
        .select_related("government")
        .order_by("path")
    )
    top: list[WorkUnit] = []
    for unit in units:
        # In the order of paths a unit comes after every one above it.
        if not any(unit.path.startswith(above.path) for above in top):
            top.append(unit)
    return top


def sums_of(units: Iterable[WorkUnit], government: Government, period: Period | None) -> UnitSums | None:
    """Return the sums of units that stand beside each other; None where nothing is counted yet."""
    ids = tuple(unit.pk for unit in units)
    if period is None or not ids:
        return None
    found = _rows(ids, period).aggregate(**{name: Sum(name) for name in _SUMMED})
    if found["people"] is None:
        return None
    answers = found["ikm_n"]
    return UnitSums(
        unit_ids=ids,
        period=period,
        people=found["people"],
        planned=found["planned"],
        owed=found["reports_owed"],
        sent=found["reports_sent"],
        returned=found["reports_returned"],
        late=found["reports_late"],
        ikm=half_up(found["ikm_points"] / answers, 2) if answers else None,
        answers=answers,
        counted_at=FigureMark.objects.filter(government=government)
        .values_list("computed_at", flat=True)
        .first(),
    )


def below(sums: UnitSums) -> list[dict[str, Any]]:
    """Return the units right below, in the order of their names, with what is known of each; as values.

    Of several units beside each other these are the units themselves.
    """
    units = Q(unit__parent__in=sums.unit_ids) if len(sums.unit_ids) == 1 else Q(unit__in=sums.unit_ids)
    return list(
        UnitFigure.objects.filter(
            units, period=sums.period, reach="tree", job_family="", unit__is_active=True, people__gt=0
        )
        .order_by("unit__name", "unit")
        .values(
            "unit_id",
            "unit__name",
            "people",
            "planned",
            "reports_owed",
            "reports_sent",
            "reports_returned",
            "reports_late",
        )
    )


def _rows(unit_ids: Iterable[int], period: Period) -> QuerySet[UnitFigure]:
    return UnitFigure.objects.filter(unit__in=unit_ids, period=period, reach="tree", job_family="")
