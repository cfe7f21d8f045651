"""Lists of assessed levels: check first, apply later. Nothing changes before `apply_batch`.

One row says one person's level in one competence. A row that is recorded already in the same way does nothing, so a
file may be uploaded again.
"""

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet

from apps.assessments.services.actors import account_of
from apps.core import audit, files
from apps.core.actors import account_behind
from apps.core.localtime import local_date
from apps.core.sheets import reading
from apps.core.sheets.reading import SheetRefused, normalise, read_table
from apps.employees.models import Employee, Government
from apps.employees.rules.nip import clean_nip
from apps.employees.services.staff_rows import parse_date

from ..labels import AssessmentMethod, CompetenceImportStatus
from ..models import Competence, CompetenceAssessment, CompetenceImport, CompetenceImportRow
from ..rules.competence_gap import HIGHEST_LEVEL, LOWEST_LEVEL
from . import gap_needs

COLUMNS: dict[str, tuple[str, ...]] = {
    "nip": ("NIP", "NIP Baru", "NIP/NI PPPK", "Nomor Induk Pegawai"),
    "competence": ("Kompetensi", "Kode Kompetensi", "Nama Kompetensi"),
    "level": ("Level", "Level Dinilai", "Tingkat", "Nilai Level", "Hasil"),
    "assessed_on": ("Tanggal", "Tanggal Penilaian", "Tanggal Asesmen", "Tgl"),
    "method": ("Metode", "Metode Penilaian", "Cara Penilaian"),
    "note": ("Catatan", "Keterangan", "Nomor Laporan", "Asesor"),
}
REQUIRED = ("nip", "competence", "level", "assessed_on")
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_METHODS = {value: value for value in AssessmentMethod.values} | {
    "assessment center": "assessment_center",
    "asesmen": "assessment_center",
    "pusat penilaian": "assessment_center",
    "tes": "test",
    "uji kompetensi": "test",
    "atasan": "supervisor",
    "penilaian atasan": "supervisor",
    "portofolio": "portfolio",
    "wawancara": "portfolio",
}
CHECKED, APPLIED = CompetenceImportStatus("checked").value, CompetenceImportStatus("applied").value
REFUSED = CompetenceImportStatus("refused").value


class NotApplicable(Exception):
    """Raised when a list was refused as a whole, or applied before."""


def check_file(
    *,
    government: Government,
    people: QuerySet[Employee],
    content: bytes,
    file_name: str,
    by: Any,
    at: datetime,
) -> CompetenceImport:
    """Read a list and say row by row what it would do; `people` are those the user may assess. Nothing changes."""
    try:
        table = read_table(content, file_name, aliases=COLUMNS, required=REQUIRED)
        rows = list(table.rows)
        if not rows:
            raise reading.EmptyFile
    except SheetRefused as refusal:
        return _refused(government, file_name, refusal, by, at)
    checked = _check(rows, government, people, local_date(at, government.timezone))
    count = {word: sum(row.effect == word for row in checked) for word in ("new", "unchanged", "")}
    suffix = file_name.rsplit(".", 1)[-1].lower()
    stored = files.store(content, TYPES.get(suffix, "application/octet-stream"))
    with transaction.atomic():
        batch = CompetenceImport.objects.create(
            government=government,
            file=stored,
            file_name=file_name[:200],
            uploaded_by=account_behind(by),
            uploaded_at=at,
            status=CHECKED,
            summary={
                "rows": len(checked),
                "new": count["new"],
                "unchanged": count["unchanged"],
                "bad": count[""],
                "warnings": [{"code": found.code, "params": dict(found.params)} for found in table.warnings],
            },
        )
        for row in checked:
            row.batch = batch
        CompetenceImportRow.objects.bulk_create(checked, batch_size=2000)
        audit.record(
            "training.competence_import.checked",
            target=batch,
            by=account_of(by),
            scope=government.code,
            at=at,
            file=stored.sha256,
            new=count["new"],
            bad=count[""],
        )
    return batch


def _refused(
    government: Government, file_name: str, refusal: SheetRefused, by: Any, at: datetime
) -> CompetenceImport:
    params = {key: _plain(key, value) for key, value in refusal.params.items()}
    with transaction.atomic():
        batch = CompetenceImport.objects.create(
            government=government,
            file_name=file_name[:200],
            uploaded_by=account_behind(by),
            uploaded_at=at,
            status=REFUSED,
            refusal={"code": refusal.code, "params": params},
        )
        audit.record(
            "training.competence_import.refused",
            target=batch,
            by=account_of(by),
            scope=government.code,
            at=at,
            code=refusal.code,
        )
    return batch


def _plain(key: str, value: Any) -> Any:
    if key == "names":
        return [COLUMNS[name][0] if name in COLUMNS else name for name in value]
    return value if isinstance(value, str | int | float | list | bool | None) else str(value)


def _check(
    rows: Iterable[reading.Row], government: Government, people: QuerySet[Employee], today: date
) -> list[CompetenceImportRow]:
    rows = list(rows)
    nips = {clean_nip(str(row.values.get("nip") or "")) for row in rows}
    known = {person.nip: person for person in people.filter(nip__in=nips)}
    names: dict[str, Competence] = {}
    for competence in Competence.objects.filter(government=government, is_active=True):
        names[normalise(competence.name)] = names[normalise(competence.code)] = competence
    recorded = {
        (row.employee_id, row.competence_id, row.assessed_on, row.method): row.level
        for row in CompetenceAssessment.objects.valid().filter(employee__in=known.values())
    }
    seen: dict[tuple[Any, ...], int] = {}
    return [_row(row, known, names, recorded, seen, today) for row in rows]


