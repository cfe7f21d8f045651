from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.predikat import Predikat, Rating, predikat_for
from apps.training.rules.needs import (
    CompetenceLevel,
    IndicatorResult,
    PersonFacts,
    ProposedNeed,
    ReasonCode,
    propose_needs,
)

facts_of_a_person = st.builds(
    PersonFacts,
    predikat=st.none() | st.sampled_from(Predikat),
    work_result=st.none() | st.sampled_from(Rating),
    behavior=st.none() | st.sampled_from(Rating),
    indicators=st.lists(
        st.builds(
            IndicatorResult,
            topic_code=st.sampled_from(["excel", "writing", "coaching"]),
            label=st.just("indicator"),
            percent=st.none() | st.decimals(min_value=0, max_value=150, places=2),
        ),
        max_size=5,
    ),
    competences=st.lists(
        st.builds(
            CompetenceLevel,
            competence_code=st.sampled_from(["writing", "teamwork"]),
            required=st.integers(1, 5),
            assessed=st.integers(1, 5),
        ),
        max_size=4,
    ),
    unsur_values=st.dictionaries(
        st.sampled_from(["waktu", "sarana"]), st.decimals(min_value=25, max_value=100, places=2)
    ),
)


def test_a_good_year_proposes_nothing() -> None:
    facts = PersonFacts(
        predikat=Predikat.BAIK,
        work_result=Rating.MEETS,
        behavior=Rating.ABOVE,
        indicators=(IndicatorResult("excel", "Laporan", Decimal(80)), IndicatorResult("x", "Baru", None)),
        competences=(CompetenceLevel("teamwork", required=3, assessed=3),),
        unsur_values={"waktu": Decimal("76.61")},
    )
    assert propose_needs(facts) == []


@pytest.mark.parametrize(
    ("predikat", "coached"),
    [
        (Predikat.SANGAT_BAIK, False),
        (Predikat.BAIK, False),
        (Predikat.BUTUH_PERBAIKAN, True),
        (Predikat.KURANG, True),
        (Predikat.SANGAT_KURANG, True),
        (None, False),
    ],
)
def test_from_butuh_perbaikan_down_coaching_is_proposed(predikat: Predikat | None, coached: bool) -> None:
    needs = propose_needs(PersonFacts(predikat=predikat))
    expected = ProposedNeed("coaching", ReasonCode.PREDIKAT_LOW, {"predikat": str(predikat)}, 1)
    assert needs == ([expected] if coached else [])


def test_the_worked_example_of_the_page() -> None:
    facts = PersonFacts(
        predikat=predikat_for(work_result=Rating.BELOW, behavior=Rating.MEETS),
        work_result=Rating.BELOW,
        behavior=Rating.MEETS,
        indicators=(
            IndicatorResult("arsip", "Arsip tertata", Decimal("79.99")),
            IndicatorResult("laporan", "Laporan bulanan", Decimal("62.50")),
        ),
        competences=(CompetenceLevel("pelayanan_publik", required=3, assessed=2),),
        unsur_values={"waktu": Decimal("74.10"), "sarana": Decimal("70.00")},
    )
    assert propose_needs(facts) == [
        ProposedNeed("coaching", ReasonCode.PREDIKAT_LOW, {"predikat": "butuh_perbaikan"}, 1),
        ProposedNeed("work_result", ReasonCode.WORK_RESULT_BELOW, {"rating": "below_expectation"}, 2),
        ProposedNeed("pelayanan_publik", ReasonCode.COMPETENCE_GAP, {"required": "3", "assessed": "2"}, 3),
        ProposedNeed(
            "laporan",
            ReasonCode.INDICATOR_WEAK,
            {"indicator": "Laporan bulanan", "percent": "62.50", "threshold": "80"},
            3,
        ),
        ProposedNeed(
            "arsip",
            ReasonCode.INDICATOR_WEAK,
            {"indicator": "Arsip tertata", "percent": "79.99", "threshold": "80"},
            3,
        ),
        ProposedNeed(
            "unsur_sarana",
            ReasonCode.UNSUR_WEAK,
            {"unsur": "sarana", "value": "70.00", "floor": "76.61"},
            4,
        ),
    ]


def test_bad_behavior_is_proposed_on_its_own() -> None:
    (need,) = propose_needs(PersonFacts(behavior=Rating.BELOW))
    assert (need.topic_code, need.reason_code, need.priority) == ("behavior", ReasonCode.BEHAVIOR_BELOW, 2)


def test_a_topic_is_proposed_once_with_its_most_urgent_reason() -> None:
    facts = PersonFacts(
        predikat=Predikat.KURANG,
        indicators=(
            IndicatorResult("coaching", "Bimbingan", Decimal(10)),
            IndicatorResult("laporan", "Satu", Decimal(50)),
            IndicatorResult("laporan", "Dua", Decimal(40)),
        ),
    )
    assert [(need.topic_code, need.reason_code) for need in propose_needs(facts)] == [
        ("coaching", ReasonCode.PREDIKAT_LOW),
        ("laporan", ReasonCode.INDICATOR_WEAK),
    ]
    assert propose_needs(facts)[1].reason_params["indicator"] == "Dua"


def test_wider_gaps_come_first() -> None:
    facts = PersonFacts(
        competences=(CompetenceLevel("one", required=3, assessed=2), CompetenceLevel("two", 4, 1))
    )
    assert [need.topic_code for need in propose_needs(facts)] == ["two", "one"]


def test_thresholds_and_priorities_are_arguments() -> None:
    facts = PersonFacts(
        indicators=(IndicatorResult("laporan", "Laporan", Decimal(95)),),
        unsur_values={"waktu": Decimal(80)},
    )
    assert propose_needs(facts) == []
    reverse = {code: priority for priority, code in enumerate(reversed(ReasonCode), start=1)}
    needs = propose_needs(facts, indicator_percent=Decimal(100), unsur_floor=Decimal(85), priorities=reverse)
    assert [(need.topic_code, need.priority) for need in needs] == [("unsur_waktu", 1), ("laporan", 3)]


@settings(max_examples=60, deadline=None)
@given(facts_of_a_person)
def test_proposals_are_unique_sorted_and_reasoned(facts: PersonFacts) -> None:
    needs = propose_needs(facts)
    topics = [need.topic_code for need in needs]
    assert len(topics) == len(set(topics))
    assert [need.priority for need in needs] == sorted(need.priority for need in needs)
    assert all(need.reason_params for need in needs)
