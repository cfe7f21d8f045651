"""Recognition of people and units."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit

from .. import permissions, selectors
from ..forms import RecognitionForm
from ..models import FollowUp
from ..rules.follow_up import FollowUpKind
from ..services import recognition as services
from ..services.follow_ups import attach_act
from .common import PAGE_SIZE, actor, bound, decided_follow_up, employee_or_403, visible_employee


def _unit(request: HttpRequest, unit_id: int) -> WorkUnit:
    rows = WorkUnit.objects.visible_to(request.user).select_related("government")
    return get_object_or_404(rows, pk=unit_id)


@login_required
@require_GET
def recognition_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """What a unit and its people were recognized for, the newest first."""
    unit = _unit(request, unit_id)
    rows = selectors.recognitions_for_unit(unit)
    context = {
        "unit": unit,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_recognize": permissions.may_recognize_unit(request.user, unit),
    }
    return render(request, "training/recognition_unit.html", context)


@login_required
def recognition_unit_add(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Recognize a unit as a whole."""
    unit = _unit(request, unit_id)
    permissions.require(permissions.may_recognize_unit(request.user, unit))
    back = reverse("training:recognition-unit", args=[unit.pk])
    return _form_page(request, unit, None, back)


@login_required
def recognition_person_add(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Recognize a person."""
    employee = visible_employee(request, employee_id)
    permissions.require(permissions.may_recognize_person(request.user, employee))
    placement = people.placement_on(employee, permissions.today_of(employee.government))
    if placement is None:
        raise Http404
    back = reverse("training:person", args=[employee.pk])
    follow_up = decided_follow_up(request, employee, FollowUpKind.REWARD)
    return _form_page(request, placement.position.unit, employee, back, follow_up)


def _form_page(
    request: HttpRequest,
    unit: WorkUnit,
    employee: Employee | None,
    back: str,
    follow_up: FollowUp | None = None,
) -> HttpResponse:
    # Colleagues read a recognition, so the predikat that led to it is not written into it.
    initial = {"reason": follow_up.note} if follow_up is not None else {}
    form: Any = bound(request, lambda data=None: RecognitionForm(data, initial=initial))
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "training.recognition") as once:
            if not once.is_replay:
                given = services.recognize(
                    unit=unit,
                    employee=employee,
                    by=employee_or_403(request),
                    at=timezone.now(),
                    **form.cleaned_data,
                )
                if follow_up is not None:
                    attach_act(
                        follow_up_id=follow_up.pk, recognition=given, by=actor(request), at=timezone.now()
                    )
                once.location = back
                messages.success(request, _("Recognition given. Colleagues of the unit can read it."))
        return redirect(once.location)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "unit": unit, "employee": employee, "back": back}
    return render(request, "training/recognition_form.html", context, status=status)
