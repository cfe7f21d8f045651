"""Coaching talks (pembinaan)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.assessments.models import Evaluation
from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.core.rules.lifecycle import TransitionNotAllowed
from apps.core.templatetags.formats import number
from apps.employees.labels import RecordPart
from apps.employees.models import Employee
from apps.employees.services import record_views
from apps.feedback.models import ServiceAlert
from apps.feedback.permissions import may_act_on_alert

from .. import permissions, selectors
from ..forms import CloseCoachingForm, CoachingForm
from ..models import CoachingNote, FollowUp
from ..rules.follow_up import FollowUpKind
from ..services import coaching as services
from ..services.follow_ups import attach_act
from .common import (
    actor,
    bound,
    decided_follow_up,
    employee_or_403,
    government_or_403,
    visible_employee,
)


@login_required
def coaching_add(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Write a talk down, perhaps about one evaluation (`?penilaian=`) or a badly rated service (`?layanan=`)."""
    employee = visible_employee(request, employee_id)
    permissions.require(permissions.may_coach(request.user, employee))
    today = permissions.today_of(employee.government)
    evaluation = _evaluation(request, employee)
    follow_up = decided_follow_up(request, employee, FollowUpKind.COACHING)
    alert = _alert(request)
    form = bound(
        request,
        lambda data=None: CoachingForm(data, today=today, initial=_prefilled(follow_up, alert)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.coaching") as once:
                if not once.is_replay:
                    note = services.add_coaching_note(
                        employee=employee,
                        evaluation=evaluation,
                        service_alert=alert,
                        by=employee_or_403(request),
                        at=timezone.now(),
                        **form.cleaned_data,
                    )
                    if follow_up is not None:
                        attach_act(
                            follow_up_id=follow_up.pk, coaching=note, by=actor(request), at=timezone.now()
                        )
                    once.location = reverse("training:coaching-detail", args=[note.pk])
                    messages.success(request, _("Written down. The person can read it now."))
            return redirect(once.location)
        except TransitionNotAllowed:
            form.add_error(
                None, _("The notice about the service is finished. Open the talk from the person's page.")
            )
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "employee": employee,
        "evaluation": evaluation,
        "alert": alert,
        "needs": selectors.needs_of(employee).filter(status__in=["proposed", "planned"])[:5],
    }
    return render(request, "training/coaching_form.html", context, status=status)


def _alert(request: HttpRequest) -> ServiceAlert | None:
    """Return the notice that the talk follows up, if the user acts on it."""
    text = request.GET.get("layanan", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    rows = ServiceAlert.objects.visible_to(request.user).select_related("service__unit")
    alert = get_object_or_404(rows, pk=int(text))
    permissions.require(may_act_on_alert(request.user, alert))
    return alert


def _prefilled(follow_up: FollowUp | None, alert: ServiceAlert | None) -> dict[str, str]:
    """Start the talk from what is written: the appraiser's reason and what was decided, or what citizens say."""
    if alert is not None:
        seen = _("Citizens rate the service %(name)s at %(value)s of 100 (%(n)s answers).") % {
            "name": alert.service.name,
            "value": number(alert.value, 2),
            "n": alert.n,
        }
        return {"observation": seen}
    if follow_up is None:
        return {}
    parts = (follow_up.reason, follow_up.evaluation.reason)
    return {"observation": "\n".join(part for part in parts if part), "agreement": follow_up.note}


def _evaluation(request: HttpRequest, employee: Employee) -> Evaluation | None:
    text = request.GET.get("penilaian", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    rows = Evaluation.objects.visible_to(request.user).select_related("period")
    return get_object_or_404(rows, pk=int(text), employee=employee)


def _note(request: HttpRequest, pk: int) -> CoachingNote:
    today = permissions.today_of(government_or_403(request))
    return get_object_or_404(
        CoachingNote.objects.visible_to(request.user, today).select_related(
            "employee__government", "employee__user", "coach", "evaluation__period"
        ),
        pk=pk,
    )


@login_required
@require_GET
def coaching_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was seen, what was agreed, and what came of it."""
    note = _note(request, pk)
    record_views.note(
        viewer=request.user, employee=note.employee, what=RecordPart.COACHING.value, at=timezone.now()
    )
    context = {
        "note": note,
        "today": permissions.today_of(note.employee.government),
        "is_own": note.employee.user_id == request.user.pk,
        "may_close": permissions.may_close_coaching(request.user, note),
    }
    return render(request, "training/coaching_detail.html", context)


@login_required
def coaching_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what came of a talk."""
    note = _note(request, pk)
    if not note.is_open:
        messages.info(request, _("The outcome was written down before."))
        return redirect("training:coaching-detail", pk=note.pk)
    permissions.require(permissions.may_close_coaching(request.user, note))
    form = bound(request, CloseCoachingForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_coaching(note=note, by=actor(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Outcome written down. The person can read it."))
        except services.CoachingClosed:
            messages.info(request, _("The outcome was written down before."))
        return redirect("training:coaching-detail", pk=note.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/coaching_close.html", {"note": note, "form": form}, status=status)
