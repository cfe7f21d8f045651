"""Who opened my record: the same list for everybody, whatever their office."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required

from .. import permissions, selectors
from ..models import RecordView
from ._shared import PAGE_SIZE


@login_required
@require_GET
def record_views(request: HttpRequest) -> HttpResponse:
    """Show who opened pages about me, when, and in which capacity."""
    employee = selectors.employee_of(request.user)
    permissions.require(employee is not None)
    rows = RecordView.objects.visible_to(request.user).select_related("viewer").order_by("-at", "-id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    offices = selectors.offices_of_viewers(page.object_list)
    for row in page.object_list:
        row.offices = offices[row.pk]  # type: ignore[attr-defined]
    return render(request, "employees/record_views.html", {"employee": employee, "page": page})
