"""Who is in: the plans in force of some units, the days that are looked at, and whose evaluation is left alone."""
# ruff: noqa: S608 - put together from constants; every value is a parameter

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.employees.labels import AWAY_STATES

from ...models import Period
from ...rules.evaluation_lifecycle import EvaluationStatus
from ...rules.period_lifecycle import PeriodKind

PLANS_IN_FORCE = ("approved", "closed")

# Days of a plan within the period: who came or left in it is looked at for their own days.
FIRST_DAY = "greatest(%(starts_on)s::date, lower(skp.period))"
LAST_DAY = "least(%(ends_on)s::date, upper(skp.period) - 1)"
COVERING = """
    skp.government_id = %(government)s AND skp.year = %(year)s AND skp.status = ANY(%(in_force)s)
    AND skp.period && %(days)s::daterange AND skp.unit_id = ANY(%(units)s::bigint[])
    AND (%(only)s::bigint[] IS NULL OR skp.id = ANY(%(only)s::bigint[]))
"""

_SPANS = f"""
SELECT skp.unit_id, {FIRST_DAY}, {LAST_DAY}, count(*),
       count(*) FILTER (WHERE old.status <> %(prepared)s)
FROM indicators_skp skp
LEFT JOIN assessments_evaluation old ON old.skp_id = skp.id AND old.period_id + 0 = %(period)s
WHERE {COVERING}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

# Recorded states that cover every day: no evaluation for the inactive period (SPC-6).
_ABSENT = f"""
SELECT skp.id, skp.unit_id, old.id
FROM indicators_skp skp
JOIN employees_servicestate state
    ON state.employee_id = skp.employee_id AND state.kind = ANY(%(away_kinds)s)
    AND state.period && daterange({FIRST_DAY}, {LAST_DAY}, '[]')
LEFT JOIN assessments_evaluation old ON old.skp_id = skp.id AND old.period_id + 0 = %(period)s
WHERE {COVERING} AND (old.id IS NULL OR old.status = %(prepared)s)
GROUP BY skp.id, skp.government_id, old.id
HAVING range_agg(state.period) @> daterange({FIRST_DAY}, {LAST_DAY}, '[]')
ORDER BY skp.id
"""

_WITHOUT_PLAN = f"""
SELECT post.unit_id, count(*)
FROM employees_placement placement
JOIN employees_position post ON post.id = placement.position_id AND post.unit_id = ANY(%(units)s::bigint[])
JOIN employees_employee person ON person.id = placement.employee_id AND person.is_active
WHERE placement.is_main AND placement.period @> %(ends_on)s::date
  AND NOT EXISTS (
      SELECT 1 FROM indicators_skp skp
      WHERE skp.employee_id = placement.employee_id AND skp.unit_id = post.unit_id AND {COVERING})
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Span:
    """The plans of one unit that share the days which are looked at; most plans of a unit share them."""

    unit_id: int
    first_day: date
    last_day: date
    plans: int
    kept: int

    def is_part_of(self, period: Period) -> bool:
        """Whether these days of the yearly period end before the year: a post that was left (SPC-1)."""
        return period.kind == PeriodKind.YEARLY.value and self.last_day < period.ends_on


@dataclass(frozen=True, slots=True)
class Absent:
    """A plan whose owner was away on every day, and the evaluation that was made before this was known."""

    skp_id: int
    unit_id: int
    evaluation_id: int | None


def parameters(period: Period, units: Sequence[int], only: Sequence[int] | None) -> dict[str, Any]:
    """Return the parameters of the statements: a period, units, and perhaps only some plans of them."""
    return {
        "period": period.pk,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "days": DateRange(period.starts_on, period.ends_on + timedelta(days=1)),
        "government": period.cycle.government_id,
        "year": period.cycle.year,
        "in_force": list(PLANS_IN_FORCE),
        "units": list(units),
        "only": None if only is None else list(only),
        "prepared": EvaluationStatus.PREPARED.value,
        "away_kinds": list(AWAY_STATES),
    }


def spans_of(parameters: dict[str, Any]) -> list[Span]:
    """Return the plans in scope, counted by unit and days."""
    return [Span(*row) for row in _rows(_SPANS, parameters)]


def absent_ones(parameters: dict[str, Any]) -> list[Absent]:
    """Return the plans in scope, not rated, whose owners were away throughout."""
    return [Absent(*row) for row in _rows(_ABSENT, parameters)]


def people_without_plan(parameters: dict[str, Any]) -> dict[int, int]:
    """Return, by unit, how many people in service on the last day have no plan in force there."""
    return dict(_rows(_WITHOUT_PLAN, parameters))


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
