"""Which consequences a final result suggests, for a person to decide (FUP-1 to FUP-6).

The law names rewards and what happens to those who fail; which predikat leads to what is unverified (FUP-3, FUP-5).
So the table is a policy value with a validity date, and the one here its default. Only the yearly result opens an
improvement period: six months do not fit into a quarter. Moving somebody to another post (FUP-4) is looked at only
after an improvement period that did not help.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.assessments.rules.predikat import Predikat

IMPROVEMENT_MONTHS = 6  # FUP-5, unverified: the default of a policy value


class FollowUpKind(StrEnum):
    REWARD = "reward"
    COACHING = "coaching"
    IMPROVEMENT_PERIOD = "improvement_period"
    PLACEMENT_REVIEW = "placement_review"


class Decider(StrEnum):
    """Who may decide a kind: who leads the person, the personnel office, or either."""

    LEADER = "leader"
    PERSONNEL = "personnel"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class FollowUpRule:
    """What the rule says about one kind: who decides, and which rule of the sheet it comes from."""

    decider: Decider
    source: str


RULES: Mapping[FollowUpKind, FollowUpRule] = {
    FollowUpKind.REWARD: FollowUpRule(Decider.LEADER, "FUP-3"),
    FollowUpKind.COACHING: FollowUpRule(Decider.LEADER, "CYC-2, EXE-4"),
    FollowUpKind.IMPROVEMENT_PERIOD: FollowUpRule(Decider.EITHER, "FUP-5"),
    FollowUpKind.PLACEMENT_REVIEW: FollowUpRule(Decider.PERSONNEL, "FUP-4, FUP-6"),
}

Table = Mapping[Predikat, Sequence[FollowUpKind]]

_K = FollowUpKind
DEFAULT_YEARLY: Table = {
    Predikat.SANGAT_BAIK: (_K.REWARD,),
    Predikat.BAIK: (),
    Predikat.BUTUH_PERBAIKAN: (_K.COACHING,),
    Predikat.KURANG: (_K.COACHING, _K.IMPROVEMENT_PERIOD),
    Predikat.SANGAT_KURANG: (_K.COACHING, _K.IMPROVEMENT_PERIOD),
}
DEFAULT_PERIODIC: Table = {
    Predikat.SANGAT_BAIK: (),
    Predikat.BAIK: (),
    Predikat.BUTUH_PERBAIKAN: (_K.COACHING,),
    Predikat.KURANG: (_K.COACHING,),
    Predikat.SANGAT_KURANG: (_K.COACHING,),
}


def proposed_kinds(predikat: Predikat, table: Table) -> tuple[FollowUpKind, ...]:
    """Return what a predikat suggests, each kind once, in the order of the table; nothing if the table is silent.

    A review of the placement is never suggested by a predikat alone.
    """
    kinds = dict.fromkeys(table.get(predikat, ()))
    return tuple(kind for kind in kinds if kind is not FollowUpKind.PLACEMENT_REVIEW)


def table_from(stored: Mapping[str, Sequence[str]]) -> Table:
    """Return the table of a policy value; names that are no predikat or no kind are left out."""
    known_kinds = {kind.value: kind for kind in FollowUpKind}
    known = {predikat.value: predikat for predikat in Predikat}
    return {
        known[predikat]: tuple(known_kinds[kind] for kind in kinds if kind in known_kinds)
        for predikat, kinds in stored.items()
        if predikat in known and isinstance(kinds, list | tuple)
    }


def last_day_of(starts_on: date, months: int) -> date:
    """Return the last day of a span of whole months: from 15 January, six months end on 14 July.

    A day that the last month does not have is its last one: from 31 August, six months end on 27 February.

    :raises ValueError: if there is not at least one month.
    """
    if months < 1:
        raise ValueError("an improvement period takes at least a month")
    month = starts_on.month - 1 + months
    year, month = starts_on.year + month // 12, month % 12 + 1
    same_day = min(starts_on.day, monthrange(year, month)[1])
    return date(year, month, same_day) - timedelta(days=1)


def after_improvement(*, improved: bool) -> tuple[FollowUpKind, ...]:
    """Return what the end of an improvement period suggests (FUP-4, FUP-5)."""
    return () if improved else (FollowUpKind.PLACEMENT_REVIEW,)
