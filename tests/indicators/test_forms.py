from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.templatetags.formats import number
from apps.indicators.forms import parse_number


@pytest.mark.parametrize(
    ("typed", "mark", "expected"),
    [
        ("1.250", ",", "1250"),
        ("1.250", ".", "1.25"),
        ("1,250", ".", "1250"),
        ("1.234.567,89", ",", "1234567.89"),
        ("1,234,567.89", ",", "1234567.89"),
        ("98,5", ",", "98.5"),
        ("98.5", ",", "98.5"),
        (" 12 500 ", ",", "12500"),
        ("-3", ",", "-3"),
        ("\u22123,5", ",", "-3.5"),
    ],
)
def test_numbers_as_people_type_them(typed: str, mark: str, expected: str) -> None:
    assert parse_number(typed, mark) == Decimal(expected)


@pytest.mark.parametrize(
    "typed", ["", "x", "1,2,3", "1.2.3", "1..2", "--1", "1e5", "NaN", "Infinity", "1.23,456.7", "٣"]
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_number(typed)


@given(st.decimals(min_value=0, max_value=10**11, places=4))
def test_what_we_write_we_read_back(value: Decimal) -> None:
    assert parse_number(number(value)) == value
