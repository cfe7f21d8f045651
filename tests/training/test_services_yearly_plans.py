"""Plans of a year: what the budget takes, approval that freezes, realisation, evaluation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import policy
from apps.training.models import Enrolment, FollowUp, NeedReason, PlanLine, TrainingPlan
from apps.training.selectors import plans as selectors
from apps.training.services import needs, programmes
from apps.training.services import yearly_plans as services
from tests.training.story import AT, make_evaluation, make_need, make_session

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 12)


def make_plan(world: Any, *, hours: str = "100", seats: int = 10, **values: Any) -> TrainingPlan:
    return services.create_plan(
        **{
            "unit": world.agency,
            "year": 2026,
            "hours": Decimal(hours),
            "seats": seats,
            "money": None,
            "by": world.personnel_officer,
            "at": AT,
            **values,
        }
    )


def outcomes(rows: list[Any]) -> list[tuple[int, str]]:
    return [(row.need.pk, row.outcome) for row in rows]


def test_what_the_budget_takes_and_why(world: Any) -> None:
    wish = make_need(world, "digital", urgency="later", hours=Decimal(5))
    wish.reason_code = "own_wish"
    wish.save()
    weak = make_need(world, employee=world.colleague, hours=Decimal(20))
    NeedReason.objects.create(need=weak, code="unsur_weak", at=AT)
    low = make_need(world, "aspect_waktu", urgency="now", hours=Decimal(30))
    make_need(world, "aspect_waktu", employee=world.stranger)
    make_need(world, "coaching")
    make_need(world, "aspect_kualitas", status="done")
    rows = selectors.decisions(make_plan(world, hours="36", seats=3), TODAY)
    # 3 + 3 + 1 for the two reasons and this year; 3 + 3 for one reason and now; 1 for the wish.
    assert outcomes(rows) == [(weak.pk, "taken"), (low.pk, "no_hours"), (wish.pk, "taken")]
    assert [row.decision.score for row in rows] == [7, 6, 1]
    assert "7" in rows[0].explanation
    sums = selectors.sums_of(rows)
    assert (sums.taken, sums.waiting, sums.hours) == (2, 1, Decimal(25))


def test_a_period_to_improve_makes_a_need_urgent(world: Any) -> None:
    need = make_need(world)
    evaluation = make_evaluation(world)
    FollowUp.objects.create(
        evaluation=evaluation,
        employee=world.staff,
        kind="improvement_period",
        status="decided",
        version=1,
        reason_code="predikat",
        proposed_at=AT,
        decided_by=world.head.user,
        decided_at=AT,
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 3, 31),
    )
    [row] = selectors.decisions(make_plan(world), TODAY)
    assert (row.need, row.decision.score) == (need, 6)
    [row] = selectors.decisions(TrainingPlan.objects.get(), date(2027, 4, 1))
    assert row.decision.score == 4


def test_weights_are_a_policy_and_an_unknown_reason_weighs_nothing(world: Any) -> None:
    need = make_need(world)
    need.reason_code = "from_the_future"
    need.save()
    policy.set_value(
        "training.need_weights",
        {"reasons": {}, "urgency": {"soon": 2}},
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    [row] = selectors.decisions(make_plan(world), TODAY)
    assert (row.decision.score, row.outcome) == (2, "taken")


def test_approval_freezes_what_was_decided(world: Any) -> None:
    need, plan = make_need(world), make_plan(world)
    services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    with pytest.raises(services.PlanNotOpen):
        services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    make_need(world, "aspect_waktu", employee=world.colleague)
    need.urgency = "now"
    need.save()
    plan.refresh_from_db()
    assert (plan.status, plan.version, plan.approved_by) == ("approved", 1, world.agency_head.user)
    assert [(row.need, row.decision.score) for row in selectors.frozen(plan)] == [(need, 4)]
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanLine.objects.update(score=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanLine.objects.all().delete()


def test_a_plan_without_a_need_is_not_approved(world: Any) -> None:
    make_need(world)
    plan = make_plan(world, seats=0)
    with pytest.raises(services.NothingPlanned):
        services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    plan.refresh_from_db()
    assert (plan.status, plan.version, PlanLine.objects.count()) == ("draft", 0, 0)


def test_opened_again_and_approved_once_more_both_versions_stay(world: Any) -> None:
    make_need(world)
    plan = make_plan(world)
    with pytest.raises(services.PlanNotApproved):
        services.reopen_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    with pytest.raises(services.PlanNotOpen):
        services.change_budget(plan_id=plan.pk, hours=Decimal(1), seats=1, money=None, by=None, at=AT)
    services.reopen_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    make_need(world, "aspect_waktu")
    services.change_budget(plan_id=plan.pk, hours=Decimal(50), seats=9, money=Decimal(5), by=None, at=AT)
    services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    plan.refresh_from_db()
    assert [len(selectors.frozen(plan, version)) for version in (1, 2)] == [1, 2]
    assert (plan.hours, plan.version) == (Decimal(50), 2)


def test_one_plan_per_unit_and_year(world: Any) -> None:
    make_plan(world)
    with pytest.raises(services.PlanExists):
        make_plan(world)
    assert TrainingPlan.objects.count() == 1


def test_what_another_approved_plan_took_is_left_to_it(world: Any) -> None:
    need = make_need(world)
    inner = make_plan(world, unit=world.unit)
    outer = make_plan(world)
    assert outcomes(selectors.decisions(outer, TODAY)) == [(need.pk, "taken")]
    services.approve_plan(plan_id=inner.pk, by=world.head, at=AT)
    assert selectors.decisions(outer, TODAY) == []


def test_realisation_counts_places_completion_and_verified_hours(world: Any) -> None:
    first, second = make_need(world), make_need(world, employee=world.colleague)
    make_need(world, "aspect_waktu")
    plan = make_plan(world, seats=2)
    services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    plan.refresh_from_db()
    session = make_session(world, starts_on=date(2026, 10, 10), ends_on=date(2026, 10, 12))
    enrolments = [
        programmes.enrol(
            session=session, employee=need.employee, by=world.personnel_officer, at=AT, need=need
        )
        for need in (first, second)
    ]
    programmes.complete_enrolment(
        enrolment=enrolments[0], certificate_number="S-1", by=world.personnel_officer, at=AT
    )
    found = selectors.realisation(plan)
    assert (found.planned, found.enrolled, found.completed, found.hours) == (2, 2, 1, Decimal("7.5"))
    assert (found.done, found.open, found.percent) == (1, 1, 50)
    assert Enrolment.objects.count() == 2


def test_an_evaluation_needs_words_and_an_approved_plan(world: Any) -> None:
    make_need(world)
    plan = make_plan(world)
    with pytest.raises(services.EvaluationMissing):
        services.evaluate_plan(plan_id=plan.pk, text=" ", by=world.personnel_officer, at=AT)
    with pytest.raises(services.PlanNotApproved):
        services.evaluate_plan(plan_id=plan.pk, text="Baik", by=world.personnel_officer, at=AT)
    services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    services.evaluate_plan(plan_id=plan.pk, text="Tercapai", by=world.personnel_officer, at=AT)
    plan.refresh_from_db()
    assert (plan.status, plan.evaluation) == ("evaluated", "Tercapai")


def test_a_plan_asks_the_same_number_of_questions_for_many_needs(world: Any) -> None:
    plan = make_plan(world)
    make_need(world)
    with CaptureQueriesContext(connection) as one:
        selectors.decisions(plan, TODAY)
    for number in range(3):
        make_need(world, employee=world.make_employee(f"Staf {number}", world.unit))
    with CaptureQueriesContext(connection) as many:
        assert len(selectors.decisions(plan, TODAY)) == 4
    assert len(many) == len(one)


@pytest.mark.parametrize(
    "values",
    [
        {"hours": -1},
        {"money": -1},
        {"status": "approved"},
        {"status": "evaluated", "version": 1, "approved_at": AT},
    ],
)
def test_the_database_refuses(world: Any, values: Any) -> None:
    plan = make_plan(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingPlan.objects.filter(pk=plan.pk).update(**values)


def test_declining_a_planned_need_does_not_touch_the_plan(world: Any) -> None:
    need, plan = make_need(world), make_plan(world)
    services.approve_plan(plan_id=plan.pk, by=world.agency_head, at=AT)
    needs.decline_need(need_id=need.pk, note="Pindah", by=world.head, at=AT)
    plan.refresh_from_db()
    assert len(selectors.frozen(plan)) == 1
    assert selectors.realisation(plan).open == 0
