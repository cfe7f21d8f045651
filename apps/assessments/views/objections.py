"""Pages of an objection: filed by the person, explained by both sides, decided by the appraiser's superior."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import files, held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.images import FileRefused
from apps.core.localtime import local_date
from apps.core.templatetags.formats import jam, tanggal
from apps.employees import selectors as people

from .. import permissions
from ..forms.results import AskForm, AttachmentForm, DecisionForm, ObjectionForm, StatementForm
from ..models import Evaluation, Objection, ObjectionAttachment, ObjectionStatement
from ..rules.evaluation_lifecycle import EvaluationStatus, TransitionNotAllowed
from ..selectors import evaluating as selectors
from ..selectors import objections as found
from ..services import objections as services
from ..services.evidence import MEGABYTE, EvidenceTooBig
from .common import PAGE_SIZE, actor, today_of
from .evaluations import explanation
from .evidence import sentence

# --- filing


@login_required
@require_http_methods(["GET", "POST"])
def objection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to one's own evaluation; afterwards the same address is the receipt."""
    evaluation = get_object_or_404(
        Evaluation.objects.visible_to(request.user).select_related(
            "employee__user", "appraiser", "government", "period__cycle", "objection__decider"
        ),
        pk=pk,
    )
    permissions.require(permissions.is_evaluated(request.user, evaluation))
    context = {"evaluation": evaluation, "period": evaluation.period, "zone": evaluation.government}
    here = reverse("assessments:objection-file", args=[evaluation.pk])
    objection = getattr(evaluation, "objection", None)
    if objection is not None:
        if request.method == "POST":
            return redirect(here)
        receipt = {
            **context,
            "objection": objection,
            "next_steps": _next_steps(objection) if objection.is_open else [],
        }
        return render(request, "assessments/results/objection_receipt.html", receipt)
    form = ObjectionForm(
        request.POST if request.method == "POST" else held_forms.take(request), evaluation=evaluation
    )
    refusal = _refusal(evaluation)
    if refusal and not form.is_bound:
        messages.info(request, refusal)
        return redirect("assessments:evaluation-detail", pk=evaluation.pk)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            with idempotency.once(request, "assessments.objection") as once:
                if not once.is_replay:
                    services.file_objection(
                        evaluation_id=evaluation.pk,
                        by=request.user.employee,
                        at=timezone.now(),
                        **form.cleaned_data,
                    )
                    once.location = here
            return redirect(once.location)
        except (TransitionNotAllowed, services.TooLate):
            evaluation.refresh_from_db()
            refusal = _refusal(evaluation)
    if refusal:
        # The typed text stays on the page; it can still be copied or printed.
        form.is_valid()
        form.add_error(None, refusal)
    return render(
        request,
        "assessments/results/objection_form.html",
        {**context, "form": form, "today": today_of(evaluation.government), "is_refused": bool(refusal)},
        status=422 if request.method == "POST" else 200,
    )


def _refusal(evaluation: Evaluation) -> str:
    """Return why no objection can be filed any more, naming the last day; empty if it can."""
    today = today_of(evaluation.government)
    last_day = evaluation.answer_due_on
    is_delivered = evaluation.status == EvaluationStatus.DELIVERED.value
    if last_day is not None and today > last_day and (is_delivered or evaluation.answered_at is None):
        return _("The last day to object was %(day)s. The objection was not filed.") % {
            "day": tanggal(last_day, "hari")
        }
    if not is_delivered:
        return _("You have answered this evaluation already. The objection was not filed.")
    return ""


def _next_steps(objection: Objection) -> list[str]:
    who = objection.decider.full_name if objection.decider else _("the leadership of the government")
    return [
        _("%(name)s asks you and your appraiser, and decides until %(day)s.")
        % {"name": who, "day": tanggal(objection.decision_due_on)},
        _("Until then you may add files and explain more."),
        _("You get a notification with the decision and its reason. The decision is final."),
    ]


# --- the decider


