"""Alive and ready."""

import pytest

from apps.core import heartbeat
from apps.core.redis import client as redis_client

pytestmark = pytest.mark.django_db


def test_alive_needs_nothing(client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_ready_names_what_is_missing(client) -> None:
    redis_client().delete("heartbeat:worker", "heartbeat:beat")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "database": True,
        "redis": True,
        "worker": False,
        "beat": False,
        "migrations": True,
    }
    heartbeat.beat("worker")
    heartbeat.beat("beat")
    assert client.get("/readyz").status_code == 200
