"""Data rights: a reporter's own page, the office's list of requests, and the proofs of deletion."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency, policy
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization

from .. import permissions, selectors
from ..forms.quarantine import ContactForm, RightsAnswerForm, RightsForm
from ..labels import RETENTION_LABELS
from ..models import Complaint, ComplaintContact, RetentionRun, RightsRequest
from ..rules.retention import RETENTION, days_kept
from ..services import rights
from .frame import public_page
from .tracking import closed_session, opened

PAGE_SIZE = 25


def _page(
    request: HttpRequest, template: str, complaint: Complaint, status: int = 200, **context: object
) -> HttpResponse:
    response = public_page(
        request,
        f"feedback/{template}.html",
        {"complaint": complaint, **context},
        government=complaint.government,
        status=status,
    )
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is stored about the opened report and its reporter, and what can be done about it."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    stored = selectors.stored_about(complaint)
    rows = [
        {"label": _("Number"), "value": stored["number"]},
        {"label": _("About"), "value": "\n".join(filter(None, (stored["service"], stored["unit"])))},
        {"label": _("In one sentence"), "value": stored["subject"]},
        {"label": _("The incident"), "value": stored["body"]},
        {"label": _("Place"), "value": stored["place"] or _("Not given")},
        {"label": _("Files"), "value": "\n".join(row["name"] for row in stored["files"]) or _("None")},
    ]
    contact = stored["contact"]
    context = {
        "rows": rows,
        "contact": [
            {"label": _("Name"), "value": contact["name"]},
            {"label": _("Mobile number"), "value": contact["phone"]},
            {"label": _("E-mail"), "value": contact["email"]},
        ]
        if contact
        else None,
        "requests": complaint.rights_requests.all(),
        "days": {
            code: days_kept(
                code,
                policy.get(
                    "feedback.retention_days",
                    on=local_date(timezone.now(), complaint.government.timezone),
                    scope=complaint.government.code,
                ),
            )
            for code in ("contacts", "complaints")
        },
    }
    return _page(request, "rights_mine", complaint, **context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Everything stored, as a file that other programs can read."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    data = rights.export(complaint_id=complaint.pk, at=timezone.now())
    response = HttpResponse(
        json.dumps(data, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    response["Cache-Control"] = "no-store"
    return response


def contact(request: HttpRequest) -> HttpResponse:
    """Put one's contact right."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    stored = ComplaintContact.objects.filter(complaint=complaint).first()
    if stored is None:
        messages.info(request, _("No contact is stored for this report."))
        return redirect("feedback:rights-mine")
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={"name": stored.name, "phone": stored.phone, "email": stored.email},
    )
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "feedback.rights_contact") as once:
            if not once.is_replay:
                rights.correct_contact(
                    complaint_id=complaint.pk, contact=form.cleaned_data, at=timezone.now()
                )
                messages.success(request, _("Your contact is corrected."))
        return redirect("feedback:rights-mine")
    return _page(request, "rights_contact", complaint, 422 if form.is_bound else 200, form=form)


def withdraw(request: HttpRequest) -> HttpResponse:
    """End the consent to be contacted, after one look at what it means."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    if request.method != "POST":
        return _page(request, "rights_withdraw", complaint)
    try:
        rights.withdraw_contact(complaint_id=complaint.pk, at=timezone.now())
        messages.success(
            request, _("Your contact is deleted. Nobody can contact you about this report any more.")
        )
    except rights.NoContact:
        messages.info(request, _("No contact is stored for this report."))
    return redirect("feedback:rights-mine")


def ask(request: HttpRequest) -> HttpResponse:
    """Ask for what a person must decide."""
    complaint = opened(request)
    if complaint is None:
        return closed_session(request)
    form = RightsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with idempotency.once(request, "feedback.rights_request") as once:
            if not once.is_replay:
                rights.ask(complaint_id=complaint.pk, at=timezone.now(), **form.cleaned_data)
                messages.success(request, _("Your request is with the office. Its date is below."))
        return redirect("feedback:rights-mine")
    return _page(request, "rights_ask", complaint, 422 if form.is_bound else 200, form=form)


# --- offices


@login_required
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests about own data, the most urgent first."""
    if not permissions.may_see_retention(request.user):
        raise PermissionDenied
    rows = (
        RightsRequest.objects.filter(
            complaint__in=Complaint.objects.visible_to(request.user), kind__in=rights.BY_A_PERSON
        )
        .select_related("complaint__government", "complaint__unit")
        .order_by("answered_at", "due_at", "pk")
    )
    open_ones = rows.filter(answered_at=None)
    tab = "terbuka" if request.GET.get("lihat") != "dijawab" else "dijawab"
    shown = open_ones if tab == "terbuka" else rows.exclude(answered_at=None).order_by("-answered_at", "-pk")
    context = {
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "now": timezone.now(),
        "tabs": [
            {
                "label": _("Open"),
                "url": "?lihat=terbuka",
                "active": tab == "terbuka",
                "count": open_ones.count(),
            },
            {"label": _("Answered"), "url": "?lihat=dijawab", "active": tab == "dijawab"},
        ],
    }
    return render(request, "feedback/rights_list.html", context)


@login_required
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one request and answer it."""
    row = get_object_or_404(
        RightsRequest.objects.select_related("complaint__government", "complaint__unit", "answered_by"),
        pk=pk,
        kind__in=rights.BY_A_PERSON,
        complaint__in=Complaint.objects.visible_to(request.user),
    )
    may_answer = permissions.may_answer_rights(request.user, row.complaint)
    if not (may_answer or permissions.may_see_retention(request.user)):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        form = RightsAnswerForm(request.POST)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.rights_answer") as once:
                    if not once.is_replay:
                        rights.answer(
                            request_id=row.pk, by=request.user, at=timezone.now(), **form.cleaned_data
                        )
                        messages.success(request, _("The reporter reads your answer under “My data”."))
            except rights.AlreadyAnswered:
                messages.info(request, _("Somebody else has answered in the meantime."))
            return redirect("feedback:rights-answer", pk=row.pk)
        status = 422
    else:
        form = RightsAnswerForm(held_forms.take(request))
    context = {
        "row": row,
        "form": form if may_answer and row.answered_at is None else None,
        "has_contact": ComplaintContact.objects.filter(complaint=row.complaint).exists(),
    }
    return render(request, "feedback/rights_answer.html", context, status=status)


@login_required
@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """How long each class of data is kept, when it last ran, and every proof."""
    government = organization.government_of(request.user)
    if government is None or not permissions.may_see_retention(request.user):
        raise PermissionDenied
    today = local_date(timezone.now(), government.timezone)
    table = policy.get("feedback.retention_days", on=today, scope=government.code)
    runs = RetentionRun.objects.filter(government=government)
    last = {
        row.retention_class: row
        for row in runs.order_by("retention_class", "-day").distinct("retention_class")
    }
    rows = [
        {
            "label": RETENTION_LABELS[rule.code],
            "days": days_kept(rule.code, table),
            "last": last.get(rule.code),
        }
        for rule in RETENTION
    ]
    proofs = runs.filter(count__gt=0).order_by("-day", "retention_class", "pk")
    page = Paginator(proofs, PAGE_SIZE).get_page(request.GET.get("page"))
    for proof in page.object_list:
        proof.label = RETENTION_LABELS.get(proof.retention_class, proof.retention_class)
    return render(request, "feedback/retention.html", {"rows": rows, "page": page, "government": government})
