from typing import Any

import pytest

from apps.employees.models import AppraiserLink
from apps.indicators.models import Skp

pytestmark = pytest.mark.django_db


def test_who_sees_which_plans(world: Any) -> None:
    staff, colleague, head = (world.make_skp(who) for who in (world.staff, world.colleague, world.head))
    strange = world.make_skp(world.stranger)
    foreign = world.other.make_skp(world.foreigner)
    seen = {
        world.staff.user: {staff},
        world.colleague.user: {colleague},
        world.head.user: {staff, colleague, head},
        world.agency_head.user: {staff, colleague, head},
        world.stranger.user: {strange},
        world.personnel_officer: {staff, colleague, head, strange},
        world.auditor: {staff, colleague, head, strange},
        world.foreigner.user: {foreign},
    }
    for user, plans in seen.items():
        assert set(Skp.objects.visible_to(user)) == plans


def test_a_former_appraiser_still_sees_the_plan_they_agreed_on(world: Any) -> None:
    skp = world.make_skp(world.stranger)
    AppraiserLink.objects.filter(employee=world.stranger).delete()
    Skp.objects.filter(pk=skp.pk).update(appraiser=world.agency_head)
    assert skp in set(Skp.objects.visible_to(world.agency_head.user))


def test_only_sent_plans_wait(world: Any) -> None:
    world.make_skp(world.staff, status="draft")
    waiting = world.make_skp(world.colleague, status="submitted")
    assert set(Skp.objects.awaiting(world.head.user)) == {waiting}
    assert not Skp.objects.awaiting(world.agency_head.user).exists()
