"""Study, leave, suspension, work elsewhere."""

from datetime import date

import pytest

from apps.core.models import AuditEntry
from apps.employees.models import ServiceState
from apps.employees.services import states
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 3, 1), date(2026, 6, 30)


def _record(world: World, since: date = FIRST, until: date | None = LAST) -> ServiceState:
    return states.record_state(
        employee=world.staff, kind="study", since=since, until=until, note=" SK 12 ", by=None, at=NOW
    )


def test_the_last_day_belongs_to_it(world: World) -> None:
    state = _record(world)
    assert (state.period.lower, state.last_day, state.note) == (FIRST, LAST, "SK 12")
    assert ServiceState.objects.active_on(LAST).count() == 1
    assert not ServiceState.objects.active_on(date(2026, 7, 1)).exists()
    assert AuditEntry.objects.get(action="employees.state.recorded").data["kind"] == "study"


def test_two_states_do_not_overlap(world: World) -> None:
    _record(world)
    with pytest.raises(states.StatesOverlap):
        _record(world, LAST, None)
    assert ServiceState.objects.count() == 1


def test_an_end_before_the_begin_is_refused(world: World) -> None:
    with pytest.raises(states.EndsBeforeBegin):
        _record(world, LAST, FIRST)
    assert not ServiceState.objects.exists()


def test_a_state_can_be_ended_earlier(world: World) -> None:
    state = _record(world, until=None)
    ended = states.end_state(state_id=state.pk, last_day=date(2026, 4, 2), by=None, at=NOW)
    assert ended.last_day == date(2026, 4, 2)
    with pytest.raises(states.EndsBeforeBegin):
        states.end_state(state_id=state.pk, last_day=date(2026, 2, 1), by=None, at=NOW)
    state.refresh_from_db()
    assert state.last_day == date(2026, 4, 2)
