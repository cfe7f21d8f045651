import pytest

from apps.employees.rules.nip import EmployeeStatus
from apps.employees.rules.pangkat import (
    PNS_GOLONGAN,
    PPPK_GOLONGAN,
    UnknownGolongan,
    is_valid_golongan,
    pangkat_line,
    pangkat_name,
)

PNS, PPPK = EmployeeStatus.PNS, EmployeeStatus.PPPK

PRINTED = (
    "I/a Juru Muda · I/b Juru Muda Tingkat I · I/c Juru · I/d Juru Tingkat I · "
    "II/a Pengatur Muda · II/b Pengatur Muda Tingkat I · II/c Pengatur · II/d Pengatur Tingkat I · "
    "III/a Penata Muda · III/b Penata Muda Tingkat I · III/c Penata · III/d Penata Tingkat I · "
    "IV/a Pembina · IV/b Pembina Tingkat I · IV/c Pembina Utama Muda · IV/d Pembina Utama Madya · "
    "IV/e Pembina Utama"
)


def test_the_table_is_the_printed_one() -> None:
    assert " · ".join(f"{golongan} {pangkat_name(golongan, PNS)}" for golongan in PNS_GOLONGAN) == PRINTED


def test_pppk_have_seventeen_golongan_and_no_pangkat() -> None:
    assert (len(PPPK_GOLONGAN), PPPK_GOLONGAN[0], PPPK_GOLONGAN[8], PPPK_GOLONGAN[-1]) == (
        17,
        "I",
        "IX",
        "XVII",
    )
    assert {pangkat_name(golongan, PPPK) for golongan in PPPK_GOLONGAN} == {"-"}


def test_the_line_of_the_forms() -> None:
    assert pangkat_line("III/c", PNS) == "Penata, III/c"
    assert pangkat_line("IX", PPPK) == "IX"


@pytest.mark.parametrize(
    ("golongan", "status"),
    [("III/e", PNS), ("III/C", PNS), ("IX", PNS), ("III/c", PPPK), ("XVIII", PPPK), ("", PNS)],
)
def test_a_foreign_golongan_is_refused(golongan: str, status: EmployeeStatus) -> None:
    assert not is_valid_golongan(golongan, status)
    with pytest.raises(UnknownGolongan):
        pangkat_name(golongan, status)
    with pytest.raises(UnknownGolongan):
        pangkat_line(golongan, status)
