"""The plan of my units on screen and on paper, one item with its story, and what I am responsible for."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from ... import permissions
from ...forms.improvement import StepForm
from ...labels import (
    CLOCK_LABELS,
    CLOCK_TONES,
    COMMITMENT_TONES,
    IMPROVEMENT_EVENTS,
    ImprovementOrigin,
    ImprovementStatusChoices,
)
from ...models import Cause, ImprovementItem, Service, SurveyPeriod
from ...rules.improvement_lifecycle import (
    ImprovementAction,
    ImprovementStatus,
    allowed_actions,
    clock_runs,
    is_done,
    is_open,
)
from ...rules.plan_clock import clock_state
from ...selectors import consultation as meetings
from ...selectors import improvement as plans
from ...selectors import measurement, thresholds
from ...services import improvement as services
from .items import item_row, load, soon_days, today_of

PAGE_SIZE = 25


def _filters(request: HttpRequest, visible: QuerySet[ImprovementItem]) -> dict[str, Any]:
    units = WorkUnit.objects.filter(pk__in=visible.values("unit")).order_by("name", "id")
    service_rows = Service.objects.filter(pk__in=visible.values("service")).order_by("name", "id")
    number = request.GET.get("unit", "")
    return {
        "unit": units.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None,
        "service": service_rows.filter(code=request.GET.get("layanan", "")).first(),
        "status": request.GET.get("status", "open"),
        "origin": request.GET.get("asal", ""),
        "words": request.GET.get("q", "").strip()[:80],
        "units": units,
        "services": service_rows,
    }


def _filtered(visible: QuerySet[ImprovementItem], chosen: dict[str, Any]) -> QuerySet[ImprovementItem]:
    """Narrow by place, origin and words; the state is chosen afterwards, so that figures stay whole."""
    rows = visible
    if chosen["unit"] is not None:
        rows = rows.filter(unit__path__startswith=chosen["unit"].path)
    if chosen["service"] is not None:
        rows = rows.filter(service=chosen["service"])
    if chosen["origin"] in ImprovementOrigin.values:
        rows = rows.filter(origin=chosen["origin"])
    if chosen["words"]:
        rows = rows.filter(Q(action__icontains=chosen["words"]) | Q(reason__icontains=chosen["words"]))
    return rows


def _in_state(rows: QuerySet[ImprovementItem], status: str, today: Any) -> QuerySet[ImprovementItem]:
    if status == "late":
        return rows.filter(status__in=["planned", "in_progress"], due_on__lt=today)
    if status in ImprovementStatusChoices.values:
        return rows.filter(status=status)
    if status == "all":
        return rows
    return rows.open()  # type: ignore[attr-defined,no-any-return]


def _may_see_plans(user: Any) -> bool:
    return (
        WorkUnit.objects.led_by(user).exists()
        or WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()
    )


def _plan(request: HttpRequest) -> dict[str, Any]:
    government = organization.government_of(request.user)
    if government is None or not _may_see_plans(request.user):
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    visible = ImprovementItem.objects.visible_to(request.user)
    chosen = _filters(request, visible)
    rows = _filtered(visible, chosen)
    place = chosen["service"] or chosen["unit"]
    return {
        "government": government,
        "today": today,
        "chosen": chosen,
        "rows": _in_state(rows, chosen["status"], today)
        .select_related("unit", "service", "responsible")
        .annotate(
            step_count=Count("steps", distinct=True),
            steps_done=Count("steps", filter=Q(steps__done_at__isnull=False), distinct=True),
        )
        .order_by("due_on", "id"),
        "figures": plans.plan_figures(rows, today),
        "progress": plans.plan_progress(place, today) if place is not None else None,
        "unsur_names": plans.unsur_names(),
    }


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plan of my units, the most urgent first, with its figures."""
    found = _plan(request)
    soon = soon_days(found["government"], found["today"])
    page = Paginator(found["rows"], PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **found,
        "page": page,
        "rows": [
            {
                **item_row(item, found["today"], soon),
                "unsur": found["unsur_names"].get(item.unsur_code, ""),
            }
            for item in page.object_list
        ],
        "statuses": [
            ("open", _("Still to do")),
            ("late", _("Overdue")),
            ("all", _("All")),
            *ImprovementStatusChoices.choices,
        ],
        "origins": ImprovementOrigin.choices,
        "may_add": permissions.managed_units(request.user).filter(is_active=True).exists(),
        "query": request.GET.urlencode(),
    }
    return render(request, "feedback/improvement_list.html", context)


