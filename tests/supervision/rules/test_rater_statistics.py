from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.intervals import Interval
from apps.supervision.rules.rater_statistics import (
    DEFAULT_THRESHOLDS,
    BandShare,
    Flag,
    FlagCode,
    Judgement,
    RaterCard,
    RaterThresholds,
    Timing,
    correlation,
    family_cards,
    timings,
)

BANDS = ("baik", "cukup", "kurang")


def judgement(person: int, *values: int, pace: tuple[Timing, ...] = ()) -> Judgement:
    band = (
        "baik" if sum(values) >= 4 * len(values) else "cukup" if sum(values) >= 3 * len(values) else "kurang"
    )
    return Judgement(person, {f"d{place}": Decimal(value) for place, value in enumerate(values)}, band, pace)


def rows(*people: tuple[int, ...] | int) -> list[Judgement]:
    return [
        judgement(number, *(person if isinstance(person, tuple) else (person,)))
        for number, person in enumerate(people)
    ]


# Three others with mean 3 and variance 1: 12 over 12 degrees.
OTHERS = {rater: rows(2, 2, 3, 4, 4) for rater in (11, 12, 13)}


def card(*people: tuple[int, ...] | int, thresholds: RaterThresholds = DEFAULT_THRESHOLDS) -> RaterCard:
    return family_cards({1: rows(*people), **OTHERS}, bands=BANDS, thresholds=thresholds)[1]


def alone(own: list[Judgement], thresholds: RaterThresholds = DEFAULT_THRESHOLDS) -> RaterCard:
    return family_cards({1: own}, bands=BANDS, thresholds=thresholds)[1]


def codes(found: RaterCard) -> list[FlagCode]:
    return [flag.code for flag in found.flags]


def test_the_limits_worked_by_hand() -> None:
    # The root of 1/5 + 1/15 is 0.516398; times 2.5758 is 1.330.
    figures = card(4, 4, 4, 5, 5).figures
    assert figures is not None
    assert (str(figures.mean), str(figures.spread)) == ("4.400", "0.548")
    family = figures.family
    assert family is not None
    assert (family.raters, family.people, family.mean, family.spread) == (3, 15, 3, 1)
    assert (str(family.low), str(family.high)) == ("1.670", "4.330")
    assert figures.flags == (
        Flag(FlagCode.LENIENT, Decimal("4.400"), Decimal("4.330"), 5, reference=Decimal("3.000")),
    )


def test_the_mirror_worked_by_hand() -> None:
    assert card(2, 2, 2, 1, 1).flags == (
        Flag(FlagCode.STRICT, Decimal("1.600"), Decimal("1.670"), 5, reference=Decimal("3.000")),
    )


def test_more_people_are_held_to_narrower_limits() -> None:
    # The root of 1/10 + 1/15 is 0.408248; times 2.5758 is 1.052.
    few, many = card(3, 4, 4, 4, 6), card(*[3, 4, 4, 4, 6] * 2)
    assert (codes(few), codes(many)) == ([], [FlagCode.LENIENT])
    assert many.flags[0].limit == Decimal("4.052")


def test_bunched_is_below_half_the_spread_of_the_family() -> None:
    # Squares of 0.8 over 4 degrees are 0.2, the root 0.447; half of the family's is 0.5.
    assert card(3, 3, 3, 3, 4).flags == (
        Flag(FlagCode.BUNCHED, Decimal("0.447"), Decimal("0.500"), 5, reference=Decimal("1.000")),
    )
    # Exactly half is not below it: squares of 1 over 4 degrees.
    exact = rows(3, 3, 3, 3, 3)
    shifts = ("0.5", "-0.5", "0.5", "-0.5", "0")
    half = [
        replace(row, scores={"d0": Decimal(3) + Decimal(shift)})
        for row, shift in zip(exact, shifts, strict=True)
    ]
    assert family_cards({1: half, **OTHERS}, bands=BANDS)[1].flags == ()


def test_shares_have_intervals_and_the_share_of_the_others() -> None:
    figures = card(*[4] * 9, 3).figures
    assert figures is not None
    assert figures.shares[0] == BandShare(
        "baik", 9, Decimal("90.00"), Interval(Decimal("59.58"), Decimal("98.21")), Decimal("40.00")
    )
    assert [row.count for row in figures.shares] == [9, 1, 0]
    assert sum(row.percent for row in figures.shares) == 100


