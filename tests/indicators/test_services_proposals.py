from typing import Any

import pytest

from apps.core.models import AuditEntry, Notification
from apps.employees.models import AppraiserLink
from apps.indicators.models import MatrixCell, PlanProposal, Skp, WorkResult
from apps.indicators.services import proposals as services
from apps.indicators.services import skp as plans
from apps.indicators.services.revisions import withdraw_revision

from .support import AT, begin, fill
from .test_services_matrix import NEW, TEXT, change, new, save, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(world: Any) -> Skp:
    """The approved plan of the head, with one main result."""
    return world.make_skp(world.head)


def proposed(world: Any, leader: Skp, kind: str, status: str) -> tuple[Skp, MatrixCell, PlanProposal]:
    """Bring a proposal about: a contribution stands in the plan, the plan is decided on, the leader writes again."""
    skp = begin(world.staff)
    fill(skp, text="Hasil lain")
    save(world, leader, new(leader))
    cell = MatrixCell.objects.get()
    plans.add_indicator(
        result=cell.result,
        text="Jumlah laporan",
        aspect="kuantitas",
        target=12,
        measure="laporan",
        direction="higher_is_better",
        source="reported",
        by=world.staff,
    )
    plans.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    if status == "approved":
        plans.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    entry = {"add": new(leader, NEW), "change": change(cell, NEW), "drop": change(cell, "")}[kind]
    save(world, leader, entry)
    proposal = PlanProposal.objects.get()
    return Skp.objects.get(pk=skp.pk), proposal.cell, proposal


EXPECTED = {
    "add": ["Hasil lain", TEXT, NEW],
    "change": ["Hasil lain", NEW],
    "drop": ["Hasil lain"],
}


@pytest.mark.parametrize("kind", ["add", "change", "drop"])
def test_an_approved_plan_is_written_through_a_change_of_it(world: Any, leader: Skp, kind: str) -> None:
    skp, cell, proposal = proposed(world, leader, kind, "approved")
    before = texts(skp)
    target = services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    assert (target.revises, target.status, texts(target)) == (skp, "draft", EXPECTED[kind])
    assert texts(skp) == before, "the plan itself waits for the approval of its change"
    if kind == "add":
        plans.add_indicator(
            result=target.results.get(text=NEW),
            text="Jumlah",
            aspect="kuantitas",
            target=1,
            measure="laporan",
            direction="higher_is_better",
            source="reported",
            by=world.staff,
        )
    plans.submit_skp(skp_id=target.pk, by=world.staff, at=AT)
    plans.approve_skp(skp_id=target.pk, by=world.head, at=AT)
    assert texts(skp) == EXPECTED[kind]
    if kind == "drop":
        assert not MatrixCell.objects.filter(pk=cell.pk).exists()
    else:
        cell.refresh_from_db()
        assert (cell.result.skp, cell.result.text) == (skp, NEW)
        assert cell.result.supports == leader.results.get()


def test_a_second_acceptance_uses_the_open_change(world: Any, leader: Skp) -> None:
    _skp, _cell, proposal = proposed(world, leader, "add", "approved")
    first = services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    save(world, leader, new(leader, "Satu lagi"))
    second = services.accept_proposal(
        proposal_id=PlanProposal.objects.get(status="open").pk, by=world.staff, at=AT
    )
    assert (first, texts(second)) == (second, ["Hasil lain", TEXT, NEW, "Satu lagi"])


def test_other_words_for_what_stands_only_in_the_change(world: Any, leader: Skp) -> None:
    skp, cell, proposal = proposed(world, leader, "add", "approved")
    target = services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    save(world, leader, change(cell, "Kata ketiga"))
    open_one = PlanProposal.objects.get(status="open")
    assert (open_one.kind, open_one.skp, open_one.text_before) == ("change", skp, NEW)
    assert texts(target) == ["Hasil lain", TEXT, NEW], "a change somebody writes is not overwritten"
    services.accept_proposal(proposal_id=open_one.pk, by=world.staff, at=AT)
    assert texts(target) == ["Hasil lain", TEXT, "Kata ketiga"]


def test_after_the_change_is_given_up_the_contribution_is_in_no_plan(world: Any, leader: Skp) -> None:
    from apps.indicators.selectors.matrix import matrix_rows

    _skp, _cell, proposal = proposed(world, leader, "add", "approved")
    target = services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    withdraw_revision(skp_id=target.pk, by=world.staff, at=AT)
    (row,) = matrix_rows(leader, [world.staff], AT)
    assert [view.state.value for view in row.columns[0].cells] == ["in_plan", "not_in_plan"]


