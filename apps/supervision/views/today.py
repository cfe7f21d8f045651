"""The supervisor's page: at most seven questions with their answers, the people, and what just happened, live."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
from apps.core.templatetags.formats import angka
from apps.employees import selectors as people
from apps.employees.models import WorkUnit
from apps.indicators.labels import SKP_TONES, SkpStatusChoices

from ..selectors import today as figures
from ..selectors.leader_duties import leaders_visible_to
from .duties import panel_of

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
    is_direct_possible = people.employee_of(request.user) is not None
    if government is None or not (led or _appraises(request) or people.roles_of(request.user, local_today())):
        raise PermissionDenied
    direct = is_direct_possible and _appraises(request) and request.GET.get("lingkup") != "unit"
    unit = None
    if request.GET.get("unit", "").isdigit():
        unit = get_object_or_404(WorkUnit.objects.visible_to(request.user), pk=request.GET["unit"])
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
        "duties": panel_of(people.employee_of(request.user), government, now)
        if _appraises(request)
        else None,
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
        "scope_tabs": scope_tabs(request, direct=direct) if led and _appraises(request) else [],
        "live": {
            "stamp": stamps.token(f"user:{request.user.pk}", *(f"unit:{row.pk}" for row in led)),
            "fragment": f"{request.path}?{query.urlencode()}",
        },
    }
    template = (
        "supervision/_today_live.html"
        if request.GET.get("bagian") == "langsung"
        else "supervision/today.html"
    )
    return render(request, template, context)


def _appraises(request: HttpRequest) -> bool:
    employee = people.employee_of(request.user)
    return employee is not None and employee.appraisee_links.active_on(local_today()).exists()


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


def cards(user: Any, scope: figures.Scope) -> list[dict[str, Any]]:
    """Return the questions of the page, each with a figure, a sentence and where to go."""
    result = []
    reports = figures.report_figures(scope)
    if scope.open_period is not None:
        missing = _(
            "%(sent)s of %(owed)s have reported for %(period)s; %(returned)s returned, %(late)s late."
        ) % {
            "sent": reports["sent"],
            "owed": reports["owed"],
            "period": scope.open_period,
            "returned": reports["returned"],
            "late": reports["late"],
        }
        result.append(
            {
                "question": _("Who has not reported yet?"),
                "value": angka(reports["missing"]),
                "text": missing,
                "url": "?keadaan=missing",
                "tone": "warning" if reports["missing"] else "success",
            }
        )
        if reports["waiting"]:
            result.append(
                {
                    "question": _("Which reports wait for my review?"),
                    "value": angka(reports["waiting"]),
                    "text": _("Read each one; accept it or return it with a note."),
                    "url": reverse("assessments:review-list"),
                    "tone": "info",
                }
            )
    plans = figures.plan_figures(scope, user)
    result.append(
        {
            "question": _("Which plans wait for my approval?"),
            "value": angka(plans["waiting"]),
            "text": _("%(approved)s of %(people)s people have an approved plan for %(year)s.")
            % {"approved": plans["approved"], "people": plans["people"], "year": scope.year},
            "url": reverse("indicators:skp-approvals"),
            "tone": "warning" if plans["waiting"] else "",
        }
    )
    ratings = figures.rating_figures(user)
    if ratings["to_rate"] or ratings["to_deliver"]:
        result.append(
            {
                "question": _("Whom do I have to rate?"),
                "value": angka(ratings["to_rate"]),
                "text": _("%(count)s rated evaluations are not handed over yet.")
                % {"count": ratings["to_deliver"]},
                "url": reverse("assessments:appraisal-index"),
                "tone": "warning" if ratings["to_rate"] else "info",
            }
        )
    if ratings["objections"]:
        result.append(
            {
                "question": _("Which objections do I decide?"),
                "value": angka(ratings["objections"]),
                "text": _("Each has its own clock; the decision is final."),
                "url": reverse("assessments:objection-list"),
                "tone": "warning",
            }
        )
    complaints = figures.complaint_figures(user, scope.day)
    if complaints["open"]:
        result.append(
            {
                "question": _("Which complaints are open?"),
                "value": angka(complaints["open"]),
                "text": ngettext(
                    "%(count)s is past its day.", "%(count)s are past their day.", complaints["overdue"]
                )
                % {"count": complaints["overdue"]},
                "url": reverse("feedback:complaint-inbox"),
                "tone": "danger" if complaints["overdue"] else "info",
            }
        )
    alerts = figures.alert_figures(user)
    if alerts["running"]:
        result.append(
            {
                "question": _("Which services are rated badly?"),
                "value": angka(alerts["running"]),
                "text": ngettext(
                    "Surely below the limit. Nobody has acted on %(count)s yet.",
                    "Surely below the limit. Nobody has acted on %(count)s yet.",
                    alerts["open"],
                )
                % {"count": alerts["open"]},
                "url": reverse("feedback:alert-list"),
                "tone": "danger" if alerts["open"] else "warning",
            }
        )
        # One card about what citizens think is enough on a page of seven.
        return result
    results = figures.unit_results(user, limit=1)
    if results and results[0].ikm is not None:
        weakest = results[0]
        result.append(
            {
                "question": _("Are citizens satisfied?"),
                "value": angka(weakest.ikm, 2),
                "text": _("Lowest IKM of my services: %(service)s, from %(n)s answers.")
                % {"service": weakest.survey_period.service.name, "n": weakest.n},
                "url": reverse("feedback:survey-overview"),
                "tone": "success" if weakest.service_grade in {"A", "B"} else "warning",
            }
        )
    return result


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
