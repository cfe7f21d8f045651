"""In which order an appraiser meets the people to rate.

Shuffled, because the first and the last of an alphabetical list are judged differently; stable, because a list
that moves cannot be worked through. Each dimension has an order of its own, so that one rating does not sit
beside the other one's neighbors.
"""

import hashlib
from collections.abc import Iterable


def place(*, appraiser_id: int, period_id: int, dimension: str, evaluation_id: int) -> str:
    """Return the sort key of one evaluation on one appraiser's list."""
    text = f"{appraiser_id}:{period_id}:{dimension}:{evaluation_id}"
    return hashlib.sha256(text.encode()).hexdigest()


def shuffled(
    evaluation_ids: Iterable[int], *, appraiser_id: int, period_id: int, dimension: str
) -> list[int]:
    """Return the evaluations in the order of this appraiser, period and dimension."""

    def key(evaluation_id: int) -> tuple[str, int]:
        at = place(
            appraiser_id=appraiser_id,
            period_id=period_id,
            dimension=dimension,
            evaluation_id=evaluation_id,
        )
        return (at, evaluation_id)

    return sorted(set(evaluation_ids), key=key)
