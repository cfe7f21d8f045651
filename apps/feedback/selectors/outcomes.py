"""How reports end: closed is not solved, and solved once is not solved for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from apps.core.compiled import Question, one_of
from apps.core.rules.rounding import half_up
from apps.employees.models import Government, WorkUnit

from ..models import Complaint, ComplaintCheckBack, ComplaintEvent


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """Ends within a span, each kind apart; and what reporters said four weeks later."""

    confirmed: int = 0
    no_reply: int = 0
    unclear: int = 0  # closed because the reporter never sent what was asked for
    rejected: int = 0
    reopened: int = 0
    asked: int = 0
    still_fixed: int = 0
    came_back: int = 0

    @property
    def closed(self) -> int:
        """All ends."""
        return self.confirmed + self.no_reply + self.unclear + self.rejected

    @property
    def confirmed_percent(self) -> Decimal | None:
        """Confirmed as solved, of those that were answered; None without any."""
        return _percent(self.confirmed, self.confirmed + self.no_reply)

    @property
    def no_reply_percent(self) -> Decimal | None:
        """Answered and closed without a word of the reporter, of those that were answered."""
        return _percent(self.no_reply, self.confirmed + self.no_reply)

    @property
    def still_fixed_percent(self) -> Decimal | None:
        """Still solved after four weeks, of those who said something."""
        return _percent(self.still_fixed, self.still_fixed + self.came_back)

    @property
    def unanswered(self) -> int:
        """Questions after four weeks that nobody answered: known to be unknown."""
        return self.asked - self.still_fixed - self.came_back


def _percent(part: int, whole: int) -> Decimal | None:
    return half_up(Fraction(part * 100, whole)) if whole else None


def outcome_figures(
    units: QuerySet[WorkUnit] | Sequence[WorkUnit], starts_on: date, ends_on: date
) -> OutcomeFigures:
    """Count the ends of the reports about some units between two days, both included.

    A report that was opened again is no end any more. The question after four weeks is counted in the span in which
    it was asked.
    """
    total = OutcomeFigures()
    for zone in Government.objects.order_by("timezone").values_list("timezone", flat=True).distinct():
        total = plus(total, _figures(units, starts_on, ends_on, zone))
    return total


def plus(one: OutcomeFigures, other: OutcomeFigures) -> OutcomeFigures:
    """Add two counts up."""
    names = OutcomeFigures.__slots__
    return OutcomeFigures(**{name: getattr(one, name) + getattr(other, name) for name in names})


def _figures(
    units: QuerySet[WorkUnit] | Sequence[WorkUnit], starts_on: date, ends_on: date, zone: str
) -> OutcomeFigures:
    mine = Complaint.objects.filter(unit__in=units, is_quarantined=False, government__timezone=zone)
    ends, reopened, questions = _happenings(mine, starts_on, ends_on, zone)
    return OutcomeFigures(
        **ends.aggregate(**_ENDS),
        **reopened.aggregate(**_REOPENED),
        **questions.aggregate(**_QUESTIONS),
    )


def outcomes_by_unit(
    units: Sequence[int], starts_on: date, ends_on: date, zone: str
) -> dict[int, OutcomeFigures]:
    """Count the same for each of some units of one zone alone, without those below it."""
    found: dict[int, OutcomeFigures] = {}
    for names, question in _by_unit(zone):
        for unit_id, *numbers in question.ask(list(units), starts_on, ends_on):
            figures = OutcomeFigures(**dict(zip(names, numbers, strict=True)))
            found[unit_id] = plus(found.get(unit_id, OutcomeFigures()), figures)
    return found


@cache
def _by_unit(zone: str) -> tuple[tuple[Sequence[str], Question], ...]:
    """Return what is counted and its question, for ends, openings after an end, and questions after four weeks.

    A closing asks them for every chunk of a region; the zone is part of the text.
    """

    def question(place: int, at_unit: str, counts: dict[str, Any]) -> Question:
        def build(units: list[int], starts_on: date, ends_on: date) -> QuerySet[Any, Any]:
            mine = Complaint.objects.filter(
                unit__in=one_of(units), is_quarantined=False, government__timezone=zone
            )
            happened: QuerySet[Any, Any] = _happenings(mine, starts_on, ends_on, zone)[place]
            return (
                happened.order_by()
                .values(at_unit=F(at_unit))
                .annotate(**counts)
                .values_list("at_unit", *counts)
            )

        return Question(build, list, date, date)

    return (
        (tuple(_ENDS), question(0, "unit", _ENDS)),
        (tuple(_REOPENED), question(1, "complaint__unit", _REOPENED)),
        (tuple(_QUESTIONS), question(2, "complaint__unit", _QUESTIONS)),
    )


_WAS_ANSWERED = Exists(ComplaintEvent.objects.filter(complaint=OuterRef("pk"), action="answer"))
_ENDS: dict[str, Any] = {
    "confirmed": Count("pk", filter=Q(status="confirmed_solved")),
    "no_reply": Count("pk", filter=Q(status="closed_no_reply") & _WAS_ANSWERED),
    "unclear": Count("pk", filter=Q(status="closed_no_reply") & ~_WAS_ANSWERED),
    "rejected": Count("pk", filter=Q(status="rejected")),
}
_REOPENED: dict[str, Any] = {"reopened": Count("pk")}
_QUESTIONS: dict[str, Any] = {
    "asked": Count("pk"),
    "still_fixed": Count("pk", filter=Q(answer="fixed")),
    "came_back": Count("pk", filter=Q(answer="came_back")),
}


def _happenings(
    mine: QuerySet[Complaint], starts_on: date, ends_on: date, zone: str
) -> tuple[QuerySet[Complaint], QuerySet[ComplaintEvent], QuerySet[ComplaintCheckBack]]:
    """Return the ends, the openings after an end, and the questions after four weeks, of a span."""
    days, local = (starts_on, ends_on), ZoneInfo(zone)
    return (
        mine.annotate(day=TruncDate("closed_at", tzinfo=local)).filter(day__range=days),
        ComplaintEvent.objects.filter(complaint__in=mine, action="reopen")
        .annotate(day=TruncDate("at", tzinfo=local))
        .filter(day__range=days),
        ComplaintCheckBack.objects.filter(complaint__in=mine)
        .annotate(day=TruncDate("asked_at", tzinfo=local))
        .filter(day__range=days),
    )
