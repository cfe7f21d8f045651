"""Results of a session as a table: download, upload, preview, take over."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.sheets.reading import SheetRefused

from ..forms import ResultsForm
from ..labels import OBSTACLE_TEXTS
from ..models import Session
from ..services import results_files as services
from .common import actor, managed_session

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "training.results"
KEEP_SECONDS = 24 * 3600
PROBLEMS = {
    "cell_unreadable": gettext_lazy("A cell cannot be read"),
    "not_in_session": gettext_lazy("Nobody with this NIP has a seat in the session"),
    "twice": gettext_lazy("This NIP stands in the table twice"),
    "outcome_unknown": gettext_lazy("The result must be “selesai” or “tidak hadir”"),
    "number_missing": gettext_lazy("Completed, but the number of the certificate is missing"),
    "presence_unreadable": gettext_lazy("Attendance must be “ya” or “tidak”"),
    "score_unreadable": gettext_lazy("A score is a number from 0 to 100"),
    "concluded": gettext_lazy("It was written down before how this participation ended"),
    "not_completed": gettext_lazy("The conditions for completion are not met"),
    "own": gettext_lazy("Somebody else of the office must confirm your own participation."),
    "not_over": gettext_lazy("The session is not over yet"),
    "not_begun": gettext_lazy("The session has not begun yet"),
    "number_taken": gettext_lazy("The person has a certificate with this number"),
}


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the participants as a workbook to fill in."""
    session = managed_session(request, pk)
    return HttpResponse(
        services.export(session),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="hasil-sesi-{session.pk}.xlsx"'},
    )


@login_required
def import_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a filled-in table row by row, then take it over."""
    session = managed_session(request, pk)
    held = None if request.method == "POST" else held_forms.take(request)
    sealed = (request.POST if request.method == "POST" else held or {}).get("content", "")
    context: dict[str, Any] = {"session": session, "form": ResultsForm()}
    status = 200
    if sealed:
        rows = _unsealed(session, sealed)
        if rows is None:
            context["refusal"] = _("This preview is too old. Upload the table again.")
            status = 422
        elif request.method == "POST":
            return _take_over(request, session, rows)
        else:
            context |= _preview(request, session, rows, [])
    elif request.method == "POST":
        form = ResultsForm(request.POST, request.FILES)
        context["form"] = form
        status = 422
        if form.is_valid():
            try:
                upload = form.cleaned_data["file"]
                content = upload.read(services.MAX_BYTES + 1)
                rows, problems = services.read(session, content, upload.name)
                context |= _preview(request, session, rows, problems)
                status = 200
            except SheetRefused:
                form.add_error(
                    "file",
                    _("This table cannot be read. Use the downloaded one, saved as XLSX or CSV, up to 2 MB."),
                )
    return render(request, "training/results_import.html", context, status=status)


def _take_over(request: HttpRequest, session: Session, rows: list[services.ResultRow]) -> HttpResponse:
    with idempotency.once(request, "training.results") as once:
        if not once.is_replay:
            outcome = services.apply(session=session, rows=rows, by=actor(request), at=timezone.now())
            once.location = reverse("training:session-detail", args=[session.pk])
            messages.success(
                request,
                _("Taken over: %(rows)s rows, %(completed)s completed, %(absent)s absent.")
                % {"rows": outcome.rows, "completed": outcome.completed, "absent": outcome.absent},
            )
            if outcome.problems:
                messages.warning(
                    request,
                    _("%(count)s rows were left out. Download the table again to see which are open.")
                    % {"count": len(outcome.problems)},
                )
    return redirect(once.location)


def _preview(
    request: HttpRequest,
    session: Session,
    rows: list[services.ResultRow],
    problems: list[services.RowProblem],
) -> dict[str, Any]:
    outcome = services.preview(session=session, rows=rows, by=actor(request), at=timezone.now())
    found = sorted([*problems, *outcome.problems], key=lambda problem: problem.row)
    return {
        "preview": outcome,
        "problems": [{"row": row.row, "text": PROBLEMS[row.code], "shown": _shown(row)} for row in found],
        "sealed": signing.dumps(
            {"session": session.pk, "rows": [asdict(row) for row in rows]}, salt=SALT, compress=True
        ),
    }


def _shown(problem: services.RowProblem) -> str:
    if problem.code == "not_completed":
        return ", ".join(str(OBSTACLE_TEXTS[code]) for code in problem.shown.split(","))
    return problem.shown


def _unsealed(session: Session, sealed: str) -> list[services.ResultRow] | None:
    """Return the rows that a preview carried; None if they are not ours, too old, or of another session."""
    try:
        found = signing.loads(sealed, salt=SALT, max_age=KEEP_SECONDS)
    except signing.BadSignature:
        return None
    if found["session"] != session.pk:
        return None
    return [services.ResultRow(**row) for row in found["rows"]]
