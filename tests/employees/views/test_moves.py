"""The pages for moves and for times away."""

from datetime import date

import pytest
from django.urls import reverse

from apps.employees import selectors
from apps.employees.models import Position, ServiceState
from tests.world import World

pytestmark = pytest.mark.django_db


def _address(world: World) -> str:
    return reverse("employees:move", args=[world.staff.pk])


def test_first_the_unit_then_its_posts(world: World) -> None:
    client = world.client(world.personnel_officer)
    assert b'name="since"' not in client.get(_address(world)).content
    page = client.get(_address(world), {"unit": world.other_agency.pk})
    assert b'name="since"' in page.content
    assert world.stranger.placements.get().position.title in page.content.decode()


def test_a_move_into_a_new_post(world: World) -> None:
    client = world.client(world.personnel_officer)
    data = {
        "unit": world.other_agency.pk,
        "since": "2026-05-01",
        "title": "Guru Ahli Madya",
        "position_class": "jf",
        "level": "ahli_madya",
    }
    answer = client.post(_address(world), data)
    assert answer.status_code == 302
    place = selectors.placement_on(world.staff, date(2026, 5, 1))
    assert (place.position.title, place.position.level) == ("Guru Ahli Madya", "ahli_madya")


def test_a_taken_post_is_refused_and_the_text_is_still_there(world: World) -> None:
    client = world.client(world.personnel_officer)
    taken = world.stranger_head.placements.get().position
    answer = client.post(
        _address(world), {"unit": world.other_agency.pk, "since": "2026-05-01", "position": taken.pk}
    )
    assert answer.status_code == 422
    assert b"2026-05-01" in answer.content
    assert world.staff.placements.count() == 1
    assert Position.objects.filter(unit=world.other_agency).count() == 2


def test_a_functional_post_needs_its_level(world: World) -> None:
    client = world.client(world.personnel_officer)
    data = {
        "unit": world.other_agency.pk,
        "since": "2026-05-01",
        "title": "Guru Baru",
        "position_class": "jf",
    }
    answer = client.post(_address(world), data)
    assert answer.status_code == 422
    assert world.staff.placements.count() == 1


def test_a_time_away_is_recorded_and_ended(world: World) -> None:
    client = world.client(world.personnel_officer)
    address = reverse("employees:state-list", args=[world.staff.pk])
    answer = client.post(address, {"kind": "study", "since": "2026-01-05", "until": "", "note": "SK 7/2026"})
    assert answer.status_code == 302
    state = ServiceState.objects.get()
    assert (state.kind, state.recorded_by) == ("study", world.personnel_officer)
    assert client.post(reverse("employees:state-end", args=[world.staff.pk, state.pk])).status_code == 302
    state.refresh_from_db()
    assert state.period.upper is not None
    again = client.post(address, {"kind": "study", "since": "2026-01-06", "until": "", "note": "SK 8"})
    assert again.status_code == 422
    assert ServiceState.objects.count() == 1
