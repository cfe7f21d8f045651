"""When a participation may be called completed, and the calendar file."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.training.rules.calendar_file import Event, calendar_file
from apps.training.rules.completion import (
    Obstacle,
    Record,
    attendance_percent,
    count_right,
    mean,
    meeting_days,
    obstacles,
    score_percent,
)
from apps.training.rules.enrolment_lifecycle import (
    EnrolmentAction,
    EnrolmentStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)

MONDAY = date(2026, 10, 19)


def record(**changes: Any) -> Record:
    return Record(**{"attended": 5, "days": 5, "has_check": False, "best_score": None, **changes})


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ()),
        ({"attended": 4}, ()),
        ({"attended": 3}, (Obstacle.ATTENDANCE,)),
        ({"attended": None, "days": 9}, ()),
        ({"has_check": True}, (Obstacle.CHECK_OPEN,)),
        ({"has_check": True, "best_score": Decimal("69.9")}, (Obstacle.CHECK_FAILED,)),
        ({"has_check": True, "best_score": Decimal(70)}, ()),
        ({"attended": 0, "has_check": True}, (Obstacle.ATTENDANCE, Obstacle.CHECK_OPEN)),
    ],
)
def test_what_is_missing(changes: dict[str, Any], missing: tuple[Obstacle, ...]) -> None:
    assert obstacles(record(**changes), attendance_limit=80, pass_mark=70) == missing


def test_the_limit_is_compared_exactly() -> None:
    """2 of 3 days are 66.67 percent: not 67, though they are shown as 66.7."""
    two_of_three = record(attended=2, days=3)
    assert obstacles(two_of_three, attendance_limit=67, pass_mark=70)
    assert not obstacles(two_of_three, attendance_limit=66, pass_mark=70)
    assert attendance_percent(2, 3) == Decimal("66.7")


def test_a_session_meets_on_working_days_or_on_its_weekend() -> None:
    week = meeting_days(MONDAY, date(2026, 10, 25), frozenset({date(2026, 10, 21)}))
    assert week == (MONDAY, date(2026, 10, 20), date(2026, 10, 22), date(2026, 10, 23))
    weekend = meeting_days(date(2026, 10, 24), date(2026, 10, 25), frozenset())
    assert weekend == (date(2026, 10, 24), date(2026, 10, 25))


def test_scores() -> None:
    assert count_right({1: 0, 2: 1, 3: 2}, {1: 0, 2: 0}) == 1
    assert score_percent(2, 3) == Decimal("66.7")
    assert (mean([1, 2, 4]), mean([])) == (Decimal("2.3"), None)
    for bad in ((1, 0), (4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="days"):
            score_percent(*bad)


def test_who_was_invited_has_no_future_twice() -> None:
    invited = EnrolmentStatus.INVITED
    assert set(allowed_actions(invited)) == {
        EnrolmentAction.ACCEPT,
        EnrolmentAction.QUEUE,
        EnrolmentAction.DECLINE,
        EnrolmentAction.CANCEL,
        EnrolmentAction.ENROL_AGAIN,
    }
    assert next_status(EnrolmentStatus.WAITING, EnrolmentAction.MOVE_UP) is EnrolmentStatus.ENROLLED
    for status in (EnrolmentStatus.COMPLETED, EnrolmentStatus.ABSENT):
        assert not allowed_actions(status)
    with pytest.raises(TransitionNotAllowed):
        next_status(EnrolmentStatus.DECLINED, EnrolmentAction.ACCEPT)


def event(**changes: Any) -> Event:
    values = {
        "uid": "sesi-1-20261020@asn-kinerja",
        "title": "Pelayanan prima; loket, antrean",
        "place": "",
        "url": "https://contoh.go.id/pelatihan/sesi/1/",
        "day": date(2026, 10, 20),
    }
    return Event(**{**values, **changes})


def test_a_calendar_file_as_calendars_read_it() -> None:
    made = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
    timed = event(
        starts_at=datetime(2026, 10, 20, 0, 0, tzinfo=UTC), ends_at=datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
    )
    text = calendar_file([event(place="Aula " * 30), timed], name="X", made_at=made).decode()
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    plain = text.replace("\r\n ", "")
    assert "SUMMARY:Pelayanan prima\\; loket\\, antrean\r\n" in plain
    assert "DTSTART;VALUE=DATE:20261020\r\nDTEND;VALUE=DATE:20261021\r\n" in plain
    assert "DTSTART:20261020T000000Z\r\nDTEND:20261020T080000Z\r\n" in plain
    assert plain.count("LOCATION:") == 1
    with pytest.raises(ValueError, match="both"):
        calendar_file([event(starts_at=made)], name="X", made_at=made)
