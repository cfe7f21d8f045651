"""The same form sent twice at the same moment lends once and lets an auditor in once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.employees.models import SupervisionLoan
from apps.supervision.models import AuditEngagement
from tests.parallel import post_together

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7c11"


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 9, 15, 2, 0, tzinfo=UTC), tick=False):
        yield


def test_a_loan_is_granted_once(world: Any) -> None:
    other = world.make_unit("Puskesmas Mata", "puskesmas", world.agency)
    helper = world.make_employee("Kepala Mata", other, is_head=True, appraiser=world.agency_head)
    world.make_employee("Staf Mata", other, appraiser=helper)
    address = reverse("supervision:loan-grant", args=[world.staff.pk])
    sent = {"holder": helper.pk, "since": "2026-09-15", "until": "2026-09-30", "reason": "Beban", "_key": KEY}
    answers = post_together([world.client(world.agency_head) for _ in range(2)], address, sent)
    assert answers == [(302, reverse("supervision:load-person", args=[world.head.pk]))] * 2
    assert SupervisionLoan.objects.get().holder == helper
    assert AuditEntry.objects.filter(action="supervision.loan.granted").count() == 1


def test_an_auditor_is_let_in_once(world: Any) -> None:
    sent = {
        "auditor": world.auditor.pk,
        "unit": world.agency.pk,
        "year_from": "2026",
        "year_to": "2026",
        "since": "2026-09-15",
        "until": "2026-09-30",
        "purpose": "Pemeriksaan reguler",
        "_key": KEY,
    }
    clients = [world.client(world.personnel_officer) for _ in range(2)]
    answers = post_together(clients, reverse("supervision:audit-engagement-grant"), sent)
    row = AuditEngagement.objects.get()
    assert answers == [(302, reverse("supervision:audit-engagement", args=[row.pk]))] * 2
    assert AuditEntry.objects.filter(action="supervision.audit_engagement.granted").count() == 1
