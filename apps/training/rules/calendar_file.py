"""Calendar files (iCalendar, RFC 5545), as phones and calendars subscribe to them. No person stands in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75  # octets


@dataclass(frozen=True, slots=True)
class Event:
    """One day: with instants, or the whole day if no hours are known. `uid` stays the same when the event changes."""

    uid: str
    title: str
    place: str
    url: str
    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def calendar_file(events: Iterable[Event], *, name: str, made_at: datetime) -> bytes:
    """Return a calendar with these events.

    :raises ValueError: if an event has only one of its two instants.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ASN Kinerja//Pembelajaran//ID",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines).encode()


def _event(event: Event, made_at: datetime) -> list[str]:
    if (event.starts_at is None) != (event.ends_at is None):
        raise ValueError("an event has both instants or none")
    if event.starts_at is None or event.ends_at is None:
        when = [
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        ]
    else:
        when = [f"DTSTART:{_instant(event.starts_at)}", f"DTEND:{_instant(event.ends_at)}"]
    place = [f"LOCATION:{_text(event.place)}"] if event.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_instant(made_at)}",
        *when,
        f"SUMMARY:{_text(event.title)}",
        *place,
        f"URL:{event.url}",
        "END:VEVENT",
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    plain = " ".join(value.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _fold(line: str) -> str:
    """Return the line in pieces of at most 75 octets, never cut within a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE:
            pieces.append(piece)
            piece, size = "", 1  # the blank that marks a continued line
        piece += character
        size += width
    return "\r\n ".join([*pieces, piece])
