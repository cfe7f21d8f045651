"""The one statement that makes the evaluations of some units: it reads, compares, computes and writes.

Its common table expressions in order:
    spans      days and figures of citizens per unit, handed over (`public`: one row per span and source)
    plans      who is in and not rated yet (the table `engine_plan`, scope.py)
    chosen     who appraises (appraising.py)
    reports    the report that counts, with its `lines`; for the part of a year before a move the sum of them
    entries    counted lines of daily work; `counts`: how many lines at all
    facts      one row per indicator: target, realization, or why there is none
    asked      per plan everything that was read, and the digest of it (the mark)
    stale      those that have no evaluation yet, or one with another mark: only these go on
    figured    the facts of these with their percentage
    people     per plan: the indicators as they are stored, and the rounded mean
    wanted     the evaluation as it should be stored, and whether it differs from the one that is there
    written    the outcome
What a row of `inputs` holds is said in services/closing.py.

The mark covers every value that was read, the policy values, and the text of this statement, that is the rules: who
changes one of them need not know of the mark. A row whose mark is old or empty is computed anew; if it turns out
equal, it gets the mark and keeps the time at which it was pulled together.
"""
# ruff: noqa: S608 - put together from constants; every value is a parameter

import hashlib
from typing import Any

from django.db import connection

from ...models import Evaluation, Period
from ...rules.evaluation_lifecycle import EvaluationStatus
from ...rules.period_lifecycle import PeriodKind
from . import appraising, rule_sql
from .rule_sql import as_json, json_members, json_object, number_as_json, whole_as_json

PROGRESS = "progress_sum"

_SPANS = """
spans AS MATERIALIZED (
    SELECT no, unit_id, last_day, may_act, voice
    FROM unnest(%(span_nos)s::bigint[], %(span_units)s::bigint[], %(last_days)s::date[], %(may_act)s::boolean[],
                %(voices)s::text[])
        AS given(no, unit_id, last_day, may_act, voice)
)"""
_PUBLIC = """
public AS MATERIALIZED (
    SELECT no, source, value, missing, answers
    FROM unnest(%(public_spans)s::bigint[], %(public_sources)s::text[], %(public_values)s::numeric[],
                %(public_missing)s::text[], %(public_answers)s::jsonb[])
        AS given(no, source, value, missing, answers)
)"""

_PLANS = """
plans AS NOT MATERIALIZED (SELECT * FROM engine_plan WHERE is_part = %(are_parts)s)"""

# The period as a column of the plan, and `OFFSET 0`: see scope.py. The same holds wherever they stand below.
_REPORTS = """
reports AS MATERIALIZED (
    SELECT plans.key, report.id, report.status, report.number, report.version, report.is_late
    FROM plans
    CROSS JOIN LATERAL (
        SELECT own.id, own.status, own.number, own.version, own.is_late FROM assessments_selfreport own
        WHERE own.skp_id = plans.key AND own.period_id = plans.period_id OFFSET 0
    ) report
),
lines AS MATERIALIZED (
    SELECT line.indicator_id, line.realization
    FROM reports
    CROSS JOIN LATERAL (
        SELECT own.indicator_id, own.realization FROM assessments_reportline own
        WHERE own.report_id = reports.id OFFSET 0
    ) line
    WHERE reports.version > 0 AND reports.status = ANY(%(counted_reports)s)
)"""

