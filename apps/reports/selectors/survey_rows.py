"""Rows of the spreadsheets about surveys: one per respondent without any identity, and one per unit."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.conf import settings

from apps.core.rules.rounding import half_up
from apps.employees.models import WorkUnit
from apps.feedback.models import Answer, SurveyPeriod, Unsur
from apps.feedback.rules.ikm import NoAnswers, ikm_from_sums
from apps.feedback.rules.parts import years_of
from apps.feedback.selectors import thresholds, weights_of

from .survey_figures import SurveyFigures, figures_of
from .survey_subject import ended_periods

Row = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentTable:
    """The answers of one tier: a row per respondent, by unsur code, and the four rows below them.

    No attribute of a person stands in a row: sex, age and work together would point at somebody.
    """

    tier: str
    rows: tuple[Row, ...]
    sums: dict[str, int]
    averages: dict[str, str]
    weighted: dict[str, str]
    ikm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit of the regional recap, with its figures in the span."""

    agency: str
    unit: WorkUnit
    services: int
    figures: SurveyFigures


def respondent_tables(period: SurveyPeriod) -> list[RespondentTable]:
    """Return the answers of a period that count, one table per tier. One query.

    The rows stand in an order that says nothing about who came when, and is the same each time.
    """
    unsur = list(period.questionnaire.unsur.all())
    given: dict[str, dict[int, Row]] = defaultdict(lambda: defaultdict(dict))
    answers = Answer.objects.filter(
        response__survey_period=period,
        response__is_quarantined=False,
        year__range=years_of(period.starts_on, period.ends_on),
    )
    for tier, response, code, value in answers.values_list(
        "response__tier", "response_id", "unsur__code", "value"
    ).iterator():
        given[tier][response][code] = value
    return [_table(tier, given[tier], unsur) for tier in sorted(given, reverse=True)]


def _table(tier: str, given: dict[int, Row], unsur: Sequence[Unsur]) -> RespondentTable:
    rows = tuple(given[pk] for pk in sorted(given, key=_place))
    sums = {row.code: sum(answers.get(row.code, 0) for answers in rows) for row in unsur}
    counts = {row.code: sum(row.code in answers for answers in rows) for row in unsur}
    weights = weights_of(unsur)
    try:
        ikm = ikm_from_sums(sums, counts, weights, n=len(rows))
    except NoAnswers:
        return RespondentTable(tier=tier, rows=rows, sums=sums, averages={}, weighted={}, ikm="")
    return RespondentTable(
        tier=tier,
        rows=rows,
        sums=sums,
        averages={code: _written(average) for code, average in ikm.nrr_exact.items()},
        weighted={code: _written(ikm.nrr_exact[code] * weights[code]) for code in weights},
        ikm=_written(ikm.value, 2),
    )


def unit_rows(
    unit: WorkUnit, starts_on: date, ends_on: date, today: date, agencies: dict[int, str]
) -> Iterator[UnitRow]:
    """Yield the units whose surveys ended in a span, in tree order; those without an answer are left out."""
    by_unit: dict[int, list[SurveyPeriod]] = defaultdict(list)
    for period in ended_periods(unit, starts_on, ends_on, today):
        by_unit[period.service.unit_id].append(period)
    minimum, full = thresholds(unit.government, ends_on)
    for periods in by_unit.values():
        figures = figures_of(periods, minimum, full)
        if figures is not None:
            own = periods[0].service.unit
            yield UnitRow(
                agency=agencies.get(own.pk, ""),
                unit=own,
                services=len({period.service_id for period in periods}),
                figures=figures,
            )


def _written(value: Fraction, places: int = 4) -> str:
    return str(half_up(value, places)).replace(".", ",")


def _place(pk: int) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:annex:{pk}".encode()).hexdigest()
