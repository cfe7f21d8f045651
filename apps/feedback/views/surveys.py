"""Surveys inside an office: figures per service, periods, monthly numbers, remarks, older published
results.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
from ..forms import PointForm, ServiceCountForm, ServiceForm, SurveyPeriodForm, WordsForm
from ..labels import EXPLANATIONS
from ..models import IkmResult, PublishedSkm, Response, Service, SurveyPeriod, Unsur
from ..rules.small_numbers import Disclosure, disclosure
from ..services import counts, results, surveys

PAGE_SIZE = 25
MONTHS_BACK = 12


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
    newest = (
        IkmResult.objects.filter(survey_period__service=OuterRef("pk"), n__gt=0)
        .order_by("-survey_period__ends_on", "-survey_period__id")
        .values("pk")[:1]
    )
    services = (
        Service.objects.visible_to(request.user)
        .select_related("unit")
        .annotate(result_id=Subquery(newest))
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
    found = IkmResult.objects.select_related("survey_period").in_bulk(
        [service.result_id for service in page.object_list if service.result_id]
    )
    minimum, full = selectors.thresholds(government, today)
    names = dict(Unsur.objects.values_list("code", "name"))
    rows = []
    for service in page.object_list:
        result = found.get(service.result_id)
        shown = disclosure(result.n, minimum, full) if result else None
        rows.append(
            {
                "service": service,
                "result": result,
                "is_hidden": shown is Disclosure.HIDDEN,
                "has_letter": shown is Disclosure.FULL,
                "weakest": names.get(result.weakest_unsur, "") if result else "",
                "open_period": service.open_periods[0] if service.open_periods else None,
            }
        )
    context = {
        "page": page,
        "rows": rows,
        "words": words,
        "minimum": minimum,
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
    minimum, full = selectors.thresholds(government, today)
    periods = (
        service.survey_periods.select_related("result")
        .annotate(
            answered=Count("responses", filter=Q(responses__is_quarantined=False)),
            held_back=Count("responses", filter=Q(responses__is_quarantined=True)),
        )
        .order_by("-starts_on", "-id")[:24]
    )
    rows = []
    for period in periods:
        result = getattr(period, "result", None)
        shown = disclosure(result.n, minimum, full) if result else Disclosure.HIDDEN
        rows.append(
            {
                "period": period,
                "result": result,
                "is_hidden": shown is Disclosure.HIDDEN,
                "has_letter": shown is Disclosure.FULL,
                "is_running": period.starts_on <= today <= period.ends_on,
                "is_publishable": period.ends_on < today
                and result is not None
                and result.ikm is not None
                and result.published_at is None,
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
    }
    return render(request, "feedback/survey_detail.html", context)


@login_required
def add_service(request: HttpRequest) -> HttpResponse:
    """Add a public service of a unit whose surveys the user manages."""
    units = permissions.managed_units(request.user).filter(is_active=True).order_by("name", "id")
    choices = list(units[:2])
    if not choices:
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = ServiceForm(request.POST, units=units)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.service") as once:
                    if not once.is_replay:
                        service = surveys.add_service(by=request.user, at=timezone.now(), **form.cleaned_data)
                        once.location = reverse("feedback:survey-detail", args=[service.code])
                        messages.success(
                            request,
                            _("%(name)s is in the register. Add its counters and open a survey period next.")
                            % {"name": service.name},
                        )
                return redirect(once.location)
            except surveys.ServiceExists:
                form.add_error("name", _("This unit has a service with this name already."))
        status = 422
    else:
        held = held_forms.take(request)
        # Whoever manages one unit only has nothing to choose.
        initial = {"unit": choices[0].pk} if len(choices) == 1 else {}
        form = ServiceForm(held, units=units, initial=initial)
    return render(request, "feedback/service_form.html", {"form": form}, status=status)


@login_required
def add_point(request: HttpRequest, code: str) -> HttpResponse:
    """Add a counter with a QR code of its own."""
    service = _managed(request, code)
    status = 200
    if request.method == "POST":
        form = PointForm(request.POST)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.point") as once:
                    if not once.is_replay:
                        point = surveys.add_point(
                            service=service, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        messages.success(
                            request,
                            _("%(label)s has a QR code now. Print its poster and put it up.")
                            % {"label": point.label},
                        )
                return redirect("feedback:survey-detail", code=service.code)
            except surveys.PointExists:
                form.add_error("label", _("This service has a counter with this name already."))
        status = 422
    else:
        form = PointForm(held_forms.take(request))
    return render(request, "feedback/point_form.html", {"form": form, "service": service}, status=status)


@login_required
def open_period(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a survey period."""
    service = _managed(request, code)
    status = 200
    if request.method == "POST":
        form = SurveyPeriodForm(request.POST, service=service)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.survey_period") as once:
                    if not once.is_replay:
                        period = surveys.open_survey_period(
                            service=service, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        messages.success(
                            request,
                            _("The survey runs from %(first)s to %(last)s.")
                            % {"first": tanggal(period.starts_on), "last": tanggal(period.ends_on)},
                        )
                return redirect("feedback:survey-detail", code=service.code)
            except surveys.PeriodsOverlap as error:
                form.add_error(
                    "starts_on",
                    _("%(label)s (%(first)s to %(last)s) has days in common with it. Choose other days.")
                    % {
                        "label": error.other.label,
                        "first": tanggal(error.other.starts_on),
                        "last": tanggal(error.other.ends_on),
                    },
                )
        status = 422
    else:
        held = held_forms.take(request)
        form = (
            SurveyPeriodForm(held, service=service) if held is not None else SurveyPeriodForm(service=service)
        )
    return render(
        request, "feedback/survey_period_form.html", {"form": form, "service": service}, status=status
    )


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
    return render(request, "feedback/remark_list.html", {"service": service, "page": page})


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


@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let held-back ratings count, with a reason; not by the head of the rated unit."""
    period = _period(request, pk)
    if not permissions.may_judge_ratings(request.user, period.service):
        raise PermissionDenied
    held_back = Response.objects.filter(survey_period=period, is_quarantined=True).count()
    status = 200
    hint = _("All of them together, or none: choosing single ratings would be choosing the result.")
    if request.method == "POST":
        form = WordsForm(request.POST, label=_("Why are they genuine?"), hint=hint)
        if form.is_valid():
            released = surveys.release_responses(
                survey_period_id=period.pk,
                reason=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("%(count)s ratings count now.") % {"count": released})
            return redirect("feedback:survey-detail", code=period.service.code)
        status = 422
    else:
        form = WordsForm(held_forms.take(request), label=_("Why are they genuine?"), hint=hint)
    context = {"form": form, "period": period, "service": period.service, "held_back": held_back}
    return render(request, "feedback/survey_release.html", context, status=status)


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
