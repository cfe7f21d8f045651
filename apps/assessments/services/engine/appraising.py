"""Who appraises, for many people at once (ORGT-1, ACT-1, ACT-2). The rule in words: services/appraisers.py.

The fragment wants two relations before it: `spans` (no, unit_id, last_day, may_act) and `plans` (key, employee_id,
no, last_day), and gives `chosen` (key, appraiser_id, source, mandate_id).
"""

from datetime import date
from typing import Any

from apps.employees.labels import AWAY_STATES

ACTING = ("plt", "plh")

CHOSEN = """
heads AS MATERIALIZED (
    -- whoever leads the unit of a span, and the units above it; who holds the post comes before who acts in it
    SELECT spans.no, above.depth, coalesce(holder.employee_id, acting.holder_id) AS employee_id,
           CASE WHEN holder.employee_id IS NULL THEN acting.id END AS mandate_id,
           CASE WHEN holder.employee_id IS NULL THEN 'mandate' ELSE 'head' END AS source
    FROM spans
    JOIN employees_workunit unit ON unit.id = spans.unit_id
    CROSS JOIN LATERAL unnest(string_to_array(trim(both '/' FROM unit.path), '/')::bigint[])
        WITH ORDINALITY AS above(unit_id, depth)
    JOIN employees_position post ON post.unit_id = above.unit_id AND post.is_head
    LEFT JOIN LATERAL (
        SELECT placement.employee_id FROM employees_placement placement
        JOIN employees_employee person ON person.id = placement.employee_id AND person.is_active
        WHERE placement.position_id = post.id AND placement.period @> spans.last_day
        ORDER BY placement.id DESC LIMIT 1
    ) holder ON true
    LEFT JOIN LATERAL (
        SELECT mandate.id, mandate.holder_id FROM employees_mandate mandate
        JOIN employees_employee person ON person.id = mandate.holder_id AND person.is_active
        WHERE spans.may_act AND mandate.position_id = post.id AND mandate.period @> spans.last_day
          AND mandate.kind = ANY(%(acting_kinds)s)
        ORDER BY mandate.id DESC LIMIT 1
    ) acting ON true
    WHERE holder.employee_id IS NOT NULL OR acting.holder_id IS NOT NULL
),
links AS MATERIALIZED (
    SELECT plans.key, link.appraiser_id
    FROM plans
    -- OFFSET 0: one look per plan. Of ranges the planner knows nothing and would believe in a single link.
    CROSS JOIN LATERAL (
        SELECT recorded.appraiser_id FROM employees_appraiserlink recorded
        WHERE recorded.employee_id = plans.employee_id AND recorded.period @> plans.last_day OFFSET 0
    ) link
),
present AS MATERIALIZED (
    -- who has left, or is away on study, long leave or suspension today, cannot act
    SELECT candidate.employee_id
    FROM (SELECT appraiser_id AS employee_id FROM links UNION SELECT employee_id FROM heads) candidate
    JOIN employees_employee person ON person.id = candidate.employee_id AND person.is_active
    -- LIMIT: looked up one by one, and not joined with the posts of everybody
    CROSS JOIN LATERAL (
        SELECT 1 FROM employees_placement placement
        WHERE placement.employee_id = candidate.employee_id AND placement.is_main
          AND placement.period @> %(today)s::date LIMIT 1
    ) post
    WHERE NOT EXISTS (
            SELECT 1 FROM employees_servicestate state
            WHERE state.employee_id = candidate.employee_id AND state.kind = ANY(%(away_kinds)s)
              AND state.period @> %(today)s::date)
),
acting AS (
    -- the mandate by which somebody acts who is also the recorded superior; that of the highest post counts
    SELECT DISTINCT ON (no, employee_id) no, employee_id, mandate_id
    FROM heads WHERE mandate_id IS NOT NULL ORDER BY no, employee_id, depth
),
chosen AS (
    SELECT plans.key,
           CASE WHEN can.employee_id IS NOT NULL THEN can.employee_id ELSE next_up.employee_id END AS appraiser_id,
           CASE WHEN links.key IS NOT NULL AND links.appraiser_id IS NULL THEN 'external'
                WHEN can.employee_id IS NOT NULL THEN 'link'
                ELSE coalesce(next_up.source, 'none') END AS source,
           CASE WHEN can.employee_id IS NOT NULL THEN acting.mandate_id ELSE next_up.mandate_id END AS mandate_id
    FROM plans
    LEFT JOIN links ON links.key = plans.key
    LEFT JOIN present can ON can.employee_id = links.appraiser_id
    LEFT JOIN acting ON acting.no = plans.no AND acting.employee_id = can.employee_id
    LEFT JOIN LATERAL (
        SELECT heads.employee_id, heads.source, heads.mandate_id
        FROM heads JOIN present ON present.employee_id = heads.employee_id
        WHERE can.employee_id IS NULL AND (links.key IS NULL OR links.appraiser_id IS NOT NULL)
          AND heads.no = plans.no AND heads.employee_id <> plans.employee_id
        ORDER BY heads.depth DESC LIMIT 1
    ) next_up ON true
)
"""


def parameters(today: date) -> dict[str, Any]:
    """Return what the fragment asks for."""
    return {"acting_kinds": list(ACTING), "away_kinds": list(AWAY_STATES), "today": today}
