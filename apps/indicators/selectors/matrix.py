"""Questions about the matrix (Matriks Peran Hasil) and the proposals that come from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from apps.employees.models import AppraiserLink, Employee

from ..models import MatrixCell, PlanProposal, Skp, WorkResult
from ..rules.forms import ResultKind
from . import plans as selectors

# A closed plan keeps its matrix to be read.
OPEN_STATUSES = ("draft", "submitted", "returned", "approved")


class CellState(StrEnum):
    """Where a contribution has got to."""

    WAITING = "waiting"  # for a plan
    IN_PLAN = "in_plan"
    IN_REVISION = "in_revision"  # accepted, in a change of the plan that is not approved yet
    PROPOSED = "proposed"
    DECLINED = "declined"
    NOT_IN_PLAN = "not_in_plan"  # its owner took it out again, or gave the change up


@dataclass(frozen=True)
class CellView:
    """A contribution as the leader sees it."""

    cell: MatrixCell
    state: CellState
    proposal: PlanProposal | None  # the open one, else the last one if it was declined
    plan_text: str  # what the plan says if it says something else

    @property
    def text(self) -> str:
        """What a form shows: nothing if the removal was proposed."""
        return shown_text(self.cell, self.proposal)

    @property
    def can_be_put_again(self) -> bool:
        """Whether the leader may put the same words forward once more."""
        return self.state in {CellState.DECLINED, CellState.NOT_IN_PLAN}


@dataclass
class ColumnView:
    """What one person contributes to one result of the leader."""

    column: WorkResult
    cells: list[CellView] = field(default_factory=list)
    own: list[WorkResult] = field(default_factory=list)  # written by the person, not through the matrix

    @property
    def is_filled(self) -> bool:
        """Whether there is anything."""
        return bool(self.cells or self.own)


@dataclass
class RowView:
    """A person with all columns."""

    employee: Employee
    plan: Skp | None
    columns: list[ColumnView]
    open_proposals: int = 0

    @property
    def filled(self) -> int:
        """How many columns hold something."""
        return sum(1 for column in self.columns if column.is_filled)

    @property
    def is_closed(self) -> bool:
        """Whether the person's plan can take nothing more."""
        return self.plan is not None and self.plan.status == "closed"


def shown_text(cell: MatrixCell, proposal: PlanProposal | None) -> str:
    """Return what the leader last wrote: nothing while a removal waits for its answer."""
    if proposal is not None and proposal.is_open and proposal.kind == "drop":
        return ""
    return cell.text


def is_live(result: WorkResult | None) -> bool:
    """Whether a result still counts: in a plan, or in a change of one that is being written."""
    return result is not None and (
        result.skp.revises_id is None or result.skp.status in {"draft", "submitted", "returned"}
    )


def columns_of(plan: Skp) -> "QuerySet[WorkResult]":
    """Return the columns of a leader's matrix: the main results."""
    return (
        WorkResult.objects.filter(skp=plan, kind=ResultKind.UTAMA.value)
        .select_related("skp")
        .order_by("order", "id")
    )


def members_of(plan: Skp, at: datetime) -> "QuerySet[Employee]":
    """Return the rows of a leader's matrix: whom they appraise, and whose plan of the year names them."""
    day = selectors.day_for(plan.year, at, plan.government.timezone)
    links = AppraiserLink.objects.active_on(day).filter(employee=OuterRef("pk"), appraiser=plan.employee_id)
    plans = Skp.objects.plans().filter(employee=OuterRef("pk"), year=plan.year, appraiser=plan.employee_id)
    return (
        Employee.objects.filter((Q(is_active=True) & Exists(links)) | Exists(plans))
        .exclude(pk=plan.employee_id)
        .order_by("name", "id")
    )


def plans_under(plan: Skp, employees: Collection[int], at: datetime) -> dict[int, Skp]:
    """Return the plan of each person that the matrix writes into: the open one, else the last closed one.

    A plan that names somebody else counts only while the staff data name this leader.
    """
    day = selectors.day_for(plan.year, at, plan.government.timezone)
    linked = set(
        AppraiserLink.objects.active_on(day)
        .filter(employee__in=employees, appraiser=plan.employee_id)
        .values_list("employee_id", flat=True)
    )
    candidates = (
        Skp.objects.plans()
        .filter(employee__in=employees, year=plan.year)
        .select_related("government", "employee", "appraiser", "unit")
        .order_by("period", "id")
    )
    chosen: dict[int, Skp] = {}
    for candidate in candidates:
        if candidate.appraiser_id != plan.employee_id and candidate.employee_id not in linked:
            continue
        kept = chosen.get(candidate.employee_id)
        if kept is None or _rank(candidate, plan) >= _rank(kept, plan):
            chosen[candidate.employee_id] = candidate
    return chosen


def _rank(candidate: Skp, plan: Skp) -> tuple[bool, bool]:
    return candidate.status in OPEN_STATUSES, candidate.appraiser_id == plan.employee_id


