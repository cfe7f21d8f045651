"""Between which two periods a change is looked for: the last whole one before, the first whole one after.

Source: issue 5 ("does it work?"); a design choice. Page: docs/rules/development.md. A period in which the training
itself lies is neither before nor after it.
"""

from collections.abc import Sequence
from datetime import date

# First and last day.
Span = tuple[date, date]


def around(periods: Sequence[Span], first_day: date, last_day: date) -> tuple[int, int] | None:
    """Return the places of the period before and the period after some days; None while one of them is missing.

    :raises ValueError: if the days end before they begin.
    """
    if last_day < first_day:
        raise ValueError("days end after they begin")
    before = [(ends, place) for place, (_starts, ends) in enumerate(periods) if ends < first_day]
    after = [(starts, place) for place, (starts, _ends) in enumerate(periods) if starts > last_day]
    if not before or not after:
        return None
    return max(before)[1], min(after)[1]
