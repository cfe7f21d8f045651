"""One person's documents: make, download. Who may see the evaluation or the plan may print it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.assessments.models import Evaluation
from apps.core import files, idempotency
from apps.core.held_forms import login_required
from apps.indicators.models import Skp

from ..models import Document
from ..services import documents


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_document(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The evaluation document of one person: POST makes it, the page offers what was made."""
    evaluation = get_object_or_404(
        Evaluation.objects.visible_to(request.user).select_related(
            "period__cycle", "employee", "government", "unit"
        ),
        pk=evaluation_id,
    )
    here = reverse("reports:evaluation-document", args=[evaluation.pk])
    if request.method == "POST":
        return _make(
            request,
            here,
            lambda: documents.issue_evaluation_document(
                evaluation_id=evaluation.pk, by=request.user, at=timezone.now()
            ),
        )
    context = {
        "kind": "evaluation",
        "person": evaluation.employee,
        "is_mine": evaluation.employee.user_id == request.user.pk,
        "title": _("Evaluation document"),
        "subject": evaluation.period.title,
        "is_ready": evaluation.delivered_at is not None,
        "documents": evaluation.documents.select_related("file").order_by("-issued_at", "-pk"),
        "here": here,
        "zone": evaluation.government,
        "made": request.GET.get("dibuat", ""),
        **_back(request, "assessments:evaluation-detail", evaluation.pk, _("Evaluation")),
    }
    return render(request, "reports/document.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def skp_document(request: HttpRequest, skp_id: int) -> HttpResponse:
    """The printed plan of one person: POST makes it, the page offers what was made."""
    skp = get_object_or_404(
        Skp.objects.visible_to(request.user).select_related("employee", "government", "unit"), pk=skp_id
    )
    here = reverse("reports:skp-document", args=[skp.pk])
    if request.method == "POST":
        return _make(
            request,
            here,
            lambda: documents.issue_skp_document(skp_id=skp.pk, by=request.user, at=timezone.now()),
        )
    context = {
        "kind": "skp",
        "person": skp.employee,
        "is_mine": skp.employee.user_id == request.user.pk,
        "title": _("Printed plan (SKP)"),
        "subject": f"SKP {skp.year}",
        "is_ready": skp.status in documents.PRINTABLE_PLANS,
        "documents": skp.documents.select_related("file").order_by("-issued_at", "-pk"),
        "here": here,
        "zone": skp.government,
        "made": request.GET.get("dibuat", ""),
        **_back(request, "indicators:skp-detail", skp.pk, _("Plan (SKP)")),
    }
    return render(request, "reports/document.html", context)


def _back(request: HttpRequest, name: str, pk: int, label: str) -> dict[str, Any]:
    return {"back_url": reverse(name, args=[pk]), "back_label": label}


def _make(request: HttpRequest, here: str, issue: Any) -> HttpResponse:
    try:
        with idempotency.once(request, "reports.document") as once:
            if not once.is_replay:
                once.location = f"{here}?dibuat={issue().pk}"
    except documents.NotYetDelivered:
        messages.error(
            request, _("The evaluation has not been handed over yet, so there is nothing to print.")
        )
        return redirect(here)
    except documents.NotYetApproved:
        messages.error(request, _("The plan has not been approved yet, so there is nothing to print."))
        return redirect(here)
    return redirect(once.location)


@login_required
@require_GET
def document_download(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The file of a document, for those who may see what it is about."""
    document = get_object_or_404(
        Document.objects.visible_to(request.user).select_related("file"), pk=document_id
    )
    return files.response(document.file, document.name)
