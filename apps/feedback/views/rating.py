"""Scan, rate, thanks: the three pages behind a QR code. No login, no identity, no script needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import idempotency, policy
from apps.core.localtime import local_date

from .. import selectors
from ..forms import RatingForm
from ..labels import Channel
from ..models import Service, ServicePoint
from ..services import surveys
from .frame import is_suspicious, public_page


def _point(code: str) -> ServicePoint | None:
    return ServicePoint.objects.select_related("service__unit__government").filter(code=code).first()


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    """The code on the paper is not ours: show what there is."""
    services = Service.objects.public().select_related("unit__government")
    return public_page(
        request,
        "feedback/unknown_code.html",
        {
            "code": code,
            "services": services.order_by("unit__government__name", "unit__name", "name", "id")[:100],
        },
        status=404,
    )


@require_GET
def landing(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code leads: which service this is, and the two things one can do."""
    point = _point(code)
    if point is None:
        return _unknown(request, code)
    service = point.service
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    others = Service.objects.public().filter(unit=service.unit).exclude(pk=service.pk).order_by("name", "id")
    return public_page(
        request,
        "feedback/landing.html",
        {
            "point": point,
            "service": service,
            "is_closed": not (service.is_active and service.unit.is_active),
            "period": selectors.current_period(service, today),
            "others": others,
        },
        government=government,
    )


def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The questionnaire. Nothing is chosen before, there is no time limit, and a second send changes
    nothing.
    """
    point = _point(code)
    if point is None:
        return _unknown(request, code)
    service = point.service
    government = service.unit.government
    if not (service.is_active and service.unit.is_active):
        return redirect("feedback:landing", code=code)
    now = timezone.now()
    today = local_date(now, government.timezone)
    if request.method == "POST":
        return _receive(request, point)
    period = selectors.current_period(service, today)
    if period is None:
        return _closed(request, point, status=200)
    form = RatingForm(
        now=now,
        unsur=period.questionnaire.unsur.all(),
        required_answers=policy.get("feedback.required_answers", on=today, scope=government.code),
    )
    return public_page(
        request,
        "feedback/rate.html",
        {"form": form, "point": point, "service": service, "period": period},
        government=government,
    )


def _receive(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    service = point.service
    government = service.unit.government
    now = timezone.now()
    today = local_date(now, government.timezone)
    period = selectors.current_period(service, today)
    if period is None:
        return _closed(request, point, status=409)
    form = RatingForm(
        request.POST,
        now=now,
        unsur=period.questionnaire.unsur.all(),
        required_answers=policy.get("feedback.required_answers", on=today, scope=government.code),
    )
    if not form.is_valid():
        return public_page(
            request,
            "feedback/rate.html",
            {"form": form, "point": point, "service": service, "period": period},
            government=government,
            status=422,
        )
    with idempotency.once(request, "feedback.response") as once:
        if once.is_replay:
            return redirect(once.location)
        surveys.record_response(
            service=service,
            point=point,
            answers=form.cleaned_data["answers"],
            attributes=form.cleaned_data["attributes"],
            remark=form.cleaned_data["remark"],
            channel=Channel.QR.value,
            at=now,
            is_suspicious=is_suspicious(request, form, government, bucket="ratings", now=now),
        )
        once.location = reverse("feedback:thanks", args=[point.code])
    return redirect(once.location)


def _closed(request: HttpRequest, point: ServicePoint, *, status: int) -> HttpResponse:
    service = point.service
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    return public_page(
        request,
        "feedback/rate_closed.html",
        {
            "point": point,
            "service": service,
            "upcoming": selectors.next_period(service, today),
            "typed": request.POST.get("remark", "") if status == 409 else "",
        },
        government=government,
        status=status,
    )


@require_GET
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """What the rating is good for, and what earlier ones said."""
    point = _point(code)
    if point is None:
        return _unknown(request, code)
    service = point.service
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    return public_page(
        request,
        "feedback/thanks.html",
        {
            "point": point,
            "service": service,
            "period": selectors.current_period(service, today),
            "result": selectors.public_result(service, today),
        },
        government=government,
    )
