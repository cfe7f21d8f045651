from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.hint import Hint, HintThresholds, rating_hint
from apps.assessments.rules.predikat import Rating

THRESHOLDS = HintThresholds(meets_percent=Decimal(90), above_percent=Decimal(110))
percents = st.decimals(min_value=0, max_value=200, places=2)


@pytest.mark.parametrize(
    ("values", "rating", "mean"),
    [
        (["110"], Rating.ABOVE, "110.00"),
        (["109.99"], Rating.MEETS, "109.99"),
        (["90"], Rating.MEETS, "90.00"),
        (["89.99"], Rating.BELOW, "89.99"),
        (["80", "100", "91.01"], Rating.MEETS, "90.34"),
        (["89.99", "90.00"], Rating.MEETS, "90.00"),
    ],
)
def test_the_mean_is_compared_after_rounding(values: list[str], rating: Rating, mean: str) -> None:
    hint = rating_hint([Decimal(value) for value in values], THRESHOLDS)
    assert hint == Hint(rating, Decimal(mean), len(values))


def test_missing_achievements_are_left_out() -> None:
    assert rating_hint([None, Decimal(120), None], THRESHOLDS) == Hint(Rating.ABOVE, Decimal("120.00"), 1)


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_gives_no_hint(values: list[Decimal | None]) -> None:
    assert rating_hint(values, THRESHOLDS) == Hint(None, None, 0)


def test_thresholds_are_policy() -> None:
    strict = HintThresholds(meets_percent=Decimal(100), above_percent=Decimal(150))
    assert rating_hint([Decimal(120)], strict).rating is Rating.MEETS
    equal = HintThresholds(meets_percent=Decimal(100), above_percent=Decimal(100))
    assert rating_hint([Decimal(100)], equal).rating is Rating.ABOVE
    with pytest.raises(ValueError, match="threshold"):
        HintThresholds(meets_percent=Decimal(2), above_percent=Decimal(1))


@settings(max_examples=40, deadline=None)
@given(st.lists(percents, min_size=1, max_size=12))
def test_the_mean_lies_between_the_extremes(values: list[Decimal]) -> None:
    hint = rating_hint(values, THRESHOLDS)
    assert hint.mean_percent is not None
    assert min(values) <= hint.mean_percent <= max(values)
    assert hint == rating_hint(values[::-1], THRESHOLDS)
