"""Consequences of results: who decides them sees what is proposed and why; nothing happens by itself."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import idempotency, policy
from apps.core.held_forms import login_required
from apps.employees import selectors as people
from apps.employees.models import Employee, Government, WorkUnit

from .. import permissions
from ..forms import ConcludeForm, DeclineFollowUpForm, FollowUpForm
from ..labels import FOLLOW_UP_DECIDERS, FollowUpKindChoices, FollowUpStatusChoices
from ..models import CoachingPlan, FollowUp
from ..rules.follow_up import RULES, FollowUpKind, last_day_of
from ..rules.follow_up_lifecycle import FollowUpAction, FollowUpStatus, allowed_actions
from ..services import follow_ups as services
from .common import PAGE_SIZE, actor, area_tabs, bound, government_or_403

OPEN = FollowUpStatus.PROPOSED.value


def _about_others(request: HttpRequest, government: Government) -> QuerySet[FollowUp]:
    return FollowUp.objects.about_others(request.user, permissions.today_of(government))


@login_required
@require_GET
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """What is proposed for the people I lead or keep the personnel data of, the oldest first."""
    government = government_or_403(request)
    permissions.require(permissions.sees_follow_ups(request.user, government))
    chosen = _filters(request)
    everything = _about_others(request, government)
    rows = _filtered(everything, chosen).select_related(
        "employee", "evaluation__unit", "evaluation__period__cycle"
    )
    units = WorkUnit.objects.filter(pk__in=everything.values("evaluation__unit")).order_by("name", "id")
    return render(
        request,
        "training/follow_ups.html",
        {
            "page": Paginator(rows.order_by("proposed_at", "id"), PAGE_SIZE).get_page(
                request.GET.get("page")
            ),
            "area_tabs": area_tabs(request, government, "follow-ups"),
            "chosen": chosen,
            "statuses": FollowUpStatusChoices.choices,
            "kinds": FollowUpKindChoices.choices,
            "units": units,
            "is_filtered": chosen["status"] != OPEN or any(chosen[key] for key in ("kind", "unit", "words")),
        },
    )


def _filters(request: HttpRequest) -> dict[str, Any]:
    status = request.GET.get("status", OPEN)
    kind = request.GET.get("jenis", "")
    unit = request.GET.get("unit", "")
    return {
        "status": status if status in FollowUpStatusChoices.values else OPEN,
        "kind": kind if kind in FollowUpKindChoices.values else "",
        "unit": int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 10 else None,
        "words": request.GET.get("q", "").replace("\0", "").strip()[:80],
    }


def _filtered(rows: QuerySet[FollowUp], chosen: dict[str, Any]) -> QuerySet[FollowUp]:
    rows = rows.filter(status=chosen["status"])
    if chosen["kind"]:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["unit"]:
        rows = rows.filter(evaluation__unit=chosen["unit"])
    if chosen["words"]:
        rows = rows.filter(employee__in=people.search(Employee.objects.all(), chosen["words"]).values("pk"))
    return rows


def _load(request: HttpRequest, pk: int) -> FollowUp:
    government = government_or_403(request)
    rows = FollowUp.objects.visible_to(request.user, permissions.today_of(government))
    return get_object_or_404(
        rows.select_related(
            "employee__government",
            "employee__user",
            "evaluation__period__cycle",
            "evaluation__unit",
            "evaluation__appraiser__user",
            "decided_by",
            "coaching",
            "recognition",
            "follows",
        ),
        pk=pk,
    )


def _decidable(request: HttpRequest, pk: int, action: FollowUpAction) -> FollowUp | None:
    """Return a consequence this user decides; None if the action no longer applies."""
    row = _load(request, pk)
    permissions.require(permissions.may_decide_follow_up(request.user, row))
    if action in allowed_actions(FollowUpStatus(row.status)):
        return row
    messages.info(request, _("Somebody was faster: this has been decided."))
    return None


@login_required
@require_GET
def follow_up_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One consequence: why it is proposed, what the rules say, what was decided and what came of it."""
    row = _load(request, pk)
    may_decide = permissions.may_decide_follow_up(request.user, row)
    actions = allowed_actions(FollowUpStatus(row.status)) if may_decide else ()
    context = {
        "row": row,
        "decided_by_whom": FOLLOW_UP_DECIDERS[RULES[FollowUpKind(row.kind)].decider.value],
        "is_own": row.employee.user_id == request.user.pk,
        "may_decide": FollowUpAction.DECIDE in actions,
        "may_decline": FollowUpAction.DECLINE in actions,
        "may_conclude": FollowUpAction.CONCLUDE in actions
        and row.kind in {FollowUpKind.IMPROVEMENT_PERIOD.value, FollowUpKind.PLACEMENT_REVIEW.value},
        "plan": CoachingPlan.objects.visible_to(request.user, permissions.today_of(row.employee.government))
        .filter(follow_up=row)
        .first(),
        "may_open_plan": row.status == FollowUpStatus.DECIDED.value
        and row.kind in {FollowUpKind.COACHING.value, FollowUpKind.IMPROVEMENT_PERIOD.value}
        and permissions.may_coach(request.user, row.employee),
        "act_url": _act_url(row) if may_decide and permissions.may_coach(request.user, row.employee) else "",
        "today": permissions.today_of(row.employee.government),
        "zone": row.employee.government,
    }
    return render(request, "training/follow_up_detail.html", context)


