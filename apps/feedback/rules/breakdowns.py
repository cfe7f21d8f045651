"""Which cells of all breakdowns of a result may be shown together (feedback sheet 3.2, small counts).

One table alone is not enough: "aged 60 and older" minus "pensioners" may be two people, if all pensioners are 60
and older. So every group that the visible cells of one table make is held against every group of the others, and
against the earlier public figures of the period. Months are no public cut: with figures taken on a day they tell
apart who answered on that day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from .small_numbers import MINIMUM_CELL, suppress_cells

PUBLIC_CUTS = ("channel", "sex", "age_band", "education", "occupation", "filled_by")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one attribute."""

    cut: str
    value: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """An earlier public figure: how many people it was made of, and how many of them were in each cell."""

    n: int
    cells: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Block:
    """People who cannot be told further apart in one table: a visible cell, or all hidden ones together."""

    values: frozenset[str]
    members: int  # a bit per pattern
    n: int


def safe_cells(
    patterns: Mapping[tuple[str, ...], int],
    earlier: Iterable[Prefix] = (),
    cuts: tuple[str, ...] = PUBLIC_CUTS,
    minimum: int = MINIMUM_CELL,
) -> set[Cell]:
    """Return the cells that may be shown, from the number of people per combination of all values.

    No sum or difference of two groups of visible cells, of the whole, or of an earlier figure then tells
    about fewer than `minimum` people.
    """
    earlier = list(earlier)
    sizes = [count for count in patterns.values() if count]
    keys = [key for key, count in patterns.items() if count]
    tables: dict[str, dict[str, int]] = {}
    members: dict[Cell, int] = {}
    for place, cut in enumerate(cuts):
        table: dict[str, int] = {}
        for bit, key in enumerate(keys):
            table[key[place]] = table.get(key[place], 0) + sizes[bit]
            cell = Cell(cut, key[place])
            members[cell] = members.get(cell, 0) | 1 << bit
        tables[cut] = table
    hidden = {
        cut: {value for value, n in suppress_cells(table, minimum).items() if n is None}
        for cut, table in tables.items()
    }
    while True:
        # A table with nothing visible says no more than the whole; so every round hides something, and ends.
        blocks = {
            cut: _blocks(cut, tables[cut], hidden[cut], members)
            for cut in cuts
            if tables[cut].keys() - hidden[cut]
        }
        telling = _telling_cut(blocks, tables, earlier, minimum)
        if telling is None:
            break
        _hide_more(tables[telling], hidden[telling])
    return {Cell(cut, value) for cut in cuts for value in tables[cut] if value not in hidden[cut]}


def _blocks(
    cut: str, table: Mapping[str, int], hidden: set[str], members: Mapping[Cell, int]
) -> list[_Block]:
    groups = [frozenset({value}) for value in table if value not in hidden]
    if hidden:
        groups.append(frozenset(hidden))
    found = []
    for group in groups:
        bits = 0
        for value in group:
            bits |= members[Cell(cut, value)]
        found.append(_Block(group, bits, sum(table[value] for value in group)))
    return found


def _telling_cut(
    blocks: Mapping[str, list[_Block]],
    tables: Mapping[str, Mapping[str, int]],
    earlier: list[Prefix],
    minimum: int,
) -> str | None:
    """Return a table of which more must be hidden, or None if nothing tells about a few people."""
    for cut, own in blocks.items():
        for prefix in earlier:
            if _tells_with(prefix, own, tables[cut], prefix.cells.get(cut, {}), minimum):
                return cut
        for size in range(1, len(own)):
            for chosen in combinations(own, size):
                inner, inner_n = 0, 0
                for block in chosen:
                    inner |= block.members
                    inner_n += block.n
                for other, theirs in blocks.items():
                    if other == cut:
                        continue
                    # The smallest group of the other table that contains this one; the rest of any larger one
                    # contains whole blocks, which are large enough.
                    outer_n = sum(block.n for block in theirs if block.members & inner)
                    if 0 < outer_n - inner_n < minimum:
                        return max((cut, other), key=lambda name: len(blocks[name]))
    return None


def _tells_with(
    prefix: Prefix, own: list[_Block], table: Mapping[str, int], then: Mapping[str, int], minimum: int
) -> bool:
    around = sum(block.n for block in own if any(then.get(value, 0) for value in block.values))
    inside = sum(
        block.n for block in own if all(then.get(value, 0) == table[value] for value in block.values)
    )
    return 0 < around - prefix.n < minimum or (bool(inside) and 0 < prefix.n - inside < minimum)


def _hide_more(table: Mapping[str, int], hidden: set[str]) -> None:
    """Hide the smallest visible cell; two if none was hidden, for a single one follows from the total."""
    visible = sorted(
        (value for value in table if value not in hidden), key=lambda value: (table[value], value)
    )
    hidden.update(visible[: 1 if hidden else 2])
