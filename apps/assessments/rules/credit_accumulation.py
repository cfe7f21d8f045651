"""What angka kredit is needed for, what else gives some, and what is reached (CRD-7 to CRD-11).

Terms: docs/glossary.md; how it is put together and what is our own reading: docs/rules/credit.md.
Credit counts within one jenjang. A rank step uses up its requirement and what is left is carried on; the
requirement for the next jenjang is compared with everything earned in the present one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.assessments.rules.credit import Jenjang
from apps.assessments.rules.predikat import Predikat
from apps.core.rules.rounding import half_up


@dataclass(frozen=True, slots=True)
class Threshold:
    """The row of one jenjang: its ranks, and what a rank step and the next jenjang need."""

    golongan: tuple[str, ...]
    per_rank: int
    to_next: int | None
    next_jenjang: Jenjang | None


@dataclass(frozen=True, slots=True)
class ThresholdTable:
    """The requirements in force from a day on."""

    valid_from: date
    source: str
    rows: dict[Jenjang, Threshold]


def _row(golongan: str, per_rank: int, to_next: int | None, following: Jenjang | None) -> Threshold:
    return Threshold(tuple(golongan.split()), per_rank, to_next, following)


THRESHOLDS: tuple[ThresholdTable, ...] = (
    ThresholdTable(
        valid_from=date(2023, 1, 1),
        source="PermenPANRB 1/2023, Peraturan BKN 3/2023",
        rows={
            Jenjang.PEMULA: _row("II/a", 15, 15, Jenjang.TERAMPIL),
            Jenjang.TERAMPIL: _row("II/b II/c II/d", 20, 60, Jenjang.MAHIR),
            Jenjang.MAHIR: _row("III/a III/b", 50, 100, Jenjang.PENYELIA),
            Jenjang.PENYELIA: _row("III/c III/d", 100, None, None),
            Jenjang.AHLI_PERTAMA: _row("III/a III/b", 50, 100, Jenjang.AHLI_MUDA),
            Jenjang.AHLI_MUDA: _row("III/c III/d", 100, 200, Jenjang.AHLI_MADYA),
            Jenjang.AHLI_MADYA: _row("IV/a IV/b IV/c", 150, 450, Jenjang.AHLI_UTAMA),
            Jenjang.AHLI_UTAMA: _row("IV/d IV/e", 200, None, None),
        },
    ),
)

DIPLOMA_PERCENT = 25
# "At least Baik in the last year" (CRD-8).
GOOD_ENOUGH = frozenset({Predikat.SANGAT_BAIK, Predikat.BAIK})


def thresholds_on(day: date) -> ThresholdTable:
    """Return the requirements in force on a day; before the first table, the first one."""
    in_force = [table for table in THRESHOLDS if table.valid_from <= day]
    return max(in_force, key=lambda table: table.valid_from, default=THRESHOLDS[0])


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement beside what there is; exactly one of `shortfall` and `excess` can be above zero."""

    required: Decimal
    have: Decimal

    @property
    def is_met(self) -> bool:
        """Whether there is enough credit."""
        return self.have >= self.required

    @property
    def shortfall(self) -> Decimal:
        """What is missing."""
        return max(self.required - self.have, Decimal(0))

    @property
    def excess(self) -> Decimal:
        """What is more than needed; carried on inside the same jenjang (CRD-8)."""
        return max(self.have - self.required, Decimal(0))


class RankNote(StrEnum):
    """Why there is no rank step, or what is special about it."""

    # PPPK have a golongan and no pangkat.
    NONE = "no_pangkat"
    UNKNOWN = "golongan_missing"
    # The sheet has no requirement for a golongan below or above those of the jenjang.
    OUTSIDE = "outside_jenjang"
    # The next golongan belongs to the next jenjang: the level comes first.
    LEVEL_FIRST = "level_first"
    LAST = "last_golongan"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is reached in a jenjang."""

    rank: Need | None
    next_golongan: str
    rank_note: RankNote | None
    level: Need | None
    next_jenjang: Jenjang | None

    @property
    def due(self) -> str:
        """What the credit is enough for: "level" before "rank" (CRD-8), or nothing."""
        if self.level is not None and self.level.is_met:
            return "level"
        if self.rank is not None and self.rank.is_met and self.rank_note is None:
            return "rank"
        return ""


def standing(
    *,
    jenjang: Jenjang,
    golongan: str,
    ladder: Sequence[str],
    earned: Decimal,
    used: Decimal,
    table: ThresholdTable = THRESHOLDS[-1],
) -> Standing:
    """Compare what was earned in a jenjang with what the next rank and the next jenjang need.

    `ladder` holds the golongan that know rank steps, ascending; it is empty where there are none (PPPK).
    `used` is what earlier rank steps in this jenjang have used up.
    """
    row = table.rows[jenjang]
    level = None if row.to_next is None else Need(Decimal(row.to_next), earned)
    rank: Need | None = None
    following, note = "", None
    if not golongan and ladder:
        note = RankNote.UNKNOWN
    elif golongan not in ladder:
        note = RankNote.NONE
    elif golongan not in row.golongan:
        note = RankNote.OUTSIDE
    else:
        place = list(ladder).index(golongan)
        following = ladder[place + 1] if place + 1 < len(ladder) else ""
        if not following:
            note = RankNote.LAST
        elif following not in row.golongan:
            # Penyelia and Ahli Utama have no next jenjang, so nothing can come first there.
            note = RankNote.LEVEL_FIRST if row.next_jenjang is not None else RankNote.LAST
        if note is not RankNote.LAST:
            rank = Need(Decimal(row.per_rank), earned - used)
    return Standing(rank, following, note, level, row.next_jenjang)


def diploma_credit(required: Decimal | int, percent: int = DIPLOMA_PERCENT) -> Decimal:
    """Return the credit for a new, higher, relevant diploma: a share of the next rank's requirement (CRD-9).

    :raises ValueError: if nothing is required.
    """
    if required <= 0:
        raise ValueError("a diploma counts towards a rank that needs credit")
    return half_up(Fraction(required) * percent / 100)


def move_credit(coefficient: Decimal, years: Decimal | int) -> Decimal:
    """Return what a person starts with who moves into a JF: coefficient times years in rank (CRD-10).

    :raises ValueError: if the years are negative.
    """
    if years < 0:
        raise ValueError("years in rank are not negative")
    return half_up(Fraction(coefficient) * Fraction(years))


def integration_credit(conventional: Decimal, base: Decimal) -> Decimal:
    """Return the integration credit: the conventional accumulation minus the base value of the rank (CRD-11).

    The base values are in none of our sources; the officer takes them from the letter and enters them.

    :raises ValueError: if one is negative, or the base is more than the accumulation.
    """
    if base < 0 or conventional < base:
        raise ValueError("the base value lies between zero and the conventional accumulation")
    return half_up(conventional - base)
