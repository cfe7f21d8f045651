"""Coaching plans (pembinaan): opened by who coaches, worked on by both, closed with what came of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.assessments.models import Evaluation
from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.employees.models import Employee, Placement
from apps.feedback.models import Complaint, ServiceAlert
from apps.feedback.permissions import may_act_on_alert

from .. import permissions
from ..forms.coaching_plans import ClosePlanForm, CounsellingForm, PlanForm, PlanNoteForm, StepForm
from ..labels import CoachingPlanCause, plan_figure_rows
from ..models import CoachingNote, CoachingPlan, CoachingStep, FollowUp
from ..rules.follow_up import last_day_of
from ..rules.follow_up_lifecycle import FollowUpStatus
from ..selectors.coaching_plans import plans_with_counts
from ..services import coaching
from ..services import coaching_plans as services
from .common import PAGE_SIZE, actor, bound, employee_or_403, government_or_403, visible_employee


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans I am part of or answer for: under way, or closed."""
    government = government_or_403(request)
    today = permissions.today_of(government)
    closed = request.GET.get("status") == "selesai"
    plans = CoachingPlan.objects.visible_to(request.user, today)
    counts = {"open": plans.filter(status="open").count(), "closed": plans.exclude(status="open").count()}
    plans = plans.exclude(status="open") if closed else plans.filter(status="open")
    page = Paginator(plans_with_counts(plans), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "today": today,
        "me": request.user.pk,
        "leads": Employee.objects.supervised_by(request.user, on=today).exists(),
        "tabs": [
            {"label": _("Under way"), "url": "?", "active": not closed, "count": counts["open"]},
            {"label": _("Closed"), "url": "?status=selesai", "active": closed, "count": counts["closed"]},
        ],
    }
    return render(request, "training/plan_list.html", context)


# --- opening


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None


def _complaints(request: HttpRequest) -> Any:
    return Complaint.objects.visible_to(request.user).select_related("government", "unit", "service")


@login_required
@require_GET
def plan_for_complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """With whom of the unit to open a plan because of a complaint; the plans that were opened for it so far."""
    complaint = get_object_or_404(_complaints(request), pk=pk)
    found = permissions.coachable_for(request.user, complaint)
    permissions.require(found.exists())
    today = permissions.today_of(complaint.government)
    plans = CoachingPlan.objects.visible_to(request.user, today).filter(complaint=complaint)
    places = Placement.objects.active_on(today).filter(is_main=True, employee=OuterRef("pk"))
    people = found.annotate(post=Subquery(places.values("position__title")[:1])).order_by("name", "pk")
    context = {
        "complaint": complaint,
        "page": Paginator(people, PAGE_SIZE).get_page(request.GET.get("page")),
        "plans": plans.select_related("employee").order_by("-opened_at", "-pk"),
    }
    return render(request, "training/plan_for_complaint.html", context)


def _cause(request: HttpRequest, employee: Employee, words: str = "") -> services.Cause:
    """Return what leads to the plan: each thing only if the user sees it, and only where it is about the person."""
    today = permissions.today_of(employee.government)
    if (pk := _number(request, "tindak-lanjut")) is not None:
        row = get_object_or_404(
            FollowUp.objects.about_others(request.user, today).select_related("evaluation__period"),
            pk=pk,
            employee=employee,
            status=FollowUpStatus.DECIDED.value,
        )
        return services.Cause(
            CoachingPlanCause.FOLLOW_UP, words or row.reason, evaluation=row.evaluation, follow_up=row
        )
    if (pk := _number(request, "penilaian")) is not None:
        evaluation = get_object_or_404(
            Evaluation.objects.visible_to(request.user).select_related("period"), pk=pk, employee=employee
        )
        return services.Cause(CoachingPlanCause.EVALUATION, words, evaluation=evaluation)
    if (pk := _number(request, "layanan")) is not None:
        alert = get_object_or_404(
            ServiceAlert.objects.visible_to(request.user).select_related("service__unit"), pk=pk
        )
        permissions.require(may_act_on_alert(request.user, alert))
        return services.Cause(CoachingPlanCause.NOTICE, words, service_alert=alert)
    if (pk := _number(request, "pengaduan")) is not None:
        complaint = get_object_or_404(_complaints(request), pk=pk)
        permissions.require(permissions.coachable_for(request.user, complaint).contains(employee))
        return services.Cause(CoachingPlanCause.COMPLAINT, words, complaint=complaint)
    kind = request.GET.get("pengecualian", "")
    if kind and kind.isascii() and kind.replace("_", "").isalnum():
        return services.Cause(CoachingPlanCause.EXCEPTION, words, exception_kind=kind[:40])
    return services.Cause(CoachingPlanCause.OTHER, words)


def _initial(cause: services.Cause, today: date, scope: str) -> dict[str, Any]:
    """Start from the days that were decided, else from the months of a period to improve (FUP-5)."""
    row = cause.follow_up
    if row is not None and row.starts_on is not None:
        return {"starts_on": row.starts_on, "ends_on": row.ends_on, "cause_words": cause.words}
    months = policy.get("training.improvement_months", on=today, scope=scope) if row is not None else 3
    return {"starts_on": today, "ends_on": last_day_of(today, max(1, months)), "cause_words": cause.words}


