"""Calendar files: of one session, and the personal address that calendars subscribe to."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core.held_forms import login_required

from ..models import Session
from ..services import calendars as services
from .common import employee_or_403

CALENDAR = "text/calendar; charset=utf-8"


@login_required
@require_GET
def session_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The days of a session for one's own calendar."""
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("programme__government"), pk=pk
    )
    return HttpResponse(
        services.session_calendar(session, at=timezone.now()),
        content_type=CALENDAR,
        headers={"Content-Disposition": f'attachment; filename="sesi-{session.pk}.ics"'},
    )


@require_GET
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """My sessions for a calendar that asks without signing in: whoever holds the address may read it."""
    address = services.address_by_token(token)
    if address is None:
        raise Http404
    return HttpResponse(
        services.personal_calendar(address.employee, at=timezone.now()), content_type=CALENDAR
    )


@login_required
@require_POST
def address_make(request: HttpRequest) -> HttpResponse:
    """Make my address, or a new one."""
    employee = employee_or_403(request)
    services.make_address(employee=employee, by=employee, at=timezone.now())
    messages.success(request, _("Your calendar address is ready. An earlier one does not work any more."))
    return redirect("training:mine")


@login_required
@require_POST
def address_revoke(request: HttpRequest) -> HttpResponse:
    """End my address."""
    employee = employee_or_403(request)
    services.revoke_address(employee=employee, by=employee, at=timezone.now())
    messages.success(request, _("Your calendar address does not work any more."))
    return redirect("training:mine")
