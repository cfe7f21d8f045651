"""How long a form was open, in coarse classes, from the signed time at which it was shown."""

from datetime import datetime

from ..labels import Pace
from .abuse import shown_at

QUICK_UNDER_SECONDS = 60
NORMAL_UP_TO_SECONDS = 600


def pace_of(token: str, *, at: datetime, minimum_seconds: int) -> str:
    """Return the class of the time between showing and sending; empty without a time that we signed."""
    shown = shown_at(token)
    if shown is None:
        return ""
    seconds = (at - shown).total_seconds()
    if seconds < minimum_seconds:
        return str(Pace.TOO_FAST)
    if seconds < QUICK_UNDER_SECONDS:
        return str(Pace.QUICK)
    return str(Pace.NORMAL) if seconds <= NORMAL_UP_TO_SECONDS else str(Pace.SLOW)
