"""Learning needs of other people: who needs what, why, and what is done about it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import tanggal
from apps.employees import selectors as people
from apps.employees.models import Employee, Placement, WorkUnit

from .. import permissions, selectors
from ..forms import EnrolForm, NoteForm
from ..labels import PRIORITIES, NeedStatus
from ..models import Session, Topic, TrainingNeed
from ..querysets import people_in
from ..rules.need_lifecycle import NeedAction, allowed_actions
from ..rules.need_lifecycle import NeedStatus as Status
from ..rules.needs import COACHING
from ..services import needs as services
from ..services import programmes
from .common import PAGE_SIZE, actor, area_tabs, bound, government_or_403

OPEN = "open"


def _others_needs(request: HttpRequest) -> QuerySet[TrainingNeed]:
    return TrainingNeed.objects.visible_to(request.user).exclude(employee__user=request.user)


@login_required
@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """The needs of the people I lead or have a role for, the most urgent first."""
    government = government_or_403(request)
    permissions.require(permissions.sees_needs(request.user, government))
    chosen = _filters(request)
    rows = _filtered(_others_needs(request), chosen, permissions.today_of(government))
    rows = rows.select_related("topic", "employee__government", "evaluation__unit").order_by(
        "priority", "-id"
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    today = permissions.today_of(government)
    units = WorkUnit.objects.filter(
        Q(pk__in=_others_needs(request).values("evaluation__unit"))
        | Q(
            # Gaps and wishes follow from no evaluation: the unit is where the person works now.
            pk__in=Placement.objects.active_on(today)
            .filter(
                is_main=True,
                employee__in=_others_needs(request).filter(evaluation__isnull=True).values("employee"),
            )
            .values("position__unit")
        )
    ).order_by("name", "id")
    context = {
        "page": page,
        "area_tabs": area_tabs(request, government, "needs"),
        "chosen": chosen,
        "statuses": [(OPEN, _("Still open")), *NeedStatus.choices],
        "priorities": PRIORITIES.items(),
        "topics": Topic.objects.filter(needs__in=_others_needs(request).values("pk"))
        .distinct()
        .order_by("name"),
        "units": units,
        "is_filtered": any(value for key, value in chosen.items() if key != "status")
        or chosen["status"] != OPEN,
    }
    return render(request, "training/needs.html", context)


def _filters(request: HttpRequest) -> dict[str, Any]:
    def number(name: str) -> int | None:
        text = request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    status = request.GET.get("status", OPEN)
    return {
        "status": status if status in {OPEN, *NeedStatus.values} else OPEN,
        "priority": number("prioritas"),
        "topic": number("topik"),
        "unit": number("unit"),
        "words": request.GET.get("q", "").replace("\0", "").strip()[:80],
    }


def _filtered(rows: QuerySet[TrainingNeed], chosen: dict[str, Any], today: date) -> QuerySet[TrainingNeed]:
    rows = selectors.needs_open(rows) if chosen["status"] == OPEN else rows.filter(status=chosen["status"])
    if chosen["priority"]:
        rows = rows.filter(priority=chosen["priority"])
    if chosen["topic"]:
        rows = rows.filter(topic=chosen["topic"])
    if chosen["unit"]:
        there = people_in(WorkUnit.objects.filter(pk=chosen["unit"]), today)
        rows = rows.filter(
            Q(evaluation__unit=chosen["unit"]) | Q(evaluation__isnull=True, employee__in=there)
        )
    if chosen["words"]:
        rows = rows.filter(employee__in=people.search(Employee.objects.all(), chosen["words"]).values("pk"))
    return rows


def _load(request: HttpRequest, pk: int) -> TrainingNeed:
    return get_object_or_404(
        TrainingNeed.objects.visible_to(request.user).select_related(
            "topic", "employee__user", "employee__government", "evaluation__period", "evaluation__unit"
        ),
        pk=pk,
    )


def _decidable(request: HttpRequest, pk: int) -> TrainingNeed:
    need = _load(request, pk)
    permissions.require(permissions.may_develop(request.user, need.employee))
    return need


@login_required
@require_GET
def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One need: its reason, and what can be done about it."""
    need = _load(request, pk)
    return _detail(request, need, bound(request, lambda data=None: _enrol_form(need, data)))


