"""Ticks and signs of life: neither waits behind a long backlog of work."""

import pytest
from celery.signals import heartbeat_sent
from django.conf import settings

from apps.core import heartbeat, tasks


def test_ticks_have_a_queue_of_their_own_and_fade() -> None:
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert queues == {settings.CELERY_TASK_DEFAULT_QUEUE, "asn-ticks"}, "a worker listens to both"
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["options"]["queue"] == "asn-ticks", name
        assert entry["options"]["expires"] >= float(entry["schedule"]), name


def test_the_worker_shows_life_from_its_main_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not from a task: that would wait in the queue with the others, and a busy worker would count as dead."""
    monkeypatch.setattr(heartbeat, "beat", lambda name: beats.append(name))
    beats: list[str] = []
    heartbeat_sent.send(sender=None)
    assert beats == ["worker"]
    monkeypatch.setattr(tasks.jobs, "relay", lambda now: 0)
    tasks.relay_outbox()
    assert beats == ["worker"], "the relay says nothing about the worker"
