import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.training.rules.competence_gap import (
    DEFAULT_KINDS,
    DEFAULT_NAMES,
    DEFAULT_STANDARD_LEVELS,
    Assessment,
    CompetenceKind,
    Gap,
    GapStatus,
    GapSummary,
    Requirement,
    StandardRow,
    gap_analysis,
    gaps_of,
    latest_levels,
    levels_asked,
    levels_for_needs,
    needs_from,
    requirements_of,
)
from apps.training.rules.needs import PersonFacts, ProposedNeed, ReasonCode, propose_needs

M, S, T = CompetenceKind
STANDARDS = {"pengawas": {"pelayanan_publik": 3, "komunikasi": 3, "perekat_bangsa": 3}}
post = requirements_of("pengawas", STANDARDS, technical={"kearsipan": 4})
LEVELS = {"pelayanan_publik": 2, "komunikasi": 4, "perekat_bangsa": 3, "kearsipan": 2}


def test_the_list_of_the_sheet() -> None:
    kinds = list(DEFAULT_KINDS.values())
    assert (kinds.count(M), kinds.count(S), kinds.count(T)) == (8, 1, 0)


def test_a_post_asks_for_the_standard_of_its_level_and_its_own() -> None:
    assert post == (
        Requirement("komunikasi", M, 3),
        Requirement("pelayanan_publik", M, 3),
        Requirement("perekat_bangsa", S, 3),
        Requirement("kearsipan", T, 4),
    )
    assert requirements_of("pelaksana", STANDARDS) == ()


