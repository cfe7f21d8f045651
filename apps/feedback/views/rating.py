"""Scan, rate, thanks: the three pages behind a QR code. No login, no identity, no script needed.

Receipts and kiosks (receipts.py, kiosks.py) show the same questionnaire: what differs is the `Desk`
(desks.py). Whoever only looks gets the page of a counter as it is kept (kept_survey.py).
"""

import contextlib
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import idempotency, policy
from apps.core.localtime import local_date

from .. import selectors
from ..forms import RatingForm
from ..labels import FilledBy
from ..models import Service, ServicePoint, SurveyPeriod
from ..services import arrivals, kiosks, receipts, surveys
from ..services.pace import pace_of
from . import kept_survey
from .desks import Desk, counter, desk_of, point_of, questionnaire_context
from .frame import client_address, public_page


def unknown(request: HttpRequest, code: str) -> HttpResponse:
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
    point = point_of(code)
    if point is None:
        return unknown(request, code)
    service = point.service
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    others = Service.objects.public().filter(unit=service.unit).exclude(pk=service.pk).order_by("name", "id")
    period = selectors.current_period(service, today)
    return public_page(
        request,
        "feedback/landing.html",
        {
            "point": point,
            "service": service,
            "is_closed": not (service.is_active and service.unit.is_active),
            "period": period,
            "questions": period.questionnaire.unsur.count() if period else 0,
            "others": others,
        },
        government=government,
    )


