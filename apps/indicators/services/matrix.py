"""The matrix (Matriks Peran Hasil): what a leader writes for somebody, and how it gets into that person's plan.

- no plan yet: the contribution waits and is taken over when the plan is created (waiting_cells.py);
- a draft or returned plan: it becomes a planned result at once. What its owner has reworded or filled with
  indicators is not overwritten: that is proposed;
- a plan that was sent or approved: always a proposal (proposals.py). Nothing changes without its owner's answer.

Whoever writes for a person holds that person's row first, so two leaders' tabs, a new plan and an answer come one
after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, stamps
from apps.employees.models import Employee

from .. import selectors
from ..labels import ContributionChoices
from ..models import MatrixCell, PlanProposal, Skp, WorkResult
from ..rules.forms import ResultKind
from ..selectors import matrix as matrix_selectors
from ..selectors.matrix import OPEN_STATUSES, is_live, shown_text
from . import skp as plans
from .steps import tell


class MatrixClosed(Exception):
    """Raised when the leader's own plan is closed, or is a working copy."""


class NotAMember(Exception):
    """Raised when somebody is no row of the matrix."""


class MemberPlanClosed(Exception):
    """Raised when the person's plan of the year is closed and can take nothing more."""


class ColumnGone(Exception):
    """Raised when a column was removed from the leader's plan after the form was made."""


class MatrixConflict(Exception):
    """Raised when another tab or person wrote the same contributions after the form was made."""

    def __init__(self, cell_ids: list[int]) -> None:
        super().__init__(f"cells {cell_ids}")
        self.cell_ids = cell_ids


class ContributionInUse(Exception):
    """Raised when a contribution is to go whose planned result others refer to."""

    def __init__(self, cell_id: int) -> None:
        super().__init__(f"cell {cell_id}")
        self.cell_id = cell_id


@dataclass(frozen=True)
class Entry:
    """One field of the form: a new contribution to a column, or a changed one; empty text takes it away."""

    column_id: int
    text: str
    kind: str = str(ContributionChoices.OUTCOME)
    cell_id: int | None = None
    seen: int | None = None  # the revision of the cell that the form showed
    again: bool = False  # put the same words forward once more


@dataclass
class Outcome:
    """What became of the entries that were new or changed."""

    written: int = 0  # into the draft
    proposed: int = 0
    waiting: int = 0
    removed: int = 0
    changed: int = 0  # all of them, also those that only took a proposal back
    in_draft: int = 0  # how many changed the draft of the person

    def __bool__(self) -> bool:
        return self.changed > 0


@dataclass(frozen=True)
class _Row:
    leader_plan: Skp
    member: Employee
    plan: Skp | None
    by: Any
    at: datetime
    outcome: Outcome


@transaction.atomic
def save_row(*, skp_id: int, employee_id: int, entries: Sequence[Entry], by: Any, at: datetime) -> Outcome:
    """Save what a leader expects of one person: all entries or none.

    :raises MatrixClosed: if the leader's plan takes no changes any more.
    :raises NotAMember: if the person is no row of this matrix.
    :raises MemberPlanClosed: if the person's plan is closed.
    :raises ColumnGone: if a column is not there any more.
    :raises MatrixConflict: if another tab wrote the same cells.
    :raises ContributionInUse: if a planned result cannot go.
    """
    leader_plan = Skp.objects.select_related("employee", "government", "unit").get(pk=skp_id)
    if leader_plan.is_revision or leader_plan.status not in OPEN_STATUSES:
        raise MatrixClosed
    member = hold_person(employee_id)
    if not matrix_selectors.members_of(leader_plan, at).filter(pk=member.pk).exists():
        raise NotAMember
    columns = {row.pk: row for row in matrix_selectors.columns_of(leader_plan)}
    if any(entry.column_id not in columns for entry in entries):
        raise ColumnGone
    row = _Row(leader_plan, member, _open_plan(leader_plan, member, at), by, at, Outcome())
    cells = {
        cell.pk: cell
        for cell in MatrixCell.objects.select_for_update(of=("self",))
        .filter(employee=member, column__in=columns)
        .select_related("result__skp", "column__skp")
    }
    proposals = {
        proposal.cell_id: proposal
        for proposal in PlanProposal.objects.select_for_update(of=("self",)).filter(
            cell__in=cells, status="open"
        )
    }
    for cell, entry in _changes(entries, cells, proposals):
        if cell is None:
            cell = _new_cell(row, columns[entry.column_id], entry)
        _write(row, cell, entry, proposals.get(cell.pk))
        row.outcome.changed += 1
    if row.outcome:
        _tell_member(row)
        wake_both(leader_plan, member)
    return row.outcome


