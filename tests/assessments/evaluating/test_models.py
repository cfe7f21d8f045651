"""What must never be false is refused by the database, past save()."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from apps.assessments.models import Cycle, Evaluation, Period, PeriodRun, UnitAchievement

from .conftest import CLOSED_AT, DELIVERED_AT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("evaluation_status_is_a_known_one", {"status": "perhaps", "delivered_at": DELIVERED_AT}),
        ("evaluation_predikat_iff_rated", {"predikat": ""}),
        ("evaluation_predikat_iff_rated", {"work_result_rating": ""}),
        ("evaluation_predikat_iff_rated", {"status": "prepared", "delivered_at": None}),
        ("evaluation_delivered_has_its_time", {"delivered_at": None}),
        ("evaluation_delivered_has_its_time", {"status": "rated"}),
    ],
)
def test_an_evaluation_cannot_contradict_itself(
    delivered: Any, constraint: str, values: dict[str, Any]
) -> None:
    evaluation = delivered()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(**values)
    evaluation.refresh_from_db()
    assert evaluation.status == "delivered"


def test_a_plan_has_one_evaluation_per_period(world: Any, prepared: Any) -> None:
    first, second = prepared(world.staff), prepared(world.colleague)
    with pytest.raises(IntegrityError, match="evaluation_once_per_skp_and_period"), transaction.atomic():
        Evaluation.objects.filter(pk=second.pk).update(skp=first.skp)


def test_periods_and_runs_are_unique(world: Any, period: Any) -> None:
    with pytest.raises(IntegrityError, match="period_once_per_cycle"), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(number=1)
    with pytest.raises(IntegrityError, match="period_closes_after_opening"), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(closes_at=models.F("opens_at"))
    with pytest.raises(IntegrityError, match="cycle_once_per_year"), transaction.atomic():
        Cycle.objects.create(government=world.government, year=2026, periodicity="monthly")
    PeriodRun.objects.create(period=period, step="close", started_at=CLOSED_AT)
    with pytest.raises(IntegrityError, match="period_step_runs_once_per_unit"), transaction.atomic():
        PeriodRun.objects.create(period=period, step="close", started_at=CLOSED_AT)


def test_a_unit_has_one_achievement_per_period(world: Any, period: Any) -> None:
    for unit in (world.unit, world.agency):
        UnitAchievement.objects.create(unit=unit, period=period, org_predicate="baik", fixed_at=CLOSED_AT)
    with pytest.raises(IntegrityError, match="achievement_once_per_unit_and_period"), transaction.atomic():
        UnitAchievement.objects.filter(unit=world.agency).update(unit=world.unit)
