"""Load a respondent-level SKM table: one row per person, one column per unsur.

A table without respondent numbers can be loaded again as well: equal rows are counted, and only those that are not
there yet are added. Rows with a problem are reported and left out; the others go in, through a temporary table and in
portions (skm_staging.py), so that a million rows take no more memory than a thousand.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.db import DatabaseError, transaction

from apps.core import audit
from apps.core.rules.periods import first_instant_of
from apps.core.sheets.reading import Limits, Row, TableWarning, read_table
from apps.employees.services.staff_rows import parse_date

from ..labels import AgeBand, Channel, Education, Occupation, Sampling, Sex
from ..models import IkmResult, SurveyPeriod, Unsur
from ..rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from . import results, skm_staging

PORTION = 5000
KEPT_PROBLEMS = 1000
REMEMBERED = 20_000
# A year of a large city by the command; a form takes 20 MB.
LIMITS = Limits(max_bytes=300_000_000, max_rows=1_100_000)
_TITLES = {
    "respondent": ["resp_no", "no responden", "nomor responden", "kode peserta", "responden"],
    "number": ["no", "nomor", "nomor urut", "no urut"],
    "sex": ["sex", "jenis kelamin", "jk", "l/p"],
    "age": ["age", "usia", "umur"],
    "education": ["education", "pendidikan", "pendidikan terakhir"],
    "occupation": ["occupation", "pekerjaan"],
    "remark": ["remark", "saran", "komentar", "masukan", "saran dan masukan"],
    "source": ["source", "sumber"],
    "date": ["date", "tanggal", "tgl", "tanggal pengisian"],
    "channel": ["channel", "kanal", "saluran", "cara mengisi"],
    "bundle": ["bundle", "berkas", "no berkas", "bundel", "no bundel", "batch"],
}
_DESCRIBING = ("sex", "age", "education", "occupation", "channel")
# What a table may say of itself. What came through our own pages is here already, and is no import.
_CHANNELS: dict[str, str] = {
    word: str(channel)
    for channel, words in (
        (Channel.PAPER, ("paper", "kertas", "kuesioner kertas", "manual")),
        (Channel.ASSISTED, ("assisted", "dibantu", "wawancara")),
        (Channel.IMPORT, ("import", "impor")),
    )
    for word in words
}
_SEX: dict[str, Any] = {
    "l": Sex.L,
    "laki-laki": Sex.L,
    "laki laki": Sex.L,
    "p": Sex.P,
    "perempuan": Sex.P,
    "wanita": Sex.P,
}
_AGES: tuple[tuple[int, Any], ...] = (
    (18, AgeBand.UNDER_18),
    (30, AgeBand.A18),
    (45, AgeBand.A30),
    (60, AgeBand.A45),
    (200, AgeBand.A60),
)


class PeriodIsPublished(Exception):
    """Raised when rows are to be added to a period whose result is published and fixed."""


class UnknownColumn(ValueError):
    """Raised when a column is mapped to an unsur that the questionnaire does not have."""


@dataclass(frozen=True)
class RowProblem:
    """Why a row was left out; the sentence is made where the reader's language is known."""

    row: int
    column: str
    code: str
    shown: str = ""


class ProgressLike(Protocol):
    """What a job's progress offers."""

    def total(self, steps: int) -> None:
        """Say how much there is to do."""

    def advance(self, steps: int = 1) -> None:
        """Say that more is done."""


