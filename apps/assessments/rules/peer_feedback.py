"""When answers of peers may be shown, and to whom anonymity is promised (EXE-3, SPC-7).

The least group size is a design choice; a policy may raise it, never lower it. docs/rules/peer-feedback.md.
"""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

LEAST_MINIMUM = 3

Item = TypeVar("Item")


class PeerRelation(StrEnum):
    PEER = "peer"
    SUBORDINATE = "subordinate"
    TEAM_LEAD = "team_lead"


class RoundStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class InvitationStatus(StrEnum):
    PROPOSED = "proposed"
    INVITED = "invited"
    DECLINED = "declined"


# A person has one team lead in a team: a promise of anonymity would be empty.
ANONYMOUS_RELATIONS = (PeerRelation.PEER, PeerRelation.SUBORDINATE)


def minimum_group(policy_value: int) -> int:
    """Return how many answers of one relation are needed before they are shown."""
    return max(LEAST_MINIMUM, policy_value)


def is_anonymous(relation: PeerRelation, *, round_is_anonymous: bool) -> bool:
    """Tell whether an answer is stored without its author."""
    return round_is_anonymous and relation in ANONYMOUS_RELATIONS


def may_show(answers: int, minimum: int) -> bool:
    """Tell whether the answers of one relation may be shown; each relation is counted alone."""
    return answers >= max(LEAST_MINIMUM, minimum)


def shuffled(items: Iterable[tuple[UUID, Item]], section: str) -> list[Item]:
    """Return the texts of one section in an order that is random but always the same.

    The order differs between sections, so that the third text of one is not the third person of the next.
    """
    return [
        item
        for _key, item in sorted(items, key=lambda pair: sha256(pair[0].bytes + section.encode()).digest())
    ]
