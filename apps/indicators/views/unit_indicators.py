"""Targets of a unit: what it promised for the year, who carries it, and what hangs in the air."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import number
from apps.employees import selectors as people
from apps.employees.models import WorkUnit

from .. import permissions, selectors
from ..forms import UnitIndicatorForm
from ..models import Skp, UnitIndicator
from ..selectors import targets as target_selectors
from ..services import unit_indicators as services

ORPHANS_SHOWN = 50


@login_required
def unit_indicator_list(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show the unit's indicators with their supporters, and planned results that lead to none."""
    unit = visible_unit(request, unit_id)
    year = year_asked(request, unit)
    plans = Skp.objects.plans().visible_to(request.user).filter(unit__path__startswith=unit.path, year=year)
    orphans = selectors.orphan_results(plans)
    this_year = this_year_of(unit)
    rows = selectors.unit_indicator_rows(unit, year, request.user)
    achieved = {
        row.indicator.pk: row for row in target_selectors.unit_achievements(unit, year, date(year, 12, 31))
    }
    for row in rows:
        row.indicator.achieved = achieved[row.indicator.pk]  # type: ignore[attr-defined]
    tabs = [
        {"label": str(y), "url": f"?tahun={y}", "active": y == year}
        for y in sorted({this_year - 1, this_year, this_year + 1, year})
    ]
    return render(
        request,
        "indicators/unit_indicators.html",
        {
            "unit": unit,
            "year": year,
            "tabs": tabs,
            "rows": rows,
            "above": [row for row in selectors.unit_indicators_above(unit, year) if row.unit_id != unit.pk],
            "orphans": orphans[:ORPHANS_SHOWN],
            "orphan_count": orphans.count(),
            "can_edit": permissions.may_set_unit_targets(request.user, unit),
            "add_url": reverse("indicators:unit-indicator-add", kwargs={"unit_id": unit.pk})
            + f"?tahun={year}",
        },
    )


@login_required
def unit_indicator_add(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Add an indicator to the unit."""
    unit = _editable_unit(request, unit_id)
    year = year_asked(request, unit)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = UnitIndicatorForm(data)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "indicators.unit_indicator") as once:
                    if not once.is_replay:
                        services.add_unit_indicator(
                            unit=unit, year=year, by=_actor(request), **form.cleaned_data
                        )
                        once.location = _list_url(unit, year)
                return redirect(once.location)
            except services.IndicatorNameTaken:
                form.add_error("name", _("The unit already has an indicator of this name for the year."))
    context = {"unit": unit, "year": year, "form": form}
    return render(request, "indicators/unit_indicator_form.html", context, status=status)


@login_required
def unit_indicator_edit(request: HttpRequest, unit_id: int, iid: int) -> HttpResponse:
    """Rewrite an indicator of the unit."""
    unit = _editable_unit(request, unit_id)
    indicator = get_object_or_404(UnitIndicator, pk=iid, unit=unit)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    form = UnitIndicatorForm(data, initial=UnitIndicatorForm.initial_of(indicator))
    seen = data.get("seen", "") if data is not None else indicator.fingerprint
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_unit_indicator(
                    indicator_id=indicator.pk, by=_actor(request), seen=seen, **form.cleaned_data
                )
                return redirect(_list_url(unit, indicator.year))
            except services.IndicatorNameTaken:
                form.add_error("name", _("The unit already has an indicator of this name for the year."))
            except services.IndicatorConflict:
                indicator.refresh_from_db()
                status, conflict, seen = 409, _stored(indicator), indicator.fingerprint
    context = {
        "unit": unit,
        "year": indicator.year,
        "indicator": indicator,
        "form": form,
        "seen": seen,
        "conflict": conflict,
    }
    return render(request, "indicators/unit_indicator_form.html", context, status=status)


@login_required
@require_POST
def unit_indicator_remove(request: HttpRequest, unit_id: int, iid: int) -> HttpResponse:
    """Take an indicator away that nobody supports, after asking."""
    unit = _editable_unit(request, unit_id)
    indicator = get_object_or_404(UnitIndicator.objects.select_related("unit__government"), pk=iid, unit=unit)
    back = reverse("indicators:unit-indicator-edit", kwargs={"unit_id": unit.pk, "iid": indicator.pk})
    if request.POST.get("confirmed") != "1":
        text = _("The indicator “%(text)s” is removed.") % {"text": indicator.name}
        return render(request, "indicators/confirm_remove.html", {"unit": unit, "text": text, "back": back})
    try:
        services.remove_unit_indicator(indicator=indicator, by=_actor(request))
    except services.IndicatorInUse:
        messages.error(
            request, _("It was not removed: planned results support it, or a realization is recorded.")
        )
        return redirect(back)
    messages.success(request, _("Removed."))
    return redirect(_list_url(unit, indicator.year))


def visible_unit(request: HttpRequest, unit_id: int) -> WorkUnit:
    """Return a unit the user may see (404)."""
    units = WorkUnit.objects.visible_to(request.user).select_related("government")
    return get_object_or_404(units, pk=unit_id)


def _editable_unit(request: HttpRequest, unit_id: int) -> WorkUnit:
    unit = visible_unit(request, unit_id)
    if not permissions.may_set_unit_targets(request.user, unit):
        raise PermissionDenied
    return unit


def this_year_of(unit: WorkUnit) -> int:
    """Return the year it is in the unit's government."""
    return local_date(timezone.now(), unit.government.timezone).year


def year_asked(request: HttpRequest, unit: WorkUnit) -> int:
    """Return the year of the address; a strange one is this year."""
    text = request.GET.get("tahun", "")
    if text.isascii() and text.isdigit() and 2000 <= int(text[:4]) <= 2100 and len(text) == 4:
        return int(text)
    return this_year_of(unit)


def _list_url(unit: WorkUnit, year: int) -> str:
    return reverse("indicators:unit-indicators", kwargs={"unit_id": unit.pk}) + f"?tahun={year}"


def _actor(request: HttpRequest) -> Any:
    return people.employee_of(request.user) or request.user


def _stored(indicator: UnitIndicator) -> list[tuple[str, str]]:
    return [
        (_("Document"), indicator.get_document_display()),
        (_("Goal (sasaran)"), indicator.goal),
        (_("Indicator"), indicator.name),
        (_("Target of the year"), f"{number(indicator.plain_target)} {indicator.measure}"),
        (_("When is it good?"), indicator.get_direction_display()),
        (_("Formula"), indicator.get_formula_display()),
    ]
