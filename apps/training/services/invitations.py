"""Invitations, answers and the waiting list. A seat is given to whoever accepts first; later ones wait in order."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import notify
from apps.core.localtime import local_date
from apps.core.models import Notification
from apps.employees.alike import alike
from apps.employees.models import Employee

from ..models import Enrolment, Session, TrainingNeed
from ..rules.enrolment_lifecycle import (
    EnrolmentAction,
    EnrolmentStatus,
    TransitionNotAllowed,
    next_status,
)
from . import seats
from .seats import AlreadyEnrolled, NeedOfSomebodyElse, OtherGovernment, SessionOver

__all__ = [
    "AlreadyEnrolled",
    "NeedOfSomebodyElse",
    "OtherGovernment",
    "ReasonMissing",
    "SessionBegun",
    "SessionOver",
    "TransitionNotAllowed",
    "accept_invitation",
    "decline_place",
    "invite",
    "lapse_due",
    "queue",
    "remind_due",
]

_INVITED = gettext_noop("You are invited to “%(name)s”, starting %(starts_on)s. Please say whether you come.")
_REMINDER = gettext_noop("Please answer the invitation to “%(name)s”: it starts on %(starts_on)s.")
_TOMORROW = gettext_noop("“%(name)s” starts on %(starts_on)s. Place: %(place)s")
_WAITING = gettext_noop(
    "All seats of “%(name)s” are taken. You are on the waiting list and get a message when a seat is free."
)


class SessionBegun(ValueError):
    """Raised when somebody answers or gives a place back after the first day."""


class ReasonMissing(ValueError):
    """Raised when somebody declines without a reason."""


@transaction.atomic
def invite(
    *, session: Session, employee: Employee, by: Any, at: datetime, need: TrainingNeed | None = None
) -> Enrolment:
    """Ask somebody to come; no seat is kept for them until they accept.

    :raises AlreadyEnrolled: if the person is invited, waits or has a seat.
    :raises SessionOver: after its last day.
    :raises OtherGovernment: if the person works for another government.
    :raises NeedOfSomebodyElse: if the need is another person's.
    """
    row = _enter(session, employee, EnrolmentStatus.INVITED, need, at)
    seats.note("invited", row, by, at)
    _tell(row, _INVITED)
    return row


@transaction.atomic
def queue(
    *, session: Session, employee: Employee, by: Any, at: datetime, need: TrainingNeed | None = None
) -> Enrolment:
    """Put somebody on the waiting list; if a seat is free, they have it at once.

    :raises AlreadyEnrolled: if the person is invited, waits or has a seat.
    :raises SessionOver: after its last day.
    :raises OtherGovernment: if the person works for another government.
    :raises NeedOfSomebodyElse: if the need is another person's.
    """
    row = _enter(session, employee, EnrolmentStatus.WAITING, need, at)
    return _wait(row, by, at)


def _enter(
    session: Session, employee: Employee, status: EnrolmentStatus, need: TrainingNeed | None, at: datetime
) -> Enrolment:
    locked = seats.locked_session(session.pk)
    seats.check_person(locked, employee, need, at)
    earlier = Enrolment.objects.filter(session=locked, employee=employee).first()
    if earlier is not None:
        action = EnrolmentAction.INVITE_AGAIN if status is EnrolmentStatus.INVITED else EnrolmentAction.QUEUE
        try:
            next_status(EnrolmentStatus(earlier.status), action)
        except TransitionNotAllowed as error:
            raise AlreadyEnrolled from error
    row, _created = Enrolment.objects.update_or_create(
        session=locked,
        employee=employee,
        defaults={
            "need": seats.need_for(locked, employee, need),
            "status": status.value,
            "enrolled_at": at,
            "waiting_since": at if status is EnrolmentStatus.WAITING else None,
        },
    )
    return row


def _wait(row: Enrolment, by: Any, at: datetime) -> Enrolment:
    seats.note("waiting", row, by, at)
    if row in seats.move_up(row.session, at=at):
        row.refresh_from_db()
    else:
        _tell(row, _WAITING)
    return row


@transaction.atomic
def accept_invitation(*, enrolment: Enrolment, by: Any, at: datetime) -> Enrolment:
    """Say that one comes: a seat if there is one, else a place at the end of the waiting list.

    :raises TransitionNotAllowed: if the invitation was answered or taken back.
    :raises SessionBegun: after the first day.
    """
    row = seats.locked_enrolment(enrolment)
    _before_the_end_of_the_first_day(row, at)
    if seats.free_seats(row.session) <= 0:
        row.status = next_status(EnrolmentStatus(row.status), EnrolmentAction.QUEUE).value
        row.waiting_since = at
        row.save(update_fields=["status", "waiting_since"])
        return _wait(row, by, at)
    row.status = next_status(EnrolmentStatus(row.status), EnrolmentAction.ACCEPT).value
    row.enrolled_at = at
    row.save(update_fields=["status", "enrolled_at"])
    seats.plan_need(row, by, at)
    seats.note("accepted", row, by, at)
    return row


@transaction.atomic
def decline_place(*, enrolment: Enrolment, reason: str, by: Any, at: datetime) -> Enrolment:
    """Say that one does not come, and why; a seat goes to whoever waits longest.

    :raises ReasonMissing: without a reason.
    :raises TransitionNotAllowed: if there is no invitation, waiting or seat to give back.
    :raises SessionBegun: after the first day.
    """
    if not reason.strip():
        raise ReasonMissing
    row = seats.locked_enrolment(enrolment)
    status = next_status(EnrolmentStatus(row.status), EnrolmentAction.DECLINE)
    _before_the_end_of_the_first_day(row, at)
    row.decline_reason = reason.strip()
    return seats.give_up(row, status, by, at)


def _before_the_end_of_the_first_day(row: Enrolment, at: datetime) -> None:
    if row.session.starts_on < local_date(at, row.session.programme.government.timezone):
        raise SessionBegun


def _tell(row: Enrolment, text: str, *, key: str | None = None, **more: str) -> Notification | None:
    session = row.session
    return notify.send(
        row.employee.user,
        text,
        url=reverse("training:session-detail", args=[session.pk]),
        key=key,
        name=session.programme.name,
        starts_on=f"{session.starts_on:%d/%m/%Y}",
        **more,
    )


# --- the schedule


def remind_due(*, now: datetime) -> int:
    """Remind who has not answered some days before, and who has a seat the day before; each once."""
    sent = 0
    for group in alike(now, "training.invitation_reminder_days"):
        today, (days,) = group.today, group.values
        rows = Enrolment.objects.filter(
            session__programme__government__in=group.ids, employee__is_active=True
        ).select_related("session__programme", "employee__user")
        unanswered = rows.filter(
            status=EnrolmentStatus.INVITED,
            session__starts_on__range=(today, today + timedelta(days=days)),
        )
        seated = rows.filter(
            status=EnrolmentStatus.ENROLLED, session__starts_on__range=(today, today + timedelta(days=1))
        )
        due = {f"invitation-reminder:{row.pk}:{row.session.starts_on}": row for row in unanswered}
        due |= {f"session-reminder:{row.pk}:{row.session.starts_on}": row for row in seated}
        # The schedule looks every few seconds: what was sent is found with one query.
        known = set(Notification.objects.filter(key__in=due).values_list("key", flat=True))
        for key, row in due.items():
            if key in known:
                continue
            if row.status == EnrolmentStatus.INVITED:
                sent += _tell(row, _REMINDER, key=key) is not None
            else:
                sent += _tell(row, _TOMORROW, key=key, place=row.session.place or "-") is not None
    return sent


def lapse_due(*, now: datetime) -> int:
    """End invitations and waiting once a session is over, so that the needs behind them are open again."""
    ended = 0
    for group in alike(now):
        rows = Enrolment.objects.filter(
            session__programme__government__in=group.ids,
            session__ends_on__lt=group.today,
            status__in=[EnrolmentStatus.INVITED, EnrolmentStatus.WAITING],
        )
        for row in rows.order_by("pk"):
            ended += _lapse(row, now)
    return ended


@transaction.atomic
def _lapse(enrolment: Enrolment, now: datetime) -> bool:
    row = seats.locked_enrolment(enrolment)
    if row.status not in {EnrolmentStatus.INVITED, EnrolmentStatus.WAITING}:
        return False
    seats.give_up(row, EnrolmentStatus.CANCELLED, None, now)
    return True
