"""Which sanction follows from unexcused absence (PP 94/2021, sheet 11.1). Terms: docs/glossary.md.

A sanction is decided by people; this says what the regulation names for the days, and never touches a predikat
(DIS-2).
"""

from dataclasses import dataclass
from enum import StrEnum

DISMISSAL_FROM = 28
CONSECUTIVE_DISMISSAL = 10


class DisciplineLevel(StrEnum):
    RINGAN = "ringan"
    SEDANG = "sedang"
    BERAT = "berat"


class Sanction(StrEnum):
    ORAL_REPRIMAND = "teguran_lisan"
    WRITTEN_REPRIMAND = "teguran_tertulis"
    DISSATISFACTION = "pernyataan_tidak_puas"
    ALLOWANCE_CUT_6 = "potong_tukin_6_bulan"
    ALLOWANCE_CUT_9 = "potong_tukin_9_bulan"
    ALLOWANCE_CUT_12 = "potong_tukin_12_bulan"
    DEMOTION = "penurunan_jabatan"
    RELEASE = "pembebasan_jabatan"
    DISMISSAL = "pemberhentian"


@dataclass(frozen=True, slots=True)
class Consequence:
    """The level and the sanction."""

    level: DisciplineLevel
    sanction: Sanction


_RINGAN, _SEDANG, _BERAT = DisciplineLevel
# First day count of each row, descending.
ABSENCE: tuple[tuple[int, Consequence], ...] = (
    (DISMISSAL_FROM, Consequence(_BERAT, Sanction.DISMISSAL)),
    (25, Consequence(_BERAT, Sanction.RELEASE)),
    (21, Consequence(_BERAT, Sanction.DEMOTION)),
    (17, Consequence(_SEDANG, Sanction.ALLOWANCE_CUT_12)),
    (14, Consequence(_SEDANG, Sanction.ALLOWANCE_CUT_9)),
    (11, Consequence(_SEDANG, Sanction.ALLOWANCE_CUT_6)),
    (7, Consequence(_RINGAN, Sanction.DISSATISFACTION)),
    (4, Consequence(_RINGAN, Sanction.WRITTEN_REPRIMAND)),
    (3, Consequence(_RINGAN, Sanction.ORAL_REPRIMAND)),
)


def absence_consequence(days_in_year: int, longest_run: int) -> Consequence | None:
    """Return what follows from the working days missed in a year, the longest run of them among these.

    :raises ValueError: if a number is negative, or the run is longer than all days.
    """
    if not 0 <= longest_run <= days_in_year:
        raise ValueError("the longest run is part of the days")
    if longest_run >= CONSECUTIVE_DISMISSAL:
        return ABSENCE[0][1]
    return next((found for first, found in ABSENCE if days_in_year >= first), None)
