"""The year and its schedule: local instants, missed nights, two ticks at once, replays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.assessments.models import Cycle, Evaluation, Period, PeriodRun
from apps.assessments.services import cycles
from apps.core import jobs
from apps.core.models import AuditEntry, Notification, OutboxMessage
from tests.world import World

pytestmark = pytest.mark.django_db

AFTER_Q1 = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)


def _make(world: World, periodicity: str = "quarterly") -> Cycle:
    return cycles.create_cycle(
        government=world.government, year=2026, periodicity=periodicity, by=world.personnel_officer
    )


def _work_off() -> None:
    for _round in range(10):
        waiting = list(OutboxMessage.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True))
        if not waiting:
            return
        for pk in waiting:
            jobs.consume(pk)


@pytest.mark.parametrize(("periodicity", "number"), [("quarterly", 4), ("monthly", 12)])
def test_a_year_has_its_periods_and_the_yearly_one(world: World, periodicity: str, number: int) -> None:
    cycle = _make(world, periodicity)
    kinds = list(cycle.periods.order_by("number").values_list("kind", "number"))
    assert kinds == [("yearly", 0), *(("periodic", n) for n in range(1, number + 1))]
    assert AuditEntry.objects.get(action="assessments.cycle.created").data["year"] == 2026


def test_a_second_cycle_of_the_year_is_refused(world: World) -> None:
    _make(world)
    with pytest.raises(cycles.CycleExists):
        _make(world, "monthly")
    assert Period.objects.count() == 5


@pytest.mark.parametrize(
    ("code", "opens", "closes"),
    [
        ("serang", datetime(2026, 9, 30, 17, tzinfo=UTC), datetime(2027, 1, 5, 16, 59, 59, tzinfo=UTC)),
        ("kendari", datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2027, 1, 5, 15, 59, 59, tzinfo=UTC)),
        ("wanggar", datetime(2026, 9, 30, 15, tzinfo=UTC), datetime(2027, 1, 5, 14, 59, 59, tzinfo=UTC)),
    ],
    ids=["WIB", "WITA", "WIT"],
)
def test_instants_are_local_days(db: None, code: str, opens: datetime, closes: datetime) -> None:
    fourth = _make(World(code)).periods.get(kind="periodic", number=4)
    assert (fourth.opens_at, fourth.closes_at) == (opens, closes)


def test_each_zone_closes_at_its_own_midnight(db: None) -> None:
    for code in ("serang", "kendari", "wanggar"):
        _make(World(code))
    cycles.run_schedule(now=datetime(2026, 1, 2, tzinfo=UTC))
    closed = []
    for hour in (14, 15, 16, 17):
        cycles.run_schedule(now=datetime(2026, 4, 5, hour, 59, 59, tzinfo=UTC))
        closed.append(
            sorted(Period.objects.filter(status="closed").values_list("cycle__government__code", flat=True))
        )
    # 23:59:59 itself is still in time; one tick later the zone is closed.
    assert closed == [[], ["wanggar"], ["kendari", "wanggar"], ["kendari", "serang", "wanggar"]]


def test_opening_tells_everybody_once(world: World) -> None:
    _make(world)
    cycles.run_schedule(now=datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    assert not Period.objects.exclude(status="planned").exists()
    cycles.run_schedule(now=datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    assert list(Period.objects.filter(status="open").values_list("number", flat=True)) == [1]
    _work_off()
    cycles.run_schedule(now=datetime(2025, 12, 31, 16, 0, 5, tzinfo=UTC))
    _work_off()
    people = set(world.government.employees.values_list("user_id", flat=True))
    told = list(Notification.objects.values_list("recipient_id", flat=True))
    assert (set(told), len(told)) == (people, len(people))
    assert Notification.objects.first().params["closes_on"] == "05/04/2026"


def test_notices_go_out_in_chunks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "CHUNK", 2)
    _make(world)
    cycles.run_schedule(now=datetime(2026, 1, 2, tzinfo=UTC))
    _work_off()
    people = world.government.employees.count()
    assert Notification.objects.count() == people
    assert OutboxMessage.objects.filter(task="assessments.notify_people").count() == people // 2 + 1


def test_closing_prepares_every_unit_through_the_outbox(world: World) -> None:
    _make(world)
    world.make_skp(world.staff)
    world.make_skp(world.stranger)
    cycles.run_schedule(now=datetime(2026, 1, 2, tzinfo=UTC))
    cycles.run_schedule(now=AFTER_Q1)
    first = Period.objects.get(number=1)
    # Both units are small, so they are one chunk.
    message = OutboxMessage.objects.get(task="assessments.prepare_units")
    assert message.key == f"prepare:{first.pk}:{world.unit.pk}"
    assert message.kwargs == {"period_id": first.pk, "unit_ids": [world.unit.pk, world.other_agency.pk]}
    assert PeriodRun.objects.get(period=first, step="close").figures["units"] == 2
    assert not Evaluation.objects.exists()
    _work_off()
    assert set(Evaluation.objects.values_list("employee", "period")) == {
        (world.staff.pk, first.pk),
        (world.stranger.pk, first.pk),
    }


def test_after_a_missed_night_the_end_is_the_same_with_the_right_cut_off(world: World) -> None:
    _make(world)
    world.make_skp(world.staff)
    # No beat from New Year until after the first quarter's deadline.
    late = AFTER_Q1 + timedelta(hours=7)
    assert cycles.run_schedule(now=late) == {"opened": 2, "closed": 1}
    _work_off()
    first = Period.objects.get(number=1)
    cut_off = datetime(2026, 4, 5, 15, 59, 59, tzinfo=UTC)
    assert (first.status, first.closes_at) == ("closed", cut_off)
    close = PeriodRun.objects.get(period=first, step="close")
    assert close.figures["cut_off"] == cut_off.isoformat()
    assert Evaluation.objects.get().inputs["cut_off"] == cut_off.isoformat()
    # Nobody is called to report on what closed in the same tick; the second quarter's opening is told.
    assert set(
        Notification.objects.filter(text__startswith="The period").values_list("params__starts_on", flat=True)
    ) == {"01/04/2026"}


def test_a_replayed_tick_changes_nothing(world: World) -> None:
    _make(world)
    world.make_skp(world.staff)
    cycles.run_schedule(now=AFTER_Q1)
    _work_off()

    def state() -> list[Any]:
        return [
            list(Period.objects.order_by("pk").values()),
            list(PeriodRun.objects.order_by("pk").values()),
            list(Evaluation.objects.order_by("pk").values()),
            OutboxMessage.objects.count(),
            AuditEntry.objects.count(),
            Notification.objects.count(),
        ]

    before = state()
    for _again in range(3):
        assert cycles.run_schedule(now=AFTER_Q1) == {"opened": 0, "closed": 0}
        _work_off()
    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_do_each_step_once(world: World) -> None:
    _make(world)
    world.make_skp(world.staff)
    start = Barrier(4)

    def tick(_number: int) -> dict[str, int]:
        try:
            start.wait(timeout=10)
            return cycles.run_schedule(now=AFTER_Q1)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(tick, range(4)))
    assert sum(row["opened"] for row in moved) == 2
    assert sum(row["closed"] for row in moved) == 1
    assert sorted(PeriodRun.objects.values_list("period__number", "step")) == [
        (1, "close"),
        (1, "open"),
        (2, "open"),
    ]
    assert AuditEntry.objects.filter(action="assessments.period.closed").count() == 1
    assert OutboxMessage.objects.filter(task="assessments.prepare_units").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_preparing_the_same_unit_make_one_evaluation_each(world: World) -> None:
    _make(world)
    world.make_skp(world.staff)
    cycles.run_schedule(now=AFTER_Q1)
    first = Period.objects.get(number=1)
    start = Barrier(4)

    def work(_number: int) -> None:
        try:
            start.wait(timeout=10)
            cycles.prepare_unit(period_id=first.pk, unit_id=world.unit.pk, at=AFTER_Q1)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert Evaluation.objects.count() == 1
    assert PeriodRun.objects.filter(step="prepare").count() == 1


def test_the_deadline_of_a_running_period_can_be_moved(world: World) -> None:
    _make(world)
    now = datetime(2026, 2, 1, tzinfo=UTC)
    cycles.run_schedule(now=now)
    _work_off()
    first = Period.objects.get(number=1)
    target = datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC)
    cycles.change_closing(
        period_id=first.pk, closes_at=target, reason="Gempa", by=world.personnel_officer, at=now
    )
    cycles.run_schedule(now=AFTER_Q1)
    first.refresh_from_db()
    assert (first.status, first.closes_at) == ("open", target)
    entry = AuditEntry.objects.get(action="assessments.period.closing_changed")
    assert (entry.actor, entry.data["reason"]) == (f"user:{world.personnel_officer.pk}", "Gempa")
    before = Notification.objects.count()
    _work_off()
    assert Notification.objects.count() > before
    cycles.run_schedule(now=target + timedelta(seconds=1))
    first.refresh_from_db()
    assert first.status == "closed"


def test_refused_changes_of_the_deadline_change_nothing(world: World) -> None:
    _make(world)
    cycles.run_schedule(now=AFTER_Q1)
    first, second = Period.objects.get(number=1), Period.objects.get(number=2)
    later = AFTER_Q1 + timedelta(days=30)
    with pytest.raises(cycles.PeriodAlreadyClosed):
        cycles.change_closing(period_id=first.pk, closes_at=later, reason="x", by=None, at=AFTER_Q1)
    with pytest.raises(cycles.ClosingNotInFuture):
        cycles.change_closing(period_id=second.pk, closes_at=AFTER_Q1, reason="x", by=None, at=AFTER_Q1)
    with pytest.raises(cycles.ReasonMissing):
        cycles.change_closing(period_id=second.pk, closes_at=later, reason=" ", by=None, at=AFTER_Q1)
    assert set(Period.objects.values_list("pk", "closes_at")) >= {
        (first.pk, first.closes_at),
        (second.pk, second.closes_at),
    }
    assert not AuditEntry.objects.filter(action="assessments.period.closing_changed").exists()


def test_preparing_again_picks_up_a_plan_approved_late(world: World) -> None:
    _make(world)
    cycles.run_schedule(now=AFTER_Q1)
    _work_off()
    first = Period.objects.get(number=1)
    world.make_skp(world.staff)
    assert not Evaluation.objects.exists()
    job = cycles.prepare_again(period_id=first.pk, by=world.personnel_officer, at=AFTER_Q1)
    _work_off()
    assert Evaluation.objects.get().employee == world.staff
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"units": 1, "created": 1, "refreshed": 0})
    with pytest.raises(cycles.PeriodNotClosed):
        cycles.prepare_again(period_id=Period.objects.get(number=2).pk, by=None, at=AFTER_Q1)


def test_a_leap_day_belongs_to_its_month(world: World) -> None:
    cycle = cycles.create_cycle(government=world.government, year=2028, periodicity="monthly", by=None)
    february = cycle.periods.get(kind="periodic", number=2)
    assert february.ends_on == date(2028, 2, 29)
    assert february.closes_at == datetime(2028, 3, 5, 15, 59, 59, tzinfo=UTC)
