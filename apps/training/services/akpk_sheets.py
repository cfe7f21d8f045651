"""The gap analysis as a workbook. Taking it out is noted in the audit chain: it names people."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from apps.assessments.services.actors import account_of
from apps.core import audit
from apps.core.sheets.escaping import defuse
from apps.employees.models import Government

from ..selectors.competences import AkpkLine, PersonGaps, UnitLine

HIDDEN = "-"


def workbook(
    *,
    government: Government,
    lines: Sequence[AkpkLine],
    unit_lines: Sequence[UnitLine],
    people: Sequence[PersonGaps],
    names: Mapping[str, str],
    by: Any,
    at: datetime,
) -> bytes:
    """Return three sheets: per competence, per unit, per person; a dash stands where too few people are assessed."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(output, options)
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True})
    figures = [_("People"), _("Assessed"), _("Below the standard"), _("Widest gap"), _("Mean gap")]
    _write(book, head, _("Competences"), [_("Competence"), *figures], (_line(row) for row in lines))
    _write(
        book,
        head,
        _("Units"),
        [_("Unit"), _("People"), _("Assessed"), _("Below the standard"), _("Mean gap")],
        (
            (row.unit.name, row.people, _or(row.assessed), _or(row.below), _or(row.mean_gap))
            for row in unit_lines
        ),
    )
    _write(
        book,
        head,
        _("People"),
        [
            _("Name"),
            _("NIP"),
            _("Unit"),
            _("Competence"),
            _("Required"),
            _("Assessed"),
            _("Gap"),
            _("Assessed on"),
        ],
        (line for person in people for line in _person(person, names)),
    )
    book.close()
    audit.record(
        "training.akpk.downloaded",
        target=government,
        by=account_of(by),
        scope=government.code,
        at=at,
        people=len(people),
    )
    return output.getvalue()


def _or(value: Any) -> Any:
    return HIDDEN if value is None else value


def _line(row: AkpkLine) -> tuple[Any, ...]:
    found = row.summary
    if found is None:
        return (row.name, row.people, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
    return (row.name, row.people, found.assessed, found.below, found.widest, _or(found.mean_gap))


def _person(person: PersonGaps, names: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    for gap in person.gaps:
        assessment = person.assessments.get(gap.competence_code)
        yield (
            person.employee.full_name,
            person.employee.nip,
            person.position.unit.name,
            names.get(gap.competence_code, gap.competence_code),
            gap.required,
            _or(gap.assessed),
            _or(gap.gap),
            assessment.assessed_on.isoformat() if assessment else HIDDEN,
        )


def _write(book: Any, head: Any, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(title[:31])
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, defuse(value))
            else:
                sheet.write_number(number, column, float(value))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(headings) - 1, 18)
    sheet.freeze_panes(1, 1)
