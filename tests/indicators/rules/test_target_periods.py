from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.indicators.rules.target_periods import Division, division_of, parts_of


def test_quarters_and_months_of_a_leap_year() -> None:
    quarters = parts_of(2028, Division.QUARTERLY)
    assert [(part.starts_on, part.ends_on) for part in quarters] == [
        (date(2028, 1, 1), date(2028, 3, 31)),
        (date(2028, 4, 1), date(2028, 6, 30)),
        (date(2028, 7, 1), date(2028, 9, 30)),
        (date(2028, 10, 1), date(2028, 12, 31)),
    ]
    assert parts_of(2028, Division.MONTHLY)[1].ends_on == date(2028, 2, 29)


@settings(max_examples=30, deadline=None)
@given(st.integers(2000, 2100), st.sampled_from(Division))
def test_the_parts_are_the_year_without_gap(year: int, division: Division) -> None:
    parts = parts_of(year, division)
    assert (parts[0].starts_on, parts[-1].ends_on) == (date(year, 1, 1), date(year, 12, 31))
    for one, other in pairwise(parts):
        assert other.starts_on == one.ends_on + timedelta(days=1)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert {division_of(part.starts_on, part.ends_on) for part in parts} == {division}


@pytest.mark.parametrize("last", [date(2026, 2, 15), date(2026, 6, 30)])
def test_a_strange_part_belongs_to_no_division(last: date) -> None:
    assert division_of(date(2026, 1, 1), last) is None
