"""Load a respondent-level SKM table: one row per person, one column per unsur.

A table without respondent numbers can be loaded again as well: equal rows are counted, and only those that
are not
there yet are added. Rows with a problem are reported and left out; the others go in.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.rules.periods import first_instant_of
from apps.core.sheets.reading import Row, TableWarning, read_table

from ..labels import AgeBand, Channel, Education, Occupation, Sampling, Sex, Tier
from ..models import Answer, IkmResult, Response, SurveyPeriod, Unsur
from ..rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from . import results

BATCH_SIZE = 1000
_TITLES = {
    "respondent": ["resp_no", "no responden", "nomor responden", "kode peserta", "responden"],
    "number": ["no", "nomor", "nomor urut", "no urut"],
    "sex": ["sex", "jenis kelamin", "jk", "l/p"],
    "age": ["age", "usia", "umur"],
    "education": ["education", "pendidikan", "pendidikan terakhir"],
    "occupation": ["occupation", "pekerjaan"],
    "remark": ["remark", "saran", "komentar", "masukan", "saran dan masukan"],
    "source": ["source", "sumber"],
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


@dataclass
class ImportReport:
    """What an import did."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[TableWarning] = field(default_factory=list)
    result: IkmResult | None = None


@dataclass(frozen=True)
class _Respondent:
    key: str
    answers: dict[str, int]
    attributes: dict[str, str]
    remark: str


@transaction.atomic
def import_respondents(
    *,
    survey_period: SurveyPeriod,
    source: Path | bytes,
    file_name: str,
    by: Any,
    at: datetime,
    columns: Mapping[str, str] | None = None,
) -> ImportReport:
    """Load a table into a survey period and refresh its result.

    `columns` maps a title to an unsur code where the table numbers them otherwise:
    `{"U8": "sarana", "U9": "pengaduan"}`.

    :raises SheetRefused: if the file as a whole cannot be used; a subclass tells why.
    :raises PeriodIsPublished: if the result of the period is fixed.
    :raises UnknownColumn: if a title is mapped to an unknown unsur.
    """
    period = (
        SurveyPeriod.objects.select_for_update(of=("self",))
        .select_related("questionnaire", "service__unit__government")
        .get(pk=survey_period.pk)
    )
    if IkmResult.objects.filter(survey_period=period, published_at__isnull=False).exists():
        raise PeriodIsPublished
    if not period.sampling:
        # A table of respondents is the record of a survey; how they were chosen it does not say.
        period.sampling = str(Sampling.UNRECORDED)
        period.save(update_fields=["sampling"])
    unsur = {row.code: row for row in period.questionnaire.unsur.all()}
    aliases = _aliases(unsur, columns or {})
    table = read_table(source, file_name, aliases=aliases, required=list(unsur))
    report = ImportReport(warnings=list(table.warnings))
    government = period.service.unit.government
    # A table has no time of day: the last day of the period, or today while it runs.
    hour = min(first_instant_of(period.ends_on, government.timezone), at).replace(
        minute=0, second=0, microsecond=0
    )
    stored = _stored(period)
    new: list[_Respondent] = []
    changed: list[_Respondent] = []
    for person in _respondents(table.rows, period, unsur, report):
        earlier = stored.get(person.key)
        if earlier is None:
            new.append(person)
            report.added += 1
        elif earlier == (person.answers, person.attributes, person.remark):
            report.unchanged += 1
        else:
            changed.append(person)
            report.changed += 1
        if len(new) == BATCH_SIZE:
            _add(new, period, unsur, hour, government)
            new = []
    _add(new, period, unsur, hour, government)
    for start in range(0, len(changed), BATCH_SIZE):
        _change(changed[start : start + BATCH_SIZE], unsur)
    audit.record(
        "feedback.responses.imported",
        target=period,
        by=by,
        scope=government.code,
        at=at,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        refused=len({problem.row for problem in report.problems}),
    )
    report.result = results.refresh_result(survey_period_id=period.pk, at=at)
    return report


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


