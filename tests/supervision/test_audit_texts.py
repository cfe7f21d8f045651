"""Entries of the audit log as the auditor's room tells them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import audit
from apps.core.models import AuditEntry
from apps.supervision import audit_texts

pytestmark = pytest.mark.django_db


def _entry(world: Any, action: str, by: Any) -> AuditEntry:
    return audit.record(action, target=world.staff, by=by, scope=world.government.code)


def test_an_entry_reads_as_a_sentence_with_a_name(world: Any) -> None:
    without = world.make_employee("Tanpa Akun", world.unit)
    type(without).objects.filter(pk=without.pk).update(user=None)
    without.refresh_from_db()
    entries = [
        _entry(world, "assessments.report.submitted", world.staff),
        _entry(world, "indicators.skp.approved", world.personnel_officer),
        _entry(world, "assessments.evaluation.lapsed", None),
        _entry(world, "employees.employee.imported", without),
    ]
    told = audit_texts.told(entries)
    assert all(row["sentence"] for row in told)
    names = [row["who"] for row in told]
    assert names[:2] == [world.staff.user.display_name, world.personnel_officer.display_name]
    assert (names[2] != "system", names[3]) == (True, without.full_name)


def test_an_entry_without_a_sentence_keeps_its_code(world: Any) -> None:
    (row,) = audit_texts.told([_entry(world, "assessments.report.teleported", "import:7")])
    assert (row["sentence"], row["entry"].action) == ("", "assessments.report.teleported")
    assert row["who"] == "import:7"


def test_many_entries_cost_as_much_as_one(world: Any) -> None:
    entries = [
        _entry(world, "assessments.report.submitted", who)
        for who in (world.staff, world.head, world.colleague)
    ]
    counts = []
    for rows in (entries[:1], entries):
        with CaptureQueriesContext(connection) as captured:
            audit_texts.told(rows)
        counts.append(len(captured))
    assert counts[0] == counts[1]
