"""What the reporter does, by number and secret word and never by an account."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_noop

from apps.core import audit, policy
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days, count_working_days
from apps.core.sequences import receipt_number
from apps.employees.models import WorkUnit

from ...labels import ComplaintChannel, ComplaintKind
from ...models import Complaint, ComplaintContact, Service
from ...rules.complaint_lifecycle import (
    ComplaintAction,
    ComplaintStatus,
    TransitionNotAllowed,
    is_open,
    next_status,
)
from .attachments import attach_drafts
from .keys import new_secret
from .steps import (
    PUBLIC,
    UnitCannotReceive,
    add_event,
    locked,
    move,
    new_due_on,
    restart_clock,
    tell_unit,
    wake_screens,
    words_of,
)


class ReopenTooLate(Exception):
    """Raised when the days for reopening are over, or a refusal was contested before."""


@transaction.atomic
def file_complaint(
    *,
    unit: WorkUnit,
    service: Service | None,
    kind: str,
    subject: str,
    body: str,
    is_anonymous: bool,
    is_secret: bool,
    contact: Mapping[str, Any] | None,
    at: datetime,
    is_suspicious: bool = False,
    has_no_author: bool = False,
    channel: str = "web",
    place: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    lapor_number: str = "",
    files: Sequence[str] = (),
    by: Any = None,
) -> tuple[Complaint, str]:
    """Take a complaint in and return it with its secret word, which is stored as a hash only.

    Three things are apart: `is_anonymous` keeps a contact from the unit and the public, `is_secret` the content,
    and with `has_no_author` there is no contact at all. `files` are tokens of a draft; `by` is the officer who
    typed for somebody.

    :raises UnitCannotReceive: if the unit no longer exists.
    :raises PdfNamesPeople: for a PDF in a report without an author.
    """
    if not unit.is_active:
        raise UnitCannotReceive
    government = unit.government
    received_on = local_date(at, government.timezone)
    secret = new_secret()
    complaint = Complaint.objects.create(
        government=government,
        unit=unit,
        service=service,
        number=receipt_number("ADU", government.code, received_on.year),
        secret_hash=make_password(secret),
        kind=ComplaintKind(kind).value,
        subject=subject.strip(),
        body=body.strip(),
        is_anonymous=is_anonymous or has_no_author,
        is_secret=is_secret,
        has_no_author=has_no_author,
        channel=ComplaintChannel(channel).value,
        place=place.strip()[:200],
        latitude=latitude,
        longitude=longitude,
        lapor_number=lapor_number.strip()[:40],
        received_at=at,
        due_on=new_due_on(government, kind, received_on),
        is_quarantined=is_suspicious,
    )
    if contact and not has_no_author:
        _keep_contact(complaint, contact)
    event = add_event(complaint, "file", at=at, by=by)
    attach_drafts(complaint, files, event, at)
    audit.record(
        "feedback.complaint.filed",
        target=complaint,
        by=by or PUBLIC,
        scope=government.code,
        at=at,
        kind=complaint.kind,
        unit=unit.pk,
        due_on=complaint.due_on,
    )
    wake_screens(complaint, at)
    if not is_suspicious:
        tell_unit(complaint, gettext_noop("New complaint %(number)s, to be answered by %(due)s."), at, "new")
    return complaint, secret


def _keep_contact(complaint: Complaint, contact: Mapping[str, Any]) -> None:
    given = {name: str(contact.get(name) or "").strip() for name in ("name", "phone", "email")}
    if any(given.values()):
        may_mail = bool(contact.get("may_mail")) and bool(given["email"])
        ComplaintContact.objects.create(complaint=complaint, may_mail=may_mail, **given)


@transaction.atomic
def citizen_reply(*, complaint_id: int, text: str, at: datetime) -> Complaint:
    """Add the reporter's words; if we had asked for them, the work and its clock go on.

    :raises TransitionNotAllowed: if the complaint is closed.
    :raises TextMissing: if there are no words.
    """
    complaint = locked(complaint_id)
    words = words_of(text)
    status = ComplaintStatus(complaint.status)
    if status is not ComplaintStatus.INCOMPLETE:
        if not is_open(status):
            raise TransitionNotAllowed(status, ComplaintAction.CITIZEN_REPLY)
        add_event(complaint, "message", text=words, at=at, by=None)
    else:
        government = complaint.government
        today = local_date(at, government.timezone)
        asked = complaint.events.filter(action=ComplaintAction.ASK_INFO.value).latest("at", "id")
        asked_on = local_date(asked.at, government.timezone)
        holidays = holidays_around(today, scope=government.code)
        # The clock rested while it was the reporter's turn.
        rested = count_working_days(asked_on, today, holidays)
        complaint.due_on = add_working_days(complaint.due_on, rested, holidays)
        move(complaint, ComplaintAction.CITIZEN_REPLY, text=words, at=at, by=None)
    tell_unit(complaint, gettext_noop("The reporter of complaint %(number)s has written."), at)
    return complaint


@transaction.atomic
def confirm(*, complaint_id: int, at: datetime) -> Complaint:
    """Close an answered complaint because its reporter says it is solved.

    :raises TransitionNotAllowed: if it is not answered.
    """
    complaint = locked(complaint_id)
    move(complaint, ComplaintAction.CONFIRM, at=at, by=None)
    tell_unit(complaint, gettext_noop("Complaint %(number)s was confirmed as solved."), at)
    return complaint


@transaction.atomic
def reopen(*, complaint_id: int, text: str, at: datetime) -> Complaint:
    """Start again because the reporter says it is not solved; a new clock runs from today.

    :raises TransitionNotAllowed: if it is not answered or closed.
    :raises ReopenTooLate: if it was closed too long ago, or was refused and contested before.
    :raises TextMissing: if there are no words.
    """
    complaint = locked(complaint_id)
    words = words_of(text)
    next_status(ComplaintStatus(complaint.status), ComplaintAction.REOPEN)
    government = complaint.government
    today = local_date(at, government.timezone)
    if not may_reopen(complaint, today):
        raise ReopenTooLate
    restart_clock(complaint, today)
    complaint.answered_at = None
    move(complaint, ComplaintAction.REOPEN, text=words, at=at, by=None)
    tell_unit(complaint, gettext_noop("Complaint %(number)s was reopened: not solved."), at)
    return complaint


def may_reopen(complaint: Complaint, today: date) -> bool:
    """Tell whether the reporter can still say "not solved": within the days given, and once after a
    refusal.
    """
    status = ComplaintStatus(complaint.status)
    if status is ComplaintStatus.ANSWERED:
        return True
    if is_open(status) or complaint.closed_at is None:
        return False
    government = complaint.government
    window = policy.get("feedback.reopen_days", on=today, scope=government.code)
    is_over = (today - local_date(complaint.closed_at, government.timezone)).days > window
    # Whoever is asked after four weeks can act on the answer.
    if (
        is_over
        and not complaint.check_backs.filter(closed_at=complaint.closed_at, open_until__gte=today).exists()
    ):
        return False
    refusals = complaint.events.filter(action=ComplaintAction.REJECT.value).count()
    return status is not ComplaintStatus.REJECTED or refusals < 2
