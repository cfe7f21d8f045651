"""What blocks a report, and what only warns."""

from decimal import Decimal

import pytest

from apps.assessments.rules.report_problems import LineFacts, ReportFacts, ReportProblem, report_problems
from apps.assessments.rules.targets import is_counted, period_target


def facts(**changes: object) -> ReportFacts:
    line = LineFacts(where="indicator:1", source="reported", has_target=True, has_realization=True)
    values = {"lines": [line], "has_achievements": True, "has_obstacles": True, "evidence": 1} | changes
    return ReportFacts(**values)  # type: ignore[arg-type]


def test_a_complete_report_has_no_problem() -> None:
    assert report_problems(facts()) == []


@pytest.mark.parametrize(
    ("source", "code", "blocks"),
    [
        ("reported", ReportProblem.NO_REALIZATION, True),
        ("progress_sum", ReportProblem.NO_COUNTED_ENTRIES, True),
        ("ikm", ReportProblem.NO_FIGURE_YET, False),
        ("service_count", ReportProblem.NO_FIGURE_YET, False),
        ("complaint_clock", ReportProblem.NO_FIGURE_YET, False),
    ],
)
def test_a_missing_figure_blocks_only_if_the_writer_can_give_it(
    source: str, code: ReportProblem, blocks: bool
) -> None:
    line = LineFacts(where="indicator:1", source=source, has_target=True, has_realization=False)
    (problem,) = report_problems(facts(lines=[line]))
    assert (problem.code, problem.is_blocking, problem.where) == (code, blocks, "indicator:1")


def test_without_a_target_nothing_is_missing() -> None:
    line = LineFacts(where="indicator:1", source="reported", has_target=False, has_realization=False)
    assert report_problems(facts(lines=[line])) == []


def test_blocking_problems_come_first() -> None:
    found = report_problems(
        facts(has_achievements=False, has_obstacles=False, evidence=0, unanswered=["question:3"])
    )
    assert [(row.code, row.is_blocking) for row in found] == [
        (ReportProblem.NO_ACHIEVEMENTS, True),
        (ReportProblem.QUESTION_UNANSWERED, False),
        (ReportProblem.NO_EVIDENCE, False),
        (ReportProblem.NO_OBSTACLES, False),
    ]


@pytest.mark.parametrize(
    ("basis", "counted", "months", "expected"),
    [
        ("period", True, 3, "100"),
        ("year", True, 3, "25"),
        ("year", True, 1, "8.3333"),
        ("year", False, 3, "100"),
        ("year", True, 12, "100"),
    ],
)
def test_a_yearly_count_is_shared_out(basis: str, counted: bool, months: int, expected: str) -> None:
    assert period_target(Decimal(100), counted=counted, basis=basis, months=months) == Decimal(expected)


def test_what_counts() -> None:
    assert is_counted("progress_sum", "waktu")
    assert is_counted("reported", "kuantitas")
    assert not is_counted("reported", "kualitas")
    assert period_target(None, counted=True, basis="year", months=3) is None
