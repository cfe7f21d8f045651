"""The answer of a plan's owner to what the leader proposes: accept, which writes it, or decline with a note.

A draft or returned plan is written at once. An approved plan is written through a change of it
(revisions.begin_revision), which the appraiser approves like any other. A plan that waits for approval is taken back
first.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from apps.core import audit, notify

from ..labels import RevisionReasonChoices
from ..models import MatrixCell, PlanProposal, Skp, WorkResult
from ..rules.forms import ResultKind
from ..rules.lifecycle import SkpStatus
from ..selectors import matrix as matrix_selectors
from . import revisions
from . import skp as plans
from .matrix import follow_staff_data, hold_person, row_url, user_of, wake_both
from .steps import PlanNotEditable, locked


class ProposalAnswered(Exception):
    """Raised when a proposal was answered or taken back before."""


class RecallFirst(Exception):
    """Raised when the plan (or the change of it) waits for approval; its owner takes it back, then accepts."""

    def __init__(self, skp: Skp) -> None:
        super().__init__(f"SKP {skp.pk} waits")
        self.skp = skp


@transaction.atomic
def accept_proposal(*, proposal_id: int, by: Any, at: datetime) -> Skp:
    """Write a proposal into the plan, or into a change of it; return which one.

    :raises ProposalAnswered: if it is not open any more.
    :raises RecallFirst: if the plan waits for approval.
    :raises PlanNotEditable: if the plan is closed.
    :raises SupportNotOffered: if the plan names another appraiser than the leader.
    :raises ResultInUse: if a result is to go that others refer to.
    """
    proposal = _held(proposal_id)
    target = _where_to_write(locked(proposal.skp_id), by, at)
    leader = proposal.column.skp.employee if proposal.column else None
    if leader is not None:
        follow_staff_data(target, leader, at)
    row = _row_in(target, proposal.cell.result if proposal.cell else proposal.result)
    if proposal.kind == "drop":
        if row is not None:
            plans.remove_result(result=row, by=by)
    elif row is not None:
        plans.change_result(
            result=row,
            text=proposal.text,
            kind=row.kind,
            supports=row.supports,
            supports_indicator=row.supports_indicator,
            perspective=row.perspective,
            by=by,
        )
    else:
        row = plans.add_result(
            skp=target, text=proposal.text, kind=ResultKind.UTAMA.value, supports=_column_of(proposal), by=by
        )
        if proposal.cell is not None:
            proposal.cell.result = row
    _answer(proposal, "accepted", by, at)
    if proposal.cell is not None:
        _settle(proposal.cell, is_gone=proposal.kind == "drop")
    _tell_leader(proposal, gettext_noop("%(name)s accepted your proposal to the plan (SKP) for %(year)s."))
    return target


@transaction.atomic
def decline_proposal(*, proposal_id: int, note: str, by: Any, at: datetime) -> PlanProposal:
    """Leave the plan as it is and tell the leader why.

    :raises NoteRequired: if the note is blank.
    :raises ProposalAnswered: if it is not open any more.
    """
    if not note.strip():
        raise plans.NoteRequired
    proposal = _held(proposal_id)
    _answer(proposal, "declined", by, at, note=note.strip())
    cell = proposal.cell
    if cell is not None:
        # The matrix says again what the plan says; the words that were declined stay in the proposal.
        if proposal.kind == "change" and cell.result is not None and matrix_selectors.is_live(cell.result):
            cell.text = cell.result.text
        _settle(cell)
    _tell_leader(
        proposal, gettext_noop("%(name)s declined your proposal to the plan (SKP) for %(year)s, with a note.")
    )
    return proposal


def _held(proposal_id: int) -> PlanProposal:
    owner = PlanProposal.objects.values_list("skp__employee_id", flat=True).get(pk=proposal_id)
    hold_person(owner)
    proposal = (
        PlanProposal.objects.select_for_update(of=("self",))
        .select_related(
            "skp__employee", "skp__government", "column__skp__employee", "result__skp", "cell__result__skp"
        )
        .get(pk=proposal_id)
    )
    if not proposal.is_open:
        raise ProposalAnswered
    return proposal


def _where_to_write(plan: Skp, by: Any, at: datetime) -> Skp:
    if plan.is_editable:
        return plan
    if plan.status == SkpStatus.SUBMITTED.value:
        raise RecallFirst(plan)
    if plan.status != SkpStatus.APPROVED.value:
        raise PlanNotEditable
    change = Skp.objects.open_revisions().filter(revises=plan).first()
    if change is None:
        return revisions.begin_revision(
            skp_id=plan.pk,
            reason=str(RevisionReasonChoices.ASSIGNMENT),
            note=gettext("Proposal of the leader from the role-result matrix, accepted by the employee"),
            by=by,
            at=at,
        )
    if not change.is_editable:
        raise RecallFirst(change)
    return change


def _column_of(proposal: PlanProposal) -> WorkResult | None:
    """Return the leader's result to support; none if the leader dropped it from the plan meanwhile."""
    column = proposal.column
    return column if column is not None and not column.skp.is_revision else None


def _row_in(target: Skp, result: WorkResult | None) -> WorkResult | None:
    """Return the row of a plan, or of a change of it, that stands for a result."""
    if result is None:
        return None
    if result.skp_id == target.pk:
        return result
    return WorkResult.objects.filter(skp=target, revised_from=result.pk).first()


def _answer(proposal: PlanProposal, status: str, by: Any, at: datetime, note: str = "") -> None:
    proposal.status, proposal.answer = status, note
    proposal.answered_at, proposal.answered_by = at, user_of(by)
    proposal.save(update_fields=["status", "answer", "answered_at", "answered_by"])
    audit.record(
        f"indicators.proposal.{status}",
        target=proposal,
        by=by,
        scope=proposal.skp.government.code,
        at=at,
        skp=proposal.skp_id,
        kind=proposal.kind,
    )


def _settle(cell: MatrixCell, *, is_gone: bool = False) -> None:
    if is_gone:
        cell.delete()
        return
    cell.revision += 1
    cell.save(update_fields=["text", "result", "revision"])


def _tell_leader(proposal: PlanProposal, text: str) -> None:
    if proposal.column is None:
        return
    leader_plan, member = proposal.column.skp, proposal.skp.employee
    # An acting head who proposed it hears of it as well as the leader.
    people = {user.pk: user for user in (leader_plan.employee.user, proposal.proposed_by) if user is not None}
    for user in people.values():
        notify.send(
            user,
            text,
            url=row_url(leader_plan, member.pk),
            name=member.full_name,
            year=proposal.skp.year,
        )
    wake_both(leader_plan, member)
