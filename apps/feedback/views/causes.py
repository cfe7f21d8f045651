"""Causes of reports: the list, one cause with its reports, and what comes back."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.rules.periods import first_instant_of
from apps.employees import selectors as organization
from apps.employees.models import Government

from .. import permissions
from ..forms.handling import NewCauseForm
from ..models import Cause, Complaint
from ..selectors import causes as questions
from ..selectors import handling
from ..services import causes
from .inbox import clock_of, row_of

PAGE_SIZE = 25


def _government(request: HttpRequest) -> Government:
    government = organization.government_of(request.user)
    if government is None or not permissions.sees_complaints(request.user):
        raise PermissionDenied
    return government


@login_required
@require_GET
def cause_list(request: HttpRequest) -> HttpResponse:
    """The causes in use with how many of my reports each has, and what came back."""
    government = _government(request)
    visible = Complaint.objects.visible_to(request.user)
    clock = clock_of(government)
    count, days = questions.thresholds(government, clock.today)
    since = first_instant_of(clock.today - timedelta(days=days - 1), government.timezone)
    rows = questions.with_figures(Cause.objects.of(government), visible, since)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "repeats": questions.repeated(visible, government.timezone, clock.today, count, days),
        "count": count,
        "days": days,
        "may_add": permissions.may_manage_causes(request.user),
        "without": visible.filter(cause=None, is_quarantined=False, status__in=handling.RUNNING).count(),
    }
    return render(request, "feedback/cause_list.html", context)


@login_required
@require_GET
def cause_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One cause: its reports, whether it comes back, and what is done about it."""
    government = _government(request)
    cause = get_object_or_404(Cause.objects.filter(government=government), pk=pk)
    visible = Complaint.objects.visible_to(request.user)
    clock = clock_of(government)
    count, days = questions.thresholds(government, clock.today)
    mine = handling.with_visible_subject(visible.filter(cause=cause)).select_related("unit", "service")
    page = Paginator(mine.order_by("-received_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "cause": cause,
        "page": page,
        "rows": [row_of(row, clock.today, clock.holidays, clock.soon_days) for row in page.object_list],
        "repeats": questions.repeated(
            visible.filter(cause=cause), government.timezone, clock.today, count, days
        ),
        "reports": cause.reports.filter(unit__in=visible.values("unit"))
        .select_related("unit", "service")
        .order_by("-reported_on", "-id")[:10],
        "improvements": cause.improvements.count(),
        "count": count,
        "days": days,
        "improve_url": _improve_url(request, cause),
    }
    return render(request, "feedback/cause_detail.html", context)


def _improve_url(request: HttpRequest, cause: Cause) -> str:
    """Return where an improvement item is begun because of this cause, for those who plan improvements."""
    if not permissions.managed_units(request.user).exists():
        return ""
    return f"{reverse('feedback:improvement-add')}?penyebab={cause.pk}"


@login_required
def cause_add(request: HttpRequest) -> HttpResponse:
    """Add a cause to the government's list."""
    government = _government(request)
    if not permissions.may_manage_causes(request.user):
        raise PermissionDenied
    data: Any = request.POST if request.method == "POST" else held_forms.take(request)
    form = NewCauseForm(data) if data is not None else NewCauseForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.cause") as once:
                    if not once.is_replay:
                        cause = causes.add_cause(
                            government=government, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        once.location = reverse("feedback:cause-detail", args=[cause.pk])
                        messages.success(request, _("The cause is in the list."))
                return redirect(once.location)
            except causes.CauseExists:
                form.add_error("name", _("There is a cause of that name already."))
    return render(request, "feedback/cause_form.html", {"form": form}, status=status)