def _respondents(
    rows: Iterator[Row], period: SurveyPeriod, unsur: Mapping[str, Unsur], report: ImportReport
) -> Iterator[_Respondent]:
    seen: Counter[str] = Counter()
    numbers: dict[str, int] = {}
    for row in rows:
        report.read += 1
        problems = [
            RowProblem(row.number, problem.column, problem.code, str(problem.params.get("shown", "")))
            for problem in row.problems
        ]
        answers = {}
        for code in unsur:
            text = _text(row.values.get(code))
            if not text:
                continue
            if text.isascii() and text.isdigit() and LOWEST_ANSWER <= int(text[:3]) <= HIGHEST_ANSWER:
                answers[code] = int(text)
            else:
                problems.append(RowProblem(row.number, f"U{unsur[code].number}", "not_1_to_4", text[:40]))
        attributes, odd = _attributes(row)
        problems += odd
        respondent = _text(row.values.get("respondent")) or _text(row.values.get("number"))
        if not problems and not answers:
            problems.append(RowProblem(row.number, "", "no_answers"))
        if respondent and respondent in numbers:
            problems.append(RowProblem(row.number, "respondent", "number_twice", str(numbers[respondent])))
        if problems:
            report.problems += problems
            continue
        if respondent:
            numbers[respondent] = row.number
            mark = f"n:{respondent}"
        else:
            content = repr(
                (sorted(answers.items()), sorted(attributes.items()), _text(row.values.get("remark")))
            )
            seen[content] += 1
            mark = f"c:{seen[content]}:{content}"
        digest = hashlib.sha256(mark.encode()).hexdigest()[:40]
        yield _Respondent(
            key=f"skm:{period.pk}:{digest}",
            answers=answers,
            attributes=attributes,
            remark=_text(row.values.get("remark")),
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _attributes(row: Row) -> tuple[dict[str, str], list[RowProblem]]:
    """Return the attributes of a row; what cannot be read is a problem, what is missing is left open."""
    found = {"sex": "", "age_band": "", "education": "", "occupation": ""}
    problems = []
    sex = _text(row.values.get("sex"))
    if sex:
        if sex.casefold() in _SEX:
            found["sex"] = _SEX[sex.casefold()].value
        else:
            problems.append(RowProblem(row.number, "sex", "unknown_value", sex[:40]))
    age = _text(row.values.get("age"))
    if age:
        if age.isascii() and age.isdigit() and int(age[:4]) < 130:
            found["age_band"] = next(band.value for limit, band in _AGES if int(age) < limit)
        elif age in AgeBand.values:
            found["age_band"] = age
        else:
            problems.append(RowProblem(row.number, "age", "unknown_value", age[:40]))
    for name, choices in (("education", Education), ("occupation", Occupation)):
        text = _text(row.values.get(name))
        if text:
            value = _choice(text, choices)
            if value:
                found[name] = value
            else:
                problems.append(RowProblem(row.number, name, "unknown_value", text[:40]))
    return found, problems


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


def _stored(period: SurveyPeriod) -> dict[str, tuple[dict[str, int], dict[str, str], str]]:
    """Return what earlier imports left in the period, in three queries however long the table is."""
    rows = Response.objects.filter(survey_period=period, import_key__isnull=False).prefetch_related(
        "answers__unsur"
    )
    return {
        str(row.import_key): (
            {answer.unsur.code: answer.value for answer in row.answers.all()},
            {
                "sex": row.sex,
                "age_band": row.age_band,
                "education": row.education,
                "occupation": row.occupation,
            },
            row.remark,
        )
        for row in rows
    }


def _add(
    people: list[_Respondent],
    period: SurveyPeriod,
    unsur: Mapping[str, Unsur],
    hour: datetime,
    government: Any,
) -> None:
    responses = Response.objects.bulk_create(
        Response(
            government=government,
            service=period.service,
            survey_period=period,
            channel=str(Channel.IMPORT),
            tier=str(Tier.VERIFIED),
            hour=hour,
            remark=person.remark,
            import_key=person.key,
            **person.attributes,
        )
        for person in people
    )
    _answer(zip(responses, people, strict=True), unsur)


def _change(people: list[_Respondent], unsur: Mapping[str, Unsur]) -> None:
    stored = {row.import_key: row for row in Response.objects.filter(import_key__in=[p.key for p in people])}
    pairs = [(stored[person.key], person) for person in people]
    for response, person in pairs:
        for name, value in person.attributes.items():
            setattr(response, name, value)
        response.remark = person.remark
    Response.objects.bulk_update(stored.values(), [*people[0].attributes, "remark"])
    Answer.objects.filter(response__in=stored.values()).delete()
    _answer(pairs, unsur)


def _answer(pairs: Iterable[tuple[Response, _Respondent]], unsur: Mapping[str, Unsur]) -> None:
    Answer.objects.bulk_create(
        Answer(response=response, unsur=unsur[code], value=value)
        for response, person in pairs
        for code, value in person.answers.items()
    )
