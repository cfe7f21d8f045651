import pytest

from apps.feedback.rules.tiers import OPEN, VERIFIED, headline, other_tier


@pytest.mark.parametrize(
    ("sampling", "verified", "opened", "tier", "is_formal"),
    [
        ("receipt", 1, 500, VERIFIED, True),
        ("census", 40, 0, VERIFIED, True),
        ("receipt", 0, 500, OPEN, False),
        # Without a sampling verified answers are no SKM.
        ("", 40, 3, OPEN, False),
        ("", 40, 0, VERIFIED, False),
        ("", 0, 0, OPEN, False),
        ("random", 0, 0, OPEN, False),
    ],
)
def test_the_headline(sampling: str, verified: int, opened: int, tier: str, is_formal: bool) -> None:
    found = headline(sampling, {VERIFIED: verified, OPEN: opened})
    assert (found.tier, found.is_formal) == (tier, is_formal)


def test_the_two_tiers() -> None:
    assert (other_tier(VERIFIED), other_tier(OPEN)) == (OPEN, VERIFIED)
