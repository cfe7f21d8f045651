"""Reads of views that allow it go to the copy; everything else, and everything after a write, does not."""

import contextlib
import os
import secrets
import subprocess
import sys

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.core import replica
from tests.database import ROOT, migrated_template
from tools.databases import connect, statement, url_of

ROUTER = replica.Router()


@pytest.fixture
def with_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "is_there", lambda: True)


@replica.from_replica
def _where_a_view_reads() -> str | None:
    return ROUTER.db_for_read(User)


@pytest.mark.django_db(transaction=True)
def test_a_view_reads_from_the_copy(with_copy: None) -> None:
    assert ROUTER.db_for_read(User) is None
    assert _where_a_view_reads() == "replica"
    assert ROUTER.db_for_read(User) is None  # the next request on this thread


@pytest.mark.django_db(transaction=True)
def test_without_a_copy_nothing_changes() -> None:
    assert _where_a_view_reads() is None


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_reads_stay(with_copy: None) -> None:
    with transaction.atomic():
        assert _where_a_view_reads() is None


@pytest.mark.django_db(transaction=True)
def test_after_a_write_reads_stay(with_copy: None) -> None:
    @replica.from_replica
    def view() -> list[str | None]:
        first = ROUTER.db_for_read(User)
        ROUTER.db_for_write(User)
        return [first, ROUTER.db_for_read(User)]

    assert view() == ["replica", None]


def test_the_copy_is_never_migrated() -> None:
    assert not ROUTER.allow_migrate("replica", "core")
    assert ROUTER.allow_migrate("default", "core")


ASK = """
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from apps.core.replica import from_replica
from apps.employees.models import Government
from apps.core.models import Sequence
with CaptureQueriesContext(connections["replica"]) as copy, CaptureQueriesContext(connections["default"]) as usual:
    page = Client().get("/data-terbuka/", headers={"host": "127.0.0.1"})
assert page.status_code == 200, page.status_code
print("PAGE", len(copy) > 0, len(usual))
print("USUAL", Government.objects.count())
print("COPY", from_replica(Government.objects.count)())
Sequence.objects.create(name="written")
print("WRITTEN", Sequence.objects.using("default").count(), Sequence.objects.using("replica").count())
"""


@pytest.mark.servers
def test_a_second_database_answers_dashboards_and_open_data() -> None:
    """Two databases that differ on purpose, so that it can be seen who answered."""
    names = [f"replica_{secrets.token_hex(4)}" for _ in range(2)]
    template = migrated_template()
    with contextlib.closing(connect("postgres")) as server, server.cursor() as cursor:
        try:
            for name in names:
                cursor.execute(statement("CREATE DATABASE {} TEMPLATE {}", name, template))
            first, second = map(url_of, names)
            _manage(
                "add_government", "kota-salinan", "--name", "Kota Salinan", "--zone", "WIB", "--place", "Salinan",
                "--officer", "petugas@salinan.example", DATABASE_URL=second,
            )  # fmt: skip
            said = _manage("shell", "-v", "0", "-c", ASK, DATABASE_URL=first, REPLICA_URL=second)
        finally:
            for name in names:
                cursor.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
    assert said.split("\n")[:4] == ["PAGE True 0", "USUAL 0", "COPY 1", "WRITTEN 1 0"]


def _manage(*arguments: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "asn_kinerja.settings", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
