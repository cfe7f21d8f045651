from typing import Any

import pytest

from apps.core.models import AuditEntry, Notification
from apps.employees.models import AppraiserLink
from apps.indicators.models import MatrixCell, PlanProposal, Skp, WorkResult
from apps.indicators.services import matrix as services
from apps.indicators.services import skp as plans
from apps.indicators.services.matrix import Entry

from .support import AT, begin

pytestmark = pytest.mark.django_db

TEXT = "Laporan imunisasi bulanan yang dipakai pimpinan"
NEW = "Laporan imunisasi triwulanan yang dipakai pimpinan"


@pytest.fixture
def leader(world: Any) -> Skp:
    """The approved plan of the head, with one main result."""
    return world.make_skp(world.head)


def save(world: Any, leader: Skp, *entries: Entry, member: Any = None, by: Any = None) -> services.Outcome:
    """Save a row as the head."""
    return services.save_row(
        skp_id=leader.pk,
        employee_id=(member or world.staff).pk,
        entries=entries,
        by=by or world.head,
        at=AT,
    )


def new(leader: Skp, text: str = TEXT) -> Entry:
    """Write into the empty field of the first column."""
    return Entry(column_id=leader.results.order_by("id")[0].pk, text=text)


def change(cell: MatrixCell, text: str, **options: Any) -> Entry:
    """Write into the field of a cell, as the form showed it last."""
    cell.refresh_from_db()
    return Entry(cell.column_id, text, cell.kind, cell.pk, **({"seen": cell.revision} | options))


def texts(skp: Skp) -> list[str]:
    """Return the results of a plan."""
    return list(skp.results.order_by("id").values_list("text", flat=True))


def written(world: Any, leader: Skp) -> tuple[Skp, MatrixCell]:
    """Write one contribution into the draft of the staff."""
    skp = begin(world.staff)
    save(world, leader, new(leader))
    return skp, MatrixCell.objects.get()


# --- no plan yet


def test_without_a_plan_it_waits_and_is_taken_over_when_the_plan_is_begun(world: Any, leader: Skp) -> None:
    outcome = save(world, leader, new(leader), new(leader, NEW))
    assert (outcome.waiting, outcome.written, outcome.proposed) == (2, 0, 0)
    skp = begin(world.staff)
    assert texts(skp) == [TEXT, NEW]
    assert {row.supports for row in skp.results.all()} == {leader.results.get()}
    assert {cell.result.text for cell in MatrixCell.objects.all()} == {TEXT, NEW}
    assert [row.order for row in skp.results.order_by("id")] == [0, 1]
    assert AuditEntry.objects.filter(action="indicators.matrix.cell_taken_over").count() == 2


def test_what_waits_under_another_leader_is_not_taken_over(world: Any, leader: Skp) -> None:
    save(world, leader, new(leader))
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    assert texts(begin(world.staff)) == []
    assert MatrixCell.objects.get().result is None


def test_a_declined_contribution_is_not_taken_over(world: Any, leader: Skp) -> None:
    save(world, leader, new(leader))
    old = world.make_skp(world.colleague, status="submitted")
    PlanProposal.objects.create(
        skp=old,
        cell=MatrixCell.objects.get(),
        column=leader.results.get(),
        kind="add",
        text=TEXT,
        status="declined",
        answer="Tidak",
        proposed_at=AT,
        answered_at=AT,
    )
    assert texts(begin(world.staff)) == []


# --- a draft


