"""Results of a session as a table: out with everybody in it, in again with what the trainer filled in.

Rows with a problem are left out and named; the others go in. The preview really does the work and undoes it, so it
promises nothing that the second step would refuse.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter
from django.db import transaction

from apps.assessments.services.actors import account_of
from apps.core import audit
from apps.core.sheets.escaping import defuse
from apps.core.sheets.reading import Limits, Row, read_table

from ..labels import AttendanceWay, CheckMoment
from ..models import Attendance, CheckAttempt, Enrolment, Session
from ..rules.enrolment_lifecycle import SEATED, EnrolmentStatus
from ..selectors.sessions import days_of, progress_of
from . import programmes, seats
from .certificates import CertificateNumberTaken

MAX_BYTES = 2_000_000
LIMITS = Limits(max_bytes=MAX_BYTES, max_rows=2000, max_columns=120, max_unpacked_bytes=40_000_000)
TITLES = {
    "nip": ("NIP",),
    "name": ("Nama",),
    "before": ("Nilai sebelum", "pretest", "pre test"),
    "after": ("Nilai sesudah", "posttest", "post test", "nilai"),
    "outcome": ("Hasil",),
    "number": ("Nomor sertifikat", "no sertifikat"),
}
COMPLETED, ABSENT = "completed", "absent"
OUTCOMES = {"selesai": COMPLETED, "lulus": COMPLETED, "tidak hadir": ABSENT}
_YES, _NO = {"ya", "y", "1", "x", "v", "hadir"}, {"tidak", "t", "0", "-", "absen", "tidak hadir"}
_FULL = 100


@dataclass(frozen=True)
class RowProblem:
    """Why a row was left out; the sentence is made where the reader's language is known."""

    row: int
    code: str
    shown: str = ""


@dataclass(frozen=True)
class ResultRow:
    """One row that could be read, about one place in the session."""

    row: int
    enrolment: int
    days: Mapping[str, bool]
    before: str | None
    after: str | None
    outcome: str
    number: str


@dataclass
class Outcome:
    """What a table did, or would do."""

    rows: int = 0
    days: int = 0
    scores: int = 0
    completed: int = 0
    absent: int = 0
    problems: list[RowProblem] = field(default_factory=list)


class _Undo(Exception):
    """Takes back what the preview did."""


# --- out


def export(session: Session) -> bytes:
    """Return the participants of a session as a workbook that can be read back."""
    places = list(
        Enrolment.objects.filter(session=session, status__in=SEATED)
        .select_related("employee", "certificate")
        .order_by("employee__name", "pk")
    )
    days = days_of(session)
    known = progress_of(session, places)
    there = set(
        Attendance.objects.filter(enrolment__in=[row.pk for row in places]).values_list("enrolment", "day")
    )
    output = io.BytesIO()
    # Strings stay strings, so "=1+1" is never a formula (threat T9).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(output, options)
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Hasil")
    titles = ["NIP", "Nama", *(_day_title(day) for day in days)]
    titles += [TITLES[key][0] for key in ("before", "after", "outcome", "number")]
    for column, title in enumerate(titles):
        sheet.set_column(column, column, 28 if title == "Nama" else 18, text)
        sheet.write_string(0, column, title, head)
    for line, row in enumerate(places, start=1):
        certificate = getattr(row, "certificate", None)
        cells = [
            row.employee.nip,
            row.employee.full_name,
            *("ya" if (row.pk, day) in there else "" for day in days),
            _score(known[row.pk].before),
            _score(known[row.pk].after),
            {COMPLETED: "selesai", ABSENT: "tidak hadir"}.get(row.status, ""),
            certificate.number if certificate else "",
        ]
        for column, cell in enumerate(cells):
            sheet.write_string(line, column, defuse(cell), text)
    sheet.freeze_panes(1, 2)
    book.close()
    return output.getvalue()


def _day_title(day: date) -> str:
    return f"Hadir {day:%d/%m/%Y}"


