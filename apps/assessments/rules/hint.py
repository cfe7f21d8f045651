"""Which rating the achieved percentages suggest: a hint for the appraiser, nothing more.

A rating is a judgement and no regulation gives a formula for it (EVA-4, EVA-6). The hint is a design
choice, its thresholds are policy values, and nothing may store it as a rating.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.assessments.rules.predikat import Rating
from apps.core.rules.rounding import half_up


@dataclass(frozen=True, slots=True)
class HintThresholds:
    """The lowest mean percentages that suggest "meets" and "above"."""

    meets_percent: Decimal
    above_percent: Decimal

    def __post_init__(self) -> None:
        if self.meets_percent > self.above_percent:
            raise ValueError("the threshold of 'above' is not below the one of 'meets'")


# The highest first: the first threshold that the mean reaches suggests its rating. Both the function below and the
# expression of the database (services/engine/rule_sql.py) are made of it.
STEPS: tuple[tuple[str, Rating], ...] = (("above_percent", Rating.ABOVE), ("meets_percent", Rating.MEETS))
OTHERWISE = Rating.BELOW
MEAN_PLACES = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """No rating and no mean if nothing could be counted."""

    rating: Rating | None
    mean_percent: Decimal | None
    counted: int


def rating_hint(percents: Sequence[Decimal | None], thresholds: HintThresholds) -> Hint:
    """Suggest a rating from the mean of the percentages that are available."""
    available = [Fraction(percent) for percent in percents if percent is not None]
    if not available:
        return Hint(rating=None, mean_percent=None, counted=0)
    # The rounded mean is compared, because it is the one that the appraiser sees.
    mean = half_up(sum(available, Fraction(0)) / len(available), MEAN_PLACES)
    rating = next(
        (rating for threshold, rating in STEPS if mean >= getattr(thresholds, threshold)), OTHERWISE
    )
    return Hint(rating=rating, mean_percent=mean, counted=len(available))
