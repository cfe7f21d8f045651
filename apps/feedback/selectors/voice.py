"""What the public says about a unit in a span of days: for plans and evaluations, never for automatic deductions.

Ratings of citizens are context for a person who decides (feedback sheet 3.2, point 4). So every figure carries the
number of answers and its range, and none is given under the number from which a figure is shown at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Sum

from apps.core.rules.rounding import half_up
from apps.employees.models import WorkUnit

from ..models import Answer, ServiceAlert
from ..rules.ikm import SCALE
from ..rules.intervals import Interval, ikm_interval_from_sums
from ..rules.parts import years_of
from ..rules.small_numbers import Disclosure
from .complaints import complaints_on_time_percent
from .figures import IkmFigure, ikm_for_unit, service_count_for_unit, thresholds, unit_answers
from .outcomes import OutcomeFigures, outcome_figures


@dataclass(frozen=True, slots=True)
class UnsurRating:
    """How one element was rated, on the scale of the index (25 to 100)."""

    n: int
    value: Decimal
    interval: Interval | None


@dataclass(frozen=True)
class PublicVoice:
    """All of it for one unit and those below it. `minimum`: answers from which a rating is given at all."""

    ikm: IkmFigure | None
    minimum: int
    unsur: Mapping[str, UnsurRating] = field(default_factory=dict)
    services: int | None = None
    on_time_percent: Decimal | None = None
    outcomes: OutcomeFigures = field(default_factory=OutcomeFigures)
    notices: int = 0
    notices_acted: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether there are enough answers for the ratings to be given."""
        return self.ikm is not None and self.ikm.disclosure is not Disclosure.HIDDEN

    def unsur_rating(self, code: str) -> UnsurRating | None:
        """Return the rating of an element if enough people rated it."""
        rating = self.unsur.get(code)
        return rating if rating is not None and rating.n >= self.minimum else None

    def as_stored(self) -> dict[str, Any]:
        """Return the figures as an evaluation keeps them; decimals as text."""
        ikm = self.ikm
        return {
            "ikm": {
                "n": ikm.n,
                "value": _text(ikm.value) if self.is_shown else None,
                "grade": ikm.grade,
                "weakest": ikm.weakest,
                "low": _text(ikm.low) if self.is_shown else None,
                "high": _text(ikm.high) if self.is_shown else None,
                "tier": ikm.tier,
                "is_formal": ikm.is_formal,
                "minimum": self.minimum,
            }
            if ikm
            else None,
            "services": self.services,
            "complaints_on_time_percent": _text(self.on_time_percent),
            "complaints": {
                "confirmed": self.outcomes.confirmed,
                "no_reply": self.outcomes.no_reply,
                "reopened": self.outcomes.reopened,
                "confirmed_percent": _text(self.outcomes.confirmed_percent),
            },
            "notices": {"all": self.notices, "acted": self.notices_acted},
        }


def voice_of_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> PublicVoice:
    """Return what citizens said about a unit between two days, both included."""
    minimum, _full = thresholds(unit.government, ends_on)
    below = WorkUnit.objects.filter(path__startswith=unit.path)
    acted = list(
        ServiceAlert.objects.filter(
            service__unit__in=below, opened_on__range=(starts_on, ends_on)
        ).values_list("acted_at", flat=True)
    )
    return PublicVoice(
        ikm=ikm_for_unit(unit, starts_on, ends_on),
        minimum=minimum,
        unsur=_unsur_ratings(unit, starts_on, ends_on),
        services=service_count_for_unit(unit, starts_on, ends_on),
        on_time_percent=complaints_on_time_percent(unit, starts_on, ends_on),
        outcomes=outcome_figures(below, starts_on, ends_on),
        notices=len(acted),
        notices_acted=sum(at is not None for at in acted),
    )


def _unsur_ratings(unit: WorkUnit, starts_on: date, ends_on: date) -> dict[str, UnsurRating]:
    found = unit_answers(unit, starts_on, ends_on)
    if found is None:
        return {}
    rows = (
        Answer.objects.filter(response__in=found.responses, year__range=years_of(starts_on, ends_on))
        .values("unsur__code")
        .annotate(n=Count("pk"), total=Sum("value"), squares=Sum(F("value") * F("value")))
        .order_by("unsur__code")
    )
    return {row["unsur__code"]: unsur_rating(row["n"], row["total"], row["squares"]) for row in rows}


def unsur_rating(n: int, total: int, squares: int) -> UnsurRating:
    """Return the rating of an element from the number of its answers, their sum and the sum of their squares."""
    return UnsurRating(
        n=n,
        value=half_up(Fraction(total * SCALE, n)),
        interval=ikm_interval_from_sums(n, Fraction(total * SCALE), Fraction(squares * SCALE**2)),
    )


def _text(value: Decimal | None) -> str | None:
    """Write a number for storage without an exponent or idle zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
