"""How many tried the practice period, told so that nobody can be picked out of the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Shown(StrEnum):
    """What may be said of a group."""

    EXACT = "exact"
    FEW = "few"
    NEARLY_ALL = "nearly_all"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Group:
    """How many of how many people tried."""

    tried: int
    people: int


def shown_of(group: Group, minimum: int) -> Shown:
    """Return what may be said: nothing of a small group, and no figure where those who did, or did not, are few."""
    if group.people < minimum:
        return Shown.HIDDEN
    if group.tried < minimum:
        return Shown.FEW
    if group.people - group.tried < minimum:
        return Shown.NEARLY_ALL
    return Shown.EXACT


def may_total(groups: Sequence[Group], minimum: int) -> bool:
    """Whether the sum of the groups may be told beside them.

    Total less what is told exactly gives the rest away: together the rest must be a group that could be told itself.
    """
    rest = [group for group in groups if shown_of(group, minimum) is not Shown.EXACT]
    if not rest:
        return bool(groups)
    together = Group(sum(group.tried for group in rest), sum(group.people for group in rest))
    return shown_of(together, minimum) is Shown.EXACT
