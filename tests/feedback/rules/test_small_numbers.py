import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.small_numbers import Disclosure, disclosure, suppress_cells


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, Disclosure.HIDDEN),
        (1, Disclosure.HIDDEN),
        (9, Disclosure.HIDDEN),
        (10, Disclosure.WARNED),
        (29, Disclosure.WARNED),
        (30, Disclosure.FULL),
    ],
)
def test_small_counts_show_little(n: int, expected: Disclosure) -> None:
    assert disclosure(n) is expected


def test_the_thresholds_are_policy() -> None:
    assert disclosure(20, minimum=30, full=100) is Disclosure.HIDDEN
    assert disclosure(20, minimum=5, full=20) is Disclosure.FULL


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"l": 20, "p": 30}, {"l": 20, "p": 30}),
        ({"l": 5, "p": 30}, {"l": 5, "p": 30}),
        ({"l": 4, "p": 30}, {"l": None, "p": None}),
        ({"a": 4, "b": 30, "c": 12}, {"a": None, "b": 30, "c": None}),
        ({"a": 1, "b": 1, "c": 12, "d": 9}, {"a": None, "b": None, "c": 12, "d": None}),
        ({"a": 4, "b": 4, "c": 12}, {"a": None, "b": None, "c": 12}),
        ({"a": 0, "b": 8, "c": 12}, {"a": 0, "b": 8, "c": 12}),
        ({"a": 0, "b": 3, "c": 12}, {"a": 0, "b": None, "c": None}),
        ({}, {}),
    ],
)
def test_a_hidden_cell_cannot_be_worked_out(cells: dict[str, int], expected: dict[str, int | None]) -> None:
    assert suppress_cells(cells) == expected


def test_the_minimum_of_a_cell_is_policy() -> None:
    assert suppress_cells({"l": 4, "p": 30}, minimum=3) == {"l": 4, "p": 30}


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        suppress_cells({"l": -1})


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 20)))
def test_what_is_shown_gives_nothing_away(cells: dict[str, int]) -> None:
    shown = suppress_cells(cells)
    hidden = [key for key, count in shown.items() if count is None]
    visible = {key: count for key, count in shown.items() if count is not None}
    assert all(count == cells[key] and (count == 0 or count >= 5) for key, count in visible.items())
    if hidden and any(visible.values()):
        assert len(hidden) > 1
        assert sum(cells.values()) - sum(visible.values()) >= 5
