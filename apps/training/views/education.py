"""Diplomas: add one's own, and what officers verify."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files, idempotency, images
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import ukuran
from apps.employees.models import Employee

from .. import permissions
from ..forms import NoteForm
from ..forms.competences import DiplomaForm
from ..models import EducationRecord
from ..services import education as services
from ..services.certificates import FileTooLarge, size_limit
from .common import PAGE_SIZE, actor, area_tabs, bound, employee_or_403, government_or_403
from .mine import REFUSALS


@login_required
def diploma_add(request: HttpRequest) -> HttpResponse:
    """Add a diploma of my own."""
    employee = employee_or_403(request)
    limit = size_limit(employee, permissions.today_of(employee.government))
    form = bound(request, lambda data=None: DiplomaForm(data, request.FILES if request.FILES else None))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _add(request, employee, form, limit)
            except services.DiplomaNumberTaken:
                form.add_error("number", _("You have already added a diploma with this number."))
            except services.DiplomaInFuture:
                form.add_error("graduated_on", _("This day has not come yet."))
            except FileTooLarge as error:
                form.add_error(
                    "file", _("The file is larger than %(limit)s.") % {"limit": ukuran(error.limit)}
                )
            except images.FileRefused as error:
                form.add_error("file", REFUSALS[error.code])
    context = {"form": form, "limit": limit, "is_again": request.method == "POST"}
    return render(request, "training/diploma_form.html", context, status=status)


def _add(request: HttpRequest, employee: Employee, form: DiplomaForm, limit: int) -> HttpResponse:
    upload = form.cleaned_data["file"]
    with idempotency.once(request, "training.diploma") as once:
        if not once.is_replay:
            if upload.size > limit:
                raise FileTooLarge(limit)
            services.add_diploma(
                employee=employee,
                diploma=form.diploma,
                content=upload.read(),
                upload_name=upload.name,
                by=employee,
                at=timezone.now(),
            )
            once.location = reverse("supervision:career-mine")
            messages.success(request, _("Diploma sent. It counts once the personnel office has verified it."))
    return redirect(once.location)


@login_required
@require_GET
def diploma_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file of a diploma to those who may see its owner."""
    row = get_object_or_404(
        EducationRecord.objects.visible_to(request.user).filter(file__isnull=False).select_related("file"),
        pk=pk,
    )
    return files.response(row.file, row.file_name, inline=True)


@login_required
@require_GET
def diploma_queue(request: HttpRequest) -> HttpResponse:
    """Diplomas that nobody has looked at, the oldest first."""
    government = government_or_403(request)
    permissions.require(permissions.may_manage_programmes(request.user, government))
    rows = (
        EducationRecord.objects.filter(
            employee__in=permissions.assessable(request.user, government).values("pk"),
            verified_at__isnull=True,
            refused_at__isnull=True,
        )
        .select_related("employee", "file")
        .order_by("pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "area_tabs": area_tabs(request, government, "diplomas")}
    return render(request, "training/diploma_queue.html", context)


def _decidable(request: HttpRequest, pk: int) -> EducationRecord:
    row = get_object_or_404(
        EducationRecord.objects.visible_to(request.user).select_related(
            "employee__government", "employee__user"
        ),
        pk=pk,
    )
    permissions.require(permissions.may_verify(request.user, row.employee))
    return row


@login_required
@require_POST
def diploma_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a diploma."""
    row = _decidable(request, pk)
    try:
        services.verify_diploma(diploma_id=row.pk, by=actor(request), at=timezone.now())
        messages.success(request, _("Verified. The person has been told."))
    except services.DiplomaDecided:
        messages.info(request, _("Somebody has decided on this diploma before."))
    return redirect("training:diploma-queue")


@login_required
def diploma_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a diploma does not count, and why."""
    row = _decidable(request, pk)
    form = bound(request, NoteForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.refuse_diploma(
                diploma_id=row.pk, note=form.cleaned_data["note"], by=actor(request), at=timezone.now()
            )
            messages.success(request, _("Not accepted. The person can read your reason."))
        except services.DiplomaDecided:
            messages.info(request, _("Somebody has decided on this diploma before."))
        return redirect("training:diploma-queue")
    status = 422 if request.method == "POST" else 200
    return render(request, "training/diploma_refuse.html", {"row": row, "form": form}, status=status)
