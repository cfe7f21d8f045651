"""The state of the installation, as figures, as sentences, and as metrics."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.core.models import DailyCheck, OutboxMessage
from apps.core.operations.sentences import BAD, GOOD, WATCH, lines_of
from apps.core.operations.state import CheckState, Lag, SystemState, system_state


def _state(**changes: Any) -> SystemState:
    values: dict[str, Any] = {
        "at": datetime(2026, 3, 10, tzinfo=UTC),
        "outbox_waiting": 0,
        "outbox_oldest_seconds": 0.0,
        "outbox_parked": 0,
        "jobs_running": 0,
        "redis_answers": True,
        "processes": {"worker": True, "beat": True},
    }
    return SystemState(**(values | changes))


def test_the_queue_is_counted_with_its_age(db: None) -> None:
    now = timezone.now()
    for seconds in (40, 10):
        OutboxMessage.objects.create(task="x", ready_at=now - timedelta(seconds=seconds))
    OutboxMessage.objects.create(task="later", ready_at=now + timedelta(hours=1))
    OutboxMessage.objects.create(task="done", ready_at=now, done_at=now)
    OutboxMessage.objects.create(task="parked", ready_at=now, parked_at=now)
    state = system_state()
    assert (state.outbox_waiting, state.outbox_parked) == (2, 1)
    assert 40 <= state.outbox_oldest_seconds < 100


def test_only_the_last_finished_check_counts(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.operations.daily_checks._checks", {"a": int, "b": int})
    now = timezone.now()
    for days, differences, finished in ((2, 5, now), (1, 1, now), (0, None, None)):
        DailyCheck.objects.create(
            name="a",
            day=now.date() - timedelta(days=days),
            started_at=now,
            finished_at=finished,
            differences=differences,
        )
    assert [(check.name, check.differences) for check in system_state().checks] == [("a", 1), ("b", None)]


@pytest.mark.parametrize(
    ("changes", "tone", "words"),
    [
        ({}, GOOD, "Nothing waits."),
        ({"outbox_waiting": 12, "outbox_oldest_seconds": 40.0}, GOOD, "12 pieces of work, oldest 40 seconds."),
        ({"outbox_waiting": 1, "outbox_oldest_seconds": 120.0}, WATCH, "1 piece of work, oldest 2 minutes."),
        ({"outbox_waiting": 9, "outbox_oldest_seconds": 7200.0}, BAD, "9 pieces of work, oldest 2 hours."),
        ({"outbox_parked": 1}, BAD, "1 piece of work failed again and again and was set aside."),
        ({"redis_answers": False}, BAD, "Does not answer. Nothing is lost; work in the background waits"),
        ({"processes": {"worker": False, "beat": True}}, BAD, "No sign of life for more than half a minute."),
        ({"lags": [Lag("units", None, 0.0)]}, GOOD, "Up to date."),
        ({"lags": [Lag("units", None, 90.0)]}, WATCH, "2 minutes behind what it sums up."),
        ({"checks": [CheckState("units", None, None)]}, WATCH, "Has not run yet."),
        (
            {"checks": [CheckState("units", datetime(2026, 3, 9, 18, tzinfo=UTC), 2)]},
            BAD,
            "2 numbers differ from their sources (6 hours ago).",
        ),
        (
            {"checks": [CheckState("units", datetime(2026, 3, 9, 18, tzinfo=UTC), 0)]},
            GOOD,
            "No difference (6 hours ago).",
        ),
    ],
)  # fmt: skip
def test_sentences(changes: dict[str, Any], tone: str, words: str) -> None:
    with translation.override("en"):
        found = [line for line in lines_of(_state(**changes)) if line.sentence.startswith(words)]
    assert [line.tone for line in found] == [tone]
    assert (tone == GOOD) == (found[0].advice == "")


def test_the_page_is_for_operators(db: None, client: Client) -> None:
    client.force_login(User.objects.create_user("199003152015041002"))
    assert client.get("/sistem/").status_code == 403
    client.force_login(User.objects.create_superuser("operator@example.org", "x"))
    page = client.get("/sistem/").content.decode()
    assert "Antrean" in page
    assert 'data-value="success"' in page


def test_metrics_need_the_token(db: None, client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a-secret"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    OutboxMessage.objects.create(task="x", ready_at=timezone.now() - timedelta(seconds=30))
    client.get("/bantuan/")
    answer = client.get("/metrics", headers={"authorization": "Bearer a-secret"})
    text = answer.content.decode()
    assert "asn_outbox_waiting 1.0" in text
    assert 'asn_process_alive{process="worker"}' in text
    assert 'asn_requests_total{method="GET",route="help",status="2xx"}' in text
