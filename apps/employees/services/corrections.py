"""A wrong supervisor on record: the employee asks, the personnel office decides. Drafts stay as they are.

The first complaint users of such systems have (sheet 14, no. 1). Plans and reports belong to the employee, so a
correction touches only the reporting line.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date

from .. import selectors
from ..labels import LinkSource
from ..models import AppraiserLink, Employee, SupervisorCorrection
from . import organization

CORRECTED = LinkSource("corrected")


class AlreadyAsked(Exception):
    """Raised when an earlier request of the same person is still open."""


class AlreadyDecided(Exception):
    """Raised when somebody else has decided in the meantime."""


class WrongGovernment(ValueError):
    """Raised when the proposed supervisor does not work for the same government, or is the employee."""


def _require_fit(employee: Employee, other: Employee | None) -> None:
    if other is not None and (other.government_id != employee.government_id or other.pk == employee.pk):
        raise WrongGovernment


@transaction.atomic
def ask_correction(
    *, employee: Employee, proposed: Employee | None, reason: str, by: Any, at: datetime
) -> SupervisorCorrection:
    """Say that the recorded supervisor is wrong; the personnel officers are told.

    :raises AlreadyAsked: if a request is still open.
    :raises WrongGovernment: if the proposed person cannot be the supervisor.
    """
    _require_fit(employee, proposed)
    Employee.objects.select_for_update().get(pk=employee.pk)
    if SupervisorCorrection.objects.filter(employee=employee).open().exists():
        raise AlreadyAsked
    correction = SupervisorCorrection.objects.create(
        employee=employee, proposed=proposed, reason=reason, asked_at=at
    )
    audit.record(
        "employees.correction.asked",
        target=correction,
        by=by,
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
        proposed=proposed.pk if proposed else None,
    )
    officers = selectors.personnel_officers_for(employee, local_date(at, employee.government.timezone))
    for officer in officers:
        notify.send(
            officer,
            gettext_noop("%(name)s says that the recorded supervisor is wrong."),
            url=reverse("employees:correction-decide", args=[correction.pk]),
            key=f"correction:{correction.pk}:{officer.pk}",
            name=employee.full_name,
        )
    stamps.bump(*(f"user:{officer.pk}" for officer in officers))
    return correction


@transaction.atomic
def decide_correction(
    *,
    correction_id: int,
    is_granted: bool,
    appraiser: Employee | None,
    answer: str,
    by: Any,
    at: datetime,
    external_name: str = "",
) -> SupervisorCorrection:
    """Grant a request, which sets the supervisor from today, or refuse it with an answer.

    :raises AlreadyDecided: if it is no longer open.
    :raises WrongGovernment: if the supervisor cannot be one.
    """
    correction = SupervisorCorrection.objects.select_for_update().get(pk=correction_id)
    if not correction.is_open:
        raise AlreadyDecided
    employee = correction.employee
    if is_granted:
        set_appraiser_by_hand(
            employee=employee, appraiser=appraiser, external_name=external_name, by=by, at=at
        )
    correction.is_granted = is_granted
    correction.answer = answer
    correction.decided_at = at
    correction.decided_by = by if hasattr(by, "login") else None
    correction.save(update_fields=["is_granted", "answer", "decided_at", "decided_by"])
    audit.record(
        "employees.correction.granted" if is_granted else "employees.correction.refused",
        target=correction,
        by=by,
        scope=employee.government.code,
        at=at,
        employee=employee.pk,
    )
    notify.send(
        employee.user,
        gettext_noop("Your supervisor on record has been corrected. Your drafts are unchanged.")
        if is_granted
        else gettext_noop("Your request about the recorded supervisor was answered."),
        url=reverse("employees:detail", args=[employee.pk]),
        key=f"correction:{correction.pk}:decided",
    )
    return correction


@transaction.atomic
def set_appraiser_by_hand(
    *, employee: Employee, appraiser: Employee | None, by: Any, at: datetime, external_name: str = ""
) -> AppraiserLink:
    """Say from today who appraises somebody; imports leave it alone until the person moves to another unit.

    :raises WrongGovernment: if the supervisor cannot be one.
    """
    _require_fit(employee, appraiser)
    day = local_date(at, employee.government.timezone)
    before = selectors.appraiser_on(employee, day)
    link = organization.set_appraiser(
        employee=employee,
        appraiser=appraiser,
        external_name=external_name if appraiser is None else "",
        since=day,
        source=CORRECTED,
        by=by,
    )
    if link.source != CORRECTED.value:
        # The derived one was right; from now on it is known to be.
        link.source = CORRECTED.value
        link.save(update_fields=["source"])
    stamps.bump(
        *(f"user:{who.user_id}" for who in (employee, before, appraiser) if who is not None and who.user_id)
    )
    return link
