"""The life of a complaint, one function per verb. The state table is `rules/complaint_lifecycle.py`.

What the reporter does goes by number and secret word, never by an account. Only the reporter, or the lapse
of the
days given to them, closes an answered complaint.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days, count_working_days
from apps.core.sequences import CROCKFORD, receipt_number
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from .. import selectors
from ..labels import ComplaintKind, RejectReason
from ..models import Complaint, ComplaintContact, ComplaintEvent, Service
from ..rules import complaint_clock
from ..rules.complaint_lifecycle import (
    ComplaintAction,
    ComplaintStatus,
    TransitionNotAllowed,
    clock_runs,
    is_open,
    next_status,
)

__all__ = ["TransitionNotAllowed"]

PUBLIC = "public"
SECRET_LENGTH = 10


class UnitCannotReceive(ValueError):
    """Raised when a complaint is sent to a closed unit, or to one of another government."""


class NoContact(LookupError):
    """Raised when there is no contact to open: none was given, or the report is anonymous."""


class ReopenTooLate(Exception):
    """Raised when the days for reopening are over, or a refusal was contested before."""


class TextMissing(ValueError):
    """Raised when a verb that needs words got none."""


# --- the reporter's key


def new_secret() -> str:
    """Return a secret word: ten characters that cannot be mistaken for each other when read aloud."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(SECRET_LENGTH))


def spoken(secret: str) -> str:
    """Return the secret word in two groups, as it is shown."""
    return f"{secret[:5]}-{secret[5:]}"


def normalize_secret(text: str) -> str:
    """Return what somebody typed as it was made: capital letters, no separators, look-alikes corrected."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    return plain.translate(str.maketrans("OILU", "011V"))


@cache
def _nobody() -> str:
    return make_password(new_secret())


def find_by_secret(*, number: str, secret: str) -> Complaint | None:
    """Return the complaint with this number if the secret word fits.

    A wrong number takes as long as a wrong word, so that numbers cannot be tried out.
    """
    complaint = Complaint.objects.filter(number=number.strip().upper().replace(" ", "")).first()
    fits = check_password(normalize_secret(secret), complaint.secret_hash if complaint else _nobody())
    return complaint if fits else None


# --- the citizen


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
    contact: Mapping[str, str] | None,
    at: datetime,
    is_suspicious: bool = False,
) -> tuple[Complaint, str]:
    """Take a complaint in and return it with its secret word, which is stored as a hash only.

    A contact is kept only if the reporter did not choose to be anonymous: what is not stored cannot leak.

    :raises UnitCannotReceive: if the unit no longer exists.
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
        is_anonymous=is_anonymous,
        is_secret=is_secret,
        received_at=at,
        due_on=_due_on(government, kind, received_on),
        is_quarantined=is_suspicious,
    )
    given = {name: value.strip() for name, value in (contact or {}).items() if value.strip()}
    if given and not is_anonymous:
        ComplaintContact.objects.create(complaint=complaint, **given)
    _note(complaint, "file", at=at, by=None)
    audit.record(
        "feedback.complaint.filed",
        target=complaint,
        by=PUBLIC,
        scope=government.code,
        at=at,
        kind=complaint.kind,
        unit=unit.pk,
        due_on=complaint.due_on,
    )
    if not is_suspicious:
        _tell_unit(complaint, gettext_noop("New complaint %(number)s, to be answered by %(due)s."), at, "new")
    return complaint, secret


@transaction.atomic
def citizen_reply(*, complaint_id: int, text: str, at: datetime) -> Complaint:
    """Add the reporter's words; if we had asked for them, the work and its clock go on.

    :raises TransitionNotAllowed: if the complaint is closed.
    :raises TextMissing: if there are no words.
    """
    complaint = _locked(complaint_id)
    words = _words(text)
    status = ComplaintStatus(complaint.status)
    if status is not ComplaintStatus.INCOMPLETE:
        if not is_open(status):
            raise TransitionNotAllowed(status, ComplaintAction.CITIZEN_REPLY)
        _note(complaint, "message", text=words, at=at, by=None)
    else:
        government = complaint.government
        today = local_date(at, government.timezone)
        asked = complaint.events.filter(action=ComplaintAction.ASK_INFO.value).latest("at", "id")
        asked_on = local_date(asked.at, government.timezone)
        holidays = holidays_around(today, scope=government.code)
        # The clock rested while it was the reporter's turn.
        rested = count_working_days(asked_on, today, holidays)
        complaint.due_on = add_working_days(complaint.due_on, rested, holidays)
        _move(complaint, ComplaintAction.CITIZEN_REPLY, text=words, at=at, by=None)
    _tell_unit(complaint, gettext_noop("The reporter of complaint %(number)s has written."), at)
    return complaint


