"""A session that turns out otherwise: changed, or cancelled with a reason."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.training.models import Certificate, Enrolment, Session
from apps.training.services import invitations, programmes, seats, session_changes

from .story import AT, make_need, make_session

pytestmark = pytest.mark.django_db
ON_THE_FIRST_DAY = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
ON_THE_LAST_DAY = datetime(2026, 10, 21, 1, 0, tzinfo=UTC)
AFTER = datetime(2026, 10, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def session(world: Any) -> Session:
    return make_session(world, seats=2)


def wanted(session: Session, **values: Any) -> dict[str, Any]:
    """What the form would send: everything as it is, but for `values`."""
    return {
        "session_id": session.pk,
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "place": session.place,
        "seats_total": session.seats,
        "begins": session.begins,
        "ends": session.ends,
        "takes_attendance": session.takes_attendance,
        **values,
    }


def test_a_new_place_and_time_reach_whoever_counts_on_it(world: Any, session: Session) -> None:
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    invitations.invite(session=session, employee=world.colleague, by=world.head, at=AT)
    before = Notification.objects.count()
    changed = session_changes.change_session(
        **wanted(session, place="Ruang Rapat", starts_on=date(2026, 10, 21), begins=time(9), ends=time(12)),
        by=world.personnel_officer,
        at=AT,
    )
    assert (changed.place, changed.starts_on, changed.begins) == ("Ruang Rapat", date(2026, 10, 21), time(9))
    assert Notification.objects.count() == before + 2
    entry = AuditEntry.objects.get(action="training.session.changed")
    assert entry.data["after"] == {
        "place": "Ruang Rapat",
        "starts_on": "2026-10-21",
        "begins": "09:00:00",
        "ends": "12:00:00",
    }
    assert entry.data["before"]["starts_on"] == "2026-10-20"


def test_nothing_changed_is_told_to_nobody(world: Any, session: Session) -> None:
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    before = Notification.objects.count()
    session_changes.change_session(**wanted(session), by=world.personnel_officer, at=AT)
    assert Notification.objects.count() == before
    assert not AuditEntry.objects.filter(action="training.session.changed").exists()


def test_more_seats_are_given_to_who_waits_and_told_to_nobody_else(world: Any, session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(seats=1)
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    waiting = invitations.queue(session=session, employee=world.colleague, by=world.head, at=AT)
    before = Notification.objects.filter(recipient=world.staff.user).count()
    session.refresh_from_db()
    session_changes.change_session(**wanted(session, seats_total=2), by=world.personnel_officer, at=AT)
    waiting.refresh_from_db()
    assert waiting.status == "enrolled"
    assert Notification.objects.filter(recipient=world.staff.user).count() == before


@pytest.mark.parametrize(
    ("at", "values", "error"),
    [
        (AT, {"seats_total": 1}, session_changes.TooFewSeats),
        (AT, {"starts_on": date(2026, 10, 1)}, session_changes.DayInThePast),
        (AT, {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}, session_changes.DayInThePast),
        (ON_THE_FIRST_DAY, {"starts_on": date(2026, 10, 21)}, session_changes.SessionBegun),
        (ON_THE_FIRST_DAY, {"takes_attendance": True}, session_changes.SessionBegun),
        (ON_THE_LAST_DAY, {"ends_on": date(2026, 10, 20)}, session_changes.DayInThePast),
        (AFTER, {"place": "Aula"}, session_changes.TransitionNotAllowed),
    ],
)
def test_a_change_that_would_hurt_somebody_is_refused(
    world: Any, session: Session, at: datetime, values: dict[str, Any], error: type[Exception]
) -> None:
    for person in (world.staff, world.colleague):
        programmes.enrol(session=session, employee=person, by=world.head, at=AT)
    before = (Session.objects.values().get(pk=session.pk), Notification.objects.count())
    with pytest.raises(error):
        session_changes.change_session(**wanted(session, **values), by=world.personnel_officer, at=at)
    assert (Session.objects.values().get(pk=session.pk), Notification.objects.count()) == before


def test_a_running_session_may_go_on_for_a_day_more(world: Any, session: Session) -> None:
    changed = session_changes.change_session(
        **wanted(session, ends_on=date(2026, 10, 22)), by=world.personnel_officer, at=ON_THE_FIRST_DAY
    )
    assert changed.ends_on == date(2026, 10, 22)


def test_a_cancelled_session_ends_every_open_place_and_opens_the_needs(world: Any, session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(seats=1)
    need = make_need(world)
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT, need=need)
    invitations.queue(session=session, employee=world.colleague, by=world.head, at=AT)
    session_changes.cancel_session(
        session_id=session.pk, reason=" Gedung banjir ", by=world.personnel_officer, at=AT
    )
    assert list(Enrolment.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled"] * 2
    need.refresh_from_db()
    session.refresh_from_db()
    assert need.status == "proposed"
    assert (session.cancelled_by, session.cancel_reason) == (world.personnel_officer, "Gedung banjir")
    for person in (world.staff, world.colleague):
        last = Notification.objects.filter(recipient=person.user).order_by("-pk")[0]
        assert last.params["reason"] == "Gedung banjir"
    assert AuditEntry.objects.get(action="training.session.cancelled").data["places"] == 2
    for verb in (programmes.enrol, invitations.invite, invitations.queue):
        with pytest.raises(seats.SessionCancelled):
            verb(session=session, employee=world.staff, by=world.head, at=AT)
    assert seats.move_up(session, at=AT) == []


def test_who_has_completed_it_keeps_the_certificate(world: Any, session: Session) -> None:
    done, open_place = (
        programmes.enrol(session=session, employee=person, by=world.head, at=AT)
        for person in (world.staff, world.colleague)
    )
    programmes.complete_enrolment(
        enrolment=done, certificate_number="1", by=world.personnel_officer, at=ON_THE_LAST_DAY
    )
    session_changes.cancel_session(
        session_id=session.pk, reason="Pengajar sakit", by=world.personnel_officer, at=ON_THE_LAST_DAY
    )
    done.refresh_from_db()
    open_place.refresh_from_db()
    assert (done.status, open_place.status) == ("completed", "cancelled")
    assert Certificate.objects.get().verified_at is not None


@pytest.mark.parametrize("case", ["no reason", "held", "twice"])
def test_a_cancelling_is_refused(world: Any, session: Session, case: str) -> None:
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    values = {"session_id": session.pk, "reason": "Banjir", "by": world.personnel_officer, "at": AT}
    error: type[Exception] = session_changes.TransitionNotAllowed
    if case == "no reason":
        values["reason"], error = " ", session_changes.ReasonMissing
    elif case == "held":
        values["at"] = AFTER
    else:
        session_changes.cancel_session(**values)
        values["reason"] = "Lain"
    before = (Session.objects.values().get(), Enrolment.objects.values().get(), Notification.objects.count())
    with pytest.raises(error):
        session_changes.cancel_session(**values)
    assert before == (
        Session.objects.values().get(),
        Enrolment.objects.values().get(),
        Notification.objects.count(),
    )


@pytest.mark.parametrize("values", [{"cancelled_at": AT}, {"cancel_reason": "Banjir"}])
def test_the_table_knows_no_half_cancelled_session(session: Session, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(**values)
