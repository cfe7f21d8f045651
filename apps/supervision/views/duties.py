"""What leaders owe: on their own page with links to exactly that, on their superior's page as counts by name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from apps.assessments.models import Period
from apps.assessments.rules.feedback_duty import DutyKind, DutyState, state_of
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, Government, WorkUnit

from ..selectors.leader_duties import LeaderDuties, Owed, duties_of_leaders, leaders_visible_to

PAGE_SIZE = 25
NEAREST = 5

KIND_LABELS = {
    DutyKind.PLAN: gettext_lazy("Approve or return plans"),
    DutyKind.REPORT: gettext_lazy("Review reports"),
    DutyKind.EVALUATION: gettext_lazy("Rate evaluations"),
    DutyKind.FEEDBACK: gettext_lazy("Give feedback"),
    DutyKind.DIALOGUE: gettext_lazy("Hold talks, with a note both agree to"),
}
KIND_HEADS = {
    DutyKind.PLAN: gettext_lazy("Plans"),
    DutyKind.REPORT: gettext_lazy("Reports"),
    DutyKind.EVALUATION: gettext_lazy("Evaluations"),
    DutyKind.FEEDBACK: gettext_lazy("Feedback"),
    DutyKind.DIALOGUE: gettext_lazy("Talks"),
}


def panel_of(
    leader: Employee | None, government: Government, now: datetime, periods: Iterable[Period] | None = None
) -> dict[str, Any] | None:
    """Return the panel "my duties" of a leader: counts per kind and the nearest things to do.

    `periods` are those of the government that reports are written for, asked for unless given.
    """
    if leader is None:
        return None
    duties = duties_of_leaders([leader], government, now, periods=periods)[leader.pk]
    to_do = duties.to_do()
    return {
        "day": duties.day,
        "kinds": kind_rows(duties),
        "nearest": item_rows(to_do[:NEAREST], duties),
        "to_do": len(to_do),
    }


def kind_rows(duties: LeaderDuties) -> list[dict[str, Any]]:
    """Return the counts per kind; kinds of which nothing is owed are left out."""
    rows = []
    for kind in DutyKind:
        counts = duties.tally_of(kind)
        if counts.owed:
            rows.append({"kind": kind.value, "label": KIND_LABELS[kind], "counts": counts})
    return rows


def item_rows(items: list[Owed], duties: LeaderDuties) -> list[dict[str, Any]]:
    """Return things to do in words, each with the address where it is done; one query for all names."""
    names = {
        row.pk: row.full_name for row in Employee.objects.filter(pk__in={item.employee_id for item in items})
    }
    rows = []
    for item in items:
        is_late = state_of(item.obligation, duties.day) is DutyState.OVERDUE
        rows.append(
            {
                "title": _title(item.kind) % {"name": names[item.employee_id]},
                "url": _address(item),
                "due_on": item.obligation.due_on,
                "is_late": is_late,
            }
        )
    return rows


def _title(kind: DutyKind) -> str:
    return {
        DutyKind.PLAN: _("Decide on the plan of %(name)s"),
        DutyKind.REPORT: _("Review the report of %(name)s"),
        DutyKind.EVALUATION: _("Rate %(name)s"),
        DutyKind.FEEDBACK: _("Give feedback to %(name)s"),
        DutyKind.DIALOGUE: _("Hold a talk with %(name)s"),
    }[kind]


def _address(item: Owed) -> str:
    if item.kind is DutyKind.PLAN:
        return reverse("indicators:skp-detail", args=[item.object_id])
    if item.kind is DutyKind.REPORT:
        return reverse("assessments:review-detail", args=[item.object_id])
    if item.kind is DutyKind.EVALUATION:
        return reverse("assessments:evaluation-rate", args=[item.period_id, item.object_id])
    if item.kind is DutyKind.FEEDBACK:
        return reverse("assessments:feedback-give", args=[item.employee_id])
    return reverse("assessments:dialogue-person", args=[item.employee_id])


@login_required
@require_GET
def my_duties(request: HttpRequest) -> HttpResponse:
    """Everything I owe the people I appraise, the nearest day first."""
    leader = people.employee_of(request.user)
    if leader is None:
        raise PermissionDenied
    now = timezone.now()
    day = local_date(now, leader.government.timezone)
    duties = duties_of_leaders([leader], leader.government, now)[leader.pk]
    supervises = Employee.objects.supervised_by(request.user, on=day).exists()
    if not (duties.items or supervises):
        raise PermissionDenied
    page = Paginator(duties.to_do(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "day": day,
        "kinds": kind_rows(duties),
        "page": page,
        "rows": item_rows(list(page.object_list), duties),
    }
    return render(request, "supervision/my_duties.html", context)


@login_required
@require_GET
def leader_duties(request: HttpRequest) -> HttpResponse:
    """What the leaders below me owe their people, by name: counts, and no order by what anybody has done."""
    government = people.government_of(request.user)
    if government is None:
        raise PermissionDenied
    now = timezone.now()
    day = local_date(now, government.timezone)
    roles = people.roles_of(request.user, day)
    led = WorkUnit.objects.led_by(request.user, on=day)
    leaders = leaders_visible_to(request.user, day)
    if not (roles & {"leadership", "personnel_officer", "auditor"} or led.exists() or leaders.exists()):
        raise PermissionDenied
    unit = None
    if request.GET.get("unit", "").isdigit():
        unit = get_object_or_404(WorkUnit.objects.visible_to(request.user, on=day), pk=request.GET["unit"])
        leaders = leaders_visible_to(request.user, day, unit)
    page = Paginator(people.with_place(leaders, day), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    duties = duties_of_leaders(shown, government, now)
    context = {
        "day": day,
        "unit": unit,
        "units": WorkUnit.objects.visible_to(request.user, on=day).filter(is_active=True).order_by("path"),
        "page": page,
        "heads": [(kind.value, KIND_HEADS[kind]) for kind in DutyKind],
        "rows": [
            {
                "leader": leader,
                "place": leader.current_places[0].position if leader.current_places else None,
                "cells": [
                    {"label": KIND_HEADS[kind], "counts": duties[leader.pk].tally_of(kind)}
                    for kind in DutyKind
                ],
            }
            for leader in shown
        ],
    }
    return render(request, "supervision/leader_duties.html", context)
