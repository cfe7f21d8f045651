"""G1: closing a period costs at most 1.5 x the single statement that does the same reads and writes.

The case is what the worker runs: every chunk of the period through `prepare_units`, with its run rows, audit entries,
messages, appraisers in mandates and away, and the figures of citizens for every unit.
The limit is STATEMENT below, which knows nothing of the engine: one INSERT ... SELECT over the whole government that
reads plans, posts, the line, reports and their lines, daily lines, and absences, computes percentages, mean and hint,
and writes the same columns with the same JSON, foreign keys and unique key. It is spared chunks, run rows, audit,
messages, exact rounding, stand-ins for absent superiors, and the adding up of what citizens said (ready in a table).
"""

import resource
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.context import Context, Region
from bench.harness import Figure, Goal

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STATEMENT = """
INSERT INTO assessments_evaluation (
    government_id, skp_id, employee_id, unit_id, period_id, appraiser_id, is_part, status, achievement_percent,
    hint_rating, inputs, work_result_rating, behavior_rating, predikat, reason, recommendation, rule_version, version,
    basis, prepared_at)
WITH facts AS (
    SELECT result.skp_id, result.kind, result."order" AS result_order, result.text AS result_text, indicator.*,
           CASE WHEN indicator.source = 'progress_sum' THEN progress.total
                WHEN report.status IN ('submitted', 'accepted') THEN line.realization END AS realization,
           CASE WHEN report.id IS NULL THEN 'no_report' ELSE '' END AS missing
    FROM indicators_skp skp
    JOIN indicators_workresult result ON result.skp_id = skp.id
    JOIN indicators_indicator indicator ON indicator.result_id = result.id
    LEFT JOIN assessments_selfreport report ON report.skp_id = skp.id AND report.period_id = %(period)s
    LEFT JOIN assessments_reportline line ON line.report_id = report.id AND line.indicator_id = indicator.id
    LEFT JOIN (
        SELECT indicator_id, sum(quantity) AS total FROM assessments_progressentry
        WHERE date BETWEEN %(first)s AND %(last)s GROUP BY 1
    ) progress ON progress.indicator_id = indicator.id
    WHERE skp.government_id = %(government)s AND skp.year = %(year)s AND skp.status IN ('approved', 'closed')
      AND skp.period && daterange(%(first)s, %(last)s, '[]')
),
figured AS (
    SELECT *, CASE WHEN target > 0 THEN round(
        CASE WHEN direction = 'lower_is_better' THEN 2 * target - realization ELSE realization END * 100 / target, 2
    ) END AS percent FROM facts
),
people AS (
    SELECT skp_id, round(avg(percent), 2) AS mean, jsonb_agg(jsonb_build_object(
        'id', id, 'result_id', result_id, 'result_text', result_text, 'text', text, 'aspect', aspect,
        'measure', measure, 'direction', direction, 'source', source, 'target', trim_scale(target)::text,
        'plan_target', trim_scale(target)::text, 'realization', trim_scale(realization)::text,
        'percent', trim_scale(percent)::text, 'missing', missing
    ) ORDER BY kind DESC, result_order, result_id, "order", id) AS indicators
    FROM figured GROUP BY skp_id
)
SELECT skp.government_id, skp.id, skp.employee_id, skp.unit_id, %(period)s, link.appraiser_id, false, 'prepared',
       people.mean,
       CASE WHEN people.mean IS NULL THEN '' WHEN people.mean >= 110 THEN 'above_expectation'
            WHEN people.mean >= 90 THEN 'meets_expectation' ELSE 'below_expectation' END,
       jsonb_build_object(
           'version', 1, 'at', %(at)s::text, 'cut_off', %(at)s::text, 'days', jsonb_build_array(%(first)s, %(last)s),
           'report', jsonb_build_object('id', report.id, 'status', report.status, 'number', report.number,
                                        'version', report.version, 'is_late', report.is_late),
           'indicators', coalesce(people.indicators, '[]'), 'progress_entries', coalesce(entries.number, 0),
           'unit', voice.stored, 'heads_unit', CASE WHEN post.is_head THEN post.unit_id END,
           'appraiser_source', 'link', 'away', coalesce(away.states, '[]'), 'periodic', '[]'::jsonb,
           'earlier_parts', '[]'::jsonb,
           'policy', '{"hint_meets_percent": "90", "hint_above_percent": "110", "target_basis": "period"}'::jsonb,
           'rules', '{"achievement": "SAK-6", "hint": "hint-mean/1"}'::jsonb),
       '', '', '', '', '', '', 1, '{}', %(at)s
FROM indicators_skp skp
JOIN people ON people.skp_id = skp.id
JOIN employees_placement placement ON placement.id = skp.placement_id
JOIN employees_position post ON post.id = placement.position_id
LEFT JOIN bench_voice voice ON voice.unit_id = skp.unit_id
LEFT JOIN employees_appraiserlink link ON link.employee_id = skp.employee_id AND link.period @> %(last)s
LEFT JOIN assessments_selfreport report ON report.skp_id = skp.id AND report.period_id = %(period)s
LEFT JOIN (
    SELECT employee_id, count(*) AS number FROM assessments_progressentry
    WHERE date BETWEEN %(first)s AND %(last)s GROUP BY 1
) entries ON entries.employee_id = skp.employee_id
LEFT JOIN (
    SELECT employee_id, jsonb_agg(jsonb_build_object('kind', kind, 'first', lower(period))) AS states
    FROM employees_servicestate WHERE period && daterange(%(first)s, %(last)s, '[]') GROUP BY 1
) away ON away.employee_id = skp.employee_id
"""


