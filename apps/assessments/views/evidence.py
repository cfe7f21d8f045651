"""Evidence: one file at a time, checked by its content; every refusal is a sentence that says what to do."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from apps.core import files, held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.images import FileRefused

from ..forms.reporting import EvidenceForm
from ..forms.vault import AnswerForm
from ..models import Evidence, EvidenceQuestion, SelfReport
from ..permissions import is_writer, may_edit_report, require
from ..report_texts import STEP_LABELS
from ..selectors import reporting, vault
from ..services import evidence
from ..vault_texts import question_row
from .reports import ORDER, own_report_or_refuse

# A request may be this much longer than its file: field names, boundaries, the other fields.
SLACK_BYTES = 64 * 1024
# Read and thrown away up to here, so that the browser hears our sentence instead of a broken connection.
DRAIN_BYTES = 200 * 1024 * 1024
CHUNK = 1024 * 1024

REFUSALS = {
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
        "This PDF is protected by a password. Save it without the password, so that your supervisor can read it."
    ),
    "active_pdf": gettext_lazy(
        "This PDF contains programs, forms or attached files. Print it to a new PDF and choose that one."
    ),
    "pdf_too_large": gettext_lazy("This PDF unpacks to too much. Save only the pages that matter."),
    "file_refused": gettext_lazy("This file cannot be used. Choose a photo or a PDF."),
}


def limited_body(view: Any) -> Any:
    """Read a request that is far too long past its end without keeping it; mark it for the view.

    Stands outside the CSRF check, which would otherwise take the whole body in. Nothing but a page follows.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = evidence.largest_limit()
        if request.method == "POST" and length.isdigit() and int(length) > limit + SLACK_BYTES:
            left = min(int(length), DRAIN_BYTES)
            while left > 0 and (piece := request.read(min(CHUNK, left))):
                left -= len(piece)
            return _too_long(request, *args, **kwargs)
        answer: HttpResponseBase = csrf_protect(view)(request, *args, **kwargs)
        return answer

    return guarded


