"""/siklus/: the personnel office runs the year."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.assessments.models import Cycle, Period
from apps.core.models import Job

pytestmark = pytest.mark.django_db


def test_a_year_is_created_once(world: Any) -> None:
    client = world.client(world.personnel_officer)
    assert client.get("/siklus/").status_code == 200
    assert client.get("/siklus/baru/").status_code == 200
    data = {"year": "2026", "periodicity": "quarterly"}
    assert client.post("/siklus/baru/", data).url == "/siklus/"
    response = client.post("/siklus/baru/", data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["year"])
    assert (Cycle.objects.count(), Period.objects.count()) == (1, 5)
    assert client.get("/siklus/").status_code == 200


@pytest.mark.parametrize(
    "data", [{}, {"year": "20x6", "periodicity": "monthly"}, {"year": "2026", "periodicity": "daily"}]
)
def test_a_bad_year_is_refused(world: Any, data: dict[str, str]) -> None:
    assert world.client(world.personnel_officer).post("/siklus/baru/", data).status_code == 422
    assert not Cycle.objects.exists()


def test_only_the_personnel_office_acts_and_auditors_read(world: Any, period: Any) -> None:
    running = period.cycle.periods.get(number=3)
    paths = ["/siklus/", f"/siklus/periode/{period.pk}/"]
    for user, status in (
        (world.auditor, 200),
        (world.personnel_officer, 200),
        (world.head, 403),
        (world.staff, 403),
    ):
        assert [world.client(user).get(path).status_code for path in paths] == [status] * 2
    for user in (world.auditor, world.head):
        client = world.client(user)
        assert client.get("/siklus/baru/").status_code == 403
        assert client.get(f"/siklus/periode/{running.pk}/penutupan/").status_code == 403
        assert client.post(f"/siklus/periode/{period.pk}/siapkan/").status_code == 403
    foreign = world.client(world.other.personnel_officer)
    assert foreign.get(f"/siklus/periode/{period.pk}/").status_code == 404


def test_the_deadline_is_typed_in_local_time(world: Any, period: Any) -> None:
    running = period.cycle.periods.get(number=3)
    Period.objects.filter(pk=running.pk).update(closes_at=timezone.now() + timedelta(days=1))
    client = world.client(world.personnel_officer)
    url = f"/siklus/periode/{running.pk}/penutupan/"
    assert client.get(url).status_code == 200
    good = {"day": "2099-10-10", "clock": "16.00", "reason": "Gempa"}
    for change in ({"clock": "25.00"}, {"day": "2020-01-01"}, {"reason": ""}):
        assert client.post(url, {**good, **change}).status_code == 422
    assert client.post(url, good).status_code == 302
    running.refresh_from_db()
    assert running.closes_at == datetime(2099, 10, 10, 8, 0, 59, tzinfo=UTC)
    assert client.post(f"/siklus/periode/{period.pk}/penutupan/", good).status_code == 302
    before = period.closes_at
    period.refresh_from_db()
    assert period.closes_at == before


def test_preparing_again_is_one_job_however_often_the_form_arrives(world: Any, period: Any) -> None:
    world.make_skp(world.staff)
    client = world.client(world.personnel_officer)
    assert client.get(f"/siklus/periode/{period.pk}/siapkan/").status_code == 405
    form = {"_key": str(uuid4())}
    answers = [client.post(f"/siklus/periode/{period.pk}/siapkan/", form) for _again in range(2)]
    job = Job.objects.get(kind="assessments.prepare_period")
    assert {answer.headers["Location"] for answer in answers} == {f"/pekerjaan/{job.pk}/"}
    assert job.owner == world.personnel_officer


def test_a_period_that_runs_is_not_prepared(world: Any, period: Any) -> None:
    running = period.cycle.periods.get(status="open")
    answer = world.client(world.personnel_officer).post(f"/siklus/periode/{running.pk}/siapkan/")
    assert answer.headers["Location"] == f"/siklus/periode/{running.pk}/"
    assert not Job.objects.exists()
