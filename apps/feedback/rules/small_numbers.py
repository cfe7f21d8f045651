"""From how many answers on a figure may be shown (feedback sheet 3.2, small counts).

No regulation gives these numbers; they are defaults of policy values.
"""

from collections.abc import Mapping
from enum import StrEnum

MINIMUM_ANSWERS = 10
FULL_ANSWERS = 30
MINIMUM_CELL = 5
PUBLISH_STEP = 5


class Disclosure(StrEnum):
    """Hidden: no average. Warned: an average with a warning, no letter and no rank. Full: all."""

    HIDDEN = "hidden"
    WARNED = "warned"
    FULL = "full"


def disclosure(n: int, minimum: int = MINIMUM_ANSWERS, full: int = FULL_ANSWERS) -> Disclosure:
    """Return how much may be shown of a result from `n` answers."""
    if n < minimum:
        return Disclosure.HIDDEN
    return Disclosure.WARNED if n < full else Disclosure.FULL


def suppress_cells(cells: Mapping[str, int], minimum: int = MINIMUM_CELL) -> dict[str, int | None]:
    """Return one row or column of a table whose total is public, with None for what is hidden.

    Cells below the minimum are hidden; an empty cell describes nobody and stays. More cells follow,
    smallest first, until the total minus the visible cells gives away neither one cell nor a small sum.

    :raises ValueError: if a count is negative.
    """
    if any(count < 0 for count in cells.values()):
        raise ValueError("a count is not negative")
    hidden = {key for key, count in cells.items() if 0 < count < minimum}
    if hidden:
        others = (key for key, count in cells.items() if count >= minimum)
        for key in sorted(others, key=lambda other: cells[other]):
            # One hidden cell alone never reaches the minimum, so at least two are hidden in the end.
            if sum(cells[other] for other in hidden) >= minimum:
                break
            hidden.add(key)
    return {key: None if key in hidden else count for key, count in cells.items()}
