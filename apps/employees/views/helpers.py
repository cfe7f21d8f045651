"""The named helper per unit: who they are, and naming another."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required

from .. import permissions, selectors
from ..forms import HelperForm
from ..models import WorkUnit
from ..services import corrections, helpers
from ._shared import PAGE_SIZE, found_people, sent_data, today


def _unit(request: HttpRequest, pk: int) -> WorkUnit:
    unit = get_object_or_404(
        WorkUnit.objects.visible_to(request.user).select_related("government"), pk=pk, is_active=True
    )
    permissions.require(permissions.helper_units(request.user).filter(pk=unit.pk).exists())
    return unit


@login_required
@require_GET
def helper_list(request: HttpRequest) -> HttpResponse:
    """My units and who helps there."""
    units = permissions.helper_units(request.user).filter(is_active=True).select_related("government")
    first = units.order_by("path").first()
    permissions.require(first is not None)
    day = today(first.government)
    rows = selectors.with_helper(units, day).order_by("path", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "employees/helper_list.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def helper_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the helper of a unit from today."""
    unit = _unit(request, pk)
    day = today(unit.government)
    data = sent_data(request)
    form = HelperForm(data, people=found_people(data, unit.government, day))
    status = 200
    if request.method == "POST" and not form.is_search:
        if form.is_valid():
            try:
                with idempotency.once(request, "employees.helper") as once:
                    if not once.is_replay:
                        helpers.name_helper(
                            unit=unit,
                            employee=form.cleaned_data["person"],
                            phone=form.cleaned_data["phone"],
                            day=day,
                            by=request.user,
                            at=timezone.now(),
                        )
                        once.location = reverse("employees:helper-list")
                        messages.success(
                            request, _("From today the helper stands on every page of the unit.")
                        )
                return redirect(once.location)
            except corrections.WrongGovernment:
                form.add_error("person", _("This person cannot be the helper."))
        status = 422
    current = selectors.with_helper(WorkUnit.objects.filter(pk=unit.pk), day).get()
    context = {
        "unit": unit,
        "form": form,
        "errors_form": form if status == 422 else None,
        "is_searched": form.is_bound and bool(form.data.get("query")),
        "people": form.fields["person"].people,  # type: ignore[attr-defined]
        "helper": next(iter(current.current_helpers), None),  # type: ignore[attr-defined]
    }
    return render(request, "employees/helper_form.html", context, status=status)


@login_required
@require_POST
def helper_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a unit be without a helper from today."""
    unit = _unit(request, pk)
    if helpers.end_helper(unit=unit, day=today(unit.government), by=request.user, at=timezone.now()):
        messages.success(request, _("The unit has no helper of its own any more."))
    return redirect("employees:helper-list")
