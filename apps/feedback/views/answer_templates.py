"""Beginnings of letters: the list with how often each is used, adding and changing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Avg, Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as organization
from apps.employees.models import Government, WorkUnit

from .. import permissions
from ..forms.handling import TemplateForm
from ..models import AnswerTemplate
from ..services import complaints


def _frame(request: HttpRequest) -> tuple[Government, Any]:
    """Return the government and the units whose templates the user manages; everybody else is refused."""
    government = organization.government_of(request.user)
    units = permissions.managed_units(request.user)
    if government is None or not units.exists():
        raise PermissionDenied
    return government, units.filter(is_active=True)


def _open_to(request: HttpRequest, government: Government, units: Any) -> QuerySet[AnswerTemplate]:
    return AnswerTemplate.objects.filter(government=government).filter(
        Q(unit__isnull=True) | Q(unit__in=units.values("pk"))
    )


def _may_all(units: QuerySet[WorkUnit]) -> bool:
    return units.filter(parent__isnull=True).exists()


@login_required
@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    """The templates I can begin with, how often each was used and how much was written by its users."""
    government, units = _frame(request)
    rows = (
        _open_to(request, government, units)
        .select_related("unit")
        .annotate(used=Count("uses"), own=Avg("uses__own_percent"), last_used=Max("uses__at"))
        .order_by("purpose", "title", "id")
    )
    context = {
        "rows": [{"template": row, "may_edit": row.unit_id is not None or _may_all(units)} for row in rows],
    }
    return render(request, "feedback/template_list.html", context)


@login_required
def template_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a template, or change one."""
    government, units = _frame(request)
    template = get_object_or_404(_open_to(request, government, units), pk=pk) if pk else None
    may_all = _may_all(units)
    if template is not None and template.unit_id is None and not may_all:
        raise PermissionDenied
    options: dict[str, Any] = {"units": units.order_by("path"), "may_all": may_all}
    if template is not None:
        options["initial"] = {
            "purpose": template.purpose,
            "unit": template.unit_id,
            "title": template.title,
            "body": template.body,
            "is_active": template.is_active,
        }
    data: Any = request.POST if request.method == "POST" else held_forms.take(request)
    form = TemplateForm(data, **options) if data is not None else TemplateForm(**options)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _save(request, government, template, form.cleaned_data)
            except IntegrityError:
                form.add_error("title", _("There is a template of that name already."))
    context = {"form": form, "template": template}
    return render(request, "feedback/template_form.html", context, status=status)


def _save(
    request: HttpRequest, government: Government, template: AnswerTemplate | None, values: dict[str, Any]
) -> HttpResponse:
    with idempotency.once(request, "feedback.template") as once:
        if not once.is_replay:
            complaints.save_template(
                government=government, template=template, by=request.user, at=timezone.now(), **values
            )
            once.location = reverse("feedback:template-list")
            messages.success(request, _("The template is saved."))
    return redirect("feedback:template-list")