def test_hidden_under_five_ratings() -> None:
    hidden = card(5, 5, 5, 5)
    assert hidden == RaterCard(4, 5, "rater-statistics/1", None)
    assert hidden.flags == ()
    assert card(5, 5, 5, 5, thresholds=replace(DEFAULT_THRESHOLDS, minimum_ratings=4)).figures is not None


def test_two_others_are_no_family() -> None:
    two = {1: rows(5, 5, 5, 5, 5), 11: OTHERS[11], 12: OTHERS[12]}
    figures = family_cards(two, bands=BANDS)[1].figures
    assert figures is not None
    assert (figures.family, figures.flags) == (None, ())
    assert {row.family_percent for row in figures.shares} == {None}


def test_without_a_spread_nobody_is_lenient() -> None:
    same = {rater: rows(3, 3, 3, 3, 3) for rater in (11, 12, 13)}
    figures = family_cards({1: rows(3, 3, 3, 3, 5), **same}, bands=BANDS)[1].figures
    assert figures is not None
    assert figures.family is not None
    assert (figures.family.low, figures.family.high, figures.flags) == (None, None, ())


def test_whoever_rated_nobody_is_no_rater() -> None:
    assert family_cards({1: []}, bands=BANDS) == {}
    assert set(family_cards({1: [], **OTHERS}, bands=BANDS)) == {11, 12, 13}


NEAR = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 8), (8, 7)]


def test_correlation_worked_by_hand() -> None:
    # 1 - 6 * (1 + 1) / (8 * 63) = 0.976
    pairs = [(Decimal(x), Decimal(y)) for x, y in NEAR]
    assert round(float(correlation(pairs) or 0), 6) == round(1 - 12 / 504, 6)
    assert correlation([(x, x) for x, _ in pairs]) == 1
    assert correlation([(x, -x) for x, _ in pairs]) == -1
    assert correlation([(x, Decimal(3)) for x, _ in pairs]) is None
    assert correlation(pairs[:1]) is None


def test_halo_over_eight_people() -> None:
    assert alone(rows(*NEAR)).flags == (Flag(FlagCode.HALO, Decimal("0.976"), Decimal("0.900"), 8, count=1),)
    assert alone(rows(*NEAR[:7])).flags == ()
    # One dimension that goes its own way: the others are close by nature.
    third = (3, 1, 4, 1, 5, 2, 6, 5)
    assert alone(rows(*[(x, y, z) for (x, y), z in zip(NEAR, third, strict=True)])).flags == ()


def test_pasted_rows() -> None:
    different = [(1, 2, 3), (3, 2, 1)]
    assert alone(rows(*[(3, 4, 3)] * 3, *different)).flags == (
        Flag(FlagCode.PASTED, Decimal("60.00"), Decimal("50.00"), 5, count=3),
    )
    assert alone(rows(*[(3, 4, 3)] * 3, *different, (1, 1, 2))).flags == ()
    # Two dimensions of few words are equal by nature.
    assert alone(rows(*[(3, 4)] * 5)).flags == ()


def hurried(*seconds: int | None, sittings: int = 1) -> list[Judgement]:
    pace = [Timing(number % sittings, value) for number, value in enumerate(seconds)]
    values = [(1, 5), (2, 3), (3, 1), (4, 4), (5, 2)]
    return [judgement(i, *row, pace=tuple(pace[2 * i : 2 * i + 2])) for i, row in enumerate(values)]


def test_last_minute_is_more_than_half_of_the_scores_in_one_sitting() -> None:
    slow = [None, 30, 90, 200]
    assert alone(hurried(*[29] * 6, *slow)).flags == (
        Flag(FlagCode.LAST_MINUTE, Decimal("60.00"), Decimal("50.00"), 10, count=6),
    )
    assert alone(hurried(*[29] * 5, 30, *slow)).flags == ()
    assert alone(hurried(*[29] * 6, *slow, sittings=2)).flags == ()


def test_sittings_from_the_instants_of_saving() -> None:
    start = datetime(2026, 12, 30, 14, 0, tzinfo=UTC)
    at = [start + timedelta(seconds=second) for second in (0, 20, 1845, 3646, 45)]
    assert timings(at) == [
        Timing(1, None),
        Timing(1, 20),
        Timing(1, 1800),
        Timing(2, None),
        Timing(1, 25),
    ]
    assert timings([]) == []


