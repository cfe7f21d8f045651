"""Counts the figures of units: from the rows of the apps below, for a whole government at a time.

Sums are made anew each time and only rows that differ are written, so nothing can drift, and counting twice is
counting once. What makes a government worth counting again is cheap to ask: the place in its audit chain (every verb
of the product leaves an entry, and the chain is ordered by commits), the newest public figure of a survey, the day.
"""
# ruff: noqa: S608 - the statements are put together from names of columns; every value is a parameter

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from apps.assessments.models import Period
from apps.core import policy
from apps.core.localtime import local_date
from apps.core.models import AuditHead
from apps.employees.models import Government
from apps.feedback.models import FigureStep

from ..models import MEASURES, FigureMark, UnitFigure
from . import figure_sources

logger = logging.getLogger(__name__)

# Last year's complaints are still being closed and its objections decided; older years stay as they were counted.
LIVE_YEARS = 2

_KEY = ("unit_id", "period_id", "job_family", "reach")
_TABLE = UnitFigure._meta.db_table
_COLUMNS = ", ".join(MEASURES)

# One row per unit, period, job family and reach, as it should be.
_WANTED = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS figure_row (LIKE {_TABLE}) ON COMMIT DROP;
ALTER TABLE figure_row DROP COLUMN IF EXISTS id, DROP COLUMN IF EXISTS government_id;
TRUNCATE figure_row;
INSERT INTO figure_row (unit_id, period_id, job_family, reach, {_COLUMNS})
WITH summed AS (
  SELECT unit_id, period_id, job_family, measure, sum(amount) AS amount
  FROM figure_fact GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT unit_id, period_id, '', measure, sum(amount)
  FROM figure_fact WHERE job_family <> '' GROUP BY 1, 2, 4
), placed AS (
  SELECT unit_id, 'own' AS reach, period_id, job_family, measure, amount FROM summed
  UNION ALL
  SELECT above.unit_id, 'tree', period_id, job_family, measure, amount
  FROM summed
  JOIN employees_workunit unit ON unit.id = summed.unit_id
  CROSS JOIN LATERAL unnest(string_to_array(trim(BOTH '/' FROM unit.path), '/')::bigint[]) above (unit_id)
)
SELECT unit_id, period_id, job_family, reach,
  {", ".join(f"coalesce(sum(amount) FILTER (WHERE measure = '{name}'), 0)" for name in MEASURES)}
FROM placed GROUP BY 1, 2, 3, 4
"""
_WRITE = f"""
INSERT INTO {_TABLE} AS stored (unit_id, period_id, job_family, reach, {_COLUMNS})
SELECT unit_id, period_id, job_family, reach, {_COLUMNS} FROM figure_row
ON CONFLICT (period_id, unit_id, job_family, reach, government_id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in MEASURES)}
WHERE ({", ".join(f"stored.{name}" for name in MEASURES)})
  IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in MEASURES)})
"""
_FORGET = f"""
DELETE FROM {_TABLE} stored USING figure_period q
WHERE stored.period_id = q.period_id AND NOT EXISTS (
  SELECT FROM figure_row wanted
  WHERE ({", ".join(f"wanted.{name}" for name in _KEY)}) = ({", ".join(f"stored.{name}" for name in _KEY)})
)
"""
_COMPARE = f"""
SELECT {", ".join(f"coalesce(stored.{name}, wanted.{name})" for name in _KEY)}, m.measure, m.stored, m.counted
FROM (SELECT * FROM {_TABLE} WHERE period_id IN (SELECT period_id FROM figure_period)) stored
FULL JOIN figure_row wanted ON
  ({", ".join(f"wanted.{name}" for name in _KEY)}) = ({", ".join(f"stored.{name}" for name in _KEY)})
CROSS JOIN LATERAL (
  VALUES {", ".join(f"('{name}', stored.{name}::numeric, wanted.{name}::numeric)" for name in MEASURES)}
) m (measure, stored, counted)
WHERE m.stored IS DISTINCT FROM m.counted
ORDER BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class Difference:
    """A stored number that is not what its sources give."""

    unit_id: int
    period_id: int
    job_family: str
    reach: str
    measure: str
    stored: Any
    counted: Any


@dataclass(frozen=True)
class _State:
    """What tells whether anything can have changed."""

    day: date
    audit_seq: int
    step: int


def refresh_due(*, now: datetime) -> int:
    """Count the governments in which something happened since; return how many those were."""
    return sum(refresh(government=government, now=now) for government in _with_news(now))