def goals(context: Context) -> list[Goal | Figure]:
    """Return the goal for every size, and the memory at the largest one that is ten thousand or more."""
    found: list[Goal | Figure] = []
    for size in context.sizes:
        closing = closing_of(context, size)
        found.append(
            Goal(
                "G1",
                "closing a period / one statement",
                case=closing.by_engine,
                limit=closing.by_one_statement,
                at_most=1.5,
                size=size,
                rounds=5 if size < 50_000 else 3,
                before_case=closing.take_back,
                before_limit=closing.take_back,
                region=closing.region,
            )
        )
        found.append(
            Figure(
                "G1", "memory the closing added", measure=closing.memory, unit="MB", at_most=100, size=size
            )
        )
    return found


_MADE: dict[tuple[int, int], "Closing"] = {}


def closing_of(context: Context, size: int) -> "Closing":
    """Return the region in which periods are closed and taken back; G1 and G2 of one run share it."""
    key = (id(context), size)
    if key not in _MADE:
        _MADE[key] = Closing(context.own_region(size))
    return _MADE[key]


class Closing:
    """The last closed period of a region, whose evaluations nobody has rated yet."""

    def __init__(self, region: Region) -> None:
        self.region = region
        with region.use():
            from apps.assessments.models import Period

            self.period = (
                Period.objects.select_related("cycle__government")
                .filter(kind="periodic", reports__isnull=False)
                .order_by("-starts_on")
                .first()
            )
            assert self.period is not None
            self._empty_for_good()

    def _empty_for_good(self) -> None:
        """Take the evaluations of this period away, with everything that hangs on them: it is closed anew each time."""
        self._sql("SET session_replication_role = replica")
        for table, column in self._referring():
            self._sql(
                f'DELETE FROM {table} WHERE "{column}" IN '
                "(SELECT id FROM assessments_evaluation WHERE period_id = %s)"
            )
        self._sql("DELETE FROM assessments_evaluation WHERE period_id = %s")
        self._sql("SET session_replication_role = DEFAULT")
        self.take_back()
        self.by_engine()  # plans and pages are warm, and the tables have their size
        self._sql("DROP TABLE IF EXISTS bench_voice")
        self._sql(
            "CREATE TABLE bench_voice AS SELECT DISTINCT ON (unit_id) unit_id, inputs -> 'unit' AS stored "
            "FROM assessments_evaluation WHERE period_id = %s"
        )
        self._sql("ANALYZE")
        self.take_back()

    def _referring(self) -> list[tuple[str, str]]:
        from apps.assessments.models import Evaluation

        return [
            (relation.related_model._meta.db_table, relation.field.column)
            for relation in Evaluation._meta.related_objects
        ]

    def take_back(self) -> None:
        """Put the tables back as they were before the closing."""
        self._sql("DELETE FROM assessments_evaluation WHERE period_id = %s")
        self._sql("DELETE FROM assessments_periodrun WHERE period_id = %s AND step = 'prepare'")
        self._sql("DELETE FROM core_notification WHERE key LIKE %s", [f"to-rate:{self.period.pk}:%"])
        for table in ("assessments_evaluation", "assessments_periodrun", "core_notification"):
            self._sql(f"VACUUM (ANALYZE) {table}")

    def by_engine(self) -> None:
        """Close as the workers do, chunk after chunk."""
        from apps.assessments.services.engine import runs

        for unit_ids in runs.chunks_of(self.period):
            runs.prepare_units(period_id=self.period.pk, unit_ids=unit_ids, at=AT)

    def by_one_statement(self) -> None:
        """Close in one statement over the whole government."""
        period = self.period
        self._sql(
            STATEMENT,
            {
                "period": period.pk,
                "first": period.starts_on,
                "last": period.ends_on,
                "government": period.cycle.government_id,
                "year": period.cycle.year,
                "at": AT,
            },
        )

    def memory(self) -> float:
        """Return by how many megabytes a worker that closes the region grows (a process of its own)."""
        return in_a_process(self.region, self.by_engine)

    def _sql(self, statement: str, parameters: Any = None) -> None:
        with self.region.use():
            from django.db import connection

            with connection.cursor() as cursor:
                if parameters is None:
                    parameters = [self.period.pk] if "%s" in statement else []
                cursor.execute(statement, parameters)


def in_a_process(region: Region, function: Callable[[], object]) -> float:
    """Run something in a process of its own and return by how much its largest size grew, in megabytes."""
    import os

    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            from django.db import connections

            with region.use():
                connections["default"].connection = None  # the parent's, not ours to close
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                function()
                after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            os.write(writing, str((after - before) / 1024).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    _pid, status = os.waitpid(pid, 0)
    text = os.read(reading, 100).decode()
    os.close(reading)
    if status or not text:
        raise RuntimeError("the process that measures memory failed")
    return float(text)
