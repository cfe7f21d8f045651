"""Pages of competences, the gap analysis, the import, wishes, plans of a year and diplomas."""

import uuid
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import policy
from apps.core.models import AuditEntry
from apps.training.models import (
    Competence,
    CompetenceAssessment,
    CompetenceImport,
    EducationRecord,
    TrainingNeed,
    TrainingPlan,
)
from tests.access.training_competences import _diploma
from tests.training.competence_story import assess, make_competence
from tests.training.story import AT, make_need, make_topic

pytestmark = pytest.mark.django_db
AKPK = "/pelatihan/akpk/"


@pytest.fixture(autouse=True)
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def url(name: str, *args: Any) -> str:
    return reverse(f"training:{name}", args=args)


def level_data(competence: Competence, **values: Any) -> dict[str, Any]:
    return {"competence": competence.pk, "level": 1, "assessed_on": "01/10/2026", "method": "test", **values}


# --- levels of a person


def test_i_see_my_levels_gaps_and_needs(world: Any) -> None:
    competence = make_competence(world)
    make_competence(world, "integritas")
    client = world.client(world.personnel_officer)
    client.post(url("competence-person", world.staff.pk), level_data(competence))
    response = world.client(world.staff).get("/pembelajaran/kompetensi/")
    assert [(row["name"], row["gap"].gap) for row in response.context["rows"]] == [
        ("Integritas", None),
        ("Komunikasi", 2),
    ]
    assert [need.reason_code for need in response.context["needs"]] == ["competence_gap"]
    assert response.context["form"] is None


def test_an_officer_enters_a_level_once_and_errors_keep_what_was_typed(world: Any) -> None:
    competence, client = make_competence(world), world.client(world.personnel_officer)
    page = url("competence-person", world.staff.pk)
    response = client.post(page, level_data(competence, assessed_on="13/10/2026", note="LAP-9"))
    assert (response.status_code, CompetenceAssessment.objects.count()) == (422, 0)
    assert "LAP-9" in response.content.decode()
    key = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(page, level_data(competence, _key=key)).status_code == 302
    assert CompetenceAssessment.objects.count() == 1
    assert client.post(page, level_data(competence)).status_code == 422
    assert CompetenceAssessment.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("auditor", 403), ("stranger", 404), ("staff", 302)]
)
def test_who_may_not_enter_levels(world: Any, who: str, status: int) -> None:
    competence = make_competence(world)
    response = world.client(getattr(world, who)).post(
        url("competence-person", world.staff.pk), level_data(competence)
    )
    assert (response.status_code, CompetenceAssessment.objects.count()) == (status, 0)


def test_a_level_is_taken_back_with_a_reason(world: Any) -> None:
    row, client = assess(world, make_competence(world), 2), world.client(world.personnel_officer)
    assert client.post(url("assessment-revoke", row.pk), {"note": ""}).status_code == 422
    assert client.post(url("assessment-revoke", row.pk), {"note": "Salah orang"}).status_code == 302
    row.refresh_from_db()
    assert row.revoke_note == "Salah orang"


# --- the catalogue


def test_the_office_starts_adds_and_changes(world: Any) -> None:
    client = world.client(world.personnel_officer)
    client.post(url("competence-start"))
    assert Competence.objects.count() == 9
    data = {"name": "Kearsipan", "code": "kearsipan", "kind": "teknis"}
    response = client.post(url("competence-add"), data)
    row = Competence.objects.get(code="kearsipan")
    assert response["Location"] == url("competence-detail", row.pk)
    assert client.post(url("competence-add"), data).status_code == 422
    client.post(
        url("competence-change", row.pk), {"name": "Arsip", "is_active": "on", "level_2": "Menata sendiri"}
    )
    row.refresh_from_db()
    assert (row.name, row.descriptions.get().text) == ("Arsip", "Menata sendiri")
    page = url("standard-set", row.pk)
    assert client.post(page, {"level": "3", "since": "01/10/2026"}).status_code == 422
    assert row.standards.count() == 0
    client.post(page, {"level": "3", "since": "01/10/2026", "job_family": "Arsiparis"})
    assert client.get(url("competence-detail", row.pk)).content.decode().count("Arsiparis") >= 1
    later = client.post(page, {"level": "2", "since": "01/09/2026", "job_family": "Arsiparis"})
    assert (later.status_code, row.standards.get().level) == (422, 3)


def test_others_do_not_change_the_catalogue(world: Any) -> None:
    row = make_competence(world)
    for who in (world.head, world.staff, world.auditor):
        client = world.client(who)
        assert client.post(url("competence-start")).status_code == 403
        assert client.post(url("standard-set", row.pk), {}).status_code == 403
        assert client.post(url("competence-change", row.pk), {"name": "x"}).status_code == 403
    row.refresh_from_db()
    assert (row.name, Competence.objects.count()) == ("Komunikasi", 1)


# --- the gap analysis


def few(world: Any, minimum: int = 1) -> None:
    policy.set_value(
        "training.gap_minimum_people",
        minimum,
        scope="kendari",
        valid_from=AT.date().replace(month=1),
        by=None,
        reason="uji",
    )


