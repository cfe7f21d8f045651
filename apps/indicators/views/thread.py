"""The golden thread: the tree of a unit, and where each result of one plan leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from apps.core.held_forms import login_required
from apps.employees.models import WorkUnit

from .. import permissions, selectors
from ..labels import SKP_TONES
from ..models import Skp
from ..selectors import thread as thread_selectors
from .loading import visible_plan
from .unit_indicators import this_year_of, visible_unit, year_asked

SHOWN = 50


@login_required
def unit_thread(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show indicator, result of the head, results of the members; and what hangs in the air."""
    unit = visible_unit(request, unit_id)
    year = year_asked(request, unit)
    this_year = this_year_of(unit)
    plans = Skp.objects.plans().visible_to(request.user).filter(unit__path__startswith=unit.path, year=year)
    tree = thread_selectors.unit_thread(unit, year, request.user)
    uncovered = thread_selectors.uncovered_results(plans, unit, year, timezone.now())
    orphans = selectors.orphan_results(plans)
    return render(
        request,
        "indicators/unit_thread.html",
        {
            "unit": unit,
            "year": year,
            "tabs": [
                {"label": str(y), "url": f"?tahun={y}", "active": y == year}
                for y in sorted({this_year - 1, this_year, this_year + 1, year})
            ],
            "tree": tree,
            "tones": SKP_TONES,
            "uncovered": uncovered[:SHOWN],
            "uncovered_count": uncovered.count(),
            "orphans": orphans[:SHOWN],
            "orphan_count": orphans.count(),
            "units_below": WorkUnit.objects.visible_to(request.user)
            .filter(parent=unit, is_active=True)
            .order_by("name", "id"),
            "can_edit": permissions.may_set_unit_targets(request.user, unit),
            "add_url": reverse("indicators:unit-indicator-add", kwargs={"unit_id": unit.pk})
            + f"?tahun={year}",
        },
    )


@login_required
def skp_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Show for each result of a plan what it supports, up to the indicator of a unit."""
    plan = visible_plan(request, pk)
    chains = thread_selectors.chains_of(plan)
    return render(
        request,
        "indicators/skp_thread.html",
        {
            "skp": plan,
            "is_owner": permissions.is_owner(request.user, plan),
            "can_edit": permissions.is_owner(request.user, plan) and plan.is_editable,
            "chains": chains,
            "loose": sum(1 for chain in chains if chain.indicator is None and chain.result.kind == "utama"),
        },
    )
