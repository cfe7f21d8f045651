"""Surveys inside an office: figures per service, periods, monthly numbers, remarks, older published
results.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.rules.rounding import half_up
from apps.core.templatetags.formats import tanggal
from apps.employees import selectors as organization

from .. import permissions, selectors
from ..forms import ServiceCountForm
from ..labels import EXPLANATIONS
from ..models import PublishedSkm, Service, SurveyPeriod, Unsur
from ..selectors import office
from ..services import counts, results

PAGE_SIZE = 25
MONTHS_BACK = 12
PERIODS_SHOWN = 24
PERIODS_LOOKED_AT = 2


def _load(request: HttpRequest, code: str) -> Service:
    return get_object_or_404(
        Service.objects.visible_to(request.user).select_related("unit__government"), code=code
    )


def _managed(request: HttpRequest, code: str) -> Service:
    service = _load(request, code)
    if not permissions.may_manage_survey(request.user, service):
        raise PermissionDenied
    return service


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The services of my units with their newest figures; the same few queries for one or a hundred of
    them.
    """
    government = organization.government_of(request.user)
    if government is None:
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    services = (
        Service.objects.visible_to(request.user)
        .select_related("unit__government")
        .prefetch_related(
            Prefetch(
                "survey_periods",
                queryset=SurveyPeriod.objects.filter(starts_on__lte=today, ends_on__gte=today),
                to_attr="open_periods",
            )
        )
        .order_by("unit__name", "name", "id")
    )
    if words := request.GET.get("q", "").strip()[:80]:
        services = services.filter(Q(name__icontains=words) | Q(unit__name__icontains=words))
    page = Paginator(services, PAGE_SIZE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    newest = office.office_periods(listed, government, today, newest=PERIODS_LOOKED_AT)
    standings = office.standings(listed, government, today)
    names = dict(Unsur.objects.values_list("code", "name"))
    rows = []
    for service in listed:
        # A period in which nobody has answered yet does not hide the one before.
        period = next((row for row in newest.get(service.pk, []) if row.headline.result.n), None)
        figure = period.headline if period else None
        rows.append(
            {
                "service": service,
                "period": period,
                "figure": figure,
                "result": figure.result if figure else None,
                "is_hidden": figure.is_hidden if figure else False,
                "has_letter": figure.has_letter if figure else False,
                "weakest": names.get(figure.result.weakest_unsur, "") if figure else "",
                "standing": standings.get(service.pk),
                "open_period": service.open_periods[0] if service.open_periods else None,
            }
        )
    minimum, _full = selectors.thresholds(government, today)
    context = {
        "page": page,
        "rows": rows,
        "words": words,
        "minimum": minimum,
        "may_read_questionnaires": permissions.may_read_questionnaires(request.user, government),
        "may_add": permissions.managed_units(request.user).filter(is_active=True).exists(),
    }
    return render(request, "feedback/survey_overview.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One service: its periods, monthly numbers, counters with QR codes."""
    service = _load(request, code)
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    minimum, _full = selectors.thresholds(government, today)
    added_up = {
        row.period.pk: row
        for row in office.office_periods([service], government, today, newest=PERIODS_SHOWN).get(
            service.pk, []
        )
    }
    rows = []
    for period in service.survey_periods.order_by("-starts_on", "-id")[:PERIODS_SHOWN]:
        found = added_up.get(period.pk)
        rows.append(
            {
                "period": period,
                "figures": found.figures if found else (),
                "published_at": found.published_at if found else None,
                "is_running": period.starts_on <= today <= period.ends_on,
                "is_publishable": period.ends_on < today
                and found is not None
                and found.headline.result.ikm is not None
                and found.published_at is None,
            }
        )
    context = {
        "service": service,
        "rows": rows,
        "counts": service.counts.order_by("-month")[:12],
        "points": service.points.order_by("label", "id"),
        "may_manage": permissions.may_manage_survey(request.user, service),
        "may_judge": permissions.may_judge_ratings(request.user, service),
        "has_open_period": any(row["is_running"] for row in rows),
        "minimum": minimum,
        "standing": office.standings([service], government, today).get(service.pk),
    }
    return render(request, "feedback/survey_detail.html", context)


def _months(today: date) -> list[tuple[str, str]]:
    """Return this month and those before it, newest first."""
    months = []
    year, month = today.year, today.month
    for _step in range(MONTHS_BACK + 1):
        first = date(year, month, 1)
        months.append((first.isoformat(), tanggal(first, "bulan")))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return months


@login_required
def record_count(request: HttpRequest, code: str) -> HttpResponse:
    """Record how many services were delivered in a month."""
    service = _managed(request, code)
    months = _months(local_date(timezone.now(), service.unit.government.timezone))
    status = 200
    if request.method == "POST":
        form = ServiceCountForm(request.POST, months=months)
        if form.is_valid():
            with idempotency.once(request, "feedback.service_count") as once:
                if not once.is_replay:
                    row = counts.record_service_count(
                        service=service, by=request.user, at=timezone.now(), **form.cleaned_data
                    )
                    messages.success(
                        request,
                        _("%(month)s: %(count)s services.")
                        % {"month": tanggal(row.month, "bulan"), "count": row.count},
                    )
            return redirect("feedback:survey-detail", code=service.code)
        status = 422
    else:
        held = held_forms.take(request)
        form = (
            ServiceCountForm(held, months=months)
            if held is not None
            else ServiceCountForm(months=months, initial={"month": months[1][0]})
        )
    context = {"form": form, "service": service, "counts": service.counts.order_by("-month")[:12]}
    return render(request, "feedback/service_count_form.html", context, status=status)


@login_required
@require_GET
def remarks(request: HttpRequest, code: str) -> HttpResponse:
    """What people wrote: late, shuffled, without times and without what looks like personal data."""
    service = _load(request, code)
    page = Paginator(selectors.readable_remarks(service, timezone.now()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    may_judge = permissions.may_judge_ratings(request.user, service)
    context = {"service": service, "page": page, "may_judge": may_judge}
    return render(request, "feedback/remark_list.html", context)


def _period(request: HttpRequest, pk: int) -> SurveyPeriod:
    return get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix the result of an ended period."""
    period = _period(request, pk)
    if not permissions.may_manage_survey(request.user, period.service):
        raise PermissionDenied
    try:
        results.publish_result(survey_period_id=period.pk, by=request.user, at=timezone.now())
        messages.success(request, _("The result is published and does not change any more."))
    except results.PeriodStillRuns:
        messages.error(request, _("The period still runs. Publish its result when it has ended."))
    except results.NothingToPublish:
        messages.error(request, _("Nobody has answered in this period."))
    return redirect("feedback:survey-detail", code=period.service.code)


def _as_printed(value: Decimal | None) -> Decimal | None:
    """Return a published index with two decimals, or with three if the office printed three."""
    if value is None:
        return None
    rounded = half_up(value)
    return rounded if rounded == value else value


@login_required
@require_GET
def published_list(request: HttpRequest) -> HttpResponse:
    """Older published results beside what their averages give, with the difference in words."""
    government = organization.government_of(request.user)
    rows = PublishedSkm.objects.filter(Q(government=government) | Q(government=None))
    explanation = request.GET.get("sebab", "")
    if explanation in EXPLANATIONS:
        rows = rows.filter(explanation=explanation)
    page = Paginator(rows.order_by("-year", "office", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    listed: list[dict[str, Any]] = [
        {
            "row": row,
            "words": EXPLANATIONS.get(row.explanation, ""),
            "published": _as_printed(row.published_ikm),
        }
        for row in page.object_list
    ]
    context = {
        "page": page,
        "rows": listed,
        "explanations": EXPLANATIONS.items(),
        "chosen": explanation,
    }
    return render(request, "feedback/published_list.html", context)
