"""The seats of a session: who gets one, and who moves up. Each verb locks the session first: all queue there."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee

from .. import selectors
from ..models import Enrolment, Session, TrainingNeed
from ..rules.enrolment_lifecycle import EnrolmentAction, EnrolmentStatus, next_status
from ..rules.need_lifecycle import NeedAction, NeedStatus
from ..selectors.sessions import waiting_in
from . import needs

_MOVED_UP = gettext_noop("A seat is free: you have a place in “%(name)s”, starting %(starts_on)s.")


class SessionFull(ValueError):
    """Raised when every seat is given away."""


class SessionOver(ValueError):
    """Raised when somebody is enrolled after the last day."""


class SessionCancelled(SessionOver):
    """Raised when somebody is enrolled in a session that does not take place."""


class AlreadyEnrolled(ValueError):
    """Raised when the person has a place in the session."""


class NeedOfSomebodyElse(ValueError):
    """Raised when the need that a place should answer belongs to somebody else."""


class OtherGovernment(ValueError):
    """Raised when the person works for another government than the programme's."""


def locked_session(pk: int) -> Session:
    """Return a session that nobody else can seat people in until the transaction ends."""
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("programme__government", "programme__form")
        .get(pk=pk)
    )


def locked_enrolment(enrolment: Enrolment) -> Enrolment:
    """Return one place, its session locked before it."""
    locked_session(enrolment.session_id)
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related(
            "session__programme__government",
            "session__programme__form",
            "employee__user",
            "employee__government",
            "need",
        )
        .get(pk=enrolment.pk)
    )


def free_seats(session: Session) -> int:
    """Return how many seats are left."""
    return session.seats - selectors.seats_taken(session)


def check_person(session: Session, employee: Employee, need: TrainingNeed | None, at: datetime) -> None:
    """Refuse whom the session is not for.

    :raises OtherGovernment: if the person works for another government.
    :raises NeedOfSomebodyElse: if the need is another person's.
    :raises SessionOver: after its last day.
    :raises SessionCancelled: if it does not take place.
    """
    if session.is_cancelled:
        raise SessionCancelled
    if employee.government_id != session.programme.government_id:
        raise OtherGovernment
    if need is not None and need.employee_id != employee.pk:
        raise NeedOfSomebodyElse
    if session.ends_on < local_date(at, session.programme.government.timezone):
        raise SessionOver


def need_for(session: Session, employee: Employee, need: TrainingNeed | None) -> TrainingNeed | None:
    """Return the need that a place answers, locked: the named one, else an open one that the programme teaches."""
    rows = TrainingNeed.objects.select_for_update(of=("self",)).filter(employee=employee)
    if need is not None:
        return rows.get(pk=need.pk)
    return selectors.needs_open(rows).filter(topic__in=session.programme.topics.all()).first()


def plan_need(enrolment: Enrolment, by: Any, at: datetime) -> None:
    """Say that something is done about the need of somebody who got a seat."""
    need = enrolment.need
    if need is not None and need.status in {NeedStatus.PROPOSED.value, NeedStatus.DECLINED.value}:
        needs.move_need(need_id=need.pk, action=NeedAction.PLAN, by=by, at=at, note="")


def give_up(row: Enrolment, status: EnrolmentStatus, by: Any, at: datetime) -> Enrolment:
    """Move a locked place to a state without a future; the need is open again, a free seat goes to who waits."""
    row.status = status.value
    row.save(update_fields=["status", "decline_reason"])
    elsewhere = Enrolment.objects.filter(need=row.need_id, status=EnrolmentStatus.ENROLLED.value)
    if (
        row.need is not None
        and row.need.status == NeedStatus.PLANNED.value
        and not elsewhere.exclude(pk=row.pk).exists()
    ):
        needs.move_need(need_id=row.need.pk, action=NeedAction.RELEASE, by=by, at=at)
    note(status.value, row, by, at)
    move_up(row.session, at=at)
    return row


@transaction.atomic
def move_up(session: Session, *, at: datetime) -> list[Enrolment]:
    """Give free seats to those who wait, first come first; nobody is called into a session that has begun."""
    locked = locked_session(session.pk)
    if locked.is_cancelled or locked.starts_on < local_date(at, locked.programme.government.timezone):
        return []
    free = max(free_seats(locked), 0)
    moved = list(waiting_in(locked).filter(employee__is_active=True)[:free])
    for row in moved:
        row.status = next_status(EnrolmentStatus(row.status), EnrolmentAction.MOVE_UP).value
        row.enrolled_at = at
        row.save(update_fields=["status", "enrolled_at"])
        plan_need(row, None, at)
        note("moved_up", row, None, at)
        notify.send(
            row.employee.user,
            _MOVED_UP,
            url=reverse("training:session-detail", args=[locked.pk]),
            name=locked.programme.name,
            starts_on=f"{locked.starts_on:%d/%m/%Y}",
        )
    return moved


def note(verb: str, enrolment: Enrolment, by: Any, at: datetime) -> None:
    """Write into the trail what happened to a place, and refresh the screens that show it."""
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
