"""Whatever leader and member do in whatever order, a sent or approved plan changes only by its owner's hand."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.indicators.models import Indicator, MatrixCell, PlanProposal, Skp, WorkResult
from apps.indicators.rules.lifecycle import TransitionNotAllowed
from apps.indicators.services import matrix, proposals, revisions
from apps.indicators.services import skp as plans
from apps.indicators.services.matrix import Entry
from tests.examples import through_the_database

from .support import AT, begin, fill

pytestmark = pytest.mark.django_db

LEADERS = ["write", "reword", "empty", "again"]
OWNERS = ["submit", "recall", "accept", "decline", "withdraw", "reword_own"]
APPRAISERS = ["approve", "return"]

step = st.tuples(st.sampled_from(LEADERS + OWNERS + APPRAISERS), st.integers(0, 3))

REFUSALS = (
    TransitionNotAllowed,
    plans.PlanNotEditable,
    plans.PlanIncomplete,
    plans.NothingChanged,
    plans.ResultInUse,
    proposals.RecallFirst,
    matrix.MemberPlanClosed,
    matrix.ContributionInUse,
)


def content(skp: Skp) -> list[Any]:
    """Return everything a plan promises."""
    return [
        *WorkResult.objects.filter(skp=skp).order_by("id").values_list("id", "text", "kind", "supports"),
        *Indicator.objects.filter(result__skp=skp).order_by("id").values_list("id", "text", "target"),
    ]


def lead(world: Any, leader: Skp, action: str, number: int) -> None:
    """Write into the matrix as the leader."""
    cells = list(MatrixCell.objects.order_by("id"))
    if action == "write":
        entry = Entry(leader.results.get().pk, f"Kontribusi {number}")
    elif not cells:
        return
    else:
        cell = cells[number % len(cells)]
        text = {"reword": f"Kata baru {number}", "empty": "", "again": cell.text}[action]
        entry = Entry(cell.column_id, text, cell.kind, cell.pk, cell.revision, again=action == "again")
    matrix.save_row(skp_id=leader.pk, employee_id=world.staff.pk, entries=[entry], by=world.head, at=AT)


def own(world: Any, plan: Skp, action: str, number: int) -> None:
    """Act as the owner, on the open change if there is one."""
    change = Skp.objects.open_revisions().filter(revises=plan).first()
    present = change or plan
    if action == "submit":
        for result in present.results.filter(indicators__isnull=True):
            complete(result, world.staff)
        plans.submit_skp(skp_id=present.pk, by=world.staff, at=AT)
    elif action == "recall":
        plans.recall_skp(skp_id=present.pk, by=world.staff, at=AT)
    elif action == "withdraw" and change is not None:
        revisions.withdraw_revision(skp_id=change.pk, by=world.staff, at=AT)
    elif action == "reword_own":
        result = present.results.order_by("id").last()
        plans.change_result(
            result=result, text=f"Kata saya {number}", kind="utama", supports=result.supports, by=world.staff
        )
    elif action in {"accept", "decline"}:
        waiting = list(PlanProposal.objects.filter(status="open").order_by("id"))
        if waiting:
            proposal = waiting[number % len(waiting)]
            if action == "accept":
                proposals.accept_proposal(proposal_id=proposal.pk, by=world.staff, at=AT)
            else:
                proposals.decline_proposal(proposal_id=proposal.pk, note="Tidak.", by=world.staff, at=AT)


def complete(result: WorkResult, by: Any) -> None:
    """Give a result its indicator, if the plan is open."""
    if result.skp.is_editable:
        plans.add_indicator(
            result=result,
            text="Jumlah",
            aspect="kuantitas",
            target=1,
            measure="laporan",
            direction="higher_is_better",
            source="reported",
            by=by,
        )


@through_the_database(10)
@given(steps=st.lists(step, min_size=4, max_size=14))
def test_no_order_of_edits_changes_a_decided_plan_without_its_owner(
    world: Any, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        leader = world.make_skp(world.head)
        plan = begin(world.staff)
        fill(plan, text="Hasil sendiri")
        for action, number in steps:
            plan.refresh_from_db()
            watched = [plan, *Skp.objects.open_revisions().filter(revises=plan)]
            before = {skp.pk: (skp.status, content(skp)) for skp in watched}
            try:
                with transaction.atomic():
                    if action in LEADERS:
                        lead(world, leader, action, number)
                    elif action in OWNERS:
                        own(world, plan, action, number)
                    else:
                        present = Skp.objects.open_revisions().filter(revises=plan).first() or plan
                        if action == "approve":
                            plans.approve_skp(skp_id=present.pk, by=world.head, at=AT)
                        else:
                            plans.return_skp(skp_id=present.pk, note="Perbaiki.", by=world.head, at=AT)
            except REFUSALS:
                pass
            for skp in watched:
                status, was = before[skp.pk]
                if action in LEADERS and (status in {"submitted", "approved"} or skp.is_revision):
                    assert content(skp) == was, f"{action} changed a plan that is not the leader's to change"
                # The owner changes an approved plan only by an approved change of it.
                if status == "approved" and action != "approve":
                    assert content(skp) == was
                if status == "submitted" and action in OWNERS:
                    assert content(skp) == was
            # A contribution that says it is in the plan is in the plan.
            for cell in MatrixCell.objects.select_related("result__skp"):
                assert cell.text
                assert cell.result is None or cell.result.skp.employee_id == world.staff.pk
        transaction.set_rollback(True)
