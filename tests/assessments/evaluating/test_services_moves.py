"""A move to another post: the former plan ends, its appraiser closes that part, the year goes on elsewhere."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from apps.assessments.models import Evaluation, Period
from apps.assessments.services import closing, moves
from apps.core import jobs
from apps.core.models import Notification, OutboxMessage
from apps.employees.models import Mandate, Position
from apps.employees.services import moves as staff_moves
from apps.indicators.models import Skp, SkpDecision
from apps.indicators.services import skp as plans

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 1)
AT = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)


def _move(world: Any) -> Position:
    post = Position.objects.create(
        unit=world.other_agency, title="Pengawas Sekolah", position_class="jf", level="ahli_muda"
    )
    staff_moves.move_employee(employee=world.staff, position=post, since=MAY, by=None)
    return post


def _yearly(periods: list[Period]) -> Period:
    return Period.objects.create(
        cycle=periods[0].cycle,
        kind="yearly",
        number=0,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        opens_at=datetime(2026, 12, 1, tzinfo=UTC),
        closes_at=datetime(2027, 1, 10, tzinfo=UTC),
    )


def test_the_former_plan_ends_the_day_before_and_is_closed(world: Any) -> None:
    plan = world.make_skp(world.staff)
    _move(world)
    ended = moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    plan.refresh_from_db()
    assert ended == [plan]
    assert plan.period == DateRange(date(2026, 1, 1), MAY)
    assert plan.status == "closed"
    assert SkpDecision.objects.filter(skp=plan, action="close").count() == 1
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1


def test_the_job_does_it_and_a_second_time_does_nothing(world: Any) -> None:
    plan = world.make_skp(world.staff)
    world.make_periods()
    _move(world)
    message = OutboxMessage.objects.get(task="employees.moved")
    assert jobs.consume(message.pk)
    plan.refresh_from_db()
    assert plan.status == "closed"
    assert moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT) == []
    assert OutboxMessage.objects.filter(task="assessments.prepare_part").count() == 1


def test_a_move_that_was_taken_back_ends_nothing(world: Any) -> None:
    plan = world.make_skp(world.staff)
    assert moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT) == []
    plan.refresh_from_db()
    assert (plan.status, plan.period.upper) == ("approved", date(2027, 1, 1))


def test_a_draft_of_the_former_post_keeps_its_text(world: Any) -> None:
    plan = world.make_skp(world.staff, status="draft")
    _move(world)
    moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    plan.refresh_from_db()
    assert (plan.status, plan.period.upper) == ("draft", MAY)
    assert plan.results.count() == 1


def test_a_plan_for_the_new_post_can_be_begun_in_the_same_year(world: Any) -> None:
    world.make_skp(world.staff)
    post = _move(world)
    moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    plan = plans.create_skp(employee=world.staff, year=2026, by=world.staff, at=AT)
    assert (plan.placement.position, plan.unit, plan.appraiser) == (
        post,
        world.other_agency,
        world.stranger_head,
    )
    assert plan.period == DateRange(MAY, date(2027, 1, 1))
    assert Skp.objects.filter(employee=world.staff, year=2026).count() == 2


def test_the_closing_evaluation_waits_for_the_last_reports(world: Any) -> None:
    plan = world.make_skp(world.staff)
    periods = world.make_periods()
    _move(world)
    moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    message = OutboxMessage.objects.get(task="assessments.prepare_part")
    assert message.kwargs == {"skp_id": plan.pk}
    assert message.ready_at == periods[1].closes_at


def test_the_part_adds_up_its_reports_and_goes_to_the_former_superior(world: Any) -> None:
    plan = world.make_skp(world.staff)
    periods = world.make_periods()
    yearly = _yearly(periods)
    first, second = plan.results.get().indicators.all()
    for period, counted in zip(periods[:2], ("30", "25"), strict=True):
        world.make_report(plan, period, status="accepted", figures={first: Decimal(counted)})
    _move(world)
    moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    part = closing.prepare_part(skp_id=plan.pk, at=LATER)
    assert part is not None
    assert (part.period, part.is_part, part.appraiser, part.unit) == (yearly, True, world.head, world.unit)
    assert part.inputs["days"] == ["2026-01-01", "2026-04-30"]
    rows = {row["id"]: row["realization"] for row in part.inputs["indicators"]}
    assert rows == {first.pk: "55", second.pk: None}
    assert part.inputs["earlier_parts"] == []


def test_the_yearly_result_is_made_at_the_new_post_and_knows_the_part(world: Any) -> None:
    plan = world.make_skp(world.staff)
    periods = world.make_periods()
    yearly = _yearly(periods)
    _move(world)
    moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    part = closing.prepare_part(skp_id=plan.pk, at=LATER)
    new = plans.create_skp(employee=world.staff, year=2026, by=world.staff, at=AT)
    Skp.objects.filter(pk=new.pk).update(status="approved", submitted_at=AT, approved_at=AT)
    for unit in (world.unit, world.other_agency):
        closing.prepare_unit(period_id=yearly.pk, unit_id=unit.pk, at=datetime(2027, 1, 11, tzinfo=UTC))
    year = Evaluation.objects.get(skp=new, period=yearly)
    assert (year.is_part, year.appraiser) == (False, world.stranger_head)
    assert year.inputs["days"] == ["2026-05-01", "2026-12-31"]
    assert [row["evaluation_id"] for row in year.inputs["earlier_parts"]] == [part.pk]
    assert Evaluation.objects.filter(period=yearly, is_part=True).count() == 1


def test_the_pages_say_that_it_is_a_part_and_who_acts(world: Any) -> None:
    plan = world.make_skp(world.staff)
    _yearly(world.make_periods())
    _move(world)
    moves.follow_move(employee_id=world.staff.pk, since=MAY, at=AT)
    part = closing.prepare_part(skp_id=plan.pk, at=LATER)
    assert part is not None
    mandate = Mandate.objects.create(
        holder=world.head,
        position=world.unit.positions.get(is_head=True),
        kind="plt",
        period=DateRange(date(2026, 1, 1), None),
    )
    Evaluation.objects.filter(pk=part.pk).update(mandate=mandate)
    page = world.client(world.head).get(
        reverse("assessments:evaluation-rate", args=[part.period_id, part.pk])
    )
    assert page.status_code == 200
    notes = page.content.decode()
    assert "30 April 2026" in notes
    assert mandate.position.title in notes
