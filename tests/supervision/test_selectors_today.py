"""The figures of the supervisor's page."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.assessments.models import Period
from apps.supervision.selectors import today as figures
from tests.world import World

pytestmark = pytest.mark.django_db


def _scope(world: World, who: Any, *, direct: bool = True) -> figures.Scope:
    return figures.scope_of(who.user, world.government, timezone.now(), direct=direct)


def test_only_the_people_one_appraises(world: World) -> None:
    assert set(_scope(world, world.head).people) == {world.staff, world.colleague}
    assert set(_scope(world, world.agency_head).people) == {world.head}


def test_everybody_in_the_unit_but_never_another_agency(world: World) -> None:
    assert set(_scope(world, world.agency_head, direct=False).people) == {
        world.head,
        world.staff,
        world.colleague,
    }


def test_reports_are_counted_by_state_and_drafts_count_as_missing(world: World) -> None:
    period = world.make_periods()[2]
    world.make_report(world.make_skp(world.staff), period, status="submitted")
    world.make_report(world.make_skp(world.colleague), period, status="draft")
    assert figures.report_figures(_scope(world, world.head)) == {
        "owed": 2,
        "sent": 1,
        "accepted": 0,
        "waiting": 1,
        "returned": 0,
        "late": 0,
        "missing": 1,
    }


def test_nobody_owes_a_report_without_an_approved_plan(world: World) -> None:
    world.make_periods()
    world.make_skp(world.staff, status="submitted")
    scope = _scope(world, world.head)
    assert figures.report_figures(scope)["owed"] == 0
    assert figures.plan_figures(scope, world.head.user) == {"people": 2, "approved": 0, "waiting": 1}


@pytest.mark.parametrize(
    ("state", "expected"), [("missing", "Bidan Contoh"), ("waiting", "Perawat Contoh"), ("late", None)]
)
def test_the_list_filters_by_state(world: World, state: str, expected: str | None) -> None:
    period = world.make_periods()[2]
    world.make_report(world.make_skp(world.staff), period, status="submitted")
    world.make_skp(world.colleague)
    names = [person.name for person in figures.people_now(_scope(world, world.head), state=state)]
    assert names == ([expected] if expected else [])


def test_events_are_about_people_in_view_only(world: World) -> None:
    period = world.make_periods()[2]
    world.make_report(world.make_skp(world.staff), period, status="submitted")
    world.make_report(world.make_skp(world.stranger), period, status="submitted")
    subjects = {event.subject for event in figures.newest_events(_scope(world, world.head), world.head.user)}
    assert subjects == {"Perawat Contoh"}


def test_the_open_period_with_the_nearest_deadline_counts(world: World) -> None:
    periods = world.make_periods()
    Period.objects.filter(pk=periods[3].pk).update(
        status="open", opens_at=periods[2].opens_at, closes_at=periods[2].closes_at + timedelta(days=30)
    )
    scope = _scope(world, world.head)
    assert scope.open_period == periods[2]
    assert scope.last_closed == periods[1]
