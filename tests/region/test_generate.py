"""A small region: the product's own checks find nothing, the same seed gives the same data, known people get in.

One region of 300 people serves all looks at it; the second one, for the comparison, is smaller.
"""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from apps.accounts.models import User
from apps.assessments.models import Evaluation, Period, SelfReport
from apps.core.models import OutboxMessage
from apps.employees.models import AppraiserLink, Employee, Government, Placement
from apps.feedback.models import Complaint, Response
from apps.indicators.models import Indicator, Skp
from apps.training.models import Certificate
from asn_kinerja import region
from tests.database import migrated_template
from tools.databases import connect, statement

PASSWORD = "sandi-uji-yang-panjang"


@pytest.fixture(scope="module")
def wilayah(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A region of 300 people with two closed months, in a database of its own.

    The worker's own may have been emptied by a transactional test before, of what migrations bring along too.
    """
    own = f"test_region_{secrets.token_hex(4)}"
    usual = connection.settings_dict["NAME"]
    with contextlib.closing(connect("postgres")) as server, server.cursor() as cursor:
        cursor.execute(statement("CREATE DATABASE {} TEMPLATE {}", own, migrated_template()))
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = own
            try:
                region.generate(region.Settings(employees=300, seed=1, months=3, password=PASSWORD))
                yield "wilayah"
            finally:
                connection.close()
                connection.settings_dict["NAME"] = usual
                cursor.execute(statement("DROP DATABASE {} WITH (FORCE)", own))


@pytest.fixture
def db_of_region(wilayah: str, django_db_blocker: Any) -> Iterator[None]:
    """Let a test look into the region, and take back what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("db_of_region")
@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("verify_audit", {}),
        ("rebuild_figures", {"check": True}),
        ("rebuild_unit_figures", {"check": True}),
        ("replay_evaluations", {"year": 2026}),
    ],
)
def test_the_products_own_checks_find_nothing(command: str, options: dict[str, Any]) -> None:
    call_command(command, stdout=StringIO(), **options)


@pytest.mark.usefixtures("db_of_region")
def test_there_is_everything_a_year_leaves_behind() -> None:
    assert Employee.objects.count() == User.objects.count() == 300
    assert Placement.objects.filter(period__endswith__isnull=False).count() > 20
    assert Indicator.objects.count() == 8 * 300
    assert Skp.objects.filter(status="approved", versions__version=1).count() == 300
    assert set(SelfReport.objects.values_list("status", flat=True)) >= {"draft", "submitted", "accepted"}
    assert SelfReport.objects.filter(is_late=True).exists()
    assert not SelfReport.objects.filter(version=1, versions__isnull=True).exists()
    for model in (Response, Complaint, Certificate):
        assert model.objects.exists()
    closed = Period.objects.filter(kind="periodic", status="closed", starts_on__gte=date(2026, 9, 1))
    assert [Evaluation.objects.filter(period=period).count() for period in closed] == [300, 300]
    assert Evaluation.objects.filter(status="prepared").exists()
    assert Evaluation.objects.filter(status="accepted", predikat="baik").exists()


@pytest.mark.usefixtures("db_of_region")
def test_no_promised_work_is_left_and_receipts_go_on() -> None:
    assert not OutboxMessage.objects.filter(done_at__isnull=True, scope="wilayah").exists()
    last = (
        SelfReport.objects.filter(number__isnull=False)
        .order_by("-number")
        .values_list("number", flat=True)[0]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM core_sequence WHERE name = 'LK:wilayah:2026'")
        assert cursor.fetchone()[0] == int(last.rpartition("-")[2])


@pytest.mark.usefixtures("db_of_region")
def test_guards_are_back_after_the_load() -> None:
    """Foreign keys and triggers of the tables that were loaded hold again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'assessments_reportline'::regclass"
            " AND convalidated"
        )
        assert cursor.fetchone()[0] >= 2
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND tgname NOT LIKE 'core_audit%'"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.usefixtures("db_of_region")
@pytest.mark.parametrize("role", ["staff", "large_appraiser", "leadership", "personnel_officer", "auditor"])
def test_known_people_sign_in_and_have_a_start_page(role: str) -> None:
    login = region.known_logins()[role]
    client = Client()

    assert client.login(username=login, password=PASSWORD)
    assert client.get("/beranda/", follow=True).status_code == 200


@pytest.mark.usefixtures("db_of_region")
def test_everybody_else_cannot_sign_in() -> None:
    known = set(region.known_logins().values())
    other = User.objects.exclude(login__in=known).order_by("pk")[0]

    assert not other.has_usable_password()
    assert AppraiserLink.objects.filter(appraiser__isnull=True).count() == 1


@pytest.mark.usefixtures("db_of_region")
def test_a_second_region_of_the_same_code_is_refused() -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("generate_region", employees=100, seed=2, stdout=StringIO())

    assert Government.objects.count() == 1


def test_too_few_people_and_production_are_refused(settings: Any, db: None) -> None:
    with pytest.raises(CommandError, match="at least 100"):
        call_command("generate_region", employees=99, seed=1, stdout=StringIO())
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="demo or test"):
        call_command("generate_region", employees=100, seed=1, stdout=StringIO())

    assert not Government.objects.exists()


def test_the_same_seed_gives_the_same_data(db: None) -> None:
    def digest() -> str:
        with transaction.atomic():
            writer = region.generate(region.Settings(employees=100, seed=1, months=2))
            found = region.content_hash(writer)
            transaction.set_rollback(True)
        return found

    # The second one gets other ids: sequences do not go back.
    assert digest() == digest()
