"""The draw: committed to, recomputable with other tools, and not to be steered."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.rules.review_sample import (
    RatePolicy,
    chance_to_find,
    commitment,
    draw,
    frame_of,
    next_rate,
    second_reads,
    unopened,
    verify,
)

SEED = "0123456789abcdef0123456789abcdef"
STRATA = {"umum": list(range(1, 41)), "guru": list(range(101, 111)), "medis": [201]}
RATE = Decimal("0.20")
POLICY = RatePolicy(floor=Decimal("0.05"), ceiling=Decimal("0.50"), fall=Decimal("0.10"), clean_minimum=5)


def by_hand(seed: str, purpose: str, strata: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the whole order, with HMAC spelled out after RFC 2104 and nothing of the product's code."""

    def hmac(key: bytes, message: str) -> bytes:
        block = (key if len(key) <= 64 else sha256(key).digest()).ljust(64, b"\0")
        inner = sha256(bytes(byte ^ 0x36 for byte in block) + message.encode()).digest()
        return sha256(bytes(byte ^ 0x5C for byte in block) + inner).digest()

    listed = {name: sorted(strata[name]) for name in sorted(strata) if strata[name]}
    frame = sha256(json.dumps(listed, separators=(",", ":")).encode()).hexdigest()
    key = hmac(seed.encode(), f"{purpose}:{frame}")
    return {name: sorted(ids, key=lambda report: hmac(key, str(report))) for name, ids in listed.items()}


def test_the_draw_of_the_page() -> None:
    # docs/rules/supervision.md shows the same numbers made with openssl and sort.
    sample = draw(SEED, {"umum": range(1, 11)}, RATE, 1)
    assert sample.frame == "7607c167e0dfae71409632c4e26b811899d643429800e23c0092f8215fe874ef"
    assert sample.ids == (4, 8)
    assert commitment(SEED) == "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9"
    assert second_reads(SEED, sample, RATE) == (8,)


def test_the_sizes() -> None:
    sample = draw(SEED, STRATA, RATE, 3)
    # 20 % of 40 are 8; of 10 are 2, but at least 3; of one there is one.
    assert [(s.stratum, s.population, len(s.ids)) for s in sample.strata] == [
        ("guru", 10, 3),
        ("medis", 1, 1),
        ("umum", 40, 8),
    ]
    assert len(draw(SEED, {"umum": range(41)}, RATE, 1).ids) == 9  # 8.2 is rounded up
    assert draw(SEED, {}, RATE, 1).ids == ()


SEEDS = st.text(min_size=32, max_size=80)
LISTS = st.dictionaries(
    st.text(max_size=8), st.lists(st.integers(0, 400), unique=True, max_size=25), max_size=3
).map(
    lambda strata: {
        name: [place * 1000 + report for report in ids] for place, (name, ids) in enumerate(strata.items())
    }
)
SHARES = st.integers(1, 100).map(lambda percent: Decimal(percent) / 100)


@settings(max_examples=40, deadline=None)
@given(SEEDS, LISTS, SHARES, st.integers(1, 6), st.randoms(use_true_random=False))
def test_anybody_recomputes_it(
    seed: str, strata: dict[str, list[int]], rate: Decimal, minimum: int, chance: Random
) -> None:
    sample = draw(seed, strata, rate, minimum)
    order = by_hand(seed, "draw", strata)
    assert [s.stratum for s in sample.strata] == list(order)
    for stratum in sample.strata:
        assert list(stratum.ids) == order[stratum.stratum][: len(stratum.ids)]
        assert len(stratum.ids) >= min(stratum.population, minimum)
        assert Fraction(len(stratum.ids), stratum.population) >= Fraction(rate)
    names = list(strata)
    chance.shuffle(names)
    assert draw(seed, {name: reversed(strata[name]) for name in names}, rate, minimum) == sample
    assert sample.frame == frame_of(strata)