@login_required
@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Open a plan, perhaps after an evaluation, a decision, a notice, a complaint, or something that stood out."""
    employee = visible_employee(request, employee_id)
    permissions.require(permissions.may_coach(request.user, employee))
    today = permissions.today_of(employee.government)
    cause = _cause(request, employee)
    form = bound(
        request,
        lambda data=None: PlanForm(data, initial=_initial(cause, today, employee.government.code)),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with idempotency.once(request, "training.plan") as once:
                if not once.is_replay:
                    plan = services.open_plan(
                        employee=employee,
                        cause=_cause(request, employee, data["cause_words"]),
                        goal=data["goal"],
                        steps=data["steps"],
                        starts_on=data["starts_on"],
                        ends_on=data["ends_on"],
                        by=employee_or_403(request),
                        at=timezone.now(),
                    )
                    once.location = reverse("training:plan-detail", args=[plan.pk])
                    messages.success(request, _("Opened. The person has been told."))
            return redirect(once.location)
        except services.DecisionHasAPlan:
            form.add_error(None, _("A plan was opened for this decision before."))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "employee": employee, "cause": cause}
    return render(request, "training/plan_form.html", context, status=status)


# --- working on it


def _plan(request: HttpRequest, pk: int) -> CoachingPlan:
    today = permissions.today_of(government_or_403(request))
    plan: CoachingPlan = get_object_or_404(
        CoachingPlan.objects.visible_to(request.user, today).select_related(
            "employee__government", "employee__user", "coach__user", "evaluation__period", "follow_up"
        ),
        pk=pk,
    )
    return plan


@login_required
@require_GET
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Goal, steps, talks and notes, and what came of it."""
    plan = _plan(request, pk)
    return _page(request, plan, held_forms.take(request))


def _page(
    request: HttpRequest,
    plan: CoachingPlan,
    data: Any = None,
    *,
    note_form: PlanNoteForm | None = None,
    step_form: StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = permissions.today_of(plan.employee.government)
    talks = CoachingNote.objects.visible_to(request.user, today).filter(plan=plan)
    # Text of a note that waited for a sign-in comes back here.
    held = PlanNoteForm(data) if data is not None and "due_on" not in data else PlanNoteForm()
    held_step = data if data is not None and "due_on" in data else None
    steps = list(plan.steps.select_related("done_by").order_by("due_on", "pk"))
    context = {
        "plan": plan,
        "today": today,
        "steps": steps,
        "done": sum(step.done_at is not None for step in steps),
        "talks": talks.select_related("coach").order_by("-at", "-pk"),
        "hidden_talks": plan.talks.count() - talks.count(),
        "notes": plan.notes.select_related("author").order_by("-at", "-pk"),
        "figures": plan_figure_rows(plan.before, plan.after, is_closed=not plan.is_open),
        "is_own": plan.employee.user_id == request.user.pk,
        "may_keep": permissions.may_keep_plan(request.user, plan),
        "may_write": permissions.may_write_in_plan(request.user, plan),
        "note_form": note_form or held,
        "step_form": step_form
        or StepForm(held_step, first=plan.starts_on, last=plan.ends_on, auto_id="step_%s"),
        "errors": note_form or step_form,
        "has_errors": status == 422,
    }
    return render(request, "training/plan_detail.html", context, status=status)


@login_required
@require_POST
def plan_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note into a plan."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_write_in_plan(request.user, plan))
    form = PlanNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, note_form=form, status=422)
    with idempotency.once(request, "training.plan_note") as once:
        if not once.is_replay:
            services.add_note(
                plan_id=plan.pk,
                text=form.cleaned_data["text"],
                by=employee_or_403(request),
                at=timezone.now(),
            )
            once.location = reverse("training:plan-detail", args=[plan.pk])
            messages.success(request, _("Written. The other one can read it now."))
    return redirect(once.location)


@login_required
@require_POST
def plan_step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step to a plan."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_keep_plan(request.user, plan))
    form = StepForm(request.POST, first=plan.starts_on, last=plan.ends_on, auto_id="step_%s")
    if not form.is_valid():
        return _page(request, plan, step_form=form, status=422)
    with idempotency.once(request, "training.plan_step") as once:
        if not once.is_replay:
            services.add_step(plan_id=plan.pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
            once.location = reverse("training:plan-detail", args=[plan.pk])
            messages.success(request, _("The step is in the plan. The person has been told."))
    return redirect(once.location)


@login_required
@require_POST
def plan_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a step, or take the tick back (`done=0`)."""
    step = get_object_or_404(CoachingStep, pk=pk)
    plan = _plan(request, step.plan_id)
    permissions.require(permissions.may_write_in_plan(request.user, plan))
    services.tick_step(
        step_id=step.pk,
        is_done=request.POST.get("done") != "0",
        by=employee_or_403(request),
        at=timezone.now(),
    )
    return redirect(f"{reverse('training:plan-detail', args=[plan.pk])}#langkah-{step.pk}")


@login_required
@require_http_methods(["GET", "POST"])
def plan_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a talk within a plan; confidential if the two want it so."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_keep_plan(request.user, plan))
    today = permissions.today_of(plan.employee.government)
    form = bound(request, lambda data=None: CounsellingForm(data, today=today))
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "training.plan_talk") as once:
            if not once.is_replay:
                coaching.add_coaching_note(
                    employee=plan.employee,
                    plan=plan,
                    by=employee_or_403(request),
                    at=timezone.now(),
                    **form.cleaned_data,
                )
                once.location = reverse("training:plan-detail", args=[plan.pk])
                messages.success(request, _("Written down. The person can read it now."))
        return redirect(once.location)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/plan_talk.html", {"form": form, "plan": plan}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def plan_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a plan with what came of it."""
    plan = _plan(request, pk)
    if not plan.is_open:
        messages.info(request, _("This plan is closed."))
        return redirect("training:plan-detail", pk=plan.pk)
    permissions.require(permissions.may_keep_plan(request.user, plan))
    form = bound(request, ClosePlanForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_plan(plan_id=plan.pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Closed. The person can read what came of it."))
        except services.PlanClosed:
            messages.info(request, _("This plan is closed."))
        return redirect("training:plan-detail", pk=plan.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/plan_close.html", {"form": form, "plan": plan}, status=status)
