"""How results before PermenPANRB 6/2022 were made, to display old data only (LEG-19, PP 30/2019 Art. 41).

No predikat of today comes from here (MTX-4). Terms: docs/glossary.md.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up

HIGHEST = Decimal(120)


class LegacyPredikat(StrEnum):
    SANGAT_BAIK = "sangat_baik"
    BAIK = "baik"
    CUKUP = "cukup"
    KURANG = "kurang"
    SANGAT_KURANG = "sangat_kurang"


# Lower bounds below Baik. The last one is from memory, unverified: old data carry their own words where they have any.
_BANDS: tuple[tuple[int, LegacyPredikat], ...] = (
    (90, LegacyPredikat.BAIK),
    (70, LegacyPredikat.CUKUP),
    (50, LegacyPredikat.KURANG),
)
VERY_GOOD_FROM = 110
UNVERIFIED = frozenset({LegacyPredikat.KURANG, LegacyPredikat.SANGAT_KURANG})


def legacy_score(skp: Decimal, behavior: Decimal, *, with_opinions: bool) -> Decimal:
    """Return the weighted sum: 70/30, or 60/40 where peers and subordinates were asked.

    :raises ValueError: if a value lies outside 0 to 120.
    """
    if not (0 <= skp <= HIGHEST and 0 <= behavior <= HIGHEST):
        raise ValueError("values go from 0 to 120")
    weight = 60 if with_opinions else 70
    return half_up((Fraction(skp) * weight + Fraction(behavior) * (100 - weight)) / 100)


def legacy_predikat(score: Decimal, *, has_new_idea: bool) -> LegacyPredikat:
    """Return the old predikat; Sangat Baik needs a new idea or method of benefit besides the score.

    :raises ValueError: if the score lies outside 0 to 120.
    """
    if not 0 <= score <= HIGHEST:
        raise ValueError("values go from 0 to 120")
    if score >= VERY_GOOD_FROM and has_new_idea:
        return LegacyPredikat.SANGAT_BAIK
    for bound, predikat in _BANDS:
        if score >= bound:
            return predikat
    return LegacyPredikat.SANGAT_KURANG
