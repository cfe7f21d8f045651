"""Batches of paper: their states, and the lot that says which sheets are typed twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.lifecycle import TransitionNotAllowed
from apps.feedback.labels import PaperStatus as Choices
from apps.feedback.rules.paper_lifecycle import (
    PaperAction,
    PaperStatus,
    allowed_actions,
    differences,
    drawn,
    next_status,
    too_many_errors,
)


def test_the_labels_know_every_status():
    assert {status.value for status in PaperStatus} == set(Choices.values)


@given(actions=st.lists(st.sampled_from(PaperAction), max_size=6))
@settings(max_examples=60)
def test_nothing_counts_without_a_check_and_nothing_leaves_withdrawn(actions):
    status, seen = PaperStatus.TYPING, [PaperStatus.TYPING]
    for action in actions:
        try:
            status = next_status(status, action)
        except TransitionNotAllowed:
            assert action not in allowed_actions(status)
            continue
        seen.append(status)
    if PaperStatus.CLOSED in seen:
        assert seen.index(PaperStatus.CHECKING) < seen.index(PaperStatus.CLOSED)
    if PaperStatus.WITHDRAWN in seen:
        assert seen[-1] is PaperStatus.WITHDRAWN


@given(n=st.integers(1, 300), percent=st.integers(1, 100), seed=st.text(max_size=8))
@settings(max_examples=60)
def test_the_lot_draws_the_share_rounded_up_and_always_the_same(n, percent, seed):
    sheets = range(1, n + 1)
    chosen = drawn(seed, sheets, percent)
    assert len(chosen) == -(-n * percent // 100)
    assert set(chosen) <= set(sheets)
    assert chosen == drawn(seed, reversed(sheets), percent)


def test_another_seed_draws_other_sheets():
    assert drawn("a", range(1, 101), 10) != drawn("b", range(1, 101), 10)


@pytest.mark.parametrize("percent", [0, 101, -5])
def test_a_share_that_is_none(percent):
    with pytest.raises(ValueError, match="share"):
        drawn("a", [1, 2], percent)


def test_differences_see_a_skipped_question():
    assert differences({"waktu": 3, "biaya": 4}, {"waktu": 2, "biaya": 4}) == ["waktu"]
    assert differences({"waktu": 3}, {"waktu": 3, "biaya": 1}) == ["biaya"]
    assert differences({}, {}) == []


@pytest.mark.parametrize(
    ("wrong", "cells", "expected"),
    [(0, 90, False), (4, 90, False), (5, 90, True), (1, 9, True), (0, 0, False)],
)
def test_from_five_percent_on_everything_is_typed_again(wrong, cells, expected):
    assert too_many_errors(wrong, cells, 5) is expected