@settings(max_examples=30, deadline=None)
@given(SEEDS, LISTS, SHARES, SHARES, st.integers(1, 4))
def test_a_higher_rate_only_adds(
    seed: str, strata: dict[str, list[int]], one: Decimal, other: Decimal, minimum: int
) -> None:
    low, high = sorted((one, other))
    few, many = draw(seed, strata, low, minimum), draw(seed, strata, high, minimum)
    assert set(few.ids) <= set(many.ids)
    assert set(draw(seed, strata, Decimal(1), 1).ids) == {i for ids in strata.values() for i in ids}


def test_one_more_report_turns_the_whole_order() -> None:
    """Who knows the seed before the last report is in still does not know whom it hits."""
    before = draw(SEED, {"umum": range(1, 101)}, Decimal("0.10"), 1)
    after = draw(SEED, {"umum": range(1, 102)}, Decimal("0.10"), 1)
    assert len(set(before.ids) & set(after.ids)) < 5
    assert before.frame != after.frame


def test_everybody_is_drawn_about_equally_often() -> None:
    # 400 draws of 2 out of 10: each expects 80 with a standard deviation of 8; five of them are 40.
    counts = dict.fromkeys(range(1, 11), 0)
    for number in range(400):
        for report in draw(f"{number:032d}", {"umum": counts}, RATE, 1).ids:
            counts[report] += 1
    assert all(40 <= count <= 120 for count in counts.values())


def test_the_frame_knows_stratum_and_number_apart() -> None:
    frames = [frame_of(s) for s in ({"a": [1, 2]}, {"a": [12]}, {"a": [1], "b": [2]}, {"a": [2], "b": [1]})]
    assert len(set(frames)) == 4
    assert frame_of({"a": [1], "b": []}) == frame_of({"a": [1]})
    assert len({frame_of({"a": order}) for order in permutations([1, 2, 3])}) == 1


def test_commit_and_reveal() -> None:
    # "abc" of FIPS 180-2 is too short for a seed, so its published vector of 56 letters is taken.
    vector = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    published = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    assert commitment(vector) == published
    assert verify(published, vector)
    assert verify(f" {published.upper()}\n", vector)
    assert not verify(published, vector + "q")
    assert not verify(published[:-1], vector)
    assert not verify("é", vector)
    assert not verify(sha256(b"1234").hexdigest(), "1234")


@settings(max_examples=30, deadline=None)
@given(SEEDS, SEEDS)
def test_a_commitment_fits_one_seed(seed: str, other: str) -> None:
    assert verify(commitment(seed), other) == (seed == other)


@pytest.mark.parametrize("rate", ["0", "-0.1", "1.01"])
def test_a_rate_has_its_ends(rate: str) -> None:
    sample = draw(SEED, STRATA, RATE, 1)
    with pytest.raises(ValueError, match="rate"):
        draw(SEED, STRATA, Decimal(rate), 1)
    with pytest.raises(ValueError, match="rate"):
        second_reads(SEED, sample, Decimal(rate))


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="looked at"):
        draw(SEED, STRATA, RATE, 0)
    for twice in ({"a": [1], "b": [1]}, {"a": [1, 1]}):
        with pytest.raises(ValueError, match="once"):
            draw(SEED, twice, RATE, 1)
    for call in (
        lambda: commitment("short"),
        lambda: draw("short", STRATA, RATE, 1),
        lambda: second_reads("short", draw(SEED, STRATA, RATE, 1), RATE),
    ):
        with pytest.raises(ValueError, match="32"):
            call()


def test_a_batch_waits_until_all_are_opened() -> None:
    sample = draw(SEED, STRATA, RATE, 1)
    assert unopened(sample, set()) == sample.ids
    assert unopened(sample, {*sample.ids[1:], 999}) == sample.ids[:1]
    assert unopened(sample, set(sample.ids)) == ()


