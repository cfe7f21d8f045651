"""manage.py replay_evaluations: a clean year differs nowhere, and every kind of tampering is found."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation, Objection, RatingChange, UnitAchievement
from apps.assessments.services import achievements, evaluations, objections
from apps.assessments.services.replay import replay_year
from apps.core import policy
from apps.core.models import Holiday

from ..evaluating.conftest import DELIVERED_AT, RATED_AT

pytestmark = pytest.mark.django_db

BELOW, MEETS, ABOVE = "below_expectation", "meets_expectation", "above_expectation"


def _run(year: int = 2026, **options: Any) -> str:
    out = StringIO()
    call_command("replay_evaluations", year=year, stdout=out, **options)
    return out.getvalue()


def _refused(**options: Any) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("replay_evaluations", year=2026, stdout=out, **options)
    assert error.value.returncode == 1
    return out.getvalue()


def _set_inputs(evaluation: Evaluation, change: Callable[[dict[str, Any]], Any]) -> None:
    row = Evaluation.objects.get(pk=evaluation.pk)
    change(row.inputs)
    Evaluation.objects.filter(pk=row.pk).update(inputs=row.inputs)


@pytest.fixture
def decided(world: Any, delivered: Any) -> Evaluation:
    """Objected to and upheld, with a figure behind it, and a holiday within each clock."""
    for day in (date(2026, 7, 27), date(2026, 8, 3)):
        Holiday.objects.create(scope="", date=day, name="Libur uji")
    evaluation = delivered(work_result=BELOW)

    def fill(inputs: dict[str, Any]) -> None:
        inputs["indicators"][0].update(realization="80", percent="80", missing="")

    _set_inputs(evaluation, fill)
    Evaluation.objects.filter(pk=evaluation.pk).update(
        achievement_percent=Decimal("80.00"), hint_rating=BELOW
    )
    objection = objections.file_objection(
        evaluation_id=evaluation.pk, reason="x", by=world.staff, at=DELIVERED_AT
    )
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=True,
        work_result=MEETS,
        decision_reason="Bukti.",
        by=world.agency_head,
        at=DELIVERED_AT + timedelta(days=1),
    )
    evaluation.refresh_from_db()
    return evaluation


@pytest.fixture
def head(world: Any, prepared: Any) -> Evaluation:
    """The head of a unit, rated by the unit's achievement and handed over."""
    evaluation = prepared(world.head)
    achievements.fix_achievement(
        unit=world.unit,
        period=evaluation.period,
        org_predicate="istimewa",
        note="",
        by=world.agency_head,
        at=RATED_AT,
    )
    evaluations.rate_evaluation(
        evaluation_id=evaluation.pk,
        work_result=None,
        behavior=MEETS,
        by=world.agency_head,
        at=RATED_AT,
    )
    return evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.agency_head, at=DELIVERED_AT)


def test_a_clean_year_has_no_difference(
    world: Any, decided: Evaluation, head: Evaluation, rated: Any, prepared: Any
) -> None:
    rated(world.colleague)
    prepared(world.make_employee("Pegawai Ketiga", world.unit, appraiser=world.head))
    text = _run()
    assert "evaluations: 4" in text
    assert "with differences: 0" in text
    assert "not replayable in part: 0" in text


def test_later_policies_and_holidays_change_nothing(
    world: Any, decided: Evaluation, head: Evaluation
) -> None:
    Holiday.objects.create(scope="", date=date(2026, 7, 30), name="Libur baru")
    for key, value in (
        ("assessments.objection_days", 3),
        ("assessments.decision_days", 2),
        ("assessments.hint_meets_percent", "10"),
        ("assessments.target_basis", "year"),
        ("assessments.head_ratings", {"istimewa": BELOW}),
    ):
        policy.set_value(key, value, scope="", valid_from=date(2026, 1, 1), by=None, reason="uji")
    assert "with differences: 0" in _run()


