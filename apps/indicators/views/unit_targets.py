"""Targets of a unit's indicator for the parts of the year, and what was reached."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core import held_forms
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import number, tanggal
from apps.employees import selectors as people
from apps.employees.models import WorkUnit

from .. import permissions
from ..forms.matrix import RealizationForm, TargetsForm
from ..labels import COMPUTATIONS
from ..models import UnitIndicator, UnitTarget
from ..rules.achievement import display_percent
from ..rules.target_periods import Division, Part
from ..selectors import targets as target_selectors
from ..selectors.targets import TargetRow
from ..services import unit_targets as services
from .unit_indicators import visible_unit

ROMAN = ("I", "II", "III", "IV")


@login_required
def unit_targets(request: HttpRequest, unit_id: int, iid: int) -> HttpResponse:
    """Show the parts of the year with target, realization, percentage and its computation in words."""
    unit, indicator = _load(request, unit_id, iid)
    today = local_date(timezone.now(), unit.government.timezone)
    rows = target_selectors.target_rows(indicator)
    division = target_selectors.division_for(indicator)
    last = rows[-1].target
    return render(
        request,
        "indicators/unit_targets.html",
        {
            "unit": unit,
            "indicator": indicator,
            "rows": [_row(indicator, row, division, today) for row in rows],
            "has_targets": any(row.target for row in rows),
            "can_edit": permissions.may_set_unit_targets(request.user, unit),
            "differs": last is not None and last.target != indicator.target,
            "last": last,
            "chart": [
                (part_label(row.part, division, short=True), display_percent(row.percent))
                for row in rows
                if row.percent is not None
            ],
            "list_url": _list_url(unit, indicator),
        },
    )


@login_required
def unit_targets_edit(request: HttpRequest, unit_id: int, iid: int) -> HttpResponse:
    """Write the targets of all parts of the year on one page."""
    unit, indicator = _load(request, unit_id, iid, for_writing=True)
    rows = target_selectors.target_rows(indicator)
    division = target_selectors.division_for(indicator)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    labels = [
        _("Until %(day)s (%(part)s)")
        % {"day": tanggal(row.part.ends_on), "part": part_label(row.part, division)}
        for row in rows
    ]
    form = TargetsForm(data, rows=rows, labels=labels)
    seen = {row.part.starts_on: row.target.fingerprint if row.target else "" for row in rows}
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.set_targets(
                    indicator_id=indicator.pk, targets=form.values(), by=_actor(request), seen=form.seen()
                )
                messages.success(request, _("Targets saved."))
                return redirect(_detail_url(unit, indicator))
            except services.TargetInUse:
                form.add_error(
                    None,
                    _("A target whose realization is recorded cannot be taken away. Nothing was saved."),
                )
            except services.TargetConflict:
                unit, indicator = _load(request, unit_id, iid, for_writing=True)
                fresh = target_selectors.target_rows(indicator)
                seen = {row.part.starts_on: row.target.fingerprint if row.target else "" for row in fresh}
                status = 409
                conflict = [
                    (
                        part_label(row.part, division),
                        f"{number(row.target.plain_target)} {indicator.measure}" if row.target else "",
                    )
                    for row in fresh
                ]
    if data is not None and conflict is None:
        seen = form.seen()
    return render(
        request,
        "indicators/unit_targets_form.html",
        {
            "unit": unit,
            "indicator": indicator,
            "form": form,
            "fields": [
                {
                    "field": form[form.name_of(row.part.starts_on)],
                    "seen_name": f"seen_{row.part.starts_on:%Y%m%d}",
                    "seen": seen[row.part.starts_on],
                }
                for row in rows
            ],
            "back": _detail_url(unit, indicator),
            "conflict": conflict,
        },
        status=status,
    )


@login_required
def unit_realization(request: HttpRequest, unit_id: int, iid: int, tid: int) -> HttpResponse:
    """Record what was reached by the end of a part of the year, with its source."""
    unit, indicator = _load(request, unit_id, iid, for_writing=True)
    target = get_object_or_404(UnitTarget, pk=tid, indicator=indicator)
    division = target_selectors.division_for(indicator)
    part = next(row.part for row in target_selectors.target_rows(indicator) if row.target == target)
    data = request.POST if request.method == "POST" else held_forms.take(request)
    initial = {"realization": target.plain_realization, "source_note": target.source_note}
    form = RealizationForm(data, initial=initial)
    seen = target.fingerprint if data is None else str(data.get("seen", ""))[:16]
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.record_realization(
                    target_id=target.pk,
                    realization=form.cleaned_data["realization"],
                    source_note=form.cleaned_data["source_note"],
                    by=_actor(request),
                    at=timezone.now(),
                    seen=seen,
                )
                messages.success(request, _("Realization saved."))
                return redirect(_detail_url(unit, indicator))
            except services.PartNotBegun:
                form.add_error(None, _("This period has not begun, so nothing can be reported for it yet."))
            except services.TargetConflict:
                target.refresh_from_db()
                status, seen = 409, target.fingerprint
                conflict = [
                    (_("Target"), f"{number(target.plain_target)} {indicator.measure}"),
                    (_("Realization"), number(target.plain_realization)),
                    (_("Source"), target.source_note),
                ]
    return render(
        request,
        "indicators/unit_realization.html",
        {
            "unit": unit,
            "indicator": indicator,
            "target": target,
            "part": part_label(part, division),
            "form": form,
            "seen": seen,
            "conflict": conflict,
            "back": _detail_url(unit, indicator),
        },
        status=status,
    )


# --- what the pages say


def part_label(part: Part, division: Division, *, short: bool = False) -> str:
    """Return the name of a part of the year."""
    if division is Division.MONTHLY:
        return tanggal(part.starts_on, "bulan")
    if short:
        return _("Q%(n)s") % {"n": part.number}
    return _("Quarter %(roman)s") % {"roman": ROMAN[part.number - 1]}


def computation(
    indicator: UnitIndicator, target: Decimal, realization: Decimal, percent: Decimal | None
) -> str:
    """Return how the percentage came about, in words with numbers."""
    formula = COMPUTATIONS[indicator.formula, indicator.direction] % {
        "target": number(target.normalize()),
        "realization": number(realization.normalize()),
    }
    if percent is None:
        return _("%(formula)s: no percentage, because one would have to divide by zero.") % {
            "formula": formula
        }
    if indicator.formula == "reached":
        answer = pgettext("computation", "Yes") if percent else pgettext("computation", "No")
        return f"{formula} {answer}: {number(percent, 2)}%"
    return f"{formula} = {number(percent, 2)}%"


def _row(indicator: UnitIndicator, row: TargetRow, division: Division, today: Any) -> dict[str, Any]:
    target = row.target
    words = ""
    if target is not None and target.realization is not None:
        words = computation(indicator, target.target, target.realization, row.percent)
    return {
        "label": part_label(row.part, division),
        "part": row.part,
        "target": target,
        "percent": row.percent,
        "computation": words,
        "has_begun": row.part.starts_on <= today,
        "is_over": row.part.ends_on < today,
    }


def _load(
    request: HttpRequest, unit_id: int, iid: int, *, for_writing: bool = False
) -> tuple[WorkUnit, UnitIndicator]:
    unit = visible_unit(request, unit_id)
    if for_writing and not permissions.may_set_unit_targets(request.user, unit):
        raise PermissionDenied
    indicators = target_selectors.with_targets(UnitIndicator.objects.filter(unit=unit))
    return unit, get_object_or_404(indicators, pk=iid)


def _actor(request: HttpRequest) -> Any:
    return people.employee_of(request.user) or request.user


def _detail_url(unit: WorkUnit, indicator: UnitIndicator) -> str:
    return reverse("indicators:unit-targets", kwargs={"unit_id": unit.pk, "iid": indicator.pk})


def _list_url(unit: WorkUnit, indicator: UnitIndicator) -> str:
    return reverse("indicators:unit-indicators", kwargs={"unit_id": unit.pk}) + f"?tahun={indicator.year}"
