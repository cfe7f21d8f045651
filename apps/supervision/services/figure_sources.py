"""What is counted for the figures of units: one statement per group of figures, each over a whole government.

Every statement puts rows (unit, period, job family, measure, amount) into the temporary table `figure_fact`; a measure
is the name of a column of `UnitFigure`. What a leader owes is no SQL: its rule is Python and law
(apps/assessments/rules/feedback_duty.py), so its answer is counted here and joined like the rest.
Page: docs/rules/unit-figures.md.
"""
# ruff: noqa: S608 - the statements are put together from the constants of this module; every value is a parameter

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef

from apps.assessments.models import Period
from apps.assessments.rules.feedback_duty import DutyKind, DutyState, state_of
from apps.core import policy
from apps.core.rules.periods import last_instant_of
from apps.employees.models import AppraiserLink, Employee, Government
from apps.employees.rules.jenjang import LEVELS

from ..selectors.leader_duties import duties_of_leaders

# The job family of a post: as recorded, else the title without its level (apps/employees/rules/jenjang.family_of).
_FAMILY = """
CASE
  WHEN post.job_family <> '' THEN post.job_family
  WHEN lower(right(trim(post.title), length(level.label) + 1)) = lower(' ' || level.label)
    THEN trim(left(trim(post.title), -(length(level.label) + 1)))
  ELSE trim(post.title)
END
"""
_LEVELS = "(SELECT unnest(%(level_keys)s) AS key, unnest(%(level_labels)s) AS label)"

TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS figure_period (
  period_id bigint PRIMARY KEY, kind text, starts_on date, ends_on date, day date, is_closed boolean,
  first_of_year date, target_pns numeric, target_pppk numeric
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS figure_person (
  period_id bigint, employee_id bigint, unit_id bigint, job_family text, status text,
  PRIMARY KEY (period_id, employee_id)
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS figure_duty (
  period_id bigint, employee_id bigint, measure text, amount numeric
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS figure_fact (
  unit_id bigint, period_id bigint, job_family text, measure text, amount numeric
) ON COMMIT DROP;
TRUNCATE figure_period, figure_person, figure_duty, figure_fact;
"""

# Who works where: on the last day of a period, or today while it runs. Main places of a person never overlap.
PEOPLE = f"""
INSERT INTO figure_person (period_id, employee_id, unit_id, job_family, status)
SELECT q.period_id, person.id, post.unit_id, {_FAMILY}, person.status
FROM figure_period q
JOIN employees_placement place ON place.is_main AND place.period @> q.day
JOIN employees_position post ON post.id = place.position_id
JOIN employees_workunit unit ON unit.id = post.unit_id AND unit.government_id = %(government)s
JOIN employees_employee person ON person.id = place.employee_id
  AND (person.is_active OR NOT place.period @> %(today)s)
LEFT JOIN {_LEVELS} level ON level.key = post.level;
ANALYZE figure_person;
"""

_INTO = "INSERT INTO figure_fact (unit_id, period_id, job_family, measure, amount)"
_PLAN = """
  plan.employee_id = p.employee_id AND plan.revises_id IS NULL
  AND plan.status IN ('approved', 'closed') AND plan.period @> q.day
"""

COVERAGE = f"""
{_INTO}
SELECT found.unit_id, found.period_id, found.job_family, m.measure, m.amount
FROM (
  SELECT p.unit_id, p.period_id, p.job_family, count(*) AS people,
    count(*) FILTER (WHERE EXISTS (SELECT FROM indicators_skp plan WHERE {_PLAN})) AS planned
  FROM figure_person p JOIN figure_period q USING (period_id)
  GROUP BY 1, 2, 3
) found
CROSS JOIN LATERAL (VALUES ('people', people), ('planned', planned)) m (measure, amount)
"""

# Only who has an approved plan owes a report. It is due once it is in, or once the period no longer takes any.
PUNCTUALITY = f"""
{_INTO}
SELECT found.unit_id, found.period_id, found.job_family, m.measure, m.amount
FROM (
  SELECT p.unit_id, p.period_id, p.job_family,
    count(*) FILTER (WHERE report.id IS NOT NULL OR q.is_closed) AS due,
    count(*) FILTER (WHERE NOT report.is_late) AS on_time,
    count(*) AS owed,
    count(*) FILTER (WHERE report.status IN ('submitted', 'accepted')) AS sent,
    count(*) FILTER (WHERE report.status = 'returned') AS returned,
    count(*) FILTER (WHERE report.is_late) AS late
  FROM figure_person p
  JOIN figure_period q ON q.period_id = p.period_id AND q.kind = 'periodic'
  JOIN LATERAL (
    SELECT plan.id FROM indicators_skp plan WHERE {_PLAN} ORDER BY plan.id DESC LIMIT 1
  ) plan ON true
  LEFT JOIN assessments_selfreport report
    ON report.skp_id = plan.id AND report.period_id = q.period_id AND report.status <> 'draft'
  GROUP BY 1, 2, 3
) found
CROSS JOIN LATERAL (VALUES
  ('reports_due', due), ('reports_on_time', on_time), ('reports_owed', owed), ('reports_sent', sent),
  ('reports_returned', returned), ('reports_late', late)
) m (measure, amount)
"""

# What was handed over; a closing evaluation before a move is not the result of the period.
PREDIKAT = f"""
{_INTO}
SELECT evaluation.unit_id, q.period_id, {_FAMILY}, evaluation.predikat, count(*)
FROM figure_period q
JOIN assessments_evaluation evaluation ON evaluation.period_id = q.period_id
  AND NOT evaluation.is_part AND evaluation.delivered_at IS NOT NULL
JOIN indicators_skp plan ON plan.id = evaluation.skp_id
JOIN employees_placement place ON place.id = plan.placement_id
JOIN employees_position post ON post.id = place.position_id
LEFT JOIN {_LEVELS} level ON level.key = post.level
GROUP BY 1, 2, 3, 4
"""

# Public figures of surveys that ended in the period, or end in it. Tiers and questionnaires are never mixed: per
# survey its headline, and per period of a government the one measure that most answers were given in.
SATISFACTION = f"""
{_INTO}
WITH shown AS (
  SELECT q.period_id, service.unit_id, survey.id AS survey_id, survey.questionnaire_id, result.tier,
    survey.sampling <> '' AND result.tier = 'terverifikasi' AS is_formal,
    step.n, step.ikm, step.index_total, step.index_squares
  FROM figure_period q
  JOIN feedback_surveyperiod survey ON survey.ends_on BETWEEN q.starts_on AND q.ends_on
  JOIN feedback_service service ON service.id = survey.service_id
  JOIN employees_workunit unit ON unit.id = service.unit_id AND unit.government_id = %(government)s
  JOIN feedback_ikmresult result ON result.survey_period_id = survey.id
  JOIN feedback_figurestep step ON step.id = result.shown_id AND step.n >= %(minimum_answers)s
), headline AS (
  SELECT DISTINCT ON (period_id, survey_id) * FROM shown
  ORDER BY period_id, survey_id, is_formal DESC, tier = 'terbuka' DESC
), chosen AS (
  SELECT DISTINCT ON (period_id) period_id, is_formal, tier, questionnaire_id
  FROM headline GROUP BY period_id, is_formal, tier, questionnaire_id
  ORDER BY period_id, is_formal DESC, sum(n) DESC, questionnaire_id DESC
), pooled AS (
  SELECT unit_id, period_id, sum(n) AS n, sum(n * ikm) AS points, sum(index_total) AS total,
    sum(index_squares) AS squares
  FROM headline JOIN chosen USING (period_id, is_formal, tier, questionnaire_id)
  GROUP BY 1, 2
)
SELECT unit_id, period_id, '', m.measure, m.amount
FROM pooled CROSS JOIN LATERAL (
  VALUES ('ikm_n', n), ('ikm_points', points), ('ikm_total', total), ('ikm_squares', squares)
) m (measure, amount)
"""

# As an office counts them (apps/feedback/selectors/outcomes.py): confirmed and closed without a reply stand apart.
COMPLAINTS = f"""
{_INTO}
WITH dated AS (
  SELECT unit_id, status, due_on, (received_at AT TIME ZONE %(zone)s)::date AS received_on,
    (coalesce(answered_at, closed_at) AT TIME ZONE %(zone)s)::date AS done_on
  FROM feedback_complaint WHERE government_id = %(government)s AND NOT is_quarantined
), counted AS (
  SELECT dated.unit_id, q.period_id, count(*) AS received,
    count(*) FILTER (
      WHERE done_on IS NOT NULL OR (due_on < %(today)s AND status <> 'incomplete')
    ) AS due,
    count(*) FILTER (WHERE done_on <= due_on) AS in_time,
    count(*) FILTER (WHERE status = 'confirmed_solved') AS solved,
    count(*) FILTER (WHERE status = 'closed_no_reply') AS no_reply
  FROM dated JOIN figure_period q ON dated.received_on BETWEEN q.starts_on AND q.ends_on
  GROUP BY 1, 2
)
SELECT unit_id, period_id, '', m.measure, m.amount
FROM counted CROSS JOIN LATERAL (
  VALUES ('complaints_received', received), ('complaints_due', due), ('complaints_in_time', in_time),
    ('complaints_solved', solved), ('complaints_no_reply', no_reply)
) m (measure, amount)
"""

# Verified hours of the year so far, at most the target of each person.
TRAINING = f"""
{_INTO}
SELECT found.unit_id, found.period_id, found.job_family, m.measure, m.amount
FROM (
  SELECT p.unit_id, p.period_id, p.job_family, sum(goal.jp) AS target,
    sum(least(goal.jp, coalesce(done.jp, 0))) AS counted
  FROM figure_person p
  JOIN figure_period q USING (period_id)
  CROSS JOIN LATERAL (
    SELECT CASE p.status WHEN 'pppk' THEN q.target_pppk ELSE q.target_pns END AS jp
  ) goal
  LEFT JOIN LATERAL (
    SELECT sum(certificate.jp) AS jp FROM training_certificate certificate
    WHERE certificate.employee_id = p.employee_id AND certificate.verified_at IS NOT NULL
      AND certificate.ends_on BETWEEN q.first_of_year AND q.day
  ) done ON true
  GROUP BY 1, 2, 3
) found
CROSS JOIN LATERAL (VALUES ('jp_target', target), ('jp_counted', counted)) m (measure, amount)
"""

OBJECTIONS = """
INSERT INTO figure_duty (period_id, employee_id, measure, amount)
SELECT q.period_id, objection.decider_id, m.measure, m.amount
FROM figure_period q
JOIN assessments_objection objection ON objection.decision_due_on BETWEEN q.starts_on AND q.ends_on
JOIN figure_person p ON p.period_id = q.period_id AND p.employee_id = objection.decider_id
CROSS JOIN LATERAL (
  SELECT (objection.decided_at AT TIME ZONE %(zone)s)::date AS decided_on,
    objection.decision_due_on < %(today)s AS is_over
) clock
CROSS JOIN LATERAL (
  VALUES ('objection_owed', (decided_on IS NOT NULL OR is_over)::int),
    ('objection_kept', (decided_on <= objection.decision_due_on)::int),
    ('duties_overdue', (decided_on IS NULL AND is_over)::int)
) m (measure, amount)
"""

DUTIES = f"""
{_INTO}
SELECT p.unit_id, p.period_id, p.job_family, duty.measure, sum(duty.amount)
FROM figure_duty duty JOIN figure_person p USING (period_id, employee_id)
GROUP BY 1, 2, 3, 4
"""

GROUPS = (COVERAGE, PUNCTUALITY, PREDIKAT, SATISFACTION, COMPLAINTS, TRAINING, OBJECTIONS, DUTIES)

_FEEDBACK = {DutyKind.FEEDBACK, DutyKind.DIALOGUE}


def gather(cursor: Any, government: Government, periods: Iterable[Period], today: date) -> None:
    """Fill `figure_fact` with everything that is counted in some periods of a government."""
    begun = [period for period in periods if period.starts_on <= today]
    values = {
        "government": government.pk,
        "zone": government.timezone,
        "today": today,
        "level_keys": list(LEVELS),
        "level_labels": list(LEVELS.values()),
        "minimum_answers": policy.get("feedback.minimum_answers", on=today, scope=government.code),
    }
    cursor.execute(TABLES)
    _put_periods(cursor, government, begun, today)
    cursor.execute(PEOPLE, values)
    _put_duties(cursor, government, begun, today)
    for statement in GROUPS:
        cursor.execute(statement, values)
    cursor.execute("ANALYZE figure_fact")


def _put_periods(cursor: Any, government: Government, periods: list[Period], today: date) -> None:
    targets = {
        (year, status): policy.get(
            f"training.jp_target_{status}", on=date(year, 12, 31), scope=government.code
        )
        for year in {period.cycle.year for period in periods}
        for status in ("pns", "pppk")
    }
    cursor.executemany(
        "INSERT INTO figure_period VALUES (%s, %s, %s, %s, %s, (%s AT TIME ZONE %s)::date < %s, %s, %s, %s)",
        [
            (
                period.pk,
                period.kind,
                period.starts_on,
                period.ends_on,
                min(period.ends_on, today),
                period.closes_at,
                government.timezone,
                today,
                date(period.cycle.year, 1, 1),
                targets[period.cycle.year, "pns"],
                targets[period.cycle.year, "pppk"],
            )
            for period in periods
        ],
    )


def _put_duties(cursor: Any, government: Government, periods: list[Period], today: date) -> None:
    """Count what leaders owed by the period in which it was due; a past year is looked at from its last day."""
    counted: Counter[tuple[int, int, str]] = Counter()
    for year in sorted({period.cycle.year for period in periods}):
        day = min(today, date(year, 12, 31))
        of_year = [period for period in periods if period.cycle.year == year]
        now: datetime = last_instant_of(day, government.timezone)
        leaders = list(_leaders(government, DateRange(date(year, 1, 1), date(year + 1, 1, 1))))
        for leader_id, duties in duties_of_leaders(leaders, government, now).items():
            for item in duties.items:
                state = state_of(item.obligation, today)
                if state is DutyState.OPEN:
                    continue
                group = "feedback" if item.kind in _FEEDBACK else "review"
                measures = [f"{group}_owed"]
                if state is DutyState.ON_TIME:
                    measures.append(f"{group}_kept")
                if state is DutyState.OVERDUE:
                    measures.append("duties_overdue")
                for period in of_year:
                    if period.starts_on <= item.obligation.due_on <= period.ends_on:
                        counted.update((period.pk, leader_id, measure) for measure in measures)
    cursor.execute(
        "INSERT INTO figure_duty SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[])",
        [
            [period for period, _leader, _measure in counted],
            [leader for _period, leader, _measure in counted],
            [measure for _period, _leader, measure in counted],
            list(counted.values()),
        ],
    )


def _leaders(government: Government, year: DateRange) -> Any:
    links = AppraiserLink.objects.filter(appraiser=OuterRef("pk"), period__overlap=year)
    return Employee.objects.filter(Exists(links), government=government).order_by("pk")
