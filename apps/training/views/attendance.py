"""Who was there: the list of a day, and the trainer's screen with the code."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.core import held_forms
from apps.core.held_forms import login_required
from apps.core.qr import qr_svg
from apps.core.templatetags.formats import tanggal

from .. import permissions
from ..models import Attendance, Enrolment, Session
from ..rules.enrolment_lifecycle import SEATED, EnrolmentStatus
from ..selectors.sessions import days_of
from ..services import attendance as services
from .common import actor, managed_session

REFRESHES_PER_CODE = 2


@login_required
def attendance_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick who was there on a day."""
    session = managed_session(request, pk)
    today = permissions.today_of(session.programme.government)
    days = days_of(session)
    day = _day(request, days, today)
    here = f"{reverse('training:attendance', args=[session.pk])}?hari={day.isoformat()}"
    if request.method == "POST":
        keys = {int(text) for text in request.POST.getlist("present") if text.isascii() and text.isdigit()}
        try:
            count = services.save_list(
                session=session, day=day, present=keys, by=actor(request), at=timezone.now()
            )
            messages.success(request, _("Saved: %(count)s were there.") % {"count": count})
        except services.NotADayOfTheSession:
            messages.error(request, _("This day has not come yet, or the session does not meet then."))
        return redirect(here)
    held = held_forms.take(request)
    places = list(
        Enrolment.objects.filter(session=session, status__in=SEATED)
        .select_related("employee")
        .order_by("employee__name", "pk")
    )
    known = {row.enrolment_id: row for row in Attendance.objects.filter(enrolment__in=places, day=day)}
    ticked = {int(text) for text in held.getlist("present") if text.isdigit()} if held else set(known)
    for row in places:
        row.is_there = row.pk in ticked
        row.entry = known.get(row.pk)
        row.is_fixed = row.status != EnrolmentStatus.ENROLLED
    context = {
        "session": session,
        "places": places,
        "day": day,
        "is_open": day <= today,
        "day_tabs": [
            {
                "label": tanggal(one, "pendek"),
                "url": f"?hari={one.isoformat()}",
                "active": one == day,
                "count": None,
            }
            for one in days
        ],
        "may_show_code": today in days,
    }
    return render(request, "training/attendance.html", context)


def _day(request: HttpRequest, days: tuple[date, ...], today: date) -> date:
    try:
        wanted = date.fromisoformat(request.GET.get("hari", ""))
    except ValueError:
        wanted = today
    if wanted in days:
        return wanted
    return max((day for day in days if day <= today), default=days[0])


@login_required
@require_GET
@never_cache
def attendance_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen that participants scan or read; it asks by itself for the next code, without JavaScript it reloads.

    `?bagian=stempel` says whether anything changed, `?bagian=layar` is the part that changes.
    """
    session = managed_session(request, pk)
    today = permissions.today_of(session.programme.government)
    code = services.code_at(session, timezone.now())
    there = Attendance.objects.filter(enrolment__session=session, day=today).count()
    seated = Enrolment.objects.filter(session=session, status__in=SEATED).count()
    part, stamp = request.GET.get("bagian"), f'"{code}-{there}-{seated}"'
    if part == "stempel":
        status = 304 if request.headers.get("If-None-Match") == stamp else 200
        return HttpResponse(status=status, headers={"ETag": stamp})
    context = {
        "session": session,
        "code": code,
        "stamp": stamp,
        "reload": max(services.seconds_of(session) // REFRESHES_PER_CODE, 5),
        "meets_today": today in days_of(session),
        "there": there,
        "seated": seated,
    }
    template = "training/_attendance_screen.html" if part == "layar" else "training/attendance_code.html"
    return render(request, template, context)


@login_required
@require_GET
@never_cache
def attendance_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of the screen: the address at which a participant says that they are there."""
    session = managed_session(request, pk)
    code = services.code_at(session, timezone.now())
    address = f"{settings.PUBLIC_URL}{reverse('training:attend', args=[session.pk])}?kode={code}"
    return HttpResponse(qr_svg(address), content_type="image/svg+xml")


@login_required
@require_GET
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """What the QR code opens: on to the participant's own page with the code filled in."""
    session = Session.objects.visible_to(request.user).filter(pk=pk).first()
    own = Enrolment.objects.filter(session=session, employee__user=request.user).first() if session else None
    if own is None:
        messages.error(request, _("You have no seat in this session. Tell the trainer."))
        return redirect("training:programme-list")
    code = request.GET.get("kode", "")[:20]
    target = reverse("training:check-in", args=[own.pk])
    return redirect(f"{target}?kode={code}" if code.replace("-", "").isalnum() else target)