TAMPERINGS: dict[str, tuple[str, Callable[[Evaluation], Any]]] = {
    "predikat": ("predikat is", lambda row: _update(row, predikat="sangat_baik")),
    "rating": ("last change is", lambda row: _update(row, behavior_rating=ABOVE)),
    "mean": (
        "achievement_percent is 99.00, expected 80.00",
        lambda row: _update(row, achievement_percent=99),
    ),
    "hint": ("hint_rating is above_expectation", lambda row: _update(row, hint_rating=ABOVE)),
    "deadline": ("answer_due_on is 2026-12-01", lambda row: _update(row, answer_due_on="2026-12-01")),
    "version": ("version is 1, expected 2", lambda row: _update(row, version=1)),
    "percent": (
        "percent is 95, expected 80",
        lambda row: _set_inputs(row, lambda inputs: inputs["indicators"][0].update(percent="95")),
    ),
    "realization": (
        "percent is 80, expected 100",
        lambda row: _set_inputs(row, lambda inputs: inputs["indicators"][0].update(realization="100")),
    ),
    "target": (
        "target is 50, expected 100",
        lambda row: _set_inputs(row, lambda inputs: inputs["indicators"][0].update(target="50")),
    ),
    "thresholds": (
        "hint_rating is below_expectation, expected meets_expectation",
        lambda row: _set_inputs(row, lambda inputs: inputs["policy"].update(hint_meets_percent="70")),
    ),
    "change": (
        "change 1 predikat",
        lambda row: RatingChange.objects.filter(evaluation=row, kind="rated").update(predikat="sangat_baik"),
    ),
    "chain": (
        "changes by objection is 0, expected 1",
        lambda row: RatingChange.objects.filter(evaluation=row, kind="objection").delete(),
    ),
    "kind": (
        "change 2 version is 2, expected 1",
        lambda row: RatingChange.objects.filter(evaluation=row, kind="objection").update(kind="corrected"),
    ),
    "decision clock": (
        "decision_due_on is 2027-01-01",
        lambda row: Objection.objects.filter(evaluation=row).update(decision_due_on="2027-01-01"),
    ),
}


def _update(row: Evaluation, **values: Any) -> None:
    assert Evaluation.objects.filter(pk=row.pk).update(**values) == 1


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_found(world: Any, decided: Evaluation, kind: str) -> None:
    words, tamper = TAMPERINGS[kind]
    tamper(decided)
    text = _refused()
    assert f"evaluation {decided.pk}: " in text
    assert words in text
    assert "with differences: 1" in text
    for person in (world.staff, world.head, world.agency_head):
        assert person.name not in text
        assert person.nip not in text


@pytest.mark.parametrize(
    ("words", "tamper"),
    [
        (
            "head achievement is istimewa, expected kurang",
            lambda row: UnitAchievement.objects.update(org_predicate="kurang"),
        ),
        (
            "head work result is meets_expectation, expected above_expectation",
            lambda row: RatingChange.objects.filter(evaluation=row).update(
                work_result_rating=MEETS, predikat="baik"
            ),
        ),
    ],
)
def test_a_heads_result_must_follow_the_achievement(
    world: Any, head: Evaluation, words: str, tamper: Callable[[Evaluation], Any]
) -> None:
    assert "with differences: 0" in _run()
    tamper(head)
    assert words in _refused()


def test_a_reason_for_an_objection_without_the_decision_is_found(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    RatingChange.objects.filter(evaluation=evaluation).update(kind="objection", version=2)
    assert "changes by objection is 1, expected 0" in _refused()


def test_what_is_too_old_to_tell_is_counted_apart(world: Any, decided: Evaluation, head: Evaluation) -> None:
    Evaluation.objects.update(basis={})
    Objection.objects.update(basis={})
    text = _run()
    assert "with differences: 0" in text
    assert "not replayable in part: 2" in text
    for line in (
        "answer_due_on_basis_missing: 2",
        "decision_due_on_basis_missing: 1",
        "head_basis_missing: 1",
    ):
        assert line in text


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("inputs_of_another_version", {"inputs": {"version": 0}}),
        ("unknown_rule_of_figures", {"inputs": {"version": 1, "rules": {}}}),
        ("unknown_rule_of_predikat", {"rule_version": "older/1"}),
    ],
)
def test_unknown_versions_are_named_and_not_guessed(
    world: Any, rated: Any, reason: str, change: dict[str, Any]
) -> None:
    evaluation = rated()
    RatingChange.objects.update(rule_version="")
    Evaluation.objects.filter(pk=evaluation.pk).update(**change)
    text = _run()
    assert f"{reason}: 1" in text
    assert "with differences: 0" in text


def test_one_government_and_one_year_can_be_asked_for(world: Any, decided: Evaluation) -> None:
    _update(decided, predikat="sangat_baik")
    assert "evaluations: 0" in _run(2025)
    assert "evaluations: 0" in _run(government=world.other.government.code)
    assert "with differences: 1" in _refused(government=world.government.code)
    with pytest.raises(CommandError, match="unknown government"):
        call_command("replay_evaluations", year=2026, government="tidak-ada")


def test_chunks_give_the_same_answer_and_a_constant_number_of_queries(world: Any, prepared: Any) -> None:
    for n in range(5):
        prepared(world.make_employee(f"Pegawai {n}", world.unit, appraiser=world.head))
    with CaptureQueriesContext(connection) as whole:
        everybody = [row.evaluation_id for row in replay_year(2026)]
    with CaptureQueriesContext(connection) as parts:
        assert [row.evaluation_id for row in replay_year(2026, chunk=2)] == everybody
    assert len(everybody) == 5
    # Evaluations, changes and objections of each chunk, and one query that finds nothing more.
    assert len(whole) == 3 + 1
    assert len(parts) == 3 * 3 + 1
