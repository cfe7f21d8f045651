"""For those who run the installation: the system page in words, and the metrics."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from .held_forms import login_required
from .operations.metrics import exposition
from .operations.sentences import lines_of
from .operations.state import system_state


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics for Prometheus. 404 without a configured token, so that nobody learns that the address exists."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


@login_required
@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """How the installation is doing, in sentences; no figure of a person. For operators only."""
    if not request.user.is_staff:
        raise PermissionDenied
    state = system_state()
    return render(request, "core/system.html", {"at": state.at, "lines": lines_of(state)})
