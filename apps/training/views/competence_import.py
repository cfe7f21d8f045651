"""Lists of assessed levels: upload, look at what they would do, take over the good rows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import idempotency
from apps.core.held_forms import login_required
from apps.employees import import_texts as file_texts
from apps.employees.forms import UploadForm
from apps.employees.models import Government

from .. import import_texts, permissions
from ..models import Competence, CompetenceImport
from ..services import competence_import as services
from .common import PAGE_SIZE, actor, government_or_403

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {"checked": "info", "applied": "success", "refused": "danger"}


def _managed(request: HttpRequest) -> Government:
    government = government_or_403(request)
    permissions.require(permissions.manages_catalogue(request.user, government))
    return government


def xlsx(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download that no cache keeps."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def competence_import_list(request: HttpRequest) -> HttpResponse:
    """Upload a list; earlier ones below. Uploading changes nothing yet."""
    government = _managed(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        with idempotency.once(request, "training.competence_import") as once:
            if not once.is_replay:
                batch = services.check_file(
                    government=government,
                    people=permissions.assessable(request.user, government),
                    content=upload.read(),
                    file_name=upload.name,
                    by=actor(request),
                    at=timezone.now(),
                )
                once.location = reverse("training:competence-import-detail", args=[batch.pk])
        return redirect(once.location)
    rows = CompetenceImport.objects.filter(government=government).select_related("uploaded_by")
    page = Paginator(rows.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, TONES[row.status]) for row in page.object_list],
        "government": government,
    }
    return render(request, "training/competence_imports.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def competence_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list would do, and every row that cannot be taken over."""
    batch = _batch(request, pk)
    kinds = {"salah": "", "baru": "new", "sama": "unchanged"}
    words = {"salah": _("With problems"), "baru": _("New"), "sama": _("Unchanged")}
    counts = {key: batch.summary.get(word or "bad", 0) for key, word in kinds.items()}
    chosen = request.GET.get("baris", "")
    if chosen not in kinds:
        chosen = next((key for key in kinds if counts[key]), "salah")
    rows = (
        batch.rows.filter(effect=kinds[chosen])
        .select_related("employee", "competence")
        .order_by("row_number")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "tone": TONES[batch.status],
        "refusal": file_texts.refusal(batch.refusal) if batch.refusal else None,
        "warnings": [file_texts.warning(found) for found in batch.summary.get("warnings", [])],
        "rows": [
            (row, [import_texts.row_problem(problem) for problem in row.problems]) for row in page.object_list
        ],
        "page": page,
        "tabs": [
            {"label": words[key], "url": f"?baris={key}", "active": key == chosen, "count": counts[key]}
            for key in kinds
        ],
        "to_apply": counts["baru"],
        "is_applicable": batch.status == "checked" and counts["baru"] > 0,
    }
    return render(request, "training/competence_import.html", context)


def _batch(request: HttpRequest, pk: int) -> CompetenceImport:
    rows = CompetenceImport.objects.select_related("government", "uploaded_by")
    return get_object_or_404(rows, pk=pk, government=_managed(request))


@login_required
@require_POST
def competence_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the good rows."""
    batch = _batch(request, pk)
    try:
        count = services.apply_batch(batch_id=batch.pk, by=actor(request), at=timezone.now())
        messages.success(
            request, _("Taken over: %(n)s assessed levels. Gaps became proposed needs.") % {"n": count}
        )
    except services.NotApplicable:
        messages.info(request, _("This list has already been dealt with."))
    return redirect("training:competence-import-detail", pk=batch.pk)


@login_required
@require_GET
def competence_import_template(request: HttpRequest) -> HttpResponse:
    """The empty list with an example."""
    government = _managed(request)
    rows = Competence.objects.filter(government=government, is_active=True).order_by("kind", "name")
    return xlsx(services.template(rows), "templat-level-kompetensi.xlsx")
