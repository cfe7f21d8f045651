"""Each constraint of the matrix, the proposals and the targets, broken past the services."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.indicators.models import MatrixCell, PlanProposal, UnitIndicator, UnitTarget
from tests.world import NOW

from .test_models import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell(world: Any) -> MatrixCell:
    """A cell in the matrix of the head."""
    column = world.make_skp(world.head).results.get()
    return MatrixCell.objects.create(column=column, employee=world.staff, text="Laporan", written_at=NOW)


@pytest.fixture
def proposal(world: Any, cell: MatrixCell) -> PlanProposal:
    """An open proposal to the plan of the staff."""
    return PlanProposal.objects.create(
        skp=world.make_skp(world.staff),
        cell=cell,
        column=cell.column,
        kind="add",
        text="Laporan",
        proposed_at=NOW,
    )


@pytest.fixture
def target(world: Any) -> UnitTarget:
    """The target of a quarter."""
    iku = UnitIndicator.objects.create(
        unit=world.unit, year=2026, goal="g", name="n", target=Decimal(1), measure="x"
    )
    return UnitTarget.objects.create(
        indicator=iku, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31), target=Decimal(1)
    )


def test_a_cell_says_something(cell: MatrixCell) -> None:
    refused("matrix_cell_says_something", lambda: MatrixCell.objects.update(text=""))


def test_a_result_belongs_to_one_cell(world: Any, cell: MatrixCell) -> None:
    result = world.make_skp(world.staff).results.get()
    MatrixCell.objects.update(result=result)
    other = MatrixCell.objects.create(column=cell.column, employee=world.staff, text="Lain", written_at=NOW)
    refused(
        "matrix_cell_is_alone_with_its_result",
        lambda: MatrixCell.objects.filter(pk=other.pk).update(result=result),
    )


def test_one_open_proposal_per_cell(proposal: PlanProposal) -> None:
    proposal.pk = None
    refused("plan_proposal_one_open_per_cell", proposal.save)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("plan_proposal_answered_iff_not_open", {"status": "accepted"}),
        ("plan_proposal_answered_iff_not_open", {"answered_at": NOW}),
        ("plan_proposal_has_its_text", {"text": ""}),
        ("plan_proposal_has_its_text", {"kind": "drop"}),
        ("plan_proposal_has_its_text", {"kind": "other"}),
        ("plan_proposal_declined_says_why", {"status": "declined", "answered_at": NOW}),
    ],
)
def test_a_proposal_is_whole(proposal: PlanProposal, name: str, values: dict[str, Any]) -> None:
    refused(name, lambda: PlanProposal.objects.update(**values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("unit_target_ends_after_its_start", {"ends_on": date(2025, 12, 31)}),
        ("unit_target_realization_names_its_source", {"realization": 1}),
        ("unit_target_realization_names_its_source", {"realization": 1, "recorded_at": NOW}),
        ("unit_target_realization_names_its_source", {"source_note": "Laporan"}),
    ],
)
def test_a_target_is_whole(target: UnitTarget, name: str, values: dict[str, Any]) -> None:
    refused(name, lambda: UnitTarget.objects.update(**values))


def test_one_target_per_indicator_and_start(target: UnitTarget) -> None:
    target.pk = None
    refused("unit_target_once_per_indicator_and_start", target.save)


def test_target_by_realization_only_if_lower_is_better(target: UnitTarget) -> None:
    refused(
        "unit_indicator_inverse_only_if_lower_is_better",
        lambda: UnitIndicator.objects.update(formula="inverse"),
    )
