"""Who appraises: the recorded superior, else whoever leads or acts, from the unit upward (ORGT-1, ACT-1, ACT-2)."""
# ruff: noqa: S608 - the statement is put together from constants; every value is a parameter

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import WorkUnit

from .engine import appraising

_STATEMENT = f"""
WITH spans AS (SELECT 1 AS no, %(unit)s AS unit_id, %(day)s::date AS last_day, %(may_act)s AS may_act),
plans AS (
    SELECT 1 AS no, %(day)s::date AS last_day, wanted.key, wanted.employee_id
    FROM unnest(%(keys)s::bigint[], %(employees)s::bigint[]) AS wanted(key, employee_id)
),
{appraising.CHOSEN}
SELECT key, appraiser_id, source, mandate_id FROM chosen
"""


@dataclass(frozen=True)
class Chosen:
    """Who makes an evaluation, how we know, and the mandate if they act in a post they do not hold."""

    employee_id: int | None
    source: str
    mandate_id: int | None = None


def choose_appraisers(
    unit: WorkUnit, wanted: dict[int, int], *, day: date, now: datetime
) -> dict[int, Chosen]:
    """Return, per key of `wanted` ({key: employee}), who appraises the employee of a unit (ORGT-1, ACT-1).

    The reporting line of `day` counts. Whoever has left, or is away on study, long leave or suspension at `now`,
    cannot act; then the acting head, else the next superior upward does.
    """
    parameters = {
        "unit": unit.pk,
        "day": day,
        "may_act": policy.get("assessments.plt_may_appraise", on=day, scope=unit.government.code),
        "keys": list(wanted),
        "employees": list(wanted.values()),
        **appraising.parameters(local_date(now, unit.government.timezone)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, parameters)
        rows = cursor.fetchall()
    return {key: Chosen(appraiser, source, mandate) for key, appraiser, source, mandate in rows}
