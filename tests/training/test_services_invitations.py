"""Invitations, the waiting list and its order: never two people on one seat."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.models import Notification
from apps.training import selectors
from apps.training.models import Enrolment
from apps.training.services import invitations, programmes

from .story import AT, make_need, make_session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def invite(world: Any, session: Any, employee: Any, at: Any = AT) -> Enrolment:
    return invitations.invite(session=session, employee=employee, by=world.head, at=at)


def accept(row: Enrolment, at: Any = AT) -> Enrolment:
    return invitations.accept_invitation(enrolment=row, by=row.employee, at=at)


def decline(row: Enrolment, reason: str = "Tugas luar", at: Any = AT) -> Enrolment:
    return invitations.decline_place(enrolment=row, reason=reason, by=row.employee, at=at)


def test_an_invitation_takes_no_seat_and_acceptance_does(world: Any) -> None:
    need, session = make_need(world), make_session(world, seats=1)
    row = invite(world, session, world.staff)
    need.refresh_from_db()
    assert (row.status, row.need, need.status, selectors.seats_taken(session)) == (
        "invited",
        need,
        "proposed",
        0,
    )
    accept(row)
    need.refresh_from_db()
    assert (selectors.seats_taken(session), need.status) == (1, "planned")
    with pytest.raises(invitations.TransitionNotAllowed):
        accept(row)
    with pytest.raises(invitations.AlreadyEnrolled):
        invite(world, session, world.staff)


def test_who_accepts_too_late_waits_and_moves_up_in_order(world: Any) -> None:
    session = make_session(world, seats=1)
    people = [world.staff, world.colleague, world.make_employee("Ketiga", world.unit)]
    first, second, third = (invite(world, session, person) for person in people)
    assert accept(first).status == "enrolled"
    assert accept(third, AT + DAY).status == "waiting"
    assert accept(second, AT + 2 * DAY).status == "waiting"
    told = Notification.objects.filter(recipient=third.employee.user).count()
    need = make_need(world, employee=third.employee)
    Enrolment.objects.filter(pk=third.pk).update(need=need)
    decline(first, at=AT + 3 * DAY)
    for row in (first, second, third):
        row.refresh_from_db()
    assert [row.status for row in (first, second, third)] == ["declined", "waiting", "enrolled"]
    assert Notification.objects.filter(recipient=third.employee.user).count() == told + 1
    need.refresh_from_db()
    assert need.status == "planned"
    programmes.cancel_enrolment(enrolment=third, by=world.head, at=AT + 3 * DAY)
    second.refresh_from_db()
    need.refresh_from_db()
    assert (second.status, need.status, selectors.seats_taken(session)) == ("enrolled", "proposed", 1)


def test_declining_needs_a_reason_and_a_day_before(world: Any) -> None:
    row = invite(world, make_session(world), world.staff)
    with pytest.raises(invitations.ReasonMissing):
        decline(row, "  ")
    with pytest.raises(invitations.SessionBegun):
        decline(row, at=AT + 9 * DAY)
    with pytest.raises(invitations.SessionBegun):
        accept(row, AT + 9 * DAY)
    row.refresh_from_db()
    assert row.status == "invited"
    assert decline(row).decline_reason == "Tugas luar"
    assert invite(world, row.session, world.staff).status == "invited"


def test_the_waiting_list_gives_a_free_seat_at_once(world: Any) -> None:
    session = make_session(world, seats=1)
    row = invitations.queue(session=session, employee=world.staff, by=world.head, at=AT)
    other = invitations.queue(session=session, employee=world.colleague, by=world.head, at=AT)
    assert (row.status, other.status) == ("enrolled", "waiting")
    with pytest.raises(invitations.OtherGovernment):
        invitations.queue(session=session, employee=world.foreigner, by=world.head, at=AT)


def test_nobody_is_called_into_a_session_that_has_begun(world: Any) -> None:
    session = make_session(world, seats=1)
    seated = programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    waiting = invitations.queue(session=session, employee=world.colleague, by=world.head, at=AT)
    programmes.cancel_enrolment(enrolment=seated, by=world.head, at=AT + 9 * DAY)
    waiting.refresh_from_db()
    assert waiting.status == "waiting"


def test_reminders_come_once_and_stop_with_the_answer(world: Any) -> None:
    session = make_session(world)  # begins on 20 October
    one, two = invite(world, session, world.staff), invite(world, session, world.colleague)
    decline(two)
    assert invitations.remind_due(now=AT) == 0
    assert [invitations.remind_due(now=AT + 5 * DAY) for _ in range(2)] == [1, 0]
    accept(one)
    assert [invitations.remind_due(now=AT + days * DAY) for days in (6, 7, 8)] == [0, 1, 0]


def test_what_nobody_answered_ends_with_the_session(world: Any) -> None:
    session = make_session(world, seats=1)
    programmes.enrol(session=session, employee=world.stranger, by=world.head, at=AT)
    invite(world, session, world.staff)
    invitations.queue(session=session, employee=world.colleague, by=world.head, at=AT)
    assert invitations.lapse_due(now=AT + 9 * DAY) == 0
    assert [invitations.lapse_due(now=AT + 10 * DAY) for _ in range(2)] == [2, 0]
    assert sorted(Enrolment.objects.values_list("status", flat=True)) == [
        "cancelled",
        "cancelled",
        "enrolled",
    ]


@pytest.mark.parametrize(
    "values", [{"status": "waiting"}, {"status": "declined"}, {"status": "lain"}], ids=str
)
def test_the_database_refuses_half_a_state(world: Any, values: dict[str, Any]) -> None:
    row = invite(world, make_session(world), world.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=row.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_parallel_answers_never_share_a_seat(world: Any) -> None:
    """Eight accept three seats at once while two of those seated give theirs back."""
    session = make_session(world, seats=3)
    seated = [
        programmes.enrol(
            session=session, employee=world.make_employee(f"Lama {n}", world.unit), by=world.head, at=AT
        )
        for n in range(2)
    ]
    rows = [invite(world, session, world.make_employee(f"Baru {n}", world.unit)) for n in range(6)]
    errors: list[Exception] = []

    def work(verb: Any, row: Enrolment) -> None:
        try:
            verb(row)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    jobs = [(accept, row) for row in rows] + [(decline, row) for row in seated]
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    found = sorted(Enrolment.objects.filter(pk__in=[row.pk for row in rows]).values_list("status", flat=True))
    assert found == ["enrolled"] * 3 + ["waiting"] * 3
    assert selectors.seats_taken(session) == 3