# Nobody writes a yearly report on a post they left in spring: the latest report on the part stands for it, what was
# counted is added up over the periods, and of everything else the latest figure holds.
_PARTS = f"""
part_reports AS MATERIALIZED (
    SELECT plans.key, report.id, report.status, report.number, report.version, report.is_late, term.starts_on
    FROM plans
    JOIN assessments_selfreport report ON report.skp_id = plans.key AND report.status = ANY(%(counted_reports)s)
    JOIN assessments_period term ON term.id = report.period_id
        AND term.cycle_id = %(cycle)s AND term.kind = %(periodic_kind)s
),
lines AS MATERIALIZED (
    SELECT line.indicator_id,
           CASE WHEN bool_and({rule_sql.is_counted("indicator.source", "indicator.aspect")}) THEN sum(line.realization)
                ELSE (array_agg(line.realization ORDER BY part_reports.starts_on DESC, line.id DESC))[1]
           END AS realization
    FROM part_reports
    JOIN assessments_reportline line ON line.report_id = part_reports.id AND line.realization IS NOT NULL
    JOIN indicators_indicator indicator ON indicator.id = line.indicator_id
    GROUP BY line.indicator_id
),
reports AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, id, status, number, version, is_late
    FROM part_reports ORDER BY key, starts_on DESC, id DESC
)"""

_PROGRESS = """
entries AS MATERIALIZED (
    SELECT plans.key, entry.indicator_id, count(*) AS number, sum(entry.quantity) AS total
    FROM plans
    CROSS JOIN LATERAL (
        SELECT own.indicator_id, own.quantity
        FROM assessments_progressentry own JOIN indicators_workresult result ON result.id = own.result_id
        WHERE own.employee_id = plans.employee_id AND own.date BETWEEN plans.first_day AND plans.last_day
          AND own.date BETWEEN %(starts_on)s AND %(ends_on)s  -- known while planning: only the parts of this year
          AND result.skp_id = plans.key OFFSET 0
    ) entry
    GROUP BY 1, 2
),
counts AS (SELECT key, sum(number)::int AS number FROM entries GROUP BY key)"""

_AWAY = """
away AS (
    SELECT plans.key, jsonb_agg(jsonb_build_object(
               'kind', state.kind, 'first', lower(state.period), 'last', upper(state.period) - 1
           ) ORDER BY state.period) AS states
    FROM plans
    JOIN employees_servicestate state ON state.employee_id = plans.employee_id
        AND state.kind = ANY(%(away_kinds)s) AND state.period && daterange(plans.first_day, plans.last_day, '[]')
    GROUP BY plans.key
)"""

# A hint for the year and no average (EVA-6); the part before a move sees its own periods only.
_YEAR = """
periodic AS (
    SELECT plans.key, jsonb_agg(jsonb_build_object(
               'number', term.number, 'predikat', judged.predikat, 'evaluation_id', judged.id, 'skp_id', judged.skp_id
           ) ORDER BY term.number, judged.id) AS judged
    FROM plans
    JOIN assessments_evaluation judged ON judged.employee_id = plans.employee_id AND judged.predikat <> ''
        AND (NOT plans.is_part OR judged.skp_id = plans.key)
    JOIN assessments_period term ON term.id = judged.period_id
        AND term.cycle_id = %(cycle)s AND term.kind = %(periodic_kind)s
    GROUP BY plans.key
),
earlier AS (
    SELECT plans.key, jsonb_agg(jsonb_build_object(
               'evaluation_id', part.id, 'skp_id', part.skp_id,
               'days', coalesce(part.inputs -> 'days', '[]'), 'predikat', part.predikat
           ) ORDER BY skp.period, part.id) AS parts
    FROM plans
    JOIN assessments_evaluation part ON part.employee_id = plans.employee_id AND part.period_id = plans.period_id
        AND part.is_part AND part.skp_id <> plans.key
    JOIN indicators_skp skp ON skp.id = part.skp_id
    GROUP BY plans.key
)"""
_NO_YEAR = """
periodic AS (SELECT NULL::bigint AS key, NULL::jsonb AS judged WHERE false),
earlier AS (SELECT NULL::bigint AS key, NULL::jsonb AS parts WHERE false)"""

