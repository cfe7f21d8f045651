from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.indicators.rules.completeness import (
    IndicatorFacts,
    PlanFacts,
    Problem,
    ProblemCode,
    ResultFacts,
    skp_problems,
)
from apps.indicators.rules.forms import (
    BEHAVIOR_VALUES,
    Approach,
    Aspek,
    Layout,
    Perspektif,
    ResultKind,
)

ALL_VALUES = frozenset(value.code for value in BEHAVIOR_VALUES)
GOOD_INDICATOR = IndicatorFacts("1.1", aspek=Aspek.KUANTITAS, has_target=True)
GOOD_RESULT = ResultFacts("1", ResultKind.UTAMA, (GOOD_INDICATOR,), supports_superior=True)
STAFF_PLAN = PlanFacts(Approach.KUANTITATIF, Layout.JA_JF, (GOOD_RESULT,), ALL_VALUES)
HEAD_RESULT = ResultFacts(
    "1",
    ResultKind.UTAMA,
    (IndicatorFacts("1.1", has_target=True),),
    perspektif=Perspektif.PENERIMA_LAYANAN,
)
HEAD_PLAN = PlanFacts(Approach.KUANTITATIF, Layout.JPT, (HEAD_RESULT,), ALL_VALUES)


def with_result(plan: PlanFacts, **changes: object) -> PlanFacts:
    return replace(plan, results=(replace(plan.results[0], **changes),))  # type: ignore[arg-type]


def test_complete_plans_have_no_problem() -> None:
    assert skp_problems(STAFF_PLAN) == []
    assert skp_problems(HEAD_PLAN) == []


def test_an_empty_plan_lacks_a_main_result() -> None:
    plan = replace(STAFF_PLAN, results=())
    assert skp_problems(plan) == [Problem(ProblemCode.NO_MAIN_RESULT, "")]


def test_additional_results_do_not_replace_a_main_one() -> None:
    plan = with_result(STAFF_PLAN, kind=ResultKind.TAMBAHAN)
    assert skp_problems(plan) == [Problem(ProblemCode.NO_MAIN_RESULT, "")]


def test_a_result_needs_an_indicator() -> None:
    plan = with_result(STAFF_PLAN, indicators=())
    assert skp_problems(plan) == [Problem(ProblemCode.RESULT_WITHOUT_INDICATOR, "1")]


def test_a_quantitative_indicator_needs_target_and_aspek() -> None:
    plan = with_result(STAFF_PLAN, indicators=(GOOD_INDICATOR, IndicatorFacts("1.2")))
    assert skp_problems(plan) == [
        Problem(ProblemCode.INDICATOR_WITHOUT_ASPEK, "1.2"),
        Problem(ProblemCode.INDICATOR_WITHOUT_TARGET, "1.2"),
    ]


def test_a_qualitative_indicator_needs_neither() -> None:
    plan = with_result(STAFF_PLAN, indicators=(IndicatorFacts("1.1"),))
    assert skp_problems(replace(plan, approach=Approach.KUALITATIF)) == []


def test_a_jpt_result_needs_a_perspektif() -> None:
    plan = with_result(HEAD_PLAN, perspektif=None)
    assert skp_problems(plan) == [Problem(ProblemCode.RESULT_WITHOUT_PERSPEKTIF, "1")]


def test_a_jpt_indicator_needs_a_target_but_no_aspek() -> None:
    plan = with_result(HEAD_PLAN, indicators=(IndicatorFacts("1.1"),))
    assert skp_problems(plan) == [Problem(ProblemCode.INDICATOR_WITHOUT_TARGET, "1.1")]


def test_a_result_that_supports_nothing_is_only_a_warning() -> None:
    problems = skp_problems(with_result(STAFF_PLAN, supports_superior=False))
    assert problems == [Problem(ProblemCode.RESULT_SUPPORTS_NOTHING, "1")]
    assert not problems[0].is_blocking


def test_an_additional_result_need_not_support_anything() -> None:
    extra = ResultFacts("2", ResultKind.TAMBAHAN, (GOOD_INDICATOR,))
    assert skp_problems(replace(STAFF_PLAN, results=(GOOD_RESULT, extra))) == []


def test_missing_expectations_are_only_warnings() -> None:
    problems = skp_problems(replace(STAFF_PLAN, behavior_expectations=ALL_VALUES - {"loyal"}))
    assert problems == [Problem(ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION, "loyal")]
    assert not problems[0].is_blocking


def test_everything_else_blocks() -> None:
    blocking = {code for code in ProblemCode if Problem(code, "").is_blocking}
    assert set(ProblemCode) - blocking == {
        ProblemCode.RESULT_SUPPORTS_NOTHING,
        ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION,
    }


@settings(max_examples=40, deadline=None)
@given(st.frozensets(st.sampled_from(sorted(ALL_VALUES))), st.sampled_from(Layout))
def test_every_missing_value_is_named_once(given_values: frozenset[str], layout: Layout) -> None:
    base = STAFF_PLAN if layout is Layout.JA_JF else HEAD_PLAN
    problems = skp_problems(replace(base, behavior_expectations=given_values))
    assert sorted(problem.where for problem in problems) == sorted(ALL_VALUES - given_values)
