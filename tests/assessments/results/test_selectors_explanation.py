"""Why a predikat is what it is: from stored facts, with everybody who decided."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.assessments.models import Evaluation
from apps.assessments.selectors.explanation import Explanation, explanation_of
from apps.assessments.services import achievements, evaluations, objections
from apps.core import policy

from ..evaluating.conftest import DELIVERED_AT, RATED_AT

pytestmark = pytest.mark.django_db

BELOW, MEETS, ABOVE = "below_expectation", "meets_expectation", "above_expectation"


def _explained(evaluation: Evaluation) -> Explanation:
    return explanation_of(Evaluation.objects.get(pk=evaluation.pk))


def _texts(found: Explanation, key: str) -> str:
    part = found.section(key)
    assert part is not None
    return " ".join([*part.paragraphs, *part.points])


def test_a_rated_result_tells_its_field_rule_and_neighbours(rated: Any) -> None:
    found = _explained(rated())
    assert (found.predikat, found.version, found.rule.rule_id) == ("baik", 1, "MTX-1")  # type: ignore[union-attr]
    table = found.section("matrix").table  # type: ignore[union-attr]
    assert table is not None
    assert table.marked == (1, 2)
    assert table.rows[1][2] == "Baik"
    with translation.override("en"):
        assert "If the behavior were rated di bawah ekspektasi, the predikat would be Kurang/misconduct." in (
            _texts(_explained(Evaluation.objects.get()), "what_if")
        )
    assert [part.key for part in found.sections] == [
        "result",
        "matrix",
        "what_if",
        "figures",
        "hint",
        "organization",
        "decisions",
        "rule",
    ]


def test_stored_figures_explain_the_hint_and_later_changes_do_not_touch_them(world: Any, rated: Any) -> None:
    evaluation = rated()
    row = dict(evaluation.inputs["indicators"][0], realization="80", percent="80", missing="")
    inputs = {**evaluation.inputs, "indicators": [row]}
    Evaluation.objects.filter(pk=evaluation.pk).update(
        inputs=inputs, achievement_percent=Decimal("80.00"), hint_rating=BELOW
    )
    policy.set_value(
        "assessments.hint_meets_percent",
        "50",
        scope="",
        valid_from=evaluation.period.starts_on,
        by=None,
        reason="uji",
    )
    with translation.override("en"):
        found = _explained(evaluation)
    line = found.indicators[0]
    assert (line.target, line.realization, line.percent) == (Decimal(100), Decimal(80), Decimal(80))
    assert line.computation == "80 ÷ 100 × 100 = 80%"
    words = _texts(found, "hint")
    assert "(80) ÷ 1 = 80.00%" in words
    assert "90% for meeting and 110% for exceeding" in words
    assert (found.mean_percent, found.hint) == (Decimal("80.00"), BELOW)


def test_every_change_has_author_reason_before_and_after(world: Any, delivered: Any) -> None:
    evaluation = delivered(work_result=BELOW)
    objection = objections.file_objection(
        evaluation_id=evaluation.pk, reason="Target tercapai.", by=world.staff, at=DELIVERED_AT
    )
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=True,
        work_result=MEETS,
        decision_reason="Bukti lengkap.",
        by=world.agency_head,
        at=DELIVERED_AT + timedelta(days=2),
    )
    found = _explained(evaluation)
    assert [(line.kind, line.version, line.by_id) for line in found.decisions] == [
        ("rated", 1, world.head.pk),
        ("objection", 2, world.agency_head.pk),
    ]
    assert found.decisions[1].before == (BELOW, MEETS, "butuh_perbaikan")
    assert found.decisions[1].after == (MEETS, MEETS, "baik")
    assert [(line.version, line.predikat) for line in found.versions] == [(1, "butuh_perbaikan"), (2, "baik")]
    words = _texts(found, "decisions")
    for text in ("Alasan penilai.", "Bukti lengkap.", world.agency_head.full_name, objection.number):
        assert text in words
    assert "Butuh Perbaikan" in _texts(found, "result")


def test_a_rejected_objection_is_told_with_its_reason(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    objection = objections.file_objection(
        evaluation_id=evaluation.pk, reason="x", by=world.staff, at=DELIVERED_AT
    )
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=False,
        decision_reason="Tidak ada bukti baru.",
        by=world.agency_head,
        at=DELIVERED_AT,
    )
    found = _explained(evaluation)
    assert len(found.decisions) == len(found.versions) == 1
    assert "Tidak ada bukti baru." in _texts(found, "decisions")


def test_the_head_is_told_whose_achievement_it_is_and_who_fixed_it(world: Any, prepared: Any) -> None:
    evaluation = prepared(world.head)
    with translation.override("en"):
        assert "has not been fixed" in _texts(_explained(evaluation), "organization")
    achievements.fix_achievement(
        unit=world.unit,
        period=evaluation.period,
        org_predicate="istimewa",
        note="Semua target terlampaui.",
        by=world.agency_head,
        at=RATED_AT,
    )
    evaluations.rate_evaluation(
        evaluation_id=evaluation.pk,
        work_result=None,
        behavior=ABOVE,
        reason="Teladan.",
        by=world.agency_head,
        at=RATED_AT,
    )
    with translation.override("en"):
        found = _explained(evaluation)
    words = _texts(found, "organization")
    for text in ("Istimewa", world.agency_head.full_name, "Semua target terlampaui.", "ORG-4"):
        assert text in words
    assert found.org_predicate == "istimewa"


def test_before_the_rating_there_are_figures_and_nothing_else(prepared: Any) -> None:
    found = _explained(prepared())
    assert [part.key for part in found.sections] == ["figures", "hint", "organization"]
    assert (found.predikat, found.what_if, found.decisions) == ("", (), ())


def test_a_rule_nobody_knows_is_named_and_not_guessed(rated: Any) -> None:
    evaluation = rated()
    Evaluation.objects.filter(pk=evaluation.pk).update(rule_version="older/1")
    found = _explained(evaluation)
    assert (found.rule, found.matrix, found.what_if) == (None, (), ())
    assert "older/1" in _texts(found, "rule")


def test_it_costs_the_same_for_one_change_and_for_many(world: Any, rated: Any) -> None:
    evaluation = rated()

    def count() -> int:
        row = Evaluation.objects.select_related("government", "mandate").get(pk=evaluation.pk)
        with CaptureQueriesContext(connection) as queries:
            explanation_of(row)
        return len(queries)

    one = count()
    for behavior in (ABOVE, MEETS, ABOVE):
        evaluations.rate_evaluation(
            evaluation_id=evaluation.pk,
            work_result=MEETS,
            behavior=behavior,
            reason="Diubah.",
            by=world.head,
            at=RATED_AT,
        )
    assert count() == one <= 5


def test_days_away_former_posts_and_periods_are_told(rated: Any) -> None:
    evaluation = rated()
    inputs = {
        **evaluation.inputs,
        "away": [
            {"kind": "long_leave", "first": "2026-04-01", "last": "2026-04-20"},
            {"kind": "study", "first": "2026-06-01", "last": None},
        ],
        "earlier_parts": [{"days": ["2026-01-01", "2026-05-14"], "predikat": "baik"}],
        "periodic": [{"number": 1, "predikat": "sangat_baik"}, {"number": 2, "predikat": "baik"}],
    }
    Evaluation.objects.filter(pk=evaluation.pk).update(inputs=inputs, is_part=True)
    with translation.override("en"):
        found = _explained(evaluation)
        words = _texts(found, "figures")
        for text in (
            "From 1 April 2026 to 20 April 2026 nothing was owed",
            "Since 1 June 2026 nothing was owed",
            "In the former post (1 January 2026 – 14 May 2026): Baik.",
            "1. Sangat Baik; 2. Baik",
        ):
            assert text in words
        assert "closes a part of the year" in _texts(found, "result")
