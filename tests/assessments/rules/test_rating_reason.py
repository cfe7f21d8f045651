import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.predikat import Rating
from apps.assessments.rules.rating_reason import combined, needs_reason

TEXT = st.text(st.characters(whitelist_categories=("L", "N", "P"), whitelist_characters=" \n"), max_size=60)


@pytest.mark.parametrize(
    ("rating", "former", "expected"),
    [
        (Rating.ABOVE, None, True),
        (Rating.BELOW, None, True),
        (Rating.MEETS, None, False),
        (Rating.MEETS, Rating.MEETS, False),
        (Rating.MEETS, Rating.ABOVE, True),
        (Rating.ABOVE, Rating.ABOVE, True),
    ],
)
def test_the_highest_the_lowest_and_every_change(
    rating: Rating, former: Rating | None, expected: bool
) -> None:
    assert needs_reason(rating, former) is expected


def test_both_reasons_are_named_by_their_dimension() -> None:
    assert combined(work_result="Melampaui target.", behavior="Teladan.") == (
        "Hasil kerja: Melampaui target.\n\nPerilaku kerja: Teladan."
    )
    assert combined(work_result="", behavior="Teladan.") == "Perilaku kerja: Teladan."


def test_the_untouched_dimension_keeps_its_reason() -> None:
    earlier = combined(work_result="Melampaui target.", behavior="Teladan.")
    assert combined(work_result="Data diperbaiki.", behavior=None, earlier=earlier) == (
        "Hasil kerja: Data diperbaiki.\n\nPerilaku kerja: Teladan."
    )
    assert combined(work_result=None, behavior="Dua teguran.", earlier="Alasan dari halaman satu orang.") == (
        "Perilaku kerja: Dua teguran.\n\nAlasan dari halaman satu orang."
    )


@settings(max_examples=80)
@given(first=TEXT, second=TEXT, third=TEXT)
def test_changing_one_dimension_again_and_again_does_not_pile_up(first: str, second: str, third: str) -> None:
    earlier = combined(work_result=first, behavior=second)
    once = combined(work_result=third, behavior=None, earlier=earlier)
    assert combined(work_result=third, behavior=None, earlier=once) == once
