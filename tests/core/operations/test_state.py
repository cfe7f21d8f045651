"""The state of the installation, as figures, as sentences, and as metrics."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.core import long_jobs
from apps.core.labels import JobStatus
from apps.core.models import DailyCheck, Job, OutboxMessage
from apps.core.operations import daily_checks
from apps.core.operations.daily_checks import Check
from apps.core.operations.sentences import BAD, GOOD, WATCH, lines_of
from apps.core.operations.state import CheckState, Lag, SystemState, lag_titles, system_state

UNITS = Check(
    int, "figures of units", "Figures of units that differ from their sources: %(n)s.", "Rebuild the figures."
)


def _state(**changes: Any) -> SystemState:
    values: dict[str, Any] = {
        "at": datetime(2026, 3, 10, tzinfo=UTC),
        "outbox_waiting": 0,
        "outbox_oldest_seconds": 0.0,
        "outbox_parked": 0,
        "jobs": {},
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
    monkeypatch.setattr("apps.core.operations.daily_checks._checks", {"a": UNITS, "b": UNITS})
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
        ({"jobs": {"reports.cycle_recap": 2}}, GOOD, "2 long jobs run: Recap of a period (2)."),
        ({"redis_answers": False}, BAD, "Does not answer. Nothing is lost; work in the background waits"),
        ({"processes": {"worker": False, "beat": True}}, BAD, "No sign of life for more than half a minute."),
        ({"lags": [Lag("units", "figures of units", None, 0.0)]}, GOOD, "Up to date."),
        ({"lags": [Lag("units", "figures of units", None, 90.0)]}, WATCH, "2 minutes behind what it sums up."),
        ({"checks": [CheckState("units", UNITS, None, None)]}, WATCH, "Has not run yet."),
        (
            {"checks": [CheckState("units", UNITS, datetime(2026, 3, 9, 18, tzinfo=UTC), 2)]},
            BAD,
            "Figures of units that differ from their sources: 2. Checked 6 hours ago.",
        ),
        (
            {"checks": [CheckState("units", UNITS, datetime(2026, 3, 9, 18, tzinfo=UTC), 0)]},
            GOOD,
            "Everything fits. Checked 6 hours ago.",
        ),
    ],
)  # fmt: skip
def test_sentences(changes: dict[str, Any], tone: str, words: str) -> None:
    with translation.override("en"):
        found = [line for line in lines_of(_state(**changes)) if line.sentence.startswith(words)]
    assert [line.tone for line in found] == [tone]
    assert (tone == GOOD) == (found[0].advice == "")


def test_whatever_stands_on_the_page_has_a_name_and_sentences_in_plain_indonesian() -> None:
    """Every check, summary and kind of long job that an app has registered; a name of the code is none."""
    words = {
        (name, text)
        for name, check in daily_checks.checks().items()
        for text in (check.title, check.found, check.advice)
    }
    words |= set(lag_titles().items())
    # Lazily translated texts know their message id no more: it is what they say in English.
    with translation.override("en"):
        words |= {(name, str(kind.title)) for name, kind in long_jobs.kinds().items()}
    assert len(words) > 20, "the apps have registered what they have"
    for name, text in sorted(words):
        plain = re.sub(r"manage\.py \w+|%\(n\)s", "", text)
        assert plain.strip(), f"{name} has no words"
        assert not re.search(r"\w[._]\w", plain), f"{name}: {text!r} is a name of the code"
        with translation.override("id"):
            assert gettext(text) != text, f"{name}: {text!r} is not translated"


def test_a_check_found_by_its_words(db: None, client: Client) -> None:
    """The whole page, with all that is registered: no row shows what only the code is called."""
    client.force_login(User.objects.create_superuser("operator@example.org", "x"))
    now = timezone.now()
    for name in daily_checks.checks():
        DailyCheck.objects.create(name=name, day=now.date(), started_at=now, finished_at=now, differences=3)
    for kind in long_jobs.kinds():
        Job.objects.create(kind=kind, status=JobStatus.RUNNING.value, owner=User.objects.get())
    page = client.get("/sistem/").content.decode()
    shown = re.sub(r"manage\.py \w+", "", page[page.index("<tbody") : page.index("</tbody")])
    for name in (*daily_checks.checks(), *lag_titles(), *long_jobs.kinds()):
        assert name not in shown, name
    assert shown.count(": 3.") == len(daily_checks.checks())


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
