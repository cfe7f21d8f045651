from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.rating_order import shuffled

IDS = st.lists(st.integers(1, 10_000), unique=True, max_size=60)


@settings(max_examples=60)
@given(ids=IDS, seed=st.randoms())
def test_the_order_depends_on_nothing_but_appraiser_period_and_dimension(
    ids: list[int], seed: object
) -> None:
    first = shuffled(ids, appraiser_id=7, period_id=3, dimension="behavior")
    again = list(ids)
    seed.shuffle(again)  # type: ignore[attr-defined]
    assert shuffled(again, appraiser_id=7, period_id=3, dimension="behavior") == first
    assert sorted(first) == sorted(ids)


@settings(max_examples=40)
@given(ids=st.lists(st.integers(1, 10_000), unique=True, min_size=2, max_size=40))
def test_who_leaves_the_list_moves_nobody_else(ids: list[int]) -> None:
    whole = shuffled(ids, appraiser_id=7, period_id=3, dimension="behavior")
    gone = whole[0]
    rest = shuffled([pk for pk in ids if pk != gone], appraiser_id=7, period_id=3, dimension="behavior")
    assert rest == whole[1:]


def test_each_dimension_appraiser_and_period_has_an_order_of_its_own() -> None:
    ids = list(range(1, 41))
    orders = {
        tuple(shuffled(ids, appraiser_id=a, period_id=p, dimension=d))
        for a, p, d in ((1, 1, "behavior"), (1, 1, "work_result"), (2, 1, "behavior"), (1, 2, "behavior"))
    }
    assert len(orders) == 4
    assert tuple(ids) not in orders
