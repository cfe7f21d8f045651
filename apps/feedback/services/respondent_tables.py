"""A table of respondents by page: kept, shown what it would do, then taken over by skm_import."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from apps.core import files
from apps.core.sheets import reading

from ..models import IkmResult, RespondentTable, SurveyPeriod
from . import skm_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
# More are counted, not listed: whoever has so many corrects the file and not single rows.
LISTED_PROBLEMS = 300
NAME_LENGTH = 150
# Rows that are tried out before they are taken over, and rows that are taken over while somebody waits.
TRIED_OUT = 20_000
AT_ONCE = 2_000
PAGE_BYTES = 20_000_000


class AlreadyApplied(Exception):
    """Raised when a table was taken over before."""


@transaction.atomic
def upload_table(
    *,
    survey_period: SurveyPeriod,
    content: bytes,
    file_name: str,
    columns: Mapping[str, str],
    by: Any,
    at: datetime,
) -> RespondentTable:
    """Keep a table and find out what taking it over would do; nothing is taken over yet.

    :raises SheetRefused, PeriodIsPublished, UnknownColumn: see skm_import.import_respondents.
    """
    if len(content) > PAGE_BYTES:
        raise reading.FileTooLarge(size=len(content), limit=PAGE_BYTES)
    preview = _try_out(survey_period, content, file_name, columns, by, at)
    is_xlsx = content.startswith(b"PK")
    return RespondentTable.objects.create(
        survey_period=survey_period,
        file=files.store(content, XLSX if is_xlsx else CSV),
        file_name=_clean_name(file_name),
        columns=dict(columns),
        uploaded_by=by,
        uploaded_at=at,
        preview=preview,
    )


def _clean_name(file_name: str) -> str:
    """Return the name without its path; the ending, which says what is inside, stays."""
    return file_name.replace("\\", "/").rsplit("/", 1)[-1][-NAME_LENGTH:] or "tabel"


def _try_out(
    survey_period: SurveyPeriod,
    content: bytes,
    file_name: str,
    columns: Mapping[str, str],
    by: Any,
    at: datetime,
) -> dict[str, Any]:
    """Take the table over, look, and take everything back: the preview cannot differ from the real thing.

    Of a large table the rows are compared and counted, and the index is left out.
    """
    with transaction.atomic():
        report = skm_import.import_respondents(
            survey_period=survey_period,
            source=content,
            file_name=file_name,
            by=by,
            at=at,
            columns=columns,
            look_beyond=TRIED_OUT,
        )
        found = summary(report)
        transaction.set_rollback(True)
    return found


def apply_table(
    *, table_id: int, by: Any, at: datetime, progress: skm_import.ProgressLike | None = None
) -> RespondentTable:
    """Take a table over. Rows with a problem are left out. Safe to call again after an interruption.

    :raises AlreadyApplied: if it was taken over before.
    :raises SheetRefused, PeriodIsPublished: see skm_import.import_respondents.
    """
    table = RespondentTable.objects.select_related("survey_period", "file").get(pk=table_id)
    if table.applied_at is not None:
        raise AlreadyApplied
    report = skm_import.import_respondents(
        survey_period=table.survey_period,
        source=files.read(table.file),
        file_name=table.file_name,
        by=by,
        at=at,
        columns=table.columns,
        progress=progress,
        done=(table.outcome.get("added", 0), table.outcome.get("changed", 0)),
        on_portion=partial(_remember, table_id),
    )
    with transaction.atomic():
        table = RespondentTable.objects.select_for_update(of=("self",)).get(pk=table_id)
        if table.applied_at is not None:
            raise AlreadyApplied
        table.applied_by, table.applied_at, table.outcome = by, at, summary(report)
        table.save(update_fields=["applied_by", "applied_at", "outcome"])
    return table


def _remember(table_id: int, added: int, changed: int) -> None:
    RespondentTable.objects.filter(pk=table_id).update(outcome={"added": added, "changed": changed})


def summary(report: skm_import.ImportReport) -> dict[str, Any]:
    """Return an import report as it is stored."""
    result: IkmResult | None = report.result
    return {
        "read": report.read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "left_out": report.left_out,
        "problems": [
            {"row": p.row, "column": p.column, "code": p.code, "shown": p.shown}
            for p in report.problems[:LISTED_PROBLEMS]
        ],
        "more_problems": max(report.problem_count - LISTED_PROBLEMS, 0),
        "warnings": [
            {
                "code": warning.code,
                "params": {
                    name: ", ".join(map(str, value)) if isinstance(value, list | tuple | set) else str(value)
                    for name, value in warning.params.items()
                },
            }
            for warning in report.warnings
        ],
        "n": result.n if result else 0,
        "ikm": str(result.ikm) if result and result.ikm is not None else "",
    }
