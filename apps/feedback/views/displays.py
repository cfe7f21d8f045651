"""Figures outside our own pages: a badge for other sites, a small page to embed, a screen for the waiting room.

All of them tell the public figures, which move in steps of several answers. No time finer than a day stands here, and
nothing moves when an answer comes in: staff who watch the screen learn nothing about the person who just left.
"""

import hashlib
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import Truncator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from apps.core import stamps
from apps.core.localtime import local_date

from .. import selectors
from ..models import Service
from ..selectors.published import PublicResult
from ..services import steps
from .frame import public_page

BADGE_SECONDS = 3600
RELOAD_SECONDS = 1800
NAME_LENGTH = 42
LANGUAGE = "id"  # what stands on other sites does not follow the reader's settings here


def _service(code: str) -> Service:
    return get_object_or_404(Service.objects.public().select_related("unit__government"), code=code)


def _result(service: Service) -> PublicResult | None:
    today = local_date(timezone.now(), service.unit.government.timezone)
    return selectors.public_result(service, today)


def _told(service: Service) -> dict[str, Any]:
    """Return what a badge or a screen says; without a public figure not even how many answers there are."""
    result = _result(service)
    return {
        "service": service,
        "result": result if result is not None and not result.is_hidden else None,
        "name": Truncator(service.name).chars(NAME_LENGTH),
        "unit_name": Truncator(service.unit.name).chars(NAME_LENGTH),
    }


def _screen(service: Service) -> dict[str, Any]:
    return _told(service) | {"point": service.points.filter(is_active=True).order_by("id").first()}


@require_GET
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """The figure of a service as a picture, for an <img> on any site."""
    service = _service(code)
    with translation.override(LANGUAGE):
        response = render(
            request, "feedback/badge_picture.html", _told(service), content_type="image/svg+xml"
        )
    # Other sites may show it, whatever their own rules are; it holds nothing but public figures.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=BADGE_SECONDS)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response)


@require_GET
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its types know no arguments of addresses
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """The badge as a page of its own, the only one that other sites may put into a frame: no form, no script."""
    service = _service(code)
    with translation.override(LANGUAGE):
        response = render(request, "feedback/embed.html", _told(service))
    patch_cache_control(response, public=True, max_age=BADGE_SECONDS)
    return response


@require_GET
def display(request: HttpRequest, code: str) -> HttpResponse:
    """The screen in the waiting room; it follows the public figure by itself, without JavaScript every half hour."""
    service = _service(code)
    context = {
        **_screen(service),
        "stamp_url": reverse("core:live-stamp", args=[stamps.token(steps.figures_stamp(service.pk))]),
        "fragment_url": reverse("feedback:display-fragment", args=[service.code]),
    }
    response = public_page(request, "feedback/display.html", context, government=service.unit.government)
    response["Refresh"] = str(RELOAD_SECONDS)
    return response


@require_GET
def display_fragment(request: HttpRequest, code: str) -> HttpResponse:
    """What changes on the screen."""
    service = _service(code)
    return render(request, "feedback/_screen.html", _screen(service))


@require_GET
def embedding(request: HttpRequest, code: str) -> HttpResponse:
    """How to show the figure elsewhere: badge, frame and screen, with the lines to copy."""
    service = _service(code)
    context = {
        **_told(service),
        "badge_url": request.build_absolute_uri(reverse("feedback:badge", args=[service.code])),
        "embed_url": request.build_absolute_uri(reverse("feedback:embed", args=[service.code])),
        "page_url": request.build_absolute_uri(reverse("feedback:service-detail", args=[service.code])),
    }
    return public_page(request, "feedback/embedding.html", context, government=service.unit.government)
