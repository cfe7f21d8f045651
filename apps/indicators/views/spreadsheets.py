"""A plan as a workbook: the template to fill in, the plan as it is, and taking a filled-in one over."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.sheets.reading import SheetRefused

from .. import selectors
from ..forms import PlanUploadForm
from ..models import Skp
from ..services import content_taking, spreadsheets
from ..services.steps import PlanNotEditable
from ..spreadsheet_texts import NOTES, problem_row, refusal_of
from .differences import content_sections
from .loading import own_plan, whole_plan
from .taking import say_taken

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "indicators.spreadsheet"
KEEP_SECONDS = 24 * 3600


@login_required
def spreadsheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Check an uploaded workbook row by row, show what it would add, and take it over after that."""
    plan = own_plan(request, pk)
    detail = reverse("indicators:skp-detail", kwargs={"pk": plan.pk})
    if request.method != "POST" and not plan.is_editable:
        return redirect(detail)
    held = None if request.method == "POST" else held_forms.take(request)
    sealed = (request.POST if request.method == "POST" else held or {}).get("content", "")
    context: dict[str, Any] = {"skp": plan, "form": PlanUploadForm()}
    status = 200
    if sealed:
        content = _unsealed(plan, sealed)
        if content is None:
            context["refusal"] = (_("This preview is too old."), _("Upload the workbook again."))
            status = 422
        elif request.method == "POST":
            try:
                with idempotency.once(request, "indicators.spreadsheet") as once:
                    if not once.is_replay:
                        taken = content_taking.take_content(
                            skp=plan, content=content, by=request.user.employee, source="spreadsheet"
                        )
                        once.location = detail
                        say_taken(request, taken)
                return redirect(once.location)
            except PlanNotEditable:
                context["refusal"] = (
                    _("The plan was sent in the meantime, so nothing was taken over."),
                    _("Take the plan back, then upload the workbook again."),
                )
                status = 409
        else:
            context |= _preview(plan, content)
    elif request.method == "POST":
        form = PlanUploadForm(request.POST, request.FILES)
        context["form"] = form
        status = 422
        if form.is_valid():
            found, is_good = _check(plan, form.cleaned_data["file"])
            context |= found
            status = 200 if is_good else 422
    return render(request, "indicators/spreadsheet.html", context, status=status)


def _check(plan: Skp, upload: Any) -> tuple[dict[str, Any], bool]:
    try:
        if upload.size > spreadsheets.MAX_BYTES:
            return {
                "refusal": (_("The file is bigger than 2 MB."), _("Remove pictures and other sheets."))
            }, False
        reading = spreadsheets.read_workbook(plan, upload.read(), upload.name)
    except SheetRefused as error:
        return {"refusal": refusal_of(error)}, False
    if reading.problems:
        problems = sorted(reading.problems, key=lambda row: (row.sheet, row.row))
        return {"problems": [problem_row(row) for row in problems]}, False
    return _preview(plan, reading.content), True


def _preview(plan: Skp, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "preview": content_sections(content),
        "sealed": signing.dumps({"skp": plan.pk, "content": content}, salt=SALT, compress=True),
    }


def _unsealed(plan: Skp, sealed: str) -> dict[str, Any] | None:
    """Return the checked content that a preview carried; None if it is not ours, too old, or of another plan."""
    try:
        found = signing.loads(sealed, salt=SALT, max_age=KEEP_SECONDS)
    except signing.BadSignature:
        return None
    return found["content"] if found["skp"] == plan.pk else None


@login_required
@require_GET
def spreadsheet_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the empty workbook for this plan's form, with an example row."""
    plan = own_plan(request, pk)
    return _file(spreadsheets.template(plan, [str(note) for note in NOTES]), f"templat-skp-{plan.year}.xlsx")


@login_required
@require_GET
def spreadsheet_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the plan as a workbook."""
    plan = whole_plan(request, pk)
    content = selectors.content_of(plan)
    return _file(
        spreadsheets.export(plan, content, [str(note) for note in NOTES]), f"skp-{plan.year}-{plan.pk}.xlsx"
    )


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
