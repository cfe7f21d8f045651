from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.indicators import selectors
from apps.indicators.models import Skp, UnitIndicator, WorkResult
from apps.indicators.selectors import thread as thread_selectors
from apps.indicators.services.guard import applying
from apps.indicators.services.revisions import begin_revision

from .support import AT
from .test_matrix_selectors import read
from .test_selectors import iku

pytestmark = pytest.mark.django_db


def connect(result: WorkResult, above: Any) -> WorkResult:
    """Let a result support another one or an indicator, also in a decided plan."""
    field = "supports_indicator" if isinstance(above, UnitIndicator) else "supports"
    with applying():
        WorkResult.objects.filter(pk=result.pk).update(**{field: above})
    return result


def chain(world: Any) -> tuple[UnitIndicator, WorkResult, WorkResult]:
    """An indicator of the unit, the head's result, the staff's result."""
    indicator = iku(world.unit)
    head = connect(world.make_skp(world.head).results.get(), indicator)
    return indicator, head, connect(world.make_skp(world.staff).results.get(), head)


def test_the_tree_goes_from_the_indicator_to_the_members(world: Any) -> None:
    indicator, head, staff = chain(world)
    alone = iku(world.unit, "Tanpa pendukung")
    tree = thread_selectors.unit_thread(world.unit, 2026, world.head.user)
    (root, empty) = tree.own
    assert (root.indicator, [node.result for node in root.below]) == (indicator, [head])
    assert [node.result for node in root.below[0].below] == [staff]
    assert (empty.is_uncovered, tree.uncovered, tree.above) == (True, [alone], [])


def test_what_the_unit_supports_above_is_shown_with_its_owner(world: Any) -> None:
    above = world.make_skp(world.agency_head).results.get()
    head = connect(world.make_skp(world.head).results.get(), above)
    region = iku(world.root, "Indeks kota")
    direct = connect(world.make_skp(world.colleague).results.get(), region)
    tree = thread_selectors.unit_thread(world.unit, 2026, world.head.user)
    assert [(root.indicator, root.result) for root in tree.above] == [(region, None), (None, above)]
    assert [[node.result for node in root.below] for root in tree.above] == [[direct], [head]]


def test_what_lies_deeper_is_counted(world: Any) -> None:
    _indicator, _head, staff = chain(world)
    connect(world.make_skp(world.colleague).results.get(), staff)
    tree = thread_selectors.unit_thread(world.unit, 2026, world.head.user)
    assert tree.own[0].below[0].below[0].deeper == 1


def test_others_see_their_own_branch_and_only_the_number_of_the_rest(world: Any) -> None:
    _indicator, head, staff = chain(world)
    connect(world.make_skp(world.colleague).results.get(), head)
    tree = thread_selectors.unit_thread(world.unit, 2026, world.staff.user)
    (node,) = tree.own[0].below
    assert (node.result, node.is_visible, node.hidden) == (head, False, 1)
    assert [child.result for child in node.below] == [staff]
    hidden = thread_selectors.unit_thread(world.unit, 2026, world.auditor)
    assert hidden.own[0].below[0].is_visible, "the auditor of the government sees everything"


def test_somebody_without_a_result_there_gets_numbers_only(world: Any) -> None:
    chain(world)
    tree = thread_selectors.unit_thread(world.unit, 2026, world.colleague.user)
    assert (tree.own[0].below, tree.own[0].hidden) == ([], 2)


def test_working_copies_are_no_part_of_the_thread(world: Any) -> None:
    _indicator, head, staff = chain(world)
    begin_revision(skp_id=staff.skp_id, reason="assignment", note="x", by=world.staff, at=AT)
    begin_revision(skp_id=head.skp_id, reason="assignment", note="x", by=world.head, at=AT)
    tree = thread_selectors.unit_thread(world.unit, 2026, world.head.user)
    assert [node.result for node in tree.own[0].below] == [head]
    assert [node.result for node in tree.own[0].below[0].below] == [staff]


def test_a_chain_through_a_dropped_result_leads_nowhere(world: Any) -> None:
    _indicator, head, staff = chain(world)
    copy = begin_revision(skp_id=head.skp_id, reason="assignment", note="x", by=world.head, at=AT)
    with applying():
        WorkResult.objects.filter(pk=head.pk).update(skp=copy)
    assert set(selectors.orphan_results(Skp.objects.filter(pk=staff.skp_id))) == {staff}
    (own,) = thread_selectors.chains_of(staff.skp)
    assert (own.above, own.indicator) == ([], None)


def test_one_persons_chain_goes_up_to_the_indicator(world: Any) -> None:
    indicator, head, staff = chain(world)
    (own,) = thread_selectors.chains_of(staff.skp)
    assert (own.above, own.indicator, own.is_circle) == ([head], indicator, False)


def test_a_circle_is_named(world: Any) -> None:
    one = world.make_skp(world.head).results.get()
    two = connect(world.make_skp(world.staff).results.get(), one)
    connect(one, two)
    (own,) = thread_selectors.chains_of(two.skp)
    assert (own.is_circle, own.indicator) == (True, None)


def test_leaders_results_without_a_contribution_are_uncovered(world: Any) -> None:
    _indicator, head, _staff = chain(world)
    everything = Skp.objects.plans().filter(unit__path__startswith=world.unit.path)
    found = thread_selectors.uncovered_results(everything, world.unit, 2026, AT)
    assert not found.exists(), "the head's result is carried, the staff lead nobody"
    lonely = WorkResult.objects.create(skp=world.make_skp(world.agency_head, status="draft"), text="Sendiri")
    everything = Skp.objects.plans().filter(unit__path__startswith=world.agency.path)
    found = thread_selectors.uncovered_results(everything, world.agency, 2026, AT)
    assert lonely in set(found)
    assert head not in set(found)


def test_tree_and_chains_need_the_same_queries_for_few_and_many(world: Any) -> None:
    indicator, head, staff = chain(world)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            tree = thread_selectors.unit_thread(world.unit, 2026, world.head.user)
            for root in tree.own:
                for node in root.below:
                    for child in node.below:
                        read(child.result.skp.employee.full_name, child.result.skp.unit.name)
            list(thread_selectors.uncovered_results(Skp.objects.plans(), world.unit, 2026, AT))
            list(selectors.orphan_results(Skp.objects.plans()))
            for row in thread_selectors.chains_of(staff.skp):
                read([(up.skp.unit.name, up.skp.placement.position.title) for up in row.above])
        return len(captured)

    few = queries()
    for number in range(20):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        result = connect(
            world.make_skp(person).results.get(), head if number % 3 else iku(world.unit, f"I{number}")
        )
        with applying():
            connect(WorkResult.objects.create(skp=staff.skp, text=f"Hasil {number}"), result)
    assert queries() == few
    assert Decimal(indicator.target) == 1
