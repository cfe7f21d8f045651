"""Questions whose SQL is made once, about whoever looks."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from apps.core.compiled import PersonQuestion, Question, one_of
from apps.employees.models import Employee, WorkUnit
from tests.world import World

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 15)


def _supervised(user: Any, day: date) -> QuerySet[Any, Any]:
    return Employee.objects.supervised_by(user, on=day).order_by("pk").values_list("pk", "name")


def test_the_answer_is_the_querysets_own_for_each_person_and_day(world: World) -> None:
    question = PersonQuestion(_supervised)
    for day in (TODAY, date(2020, 1, 1)):
        for who in (world.head, world.agency_head, world.staff, world.other.head):
            assert question.rows(who.user, day) == list(_supervised(who.user, day))
    assert len(question.rows(world.head.user, TODAY)) == 2
    assert question.rows(world.head.user, date(2020, 1, 1)) == []


def test_it_is_built_once(world: World) -> None:
    built = []

    def build(user: Any, day: date) -> QuerySet[Any, Any]:
        built.append((user, day))
        return _supervised(user, day)

    question = PersonQuestion(build)
    with CaptureQueriesContext(connection) as captured:
        for _time in range(3):
            question.rows(world.head.user, TODAY)
    assert (len(built), len(captured)) == (1, 3)


def test_a_question_that_looks_at_something_while_it_is_built_is_refused(world: World) -> None:
    def build(user: Any, day: date) -> QuerySet[Any, Any]:
        led = list(WorkUnit.objects.led_by(user, on=day))
        return Employee.objects.filter(user=user, placements__position__unit__in=led).values_list("pk")

    with pytest.raises(ValueError, match="while a question is built"):
        PersonQuestion(build).rows(world.head.user, TODAY)


def test_a_question_about_nobody_is_refused(world: World) -> None:
    question = PersonQuestion(lambda _user, day: Employee.objects.filter(birth_date=day).values_list("pk"))
    with pytest.raises(ValueError, match="about a user"):
        question.rows(world.head.user, TODAY)


def test_a_question_with_numbers_and_days_puts_each_where_it_belongs(world: World) -> None:
    def build(first: int, day: date, other: date, people: list[int]) -> QuerySet[Any, Any]:
        return (
            Employee.objects.filter(pk__in=one_of(people), government=first, birth_date__range=(day, other))
            .order_by("pk")
            .values_list("pk")
        )

    question = Question(build, int, date, date, list)
    Employee.objects.filter(pk=world.staff.pk).update(birth_date=date(1990, 5, 1))
    Employee.objects.filter(pk=world.head.pk).update(birth_date=date(1980, 5, 1))
    both = [world.staff.pk, world.head.pk]
    here, there = world.government.pk, world.other.government.pk
    assert question.ask(here, date(1985, 1, 1), date(1995, 1, 1), both) == [(world.staff.pk,)]
    assert question.ask(here, date(1975, 1, 1), date(1995, 1, 1), both) == [(pk,) for pk in sorted(both)]
    assert question.ask(here, date(1975, 1, 1), date(1995, 1, 1), [world.head.pk]) == [(world.head.pk,)]
    assert question.ask(here, date(1975, 1, 1), date(1995, 1, 1), []) == []
    assert question.ask(there, date(1975, 1, 1), date(1995, 1, 1), both) == []


def test_a_part_of_the_rows_is_asked_for_without_building_anew(world: World) -> None:
    question = PersonQuestion(_supervised)
    everybody = question.rows(world.head.user, TODAY)
    assert question.rows(world.head.user, TODAY, most=1) == everybody[:1]
    assert question.rows(world.head.user, TODAY, start=1, most=5) == everybody[1:]
    assert question.rows(world.head.user, TODAY) == everybody


def test_a_question_can_be_part_of_a_statement_that_does_something_else(world: World) -> None:
    question = Question(
        lambda pk, day: Employee.objects.filter(pk=pk, birth_date=day).values_list("pk"), int, date
    )
    Employee.objects.filter(pk=world.staff.pk).update(birth_date=date(1990, 5, 1))
    for day, found in ((date(1990, 5, 1), True), (date(1990, 5, 2), False)):
        text, values = question.written(world.staff.pk, day)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT %s, EXISTS ({text})", ["first", *values])
            assert cursor.fetchall() == [("first", found)]
