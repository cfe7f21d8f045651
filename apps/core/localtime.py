"""Local time of a government: an instant is stored in UTC, a deadline is a day in the government's own zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE_LABELS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def local_date(at: datetime, zone: str) -> date:
    """Return the calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def zone_label(zone: str) -> str:
    """Return WIB, WITA or WIT, or the zone's own name."""
    return ZONE_LABELS.get(zone, zone)
