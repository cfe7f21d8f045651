"""Pages of the personnel office: the year and its periods."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people

from .. import permissions
from ..forms.evaluating import ClosingForm, CycleForm
from ..labels import PeriodStatus
from ..models import Cycle, PeriodRun
from ..selectors import evaluating as selectors
from ..services import cycles
from .common import PAGE_SIZE, period_or_404


@login_required
@require_GET
def cycle_list(request: HttpRequest) -> HttpResponse:
    """Show the years of the government with their periods."""
    government = people.government_of(request.user)
    permissions.require(permissions.may_see_cycles(request.user, government))
    years = Cycle.objects.filter(government=government).prefetch_related("periods").order_by("-year", "pk")
    return render(
        request,
        "assessments/evaluating/cycle_list.html",
        {
            "page": Paginator(years, 5).get_page(request.GET.get("page")),
            "may_manage": permissions.may_manage_cycles(request.user, government),
            "zone": government,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def cycle_create(request: HttpRequest) -> HttpResponse:
    """Create the periods of a year."""
    government = people.government_of(request.user)
    permissions.require(permissions.may_manage_cycles(request.user, government))
    form = CycleForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "assessments.cycle") as once:
                if not once.is_replay:
                    cycles.create_cycle(
                        government=government,
                        year=form.cleaned_data["year"],
                        periodicity=form.cleaned_data["periodicity"].value,
                        by=request.user,
                    )
                    once.location = reverse("assessments:cycle-list")
                    messages.success(
                        request, _("The year %(year)s has its periods.") % {"year": form.cleaned_data["year"]}
                    )
            return redirect(once.location)
        except cycles.CycleExists:
            form.add_error("year", _("This year has a cycle already."))
    return render(
        request,
        "assessments/evaluating/cycle_form.html",
        {"form": form, "zone": government},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def period_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how one period runs: figures, and what the schedule did for each unit."""
    period = period_or_404(request, pk)
    government = period.cycle.government
    permissions.require(permissions.may_see_cycles(request.user, government))
    runs = PeriodRun.objects.filter(period=period).select_related("unit").order_by("started_at", "pk")
    return render(
        request,
        "assessments/evaluating/period_detail.html",
        {
            "period": period,
            "zone": government,
            "figures": selectors.period_figures(period),
            "page": Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page")),
            "may_change": permissions.may_manage_cycles(request.user, government)
            and period.status != PeriodStatus.CLOSED.value,
            "may_prepare": permissions.may_manage_cycles(request.user, government)
            and period.status == PeriodStatus.CLOSED.value,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def period_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the last instant for reports of a period that is not closed yet."""
    period = period_or_404(request, pk)
    government = period.cycle.government
    permissions.require(permissions.may_manage_cycles(request.user, government))
    here = reverse("assessments:period-detail", args=[period.pk])
    if period.status == PeriodStatus.CLOSED.value:
        messages.error(request, _("The period is closed; its deadline can no longer be moved."))
        return redirect(here)
    closes_at = period.closes_at.astimezone(ZoneInfo(government.timezone))
    form = ClosingForm(
        request.POST if request.method == "POST" else held_forms.take(request),
        zone=government.timezone,
        initial={"day": closes_at.date(), "clock": f"{closes_at:%H.%M}"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            cycles.change_closing(
                period_id=period.pk,
                closes_at=form.closes_at(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except cycles.ClosingNotInFuture:
            form.add_error("day", _("The last day must lie in the future and after the opening."))
        except cycles.PeriodAlreadyClosed:
            messages.error(request, _("The period is closed; its deadline can no longer be moved."))
            return redirect(here)
        else:
            messages.success(request, _("The deadline was moved. Everybody with an open period is told."))
            return redirect(here)
    return render(
        request,
        "assessments/evaluating/period_closing.html",
        {"form": form, "period": period, "zone": government},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def period_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare the evaluations of a closed period once more."""
    period = period_or_404(request, pk)
    permissions.require(permissions.may_manage_cycles(request.user, period.cycle.government))
    try:
        with idempotency.once(request, "assessments.prepare_again") as once:
            if not once.is_replay:
                job = cycles.prepare_again(period_id=period.pk, by=request.user, at=timezone.now())
                once.location = reverse("core:job-detail", args=[job.pk])
        return redirect(once.location)
    except cycles.PeriodNotClosed:
        messages.error(request, _("The period is not closed yet."))
        return redirect("assessments:period-detail", pk=period.pk)
