from decimal import Decimal

import pytest

from apps.assessments.rules.legacy import LegacyPredikat, legacy_predikat, legacy_score


def test_ex_41_without_opinions_of_peers() -> None:
    score = legacy_score(Decimal(95), Decimal(88), with_opinions=False)
    assert str(score) == "92.90"
    assert legacy_predikat(score, has_new_idea=False) is LegacyPredikat.BAIK


def test_ex_42_very_good_needs_a_new_idea() -> None:
    assert legacy_predikat(Decimal(112), has_new_idea=False) is LegacyPredikat.BAIK
    assert legacy_predikat(Decimal(112), has_new_idea=True) is LegacyPredikat.SANGAT_BAIK


def test_opinions_shift_the_weights() -> None:
    assert legacy_score(Decimal(95), Decimal(88), with_opinions=True) == Decimal("92.20")


@pytest.mark.parametrize(
    ("score", "predikat"),
    [
        ("120", "sangat_baik"),
        ("110", "sangat_baik"),
        ("109.99", "baik"),
        ("90", "baik"),
        ("89.99", "cukup"),
        ("70", "cukup"),
        ("69.99", "kurang"),
        ("50", "kurang"),
        ("49.99", "sangat_kurang"),
    ],
)
def test_bands(score: str, predikat: str) -> None:
    assert legacy_predikat(Decimal(score), has_new_idea=True).value == predikat


@pytest.mark.parametrize("value", ["-1", "120.01"])
def test_values_have_their_ends(value: str) -> None:
    with pytest.raises(ValueError, match="0 to 120"):
        legacy_score(Decimal(value), Decimal(90), with_opinions=False)
    with pytest.raises(ValueError, match="0 to 120"):
        legacy_predikat(Decimal(value), has_new_idea=False)
