"""Meetings with the public, as everybody sees them: announcement, minutes, promises, and writing before the meeting."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core import files, idempotency
from apps.employees.models import Government, WorkUnit

from ..forms.consultation import ContributionForm
from ..labels import COMMITMENT_TONES
from ..models import Consultation
from ..selectors import consultation as meetings
from ..services import consultations as services
from .frame import is_suspicious, public_page
from .promises import history

PAGE_SIZE = 20


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """The announced meetings of a government or a unit, newest first."""
    government = Government.objects.filter(code=request.GET.get("pemerintah", "")).first()
    number = request.GET.get("unit", "")
    unit = (
        WorkUnit.objects.filter(pk=int(number), is_active=True).select_related("government").first()
        if number.isdecimal() and len(number) < 10
        else None
    )
    now = timezone.now()
    rows = meetings.public_consultations(unit or government)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"meeting": row, "stage": meetings.stage_tag(row, now)} for row in page.object_list],
        "unit": unit,
    }
    return public_page(
        request,
        "feedback/consulting_list.html",
        context,
        government=unit.government if unit else government,
    )


def _load(code: str) -> Consultation:
    return get_object_or_404(
        Consultation.objects.public().select_related("unit", "government", "minutes_file"), code=code
    )


@require_GET
def public_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One meeting: before it the announcement, after it what was said, answered and promised."""
    meeting = _load(code)
    now = timezone.now()
    today = meetings.local_day(meeting, now)
    is_published = meeting.published_at is not None
    points = []
    numbers = {"promised": 0, "kept": 0, "late": 0}
    for point in meetings.points_with_promises(meeting) if is_published else []:
        promises = []
        for promise in point.commitments.all():
            is_late = meetings.is_late(promise, today)
            numbers["promised"] += 1
            numbers["kept"] += promise.status == "kept"
            numbers["late"] += is_late
            promises.append(
                {
                    "promise": promise,
                    "tone": COMMITMENT_TONES[promise.status],
                    "is_late": is_late,
                    "lines": history(promise.events.all(), for_public=True),
                }
            )
        points.append({"point": point, "promises": promises})
    context = {
        "meeting": meeting,
        "stage": meetings.stage_tag(meeting, now),
        "agenda": meeting.agenda.all(),
        "groups": meetings.public_groups(meeting),
        "total": meetings.attendance_total(meeting) if is_published else None,
        "is_published": is_published,
        "points": points,
        "numbers": numbers,
        "contributions": meetings.contribution_count(meeting),
        "shown": meetings.public_contributions(meeting),
        "may_write": services.takes_contributions(meeting, today),
        "today": today,
    }
    return public_page(request, "feedback/consulting.html", context, government=meeting.government)


@require_GET
def public_minutes(request: HttpRequest, code: str) -> HttpResponseBase:
    """The scan of the minutes, once they are published and somebody has said that it holds no names."""
    meeting = _load(code)
    if meeting.published_at is None or meeting.minutes_file is None or not meeting.minutes_file_is_public:
        raise Http404
    return files.response(meeting.minutes_file, meeting.minutes_file_name)


def contribute(request: HttpRequest, code: str) -> HttpResponse:
    """Write before the meeting, without a name."""
    meeting = _load(code)
    now = timezone.now()
    today = meetings.local_day(meeting, now)
    page = reverse("feedback:consulting", args=[meeting.code])
    if not services.takes_contributions(meeting, today):
        if request.method == "POST":
            # What was typed stays readable; nothing is stored.
            form = ContributionForm(request.POST, now=now)
            return public_page(
                request,
                "feedback/contribution_form.html",
                {"form": form, "meeting": meeting, "is_closed": True},
                government=meeting.government,
                status=409,
            )
        return redirect(page)
    status = 200
    if request.method == "POST":
        form = ContributionForm(request.POST, now=now)
        if form.is_valid():
            suspicious = is_suspicious(request, form, meeting.government, bucket="contributions", now=now)
            with idempotency.once(request, "feedback.contribution") as once:
                if not once.is_replay:
                    services.contribute(
                        consultation_id=meeting.pk,
                        text=form.cleaned_data["text"],
                        at=now,
                        is_suspicious=suspicious,
                    )
                    once.location = reverse("feedback:contribution-thanks", args=[meeting.code])
            return redirect(once.location or page)
        status = 422
    else:
        form = ContributionForm(now=now)
    return public_page(
        request,
        "feedback/contribution_form.html",
        {"form": form, "meeting": meeting},
        government=meeting.government,
        status=status,
    )


@require_GET
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Say what happens with it."""
    meeting = _load(code)
    return public_page(
        request, "feedback/contribution_thanks.html", {"meeting": meeting}, government=meeting.government
    )