def _row(
    row: reading.Row,
    known: Mapping[str, Employee],
    names: Mapping[str, Competence],
    recorded: Mapping[tuple[Any, ...], int],
    seen: dict[tuple[Any, ...], int],
    today: date,
) -> CompetenceImportRow:
    found = CompetenceImportRow(row_number=row.number)
    cells = {name: str(row.values.get(name) or "").strip() for name in COLUMNS}

    def refuse(column: str, code: str, **params: Any) -> None:
        found.problems.append({"column": column, "code": code, "params": params})

    for problem in row.problems:
        if problem.column in COLUMNS:
            refuse(problem.column, problem.code, **{key: str(text) for key, text in problem.params.items()})
    bad = {problem["column"] for problem in found.problems}
    found.employee = known.get(clean_nip(cells["nip"]))
    if found.employee is None and "nip" not in bad:
        refuse("nip", "person_unknown" if cells["nip"] else "missing")
    found.competence = names.get(normalise(cells["competence"]))
    if found.competence is None:
        refuse(
            "competence",
            "competence_unknown" if cells["competence"] else "missing",
            shown=cells["competence"][:40],
        )
    level = _level(cells["level"])
    if level is None and "level" not in bad:
        refuse("level", "level_wrong" if cells["level"] else "missing", shown=cells["level"][:40])
    day = _day(row.values.get("assessed_on"))
    if day is None:
        refuse(
            "assessed_on",
            "date_unknown" if cells["assessed_on"] else "missing",
            shown=cells["assessed_on"][:40],
        )
    elif day > today:
        refuse("assessed_on", "date_in_future")
    method = (
        _METHODS.get(normalise(cells["method"]))
        if cells["method"]
        else AssessmentMethod("assessment_center").value
    )
    if method is None:
        refuse("method", "method_unknown", shown=cells["method"][:40])
    found.values = {
        "level": level,
        "assessed_on": day.isoformat() if day else "",
        "method": method or "",
        "note": cells["note"][:300],
        "competence": cells["competence"][:150],
    }
    if found.problems:
        # What is wrong names nobody: the person is shown only on rows that may be taken over.
        found.employee = found.competence = None
        return found
    key = (found.employee.pk, found.competence.pk, day, method)  # type: ignore[union-attr]
    if key in seen:
        refuse("competence", "row_twice", first=seen[key])
    elif key in recorded and recorded[key] != level:
        refuse("level", "recorded_otherwise", recorded=recorded[key])
    else:
        found.effect = "unchanged" if key in recorded else "new"
    seen.setdefault(key, row.number)
    return found


def _level(text: str) -> int | None:
    short = text.removeprefix("Level").removeprefix("level").strip()
    short = short.removesuffix(".0")
    if (
        len(short) == 1
        and short.isascii()
        and short.isdigit()
        and LOWEST_LEVEL <= int(short) <= HIGHEST_LEVEL
    ):
        return int(short)
    return None


def _day(value: Any) -> date | None:
    try:
        day = parse_date(value)
    except ValueError:
        return None
    return day if day is not None and date(2000, 1, 1) <= day <= date(2100, 1, 1) else None


@transaction.atomic
def apply_batch(*, batch_id: int, by: Any, at: datetime) -> int:
    """Take over the good rows of a checked list, propose needs for the gaps they show, and return how many were new.

    :raises NotApplicable: if the list was refused, or applied before.
    """
    batch = (
        CompetenceImport.objects.select_for_update(of=("self",)).select_related("government").get(pk=batch_id)
    )
    if batch.status != CHECKED:
        raise NotApplicable
    rows = list(batch.rows.filter(effect="new").order_by("row_number"))
    recorded = set(
        CompetenceAssessment.objects.valid()
        .filter(employee__in={row.employee_id for row in rows})
        .values_list("employee", "competence", "assessed_on", "method")
    )
    fresh = []
    for row in rows:
        day = date.fromisoformat(row.values["assessed_on"])
        # Somebody entered it by hand after the check: what is recorded stays.
        if (row.employee_id, row.competence_id, day, row.values["method"]) in recorded:
            continue
        fresh.append(
            CompetenceAssessment(
                employee_id=row.employee_id,
                competence_id=row.competence_id,
                level=row.values["level"],
                assessed_on=day,
                method=row.values["method"],
                note=row.values["note"],
                row=row,
                entered_by=account_behind(by),
                entered_at=at,
            )
        )
    CompetenceAssessment.objects.bulk_create(fresh, batch_size=2000)
    batch.status, batch.applied_at = APPLIED, at
    batch.save(update_fields=["status", "applied_at"])
    audit.record(
        "training.competence_import.applied",
        target=batch,
        by=account_of(by),
        scope=batch.government.code,
        at=at,
        new=len(fresh),
    )
    people = Employee.objects.filter(pk__in={row.employee_id for row in fresh})
    gap_needs.propose_from_gaps(people=people, government=batch.government, by=by, at=at)
    return len(fresh)


def template(competences: Iterable[Competence]) -> bytes:
    """Return the empty list with an example, and the known competences on a second sheet."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bg_color": "#F6E3B4"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Level")
    example = ("198601012010011001", "integritas", "3", "31-03-2026", "assessment center", "LAP-001")
    for column, (titles, value) in enumerate(zip(COLUMNS.values(), example, strict=True)):
        sheet.write_string(0, column, titles[0], head)
        sheet.write_string(1, column, value, text)
    sheet.set_column(0, len(COLUMNS) - 1, 22, text)
    sheet.freeze_panes(1, 1)
    known = book.add_worksheet("Kompetensi")
    for row, competence in enumerate(competences):
        known.write_string(row, 0, competence.code, text)
        known.write_string(row, 1, competence.name, text)
    known.set_column(0, 1, 40, text)
    book.close()
    return output.getvalue()
