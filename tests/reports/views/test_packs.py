"""The page of packs: who gets in, what starts a job, and what is refused."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core import files
from apps.core.models import Job
from apps.reports.models import Document

from ..evaluated import evaluate, quarter

pytestmark = pytest.mark.django_db
URL = "/dokumen/"


def form(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "unit": world.unit.pk,
        "period": quarter(world).pk,
        "kind": "reports.evaluation_pack",
        "contents": ["document", "form"],
    } | changes


def pack(world: Any, number: int = 0) -> Document:
    return Document.objects.create(
        government=world.government,
        kind="evaluation_pack",
        code=f"CODE-{number}",
        unit=world.unit,
        period=quarter(world),
        file=files.store(b"%PDF-1.7 uji", "application/pdf"),
        name="paket.pdf",
        facts_hash=f"{number}" * 64,
        issued_at=timezone.now(),
    )


@pytest.mark.parametrize("kind", ["reports.evaluation_pack", "reports.cycle_recap"])
def test_starts_a_job_and_leads_to_its_page(world: Any, kind: str) -> None:
    evaluate(world, world.staff)
    answer = world.client(world.head).post(URL, form(world, kind=kind))
    job = Job.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("core:job-detail", args=[job.pk])
    assert (job.kind, job.owner, job.scope) == (kind, world.head.user, "kendari")
    expected = {"unit_id": world.unit.pk, "period_id": quarter(world).pk}
    if kind == "reports.evaluation_pack":
        expected["contents"] = ["document", "form"]
    assert job.params == expected


def test_a_second_click_starts_nothing(world: Any) -> None:
    data = form(world, _key=str(uuid.uuid4()))
    client = world.client(world.head)
    assert client.post(URL, data)["Location"] == client.post(URL, data)["Location"]
    assert Job.objects.count() == 1


@pytest.mark.parametrize("who", ["staff", "stranger", "foreigner"])
def test_who_leads_nothing_is_refused(world: Any, who: str) -> None:
    data = form(world)
    client = world.client(getattr(world, who))
    assert client.get(URL).status_code == 403
    assert client.post(URL, data).status_code == 403
    assert not Job.objects.exists()


def test_units_and_periods_of_others_cannot_be_chosen(world: Any) -> None:
    foreign = world.other.make_periods()[0]
    client = world.client(world.head)
    for changes in (
        {"unit": world.other_agency.pk},
        {"unit": world.other.unit.pk},
        {"period": foreign.pk},
        {"kind": "assessments.anything"},
        {"contents": []},
        {"contents": ["salary"]},
        {"unit": ""},
    ):
        answer = client.post(URL, form(world, **changes))
        assert answer.status_code == 422
    open_period = world.government.cycles.get().periods.get(number=3)
    assert client.post(URL, form(world, period=open_period.pk)).status_code == 422
    assert not Job.objects.exists()


def test_the_choice_starts_with_the_units_one_leads(world: Any) -> None:
    quarter(world)
    units = world.client(world.agency_head).get(URL).context["form"].fields["unit"].queryset
    assert set(units) == {world.agency, world.unit}


def test_without_a_closed_period_it_says_so(world: Any) -> None:
    answer = world.client(world.head).get(URL)
    assert answer.status_code == 200
    assert not answer.context["has_periods"]


def test_one_and_three_packs_cost_the_same(world: Any) -> None:
    client = world.client(world.head)
    client.get(URL)
    counts = []
    for number in range(3):
        pack(world, number)
        with CaptureQueriesContext(connection) as found:
            answer = client.get(URL)
        assert len(answer.context["page"].object_list) == number + 1
        counts.append(len(found))
    assert counts[0] == counts[2]


def test_a_pack_is_downloaded_by_those_who_may(world: Any) -> None:
    document = pack(world)
    url = reverse("reports:document-download", args=[document.pk])
    for who in (world.head, world.agency_head, world.personnel_officer, world.auditor):
        answer = world.client(who).get(url)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 uji"
        assert answer["Content-Disposition"].startswith("attachment")
    for who in (world.staff, world.stranger_head, world.foreigner):
        assert world.client(who).get(url).status_code == 404
    assert world.client().get(url).status_code == 302