@login_required
@require_GET
def objection_list(request: HttpRequest) -> HttpResponse:
    """List the objections this user decides: the open ones first, the most urgent at the top."""
    government = people.government_of(request.user)
    today = today_of(government) if government else timezone.now().date()
    rows = selectors.objections_to_decide(request.user, today)
    return render(
        request,
        "assessments/results/objection_list.html",
        {"page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")), "today": today},
    )


def _objection(request: HttpRequest, pk: int) -> Objection:
    return get_object_or_404(
        Objection.objects.visible_to(request.user).select_related(
            "decider__user",
            "evaluation__employee__user",
            "evaluation__appraiser__user",
            "evaluation__government",
            "evaluation__unit",
            "evaluation__period__cycle",
            "evaluation__skp__placement__position",
            "evaluation__mandate__position",
        ),
        pk=pk,
    )


@login_required
@require_http_methods(["GET", "POST"])
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an objection beside the evaluation it is about; its decider decides here."""
    objection = _objection(request, pk)
    evaluation = objection.evaluation
    may_decide = permissions.may_decide(request.user, objection)
    if request.method == "POST":
        permissions.require(permissions.is_decider(request.user, objection))
        if not may_decide:
            messages.info(request, _("This objection has been decided."))
            return redirect("assessments:objection-detail", pk=objection.pk)
    statements = found.sent_statements(objection)
    form = None
    if may_decide:
        form = DecisionForm(
            request.POST if request.method == "POST" else held_forms.take(request),
            must_confirm=len(statements) < found.SIDES,
        )
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            with idempotency.once(request, "assessments.decision") as once:
                if not once.is_replay:
                    _decide(request, objection, form)
                    once.location = reverse("assessments:objection-detail", args=[objection.pk])
                    messages.success(
                        request, _("Your decision is final. The employee and the appraiser are told.")
                    )
            return redirect(once.location)
        except services.NothingChanged:
            form.add_error("work_result", _("Upholding an objection changes at least one rating."))
        except TransitionNotAllowed:
            messages.info(request, _("This objection has been decided."))
            return redirect("assessments:objection-detail", pk=objection.pk)
    today = today_of(evaluation.government)
    decided_on = objection.decided_at and local_date(objection.decided_at, evaluation.government.timezone)
    return render(
        request,
        "assessments/results/objection_detail.html",
        {
            **explanation(request, evaluation),
            **_case(request, objection),
            "objection": objection,
            "statements": statements,
            "form": form,
            "may_decide": may_decide,
            "may_ask": permissions.may_ask(request.user, objection),
            "is_late": (decided_on or today) > objection.decision_due_on,
            "evidence": selectors.evidence_for(evaluation),
        },
        status=422 if request.method == "POST" else 200,
    )


def _decide(request: HttpRequest, objection: Objection, form: DecisionForm) -> None:
    upheld = form.cleaned_data["outcome"] == "upheld"
    services.decide_objection(
        objection_id=objection.pk,
        is_upheld=upheld,
        work_result=(form.cleaned_data["work_result"] or None) if upheld else None,
        behavior=(form.cleaned_data["behavior"] or None) if upheld else None,
        decision_reason=form.cleaned_data["decision_reason"],
        by=actor(request),
        at=timezone.now(),
    )


def _case(request: HttpRequest, objection: Objection) -> dict[str, Any]:
    side = permissions.side_of(request.user, objection)
    own = ObjectionStatement.objects.filter(objection=objection, role=side).first() if side else None
    return {
        "side": side,
        "own_statement": own,
        "may_explain": objection.is_open and side != "" and (own is None or own.sent_at is None),
        "may_attach": objection.is_open and side != "",
        "attachments": found.attachments_of(objection),
        "versions": found.versions_of(objection.evaluation),
    }


@login_required
@require_http_methods(["GET", "POST"])
def objection_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the employee and the appraiser to explain."""
    objection = _objection(request, pk)
    permissions.require(permissions.is_decider(request.user, objection))
    here = reverse("assessments:objection-detail", args=[objection.pk])
    if not permissions.may_ask(request.user, objection):
        messages.info(request, _("Both have been asked already, or the objection has been decided."))
        return redirect(here)
    form = AskForm(request.POST if request.method == "POST" else held_forms.take(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_both(
                objection_id=objection.pk,
                question=form.cleaned_data["question"],
                by=actor(request),
                at=timezone.now(),
            )
            messages.success(request, _("The employee and the appraiser have been asked."))
        except (services.AlreadyAsked, services.ObjectionDecided):
            messages.info(request, _("Both have been asked already, or the objection has been decided."))
        return redirect(here)
    return render(
        request,
        "assessments/results/objection_ask.html",
        {"objection": objection, "form": form, "today": today_of(objection.evaluation.government)},
        status=422 if request.method == "POST" else 200,
    )


# --- both sides


def _side_or_refused(request: HttpRequest, pk: int) -> tuple[Objection, str]:
    objection = _objection(request, pk)
    side = permissions.side_of(request.user, objection)
    permissions.require(side != "")
    return objection, side


@login_required
@require_http_methods(["GET", "POST"])
def objection_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one's own side, now or later, and send it."""
    objection, side = _side_or_refused(request, pk)
    here = reverse("assessments:objection-detail", args=[objection.pk])
    statement = ObjectionStatement.objects.filter(objection=objection, role=side).first()
    if not objection.is_open or (statement is not None and statement.sent_at is not None):
        messages.info(request, _("You have sent your explanation, or the objection has been decided."))
        return redirect(here)
    is_sent = request.method == "POST" and not request.POST.get("save_later")
    held = held_forms.take(request) if request.method == "GET" else None
    form = StatementForm(
        request.POST if request.method == "POST" else held,
        is_draft=request.method == "POST" and not is_sent,
        initial=_draft(statement),
    )
    saved_there = None
    if request.method == "POST" and form.is_valid():
        try:
            return _write(request, objection, form, is_sent=is_sent)
        except services.StatementConflict as conflict:
            saved_there = conflict.statement
            form.add_error(
                None, _("This text was also saved somewhere else. Both are shown here; send what holds.")
            )
        except (services.ObjectionDecided, services.StatementSent):
            messages.info(request, _("You have sent your explanation, or the objection has been decided."))
            return redirect(here)
    return render(
        request,
        "assessments/results/objection_explain.html",
        {
            "objection": objection,
            "evaluation": objection.evaluation,
            "form": form,
            "side": side,
            "statement": statement,
            "saved_there": saved_there,
            "version": saved_there.revision if saved_there else _revision(form, statement),
            "zone": objection.evaluation.government,
            "today": today_of(objection.evaluation.government),
        },
        status=422 if request.method == "POST" else 200,
    )


def _draft(statement: ObjectionStatement | None) -> dict[str, Any]:
    return {"text": statement.text if statement else "", "version": statement.revision if statement else 0}


def _revision(form: StatementForm, statement: ObjectionStatement | None) -> Any:
    return form["version"].value() if form.is_bound else (statement.revision if statement else 0)


def _write(request: HttpRequest, objection: Objection, form: StatementForm, *, is_sent: bool) -> HttpResponse:
    values = {
        "objection_id": objection.pk,
        "text": form.cleaned_data["text"],
        "revision": form.cleaned_data["version"] or 0,
        "by": actor(request),
        "at": timezone.now(),
    }
    if not is_sent:
        services.save_statement(**values)
        messages.success(request, _("Saved. Only you can read it until you send it."))
        return redirect("assessments:objection-explain", pk=objection.pk)
    with idempotency.once(request, "assessments.statement") as once:
        if not once.is_replay:
            services.send_statement(**values)
            once.location = reverse("assessments:objection-detail", args=[objection.pk])
            messages.success(request, _("Your explanation was sent."))
    return redirect(once.location)


@login_required
@require_POST
def objection_explain_save(request: HttpRequest, pk: int) -> JsonResponse:
    """Save the draft in the background; the answer is what autosave.js understands."""
    objection, _side = _side_or_refused(request, pk)
    form = StatementForm(request.POST, is_draft=True)
    if not form.is_valid():
        return JsonResponse({"message": _("Not saved yet. Please check what you typed.")}, status=422)
    try:
        saved = services.save_statement(
            objection_id=objection.pk,
            text=form.cleaned_data["text"],
            revision=form.cleaned_data["version"] or 0,
            by=actor(request),
            at=timezone.now(),
        )
    except services.StatementConflict:
        return JsonResponse(
            {"message": _("Another tab or device saved this page meanwhile. Press save to see both texts.")},
            status=409,
        )
    except (services.ObjectionDecided, services.StatementSent):
        return JsonResponse(
            {"message": _("You have sent your explanation, or the objection has been decided.")}, status=409
        )
    zone = objection.evaluation.government.timezone
    return JsonResponse({"saved_at": jam(saved.saved_at, zone), "version": saved.revision})


# --- attachments


@login_required
@require_http_methods(["GET", "POST"])
def objection_attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of an objection; either side adds one at a time until it is decided."""
    objection, side = _side_or_refused(request, pk)
    here = reverse("assessments:objection-attachments", args=[objection.pk])
    if not objection.is_open:
        messages.info(request, _("This objection has been decided."))
        return redirect("assessments:objection-detail", pk=objection.pk)
    limit_mb = services.max_bytes(objection) // MEGABYTE
    if request.method == "GET" and held_forms.take(request) is not None:
        messages.warning(request, _("Please choose the file again: files are not kept over a sign-in."))
    form = AttachmentForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()), limit_mb=limit_mb
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > services.max_bytes(objection):
                raise EvidenceTooBig(limit=limit_mb)
            with idempotency.once(request, "assessments.attachment") as once:
                if not once.is_replay:
                    added = services.add_attachment(
                        objection_id=objection.pk,
                        upload_name=upload.name,
                        content=upload.read(),
                        by=actor(request),
                        at=timezone.now(),
                    )
                    once.location = here
                    messages.success(request, _("Added: %(name)s") % {"name": added.name})
            return redirect(once.location)
        except FileRefused as refused:
            form.add_error("file", sentence(refused))
        except services.AttachmentExists as exists:
            messages.info(
                request,
                _("This file is with the objection already, as %(name)s. It was not added twice.")
                % {"name": exists.name},
            )
            return redirect(here)
        except services.ObjectionDecided:
            messages.info(request, _("This objection has been decided."))
            return redirect("assessments:objection-detail", pk=objection.pk)
    return render(
        request,
        "assessments/results/objection_attachments.html",
        {
            "objection": objection,
            "form": form,
            "side": side,
            "attachments": found.attachments_of(objection),
            "max_bytes": services.max_bytes(objection),
            "zone": objection.evaluation.government,
        },
        status=422 if request.method == "POST" else 200,
    )


def _attachment(request: HttpRequest, pk: int) -> ObjectionAttachment:
    attachment = get_object_or_404(
        ObjectionAttachment.objects.filter(
            objection__in=Objection.objects.visible_to(request.user)
        ).select_related(
            "file", "objection__evaluation__employee__user", "objection__evaluation__appraiser__user"
        ),
        pk=pk,
    )
    side = permissions.side_of(request.user, attachment.objection)
    if attachment.removed_at is not None and attachment.role != side:
        raise Http404
    return attachment


@login_required
@require_GET
def objection_attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file, for everybody who may read the objection."""
    attachment = _attachment(request, pk)
    return files.response(attachment.file, attachment.name, inline=True)


@login_required
@require_POST
def objection_attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a file of one's own, after a question."""
    attachment = _attachment(request, pk)
    side = permissions.side_of(request.user, attachment.objection)
    permissions.require(side == attachment.role)
    objection_id = attachment.objection_id
    if request.POST.get("confirmed") != "1":
        return render(
            request,
            "assessments/results/objection_attachment_remove.html",
            {"attachment": attachment, "objection": attachment.objection},
        )
    try:
        services.remove_attachment(attachment_id=attachment.pk, by=actor(request), at=timezone.now())
    except services.ObjectionDecided:
        messages.info(request, _("This objection has been decided."))
        return redirect("assessments:objection-detail", pk=objection_id)
    messages.success(request, _("Removed: %(name)s") % {"name": attachment.name})
    return redirect("assessments:objection-attachments", pk=objection_id)
