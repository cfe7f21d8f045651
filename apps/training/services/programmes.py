"""Programmes, their sessions, and who takes part. The seats of a session are never exceeded."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of
from apps.core import audit, notify
from apps.core.localtime import local_date
from apps.employees.models import Employee, Government

from ..models import Certificate, Enrolment, LearningForm, Programme, Session, Topic, TrainingNeed
from ..rules.completion import Obstacle
from ..rules.enrolment_lifecycle import (
    SEATED,
    EnrolmentAction,
    EnrolmentStatus,
    TransitionNotAllowed,
    next_status,
)
from ..rules.need_lifecycle import NeedAction
from ..selectors.sessions import progress_of
from . import needs, seats
from .certificates import (
    CertificateNumberTaken,
    Learning,
    OwnCertificate,
    add_certificate,
    certify,
    verify_certificate,
)
from .seats import AlreadyEnrolled, NeedOfSomebodyElse, OtherGovernment, SessionFull, SessionOver

__all__ = [
    "AlreadyEnrolled",
    "CertificateNumberTaken",
    "Learning",
    "NeedOfSomebodyElse",
    "NotCompleted",
    "OtherGovernment",
    "OwnCertificate",
    "SessionFull",
    "SessionNotBegun",
    "SessionNotOver",
    "SessionOver",
    "TransitionNotAllowed",
    "add_certificate",
    "add_programme",
    "add_session",
    "cancel_enrolment",
    "complete_enrolment",
    "enrol",
    "mark_absent",
    "verify_certificate",
]

_ENROLLED = gettext_noop("You have a place in “%(name)s”, starting %(starts_on)s.")
_CANCELLED = gettext_noop("Your place in “%(name)s” (%(starts_on)s) was taken back.")


class SessionNotOver(ValueError):
    """Raised when a certificate is given before the last day."""


class SessionNotBegun(ValueError):
    """Raised when somebody is marked absent before the first day."""


class NotCompleted(ValueError):
    """Raised when somebody lacks days or the learning check; `missing` says what."""

    def __init__(self, missing: Sequence[Obstacle]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@transaction.atomic
def add_programme(
    *,
    government: Government,
    name: str,
    kind: str,
    topics: Iterable[Topic],
    jp: Decimal,
    organizer: str,
    by: Any,
    at: datetime,
    form: LearningForm | None = None,
    amount: Decimal | None = None,
) -> Programme:
    """Add a programme with its lesson hours and the topics it teaches; the kind follows from the form, if there is
    one.
    """
    programme = Programme.objects.create(
        government=government,
        name=name.strip(),
        kind=form.kind if form is not None else kind,
        form=form,
        jp=jp,
        amount=amount,
        organizer=organizer.strip(),
    )
    programme.topics.set(topics)
    audit.record(
        "training.programme.added",
        target=programme,
        by=account_of(by),
        scope=government.code,
        at=at,
        jp=jp,
    )
    return programme


@transaction.atomic
def add_session(
    *,
    programme: Programme,
    starts_on: date,
    ends_on: date,
    place: str,
    seats: int,
    by: Any,
    at: datetime,
    begins: time | None = None,
    ends: time | None = None,
    takes_attendance: bool = False,
) -> Session:
    """Add days and seats to a programme."""
    session = Session.objects.create(
        programme=programme,
        starts_on=starts_on,
        ends_on=ends_on,
        place=place.strip(),
        seats=seats,
        begins=begins,
        ends=ends,
        takes_attendance=takes_attendance,
    )
    audit.record(
        "training.session.added",
        target=session,
        by=account_of(by),
        scope=programme.government.code,
        at=at,
        programme=programme.pk,
        seats=seats,
    )
    return session


@transaction.atomic
def enrol(
    *, session: Session, employee: Employee, by: Any, at: datetime, need: TrainingNeed | None = None
) -> Enrolment:
    """Give somebody a seat, perhaps in answer to a need, which is planned then.

    Without a named need, an open one of the person that the programme teaches is taken.

    :raises SessionFull: if no seat is left; the session's row is locked, so parallel calls queue.
    :raises SessionOver: after its last day.
    :raises AlreadyEnrolled: if the person has a place.
    :raises OtherGovernment: if the person works for another government.
    :raises NeedOfSomebodyElse: if the need is another person's.
    """
    locked = seats.locked_session(session.pk)
    seats.check_person(locked, employee, need, at)
    earlier = Enrolment.objects.filter(session=locked, employee=employee).first()
    if earlier is not None and earlier.status in SEATED:
        raise AlreadyEnrolled
    if seats.free_seats(locked) <= 0:
        raise SessionFull
    enrolment, _created = Enrolment.objects.update_or_create(
        session=locked,
        employee=employee,
        defaults={
            "need": seats.need_for(locked, employee, need),
            "status": EnrolmentStatus.ENROLLED.value,
            "enrolled_at": at,
        },
    )
    seats.plan_need(enrolment, by, at)
    seats.note("enrolled", enrolment, by, at)
    notify.send(
        employee.user,
        _ENROLLED,
        url=reverse("training:session-detail", args=[locked.pk]),
        name=locked.programme.name,
        starts_on=f"{locked.starts_on:%d/%m/%Y}",
    )
    return enrolment


@transaction.atomic
def complete_enrolment(
    *, enrolment: Enrolment, certificate_number: str, by: Any, at: datetime
) -> Certificate:
    """Say that somebody took part; the certificate has the programme's hours and counts at once.

    :raises TransitionNotAllowed: if it is known already how it ended.
    :raises SessionNotOver: before the last day.
    :raises OwnCertificate: if the participant is the one who says so.
    :raises NotCompleted: if the person attended too little or has not passed the learning check.
    :raises CertificateNumberTaken: if the person has a certificate of this number.
    """
    row = seats.locked_enrolment(enrolment)
    status = next_status(EnrolmentStatus(row.status), EnrolmentAction.COMPLETE)
    session, programme = row.session, row.session.programme
    if session.ends_on > local_date(at, programme.government.timezone):
        raise SessionNotOver
    account = account_of(by)
    if account is not None and account == row.employee.user:
        raise OwnCertificate
    missing = progress_of(session, [row])[row.pk].missing
    if missing:
        raise NotCompleted(missing)
    row.status = status.value
    row.save(update_fields=["status"])
    certificate = certify(
        enrolment=row,
        learning=Learning(
            name=programme.name,
            organizer=programme.organizer,
            kind=programme.kind,
            form=programme.form,
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            jp=programme.jp,
            number=certificate_number,
        ),
        by=by,
        at=at,
    )
    if row.need is not None and row.need.is_open:
        needs.move_need(need_id=row.need.pk, action=NeedAction.FULFIL, by=by, at=at)
    seats.note("completed", row, by, at)
    return certificate


@transaction.atomic
def mark_absent(*, enrolment: Enrolment, by: Any, at: datetime) -> Enrolment:
    """Say that somebody did not come; the need is open again.

    :raises TransitionNotAllowed: if it is known already how it ended.
    :raises SessionNotBegun: before the first day.
    """
    row = seats.locked_enrolment(enrolment)
    status = next_status(EnrolmentStatus(row.status), EnrolmentAction.MISS)
    if row.session.starts_on > local_date(at, row.session.programme.government.timezone):
        raise SessionNotBegun
    return seats.give_up(row, status, by, at)


@transaction.atomic
def cancel_enrolment(*, enrolment: Enrolment, by: Any, at: datetime) -> Enrolment:
    """Take a place back; whoever waits longest gets the seat, and the need is open again.

    :raises TransitionNotAllowed: if it is known already how it ended.
    """
    row = seats.locked_enrolment(enrolment)
    seats.give_up(row, next_status(EnrolmentStatus(row.status), EnrolmentAction.CANCEL), by, at)
    notify.send(
        row.employee.user,
        _CANCELLED,
        url=reverse("training:session-detail", args=[row.session_id]),
        name=row.session.programme.name,
        starts_on=f"{row.session.starts_on:%d/%m/%Y}",
    )
    return row
