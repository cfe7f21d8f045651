"""Every request is counted by its route and logged without its address."""

import logging

import pytest
from django.test import Client
from prometheus_client import CollectorRegistry

from apps.core.operations import metrics


def _count(route: str, status: str) -> float:
    registry: CollectorRegistry = metrics._own
    value = registry.get_sample_value(
        "asn_requests_total", {"route": route, "method": "GET", "status": status}
    )
    return value or 0.0


def test_a_request_is_counted_under_its_route(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    before = _count("help", "2xx")
    with caplog.at_level(logging.INFO, "asn.request"):
        answer = client.get("/bantuan/?cari=199003152015041002")
    assert _count("help", "2xx") == before + 1
    assert [record.getMessage() for record in caplog.records] == ["GET help 200"]
    assert len(answer["X-Request-ID"]) == 16


def test_an_unknown_address_is_never_written_down(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    before = _count("unmatched", "4xx")
    with caplog.at_level(logging.INFO, "asn.request"):
        client.get("/orang/199003152015041002/")
    assert _count("unmatched", "4xx") == before + 1
    assert [record.getMessage() for record in caplog.records] == ["GET unmatched 404"]


def test_probes_are_counted_and_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = _count("core:healthz", "2xx")
    with caplog.at_level(logging.INFO, "asn.request"):
        client.get("/healthz")
    assert _count("core:healthz", "2xx") == before + 1
    assert not caplog.records
