"""What most pages of plans and meetings have: a page for one verb, a button for one verb, a question before what
cannot be undone, and a limit on what is sent.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.core import held_forms, idempotency
from apps.core.images import FileRefused
from apps.core.rules.lifecycle import TransitionNotAllowed

from ..services import proof_files

# A request may be this much longer than its file: field names, boundaries, the other fields.
SLACK_BYTES = 128 * 1024
# Read and thrown away up to here, so that the browser hears our sentence instead of a broken connection.
DRAIN_BYTES = 200 * 1024 * 1024
CHUNK = 1024 * 1024

# Exception -> (field, or None for the form; sentence).
Refusals = Mapping[type[Exception], tuple[str | None, Any]]

FASTER = gettext_lazy("Somebody was faster: it has changed. Look at its history before you go on.")

FILE_REFUSALS = {
    "too_big": gettext_lazy(
        "This file is too big: at most %(limit)s MB. Take the photo with a lower resolution, or save the PDF smaller."
    ),
    "too_many_files": gettext_lazy(
        "There are %(limit)s files already, more cannot be added. Remove one first."
    ),
    "empty_upload": gettext_lazy("This file is empty (0 bytes). Choose it again, or save it anew first."),
    "unknown_content": gettext_lazy(
        "This is neither a photo (JPEG, PNG, WebP) nor a PDF. "
        "Save a Word or Excel file as PDF first, an iPhone photo as JPEG."
    ),
    "image_too_large": gettext_lazy(
        "This picture has too many pixels. Make it smaller, or photograph it again."
    ),
    "broken_image": gettext_lazy(
        "This picture is damaged or incomplete. Open it to check, and choose it again."
    ),
    "broken_pdf": gettext_lazy(
        "This PDF is damaged or incomplete. Open it, save it anew as PDF, and choose it again."
    ),
    "encrypted_pdf": gettext_lazy(
        "This PDF is protected by a password. Save it without the password, so that others can read it."
    ),
    "active_pdf": gettext_lazy(
        "This PDF contains programs, forms or attached files. Print it to a new PDF and choose that one."
    ),
    "pdf_too_large": gettext_lazy("This PDF unpacks to too much. Save only the pages that matter."),
    "file_refused": gettext_lazy("This file cannot be used. Choose a photo or a PDF."),
}


def file_sentence(refused: FileRefused) -> str:
    """Return what is wrong with a file and what to do, in words."""
    return str(FILE_REFUSALS.get(refused.code, FILE_REFUSALS["file_refused"])) % refused.params


def limited_upload(view: Any) -> Any:
    """Read a request that is far too long past its end without keeping it; `form_page` then says so.

    Stands outside the CSRF check, which would otherwise take the whole body in. Nothing but a page follows.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = proof_files.largest_limit() + SLACK_BYTES
        if request.method == "POST" and length.isdigit() and int(length) > limit:
            left = min(int(length), DRAIN_BYTES)
            while left > 0 and (piece := request.read(min(CHUNK, left))):
                left -= len(piece)
            request.is_too_long = True  # type: ignore[attr-defined]
            too_long: HttpResponseBase = view(request, *args, **kwargs)
            return too_long
        answer: HttpResponseBase = csrf_protect(view)(request, *args, **kwargs)
        return answer

    return guarded


def ask_first(
    request: HttpRequest, *, heading: Any, text: Any, label: Any, back: str, tone: str = ""
) -> HttpResponse | None:
    """Return a page that asks before something that cannot be undone; None if the answer is in the request."""
    if request.POST.get("confirmed"):
        return None
    context = {"heading": heading, "text": text, "label": label, "back": back, "tone": tone}
    return render(request, "feedback/plan_confirm.html", context)


def form_page(
    request: HttpRequest,
    *,
    make: Callable[..., Any],
    work: Callable[[Any], Any],
    purpose: str,
    back: str,
    texts: dict[str, Any],
    refusals: Refusals | None = None,
    template: str = "feedback/plan_form.html",
) -> HttpResponse:
    """One page for one verb. `work` gets the valid form and may return an address to go to instead of back.

    `texts` holds heading, button, done (the sentence afterwards) and what else the template shows. A text typed
    before signing in again stands in the form.
    """
    status = 200
    known = dict(refusals or {})
    if getattr(request, "is_too_long", False):
        form = make({}, {})
        form.is_valid()
        form.errors.clear()
        limit = texts["max_bytes"] // proof_files.MEGABYTE
        form.add_error("file", file_sentence(proof_files.ProofTooBig(limit=limit)))
        status = 413
    elif request.method == "POST":
        form = make(request.POST, request.FILES)
        if form.is_valid():
            try:
                with idempotency.once(request, f"feedback.{purpose}") as once:
                    if not once.is_replay:
                        where = work(form)
                        once.location = where if isinstance(where, str) else back
                        messages.success(request, texts["done"])
                return redirect(once.location or back)
            except FileRefused as refused:
                form.add_error("file", file_sentence(refused))
            except TransitionNotAllowed:
                messages.error(request, FASTER)
                return redirect(back)
            except tuple(known) as error:
                field, sentence = known[type(error)]
                form.add_error(field, sentence(error) if callable(sentence) else sentence)
        status = 422
    else:
        held = held_forms.take(request)
        form = make(held) if held is not None else make()
        if held is not None and form.is_multipart():
            messages.warning(request, _("Please choose the file again: files are not kept over a sign-in."))
    return render(request, template, {"form": form, "back": back, **texts}, status=status)


def press(
    request: HttpRequest,
    *,
    work: Callable[[], Any],
    purpose: str,
    back: str,
    done: Any,
    refusals: Mapping[type[Exception], Any] | None = None,
) -> HttpResponse:
    """Do one thing once, and go back with a sentence about how it ended."""
    known = dict(refusals or {})
    try:
        with idempotency.once(request, f"feedback.{purpose}") as once:
            if not once.is_replay:
                work()
                once.location = back
                messages.success(request, done)
    except TransitionNotAllowed:
        messages.error(request, FASTER)
    except tuple(known) as error:
        messages.error(request, known[type(error)])
    return redirect(back)
