from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.assessments.rules.distribution import (
    PATTERNS,
    Finding,
    FindingCode,
    Limit,
    Pattern,
    check_distribution,
    pattern_on,
)
from apps.assessments.rules.organization import OrgPredicate
from apps.assessments.rules.predikat import Predikat

SB, B, BP, K, SK = Predikat
counts_of_people = st.fixed_dictionaries({predikat: st.integers(0, 40) for predikat in Predikat})

CONFORMING = {
    "EX-21": (OrgPredicate.BAIK, {SB: 5, B: 14, BP: 1}),
    "EX-24": (OrgPredicate.BUTUH_PERBAIKAN, {SB: 1, B: 3, BP: 6}),
    "EX-26": (OrgPredicate.KURANG, {B: 3, BP: 1, K: 6}),
}
VIOLATING = {
    "EX-22": (
        OrgPredicate.BAIK,
        {SB: 6, B: 14},
        Finding(FindingCode.TOO_FEW, (BP, K), count=0, total=20, bound=1),
    ),
    "EX-23": (
        OrgPredicate.BAIK,
        {SB: 4, B: 15, BP: 1},
        Finding(FindingCode.ABOVE_CAP, (B,), count=15, total=20, bound=70),
    ),
    "EX-25": (
        OrgPredicate.BUTUH_PERBAIKAN,
        {SB: 2, B: 2, BP: 6},
        Finding(FindingCode.ABOVE_CAP, (SB,), count=2, total=10, bound=10),
    ),
    "EX-27": (
        OrgPredicate.SANGAT_KURANG,
        {SB: 1, K: 3, SK: 6},
        Finding(FindingCode.ABOVE_CAP, (SB,), count=1, total=10, bound=0),
    ),
    "EX-28": (
        OrgPredicate.ISTIMEWA,
        {SB: 6, B: 2},
        Finding(FindingCode.ABOVE_CAP, (SB,), count=6, total=8, bound=70),
    ),
}


@pytest.mark.parametrize(("org", "counts"), CONFORMING.values(), ids=CONFORMING.keys())
def test_conforming_examples(org: OrgPredicate, counts: dict[Predikat, int]) -> None:
    check = check_distribution(org, counts)
    assert check.findings == ()
    assert check.conforms
    assert not check.needs_reason


@pytest.mark.parametrize(("org", "counts", "finding"), VIOLATING.values(), ids=VIOLATING.keys())
def test_violating_examples(org: OrgPredicate, counts: dict[Predikat, int], finding: Finding) -> None:
    check = check_distribution(org, counts)
    assert check.findings == (finding,)
    assert not check.conforms
    assert check.needs_reason


def test_the_remaining_limits_of_the_table() -> None:
    def codes(
        org: OrgPredicate, counts: dict[Predikat, int]
    ) -> list[tuple[FindingCode, tuple[Predikat, ...]]]:
        return [(finding.code, finding.predikat) for finding in check_distribution(org, counts).findings]

    floor = FindingCode.BELOW_FLOOR
    assert codes(OrgPredicate.ISTIMEWA, {SB: 3, B: 7}) == [(FindingCode.NOT_MOST_FREQUENT, (SB,))]
    assert codes(OrgPredicate.BAIK, {SB: 6, B: 3, K: 1}) == [(FindingCode.NOT_MOST_FREQUENT, (B,))]
    assert codes(OrgPredicate.BUTUH_PERBAIKAN, {B: 5, BP: 5}) == [(floor, (BP,))]
    assert codes(OrgPredicate.KURANG, {SB: 2, B: 3, K: 5}) == [
        (FindingCode.ABOVE_CAP, (SB,)),
        (floor, (BP,)),
        (floor, (K,)),
    ]
    assert codes(OrgPredicate.SANGAT_KURANG, {B: 5, SK: 5}) == [(floor, (BP, K)), (floor, (SK,))]
    assert codes(OrgPredicate.SANGAT_KURANG, {B: 3, K: 1, SK: 6}) == []


def test_a_tie_still_counts_as_most_frequent() -> None:
    assert check_distribution(OrgPredicate.ISTIMEWA, {SB: 5, B: 5}).conforms


def test_not_most_frequent_tells_by_how_many() -> None:
    (finding,) = check_distribution(OrgPredicate.ISTIMEWA, {SB: 3, B: 7}).findings
    assert (finding.count, finding.bound) == (3, 7)


@pytest.mark.parametrize(("size", "report_only"), [(4, True), (5, False)])
def test_small_units_are_reported_without_consequence(size: int, report_only: bool) -> None:
    check = check_distribution(OrgPredicate.ISTIMEWA, {SB: size})
    assert not check.conforms
    assert (check.report_only, check.needs_reason) == (report_only, not report_only)


def test_the_minimum_size_is_a_policy() -> None:
    assert check_distribution(OrgPredicate.ISTIMEWA, {SB: 8}, minimum_size=10).report_only


def test_an_empty_unit_has_no_finding() -> None:
    check = check_distribution(OrgPredicate.BAIK, {})
    assert (check.conforms, check.total, check.report_only) == (True, 0, True)


def test_another_pattern_can_be_given() -> None:
    pattern = Pattern(date(2030, 1, 1), "test", {OrgPredicate.BAIK: (Limit((SK,), floor_count=2),)})
    check = check_distribution(OrgPredicate.BAIK, {B: 9, SK: 1}, pattern)
    assert check.findings == (Finding(FindingCode.TOO_FEW, (SK,), 1, 10, 2),)
    assert check_distribution(OrgPredicate.KURANG, {SB: 10}, pattern).conforms


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        check_distribution(OrgPredicate.BAIK, {B: -1})


def test_the_pattern_is_chosen_by_day() -> None:
    first = PATTERNS[0].valid_from
    assert first == date(2023, 1, 31)
    assert pattern_on(first) is PATTERNS[0]
    assert pattern_on(first - timedelta(days=1)) is None


@settings(max_examples=60, deadline=None)
@given(counts_of_people)
@example({SB: 141, B: 59, BP: 0, K: 0, SK: 0})
def test_the_cap_is_exact(counts: dict[Predikat, int]) -> None:
    total = sum(counts.values())
    above = total > 0 and Fraction(counts[SB], total) > Fraction(7, 10)
    findings = check_distribution(OrgPredicate.ISTIMEWA, counts).findings
    assert (FindingCode.ABOVE_CAP in [finding.code for finding in findings]) is above


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
@example((119, 200))
@example((120, 200))
def test_the_floor_is_exact(pair: tuple[int, int]) -> None:
    count, total = pair
    findings = check_distribution(OrgPredicate.BUTUH_PERBAIKAN, {BP: count, B: total - count}).findings
    below = Fraction(count, total) < Fraction(6, 10)
    assert [finding.code for finding in findings] == ([FindingCode.BELOW_FLOOR] if below else [])


@settings(max_examples=40, deadline=None)
@given(counts_of_people, st.sampled_from(OrgPredicate), st.integers(2, 5))
def test_shares_alone_decide_apart_from_head_counts(
    counts: dict[Predikat, int], org: OrgPredicate, factor: int
) -> None:
    larger = {predikat: count * factor for predikat, count in counts.items()}
    one = [(finding.code, finding.predikat) for finding in check_distribution(org, counts).findings]
    other = [(finding.code, finding.predikat) for finding in check_distribution(org, larger).findings]
    assert one == other
