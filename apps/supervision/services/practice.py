"""What a person does in the practice period: write, send, be asked, send again; review and rate for exercise.

Nobody is told, nothing is audited and no stamp is bumped: what somebody practised is nobody else's business.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from apps.assessments.rules.predikat import Rating
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ..models import PracticeCase, PracticeEntry, PracticePeriod
from ..practice_material import INDICATORS, MadeUpReport
from ..rules.practice_lifecycle import (
    PracticeAction,
    PracticeKind,
    PracticeStatus,
    TransitionNotAllowed,
    next_status,
)
from ..selectors import practice as selectors

__all__ = [
    "PracticeConflict",
    "PracticeIncomplete",
    "PracticeOver",
    "TransitionNotAllowed",
    "add_line",
    "answer_case",
    "answer_review",
    "continue_report",
    "delete_own",
    "remove_line",
    "save_report",
    "send_report",
]


class PracticeOver(Exception):
    """Raised when the practice period has not begun, is over, or was deleted."""


class PracticeIncomplete(Exception):
    """Raised when something is missing that a real report could not be sent without."""


class PracticeConflict(Exception):
    """Raised when another tab saved the same report meanwhile; carries what stands there."""

    def __init__(self, entry: PracticeEntry) -> None:
        super().__init__("saved elsewhere meanwhile")
        self.entry = entry


def _entry(
    person: Employee, period: PracticePeriod, kind: PracticeKind, number: int, at: datetime
) -> PracticeEntry:
    """Return a task of a person, locked, and made if it is the first time.

    :raises PracticeOver: if nobody can write in the period now.
    """
    # Asked anew: the page may be older than the period's end. No lock, because writing ends days before the deletion.
    day = local_date(at, person.government.timezone)
    if not PracticePeriod.objects.filter(
        pk=period.pk,
        government=person.government_id,
        purged_at__isnull=True,
        opens_on__lte=day,
        closes_on__gte=day,
    ).exists():
        raise PracticeOver
    keys = {"person": person, "period": period, "kind": kind.value, "number": number}
    if not PracticeEntry.objects.filter(**keys).exists():
        try:
            with transaction.atomic():
                PracticeEntry.objects.create(**keys, saved_at=at)
        except IntegrityError as error:  # another tab was first
            if "practice_task_once_per_person" not in str(error):
                raise
    return PracticeEntry.objects.select_for_update(of=("self",)).get(**keys)


def _report(person: Employee, period: PracticePeriod, at: datetime) -> PracticeEntry:
    entry = _entry(person, period, PracticeKind.REPORT, 1, at)
    entry.content = selectors.report_content(entry)
    return entry


def _move(entry: PracticeEntry, action: PracticeAction, at: datetime) -> PracticeEntry:
    entry.status = next_status(PracticeStatus(entry.status), action).value
    entry.version += 1
    entry.saved_at = at
    entry.save()
    return entry


# --- the own report


@transaction.atomic
def save_report(
    *,
    person: Employee,
    period: PracticePeriod,
    version: int,
    at: datetime,
    texts: dict[str, str] | None = None,
    figures: dict[int, Decimal | None] | None = None,
    notes: dict[int, str] | None = None,
) -> PracticeEntry:
    """Keep parts of the practice report. `version` is the one that was on the page.

    :raises PracticeOver: if the period is over.
    :raises PracticeConflict: if another tab saved something else in these parts meanwhile.
    :raises TransitionNotAllowed: if it was sent and is not back yet.
    """
    entry = _report(person, period, at)
    changed = {name: text.replace("\r\n", "\n").strip() for name, text in (texts or {}).items()}
    mine = entry.content | changed
    mine["figures"] = entry.content["figures"] | {
        str(pk): None if value is None else f"{value:f}"
        for pk, value in (figures or {}).items()
        if pk in INDICATORS
    }
    mine["notes"] = entry.content["notes"] | {
        str(pk): note.strip() for pk, note in (notes or {}).items() if pk in INDICATORS
    }
    next_status(PracticeStatus(entry.status), PracticeAction.SAVE)
    parts = [name for name in mine if mine[name] != entry.content[name]]
    if not parts and entry.version:
        return entry
    if any(entry.content["touched"].get(part, 0) > version for part in parts):
        raise PracticeConflict(entry)
    mine["touched"] = entry.content["touched"] | dict.fromkeys(parts, entry.version + 1)
    entry.content = mine
    return _move(entry, PracticeAction.SAVE, at)


@transaction.atomic
def add_line(
    *,
    person: Employee,
    period: PracticePeriod,
    day: date,
    text: str,
    result: int,
    indicator: int | None,
    quantity: Decimal | None,
    at: datetime,
) -> PracticeEntry:
    """Write one line of progress for exercise.

    :raises PracticeOver, TransitionNotAllowed: as in `save_report`.
    """
    entry = _report(person, period, at)
    number = max((row["id"] for row in entry.content["lines"]), default=0) + 1
    line = {
        "id": number,
        "date": day.isoformat(),
        "text": text.strip(),
        "result": result,
        "indicator": indicator,
        "quantity": None if quantity is None else f"{quantity:f}",
    }
    entry.content["lines"] = [*entry.content["lines"], line]
    return _move(entry, PracticeAction.SAVE, at)


@transaction.atomic
def remove_line(*, person: Employee, period: PracticePeriod, line: int, at: datetime) -> PracticeEntry:
    """Take a line away again; one that is gone already is no error.

    :raises PracticeOver, TransitionNotAllowed: as in `save_report`.
    """
    entry = _report(person, period, at)
    entry.content["lines"] = [row for row in entry.content["lines"] if row["id"] != line]
    return _move(entry, PracticeAction.SAVE, at)


@transaction.atomic
def send_report(*, person: Employee, period: PracticePeriod, at: datetime) -> PracticeEntry:
    """Send the practice report: what stands there is kept as it would be in a real one.

    :raises PracticeOver: if the period is over.
    :raises TransitionNotAllowed: if it was sent and is not back yet.
    :raises PracticeIncomplete: if a real one could not be sent.
    """
    entry = _report(person, period, at)
    next_status(PracticeStatus(entry.status), PracticeAction.SEND)
    if any(problem.is_blocking for problem in selectors.problems_of(entry.content, period)):
        raise PracticeIncomplete
    content = selectors.sent_content(entry.content, period)
    entry.content["sent"] = [*entry.content["sent"], {"at": at.isoformat(), "content": content}]
    return _move(entry, PracticeAction.SEND, at)


@transaction.atomic
def continue_report(*, person: Employee, period: PracticePeriod, at: datetime) -> PracticeEntry:
    """Go on after looking with the supervisor's eyes: the first time it comes back with a question, then it is done.

    :raises PracticeOver: if the period is over.
    :raises TransitionNotAllowed: if it is not sent.
    """
    entry = _report(person, period, at)
    if entry.status == PracticeStatus.SENT_AGAIN.value:
        return _move(entry, PracticeAction.FINISH, at)
    entry.content["questions"] = [
        {
            "source": question.source.value,
            "code": question.code,
            "where": question.where,
            "figures": list(question.figures),
        }
        for question in selectors.questions_of(entry.content, period)
    ]
    return _move(entry, PracticeAction.ASK, at)


# --- the supervisor's tasks


@transaction.atomic
def answer_review(
    *, person: Employee, period: PracticePeriod, report: MadeUpReport, verb: str, note: str, at: datetime
) -> PracticeEntry:
    """Accept or return an invented report. The agreed answer is kept beside it, as it was then.

    :raises PracticeOver: if the period is over.
    :raises TransitionNotAllowed: if it was answered before.
    """
    entry = _entry(person, period, PracticeKind.REVIEW, report.number, at)
    entry.content = {"verb": verb, "note": note.strip(), "agreed": report.agreed, "why": report.why}
    return _move(entry, PracticeAction.ANSWER, at)


@transaction.atomic
def answer_case(
    *,
    person: Employee,
    period: PracticePeriod,
    case: PracticeCase,
    work_result: Rating,
    behavior: Rating,
    reason: str,
    at: datetime,
) -> PracticeEntry:
    """Rate a case. The text and the agreed answer are kept beside it: the office may change the case later.

    :raises PracticeOver: if the period is over.
    :raises TransitionNotAllowed: if it was answered before.
    """
    entry = _entry(person, period, PracticeKind.RATING, case.place, at)
    entry.content = {
        "work_result": work_result.value,
        "behavior": behavior.value,
        "reason": reason.strip(),
        "case": {
            name: getattr(case, name)
            for name in ("title", "results", "behavior_text", "work_result", "behavior", "why")
        },
    }
    return _move(entry, PracticeAction.ANSWER, at)


# --- away with it


@transaction.atomic
def delete_own(*, person: Employee) -> int:
    """Delete everything a person practised, at any time; return how many tasks it were."""
    deleted, _rows = PracticeEntry.objects.filter(person=person).delete()
    return deleted
