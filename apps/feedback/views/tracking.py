"""Following a complaint with its number and secret word. No list, and no way to find out which numbers
exist.
"""

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import idempotency
from apps.core.localtime import local_date

from ..forms import TrackForm, WordsForm
from ..labels import COMPLAINT_TONES, CheckBackAnswer
from ..models import Complaint
from ..rules.complaint_lifecycle import ComplaintStatus, is_open
from ..services import abuse, complaints
from . import complaining, drafts
from .frame import client_address, public_page
from .story import lines

OPENED = "complaint_opened"
OPEN_SECONDS = 30 * 60
TRIES = 10
TRY_WINDOW = 15 * 60
NETWORK_TRIES = 60


def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and secret word. A wrong number and a wrong word get the same answer, and as slowly."""
    if request.method != "POST":
        form = TrackForm(initial={"number": request.GET.get("nomor", "")})
        context = {"form": form, "has_left": "selesai" in request.GET}
        return public_page(request, "feedback/complaint_track.html", context)
    form = TrackForm(request.POST)
    if not form.is_valid():
        return public_page(request, "feedback/complaint_track.html", {"form": form}, status=422)
    number = form.cleaned_data["number"].strip().upper()
    network = abuse.network_of(client_address(request))
    # Two buckets: one number tried often, and one network trying many numbers.
    is_locked = abuse.locked_out(f"track:{number}", tries=TRIES, seconds=TRY_WINDOW)
    if network is not None and abuse.locked_out(f"track:{network}", tries=NETWORK_TRIES, seconds=TRY_WINDOW):
        is_locked = True
    if is_locked:
        return public_page(
            request,
            "feedback/complaint_track.html",
            {"form": form, "is_locked": True, "minutes": TRY_WINDOW // 60},
            status=429,
        )
    complaint = complaints.find_by_secret(number=number, secret=form.cleaned_data["secret"])
    if complaint is None:
        form.add_error(
            "number",
            _("Number and secret word do not fit together. Check both; capital letters do not matter."),
        )
        return public_page(request, "feedback/complaint_track.html", {"form": form}, status=422)
    request.session.cycle_key()
    request.session[OPENED] = {"id": complaint.pk, "at": int(time.time())}
    if complaint.has_no_author:
        # Even the note of which report is open here goes with the half hour.
        request.session.set_expiry(OPEN_SECONDS)
    return redirect("feedback:complaint-status")


def opened(request: HttpRequest) -> Complaint | None:
    """Return the complaint that this browser has opened with its secret word, for half an hour."""
    held = request.session.get(OPENED)
    if not held or time.time() - held["at"] > OPEN_SECONDS:
        return None
    return Complaint.objects.select_related("government", "unit", "service").filter(pk=held["id"]).first()


def closed_session(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Please enter number and secret word again."))
    return redirect("feedback:complaint-track")


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Where the report stands, what was said, and what its reporter can do now."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    return _status_page(request, complaint)


def _status_page(
    request: HttpRequest,
    complaint: Complaint,
    *,
    reply_form: WordsForm | None = None,
    reopen_form: WordsForm | None = None,
) -> HttpResponse:
    government = complaint.government
    today = local_date(timezone.now(), government.timezone)
    now_status = ComplaintStatus(complaint.status)
    may_reopen = complaints.may_reopen(complaint, today)
    events = complaint.events.filter(is_public=True).select_related("to_unit", "by").order_by("-at", "-id")
    bound = reply_form or reopen_form
    question = complaints.open_question(complaint, timezone.now()) if complaint.closed_at else None
    context = {
        "complaint": complaint,
        "tone": COMPLAINT_TONES[complaint.status],
        "question": question,
        "is_refused": now_status is ComplaintStatus.REJECTED,
        "was_silent": now_status is ComplaintStatus.CLOSED_NO_REPLY,
        "files": complaint.files.select_related("file"),
        "next_instances": complaining.next_instances(government, today),
        "lines": lines(complaint, events, for_reporter=True),
        "is_answered": now_status is ComplaintStatus.ANSWERED,
        "is_asked": now_status is ComplaintStatus.INCOMPLETE,
        "is_open": is_open(now_status),
        "may_reopen": may_reopen,
        "is_late": is_open(now_status) and not complaint.answered_at and complaint.due_on < today,
        "today": today,
        "form": bound,
        "reply_form": reply_form or WordsForm(auto_id="id_reply_%s", label=_("Your message to the office")),
        "reopen_form": reopen_form or WordsForm(auto_id="id_reopen_%s", label=_("What is still not solved?")),
    }
    return public_page(
        request,
        "feedback/complaint_status.html",
        context,
        government=government,
        status=422 if bound is not None else 200,
    )


@require_POST
def reply(request: HttpRequest) -> HttpResponse:
    """The reporter writes."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    form = WordsForm(request.POST, auto_id="id_reply_%s", label=_("Your message to the office"))
    if not form.is_valid():
        return _status_page(request, complaint, reply_form=form)
    try:
        with idempotency.once(request, "feedback.complaint_reply") as once:
            if not once.is_replay:
                complaints.citizen_reply(
                    complaint_id=complaint.pk, text=form.cleaned_data["text"], at=timezone.now()
                )
                messages.success(request, _("Your message is with the office."))
    except complaints.TransitionNotAllowed:
        messages.error(request, _("This report is closed. If it is not solved, reopen it."))
    return redirect("feedback:complaint-status")


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The reporter says: solved."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    try:
        complaints.confirm(complaint_id=complaint.pk, at=timezone.now())
        messages.success(request, _("Thank you. The report is closed as solved."))
    except complaints.TransitionNotAllowed:
        messages.info(request, _("The report has changed in the meantime. This is how it stands now."))
    return redirect("feedback:complaint-status")