def test_figures_of_few_people_are_hidden(world: Any) -> None:
    competence = make_competence(world)
    for person in (world.staff, world.colleague):
        assess(world, competence, 1, employee=person)
    client = world.client(world.personnel_officer)
    [(line, _kind)] = client.get(AKPK).context["lines"]
    assert (line.is_hidden, line.people) == (True, 3)
    few(world, 2)
    [(line, _kind)] = client.get(AKPK).context["lines"]
    assert (line.summary.assessed, line.summary.below, str(line.summary.mean_gap)) == (2, 2, "2.00")


def test_filters_and_who_is_below(world: Any) -> None:
    few(world)
    competence = make_competence(world)
    make_competence(world, "arsip", kind="teknis")
    assess(world, competence, 1)
    assess(world, competence, 3, employee=world.colleague)
    assess(world, competence, 1, employee=world.stranger)
    client = world.client(world.personnel_officer)

    def context(query: str) -> Any:
        return client.get(AKPK + query).context

    assert context("")["count"] == 6
    assert context(f"?unit={world.unit.pk}")["count"] == 3
    assert [line.key for line, _ in context("?jenis=teknis")["lines"]] == ["arsip"]
    assert context("?kelas=pengawas")["count"] == 1
    below = context(f"?kompetensi=komunikasi&unit={world.agency.pk}")["persons"]
    assert [row.employee for row in below.object_list] == [world.staff]
    units = context("?kompetensi=komunikasi")["unit_lines"]
    assert [(row.unit, row.people, row.below) for row in units] == [
        (world.agency, 2, 1),
        (world.other_agency, 1, 1),
    ]
    assert context("?unit=x&jenis=%00&kompetensi=%00&kelas=y")["count"] == 6


def test_a_leader_sees_only_the_own_people(world: Any) -> None:
    make_competence(world)
    context = world.client(world.head).get(AKPK).context
    assert (context["count"], context["may_propose"]) == (3, False)
    assert world.client(world.head).get(f"{AKPK}?unit={world.other_agency.pk}").context["count"] == 3
    assert world.client(world.staff).get(AKPK).status_code == 403


def test_the_page_asks_the_same_number_of_questions_for_many(world: Any) -> None:
    competence, client = make_competence(world), world.client(world.personnel_officer)
    page = f"{AKPK}?kompetensi=komunikasi"
    assess(world, competence, 1)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for number in range(4):
        person = world.make_employee(f"Staf {number}", world.unit)
        assess(world, competence, 1, employee=person)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(one)


def test_needs_are_proposed_from_the_page_for_the_chosen_unit(world: Any) -> None:
    competence = make_competence(world)
    assess(world, competence, 1)
    assess(world, competence, 1, employee=world.stranger)
    assert world.client(world.head).post(url("akpk-propose")).status_code == 403
    assert not TrainingNeed.objects.exists()
    client = world.client(world.personnel_officer)
    client.post(f"{url('akpk-propose')}?unit={world.unit.pk}")
    assert [need.employee for need in TrainingNeed.objects.order_by("pk")] == [world.staff]
    client.post(url("akpk-propose"))
    assert TrainingNeed.objects.count() == 2


def test_the_workbook_holds_the_same_and_is_audited(world: Any) -> None:
    few(world)
    assess(world, make_competence(world), 1)
    response = world.client(world.personnel_officer).get(url("akpk-export"))
    book = openpyxl.load_workbook(BytesIO(response.content))
    first, second, third = book.worksheets
    assert [cell.value for cell in first[2]] == ["Komunikasi", 3, 1, 1, 2, 2]
    assert second.max_row == 3
    names = [row[0].value for row in third.iter_rows(min_row=2)]
    assert names == sorted(names)
    assert AuditEntry.objects.filter(action="training.akpk.downloaded").count() == 1


# --- the import


def test_upload_preview_apply(world: Any) -> None:
    make_competence(world)
    client = world.client(world.personnel_officer)
    text = f"NIP,Kompetensi,Level,Tanggal\n{world.staff.nip},komunikasi,1,01-05-2026\n9,komunikasi,1,01-05-2026\n"
    response = client.post(
        url("competence-import-list"), {"file": SimpleUploadedFile("level.csv", text.encode())}
    )
    batch = CompetenceImport.objects.get()
    assert response["Location"] == url("competence-import-detail", batch.pk)
    page = client.get(response["Location"])
    assert [row.row_number for row, _problems in page.context["rows"]] == [3]
    assert CompetenceAssessment.objects.count() == 0
    for _ in range(2):
        client.post(url("competence-import-apply", batch.pk))
    assert CompetenceAssessment.objects.get().employee == world.staff
    assert client.get(f"{response['Location']}?baris=baru").status_code == 200
    assert client.post(url("competence-import-list"), {}).status_code == 422
    assert client.get(url("competence-import-template")).status_code == 200


# --- wishes


