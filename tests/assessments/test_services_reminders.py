"""The ladder of reminders, the day somebody chose, and examples beside the question."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from apps.assessments.models import EntryExample, Period, ReminderPlan, SelfReport
from apps.assessments.rules.reminder_ladder import (
    DEFAULT_LADDER,
    Copy,
    Missing,
    Step,
    due_step,
    is_quiet,
    ladder_of,
    missing_of,
)
from apps.assessments.selectors.reminders import example_for, planning_of
from apps.assessments.services import reminders
from apps.core import policy
from apps.core.models import Notification
from apps.employees.models import Position, ServiceState

LADDER = ladder_of(DEFAULT_LADDER)
# Closes at the end of 30 September in Kendari; every tick below is at 10.00 WITA.
LAST_DAY = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "days"),
    [(8, None), (7, 7), (5, 7), (4, 7), (3, None), (2, 2), (1, 2), (0, 0), (-1, -1), (-4, -1), (-5, None)],
)
def test_a_late_tick_finds_one_step_and_no_old_one(left: int, days: int | None) -> None:
    step = due_step(left, LADDER)
    assert (step.days if step else None) == days


def test_the_table_of_steps_and_the_quiet_hours() -> None:
    assert LADDER[-1] == Step(-1, Copy.SUPERVISOR)
    assert ladder_of({"x": "person", "3": "neighbour", "999": "person", "1": "person"}) == (
        Step(1, Copy.PERSON),
    )
    assert [hour for hour in range(24) if not is_quiet(hour, 20, 6)] == list(range(6, 20))
    assert [is_quiet(hour, 12, 13) for hour in (11, 12, 13)] == [False, True, False]
    assert not any(is_quiet(hour, 5, 5) for hour in range(24))


@pytest.mark.parametrize(
    ("status", "has_text", "figures", "missing"),
    [
        ("", False, 2, Missing.REPORT),
        ("draft", True, 2, Missing.FIGURES),
        ("draft", False, 0, Missing.TEXT),
        ("draft", True, 0, Missing.SENDING),
        ("returned", True, 0, Missing.CORRECTION),
    ],
)
def test_what_is_missing(status: str, has_text: bool, figures: int, missing: Missing) -> None:
    assert missing_of(status, has_text=has_text, empty_figures=figures) is missing


@pytest.fixture
def period(world: Any) -> Period:
    for person in (world.staff, world.colleague):
        world.make_skp(person)
    return world.make_periods()[2]


def allow_late() -> None:
    policy.set_value(
        "assessments.late_reports_allowed",
        True,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )


def texts(person: Any) -> list[tuple[str, dict[str, Any]]]:
    rows = Notification.objects.filter(recipient=person.user).order_by("pk")
    return [(row.text, row.params) for row in rows]


@pytest.mark.django_db
def test_the_ladder_names_what_is_missing_and_stops_when_sent(world: Any, period: Period) -> None:
    skp = world.staff.skp.get()
    assert reminders.climb(now=LAST_DAY - 8 * DAY) == 0
    assert [reminders.climb(now=LAST_DAY - days * DAY) for days in (7, 7, 6)] == [2, 0, 0]
    assert texts(world.staff)[-1][0].endswith("is not begun yet. Last day: %(closes_on)s.")
    indicator = skp.results.get().indicators.first()
    report = world.make_report(skp, period, figures={indicator: Decimal(5)})
    world.make_report(world.colleague.skp.get(), period, status="submitted")
    assert reminders.climb(now=LAST_DAY - 2 * DAY) == 1
    text, params = texts(world.staff)[-1]
    assert ("still lacks figures" in text, params["count"]) == (True, 1)
    row = Notification.objects.filter(recipient=world.staff.user).latest("pk")
    assert row.url == reverse("assessments:report-detail", args=[report.pk])
    assert len(texts(world.colleague)) == 1
    assert not texts(world.head)
    SelfReport.objects.filter(pk=report.pk).update(achievements="Ada", status="submitted")
    assert reminders.climb(now=LAST_DAY) == 0


@pytest.mark.django_db
def test_the_supervisor_gets_one_line_at_the_last_step(world: Any, period: Period) -> None:
    late = LAST_DAY + DAY
    allow_late()
    assert [reminders.climb(now=late), reminders.climb(now=late + DAY)] == [2, 0]
    [(text, params)] = texts(world.head)
    assert ("your people" in text, params["count"]) == (True, 2)


@pytest.mark.django_db
def test_nobody_is_reminded_at_night_or_on_leave(world: Any, period: Period) -> None:
    night = LAST_DAY.replace(hour=13)  # 21.00 WITA
    assert reminders.climb(now=night) == 0
    ServiceState.objects.create(
        employee=world.staff,
        kind="long_leave",
        period=DateRange(date(2026, 9, 1), date(2026, 12, 1)),
        recorded_at=LAST_DAY,
    )
    assert reminders.climb(now=LAST_DAY) == 1
    assert not texts(world.staff)
    plan = ReminderPlan.objects.create(
        employee=world.staff, period=period, remind_at=LAST_DAY - timedelta(hours=1)
    )
    assert reminders.send_chosen(now=LAST_DAY) == 0
    plan.refresh_from_db()
    assert (plan.sent_at, texts(world.staff)) == (LAST_DAY, [])


@pytest.mark.django_db
def test_after_the_end_only_where_late_reports_are_taken(world: Any, period: Period) -> None:
    key = "assessments.late_reports_allowed"
    policy.set_value(key, False, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji")
    assert reminders.climb(now=LAST_DAY + DAY) == 0
    policy.set_value(key, True, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji")
    assert reminders.climb(now=LAST_DAY + DAY) == 2


@pytest.mark.django_db
def test_a_chosen_moment_reminds_once(world: Any, period: Period) -> None:
    def choose(at: datetime) -> ReminderPlan:
        return reminders.plan_reminder(
            employee=world.staff, period=period, remind_at=at, at=LAST_DAY - 5 * DAY
        )

    for wrong in (LAST_DAY - 6 * DAY, LAST_DAY + 2 * DAY):
        with pytest.raises(reminders.MomentOver):
            choose(wrong)
    assert not ReminderPlan.objects.exists()
    choose(LAST_DAY - DAY)
    choose(LAST_DAY - 3 * DAY)
    assert ReminderPlan.objects.count() == 1
    assert [reminders.send_chosen(now=LAST_DAY - days * DAY) for days in (4, 3, 3)] == [0, 1, 0]
    assert len(texts(world.staff)) == 1


@pytest.mark.django_db
def test_the_prompt_on_the_start_page(world: Any, period: Period, monkeypatch: pytest.MonkeyPatch) -> None:
    now = LAST_DAY - 5 * DAY
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client = world.client(world.staff)
    address = reverse("assessments:reminder-plan", args=[period.pk])
    assert address in client.get("/beranda/").content.decode()
    assert client.post(address, {"day": "2026-09-20", "hour": "9"}).status_code == 422
    assert client.post(address, {"day": "2026-09-25", "hour": "6"}).status_code == 422, "it is ten already"
    assert not ReminderPlan.objects.exists()
    assert client.post(address, {"day": "2026-09-28", "hour": "9"}).status_code == 302
    plan = ReminderPlan.objects.get()
    assert plan.remind_at == datetime(2026, 9, 28, 1, 0, tzinfo=UTC)
    found = planning_of(world.staff, now)
    assert found is not None
    assert (found.period, found.chosen) == (period, plan)
    client.post(reverse("assessments:reminder-forget", args=[period.pk]))
    assert not ReminderPlan.objects.exists()
    assert world.client(world.foreigner).get(address).status_code == 404
    world.make_report(world.staff.skp.get(), period, status="submitted")
    assert planning_of(world.staff, now) is None


@pytest.mark.django_db
def test_the_example_is_that_of_the_job(world: Any, period: Period) -> None:
    day = date(2026, 9, 15)
    for family in ("", "perawat"):
        EntryExample.objects.get_or_create(
            government=None, family=family, defaults={"good": "G", "weak": "W", "why": "Y"}
        )
    general = example_for(world.staff, day)
    assert general is not None
    assert general.family == ""
    Position.objects.filter(placements__employee=world.staff).update(title="Perawat Ahli Muda")
    assert getattr(example_for(world.staff, day), "family", None) == "perawat"
    own = EntryExample.objects.create(
        government=world.government, family="perawat", good="G", weak="W", why="Y"
    )
    EntryExample.objects.create(
        government=world.other.government, family="perawat", good="X", weak="X", why="X"
    )
    assert example_for(world.staff, day) == own
