"""Who took part in what, what was measured of them before and after, and who is comparable; no name leaves here.

Values are read once for a whole government, so the number of queries depends neither on people nor on programmes.
Page: docs/rules/development.md, "Did it help?".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from apps.assessments.models import Evaluation, Period
from apps.core.localtime import local_date
from apps.core.rules.periods import first_instant_of
from apps.core.rules.rounding import half_up
from apps.employees.models import Government
from apps.feedback.models import IkmResult
from apps.feedback.rules.tiers import headline

from ..labels import EffectMeasure
from ..models import CoachingNote, CoachingPlan, Enrolment, Programme, TrainingEffect
from ..rules.effect_windows import Span, around
from ..rules.training_effect import MatchKey, Measured

RATING_POINTS = {"below_expectation": 1, "meets_expectation": 2, "above_expectation": 3}


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody took part in something during some days."""

    employee_id: int
    first_day: date
    last_day: date
    session_id: int = 0


@dataclass(frozen=True)
class Groups:
    """Those who took part and those who could have, with their values before and after."""

    took_part: int
    participants: list[Measured]
    others: list[Measured]


@dataclass(frozen=True, slots=True)
class _Result:
    """What one person's evaluation of one period says."""

    unit_id: int
    key: MatchKey
    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class _UnitIndex:
    """The public index of a unit in one span of days, measured in one way."""

    value: Decimal
    questionnaire: int
    tier: str


@dataclass(frozen=True)
class Facts:
    """Everything that was measured in a government, ready to be asked for one programme after the other."""

    periods: tuple[Span, ...]
    results: tuple[Mapping[int, _Result], ...]  # by place of the period: employee -> result
    unit_kinds: Mapping[int, str]
    indices: Mapping[int, Mapping[Span, _UnitIndex]]  # unit -> days of the survey -> index

    def people(
        self, measure: str, events: Iterable[Event], excluded: Callable[[int, Span], bool]
    ) -> tuple[list[Measured], list[Measured]]:
        """Return participants and others with a value before and after. Each pair of periods is compared in itself."""
        participants: dict[str, Measured] = {}
        pairs: dict[tuple[int, int], set[int]] = defaultdict(set)
        for event in events:
            pair = around(self.periods, event.first_day, event.last_day)
            if pair is None:
                continue
            pairs[pair].add(event.employee_id)
            found = self._person(measure, event.employee_id, pair)
            if found is not None:
                participants[found.identifier] = found
        others = []
        for pair, took_part in pairs.items():
            window = (self.periods[pair[0]][0], self.periods[pair[1]][1])
            for employee_id in self.results[pair[0]]:
                if employee_id not in took_part and not excluded(employee_id, window):
                    found = self._person(measure, employee_id, pair)
                    if found is not None:
                        others.append(found)
        return list(participants.values()), others

    def _person(self, measure: str, employee_id: int, pair: tuple[int, int]) -> Measured | None:
        before, after = self.results[pair[0]].get(employee_id), self.results[pair[1]].get(employee_id)
        if before is None or after is None or measure not in before.values or measure not in after.values:
            return None
        between = f"{pair[0]}-{pair[1]}"
        return Measured(
            identifier=f"{employee_id}@{between}",
            key=MatchKey(f"{before.key.job_family}@{between}", before.key.level),
            before=before.values[measure],
            after=after.values[measure],
        )

    def units(self, events: Iterable[Event]) -> Groups:
        """Return the same of units: those where somebody took part, and units of the same kind where nobody did."""
        days: dict[int, tuple[date, date]] = {}
        for event in events:
            unit_id = self._unit_of(event)
            if unit_id is not None:
                first, last = days.get(unit_id, (event.first_day, event.last_day))
                days[unit_id] = (min(first, event.first_day), max(last, event.last_day))
        participants: list[Measured] = []
        pairs = set()
        for unit_id, (first, last) in days.items():
            spans = sorted(self.indices.get(unit_id, {}))
            places = around(spans, first, last)
            if places is None:
                continue
            pair = (spans[places[0]], spans[places[1]])
            found = self._unit(unit_id, pair)
            if found is not None:
                participants.append(found)
                pairs.add(pair)
        others = [
            found
            for pair in sorted(pairs)
            for unit_id in self.indices
            if unit_id not in days and (found := self._unit(unit_id, pair)) is not None
        ]
        return Groups(len(days), participants, others)

    def _unit_of(self, event: Event) -> int | None:
        """Return where somebody worked when they were measured last before."""
        places = [place for place, (_starts, ends) in enumerate(self.periods) if ends < event.first_day]
        for place in reversed(places):
            found = self.results[place].get(event.employee_id)
            if found is not None:
                return found.unit_id
        return None

    def _unit(self, unit_id: int, pair: tuple[Span, Span]) -> Measured | None:
        before, after = (self.indices[unit_id].get(span) for span in pair)
        if before is None or after is None:
            return None
        measured = (before.questionnaire, before.tier)
        if measured != (after.questionnaire, after.tier):
            return None
        between = f"{pair[0][0]}-{pair[1][1]}"
        return Measured(
            identifier=f"{unit_id}@{between}",
            key=MatchKey(f"{self.unit_kinds[unit_id]}@{between}@{measured}", ""),
            before=before.value,
            after=after.value,
        )


