"""The clocks of SP4N-LAPOR! beside our own, and what its tracking numbers look like (feedback sheet 2.1, 2.3).

LAPOR is not replaced: we keep its number and show its days. The days are policy values.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from apps.core.rules.working_days import add_working_days

VERIFY_DAYS = 3
ANSWER_DAYS = 5
REPLY_DAYS = 10

# Where a number is looked up; LAPOR has no address per number that we could rely on.
SITE = "https://www.lapor.go.id/"

# Seen: the bare tracking id. How many digits is nowhere written, so this only warns.
_USUAL = re.compile(r"#?\d{5,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LaporClock:
    """Until when LAPOR expects what."""

    verify_by: date
    answer_by: date
    reply_by: date | None


def clean_number(text: str) -> str:
    """Return a tracking number without spaces and the sign in front, in capital letters."""
    return "".join(text.split()).lstrip("#").upper()


def looks_usual(number: str) -> bool:
    """Tell whether a number looks like those of LAPOR."""
    return _USUAL.fullmatch(number) is not None


def clock(
    received_on: date,
    answered_on: date | None,
    holidays: Container[date],
    verify_days: int = VERIFY_DAYS,
    answer_days: int = ANSWER_DAYS,
    reply_days: int = REPLY_DAYS,
) -> LaporClock:
    """Return the days: verified and passed on, then begun or answered by the agency, then the reporter's turn."""
    verify_by = add_working_days(received_on, verify_days, holidays)
    return LaporClock(
        verify_by=verify_by,
        answer_by=add_working_days(verify_by, answer_days, holidays),
        reply_by=add_working_days(answered_on, reply_days, holidays) if answered_on else None,
    )
