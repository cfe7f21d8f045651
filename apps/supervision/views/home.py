"""The start page: what I owe, by when."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.assessments.labels import REPORT_TONES
from apps.assessments.selectors.reminders import planning_of
from apps.core.held_forms import login_required
from apps.core.localtime import today
from apps.core.templatetags.formats import tanggal, waktu
from apps.employees import selectors as people
from apps.employees.models import WorkUnit
from apps.indicators.labels import SKP_TONES

from ..selectors.adoption import FirstSteps, first_steps_of
from ..selectors.duties import Duties, duties_of
from ..selectors.practice import has_tried, running_period


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show a civil servant's duties; send officers without a staff record to where their work is."""
    employee = people.employee_of(request.user)
    if employee is None:
        return _home_of_officer(request)
    duties = duties_of(employee, timezone.now())
    practice = running_period(employee.government, duties.day)
    steps = first_steps_of(employee, practice)
    context = {
        "employee": employee,
        "duties": duties,
        "tasks": tasks_of(duties, employee.government.timezone),
        "practice": practice if practice and not has_tried(employee, practice) else None,
        "planning": planning_of(employee, timezone.now()),
        "first_steps": steps_of(steps) if steps else [],
        "supervises": people.supervises(request.user, duties.day)
        or WorkUnit.objects.led_by(request.user).exists(),
    }
    return render(request, "supervision/home.html", context)


def _home_of_officer(request: HttpRequest) -> HttpResponse:
    roles = people.roles_of(request.user, today())
    if roles & {"personnel_officer", "leadership", "auditor"}:
        return redirect("employees:list")
    if "feedback_officer" in roles:
        return redirect("feedback:complaint-inbox")
    if "training_officer" in roles:
        return redirect("training:needs")
    return render(request, "supervision/home.html", {"employee": None, "tasks": [], "duties": None})


def steps_of(steps: FirstSteps) -> list[dict[str, Any]]:
    """Return the rows of the first steps; a step is done when the thing is there, not when a link was pressed."""
    wait = "" if steps.has_plan else _("Possible as soon as your plan (SKP) is approved.")
    rows = [
        (_("Write down one activity"), "assessments:progress-quick", steps.entry, wait),
        (_("Add one piece of evidence"), "assessments:report-list", steps.evidence, wait),
        (_("Read how a result comes about"), "supervision:how-scored", steps.scoring, ""),
        (_("Send your first report"), "assessments:report-list", False, wait),
    ]
    if steps.practice is not None:
        hint = _("Without risk: it counts nowhere and is deleted afterwards.")
        rows.insert(0, (_("Try it in the practice period"), "supervision:practice", steps.practice, hint))
    return [
        {
            "title": title,
            "url": reverse(name),
            "hint": "" if is_done else hint,
            "status": _("Done") if is_done else _("To do"),
            "tone": "done" if is_done else "neutral",
        }
        for title, name, is_done, hint in rows
    ]


def tasks_of(duties: Duties, zone: str) -> list[dict[str, Any]]:
    """Return the rows of the task list, most urgent first."""
    tasks = []
    for evaluation in duties.evaluations:
        tasks.append(
            {
                "title": _("Read your evaluation of %(period)s and answer") % {"period": evaluation.period},
                "url": reverse("assessments:evaluation-detail", args=[evaluation.pk]),
                "hint": _("Accept or object until %(day)s.") % {"day": tanggal(evaluation.answer_due_on)},
                "status": _("Your answer is awaited"),
                "tone": "warning",
            }
        )
    for period, report in duties.periods:
        status, tone = (
            (report.get_status_display(), REPORT_TONES[report.status])
            if report
            else (_("Not started"), "neutral")
        )
        is_done = report is not None and report.status in {"submitted", "accepted"}
        tasks.append(
            {
                "title": _("Report for %(period)s") % {"period": period},
                "url": reverse("assessments:report-list"),
                "hint": _("Send it until %(time)s.") % {"time": waktu(period.closes_at, zone)},
                "status": status,
                "tone": "done" if is_done else tone,
            }
        )
    if duties.talks_to_agree:
        tasks.append(
            {
                "title": _("Notes of talks with your leader"),
                "url": reverse("assessments:dialogue-list"),
                "hint": _("Read them; agree or change them."),
                "status": ngettext("%(count)s waits for you", "%(count)s wait for you", duties.talks_to_agree)
                % {"count": duties.talks_to_agree},
                "tone": "warning",
            }
        )
    if duties.peer_requests:
        tasks.append(
            {
                "title": _("Feedback on colleagues"),
                "url": reverse("assessments:peer-inbox"),
                "hint": _("You may answer or decline."),
                "status": ngettext("%(count)s request", "%(count)s requests", duties.peer_requests)
                % {"count": duties.peer_requests},
                "tone": "info",
            }
        )
    skp = duties.skp
    tasks.append(
        {
            "title": _("Plan (SKP) for %(year)s") % {"year": skp.year if skp else duties.day.year},
            "url": reverse("indicators:skp-mine"),
            "hint": ""
            if skp and skp.status == "approved"
            else _("Your appraiser approves it once you submit it."),
            "status": skp.get_status_display() if skp else _("Not started"),
            "tone": ("done" if skp.status == "approved" else SKP_TONES[skp.status]) if skp else "neutral",
        }
    )
    return tasks
