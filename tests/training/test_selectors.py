"""Questions about hours and needs: right, and in a constant number of queries."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.training import selectors
from apps.training.models import Certificate, Programme, Session, TrainingNeed
from apps.training.services import programmes

from .story import AT, make_need, make_session

pytestmark = pytest.mark.django_db


def certificate(employee: Any, number: str, jp: str, **more: Any) -> Certificate:
    values = {
        "name": "Kursus",
        "organizer": "LAN",
        "kind": "klasikal",
        "starts_on": date(2026, 2, 1),
        "ends_on": date(2026, 2, 2),
        "verified_at": AT,
    }
    return Certificate.objects.create(employee=employee, number=number, jp=Decimal(jp), **{**values, **more})


def test_hours_of_many_people_in_constant_queries(world: Any, django_assert_num_queries: Any) -> None:
    pppk = world.make_employee("Perawat PPPK", world.unit, status="pppk")
    certificate(world.staff, "1", "8")
    certificate(world.staff, "2", "4.5", starts_on=date(2025, 12, 30), ends_on=date(2026, 1, 2))
    certificate(world.staff, "3", "9", verified_at=None, refused_at=AT)
    certificate(pppk, "1", "3", verified_at=None)
    people = [world.staff, world.colleague, pppk]
    with django_assert_num_queries(3):
        found = selectors.jp_of_many(people, 2026)
    assert [found[person.pk].verified for person in people] == [Decimal("12.5"), 0, 0]
    assert [found[person.pk].target for person in people] == [20, 20, 24]
    assert found[pppk.pk].waiting == 3


def test_open_needs_come_in_their_order(world: Any) -> None:
    later = make_need(world, "aspect_waktu", priority=4)
    first = make_need(world, "coaching", priority=1, status="planned")
    make_need(world, "work_result", status="declined")
    assert list(selectors.needs_open()) == [first, later]
    assert list(selectors.needs_open(TrainingNeed.objects.filter(employee=world.colleague))) == []


def test_sessions_for_a_need_teach_its_topic_and_are_to_come(world: Any) -> None:
    need = make_need(world)
    session = make_session(world, seats=3)
    make_session(world, codes=("aspect_waktu",))
    make_session(world, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 6))
    programmes.enrol(session=session, employee=world.colleague, by=world.head, at=AT)
    rows = list(selectors.sessions_for_need(need, AT.date()))
    assert rows == [session]
    assert (rows[0].taken, rows[0].free) == (1, 2)
    assert list(selectors.needs_for_session(session, type(world.staff).objects.all())) == [need]


def test_whose_needs_one_sees(world: Any) -> None:
    mine, other = make_need(world), make_need(world, employee=world.stranger)
    assert set(TrainingNeed.objects.visible_to(world.staff.user)) == {mine}
    assert set(TrainingNeed.objects.visible_to(world.head.user)) == {mine}
    assert set(TrainingNeed.objects.visible_to(world.stranger_head.user)) == {other}
    assert set(TrainingNeed.objects.visible_to(world.personnel_officer)) == {mine, other}
    assert set(TrainingNeed.objects.visible_to(world.foreigner.user)) == set()


def test_programmes_belong_to_a_government(world: Any) -> None:
    session = make_session(world)
    assert set(Session.objects.visible_to(world.stranger.user)) == {session}
    assert set(Session.objects.visible_to(world.foreigner.user)) == set()
    assert set(Programme.objects.visible_to(world.auditor)) == {session.programme}


@pytest.mark.parametrize(
    ("model", "broken"),
    [
        (Session, {"ends_on": date(2020, 1, 1)}),
        (Session, {"seats": 0}),
        (Programme, {"jp": 0}),
        (TrainingNeed, {"status": "nonsense"}),
    ],
)
def test_the_database_refuses_what_must_never_be(world: Any, model: Any, broken: dict[str, Any]) -> None:
    make_session(world)
    make_need(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**broken)


def test_a_need_is_there_once_per_cause(world: Any) -> None:
    make_need(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_need(world)
