"""Who wants to know that a reviewer opened a report or decided on it: apps above register, the reviewing half tells.

Not a promise in the outbox: whoever goes back from a report at once must find that it counts as opened, and what is
noted about a decision stands or falls with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..models import SelfReport


@dataclass(frozen=True)
class Notice:
    """What an app above wants to say on the review page: a sentence, and where to go on."""

    text: str
    url: str = ""
    link: str = ""


OpenedListener = Callable[..., Notice | None]
DecidedListener = Callable[..., None]

_opened: list[OpenedListener] = []
_decided: list[DecidedListener] = []


def when_opened(listener: OpenedListener) -> OpenedListener:
    """Register what is called with `report`, `by` and `at` when somebody opens the review page of a report."""
    _opened.append(listener)
    return listener


def when_decided(listener: DecidedListener) -> DecidedListener:
    """Register what is called with `report`, `action`, `note`, `by` and `at` in the transaction of a decision."""
    _decided.append(listener)
    return listener


def opened(*, report: SelfReport, by: Any, at: datetime) -> list[Notice]:
    """Tell that somebody has the report before them; return what is to be said on the page."""
    answers = [listener(report=report, by=by, at=at) for listener in _opened]
    return [answer for answer in answers if answer is not None]


def decided(*, report: SelfReport, action: str, note: str, by: Any, at: datetime) -> None:
    """Tell that one report was accepted or returned on its own."""
    for listener in _decided:
        listener(report=report, action=action, note=note, by=by, at=at)
