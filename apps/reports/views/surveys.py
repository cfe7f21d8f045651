"""Papers about surveys: the report of a period, the annex, remarks let into it, reports and recaps of units."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import held_forms, idempotency, long_jobs
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees.selectors import government_of
from apps.feedback.models import IkmResult, Service, SurveyPeriod

from ..forms import SurveySpanForm
from ..selectors import issued
from ..selectors.survey_remarks import printed_remarks
from ..services import surveys

PAGE_SIZE = 25


def _period(request: HttpRequest, period_id: int) -> SurveyPeriod:
    return get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
        pk=period_id,
        service__in=Service.objects.visible_to(request.user),
    )


def _wait(period: SurveyPeriod, today: date) -> tuple[str, str] | None:
    """Return why there is nothing to print yet, as title and sentence."""
    if period.ends_on >= today:
        return (
            _("The survey still runs"),
            _("The report can be made once the period has ended and its result is published."),
        )
    results = IkmResult.objects.filter(survey_period=period, n__gt=0)
    if not results.exists():
        return (_("Nobody answered"), _("There is nothing to report on."))
    if results.filter(published_at__isnull=True).exists():
        return (
            _("The result is not published yet"),
            _("Publish it on the page of the service first: the report tells the published figures."),
        )
    return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def period_report(request: HttpRequest, period_id: int) -> HttpResponse:
    """The report of one survey period: POST makes it, the page offers what was made."""
    period = _period(request, period_id)
    government = period.service.unit.government
    here = reverse("reports:survey-report", args=[period.pk])
    if request.method == "POST":
        return _make(request, period, here)
    wait = _wait(period, local_date(timezone.now(), government.timezone))
    context = {
        "period": period,
        "service": period.service,
        "wait": wait,
        "documents": period.documents.select_related("file").order_by("-issued_at", "-pk"),
        "made": request.GET.get("dibuat", ""),
        "zone": government,
        "remarks": printed_remarks([period]),
    }
    return render(request, "reports/survey_report.html", context)


def _make(request: HttpRequest, period: SurveyPeriod, here: str) -> HttpResponse:
    try:
        with idempotency.once(request, "reports.survey_report") as once:
            if not once.is_replay:
                document = surveys.issue_survey_report(
                    period_id=period.pk, by=request.user, at=timezone.now()
                )
                once.location = f"{here}?dibuat={document.pk}"
    except (surveys.NotYetPublished, surveys.NothingToReport):
        messages.error(request, _("There is nothing to print yet. Look at the page again."))
        return redirect(here)
    return redirect(once.location)


@login_required
@require_POST
def annex(request: HttpRequest, period_id: int) -> HttpResponse:
    """Start the spreadsheet with one row per respondent; its owner alone gets the file."""
    period = _period(request, period_id)
    with idempotency.once(request, "reports.survey_annex") as once:
        if not once.is_replay:
            job = long_jobs.start(
                "reports.survey_annex",
                owner=request.user,
                scope=period.service.unit.government.code,
                period_id=period.pk,
            )
            once.location = reverse("core:job-detail", args=[job.pk])
    return redirect(once.location)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Choose unit and days, start the job; below it the reports of units that were made."""
    if not issued.may_ask_for_survey_papers(request.user):
        raise PermissionDenied
    units = issued.survey_units_to_choose(request.user)
    if request.method == "POST":
        form = SurveySpanForm(request.POST, units=units)
        if form.is_valid():
            return _start(request, form)
    else:
        form = SurveySpanForm(held_forms.take(request), units=units, initial=_this_year(request))
    spans = issued.survey_spans_visible_to(request.user)
    context = {"form": form, "page": Paginator(spans, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(
        request, "reports/survey_index.html", context, status=422 if request.method == "POST" else 200
    )


def _this_year(request: HttpRequest) -> dict[str, Any]:
    government = government_of(request.user)
    today = local_date(timezone.now(), government.timezone) if government else timezone.now().date()
    return {"starts_on": date(today.year, 1, 1), "ends_on": date(today.year, 12, 31)}


def _start(request: HttpRequest, form: SurveySpanForm) -> HttpResponse:
    data = form.cleaned_data
    unit = data["unit"]
    with idempotency.once(request, "reports.survey_span") as once:
        if not once.is_replay:
            job = long_jobs.start(
                data["kind"],
                owner=request.user,
                scope=unit.government.code,
                unit_id=unit.pk,
                starts_on=data["starts_on"].isoformat(),
                ends_on=data["ends_on"].isoformat(),
            )
            once.location = reverse("core:job-detail", args=[job.pk])
    return redirect(once.location)
