"""The pages of load and loans."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import policy
from apps.employees.models import SupervisionLoan
from tests.world import NOW, World

TODAY = date(2026, 9, 15)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 9, 15, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def busy(world: World) -> World:
    """Five people of the head, each more than a fifth of the time there is; a second head below the agency helps."""
    for number in range(3):
        world.make_employee(f"Staf {number}", world.unit, appraiser=world.head)
    other = world.make_unit("Puskesmas Mata", "puskesmas", world.agency)
    world.helper = world.make_employee("Kepala Mata", other, is_head=True, appraiser=world.agency_head)  # type: ignore[attr-defined]
    world.make_employee("Staf Mata", other, appraiser=world.helper)  # type: ignore[attr-defined]
    policy.set_value(
        "supervision.minutes_feedback",
        "1300",
        scope=world.government.code,
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    return world


def test_the_page_shows_those_below_and_orders_by_spare_time(busy: World) -> None:
    page = busy.client(busy.agency_head).get(reverse("supervision:load"))
    assert page.status_code == 200
    assert next(iter(page.context["page"].object_list)).employee == busy.head
    assert busy.stranger_head not in {row.employee for row in page.context["page"].object_list}
    assert page.context["overloaded"] == page.context["impossible"] == 1
    office = busy.client(busy.personnel_officer).get(reverse("supervision:load"))
    assert busy.stranger_head in {row.employee for row in office.context["page"].object_list}


@pytest.mark.parametrize("who", ["staff", "stranger", "foreigner", "auditor"])
def test_whoever_leads_nothing_sees_nothing(busy: World, who: str) -> None:
    client = busy.client(getattr(busy, who))
    for name in ("supervision:load", "supervision:loan-suggest"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("supervision:load-person", args=[busy.head.pk])).status_code == 403


def test_suggested_loans_are_looked_at_and_then_lent(busy: World) -> None:
    client = busy.client(busy.agency_head)
    address = reverse("supervision:loan-suggest")
    preview = client.get(address)
    offers = [offer.value for offer in preview.context["proposal"].offers]
    assert offers
    assert not SupervisionLoan.objects.exists(), "a look lends nothing"
    data = {"loans": offers, "since": "2026-09-15", "until": "2026-09-30", "reason": "Beban"}
    assert client.post(address, {**data, "reason": ""}).status_code == 422
    assert (
        client.post(address, {**data, "loans": [f"{busy.staff.pk}:{busy.stranger_head.pk}"]}).status_code
        == 422
    )
    assert not SupervisionLoan.objects.exists()
    assert client.post(address, data).status_code == 302
    loan = SupervisionLoan.objects.get()
    assert (loan.lender, loan.holder, loan.kind) == (busy.head, busy.helper, "loan")  # type: ignore[attr-defined]
    assert client.get(reverse("supervision:load")).context["overloaded"] == 0


def test_one_refusal_lends_nobody(busy: World) -> None:
    client = busy.client(busy.agency_head)
    address = (
        reverse("supervision:loan-suggest") + f"?penilai={busy.head.pk}&dari=2026-09-21&sampai=2026-09-25"
    )
    offers = [offer.value for offer in client.get(address).context["proposal"].offers]
    assert len(offers) > 1
    person, _colon, holder = offers[-1].partition(":")
    SupervisionLoan.objects.create(
        employee_id=int(person),
        lender=busy.head,
        holder_id=int(holder),
        kind="loan",
        reason="lain",
        period=DateRange(date(2026, 9, 25), date(2026, 9, 26)),
        granted_at=NOW,
    )
    data = {"loans": offers, "since": "2026-09-21", "until": "2026-09-25", "reason": "Cuti tahunan"}
    assert client.post(address, data).status_code == 422
    assert SupervisionLoan.objects.count() == 1
    assert client.post(address, {**data, "loans": offers[:-1]}).status_code == 302
    assert set(SupervisionLoan.objects.exclude(reason="lain").values_list("kind", flat=True)) == {"leave"}


def test_one_person_is_lent_and_given_back(busy: World) -> None:
    client = busy.client(busy.agency_head)
    address = reverse("supervision:loan-grant", args=[busy.staff.pk])
    holders = [key for key, _label in client.get(address).context["form"].fields["holder"].choices if key]
    assert busy.helper.pk in holders  # type: ignore[attr-defined]
    assert busy.agency_head.pk not in holders
    data = {"holder": busy.helper.pk, "since": "2026-09-15", "until": "2026-09-30", "reason": "Beban"}  # type: ignore[attr-defined]
    kept = client.post(address, {**data, "until": "2026-09-01"})
    assert kept.status_code == 422
    assert "Beban" in kept.content.decode()
    assert not SupervisionLoan.objects.exists()
    assert client.post(address, data).status_code == 302
    loan = SupervisionLoan.objects.get()
    assert client.post(address, data).status_code == 422
    mine = busy.client(busy.staff).get(reverse("supervision:loan-mine")).content.decode()
    assert busy.helper.full_name in mine  # type: ignore[attr-defined]
    end = reverse("supervision:loan-end", args=[loan.pk])
    assert busy.client(busy.staff).post(end).status_code == 403
    assert busy.client(busy.stranger).post(end).status_code == 404
    loan.refresh_from_db()
    assert loan.ended_at is None
    assert busy.client(busy.head).post(end).status_code == 302
    loan.refresh_from_db()
    assert loan.ended_at is not None


def test_nobody_lends_their_own_people(busy: World) -> None:
    client = busy.client(busy.head)
    assert client.get(reverse("supervision:load")).status_code == 200
    assert client.get(reverse("supervision:loan-grant", args=[busy.staff.pk])).status_code == 403


def test_the_same_queries_for_one_and_many_loans(busy: World) -> None:
    client = busy.client(busy.agency_head)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("supervision:load")).status_code == 200
        return len(seen)

    def lend(person: Any) -> None:
        SupervisionLoan.objects.create(
            employee=person,
            lender=busy.head,
            holder=busy.helper,  # type: ignore[attr-defined]
            kind="loan",
            reason="x",
            period=DateRange(TODAY, date(2026, 10, 1)),
            granted_at=NOW,
        )

    lend(busy.staff)
    count()
    first = count()
    lend(busy.colleague)
    boss = busy.make_employee("Kepala Baru", busy.agency, appraiser=busy.agency_head)
    busy.make_employee("Anak Baru", busy.agency, appraiser=boss)
    assert count() == first
