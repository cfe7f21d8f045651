"""The sums of a survey period, made by the database in one statement."""

import json
from collections.abc import Iterable
from math import lcm
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from apps.core.long_statements import at_leisure

from ..models import Answer, Response, SurveyPeriod, SurveyTally, Unsur
from ..rules.ikm import SCALE
from ..rules.parts import years_of
from ..rules.satisfaction import SATISFIED_FROM

# Weights are whole numbers here (1/9 and 2/9 become 1 and 2), so that "3 or more" is decided exactly.
# Persons are first grouped by all attributes at once; the cuts are then made from these groups.
_COLUMNS = (
    "survey_period_id",
    "tier",
    "cut",
    "value",
    "n",
    "satisfied",
    "sums",
    "counts",
    "index_total",
    "index_squares",
    "waiting",
    "excluded",
)
_SUMS = """
WITH weight (unsur_id, code, weight) AS (VALUES {weights}),
response AS MATERIALIZED (
    SELECT r.id, r.tier, r.channel, r.sex, r.age_band, r.education, r.occupation, r.filled_by,
           to_char(r.hour AT TIME ZONE %(zone)s, 'YYYY-MM') AS month,
           r.is_quarantined AS held,
           r.is_quarantined AND c.status = 'excluded' AS excluded
      FROM feedback_response r LEFT JOIN feedback_quarantinecase c ON c.id = r.case_id
     WHERE r.survey_period_id = %(period)s AND (%(until)s::bigint IS NULL OR r.id <= %(until)s)
),
answer AS MATERIALIZED (
    SELECT a.response_id, w.code, a.value, w.weight
      FROM feedback_answer a JOIN weight w ON w.unsur_id = a.unsur_id
     WHERE a.response_id IN (SELECT id FROM response WHERE NOT held) AND a.year BETWEEN %(first_year)s AND %(last_year)s
),
person AS (
    SELECT response_id, SUM(value * weight) >= {satisfied_from} * SUM(weight) AS satisfied,
           SUM(value * weight) * {scale}::numeric / SUM(weight) AS index
      FROM answer GROUP BY response_id
),
grouped AS (
    SELECT r.tier, r.channel, r.sex, r.age_band, r.education, r.occupation, r.filled_by, r.month,
           COUNT(p.response_id) AS n,
           COUNT(*) FILTER (WHERE p.satisfied) AS satisfied,
           COALESCE(SUM(p.index), 0) AS total,
           COALESCE(SUM(p.index * p.index), 0) AS squares,
           COUNT(*) FILTER (WHERE r.held AND r.excluded IS NOT TRUE) AS waiting,
           COUNT(*) FILTER (WHERE r.excluded) AS excluded
      FROM response r LEFT JOIN person p ON p.response_id = r.id
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),
cells AS (
    SELECT g.tier, cell.cut, cell.value, SUM(n)::bigint AS n, SUM(satisfied)::bigint AS satisfied, SUM(total) AS total,
           SUM(squares) AS squares, SUM(waiting)::bigint AS waiting,
           SUM(g.excluded)::bigint AS excluded
      FROM grouped g CROSS JOIN LATERAL (VALUES
           ('', ''), ('channel', channel), ('sex', sex), ('age_band', age_band), ('education', education),
           ('occupation', occupation), ('filled_by', filled_by), ('month', month)) AS cell (cut, value)
     GROUP BY 1, 2, 3
),
marks AS (
    SELECT r.tier, r.channel, r.sex, r.age_band, r.education, r.occupation, r.filled_by, r.month, a.code,
           SUM(a.value) AS total, COUNT(*) AS given
      FROM answer a JOIN response r ON r.id = a.response_id
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
),
unsur AS (
    SELECT m.tier, cell.cut, cell.value, m.code, SUM(m.total) AS total, SUM(m.given) AS given
      FROM marks m CROSS JOIN LATERAL (VALUES
           ('', ''), ('channel', channel), ('sex', sex), ('age_band', age_band), ('education', education),
           ('occupation', occupation), ('filled_by', filled_by), ('month', month)) AS cell (cut, value)
     GROUP BY 1, 2, 3, 4
),
averages AS (
    SELECT tier, cut, value, jsonb_object_agg(code, total) AS sums, jsonb_object_agg(code, given) AS counts
      FROM unsur GROUP BY 1, 2, 3
)
SELECT %(period)s, c.tier, c.cut, c.value, c.n, c.satisfied, COALESCE(a.sums, '{{}}'::jsonb),
       COALESCE(a.counts, '{{}}'::jsonb), c.total, c.squares, c.waiting, c.excluded
  FROM cells c LEFT JOIN averages a USING (tier, cut, value)
"""


def write_tallies(period: SurveyPeriod, unsur: Iterable[Unsur], timezone: str) -> list[SurveyTally]:
    """Replace the sums of a period by fresh ones and return them; the caller holds the period's lock."""
    statement, values = _statement(period, unsur, timezone, until=None)
    SurveyTally.objects.filter(survey_period=period).delete()
    with at_leisure(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO feedback_surveytally ({', '.join(_COLUMNS)}) {statement}", values)
    return list(SurveyTally.objects.filter(survey_period=period))


def earlier_tallies(
    period: SurveyPeriod, unsur: Iterable[Unsur], timezone: str, *, tier: str, n: int
) -> list[SurveyTally]:
    """Return the sums of the first `n` people of a tier whose answers count, without storing them."""
    years = years_of(period.starts_on, period.ends_on)
    counted = Response.objects.filter(
        Exists(Answer.objects.filter(response=OuterRef("pk"), year__range=years)),
        survey_period=period,
        tier=tier,
        is_quarantined=False,
    )
    with at_leisure(), connection.cursor() as cursor:
        last = counted.order_by("pk").values_list("pk", flat=True)[n - 1 : n].get()
        statement, values = _statement(period, unsur, timezone, until=last)
        cursor.execute(statement, values)
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    return [
        SurveyTally(**{**row, "sums": _loaded(row["sums"]), "counts": _loaded(row["counts"])})
        for row in rows
        if row["tier"] == tier
    ]


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _statement(
    period: SurveyPeriod, unsur: Iterable[Unsur], timezone: str, *, until: int | None
) -> tuple[str, dict[str, Any]]:
    unsur = list(unsur)
    common = lcm(*(row.weight_denominator for row in unsur))
    weights: list[str] = []
    first, last = years_of(period.starts_on, period.ends_on)
    values: dict[str, Any] = {
        "period": period.pk,
        "first_year": first,
        "last_year": last,
        "zone": timezone,
        "until": until,
    }
    for place, row in enumerate(unsur):
        weights.append(f"(%(id{place})s::bigint, %(code{place})s, %(weight{place})s::bigint)")
        values |= {
            f"id{place}": row.pk,
            f"code{place}": row.code,
            f"weight{place}": row.weight_numerator * (common // row.weight_denominator),
        }
    return _SUMS.format(weights=", ".join(weights), satisfied_from=SATISFIED_FROM, scale=SCALE), values
