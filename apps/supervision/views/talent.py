"""For the personnel office and leadership: averages of IP ASN, the nine boxes, and the succession pool. No ranking."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Employee, Government, Placement, Position, WorkUnit
from apps.employees.permissions import require

from .. import permissions
from ..labels import INDEX_CATEGORIES, PERFORMANCE_STANDINGS, STANDINGS
from ..rules.professionalism_index import category_of
from ..rules.talent import BOXES, Standing
from ..selectors import career as selectors

PAGE_SIZE = 25


def _scope(request: HttpRequest) -> tuple[Government, QuerySet[WorkUnit], WorkUnit | None, date]:
    """Return the government, the units one may look at, the one chosen in the address, and the day."""
    government = organization.government_of(request.user)
    require(government is not None)
    assert government is not None
    today = local_date(timezone.now(), government.timezone)
    units = permissions.career_units(request.user, today).filter(government=government, is_active=True)
    require(units.exists())
    text = request.GET.get("unit", "")
    chosen = None
    if text.isascii() and text.isdigit() and len(text) < 10:
        chosen = units.filter(pk=int(text)).first()
    return government, units, chosen, today


def _people(user: Any, units: QuerySet[WorkUnit], chosen: WorkUnit | None, day: date) -> QuerySet[Employee]:
    wanted = units.under(chosen) if chosen else units  # type: ignore[attr-defined]
    placed = Placement.objects.active_on(day).filter(is_main=True, position__unit__in=wanted)  # type: ignore[attr-defined]
    return Employee.objects.visible_to(user, on=day).filter(pk__in=placed.values("employee"), is_active=True)


def area_tabs(active: str) -> list[dict[str, Any]]:
    """Return the tabs of the pages of the personnel office."""
    rows = [
        ("index", _("IP ASN by unit"), "supervision:index-units"),
        ("boxes", _("Nine boxes"), "supervision:talent-boxes"),
        ("succession", _("Succession"), "supervision:succession"),
    ]
    return [
        {"label": label, "url": reverse(url), "active": name == active, "count": None}
        for name, label, url in rows
    ]


@login_required
@require_GET
def index_units(request: HttpRequest) -> HttpResponse:
    """IP ASN per unit: the mean of individuals, without CPNS; hidden where too few people stand behind it."""
    government, units, chosen, today = _scope(request)
    minimum = int(policy.get("supervision.ip_minimum_people", on=today, scope=government.code))
    rows = selectors.indexes_of(_people(request.user, units, chosen, today), government, today)
    ordered = list(units.order_by("path"))
    known = {unit.pk for unit in ordered}
    parents = {chosen.pk} if chosen else {unit.pk for unit in ordered if unit.parent_id not in known}
    shown = [unit for unit in ordered if unit.pk in parents or unit.parent_id in parents]
    # What is not on record counts 0: a category of such a mean would speak of our records, not of people.
    lines = [
        (
            row,
            INDEX_CATEGORIES[category_of(row.mean).value]
            if row.mean is not None and row.complete == row.people
            else "",
        )
        for row in selectors.unit_indexes(rows, shown, minimum)
    ]
    context = {
        "area_tabs": area_tabs("index"),
        "units": ordered,
        "chosen": chosen,
        "lines": lines,
        "minimum": minimum,
        "people": len(rows),
        "incomplete": sum(not row.is_complete for row in rows),
    }
    return render(request, "supervision/index_units.html", context)


@login_required
@require_GET
def talent_boxes(request: HttpRequest) -> HttpResponse:
    """The nine boxes as a table; one box lists its people by name."""
    government, units, chosen, today = _scope(request)
    rows = selectors.talents_of(_people(request.user, units, chosen, today), government, today.year, today)
    placed: dict[int, list[selectors.PersonTalent]] = {box: [] for box in range(1, 10)}
    for row in rows:
        if row.talent is not None:
            placed[row.talent.box].append(row)
    text = request.GET.get("kotak", "")
    box = int(text) if len(text) == 1 and text.isascii() and text.isdigit() and text != "0" else None
    listed = placed[box] if box else [row for row in rows if row.talent is None]
    rules = selectors.talent_rules(government, today)
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "area_tabs": area_tabs("boxes"),
        "units": units.order_by("path"),
        "chosen": chosen,
        "columns": [STANDINGS[standing.value] for standing in Standing],
        "table": [
            (
                PERFORMANCE_STANDINGS[up.value],
                [(number, len(placed[number])) for number in BOXES[up].values()],
            )
            for up in BOXES
        ],
        "box": box,
        "proposals": rules.tables.recommendations[box] if box else (),
        "page": page,
        "unplaced": sum(row.talent is None for row in rows),
        "year": today.year,
    }
    return render(request, "supervision/talent_boxes.html", context)


@login_required
@require_GET
def succession(request: HttpRequest) -> HttpResponse:
    """Whom the pool proposes for the posts that lead a unit, with reasons, by name. A decision is somebody else's."""
    government, units, chosen, today = _scope(request)
    wanted = units.under(chosen) if chosen else units  # type: ignore[attr-defined]
    positions = (
        Position.objects.filter(is_head=True, unit__in=wanted)
        .select_related("unit")
        .order_by("unit__path", "pk")
    )
    # Candidates for the head of an agency come from the whole of what the user sees, not from the chosen unit alone.
    talents = selectors.talents_of(_people(request.user, units, None, today), government, today.year, today)
    page = Paginator(positions, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = Position.objects.filter(pk__in=[row.pk for row in page.object_list])
    rows = selectors.successions(
        talents, shown.select_related("unit").order_by("unit__path", "pk"), government, today
    )
    context = {
        "area_tabs": area_tabs("succession"),
        "units": units.order_by("path"),
        "chosen": chosen,
        "rows": rows,
        "page": page,
        "pool": sum(row.is_in_pool for row in talents),
    }
    return render(request, "supervision/succession.html", context)