def _detail(request: HttpRequest, need: TrainingNeed, form: EnrolForm, status: int = 200) -> HttpResponse:
    may_develop = permissions.may_develop(request.user, need.employee)
    actions = allowed_actions(Status(need.status)) if may_develop else ()
    place = people.placement_on(need.employee, permissions.today_of(need.employee.government))
    context = {
        "need": need,
        "place": place,
        "form": form,
        "sessions": form.fields["session"].choices,  # type: ignore[attr-defined]
        "may_weigh": may_develop and need.is_open,
        "may_plan": NeedAction.PLAN in actions,
        "may_decline": NeedAction.DECLINE in actions,
        "may_enrol": may_develop and need.is_open and need.topic.code != COACHING,
        "may_coach": permissions.may_coach(request.user, need.employee) and need.is_open,
        "is_coaching": need.topic.code == COACHING,
        "enrolments": need.enrolments.select_related("session__programme").order_by("-id"),
        "is_own": need.employee.user_id == request.user.pk,
    }
    return render(request, "training/need_detail.html", context, status=status)


def _enrol_form(need: TrainingNeed, data: Any = None) -> EnrolForm:
    today = permissions.today_of(need.employee.government)
    choices = [
        (session.pk, _session_words(session))
        for session in selectors.sessions_for_need(need, today)[:20]
        if session.free > 0  # type: ignore[attr-defined]
    ]
    return EnrolForm(data, choices=choices)


def _session_words(session: Session) -> str:
    return _("%(name)s, %(day)s, %(place)s (%(free)s seats free)") % {
        "name": session.programme.name,
        "day": tanggal(session.starts_on),
        "place": session.place or _("place not named"),
        "free": session.free,  # type: ignore[attr-defined]
    }


@login_required
@require_POST
def need_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the need up."""
    need = _decidable(request, pk)
    try:
        services.plan_need(need_id=need.pk, by=actor(request), at=timezone.now())
        messages.success(request, _("Planned. The person has been told."))
    except services.TransitionNotAllowed:
        messages.error(request, _("Somebody was faster: this need has changed."))
    return redirect("training:need-detail", pk=need.pk)


@login_required
def need_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that nothing needs to be done, with a reason."""
    need = _decidable(request, pk)
    form = bound(request, NoteForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_need(
                need_id=need.pk, note=form.cleaned_data["note"], by=actor(request), at=timezone.now()
            )
            messages.success(request, _("Marked as not needed. The person can read your reason."))
        except services.TransitionNotAllowed:
            messages.error(request, _("Somebody was faster: this need has changed."))
        return redirect("training:need-detail", pk=need.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/need_decline.html", {"need": need, "form": form}, status=status)


@login_required
@require_POST
def need_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the person a seat in a session that answers the need."""
    need = _decidable(request, pk)
    form = _enrol_form(need, request.POST)
    if not form.is_valid():
        return _detail(request, need, form, status=422)
    session = get_object_or_404(Session.objects.visible_to(request.user), pk=form.cleaned_data["session"])
    back = reverse("training:need-detail", args=[need.pk])
    try:
        with idempotency.once(request, "training.enrolment") as once:
            if not once.is_replay:
                programmes.enrol(
                    session=session, employee=need.employee, by=actor(request), at=timezone.now(), need=need
                )
                once.location = back
                messages.success(request, _("Enrolled. The person has been told."))
        return redirect(once.location)
    except programmes.SessionFull:
        form.add_error("session", _("The last seat was just taken. Choose another session."))
    except programmes.SessionOver:
        form.add_error("session", _("This session is over."))
    except programmes.AlreadyEnrolled:
        form.add_error("session", _("The person already has a place in this session."))
    return _detail(request, need, form, status=422)