@pytest.mark.parametrize(
    ("standard", "technical", "message"),
    [
        ({"komunikasi": 6}, {}, "1 to 5"),
        ({"komunikasi": 0}, {}, "1 to 5"),
        ({"komunikasi": 3}, {"kearsipan": 9}, "1 to 5"),
        ({"berenang": 3}, {}, "no kind is known for berenang"),
        ({"komunikasi": 3}, {"komunikasi": 4}, "twice: komunikasi"),
    ],
)
def test_a_standard_that_makes_no_sense_is_refused(
    standard: Mapping[str, int], technical: Mapping[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        requirements_of("pengawas", {"pengawas": standard}, technical=technical)


def test_the_worked_example_of_the_page() -> None:
    gaps = gaps_of(post, LEVELS)
    assert [(gap.competence_code, gap.gap, gap.status) for gap in gaps] == [
        ("komunikasi", -1, GapStatus.ABOVE),
        ("pelayanan_publik", 1, GapStatus.BELOW),
        ("perekat_bangsa", 0, GapStatus.MEETS),
        ("kearsipan", 2, GapStatus.BELOW),
    ]
    assert needs_from(gaps) == [
        ProposedNeed(
            "kearsipan",
            ReasonCode.COMPETENCE_GAP,
            {"kind": "teknis", "required": "4", "assessed": "2", "gap": "2"},
            3,
        ),
        ProposedNeed(
            "pelayanan_publik",
            ReasonCode.COMPETENCE_GAP,
            {"kind": "manajerial", "required": "3", "assessed": "2", "gap": "1"},
            3,
        ),
    ]
    assert [need.topic_code for need in needs_from(gaps, smallest_gap=2, priority=1)] == ["kearsipan"]
    assert needs_from(gaps, smallest_gap=2, priority=1)[0].priority == 1


def test_what_was_never_assessed_is_no_gap() -> None:
    gaps = gaps_of(post, {"komunikasi": 1})
    assert [gap.status for gap in gaps[1:]] == [GapStatus.NOT_ASSESSED] * 3
    assert [(gap.assessed, gap.gap) for gap in gaps[1:]] == [(None, None)] * 3
    assert [need.topic_code for need in needs_from(gaps)] == ["komunikasi"]
    (row,) = gap_analysis([gaps_of(post[1:2], {})])
    assert (row.people, row.assessed, row.below, row.mean_gap) == (1, 0, 0, None)


def test_the_gaps_are_weighed_with_the_other_reasons() -> None:
    facts = PersonFacts(competences=levels_for_needs(gaps_of(post, LEVELS)))
    assert [(need.topic_code, need.reason_code) for need in propose_needs(facts)] == [
        ("kearsipan", ReasonCode.COMPETENCE_GAP),
        ("pelayanan_publik", ReasonCode.COMPETENCE_GAP),
    ]


def test_the_table_of_a_unit() -> None:
    asked = (Requirement("komunikasi", M, 3), Requirement("kearsipan", T, 4))
    people = [
        gaps_of(asked, {"komunikasi": 2, "kearsipan": 4}),
        gaps_of(asked, {"komunikasi": 5, "kearsipan": 1}),
        gaps_of(asked, {"komunikasi": 1}),
        gaps_of((Requirement("integritas", M, 4), *asked), {"integritas": 4, "komunikasi": 2}),
    ]
    # Komunikasi: 1, none (two levels above hide nothing), 2, 1: mean 4/4. Kearsipan: 0 and 3: mean 1.5.
    assert gap_analysis(people) == (
        GapSummary("komunikasi", M, people=4, assessed=4, below=3, widest=2, mean_gap=Decimal("1.00")),
        GapSummary("integritas", M, people=1, assessed=1, below=0, widest=0, mean_gap=Decimal("0.00")),
        GapSummary("kearsipan", T, people=4, assessed=2, below=1, widest=3, mean_gap=Decimal("1.50")),
    )
    assert gap_analysis([]) == ()


def test_a_mean_is_rounded_half_up() -> None:
    asked = [Requirement("komunikasi", M, 2)]
    people = [gaps_of(asked, {"komunikasi": 1})] + [gaps_of(asked, {"komunikasi": 2})] * 7
    assert gap_analysis(people)[0].mean_gap == Decimal("0.13")  # 1/8 = 0.125


def test_the_last_assessment_until_the_day_counts() -> None:
    assessments = [
        Assessment("komunikasi", 2, date(2025, 3, 1)),
        Assessment("komunikasi", 3, date(2026, 3, 1)),
        Assessment("komunikasi", 5, date(2026, 3, 2)),
        Assessment("integritas", 4, date(2026, 1, 1)),
        Assessment("integritas", 3, date(2026, 1, 1)),
    ]
    assert latest_levels(assessments, date(2026, 3, 1)) == {"integritas": 3, "komunikasi": 3}
    assert latest_levels(reversed(assessments), date(2026, 3, 1)) == {"integritas": 3, "komunikasi": 3}
    assert latest_levels(assessments, date(2024, 1, 1)) == {}
    with pytest.raises(ValueError, match="1 to 5"):
        latest_levels([Assessment("komunikasi", 7, date(2030, 1, 1))], date(2026, 1, 1))


def test_refusals() -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        gaps_of(post, {"komunikasi": 6})
    with pytest.raises(ValueError, match="at least one level"):
        needs_from([], smallest_gap=0)


level = st.integers(1, 5)
codes = st.sampled_from(sorted(DEFAULT_KINDS))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(codes, level), st.dictionaries(codes, level), st.integers(1, 4))
def test_gaps_and_needs(standard: dict[str, int], levels: dict[str, int], smallest: int) -> None:
    gaps = gaps_of(requirements_of("x", {"x": standard}), levels)
    assert {gap.competence_code for gap in gaps} == set(standard)
    expected = {
        code for code, asked in standard.items() if code in levels and asked - levels[code] >= smallest
    }
    needs = needs_from(gaps, smallest_gap=smallest)
    assert {need.topic_code for need in needs} == expected
    assert len(needs) == len(expected)
    widths = [int(need.reason_params["gap"]) for need in needs]
    assert widths == sorted(widths, reverse=True)
    facts = PersonFacts(competences=levels_for_needs(gaps, smallest_gap=smallest))
    assert [need.topic_code for need in propose_needs(facts)] == [need.topic_code for need in needs]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.dictionaries(codes, level), st.dictionaries(codes, level)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_table_adds_up_in_any_order(
    rows: list[tuple[dict[str, int], dict[str, int]]], dice: random.Random
) -> None:
    people: list[tuple[Gap, ...]] = [
        gaps_of(requirements_of("x", {"x": standard}), levels) for standard, levels in rows
    ]
    table = gap_analysis(people)
    assert gap_analysis(dice.sample(people, len(people))) == table
    assert sum(row.people for row in table) == sum(len(gaps) for gaps in people)
    assert sum(row.below for row in table) == sum(len(needs_from(gaps)) for gaps in people)
    for row in table:
        assert 0 <= row.below <= row.assessed <= row.people
        assert (row.mean_gap is None) == (row.assessed == 0)
        assert row.mean_gap is None or 0 <= row.mean_gap <= row.widest <= 4


ROWS = [
    StandardRow("arsip", "jf", "", "", 2),
    StandardRow("arsip", "jf", "ahli_muda", "", 3),
    StandardRow("arsip", "", "", "Arsiparis", 5),
    StandardRow("arsip", "pelaksana", "", "", 1),
    StandardRow("komunikasi", "", "", "Perawat", 4),
]


@pytest.mark.parametrize(
    ("position_class", "level", "family", "asked"),
    [
        ("jf", "ahli_pertama", "Perawat", {"arsip": 2, "komunikasi": 4}),
        ("jf", "ahli_muda", "Bidan", {"arsip": 3}),
        ("jf", "ahli_muda", "ARSIPARIS", {"arsip": 5}),
        ("pelaksana", "", "Juru", {"arsip": 1}),
        ("jpt", "pratama", "Kepala", {}),
    ],
)
def test_the_narrowest_row_counts(
    position_class: str, level: str, family: str, asked: dict[str, int]
) -> None:
    found = levels_asked(ROWS, position_class=position_class, position_level=level, job_family=family)
    assert found == asked
    backwards = levels_asked(
        ROWS[::-1], position_class=position_class, position_level=level, job_family=family
    )
    assert backwards == asked


def test_a_level_of_a_standard_is_1_to_5() -> None:
    with pytest.raises(ValueError):
        levels_asked([StandardRow("x", "", "", "", 6)], position_class="jf", position_level="", job_family="")


def test_every_default_competence_has_a_name() -> None:
    assert set(DEFAULT_NAMES) == set(DEFAULT_KINDS)
    assert all(1 <= level <= 5 for level in DEFAULT_STANDARD_LEVELS.values())