@login_required
def _too_long(request: HttpRequest, report_id: int) -> HttpResponse:
    report = own_report_or_refuse(request, report_id)
    form = _form(report)
    refused = evidence.EvidenceTooBig(limit=evidence.max_bytes(report) // evidence.MEGABYTE)
    return _page(request, report, form, refusal=sentence(refused), status=413)


def sentence(refused: FileRefused) -> str:
    """Return what is wrong with a file and what to do, in words."""
    text = REFUSALS.get(refused.code, REFUSALS["file_refused"])
    return str(text) % refused.params


def _form(report: SelfReport, *data: Any) -> EvidenceForm:
    return EvidenceForm(
        *data,
        results=report.skp.planned,
        limit_mb=evidence.max_bytes(report) // evidence.MEGABYTE,
    )


@limited_body
@login_required
def evidence_list(request: HttpRequest, report_id: int) -> HttpResponse:
    """The files of a report; add one."""
    report = own_report_or_refuse(request, report_id)
    if not may_edit_report(request.user, report):
        messages.info(request, _("This report was sent and can no longer be changed."))
        return redirect("assessments:report-detail", report_id=report.pk)
    if request.method != "POST":
        held = held_forms.take(request)
        if held is not None:
            messages.warning(request, _("Please choose the file again: files are not kept over a sign-in."))
        return _page(request, report, _form(report))
    form = _form(report, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, report, form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > evidence.max_bytes(report):
        refused = evidence.EvidenceTooBig(limit=evidence.max_bytes(report) // evidence.MEGABYTE)
        return _page(request, report, form, refusal=sentence(refused), status=413)
    try:
        with idempotency.once(request, "assessments.evidence") as once:
            if not once.is_replay:
                added = evidence.add_evidence(
                    report=report,
                    result=form.by_id.get(form.cleaned_data["result"]),
                    upload_name=upload.name,
                    content=upload.read(),
                    by=report.employee,
                    at=timezone.now(),
                )
                once.location = request.path
                messages.success(request, _("Added: %(name)s") % {"name": added.name})
    except FileRefused as refused:
        return _page(request, report, form, refusal=sentence(refused), status=422)
    except evidence.EvidenceExists as exists:
        messages.info(
            request,
            _("This file is in the report already, as %(name)s. It was not added twice.")
            % {"name": exists.evidence.name},
        )
    except evidence.ReportNotEditable:
        messages.info(request, _("This report was sent and can no longer be changed."))
        return redirect("assessments:report-detail", report_id=report.pk)
    return redirect(request.path)


def _page(
    request: HttpRequest, report: SelfReport, form: EvidenceForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    if refusal:
        if not form.is_bound:
            form = _form(report, {}, {})
            form.is_valid()
            form.errors.clear()
        form.add_error("file", refusal)
    report_files = report.files  # type: ignore[attr-defined]
    questions = [question_row(row) for row in vault.questions_of(report)]
    context = {
        "report": report,
        "form": form,
        "files": [
            {"item": item, "questions": [row for row in questions if row["question"].evidence_id == item.pk]}
            for item in report_files
        ],
        "text_questions": [row for row in questions if row["question"].evidence_id is None],
        "max_bytes": evidence.max_bytes(report),
        "steps": STEP_LABELS,
        "step": ORDER.index("bukti") + 1,
        "zone": report.period.cycle.government.timezone,
    }
    return render(request, "assessments/reporting/evidence_list.html", context, status=status)


def _visible_or_404(request: HttpRequest, evidence_id: int) -> Evidence:
    """Return a file of a visible report. What was never sent is the writer's alone."""
    found: Evidence = get_object_or_404(
        Evidence.objects.select_related("file", "report__employee__user"),
        pk=evidence_id,
        report__in=SelfReport.objects.visible_to(request.user),
    )
    own = is_writer(request.user, found.report)
    if not (own and found.removed_at is None) and not reporting.is_in_sent_version(found):
        raise Http404
    return found


@login_required
@require_GET
def evidence_file(request: HttpRequest, evidence_id: int) -> HttpResponseBase:
    """The file itself, for whoever may read the report."""
    found = _visible_or_404(request, evidence_id)
    return files.response(found.file, found.name, inline=True)


@login_required
@require_POST
def evidence_remove(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Take a file out of one's report, after a question."""
    found = _visible_or_404(request, evidence_id)
    require(is_writer(request.user, found.report))
    if not request.POST.get("confirmed"):
        return render(
            request, "assessments/reporting/evidence_remove.html", {"item": found, "report": found.report}
        )
    try:
        evidence.remove_evidence(evidence_id=found.pk, by=found.report.employee, at=timezone.now())
    except evidence.ReportNotEditable:
        messages.info(request, _("This report was sent and can no longer be changed."))
        return redirect("assessments:report-detail", report_id=found.report_id)
    messages.success(request, _("Removed: %(name)s") % {"name": found.name})
    return redirect("assessments:evidence-list", report_id=found.report_id)


@login_required
def question_answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Answer a question about one's own evidence in a sentence."""
    question = get_object_or_404(
        EvidenceQuestion.objects.select_related(
            "evidence", "report__employee__user", "report__period__cycle", "other_report__period__cycle"
        ),
        pk=question_id,
        report__employee__user=request.user,
    )
    report = question.report
    back = reverse("assessments:report-detail", args=[report.pk])
    if report.is_editable and question.evidence_id:
        back = reverse("assessments:evidence-list", args=[report.pk])
    form = AnswerForm(request.POST or held_forms.take(request), initial={"answer": question.answer})
    if request.method == "POST" and form.is_valid():
        try:
            evidence.answer_question(
                question_id=question.pk,
                answer=form.cleaned_data["answer"],
                by=report.employee,
                at=timezone.now(),
            )
        except evidence.QuestionClosed:
            messages.info(request, _("This question needs no answer any more. Nothing was changed."))
        else:
            messages.success(request, _("Thank you, noted. Your supervisor sees your answer."))
        return redirect(back)
    context = {
        "form": form,
        "row": question_row(question),
        "question": question,
        "report": report,
        "back": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/reporting/question_answer.html", context, status=status)
