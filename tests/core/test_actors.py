"""Who acts, as a foreign key keeps it."""

from typing import Any

import pytest

from apps.core.actors import account_behind

pytestmark = pytest.mark.django_db


def test_the_account_behind_whoever_acts(world: Any) -> None:
    without = world.make_employee("Tanpa Akun", world.unit)
    type(without).objects.filter(pk=without.pk).update(user=None)
    without.refresh_from_db()
    assert account_behind(world.staff) == world.staff.user
    assert account_behind(world.personnel_officer) == world.personnel_officer
    assert [account_behind(who) for who in (None, "public", without)] == [None, None, None]
