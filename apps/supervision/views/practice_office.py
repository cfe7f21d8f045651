"""The personnel office's page on practising: open, close, how many tried, and the two cases for raters."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from apps.assessments.views.common import actor
from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import tanggal
from apps.employees import selectors as people
from apps.employees.models import Government
from apps.employees.permissions import manages_government, require

from ..forms.practice import CaseForm, PracticePeriodForm
from ..models import CASE_PLACES, PracticePeriod
from ..selectors import practice as selectors
from ..selectors.practice_counts import counts_of_office
from ..services import practice_periods as services

SHOWN_PERIODS = 12


def _office(request: HttpRequest) -> Government:
    government = people.government_of(request.user)
    require(manages_government(request.user, government))
    assert government is not None
    return government


@login_required
def practice_manage(request: HttpRequest) -> HttpResponse:
    """Open a practice period; see which there were, and how many tried the running one."""
    government = _office(request)
    status = 200
    if request.method == "POST":
        form = PracticePeriodForm(request.POST)
        if form.is_valid():
            try:
                with idempotency.once(request, "supervision.practice") as once:
                    if not once.is_replay:
                        services.open_period(
                            government=government,
                            by=actor(request),
                            at=timezone.now(),
                            **form.cleaned_data,
                        )
                        once.location = reverse("supervision:practice-manage")
                        messages.success(
                            request, _("The practice period is set. Staff see it on their start page.")
                        )
                return redirect("supervision:practice-manage")
            except services.DaysInWrongOrder:
                form.add_error("closes_on", _("This day has passed. Choose today or a later day."))
            except services.PracticeOverlaps:
                form.add_error("opens_on", _("Another practice period holds some of these days."))
        status = 422
    else:
        form = PracticePeriodForm(held_forms.take(request))
    return _manage_page(request, government, form, status)


def _manage_page(
    request: HttpRequest, government: Government, form: PracticePeriodForm, status: int
) -> HttpResponse:
    day = local_date(timezone.now(), government.timezone)
    shown = selectors.shown_period(government, day)
    rows, total = counts_of_office(shown, government, day) if shown else ([], None)
    periods = PracticePeriod.objects.filter(government=government).order_by("-opens_on")[:SHOWN_PERIODS]
    context = {
        "form": form,
        "day": day,
        "periods": [{"period": row, "state": _state(row, day)} for row in periods],
        "shown": shown,
        "rows": rows,
        "total": total,
        "cases": selectors.cases_for(government),
        "keep_days": policy.get("supervision.practice_keep_days", on=day, scope=government.code),
        "minimum": policy.get("supervision.practice_minimum", on=day, scope=government.code),
    }
    return render(request, "supervision/practice/manage.html", context, status=status)


def _state(period: PracticePeriod, day: Any) -> dict[str, Any]:
    if period.purged_at is not None:
        return {"code": "deleted", "label": _("Deleted"), "tone": "neutral", "may_close": False}
    if period.opens_on > day:
        return {"code": "planned", "label": _("Not begun"), "tone": "neutral", "may_close": True}
    if period.closes_on >= day:
        label = pgettext("practice period", "Running")
        return {"code": "running", "label": label, "tone": "success", "may_close": period.closes_on > day}
    return {"code": "over", "label": _("Over, not deleted yet"), "tone": "info", "may_close": False}


@login_required
@require_POST
def practice_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a practice period with today, or take one back that has not begun; after a question."""
    government = _office(request)
    period = get_object_or_404(PracticePeriod, pk=pk, government=government)
    day = local_date(timezone.now(), government.timezone)
    if not request.POST.get("confirmed"):
        return render(
            request,
            "supervision/practice/close.html",
            {"period": period, "has_begun": period.opens_on <= day, "day": day},
        )
    try:
        closed = services.close_period(period_id=period.pk, by=actor(request), at=timezone.now())
    except services.NotRunning:
        messages.info(request, _("This practice period is over, or ends today anyway. Nothing was changed."))
    else:
        messages.success(
            request,
            _("The practice period ends with today. Everything is deleted on %(day)s.")
            % {"day": tanggal(closed.deleted_on)}
            if closed
            else _("The practice period was taken back."),
        )
    return redirect("supervision:practice-manage")


@login_required
def practice_case_edit(request: HttpRequest, place: int) -> HttpResponse:
    """Write the office's own case in the place of the built-in one."""
    government = _office(request)
    if place not in CASE_PLACES:
        raise Http404
    case = selectors.case_at(government, place)
    names = ("title", "results", "behavior_text", "work_result", "behavior", "why")
    initial = {name: getattr(case, name) for name in names} if case else {}
    status = 200
    if request.method == "POST":
        form = CaseForm(request.POST)
        if form.is_valid():
            with idempotency.once(request, "supervision.practice_case_edit") as once:
                if not once.is_replay:
                    services.write_case(
                        government=government,
                        place=place,
                        by=actor(request),
                        at=timezone.now(),
                        **form.values,
                    )
                    once.location = reverse("supervision:practice-manage")
                    messages.success(request, _("The case is saved. Answers given before keep the old text."))
            return redirect("supervision:practice-manage")
        status = 422
    else:
        form = CaseForm(held_forms.take(request), initial=initial)
    context = {"form": form, "place": place, "is_own": case is not None and case.government_id is not None}
    return render(request, "supervision/practice/case_edit.html", context, status=status)


@login_required
@require_POST
def practice_case_reset(request: HttpRequest, place: int) -> HttpResponse:
    """Go back to the built-in case, after a question: the office's own text is lost with it."""
    government = _office(request)
    if not request.POST.get("confirmed"):
        return render(request, "supervision/practice/case_reset.html", {"place": place})
    if services.reset_case(government=government, place=place, by=actor(request), at=timezone.now()):
        messages.success(request, _("The built-in case stands there again."))
    return redirect("supervision:practice-manage")