@settings(max_examples=30, deadline=None)
@given(SEEDS, LISTS, SHARES)
def test_second_readers_get_a_share_of_the_drawn(
    seed: str, strata: dict[str, list[int]], share: Decimal
) -> None:
    sample = draw(seed, strata, Decimal("0.50"), 1)
    again = second_reads(seed, sample, share)
    assert set(again) <= set(sample.ids)
    assert len(again) == len(set(again))
    assert bool(again) == bool(sample.ids)
    assert len(again) >= len(sample.ids) * Fraction(share) > len(again) - 1 or not sample.ids
    assert second_reads(seed, sample, share) == again


def test_a_second_reading_has_its_own_order() -> None:
    sample = draw(SEED, {"umum": range(1, 101)}, Decimal(1), 1)
    again = second_reads(SEED, sample, Decimal("0.10"))
    assert list(again) == by_hand(SEED, "second", {"umum": list(range(1, 101))})["umum"][:10]
    assert len(set(again) & set(sample.ids[:10])) < 6


@pytest.mark.parametrize(
    ("present", "opened", "found", "expected"),
    [
        ("0.50", 20, 0, "0.45"),
        ("0.45", 20, 0, "0.405"),
        ("0.052", 20, 0, "0.05"),  # the floor, and never under it
        ("0.05", 20, 0, "0.05"),
        ("0.20", 5, 0, "0.18"),
        ("0.20", 4, 0, "0.20"),  # four clean ones show too little
        ("0.20", 0, 0, "0.20"),
        ("0.05", 4, 1, "0.50"),  # one finding is enough
        ("0.20", 20, 20, "0.50"),
        ("0.90", 20, 0, "0.50"),  # the office has lowered the ceiling
        ("0.01", 0, 0, "0.05"),
    ],
)
def test_s6_one_finding_brings_the_full_rate_back(
    present: str, opened: int, found: int, expected: str
) -> None:
    assert next_rate(Decimal(present), opened, found, POLICY) == Decimal(expected)


def test_s6_a_year_of_clean_samples() -> None:
    rate, months = POLICY.ceiling, 0
    while rate > POLICY.floor:
        rate, months = next_rate(rate, 10, 0, POLICY), months + 1
    assert months == 22  # 0.9 to the power of 22 is the first one under a tenth


@settings(max_examples=60, deadline=None)
@given(SHARES, st.integers(0, 50), st.integers(0, 50), SHARES, SHARES)
def test_a_rate_stays_within_its_bounds(
    present: Decimal, opened: int, found: int, one: Decimal, other: Decimal
) -> None:
    floor, ceiling = sorted((one, other))
    policy = replace(POLICY, floor=floor, ceiling=ceiling)
    found = min(found, opened)
    rate = next_rate(present, opened, found, policy)
    assert floor <= rate <= ceiling
    if floor <= present <= ceiling:
        assert rate >= present if found else rate <= present
        # Slowly: never more than the tenth.
        assert rate >= present * Decimal("0.9") - Decimal("0.00005")


def test_a_policy_and_a_count_have_their_ends() -> None:
    for floor, ceiling in (("0", "0.50"), ("0.60", "0.50"), ("0.05", "1.01")):
        with pytest.raises(ValueError, match="floor"):
            replace(POLICY, floor=Decimal(floor), ceiling=Decimal(ceiling))
    for fall in (Decimal(0), Decimal(1)):
        with pytest.raises(ValueError, match="share of itself"):
            replace(POLICY, fall=fall)
    with pytest.raises(ValueError, match="shows nothing"):
        replace(POLICY, clean_minimum=0)
    for opened, found in ((3, 4), (3, -1)):
        with pytest.raises(ValueError, match="found"):
            next_rate(RATE, opened, found, POLICY)


@pytest.mark.parametrize(("opened", "percent"), [(5, 43), (8, 61), (16, 88), (0, 0), (37, 100)])
def test_s4_what_reading_a_few_finds(opened: int, percent: int) -> None:
    assert round(chance_to_find(40, 4, opened) * 100) == percent


def test_s4_has_its_ends() -> None:
    for parts in ((40, 41, 5), (40, 4, 41), (40, -1, 5), (40, 4, -1)):
        with pytest.raises(ValueError, match="whole"):
            chance_to_find(*parts)
