"""How long each class of citizens' data is kept, and when it is due for deletion (UU 27/2022 art. 43-44)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# An office may keep marks of networks for less, never for longer.
MARK_DAYS = 3


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """A class of data: its code, how many days it is kept by default, and the most it may be."""

    code: str
    days: int
    longest: int | None = None


RETENTION = (
    RetentionClass("network_marks", MARK_DAYS, MARK_DAYS),
    RetentionClass("remarks", 730),
    RetentionClass("contacts", 90),
    RetentionClass("attachments", 365),
    RetentionClass("secret_complaints", 1825),
    RetentionClass("complaints", 1825),
    RetentionClass("rights_requests", 1825),
    RetentionClass("contributions", 730),
    RetentionClass("paper_scans", 1825),
)
CODES = tuple(row.code for row in RETENTION)


def days_kept(code: str, table: Mapping[str, object]) -> int:
    """Return how many days a class is kept: as the table says, within what is allowed; at least one day.

    :raises KeyError: for a class that does not exist.
    """
    rule = {row.code: row for row in RETENTION}[code]
    try:
        days = max(int(str(table.get(code, rule.days))), 1)
    except ValueError:
        days = rule.days
    return min(days, rule.longest) if rule.longest is not None else days


def gone_up_to(today: date, days: int) -> date:
    """Return the last day whose data are due for deletion: what is kept `days` days is gone on the day after."""
    return today - timedelta(days=days + 1)


def digest_of(keys: Iterable[int]) -> str:
    """Return a hash of the ids of deleted rows: it proves which ones without keeping anything of them."""
    text = ",".join(str(key) for key in sorted(keys))
    return hashlib.sha256(text.encode()).hexdigest()
