"""The one statement that makes the evaluations of some units: it reads, computes, compares and writes.

Its common table expressions in order:
    spans      days and figures of citizens per unit, handed over (`public`: one row per span and source)
    plans      who is in and not rated yet (the table `engine_plan`, filled before)
    chosen     who appraises (appraising.py)
    reports    the report that counts, with its lines; for the part of a year before a move the sum of them
    progress   counted lines of daily work; `entries`: how many lines at all
    facts      one row per indicator: target, realization, or why there is none
    figured    and its percentage
    people     per plan: the indicators as they are stored, and the rounded mean
    wanted     the evaluation as it should be stored
    fresh      those that do not exist yet or differ; equal rows are not touched
    written    the outcome
What a row of `inputs` holds is said in services/closing.py.
"""
# ruff: noqa: S608 - put together from constants; every value is a parameter

from typing import Any

from django.db import connection

from ...models import Evaluation, Period
from ...rules.evaluation_lifecycle import EvaluationStatus
from ...rules.period_lifecycle import PeriodKind
from . import appraising, rule_sql, scope

PROGRESS = "progress_sum"

_SPANS = """
spans AS MATERIALIZED (
    SELECT no, unit_id, first_day, last_day, may_act, voice
    FROM unnest(%(span_units)s::bigint[], %(first_days)s::date[], %(last_days)s::date[], %(may_act)s::boolean[],
                %(voices)s::jsonb[])
        WITH ORDINALITY AS given(unit_id, first_day, last_day, may_act, voice, no)
)"""
_PUBLIC = """
public AS MATERIALIZED (
    SELECT no, source, value, missing, answers
    FROM unnest(%(public_spans)s::bigint[], %(public_sources)s::text[], %(public_values)s::numeric[],
                %(public_missing)s::text[], %(public_answers)s::jsonb[])
        AS given(no, source, value, missing, answers)
)"""

# A table of its own and not one more expression: the planner has to know how many plans there are. Believing in one,
# it walks over all of them for each of them.
PLANS_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS engine_plan (
    key bigint, employee_id bigint, government_id bigint, unit_id bigint, no bigint, first_day date, last_day date,
    months int, is_part boolean, heads_unit bigint, evaluation_id bigint
) ON COMMIT DROP;
TRUNCATE engine_plan;
"""
# `+ 0` keeps an index on the period out of it: at closing time the statistics know nothing of the period's rows yet,
# and a search by period would read all of them for each plan.
FILL_PLANS = f"""
WITH {_SPANS}
INSERT INTO engine_plan
SELECT skp.id, skp.employee_id, skp.government_id, skp.unit_id, spans.no, spans.first_day, spans.last_day,
       (extract(month FROM spans.last_day) - extract(month FROM spans.first_day))::int + 1, %(are_parts)s,
       CASE WHEN post.is_head THEN post.unit_id END, old.id
FROM indicators_skp skp
JOIN spans ON spans.unit_id = skp.unit_id
    AND spans.first_day = {scope.FIRST_DAY} AND spans.last_day = {scope.LAST_DAY}
JOIN employees_placement placement ON placement.id = skp.placement_id
JOIN employees_position post ON post.id = placement.position_id
LEFT JOIN assessments_evaluation old ON old.skp_id = skp.id AND old.period_id + 0 = %(period)s
WHERE {scope.COVERING} AND (old.id IS NULL OR old.status = %(prepared)s)
  AND skp.id <> ALL(%(absent)s::bigint[]);
