"""A tablet at a counter: start, questionnaire, thanks, and back to the start for the next person.

Every page says no-store, so the Back button shows nobody else's answers; without JavaScript the thanks page turns by
itself and "start anew" is a link.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core.localtime import local_date

from .. import selectors
from ..labels import Channel
from ..models import Kiosk
from .desks import Desk
from .frame import public_page
from .rating import give_rating

BACK_AFTER_SECONDS = 12


def _kiosk(code: str) -> Kiosk | None:
    return (
        Kiosk.objects.select_related("point__service__unit__government")
        .filter(code=code, revoked_at=None)
        .first()
    )


def _page(
    request: HttpRequest, template: str, kiosk: Kiosk | None, *, status: int = 200, **context: object
) -> HttpResponse:
    government = kiosk.point.service.unit.government if kiosk else None
    start = reverse("feedback:kiosk", args=[kiosk.code]) if kiosk else ""
    values = {"kiosk": kiosk, "start_url": start, "public_home_url": start or None, **context}
    if kiosk:
        values |= {"point": kiosk.point, "service": kiosk.point.service}
    response = public_page(request, template, values, government=government, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def start(request: HttpRequest, code: str) -> HttpResponse:
    """What the next person finds: whose service this is, and one large button."""
    kiosk = _kiosk(code)
    if kiosk is None:
        return _page(request, "feedback/kiosk_start.html", None, status=404)
    service = kiosk.point.service
    today = local_date(timezone.now(), service.unit.government.timezone)
    is_open = service.is_active and service.unit.is_active
    return _page(
        request,
        "feedback/kiosk_start.html",
        kiosk,
        period=selectors.current_period(service, today) if is_open else None,
    )


def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The questionnaire on the tablet."""
    kiosk = _kiosk(code)
    if kiosk is None:
        return _page(request, "feedback/kiosk_start.html", None, status=404)
    return give_rating(
        request,
        Desk(
            service=kiosk.point.service,
            point=kiosk.point,
            kiosk=kiosk,
            channel=Channel.KIOSK,
            back_url=reverse("feedback:kiosk", args=[kiosk.code]),
            thanks_url=reverse("feedback:kiosk-thanks", args=[kiosk.code]),
        ),
    )


@require_GET
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thanks; after a few seconds the start page, also without JavaScript."""
    kiosk = _kiosk(code)
    if kiosk is None:
        return _page(request, "feedback/kiosk_start.html", None, status=404)
    return _page(request, "feedback/kiosk_thanks.html", kiosk, seconds=BACK_AFTER_SECONDS)