def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The questionnaire behind the code at a counter; `?dibantu` when somebody helps."""
    kept = kept_survey.answer(request, code)
    if kept is not None:
        return kept
    posted = request.method == "POST"
    is_assisted = "dibantu" in (request.POST if posted else request.GET)
    receipt = request.GET.get("kode", "")
    known = counter(code, timezone.now()) if posted else None
    if known is not None and known.period is not None:
        # Out of date: nothing was written, and the answer is made of what the database says now.
        with contextlib.suppress(idempotency.OutOfDate):
            desk = known.desk(is_assisted=is_assisted, receipt=receipt)
            return give_rating(request, desk, known.period)
    point = point_of(code)
    if point is None:
        return unknown(request, code)
    desk = desk_of(point, is_assisted=is_assisted, receipt=receipt)
    if not posted and not desk.is_open:
        return redirect(desk.back_url)
    return give_rating(request, desk)


def give_rating(request: HttpRequest, desk: Desk, kept: SurveyPeriod | None = None) -> HttpResponse:
    """Show the questionnaire, or take it. Nothing is chosen before, there is no time limit, and a second
    send changes nothing.

    `kept` is for who read a period with its questions earlier: whether it still runs is asked when the rating is
    stored, or before anything else is answered. Without it the period is looked up.

    :raises idempotency.OutOfDate: if the kept period no longer asks the same today.
    """
    government = desk.service.unit.government
    now = timezone.now()
    today = local_date(now, government.timezone)
    posted = request.method == "POST"
    period = kept
    if kept is None and desk.is_open:
        period = selectors.current_period(desk.service, today)
    if period is None:
        return _closed(request, desk, status=409 if posted else 200)
    if kept is None:
        # Read once, for the form and for what keeps the answers.
        prefetch_related_objects([period.questionnaire], "unsur")
    with policy.read_once(government.code):
        form = RatingForm(
            request.POST if posted else None,
            now=now,
            initial={"kode": desk.code},
            unsur=period.questionnaire.unsur.all(),
            required_answers=policy.get("feedback.required_answers", on=today, scope=government.code),
        )
        if posted and form.is_valid():
            return _receive(request, desk, form, period, now, is_kept=kept is not None)
    if kept is not None and not selectors.still_surveyed(kept, today):
        raise idempotency.OutOfDate("feedback.response")
    return _questionnaire(request, desk, form, period, status=422 if posted else 200)


def _questionnaire(
    request: HttpRequest, desk: Desk, form: RatingForm, period: SurveyPeriod, *, status: int
) -> HttpResponse:
    puzzle = arrivals.puzzle_for(desk.service, form.now) if desk.kiosk is None else None
    context = questionnaire_context(desk, form, period, puzzle)
    government = desk.service.unit.government
    response = public_page(request, "feedback/rate.html", context, government=government, status=status)
    if desk.kiosk:
        # The next person must not meet the answers of this one behind the Back button.
        response["Cache-Control"] = "no-store"
    return response


def _receive(
    request: HttpRequest,
    desk: Desk,
    form: RatingForm,
    period: SurveyPeriod,
    now: datetime,
    *,
    is_kept: bool,
) -> HttpResponse:
    government = desk.service.unit.government
    today = local_date(now, government.timezone)
    minimum = policy.get("feedback.minimum_fill_seconds", on=today, scope=government.code)
    with idempotency.once(
        request,
        "feedback.response",
        # It is kept with the form's key and its minute: it must not name the code of a receipt.
        location=desk.thanks_url,
        while_there_is=selectors.surveyed_question(period, today) if is_kept else None,
    ) as once:
        if once.is_replay:
            return HttpResponseRedirect(once.location)
        redeemed = receipts.redeem(text=form.cleaned_data["kode"], service=desk.service, at=now)
        surveys.record_response(
            service=desk.service,
            point=desk.point,
            answers=form.cleaned_data["answers"],
            attributes=form.cleaned_data["attributes"],
            remark=form.cleaned_data["remark"],
            channel=desk.channel.value,
            at=now,
            arrival=_arrival(request, desk, form, redeemed, now),
            tier=redeemed.tier,
            filled_by=FilledBy.HELPER.value if desk.is_assisted else form.cleaned_data["filled_by"],
            pace=pace_of(request.POST.get("tampil", ""), at=now, minimum_seconds=minimum),
            period=period,
        )
    return HttpResponseRedirect(once.location)


def _arrival(
    request: HttpRequest, desk: Desk, form: RatingForm, redeemed: receipts.Redeemed, now: datetime
) -> arrivals.Arrival:
    """Look at how a rating arrived. Everybody at a kiosk has the same browser: its pace counts as well."""
    government = desk.service.unit.government
    today = local_date(now, government.timezone)
    minimum = policy.get("feedback.minimum_fill_seconds", on=today, scope=government.code)
    too_fast = form.looks_automatic(minimum)
    if desk.kiosk is not None:
        pause = policy.get("feedback.kiosk_pause_seconds", on=today, scope=government.code)
        too_fast = kiosks.is_hasty(desk.kiosk, pause_seconds=pause) or too_fast
    return arrivals.look(
        service=desk.service,
        address=client_address(request),
        channel=desk.channel.value,
        at=now,
        tier=redeemed.tier,
        is_too_fast=too_fast,
        is_bad_receipt=bool(redeemed.signal),
        proof=request.POST,
    )


def _closed(request: HttpRequest, desk: Desk, *, status: int) -> HttpResponse:
    """Say that no rating can be taken now; what was typed is on the page."""
    service = desk.service
    government = service.unit.government
    today = local_date(timezone.now(), government.timezone)
    context: dict[str, Any] = {
        "desk": desk,
        "point": desk.point,
        "service": service,
        "is_offered": desk.is_open,
        "upcoming": selectors.next_period(service, today) if desk.is_open else None,
        "typed": request.POST.get("remark", "").strip() if status == 409 else "",
    }
    response = public_page(
        request, "feedback/rate_closed.html", context, government=government, status=status
    )
    if desk.kiosk:
        response["Cache-Control"] = "no-store"
    return response


@require_GET
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """What the rating is good for, and what earlier ones said."""
    point = point_of(code)
    if point is None:
        return unknown(request, code)
    return thank(request, point.service, point)


def thank(request: HttpRequest, service: Service, point: ServicePoint | None) -> HttpResponse:
    """Thank somebody, at a counter or without one."""
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
