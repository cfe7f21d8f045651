"""Coaching plans as pages."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.feedback.models import Complaint, ReportedOfficer
from apps.training.labels import CoachingPlanCause
from apps.training.models import CoachingNote, CoachingPlan
from apps.training.services import coaching_plans as services
from tests.feedback.helpers import complain
from tests.training.story import AT, make_evaluation
from tests.training.test_services_coaching_plans import open_plan

pytestmark = pytest.mark.django_db
PLAN = {
    "goal": "Laporan tepat waktu.",
    "cause_words": "Dua kali terlambat.",
    "starts_on": "2026-10-12",
    "ends_on": "2027-01-11",
    "step_1": "Menulis tiap Jumat",
    "step_1_due": "2026-10-16",
}


@pytest.fixture(autouse=True)
def _october() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def test_a_plan_is_opened_once_from_an_evaluation(world: Any) -> None:
    evaluation = make_evaluation(world)
    address = reverse("training:plan-new", args=[world.staff.pk]) + f"?penilaian={evaluation.pk}"
    client = world.client(world.head)
    assert client.get(address).context["cause"].evaluation == evaluation
    data = {**PLAN, "_key": str(uuid.uuid4())}
    receipts = {client.post(address, data).url for _ in range(2)}
    plan = CoachingPlan.objects.get()
    assert receipts == {reverse("training:plan-detail", args=[plan.pk])}
    assert (plan.evaluation, plan.cause, plan.steps.count()) == (evaluation, "evaluation", 1)
    strange = reverse("training:plan-new", args=[world.colleague.pk]) + f"?penilaian={evaluation.pk}"
    assert client.post(strange, PLAN).status_code == 404
    assert CoachingPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"goal": ""}, "goal"),
        ({"step_1": "", "step_1_due": ""}, "step_1"),
        ({"step_1_due": ""}, "step_1_due"),
        ({"step_1_due": "2027-02-01"}, "step_1_due"),
        ({"ends_on": "2026-10-12", "step_1_due": "2026-10-12"}, "ends_on"),
    ],
)
def test_a_bad_field_keeps_the_text(world: Any, change: dict[str, str], field: str) -> None:
    response = world.client(world.head).post(
        reverse("training:plan-new", args=[world.staff.pk]), {**PLAN, **change}
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert "Dua kali terlambat." in response.content.decode()
    assert not CoachingPlan.objects.exists()


def test_both_work_on_it(world: Any) -> None:
    plan = open_plan(world)
    step = plan.steps.order_by("due_on").first()
    own, coach = world.client(world.staff), world.client(world.head)
    assert own.post(reverse("training:plan-step", args=[step.pk]), {"done": "1"}).status_code == 302
    note = reverse("training:plan-note", args=[plan.pk])
    assert own.post(note, {"text": ""}).status_code == 422
    assert own.post(note, {"text": "Sudah saya coba."}).status_code == 302
    page = coach.get(reverse("training:plan-detail", args=[plan.pk]))
    assert page.context["done"] == 1
    assert "Sudah saya coba." in page.content.decode()
    add = reverse("training:plan-step-add", args=[plan.pk])
    assert own.post(add, {"text": "x", "due_on": "2026-11-01"}).status_code == 403
    assert coach.post(add, {"text": "Tambahan", "due_on": "2028-01-01"}).status_code == 422
    assert coach.post(add, {"text": "Tambahan", "due_on": "2026-11-01"}).status_code == 302
    assert plan.steps.count() == 3


def test_a_confidential_talk_is_hidden_from_the_leader_above(world: Any) -> None:
    plan = open_plan(world)
    address = reverse("training:plan-talk", args=[plan.pk])
    talk = {
        "observation": "Urusan keluarga.",
        "agreement": "Istirahat dulu.",
        "follow_up_on": "2026-11-01",
        "is_confidential": "on",
    }
    assert world.client(world.staff).post(address, talk).status_code == 403
    assert world.client(world.head).post(address, {**talk, "agreement": ""}).status_code == 422
    assert not CoachingNote.objects.exists()
    assert world.client(world.head).post(address, talk).status_code == 302
    note = CoachingNote.objects.get()
    assert (note.plan, note.is_confidential) == (plan, True)
    above = world.client(world.agency_head)
    page = above.get(reverse("training:plan-detail", args=[plan.pk]))
    assert page.context["hidden_talks"] == 1
    assert "Istirahat dulu." not in page.content.decode()
    assert above.get(reverse("training:coaching-detail", args=[note.pk])).status_code == 404
    own = world.client(world.staff).get(reverse("training:plan-detail", args=[plan.pk]))
    assert "Istirahat dulu." in own.content.decode()


def test_closing(world: Any) -> None:
    plan = open_plan(world)
    address = reverse("training:plan-close", args=[plan.pk])
    assert world.client(world.staff).post(address, {"status": "achieved", "outcome": "x"}).status_code == 403
    client = world.client(world.head)
    assert client.post(address, {"outcome": "Tepat waktu."}).status_code == 422
    assert client.post(address, {"status": "achieved", "outcome": "Tepat waktu."}).status_code == 302
    assert client.post(address, {"status": "partly", "outcome": "Lain."}).status_code == 302
    plan.refresh_from_db()
    assert (plan.status, plan.outcome) == ("achieved", "Tepat waktu.")
    note = reverse("training:plan-note", args=[plan.pk])
    assert world.client(world.staff).post(note, {"text": "x"}).status_code == 403
    assert plan.notes.count() == 0


def test_the_list_asks_the_same_queries_for_one_and_three(world: Any) -> None:
    client = world.client(world.head)
    address = reverse("training:plan-list")

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    open_plan(world)
    count()
    first = count()
    open_plan(world)
    open_plan(world, employee=world.colleague, ends_on=date(2026, 12, 1))
    assert count() == first


# --- because of a complaint


def test_a_complaint_leads_to_a_plan_with_whom_i_coach(world: Any) -> None:
    complaint, _secret = complain(world.unit)
    client = world.client(world.head)
    choice = reverse("training:plan-for-complaint", args=[complaint.pk])
    assert choice in client.get(reverse("feedback:complaint-detail", args=[complaint.pk])).content.decode()
    page = client.get(choice)
    people = [person.pk for person in page.context["page"].object_list]
    assert set(people) == {world.staff.pk, world.colleague.pk}  # not oneself
    address = reverse("training:plan-new", args=[world.staff.pk]) + f"?pengaduan={complaint.pk}"
    assert address in page.content.decode()
    assert client.post(address, PLAN).status_code == 302
    plan = CoachingPlan.objects.get()
    assert (plan.complaint, plan.cause, plan.employee) == (complaint, "complaint", world.staff)
    assert list(client.get(choice).context["plans"]) == [plan]
    shown = world.client(world.staff).get(reverse("training:plan-detail", args=[plan.pk])).content.decode()
    assert complaint.subject not in shown
    assert complaint.body not in shown


def test_who_opens_no_plan_sees_no_link(world: Any) -> None:
    complaint, _secret = complain(world.unit)
    officer = world.make_role_user("feedback_officer", world.unit)
    page = world.client(officer).get(reverse("feedback:complaint-detail", args=[complaint.pk]))
    choice = reverse("training:plan-for-complaint", args=[complaint.pk])
    assert page.status_code == 200
    assert choice not in page.content.decode()
    assert world.client(officer).get(choice).status_code == 403


def test_an_allegation_is_no_cause_before_it_is_decided(world: Any) -> None:
    complaint, _secret = complain(world.unit)
    named = ReportedOfficer.objects.create(
        complaint=complaint, employee=world.staff, named_at=AT, state_by=date(2026, 10, 20)
    )
    client = world.client(world.head)
    address = reverse("training:plan-new", args=[world.staff.pk]) + f"?pengaduan={complaint.pk}"
    page = client.get(reverse("training:plan-for-complaint", args=[complaint.pk]))
    assert [person.pk for person in page.context["page"].object_list] == [world.colleague.pk]
    assert client.get(address).status_code == 403
    assert client.post(address, PLAN).status_code == 403
    with pytest.raises(services.CauseOfSomebodyElse):
        open_plan(world, cause=services.Cause(CoachingPlanCause("complaint"), complaint=complaint))
    assert not CoachingPlan.objects.exists()
    ReportedOfficer.objects.filter(pk=named.pk).update(
        status="final", finding="terbukti", finding_reason="x", decided_at=AT, closed_at=AT
    )
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("change", [{"status": "rejected", "closed_at": AT}, {"is_quarantined": True}])
def test_a_refused_complaint_and_spam_are_no_cause(world: Any, change: dict[str, Any]) -> None:
    complaint, _secret = complain(world.unit)
    Complaint.objects.filter(pk=complaint.pk).update(**change)
    client = world.client(world.head)
    choice = reverse("training:plan-for-complaint", args=[complaint.pk])
    page = client.get(reverse("feedback:complaint-detail", args=[complaint.pk]))
    assert page.status_code == 200
    assert choice not in page.content.decode()
    assert client.get(choice).status_code == 403
    address = reverse("training:plan-new", args=[world.staff.pk]) + f"?pengaduan={complaint.pk}"
    assert client.post(address, PLAN).status_code == 403
    assert not CoachingPlan.objects.exists()


def test_choosing_asks_the_same_number_of_questions(world: Any) -> None:
    complaint, _secret = complain(world.unit)
    client = world.client(world.head)
    choice = reverse("training:plan-for-complaint", args=[complaint.pk])
    client.get(choice)  # what is kept for the frame of a page
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(choice)
        counts.append(len(queries))
        world.make_employee("Orang Baru", unit=world.unit)
        world.make_employee("Orang Lain", unit=world.unit)
    assert counts[0] == counts[1]
