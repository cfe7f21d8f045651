"""The supervisor's side: the list, and one report on one page."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import ReportVersion, SelfReport
from apps.assessments.services import reports

from ..conftest import NOW, fill
from ..test_services_reports import state

LIST = "/pengawas/laporan/"


def test_a_draft_looks_like_nothing(world: Any, draft: Any) -> None:
    fill(draft, text="Rahasia sampai dikirim")
    answer = world.client(world.head).get(LIST)
    people = {person.pk: person for person in answer.context["page"].object_list}
    assert set(people) == {world.staff.pk, world.colleague.pk}
    assert (people[world.staff.pk].report_id, people[world.colleague.pk].report_id) == (None, None)
    assert answer.context["counts"]["belum"] == 2


def test_the_list_counts_and_filters(world: Any, sent: Any) -> None:
    client = world.client(world.head)
    answer = client.get(LIST)
    assert answer.context["counts"] == {
        "semua": 2,
        "menunggu": 1,
        "belum": 1,
        "dikembalikan": 0,
        "diterima": 0,
        "terlambat": 0,
    }
    waiting = client.get(f"{LIST}?status=menunggu").context["page"].object_list
    assert [person.pk for person in waiting] == [world.staff.pk]


def test_nobody_elses_people(world: Any, sent: Any) -> None:
    for who in ("staff", "stranger_head", "foreigner"):
        page = world.client(getattr(world, who)).get(f"{LIST}?lingkup=semua").content.decode()
        assert f"/pengawas/laporan/{sent.pk}/" not in page


def test_the_list_costs_the_same_for_one_and_three_people(world: Any, sent: Any, period: Any) -> None:
    client = world.client(world.head)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    cost()
    two = cost()
    for name in ("Perawat Dua", "Perawat Tiga"):
        person = world.make_employee(name, world.unit, appraiser=world.head)
        world.make_report(world.make_skp(person), period, status="submitted")
    assert cost() == two


def test_the_review_shows_what_was_sent_and_not_the_draft(world: Any, sent: Any) -> None:
    reports.return_report(report_id=sent.pk, note="Lengkapi", by=world.head, at=NOW)
    fill(sent, text="Belum selesai ditulis")
    page = world.client(world.head).get(f"/pengawas/laporan/{sent.pk}/").content.decode()
    assert "Pemeriksaan berjalan setiap hari kerja." in page
    assert "Belum selesai ditulis" not in page


def test_what_differs_from_the_period_before_is_bold_and_stands_beside_the_target(
    world: Any, sent: Any, skp: Any, periods: Any
) -> None:
    content = ReportVersion.objects.get(report=sent).content
    content["results"][0]["indicators"][0]["realization"] = "70"
    earlier = world.make_report(skp, periods[1], status="submitted")
    ReportVersion.objects.create(report=earlier, version=1, content=content, submitted_at=NOW)
    answer = world.client(world.head).get(f"/pengawas/laporan/{sent.pk}/")
    assert [row["differs"] for row in answer.context["comparison"]] == [True, False]
    assert answer.content.decode().count("<strong>82") == 1
    assert {row["now"]["target"] for row in answer.context["comparison"]} == {"100"}


def test_accepted_once_with_the_report_open(world: Any, sent: Any) -> None:
    client = world.client(world.head)
    data = {"version": 1, "note": "Bagus", "_key": "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"}
    for _ in range(2):
        assert client.post(f"/pengawas/laporan/{sent.pk}/terima/", data).status_code == 302
    report = SelfReport.objects.get()
    assert (report.status, report.decision_note, report.decisions.count()) == ("accepted", "Bagus", 2)


def test_returned_only_with_a_note(world: Any, sent: Any) -> None:
    client = world.client(world.head)
    before = state(sent)
    assert (
        client.post(f"/pengawas/laporan/{sent.pk}/kembalikan/", {"version": 1, "note": " "}).status_code
        == 422
    )
    assert state(sent) == before
    client.post(f"/pengawas/laporan/{sent.pk}/kembalikan/", {"version": 1, "note": "Lampirkan bukti"})
    assert SelfReport.objects.get().status == "returned"


def test_a_report_that_changed_meanwhile_is_not_decided(world: Any, sent: Any) -> None:
    reports.recall_report(report_id=sent.pk, by=world.staff, at=NOW)
    reports.submit_report(report_id=sent.pk, by=world.staff, at=NOW)
    before = state(sent)
    answer = world.client(world.head).post(
        f"/pengawas/laporan/{sent.pk}/terima/", {"version": 1, "note": "Baik"}
    )
    assert (answer.status_code, answer.context["is_stale"]) == (409, True)
    assert state(sent) == before


def test_a_note_that_came_too_late_is_not_lost(world: Any, sent: Any) -> None:
    """Two browsers of one supervisor: the slower one finds no field any more, so the page shows the note (F17)."""
    client = world.client(world.head)
    client.post(f"/pengawas/laporan/{sent.pk}/terima/", {"version": 1, "note": ""})
    before = state(sent)
    answer = client.post(
        f"/pengawas/laporan/{sent.pk}/kembalikan/", {"version": 1, "note": "Lampirkan bukti"}
    )
    assert answer.status_code == 409
    assert "Lampirkan bukti" in answer.content.decode()
    assert state(sent) == before


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("stranger", 404),
        ("foreigner", 404),
        ("colleague", 404),
        ("staff", 403),
        ("auditor", 403),
        ("agency_head", 403),
    ],
)
def test_nobody_but_the_appraiser_decides(world: Any, sent: Any, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    before = state(sent)
    for action in ("terima", "kembalikan"):
        answer = client.post(f"/pengawas/laporan/{sent.pk}/{action}/", {"version": 1, "note": "Catatan"})
        assert answer.status_code == status
    assert state(sent) == before


def test_the_period_before_stands_beside(world: Any, skp: Any, periods: list[Any]) -> None:
    for number, value in ((1, "70"), (2, "82.5")):
        report = reports.open_report(employee=world.staff, period=periods[number], by=world.staff, at=NOW)
        fill(report, value=value)
        reports.submit_report(report_id=report.pk, by=world.staff, at=NOW)
    rows = world.client(world.head).get(f"/pengawas/laporan/{report.pk}/").context["comparison"]
    assert [(row["before"]["realization"], row["now"]["realization"]) for row in rows] == [("70", "82.5")] * 2
