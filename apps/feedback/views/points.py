"""QR codes of counters, as files and as a poster to hang up."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.core.held_forms import login_required
from apps.core.qr import qr_png, qr_svg

from ..models import Service, ServicePoint


def _visible_point(user: Any, pk: int) -> ServicePoint:
    return get_object_or_404(
        ServicePoint.objects.select_related("service__unit__government"),
        pk=pk,
        service__in=Service.objects.visible_to(user),
    )


def address_of(point: ServicePoint) -> str:
    """Return what the QR code says."""
    return settings.PUBLIC_URL + reverse("feedback:landing", args=[point.code])


@login_required
@require_GET
def qr_svg_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of a counter as SVG."""
    point = _visible_point(request.user, pk)
    return _file(request, qr_svg(address_of(point)).encode(), "image/svg+xml", f"qr-{point.code}.svg")


@login_required
@require_GET
def qr_png_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of a counter as PNG."""
    point = _visible_point(request.user, pk)
    return _file(request, qr_png(address_of(point), scale=16), "image/png", f"qr-{point.code}.png")


def _file(request: HttpRequest, content: bytes, content_type: str, name: str) -> HttpResponse:
    kind = "attachment" if "unduh" in request.GET else "inline"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'{kind}; filename="{name}"'}
    )


@login_required
@require_GET
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet of paper for the counter: what to scan, and the address for those who type."""
    point = _visible_point(request.user, pk)
    return render(request, "feedback/poster.html", {"point": point, "address": address_of(point)})
