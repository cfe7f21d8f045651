"""What the public says about many units at once: the same figures as `voice_of_unit`, in a constant number of queries.

Everything is added up once per unit that gives a service, by statements, and then handed upward along the tree.
"""
# ruff: noqa: S608 - the statements are put together from constants; every value is a parameter

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Sum
from django.utils import timezone

from apps.core.compiled import Question, one_of
from apps.core.localtime import local_date
from apps.core.rules.periods import first_instant_of, last_instant_of
from apps.employees.models import Government, WorkUnit

from ..models import Questionnaire, ServiceAlert, ServiceCount
from ..rules.ikm import SCALE, NoAnswers, ikm_from_sums
from ..rules.intervals import ikm_interval_from_sums
from ..rules.parts import years_of
from ..rules.small_numbers import disclosure
from .complaints import IN_TIME, complaints_due, percent_in_time
from .figures import (
    AnswerGroup,
    ChosenAnswers,
    IkmFigure,
    choose_answers,
    ikm_figure,
    thresholds,
)
from .outcomes import OutcomeFigures, outcomes_by_unit, plus
from .surveys import weights_of
from .voice import PublicVoice, unsur_rating

# The index of each respondent, with the exact types of `figures.interval_of`.
_COUNTED = """
WITH counted AS MATERIALIZED (
    SELECT response.id, service.unit_id, survey.questionnaire_id, response.tier, survey.sampling <> '' AS is_sampled
    FROM feedback_service service
    JOIN feedback_response response ON response.service_id = service.id
    JOIN feedback_surveyperiod survey ON survey.id = response.survey_period_id
    WHERE service.unit_id = ANY(%(units)s) AND NOT response.is_quarantined
      AND response.hour BETWEEN %(first)s AND %(last)s
)
"""
_GROUPS = (
    _COUNTED
    + """,
own AS (
    SELECT answer.response_id,
           sum(answer.value * (unsur.weight_numerator::numeric(30, 15) / unsur.weight_denominator)) AS weighted,
           sum(unsur.weight_numerator::numeric(30, 15) / unsur.weight_denominator) AS weights
    FROM counted
    JOIN feedback_answer answer ON answer.response_id = counted.id
     AND answer.year BETWEEN %(first_year)s AND %(last_year)s
    JOIN feedback_unsur unsur ON unsur.id = answer.unsur_id
    GROUP BY 1
)
SELECT unit_id, questionnaire_id, tier, is_sampled, count(*), count(own.response_id),
       count(*) FILTER (WHERE own.weights > 0),
       coalesce(sum(own.weighted * %(scale)s / own.weights) FILTER (WHERE own.weights > 0), 0),
       coalesce(sum((own.weighted * %(scale)s / own.weights) * (own.weighted * %(scale)s / own.weights))
                FILTER (WHERE own.weights > 0), 0)
FROM counted LEFT JOIN own ON own.response_id = counted.id
GROUP BY 1, 2, 3, 4
"""
)
_UNSUR = (
    _COUNTED
    + """
SELECT counted.unit_id, counted.questionnaire_id, counted.tier, counted.is_sampled, unsur.code,
       count(*), sum(answer.value), sum(answer.value * answer.value)
FROM counted
JOIN feedback_answer answer ON answer.response_id = counted.id
     AND answer.year BETWEEN %(first_year)s AND %(last_year)s
JOIN feedback_unsur unsur ON unsur.id = answer.unsur_id
GROUP BY 1, 2, 3, 4, 5
"""
)


@dataclass
class _Group:
    """The answers of one group: how many, by how many people, and what their indices add up to."""

    responses: int = 0
    people: int = 0
    indices: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    unsur: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))


@dataclass
class _Tally:
    """What is added up for one unit and those below it."""

    groups: dict[AnswerGroup, _Group] = field(default_factory=lambda: defaultdict(_Group))
    services: int | None = None
    due: int = 0
    in_time: int = 0
    outcomes: OutcomeFigures = field(default_factory=OutcomeFigures)
    notices: int = 0
    notices_acted: int = 0


