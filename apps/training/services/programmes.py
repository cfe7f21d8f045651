"""Programmes, their sessions, and who takes part. The seats of a session are never exceeded."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, Government

from .. import selectors
from ..models import Certificate, Enrolment, Programme, Session, Topic, TrainingNeed
from ..rules.enrolment_lifecycle import EnrolmentAction, EnrolmentStatus, TransitionNotAllowed, next_status
from ..rules.need_lifecycle import NeedAction, NeedStatus
from . import needs
from .certificates import CertificateNumberTaken, Learning, add_certificate, certify, verify_certificate

__all__ = [
    "AlreadyEnrolled",
    "CertificateNumberTaken",
    "Learning",
    "NeedOfSomebodyElse",
    "OtherGovernment",
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


class SessionFull(ValueError):
    """Raised when every seat is given away."""


class SessionOver(ValueError):
    """Raised when somebody is enrolled after the last day."""


class SessionNotOver(ValueError):
    """Raised when a certificate is given before the last day."""


class SessionNotBegun(ValueError):
    """Raised when somebody is marked absent before the first day."""


class AlreadyEnrolled(ValueError):
    """Raised when the person has a place in the session."""


class NeedOfSomebodyElse(ValueError):
    """Raised when the need that a place should answer belongs to somebody else."""


class OtherGovernment(ValueError):
    """Raised when the person works for another government than the programme's."""


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
) -> Programme:
    """Add a programme with its lesson hours and the topics it teaches."""
    programme = Programme.objects.create(
        government=government, name=name.strip(), kind=kind, jp=jp, organizer=organizer.strip()
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
) -> Session:
    """Add days and seats to a programme."""
    session = Session.objects.create(
        programme=programme, starts_on=starts_on, ends_on=ends_on, place=place.strip(), seats=seats
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
    locked = (
        Session.objects.select_for_update(of=("self",))
        .select_related("programme__government")
        .get(pk=session.pk)
    )
    programme = locked.programme
    if employee.government_id != programme.government_id:
        raise OtherGovernment
    if need is not None and need.employee_id != employee.pk:
        raise NeedOfSomebodyElse
    if locked.ends_on < local_date(at, programme.government.timezone):
        raise SessionOver
    earlier = Enrolment.objects.filter(session=locked, employee=employee).first()
    if earlier is not None and earlier.status != EnrolmentStatus.CANCELLED.value:
        raise AlreadyEnrolled
    if selectors.seats_taken(locked) >= locked.seats:
        raise SessionFull
    need = _locked_need(need, programme, employee)
    enrolment, _created = Enrolment.objects.update_or_create(
        session=locked,
        employee=employee,
        defaults={"need": need, "status": EnrolmentStatus.ENROLLED.value, "enrolled_at": at},
    )
    if need is not None and need.status in {NeedStatus.PROPOSED.value, NeedStatus.DECLINED.value}:
        needs.move_need(need_id=need.pk, action=NeedAction.PLAN, by=by, at=at, note="")
    _note("enrolled", enrolment, by, at)
    notify.send(
        employee.user,
        _ENROLLED,
        url=reverse("training:session-detail", args=[locked.pk]),
        name=programme.name,
        starts_on=f"{locked.starts_on:%d/%m/%Y}",
    )
    return enrolment


def _locked_need(need: TrainingNeed | None, programme: Programme, employee: Employee) -> TrainingNeed | None:
    rows = TrainingNeed.objects.select_for_update(of=("self",)).filter(employee=employee)
    if need is not None:
        return rows.get(pk=need.pk)
    return selectors.needs_open(rows).filter(topic__in=programme.topics.all()).first()


@transaction.atomic
def complete_enrolment(
    *, enrolment: Enrolment, certificate_number: str, by: Any, at: datetime
) -> Certificate:
    """Say that somebody took part; the certificate has the programme's hours and counts at once.

    :raises TransitionNotAllowed: if it is known already how it ended.
    :raises SessionNotOver: before the last day.
    :raises CertificateNumberTaken: if the person has a certificate of this number.
    """
    row = _locked(enrolment)
    status = next_status(EnrolmentStatus(row.status), EnrolmentAction.COMPLETE)
    session, programme = row.session, row.session.programme
    if session.ends_on > local_date(at, programme.government.timezone):
        raise SessionNotOver
    row.status = status.value
    row.save(update_fields=["status"])
    certificate = certify(
        enrolment=row,
        learning=Learning(
            name=programme.name,
            organizer=programme.organizer,
            kind=programme.kind,
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
    _note("completed", row, by, at)
    return certificate


@transaction.atomic
def mark_absent(*, enrolment: Enrolment, by: Any, at: datetime) -> Enrolment:
    """Say that somebody did not come; the need is open again.

    :raises TransitionNotAllowed: if it is known already how it ended.
    :raises SessionNotBegun: before the first day.
    """
    row = _locked(enrolment)
    status = next_status(EnrolmentStatus(row.status), EnrolmentAction.MISS)
    if row.session.starts_on > local_date(at, row.session.programme.government.timezone):
        raise SessionNotBegun
    return _give_up(row, status, by, at)


@transaction.atomic
def cancel_enrolment(*, enrolment: Enrolment, by: Any, at: datetime) -> Enrolment:
    """Take a place back; the seat is free and the need open again.

    :raises TransitionNotAllowed: if it is known already how it ended.
    """
    row = _locked(enrolment)
    _give_up(row, next_status(EnrolmentStatus(row.status), EnrolmentAction.CANCEL), by, at)
    notify.send(
        row.employee.user,
        _CANCELLED,
        url=reverse("training:session-detail", args=[row.session_id]),
        name=row.session.programme.name,
        starts_on=f"{row.session.starts_on:%d/%m/%Y}",
    )
    return row


def _locked(enrolment: Enrolment) -> Enrolment:
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("session__programme__government", "employee__user", "employee__government", "need")
        .get(pk=enrolment.pk)
    )


def _give_up(row: Enrolment, status: EnrolmentStatus, by: Any, at: datetime) -> Enrolment:
    row.status = status.value
    row.save(update_fields=["status"])
    elsewhere = Enrolment.objects.filter(need=row.need_id, status=EnrolmentStatus.ENROLLED.value)
    if (
        row.need is not None
        and row.need.status == NeedStatus.PLANNED.value
        and not elsewhere.exclude(pk=row.pk).exists()
    ):
        needs.move_need(need_id=row.need.pk, action=NeedAction.RELEASE, by=by, at=at)
    _note(status.value, row, by, at)
    return row


def _note(verb: str, enrolment: Enrolment, by: Any, at: datetime) -> None:
    employee, government = enrolment.employee, enrolment.session.programme.government
    audit.record(
        f"training.enrolment.{verb}",
        target=enrolment,
        by=account_of(by),
        scope=government.code,
        at=at,
        session=enrolment.session_id,
        employee=employee.pk,
    )
    day = local_date(at, government.timezone)
    stamps.bump(*stamp_names(employee, people.appraiser_on(employee, day)))
