"""Numbers and states of SP4N-LAPOR! as a table: in and out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.sheets.reading import SheetRefused
from apps.employees import selectors as organization
from apps.employees.models import Government

from .. import permissions
from ..forms.handling import LaporExportForm, LaporFileForm
from ..labels import FILE_PROBLEMS, LAPOR_PROBLEMS, LaporState
from ..models import Complaint
from ..services import complaints

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _government(request: HttpRequest) -> Government:
    """Return the government of a user who works with LAPOR: complaint officers and heads."""
    government = organization.government_of(request.user)
    if government is None or not permissions.may_manage_causes(request.user):
        raise PermissionDenied
    return government


def _page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    context.setdefault("form", None)
    return render(
        request,
        "feedback/lapor_tables.html",
        {
            "file_form": LaporFileForm(auto_id="id_file_%s"),
            "export_form": LaporExportForm(auto_id="id_export_%s"),
            "states": [(row.value, row.label) for row in LaporState],
            **context,
        },
        status=status,
    )


@login_required
def tables(request: HttpRequest) -> HttpResponse:
    """Take over a table with our numbers and those of LAPOR; offer the table to take out."""
    government = _government(request)
    if request.method != "POST":
        return _page(request)
    form = LaporFileForm(request.POST, request.FILES, auto_id="id_file_%s")
    if not form.is_valid():
        return _page(request, 422, file_form=form, form=form)
    upload = form.cleaned_data["file"]
    visible = Complaint.objects.visible_to(request.user).select_related("government")
    report = None
    try:
        with idempotency.once(request, "feedback.lapor_import") as once:
            if not once.is_replay:
                report = complaints.import_lapor(
                    visible=visible,
                    government=government,
                    content=upload.read(),
                    file_name=upload.name,
                    by=request.user,
                    at=timezone.now(),
                )
    except SheetRefused as refused:
        form.add_error("file", str(FILE_PROBLEMS[refused.code]) % refused.params)
        return _page(request, 422, file_form=form, form=form)
    if report is None:
        messages.info(request, _("This table was taken over already."))
        return _page(request)
    problems = [(row.row, LAPOR_PROBLEMS[row.code] % {"shown": row.shown}) for row in report.problems]
    return _page(request, report=report, problems=problems)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Hand out numbers and states of my complaints, with a purpose that stays on record."""
    government = _government(request)
    form = LaporExportForm(request.POST, auto_id="id_export_%s")
    if not form.is_valid():
        return _page(request, 422, export_form=form, form=form)
    now = timezone.now()
    shape = form.cleaned_data["shape"]
    rows = Complaint.objects.visible_to(request.user).filter(is_quarantined=False).select_related("unit")
    content = complaints.export_lapor(
        rows=rows.order_by("received_at", "id"),
        government=government,
        purpose=form.cleaned_data["purpose"],
        shape=shape,
        by=request.user,
        at=now,
    )
    name = f"aduan-lapor-{local_date(now, government.timezone).isoformat()}.{shape}"
    answer = HttpResponse(content, content_type=TYPES[shape])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
