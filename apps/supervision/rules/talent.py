"""The nine boxes of talent management: performance against potential (TAL-1 to TAL-7).

PermenPANRB 3/2020, Keputusan Kepala BKN 411/2025. Only the boxes and the pool are read in the sources; weights
below the two axes, thresholds, scores of a predikat and recommendations are data that the caller brings. A box
is a proposal for people to decide on and never a decision. Terms: docs/glossary.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.assessments.rules.predikat import Predikat
from apps.core.rules.rounding import half_up


class Standing(StrEnum):
    """Where somebody stands on an axis: di bawah/sesuai/di atas ekspektasi, or rendah/menengah/tinggi."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


_L, _M, _H = Standing
# The shape of the published table: rows kinerja, columns potensial.
# fmt: off
BOXES: Mapping[Standing, Mapping[Standing, int]] = {
    #     potensial: LOW    MEDIUM  HIGH
    _H: {_L: 4, _M: 7, _H: 9},
    _M: {_L: 2, _M: 5, _H: 8},
    _L: {_L: 1, _M: 3, _H: 6},
}
# fmt: on

# Kelompok rencana suksesi (TAL-2).
SUCCESSION_POOL = frozenset({7, 8, 9})


@dataclass(frozen=True, slots=True)
class TalentTables:
    """Weights in percent, thresholds and texts in force, and which of them nobody has confirmed."""

    valid_from: date
    source: str
    high_from: Decimal
    medium_from: Decimal
    performance_weights: Mapping[str, int]
    potential_weights: Mapping[str, int]
    predikat_scores: Mapping[Predikat, int]
    recommendations: Mapping[int, tuple[str, ...]]
    unverified: frozenset[str]


UNVERIFIED_TABLES = TalentTables(
    valid_from=date(2026, 1, 1),
    source="PermenPANRB 3/2020, Keputusan Kepala BKN 411/2025 (secondary), two public implementations",
    high_from=Decimal(80),
    medium_from=Decimal(60),
    performance_weights={"main": 60, "reinforcing": 40},
    potential_weights={"competence": 40, "potential": 25, "qualification": 20, "integrity": 15},
    predikat_scores={
        Predikat.SANGAT_BAIK: 100,
        Predikat.BAIK: 80,
        Predikat.BUTUH_PERBAIKAN: 60,
        Predikat.KURANG: 40,
        Predikat.SANGAT_KURANG: 20,
    },
    recommendations={
        9: ("promote", "retain", "succession_pool", "award"),
        8: ("retain", "succession_pool", "rotation", "guidance"),
        7: ("retain", "succession_pool", "rotation", "guidance"),
        6: ("placement", "counselling"),
        5: ("placement", "guidance", "development"),
        4: ("rotation", "development"),
        3: ("counselling", "development", "placement"),
        2: ("counselling", "development", "placement"),
        1: ("by_regulation",),
    },
    unverified=frozenset({"recommendations", "predikat_scores", "thresholds", "weights"}),
)


@dataclass(frozen=True, slots=True)
class Talent:
    """A box with its score; `in_pool` says whether it belongs to the succession pool."""

    performance: Standing
    potential: Standing
    box: int
    score: Decimal
    in_pool: bool
    recommendations: tuple[str, ...]


def standing_of(value: Decimal, tables: TalentTables) -> Standing:
    """Return where a value of 0 to 100 stands; a bound belongs to the higher class (TAL-5).

    :raises ValueError: outside 0 to 100.
    """
    if not 0 <= value <= 100:
        raise ValueError("an axis goes from 0 to 100")
    if value >= tables.high_from:
        return Standing.HIGH
    return Standing.MEDIUM if value >= tables.medium_from else Standing.LOW


def weighted(scores: Mapping[str, Decimal], weights: Mapping[str, int]) -> Decimal:
    """Return the value of an axis from its parts of 0 to 100, rounded once (TAL-4).

    :raises ValueError: if the parts are other ones than the weights', or the weights are not 100 percent.
    """
    if set(scores) != set(weights):
        raise ValueError("every weight needs its score")
    if sum(weights.values()) != 100:
        raise ValueError("weights add up to 100")
    return half_up(sum((Fraction(scores[name]) * weights[name] for name in weights), Fraction(0)) / 100)


def talent_of(performance: Decimal, potential: Decimal, tables: TalentTables) -> Talent:
    """Return the box of a person from the values of the two axes (TAL-1, TAL-2, TAL-4)."""
    up, right = standing_of(performance, tables), standing_of(potential, tables)
    box = BOXES[up][right]
    score = half_up((Fraction(performance) + Fraction(potential)) / 2)
    return Talent(up, right, box, score, box in SUCCESSION_POOL, tables.recommendations[box])


def is_left_out(
    punishments: Iterable[tuple[str, date]], on: date, *, years: int, levels: Sequence[str]
) -> bool:
    """Whether punishments of the named levels within the last years keep somebody out (TAL-7, a local setting)."""
    try:
        since = on.replace(year=on.year - years)
    except ValueError:  # 29 February
        since = on.replace(year=on.year - years, day=28)
    return any(level in levels and since < day <= on for level, day in punishments)