@pytest.mark.parametrize("kind", ["add", "change", "drop"])
def test_a_sent_plan_is_taken_back_first(world: Any, leader: Skp, kind: str) -> None:
    skp, _cell, proposal = proposed(world, leader, kind, "submitted")
    before = texts(skp)
    with pytest.raises(services.RecallFirst):
        services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    proposal.refresh_from_db()
    assert (texts(skp), proposal.status) == (before, "open")
    plans.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    assert services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT) == skp
    assert texts(skp) == EXPECTED[kind]


def test_a_change_that_was_sent_is_taken_back_first(world: Any, leader: Skp) -> None:
    _skp, cell, proposal = proposed(world, leader, "change", "approved")
    target = services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    plans.submit_skp(skp_id=target.pk, by=world.staff, at=AT)
    save(world, leader, change(cell, "Kata ketiga"))
    with pytest.raises(services.RecallFirst) as waiting:
        services.accept_proposal(
            proposal_id=PlanProposal.objects.get(status="open").pk, by=world.staff, at=AT
        )
    assert waiting.value.skp == target
    assert texts(target) == ["Hasil lain", NEW]


def test_a_closed_plan_cannot_accept(world: Any, leader: Skp) -> None:
    skp, _cell, proposal = proposed(world, leader, "change", "approved")
    plans.close_skp(skp_id=skp.pk, by=None, at=AT)
    with pytest.raises(plans.PlanNotEditable):
        services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    proposal.refresh_from_db()
    assert (texts(skp), proposal.status) == (["Hasil lain", TEXT], "open")


def test_a_result_others_support_cannot_go(world: Any, leader: Skp) -> None:
    skp, cell, proposal = proposed(world, leader, "drop", "submitted")
    plans.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    below = world.make_skp(world.colleague, status="draft").results.get()
    WorkResult.objects.filter(pk=below.pk).update(supports=cell.result)
    with pytest.raises(plans.ResultInUse):
        services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    proposal.refresh_from_db()
    assert (texts(skp), proposal.status) == (["Hasil lain", TEXT], "open")


def test_a_plan_under_another_appraiser_cannot_take_a_new_result(world: Any, leader: Skp) -> None:
    skp, _cell, proposal = proposed(world, leader, "add", "submitted")
    plans.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    Skp.objects.filter(pk=skp.pk).update(appraiser=world.agency_head)
    with pytest.raises(plans.SupportNotOffered):
        services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    assert texts(skp) == ["Hasil lain", TEXT]


@pytest.mark.parametrize("kind", ["add", "change", "drop"])
@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_declining_changes_nothing_and_tells_the_leader(
    world: Any, leader: Skp, kind: str, status: str
) -> None:
    skp, cell, proposal = proposed(world, leader, kind, status)
    services.decline_proposal(proposal_id=proposal.pk, note=" Bukan tugas saya. ", by=world.staff, at=AT)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answer) == ("declined", "Bukan tugas saya.")
    assert texts(skp) == ["Hasil lain", TEXT]
    cell.refresh_from_db()
    assert cell.text == (NEW if kind == "add" else TEXT), "the matrix says what the plan says"
    assert Notification.objects.filter(recipient=world.head.user, text__contains="declined").count() == 1
    assert AuditEntry.objects.filter(action="indicators.proposal.declined").count() == 1


def test_declining_needs_a_note(world: Any, leader: Skp) -> None:
    _skp, _cell, proposal = proposed(world, leader, "add", "approved")
    with pytest.raises(plans.NoteRequired):
        services.decline_proposal(proposal_id=proposal.pk, note="  ", by=world.staff, at=AT)
    proposal.refresh_from_db()
    assert proposal.is_open


def test_an_answer_is_given_once(world: Any, leader: Skp) -> None:
    skp, _cell, proposal = proposed(world, leader, "add", "approved")
    services.decline_proposal(proposal_id=proposal.pk, note="Tidak.", by=world.staff, at=AT)
    with pytest.raises(services.ProposalAnswered):
        services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    with pytest.raises(services.ProposalAnswered):
        services.decline_proposal(proposal_id=proposal.pk, note="Ya.", by=world.staff, at=AT)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answer, texts(skp)) == ("declined", "Tidak.", ["Hasil lain", TEXT])


def test_what_the_owner_deleted_meanwhile_is_added_by_accepting_other_words(world: Any, leader: Skp) -> None:
    skp, cell, proposal = proposed(world, leader, "change", "submitted")
    plans.recall_skp(skp_id=skp.pk, by=world.staff, at=AT)
    plans.remove_result(result=cell.result, by=world.staff)
    services.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
    assert texts(skp) == ["Hasil lain", NEW]
