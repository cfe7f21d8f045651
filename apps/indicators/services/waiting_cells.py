"""What the leader wrote into the matrix for somebody who had no plan yet: it becomes part of the new plan."""

from typing import Any

from django.db.models import QuerySet

from apps.core import audit
from apps.employees.models import Employee

from ..models import MatrixCell, Skp, WorkResult
from ..rules.forms import ResultKind


def waiting_cells(employee: Employee, leader: Employee, year: int) -> QuerySet[MatrixCell]:
    """Return the contributions a leader wrote for somebody that never met a plan."""
    return MatrixCell.objects.filter(
        employee=employee,
        column__skp__employee=leader,
        column__skp__year=year,
        column__skp__revises__isnull=True,
        result__isnull=True,
        proposals__isnull=True,
    ).order_by("column__order", "column_id", "id")


def take_over_waiting_cells(skp: Skp, by: Any) -> list[WorkResult]:
    """Write the waiting contributions into a plan that was created in this transaction."""
    if skp.appraiser is None:
        return []
    results = []
    cells = waiting_cells(skp.employee, skp.appraiser, skp.year).select_for_update(of=("self",))
    for order, cell in enumerate(cells):
        cell.result = WorkResult.objects.create(
            skp=skp,
            kind=ResultKind.UTAMA.value,
            text=cell.text,
            supports_id=cell.column_id,
            order=order,
        )
        cell.revision += 1
        cell.save(update_fields=["result", "revision"])
        results.append(cell.result)
        audit.record(
            "indicators.matrix.cell_taken_over",
            target=cell,
            by=by,
            scope=skp.government.code,
            skp=skp.pk,
            result=cell.result_id,
        )
    return results
