"""Recognition: a leader names a deed and says why. There are no points and no ranking."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit

from ..models import Recognition

_PERSON = gettext_noop("%(leader)s recognizes what you did: %(title)s.")
_UNIT = gettext_noop("%(leader)s recognizes what your unit did: %(title)s.")


class RecognitionOfOneself(ValueError):
    """Raised when leader and recognized are the same person."""


@transaction.atomic
def recognize(
    *,
    unit: WorkUnit,
    title: str,
    reason: str,
    by: Employee,
    at: datetime,
    employee: Employee | None = None,
) -> Recognition:
    """Recognize a person, or a unit as a whole, for a named deed.

    :raises RecognitionOfOneself: if `by` is the person.
    """
    if employee is not None and employee.pk == by.pk:
        raise RecognitionOfOneself
    recognition = Recognition.objects.create(
        unit=unit, employee=employee, title=title.strip(), reason=reason.strip(), given_by=by, at=at
    )
    audit.record(
        "training.recognition.given",
        target=recognition,
        by=account_of(by),
        scope=unit.government.code,
        at=at,
        unit=unit.pk,
        employee=employee.pk if employee else None,
    )
    told = employee or people.head_on(unit, local_date(at, unit.government.timezone))
    if told is not None and told.pk != by.pk:
        notify.send(
            told.user,
            _PERSON if employee else _UNIT,
            url=reverse("training:recognition-unit", args=[unit.pk]),
            leader=by.full_name,
            title=recognition.title,
        )
    stamps.bump(f"unit:{unit.pk}", *stamp_names(told))
    return recognition
