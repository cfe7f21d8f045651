"""Staff lists: upload, preview, apply the good rows, get the bad ones back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import audit, idempotency, long_jobs
from apps.core.held_forms import login_required

from .. import import_texts, permissions, selectors
from ..forms import UploadForm
from ..labels import ImportStatus
from ..models import Employee, Government, ImportBatch
from ..services import staff_files, staff_import
from ._shared import PAGE_SIZE, government_or_404, today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    ImportStatus.CHECKED.value: "info",
    ImportStatus.APPLYING.value: "warning",
    ImportStatus.APPLIED.value: "success",
    ImportStatus.REFUSED.value: "danger",
}


def _managed(request: HttpRequest) -> Government:
    government = government_or_404(request)
    permissions.require(permissions.manages_government(request.user, government))
    return government


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(
        ImportBatch.objects.select_related("government", "job", "uploaded_by"),
        pk=pk,
        government=_managed(request),
    )


@login_required
@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload a list; earlier ones below. Uploading changes nothing yet."""
    government = _managed(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        with idempotency.once(request, "employees.import") as once:
            if not once.is_replay:
                batch = staff_import.check_file(
                    government=government,
                    content=upload.read(),
                    file_name=upload.name,
                    by=request.user,
                    at=timezone.now(),
                )
                once.location = reverse("employees:import-detail", args=[batch.pk])
        return redirect(once.location)
    batches = ImportBatch.objects.filter(government=government).select_related("uploaded_by").order_by("-pk")
    page = Paginator(batches, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "batch": batch,
            "tone": TONES[batch.status],
            "sentence": import_texts.counts_sentence(batch.summary) if batch.summary else "",
        }
        for batch in page.object_list
    ]
    context = {"form": form, "page": page, "rows": rows, "government": government}
    return render(request, "employees/import_list.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview: what the list would do, and every row that cannot be taken over."""
    batch = _batch(request, pk)
    kinds = {"salah": "", "baru": "new", "berubah": "changed", "sama": "unchanged"}
    counts = {key: batch.summary.get(word or "bad", 0) for key, word in kinds.items()}
    chosen = request.GET.get("baris", "")
    if chosen not in kinds:
        chosen = next((key for key in kinds if counts[key]), "salah")
    queryset = batch.rows.filter(effect=kinds[chosen]).order_by("row_number")
    page = Paginator(queryset, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "row": row,
            "name": row.values.get("name", ""),
            "problems": [
                (import_texts.column_title(found["column"]), *import_texts.row_problem(found))
                for found in row.problems
            ],
            "changes": import_texts.change_lines(row.changes),
        }
        for row in page.object_list
    ]
    words = {"salah": _("With problems"), "baru": _("New"), "berubah": _("Changed"), "sama": _("Unchanged")}
    tabs = [
        {"label": words[key], "url": f"?baris={key}", "active": key == chosen, "count": counts[key]}
        for key in kinds
    ]
    to_apply = counts["baru"] + counts["berubah"]
    people = Employee.objects.filter(government=batch.government)
    is_applied = batch.status == ImportStatus.APPLIED.value
    without = selectors.without_appraiser(people, today(batch.government)).count() if is_applied else 0
    context = {
        "batch": batch,
        "tone": TONES[batch.status],
        "refusal": import_texts.refusal(batch.refusal) if batch.refusal else None,
        "warnings": [import_texts.warning(found) for found in batch.summary.get("warnings", [])],
        "rows": rows,
        "page": page,
        "tabs": tabs,
        "chosen": chosen,
        "counts": counts,
        "to_apply": to_apply,
        "without_appraiser": without,
        "is_refused": batch.status == ImportStatus.REFUSED.value,
        "is_applicable": batch.status in {ImportStatus.CHECKED.value, ImportStatus.APPLYING.value}
        and to_apply > 0,
        "is_interrupted": batch.status == ImportStatus.APPLYING.value
        and (batch.job is None or batch.job.is_finished),
    }
    return render(request, "employees/import_detail.html", context)


@login_required
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the good rows, as a job that shows how far it is."""
    batch = _batch(request, pk)
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)
        if locked.status not in {ImportStatus.CHECKED.value, ImportStatus.APPLYING.value}:
            messages.info(request, _("This list has already been dealt with."))
            return redirect("employees:import-detail", pk=batch.pk)
        job = locked.job
        if job is None or job.is_finished:
            job = long_jobs.start(
                "employees.apply_import",
                owner=request.user,
                scope=batch.government.code,
                batch_id=batch.pk,
                by_id=request.user.pk,
            )
            locked.job = job
            locked.save(update_fields=["job"])
    return redirect("core:job-detail", job_id=job.pk)


@login_required
@require_GET
def import_bad_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were left out, with reasons, to correct and upload again."""
    batch = _batch(request, pk)
    headings = [_("Row"), _("Column"), _("Problem"), _("What to do")]
    content = staff_files.bad_rows(batch, import_texts.row_problem, headings)
    audit.record(
        "employees.import.bad_rows_downloaded", target=batch, by=request.user, scope=batch.government.code
    )
    return _download(content, f"baris-salah-{batch.pk}.xlsx")


@login_required
@require_GET
def import_template(request: HttpRequest) -> HttpResponse:
    """The empty list with headings, an example and notes."""
    permissions.require(permissions.manages_somewhere(request.user))
    return _download(staff_files.template(template_notes()), "templat-pegawai.xlsx")


def template_notes() -> list[str]:
    """Return the notes on the second sheet of the template."""
    return [
        _(
            "Yellow columns must be filled in. Others may stay empty or be deleted; their order does not matter."
        ),
        _(
            "One row per person. Units and posts are made from the rows; a unit may come before the unit above it."
        ),
        _("NIP: 18 digits; dots and spaces do not matter. Keep the cells as text, so that no digit is lost."),
        _("Dates: 31-12-2024, 31 Desember 2024, or a date of the spreadsheet."),
        _("Pimpinan Unit: “ya” for one person per unit. An empty NIP Atasan follows from the unit."),
        _(
            "NIP Lama: only where the recorded NIP is wrong; the wrong one here, the right one in the column NIP."
        ),
        _("Delete the example row before uploading."),
    ]


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