_FACTS = """
facts AS MATERIALIZED (
    SELECT plans.key, indicator.*,
           public.answers,
           {target} AS target,
           CASE WHEN indicator.source = '{progress}' THEN entries.total
                WHEN public.no IS NOT NULL THEN public.value
                ELSE line.realization
           END AS realization,
           CASE WHEN indicator.source = '{progress}'
                     THEN CASE WHEN entries.total IS NULL THEN 'no_progress' ELSE '' END
                WHEN public.no IS NOT NULL THEN public.missing
                WHEN coalesce(reports.version, 0) = 0 THEN 'no_report'
                WHEN reports.status <> ALL(%(counted_reports)s) THEN 'report_not_in_force'
                WHEN line.realization IS NULL THEN 'not_filled_in'
                ELSE ''
           END AS missing
    FROM plans
    CROSS JOIN LATERAL (
        SELECT result.kind AS result_kind, result."order" AS result_order, result.id AS result_id,
               result.text AS result_text, own.id, own."order", own.text, own.aspect, own.measure, own.direction,
               own.source, own.target AS plan_target
        FROM indicators_workresult result JOIN indicators_indicator own ON own.result_id = result.id
        WHERE result.skp_id = plans.key OFFSET 0
    ) indicator
    LEFT JOIN public ON public.no = plans.no AND public.source = indicator.source
    LEFT JOIN entries ON entries.key = plans.key AND entries.indicator_id = indicator.id
    LEFT JOIN reports ON reports.key = plans.key
    LEFT JOIN lines line ON line.indicator_id = indicator.id
)"""

# What is read is digested as values and not as text: the database's own hash (64 bits) of every row costs half of
# writing it out. The rows of a plan need no order, each names its own indicator.
_MARK = " || ".join(
    f"""lpad(to_hex(hash_record_extended(row(
               %(common_mark)s::text, plans.unit_id, plans.first_day, plans.last_day, plans.heads_unit, spans.voice,
               chosen.appraiser_id, chosen.mandate_id, chosen.source, reports.id, reports.status, reports.number,
               reports.version, reports.is_late, counts.number, away.states, periodic.judged, earlier.parts,
               indicators.hash), {seed})), 16, '0')"""
    for seed in (1, 2)
)
_ASKED = f"""
asked AS MATERIALIZED (
    SELECT plans.key, plans.employee_id, plans.government_id, plans.unit_id, plans.no, plans.is_part,
           plans.first_day, plans.last_day, plans.heads_unit, plans.evaluation_id, plans.mark_before,
           plans.unit_before, plans.appraiser_before, plans.mandate_before, plans.part_before,
           chosen.appraiser_id, chosen.mandate_id, chosen.source AS appraiser_source,
           coalesce(reports.version, 0) > 0 AS is_reported, reports.id AS report_id, reports.status, reports.number,
           reports.version, reports.is_late,
           coalesce(counts.number, 0) AS entries, away.states, periodic.judged, earlier.parts,
           ({_MARK})::uuid AS mark
    FROM plans
    JOIN spans ON spans.no = plans.no
    JOIN chosen ON chosen.key = plans.key
    LEFT JOIN (
        SELECT facts.key, bit_xor(hash_record_extended(facts, 1)) AS hash
        FROM facts GROUP BY facts.key
    ) indicators ON indicators.key = plans.key
    LEFT JOIN reports ON reports.key = plans.key
    LEFT JOIN counts ON counts.key = plans.key
    LEFT JOIN away ON away.key = plans.key
    LEFT JOIN periodic ON periodic.key = plans.key
    LEFT JOIN earlier ON earlier.key = plans.key
),
stale AS MATERIALIZED (
    -- who appraises is asked of the row as well: others hand evaluations on
    SELECT asked.* FROM asked
    WHERE evaluation_id IS NULL
       OR (mark_before, unit_before, appraiser_before, mandate_before, part_before)
          IS DISTINCT FROM (mark, unit_id, appraiser_id, mandate_id, is_part)
)"""

