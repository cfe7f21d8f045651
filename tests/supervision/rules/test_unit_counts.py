"""Which counts of a tree may be shown together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.rules.unit_counts import Node, visible_counts


def test_small_cells_are_hidden_and_with_them_what_would_give_them_away() -> None:
    # 20 - 12 would say that exactly one person is in the third band, so the next smallest goes, too.
    tree = {1: Node(None, (12, 7, 1))}
    assert visible_counts(tree, 5) == {1: (12, None, None)}


def test_an_empty_cell_describes_nobody_and_stays() -> None:
    assert visible_counts({1: Node(None, (12, 0, 0))}, 5) == {1: (12, 0, 0)}


def test_a_unit_that_is_too_small_shows_nothing() -> None:
    assert visible_counts({1: Node(None, (2, 1, 0))}, 5) == {1: (None, None, 0)}


def test_a_unit_is_not_given_away_by_the_others_below_the_same_one() -> None:
    # The second unit hides its 3; with the first and third open, the top minus both would say it.
    tree = {
        1: Node(None, (33, 0)),
        2: Node(1, (3, 0)),
        3: Node(1, (10, 0)),
        4: Node(1, (20, 0)),
    }
    shown = visible_counts(tree, 5)
    assert shown[2] == (None, 0)
    assert shown[3] == (None, 0)
    assert shown[4] == (20, 0)
    assert shown[1] == (33, 0)


def test_people_of_the_unit_itself_are_not_given_away_by_the_units_below() -> None:
    # Two work in the top unit itself; 12 - 10 would say what they got.
    tree = {1: Node(None, (12, 0)), 2: Node(1, (10, 0))}
    assert visible_counts(tree, 5) == {1: (12, 0), 2: (None, 0)}


def test_a_unit_that_was_moved_since_it_was_counted_breaks_nothing() -> None:
    assert visible_counts({1: Node(None, (0,)), 2: Node(1, (9,))}, 5) == {1: (0,), 2: (9,)}


def test_every_unit_has_the_same_bands() -> None:
    with pytest.raises(ValueError, match="same bands"):
        visible_counts({1: Node(None, (1,)), 2: Node(1, (2, 3))}, 5)


COUNTS = st.lists(st.integers(0, 12), min_size=3, max_size=3)


@given(st.lists(st.tuples(st.integers(0, 10), COUNTS), min_size=1, max_size=9), st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_no_sum_that_can_be_read_off_leaves_a_few_people(
    units: list[tuple[int, list[int]]], minimum: int
) -> None:
    parents: list[int | None] = [None] + [place % number for number, (place, _) in enumerate(units[1:], 1)]
    totals = [list(own) for _place, own in units]
    for number in range(len(units) - 1, 0, -1):
        above = parents[number]
        assert above is not None
        totals[above] = [a + b for a, b in zip(totals[above], totals[number], strict=True)]
    tree = {number: Node(parents[number], tuple(total)) for number, total in enumerate(totals)}
    shown = visible_counts(tree, minimum)
    for key, node in tree.items():
        for band, count in enumerate(node.counts):
            assert shown[key][band] in {None, count}
            if shown[key][band] is not None:
                assert count == 0 or count >= minimum
        unknown = sum(c for c, s in zip(node.counts, shown[key], strict=True) if s is None)
        # Nobody, enough people, or a unit so small that nothing of it is shown at all.
        assert unknown == 0 or unknown >= minimum or unknown == sum(node.counts)
        below = [child for child, other in tree.items() if other.parent == key]
        for band, count in enumerate(node.counts):
            if below and shown[key][band] is not None:
                known = sum(shown[child][band] or 0 for child in below)
                assert count == known or count - known >= minimum
