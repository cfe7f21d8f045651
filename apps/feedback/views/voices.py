"""The same problem, reported before: shown in checked words only, with a way to add one's voice without a name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.localtime import local_date

from ..labels import COMPLAINT_TONES
from ..models import Complaint
from ..rules.complaint_lifecycle import ComplaintStatus, is_open
from ..selectors import similar
from ..services import arrivals, complaints
from . import drafts
from .complaining import PAGES, next_page, steps
from .drafts import draft_of, first_missing
from .frame import client_address, public_page

VOICES = "complaint_voices"
KEPT_VOICES = 50


@require_GET
def like_this(request: HttpRequest) -> HttpResponse:
    """Reports with a like subject, before this one is sent: join one of them, or go on."""
    draft = draft_of(request)
    if missing := first_missing(draft, "identity"):
        return redirect(PAGES[missing])
    target = drafts.target(draft)
    if target is None:
        return redirect(PAGES["kind"])
    unit, service = target
    today = local_date(timezone.now(), unit.government.timezone)
    found = similar.similar_reports(unit, service, draft["story"]["subject"], today)
    go_on = next_page(request, "story")
    if not found:
        return redirect(go_on)
    context = {"found": found, "subject": draft["story"]["subject"], "go_on": go_on, "labels": steps()}
    return public_page(request, "feedback/complaint_similar.html", context, government=unit.government)


def _public(number: str) -> Complaint:
    return get_object_or_404(
        Complaint.objects.published().select_related("government", "unit", "service"), number=number
    )


@require_GET
def public_report(request: HttpRequest, number: str) -> HttpResponse:
    """What everybody may know of a report: checked words, state, dates, and how many have the same problem."""
    complaint = _public(number)
    context = {
        "complaint": complaint,
        "tone": COMPLAINT_TONES[complaint.status],
        "is_open": is_open(ComplaintStatus(complaint.status)),
        "has_joined": number in request.session.get(VOICES, []),
        "go_on": next_page(request, "story") if "story" in draft_of(request) else "",
    }
    return public_page(request, "feedback/complaint_public.html", context, government=complaint.government)


@require_POST
def add_voice(request: HttpRequest, number: str) -> HttpResponse:
    """One more person with the same problem: once per browser, and not without end from one network."""
    complaint = _public(number)
    joined = request.session.get(VOICES, [])
    now = timezone.now()
    if number in joined:
        messages.info(request, _("Your voice is counted already."))
    elif arrivals.is_crowded(client_address(request), complaint.government, "voices", now):
        messages.info(request, _("Many voices came from your network just now. Please try again in an hour."))
    else:
        try:
            complaints.add_voice(complaint_id=complaint.pk, at=now)
            request.session[VOICES] = [*joined, number][-KEPT_VOICES:]
            messages.success(request, _("Your voice is counted. Nothing about you was stored with it."))
        except complaints.NotOffered:
            messages.info(
                request, _("This report is closed by now. If the problem is still there, send your own.")
            )
    return redirect("feedback:complaint-public", number=number)