_INDICATOR = json_members(
    {
        **{name: whole_as_json(name) for name in ("id", "result_id")},
        **{
            name: as_json(name)
            for name in ("result_text", "text", "aspect", "measure", "direction", "source")
        },
        **{name: number_as_json(name) for name in ("target", "plan_target", "realization", "percent")},
        "missing": as_json(
            "CASE WHEN realization IS NOT NULL AND percent IS NULL THEN 'no_target' ELSE missing END"
        ),
    }
)
# OFFSET 0 again, for another reason: each figure is used several times behind it and would be computed as often.
# The answers are an object of their own: its members are put behind the others.
_FIGURED = f"""
figured AS NOT MATERIALIZED (
    SELECT facts.*, {rule_sql.achievement_percent("target", "realization", "direction")} AS percent
    FROM facts WHERE facts.key IN (SELECT stale.key FROM stale) OFFSET 0
),
people AS (
    SELECT key, {rule_sql.mean_percent("sum(percent)", "count(percent)")} AS mean,
           '[' || string_agg(
               '{{' || {_INDICATOR} || coalesce(',' || substr(answers::text, 2), '}}'),
               ',' ORDER BY result_kind DESC, result_order, result_id, "order", id
           ) || ']' AS indicators
    FROM figured GROUP BY key
)"""

_THRESHOLDS = {"above_percent": "%(above)s", "meets_percent": "%(meets)s"}
_REPORT = json_object(
    {
        "id": whole_as_json("stale.report_id"),
        "status": as_json("stale.status"),
        "number": as_json("stale.number"),
        "version": whole_as_json("stale.version"),
        "is_late": as_json("stale.is_late"),
    }
)
# Behind the members that all evaluations have in common. The long ones come last: each `||` copies what stands before.
_INPUTS = json_members(
    {
        "at": as_json("coalesce(old.inputs ->> 'at', %(at_text)s)"),
        "days": "'[' || to_json(stale.first_day)::text || ',' || to_json(stale.last_day)::text || ']'",
        "report": f"CASE WHEN stale.is_reported THEN {_REPORT} ELSE %(no_report)s::text END",
        "progress_entries": "stale.entries",
        "heads_unit": whole_as_json("stale.heads_unit"),
        "appraiser_source": as_json("stale.appraiser_source"),
        "away": "coalesce(stale.states::text, '[]')",
        "periodic": "coalesce(stale.judged::text, '[]')",
        "earlier_parts": "coalesce(stale.parts::text, '[]')",
        "unit": "spans.voice",
        "indicators": "coalesce(people.indicators, '[]')",
    }
)
_WANTED = f"""
computed AS NOT MATERIALIZED (
    SELECT stale.government_id, stale.key AS skp_id, stale.employee_id, stale.unit_id, stale.appraiser_id,
           stale.mandate_id, stale.is_part, stale.mark, stale.evaluation_id IS NULL AS is_new,
           old.prepared_at AS prepared_before,
           (old.unit_id, old.appraiser_id, old.mandate_id, old.is_part)
           IS DISTINCT FROM (stale.unit_id, stale.appraiser_id, stale.mandate_id, stale.is_part) AS is_moved,
           old.achievement_percent AS achievement_before, old.hint_rating AS hint_before, old.inputs AS inputs_before,
           CASE WHEN people.mean IS NOT NULL THEN greatest(-%(largest)s, least(people.mean, %(largest)s)) END
               AS achievement_percent,
           {rule_sql.hint_rating("people.mean", _THRESHOLDS)} AS hint_rating,
           (%(common)s::text || ',' || {_INPUTS} || '}}')::jsonb AS inputs
    FROM stale
    JOIN spans ON spans.no = stale.no
    LEFT JOIN people ON people.key = stale.key
    LEFT JOIN LATERAL (
        SELECT own.unit_id, own.appraiser_id, own.mandate_id, own.is_part, own.achievement_percent, own.hint_rating,
               own.inputs, own.prepared_at
        FROM assessments_evaluation own WHERE own.id = stale.evaluation_id OFFSET 0
    ) old ON true
    OFFSET 0
),
wanted AS NOT MATERIALIZED (
    SELECT computed.*,
           -- both with the time of the old one: when it was pulled together is no change
           is_new OR is_moved OR (achievement_before, hint_before, inputs_before)
           IS DISTINCT FROM (achievement_percent, hint_rating, inputs) AS is_changed
    FROM computed
    OFFSET 0
)"""

