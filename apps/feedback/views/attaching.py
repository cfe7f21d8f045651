"""Photos and documents of a report: while it is written, later by its reporter, and by an officer.

No file has a public address: a draft's are never shown, the others only to whoever has opened the report with its
secret word, or may see it inside.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

from apps.core import files as stored_files
from apps.core.held_forms import login_required
from apps.core.images import FileRefused
from apps.core.localtime import local_date
from apps.employees.models import Government

from .. import permissions
from ..forms import AttachForm
from ..labels import ATTACHMENT_PROBLEMS
from ..models import Complaint, ComplaintFile
from ..rules.complaint_lifecycle import ComplaintStatus, is_open
from ..services import arrivals, complaints
from . import drafts, tracking
from .complaining import PAGES, next_page, steps
from .drafts import draft_of, first_missing, keep
from .frame import client_address, public_page

# A request may be this much longer than its files: field names, boundaries.
SLACK_BYTES = 64 * 1024
# Read and thrown away up to here, so that the browser hears our sentence instead of a broken connection.
DRAIN_BYTES = 200 * 1024 * 1024
CHUNK = 1024 * 1024


def limited_body(view: Callable[..., HttpResponseBase]) -> Any:
    """Read a post that is far too long past its end without keeping it; the view hears of it in `too_long`.

    Stands outside the CSRF check, which would otherwise take the whole body in. Such a view only shows its page.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = complaints.largest_request() + SLACK_BYTES
        if request.method == "POST" and length.isdigit() and int(length) > limit:
            left = min(int(length), DRAIN_BYTES)
            while left > 0 and (piece := request.read(min(CHUNK, left))):
                left -= len(piece)
            return view(request, *args, too_long=True, **kwargs)
        answer: HttpResponseBase = csrf_protect(view)(request, *args, **kwargs)
        return answer

    return guarded


def sentence(refused: FileRefused) -> str:
    """Return what is wrong with a file and what to do, in words."""
    text = ATTACHMENT_PROBLEMS.get(refused.code, ATTACHMENT_PROBLEMS["unknown_content"])
    return str(text) % refused.params


def _limits(government: Government) -> complaints.Limits:
    return complaints.limits(government, local_date(timezone.now(), government.timezone))


def _is_crowded(request: HttpRequest, government: Government) -> bool:
    return arrivals.is_crowded(client_address(request), government, "attachments", timezone.now())


def _contents(request: HttpRequest, limit: complaints.Limits) -> list[bytes]:
    """Return the bytes of the files that were sent.

    :raises FileRefused: for one that is too big, before it is taken in.
    """
    uploads = request.FILES.getlist("files")
    for upload in uploads:
        if (upload.size or 0) > limit.bytes:
            raise complaints.AttachmentTooBig(limit=limit.megabytes)
    return [upload.read() for upload in uploads]


@limited_body
def draft_files(request: HttpRequest, too_long: bool = False) -> HttpResponse:
    """Photos and documents of a report that is being written."""
    draft = draft_of(request)
    if missing := first_missing(draft, "identity"):
        return redirect(PAGES[missing])
    government = drafts.government_of(draft)
    if government is None:
        return redirect(PAGES["kind"])
    form = AttachForm()
    if too_long:
        form = _refused(complaints.AttachmentTooBig(limit=_limits(government).megabytes))
    elif request.method == "POST" and (token := request.POST.get("remove")):
        if token in drafts.tokens(draft):
            complaints.drop_draft(token=token)
            keep(request, drafts.FILES, [kept for kept in drafts.tokens(draft) if kept != token])
        return redirect(request.get_full_path())
    elif request.method == "POST":
        form = _take(request, draft, government)
        if not form.errors:
            if "add" in request.POST:
                return redirect(request.get_full_path())
            return redirect(next_page(request, "story"))
    limit = _limits(government)
    kept = complaints.drafts(drafts.tokens(draft_of(request)))
    context = {
        "form": form,
        "kept": [
            {
                "token": row.token,
                "is_photo": row.file.content_type.startswith("image/"),
                "size": row.file.size,
            }
            for row in kept
        ],
        "limit": limit,
        "is_full": len(kept) >= limit.files,
        "labels": steps(),
        "back": reverse(PAGES["check" if "periksa" in request.GET else "story"]),
    }
    status = 413 if too_long else 422 if form.errors else 200
    return public_page(
        request, "feedback/complaint_files.html", context, government=government, status=status
    )


def _refused(problem: FileRefused | str) -> AttachForm:
    form = AttachForm({})
    form.is_valid()
    form.add_error("files", sentence(problem) if isinstance(problem, FileRefused) else problem)
    return form


