"""Lesson hours of the people one plans for, beside the target of the year: by person and by unit."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required
from apps.core.rules.rounding import half_up
from apps.employees import selectors as people
from apps.employees.models import Employee, Placement

from .. import permissions
from ..labels import PACE_TEXTS, PACE_TONES
from ..rules.learning_hours import Pace
from ..selectors.hours import Hours, hours_of_many
from .common import PAGE_SIZE, area_tabs, government_or_403
from .mine import _year

BY_UNIT = "unit"


@login_required
@require_GET
def hours(request: HttpRequest) -> HttpResponse:
    """Who has how many hours, and who is behind."""
    government = government_or_403(request)
    permissions.require(permissions.sees_needs(request.user, government))
    today = permissions.today_of(government)
    year = _year(request, today.year)
    rows = list(
        Employee.objects.visible_to(request.user)
        .filter(government=government, is_active=True)
        .exclude(user=request.user)
        .select_related("government")
        .order_by("name", "id")
    )
    found = hours_of_many(rows, year, today, government)
    paces = Counter(found[row.pk].standing.pace for row in rows)
    wanted = request.GET.get("laju", "")
    by_unit = request.GET.get("lihat") == BY_UNIT
    context: dict[str, Any] = {
        "year": year,
        "by_unit": by_unit,
        "people": len(rows),
        "reached": paces[Pace.REACHED],
        "behind": paces[Pace.BEHIND] + paces[Pace.MISSED],
        "pace_tabs": _tabs(year, wanted, by_unit, paces, len(rows)),
        "area_tabs": area_tabs(request, government, "hours"),
    }
    if by_unit:
        context["page"] = Paginator(_units(rows, found, today), PAGE_SIZE).get_page(request.GET.get("page"))
    else:
        kept = [row.pk for row in rows if not wanted or found[row.pk].standing.pace == wanted]
        query = Employee.objects.visible_to(request.user, on=today).filter(pk__in=kept).order_by("name", "id")
        page = Paginator(people.with_place(query, today), PAGE_SIZE).get_page(request.GET.get("page"))
        for row in page.object_list:
            row.hours = found[row.pk]
            row.has_mix = any(part.share is not None for part in row.hours.mix)
            pace = found[row.pk].standing.pace
            row.pace = {"value": pace, "label": PACE_TEXTS[pace], "tone": PACE_TONES[pace]}
        context["page"] = page
    return render(request, "training/hours.html", context)


def _tabs(year: int, wanted: str, by_unit: bool, paces: Counter, total: int) -> list[dict[str, Any]]:
    tabs = [
        {
            "label": _("Everybody"),
            "url": f"?tahun={year}",
            "active": not wanted and not by_unit,
            "count": total,
        }
    ]
    tabs += [
        {
            "label": PACE_TEXTS[pace],
            "url": f"?tahun={year}&laju={pace}",
            "active": wanted == pace and not by_unit,
            "count": paces[pace],
        }
        for pace in Pace
        if paces[pace]
    ]
    return [
        *tabs,
        {"label": _("By unit"), "url": f"?tahun={year}&lihat={BY_UNIT}", "active": by_unit, "count": None},
    ]


def _units(rows: list[Employee], found: dict[int, Hours], today: Any) -> list[dict[str, Any]]:
    places = Placement.objects.filter(employee__in=rows, is_main=True, period__contains=today).values_list(
        "employee", "position__unit__name", "position__unit"
    )
    members: dict[tuple[str, int], list[int]] = defaultdict(list)
    for employee_id, name, unit_id in places:
        members[name, unit_id].append(employee_id)
    return [
        {
            "name": name,
            "people": len(keys),
            "mean": half_up(sum((found[key].figure.verified for key in keys), Decimal(0)) / len(keys), 1),
            "reached": sum(found[key].standing.pace == Pace.REACHED for key in keys),
            "behind": sum(found[key].standing.pace in {Pace.BEHIND, Pace.MISSED} for key in keys),
        }
        for (name, _unit), keys in sorted(members.items())
    ]
