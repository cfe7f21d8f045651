"""Who opened my record."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.assessments.models import ReportVersion
from apps.employees.models import RecordView
from apps.employees.services import record_views
from tests.world import NOW

pytestmark = pytest.mark.django_db
ADDRESS = "/saya/dibuka/"


def test_the_person_page_notes_who_looked_and_in_which_capacity(world: Any) -> None:
    with time_machine.travel(NOW, tick=False):
        address = reverse("employees:detail", args=[world.staff.pk])
        for who in (world.head, world.auditor, world.staff):
            assert world.client(who).get(address).status_code == 200
        assert world.client(world.stranger).get(address).status_code == 404
        page = world.client(world.staff).get(ADDRESS)
    rows = page.context["page"].object_list
    assert {row.viewer.pk for row in rows} == {world.head.user_id, world.auditor.pk}
    offices = {row.viewer.pk: row.offices for row in rows}
    assert offices[world.head.user_id] == [f"{world.head.placements.get().position.title}, {world.unit.name}"]
    assert world.root.name in offices[world.auditor.pk][0]
    assert world.head.name in page.content.decode()


def test_pages_of_reports_evaluations_plans_and_learning_note_it_too(world: Any) -> None:
    from tests.reports.evaluated import evaluate

    evaluation = evaluate(world, world.staff)
    report = world.make_report(evaluation.skp, evaluation.period, status="submitted")
    nothing = {key: [] for key in ("results", "evidence", "questions")}
    texts = dict.fromkeys(("achievements", "obstacles", "support_needed"), "")
    ReportVersion.objects.create(
        report=report, version=1, content={"progress_entries": 0, **nothing, **texts}, submitted_at=NOW
    )
    client = world.client(world.head)
    for name, argument in (
        ("indicators:skp-detail", evaluation.skp_id),
        ("assessments:evaluation-detail", evaluation.pk),
        ("assessments:review-detail", report.pk),
        ("training:person", world.staff.pk),
    ):
        assert client.get(reverse(name, args=[argument])).status_code == 200
    seen = RecordView.objects.filter(employee=world.staff, viewer=world.head.user)
    assert set(seen.values_list("what", flat=True)) == {"plan", "evaluation", "report", "learning"}


def test_my_list_is_mine_alone_and_asks_the_same_for_many(world: Any) -> None:
    client = world.client(world.staff)
    client.get(ADDRESS)  # the first request of a session writes it
    counts = []
    for hours in (1, 9):
        for hour in range(hours):
            for who in (world.head.user, world.auditor):
                record_views.note(
                    viewer=who, employee=world.staff, what="person", at=NOW + timedelta(hours=hour)
                )
        with CaptureQueriesContext(connection) as captured:
            page = client.get(ADDRESS)
        counts.append(len(captured))
    assert len(page.context["page"].object_list) == 18
    assert counts[0] == counts[1]
    assert list(world.client(world.colleague).get(ADDRESS).context["page"].object_list) == []
    assert world.client(world.auditor).get(ADDRESS).status_code == 403


def test_one_record_read_through_the_api_is_noted_too(world: Any) -> None:
    from tests.reports.evaluated import evaluate

    evaluation = evaluate(world, world.staff)
    client = world.client(world.head)
    for name, argument in (
        ("employee-detail", world.staff.pk),
        ("skp-detail", evaluation.skp_id),
        ("evaluation-detail", evaluation.pk),
    ):
        assert client.get(reverse(f"api:{name}", args=[argument])).status_code == 200
    seen = RecordView.objects.filter(employee=world.staff, viewer=world.head.user)
    assert set(seen.values_list("what", flat=True)) == {"person", "plan", "evaluation"}
