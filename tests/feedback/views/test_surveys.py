"""Surveys inside an office, and the QR codes."""

import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import IkmResult, ServiceCount, SurveyPeriod
from apps.feedback.services import results, surveys
from tests.feedback.helpers import UNSUR, answer, answers, open_now, today_of

DATA = Path(__file__).resolve().parents[2] / "data"


def form(**values):
    return {"_key": str(uuid.uuid4()), **values}


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def test_the_overview_shows_the_newest_figure(world, service):
    answers(service, 30, service.survey_periods.get())
    (row,) = world.client(world.head).get(url("survey-overview")).context["rows"]
    assert (row["service"], row["result"].n, row["has_letter"]) == (service, 30, True)
    assert row["open_period"] == service.survey_periods.get()


def test_the_overview_asks_the_same_whatever_its_length(world, service):
    client = world.client(world.head)
    counted = []
    for more in (0, 2, 4):
        for _ in range(more):
            other = world.make_service()
            period = open_now(other)
            answers(other, 1, period)
        client.get(url("survey-overview"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("survey-overview"))
        counted.append(len(queries))
    # The first one has no result yet, and so no question about results.
    assert counted[1] == counted[2]


def test_a_period_is_opened_once(world):
    service = world.make_service()
    today = today_of(service)
    client = world.client(world.head)
    data = form(
        label="Triwulan IV",
        code="2026-q4",
        starts_on=today,
        ends_on=today + timedelta(days=30),
        population="500",
    )
    assert client.post(url("survey-period-open", service.code), data).status_code == 302
    assert (
        client.post(url("survey-period-open", service.code), {**data, **form(code="lain")}).status_code == 422
    )
    period = SurveyPeriod.objects.get()
    assert (period.code, period.population, period.questionnaire.regime) == ("2026-q4", 500, "14/2017")


@pytest.mark.parametrize(
    "bad", [{"code": "ada spasi"}, {"label": ""}, {"ends_on": "2001-01-01"}, {"population": "-1"}]
)
def test_a_bad_period_keeps_what_was_typed(world, bad):
    service = world.make_service()
    data = form(label="Semester", code="s", starts_on="2030-01-01", ends_on="2030-02-01", population="10")
    response = world.client(world.head).post(url("survey-period-open", service.code), {**data, **bad})
    assert response.status_code == 422
    assert not SurveyPeriod.objects.exists()


def test_a_month_is_recorded(world, service):
    month = today_of(service).replace(day=1)
    client = world.client(world.head)
    address = url("service-count-record", service.code)
    assert client.post(address, form(month=month.isoformat(), count="1200")).status_code == 302
    assert client.post(address, form(month="2001-01-01", count="5")).status_code == 422
    assert client.post(address, form(month=month.isoformat(), count="-5")).status_code == 422
    row = ServiceCount.objects.get()
    assert (row.month, row.count, row.recorded_by) == (month, 1200, world.head.user)


def test_a_form_survives_an_expired_login(world, service):
    client = world.client(world.head)
    address = url("service-count-record", service.code)
    owner = client.get(address).content.decode().split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    month = today_of(service).replace(day=1).isoformat()
    client.post(address, form(month=month, count="987", _owner=owner))
    assert not ServiceCount.objects.exists()
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    assert 'value="987"' in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("who", "expected"),
    [("head", 200), ("agency_head", 200), ("stranger_head", 404), ("staff", 404), ("auditor", 403)],
)
def test_who_may_open_a_period(world, service, who, expected):
    assert (
        world.client(getattr(world, who)).get(url("survey-period-open", service.code)).status_code == expected
    )


def test_publishing_waits_for_the_end(world, service):
    period = service.survey_periods.get()
    answers(service, 3, period)
    client = world.client(world.head)
    client.post(url("survey-publish", period.pk))
    assert IkmResult.objects.get().published_at is None
    yesterday = today_of(service) - timedelta(days=1)
    SurveyPeriod.objects.update(ends_on=yesterday)
    client.post(url("survey-publish", period.pk))
    assert IkmResult.objects.get().published_at is not None
    assert client.get(url("survey-publish", period.pk)).status_code == 405


def test_held_back_ratings_lead_to_their_case(world, service, officer):
    answer(service, dict.fromkeys(UNSUR, 4), is_suspicious=True)
    results.refresh_result(survey_period_id=service.survey_periods.get().pk, at=timezone.now())
    for who in (world.head, officer):
        page = world.client(who).get(url("survey-detail", service.code)).content.decode()
        assert f"{url('case-list')}?layanan={service.code}" in page


def test_detail_and_remarks_open(world, service, officer):
    answer(service, remark="Baik", at=timezone.now())
    for who in (world.head, officer, world.auditor):
        client = world.client(who)
        assert client.get(url("survey-detail", service.code)).status_code == 200
        page = client.get(url("remark-list", service.code))
        assert page.status_code == 200
        assert list(page.context["page"].object_list) == []


def test_published_results_stand_beside_recomputed_ones(world):
    with open("/dev/null", "w") as nowhere:
        call_command(
            "import_published_skm", str(DATA / "skm-published.csv"), "--government", "kendari", stdout=nowhere
        )
    client = world.client(world.head)
    page = client.get(url("published-list"), {"sebab": "short_weight"}, headers={"accept-language": "en"})
    shown = {item["row"].office for item in page.context["rows"]}
    assert "PTSP Kementerian Agama (GASPUL application)" in shown
    assert len(shown) <= 4
    text = page.content.decode()
    assert "91.48" in text
    assert "90.56" in text
    assert "cut short" in text
    assert client.get(url("published-list")).context["page"].paginator.count == 34
    # Another government does not see what was loaded for this one.
    assert world.client(world.foreigner).get(url("published-list")).context["page"].paginator.count == 0


@pytest.mark.parametrize(("name", "kind"), [("point-qr-svg", "image/svg+xml"), ("point-qr-png", "image/png")])
def test_the_qr_code_is_for_those_who_print_it(world, service, name, kind):
    point = service.points.get()
    response = world.client(world.head).get(url(name, point.pk))
    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert world.client(world.stranger).get(url(name, point.pk)).status_code == 404
    assert Client().get(url(name, point.pk)).status_code == 302


def test_the_poster_prints_the_address(world, service, settings):
    settings.PUBLIC_URL = "https://kinerja.kendarikota.go.id"
    point = service.points.get()
    page = world.client(world.head).get(url("point-poster", point.pk)).content.decode()
    assert f"https://kinerja.kendarikota.go.id/l/{point.code}/" in page


def test_two_governments_do_not_mix(world, service):
    other = world.other.make_service()
    surveys.open_survey_period(
        service=other,
        code="x",
        label="X",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        by=None,
        at=timezone.now(),
    )
    shown = {row["service"] for row in world.client(world.head).get(url("survey-overview")).context["rows"]}
    assert shown == {service}
    assert world.client(world.head).get(url("survey-detail", other.code)).status_code == 404
