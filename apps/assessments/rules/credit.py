"""How a predikat becomes angka kredit of a functional post (CRD-1 to CRD-4). Terms: docs/glossary.md.

Each conversion is rounded once, half-up at two decimals; sums are taken of rounded conversions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.assessments.rules.predikat import Predikat
from apps.core.rules.rounding import half_up

MONTHS_OF_YEAR = 12


class Jenjang(StrEnum):
    PEMULA = "pemula"
    TERAMPIL = "terampil"
    MAHIR = "mahir"
    PENYELIA = "penyelia"
    AHLI_PERTAMA = "ahli_pertama"
    AHLI_MUDA = "ahli_muda"
    AHLI_MADYA = "ahli_madya"
    AHLI_UTAMA = "ahli_utama"


@dataclass(frozen=True, slots=True)
class CreditTable:
    """The percentages and yearly coefficients in force from a day on."""

    valid_from: date
    source: str
    percents: Mapping[Predikat, int]
    coefficients: Mapping[Jenjang, Decimal]


CREDIT_TABLES: tuple[CreditTable, ...] = (
    CreditTable(
        # The whole of 2023 is already converted this way (BKN's own example, EX-10).
        valid_from=date(2023, 1, 1),
        source="PermenPANRB 1/2023, Peraturan BKN 3/2023",
        percents={
            Predikat.SANGAT_BAIK: 150,
            Predikat.BAIK: 100,
            Predikat.BUTUH_PERBAIKAN: 75,
            Predikat.KURANG: 50,
            Predikat.SANGAT_KURANG: 25,
        },
        coefficients={
            Jenjang.PEMULA: Decimal("3.75"),
            Jenjang.TERAMPIL: Decimal("5"),
            Jenjang.MAHIR: Decimal("12.5"),
            Jenjang.PENYELIA: Decimal("25"),
            Jenjang.AHLI_PERTAMA: Decimal("12.5"),
            Jenjang.AHLI_MUDA: Decimal("25"),
            Jenjang.AHLI_MADYA: Decimal("37.5"),
            Jenjang.AHLI_UTAMA: Decimal("50"),
        },
    ),
)


def credit_table_on(day: date) -> CreditTable | None:
    """Return the table in force on a day, or None before the first one (conventional credit)."""
    in_force = [table for table in CREDIT_TABLES if table.valid_from <= day]
    return max(in_force, key=lambda table: table.valid_from, default=None)


def credit_for(
    predikat: Predikat,
    jenjang: Jenjang,
    months: int = MONTHS_OF_YEAR,
    table: CreditTable = CREDIT_TABLES[-1],
) -> Decimal:
    """Return the credit for a number of months with that predikat, with two decimals.

    :raises ValueError: if the months do not lie within one year.
    """
    if not 1 <= months <= MONTHS_OF_YEAR:
        raise ValueError("a conversion covers 1 to 12 months")
    exact = Fraction(table.coefficients[jenjang]) * table.percents[predikat] * months
    return half_up(exact / 100 / MONTHS_OF_YEAR)
