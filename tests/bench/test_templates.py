"""Regions are kept on the server: an older one is migrated, one nobody used for a week goes."""

import contextlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection

from bench import templates

TODAY = date(2026, 11, 22)


@pytest.fixture
def server(db: None) -> Iterator[Any]:
    """A cursor on the tests' server that leaves no region behind."""
    with templates.server_cursor() as cursor:
        yield cursor
        for name in kept(cursor):
            cursor.execute(templates.statement("DROP DATABASE {}", name))


def kept(cursor: Any) -> set[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'bench_region_7_')")
    return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize(
    ("name", "used", "stays"),
    [
        ("bench_region_7_s1_used", "2026-11-15", True),
        ("bench_region_7_s1_unused", "2026-11-14", False),
        ("bench_region_7_s1_halfmade_building", "2026-11-22", False),
    ],
)
def test_what_nobody_used_for_a_week_goes(server: Any, name: str, used: str, stays: bool) -> None:
    server.execute(templates.statement("CREATE DATABASE {}", name))
    server.execute(templates.statement("COMMENT ON DATABASE {} IS %s", name), [used])

    templates.forget_unused(server, TODAY)

    assert kept(server) == ({name} if stays else set())


def test_only_a_region_whose_migrations_are_all_known_is_migrated(server: Any) -> None:
    name = "bench_region_7_s1_other"
    server.execute(templates.statement("CREATE DATABASE {}", name))
    with contextlib.closing(templates.connect(name)) as other, other.cursor() as cursor:
        cursor.execute("CREATE TABLE django_migrations (app text, name text)")
        cursor.execute("INSERT INTO django_migrations VALUES ('core', '0001_initial')")
        ours = connection.settings_dict["NAME"]

        assert templates._can_be_migrated([name, ours]) == name

        cursor.execute("INSERT INTO django_migrations VALUES ('core', '0999_of_another_branch')")
        assert templates._can_be_migrated([name, ours]) == ours
        assert templates._can_be_migrated([name]) is None
