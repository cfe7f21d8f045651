"""Figures of an office about its complaints, on a page that can be printed."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from .. import permissions
from ..labels import ComplaintKind
from ..models import Complaint
from ..selectors import office_figures
from ..selectors.outcomes import outcome_figures

FIRST_YEAR = 2020


def _span(year: int, part: str) -> tuple[date, date]:
    """Return the first and last day of a year, of its half (`s1`, `s2`) or its quarter (`t1` to `t4`)."""
    months = {"s1": (1, 6), "s2": (7, 12), "t1": (1, 3), "t2": (4, 6), "t3": (7, 9), "t4": (10, 12)}
    first, last = months.get(part, (1, 12))
    ends = {3: 31, 6: 30, 9: 30, 12: 31}
    return date(year, first, 1), date(year, last, ends[last])


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Answered in time, confirmed as solved, merely closed, reopened, still solved after four weeks; per unit, kind."""
    government = organization.government_of(request.user)
    if government is None or not permissions.sees_complaints(request.user):
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    asked = request.GET.get("tahun", "")
    year = int(asked) if asked.isdecimal() and FIRST_YEAR <= int(asked[:6]) <= today.year else today.year
    part = request.GET.get("bagian-tahun", "")
    starts_on, ends_on = _span(year, part)
    visible = Complaint.objects.visible_to(request.user)
    units = WorkUnit.objects.filter(pk__in=visible.values("unit"))
    everything, per_unit, per_kind = office_figures.figures(visible, government, starts_on, ends_on, today)
    outcome = outcome_figures(units, starts_on, ends_on)
    minimum = office_figures.minimum(government, today)
    kinds = dict(ComplaintKind.choices)
    context = {
        "year": year,
        "years": range(today.year, max(FIRST_YEAR, today.year - 4) - 1, -1),
        "part": part,
        "parts": [
            ("", _("the whole year")),
            ("s1", _("first half")),
            ("s2", _("second half")),
            ("t1", _("first quarter")),
            ("t2", _("second quarter")),
            ("t3", _("third quarter")),
            ("t4", _("fourth quarter")),
        ],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "today": today,
        "all": everything,
        "units": per_unit,
        "kinds": [(kinds.get(row.key, row.label), row) for row in per_kind],
        "outcome": outcome,
        "still_fixed": office_figures.share(
            outcome.still_fixed, outcome.still_fixed + outcome.came_back, minimum
        ),
        "minimum": minimum,
    }
    return render(request, "feedback/complaint_figures.html", context)
