"""The supervisor's page: at most seven questions with their answers, the people, and what just happened, live."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from apps.assessments.labels import (
    EVALUATION_TONES,
    PREDIKAT_TONES,
    REPORT_TONES,
    EvaluationStatusChoices,
    PredikatChoices,
    ReportStatusChoices,
)
from apps.core import holidays, kept, policy, stamps
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.localtime import today as local_today
from apps.employees import screens
from apps.employees import selectors as people
from apps.employees.models import Employee, Government, WorkUnit
from apps.indicators.labels import SKP_TONES, SkpStatusChoices

from ..selectors import today as figures
from ..selectors.leader_duties import leaders_visible_to
from ..selectors.unit_sums import below
from .cards import cards
from .duties import panel_of
from .instruments import Instrument, instruments_for
from .queue import forget_the_part

# As many as a phone loads at once: with more the live part outgrows 40 kB.
PAGE_SIZE = 25
# What the live part does without: indentation, and what app.css says of every icon anyway.
_SPARED = re.compile(
    r"\s*\n\s*"
    r'|( fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round")'
    r'|( focusable="false")'
)
STATES = ("missing", "waiting", "returned", "late", "to_rate", "no_plan")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for what: the same for the page and for its live part."""

    request: HttpRequest
    standing: people.Standing
    direct: bool
    unit: WorkUnit | None
    state: str
    number: str

    @property
    def stamp_names(self) -> tuple[str, ...]:
        """The stamps of the events that change this page."""
        return (
            f"user:{self.request.user.pk}",
            *screens.shown_by(self.standing.led, with_below=not self.direct),
        )

    @property
    def open_page_names(self) -> tuple[str, ...]:
        """The stamps of a page that shows the sums of very many: what happens far below changes none of it."""
        return tuple(name for name in self.stamp_names if not name.startswith(stamps.HELD_BACK))

    @property
    def standing_key(self) -> tuple[object, ...]:
        """What is kept for somebody goes with it: with a unit, a role or their people also what these showed."""
        return (self.standing.led, self.standing.supervises, sorted(self.standing.roles))


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the page, or only its live part when the page itself asks (`?bagian=langsung`).

    Filters live in the address: `lingkup=unit` widens from the people one appraises to everybody one may see,
    `unit=12` narrows to a subtree, `keadaan=missing` filters the list.

    Who may look is asked each time. What they see is kept until one of their stamps changes (apps/core/kept.py):
    the live part as text, because it is looked at far more often than anything in it changes.
    """
    asked = _asked(request)
    is_fragment = request.GET.get("bagian") == "langsung"
    forget_the_part(request)
    parts = kept.part(
        "today",
        user=request.user,
        key=(
            asked.direct,
            asked.unit.pk if asked.unit else "",
            asked.state,
            asked.number,
            local_date(timezone.now(), asked.standing.timezone),
            *asked.standing_key,
        ),
        stamp_names=asked.stamp_names,
        make=lambda: _make(asked),
    ).value
    if is_fragment:
        return HttpResponse(parts["live_part"])
    query = request.GET.copy()
    query["bagian"] = "langsung"
    context = {
        **parts,
        "scope_tabs": scope_tabs(request, direct=asked.direct)
        if asked.standing.led and asked.standing.supervises
        else [],
        "live": {
            "stamp": stamps.token(*(asked.open_page_names if parts["shows_sums"] else asked.stamp_names)),
            "fragment": f"{request.path}?{query.urlencode()}",
        },
    }
    return render(request, "supervision/today.html", context)


def _asked(request: HttpRequest) -> _Asked:
    standing = people.standing_of(request.user, local_today())
    if standing.government_id is None or not (standing.led or standing.supervises or standing.roles):
        raise PermissionDenied
    unit = None
    if request.GET.get("unit", "").isdigit():
        unit = get_object_or_404(WorkUnit.objects.visible_to(request.user), pk=request.GET["unit"])
    state = request.GET.get("keadaan", "")
    return _Asked(
        request=request,
        standing=standing,
        direct=standing.supervises and request.GET.get("lingkup") != "unit",
        unit=unit,
        state=state if state in STATES else "",
        number=request.GET.get("page", "")[:10],
    )


def _make(asked: _Asked) -> dict[str, Any]:
    """Make what is kept: the live part as text, and what stands around it."""
    employee = people.employee_of(asked.request.user) if asked.standing.employee_id else None
    government = (
        employee.government
        if employee is not None
        else Government.objects.get(pk=asked.standing.government_id)
    )
    with policy.read_once(government.code), holidays.read_once(government.code):
        return _made(asked, employee, government)


def _made(asked: _Asked, employee: Employee | None, government: Government) -> dict[str, Any]:
    user, now = asked.request.user, timezone.now()
    scope = figures.scope_of(user, government, now, direct=asked.direct, unit=asked.unit)
    offices, sums = _offices_of(asked, scope), scope.sums
    # Very many people are shown as units; a filter of the list asks for the people after all.
    rows: Any = below(sums) if sums and not asked.state else figures.people_now(scope, state=asked.state)
    pages = Paginator(rows, PAGE_SIZE)
    if scope.ids is not None and not asked.state:
        pages.count = len(scope.ids)
    page = pages.get_page(asked.number)
    context = {
        "request": asked.request,
        "scope": scope,
        "now": now,
        "cards": cards(user, scope, employee),
        "duties": panel_of(employee, government, now, scope.periods) if asked.standing.supervises else None,
        "leads_leaders": offices.leads_leaders,
        "page": page,
        "events": [event_row(event) for event in figures.newest_events(scope, user)],
        "state": asked.state,
        "states": state_choices(),
        "unit": asked.unit,
        "units": _units(asked) if not (asked.direct or sums) else [],
    }
    if sums and not asked.state:
        context["unit_rows"] = page.object_list
    else:
        context["rows"] = [row_of(person) for person in page.object_list]
    period = scope.open_period
    return {
        "live_part": _lean(render_to_string("supervision/_today_live.html", context)),
        "open_period": str(period) if period else "",
        "closes_at": period.closes_at if period else None,
        "instruments": offices.instruments,
        "shows_sums": "unit_rows" in context,
    }


@dataclass(frozen=True, slots=True)
class _Offices:
    """What hangs on the offices of a person, and on no event."""

    instruments: list[Instrument]
    leads_leaders: bool


def _offices_of(asked: _Asked, scope: figures.Scope) -> _Offices:
    user, day = asked.request.user, scope.day
    return kept.part(
        "offices",
        user=user,
        key=(day, bool(scope.sums), *asked.standing_key),
        stamp_names=(kept.deeds_of(user),),
        make=lambda: _Offices(
            instruments_for(user, day), bool(scope.sums) or leaders_visible_to(user, day).exists()
        ),
    ).value


def _lean(html: str) -> SafeString:
    """Leave out what nobody sees: the live part is fetched after every event, also on a phone."""
    text = _SPARED.sub(lambda found: "" if found.lastindex else "\n", html)
    return mark_safe(text)  # noqa: S308 - our own template, escaped there


def _units(asked: _Asked) -> list[WorkUnit]:
    roots = WorkUnit.objects.filter(pk__in=asked.standing.led)
    return list(WorkUnit.objects.below_any(roots).order_by("path"))


def scope_tabs(request: HttpRequest, *, direct: bool) -> list[dict[str, Any]]:
    """Return the two views of somebody who both appraises and leads a unit."""
    return [
        {"label": _("People I appraise"), "url": request.path, "active": direct},
        {"label": _("Everybody in my unit"), "url": f"{request.path}?lingkup=unit", "active": not direct},
    ]


def state_choices() -> list[tuple[str, str]]:
    """Return the filters of the list of people, with their words."""
    return [
        ("", pgettext("people", "everybody")),
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