@transaction.atomic
def confirm(*, complaint_id: int, at: datetime) -> Complaint:
    """Close an answered complaint because its reporter says it is solved.

    :raises TransitionNotAllowed: if it is not answered.
    """
    complaint = _locked(complaint_id)
    _move(complaint, ComplaintAction.CONFIRM, at=at, by=None)
    _tell_unit(complaint, gettext_noop("Complaint %(number)s was confirmed as solved."), at)
    return complaint


@transaction.atomic
def reopen(*, complaint_id: int, text: str, at: datetime) -> Complaint:
    """Start again because the reporter says it is not solved; a new clock runs from today.

    :raises TransitionNotAllowed: if it is not answered or closed.
    :raises ReopenTooLate: if it was closed too long ago, or was refused and contested before.
    :raises TextMissing: if there are no words.
    """
    complaint = _locked(complaint_id)
    words = _words(text)
    next_status(ComplaintStatus(complaint.status), ComplaintAction.REOPEN)
    government = complaint.government
    today = local_date(at, government.timezone)
    if not may_reopen(complaint, today):
        raise ReopenTooLate
    complaint.due_on = _due_on(government, complaint.kind, today)
    complaint.escalated_at = None
    complaint.answered_at = None
    _move(complaint, ComplaintAction.REOPEN, text=words, at=at, by=None)
    _tell_unit(complaint, gettext_noop("Complaint %(number)s was reopened: not solved."), at)
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
    if (today - local_date(complaint.closed_at, government.timezone)).days > window:
        return False
    refusals = complaint.events.filter(action=ComplaintAction.REJECT.value).count()
    return status is not ComplaintStatus.REJECTED or refusals < 2


# --- the office


@transaction.atomic
def start(*, complaint_id: int, by: Any, at: datetime) -> Complaint:
    """Begin to handle a complaint.

    :raises TransitionNotAllowed: if that does not fit its status.
    """
    complaint = _locked(complaint_id)
    _move(complaint, ComplaintAction.START, at=at, by=by)
    return complaint


@transaction.atomic
def ask_info(*, complaint_id: int, text: str, by: Any, at: datetime) -> Complaint:
    """Ask the reporter for something; our clock rests, theirs begins.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises TextMissing: if there is no question.
    """
    complaint = _locked(complaint_id)
    complaint.reply_by = _reply_by(complaint, at)
    _move(complaint, ComplaintAction.ASK_INFO, text=_words(text), at=at, by=by)
    return complaint


@transaction.atomic
def forward(*, complaint_id: int, to_unit: WorkUnit, text: str, by: Any, at: datetime) -> Complaint:
    """Pass a complaint on to the unit that is competent; the reporter sees its name.

    If the policy says so, and the complaint is still in time, the receiver gets a new clock.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises UnitCannotReceive: if the unit is the present one, is closed, or belongs to another government.
    """
    complaint = _locked(complaint_id)
    if (
        to_unit.pk == complaint.unit_id
        or not to_unit.is_active
        or to_unit.government_id != complaint.government_id
    ):
        raise UnitCannotReceive
    government = complaint.government
    today = local_date(at, government.timezone)
    before = complaint.unit_id
    # A late complaint does not become timely by being handed around.
    if today <= complaint.due_on and policy.get(
        "feedback.forward_restarts_clock", on=today, scope=government.code
    ):
        complaint.due_on = _due_on(government, complaint.kind, today)
    complaint.unit = to_unit
    _move(
        complaint, ComplaintAction.FORWARD, text=text.strip(), to_unit=to_unit, at=at, by=by, from_unit=before
    )
    _tell_unit(complaint, gettext_noop("Complaint %(number)s was passed on to your unit."), at)
    stamps.bump(f"unit:{before}")
    return complaint


@transaction.atomic
def answer(*, complaint_id: int, text: str, by: Any, at: datetime) -> Complaint:
    """Answer the reporter, who now says whether it is solved.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises TextMissing: if there is no answer.
    """
    complaint = _locked(complaint_id)
    complaint.answered_at = at
    complaint.reply_by = _reply_by(complaint, at)
    _move(complaint, ComplaintAction.ANSWER, text=_words(text), at=at, by=by)
    return complaint