@dataclass
class ImportReport:
    """What an import did, or would do; of the problems the first are kept, and how many there are."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    problem_count: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[TableWarning] = field(default_factory=list)
    result: IkmResult | None = None


def import_respondents(
    *,
    survey_period: SurveyPeriod,
    source: Path | bytes,
    file_name: str,
    by: Any,
    at: datetime,
    columns: Mapping[str, str] | None = None,
    progress: ProgressLike | None = None,
    done: tuple[int, int] = (0, 0),
    on_portion: Callable[[int, int], None] | None = None,
    look_beyond: int | None = None,
) -> ImportReport:
    """Load a table into a survey period and refresh its result once, at the end.

    Rows go in by portions, each one transaction: whatever is in stays in when the worker is killed, and the same call
    goes on behind it. `done` is what earlier runs of it added and changed, `on_portion` keeps that number inside the
    transaction of each portion.

    `columns` maps a title to an unsur code where the table numbers them otherwise:
    `{"U8": "sarana", "U9": "pengaduan"}`. With `look_beyond` a table that would change more rows than that is only
    looked at: nothing is written, and there is no result.

    :raises SheetRefused: if the file as a whole cannot be used; a subclass tells why.
    :raises PeriodIsPublished: if the result of the period is fixed.
    :raises UnknownColumn: if a title is mapped to an unknown unsur.
    """
    with transaction.atomic():
        period = _open_period(survey_period.pk)
        if not period.sampling:
            # A table of respondents is the record of a survey; how they were chosen it does not say.
            period.sampling = str(Sampling.UNRECORDED)
            period.save(update_fields=["sampling"])
    unsur = {row.code: row for row in period.questionnaire.unsur.all()}
    unsur_ids = [row.pk for row in unsur.values()]
    government = period.service.unit.government
    # A table has no time of day: the last day of the period, or today while it runs.
    hour = min(first_instant_of(period.ends_on, government.timezone), at).replace(
        minute=0, second=0, microsecond=0
    )
    report = ImportReport(added=done[0], changed=done[1])
    try:
        counts = _stage(period, unsur, source, file_name, columns or {}, report)
        report.unchanged = counts[skm_staging.SAME] - sum(done)
        left = counts[skm_staging.NEW] + counts[skm_staging.CHANGED]
        if look_beyond is not None and left > look_beyond:
            report.added += counts[skm_staging.NEW]
            report.changed += counts[skm_staging.CHANGED]
            return report
        if progress is not None:
            progress.total(left + 1)
        for first, last, count in skm_staging.portions(PORTION):
            with transaction.atomic():
                _open_period(period.pk)
                added, changed = skm_staging.write(
                    period, unsur_ids, first=first, last=last, hour=hour, channel=str(Channel.IMPORT)
                )
                report.added, report.changed = report.added + added, report.changed + changed
                if on_portion is not None:
                    on_portion(report.added, report.changed)
            if progress is not None:
                progress.advance(count)
        if left > PORTION // 5:
            skm_staging.settle()
    finally:
        # After a broken statement the transaction takes the tables with it.
        with suppress(DatabaseError):
            skm_staging.close()
    with transaction.atomic():
        report.result = results.refresh_result(survey_period_id=period.pk, at=at)
        audit.record(
            "feedback.responses.imported",
            target=period,
            by=by,
            scope=government.code,
            at=at,
            file=_digest(source),
            read=report.read,
            added=report.added,
            changed=report.changed,
            unchanged=report.unchanged,
            refused=report.left_out,
        )
    if progress is not None:
        progress.advance()
    return report


def _open_period(pk: int) -> SurveyPeriod:
    # The weaker lock: citizens who rate meanwhile refer to this row.
    period = (
        SurveyPeriod.objects.select_for_update(of=("self",), no_key=True)
        .select_related("questionnaire", "service__unit__government")
        .get(pk=pk)
    )
    if IkmResult.objects.filter(survey_period=period, published_at__isnull=False).exists():
        raise PeriodIsPublished
    return period


def _digest(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stage(
    period: SurveyPeriod,
    unsur: Mapping[str, Unsur],
    source: Path | bytes,
    file_name: str,
    columns: Mapping[str, str],
    report: ImportReport,
) -> dict[str, int]:
    """Bring the rows into the temporary table and compare them with what is recorded."""
    table = read_table(source, file_name, LIMITS, aliases=_aliases(unsur, columns), required=list(unsur))
    report.warnings = list(table.warnings)
    skm_staging.open_table()
    lines = _lines(table.rows, period, unsur)
    while portion := list(islice(lines, PORTION)):
        skm_staging.add(line for line, _problems in portion)
        report.read += len(portion)
        for _line, problems in portion:
            report.problem_count += len(problems)
            report.problems += problems[: max(KEPT_PROBLEMS - len(report.problems), 0)]
    report.problem_count += skm_staging.repeated()
    report.problems += [_twice(row, first) for row, first in skm_staging.twice(KEPT_PROBLEMS)]
    report.problems = sorted(report.problems, key=lambda problem: problem.row)[:KEPT_PROBLEMS]
    report.left_out = skm_staging.left_out()
    return skm_staging.compare(period, [row.pk for row in unsur.values()])


def _twice(row: int, first: int) -> RowProblem:
    return RowProblem(row, "respondent", "number_twice", str(first))


def all_problems(
    *, survey_period: SurveyPeriod, source: bytes, file_name: str, columns: Mapping[str, str]
) -> Iterator[RowProblem]:
    """Read a table again and yield everything that is wrong with its rows, in the order of the rows.

    :raises SheetRefused, UnknownColumn: as import_respondents.
    """
    unsur = {row.code: row for row in survey_period.questionnaire.unsur.all()}
    table = read_table(source, file_name, LIMITS, aliases=_aliases(unsur, columns), required=list(unsur))
    first: dict[str, int] = {}
    for line, problems in _lines(table.rows, survey_period, unsur):
        yield from problems
        if line.respondent is None:
            continue
        if line.respondent in first:
            yield _twice(line.number, first[line.respondent])
        elif not line.is_bad:
            first[line.respondent] = line.number


def _aliases(unsur: Mapping[str, Unsur], columns: Mapping[str, str]) -> dict[str, list[str]]:
    taken = {title.casefold() for title in columns}
    titles = {**_TITLES}
    for code, row in unsur.items():
        numbers = [f"U{row.number}", f"Unsur {row.number}"]
        titles[code] = [row.name, *(title for title in numbers if title.casefold() not in taken)]
    for title, code in columns.items():
        if code not in unsur:
            raise UnknownColumn(code)
        titles[code].append(title)
    return titles


def _lines(
    rows: Iterator[Row], period: SurveyPeriod, unsur: Mapping[str, Unsur]
) -> Iterator[tuple[skm_staging.Line, list[RowProblem]]]:
    """Yield the rows as they are understood, each with what is wrong with it."""
    zone = period.service.unit.government.timezone
    # The same few attributes and days come again and again.
    known: dict[tuple[Any, ...], tuple[tuple[str, ...], list[tuple[str, str, str]]]] = {}
    days: dict[Any, datetime | str] = {}
    for row in rows:
        values = row.values
        problems = [
            RowProblem(row.number, problem.column, problem.code, str(problem.params.get("shown", "")))
            for problem in row.problems
        ]
        answers: dict[str, int] = {}
        for code, asked in unsur.items():
            text = _text(values.get(code))
            if not text:
                continue
            if text.isascii() and text.isdigit() and LOWEST_ANSWER <= int(text[:3]) <= HIGHEST_ANSWER:
                answers[code] = int(text)
            else:
                problems.append(RowProblem(row.number, f"U{asked.number}", "not_1_to_4", text[:40]))
        cells = tuple(values.get(name) for name in _DESCRIBING)
        if cells not in known:
            if len(known) > REMEMBERED:
                known.clear()
            known[cells] = _attributes(*map(_text, cells))
        attributes, odd = known[cells]
        problems += [RowProblem(row.number, column, code, shown) for column, code, shown in odd]
        hour = None
        if (day := values.get("date")) is not None:
            if day not in days:
                if len(days) > REMEMBERED:
                    days.clear()
                days[day] = _hour(day, period, zone)
            found = days[day]
            if isinstance(found, str):
                problems.append(RowProblem(row.number, "date", found, _text(day)[:40]))
            else:
                hour = found
        if not problems and not answers:
            problems.append(RowProblem(row.number, "", "no_answers"))
        respondent = _text(values.get("respondent")) or _text(values.get("number"))
        bundle = _text(values.get("bundle"))
        if respondent and bundle:
            respondent = f"{bundle}/{respondent}"
        remark = _text(values.get("remark"))
        content = None
        if not respondent:
            described = sorted(zip(skm_staging.ATTRIBUTES, attributes, strict=False))
            content = repr((sorted(answers.items()), described, remark))
        yield (
            skm_staging.Line(
                number=row.number,
                respondent=respondent or None,
                content=content,
                hour=hour,
                channel=attributes[-1] or None,
                attributes=attributes[:-1],
                remark=remark,
                answers=[answers.get(code) for code in unsur],
                is_bad=bool(problems),
            ),
            problems,
        )


def _hour(day: Any, period: SurveyPeriod, zone: str) -> datetime | str:
    """Return the beginning of the day of a cell, or the code of what is wrong with it."""
    try:
        found = parse_date(day)
    except ValueError:
        return "date_unknown"
    if found is None:
        return "date_unknown"
    if not period.starts_on <= found <= period.ends_on:
        return "date_outside"
    return first_instant_of(found, zone)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _attributes(
    sex: str, age: str, education: str, occupation: str, channel: str
) -> tuple[tuple[str, ...], list[tuple[str, str, str]]]:
    """Return sex, age band, education, occupation and channel, and (column, code, shown) of what is not understood.

    What is missing is left open.
    """
    problems: list[tuple[str, str, str]] = []

    def refuse(column: str, text: str) -> str:
        problems.append((column, "unknown_value", text[:40]))
        return ""

    found_sex = band = ""
    if sex:
        known = _SEX.get(sex.casefold())
        found_sex = known.value if known else refuse("sex", sex)
    if age:
        if age.isascii() and age.isdigit() and int(age[:4]) < 130:
            band = next(band.value for limit, band in _AGES if int(age) < limit)
        else:
            band = age if age in AgeBand.values else refuse("age", age)
    chosen = [
        (_choice(text, choices) or refuse(name, text)) if text else ""
        for name, text, choices in (
            ("education", education, Education),
            ("occupation", occupation, Occupation),
        )
    ]
    way = (_CHANNELS.get(channel.casefold()) or refuse("channel", channel)) if channel else ""
    return (found_sex, band, *chosen, way), problems


def _choice(text: str, choices: Any) -> str:
    wanted = text.casefold()
    for choice in choices:
        if wanted in {choice.value, str(choice.label).casefold()} or wanted in str(
            choice.label
        ).casefold().split("/"):
            return choice.value
    if choices is Occupation and wanted in {"swasta", "karyawan swasta", "pegawai swasta"}:
        return "swasta"
    if choices is Education and wanted in {"d1", "d2", "d3", "d4"}:
        return "s1" if wanted == "d4" else "diploma"
    return ""
