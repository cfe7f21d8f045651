"""Which of the two tiers is the headline of a survey period. They stand side by side and are never added.

Verified answers come from people whom a service event stands behind; open ones from whoever wished. A formal SKM
(PermenPANRB 14/2017) names its sampling and consists of verified answers (UX sheet 4.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

VERIFIED = "terverifikasi"
OPEN = "terbuka"


@dataclass(frozen=True, slots=True)
class Headline:
    """The tier that is shown first, and whether it may be called SKM."""

    tier: str
    is_formal: bool


def headline(sampling: str, counted: Mapping[str, int]) -> Headline:
    """Return the headline of a period from the name of its sampling and the answers that count per tier.

    Without a sampling, verified answers are no SKM; they lead only where there are no open ones.
    """
    verified, opened = counted.get(VERIFIED, 0), counted.get(OPEN, 0)
    if sampling and verified:
        return Headline(VERIFIED, is_formal=True)
    if verified and not opened:
        return Headline(VERIFIED, is_formal=False)
    return Headline(OPEN, is_formal=False)


def other_tier(tier: str) -> str:
    """Return the tier beside it."""
    return OPEN if tier == VERIFIED else VERIFIED
