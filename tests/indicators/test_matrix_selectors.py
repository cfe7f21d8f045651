from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.employees.models import AppraiserLink
from apps.indicators.models import MatrixCell, Skp, WorkResult
from apps.indicators.selectors import matrix as matrix_selectors
from apps.indicators.services import skp as plans

from .support import AT, begin, fill
from .test_services_matrix import TEXT, new, save

pytestmark = pytest.mark.django_db


def supporting(world: Any, leader: Skp, who: Any, text: str) -> WorkResult:
    """Let somebody write a result of their own for the leader's column."""
    skp = Skp.objects.filter(employee=who).first() or begin(who)
    return plans.add_result(
        skp=skp, text=text, kind="utama", by=who, supports=leader.results.order_by("id")[0]
    )


def read(*values: Any) -> None:
    """Touch what a page shows, so that a missing prefetch would cost a query."""


def test_rows_are_todays_staff_and_whoever_planned_under_the_leader(world: Any) -> None:
    leader = world.make_skp(world.head)
    assert list(matrix_selectors.members_of(leader, AT)) == [world.colleague, world.staff]
    world.make_skp(world.staff)
    AppraiserLink.objects.filter(employee__in=[world.staff, world.colleague]).update(
        appraiser=world.agency_head
    )
    assert list(matrix_selectors.members_of(leader, AT)) == [world.staff]


def test_what_the_person_wrote_alone_fills_the_column_too(world: Any) -> None:
    leader = world.make_skp(world.head)
    assert matrix_selectors.uncovered_columns(Skp.objects.filter(pk=leader.pk)).count() == 1
    own = supporting(world, leader, world.staff, "Ditulis sendiri")
    (row,) = matrix_selectors.matrix_rows(leader, [world.staff], AT)
    assert (row.columns[0].own, row.columns[0].cells, row.filled) == ([own], [], 1)
    assert not matrix_selectors.uncovered_columns(Skp.objects.filter(pk=leader.pk)).exists()


def test_a_waiting_contribution_covers_a_column(world: Any) -> None:
    leader = world.make_skp(world.head)
    save(world, leader, new(leader))
    (row,) = matrix_selectors.matrix_rows(leader, [world.staff], AT)
    assert [view.state.value for view in row.columns[0].cells] == ["waiting"]
    assert not matrix_selectors.uncovered_columns(Skp.objects.filter(pk=leader.pk)).exists()


def test_what_came_through_the_matrix_is_not_shown_twice(world: Any) -> None:
    leader = world.make_skp(world.head)
    begin(world.staff)
    save(world, leader, new(leader))
    (row,) = matrix_selectors.matrix_rows(leader, [world.staff], AT)
    assert ([view.state.value for view in row.columns[0].cells], row.columns[0].own) == (["in_plan"], [])


def test_additional_results_are_no_columns(world: Any) -> None:
    leader = world.make_skp(world.head, status="draft")
    plans.add_result(skp=leader, text="Tugas tim", kind="tambahan", by=world.head)
    assert [row.kind for row in matrix_selectors.columns_of(leader)] == ["utama"]


def test_the_matrix_needs_the_same_queries_for_one_and_for_thirty_people(world: Any) -> None:
    leader = world.make_skp(world.head)
    column = leader.results.get()

    def queries() -> int:
        people = list(matrix_selectors.members_of(leader, AT))
        with CaptureQueriesContext(connection) as captured:
            for row in matrix_selectors.matrix_rows(leader, people, AT):
                for view in row.columns[0].cells:
                    read(view.text, view.plan_text, row.plan and row.plan.government.code)
        return len(captured)

    begin(world.staff)
    save(world, leader, new(leader))
    supporting(world, leader, world.staff, "Sendiri")
    few = queries()
    for number in range(28):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        result = world.make_skp(person).results.get()
        if number % 2:
            MatrixCell.objects.create(column=column, employee=person, text=TEXT, result=result, written_at=AT)
    assert queries() == few


def test_who_leads_nobody_has_no_matrix(world: Any) -> None:
    assert not matrix_selectors.leads_somebody(world.make_skp(world.staff), AT)
    assert matrix_selectors.leads_somebody(world.make_skp(world.head), AT)


def test_a_change_of_a_plan_shows_the_proposals_to_the_plan(world: Any) -> None:
    from apps.indicators.services.revisions import begin_revision

    leader = world.make_skp(world.head)
    skp = begin(world.staff)
    fill(skp)
    plans.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    plans.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    save(world, leader, new(leader))
    copy = begin_revision(skp_id=skp.pk, reason="assignment", note="Tugas baru", by=world.staff, at=AT)
    assert matrix_selectors.proposals_for(copy) == matrix_selectors.proposals_for(skp) != []
    assert matrix_selectors.open_proposals_of(world.staff.user).count() == 1
