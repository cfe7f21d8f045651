"""Documents of units: ask for a pack or a recap, and what has been issued."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import held_forms, idempotency, long_jobs
from apps.core.held_forms import login_required
from apps.employees.selectors import government_of

from ..forms import PackForm
from ..labels import PackChoices
from ..selectors import issued

PAGE_SIZE = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Choose unit and period, start the job; below it what the schedule and others have made."""
    if not issued.may_ask_for_packs(request.user):
        raise PermissionDenied
    options = {
        "units": issued.units_to_choose(request.user),
        "periods": issued.periods_to_choose(government_of(request.user)),
    }
    if request.method == "POST":
        form = PackForm(request.POST, **options)
        if form.is_valid():
            return _start(request, form)
    else:
        held = held_forms.take(request)
        form = PackForm(held, **options)
    packs = issued.packs_visible_to(request.user)
    context = {
        "form": form,
        "has_periods": options["periods"].exists(),
        "page": Paginator(packs, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "reports/index.html", context, status=422 if request.method == "POST" else 200)


def _start(request: HttpRequest, form: PackForm) -> HttpResponse:
    unit, period = form.cleaned_data["unit"], form.cleaned_data["period"]
    with idempotency.once(request, "reports.pack") as once:
        if not once.is_replay:
            params = {"unit_id": unit.pk, "period_id": period.pk}
            if form.cleaned_data["kind"] == str(PackChoices.EVALUATION_PACK):
                params["contents"] = form.cleaned_data["contents"]
            job = long_jobs.start(
                form.cleaned_data["kind"], owner=request.user, scope=period.cycle.government.code, **params
            )
            once.location = reverse("core:job-detail", args=[job.pk])
    return redirect(once.location)
