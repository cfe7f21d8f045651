"""Evaluations at each stage, made through the services."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.assessments.models import Evaluation, Period
from apps.assessments.services import closing, evaluations

CLOSED_AT = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
RATED_AT = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)
DELIVERED_AT = datetime(2026, 7, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def period(world: Any) -> Period:
    """The second quarter, closed."""
    return world.make_periods()[1]


@pytest.fixture
def prepared(world: Any, period: Period) -> Callable[..., Evaluation]:
    """Make a person's evaluation as the schedule does."""

    def make(employee: Any = None, **skp: Any) -> Evaluation:
        plan = world.make_skp(employee or world.staff, **skp)
        closing.prepare_unit(period_id=period.pk, unit_id=plan.unit_id, at=CLOSED_AT)
        return Evaluation.objects.get(skp=plan, period=period)

    return make


@pytest.fixture
def rated(prepared: Any, world: Any) -> Callable[..., Evaluation]:
    """Make a rated evaluation."""

    def make(
        employee: Any = None, work_result: str = "meets_expectation", behavior: str = "meets_expectation"
    ) -> Evaluation:
        evaluation = prepared(employee)
        return evaluations.rate_evaluation(
            evaluation_id=evaluation.pk,
            work_result=work_result,
            behavior=behavior,
            reason="Alasan penilai.",
            by=evaluation.appraiser,
            at=RATED_AT,
        )

    return make


@pytest.fixture
def delivered(rated: Any) -> Callable[..., Evaluation]:
    """Make an evaluation that was handed over."""

    def make(employee: Any = None, **ratings: str) -> Evaluation:
        evaluation = rated(employee, **ratings)
        return evaluations.deliver_evaluation(
            evaluation_id=evaluation.pk, by=evaluation.appraiser, at=DELIVERED_AT, talked=True
        )

    return make
