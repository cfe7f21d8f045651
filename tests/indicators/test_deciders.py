"""Who may decide on a plan when the appraiser left, is away, or never was there."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import policy
from apps.core.models import Notification
from apps.employees.models import Mandate, Placement, Position
from apps.indicators import permissions
from apps.indicators.deciders import deciders_of
from apps.indicators.models import Skp
from apps.indicators.rules.lifecycle import SkpAction
from apps.indicators.selectors import plans as selectors
from apps.indicators.services import skp as services

from .support import AT, submitted

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "today", lambda: DAY)
    monkeypatch.setattr(selectors, "today", lambda: DAY)


@pytest.fixture
def acting(world: Any) -> Any:
    """Somebody from another unit of the agency who may be given a mandate."""
    return world.make_employee("Kepala Puskesmas Tetangga", world.agency, appraiser=world.agency_head)


def post_of(employee: Any) -> Position:
    return Placement.objects.get(employee=employee).position


def mandate(world: Any, holder: Any, kind: str = "plt", until: date | None = None) -> Mandate:
    return Mandate.objects.create(
        holder=holder, position=post_of(world.head), kind=kind, period=DateRange(date(2026, 7, 1), until)
    )


def leaves(employee: Any) -> None:
    """End the placement of somebody."""
    Placement.objects.filter(employee=employee).update(period=DateRange(date(2025, 1, 1), date(2026, 7, 1)))


def found(skp: Skp) -> list[tuple[Any, str, Any]]:
    plan = selectors.with_people(Skp.objects).get(pk=skp.pk)
    return [(row.employee, row.role, row.mandate) for row in deciders_of([plan], DAY)[plan.pk]]


def may(employee: Any, skp: Skp) -> bool:
    plan = selectors.with_people(Skp.objects).get(pk=skp.pk)
    listed = selectors.awaiting_decision(employee.user).filter(pk=skp.pk).exists()
    assert listed == permissions.decides(employee.user, plan)
    return listed


def test_the_recorded_appraiser_decides_and_nobody_else(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    assert found(skp) == [(world.head, "appraiser", None)]
    assert may(world.head, skp)
    assert not may(acting, skp)
    assert not may(world.agency_head, skp)
    assert not may(world.colleague, skp)


def test_whoever_acts_in_the_vacant_post_decides_with_the_mandate(world: Any, acting: Any) -> None:
    world.make_skp(world.head)
    skp = submitted(world.staff)
    leaves(world.head)
    held = mandate(world, acting)
    assert found(skp) == [(world.head, "appraiser", None), (acting, "acting", held)]
    assert may(acting, skp)
    assert not may(world.agency_head, skp)
    permissions.require(acting.user, SkpAction.APPROVE, selectors.with_people(Skp.objects).get(pk=skp.pk))
    services.approve_skp(skp_id=skp.pk, by=acting, at=AT)
    decision = skp.decisions.get(action="approve")
    assert (decision.by, decision.mandate) == (acting, held)
    skp.refresh_from_db()
    assert (skp.appraiser, skp.status) == (world.head, "approved")


def test_a_returned_plan_names_the_mandate_as_well(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    leaves(world.head)
    held = mandate(world, acting)
    services.return_skp(skp_id=skp.pk, note="Perbaiki", by=acting, at=AT)
    assert skp.decisions.get(action="return").mandate == held


def test_a_plt_does_not_decide_while_the_appraiser_holds_the_post(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    mandate(world, acting)
    assert not may(acting, skp)
    with pytest.raises(PermissionDenied):
        permissions.require(acting.user, SkpAction.APPROVE, selectors.with_people(Skp.objects).get(pk=skp.pk))


def test_a_plh_decides_while_the_holder_is_away(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    mandate(world, acting, kind="plh", until=date(2027, 10, 1))
    assert may(acting, skp)
    assert may(world.head, skp)


@pytest.mark.parametrize("kind", ["team_lead", "cover"])
def test_other_mandates_decide_nothing(world: Any, acting: Any, kind: str) -> None:
    skp = submitted(world.staff)
    leaves(world.head)
    mandate(world, acting, kind=kind)
    assert not may(acting, skp)


def test_an_ended_mandate_decides_nothing(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    leaves(world.head)
    mandate(world, acting, until=date(2026, 9, 1))
    assert not may(acting, skp)


def test_a_government_may_keep_decisions_from_acting_heads(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    leaves(world.head)
    mandate(world, acting)
    policy.set_value(
        "indicators.acting_may_approve",
        False,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    assert not may(acting, skp)
    # Then the next superior upward decides (ACT-1).
    assert may(world.agency_head, skp)


def test_without_anybody_acting_the_next_superior_decides(world: Any) -> None:
    world.make_skp(world.head)
    skp = submitted(world.staff)
    leaves(world.head)
    assert found(skp)[-1] == (world.agency_head, "superior", None)
    assert may(world.agency_head, skp)
    services.approve_skp(skp_id=skp.pk, by=world.agency_head, at=AT)
    decision = skp.decisions.get(action="approve")
    assert (decision.by, decision.mandate) == (world.agency_head, None)


def test_an_inactive_appraiser_counts_as_gone(world: Any) -> None:
    skp = submitted(world.staff)
    world.head.is_active = False
    world.head.save()
    assert may(world.agency_head, skp)


def test_nobody_decides_on_their_own_plan_by_a_mandate(world: Any) -> None:
    skp = submitted(world.staff)
    leaves(world.head)
    mandate(world, world.staff)
    assert not may(world.staff, skp)
    assert may(world.agency_head, skp)


def test_everybody_who_may_decide_is_told(world: Any, acting: Any) -> None:
    leaves(world.head)
    mandate(world, acting)
    submitted(world.staff)
    told = set(Notification.objects.values_list("recipient", flat=True))
    assert told == {world.head.user_id, acting.user_id}


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    world: Any, acting: Any, django_assert_num_queries: Any
) -> None:
    leaves(world.head)
    mandate(world, acting)
    submitted(world.staff)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        assert len(selectors.awaiting_decision(acting.user)) == 1
    submitted(world.colleague)
    for number in range(3):
        submitted(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
    with django_assert_num_queries(len(few)):
        assert len(selectors.awaiting_decision(acting.user)) == 5


def test_the_page_says_in_which_role_one_decides(world: Any, acting: Any) -> None:
    skp = submitted(world.staff)
    leaves(world.head)
    mandate(world, acting)
    from apps.indicators.views import plans

    class Request:
        user = acting.user

    plan = selectors.with_people(Skp.objects).get(pk=skp.pk)
    assert world.head.full_name in plans._stands_in(Request(), plan)  # type: ignore[arg-type]