def voices_of_units(wanted: Sequence[tuple[WorkUnit, date, date]]) -> list[PublicVoice]:
    """Return what citizens said about each unit between two days, both included, in the order of `wanted`.

    The units are of one government. Queries: constant for each pair of days, which a closing has few of.
    """
    found: dict[tuple[int, date, date], PublicVoice] = {}
    by_days: dict[tuple[date, date], list[WorkUnit]] = defaultdict(list)
    for unit, first, last in wanted:
        by_days[first, last].append(unit)
    for (first, last), units in by_days.items():
        for unit_id, voice in _voices(units, first, last).items():
            found[unit_id, first, last] = voice
    return [found[unit.pk, first, last] for unit, first, last in wanted]


def _voices(units: Sequence[WorkUnit], first: date, last: date) -> dict[int, PublicVoice]:
    government = units[0].government
    tallies = {unit.pk: _Tally() for unit in units}
    above = _above(tallies)
    _add_answers(tallies, above, government, first, last)
    _add_counts(tallies, above, first, last)
    _add_complaints(tallies, above, government, first, last)
    chosen = {
        unit_id: choose_answers({group: sums.responses for group, sums in tally.groups.items()})
        for unit_id, tally in tallies.items()
    }
    questionnaires = Questionnaire.objects.prefetch_related("unsur").in_bulk(
        {one.questionnaire_id for one in chosen.values() if one is not None}
    )
    limits = thresholds(government, last)
    return {
        unit_id: _voice(tally, chosen[unit_id], questionnaires, limits) for unit_id, tally in tallies.items()
    }


# By the index on paths, compared byte by byte. Reading all units of a region for each of its chunks would grow with the
# square.
_ABOVE = """
SELECT below.id, array_agg(above.id)
FROM employees_workunit above
JOIN employees_workunit below
    ON below.path ~>=~ above.path AND below.path ~<~ (rtrim(above.path, '/') || chr(ascii('/') + 1))
WHERE above.id = ANY(%(wanted)s)
GROUP BY below.id
"""