@transaction.atomic
def reject(*, complaint_id: int, reason_code: str, text: str, by: Any, at: datetime) -> Complaint:
    """Refuse a complaint with a reason that the reporter sees and may contest once.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises TextMissing: if the reason is not explained.
    """
    complaint = _locked(complaint_id)
    code = RejectReason(reason_code).value
    _move(complaint, ComplaintAction.REJECT, text=_words(text), reason_code=code, at=at, by=by)
    return complaint


@transaction.atomic
def add_note(*, complaint_id: int, text: str, by: Any, at: datetime) -> ComplaintEvent:
    """Write something for colleagues only.

    :raises TextMissing: if there are no words.
    """
    complaint = _locked(complaint_id)
    event = _note(complaint, "note", text=_words(text), is_public=False, at=at, by=by)
    _record(complaint, "noted", by=by, at=at)
    return event


@transaction.atomic
def open_contact(*, complaint_id: int, reason: str, by: Any, at: datetime) -> ComplaintContact:
    """Return how to reach the reporter, and keep on record who looked and why.

    :raises NoContact: if none was given, or the report is anonymous.
    :raises TextMissing: if no reason is given.
    """
    complaint = _locked(complaint_id)
    words = _words(reason)
    contact = ComplaintContact.objects.filter(complaint=complaint).first()
    if contact is None or complaint.is_anonymous:
        raise NoContact
    _note(complaint, "contact", text=words, is_public=False, at=at, by=by)
    _record(complaint, "contact_opened", by=by, at=at)
    return contact


@transaction.atomic
def release(*, complaint_id: int, by: Any, at: datetime) -> Complaint:
    """Take a complaint out of the spam folder after a person has read it."""
    complaint = _locked(complaint_id)
    if complaint.is_quarantined:
        complaint.is_quarantined = False
        complaint.save(update_fields=["is_quarantined"])
        _note(complaint, "release", is_public=False, at=at, by=by)
        _record(complaint, "released", by=by, at=at)
        _tell_unit(complaint, gettext_noop("New complaint %(number)s, to be answered by %(due)s."), at, "new")
    return complaint


# --- the schedule


def lapse_due(*, now: datetime) -> int:
    """Close what waited for its reporter beyond the days given; return how many."""
    waiting = Complaint.objects.filter(
        status__in=[ComplaintStatus.ANSWERED.value, ComplaintStatus.INCOMPLETE.value],
        reply_by__lte=now.date(),
    ).select_related("government")
    closed = 0
    for complaint in waiting.order_by("reply_by", "id"):
        if local_date(now, complaint.government.timezone) > complaint.reply_by:
            closed += _lapse(complaint.pk, complaint.reply_by, now)
    return closed


@transaction.atomic
def _lapse(complaint_id: int, seen_reply_by: date, now: datetime) -> int:
    complaint = _locked(complaint_id)
    if complaint.reply_by != seen_reply_by:
        return 0
    _move(complaint, ComplaintAction.LAPSE, at=now, by=None, actor=audit.SYSTEM)
    return 1


def escalate_due(*, now: datetime) -> int:
    """Tell the superior unit about every overdue complaint, once per clock; return how many."""
    running = [status.value for status in ComplaintStatus if clock_runs(status)]
    late = Complaint.objects.filter(
        status__in=running, escalated_at__isnull=True, is_quarantined=False, due_on__lte=now.date()
    ).select_related("government")
    told = 0
    for complaint in late.order_by("due_on", "id"):
        if local_date(now, complaint.government.timezone) > complaint.due_on:
            told += _escalate(complaint.pk, now)
    return told


@transaction.atomic
def _escalate(complaint_id: int, now: datetime) -> int:
    complaint = _locked(complaint_id)
    if complaint.escalated_at is not None or not clock_runs(ComplaintStatus(complaint.status)):
        return 0
    today = local_date(now, complaint.government.timezone)
    complaint.escalated_at = now
    complaint.save(update_fields=["escalated_at"])
    _note(complaint, "escalate", at=now, by=None)
    _record(complaint, "escalated", by=None, at=now, due_on=complaint.due_on)
    superior = _head_above(complaint.unit, today)
    people = selectors.people_to_tell(complaint.unit, today) + ([superior.user] if superior else [])
    for user in {user.pk: user for user in people if user is not None}.values():
        notify.send(
            user,
            gettext_noop("Complaint %(number)s is past its date (%(due)s) and still open."),
            url=_inside_url(complaint),
            key=f"complaint:{complaint.pk}:late:{complaint.due_on}:{user.pk}",
            number=complaint.number,
            due=complaint.due_on.isoformat(),
        )
        stamps.bump(f"user:{user.pk}")
    return 1


