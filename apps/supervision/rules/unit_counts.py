"""Which counts of a tree of units may be shown, so that no sum or difference tells about a few people.

Source: feedback sheet 3.2 (small counts); the number is a policy value. Page: docs/rules/unit-figures.md.

A unit shows counts per band (predikat) of everybody in it and below it, and how many people that is. Two kinds of sums
are then known to whoever reads the whole tree: the bands of a unit add up to its number of people, and a band of a
unit is that of the units below it plus its own people. In each sum, what is hidden must be nobody or at least
`minimum` people; so small cells are hidden, and further ones, smallest first, until that holds everywhere. The answer
belongs to the whole tree and not to the page, or two pages together would tell what each of them hides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A unit and the place of a band.
_Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A unit: who is above it (None for the top), and the counts per band of it and everything below."""

    parent: int | None
    counts: tuple[int, ...]


def visible_counts(tree: Mapping[int, Node], minimum: int) -> dict[int, tuple[int | None, ...]]:
    """Return the counts that may be shown, None for what is hidden. An empty cell describes nobody and stays.

    :raises ValueError: if units have different bands.
    """
    bands = {len(node.counts) for node in tree.values()}
    if len(bands) > 1:
        raise ValueError("every unit has the same bands")
    children: dict[int, list[int]] = {}
    for key, node in tree.items():
        if node.parent is not None and node.parent in tree:
            children.setdefault(node.parent, []).append(key)
    places = range(max(bands, default=0))
    hidden = {
        (key, band)
        for key, node in tree.items()
        for band, count in enumerate(node.counts)
        if 0 < count < minimum
    }
    while True:
        before = len(hidden)
        for key, node in tree.items():
            _hide_until_safe([((key, band), node.counts[band]) for band in places], 0, hidden, minimum)
            for band in places:
                below = [((child, band), tree[child].counts[band]) for child in children.get(key, ())]
                # A unit that was moved since it was counted is below one that does not count it yet.
                own = max(0, node.counts[band] - sum(count for _cell, count in below))
                if not below or (key, band) in hidden:
                    continue
                if not _hide_until_safe(below, own, hidden, minimum):
                    hidden.add((key, band))
        if len(hidden) == before:
            break
    return {
        key: tuple(None if (key, band) in hidden else count for band, count in enumerate(node.counts))
        for key, node in tree.items()
    }


def _hide_until_safe(
    cells: Sequence[tuple[_Cell, int]], always_hidden: int, hidden: set[_Cell], minimum: int
) -> bool:
    """Hide cells of one sum, smallest first, until the hidden part is nobody or many; False if that is impossible."""
    unknown = always_hidden + sum(count for cell, count in cells if cell in hidden)
    candidates = sorted(
        ((count, place) for place, (cell, count) in enumerate(cells) if count and cell not in hidden)
    )
    for count, place in candidates:
        if not 0 < unknown < minimum:
            return True
        hidden.add(cells[place][0])
        unknown += count
    return not 0 < unknown < minimum
