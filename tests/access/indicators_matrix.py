"""Who gets which answer from the matrix, the proposals, the golden thread and the targets of a unit.

The matrix is that of world.head, with world.staff as a row; the proposal is one to the plan of world.staff.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.indicators.models import MatrixCell, PlanProposal, Skp, UnitIndicator, UnitTarget
from tests.world import NOW

from .indicators import HEADS_UNIT, OWNER_ACTS, OWNS_PLAN, POST_ONLY, READS_PLAN, READS_UNIT

# The leader's plan: the leader is world.head, who is "appraiser" in the table.
READS_LEADERS_PLAN = READS_PLAN | {"staff": 404}

ROUTES: dict[str, dict[str, int]] = {
    "indicators:matrix": READS_LEADERS_PLAN,
    "indicators:matrix-row": READS_LEADERS_PLAN,
    "indicators:proposal-accept": POST_ONLY,
    "indicators:proposal-decline": OWNS_PLAN,
    "indicators:skp-thread": READS_PLAN,
    "indicators:unit-thread": READS_UNIT,
    "indicators:unit-targets": READS_UNIT,
    "indicators:unit-targets-edit": HEADS_UNIT,
    "indicators:unit-realization": HEADS_UNIT,
}

# An empty POST: a redirect, or the form again because nothing was typed.
POSTS: dict[str, dict[str, int]] = {
    "indicators:matrix-row": READS_LEADERS_PLAN
    | {"appraiser": 302, "personnel_officer": 403, "auditor": 403},
    "indicators:proposal-accept": OWNER_ACTS,
    "indicators:proposal-decline": OWNS_PLAN | {"staff": 422},
    # An empty form would take a target away that it never showed: a conflict.
    "indicators:unit-targets-edit": HEADS_UNIT | {"appraiser": 409, "personnel_officer": 409},
    "indicators:unit-realization": HEADS_UNIT | {"appraiser": 422, "personnel_officer": 422},
}


def kwargs(world: Any, name: str) -> dict[str, int]:
    """Return the address of the route's object."""
    short = name.partition(":")[2]
    if short.startswith("unit-"):
        address = {"unit_id": world.unit.pk}
        if short == "unit-thread":
            return address
        target = _target(world)
        address["iid"] = target.indicator_id
        return address | {"tid": target.pk} if short == "unit-realization" else address
    plan = Skp.objects.filter(employee=world.staff).first() or world.make_skp(world.staff, status="approved")
    if short == "skp-thread":
        return {"pk": plan.pk}
    leader = Skp.objects.filter(employee=world.head).first() or world.make_skp(world.head)
    if short.startswith("matrix"):
        return {"pk": leader.pk} if short == "matrix" else {"pk": leader.pk, "employee_id": world.staff.pk}
    cell, _created = MatrixCell.objects.get_or_create(
        column=leader.results.get(),
        employee=world.staff,
        text="Laporan bulanan",
        defaults={"written_at": NOW},
    )
    proposal, _created = PlanProposal.objects.get_or_create(
        skp=plan,
        cell=cell,
        column=cell.column,
        kind="add",
        text=cell.text,
        status="open",
        defaults={"proposed_at": NOW},
    )
    return {"pk": plan.pk, "proposal_id": proposal.pk}


def _target(world: Any) -> UnitTarget:
    indicator, _created = UnitIndicator.objects.get_or_create(
        unit=world.unit,
        year=world.YEAR,
        name="Cakupan K4",
        defaults={"goal": "Sasaran", "target": Decimal(95), "measure": "persen"},
    )
    target, _created = UnitTarget.objects.get_or_create(
        indicator=indicator,
        starts_on=date(world.YEAR, 1, 1),
        defaults={"ends_on": date(world.YEAR, 3, 31), "target": Decimal(20)},
    )
    return target
