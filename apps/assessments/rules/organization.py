"""What the achievement of a unit means for its head (ORG-1, ORG-4, ORG-5).

No percentage leads to an organization predicate: its five values are chosen by the head of the
organization above (ORG-3).
"""

from collections.abc import Mapping
from enum import StrEnum

from apps.assessments.rules.predikat import Rating


class OrgPredicate(StrEnum):
    """Predikat kinerja organisasi, from best to worst."""

    ISTIMEWA = "istimewa"
    BAIK = "baik"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    KURANG = "kurang"
    SANGAT_KURANG = "sangat_kurang"


# A design choice (ORG-5): no source gives this mapping, so a government may replace it.
DEFAULT_HEAD_RATINGS: Mapping[OrgPredicate, Rating] = {
    OrgPredicate.ISTIMEWA: Rating.ABOVE,
    OrgPredicate.BAIK: Rating.MEETS,
    OrgPredicate.BUTUH_PERBAIKAN: Rating.BELOW,
    OrgPredicate.KURANG: Rating.BELOW,
    OrgPredicate.SANGAT_KURANG: Rating.BELOW,
}


def head_result_rating(
    org: OrgPredicate, ratings: Mapping[OrgPredicate, Rating] = DEFAULT_HEAD_RATINGS
) -> Rating:
    """Return the result rating of the head of a unit, which is the unit's achievement.

    :raises KeyError: if the given mapping misses the value.
    """
    return ratings[org]