def _above(wanted: Mapping[int, Any]) -> dict[int, list[int]]:
    """Return, for every unit below a wanted one and for each of these, the wanted units on its way from the root."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"wanted": list(wanted)})
        return dict(cursor.fetchall())


def _add_answers(
    tallies: dict[int, _Tally], above: dict[int, list[int]], government: Government, first: date, last: date
) -> None:
    first_year, last_year = years_of(first, last)
    parameters = {
        "units": list(above),
        "first_year": first_year,
        "last_year": last_year,
        "first": first_instant_of(first, government.timezone),
        "last": last_instant_of(last, government.timezone),
        "scale": SCALE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, parameters)
        rows = cursor.fetchall()
        unsur_rows: list[tuple[Any, ...]] = []
        if rows:
            cursor.execute(_UNSUR, parameters)
            unsur_rows = cursor.fetchall()
    for unit_id, questionnaire, tier, is_sampled, responses, people, indices, total, squares in rows:
        for ancestor in above[unit_id]:
            sums = tallies[ancestor].groups[AnswerGroup(questionnaire, tier, is_sampled)]
            sums.responses += responses
            sums.people += people
            sums.indices += indices
            sums.total += total
            sums.squares += squares
    for unit_id, questionnaire, tier, is_sampled, code, *numbers in unsur_rows:
        for ancestor in above[unit_id]:
            unsur = tallies[ancestor].groups[AnswerGroup(questionnaire, tier, is_sampled)].unsur[code]
            for index, number in enumerate(numbers):
                unsur[index] += number


# A closing asks these for every chunk of a region: their text is written once per process.
_SERVICES = Question(
    lambda units, first, last: (
        ServiceCount.objects.filter(service__unit__in=one_of(units), month__gte=first, month__lte=last)
        .order_by()
        .values_list("service__unit")
        .annotate(total=Sum("count"))
    ),
    list,
    date,
    date,
)
_NOTICES = Question(
    lambda units, first, last: (
        ServiceAlert.objects.filter(service__unit__in=one_of(units), opened_on__range=(first, last))
        .order_by()
        .values_list("service__unit")
        .annotate(number=Count("pk"), acted=Count("acted_at"))
    ),
    list,
    date,
    date,
)


@cache
def _due(zone: str) -> Question:
    """Return the question how many complaints of each unit were due, and how many were done in time."""
    return Question(
        lambda units, first, last, today: (
            complaints_due(zone, first, last, today=today)
            .filter(unit__in=one_of(units))
            .order_by()
            .values(at_unit=F("unit"))
            .annotate(number=Count("pk"), in_time=IN_TIME)
            .values_list("at_unit", "number", "in_time")
        ),
        list,
        date,
        date,
        date,
    )


def _add_counts(tallies: dict[int, _Tally], above: dict[int, list[int]], first: date, last: date) -> None:
    for unit_id, total in _SERVICES.ask(list(above), first.replace(day=1), last):
        for ancestor in above[unit_id]:
            tallies[ancestor].services = (tallies[ancestor].services or 0) + total
    for unit_id, number, acted in _NOTICES.ask(list(above), first, last):
        for ancestor in above[unit_id]:
            tallies[ancestor].notices += number
            tallies[ancestor].notices_acted += acted


def _add_complaints(
    tallies: dict[int, _Tally], above: dict[int, list[int]], government: Government, first: date, last: date
) -> None:
    zone = government.timezone
    for unit_id, number, in_time in _due(zone).ask(
        list(above), first, last, local_date(timezone.now(), zone)
    ):
        for ancestor in above[unit_id]:
            tallies[ancestor].due += number
            tallies[ancestor].in_time += in_time
    for unit_id, outcomes in outcomes_by_unit(list(above), first, last, zone).items():
        for ancestor in above[unit_id]:
            tallies[ancestor].outcomes = plus(tallies[ancestor].outcomes, outcomes)


def _voice(
    tally: _Tally,
    chosen: ChosenAnswers | None,
    questionnaires: Mapping[int, Questionnaire],
    limits: tuple[int, int],
) -> PublicVoice:
    total = _Group()
    for group, sums in tally.groups.items():
        if chosen is not None and chosen.includes(group):
            _add(total, sums)
    return PublicVoice(
        ikm=_ikm(total, chosen, questionnaires, limits) if chosen is not None else None,
        minimum=limits[0],
        unsur={code: unsur_rating(*numbers) for code, numbers in sorted(total.unsur.items())},
        services=tally.services,
        on_time_percent=percent_in_time(tally.in_time, tally.due),
        outcomes=tally.outcomes,
        notices=tally.notices,
        notices_acted=tally.notices_acted,
    )


def _add(total: _Group, sums: _Group) -> None:
    total.people += sums.people
    total.indices += sums.indices
    total.total += sums.total
    total.squares += sums.squares
    for code, numbers in sums.unsur.items():
        for index, number in enumerate(numbers):
            total.unsur[code][index] += number


def _ikm(
    total: _Group, chosen: ChosenAnswers, questionnaires: Mapping[int, Questionnaire], limits: tuple[int, int]
) -> IkmFigure | None:
    questionnaire = questionnaires[chosen.questionnaire_id]
    codes = sorted(total.unsur)
    try:
        ikm = ikm_from_sums(
            {code: total.unsur[code][1] for code in codes},
            {code: total.unsur[code][0] for code in codes},
            weights_of(questionnaire.unsur.all()),
            n=total.people,
        )
    except NoAnswers:
        return None
    interval = None
    if total.indices:
        interval = ikm_interval_from_sums(total.indices, Fraction(total.total), Fraction(total.squares))
    return ikm_figure(
        ikm,
        interval,
        questionnaire,
        shown=disclosure(ikm.n, *limits),
        tier=chosen.tier,
        is_formal=chosen.is_formal,
    )
