"""Many lines at once: each with its own problem, saved together or not at all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import ProgressEntry
from apps.assessments.rules.entry_lines import LineProblem, split_lines
from apps.assessments.selectors import progress as lines
from apps.assessments.selectors import reporting
from apps.assessments.selectors.progress import Lock
from apps.assessments.services import progress, progress_lines, reports
from apps.assessments.services.progress_lines import LineDraft
from apps.core import policy
from apps.core.models import AuditEntry
from apps.indicators.models import Indicator
from apps.indicators.services.guard import applying

from .conftest import NOW, TODAY, add, fill


def drafts(world: Any, pasted: str) -> list[LineDraft]:
    targets = lines.targets_of(reporting.writable_results(world.staff, TODAY))
    return progress_lines.drafts_from(split_lines(pasted), targets)


def check(world: Any, pasted: str) -> list[Any]:
    return progress_lines.check_lines(employee=world.staff, drafts=drafts(world, pasted), at=NOW)


def save(world: Any, pasted: str, by: Any = None) -> list[ProgressEntry]:
    return progress_lines.add_lines(
        employee=world.staff, drafts=drafts(world, pasted), by=by or world.staff, at=NOW
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("15-9-2026;Posyandu", set()),
        ("15 September 2026;Posyandu;24;;1.1", set()),
        ("2026-09-15;Posyandu;2,5;;1.2", set()),
        (";Posyandu", {("date", LineProblem.NO_DATE)}),
        ("kemarin;Posyandu", {("date", LineProblem.DATE_UNKNOWN)}),
        ("31-2-2026;Posyandu", {("date", LineProblem.DATE_UNKNOWN)}),
        ("16-9-2026;Posyandu", {("date", LineProblem.IN_FUTURE)}),
        ("31-12-2025;Posyandu", {("date", LineProblem.OUTSIDE_PLAN)}),
        ("15-9-2026;", {("text", LineProblem.NO_TEXT)}),
        ("15-9-2026;" + "x" * 501, {("text", LineProblem.TEXT_TOO_LONG)}),
        (
            "15-9-2026;a;b;c;1;d",
            {("text", LineProblem.TOO_MANY_CELLS), ("quantity", LineProblem.QUANTITY_UNKNOWN)},
        ),
        ("15-9-2026;Posyandu;;;9", {("target", LineProblem.RESULT_UNKNOWN)}),
        ("15-9-2026;Posyandu;dua;;1.1", {("quantity", LineProblem.QUANTITY_UNKNOWN)}),
        ("15-9-2026;Posyandu;-1;;1.1", {("quantity", LineProblem.QUANTITY_UNKNOWN)}),
        ("15-9-2026;Posyandu;2;;1", {("target", LineProblem.QUANTITY_NEEDS_INDICATOR)}),
        ("15-9-2026;Posyandu;;;1.1", {("quantity", LineProblem.INDICATOR_NEEDS_QUANTITY)}),
    ],
)
def test_each_line_says_what_is_wrong(world: Any, skp: Any, period: Any, line: str, found: set[Any]) -> None:
    (row,) = check(world, line)
    assert set(row.problems) == found


def test_without_a_number_and_with_two_results_one_must_be_chosen(world: Any, skp: Any, period: Any) -> None:
    with applying():
        skp.results.create(text="Administrasi tertib", order=2)
    assert [
        code for code, row in lines.targets_of(reporting.writable_results(world.staff, TODAY)).items()
    ] == [
        "1",
        "1.1",
        "1.2",
        "2",
    ]
    (row,) = check(world, "15-9-2026;Rapat")
    assert row.problems == (("target", LineProblem.NO_RESULT),)
    (row,) = check(world, "15-9-2026;Rapat;;;administrasi TERTIB")
    assert (row.problems, row.draft.target) == ((), "2")


def test_the_unit_tells_which_indicator_is_meant(world: Any, skp: Any, period: Any) -> None:
    first, second = skp.results.get().indicators.all()
    with applying():
        Indicator.objects.filter(pk=second.pk).update(measure="Rujukan")
    (row,) = check(world, "15-9-2026;Posyandu;3;rujukan;1")
    assert (row.target.indicator, row.quantity) == (second, Decimal(3))
    with applying():
        Indicator.objects.filter(pk=first.pk).update(source="progress_sum")
    (row,) = check(world, "15-9-2026;Posyandu;3;;1")
    assert row.target.indicator == first, "only one is counted from lines"


def test_all_are_saved_together(world: Any, skp: Any, draft: Any) -> None:
    indicator = skp.results.get().indicators.first()
    with applying():
        Indicator.objects.filter(pk=indicator.pk).update(source="progress_sum")
    added = save(world, "14-9-2026;Posyandu;24;;1.1\n15-9-2026;Posyandu;6,5;;1.1\n15-9-2026;Rapat")
    assert [(row.date.day, row.text, row.quantity) for row in added] == [
        (14, "Posyandu", Decimal(24)),
        (15, "Posyandu", Decimal("6.5")),
        (15, "Rapat", None),
    ]
    assert draft.lines.get(indicator=indicator).realization == Decimal("30.5"), "one entry, several outputs"
    entry = AuditEntry.objects.get(action="assessments.progress.lines_added")
    assert entry.data["entries"] == [row.pk for row in added]


def test_one_bad_line_saves_none(world: Any, skp: Any, period: Any) -> None:
    with pytest.raises(progress_lines.LinesRefused) as refused:
        save(world, "14-9-2026;Posyandu\n16-9-2026;Besok")
    assert [bool(row.problems) for row in refused.value.checked] == [False, True]
    assert ProgressEntry.objects.count() == 0
    left = [
        replace(row, is_left_out=row.number == 2)
        for row in drafts(world, "14-9-2026;Posyandu\n16-9-2026;Besok")
    ]
    assert len(progress_lines.add_lines(employee=world.staff, drafts=left, by=world.staff, at=NOW)) == 1


def test_the_same_sheet_twice_doubles_nothing(world: Any, skp: Any, period: Any) -> None:
    sheet = "14-9-2026;Posyandu;24;;1.1\n15-9-2026;Rapat\n15-9-2026;Rapat"
    assert [row.problems for row in check(world, sheet)] == [(), (), (("text", LineProblem.TWICE_HERE),)]
    save(world, "14-9-2026;Posyandu;24;;1.1\n15-9-2026;Rapat")
    assert [row.is_there_already for row in check(world, sheet)] == [True, True, True]
    with pytest.raises(progress_lines.LinesRefused):
        save(world, sheet)
    assert ProgressEntry.objects.count() == 2


def test_only_the_writer_and_not_too_many(world: Any, skp: Any, period: Any) -> None:
    with pytest.raises(progress_lines.NotTheWriter):
        save(world, "14-9-2026;Posyandu", by=world.head)
    with pytest.raises(progress_lines.TooManyLines):
        drafts(world, "14-9-2026;Posyandu\n" * 301)
    assert ProgressEntry.objects.count() == 0


def test_a_closed_day_says_why(world: Any, skp: Any, draft: Any, periods: list[Any]) -> None:
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    (row,) = check(world, "15-9-2026;Terlambat")
    assert row.problems == (("date", LineProblem.REPORT_SENT),)
    with pytest.raises(progress.EntryLocked) as locked:
        add(world, skp, "Terlambat")
    assert locked.value.lock is Lock.SENT

    policy.set_value(
        "assessments.late_reports_allowed",
        False,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    (row,) = check(world, "15-6-2026;Lama")
    assert row.problems == (("date", LineProblem.PERIOD_CLOSED),)
    assert ProgressEntry.objects.count() == 0


def test_checking_costs_the_same_for_three_and_300_lines(world: Any, skp: Any, draft: Any) -> None:
    def cost(number: int) -> int:
        pasted = "".join(f"{1 + i % 14}-9-2026;Kegiatan {i};{i};;1.1\n" for i in range(number))
        rows = drafts(world, pasted)
        with CaptureQueriesContext(connection) as captured:
            progress_lines.check_lines(employee=world.staff, drafts=rows, at=NOW)
        return len(captured)

    cost(3)
    assert cost(3) == cost(300)


def test_what_repeats_most_comes_first(world: Any, skp: Any, period: Any) -> None:
    for day in (1, 2, 3):
        add(world, skp, "Apel pagi", date(2026, 9, day))
    for day in (4, 5):
        add(world, skp, "Posyandu", date(2026, 9, day))
    add(world, skp, "Rapat", TODAY)
    add(world, skp, "Sekali di Januari", date(2026, 1, 5))
    assert [row.text for row in lines.repeated_lines(world.staff, TODAY)] == [
        "Apel pagi",
        "Posyandu",
        "Rapat",
    ]


def test_a_month_to_copy_shows_each_line_once(world: Any, skp: Any, period: Any) -> None:
    indicator = skp.results.get().indicators.first()
    add(world, skp, "Posyandu", date(2026, 8, 4), indicator=indicator, quantity=Decimal(20))
    add(world, skp, "Posyandu", date(2026, 8, 11), indicator=indicator, quantity=Decimal(24))
    add(world, skp, "Apel pagi", date(2026, 8, 3))
    add(world, skp, "September", date(2026, 9, 1))
    found = lines.lines_to_copy(world.staff, date(2026, 8, 1), date(2026, 8, 31))
    assert [(row.text, row.quantity) for row in found] == [("Apel pagi", None), ("Posyandu", Decimal(24))]
