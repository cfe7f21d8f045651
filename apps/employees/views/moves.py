"""Another post for somebody, and the times when somebody is on study, on leave, suspended or works elsewhere."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required

from .. import permissions, selectors
from ..forms import MoveForm, StateForm
from ..models import Employee, Position, ServiceState, WorkUnit
from ..services import moves, organization, states
from ._shared import sent_data, today

MAX_POSTS = 200


def _managed(request: HttpRequest, pk: int) -> Employee:
    employees = Employee.objects.visible_to(request.user).select_related("government", "user")
    employee = get_object_or_404(employees, pk=pk)
    permissions.require(permissions.manages_employee(request.user, employee))
    return employee


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that somebody takes up another main post: first the unit, then the post and the day."""
    employee = _managed(request, pk)
    units = permissions.managed_units(request.user).filter(is_active=True).order_by("path")
    data = sent_data(request)
    asked = (data or request.GET).get("unit", "")
    unit: WorkUnit | None = get_object_or_404(units, pk=int(asked)) if asked.isdigit() else None
    positions = Position.objects.none()
    if unit is not None:
        positions = Position.objects.filter(unit=unit).order_by("-is_head", "title", "pk")[:MAX_POSTS]
        positions = Position.objects.filter(pk__in=[row.pk for row in positions]).order_by(
            "-is_head", "title", "pk"
        )
    form = MoveForm(data, positions=positions)
    status = 200
    if request.method == "POST" and unit is not None:
        if form.is_valid() and _move(request, form, employee, unit):
            return redirect("employees:detail", pk=employee.pk)
        status = 422
    context = {
        "employee": employee,
        "place": selectors.placement_on(employee, today(employee.government)),
        "units": units,
        "unit": unit,
        "form": form,
        "errors_form": form if status == 422 else None,
    }
    return render(request, "employees/move_form.html", context, status=status)


def _move(request: HttpRequest, form: MoveForm, employee: Employee, unit: WorkUnit) -> bool:
    """Carry out a valid form; return False with an error in the form."""
    given = form.cleaned_data
    try:
        with idempotency.once(request, "employees.move") as once:
            if once.is_replay:
                return True
            position = given["position"] or organization.add_position(
                unit=unit,
                title=given["title"].strip(),
                position_class=given["position_class"],
                level=given["level"],
                by=request.user,
            )
            moves.move_employee(employee=employee, position=position, since=given["since"], by=request.user)
            once.location = reverse("employees:detail", args=[employee.pk])
    except organization.PostExists:
        form.add_error("title", _("The unit has this post already. Choose it from the list."))
    except moves.SamePost:
        form.add_error("position", _("This is the present post."))
    except moves.MoveTooEarly:
        form.add_error(
            "since", _("The day must lie after the first day in the present post, which is on record.")
        )
    except moves.PostTaken:
        form.add_error(
            "position", _("Somebody else leads this unit on that day. Record first when their post ends.")
        )
    else:
        messages.success(
            request,
            _(
                "The move is recorded. The former plan ends the day before, and its superior is asked to evaluate it."
            ),
        )
        return True
    return False


@login_required
@require_http_methods(["GET", "POST"])
def state_list(request: HttpRequest, pk: int) -> HttpResponse:
    """When somebody was or is on study, on leave, suspended or elsewhere; record another time."""
    employee = _managed(request, pk)
    data = sent_data(request)
    form = StateForm(data)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _record(request, form, employee):
            return redirect("employees:state-list", pk=employee.pk)
        status = 422
    rows: list[Any] = list(employee.service_states.order_by("-period", "-pk"))
    day = today(employee.government)
    for row in rows:
        row.is_open = row.period.upper is None or row.period.upper > day
    context = {
        "employee": employee,
        "rows": rows,
        "form": form,
        "errors_form": form if status == 422 else None,
    }
    return render(request, "employees/state_list.html", context, status=status)


def _record(request: HttpRequest, form: StateForm, employee: Employee) -> bool:
    try:
        with idempotency.once(request, "employees.state") as once:
            if once.is_replay:
                return True
            states.record_state(
                employee=employee,
                kind=form.cleaned_data["kind"],
                since=form.cleaned_data["since"],
                until=form.cleaned_data["until"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
            once.location = reverse("employees:state-list", args=[employee.pk])
    except states.StatesOverlap:
        form.add_error("since", _("Another entry covers some of these days. End that one first."))
        return False
    messages.success(request, _("Recorded. For these days nothing is owed and nothing is evaluated."))
    return True


@login_required
@require_POST
def state_end(request: HttpRequest, pk: int, state_id: int) -> HttpResponse:
    """End a state yesterday: today the person is back."""
    employee = _managed(request, pk)
    state = get_object_or_404(ServiceState.objects.filter(employee=employee), pk=state_id)
    yesterday = today(employee.government) - timedelta(days=1)
    try:
        states.end_state(state_id=state.pk, last_day=yesterday, by=request.user, at=timezone.now())
    except states.EndsBeforeBegin:
        messages.error(request, _("It began today or later, so it cannot have ended yesterday."))
    else:
        messages.success(request, _("Ended. From today the person is back at work."))
    return redirect("employees:state-list", pk=employee.pk)
