"""The supervisor's page: at most seven questions with their answers, the people, and what just happened, live."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments.labels import (
    EVALUATION_TONES,
    PREDIKAT_TONES,
    REPORT_TONES,
    EvaluationStatusChoices,
    PredikatChoices,
    ReportStatusChoices,
)
from apps.core import stamps
from apps.core.held_forms import login_required
from apps.core.localtime import today as local_today
from apps.employees import selectors as people
from apps.employees.models import WorkUnit
from apps.indicators.labels import SKP_TONES, SkpStatusChoices

from ..selectors import today as figures
from ..selectors.leader_duties import leaders_visible_to
from .cards import cards
from .duties import panel_of
from .instruments import instruments_for

PAGE_SIZE = 50
STATES = ("missing", "waiting", "returned", "late", "to_rate", "no_plan")


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Show the page, or only its live part when the page itself asks (`?bagian=langsung`).

    Filters live in the address: `lingkup=unit` widens from the people one appraises to everybody one may see,
    `unit=12` narrows to a subtree, `keadaan=missing` filters the list.
    """
    government = people.government_of(request.user)
    now = timezone.now()
    led = list(WorkUnit.objects.led_by(request.user).order_by("path"))
    supervises = people.supervises(request.user, local_today())
    if government is None or not (led or supervises or people.roles_of(request.user, local_today())):
        raise PermissionDenied
    direct = supervises and request.GET.get("lingkup") != "unit"
    unit = None
    if request.GET.get("unit", "").isdigit():
        unit = get_object_or_404(WorkUnit.objects.visible_to(request.user), pk=request.GET["unit"])
    is_fragment = request.GET.get("bagian") == "langsung"
    scope = figures.scope_of(request.user, government, now, direct=direct, unit=unit)
    state = request.GET.get("keadaan", "")
    rows = figures.people_now(scope, state=state if state in STATES else "")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query["bagian"] = "langsung"
    context = {
        "scope": scope,
        "now": now,
        "cards": cards(request.user, scope),
        "duties": panel_of(people.employee_of(request.user), government, now) if supervises else None,
        "leads_leaders": leaders_visible_to(request.user, scope.day).exists(),
        "page": page,
        "rows": [row_of(person) for person in page.object_list],
        "events": [event_row(event) for event in figures.newest_events(scope, request.user)],
        "state": state,
        "states": state_choices(),
        "unit": unit,
        "units": WorkUnit.objects.below_any(WorkUnit.objects.filter(pk__in=[row.pk for row in led])).order_by(
            "path"
        )
        if led
        else [],
        "scope_tabs": scope_tabs(request, direct=direct) if led and supervises else [],
        "instruments": [] if is_fragment else instruments_for(request.user, scope.day),
        "live": {
            "stamp": stamps.token(f"user:{request.user.pk}", *(f"unit:{row.pk}" for row in led)),
            "fragment": f"{request.path}?{query.urlencode()}",
        },
    }
    return render(
        request, "supervision/_today_live.html" if is_fragment else "supervision/today.html", context
    )


def scope_tabs(request: HttpRequest, *, direct: bool) -> list[dict[str, Any]]:
    """Return the two views of somebody who both appraises and leads a unit."""
    return [
        {"label": _("People I appraise"), "url": request.path, "active": direct},
        {"label": _("Everybody in my unit"), "url": f"{request.path}?lingkup=unit", "active": not direct},
    ]


def state_choices() -> list[tuple[str, str]]:
    """Return the filters of the list of people, with their words."""
    return [
        ("", _("everybody")),
        ("missing", _("report missing")),
        ("waiting", _("report waiting for me")),
        ("returned", _("report returned")),
        ("late", _("sent late")),
        ("to_rate", _("evaluation to make")),
        ("no_plan", _("no plan yet")),
    ]


def row_of(person: Any) -> dict[str, Any]:
    """Return what a line of the list of people shows."""
    return {
        "person": person,
        "skp": _status(SkpStatusChoices, person.skp_status, SKP_TONES),
        "report": _status(ReportStatusChoices, person.report_status, REPORT_TONES),
        "evaluation": _status(EvaluationStatusChoices, person.evaluation_status, EVALUATION_TONES),
        "predikat": _status(PredikatChoices, person.predikat, PREDIKAT_TONES),
    }


def _status(choices: Any, value: str | None, tones: dict[str, str]) -> dict[str, Any] | None:
    return {"value": value, "label": choices(value).label, "tone": tones[value]} if value else None


def event_row(event: figures.Event) -> dict[str, Any]:
    """Return an event in words, with its address."""
    words = {
        "report_sent": (_("%(who)s sent a report"), "send", "assessments:review-detail"),
        "skp_submitted": (_("%(who)s submitted a plan"), "clipboard-check", "indicators:skp-detail"),
        "evaluation_answered": (
            _("%(who)s answered the evaluation"),
            "award",
            "assessments:evaluation-detail",
        ),
        "complaint_received": (
            _("A complaint about %(who)s came in"),
            "message-square-text",
            "feedback:complaint-detail",
        ),
    }
    text, icon, route = words[event.kind]
    return {
        "at": event.at,
        "title": text % {"who": event.subject},
        "icon": icon,
        "tone": "info",
        "url": reverse(route, args=[event.object_id]),
    }
