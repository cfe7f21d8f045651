from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.indicators import selectors
from apps.indicators.models import Indicator, Skp, UnitIndicator, WorkResult
from apps.indicators.rules.completeness import ProblemCode
from apps.indicators.services import skp as services
from apps.indicators.services.guard import applying

from .support import begin, fill, submitted

pytestmark = pytest.mark.django_db


def iku(unit: Any, name: str = "Cakupan", year: int = 2026) -> UnitIndicator:
    """Make an indicator of a unit."""
    return UnitIndicator.objects.create(
        unit=unit, year=year, goal="Sasaran", name=name, target=Decimal(1), measure="persen"
    )


def read_whole(skp: Skp) -> None:
    """Touch everything the form shows."""
    plan = selectors.whole(Skp.objects.filter(pk=skp.pk)).get()
    selectors.problems_of(plan)
    selectors.behavior_rows(plan)
    for result in plan.results.all():
        assert [row.pk for row in result.indicators.all()]
        assert result.supports is None or result.supports.skp.year
    assert list(plan.annex.all()) == list(plan.annex.all())
    assert [decision.by for decision in plan.decisions.all()]
    assert plan.placement.position.title


def test_a_plan_needs_the_same_queries_with_one_and_with_three_results(
    world: Any, django_assert_num_queries: Any
) -> None:
    skp = begin(world.staff)
    fill(skp)
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=skp.created_at)
    with django_assert_num_queries(6):
        read_whole(skp)
    services.recall_skp(skp_id=skp.pk, by=world.staff, at=skp.created_at)
    above = world.make_skp(world.head, status="draft").results.get()
    for text in ("b", "c"):
        result = fill(skp, text=text)
        WorkResult.objects.filter(pk=result.pk).update(supports=above)
    services.add_annex_item(skp=skp, kind="konsekuensi", text="x", by=world.staff)
    with django_assert_num_queries(6):
        read_whole(skp)


def test_facts_name_the_places_of_what_is_missing(world: Any) -> None:
    skp = begin(world.staff)
    result = services.add_result(skp=skp, text="a", kind="utama", by=world.staff)
    indicator = Indicator.objects.create(result=result, text="i")
    services.set_behavior(skp=skp, value="loyal", expectation="x", by=world.staff)
    found = {(p.code, p.where) for p in selectors.problems_of(selectors.whole(Skp.objects).get())}
    assert {
        (ProblemCode.RESULT_SUPPORTS_NOTHING, f"result:{result.pk}"),
        (ProblemCode.INDICATOR_WITHOUT_ASPEK, f"indicator:{indicator.pk}"),
        (ProblemCode.INDICATOR_WITHOUT_TARGET, f"indicator:{indicator.pk}"),
        (ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION, "adaptif"),
    } <= found
    assert (ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION, "loyal") not in found


def test_supportable_is_the_superiors_plan_and_indicators_upwards(world: Any) -> None:
    superior = world.make_skp(world.head, status="draft")
    world.make_skp(world.stranger_head)
    own, above = iku(world.unit), iku(world.agency)
    iku(world.other_agency)
    iku(world.unit, year=2025)
    offered = selectors.supportable(begin(world.staff))
    assert offered.results == [superior.results.get()]
    assert offered.indicators == [own, above]


def test_the_jpt_form_is_offered_indicators_only(world: Any) -> None:
    skp = begin(world.agency_head)
    world.make_skp(world.head)
    own = iku(world.agency)
    offered = selectors.supportable(skp)
    assert (offered.results, offered.indicators) == ([], [own])


def test_an_elected_superior_blocks_nobody(world: Any) -> None:
    skp = world.make_skp(world.agency_head, status="submitted")
    assert skp.appraiser is None
    assert selectors.superior_blocker(skp, date(2026, 9, 15)) is None


@pytest.mark.parametrize("status", ["approved", "closed"])
def test_an_approved_superior_blocks_nobody(world: Any, status: str) -> None:
    world.make_skp(world.head, status=status)
    assert (
        selectors.superior_blocker(world.make_skp(world.staff, status="submitted"), date(2026, 9, 15)) is None
    )


def test_plans_without_an_account_holding_appraiser_wait_for_the_personnel_officer(world: Any) -> None:
    orphan = world.make_skp(world.agency_head, status="submitted")
    normal = world.make_skp(world.staff, status="submitted")
    assert list(selectors.awaiting_decision(world.personnel_officer)) == [orphan]
    assert list(selectors.awaiting_decision(world.head.user)) == [normal]
    assert not selectors.awaiting_decision(world.auditor).exists()
    assert not selectors.awaiting_decision(world.staff.user).exists()
    for user in (world.personnel_officer, world.head.user, world.auditor, world.staff.user):
        listed = selectors.awaiting_decision(user).filter(year=world.YEAR).count()
        assert selectors.awaiting_count(user, world.YEAR) == listed
    assert selectors.awaiting_count(world.head.user, world.YEAR + 1) == 0


def test_a_unit_indicator_without_supporters_is_an_orphan(world: Any) -> None:
    carried, alone = iku(world.unit, "A"), iku(world.unit, "B")
    skp = begin(world.staff)
    result = services.add_result(skp=skp, text="a", kind="utama", by=world.staff, supports_indicator=carried)
    rows = selectors.unit_indicator_rows(world.unit, 2026, world.head.user)
    assert [(row.indicator, row.supporters, row.is_orphan) for row in rows] == [
        (carried, [result], False),
        (alone, [], True),
    ]


def test_supporters_one_may_not_see_are_only_counted(world: Any) -> None:
    carried = iku(world.unit)
    services.add_result(
        skp=begin(world.staff), text="a", kind="utama", by=world.staff, supports_indicator=carried
    )
    (row,) = selectors.unit_indicator_rows(world.unit, 2026, world.colleague.user)
    assert (row.supporters, row.hidden, row.is_orphan) == ([], 1, False)


def test_a_chain_that_ends_at_an_indicator_is_no_orphan(world: Any) -> None:
    top = world.make_skp(world.agency_head).results.get()
    middle = world.make_skp(world.head).results.get()
    bottom = world.make_skp(world.staff).results.get()
    with applying():
        WorkResult.objects.filter(pk=middle.pk).update(supports=top)
        WorkResult.objects.filter(pk=bottom.pk).update(supports=middle)
    everything = Skp.objects.filter(government=world.government)
    assert set(selectors.orphan_results(everything)) == {top, middle, bottom}
    with applying():
        WorkResult.objects.filter(pk=top.pk).update(supports_indicator=iku(world.agency))
    assert not selectors.orphan_results(everything).exists()


def test_a_circle_of_results_ends(world: Any) -> None:
    one = world.make_skp(world.head).results.get()
    two = world.make_skp(world.staff).results.get()
    with applying():
        WorkResult.objects.filter(pk=one.pk).update(supports=two)
        WorkResult.objects.filter(pk=two.pk).update(supports=one)
    assert set(selectors.orphan_results(Skp.objects.all())) == {one, two}


def test_waiting_plans_come_oldest_first(world: Any) -> None:
    first, second = submitted(world.staff), submitted(world.colleague)
    Skp.objects.filter(pk=second.pk).update(submitted_at=date(2026, 1, 1).strftime("%Y-%m-%dT00:00Z"))
    assert list(selectors.awaiting_decision(world.head.user)) == [second, first]
