"""The named helper of a unit: at the foot of every page of its people."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.models import AuditEntry, Notification
from apps.employees import selectors
from apps.employees.models import UnitHelper
from apps.employees.services import corrections, helpers
from tests.world import NOW

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 15)
PHONE = "0812 3456 7890"


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _name(world: Any, **changes: Any) -> UnitHelper:
    values: dict[str, Any] = {
        "unit": world.unit,
        "employee": world.colleague,
        "phone": PHONE,
        "day": TODAY,
        "by": world.head.user,
        "at": NOW,
    }
    return helpers.name_helper(**(values | changes))


def test_the_nearest_helper_upward_helps(world: Any) -> None:
    assert selectors.helper_for(world.staff.user, TODAY) is None
    above = _name(world, unit=world.agency, employee=world.agency_head)
    assert selectors.helper_for(world.staff.user, TODAY) == above
    own = _name(world)
    assert selectors.helper_for(world.staff.user, TODAY) == own
    assert selectors.helper_for(world.agency_head.user, TODAY) == above
    assert selectors.helper_for(world.stranger.user, TODAY) is None
    assert selectors.helper_for(world.auditor, TODAY) is None


def test_a_new_helper_ends_the_former_one(world: Any) -> None:
    _name(world, day=TODAY - timedelta(days=9))
    second = _name(world, employee=world.staff)
    assert selectors.helper_for(world.head.user, TODAY) == second
    former = UnitHelper.objects.get(employee=world.colleague)
    assert former.last_day == TODAY - timedelta(days=1)
    # Named twice on one day: the first never counted.
    third = _name(world, employee=world.head)
    assert set(UnitHelper.objects.all()) == {former, third}
    assert helpers.end_helper(unit=world.unit, day=TODAY + timedelta(days=5), by=world.head.user, at=NOW)
    assert not helpers.end_helper(unit=world.unit, day=TODAY + timedelta(days=5), by=world.head.user, at=NOW)
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    assert not AuditEntry.objects.filter(data__icontains="0812").exists()


def test_nobody_of_elsewhere_becomes_a_helper(world: Any) -> None:
    with pytest.raises(corrections.WrongGovernment):
        _name(world, employee=world.foreigner)
    assert not UnitHelper.objects.exists()


def test_the_database_keeps_one_helper_who_can_be_called(world: Any) -> None:
    row = _name(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitHelper.objects.filter(pk=row.pk).update(phone="")
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitHelper.objects.create(
            unit=world.unit, employee=world.staff, phone=PHONE, period=DateRange(TODAY, None), named_at=NOW
        )


def test_the_foot_of_every_page_and_the_help_page_name_the_helper(world: Any) -> None:
    address = reverse("core:notification-list")
    assert PHONE not in world.client(world.staff).get(address).content.decode()
    _name(world)
    client = world.client(world.staff)
    page = client.get(address).content.decode()
    assert 'href="tel:081234567890"' in page
    assert world.colleague.name in page
    assert client.get(reverse("help")).content.decode().count(PHONE) == 2
    assert PHONE not in world.client(world.stranger).get(address).content.decode()
    assert PHONE not in world.client().get(reverse("help")).content.decode()
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("help"))
    asked = [query for query in captured.captured_queries if "employees_unithelper" in query["sql"]]
    assert len(asked) == 1, "once per request, however often the page shows it"


def test_the_leader_names_and_ends_the_helper_on_a_page(world: Any) -> None:
    client = world.client(world.head)
    address = reverse("employees:helper-name", args=[world.unit.pk])
    sent = {"person": world.colleague.pk, "query": "Bidan", "phone": PHONE}
    for wrong in ({"phone": "telepon saya"}, {"person": ""}, {"phone": ""}):
        response = client.post(address, sent | wrong)
        assert response.status_code == 422
        assert "Bidan" in response.content.decode()
    assert not UnitHelper.objects.exists()
    assert client.post(address, sent).status_code == 302
    assert UnitHelper.objects.get().employee == world.colleague
    assert PHONE in client.get(reverse("employees:helper-list")).content.decode()
    end = reverse("employees:helper-end", args=[world.unit.pk])
    assert world.client(world.staff).post(end).status_code == 403
    assert world.client(world.stranger_head).post(end).status_code == 404
    assert UnitHelper.objects.count() == 1
    assert client.post(end).status_code == 302
    assert selectors.helper_for(world.staff.user, TODAY) is None


def test_a_leader_names_no_helper_for_a_unit_above(world: Any) -> None:
    address = reverse("employees:helper-name", args=[world.agency.pk])
    sent = {"person": world.colleague.pk, "query": "Bidan", "phone": PHONE}
    assert world.client(world.head).post(address, sent).status_code in {403, 404}
    assert not UnitHelper.objects.exists()


def test_the_list_asks_the_same_for_one_unit_and_for_many(world: Any) -> None:
    client = world.client(world.head)
    _name(world)
    client.get(reverse("employees:helper-list"))  # the first request of a session writes it
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("employees:helper-list")).status_code == 200
        counts.append(len(captured))
        below = world.make_unit(f"Ruang {number}", "tim", world.unit)
        _name(world, unit=below)
    assert counts[0] == counts[1]