def _take(request: HttpRequest, draft: dict[str, Any], government: Government) -> AttachForm:
    """Keep the files that were sent with the draft, as far as they are good; return the form with what was not."""
    no_trace = drafts.leaves_no_trace(draft)
    tokens = drafts.tokens(draft)
    try:
        for content in _contents(request, _limits(government)):
            if not no_trace and _is_crowded(request, government):
                return _refused(str(ATTACHMENT_PROBLEMS["crowded"]))
            row = complaints.keep_draft(
                content=content,
                tokens=tokens,
                government=government,
                has_no_author=no_trace,
                at=timezone.now(),
            )
            if str(row.token) not in tokens:
                tokens = [*tokens, str(row.token)]
            keep(request, drafts.FILES, tokens)
    except FileRefused as refused:
        return _refused(refused)
    return AttachForm()


def _later(
    request: HttpRequest,
    complaint: Complaint,
    *,
    too_long: bool,
    by: Any,
    back: str,
    show: Callable[[AttachForm, int], HttpResponse],
) -> HttpResponse:
    """Add files to a report under way, or show the page with what is wrong."""
    if not is_open(ComplaintStatus(complaint.status)):
        messages.info(request, _("This report is closed. If it is not solved, reopen it."))
        return redirect(back)
    limit = _limits(complaint.government)
    if too_long:
        return show(_refused(complaints.AttachmentTooBig(limit=limit.megabytes)), 413)
    if request.method != "POST":
        return show(AttachForm(), 200)
    try:
        contents = _contents(request, limit)
        if not contents:
            return show(_refused(_("Choose a photo or a PDF first.")), 422)
        if by is None and not complaint.has_no_author and _is_crowded(request, complaint.government):
            return show(_refused(str(ATTACHMENT_PROBLEMS["crowded"])), 422)
        added = complaints.add_files(complaint_id=complaint.pk, contents=contents, by=by, at=timezone.now())
    except FileRefused as refused:
        return show(_refused(refused), 422)
    except complaints.TransitionNotAllowed:
        messages.info(request, _("The report has changed in the meantime. This is how it stands now."))
        return redirect(back)
    if added:
        messages.success(request, _("The files are with the report."))
    else:
        messages.info(request, _("These files were there already."))
    return redirect(back)


@limited_body
def add_files(request: HttpRequest, too_long: bool = False) -> HttpResponse:
    """The reporter adds files to a report they have opened with its secret word."""
    complaint = tracking.opened(request)
    if complaint is None:
        return tracking.closed_session(request)
    back = reverse("feedback:complaint-status")

    def show(form: AttachForm, status: int) -> HttpResponse:
        context = {"form": form, "complaint": complaint, "limit": _limits(complaint.government), "back": back}
        return public_page(
            request,
            "feedback/complaint_files_later.html",
            context,
            government=complaint.government,
            status=status,
        )

    return _later(request, complaint, too_long=too_long, by=None, back=back, show=show)


@limited_body
@login_required
def add_office_files(request: HttpRequest, pk: int, too_long: bool = False) -> HttpResponse:
    """An officer adds files that the reporter will see."""
    complaint = _visible(request, pk)
    if not permissions.may_handle(request.user, complaint):
        raise PermissionDenied
    back = reverse("feedback:complaint-detail", args=[complaint.pk])

    def show(form: AttachForm, status: int) -> HttpResponse:
        context = {"form": form, "complaint": complaint, "limit": _limits(complaint.government), "back": back}
        return render(request, "feedback/complaint_files_office.html", context, status=status)

    return _later(request, complaint, too_long=too_long, by=request.user, back=back, show=show)


def _visible(request: HttpRequest, pk: int) -> Complaint:
    return get_object_or_404(
        Complaint.objects.visible_to(request.user).select_related("government", "unit"), pk=pk
    )


def _stream(complaint: Complaint, token: UUID) -> HttpResponseBase:
    row = get_object_or_404(ComplaintFile.objects.select_related("file"), complaint=complaint, token=token)
    try:
        return stored_files.response(row.file, row.name, inline=True)
    except FileNotFoundError as error:
        raise Http404 from error


@require_GET
def own_file(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """A file of the report that this browser has opened with its secret word."""
    complaint = tracking.opened(request)
    if complaint is None:
        return tracking.closed_session(request)
    return _stream(complaint, token)


@login_required
@require_GET
def inside_file(request: HttpRequest, pk: int, token: UUID) -> HttpResponseBase:
    """A file of a report, for those who may see the report."""
    return _stream(_visible(request, pk), token)
