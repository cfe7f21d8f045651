"""Daily checks: once a day however often the tick comes, with an alarm when figures differ."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.core import jobs, notify
from apps.core.models import DailyCheck, Notification, OutboxMessage
from apps.core.operations import daily_checks

NIGHT = datetime(2026, 3, 10, 18, 5, tzinfo=UTC)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Only one check, whose outcome the test decides by the list's last number."""
    outcome = [0]
    monkeypatch.setattr(daily_checks, "_checks", {})
    daily_checks.register(
        "figures",
        lambda: outcome[-1],
        title="figures",
        found="Figures that differ: %(n)s.",
        advice="Rebuild them.",
    )
    return outcome


def _run_all() -> None:
    for pk in OutboxMessage.objects.filter(done_at__isnull=True).values_list("pk", flat=True):
        jobs.consume(pk)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (NIGHT, date(2026, 3, 10)),
        (NIGHT.replace(hour=17, minute=59), date(2026, 3, 9)),  # before one o'clock in WIB
        (NIGHT + timedelta(hours=20), date(2026, 3, 10)),  # a late tick still asks for the same night
    ],
)
def test_the_night_a_tick_belongs_to(now: datetime, day: date) -> None:
    assert daily_checks.last_due_day(now) == day


def test_two_schedulers_and_many_ticks_promise_a_check_once(db: None, found: list[int]) -> None:
    promised = [daily_checks.promise_due(NIGHT + timedelta(minutes=m)) for m in (0, 0, 1, 60, 1000)]
    assert promised == [1, 0, 0, 0, 0]
    assert daily_checks.promise_due(NIGHT + timedelta(days=1)) == 1


def test_no_difference_is_noted_and_nobody_is_called(db: None, found: list[int]) -> None:
    User.objects.create_superuser("operator@example.org", "x")
    daily_checks.promise_due(NIGHT)
    _run_all()
    row = DailyCheck.objects.get()
    assert (row.name, row.day, row.differences) == ("figures", date(2026, 3, 10), 0)
    assert not Notification.objects.exists()


def test_differences_are_told_once_to_every_operator_and_to_nobody_else(db: None, found: list[int]) -> None:
    operators = {User.objects.create_superuser(f"operator{n}@example.org", "x").pk for n in (1, 2)}
    User.objects.create_user("199003152015041002")
    found.append(3)
    for _again in range(2):  # killed after the work and run again
        daily_checks.run(check="figures", day="2026-03-10")
    assert DailyCheck.objects.get().differences == 3
    assert set(Notification.objects.values_list("recipient", flat=True)) == operators
    assert Notification.objects.count() == 2
    assert {notify.sentence(told) for told in Notification.objects.all()} == {"Figures that differ: 3."}


def test_a_check_that_no_longer_exists_is_left_out(db: None, found: list[int]) -> None:
    daily_checks.run(check="gone", day="2026-03-10")
    assert not DailyCheck.objects.exists()
