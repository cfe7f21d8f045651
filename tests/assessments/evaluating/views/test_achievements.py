"""/pengawas/capaian/: the level above fixes the organization's achievement."""

from typing import Any

import pytest

from apps.assessments.models import UnitAchievement

pytestmark = pytest.mark.django_db


def test_the_head_above_fixes_and_nothing_is_chosen_before(world: Any, period: Any) -> None:
    client = world.client(world.agency_head)
    page = client.get(f"/pengawas/capaian/{period.pk}/")
    assert [unit for unit, _fixed in page.context["rows"]] == [world.unit]
    url = f"/pengawas/capaian/{period.pk}/{world.unit.pk}/"
    page = client.get(url)
    assert page.status_code == 200
    assert b"checked" not in page.content
    assert client.post(url, {"note": ""}).status_code == 422
    assert not UnitAchievement.objects.exists()
    assert client.post(url, {"org_predicate": "baik", "note": ""}).status_code == 302
    assert UnitAchievement.objects.get().fixed_by == world.agency_head
    response = client.post(url, {"org_predicate": "istimewa", "note": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["note"])
    assert UnitAchievement.objects.get().org_predicate == "baik"


@pytest.mark.parametrize(
    ("who", "list_status", "form_status"),
    [("head", 200, 404), ("staff", 200, 404), ("stranger_head", 200, 404), ("foreigner", 404, 404)],
)
def test_nobody_fixes_their_own_or_anothers_unit(
    world: Any, period: Any, who: str, list_status: int, form_status: int
) -> None:
    client = world.client(getattr(world, who))
    url = f"/pengawas/capaian/{period.pk}/{world.unit.pk}/"
    assert client.get(f"/pengawas/capaian/{period.pk}/").status_code == list_status
    assert client.get(url).status_code == form_status
    assert client.post(url, {"org_predicate": "istimewa"}).status_code == form_status
    assert not UnitAchievement.objects.exists()


def test_leadership_fixes_the_agencies(world: Any, period: Any) -> None:
    mayor = world.make_role_user("leadership")
    page = world.client(mayor).get(f"/pengawas/capaian/{period.pk}/")
    assert {unit for unit, _fixed in page.context["rows"]} == {world.agency, world.other_agency}


def test_a_running_period_waits(world: Any, period: Any) -> None:
    running = period.cycle.periods.get(number=3)
    client = world.client(world.agency_head)
    url = f"/pengawas/capaian/{running.pk}/{world.unit.pk}/"
    assert client.post(url, {"org_predicate": "baik"}).status_code == 302
    assert not UnitAchievement.objects.exists()


def test_who_sees_the_distribution(world: Any, prepared: Any, period: Any) -> None:
    prepared(world.staff)
    url = f"/pengawas/penilaian/{period.pk}/sebaran/{world.unit.pk}/"
    for who, status in (
        ("head", 200),
        ("agency_head", 200),
        ("staff", 403),
        ("stranger_head", 404),
        ("foreigner", 404),
    ):
        assert world.client(getattr(world, who)).get(url).status_code == status
    for user in (world.auditor, world.personnel_officer):
        assert world.client(user).get(url).status_code == 200
