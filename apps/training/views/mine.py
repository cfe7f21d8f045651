"""My learning, and the same page of a person for those who plan it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from apps.core import files, idempotency, images
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import ukuran
from apps.employees import selectors as organization
from apps.employees.labels import RecordPart
from apps.employees.models import Employee
from apps.employees.services import record_views

from .. import permissions, selectors
from ..forms import CertificateForm
from ..models import CalendarAddress, Certificate, CoachingNote, Enrolment, FollowUp
from ..selectors.hours import hours_of
from ..services import calendars
from ..services import certificates as services
from .common import bound, employee_or_403, hours_table, visible_employee

LISTED = 50
REFUSALS = {
    "empty_upload": gettext_lazy("The file is empty. Choose another one."),
    "unknown_content": gettext_lazy(
        "This is neither a photo (JPG, PNG, WebP) nor a PDF. Choose another file."
    ),
    "image_too_large": gettext_lazy("The photo has too many pixels. Take it again with a lower resolution."),
    "broken_image": gettext_lazy("The photo is damaged. Take it again, or choose another file."),
    "broken_pdf": gettext_lazy("The PDF is damaged. Save it again, or take a photo of the certificate."),
    "encrypted_pdf": gettext_lazy(
        "The PDF is protected by a password. Save it without one, or take a photo."
    ),
    "active_pdf": gettext_lazy(
        "The PDF holds programs or attachments. Print it to a new PDF, or take a photo."
    ),
    "pdf_too_large": gettext_lazy("The PDF is too large inside. Take a photo of the certificate."),
}


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My needs, lesson hours, sessions, certificates, coaching and recognition."""
    return _page(request, employee_or_403(request), is_own=True)


@login_required
@require_GET
def person(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The learning of somebody whose data I may see."""
    employee = visible_employee(request, employee_id)
    if employee.user_id == request.user.pk:
        return redirect("training:mine")
    record_views.note(
        viewer=request.user, employee=employee, what=RecordPart.LEARNING.value, at=timezone.now()
    )
    return _page(request, employee, is_own=False)


def _page(request: HttpRequest, employee: Employee, *, is_own: bool) -> HttpResponse:
    today = permissions.today_of(employee.government)
    year = _year(request, today.year)
    notes = CoachingNote.objects.visible_to(request.user, today).filter(employee=employee)
    hours = hours_of(employee, year, today)
    context: dict[str, Any] = {
        "employee": employee,
        "is_own": is_own,
        "place": organization.placement_on(employee, today),
        "year": year,
        "tabs": [
            {"label": str(y), "url": f"?tahun={y}", "active": y == year, "count": None}
            for y in sorted({today.year - 1, today.year, year})
        ],
        "today": today,
        "jp": hours.figure,
        "hours": hours,
        "calendar": _calendar(request, employee) if is_own else None,
        "needs": selectors.needs_of(employee)[:LISTED],
        "enrolments": Enrolment.objects.filter(employee=employee)
        .select_related("session__programme")
        .order_by("-session__starts_on", "-id")[:LISTED],
        "certificates": Certificate.objects.filter(employee=employee)
        .select_related("file")
        .order_by("-ends_on", "-id")[:LISTED],
        "notes": notes.select_related("coach").order_by("-at", "-id")[:LISTED],
        "follow_ups": FollowUp.objects.visible_to(request.user, today)
        .filter(employee=employee)
        .select_related("employee", "evaluation__period")
        .order_by("-proposed_at", "-id")[:LISTED],
        "recognitions": selectors.recognitions_of(employee)[:LISTED],
        "may_develop": not is_own and permissions.may_develop(request.user, employee),
        "may_coach": not is_own and permissions.may_coach(request.user, employee),
    }
    return render(request, "training/person.html", context)


def _calendar(request: HttpRequest, employee: Employee) -> dict[str, str]:
    """Return the personal address of the calendar, if there is one."""
    address = CalendarAddress.objects.filter(employee=employee, revoked_at=None).first()
    if address is None:
        return {"url": ""}
    path = reverse("training:calendar-feed", args=[calendars.token_of(address)])
    url = request.build_absolute_uri(path)
    return {"url": url, "webcal": f"webcal://{url.split('://', 1)[1]}"}


def _year(request: HttpRequest, this_year: int) -> int:
    text = request.GET.get("tahun", "")
    if len(text) == 4 and text.isascii() and text.isdigit() and 2000 <= int(text) <= this_year + 1:
        return int(text)
    return this_year


@login_required
def certificate_add(request: HttpRequest) -> HttpResponse:
    """Add a certificate of my own."""
    employee = employee_or_403(request)
    today = permissions.today_of(employee.government)
    limit = services.size_limit(employee, today)
    form = bound(
        request,
        lambda data=None: CertificateForm(
            data, request.FILES if request.FILES else None, today=today, **hours_table(employee.government)
        ),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _add(request, employee, form)
            except services.CertificateNumberTaken:
                form.add_error("number", _("You have already added a certificate with this number."))
            except services.CertificateInFuture:
                form.add_error("ends_on", _("The training has not ended yet. Add it once it is over."))
            except services.FileTooLarge as error:
                form.add_error(
                    "file", _("The file is larger than %(limit)s.") % {"limit": ukuran(error.limit)}
                )
            except images.FileRefused as error:
                form.add_error("file", REFUSALS[error.code])
    context = {"form": form, "limit": limit, "is_again": request.method == "POST"}
    return render(request, "training/certificate_form.html", context, status=status)


def _add(request: HttpRequest, employee: Employee, form: CertificateForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    with idempotency.once(request, "training.certificate") as once:
        if not once.is_replay:
            limit = services.size_limit(employee, form.today)
            if upload.size > limit:
                raise services.FileTooLarge(limit)
            services.add_certificate(
                employee=employee,
                learning=form.learning,
                by=employee,
                at=timezone.now(),
                content=upload.read(),
                upload_name=upload.name,
            )
            once.location = reverse("training:mine") + f"?tahun={form.learning.ends_on.year}#sertifikat"
            messages.success(
                request, _("Certificate sent. Its hours count once the personnel office has verified it.")
            )
    return redirect(once.location)


@login_required
@require_GET
def certificate_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file of a certificate to those who may see its owner."""
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).filter(file__isnull=False).select_related("file"), pk=pk
    )
    return files.response(certificate.file, certificate.file_name, inline=True)