def _head_above(unit: WorkUnit, day: date) -> Any:
    """Return the head of the nearest unit above that has one."""
    for above in selectors.ancestors_and_self(unit).exclude(pk=unit.pk).order_by("-path"):
        head = organization.head_on(above, day)
        if head is not None and head.user is not None:
            return head
    return None


# --- helpers


def _locked(complaint_id: int) -> Complaint:
    return (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("government", "unit", "unit__government")
        .get(pk=complaint_id)
    )


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise TextMissing
    return words


def _due_on(government: Any, kind: str, day: date) -> date:
    return complaint_clock.due_on(
        day,
        complaint_clock.ComplaintKind(kind),
        holidays_around(day, scope=government.code),
        policy.get("feedback.complaint_days", on=day, scope=government.code),
    )


def _reply_by(complaint: Complaint, at: datetime) -> date:
    government = complaint.government
    today = local_date(at, government.timezone)
    return complaint_clock.reply_until(
        today,
        holidays_around(today, scope=government.code),
        policy.get("feedback.reply_days", on=today, scope=government.code),
    )


def _move(
    complaint: Complaint,
    action: ComplaintAction,
    *,
    at: datetime,
    by: Any,
    text: str = "",
    actor: str = PUBLIC,
    reason_code: str = "",
    to_unit: WorkUnit | None = None,
    **data: Any,
) -> None:
    """Apply one action of the state table: status, event, trail, live screens."""
    status = next_status(ComplaintStatus(complaint.status), action)
    complaint.status = status.value
    if status not in {ComplaintStatus.INCOMPLETE, ComplaintStatus.ANSWERED}:
        complaint.reply_by = None
    complaint.closed_at = None if is_open(status) else at
    complaint.save()
    _note(complaint, action.value, text=text, reason_code=reason_code, to_unit=to_unit, at=at, by=by)
    if to_unit is not None:
        data["to_unit"] = to_unit.pk
    if reason_code:
        data["reason"] = reason_code
    _record(complaint, _PAST[action], by=by or actor, at=at, status=status.value, **data)


_PAST = {
    ComplaintAction.ASK_INFO: "info_asked",
    ComplaintAction.CITIZEN_REPLY: "replied",
    ComplaintAction.FORWARD: "forwarded",
    ComplaintAction.START: "started",
    ComplaintAction.ANSWER: "answered",
    ComplaintAction.CONFIRM: "confirmed",
    ComplaintAction.LAPSE: "lapsed",
    ComplaintAction.REJECT: "rejected",
    ComplaintAction.REOPEN: "reopened",
}


def _record(complaint: Complaint, verb: str, *, by: Any, at: datetime, **data: Any) -> None:
    scope = complaint.government.code
    audit.record(f"feedback.complaint.{verb}", target=complaint, by=by, scope=scope, at=at, **data)
    today = local_date(at, complaint.government.timezone)
    stamps.bump(
        f"unit:{complaint.unit_id}",
        *(f"user:{user.pk}" for user in selectors.people_to_tell(complaint.unit, today)),
    )


def _note(
    complaint: Complaint,
    action: str,
    *,
    at: datetime,
    by: Any,
    text: str = "",
    is_public: bool = True,
    reason_code: str = "",
    to_unit: WorkUnit | None = None,
) -> ComplaintEvent:
    return ComplaintEvent.objects.create(
        complaint=complaint,
        action=action,
        status_after=complaint.status,
        text=text,
        reason_code=reason_code,
        to_unit=to_unit,
        is_public=is_public,
        by=by,
        at=at,
    )


def _tell_unit(complaint: Complaint, text: str, at: datetime, key: str = "") -> None:
    today = local_date(at, complaint.government.timezone)
    for user in selectors.people_to_tell(complaint.unit, today):
        notify.send(
            user,
            text,
            url=_inside_url(complaint),
            key=f"complaint:{complaint.pk}:{key}:{complaint.unit_id}:{user.pk}" if key else None,
            number=complaint.number,
            due=complaint.due_on.isoformat(),
        )
        stamps.bump(f"user:{user.pk}")


def _inside_url(complaint: Complaint) -> str:
    return reverse("feedback:complaint-detail", args=[complaint.pk])
