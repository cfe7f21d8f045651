from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.credit import CREDIT_TABLES, Jenjang, credit_for, credit_table_on
from apps.assessments.rules.predikat import Predikat

SB, B, BP, K, SK = Predikat

# The printed table CRD-2: coefficient, then a whole year per predikat.
PRINTED = """
pemula       3.75  5.63  3.75  2.81  1.88  0.94
terampil     5     7.50  5.00  3.75  2.50  1.25
mahir        12.5  18.75 12.50 9.38  6.25  3.13
penyelia     25    37.50 25.00 18.75 12.50 6.25
ahli_pertama 12.5  18.75 12.50 9.38  6.25  3.13
ahli_muda    25    37.50 25.00 18.75 12.50 6.25
ahli_madya   37.5  56.25 37.50 28.13 18.75 9.38
ahli_utama   50    75.00 50.00 37.50 25.00 12.50
"""
ROWS = [line.split() for line in PRINTED.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_whole_year_as_printed(row: list[str]) -> None:
    jenjang = Jenjang(row[0])
    assert CREDIT_TABLES[-1].coefficients[jenjang] == Decimal(row[1])
    assert [str(credit_for(predikat, jenjang)) for predikat in Predikat] == row[2:]


def test_every_jenjang_is_printed() -> None:
    assert [row[0] for row in ROWS] == [jenjang.value for jenjang in Jenjang]


@pytest.mark.parametrize(
    ("predikat", "jenjang", "months", "expected"),
    [
        pytest.param(SB, Jenjang.AHLI_PERTAMA, 12, "18.75", id="EX-10"),
        pytest.param(B, Jenjang.AHLI_PERTAMA, 2, "2.08", id="EX-11"),
        pytest.param(B, Jenjang.AHLI_MUDA, 6, "12.50", id="EX-13"),
        pytest.param(SB, Jenjang.AHLI_MUDA, 3, "9.38", id="EX-14"),
        pytest.param(SB, Jenjang.TERAMPIL, 5, "3.13", id="EX-15"),
        pytest.param(BP, Jenjang.AHLI_MADYA, 4, "9.38", id="EX-16"),
        pytest.param(SB, Jenjang.PEMULA, 12, "5.63", id="EX-17"),
    ],
)
def test_worked_examples(predikat: Predikat, jenjang: Jenjang, months: int, expected: str) -> None:
    assert str(credit_for(predikat, jenjang, months)) == expected


def test_ex_12_rounded_conversions_are_added() -> None:
    total = credit_for(SB, Jenjang.AHLI_PERTAMA) + credit_for(B, Jenjang.AHLI_PERTAMA, 2)
    assert total == Decimal("20.83")


@pytest.mark.parametrize("months", [0, 13, -1])
def test_a_conversion_stays_within_a_year(months: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        credit_for(B, Jenjang.MAHIR, months)


def test_the_table_is_chosen_by_day() -> None:
    assert credit_table_on(date(2023, 1, 1)) is CREDIT_TABLES[0]
    assert credit_table_on(date(2022, 12, 31)) is None


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(Predikat), st.sampled_from(Jenjang), st.integers(1, 11))
def test_more_months_never_give_less(predikat: Predikat, jenjang: Jenjang, months: int) -> None:
    assert credit_for(predikat, jenjang, months) <= credit_for(predikat, jenjang, months + 1)
    whole = credit_for(predikat, jenjang)
    parts = credit_for(predikat, jenjang, months) + credit_for(predikat, jenjang, 12 - months)
    assert abs(whole - parts) <= Decimal("0.01")
