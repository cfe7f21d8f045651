"""The public figures of a unit and of a whole government: made of those of their services, and named as such."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core.localtime import local_date
from apps.employees.models import Government, WorkUnit

from .. import selectors
from ..models import Service
from ..selectors import improvement
from ..selectors.published import UnitResult
from .frame import public_page


@require_GET
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit with its public services and those of the units below it."""
    unit = get_object_or_404(
        WorkUnit.objects.select_related("government", "parent").filter(
            is_active=True, pk__in=_units_with_services()
        ),
        pk=pk,
    )
    today = local_date(timezone.now(), unit.government.timezone)
    result = selectors.public_unit_result(unit, today)
    lines = result.services if result else _lines_without_figure(unit)
    return public_page(
        request,
        "feedback/unit_detail.html",
        {
            "unit": unit,
            "lines": lines,
            "changes": improvement.changes_in_unit(unit),
            "progress": improvement.plan_progress(unit, today),
            **_figures(result),
        },
        government=unit.government,
    )


@require_GET
def government_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A government: the figure of all its services together, and those of its units in the order of their names."""
    government = get_object_or_404(Government, code=code)
    today = local_date(timezone.now(), government.timezone)
    result = selectors.public_government_result(government, today)
    return public_page(
        request,
        "feedback/government_detail.html",
        {
            "place": government,
            "units": sorted(result.units, key=lambda row: row.unit.name if row.unit else "")
            if result
            else [],
            **_figures(result),
        },
        government=government,
    )


def _units_with_services() -> Any:
    """Return the units a citizen may open: those with a public service of their own."""
    return Service.objects.public().values("unit")


def _lines_without_figure(unit: WorkUnit) -> list[dict[str, Any]]:
    services = Service.objects.public().filter(unit__path__startswith=unit.path)
    return [{"service": service, "result": None} for service in services.order_by("name", "id")]


def _figures(result: UnitResult | None) -> dict[str, Any]:
    if result is None:
        return {"result": None, "ranges": [], "chart": []}
    told = [result, *([result.other] if result.other else [])]
    return {
        "result": result,
        "tiers": told,
        "ranges": [
            (str(shown.title), shown.pooled.ikm, shown.pooled.low, shown.pooled.high) for shown in told
        ],
        "chart": [(figure.name, figure.nrr) for figure in result.unsur],
    }
