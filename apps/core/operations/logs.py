"""Log lines: one JSON object each in production, and never a name, NIP or address of a person.

What a library says may hold what somebody typed (a unique key's DETAIL names the NIP). So every line is cleaned as it
is written: long runs of digits and e-mail addresses are replaced, details of database errors are left out.
"""

import logging
import re
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

# The request or task that is being worked on in this thread; empty outside.
current_id: ContextVar[str] = ContextVar("current_id", default="")

_LONG_NUMBER = re.compile(r"\d{9,}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DATABASE_DETAIL = re.compile(r"^(?:DETAIL|PARAMETERS|CONTEXT):.*$", re.MULTILINE)


def cleaned(text: str) -> str:
    """Return a text without numbers that may name a person, addresses, and values of a database error."""
    text = _DATABASE_DETAIL.sub("DETAIL: left out", text)
    return _EMAIL.sub("<e-mail>", _LONG_NUMBER.sub("<number>", text))


class CurrentId(logging.Filter):
    """Adds the id of the request or task, so that its lines can be found together."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mark the record; never drops one."""
        record.id = current_id.get()
        return True


class CleanLine(logging.Formatter):
    """One readable line, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the cleaned line."""
        return cleaned(super().format(record))


class CleanJson(JsonFormatter):
    """One JSON object per line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the cleaned object."""
        return cleaned(super().format(record))
