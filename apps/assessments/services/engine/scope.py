"""Who is in: the plans in force of some units, the days that are looked at, and whose evaluation is left alone.

They stand in the temporary table `engine_plan`, which the statement reads.
"""
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

COVERING = """
    skp.government_id = %(government)s AND skp.year = %(year)s AND skp.status = ANY(%(in_force)s)
    AND skp.period && %(days)s::daterange AND skp.unit_id = ANY(%(units)s::bigint[])
    AND (%(only)s::bigint[] IS NULL OR skp.id = ANY(%(only)s::bigint[]))
"""

# How the statements of a chunk are planned, until the end of its transaction. Compiling a plan of this size costs more
# than running it over one chunk, and what a chunk reads has room in so much memory. It is read by index, one look per
# plan, mostly on pages that stand in memory already: at the price of a disk the planner walked over all posts of a
# small region for each plan, because they fit on three pages. A merge would sort wide rows that a hash join takes as
# they come.
_PLANNING = """
SET LOCAL jit = off; SET LOCAL work_mem = '16MB'; SET LOCAL random_page_cost = 1.1; SET LOCAL enable_mergejoin = off;
"""
# A table of its own and not one more expression: the planner has to know how many plans there are. Believing in one,
# it walks over all of them for each of them.
_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS engine_plan (
    key bigint, employee_id bigint, government_id bigint, unit_id bigint, no bigint, first_day date, last_day date,
    months int, is_part boolean, heads_unit bigint, evaluation_id bigint, is_kept boolean,
    period_id bigint, mark_before uuid, unit_before bigint, appraiser_before bigint, mandate_before bigint,
    part_before boolean
) ON COMMIT DROP;
TRUNCATE engine_plan;
"""
# Days of a plan within the period: who came or left in it is looked at for their own days (`no` counts the spans).
# The period comes as a column and not as a number: at closing time the statistics know nothing of the rows of this
# period, and a search by its number would read all of them for each plan. `OFFSET 0` keeps it one look into an index
# per plan: joined freely, the planner reads the posts of a province and the evaluations of all years for each chunk.
_FILL = f"""
INSERT INTO engine_plan
SELECT skp.id, skp.employee_id, skp.government_id, skp.unit_id,
       dense_rank() OVER (ORDER BY skp.unit_id, span.first_day, span.last_day), span.first_day, span.last_day,
       (extract(month FROM span.last_day) - extract(month FROM span.first_day))::int + 1,
       %(is_yearly)s AND span.last_day < %(ends_on)s, post.heads_unit,
       old.id, coalesce(old.status <> %(prepared)s, false), period.id,
       old.mark, old.unit_id, old.appraiser_id, old.mandate_id, old.is_part
FROM indicators_skp skp
CROSS JOIN (SELECT %(period)s::bigint AS id OFFSET 0) period
CROSS JOIN LATERAL (
    SELECT greatest(%(starts_on)s::date, lower(skp.period)) AS first_day,
           least(%(ends_on)s::date, upper(skp.period) - 1) AS last_day
) span
CROSS JOIN LATERAL (
    SELECT CASE WHEN held.is_head THEN held.unit_id END AS heads_unit
    FROM employees_placement placement JOIN employees_position held ON held.id = placement.position_id
    WHERE placement.id = skp.placement_id OFFSET 0
) post
LEFT JOIN LATERAL (
    SELECT evaluation.id, evaluation.status, evaluation.mark, evaluation.unit_id, evaluation.appraiser_id,
           evaluation.mandate_id, evaluation.is_part
    FROM assessments_evaluation evaluation
    WHERE evaluation.skp_id = skp.id AND evaluation.period_id = period.id OFFSET 0
) old ON true
WHERE {COVERING}
"""

_SPANS = """
SELECT no, unit_id, first_day, last_day, is_part, count(*), count(*) FILTER (WHERE is_kept)
FROM engine_plan GROUP BY 1, 2, 3, 4, 5 ORDER BY 1
"""

# Recorded states that cover every day: no evaluation for the inactive period (SPC-6).
_ABSENT = """
SELECT plan.key, plan.unit_id, plan.evaluation_id
FROM engine_plan plan
JOIN employees_servicestate state
    ON state.employee_id = plan.employee_id AND state.kind = ANY(%(away_kinds)s)
    AND state.period && daterange(plan.first_day, plan.last_day, '[]')
WHERE NOT plan.is_kept
GROUP BY plan.key, plan.unit_id, plan.evaluation_id, plan.first_day, plan.last_day
HAVING range_agg(state.period) @> daterange(plan.first_day, plan.last_day, '[]')
ORDER BY plan.key
"""
_LEAVE_OUT = """
DELETE FROM engine_plan WHERE is_kept OR key = ANY(%(absent)s::bigint[]);
ANALYZE engine_plan
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

    no: int
    unit_id: int
    first_day: date
    last_day: date
    # The days of a yearly period that end before the year: a post that was left (SPC-1).
    is_part: bool
    plans: int
    kept: int


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
        "is_yearly": period.kind == PeriodKind.YEARLY.value,
        "prepared": EvaluationStatus.PREPARED.value,
        "away_kinds": list(AWAY_STATES),
    }


def gather(parameters: dict[str, Any]) -> list[Span]:
    """Put the plans in scope into `engine_plan`, until the end of the transaction; return them counted by span."""
    with connection.cursor() as cursor:
        cursor.execute(_PLANNING + _TABLE)
        cursor.execute(_FILL, parameters)
    return [Span(*row) for row in _rows(_SPANS, parameters)]


def absent_ones(parameters: dict[str, Any]) -> list[Absent]:
    """Return the gathered plans, not rated, whose owners were away throughout."""
    return [Absent(*row) for row in _rows(_ABSENT, parameters)]


def leave_out(absent: Sequence[Absent]) -> None:
    """Keep only those gathered plans whose evaluations are to be written."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE_OUT, {"absent": [row.skp_id for row in absent]})


def people_without_plan(parameters: dict[str, Any]) -> dict[int, int]:
    """Return, by unit, how many people in service on the last day have no plan in force there."""
    return dict(_rows(_WITHOUT_PLAN, parameters))


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
