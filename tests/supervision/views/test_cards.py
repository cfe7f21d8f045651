"""The questions of the supervisor's page."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from apps.supervision.selectors import today as figures
from apps.supervision.views import cards as page
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def _card(tone: str, question: str = "?") -> page.Card:
    return page.Card(question, "1", "", "/", tone)


def _scope(world: World, who: Any, at: Any = NOW) -> figures.Scope:
    return figures.scope_of(who.user, world.government, at, direct=True)


def test_at_most_seven_and_those_that_ask_for_nothing_go_first(world: World, monkeypatch: Any) -> None:
    tones = ["warning", "success", "info", "", "danger", "warning", "info", "success", "warning"]
    made = [_card(tone, str(number)) for number, tone in enumerate(tones)]
    monkeypatch.setattr(page, "_MAKERS", tuple(lambda _page, card=card: card for card in made))
    found = page.cards(world.head.user, _scope(world, world.head))
    assert [card.question for card in found] == ["0", "1", "2", "4", "5", "6", "8"]


def test_the_missing_are_compared_with_the_same_point_of_the_period_before(world: World) -> None:
    before, now = world.make_periods()[1:3]
    staff, colleague = world.make_skp(world.staff), world.make_skp(world.colleague)
    world.make_report(staff, now, status="submitted")
    late = world.make_report(colleague, before, status="accepted")
    # Fifteen days before the end of this quarter; the report came ten days before the end of the last one.
    at = now.closes_at - timedelta(days=15)
    type(late).objects.filter(pk=late.pk).update(submitted_at=before.closes_at - timedelta(days=10))
    earlier = figures.missing_before(_scope(world, world.head, at))
    assert earlier == figures.Earlier(before, 2)
    earlier = figures.missing_before(_scope(world, world.head, now.closes_at - timedelta(days=9)))
    assert earlier == figures.Earlier(before, 1)


def test_the_first_period_of_the_year_has_nothing_to_compare_with(world: World) -> None:
    first, _second, third, _fourth = world.make_periods()
    type(third).objects.filter(pk=third.pk).update(status="planned")
    type(first).objects.filter(pk=first.pk).update(status="open")
    scope = _scope(world, world.head)
    assert scope.open_period == first
    assert figures.missing_before(scope) is None


def test_what_stands_out_is_the_first_question(world: World) -> None:
    world.make_periods()
    with time_machine.travel(NOW, tick=False):
        world.make_skp(world.staff, status="submitted")
        type(world.staff.skp.get()).objects.update(submitted_at=NOW - timedelta(days=30))
        found = page.cards(world.head.user, _scope(world, world.head))
        waiting = figures.queue_figures(world.head.user, NOW.date())
    assert waiting is not None
    assert (waiting.supervised, waiting.lines) == (2, 1)
    assert (found[0].url, found[0].value, found[0].tone) == ("/pengawas/antrean/", "1", "warning")


def test_somebody_who_supervises_nobody_has_no_such_question(world: World) -> None:
    assert figures.queue_figures(world.personnel_officer, NOW.date()) is None