def test_what_makes_no_sense_is_refused() -> None:
    one = judgement(1, 3, 3)
    for broken, message in (
        ([one, one], "once"),
        ([one, judgement(2, 3)], "same dimensions"),
        ([replace(one, scores={})], "at least one score"),
        ([replace(one, band="hebat")], "not a band"),
        ([replace(one, timings=(Timing(1, 3),))], "one for each score"),
    ):
        with pytest.raises(ValueError, match=message):
            family_cards({1: broken}, bands=BANDS)


def test_nothing_is_ever_rescaled() -> None:
    assert not any("adjust" in row.name or "correct" in row.name for row in fields(RaterCard))
    before = {1: rows(5, 5, 5, 5, 5), **OTHERS}
    family_cards(before, bands=BANDS)
    assert before == {1: rows(5, 5, 5, 5, 5), **OTHERS}


SCORES = st.integers(1, 5)
FAMILIES = st.lists(
    st.lists(st.tuples(SCORES, SCORES, SCORES), min_size=1, max_size=10), min_size=1, max_size=5
).map(lambda family: {rater: rows(*people) for rater, people in enumerate(family)})


def paced(family: dict[int, list[Judgement]], seconds: int) -> dict[int, list[Judgement]]:
    return {
        rater: [replace(row, timings=(Timing(1, seconds),) * 3) for row in people]
        for rater, people in family.items()
    }


@settings(max_examples=40, deadline=None)
@given(FAMILIES, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_people_does_not_matter(
    family: dict[int, list[Judgement]], random: object
) -> None:
    raters = list(family)
    random.shuffle(raters)
    shuffled = {rater: random.sample(family[rater], len(family[rater])) for rater in raters}
    assert family_cards(shuffled, bands=BANDS) == family_cards(family, bands=BANDS)


@settings(max_examples=40, deadline=None)
@given(FAMILIES, st.integers(0, 12))
def test_no_flag_under_the_minimum(family: dict[int, list[Judgement]], minimum: int) -> None:
    cards = family_cards(
        paced(family, seconds=1), bands=BANDS, thresholds=replace(DEFAULT_THRESHOLDS, minimum_ratings=minimum)
    )
    for rater, found in cards.items():
        assert (found.n, found.needed) == (len(family[rater]), minimum)
        if found.n < max(minimum, 2):
            assert (found.figures, found.flags) == (None, ())
        else:
            assert FlagCode.LAST_MINUTE in codes(found)


MIRRORED = {FlagCode.LENIENT: FlagCode.STRICT, FlagCode.STRICT: FlagCode.LENIENT}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(2, 4), min_size=5, max_size=8), min_size=3, max_size=4),
    st.lists(st.sampled_from([1, 1, 1, 2, 4, 5, 5, 5]), min_size=5, max_size=10),
)
def test_lenient_and_strict_mirror_each_other(others: list[list[int]], own: list[int]) -> None:
    def found(turn: bool) -> list[RaterCard]:
        values = [[6 - value if turn else value for value in rater] for rater in [own, *others]]
        family = {rater: rows(*people) for rater, people in enumerate(values)}
        return list(family_cards(family, bands=BANDS).values())

    for one, other in zip(found(turn=False), found(turn=True), strict=True):
        assert codes(other) == [MIRRORED.get(code, code) for code in codes(one)]
        assert not {FlagCode.LENIENT, FlagCode.STRICT} <= set(codes(one))


@settings(max_examples=40, deadline=None)
@given(FAMILIES)
def test_the_numbers_of_a_flag_explain_it(family: dict[int, list[Judgement]]) -> None:
    for found in family_cards(family, bands=BANDS).values():
        for flag in found.flags:
            # Shown rounded, so that the two may meet but never cross.
            if flag.code in {FlagCode.STRICT, FlagCode.BUNCHED}:
                assert flag.value <= flag.limit
            else:
                assert flag.value >= flag.limit
        if found.figures:
            assert sum(row.count for row in found.figures.shares) == found.n
            assert all(row.interval.low <= row.percent <= row.interval.high for row in found.figures.shares)
