"""Continuing feedback: given on one result, one value or in general; read and answered by the person."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.employees.models import Employee
from apps.indicators.models import WorkResult

from ..forms.dialogue import FeedbackFilter, FeedbackForm, ReactionForm
from ..labels import REACTION_LOOKS
from ..models import Evidence, FeedbackNote, SelfReport
from ..permissions import may_give_feedback, may_open_round, require
from ..selectors import dialogue
from ..services import feedback_notes
from .common import PAGE_SIZE, actor, today_of
from .progress import writer_or_403

PLANS_IN_FORCE = ("approved", "closed")
RECENT = timedelta(days=7)


@login_required
def feedback_give(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Say something to a person; what was said before, and what they answered, stands below.

    `?tentang=rhk:12` and `?dilihat=laporan:3` fill the form in.
    """
    employee = get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government", "user"), pk=employee_id
    )
    require(may_give_feedback(request.user, employee))
    year = today_of(employee.government).year
    results = list(
        WorkResult.objects.filter(
            skp__employee=employee, skp__status__in=PLANS_IN_FORCE, skp__year__gte=year - 1
        )
        .select_related("skp")
        .order_by("-skp__year", "-kind", "order", "pk")
    )
    choices: dict[str, Any] = {"results": results, "versions": dialogue.reports_seen(employee)}
    status = 200
    if request.method == "POST":
        form = FeedbackForm(request.POST, **choices)
        if form.is_valid():
            return _give(request, employee, form)
        status = 422
    else:
        initial = {"target": request.GET.get("tentang", ""), "seen": request.GET.get("dilihat", "")}
        form = FeedbackForm(held_forms.take(request), initial=initial, **choices)
    notes = dialogue.feedback_on(employee)
    context = _listed(request, notes, employee) | {
        "employee": employee,
        "form": form,
        "zone": employee.government.timezone,
        "may_open_round": may_open_round(request.user, employee),
    }
    return render(request, "assessments/dialogue/feedback_give.html", context, status=status)


def _give(request: HttpRequest, employee: Employee, form: FeedbackForm) -> HttpResponse:
    data = form.cleaned_data
    back = reverse("assessments:feedback-give", args=[employee.pk])
    with idempotency.once(request, "assessments.feedback") as once:
        if not once.is_replay:
            reports = SelfReport.objects.visible_to(request.user).filter(employee=employee)
            files = Evidence.objects.filter(pk=data["evidence_id"], report__in=reports.values("pk"))
            feedback_notes.give_feedback(
                employee=employee,
                text=data["text"],
                by=actor(request),
                at=timezone.now(),
                result=data["result"],
                behavior_value=data["behavior_value"],
                report=reports.filter(pk=data["report_id"]).first(),
                evidence=files.select_related("report").first(),
            )
            once.location = back
    messages.success(request, _("%(name)s can read your feedback now.") % {"name": employee.full_name})
    return redirect(back)


def _listed(request: HttpRequest, notes: Any, employee: Employee) -> dict[str, Any]:
    """Return the filter and the page of a list of feedback about one person."""
    periods = dialogue.periods_of(employee, today_of(employee.government))
    target = request.GET.get("tentang", "")
    period = next((row for row in periods if str(row.pk) == request.GET.get("periode")), None)
    filter_form = FeedbackFilter(
        initial={"tentang": target, "periode": str(period.pk) if period else ""},
        results=dialogue.results_spoken_of(notes),
        periods=periods,
    )
    page = Paginator(dialogue.filter_feedback(notes, target, period), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return {
        "filter": filter_form,
        "is_filtered": bool(target or period),
        "page": page,
        "notes": note_rows(page),
    }


def note_rows(page: Page) -> list[dict[str, Any]]:
    """Return what a list shows of each piece of feedback."""
    rows = []
    for note in page.object_list:
        reaction = getattr(note, "reaction", None)
        tone, icon = REACTION_LOOKS[reaction.kind] if reaction else ("", "")
        rows.append(
            {
                "note": note,
                "about": about(note),
                "reaction": reaction,
                "tone": tone,
                "icon": icon,
            }
        )
    return rows


def about(note: FeedbackNote) -> str:
    """Return what a piece of feedback is about, in words."""
    if note.result is not None:
        return str(note.result.text)
    if note.behavior_value:
        return _("Behavior: %(value)s") % {
            "value": dialogue.VALUE_LABELS.get(note.behavior_value, note.behavior_value)
        }
    return _("On the work in general")


@login_required
@require_GET
def feedback_mine(request: HttpRequest) -> HttpResponse:
    """What was said to me, newest first."""
    employee = writer_or_403(request)
    notes = dialogue.feedback_on(employee)
    recent = timezone.now() - RECENT
    context = _listed(request, notes, employee)
    context |= {
        "zone": employee.government.timezone,
        "new": sum(note.at > recent for note in context["page"].object_list),
    }
    return render(request, "assessments/dialogue/feedback_mine.html", context)


@login_required
@require_GET
def feedback_given(request: HttpRequest) -> HttpResponse:
    """What I said to others, with what they answered."""
    employee = writer_or_403(request)
    page = Paginator(dialogue.feedback_by(employee), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "notes": note_rows(page), "zone": employee.government.timezone}
    return render(request, "assessments/dialogue/feedback_given.html", context)


@login_required
def feedback_react(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a piece of feedback one received, or change the answer."""
    employee = writer_or_403(request)
    note = get_object_or_404(dialogue.feedback_on(employee), pk=pk)
    reaction = getattr(note, "reaction", None)
    status = 200
    if request.method == "POST":
        form = ReactionForm(request.POST)
        if form.is_valid():
            feedback_notes.react(note_id=note.pk, by=employee, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request, _("%(name)s can read your answer now.") % {"name": note.author.full_name}
            )
            return redirect(f"{reverse('assessments:feedback-mine')}#catatan-{note.pk}")
        status = 422
    else:
        initial = {"kind": reaction.kind, "text": reaction.text} if reaction else {}
        form = ReactionForm(held_forms.take(request), initial=initial)
    context = {"note": note, "about": about(note), "form": form, "zone": employee.government.timezone}
    return render(request, "assessments/dialogue/feedback_react.html", context, status=status)