def _act_url(row: FollowUp) -> str:
    """Return where a decision is carried out: the form of an act that exists, prefilled."""
    if row.status != FollowUpStatus.DECIDED.value:
        return ""
    if row.kind == FollowUpKind.COACHING.value and row.coaching_id is None:
        query = urlencode({"penilaian": row.evaluation_id, "tindak-lanjut": row.pk})
        return f"{reverse('training:coaching-add', args=[row.employee_id])}?{query}"
    if row.kind == FollowUpKind.REWARD.value and row.recognition_id is None:
        query = urlencode({"tindak-lanjut": row.pk})
        return f"{reverse('training:recognition-person-add', args=[row.employee_id])}?{query}"
    return ""


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that it shall be; then the form of the act opens, prefilled."""
    here = reverse("training:follow-up-detail", args=[pk])
    row = _decidable(request, pk, FollowUpAction.DECIDE)
    if row is None:
        return redirect(here)
    has_days = row.kind == FollowUpKind.IMPROVEMENT_PERIOD.value
    initial = _days(row) if has_days else {}
    form = bound(request, lambda data=None: FollowUpForm(data, has_days=has_days, initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            with idempotency.once(request, "training.follow_up") as once:
                if not once.is_replay:
                    decided = services.decide(
                        follow_up_id=row.pk, by=actor(request), at=timezone.now(), **form.cleaned_data
                    )
                    may_act = permissions.may_coach(request.user, row.employee)
                    once.location = (_act_url(decided) if may_act else "") or here
                    messages.success(request, _("Decided. The person has been told."))
            return redirect(once.location)
        except services.TransitionNotAllowed:
            messages.info(request, _("Somebody was faster: this has been decided."))
            return redirect(here)
    status = 422 if request.method == "POST" else 200
    context = {"row": row, "form": form, "has_days": has_days}
    return render(request, "training/follow_up_decide.html", context, status=status)


def _days(row: FollowUp) -> dict[str, Any]:
    government = row.employee.government
    first = permissions.today_of(government)
    months = policy.get("training.improvement_months", on=first, scope=government.code)
    return {"starts_on": first, "ends_on": last_day_of(first, max(1, months))}


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that it shall not be, with a reason."""
    here = reverse("training:follow-up-detail", args=[pk])
    row = _decidable(request, pk, FollowUpAction.DECLINE)
    if row is None:
        return redirect(here)
    form = bound(request, DeclineFollowUpForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline(
                follow_up_id=row.pk, note=form.cleaned_data["note"], by=actor(request), at=timezone.now()
            )
            messages.success(request, _("Declined. Your reason is kept with it."))
        except services.TransitionNotAllowed:
            messages.info(request, _("Somebody was faster: this has been decided."))
        return redirect(here)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/follow_up_decline.html", {"row": row, "form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what came of it."""
    here = reverse("training:follow-up-detail", args=[pk])
    row = _decidable(request, pk, FollowUpAction.CONCLUDE)
    if row is None:
        return redirect(here)
    form = bound(request, ConcludeForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.conclude(follow_up_id=row.pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Outcome written down. The person can read it."))
        except services.TransitionNotAllowed:
            messages.info(request, _("The outcome was written down before."))
        return redirect(here)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/follow_up_conclude.html", {"row": row, "form": form}, status=status)
