"""Which mutu pelayanan (A to D) an index has (SKM 1.6). Terms: docs/glossary.md.

The index is rounded first and then compared with lower bounds only: the printed bands have gaps, in
which values such as 88.305 would get no letter.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up
from apps.feedback.rules.regimes import Regime

HIGHEST_IKM = Decimal(100)


class ServiceGrade(StrEnum):
    A = "a"
    B = "b"
    C = "c"
    D = "d"


# Printed with the letter on official results.
_LABELS = {
    ServiceGrade.A: "Sangat baik",
    ServiceGrade.B: "Baik",
    ServiceGrade.C: "Kurang baik",
    ServiceGrade.D: "Tidak baik",
}


def grade_for(ikm: Decimal | Fraction, regime: Regime) -> ServiceGrade:
    """Return the grade of an index, or of one unsur if its average times 25 is given.

    :raises ValueError: if the rounded value is not within 25 to 100.
    """
    value = half_up(ikm)
    if value <= HIGHEST_IKM:
        for grade, floor in zip(ServiceGrade, regime.grade_floors, strict=True):
            if value >= floor:
                return grade
    raise ValueError("an index lies between 25 and 100")


def grade_label(grade: ServiceGrade) -> str:
    """Return the official Indonesian word for a grade; the letter is `grade.name`."""
    return _LABELS[grade]
