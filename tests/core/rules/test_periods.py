from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.periods import (
    Periodicity,
    PeriodSpan,
    first_instant_of,
    last_instant_of,
    periods_of_year,
)

LAST_DAY = date(2026, 11, 30)


def test_a_year_has_four_quarters() -> None:
    assert periods_of_year(2026, Periodicity.QUARTERLY) == (
        PeriodSpan(1, date(2026, 1, 1), date(2026, 3, 31)),
        PeriodSpan(2, date(2026, 4, 1), date(2026, 6, 30)),
        PeriodSpan(3, date(2026, 7, 1), date(2026, 9, 30)),
        PeriodSpan(4, date(2026, 10, 1), date(2026, 12, 31)),
    )


@pytest.mark.parametrize(("year", "last_of_february"), [(2026, 28), (2028, 29)])
def test_a_year_has_twelve_months(year: int, last_of_february: int) -> None:
    months = periods_of_year(year, Periodicity.MONTHLY)
    assert [month.number for month in months] == list(range(1, 13))
    assert months[1] == PeriodSpan(2, date(year, 2, 1), date(year, 2, last_of_february))


@settings(max_examples=30, deadline=None)
@given(st.integers(1900, 2200), st.sampled_from(Periodicity))
def test_periods_cover_the_year_without_gap(year: int, periodicity: Periodicity) -> None:
    spans = periods_of_year(year, periodicity)
    assert (spans[0].starts_on, spans[-1].ends_on) == (date(year, 1, 1), date(year, 12, 31))
    for earlier, later in pairwise(spans):
        assert earlier.ends_on + timedelta(days=1) == later.starts_on


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("Asia/Jakarta", 16), ("Asia/Makassar", 15), ("Asia/Jayapura", 14)],
)
def test_the_last_instant_differs_by_time_zone(zone: str, hour: int) -> None:
    assert last_instant_of(LAST_DAY, zone) == datetime(2026, 11, 30, hour, 59, 59, tzinfo=UTC)
    assert last_instant_of(LAST_DAY, zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)],
)
def test_the_first_instant_lies_on_the_day_before_in_utc(zone: str, hour: int) -> None:
    assert first_instant_of(LAST_DAY, zone) == datetime(2026, 11, 29, hour, 0, 0, tzinfo=UTC)
    assert first_instant_of(LAST_DAY, zone).tzinfo is UTC