def _score(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")


# --- in


def read(session: Session, content: bytes, file_name: str) -> tuple[list[ResultRow], list[RowProblem]]:
    """Read a table of results against the participants of a session.

    :raises apps.core.sheets.reading.SheetRefused: if the file as a whole cannot be used.
    """
    days = {f"day:{day.isoformat()}": (_day_title(day),) for day in days_of(session)}
    table = read_table(content, file_name, LIMITS, aliases={**TITLES, **days}, required=["nip"])
    places = {
        row.employee.nip: row
        for row in Enrolment.objects.filter(session=session, status__in=SEATED).select_related("employee")
    }
    rows: list[ResultRow] = []
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for raw in table.rows:
        try:
            found = _row(raw, days, places, seen)
        except _Unreadable as error:
            problems.append(RowProblem(raw.number, error.code, error.shown))
            continue
        if found is not None:
            rows.append(found)
    return rows, problems


class _Unreadable(Exception):
    """A cell that cannot be taken over."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(code)
        self.code, self.shown = code, shown[:60]


def _row(raw: Row, days: Iterable[str], places: Mapping[str, Enrolment], seen: set[str]) -> ResultRow | None:
    cells = {name: str(value or "").strip() for name, value in raw.values.items()}
    if raw.problems:
        raise _Unreadable("cell_unreadable", raw.problems[0].cell)
    nip = "".join(character for character in cells.get("nip", "") if character.isdigit())
    place = places.get(nip)
    if place is None:
        raise _Unreadable("not_in_session", cells.get("nip", ""))
    if nip in seen:
        raise _Unreadable("twice", cells["nip"])
    seen.add(nip)
    if place.status != EnrolmentStatus.ENROLLED:
        return None  # concluded before: an export read back changes nothing
    outcome = cells.get("outcome", "").casefold()
    if outcome and outcome not in OUTCOMES:
        raise _Unreadable("outcome_unknown", outcome)
    number = cells.get("number", "")
    if OUTCOMES.get(outcome) == COMPLETED and not number:
        raise _Unreadable("number_missing")
    return ResultRow(
        row=raw.number,
        enrolment=place.pk,
        days={key[4:]: _presence(cells[key]) for key in days if cells.get(key)},
        before=_percent(cells.get("before", "")),
        after=_percent(cells.get("after", "")),
        outcome=OUTCOMES.get(outcome, ""),
        number=number[:80],
    )


def _presence(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise _Unreadable("presence_unreadable", text)


def _percent(text: str) -> str | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", ".").rstrip("% "))
    except InvalidOperation as error:
        raise _Unreadable("score_unreadable", text) from error
    if not value.is_finite() or not 0 <= value <= _FULL:
        raise _Unreadable("score_unreadable", text)
    return f"{value:.1f}"


def preview(*, session: Session, rows: Iterable[ResultRow], by: Any, at: datetime) -> Outcome:
    """Return what a table would do; nothing is kept."""
    outcome = Outcome()
    try:
        with transaction.atomic():
            outcome = _apply(session, rows, by, at)
            raise _Undo
    except _Undo:
        return outcome


@transaction.atomic
def apply(*, session: Session, rows: Iterable[ResultRow], by: Any, at: datetime) -> Outcome:
    """Take over what a table says; a row that cannot be taken over changes nothing at all."""
    outcome = _apply(session, rows, by, at)
    audit.record(
        "training.results.imported",
        target=session,
        by=account_of(by),
        scope=session.programme.government.code,
        at=at,
        rows=outcome.rows,
        completed=outcome.completed,
        absent=outcome.absent,
        left_out=len(outcome.problems),
    )
    return outcome


def _apply(session: Session, rows: Iterable[ResultRow], by: Any, at: datetime) -> Outcome:
    locked = seats.locked_session(session.pk)
    outcome = Outcome()
    places = {row.pk: row for row in Enrolment.objects.filter(session=locked)}
    for row in rows:
        place = places.get(row.enrolment)
        if place is None or place.status != EnrolmentStatus.ENROLLED:
            outcome.problems.append(RowProblem(row.row, "concluded"))
            continue
        try:
            with transaction.atomic():
                days, scores = _attendance(place, row, at), _scores(place, row, at)
                _conclude(place, row, by, at)
        except programmes.NotCompleted as error:
            outcome.problems.append(RowProblem(row.row, "not_completed", ",".join(error.missing)))
        except programmes.OwnCertificate:
            outcome.problems.append(RowProblem(row.row, "own"))
        except programmes.SessionNotOver:
            outcome.problems.append(RowProblem(row.row, "not_over"))
        except programmes.SessionNotBegun:
            outcome.problems.append(RowProblem(row.row, "not_begun"))
        except CertificateNumberTaken:
            outcome.problems.append(RowProblem(row.row, "number_taken", row.number))
        else:
            outcome.rows += 1
            outcome.days += days
            outcome.scores += scores
            outcome.completed += row.outcome == COMPLETED
            outcome.absent += row.outcome == ABSENT
    return outcome


def _attendance(place: Enrolment, row: ResultRow, at: datetime) -> int:
    changed = 0
    for text, present in row.days.items():
        day = date.fromisoformat(text)
        if present:
            _row, created = Attendance.objects.get_or_create(
                enrolment=place, day=day, defaults={"way": str(AttendanceWay.IMPORT), "at": at}
            )
            changed += created
        else:
            changed += Attendance.objects.filter(enrolment=place, day=day).delete()[0]
    return changed


def _scores(place: Enrolment, row: ResultRow, at: datetime) -> int:
    added = 0
    for moment, percent in ((CheckMoment.BEFORE, row.before), (CheckMoment.AFTER, row.after)):
        taken = place.attempts.filter(moment=moment)
        # The one check before is not written over, and the same figure is not added twice.
        if percent is None or (moment == CheckMoment.BEFORE and taken.exists()):
            continue
        if not taken.filter(percent=percent).exists():
            CheckAttempt.objects.create(enrolment=place, moment=str(moment), percent=percent, at=at)
            added += 1
    return added


def _conclude(place: Enrolment, row: ResultRow, by: Any, at: datetime) -> None:
    if row.outcome == COMPLETED:
        programmes.complete_enrolment(enrolment=place, certificate_number=row.number, by=by, at=at)
    elif row.outcome == ABSENT:
        programmes.mark_absent(enrolment=place, by=by, at=at)
