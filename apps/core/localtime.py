"""Local time of a government: an instant is stored in UTC, a deadline is a day in the government's own zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE_LABELS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def local_date(at: datetime, zone: str) -> date:
    """Return the calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def zone_label(zone: str) -> str:
    """Return WIB, WITA or WIT, or the zone's own name."""
    return ZONE_LABELS.get(zone, zone)


def today() -> date:
    """Return the day in the middle zone (WITA), for questions that come without a government.

    Which placements and roles hold today is such a question; it is an hour off around midnight in WIB and WIT, where a
    UTC day would be wrong until 07.00 to 09.00. Deadlines never use it: they have their government's own zone.
    """
    return timezone.now().astimezone(ZoneInfo("Asia/Makassar")).date()