ANALYZE engine_plan
"""

_PLANS = """
plans AS NOT MATERIALIZED (SELECT * FROM engine_plan)"""

_REPORTS = """
reports AS MATERIALIZED (
    SELECT plans.key, report.id, report.status, report.number, report.version, report.is_late
    FROM plans JOIN assessments_selfreport report ON report.skp_id = plans.key AND report.period_id + 0 = %(period)s
)"""
_LINE = """
    LEFT JOIN assessments_reportline line
        ON line.report_id = reports.id AND line.indicator_id = indicator.id"""

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
part_lines AS MATERIALIZED (
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
_PART_LINE = """
    LEFT JOIN part_lines line ON line.indicator_id = indicator.id"""

_PROGRESS = """
entries AS MATERIALIZED (
    SELECT plans.key, entry.indicator_id, count(*) AS number, sum(entry.quantity) AS total
    FROM plans
    JOIN assessments_progressentry entry ON entry.employee_id = plans.employee_id
        AND entry.date BETWEEN plans.first_day AND plans.last_day
    JOIN indicators_workresult result ON result.id = entry.result_id AND result.skp_id = plans.key
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
    JOIN assessments_evaluation part ON part.employee_id = plans.employee_id AND part.period_id = %(period)s
        AND part.is_part AND part.skp_id <> plans.key
    JOIN indicators_skp skp ON skp.id = part.skp_id
    GROUP BY plans.key
)"""
_NO_YEAR = """
periodic AS (SELECT NULL::bigint AS key, NULL::jsonb AS judged WHERE false),
earlier AS (SELECT NULL::bigint AS key, NULL::jsonb AS parts WHERE false)"""

_FACTS = """
facts AS MATERIALIZED (
    SELECT plans.key, result.kind AS result_kind, result."order" AS result_order, result.id AS result_id,
           result.text AS result_text, indicator.id, indicator."order", indicator.text, indicator.aspect,
           indicator.measure, indicator.direction, indicator.source, indicator.target AS plan_target,
           public.answers,
           {target} AS target,
           CASE WHEN indicator.source = '{progress}' THEN entries.total
                WHEN public.no IS NOT NULL THEN public.value
                WHEN reports.version > 0 AND reports.status = ANY(%(counted_reports)s) THEN line.realization
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
    JOIN indicators_workresult result ON result.skp_id = plans.key
    JOIN indicators_indicator indicator ON indicator.result_id = result.id
    LEFT JOIN public ON public.no = plans.no AND public.source = indicator.source
    LEFT JOIN entries ON entries.key = plans.key AND entries.indicator_id = indicator.id
    LEFT JOIN reports ON reports.key = plans.key{line}
)"""

_INDICATOR = f"""jsonb_build_object(
    'id', id, 'result_id', result_id, 'result_text', result_text, 'text', text, 'aspect', aspect,
    'measure', measure, 'direction', direction, 'source', source,
    'target', {rule_sql.number_text("target")}, 'plan_target', {rule_sql.number_text("plan_target")},
    'realization', {rule_sql.number_text("realization")}, 'percent', {rule_sql.number_text("percent")},
    'missing', CASE WHEN realization IS NOT NULL AND percent IS NULL THEN 'no_target' ELSE missing END)"""
# Kept as rows (MATERIALIZED): each figure is used several times below and would be computed as often.
_FIGURED = f"""
figured AS MATERIALIZED (
    SELECT facts.*, {rule_sql.achievement_percent("target", "realization", "direction")} AS percent
    FROM facts
),
people AS (
    SELECT key, {rule_sql.mean_percent("sum(percent)", "count(percent)")} AS mean,
           jsonb_agg(CASE WHEN answers IS NULL THEN {_INDICATOR} ELSE {_INDICATOR} || answers END
                     ORDER BY result_kind DESC, result_order, result_id, "order", id) AS indicators
    FROM figured GROUP BY key
)"""

_THRESHOLDS = {"above_percent": "%(above)s", "meets_percent": "%(meets)s"}
_WANTED = f"""
wanted AS (
    SELECT plans.government_id, plans.key AS skp_id, plans.employee_id, plans.unit_id, plans.evaluation_id,
           chosen.appraiser_id, chosen.mandate_id, plans.is_part,
           CASE WHEN people.mean IS NOT NULL THEN greatest(-%(largest)s, least(people.mean, %(largest)s)) END
               AS achievement_percent,
           {rule_sql.hint_rating("people.mean", _THRESHOLDS)} AS hint_rating,
           -- built in one go: joining two documents, or taking a key out of one, copies all of it
           jsonb_build_object(
               'version', %(inputs_version)s, 'at', coalesce(old.inputs ->> 'at', %(at_text)s),
               'cut_off', %(cut_off)s::text, 'policy', %(policy)s::jsonb, 'rules', %(rules)s::jsonb,
               'days', jsonb_build_array(plans.first_day, plans.last_day),
               'report', CASE WHEN reports.version > 0 THEN jsonb_build_object(
                        'id', reports.id, 'status', reports.status, 'number', reports.number,
                        'version', reports.version, 'is_late', reports.is_late)
                    ELSE %(no_report)s::jsonb END,
               'indicators', coalesce(people.indicators, '[]'),
               'progress_entries', coalesce(counts.number, 0),
               'unit', spans.voice,
               'heads_unit', plans.heads_unit,
               'appraiser_source', chosen.source,
               'away', coalesce(away.states, '[]'),
               'periodic', coalesce(periodic.judged, '[]'),
               'earlier_parts', coalesce(earlier.parts, '[]')
           ) AS inputs
    FROM plans
    JOIN spans ON spans.no = plans.no
    JOIN chosen ON chosen.key = plans.key
    LEFT JOIN people ON people.key = plans.key
    LEFT JOIN reports ON reports.key = plans.key
    LEFT JOIN counts ON counts.key = plans.key
    LEFT JOIN away ON away.key = plans.key
    LEFT JOIN periodic ON periodic.key = plans.key
    LEFT JOIN earlier ON earlier.key = plans.key
    LEFT JOIN assessments_evaluation old ON old.id = plans.evaluation_id
),
fresh AS (
    SELECT wanted.*, old.id IS NULL AS is_new FROM wanted
    LEFT JOIN assessments_evaluation old ON old.id = wanted.evaluation_id
    WHERE old.id IS NULL
       OR (old.unit_id, old.appraiser_id, old.mandate_id, old.is_part, old.achievement_percent, old.hint_rating)
          IS DISTINCT FROM (wanted.unit_id, wanted.appraiser_id, wanted.mandate_id, wanted.is_part,
                            wanted.achievement_percent, wanted.hint_rating)
       -- both with the time of the old one: when it was pulled together is no change
       OR old.inputs IS DISTINCT FROM wanted.inputs
)"""

COMPUTED = (
    "government_id", "skp_id", "employee_id", "unit_id", "appraiser_id", "mandate_id", "is_part",
    "achievement_percent", "hint_rating", "inputs",
)  # fmt: skip
REFRESHED = (
    "unit_id",
    "appraiser_id",
    "mandate_id",
    "is_part",
    "achievement_percent",
    "hint_rating",
    "inputs",
    "prepared_at",
)


def defaults() -> dict[str, Any]:
    """Return what a new evaluation has in the columns that nothing is computed for, as the model says."""
    computed = {*COMPUTED, "id", "period_id", "prepared_at", "status"}
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in Evaluation._meta.concrete_fields
        if field.column not in computed
    }


_INPUTS_NOW = "CASE WHEN is_new THEN inputs ELSE jsonb_set(inputs, '{at}', to_jsonb(%(at_text)s::text)) END"


def _written(columns: dict[str, Any]) -> str:
    names = ", ".join((*COMPUTED, "period_id", "status", "prepared_at", *columns))
    computed = [_INPUTS_NOW if name == "inputs" else name for name in COMPUTED]
    values = ", ".join(
        (*computed, "%(period)s", "%(prepared)s", "%(at)s", *(f"%(default_{name})s" for name in columns))
    )
    changes = ", ".join(f"{name} = excluded.{name}" for name in REFRESHED)
    return f"""
