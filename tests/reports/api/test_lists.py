"""Lists of the API: who sees which rows, allowed filters, pages, the same queries for one row or three."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.feedback.models import Complaint
from apps.training.models import Certificate, Programme, Session, Topic, TrainingNeed

from ..evaluated import evaluate, quarter

pytestmark = pytest.mark.django_db
API = "/api/v1"

PRIVATE = (
    "employees",
    "units",
    "skp",
    "self-reports",
    "evaluations",
    "complaints",
    "trainings/programmes",
    "trainings/sessions",
    "trainings/needs",
    "trainings/certificates",
)


def rows(client: Any, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def topic() -> Topic:
    return Topic.objects.get_or_create(code="komunikasi-uji", defaults={"name": "Komunikasi"})[0]


def need(employee: Any) -> TrainingNeed:
    return TrainingNeed.objects.create(
        employee=employee, topic=topic(), reason_code="low_behavior", proposed_at=timezone.now()
    )


def certificate(employee: Any, number: str = "S-1") -> Certificate:
    return Certificate.objects.create(
        employee=employee,
        name="Kursus",
        organizer="BKPSDM",
        kind="klasikal",
        jp=Decimal(10),
        number=number,
        starts_on=date(2026, 5, 1),
        ends_on=date(2026, 5, 2),
    )


def programme(world: Any, name: str = "Komunikasi layanan") -> Programme:
    made = Programme.objects.create(
        government=world.government, name=name, kind="klasikal", jp=Decimal(20), organizer="BKPSDM"
    )
    made.topics.add(topic())
    return made


def session(world: Any) -> Session:
    return Session.objects.create(
        programme=programme(world), starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 2), seats=20
    )


def complaint(unit: Any, number: int = 1, **changes: Any) -> Complaint:
    values = {
        "government": unit.government,
        "unit": unit,
        "number": f"ADU-UJI-{unit.pk}-{number}",
        "secret_hash": "x",
        "kind": "tidak_berkadar_pengawasan",
        "subject": "Antre lama",
        "body": "Hubungi 081234567890",
        "received_at": timezone.now(),
        "due_on": date(2026, 12, 1),
    }
    return Complaint.objects.create(**(values | changes))


@pytest.mark.parametrize("path", PRIVATE)
def test_nobody_is_refused_with_a_problem_document(world: Any, path: str) -> None:
    answer = world.client().get(f"{API}/{path}/")
    assert answer.status_code in {401, 403}
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


def test_people_are_those_one_may_see(world: Any) -> None:
    def names(who: Any) -> set[str]:
        return {row["name"] for row in rows(world.client(who), "employees/")}

    assert names(world.staff) == {"Perawat Contoh"}
    assert names(world.head) == {"Kepala Puskesmas Contoh", "Perawat Contoh", "Bidan Contoh"}
    assert names(world.foreigner) == {"Perawat Contoh"}
    assert {row["id"] for row in rows(world.client(world.foreigner), "employees/")} == {world.foreigner.pk}
    row = next(row for row in rows(world.client(world.head), "employees/") if row["id"] == world.staff.pk)
    assert row["unit"] == {"id": world.unit.pk, "name": "Puskesmas Lepo-Lepo"}
    assert row["appraiser"] == {"id": world.head.pk, "name": "Kepala Puskesmas Contoh"}


@pytest.mark.parametrize(
    "path", ["skp", "self-reports", "evaluations", "trainings/needs", "trainings/certificates"]
)
def test_personal_rows_are_seen_by_the_same_people_as_on_the_pages(world: Any, path: str) -> None:
    evaluation = evaluate(world, world.staff)
    world.make_report(evaluation.skp, quarter(world), status="submitted")
    need(world.staff)
    certificate(world.staff)
    for who in (world.staff, world.head, world.agency_head, world.personnel_officer, world.auditor):
        (row,) = rows(world.client(who), f"{path}/")
        assert row["employee"] == {"id": world.staff.pk, "name": "Perawat Contoh"}
    for who in (world.colleague, world.stranger, world.stranger_head, world.foreigner):
        assert rows(world.client(who), f"{path}/") == []


@pytest.mark.parametrize("path", ["employees", "skp", "self-reports", "evaluations"])
def test_details_of_others_do_not_exist(world: Any, path: str) -> None:
    evaluation = evaluate(world, world.staff)
    report = world.make_report(evaluation.skp, quarter(world), status="submitted")
    pk = {
        "employees": world.staff.pk,
        "skp": evaluation.skp_id,
        "self-reports": report.pk,
        "evaluations": evaluation.pk,
    }[path]
    assert world.client(world.head).get(f"{API}/{path}/{pk}/").status_code == 200
    for who in (world.colleague, world.stranger, world.foreigner):
        answer = world.client(who).get(f"{API}/{path}/{pk}/")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


def test_an_evaluation_is_hidden_from_the_person_until_it_is_handed_over(world: Any) -> None:
    evaluation = evaluate(world, world.staff, status="rated")
    assert rows(world.client(world.staff), "evaluations/") == []
    assert world.client(world.staff).get(f"{API}/evaluations/{evaluation.pk}/").status_code == 404
    assert len(rows(world.client(world.head), "evaluations/")) == 1


def test_an_unsent_draft_shows_no_content_to_anybody(world: Any) -> None:
    skp = world.make_skp(world.staff)
    report = world.make_report(skp, quarter(world))
    report.achievements = "Belum selesai ditulis"
    report.save()
    assert rows(world.client(world.head), "self-reports/") == []
    answer = world.client(world.staff).get(f"{API}/self-reports/{report.pk}/")
    assert answer.json()["sent"] is None
    assert "Belum selesai" not in answer.content.decode()


def test_a_plan_comes_with_its_contents(world: Any) -> None:
    skp = world.make_skp(world.staff)
    plan = world.client(world.staff).get(f"{API}/skp/{skp.pk}/").json()
    (result,) = plan["results"]
    assert [(row["target"], row["measure"]) for row in result["indicators"]] == [("100", "pemeriksaan")] * 2


def test_complaints_are_for_those_who_handle_them_and_without_personal_data(world: Any) -> None:
    mine = complaint(world.unit)
    complaint(world.other_agency)
    complaint(world.unit, 2, is_quarantined=True)
    officer = world.make_role_user("feedback_officer", world.unit)
    for who in (world.head, officer):
        (row,) = rows(world.client(who), "complaints/")
        assert row["number"] == mine.number
        assert "081234567890" not in row["body"]
        assert "contact" not in row
    for who in (world.staff, world.foreigner):
        assert rows(world.client(who), "complaints/") == []
    url = f"{API}/complaints/{mine.number}/"
    assert world.client(world.head).get(url).status_code == 200
    assert world.client(world.stranger_head).get(url).status_code == 404


def test_trainings_on_offer_are_those_of_ones_own_government(world: Any) -> None:
    made = session(world)
    for path in ("trainings/programmes/", "trainings/sessions/"):
        assert len(rows(world.client(world.staff), path)) == 1
        assert rows(world.client(world.foreigner), path) == []
    assert rows(world.client(world.staff), "trainings/sessions/")[0]["free"] == 20
    (row,) = rows(world.client(world.staff), "trainings/programmes/?topic=komunikasi-uji")
    assert row["id"] == made.programme_id
    assert rows(world.client(world.staff), "trainings/programmes/?topic=lain") == []


def test_filters_narrow_and_unknown_ones_are_refused(world: Any) -> None:
    evaluate(world, world.staff)
    evaluate(world, world.colleague, status="rated", predikat="kurang")
    client = world.client(world.head)
    assert len(rows(client, "evaluations/")) == 2
    assert [row["employee"]["id"] for row in rows(client, "evaluations/?predikat=kurang")] == [
        world.colleague.pk
    ]
    assert len(rows(client, f"evaluations/?unit={world.unit.pk}&period={quarter(world).pk}")) == 2
    assert rows(client, "evaluations/?unit=999999") == []
    for wrong in (
        "predicate=kurang",
        "predikat=buruk",
        "unit=abc",
        "unit=-1",
        "unit=99999999999999999999",
        "unit=²",
    ):
        answer = client.get(f"{API}/evaluations/?{wrong}")
        assert answer.status_code == 400, wrong
        assert list(answer.json()["errors"]) == [wrong.split("=")[0]]
    assert len(rows(client, f"employees/?unit={world.unit.pk}&q=perawat")) == 1
    assert rows(client, "employees/?unit=999999") == []
    assert client.get(f"{API}/employees/?q=%00").status_code == 400
    assert client.get(f"{API}/employees/?is_active=maybe").status_code == 400
    assert len(rows(client, "employees/?is_active=true")) == 3


def test_a_filter_never_opens_what_is_not_visible(world: Any) -> None:
    evaluate(world, world.staff)
    assert rows(world.client(world.stranger), f"evaluations/?employee={world.staff.pk}") == []
    assert rows(world.client(world.stranger), f"employees/?unit={world.unit.pk}") == []


def test_pages_by_cursor_reach_every_row_once(world: Any) -> None:
    for number in range(5):
        world.make_employee(f"Rekan {number} Contoh", world.unit, appraiser=world.head)
    client = world.client(world.head)
    found: list[int] = []
    url: str | None = f"{API}/employees/?page_size=3"
    while url:
        page = client.get(url).json()
        assert len(page["results"]) <= 3
        found += [row["id"] for row in page["results"]]
        url = page["next"]
    assert len(found) == len(set(found)) == 8
    assert client.get(f"{API}/employees/?cursor=nonsense").status_code == 404


MAKERS: dict[str, Callable[[Any, Any], Any]] = {
    "employees": lambda world, person: person,
    "units": lambda world, person: world.make_unit(f"Bidang {person.pk}", "bidang", world.unit),
    "skp": lambda world, person: world.make_skp(person),
    "self-reports": lambda world, person: world.make_report(
        world.make_skp(person), quarter(world), status="submitted"
    ),
    "evaluations": evaluate,
    "complaints": lambda world, person: complaint(world.unit, person.pk),
    "services": lambda world, person: world.make_service(),
    "trainings/programmes": lambda world, person: programme(world, f"Kursus {person.pk}"),
    "trainings/sessions": lambda world, person: session(world),
    "trainings/needs": lambda world, person: need(person),
    "trainings/certificates": lambda world, person: certificate(person, f"S-{person.pk}"),
}


@pytest.mark.parametrize("path", MAKERS)
def test_one_row_and_four_cost_the_same_queries(world: Any, path: str) -> None:
    client = world.client(world.agency_head)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as found:
            count = len(rows(client, f"{path}/"))
        return count, len(found)

    MAKERS[path](world, world.make_employee("Rekan Pertama Contoh", world.unit, appraiser=world.head))
    cost()
    before, queries = cost()
    for number in range(3):
        MAKERS[path](world, world.make_employee(f"Rekan {number} Contoh", world.unit, appraiser=world.head))
    after, more = cost()
    assert after == before + 3
    assert more == queries


def test_an_address_that_does_not_exist_answers_as_the_api_does(world: Any) -> None:
    for method in ("get", "post", "delete"):
        answer = getattr(world.client(), method)(f"{API}/nothing/here/")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_lists_cannot_be_written_to(world: Any, method: str) -> None:
    client = world.client(world.staff)
    for path in ("employees", "skp", "evaluations", "self-reports"):
        assert getattr(client, method)(f"{API}/{path}/").status_code == 405
