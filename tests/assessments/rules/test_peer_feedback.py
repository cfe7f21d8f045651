from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.rules.peer_feedback import PeerRelation, is_anonymous, may_show, minimum_group, shuffled


@pytest.mark.parametrize(
    ("answers", "minimum", "shown"), [(2, 3, False), (3, 3, True), (4, 5, False), (2, 1, False)]
)
def test_shown_from_the_minimum_on_and_never_below_three(answers: int, minimum: int, shown: bool) -> None:
    assert may_show(answers, minimum) is shown


@given(st.integers(-5, 40))
def test_a_policy_only_raises_the_group(value: int) -> None:
    assert minimum_group(value) == max(3, value)


@pytest.mark.parametrize(
    ("relation", "anonymous_round", "expected"),
    [
        ("peer", True, True),
        ("subordinate", True, True),
        ("team_lead", True, False),
        ("peer", False, False),
    ],
)
def test_anonymity_is_promised_to_groups_only(relation: str, anonymous_round: bool, expected: bool) -> None:
    assert is_anonymous(PeerRelation(relation), round_is_anonymous=anonymous_round) is expected


@given(st.dictionaries(st.uuids(version=4), st.text(max_size=5), min_size=1, max_size=8), st.randoms())
def test_the_order_is_stable_whatever_the_order_of_arrival(items: dict[UUID, str], random: object) -> None:
    pairs = list(items.items())
    mixed = list(pairs)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert shuffled(pairs, "goes_well") == shuffled(mixed, "goes_well")
    assert sorted(shuffled(pairs, "goes_well")) == sorted(items.values())


def test_sections_are_mixed_each_in_its_own_way() -> None:
    """With thirty answers two sections in the same order would mean that the order says who is who."""
    items = [(uuid4(), number) for number in range(30)]
    assert shuffled(items, "goes_well") != shuffled(items, "could_be_better")
