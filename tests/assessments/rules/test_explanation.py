"""The parts of an explanation, from stored values."""

from decimal import Decimal

import pytest

from apps.assessments.rules.explanation import (
    Change,
    Ratings,
    figures_of,
    matrix_of,
    mean_of,
    steps_of,
    versions_of,
    what_if,
)
from apps.assessments.rules.predikat import MATRIX, RULE_VERSION, Rating
from apps.assessments.rules.versions import PREDIKAT_RULES, predikat_rule

RULE = PREDIKAT_RULES[RULE_VERSION]
BELOW, MEETS, ABOVE = Rating


def _ratings(result: Rating, behavior: Rating) -> Ratings:
    return Ratings(result.value, behavior.value, MATRIX[result][behavior].value)


def test_the_rule_in_force_is_known_with_its_article() -> None:
    assert (RULE.source.rule_id, RULE.source.instrument) == ("MTX-1", "PermenPANRB 6/2022")
    assert "Pasal" in RULE.source.article
    assert predikat_rule("something else") is None


@pytest.mark.parametrize("result", Rating)
@pytest.mark.parametrize("behavior", Rating)
def test_one_field_is_marked_and_four_neighbours_are_told(result: Rating, behavior: Rating) -> None:
    mine = _ratings(result, behavior)
    cells = [cell for row in matrix_of(RULE, mine) for cell in row.cells]
    assert [cell.predikat.value for cell in cells if cell.is_mine] == [mine.predikat]
    assert len(cells) == 9
    lines = what_if(RULE, mine)
    assert [line.of for line in lines] == ["work_result"] * 2 + ["behavior"] * 2
    for line in lines:
        expected = MATRIX[line.rating][behavior] if line.of == "work_result" else MATRIX[result][line.rating]
        assert line.predikat is expected
        assert line.is_other == (expected.value != mine.predikat)
        assert line.rating is not (result if line.of == "work_result" else behavior)


def test_meeting_in_both_would_not_change_by_exceeding_in_one() -> None:
    told = {
        (line.of, line.rating): (line.predikat.value, line.is_other)
        for line in what_if(RULE, _ratings(MEETS, MEETS))
    }
    assert told == {
        ("work_result", ABOVE): ("baik", False),
        ("work_result", BELOW): ("butuh_perbaikan", True),
        ("behavior", ABOVE): ("baik", False),
        ("behavior", BELOW): ("kurang", True),
    }


def test_figures_keep_the_stored_numbers_and_say_when_a_target_was_shared_out() -> None:
    row = {
        "text": "Pemeriksaan",
        "direction": "lower_is_better",
        "target": "25",
        "plan_target": "100",
        "realization": "20",
        "percent": "120",
        "missing": "",
    }
    empty = {"text": "Survei", "direction": "higher_is_better", "percent": None, "missing": "no_ikm"}
    first, second = figures_of({"indicators": [row, empty]})
    assert (first.target, first.is_shared, first.formula) == (Decimal(25), True, "lower_is_better")
    assert (second.percent, second.is_shared, second.formula, second.missing) == (None, False, "", "no_ikm")
    mean = mean_of({"indicators": [row, empty]}, Decimal(120), "above_expectation")
    assert (mean.percents, mean.left_out, mean.meets_percent) == ((Decimal(120),), 1, None)


def test_each_change_stands_beside_the_one_before_and_versions_end_with_their_last() -> None:
    first = Change("rated", 1, _ratings(BELOW, MEETS), "", None, 1)
    second = Change("calibrated", 1, _ratings(BELOW, ABOVE), "x", None, 2)
    third = Change("objection", 2, _ratings(MEETS, ABOVE), "y", None, 3)
    steps = steps_of([first, second, third])
    assert [step.before for step in steps] == [None, first.after, second.after]
    assert [step.moved for step in steps] == [False, True, True]
    assert versions_of([first, second, third]) == {1: second.after, 2: third.after}
