"""Figures of services as their office sees them: tiers apart, with what makes a figure trustworthy or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import DenseRank

from apps.core.rules.rounding import half_up
from apps.employees.models import Government

from ..labels import BAND_LABELS, CHANGE_LABELS, TIER_TITLES
from ..models import IkmResult, Service, ServiceCount, SurveyPeriod
from ..rules.comparison import Change, change
from ..rules.intervals import Interval
from ..rules.sample_size import required_sample
from ..rules.small_numbers import Disclosure, disclosure
from ..rules.tiers import headline
from .figures import thresholds
from .published import Comparison, compare, policy_peers, public_results


@dataclass(frozen=True)
class OfficeFigure:
    """The result of one tier of a period, beside the one before it in the same tier."""

    result: IkmResult
    is_headline: bool
    is_formal: bool
    disclosure: Disclosure
    change: Change
    rate: Decimal | None
    sample_needed: int | None

    @property
    def title(self) -> Any:
        """What this figure may be called."""
        return TIER_TITLES[self.result.tier, self.is_formal]

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few answers for a figure, inside the office too."""
        return self.disclosure is Disclosure.HIDDEN or self.result.ikm is None

    @property
    def has_letter(self) -> bool:
        """Whether there are enough answers for a letter."""
        return self.disclosure is Disclosure.FULL and self.result.ikm is not None

    @property
    def has_sample(self) -> bool:
        """Whether the sample is large enough for the number of people served."""
        return self.sample_needed is not None and self.result.n >= self.sample_needed

    @property
    def change_text(self) -> Any:
        """The change in words."""
        return CHANGE_LABELS.get(self.change.value, "")

    @property
    def public_n(self) -> int | None:
        """How many answers the public figure has, if it is another number."""
        shown = self.result.shown
        n = 0 if shown is None else shown.n
        return None if n == self.result.n else n


@dataclass(frozen=True)
class OfficePeriod:
    """A survey period with its tiers, the headline first."""

    period: SurveyPeriod
    figures: tuple[OfficeFigure, ...]

    @property
    def headline(self) -> OfficeFigure:
        """The figure that stands for the period."""
        return self.figures[0]

    @property
    def published_at(self) -> Any:
        """When the results were fixed, or None."""
        return self.headline.result.published_at


def office_periods(
    services: Iterable[Service], government: Government, day: date, *, newest: int
) -> dict[int, list[OfficePeriod]]:
    """Return the newest added-up periods per service, newest first; a fixed number of queries."""
    pks = [service.pk for service in services]
    minimum, full = thresholds(government, day)
    rows = (
        IkmResult.objects.filter(survey_period__service__in=pks)
        .annotate(
            place=Window(
                DenseRank(),
                partition_by=F("survey_period__service"),
                order_by=[F("survey_period__ends_on").desc(), F("survey_period").desc()],
            )
        )
        # One more than is shown, to compare the last one with.
        .filter(place__lte=newest + 1)
        .select_related("survey_period", "shown")
        .order_by("survey_period__service", "place", "tier")
    )
    by_period: dict[int, dict[int, list[IkmResult]]] = {}
    for row in rows:
        per_service = by_period.setdefault(row.survey_period.service_id, {})
        per_service.setdefault(row.survey_period_id, []).append(row)
    delivered = _delivered(pks)
    return {
        pk: _periods(list(found.values()), delivered.get(pk, {}), minimum, full)[:newest]
        for pk, found in by_period.items()
    }


def _delivered(pks: list[int]) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    for pk, month, count in ServiceCount.objects.filter(service__in=pks).values_list(
        "service", "month", "count"
    ):
        found.setdefault(pk, {})[month] = count
    return found


def _periods(
    periods: list[list[IkmResult]], delivered: dict[date, int], minimum: int, full: int
) -> list[OfficePeriod]:
    before: dict[str, IkmResult] = {}
    made = []
    for rows in reversed(periods):
        period = rows[0].survey_period
        chosen = headline(period.sampling, {row.tier: row.n for row in rows})
        served = sum(
            count
            for month, count in delivered.items()
            if period.starts_on.replace(day=1) <= month <= period.ends_on
        )
        figures = []
        for row in sorted(rows, key=lambda row: row.tier != chosen.tier):
            how_much = disclosure(row.n, minimum, full)
            figures.append(
                OfficeFigure(
                    result=row,
                    is_headline=row.tier == chosen.tier,
                    is_formal=chosen.is_formal and row.tier == chosen.tier,
                    disclosure=how_much,
                    change=_change(before.get(row.tier), row)
                    if how_much is not Disclosure.HIDDEN
                    else Change.NONE,
                    rate=half_up(Fraction(100 * row.n, served), 1) if served else None,
                    sample_needed=required_sample(period.population) if period.population else None,
                )
            )
            if how_much is not Disclosure.HIDDEN:
                before[row.tier] = row
        made.append(OfficePeriod(period=period, figures=tuple(figures)))
    return made[::-1]


def _change(earlier: IkmResult | None, row: IkmResult) -> Change:
    """Return what a result says against the one before it; nothing if another questionnaire was asked."""
    if earlier is None or earlier.survey_period.questionnaire_id != row.survey_period.questionnaire_id:
        return Change.NONE
    return change(_interval(earlier), _interval(row))


def _interval(row: IkmResult) -> Interval | None:
    if row.interval_low is None or row.interval_high is None:
        return None
    return Interval(low=row.interval_low, high=row.interval_high)


@dataclass(frozen=True)
class Standing:
    """How a service stands among those like it, in words."""

    comparison: Comparison

    @property
    def text(self) -> Any:
        """The band in words."""
        return BAND_LABELS[self.comparison.band.value]


def standings(services: Iterable[Service], government: Government, day: date) -> dict[int, Standing]:
    """Return how services of one government stand among all its public ones; a fixed number of queries."""
    family = list(
        Service.objects.public().filter(unit__government=government).select_related("unit__government")
    )
    known = {service.pk for service in family}
    asked = list(services)
    results = public_results([*family, *(row for row in asked if row.pk not in known)], day)
    needed = policy_peers(government, day)
    found = {service.pk: compare(service, family, results, needed) for service in asked}
    return {pk: Standing(row) for pk, row in found.items() if row is not None}
