"""A session that turns out otherwise: changed, or cancelled with a reason. Who has a place, or waits, is told."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of
from apps.core import audit, notify
from apps.core.actors import account_behind
from apps.core.localtime import local_date

from .. import selectors
from ..models import Enrolment, Session
from ..rules.enrolment_lifecycle import EnrolmentAction, EnrolmentStatus
from ..rules.enrolment_lifecycle import next_status as next_place
from ..rules.session_lifecycle import SessionAction, TransitionNotAllowed, next_status, status_on
from . import seats

__all__ = [
    "DayInThePast",
    "ReasonMissing",
    "SessionBegun",
    "TooFewSeats",
    "TransitionNotAllowed",
    "cancel_session",
    "change_session",
]

# Who still counts on the session; what is completed or missed stays as it was.
EXPECTING = (EnrolmentStatus.INVITED, EnrolmentStatus.WAITING, EnrolmentStatus.ENROLLED)
_TOLD_OF = ("starts_on", "ends_on", "begins", "ends", "place")

_CHANGED = gettext_noop("“%(name)s” was changed. It takes place from %(starts_on)s to %(ends_on)s: %(place)s")
_CANCELLED = gettext_noop("“%(name)s” (%(starts_on)s) does not take place: %(reason)s")


class SessionBegun(ValueError):
    """Raised when the first day, or whether attendance is taken, is to change after the first day."""


class DayInThePast(ValueError):
    """Raised when a session is moved to days that are over."""


class TooFewSeats(ValueError):
    """Raised when there would be fewer seats than people on them; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} seats are taken")
        self.taken = taken


class ReasonMissing(ValueError):
    """Raised when a session is cancelled without a reason."""


@transaction.atomic
def change_session(
    *,
    session_id: int,
    starts_on: date,
    ends_on: date,
    place: str,
    seats_total: int,
    by: Any,
    at: datetime,
    begins: time | None = None,
    ends: time | None = None,
    takes_attendance: bool = False,
) -> Session:
    """Change days, hours, place or seats. Whoever is invited, waits or has a seat learns of a new time or place.

    :raises TransitionNotAllowed: if the session is over or cancelled.
    :raises SessionBegun: if it has begun, and its first day or the taking of attendance is to change.
    :raises DayInThePast: if it would begin, or end, before today.
    :raises TooFewSeats: if more people sit than there would be seats.
    """
    session = seats.locked_session(session_id)
    today = local_date(at, session.programme.government.timezone)
    next_status(_status(session, today), SessionAction.CHANGE)
    has_begun = session.starts_on <= today
    if has_begun and (starts_on, takes_attendance) != (session.starts_on, session.takes_attendance):
        raise SessionBegun
    if ends_on < today or (not has_begun and starts_on < today):
        raise DayInThePast
    taken = selectors.seats_taken(session)
    if seats_total < taken:
        raise TooFewSeats(taken)
    wanted = {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "place": place.strip(),
        "seats": seats_total,
        "begins": begins,
        "ends": ends,
        "takes_attendance": takes_attendance,
    }
    changed = {name: value for name, value in wanted.items() if getattr(session, name) != value}
    if not changed:
        return session
    before = {name: _plain(getattr(session, name)) for name in changed}
    for name, value in changed.items():
        setattr(session, name, value)
    session.save(update_fields=list(changed))
    after = {name: _plain(value) for name, value in changed.items()}
    _record("changed", session, by, at, before=before, after=after)
    if set(changed) & set(_TOLD_OF):
        for row in _expecting(session):
            _tell(row, _CHANGED, ends_on=f"{session.ends_on:%d/%m/%Y}", place=session.place or "-")
    seats.move_up(session, at=at)
    return session


@transaction.atomic
def cancel_session(*, session_id: int, reason: str, by: Any, at: datetime) -> Session:
    """Cancel a session that is not over: open places end, their needs are open again, completed ones stay.

    :raises ReasonMissing: without a reason.
    :raises TransitionNotAllowed: if it is over or cancelled already.
    """
    if not reason.strip():
        raise ReasonMissing
    session = seats.locked_session(session_id)
    today = local_date(at, session.programme.government.timezone)
    next_status(_status(session, today), SessionAction.CANCEL)
    session.cancelled_at, session.cancelled_by, session.cancel_reason = at, account_behind(by), reason.strip()
    session.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    places = _expecting(session)
    _record("cancelled", session, by, at, places=len(places))
    for place in places:
        row = seats.locked_enrolment(place)
        seats.give_up(row, next_place(EnrolmentStatus(row.status), EnrolmentAction.CANCEL), by, at)
        _tell(row, _CANCELLED, reason=session.cancel_reason)
    return session


def _status(session: Session, today: date) -> Any:
    return status_on(
        today,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        is_cancelled=session.cancelled_at is not None,
    )


def _expecting(session: Session) -> list[Enrolment]:
    rows = Enrolment.objects.filter(session=session, status__in=EXPECTING)
    return list(rows.select_related("employee__user", "session__programme").order_by("pk"))


def _tell(row: Enrolment, text: str, **more: str) -> None:
    session = row.session
    notify.send(
        row.employee.user,
        text,
        url=reverse("training:session-detail", args=[session.pk]),
        name=session.programme.name,
        starts_on=f"{session.starts_on:%d/%m/%Y}",
        **more,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value


def _record(verb: str, session: Session, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"training.session.{verb}",
        target=session,
        by=account_of(by),
        scope=session.programme.government.code,
        at=at,
        **data,
    )
