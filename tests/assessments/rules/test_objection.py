from datetime import date

import pytest

from apps.assessments.rules.objection import (
    DECISION_DAYS,
    OBJECTION_DAY_KIND,
    OBJECTION_DAYS,
    decision_deadline,
    is_late,
    objection_deadline,
)
from apps.core.rules.working_days import DayKind

RECEIVED = date(2026, 1, 2)
NO_HOLIDAYS: frozenset[date] = frozenset()


def test_ex_40_fourteen_calendar_days() -> None:
    deadline = objection_deadline(RECEIVED, 14, DayKind.CALENDAR, NO_HOLIDAYS)
    assert deadline == date(2026, 1, 16)
    assert not is_late(date(2026, 1, 16), deadline)
    assert is_late(date(2026, 1, 17), deadline)


def test_the_default_counts_working_days() -> None:
    assert (OBJECTION_DAYS, DECISION_DAYS, OBJECTION_DAY_KIND) == (14, 7, DayKind.WORKING)
    deadline = objection_deadline(RECEIVED, OBJECTION_DAYS, OBJECTION_DAY_KIND, NO_HOLIDAYS)
    assert deadline == date(2026, 1, 22)


@pytest.mark.parametrize(
    ("kind", "expected"), [(DayKind.WORKING, date(2026, 2, 3)), (DayKind.CALENDAR, date(2026, 1, 29))]
)
def test_the_decision_is_due_after_the_objection(kind: DayKind, expected: date) -> None:
    holidays = {date(2026, 1, 27)}
    assert decision_deadline(date(2026, 1, 22), 7, kind, holidays) == expected


def test_a_holiday_gives_the_employee_another_day() -> None:
    assert objection_deadline(RECEIVED, 14, DayKind.WORKING, {date(2026, 1, 16)}) == date(2026, 1, 23)
