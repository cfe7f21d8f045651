"""Shared by all tests: a small world of named people, and no way out to a network."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from tests.database import migrated_template
from tests.emptying import allow_truncate, empty_what_was_written

TransactionTestCase._fixture_teardown = empty_what_was_written  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Copy the migrated template instead of migrating each worker's database anew."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let transactional tests empty tables: only here is the audit trail's guard against TRUNCATE taken off.

    tests/core/test_audit.py puts it back to prove that it works.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        allow_truncate(cursor)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise RuntimeError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _media_in_temporary_folder(settings: Any, tmp_path: Any) -> None:
    """Keep stored files of a test to itself."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AUDIT_ANCHOR_DIR = tmp_path / "audit-anchors"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttles and caches start empty."""
    yield
    cache.clear()


@pytest.fixture
def world(db: None) -> Any:
    """The named people of tests/world.py."""
    from tests.fast_world import make_world

    return make_world()