written AS (
    INSERT INTO assessments_evaluation ({names})
    SELECT {values} FROM fresh ORDER BY skp_id
    ON CONFLICT (skp_id, period_id, government_id) DO UPDATE SET {changes}
    WHERE assessments_evaluation.status = %(prepared)s
    RETURNING unit_id, appraiser_id, xmax = 0 AS is_new
)
SELECT unit_id, count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
       array_agg(DISTINCT appraiser_id) FILTER (WHERE appraiser_id IS NOT NULL)
FROM written GROUP BY unit_id ORDER BY unit_id"""


def compose(*, basis: str, is_yearly: bool, are_parts: bool) -> str:
    """Return the statement for a period, or for parts of a year, which are written apart from the others."""
    target = rule_sql.period_target(
        "indicator.target",
        source="indicator.source",
        aspect="indicator.aspect",
        basis=basis,
        months="plans.months",
    )
    facts = _FACTS.format(target=target, progress=PROGRESS, line=_PART_LINE if are_parts else _LINE)
    parts = [
        _SPANS, _PUBLIC, _PLANS, appraising.CHOSEN, _PARTS if are_parts else _REPORTS, _PROGRESS, _AWAY,
        _YEAR if is_yearly else _NO_YEAR, facts, _FIGURED, _WANTED, _written(defaults()),
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