def _with_news(now: datetime) -> list[Government]:
    """Return the governments whose figures may be old: four queries, however many governments are quiet."""
    marks = {mark.government_id: mark for mark in FigureMark.objects.all()}
    heads = dict(AuditHead.objects.values_list("scope", "seq"))
    # Public figures come in the order of their keys: only those after the oldest mark can be news.
    counted = min((mark.step for mark in marks.values()), default=0)
    newest = dict(
        FigureStep.objects.filter(shown_at__isnull=False, pk__gt=counted)
        .order_by()
        .values("survey_period__service__unit__government")
        .annotate(newest=Max("pk"))
        .values_list("survey_period__service__unit__government", "newest")
    )
    found = []
    for government in Government.objects.order_by("pk"):
        mark = marks.get(government.pk)
        if mark is None or mark.computed_at is None:
            found.append(government)
            continue
        state = _State(
            day=local_date(now, government.timezone),
            audit_seq=heads.get(government.code, 0),
            step=max(newest.get(government.pk, 0), mark.step),
        )
        if _State(mark.day or date.min, mark.audit_seq, mark.step) != state:
            found.append(government)
    return found


@transaction.atomic
def refresh(*, government: Government, now: datetime) -> bool:
    """Count the living years of a government, if there is something new and the last time is long enough ago.

    Whether it did. Two workers never count one government at the same time; the second leaves it.
    """
    FigureMark.objects.get_or_create(government=government)
    mark = FigureMark.objects.select_for_update(skip_locked=True).filter(government=government).first()
    if mark is None:
        return False
    # Looked at before counting: what is committed in between is new once more.
    state = _state(government, local_date(now, government.timezone))
    if mark.computed_at is not None:
        if _State(mark.day or date.min, mark.audit_seq, mark.step) == state:
            return False
        minutes = policy.get("supervision.figures_minutes", on=state.day, scope=government.code)
        if mark.day == state.day and now < mark.computed_at + timedelta(minutes=minutes):
            return False
    _count(government, state.day, year_from=state.day.year - LIVE_YEARS + 1)
    _note(mark, state, now)
    return True


@transaction.atomic
def rebuild(*, government: Government, now: datetime) -> int:
    """Count every year of a government from nothing; return how many rows there are."""
    mark, _created = FigureMark.objects.get_or_create(government=government)
    mark = FigureMark.objects.select_for_update().get(pk=mark.pk)
    state = _state(government, local_date(now, government.timezone))
    UnitFigure.objects.filter(unit__government=government).delete()
    _count(government, state.day)
    _note(mark, state, now)
    return UnitFigure.objects.filter(unit__government=government).count()


@transaction.atomic
def check(*, government: Government, now: datetime) -> list[Difference]:
    """Return every stored number that differs from what its sources give now; change nothing."""
    with connection.cursor() as cursor:
        _gather(cursor, government, local_date(now, government.timezone))
        cursor.execute(_COMPARE)
        return [Difference(*row) for row in cursor.fetchall()]


def differences(*, now: datetime) -> int:
    """Return how many stored numbers of settled governments differ from their sources, for the daily check.

    A government in which something happened since its last counting is left for the next day: its figures are
    behind, not wrong.
    """
    found = 0
    for government in Government.objects.order_by("pk"):
        mark = FigureMark.objects.filter(government=government, computed_at__isnull=False).first()
        state = _state(government, local_date(now, government.timezone))
        if mark is None or _State(mark.day or date.min, mark.audit_seq, mark.step) != state:
            logger.info("figures of units: government %s is being counted, checked tomorrow", government.pk)
            continue
        found += len(check(government=government, now=now))
    return found


def oldest_uncounted() -> datetime | None:
    """Return when the oldest change happened that the figures do not hold yet; None if they hold everything."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(e.at) FROM {FigureMark._meta.db_table} m "
            "JOIN employees_government g ON g.id = m.government_id "
            "JOIN core_auditentry e ON e.scope = g.code AND e.seq = m.audit_seq + 1"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _state(government: Government, day: date) -> _State:
    steps = FigureStep.objects.filter(
        survey_period__service__unit__government=government, shown_at__isnull=False
    )
    return _State(
        day=day,
        audit_seq=AuditHead.objects.filter(scope=government.code).values_list("seq", flat=True).first() or 0,
        step=steps.aggregate(newest=Max("pk"))["newest"] or 0,
    )


def _note(mark: FigureMark, state: _State, now: datetime) -> None:
    mark.day, mark.audit_seq, mark.step, mark.computed_at = state.day, state.audit_seq, state.step, now
    mark.save(update_fields=["day", "audit_seq", "step", "computed_at"])


def _count(government: Government, today: date, year_from: int = 0) -> None:
    with connection.cursor() as cursor:
        _gather(cursor, government, today, year_from)
        cursor.execute(_WRITE)
        cursor.execute(_FORGET)


def _gather(cursor: Any, government: Government, today: date, year_from: int = 0) -> None:
    periods: Iterable[Period] = (
        Period.objects.filter(cycle__government=government, cycle__year__gte=year_from)
        .select_related("cycle")
        .order_by("pk")
    )
    figure_sources.gather(cursor, government, periods, today)
    cursor.execute(_WANTED)