def _changes(
    entries: Sequence[Entry], cells: dict[int, MatrixCell], proposals: dict[int | None, PlanProposal]
) -> list[tuple[MatrixCell | None, Entry]]:
    changes: list[tuple[MatrixCell | None, Entry]] = []
    conflicts = []
    for entry in entries:
        text = entry.text.strip()
        if entry.cell_id is None:
            same = any(cell.column_id == entry.column_id and cell.text == text for cell in cells.values())
            if text and not same:
                changes.append((None, entry))
            continue
        cell = cells.get(entry.cell_id)
        if cell is None:
            if text:
                conflicts.append(entry.cell_id)
            continue
        is_same = text == shown_text(cell, proposals.get(cell.pk)) and entry.kind == cell.kind
        if is_same and not entry.again:
            continue
        if entry.seen is not None and entry.seen != cell.revision:
            conflicts.append(cell.pk)
            continue
        changes.append((cell, entry))
    if conflicts:
        raise MatrixConflict(conflicts)
    return changes


def _new_cell(row: _Row, column: WorkResult, entry: Entry) -> MatrixCell:
    return MatrixCell.objects.create(
        column=column,
        employee=row.member,
        text=entry.text.strip(),
        kind=entry.kind,
        written_by=user_of(row.by),
        written_at=row.at,
        revision=0,
    )


def _write(row: _Row, cell: MatrixCell, entry: Entry, proposal: PlanProposal | None) -> None:
    """Write one changed cell; what it does to the plan depends on the plan's state."""
    before = cell.text
    text = entry.text.strip()
    if proposal is not None:
        _take_back(row, proposal)
    live = cell.result if is_live(cell.result) else None
    if live is not None and live.skp.status not in OPEN_STATUSES:
        # It stays in the closed plan as it is; what is written now is for the present one.
        live = None
    if text == "":
        _empty(row, cell, live, before)
        return
    cell.text, cell.kind = text, entry.kind
    cell.written_by, cell.written_at = user_of(row.by), row.at
    if live is None:
        _put_into_plan(row, cell)
    elif text != live.text:
        _reword(row, cell, live, before)
    cell.revision += 1
    cell.save()
    _record(row, "cell_written", cell)


def _put_into_plan(row: _Row, cell: MatrixCell) -> None:
    if row.plan is None:
        row.outcome.waiting += 1
    elif row.plan.is_editable:
        follow_staff_data(row.plan, row.leader_plan.employee, row.at)
        cell.result = plans.add_result(
            skp=row.plan,
            text=cell.text,
            kind=ResultKind.UTAMA.value,
            by=row.by,
            supports=cell.column,
        )
        row.outcome.written += 1
        row.outcome.in_draft += 1
    else:
        _propose(row, row.plan, cell, "add", None)


def _reword(row: _Row, cell: MatrixCell, live: WorkResult, before: str) -> None:
    plan = _plan_behind(live)
    # The owner's own words are never overwritten, not even in a draft.
    if plan == live.skp and plan.is_editable and live.text == before:
        plans.change_result(result=live, text=cell.text, by=row.by, **_as_it_is(live))
        row.outcome.written += 1
        row.outcome.in_draft += 1
    else:
        _propose(row, plan, cell, "change", live)


def _empty(row: _Row, cell: MatrixCell, live: WorkResult | None, before: str) -> None:
    if live is not None:
        plan = _plan_behind(live)
        is_untouched = live.text == before and not live.indicators.exists()
        if not (plan == live.skp and plan.is_editable and is_untouched):
            _propose(row, plan, cell, "drop", live)
            cell.revision += 1
            cell.save(update_fields=["revision"])
            return
        try:
            plans.remove_result(result=live, by=row.by)
        except plans.ResultInUse as error:
            raise ContributionInUse(cell.pk) from error
        row.outcome.in_draft += 1
    _record(row, "cell_emptied", cell)
    cell.delete()
    row.outcome.removed += 1


