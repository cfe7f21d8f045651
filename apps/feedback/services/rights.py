"""What reporters demand about their own data, by number and secret word: a copy, a correction, an end (UU 27/2022)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date

from .. import permissions, selectors
from ..labels import RightsKind
from ..models import Complaint, ComplaintContact, RightsRequest

PUBLIC = "public"
BY_A_PERSON = (RightsKind.DELETE, RightsKind.RESTRICT, RightsKind.OBJECT)
CONTACT_FIELDS = ("name", "phone", "email")


class NoContact(Exception):
    """Raised when there is no contact to correct or to withdraw: none was given, or it is gone already."""


class TextMissing(ValueError):
    """Raised when a request or an answer comes without words."""


class AlreadyAnswered(Exception):
    """Raised when a request was answered before."""


@transaction.atomic
def export(*, complaint_id: int, at: datetime) -> dict[str, Any]:
    """Return everything that is stored about a report and its reporter, and note that it was handed out."""
    complaint = Complaint.objects.select_related("government", "unit", "service").get(pk=complaint_id)
    data = selectors.stored_about(complaint)
    _log(complaint, RightsKind.EXPORT, at)
    return data


@transaction.atomic
def correct_contact(*, complaint_id: int, contact: Mapping[str, str], at: datetime) -> ComplaintContact:
    """Put a contact right at once.

    :raises NoContact: if none is stored.
    """
    complaint = _locked(complaint_id)
    stored = ComplaintContact.objects.filter(complaint=complaint).first()
    if stored is None:
        raise NoContact
    for name in CONTACT_FIELDS:
        setattr(stored, name, contact.get(name, "").strip())
    stored.save(update_fields=[*CONTACT_FIELDS])
    _log(complaint, RightsKind.CORRECT, at)
    return stored


@transaction.atomic
def withdraw_contact(*, complaint_id: int, at: datetime) -> RightsRequest:
    """End the consent to be contacted: the contact is deleted at once, the report goes on without it.

    :raises NoContact: if none is stored.
    """
    complaint = _locked(complaint_id)
    deleted, _rows = ComplaintContact.objects.filter(complaint=complaint).delete()
    if not deleted:
        raise NoContact
    return _log(complaint, RightsKind.WITHDRAW, at)


@transaction.atomic
def ask(*, complaint_id: int, kind: str, text: str, at: datetime) -> RightsRequest:
    """Ask for what a person must decide; the clock of 3 x 24 hours starts.

    :raises TextMissing: if there are no words.
    """
    chosen = RightsKind(kind)
    if chosen not in BY_A_PERSON:
        raise ValueError(kind)
    if not text.strip():
        raise TextMissing
    complaint = _locked(complaint_id)
    government = complaint.government
    day = local_date(at, government.timezone)
    hours = policy.get("feedback.rights_hours", on=day, scope=government.code)
    request = RightsRequest.objects.create(
        complaint=complaint,
        kind=chosen.value,
        text=text.strip(),
        asked_at=at,
        due_at=at + timedelta(hours=hours),
    )
    _record(request, "asked", at, PUBLIC)
    _tell(
        request,
        gettext_noop("Somebody asks about their own data (report %(number)s). Answer by %(due)s."),
        "new",
    )
    return request


@transaction.atomic
def answer(
    *, request_id: int, text: str, by: Any, at: datetime, deletes_contact: bool = False
) -> RightsRequest:
    """Answer a request; with it the contact can be deleted.

    :raises TextMissing: if there are no words.
    :raises AlreadyAnswered: if it was answered before.
    """
    request = (
        RightsRequest.objects.select_for_update(of=("self",))
        .select_related("complaint__government", "complaint__unit")
        .get(pk=request_id)
    )
    if request.answered_at is not None:
        raise AlreadyAnswered
    if not text.strip():
        raise TextMissing
    request.answer, request.answered_by, request.answered_at = text.strip(), by, at
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    if deletes_contact:
        ComplaintContact.objects.filter(complaint=request.complaint).delete()
    _record(request, "answered", at, by, deletes_contact=deletes_contact)
    return request


def remind_overdue(*, now: datetime) -> int:
    """Tell the officers about requests whose hours are over, once; return how many."""
    late = RightsRequest.objects.filter(answered_at=None, overdue_told_at=None, due_at__lt=now)
    told = 0
    for request in late.select_related("complaint__government", "complaint__unit").order_by("due_at", "pk"):
        with transaction.atomic():
            if RightsRequest.objects.filter(pk=request.pk, overdue_told_at=None).update(overdue_told_at=now):
                _tell(
                    request,
                    gettext_noop(
                        "A request about own data (report %(number)s) was due on %(due)s and is open."
                    ),
                    "late",
                )
                told += 1
    return told


def _locked(complaint_id: int) -> Complaint:
    return (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("government", "unit")
        .get(pk=complaint_id)
    )


def _log(complaint: Complaint, kind: RightsKind, at: datetime) -> RightsRequest:
    """Note what was done at once, with its date."""
    request = RightsRequest.objects.create(
        complaint=complaint, kind=kind.value, asked_at=at, due_at=at, answered_at=at
    )
    _record(request, "done", at, PUBLIC)
    return request


def _record(request: RightsRequest, verb: str, at: datetime, by: Any, **data: Any) -> None:
    audit.record(
        f"feedback.rights.{verb}",
        target=request,
        by=by,
        scope=request.complaint.government.code,
        at=at,
        complaint=request.complaint_id,
        kind=request.kind,
        **data,
    )


def _tell(request: RightsRequest, text: str, key: str) -> None:
    complaint = request.complaint
    zone = complaint.government.timezone
    for user in selectors.people_to_tell(complaint.unit, local_date(request.asked_at, zone)):
        if not permissions.may_answer_rights(user, complaint):
            continue
        notify.send(
            user,
            text,
            url=reverse("feedback:rights-answer", args=[request.pk]),
            key=f"rights:{request.pk}:{key}:{user.pk}",
            number=complaint.number,
            due=local_date(request.due_at, zone).isoformat(),
        )
        stamps.bump(f"user:{user.pk}")
