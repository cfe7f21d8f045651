"""What is late: for whoever owes it, for their superior, and for the personnel office."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required

from ..models import Escalation
from .common import PAGE_SIZE


@login_required
@require_GET
def escalation_list(request: HttpRequest) -> HttpResponse:
    """Clocks that ran out and concern me, what is still open first."""
    rows = (
        Escalation.objects.visible_to(request.user)
        .select_related(
            "owed_by",
            "to",
            "evaluation__employee",
            "evaluation__unit",
            "evaluation__period__cycle",
            "objection",
            "government",
        )
        .order_by("resolved_at", "due_on", "pk")
    )
    only_open = request.GET.get("semua") != "1"
    if only_open:
        rows = rows.open()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.is_mine = row.owed_by is not None and row.owed_by.user_id == request.user.pk
    return render(
        request, "assessments/evaluating/escalation_list.html", {"page": page, "only_open": only_open}
    )