def _propose(row: _Row, plan: Skp, cell: MatrixCell, kind: str, live: WorkResult | None) -> None:
    proposal = PlanProposal.objects.create(
        skp=plan,
        cell=cell,
        column=cell.column,
        result=live,
        kind=kind,
        text="" if kind == "drop" else cell.text,
        text_before=live.text if live else "",
        proposed_by=user_of(row.by),
        proposed_at=row.at,
    )
    row.outcome.proposed += 1
    audit.record(
        "indicators.proposal.made",
        target=proposal,
        by=row.by,
        scope=plan.government.code,
        at=row.at,
        skp=plan.pk,
        kind=kind,
    )


def _take_back(row: _Row, proposal: PlanProposal) -> None:
    proposal.status = "withdrawn"
    proposal.answered_at, proposal.answered_by = row.at, user_of(row.by)
    proposal.save(update_fields=["status", "answered_at", "answered_by"])
    audit.record(
        "indicators.proposal.withdrawn",
        target=proposal,
        by=row.by,
        scope=row.leader_plan.government.code,
        at=row.at,
        skp=proposal.skp_id,
    )


def _plan_behind(result: WorkResult) -> Skp:
    """Return the plan a result belongs to, also if it stands in a change of it."""
    return result.skp.revises if result.skp.revises is not None else result.skp


def _as_it_is(result: WorkResult) -> dict[str, Any]:
    return {
        "kind": result.kind,
        "supports": result.supports,
        "supports_indicator": result.supports_indicator,
        "perspective": result.perspective,
    }


def _open_plan(leader_plan: Skp, member: Employee, at: datetime) -> Skp | None:
    plan = matrix_selectors.plans_under(leader_plan, [member.pk], at).get(member.pk)
    if plan is None:
        return None
    if plan.status not in OPEN_STATUSES:
        raise MemberPlanClosed
    return (
        Skp.objects.select_for_update(of=("self",))
        .select_related("employee", "government", "unit")
        .get(pk=plan.pk)
    )


def _tell_member(row: _Row) -> None:
    if row.plan is None:
        return
    if row.outcome.proposed:
        tell(
            row.member,
            gettext_noop(
                "%(name)s proposes changes to your plan (SKP) for %(year)s. They wait for your answer."
            ),
            row.plan,
            name=row.leader_plan.employee.full_name,
        )
    if row.outcome.in_draft:
        tell(
            row.member,
            gettext_noop("%(name)s changed planned results in the draft of your plan (SKP) for %(year)s."),
            row.plan,
            name=row.leader_plan.employee.full_name,
        )


def _record(row: _Row, event: str, cell: MatrixCell) -> None:
    audit.record(
        f"indicators.matrix.{event}",
        target=cell,
        by=row.by,
        scope=row.leader_plan.government.code,
        at=row.at,
        column=cell.column_id,
        employee=cell.employee_id,
        result=cell.result_id,
    )


# --- shared with the answers (proposals.py)


def hold_person(employee_id: int) -> Employee:
    """Return somebody and hold the row: one at a time writes for this person."""
    return (
        Employee.objects.select_for_update(of=("self",))
        .select_related("government", "user")
        .get(pk=employee_id)
    )


def follow_staff_data(plan: Skp, leader: Employee, at: datetime) -> None:
    """Let an editable plan name the leader as appraiser if the staff data do; as sending it would."""
    if plan.appraiser_id == leader.pk:
        return
    link = selectors.appraiser_now(plan, at)
    if link is not None and link.appraiser_id == leader.pk:
        plan.appraiser, plan.appraiser_name = link.appraiser, link.appraiser.full_name
        plan.save(update_fields=["appraiser", "appraiser_name"])


def user_of(by: Any) -> Any:
    """Return the account of whoever acts; None without one."""
    return by.user if isinstance(by, Employee) else by


def row_url(leader_plan: Skp, employee_id: int) -> str:
    """Return the page on which a leader writes for one person."""
    return reverse("indicators:matrix-row", kwargs={"pk": leader_plan.pk, "employee_id": employee_id})


def wake_both(leader_plan: Skp, member: Employee) -> None:
    """Let open pages of the leader and of the member look again."""
    users = [
        f"user:{person.user_id}" for person in (leader_plan.employee, member) if person.user_id is not None
    ]
    stamps.bump(f"unit:{leader_plan.unit_id}", *users)
