"""The calendar of sessions: a file per session, and a personal address to subscribe to.

The address holds a signed nonce, no name. A new address ends the old one.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from apps.assessments.services.actors import account_of
from apps.core import audit
from apps.employees.models import Employee

from ..models import CalendarAddress, Enrolment, Session
from ..rules.calendar_file import Event, calendar_file
from ..rules.enrolment_lifecycle import EnrolmentStatus
from ..selectors.sessions import days_of

SALT = "training.calendar"
SHOWN = (EnrolmentStatus.ENROLLED, EnrolmentStatus.COMPLETED)
LISTED = 100


def token_of(address: CalendarAddress) -> str:
    """Return what stands in the address."""
    return _signer().sign(f"{address.pk}-{address.nonce}")


def address_by_token(token: str) -> CalendarAddress | None:
    """Return the address a token belongs to; None if it is not ours, replaced or revoked."""
    try:
        pk, _sep, nonce = _signer().unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return (
        CalendarAddress.objects.filter(pk=pk, nonce=nonce, revoked_at=None, employee__is_active=True)
        .select_related("employee__government")
        .first()
    )


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


@transaction.atomic
def make_address(*, employee: Employee, by: Any, at: datetime) -> CalendarAddress:
    """Make the personal address, or a new one in place of it."""
    address, _created = CalendarAddress.objects.update_or_create(
        employee=employee, defaults={"nonce": secrets.token_hex(16), "made_at": at, "revoked_at": None}
    )
    _record("made", address, by, at)
    return address


@transaction.atomic
def revoke_address(*, employee: Employee, by: Any, at: datetime) -> None:
    """End the personal address; without one nothing happens."""
    address = CalendarAddress.objects.select_for_update().filter(employee=employee, revoked_at=None).first()
    if address is not None:
        address.revoked_at = at
        address.save(update_fields=["revoked_at"])
        _record("revoked", address, by, at)


def _record(verb: str, address: CalendarAddress, by: Any, at: datetime) -> None:
    audit.record(
        f"training.calendar.{verb}",
        target=address,
        by=account_of(by),
        scope=address.employee.government.code,
        at=at,
    )


def session_calendar(session: Session, *, at: datetime) -> bytes:
    """Return one session as a calendar file."""
    return calendar_file(_events([session]), name=session.programme.name, made_at=at)


def personal_calendar(employee: Employee, *, at: datetime) -> bytes:
    """Return the sessions in which somebody has a seat, the newest first; nobody's name stands in it."""
    places = (
        Enrolment.objects.filter(employee=employee, status__in=SHOWN)
        .select_related("session__programme__government")
        .order_by("-session__starts_on", "-pk")[:LISTED]
    )
    return calendar_file(_events(row.session for row in places), name="ASN Kinerja", made_at=at)


def _events(sessions: Iterable[Session]) -> Iterable[Event]:
    for session in sessions:
        zone = ZoneInfo(session.programme.government.timezone)
        for day in days_of(session):
            timed = session.begins is not None and session.ends is not None
            yield Event(
                uid=f"sesi-{session.pk}-{day:%Y%m%d}@asn-kinerja",
                title=session.programme.name,
                place=session.place,
                url=settings.PUBLIC_URL + reverse("training:session-detail", args=[session.pk]),
                day=day,
                starts_at=datetime.combine(day, session.begins, zone) if timed else None,  # type: ignore[arg-type]
                ends_at=datetime.combine(day, session.ends, zone) if timed else None,  # type: ignore[arg-type]
            )
