"""The examples beside the question: what stands there, and the office's own wording."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import permissions as offices
from apps.employees import selectors as people
from apps.employees.models import Government

from ..forms.examples import ExampleForm, NewExampleForm
from ..models import EntryExample
from ..selectors.reminders import examples_of
from ..services import examples as services

PAGE_SIZE = 25


def _office(request: HttpRequest) -> Government:
    government = people.government_of(request.user)
    offices.require(government is not None and offices.manages_government(request.user, government))
    assert government is not None
    return government


@login_required
@require_GET
def example_list(request: HttpRequest) -> HttpResponse:
    """Every example that people of this government may see, by job family."""
    government = _office(request)
    page = Paginator(examples_of(government), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assessments/reporting/example_list.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def example_add(request: HttpRequest) -> HttpResponse:
    """Write an example for a job family that has none."""
    government = _office(request)
    form = NewExampleForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        return _write(request, government, form.cleaned_data)
    return _page(request, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def example_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an example; one of the whole installation is written anew for this government, and stays for others."""
    government = _office(request)
    row = get_object_or_404(EntryExample, Q(government=government) | Q(government=None), pk=pk)
    initial = {name: getattr(row, name) for name in ("good", "weak", "why")}
    form = ExampleForm(
        request.POST if request.method == "POST" else held_forms.take(request), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        return _write(request, government, {"family": row.family, **form.cleaned_data})
    return _page(request, form, row)


def _write(request: HttpRequest, government: Government, data: dict[str, Any]) -> HttpResponse:
    with idempotency.once(request, "assessments.example") as once:
        if not once.is_replay:
            services.write_example(
                government=government,
                by=people.employee_of(request.user) or request.user,
                at=timezone.now(),
                **data,
            )
            once.location = reverse("assessments:example-list")
            messages.success(request, _("Saved. It stands beside the question from now on."))
    return redirect(once.location)


def _page(request: HttpRequest, form: ExampleForm, row: EntryExample | None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "row": row, "back": reverse("assessments:example-list")}
    return render(request, "assessments/reporting/example_form.html", context, status=status)
