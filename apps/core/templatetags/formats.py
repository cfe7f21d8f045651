"""Dates, times and numbers as Indonesian readers write them.

Month names do not depend on the system locale, a time always names its zone (WIB, WITA, WIT), a
number has a decimal comma. When the active language is English the English form is given.
A value that is missing is an empty string, so that a template can add ``|default:"-"``.
"""

from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()

MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
MONTHS_SHORT = {
    "id": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def language() -> str:
    return "en" if (get_language() or "id").startswith("en") else "id"


def as_zone(zone: Any) -> tzinfo:
    """Accept a zone, its IANA name, or an object with ``timezone`` (a government)."""
    if zone is None or zone == "":
        return timezone.get_current_timezone()
    if isinstance(zone, tzinfo):
        return zone
    if isinstance(zone, str):
        return ZoneInfo(zone)
    return as_zone(getattr(zone, "timezone", None))


def zone_label(moment: datetime) -> str:
    """Name the zone of an aware moment: WIB, WITA, WIT, or its own short name elsewhere."""
    offset = moment.utcoffset()
    if offset is not None and offset % timedelta(hours=1) == timedelta(0):
        hours = int(offset / timedelta(hours=1))
        if hours in ZONES:
            return ZONES[hours]
    return moment.tzname() or ""


def localize(moment: datetime, zone: Any = None) -> datetime:
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=as_zone(zone))
    return moment.astimezone(as_zone(zone))


@register.filter
def tanggal(value: Any, style: str = "") -> str:
    """5 November 2026. Style "pendek": 5 Nov 2026; "hari": Kamis, 5 November 2026; "bulan":
    November 2026."""
    if not isinstance(value, date):
        return ""
    if isinstance(value, datetime):
        value = localize(value).date()
    code = language()
    month = (MONTHS_SHORT if style == "pendek" else MONTHS)[code][value.month - 1]
    if style == "bulan":
        return f"{month} {value.year}"
    text = f"{value.day} {month} {value.year}"
    return f"{DAYS[code][value.weekday()]}, {text}" if style == "hari" else text


@register.filter
def jam(value: Any, zone: Any = None) -> str:
    """10.42 WITA; with a zone, its name, or a government."""
    if not isinstance(value, datetime):
        return ""
    moment = localize(value, zone)
    separator = ":" if language() == "en" else "."
    return f"{moment:%H}{separator}{moment:%M} {zone_label(moment)}".rstrip()


@register.filter
def waktu(value: Any, zone: Any = None) -> str:
    """5 November 2026 10.42 WITA; with a zone, its name, or a government."""
    if not isinstance(value, datetime):
        return ""
    moment = localize(value, zone)
    return f"{tanggal(moment.date())} {jam(moment, zone)}"


@register.filter
def tenggat(value: Any, today: date | None = None) -> str:
    """How far a deadline is: "hari ini", "besok", "3 hari lagi", "lewat 2 hari"."""
    if not isinstance(value, date):
        return ""
    if isinstance(value, datetime):
        value = localize(value).date()
    days = (value - (today or timezone.localdate())).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days > 1:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}


def number(value: Any, decimals: int | None = None) -> str:
    """Write a number with grouping; decimals are rounded half up, or kept as they are if None."""
    if value is None or value == "" or isinstance(value, bool):
        return ""
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not amount.is_finite():
        return ""
    if decimals is not None:
        amount = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{amount:,f}"
    if text.startswith("-"):
        # The real minus sign does not break from its number at the end of a line.
        text = "\N{MINUS SIGN}" + text[1:]
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


@register.filter
def angka(value: Any, decimals: Any = None) -> str:
    """1.234,50 with ``{{ n|angka:2 }}``; without an argument, the digits the value has."""
    return number(value, None if decimals is None else int(decimals))


@register.filter
def persen(value: Any, decimals: Any = None) -> str:
    """78,74% from 78.74 (a percentage, not a fraction)."""
    text = angka(value, decimals)
    return f"{text}%" if text else ""


@register.filter
def ukuran(value: Any) -> str:
    """File size from bytes: 812 B, 14 kB, 2,4 MB."""
    try:
        size = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return ""
    if size < 1000:
        return f"{number(size, 0)} B"
    if size < 1_000_000:
        return f"{number(size / 1000, 0)} kB"
    return f"{number(size / 1_000_000, 1)} MB"


@register.filter
def nip(value: Any) -> str:
    """198504122010011003 as it is printed: 19850412 201001 1 003."""
    digits = "".join(str(value or "").split())
    if len(digits) != 18 or not digits.isdigit():
        return str(value or "")
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


@register.filter
def inisial(value: Any) -> str:
    """Two initials of a name without its degrees: "Dr. Siti Aminah, S.Sos." is SA."""
    words = [w for w in str(value or "").split(",")[0].split() if "." not in w]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