def test_my_wish_goes_to_whoever_decides(world: Any) -> None:
    topic, client = make_topic("digital"), world.client(world.staff)
    data = {"topic": topic.pk, "why": "Supaya laporan lebih cepat", "hours": "7,5"}
    key = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(url("wish-add"), {**data, "_key": key}).status_code == 302
    need = TrainingNeed.objects.get()
    assert (need.reason_code, str(need.hours)) == ("own_wish", "7.5")
    response = client.post(url("wish-add"), data)
    assert (response.status_code, TrainingNeed.objects.count()) == (422, 1)
    assert "Supaya laporan lebih cepat" in response.content.decode()
    page = world.client(world.head).get(url("need-detail", need.pk)).content.decode()
    assert "Supaya laporan lebih cepat" in page
    assert url("need-weigh", need.pk) in page
    world.client(world.head).post(url("need-weigh", need.pk), {"urgency": "now", "hours": ""})
    need.refresh_from_db()
    assert (need.urgency, need.hours) == ("now", None)
    assert client.post(url("need-weigh", need.pk), {"urgency": "later"}).status_code == 403


def test_needs_without_an_evaluation_are_found_by_the_unit_of_today(world: Any) -> None:
    need = make_need(world)
    client = world.client(world.personnel_officer)

    def shown(unit: Any) -> list[TrainingNeed]:
        page = client.get(f"/pelatihan/kebutuhan/?unit={unit.pk}").context["page"]
        return list(page.object_list)

    assert (shown(world.unit), shown(world.other_agency)) == ([need], [])
    assert list(client.get("/pelatihan/kebutuhan/").context["units"]) == [world.unit]


# --- plans


def test_a_plan_from_budget_to_evaluation(world: Any) -> None:
    need = make_need(world)
    make_need(world, "aspect_waktu")
    office, leader = world.client(world.personnel_officer), world.client(world.agency_head)
    data = {"unit": world.agency.pk, "year": "2026", "hours": "10", "seats": "5", "money": ""}
    key = str(uuid.uuid4())
    for _ in range(2):
        office.post(url("plan-year-add"), {**data, "_key": key})
    plan = TrainingPlan.objects.get()
    assert office.post(url("plan-year-add"), data).status_code == 422
    detail = url("plan-year-detail", plan.pk)
    rows = leader.get(detail).context["rows"]
    assert [row.outcome for row, _label, _tone in rows] == ["taken", "no_hours"]
    assert rows[0][0].need == need
    assert world.client(world.head).post(url("plan-year-approve", plan.pk)).status_code == 404
    assert office.post(url("plan-year-evaluate", plan.pk), {"text": "Awal"}).status_code == 302
    plan.refresh_from_db()
    assert plan.status == "draft"
    assert office.post(url("plan-year-change", plan.pk), {"hours": "x", "seats": "5"}).status_code == 422
    office.post(url("plan-year-change", plan.pk), {"hours": "20", "seats": "5"})
    leader.post(url("plan-year-approve", plan.pk))
    plan.refresh_from_db()
    assert (plan.status, plan.lines.filter(outcome="taken").count()) == ("approved", 2)
    office.post(url("plan-year-reopen", plan.pk))
    leader.post(url("plan-year-approve", plan.pk))
    assert leader.get(f"{detail}?versi=1").context["shown_version"] == 1
    office.post(url("plan-year-evaluate", plan.pk), {"text": "Separuh tercapai"})
    assert "Separuh tercapai" in leader.get(detail).content.decode()


def test_who_may_not_touch_a_plan(world: Any) -> None:
    make_need(world)
    plan = TrainingPlan.objects.create(
        government=world.government, unit=world.unit, year=2026, hours=100, seats=5, created_at=AT
    )
    for who, status in ((world.staff, 404), (world.stranger_head, 404), (world.auditor, 403)):
        client = world.client(who)
        for name in ("plan-year-approve", "plan-year-reopen", "plan-year-change", "plan-year-evaluate"):
            assert (
                client.post(url(name, plan.pk), {"hours": 1, "seats": 1, "text": "x"}).status_code == status
            )
    plan.refresh_from_db()
    assert (plan.status, plan.hours, plan.version) == ("draft", 100, 0)


# --- diplomas


def test_diplomas_wait_for_the_office(world: Any) -> None:
    pk, client = _diploma(world), world.client(world.personnel_officer)
    assert [row.pk for row in client.get("/pelatihan/ijazah/").context["page"].object_list] == [pk]
    assert client.post(url("diploma-refuse", pk), {"note": ""}).status_code == 422
    assert world.client(world.head).post(url("diploma-verify", pk)).status_code == 403
    assert EducationRecord.objects.get().status == "waiting"
    client.post(url("diploma-verify", pk))
    client.post(url("diploma-refuse", pk), {"note": "Lagi"})
    assert EducationRecord.objects.get().status == "verified"


def test_a_diploma_without_a_file_is_not_sent(world: Any) -> None:
    data = {"level": "s2", "school": "UGM", "graduated_on": "01/08/2015", "number": "I-2"}
    response = world.client(world.staff).post(url("diploma-add"), data)
    assert (response.status_code, EducationRecord.objects.count()) == (422, 0)
    assert "UGM" in response.content.decode()
