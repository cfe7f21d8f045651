"""Whether a file is from the time it is to show: the camera's day, else a day in its name."""

import re
from datetime import date

_YEAR = r"(?P<y>20\d\d)"
_MONTH = r"(?P<m>0[1-9]|1[0-2])"
_DAY = r"(?P<d>0[1-9]|[12]\d|3[01])"
# Cameras and messengers write the year first (IMG_20260915_101500, WhatsApp Image 2026-09-15 at ...), people last.
_PATTERNS = (
    re.compile(rf"(?<!\d){_YEAR}{_MONTH}{_DAY}(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[-_. ]{_MONTH}[-_. ]{_DAY}(?!\d)"),
    re.compile(rf"(?<!\d){_DAY}[-_. ]{_MONTH}[-_. ]{_YEAR}(?!\d)"),
)


def day_in_name(name: str) -> date | None:
    """Return the day that a file's name tells; None if it tells none, or several."""
    found = set()
    for pattern in _PATTERNS:
        for match in pattern.finditer(name):
            try:
                found.add(date(int(match["y"]), int(match["m"]), int(match["d"])))
            except ValueError:
                continue
    return found.pop() if len(found) == 1 else None


def claimed_day(taken_on: date | None, name: str) -> date | None:
    """Return the day a file is from, as far as it tells: the camera knows better than the name."""
    return taken_on or day_in_name(name)


def is_fresh(day: date, *, starts_on: date, last_on: date) -> bool:
    """Whether a day belongs to a period; `last_on` is the day its reporting closes, photos for it come late too."""
    return starts_on <= day <= last_on
