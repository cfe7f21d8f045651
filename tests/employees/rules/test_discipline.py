import pytest

from apps.employees.rules.discipline import DisciplineLevel, Sanction, absence_consequence

# The printed table of section 11.1: first and last day, level, sanction.
PRINTED = """
3  3   ringan teguran_lisan
4  6   ringan teguran_tertulis
7  10  ringan pernyataan_tidak_puas
11 13  sedang potong_tukin_6_bulan
14 16  sedang potong_tukin_9_bulan
17 20  sedang potong_tukin_12_bulan
21 24  berat  penurunan_jabatan
25 27  berat  pembebasan_jabatan
28 230 berat  pemberhentian
"""
ROWS = [line.split() for line in PRINTED.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row[3] for row in ROWS])
def test_every_day_of_the_table(row: list[str]) -> None:
    first, last = int(row[0]), int(row[1])
    for days in range(first, last + 1):
        found = absence_consequence(days, longest_run=1)
        assert found is not None
        assert (found.level.value, found.sanction.value) == (row[2], row[3])


@pytest.mark.parametrize("days", [0, 1, 2])
def test_few_days_have_no_row(days: int) -> None:
    assert absence_consequence(days, longest_run=days) is None


def test_ex_36_ten_days_in_a_year() -> None:
    found = absence_consequence(10, longest_run=4)
    assert found is not None
    assert (found.level, found.sanction) == (DisciplineLevel.RINGAN, Sanction.DISSATISFACTION)


def test_ex_37_ten_days_in_a_row() -> None:
    found = absence_consequence(10, longest_run=10)
    assert found is not None
    assert (found.level, found.sanction) == (DisciplineLevel.BERAT, Sanction.DISMISSAL)
    nine = absence_consequence(10, longest_run=9)
    assert nine is not None
    assert nine.level is DisciplineLevel.RINGAN


@pytest.mark.parametrize(("days", "run"), [(-1, 0), (3, 4), (3, -1)])
def test_the_run_is_part_of_the_days(days: int, run: int) -> None:
    with pytest.raises(ValueError, match="longest run"):
        absence_consequence(days, run)
