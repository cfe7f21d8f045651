"""Certificates that wait for an officer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.held_forms import login_required

from .. import permissions, selectors
from ..forms import NoteForm
from ..models import Certificate
from ..services import certificates as services
from .common import PAGE_SIZE, actor, area_tabs, bound, government_or_403


def _queue(request: HttpRequest) -> QuerySet[Certificate]:
    rows = Certificate.objects.visible_to(request.user).exclude(employee__user=request.user)
    return selectors.certificates_to_verify(rows)


@login_required
@require_GET
def certificate_queue(request: HttpRequest) -> HttpResponse:
    """What has to be verified, the oldest first."""
    government = government_or_403(request)
    permissions.require(permissions.may_manage_programmes(request.user, government))
    context = {
        "page": Paginator(_queue(request), PAGE_SIZE).get_page(request.GET.get("page")),
        "area_tabs": area_tabs(request, government, "certificates"),
    }
    return render(request, "training/certificate_queue.html", context)


def _decidable(request: HttpRequest, pk: int) -> Certificate:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("employee__government", "file"), pk=pk
    )
    permissions.require(permissions.may_verify(request.user, certificate.employee))
    return certificate


@login_required
@require_POST
def certificate_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one."""
    certificate = _decidable(request, pk)
    try:
        services.verify_certificate(certificate_id=certificate.pk, by=actor(request), at=timezone.now())
        messages.success(
            request,
            _("Verified: the hours of %(name)s count now.") % {"name": certificate.employee.full_name},
        )
    except services.CertificateDecided:
        messages.info(request, _("Somebody was faster: this certificate has been decided."))
    return redirect("training:certificate-queue")


@login_required
def certificate_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why one does not count."""
    certificate = _decidable(request, pk)
    form = bound(request, NoteForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.refuse_certificate(
                certificate_id=certificate.pk,
                note=form.cleaned_data["note"],
                by=actor(request),
                at=timezone.now(),
            )
            messages.success(request, _("Not accepted. The person can read your reason."))
        except services.CertificateDecided:
            messages.info(request, _("Somebody was faster: this certificate has been decided."))
        return redirect("training:certificate-queue")
    status = 422 if request.method == "POST" else 200
    context = {"certificate": certificate, "form": form}
    return render(request, "training/certificate_refuse.html", context, status=status)