def matrix_rows(plan: Skp, employees: Iterable[Employee], at: datetime) -> list[RowView]:
    """Return the rows of a matrix: as many queries for a hundred people as for one."""
    people = list(employees)
    ids = [person.pk for person in people]
    columns = list(columns_of(plan))
    plans = plans_under(plan, ids, at)
    cells = (
        MatrixCell.objects.filter(column__in=columns, employee__in=ids)
        .select_related("result__skp")
        .prefetch_related(
            Prefetch(
                "proposals",
                PlanProposal.objects.exclude(status="withdrawn").order_by("-proposed_at", "-id"),
                to_attr="answers",
            )
        )
        .order_by("id")
    )
    rows = {
        person.pk: RowView(person, plans.get(person.pk), [ColumnView(column) for column in columns])
        for person in people
    }
    place = {column.pk: number for number, column in enumerate(columns)}
    through_matrix = set()
    for cell in cells:
        row = rows[cell.employee_id]
        view = cell_view(cell, cell.answers, has_plan=row.plan is not None)  # type: ignore[attr-defined]
        row.columns[place[cell.column_id]].cells.append(view)
        if view.proposal is not None and view.proposal.is_open:
            row.open_proposals += 1
        if cell.result_id:
            through_matrix.add(cell.result_id)
    for result in own_results(columns, ids).exclude(pk__in=through_matrix):
        rows[result.skp.employee_id].columns[place[result.supports_id]].own.append(result)  # type: ignore[index]
    return [rows[pk] for pk in ids]


def own_results(columns: Collection[WorkResult], employees: Collection[int]) -> "QuerySet[WorkResult]":
    """Return the results in plans that support a column."""
    return (
        WorkResult.objects.filter(
            supports__in=columns, skp__employee__in=employees, skp__revises__isnull=True
        )
        .select_related("skp")
        .order_by("order", "id")
    )


def cell_view(cell: MatrixCell, answers: list[PlanProposal], *, has_plan: bool) -> CellView:
    """Return a contribution with its state; `answers` are its proposals, the last one first."""
    last = answers[0] if answers else None
    proposal = last if last is not None and last.status in {"open", "declined"} else None
    result = cell.result if is_live(cell.result) else None
    if proposal is not None and proposal.is_open:
        state = CellState.PROPOSED
    elif result is not None:
        state = CellState.IN_REVISION if result.skp.revises_id else CellState.IN_PLAN
    elif proposal is not None:
        state = CellState.DECLINED
    else:
        state = CellState.NOT_IN_PLAN if has_plan else CellState.WAITING
    plan_text = result.text if result is not None and result.text != shown_text(cell, proposal) else ""
    return CellView(cell, state, proposal, plan_text)


def uncovered_columns(plans: "QuerySet[Skp]") -> "QuerySet[WorkResult]":
    """Return the main results of plans to which nobody below contributes anything."""
    below = WorkResult.objects.filter(supports=OuterRef("pk"), skp__revises__isnull=True)
    cells = MatrixCell.objects.filter(column=OuterRef("pk"))
    return WorkResult.objects.filter(
        ~Exists(below), ~Exists(cells), skp__in=plans, kind=ResultKind.UTAMA.value
    ).order_by("order", "id")


def leaders_plans(plans: "QuerySet[Skp]", day: date) -> "QuerySet[Skp]":
    """Return the plans of those who appraise somebody."""
    links = AppraiserLink.objects.active_on(day).filter(appraiser=OuterRef("employee"))
    below = Skp.objects.plans().filter(appraiser=OuterRef("employee"), year=OuterRef("year"))
    return plans.filter(Exists(links) | Exists(below))


def leads_somebody(plan: Skp, at: datetime) -> bool:
    """Whether a matrix makes sense for the owner of a plan."""
    return members_of(plan, at).exists()


# --- proposals


def proposals_for(plan: Skp) -> list[PlanProposal]:
    """Return the open proposals to a plan, the oldest first; a change of it shows those of the plan."""
    return list(
        PlanProposal.objects.filter(skp=plan.revises_id or plan.pk, status="open")
        .select_related("column__skp__employee", "result", "cell")
        .order_by("proposed_at", "id")
    )


def answered_proposals(plan: Skp, limit: int = 10) -> list[PlanProposal]:
    """Return the last answers the owner of a plan gave."""
    return list(
        PlanProposal.objects.filter(skp=plan.revises_id or plan.pk, status__in=["accepted", "declined"])
        .select_related("column__skp__employee")
        .order_by("-answered_at", "-id")[:limit]
    )


def open_proposals_of(user: Any) -> "QuerySet[PlanProposal]":
    """Return the proposals that wait for this user's answer, for a start page."""
    return PlanProposal.objects.filter(skp__employee__user=user, status="open").order_by("proposed_at", "id")