def test_into_a_draft_it_is_written_at_once(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    assert texts(skp) == [TEXT]
    assert cell.result.supports == leader.results.get()
    note = Notification.objects.get(recipient=world.staff.user)
    assert "changed planned results" in note.text
    assert AuditEntry.objects.filter(action="indicators.matrix.cell_written").count() == 1


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_other_words_change_the_result_in_an_open_plan(world: Any, leader: Skp, status: str) -> None:
    skp, cell = written(world, leader)
    Skp.objects.filter(pk=skp.pk).update(status=status)
    outcome = save(world, leader, change(cell, NEW))
    assert (outcome.written, texts(skp)) == (1, [NEW])


def test_words_of_the_owner_are_not_overwritten_even_in_a_draft(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    plans.change_result(
        result=cell.result, text="Kata saya", kind="utama", by=world.staff, supports=cell.column
    )
    outcome = save(world, leader, change(cell, NEW))
    assert (outcome.proposed, texts(skp)) == (1, ["Kata saya"])
    proposal = PlanProposal.objects.get()
    assert (proposal.kind, proposal.text, proposal.text_before) == ("change", NEW, "Kata saya")


def test_agreeing_with_the_owners_words_proposes_nothing(world: Any, leader: Skp) -> None:
    _skp, cell = written(world, leader)
    plans.change_result(
        result=cell.result, text="Kata saya", kind="utama", by=world.staff, supports=cell.column
    )
    outcome = save(world, leader, change(cell, "Kata saya"))
    cell.refresh_from_db()
    assert (outcome.proposed, cell.text) == (0, "Kata saya")
    assert not PlanProposal.objects.exists()


def test_an_emptied_cell_takes_an_untouched_result_away(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    outcome = save(world, leader, change(cell, "  "))
    assert (outcome.removed, outcome.in_draft, texts(skp)) == (1, 1, [])
    assert not MatrixCell.objects.exists()


def test_taking_back_what_still_waits_tells_nobody(world: Any, leader: Skp) -> None:
    save(world, leader, new(leader))
    outcome = save(world, leader, change(MatrixCell.objects.get(), ""))
    assert (outcome.removed, outcome.in_draft) == (1, 0)
    assert not Notification.objects.filter(recipient=world.staff.user).exists()


def test_a_result_with_indicators_is_not_taken_away_but_asked_for(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
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
    outcome = save(world, leader, change(cell, ""))
    assert (outcome.proposed, texts(skp), cell.result.indicators.count()) == (1, [TEXT], 1)
    assert PlanProposal.objects.get().kind == "drop"


def test_a_result_others_support_cannot_go_and_nothing_is_saved(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    below = world.make_skp(world.colleague, status="draft").results.get()
    WorkResult.objects.filter(pk=below.pk).update(supports=cell.result)
    with pytest.raises(services.ContributionInUse) as refused:
        save(world, leader, new(leader, NEW), change(cell, ""))
    assert refused.value.cell_id == cell.pk
    assert (texts(skp), MatrixCell.objects.count()) == ([TEXT], 1)


def test_a_draft_with_the_old_appraiser_follows_the_staff_data(world: Any, leader: Skp) -> None:
    skp = begin(world.staff)
    Skp.objects.filter(pk=skp.pk).update(appraiser=world.agency_head)
    save(world, leader, new(leader))
    skp.refresh_from_db()
    assert (skp.appraiser, texts(skp)) == (world.head, [TEXT])


def test_in_a_jpt_plan_the_connection_survives_an_edit(world: Any) -> None:
    from apps.indicators import selectors

    AppraiserLink.objects.create(
        employee=world.agency_head,
        appraiser=world.stranger_head,
        period=world.staff.appraiser_links.get().period,
    )
    leader = world.make_skp(world.stranger_head)
    skp = begin(world.agency_head)
    save(world, leader, new(leader), member=world.agency_head, by=world.stranger_head)
    assert skp.layout == "jpt"
    assert selectors.supportable(skp).results == [leader.results.get()]


# --- a plan that was sent or approved


@pytest.mark.parametrize("status", ["submitted", "approved"])
@pytest.mark.parametrize("kind", ["add", "change", "drop"])
def test_a_decided_plan_only_gets_a_proposal(world: Any, leader: Skp, status: str, kind: str) -> None:
    skp, cell = written(world, leader)
    Skp.objects.filter(pk=skp.pk).update(status=status, submitted_at=AT, approved_at=AT)
    revision = Skp.objects.get(pk=skp.pk).revision
    entry = {"add": new(leader, NEW), "change": change(cell, NEW), "drop": change(cell, "")}[kind]
    outcome = save(world, leader, entry)
    assert (outcome.proposed, outcome.written, outcome.removed) == (1, 0, 0)
    assert texts(skp) == [TEXT]
    assert Skp.objects.get(pk=skp.pk).revision == revision
    proposal = PlanProposal.objects.get()
    assert (proposal.kind, proposal.skp, proposal.is_open) == (kind, skp, True)
    assert (
        Notification.objects.filter(recipient=world.staff.user, text__contains="proposes changes").count()
        == 1
    )


def test_a_second_thought_replaces_the_open_proposal(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    Skp.objects.filter(pk=skp.pk).update(status="submitted", submitted_at=AT)
    save(world, leader, change(cell, NEW))
    save(world, leader, change(cell, "Ketiga"))
    assert list(PlanProposal.objects.order_by("id").values_list("text", "status")) == [
        (NEW, "withdrawn"),
        ("Ketiga", "open"),
    ]


def test_going_back_to_the_words_of_the_plan_takes_the_proposal_back(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    Skp.objects.filter(pk=skp.pk).update(status="submitted", submitted_at=AT)
    save(world, leader, change(cell, NEW))
    outcome = save(world, leader, change(cell, TEXT))
    assert (outcome.changed, outcome.proposed, PlanProposal.objects.get().status) == (1, 0, "withdrawn")


def test_an_emptied_proposal_of_a_new_result_disappears(world: Any, leader: Skp) -> None:
    world.make_skp(world.staff)
    save(world, leader, new(leader))
    save(world, leader, change(MatrixCell.objects.get(), ""))
    assert not MatrixCell.objects.exists()
    assert PlanProposal.objects.get().status == "withdrawn"


def test_the_same_words_are_put_forward_again_only_when_asked(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    plans.remove_result(result=cell.result, by=world.staff)
    assert not save(world, leader, change(cell, TEXT))
    assert texts(skp) == []
    assert save(world, leader, change(cell, TEXT, again=True)).written == 1
    assert texts(skp) == [TEXT]


# --- refusals


@pytest.mark.parametrize("status", ["closed"])
def test_a_closed_plan_of_the_member_takes_nothing(world: Any, leader: Skp, status: str) -> None:
    skp = world.make_skp(world.staff, status=status)
    before = texts(skp)
    with pytest.raises(services.MemberPlanClosed):
        save(world, leader, new(leader))
    assert (texts(skp), MatrixCell.objects.count()) == (before, 0)


def test_a_new_plan_after_a_closed_one_is_the_one_that_is_written(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    Skp.objects.filter(pk=skp.pk).update(status="closed", submitted_at=AT, approved_at=AT)
    placement = world.staff.placements.get()
    placement.pk = None
    placement.is_main = False
    placement.save()
    present = Skp.objects.get(pk=skp.pk)
    present.pk, present.placement, present.status = None, placement, "draft"
    present.save()
    save(world, leader, change(cell, NEW))
    assert (texts(skp), texts(present)) == ([TEXT], [NEW])


def test_a_closed_matrix_takes_nothing(world: Any) -> None:
    leader = world.make_skp(world.head, status="closed")
    with pytest.raises(services.MatrixClosed):
        save(world, leader, new(leader))
    assert not MatrixCell.objects.exists()


def test_somebody_elses_staff_is_no_row(world: Any, leader: Skp) -> None:
    with pytest.raises(services.NotAMember):
        save(world, leader, new(leader), member=world.stranger)
    assert not MatrixCell.objects.exists()


def test_a_column_that_is_gone_is_refused(world: Any, leader: Skp) -> None:
    foreign = world.make_skp(world.stranger_head).results.get()
    with pytest.raises(services.ColumnGone):
        save(world, leader, Entry(foreign.pk, TEXT))
    assert not MatrixCell.objects.exists()


def test_an_older_form_is_a_conflict_and_saves_nothing(world: Any, leader: Skp) -> None:
    skp, cell = written(world, leader)
    seen = cell.revision
    save(world, leader, change(cell, NEW))
    with pytest.raises(services.MatrixConflict) as conflict:
        save(world, leader, new(leader, "Satu lagi"), change(cell, "Lain", seen=seen))
    assert conflict.value.cell_ids == [cell.pk]
    assert texts(skp) == [NEW]


def test_an_older_form_that_changes_nothing_is_no_conflict(world: Any, leader: Skp) -> None:
    _skp, cell = written(world, leader)
    assert not save(world, leader, change(cell, TEXT, seen=0))


def test_writing_into_a_cell_another_tab_emptied_is_a_conflict(world: Any, leader: Skp) -> None:
    _skp, cell = written(world, leader)
    entry = change(cell, NEW)
    save(world, leader, change(cell, ""))
    with pytest.raises(services.MatrixConflict):
        save(world, leader, entry)
    assert not MatrixCell.objects.exists()


def test_the_same_new_words_twice_are_one_cell(world: Any, leader: Skp) -> None:
    skp, _cell = written(world, leader)
    assert not save(world, leader, new(leader))
    assert (texts(skp), MatrixCell.objects.count()) == ([TEXT], 1)


def test_the_audit_trail_holds_no_names_and_no_words(world: Any, leader: Skp) -> None:
    written(world, leader)
    entry = AuditEntry.objects.get(action="indicators.matrix.cell_written")
    assert set(entry.data) == {"column", "employee", "result"}
    assert entry.actor == f"user:{world.head.user_id}"
