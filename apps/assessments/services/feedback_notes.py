"""Continuing feedback: a word at the time it helps, visible to the person at once (EXE-3)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.employees.models import Employee
from apps.indicators.models import WorkResult
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..labels import ReactionChoices
from ..models import Evidence, FeedbackNote, FeedbackReaction, SelfReport
from .actors import account_of, employee_behind, lender_behind, stamp_names

_GIVEN = gettext_noop("%(name)s gave you feedback on your work.")
_REACTED = gettext_noop("%(name)s answered your feedback.")
_VALUES = frozenset(value.code for value in BEHAVIOR_VALUES)


class NoAuthor(ValueError):
    """Raised when nobody with a staff record speaks."""


class FeedbackToOneself(ValueError):
    """Raised when somebody gives feedback to themselves."""


class EmptyFeedback(ValueError):
    """Raised when there is no text."""


class UnknownResult(ValueError):
    """Raised when the planned result, the value or what was seen belongs to somebody else, or to nobody."""


class SeveralTargets(ValueError):
    """Raised when feedback is about a planned result and a value at the same time."""


class NotTheReceiver(ValueError):
    """Raised when somebody else reacts to feedback."""


class UnknownReaction(ValueError):
    """Raised for a reaction that does not exist."""


@transaction.atomic
def give_feedback(
    *,
    employee: Employee,
    text: str,
    by: Any,
    at: datetime,
    result: WorkResult | None = None,
    behavior_value: str = "",
    report: SelfReport | None = None,
    evidence: Evidence | None = None,
) -> FeedbackNote:
    """Say something to a person on one planned result, on one value of behavior, or on their work in general.

    `report` or `evidence` is what it is about as seen: a report that was sent, or a file in one.

    :raises NoAuthor, FeedbackToOneself, EmptyFeedback, SeveralTargets, UnknownResult: see there.
    """
    author = employee_behind(by)
    if author is None:
        raise NoAuthor
    if author.pk == employee.pk:
        raise FeedbackToOneself
    if not text.strip():
        raise EmptyFeedback
    if result is not None and behavior_value:
        raise SeveralTargets
    if result is not None and result.skp.employee_id != employee.pk:
        raise UnknownResult
    if behavior_value and behavior_value not in _VALUES:
        raise UnknownResult
    _check_seen(employee, report, evidence)
    lender = lender_behind(employee, by, at)
    note = FeedbackNote.objects.create(
        employee=employee,
        author=author,
        on_behalf_of=lender,
        result=result,
        behavior_value=behavior_value,
        report=report,
        evidence=evidence,
        text=text.replace("\r\n", "\n").strip(),
        at=at,
    )
    audit.record(
        "assessments.feedback.given",
        target=note,
        by=account_of(by),
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
        result=result.pk if result else None,
        behavior_value=behavior_value,
        **({"on_behalf_of": lender.pk} if lender is not None else {}),
    )
    notify.send(employee.user, _GIVEN, url=reverse("assessments:feedback-mine"), name=author.full_name)
    stamps.bump(*stamp_names(employee, author, lender))
    return note


def _check_seen(employee: Employee, report: SelfReport | None, evidence: Evidence | None) -> None:
    if report is not None and evidence is not None:
        raise UnknownResult
    seen = evidence.report if evidence is not None else report
    # A draft is the writer's alone; nobody can have seen it.
    if seen is not None and (seen.employee_id != employee.pk or not seen.version):
        raise UnknownResult


@transaction.atomic
def react(*, note_id: int, kind: str, by: Any, at: datetime, text: str = "") -> FeedbackReaction:
    """Answer a piece of feedback, or change the answer; the giver sees it.

    :raises NotTheReceiver: if `by` is not who was spoken to.
    :raises UnknownReaction: for another kind.
    """
    note = (
        FeedbackNote.objects.select_for_update(of=("self",))
        .select_related("employee__government", "employee__user", "author__user")
        .get(pk=note_id)
    )
    if note.employee_id != getattr(employee_behind(by), "pk", None):
        raise NotTheReceiver
    if kind not in ReactionChoices.values:
        raise UnknownReaction
    text = text.replace("\r\n", "\n").strip()
    before = FeedbackReaction.objects.filter(note=note).first()
    if before is not None and (before.kind, before.text) == (kind, text):
        return before
    reaction, _created = FeedbackReaction.objects.update_or_create(
        note=note, defaults={"kind": kind, "text": text, "at": at}
    )
    audit.record(
        "assessments.feedback.answered",
        target=note,
        by=account_of(by),
        scope=note.employee.government.code,
        at=at,
        before=before.kind if before else "",
        kind=kind,
    )
    notify.send(
        note.author.user,
        _REACTED,
        url=f"{reverse('assessments:feedback-given')}#catatan-{note.pk}",
        name=note.employee.full_name,
    )
    stamps.bump(*stamp_names(note.employee, note.author))
    return reaction
