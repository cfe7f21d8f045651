"""Coaching plans: who opens and writes, what is refused, what is remembered before and after, who is reminded."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.assessments.models import ReportVersion
from apps.core.models import Notification
from apps.training.labels import CoachingPlanCause
from apps.training.models import CoachingNote, CoachingPlan, CoachingStep, FollowUp
from apps.training.selectors.coaching_plans import figures_of
from apps.training.services import coaching
from apps.training.services import coaching_plans as services
from tests.training.story import AT, make_evaluation

TODAY = date(2026, 10, 12)
LAST = date(2027, 1, 11)
OTHER = services.Cause(CoachingPlanCause("other"), "Dua laporan terlambat.")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _october() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def open_plan(world: Any, **values: Any) -> CoachingPlan:
    return services.open_plan(
        **{
            "employee": world.staff,
            "cause": OTHER,
            "goal": "Laporan tepat waktu.",
            "steps": [("Menulis tiap Jumat", date(2026, 10, 16)), ("Periksa bersama", date(2026, 11, 2))],
            "starts_on": TODAY,
            "ends_on": LAST,
            "by": world.head,
            "at": AT,
            **values,
        }
    )


def test_a_plan_is_opened_and_the_person_told(world: Any) -> None:
    plan = open_plan(world)
    assert (plan.coach, plan.status, plan.cause) == (world.head, "open", "other")
    assert [step.text for step in plan.steps.order_by("due_on")] == ["Menulis tiap Jumat", "Periksa bersama"]
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"goal": " "}, services.GoalMissing),
        ({"steps": []}, services.StepsMissing),
        ({"steps": [(" ", TODAY)]}, services.StepsMissing),
        ({"steps": [("x", LAST + timedelta(days=1))]}, services.DaysWrong),
        ({"ends_on": TODAY}, services.DaysWrong),
    ],
)
def test_what_is_refused(world: Any, change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        open_plan(world, **change)
    assert not CoachingPlan.objects.exists()
    assert not CoachingStep.objects.exists()


@pytest.mark.parametrize("who", ["staff", "colleague", "stranger_head", "foreigner"])
def test_others_open_no_plan(world: Any, who: str) -> None:
    with pytest.raises(services.NotForYou):
        open_plan(world, by=getattr(world, who))
    assert not CoachingPlan.objects.exists()


def test_a_decision_has_one_plan_and_of_the_right_person(world: Any) -> None:
    evaluation = make_evaluation(world)
    row = FollowUp.objects.create(
        evaluation=evaluation,
        employee=world.staff,
        kind="coaching",
        version=1,
        reason_code="predikat",
        status="decided",
        decided_at=AT,
        decided_by=world.head.user,
        proposed_at=AT,
    )
    cause = services.Cause(CoachingPlanCause("follow_up"), "Alasan", evaluation=evaluation, follow_up=row)
    with pytest.raises(services.CauseOfSomebodyElse):
        open_plan(world, employee=world.colleague, cause=cause)
    open_plan(world, cause=cause)
    with pytest.raises(services.DecisionHasAPlan):
        open_plan(world, cause=cause)
    assert CoachingPlan.objects.count() == 1


def test_both_tick_and_write_and_nobody_else(world: Any) -> None:
    plan = open_plan(world)
    step = plan.steps.order_by("due_on").first()
    with pytest.raises(services.NotForYou):
        services.tick_step(step_id=step.pk, is_done=True, by=world.colleague, at=AT)
    with pytest.raises(services.NotForYou):
        services.add_note(plan_id=plan.pk, text="x", by=world.colleague, at=AT)
    step.refresh_from_db()
    assert step.done_at is None
    services.tick_step(step_id=step.pk, is_done=True, by=world.staff, at=AT)
    services.tick_step(step_id=step.pk, is_done=True, by=world.head, at=AT)
    step.refresh_from_db()
    assert step.done_by == world.staff, "saying it twice changes nothing"
    services.tick_step(step_id=step.pk, is_done=False, by=world.staff, at=AT)
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (None, None)
    with pytest.raises(services.EmptyNote):
        services.add_note(plan_id=plan.pk, text=" ", by=world.staff, at=AT)
    services.add_note(plan_id=plan.pk, text="Sudah saya coba.", by=world.staff, at=AT)
    services.add_note(plan_id=plan.pk, text="Bagus.", by=world.head, at=AT)
    assert list(plan.notes.order_by("pk").values_list("author", flat=True)) == [world.staff.pk, world.head.pk]
    with pytest.raises(services.NotForYou):
        services.add_step(plan_id=plan.pk, text="x", due_on=TODAY, by=world.staff, at=AT)


def test_closing_keeps_what_is_known_then(world: Any) -> None:
    evaluation = make_evaluation(world)
    plan = open_plan(world)
    assert plan.before["predikat"] == "butuh_perbaikan"
    type(evaluation).objects.filter(pk=evaluation.pk).update(predikat="baik")
    with pytest.raises(services.NotForYou):
        services.close_plan(plan_id=plan.pk, status="achieved", outcome="Ya", by=world.staff, at=AT)
    with pytest.raises(services.OutcomeMissing):
        services.close_plan(plan_id=plan.pk, status="achieved", outcome=" ", by=world.head, at=AT)
    with pytest.raises(services.OutcomeMissing):
        services.close_plan(plan_id=plan.pk, status="open", outcome="Ya", by=world.head, at=AT)
    plan.refresh_from_db()
    assert plan.is_open
    services.close_plan(plan_id=plan.pk, status="partly", outcome="Separuh.", by=world.head, at=AT)
    plan.refresh_from_db()
    assert (plan.status, plan.before["predikat"], plan.after["predikat"]) == (
        "partly",
        "butuh_perbaikan",
        "baik",
    )
    for change in (
        lambda: services.add_note(plan_id=plan.pk, text="x", by=world.staff, at=AT),
        lambda: services.close_plan(plan_id=plan.pk, status="achieved", outcome="x", by=world.head, at=AT),
        lambda: services.tick_step(step_id=plan.steps.first().pk, is_done=True, by=world.staff, at=AT),
    ):
        with pytest.raises(services.PlanClosed):
            change()


def test_the_mean_of_the_indicators_of_the_newest_report(world: Any) -> None:
    """80 of 100 is 80 %; 3 days where 2 are aimed at and lower is better is 50 %; a missing figure does not count."""
    periods = world.make_periods()
    report = world.make_report(world.make_skp(world.staff), periods[2], status="submitted")
    rows = [
        {"target": "100", "realization": "80", "direction": "higher_is_better"},
        {"target": "2", "realization": "3", "direction": "lower_is_better"},
        {"target": "5", "realization": None, "direction": "higher_is_better"},
    ]
    ReportVersion.objects.create(
        report=report, version=1, content={"results": [{"indicators": rows}]}, submitted_at=AT
    )
    found = figures_of(world.staff)
    assert (found["indicator_mean"], found["indicator_count"]) == ("65.00", 2)
    assert figures_of(world.colleague) == {}


def test_a_confidential_talk_is_kept_between_the_two_and_the_personnel_office(world: Any) -> None:
    plan = open_plan(world)
    common = {
        "employee": world.staff,
        "agreement": "Istirahat",
        "follow_up_on": LAST,
        "by": world.head,
        "at": AT,
    }
    open_talk = coaching.add_coaching_note(observation="Terbuka", plan=plan, **common)
    secret = coaching.add_coaching_note(observation="Keluarga", plan=plan, is_confidential=True, **common)

    def seen(user: Any) -> set[Any]:
        return set(CoachingNote.objects.visible_to(user, TODAY))

    for user in (world.staff.user, world.head.user, world.personnel_officer):
        assert seen(user) == {open_talk, secret}
    assert seen(world.agency_head.user) == {open_talk}
    assert seen(world.colleague.user) == set()
    with pytest.raises(coaching.PlanOfSomebodyElse):
        coaching.add_coaching_note(observation="x", plan=plan, **{**common, "employee": world.colleague})
    assert CoachingNote.objects.count() == 2


def test_reminders_come_before_the_day_and_once(world: Any) -> None:
    plan = open_plan(world)
    Notification.objects.all().delete()
    assert services.remind_due(now=AT) == 0, "four days ahead"
    assert services.remind_due(now=AT + timedelta(days=1)) == 1
    assert services.remind_due(now=AT + timedelta(days=2)) == 0
    assert {row.recipient for row in Notification.objects.all()} == {world.staff.user, world.head.user}
    step = plan.steps.order_by("due_on").last()
    services.tick_step(step_id=step.pk, is_done=True, by=world.head, at=AT)
    assert services.remind_due(now=AT + timedelta(days=19)) == 0, "it is done"
    assert services.remind_due(now=AT + timedelta(days=90)) == 1, "the plan itself ends"


@pytest.mark.parametrize(
    "values",
    [{"goal": ""}, {"ends_on": TODAY}, {"status": "lain"}, {"status": "achieved"}, {"outcome": "x"}],
)
def test_the_table_refuses(world: Any, values: dict[str, Any]) -> None:
    plan = open_plan(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachingPlan.objects.filter(pk=plan.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachingPlan.objects.filter(pk=plan.pk).update(coach=world.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachingStep.objects.filter(plan=plan).update(done_at=AT)
    plan.refresh_from_db()
    assert (plan.goal, plan.status, plan.coach) == ("Laporan tepat waktu.", "open", world.head)
