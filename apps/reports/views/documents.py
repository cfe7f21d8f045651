"""One person's documents: make, download. Who may see what a document is about may print it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.assessments.models import CreditConversion, CreditPak, Evaluation, Objection
from apps.assessments.selectors.credit import accumulation_facts
from apps.core import files, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees.models import Employee, Government
from apps.indicators.models import Skp
from apps.training.models import Certificate, Nomination

from ..models import Document
from ..services import documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the page of one document shows. `wait` is title and text while there is nothing to print."""

    title: str
    subject: str
    person: Employee | None  # None: a document about a unit
    documents: QuerySet[Document]
    here: str
    issue: Callable[[], Document]
    back_url: str
    back_label: str
    wait: tuple[str, str] | None = None
    zone: Government | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_document(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The evaluation document of one person: POST makes it, the page offers what was made."""
    evaluation = get_object_or_404(
        Evaluation.objects.visible_to(request.user).select_related(
            "period__cycle", "employee__government", "unit"
        ),
        pk=evaluation_id,
    )
    wait = (
        _("The evaluation is not handed over yet"),
        _("It can be printed once the appraiser has handed it over."),
    )
    return _answer(
        request,
        Page(
            title=_("Evaluation document"),
            subject=evaluation.period.title,
            person=evaluation.employee,
            documents=evaluation.documents.all(),
            here=reverse("reports:evaluation-document", args=[evaluation.pk]),
            issue=lambda: documents.issue_evaluation_document(
                evaluation_id=evaluation.pk, by=request.user, at=timezone.now()
            ),
            back_url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
            back_label=_("Evaluation"),
            wait=None if evaluation.delivered_at is not None else wait,
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def skp_document(request: HttpRequest, skp_id: int) -> HttpResponse:
    """The printed plan of one person: POST makes it, the page offers what was made."""
    skp = get_object_or_404(
        Skp.objects.visible_to(request.user).select_related("employee__government", "unit"), pk=skp_id
    )
    wait = (
        _("The plan is not approved yet"),
        _("It can be printed once the appraiser has approved it."),
    )
    is_ready = skp.status in documents.PRINTABLE_PLANS and skp.revises_id is None
    return _answer(
        request,
        Page(
            title=_("Printed plan (SKP)"),
            subject=f"SKP {skp.year}",
            person=skp.employee,
            documents=skp.documents.all(),
            here=reverse("reports:skp-document", args=[skp.pk]),
            issue=lambda: documents.issue_skp_document(skp_id=skp.pk, by=request.user, at=timezone.now()),
            back_url=reverse("indicators:skp-detail", args=[skp.pk]),
            back_label=_("Plan (SKP)"),
            wait=None if is_ready else wait,
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_document(request: HttpRequest, objection_id: int) -> HttpResponse:
    """The form of an objection (D.1.3): POST makes it, the page offers what was made."""
    objection = get_object_or_404(
        Objection.objects.visible_to(request.user).select_related(
            "evaluation__employee__government", "evaluation__period__cycle"
        ),
        pk=objection_id,
    )
    evaluation = objection.evaluation
    return _answer(
        request,
        Page(
            title=_("Objection form (D.1.3)"),
            subject=f"{objection.number}, {evaluation.period.title}",
            person=evaluation.employee,
            documents=objection.documents.all(),
            here=reverse("reports:objection-document", args=[objection.pk]),
            issue=lambda: documents.issue_objection_document(
                objection_id=objection.pk, by=request.user, at=timezone.now()
            ),
            back_url=reverse("assessments:objection-detail", args=[objection.pk]),
            back_label=_("Objection"),
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def conversion_document(request: HttpRequest, conversion_id: int) -> HttpResponse:
    """A conversion into angka kredit: POST makes the document, the page offers what was made."""
    conversion = get_object_or_404(
        CreditConversion.objects.visible_to(request.user).select_related("employee__government"),
        pk=conversion_id,
    )
    return _answer(
        request,
        Page(
            title=_("Conversion of a predikat into angka kredit"),
            subject=conversion.number,
            person=conversion.employee,
            documents=conversion.documents.all(),
            here=reverse("reports:conversion-document", args=[conversion.pk]),
            issue=lambda: documents.issue_conversion_document(
                conversion_id=conversion.pk, by=request.user, at=timezone.now()
            ),
            **_credit_page(request, conversion.employee),
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accumulation_document(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The accumulated angka kredit of a person: POST makes the document, the page offers what was made."""
    employee = get_object_or_404(
        Employee.objects.visible_to(request.user).select_related("government"), pk=employee_id
    )
    today = local_date(timezone.now(), employee.government.timezone)
    wait = (
        _("There is nothing to add up"),
        _("Angka kredit is only for functional posts of a known level."),
    )
    return _answer(
        request,
        Page(
            title=_("Accumulated angka kredit"),
            subject="",
            person=employee,
            documents=employee.credit_documents.all(),
            here=reverse("reports:accumulation-document", args=[employee.pk]),
            issue=lambda: documents.issue_accumulation_document(
                employee_id=employee.pk, by=request.user, at=timezone.now()
            ),
            wait=None if accumulation_facts(employee, today).jenjang else wait,
            **_credit_page(request, employee),
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pak_document(request: HttpRequest, pak_id: int) -> HttpResponse:
    """A PAK: POST makes the document, the page offers what was made."""
    pak = get_object_or_404(
        CreditPak.objects.visible_to(request.user).select_related("employee__government"), pk=pak_id
    )
    return _answer(
        request,
        Page(
            title=_("Penetapan angka kredit (PAK)"),
            subject=pak.number,
            person=pak.employee,
            documents=pak.documents.all(),
            here=reverse("reports:pak-document", args=[pak.pk]),
            issue=lambda: documents.issue_pak_document(pak_id=pak.pk, by=request.user, at=timezone.now()),
            back_url=reverse("assessments:credit-pak", args=[pak.pk]),
            back_label="PAK",
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_document(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """The certificate of one of our own sessions: POST makes it, the page offers what was made."""
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("employee__government"), pk=certificate_id
    )
    wait = (
        _("This certificate came from elsewhere"),
        _("Only certificates of sessions held here can be printed."),
    )
    is_ours = certificate.enrolment_id is not None and certificate.verified_at is not None
    is_mine = certificate.employee.user_id == request.user.pk
    return _answer(
        request,
        Page(
            title=_("Certificate of a training"),
            subject=certificate.name,
            person=certificate.employee,
            documents=certificate.documents.all(),
            here=reverse("reports:certificate-document", args=[certificate.pk]),
            issue=lambda: documents.issue_certificate_document(
                certificate_id=certificate.pk, by=request.user, at=timezone.now()
            ),
            back_url=reverse("training:mine")
            if is_mine
            else reverse("training:person", args=[certificate.employee_id]),
            back_label=_("My learning") if is_mine else _("Learning"),
            wait=None if is_ours else wait,
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recognition_document(request: HttpRequest, nomination_id: int) -> HttpResponse:
    """The certificate of an awarded deed: POST makes it, the page offers what was made."""
    nomination = get_object_or_404(
        Nomination.objects.visible_to(request.user).select_related(
            "government", "unit", "employee__government"
        ),
        pk=nomination_id,
    )
    wait = (_("Nothing was awarded"), _("A certificate can be made once a jury has awarded the deed."))
    return _answer(
        request,
        Page(
            title=_("Certificate of recognition"),
            subject=nomination.title,
            person=nomination.employee,
            documents=nomination.documents.all(),
            here=reverse("reports:recognition-document", args=[nomination.pk]),
            issue=lambda: documents.issue_recognition_document(
                nomination_id=nomination.pk, by=request.user, at=timezone.now()
            ),
            back_url=reverse("training:nomination-detail", args=[nomination.pk]),
            back_label=nomination.title,
            wait=None if nomination.status == "awarded" else wait,
            zone=nomination.government,
        ),
    )


def _credit_page(request: HttpRequest, employee: Employee) -> dict[str, Any]:
    is_mine = employee.user_id == request.user.pk
    return {
        "back_url": reverse("assessments:credit-mine")
        if is_mine
        else reverse("assessments:credit-detail", args=[employee.pk]),
        "back_label": _("Angka kredit"),
    }


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    if request.method == "POST":
        return _make(request, page)
    context = {
        "page": page,
        "is_mine": page.person is not None and page.person.user_id == request.user.pk,
        "documents": page.documents.select_related("file").order_by("-issued_at", "-pk"),
        "zone": page.person.government if page.person is not None else page.zone,
        "made": request.GET.get("dibuat", ""),
    }
    return render(request, "reports/document.html", context)


def _make(request: HttpRequest, page: Page) -> HttpResponse:
    if page.wait is not None:
        messages.error(request, " ".join((f"{page.wait[0]}.", page.wait[1])))
        return redirect(page.here)
    try:
        with idempotency.once(request, "reports.document") as once:
            if not once.is_replay:
                once.location = f"{page.here}?dibuat={page.issue().pk}"
    except (
        documents.NotYetDelivered,
        documents.NotYetApproved,
        documents.NothingToAddUp,
        documents.NotOurs,
        documents.NotAwarded,
    ):
        # It was taken back between the page and the click.
        messages.error(request, _("There is nothing to print any more. Look at the page again."))
        return redirect(page.here)
    return redirect(once.location)


@login_required
@require_GET
def document_download(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The file of a document, for those who may see what it is about."""
    document = get_object_or_404(
        Document.objects.visible_to(request.user).select_related("file"), pk=document_id
    )
    return files.response(document.file, document.name)