def facts_of(government: Government, since: date, until: date) -> Facts:
    """Read what was measured of people and units; a fixed number of queries."""
    periods = list(
        Period.objects.filter(
            cycle__government=government, kind="periodic", ends_on__gte=since, ends_on__lt=until
        ).order_by("starts_on", "pk")
    )
    places = {period.pk: place for place, period in enumerate(periods)}
    results: list[dict[int, _Result]] = [{} for _period in periods]
    for evaluation in (
        Evaluation.objects.filter(
            government=government, period__in=periods, is_part=False, delivered_at__isnull=False
        )
        .select_related("skp__placement__position")
        .only(
            "employee_id",
            "unit_id",
            "period_id",
            "achievement_percent",
            "work_result_rating",
            "skp__placement__position__title",
            "skp__placement__position__level",
            "skp__placement__position__job_family",
            "skp__placement__position__position_class",
        )
        .order_by("pk")
        .iterator(2000)
    ):
        post = evaluation.skp.placement.position
        values = {EffectMeasure.RATING.value: Decimal(RATING_POINTS[evaluation.work_result_rating])}
        if evaluation.achievement_percent is not None:
            values[EffectMeasure.ACHIEVEMENT.value] = evaluation.achievement_percent
        results[places[evaluation.period_id]][evaluation.employee_id] = _Result(
            evaluation.unit_id, MatchKey(post.family.lower(), post.level or post.position_class), values
        )
    kinds, indices = _indices(government, since)
    return Facts(
        periods=tuple((period.starts_on, period.ends_on) for period in periods),
        results=tuple(results),
        unit_kinds=kinds,
        indices=indices,
    )


def _indices(government: Government, since: date) -> tuple[dict[int, str], dict[int, dict[Span, _UnitIndex]]]:
    """Return the public index of units per span of days, pooled over their services measured in the same way."""
    surveys: dict[int, list[IkmResult]] = defaultdict(list)
    for result in (
        IkmResult.objects.filter(
            survey_period__service__unit__government=government,
            survey_period__ends_on__gte=since,
            shown__isnull=False,
        )
        .select_related("shown", "survey_period__service__unit")
        .order_by("pk")
    ):
        surveys[result.survey_period_id].append(result)
    kinds: dict[int, str] = {}
    sums: dict[tuple[int, Span], dict[tuple[int, str], tuple[int, Fraction]]] = defaultdict(dict)
    for rows in surveys.values():
        survey = rows[0].survey_period
        tier = headline(survey.sampling, {row.tier: row.shown.n for row in rows if row.shown}).tier
        step = next((row.shown for row in rows if row.tier == tier), None)
        if step is None:
            continue
        unit = survey.service.unit
        kinds[unit.pk] = unit.kind
        own = sums[unit.pk, (survey.starts_on, survey.ends_on)]
        n, points = own.get((survey.questionnaire_id, tier), (0, Fraction(0)))
        own[survey.questionnaire_id, tier] = (n + step.n, points + step.n * Fraction(step.ikm))
    indices: dict[int, dict[Span, _UnitIndex]] = defaultdict(dict)
    for (unit_id, span), ways in sums.items():
        (questionnaire, tier), (n, points) = max(ways.items(), key=lambda way: (way[1][0], way[0]))
        if n:
            indices[unit_id][span] = _UnitIndex(half_up(points / n), questionnaire, tier)
    return kinds, indices


def sessions_taken(government: Government, since: date, until: date) -> dict[int, list[Event]]:
    """Return by programme who completed a session that ended within these days; who came twice counts once."""
    found: dict[int, dict[int, Event]] = defaultdict(dict)
    for programme_id, employee_id, session_id, starts_on, ends_on in (
        Enrolment.objects.filter(
            session__programme__government=government,
            status="completed",
            session__ends_on__gte=since,
            session__ends_on__lte=until,
        )
        .order_by("session__starts_on", "pk")
        .values_list(
            "session__programme_id", "employee_id", "session_id", "session__starts_on", "session__ends_on"
        )
    ):
        event = Event(employee_id, starts_on, ends_on, session_id)
        found[programme_id].setdefault(employee_id, event)
    return {programme: list(events.values()) for programme, events in found.items()}


def trained_since(government: Government) -> dict[int, dict[int, date]]:
    """Return by programme since when each person has completed it: nobody trained is comparable any more."""
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for programme_id, employee_id, starts_on in (
        Enrolment.objects.filter(session__programme__government=government, status="completed")
        .order_by("-session__starts_on", "-pk")
        .values_list("session__programme_id", "employee_id", "session__starts_on")
    ):
        found[programme_id][employee_id] = starts_on
    return found


def coached(government: Government, since: date) -> list[Event]:
    """Return talks and plans of coaching since a day."""
    zone = government.timezone
    begins: datetime = first_instant_of(since, zone)
    talks = [
        Event(employee_id, local_date(at, zone), local_date(at, zone))
        for employee_id, at in CoachingNote.objects.filter(employee__government=government, at__gte=begins)
        .order_by("at", "pk")
        .values_list("employee_id", "at")
    ]
    plans = [
        Event(employee_id, starts_on, ends_on)
        for employee_id, starts_on, ends_on in CoachingPlan.objects.filter(
            employee__government=government, starts_on__gte=since
        )
        .order_by("starts_on", "pk")
        .values_list("employee_id", "starts_on", "ends_on")
    ]
    return talks + plans


def effects_for(user: Any, government: Government) -> QuerySet[TrainingEffect]:
    """Return what came of programmes and of coaching, one row per measure: by name, coaching first."""
    return (
        TrainingEffect.objects.visible_to(user)
        .filter(Q(subject="coaching") | Q(subject="programme"), government=government)
        .select_related("programme")
        .order_by("subject", "programme__name", "programme_id", "measure")
    )


def effects_of_programme(programme: Programme) -> list[TrainingEffect]:
    """Return what came of a programme, in all its sessions and in each, the newest session first."""
    rows = programme.effects.select_related("session").order_by(
        "-session__starts_on", "session_id", "measure"
    )
    return sorted(rows, key=lambda row: row.session_id is not None)


def long_ago(day: date, years: int) -> date:
    """Return the day some years of 365 days before."""
    return day - timedelta(days=365 * years)