@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """The reporter says: not solved."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    form = WordsForm(request.POST, auto_id="id_reopen_%s", label=_("What is still not solved?"))
    if not form.is_valid():
        return _status_page(request, complaint, reopen_form=form)
    try:
        complaints.reopen(complaint_id=complaint.pk, text=form.cleaned_data["text"], at=timezone.now())
        messages.success(request, _("The report is open again, with a new date for the answer."))
    except complaints.TransitionNotAllowed:
        messages.info(request, _("The report has changed in the meantime. This is how it stands now."))
    except complaints.ReopenTooLate:
        messages.error(request, _("The days for reopening are over. Please send a new report."))
    return redirect("feedback:complaint-status")


@require_POST
def check_back(request: HttpRequest) -> HttpResponse:
    """Four weeks later the reporter says whether it is still solved."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    given = request.POST.get("answer", "")
    if given not in CheckBackAnswer.values:
        messages.info(request, _("Choose one of the two answers."))
        return redirect("feedback:complaint-status")
    try:
        complaints.answer_check_back(complaint_id=complaint.pk, answer=given, at=timezone.now())
    except complaints.NothingAsked:
        messages.info(request, _("The report has changed in the meantime. This is how it stands now."))
        return redirect("feedback:complaint-status")
    if given == CheckBackAnswer.FIXED:
        messages.success(request, _("Thank you. It counts as still solved after four weeks."))
    else:
        messages.info(request, _("We are sorry. Open the report again below: say what came back."))
    return redirect("feedback:complaint-status")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the opened report and the receipts, for phones that others use as well."""
    for token in drafts.tokens(drafts.draft_of(request)):
        complaints.drop_draft(token=token)
    for key in (OPENED, complaining.RECEIPTS, complaining.SHOWN_ONCE, drafts.DRAFT):
        request.session.pop(key, None)
    if not request.session.keys():
        request.session.flush()
    return redirect(f"{reverse('feedback:complaint-track')}?selesai")