@login_required
@require_GET
def plan_print(request: HttpRequest) -> HttpResponse:
    """The same plan on paper: every item, with its proof and what was measured."""
    found = _plan(request)
    soon = soon_days(found["government"], found["today"])
    items = found["rows"].annotate(
        proof_count=Count("proofs", filter=Q(proofs__removed_at__isnull=True), distinct=True)
    )[:500]
    context = {
        **found,
        "rows": [
            {
                **item_row(item, found["today"], soon),
                "unsur": found["unsur_names"].get(item.unsur_code, ""),
            }
            for item in items
        ],
    }
    return render(request, "feedback/improvement_print.html", context)


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I am responsible for: improvement items and promises to the public."""
    government = organization.government_of(request.user)
    if government is None:
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    soon = soon_days(government, today)
    own = ImprovementItem.objects.filter(responsible__user=request.user).select_related("unit", "service")
    page = Paginator(own.open().order_by("due_on", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    promises = []
    for promise in meetings.open_commitments(request.user)[:PAGE_SIZE]:
        state = clock_state(today, promise.due_on, soon).value
        promises.append(
            {
                "promise": promise,
                "tone": COMMITMENT_TONES[promise.status],
                "clock_tone": CLOCK_TONES[state],
                "clock_label": CLOCK_LABELS[state],
                "state": state,
            }
        )
    context = {
        "page": page,
        "rows": [item_row(item, today, soon) for item in page.object_list],
        "promises": promises,
        "done": [item_row(item, today, soon) for item in own.done().order_by("-done_on", "-id")[:10]],
        "today": today,
        "sees_plans": _may_see_plans(request.user),
    }
    return render(request, "feedback/improvement_mine.html", context)


def _figure(
    label: str, period: SurveyPeriod | None, found: measurement.Measured, minimum: int, full: int
) -> dict[str, Any]:
    return {
        "label": label,
        "period": period,
        "n": found.n,
        "value": found.value if found.n >= minimum else None,
        "interval": found.interval if found.n >= minimum else None,
        "grade": found.grade if found.n >= full else "",
    }


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: why, what, who, until when, its proof, its effect, and what this person may do next."""
    item = load(request, pk)
    today = today_of(item)
    minimum, full = thresholds(item.government, today)
    figures = []
    if item.survey_period is not None:
        figures.append(
            _figure(_("At the start"), item.survey_period, services.before_of(item), minimum, full)
        )
    if item.after_period is not None:
        after = measurement.stored(
            item.after_n, item.after_value, item.after_low, item.after_high, item.after_grade
        )
        figures.append(_figure(_("Afterwards"), item.after_period, after, minimum, full))
    status = ImprovementStatus(item.status)
    possible = {action.value for action in allowed_actions(status)}
    works = permissions.may_work_on(request.user, item)
    decides = permissions.may_decide_on(request.user, item)
    manages = permissions.may_plan(request.user, item.unit)
    proofs = list(plans.proofs_of(item))
    context = {
        **item_row(item, today, soon_days(item.government, today)),
        "today": today,
        "lines": _story(item),
        "steps": item.steps.all(),
        "proofs": proofs,
        "figures": figures,
        "minimum": minimum,
        "unsur": plans.unsur_names().get(item.unsur_code, ""),
        "cause": Cause.objects.filter(pk=item.cause_id).first() if item.cause_id else None,
        "is_open": is_open(status),
        "is_done": is_done(status),
        "may_start": works and ImprovementAction.START.value in possible,
        "may_report": works and ImprovementAction.REPORT.value in possible,
        "may_prove": works and is_open(status),
        "may_unprove": works and clock_runs(status),
        "may_check": decides and ImprovementAction.ACCEPT.value in possible,
        "waits_for_others": ImprovementAction.ACCEPT.value in possible and works and not decides,
        "may_drop": decides and ImprovementAction.DROP.value in possible,
        "may_change": manages and is_open(status),
        "may_measure": manages
        and ImprovementAction.MEASURE.value in possible
        and services.comparable_period(item, today) is not None,
        "waits_for_survey": status is ImprovementStatus.DONE and item.survey_period is not None,
        "may_word": manages and is_done(status),
        "may_approve": is_done(status)
        and bool(item.public_text)
        and item.public_approved_at is None
        and permissions.may_approve_wording(request.user, item.unit),
        "step_form": StepForm(),
    }
    return render(request, "feedback/improvement_detail.html", context)


def _story(item: ImprovementItem) -> list[dict[str, Any]]:
    found = []
    for event in item.events.select_related("by").order_by("-at", "-id"):
        title, icon, tone = IMPROVEMENT_EVENTS.get(event.action, (event.action, "circle-dot", "neutral"))
        who = event.by.display_name if event.by is not None else _("Automatic")
        found.append(
            {"at": event.at, "title": title, "text": event.text, "who": who, "icon": icon, "tone": tone}
        )
    return found
