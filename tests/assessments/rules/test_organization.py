import pytest

from apps.assessments.rules.organization import OrgPredicate, head_result_rating
from apps.assessments.rules.predikat import Rating


@pytest.mark.parametrize(
    ("org", "rating"),
    [
        ("istimewa", Rating.ABOVE),
        ("baik", Rating.MEETS),
        ("butuh_perbaikan", Rating.BELOW),
        ("kurang", Rating.BELOW),
        ("sangat_kurang", Rating.BELOW),
    ],
)
def test_the_achievement_of_the_unit_rates_its_head(org: str, rating: Rating) -> None:
    assert head_result_rating(OrgPredicate(org)) is rating


def test_a_government_may_decide_otherwise() -> None:
    ratings = {OrgPredicate.BUTUH_PERBAIKAN: Rating.MEETS}
    assert head_result_rating(OrgPredicate.BUTUH_PERBAIKAN, ratings) is Rating.MEETS
    with pytest.raises(KeyError):
        head_result_rating(OrgPredicate.BAIK, ratings)