COMPUTED = (
    "government_id", "skp_id", "employee_id", "unit_id", "appraiser_id", "mandate_id", "is_part",
    "achievement_percent", "hint_rating", "inputs", "mark", "prepared_at",
)  # fmt: skip
REFRESHED = (
    "unit_id", "appraiser_id", "mandate_id", "is_part", "achievement_percent", "hint_rating", "inputs", "mark",
    "prepared_at",
)  # fmt: skip


def defaults() -> dict[str, Any]:
    """Return what a new evaluation has in the columns that nothing is computed for, as the model says."""
    computed = {*COMPUTED, "id", "period_id", "status"}
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in Evaluation._meta.concrete_fields
        if field.column not in computed
    }


_NOW = {
    "inputs": "CASE WHEN is_changed AND NOT is_new THEN jsonb_set(inputs, '{at}', to_jsonb(%(at_text)s::text)) "
    "ELSE inputs END",
    "prepared_at": "CASE WHEN is_changed THEN %(at)s ELSE prepared_before END",
}


def _written(columns: dict[str, Any]) -> str:
    names = ", ".join((*COMPUTED, "period_id", "status", *columns))
    computed = [_NOW.get(name, name) for name in COMPUTED]
    values = ", ".join(
        (*computed, "%(period)s", "%(prepared)s", *(f"%(default_{name})s" for name in columns))
    )
    changes = ", ".join(f"{name} = excluded.{name}" for name in REFRESHED)
    return f"""
written AS (
    INSERT INTO assessments_evaluation ({names})
    SELECT {values} FROM wanted
    ON CONFLICT (skp_id, period_id, government_id) DO UPDATE SET {changes}
    WHERE assessments_evaluation.status = %(prepared)s
    RETURNING unit_id, appraiser_id, xmax = 0 AS is_new, prepared_at
)
SELECT unit_id, count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
       array_agg(DISTINCT appraiser_id) FILTER (WHERE appraiser_id IS NOT NULL)
FROM written WHERE prepared_at = %(at)s  -- the others were equal and got a mark
GROUP BY unit_id ORDER BY unit_id"""


def compose(*, basis: str, is_yearly: bool, are_parts: bool) -> str:
    """Return the statement for a period, or for parts of a year, which are written apart from the others."""
    target = rule_sql.period_target(
        "indicator.plan_target",
        source="indicator.source",
        aspect="indicator.aspect",
        basis=basis,
        months="plans.months",
    )
    facts = _FACTS.format(target=target, progress=PROGRESS)
    parts = [
        _SPANS, _PUBLIC, _PLANS, appraising.CHOSEN, _PARTS if are_parts else _REPORTS, _PROGRESS, _AWAY,
        _YEAR if is_yearly else _NO_YEAR, facts, _ASKED, _FIGURED, _WANTED, _written(defaults()),
    ]  # fmt: skip
    return "WITH " + ",".join(parts)


def constants(period: Period) -> dict[str, Any]:
    """Return the parameters that come from the period and the model."""
    return {
        "cycle": period.cycle_id,
        "periodic_kind": PeriodKind.PERIODIC.value,
        "prepared": EvaluationStatus.PREPARED.value,
        **{f"default_{name}": value for name, value in defaults().items()},
    }


def mark_of(*parts: object) -> str:
    """Return the digest of what the rows of a statement have in common: its text, and the values it is given."""
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()
