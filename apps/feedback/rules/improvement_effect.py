"""What the next survey says about a finished improvement: clearly better, clearly worse, or not to be told.

The same rule as for notices (`effect_of`): clear only if the two 95 % intervals do not touch. That is stricter than a
test of the difference, on purpose: the weakest unsur was picked because it was weak, and would look better the
next time by chance alone.
"""

from datetime import date

from .service_alert import Effect, Level, effect_of

__all__ = ["Effect", "Level", "effect_between", "is_comparable"]


def effect_between(before: Level, after: Level, minimum: int) -> Effect:
    """Return what changed between two survey periods; `minimum` answers are needed in each of them."""
    if before.n < minimum:
        return Effect.TOO_FEW
    return effect_of(before, after, minimum)


def is_comparable(starts_on: date, ends_on: date, *, done_on: date, today: date) -> bool:
    """Tell whether a survey period measures what was done: it began after that day, and is over.

    A period that was running on the day holds answers from before and after, and says nothing clear.
    """
    return done_on < starts_on and ends_on < today
