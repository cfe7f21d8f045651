"""Continuing feedback: a word at the time it helps, visible to the person at once (EXE-3)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.employees.models import Employee
from apps.indicators.models import WorkResult

from ..models import FeedbackNote
from .actors import account_of, employee_behind, stamp_names

_GIVEN = gettext_noop("%(name)s gave you feedback on your work.")


class NoAuthor(ValueError):
    """Raised when nobody with a staff record speaks."""


class FeedbackToOneself(ValueError):
    """Raised when somebody gives feedback to themselves."""


class EmptyFeedback(ValueError):
    """Raised when there is no text."""


class UnknownResult(ValueError):
    """Raised when the planned result belongs to somebody else."""


@transaction.atomic
def give_feedback(
    *, employee: Employee, text: str, by: Any, at: datetime, result: WorkResult | None = None
) -> FeedbackNote:
    """Say something to a person on one planned result, or on their work in general.

    :raises NoAuthor, FeedbackToOneself, EmptyFeedback, UnknownResult: see there.
    """
    author = employee_behind(by)
    if author is None:
        raise NoAuthor
    if author.pk == employee.pk:
        raise FeedbackToOneself
    if not text.strip():
        raise EmptyFeedback
    if result is not None and result.skp.employee_id != employee.pk:
        raise UnknownResult
    note = FeedbackNote.objects.create(
        employee=employee,
        author=author,
        result=result,
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
    )
    notify.send(employee.user, _GIVEN, url=reverse("assessments:feedback-mine"), name=author.full_name)
    stamps.bump(*stamp_names(employee, author))
    return note
