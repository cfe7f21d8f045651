"""Plans of a year: what the budget takes of the needs and why, what became of it, and what was learned from it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required

from .. import permissions
from ..forms.competences import NewPlanForm, PlanEvaluationForm, PlanForm
from ..labels import OUTCOME_TONES, PLAN_TONES, PlanOutcome
from ..models import TrainingPlan
from ..selectors import plans as selectors
from ..services import yearly_plans as services
from .common import PAGE_SIZE, actor, area_tabs, bound, government_or_403


@login_required
@require_GET
def plan_year_list(request: HttpRequest) -> HttpResponse:
    """The plans of the units I lead or have a role for, the newest year first."""
    government = government_or_403(request)
    permissions.require(permissions.sees_plans(request.user, government))
    today = permissions.today_of(government)
    rows = (
        TrainingPlan.objects.visible_to(request.user, today)
        .filter(government=government)
        .select_related("unit")
        .order_by("-year", "unit__path", "pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(plan, PLAN_TONES[plan.status]) for plan in page.object_list],
        "area_tabs": area_tabs(request, government, "plans"),
        "may_add": permissions.planned_units(request.user, government).exists(),
    }
    return render(request, "training/plan_year_list.html", context)


@login_required
def plan_year_add(request: HttpRequest) -> HttpResponse:
    """Begin a plan: unit, year, budget."""
    government = government_or_403(request)
    units = permissions.planned_units(request.user, government).order_by("path")
    permissions.require(units.exists())
    year = permissions.today_of(government).year
    form = bound(request, lambda data=None: NewPlanForm(data, units=units, this_year=year))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.plan") as once:
                if not once.is_replay:
                    plan = services.create_plan(by=actor(request), at=timezone.now(), **form.cleaned_data)
                    once.location = reverse("training:plan-year-detail", args=[plan.pk])
            return redirect(once.location)
        except services.PlanExists:
            form.add_error("unit", _("This unit has a plan for that year already."))
    status = 422 if request.method == "POST" else 200
    return render(request, "training/plan_year_form.html", {"form": form, "plan": None}, status=status)


def _plan(request: HttpRequest, pk: int) -> TrainingPlan:
    government = government_or_403(request)
    rows = TrainingPlan.objects.visible_to(request.user, permissions.today_of(government))
    return get_object_or_404(rows.select_related("government", "unit", "approved_by"), pk=pk)


@login_required
@require_GET
def plan_year_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Budget, what is in and out and why, and what became of it."""
    return _detail(request, _plan(request, pk))


def _version(request: HttpRequest, plan: TrainingPlan) -> int | None:
    text = request.GET.get("versi", "")
    if text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= plan.version:
        return int(text)
    return None


def _detail(request: HttpRequest, plan: TrainingPlan, form: Any = None, status: int = 200) -> HttpResponse:
    is_draft, version = plan.status == "draft", _version(request, plan)
    if version is not None:
        rows = selectors.frozen(plan, version)
    elif is_draft:
        rows = selectors.decisions(plan, permissions.today_of(plan.government))
    else:
        rows = selectors.frozen(plan)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "tone": PLAN_TONES[plan.status],
        "is_draft": is_draft,
        "shown_version": version,
        "versions": range(1, plan.version + 1),
        "page": page,
        "rows": [
            (row, PlanOutcome(row.outcome).label, OUTCOME_TONES[row.outcome]) for row in page.object_list
        ],
        "sums": selectors.sums_of(rows),
        "realisation": selectors.realisation(plan) if plan.version else None,
        "form": form,
        "may_plan": permissions.may_plan_year(request.user, plan),
        "may_approve": permissions.may_approve_year(request.user, plan),
    }
    return render(request, "training/plan_year_detail.html", context, status=status)


@login_required
def plan_year_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the budget of a draft."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_plan_year(request.user, plan))
    initial = {"hours": plan.hours, "seats": plan.seats, "money": plan.money}
    form = bound(request, lambda data=None: PlanForm(data, initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_budget(plan_id=plan.pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. The needs were looked at again."))
        except services.PlanNotOpen:
            messages.error(request, _("The plan is approved. Open it again to change its budget."))
        return redirect("training:plan-year-detail", pk=plan.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/plan_year_form.html", {"form": form, "plan": plan}, status=status)


@login_required
@require_POST
def plan_year_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve: what is in and out is frozen with its reasons."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_approve_year(request.user, plan))
    try:
        services.approve_plan(plan_id=plan.pk, by=actor(request), at=timezone.now())
        messages.success(request, _("Approved. What is in and why stays as it is now."))
    except services.PlanNotOpen:
        messages.info(request, _("This plan has been approved before."))
    except services.NothingPlanned:
        messages.error(request, _("The budget takes not a single need. Change it first."))
    return redirect("training:plan-year-detail", pk=plan.pk)


@login_required
@require_POST
def plan_year_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it a draft again; the approved version stays on record."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_approve_year(request.user, plan))
    try:
        services.reopen_plan(plan_id=plan.pk, by=actor(request), at=timezone.now())
        messages.success(request, _("Open again. The approved version stays on record."))
    except services.PlanNotApproved:
        messages.info(request, _("Only an approved plan that was not evaluated can be opened again."))
    return redirect("training:plan-year-detail", pk=plan.pk)


@login_required
def plan_year_evaluate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of the plan."""
    plan = _plan(request, pk)
    permissions.require(permissions.may_plan_year(request.user, plan))
    form = bound(request, lambda data=None: PlanEvaluationForm(data, initial={"text": plan.evaluation}))
    if request.method == "POST" and form.is_valid():
        try:
            services.evaluate_plan(
                plan_id=plan.pk, text=form.cleaned_data["text"], by=actor(request), at=timezone.now()
            )
            messages.success(request, _("Saved."))
        except services.PlanNotApproved:
            messages.error(request, _("Approve the plan first."))
        return redirect("training:plan-year-detail", pk=plan.pk)
    context = {"form": form, "plan": plan, "realisation": selectors.realisation(plan)}
    status = 422 if request.method == "POST" else 200
    return render(request, "training/plan_year_evaluate.html", context, status=status)
