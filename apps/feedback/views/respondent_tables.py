"""Tables of respondents: upload, see what they would do, take them over."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import audit, files, idempotency, long_jobs
from apps.core.held_forms import login_required
from apps.core.models import Job
from apps.core.sheets.escaping import defuse
from apps.core.sheets.reading import SheetRefused

from .. import permissions
from ..forms import RespondentTableForm
from ..labels import FILE_PROBLEMS, ROW_PROBLEMS, TABLE_COLUMNS, TABLE_WARNINGS
from ..models import RespondentTable, Service, SurveyPeriod
from ..services import respondent_tables, skm_import
from ..services.respondent_tables import AT_ONCE

KIND = "feedback.apply_table"


def _period(request: HttpRequest, pk: int) -> SurveyPeriod:
    period = get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )
    if not permissions.may_manage_survey(request.user, period.service):
        raise PermissionDenied
    return period


def refusal(error: SheetRefused) -> str:
    """Return why a file as a whole cannot be used, in words."""
    params = {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple | set) else value
        for name, value in error.params.items()
    }
    return str(FILE_PROBLEMS.get(error.code, FILE_PROBLEMS["corrupt_file"])) % params


@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a table; nothing is taken over yet. Earlier tables below."""
    period = _period(request, pk)
    codes = list(period.questionnaire.unsur.values_list("code", flat=True))
    status = 200
    if request.method == "POST":
        form = RespondentTableForm(request.POST, request.FILES, codes=codes)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                with idempotency.once(request, "feedback.respondent_table") as once:
                    if not once.is_replay:
                        table = respondent_tables.upload_table(
                            survey_period=period,
                            content=file.read(),
                            file_name=file.name,
                            columns=form.columns,
                            by=request.user,
                            at=timezone.now(),
                        )
                        once.location = reverse("feedback:table-detail", args=[table.pk])
                return redirect(once.location)
            except SheetRefused as error:
                form.add_error("file", refusal(error))
            except skm_import.PeriodIsPublished:
                form.add_error(
                    None, _("The result of this period is published and does not change any more.")
                )
        status = 422
    else:
        form = RespondentTableForm(codes=codes)
    context = {
        "form": form,
        "period": period,
        "service": period.service,
        "unsur": period.questionnaire.unsur.all(),
        "tables": period.tables.select_related("uploaded_by").order_by("-pk")[:20],
    }
    return render(request, "feedback/table_form.html", context, status=status)


def _table(request: HttpRequest, pk: int) -> RespondentTable:
    table = get_object_or_404(RespondentTable.objects.select_related("file", "uploaded_by"), pk=pk)
    table.survey_period = _period(request, table.survey_period_id)
    return table


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking a table over would do, or did: counts, and every row that is left out with its reason."""
    table = _table(request, pk)
    found: dict[str, Any] = table.outcome if table.applied_at else table.preview
    context = {
        "table": table,
        "period": table.survey_period,
        "service": table.survey_period.service,
        "found": found,
        "problems": [
            {
                "row": problem["row"],
                "column": TABLE_COLUMNS.get(problem["column"], problem["column"]),
                "text": str(ROW_PROBLEMS[problem["code"]]) % {"shown": problem["shown"]},
            }
            for problem in found["problems"]
        ],
        "warnings": [
            str(TABLE_WARNINGS[warning["code"]]) % warning["params"]
            for warning in found["warnings"]
            if warning["code"] in TABLE_WARNINGS
        ],
        "to_apply": found["added"] + found["changed"],
        "job": _running(table),
    }
    return render(request, "feedback/table_detail.html", context)


def _running(table: RespondentTable) -> Job | None:
    job = Job.objects.filter(kind=KIND, params__table_id=table.pk).order_by("-created_at").first()
    return None if job is None or job.is_finished else job


@login_required
@require_GET
def problems(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every row that is left out with its reasons, as a CSV: the page lists the first ones."""
    table = _table(request, pk)
    audit.record(
        "feedback.table.problems_downloaded",
        target=table,
        by=request.user,
        scope=table.survey_period.service.unit.government.code,
    )
    found = skm_import.all_problems(
        survey_period=table.survey_period,
        source=files.read(table.file),
        file_name=table.file_name,
        columns=table.columns,
    )
    response = StreamingHttpResponse(_as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="baris-salah-{table.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _as_csv(found: Iterator[skm_import.RowProblem]) -> Iterator[str]:
    yield "\ufeff"  # so that spreadsheets read UTF-8
    yield _line([_("Row"), _("Column"), _("Problem and what to do")])
    for problem in found:
        text = str(ROW_PROBLEMS[problem.code]) % {"shown": problem.shown}
        column = TABLE_COLUMNS.get(problem.column, problem.column)
        yield _line([str(problem.row), defuse(column), defuse(text)])


def _line(cells: list[str]) -> str:
    output = io.StringIO(newline="")
    csv.writer(output, delimiter=";").writerow(cells)
    return output.getvalue()


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table over: a small one now, a large one as a job that shows how far it is."""
    table = _table(request, pk)
    if table.applied_at is None and table.preview["added"] + table.preview["changed"] > AT_ONCE:
        with transaction.atomic():
            RespondentTable.objects.select_for_update(of=("self",)).get(
                pk=table.pk
            )  # a double click waits here
            job = _running(table) or long_jobs.start(
                KIND,
                owner=request.user,
                scope=table.survey_period.service.unit.government.code,
                table_id=table.pk,
                by_id=request.user.pk,
            )
        return redirect("core:job-detail", job_id=job.pk)
    try:
        table = respondent_tables.apply_table(table_id=table.pk, by=request.user, at=timezone.now())
        messages.success(
            request,
            _("%(added)s added, %(changed)s changed, %(left_out)s left out.") % table.outcome,
        )
    except respondent_tables.AlreadyApplied:
        messages.info(request, _("This table has already been taken over."))
    except skm_import.PeriodIsPublished:
        messages.error(request, _("The result of this period is published and does not change any more."))
    except SheetRefused as error:
        messages.error(request, refusal(error))
    return redirect("feedback:table-detail", pk=table.pk)
