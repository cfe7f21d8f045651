"""Who was there: ticked by the office, or by the participant with the code of the day.

The code is a keyed hash of session and time slot: nothing is stored, it cannot be guessed or made in advance, and a
photo of it is worth nothing after two slots.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.assessments.services.actors import account_of
from apps.core import audit, policy
from apps.core.localtime import local_date
from apps.core.sequences import CROCKFORD

from ..labels import AttendanceWay
from ..models import Attendance, Enrolment, Session
from ..rules.enrolment_lifecycle import EnrolmentStatus
from ..selectors.sessions import days_of
from . import seats

SALT = b"training.attendance-code:"
LENGTH = 8
GROUP = 4


class NotADayOfTheSession(ValueError):
    """Raised for a day on which the session does not meet, or that has not come."""


class CodeWrong(ValueError):
    """Raised when a code is not, or not any more, the one on the trainer's screen."""


class NoSeat(ValueError):
    """Raised when the person has no seat in the session."""


def seconds_of(session: Session) -> int:
    """Return how long a code is shown."""
    scope = session.programme.government.code
    return max(int(policy.get("training.attendance_code_seconds", on=session.starts_on, scope=scope)), 10)


def code_at(session: Session, at: datetime) -> str:
    """Return the code on the trainer's screen at an instant, in groups of four."""
    return _code(session, int(at.timestamp()) // seconds_of(session))


def _code(session: Session, slot: int) -> str:
    key = hashlib.sha256(SALT + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, f"{session.pk}:{slot}".encode(), hashlib.sha256).digest()
    plain = "".join(CROCKFORD[byte % 32] for byte in digest[:LENGTH])
    return f"{plain[:GROUP]}-{plain[GROUP:]}"


def _is_current(session: Session, code: str, at: datetime) -> bool:
    typed = "".join(character for character in code.upper() if character.isalnum())
    typed = typed.translate(str.maketrans("OILU", "011V"))
    slot = int(at.timestamp()) // seconds_of(session)
    # The one before still counts: somebody may have begun to type it.
    return any(
        hmac.compare_digest(typed.encode(), _code(session, earlier).replace("-", "").encode())
        for earlier in (slot, slot - 1)
    )


@transaction.atomic
def check_in(*, enrolment: Enrolment, code: str, at: datetime) -> Attendance:
    """Write down that a participant is there today; a second time changes nothing.

    :raises CodeWrong: if the code is not the present one.
    :raises NoSeat: if the person has no seat.
    :raises NotADayOfTheSession: if the session does not meet today.
    """
    row = seats.locked_enrolment(enrolment)
    if row.status != EnrolmentStatus.ENROLLED:
        raise NoSeat
    session = row.session
    today = local_date(at, session.programme.government.timezone)
    if today not in days_of(session):
        raise NotADayOfTheSession
    if not _is_current(session, code, at):
        raise CodeWrong
    attendance, created = Attendance.objects.get_or_create(
        enrolment=row, day=today, defaults={"way": str(AttendanceWay.CODE), "at": at}
    )
    if created:
        seats.note("checked_in", row, row.employee, at)
    return attendance


@transaction.atomic
def save_list(*, session: Session, day: date, present: Iterable[int], by: Any, at: datetime) -> int:
    """Write down who was there on a day; `present` holds enrolments. Return how many were there.

    Only those with an open place are changed: what led to a certificate stays.

    :raises NotADayOfTheSession: if the session does not meet on the day, or the day has not come.
    """
    locked = seats.locked_session(session.pk)
    if day not in days_of(locked) or day > local_date(at, locked.programme.government.timezone):
        raise NotADayOfTheSession
    open_ones = set(
        Enrolment.objects.filter(session=locked, status=EnrolmentStatus.ENROLLED).values_list("pk", flat=True)
    )
    there = open_ones & set(present)
    before = set(
        Attendance.objects.filter(enrolment__in=open_ones, day=day).values_list("enrolment", flat=True)
    )
    Attendance.objects.filter(enrolment__in=before - there, day=day).delete()
    Attendance.objects.bulk_create(
        Attendance(enrolment_id=key, day=day, way=str(AttendanceWay.LIST), at=at)
        for key in sorted(there - before)
    )
    audit.record(
        "training.attendance.saved",
        target=locked,
        by=account_of(by),
        scope=locked.programme.government.code,
        at=at,
        day=day,
        added=sorted(there - before),
        removed=sorted(before - there),
    )
    return len(there)
