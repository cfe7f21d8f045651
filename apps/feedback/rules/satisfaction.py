"""Who counts as satisfied, for the sentence "9 of 10 people are satisfied" (UX sheet 4.2, 4.4).

No regulation says it. Ours: whoever's own weighted average is 3.00 or more, because 3 is the first of the two good
answers of every question. Skipped questions are left out, with their weight.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .intervals import Interval, wilson_interval

SATISFIED_FROM = 3


@dataclass(frozen=True, slots=True)
class Satisfied:
    """`k` of `n` people, and the interval of the share in percent."""

    k: int
    n: int
    interval: Interval

    @property
    def of_ten(self) -> int:
        """How many of ten people that is, rounded half up."""
        return (20 * self.k + self.n) // (2 * self.n)

    @property
    def low_of_ten(self) -> int:
        """The lower end of the interval, as people out of ten."""
        return _of_ten(self.interval.low)

    @property
    def high_of_ten(self) -> int:
        """The upper end of the interval, as people out of ten."""
        return _of_ten(self.interval.high)


def _of_ten(percent: object) -> int:
    return (Fraction(str(percent)) / 10 + Fraction(1, 2)).__floor__()


def is_satisfied(answers: Mapping[str, int], weights: Mapping[str, Fraction]) -> bool:
    """Tell whether one person's own weighted average reaches 3.

    :raises ValueError: if the person answered nothing.
    """
    if not answers:
        raise ValueError("nothing was answered")
    own = sum((value * weights[code] for code, value in answers.items()), Fraction(0))
    return own >= SATISFIED_FROM * sum((weights[code] for code in answers), Fraction(0))


def satisfied(k: int, n: int) -> Satisfied | None:
    """Return `k` of `n` with its interval, or None without answers.

    :raises ValueError: if `k` is not within 0 to `n`.
    """
    interval = wilson_interval(k, n)
    return None if interval is None else Satisfied(k=k, n=n, interval=interval)
