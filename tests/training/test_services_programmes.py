"""Sessions and their seats, and what taking part leads to."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from apps.core.models import AuditEntry, Notification
from apps.training import selectors
from apps.training.models import Certificate, Enrolment
from apps.training.services import programmes

from .story import AT, make_need, make_session

pytestmark = pytest.mark.django_db
AFTER = AT + timedelta(days=10)


def enrol(world: Any, session: Any, employee: Any, **more: Any) -> Enrolment:
    return programmes.enrol(session=session, employee=employee, by=world.head, at=AT, **more)


def test_enrolling_takes_a_seat_plans_the_need_and_tells_the_person(world: Any) -> None:
    need, session = make_need(world), make_session(world)
    enrolment = enrol(world, session, world.staff, need=need)
    need.refresh_from_db()
    assert (enrolment.need, need.status, selectors.seats_taken(session)) == (need, "planned", 1)
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    assert AuditEntry.objects.get(action="training.enrolment.enrolled").data["employee"] == world.staff.pk


def test_a_matching_open_need_is_answered_without_being_named(world: Any) -> None:
    make_need(world, "aspect_waktu")
    need = make_need(world)
    assert enrol(world, make_session(world), world.staff).need == need


def test_no_seat_no_place(world: Any) -> None:
    session = make_session(world, seats=1)
    enrol(world, session, world.staff)
    with pytest.raises(programmes.SessionFull):
        enrol(world, session, world.colleague)
    assert Enrolment.objects.count() == 1


def test_a_place_is_given_once_and_again_after_it_was_taken_back(world: Any) -> None:
    need, session = make_need(world), make_session(world, seats=1)
    first = enrol(world, session, world.staff)
    with pytest.raises(programmes.AlreadyEnrolled):
        enrol(world, session, world.staff)
    programmes.cancel_enrolment(enrolment=first, by=world.head, at=AT)
    need.refresh_from_db()
    assert (need.status, selectors.seats_taken(session)) == ("proposed", 0)
    again = enrol(world, session, world.staff)
    assert (again.pk, again.status) == (first.pk, "enrolled")


def test_a_need_with_another_place_stays_planned(world: Any) -> None:
    need = make_need(world)
    one, _two = (enrol(world, make_session(world), world.staff, need=need) for _ in range(2))
    programmes.cancel_enrolment(enrolment=one, by=world.head, at=AT)
    need.refresh_from_db()
    assert need.status == "planned"


def test_refusals_leave_nothing(world: Any) -> None:
    session = make_session(world)
    with pytest.raises(programmes.OtherGovernment):
        enrol(world, session, world.foreigner)
    with pytest.raises(programmes.NeedOfSomebodyElse):
        enrol(world, session, world.colleague, need=make_need(world))
    with pytest.raises(programmes.SessionOver):
        programmes.enrol(session=session, employee=world.staff, by=world.head, at=AFTER)
    assert not Enrolment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_enrolments_never_exceed_the_seats(world: Any) -> None:
    session = make_session(world, seats=3)
    people = [world.make_employee(f"Peserta {number}", world.unit) for number in range(8)]
    outcomes: list[str] = []

    def work(employee: Any) -> None:
        try:
            enrol(world, session, employee)
            outcomes.append("seat")
        except programmes.SessionFull:
            outcomes.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full"] * 5 + ["seat"] * 3
    assert Enrolment.objects.count() == 3


def test_completion_gives_a_verified_certificate_with_the_hours(world: Any) -> None:
    need, session = make_need(world), make_session(world)
    enrolment = enrol(world, session, world.staff)
    certificate = programmes.complete_enrolment(
        enrolment=enrolment, certificate_number=" 123/BKPSDM ", by=world.personnel_officer, at=AFTER
    )
    need.refresh_from_db()
    enrolment.refresh_from_db()
    assert (enrolment.status, need.status) == ("completed", "done")
    assert (certificate.jp, certificate.number, certificate.status) == (
        Decimal("7.5"),
        "123/BKPSDM",
        "verified",
    )
    assert selectors.jp_of(world.staff, 2026).verified == Decimal("7.5")


def test_completion_before_the_end_or_twice_is_refused(world: Any) -> None:
    enrolment = enrol(world, make_session(world), world.staff)
    with pytest.raises(programmes.SessionNotOver):
        programmes.complete_enrolment(enrolment=enrolment, certificate_number="1", by=world.head, at=AT)
    assert not Certificate.objects.exists()
    programmes.complete_enrolment(enrolment=enrolment, certificate_number="1", by=world.head, at=AFTER)
    with pytest.raises(programmes.TransitionNotAllowed):
        programmes.complete_enrolment(enrolment=enrolment, certificate_number="2", by=world.head, at=AFTER)
    with pytest.raises(programmes.TransitionNotAllowed):
        programmes.mark_absent(enrolment=enrolment, by=world.head, at=AFTER)
    assert Certificate.objects.count() == 1


def test_nobody_confirms_their_own_participation(world: Any) -> None:
    enrolment = enrol(world, make_session(world), world.staff)
    for by in (world.staff, world.staff.user):
        with pytest.raises(programmes.OwnCertificate):
            programmes.complete_enrolment(enrolment=enrolment, certificate_number="1", by=by, at=AFTER)
    enrolment.refresh_from_db()
    assert enrolment.status == "enrolled"
    assert not Certificate.objects.exists()


def test_a_number_that_is_taken_undoes_the_completion(world: Any) -> None:
    first, second = (enrol(world, make_session(world), world.staff) for _ in range(2))
    programmes.complete_enrolment(enrolment=first, certificate_number="1", by=world.head, at=AFTER)
    with pytest.raises(programmes.CertificateNumberTaken):
        programmes.complete_enrolment(enrolment=second, certificate_number="1", by=world.head, at=AFTER)
    second.refresh_from_db()
    assert second.status == "enrolled"


def test_absence_opens_the_need_again_and_gives_no_hours(world: Any) -> None:
    need, session = make_need(world), make_session(world)
    enrolment = enrol(world, session, world.staff)
    with pytest.raises(programmes.SessionNotBegun):
        programmes.mark_absent(enrolment=enrolment, by=world.head, at=AT)
    programmes.mark_absent(enrolment=enrolment, by=world.head, at=AFTER)
    need.refresh_from_db()
    enrolment.refresh_from_db()
    assert (enrolment.status, need.status) == ("absent", "proposed")
    assert selectors.jp_of(world.staff, 2026).verified == 0


def test_the_day_is_the_one_of_the_government(world: Any) -> None:
    """At 17.00 UTC it is past midnight in Kendari (WITA): the last day of the session is over."""
    session = make_session(world, starts_on=date(2026, 10, 12), ends_on=date(2026, 10, 12))
    evening = AT.replace(hour=17)
    with pytest.raises(programmes.SessionOver):
        programmes.enrol(session=session, employee=world.staff, by=world.head, at=evening)
    assert enrol(world, session, world.staff).status == "enrolled"
