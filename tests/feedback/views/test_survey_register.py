"""Correcting periods, services and counters."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.feedback.models import IkmResult, Service, SurveyPeriod
from apps.feedback.services import survey_register, surveys
from tests.feedback.helpers import answer, open_now, today_of


def form(**values):
    return {"_key": str(uuid.uuid4()), **values}


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def correct(client, period, **values):
    data = {
        "label": period.label,
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "sampling": "none",
        "questionnaire": period.questionnaire_id,
    }
    return client.post(url("survey-period-change", period.pk), form(**{**data, **values}))


# --- periods


def test_a_period_names_its_sampling_and_shows_the_sample(world):
    service = world.make_service()
    client = world.client(world.head)
    today = today_of(service)
    data = form(
        label="Semester",
        code="s1",
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=9)).isoformat(),
        population="500",
        sampling="systematic",
    )
    page = client.post(url("survey-period-open", service.code), {**data, "hitung": "1"})
    assert (page.status_code, page.context["needed"]) == (200, 217)
    assert 'value="Semester"' in page.content.decode()
    assert not SurveyPeriod.objects.exists()
    assert client.post(url("survey-period-open", service.code), data).status_code == 302
    assert SurveyPeriod.objects.get().sampling == "systematic"


def test_what_was_not_recorded_can_only_be_said_of_the_past(world):
    service = world.make_service()
    today = today_of(service)
    data = form(
        label="S", code="s", sampling="unrecorded", starts_on=today.isoformat(), ends_on=today.isoformat()
    )
    response = world.client(world.head).post(url("survey-period-open", service.code), data)
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"sampling"})
    assert not SurveyPeriod.objects.exists()


def test_before_the_first_answer_everything_but_the_code_changes(world, service):
    period = service.survey_periods.get()
    ends_on = period.ends_on + timedelta(days=3)
    response = correct(
        world.client(world.head),
        period,
        label="Benar",
        ends_on=ends_on.isoformat(),
        population="90",
        sampling="census",
    )
    assert response.status_code == 302
    period.refresh_from_db()
    assert (period.label, period.ends_on, period.population, period.sampling, period.code) == (
        "Benar",
        ends_on,
        90,
        "census",
        "kini",
    )
    entry = AuditEntry.objects.get(action="feedback.survey_period.corrected")
    assert entry.data["after"]["population"] == "90"


def test_a_corrected_period_overlaps_no_other_one(world, service):
    period = service.survey_periods.get()
    after = period.ends_on + timedelta(days=1)
    surveys.open_survey_period(
        service=service, code="b", label="B", starts_on=after, ends_on=after, by=None, at=timezone.now()
    )
    response = correct(world.client(world.head), period, ends_on=after.isoformat())
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"starts_on"})
    period.refresh_from_db()
    assert period.ends_on < after


def test_after_the_first_answer_only_population_and_an_earlier_end(world, service):
    answer(service)
    period = service.survey_periods.get()
    client = world.client(world.head)
    today = today_of(service)
    address = url("survey-period-change", period.pk)
    later = form(population="80", ends_on=(period.ends_on + timedelta(days=1)).isoformat(), reason="x")
    past = form(population="80", ends_on=(today - timedelta(days=1)).isoformat(), reason="x")
    no_reason = form(population="80", ends_on=today.isoformat())
    for bad in (later, past, no_reason):
        assert client.post(address, bad).status_code == 422
    period.refresh_from_db()
    assert period.population is None
    good = form(
        population="80",
        ends_on=today.isoformat(),
        reason="Loket pindah",
        label="Diabaikan",
        sampling="census",
    )
    assert client.post(address, good).status_code == 302
    period.refresh_from_db()
    assert (period.population, period.ends_on, period.label, period.sampling) == (
        80,
        today,
        "Semester ini",
        "",
    )
    assert AuditEntry.objects.get(action="feedback.survey_period.adjusted").data["reason"] == "Loket pindah"


def test_an_answer_that_came_meanwhile_keeps_the_period(world, service):
    period = service.survey_periods.get()
    answer(service)
    with pytest.raises(survey_register.PeriodHasAnswers):
        survey_register.correct_period(
            survey_period_id=period.pk,
            label="Lain",
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            population=None,
            sampling="",
            questionnaire=period.questionnaire,
            by=world.head.user,
            at=timezone.now(),
        )
    period.refresh_from_db()
    assert period.label == "Semester ini"


def test_a_published_period_does_not_change(world, service):
    answer(service)
    period = service.survey_periods.get()
    from apps.feedback.services import results

    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    IkmResult.objects.update(published_at=timezone.now())
    data = form(population="80", ends_on=period.ends_on.isoformat(), reason="x")
    assert world.client(world.head).post(url("survey-period-change", period.pk), data).status_code == 422
    period.refresh_from_db()
    assert period.population is None


# --- services and counters


def test_a_service_is_changed_with_its_hours(world, service):
    client = world.client(world.head)
    data = form(
        name="Poli umum", complaint_promise="Kami jawab dalam lima hari.", opens_0="08.00", closes_0="15:30"
    )
    assert client.post(url("service-change", service.code), data).status_code == 302
    service.refresh_from_db()
    assert (service.name, service.complaint_promise) == ("Poli umum", "Kami jawab dalam lima hari.")
    assert service.opening_hours == {"0": ["08:00", "15:30"]}
    assert 'value="08:00"' in client.get(url("service-change", service.code)).content.decode()


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"name": ""}, "name"),
        ({"opens_1": "08.00"}, "closes_1"),
        ({"opens_1": "15.00", "closes_1": "08.00"}, "closes_1"),
        ({"opens_1": "pagi", "closes_1": "15.00"}, "opens_1"),
    ],
)
def test_a_bad_service_is_refused(world, service, bad, field):
    response = world.client(world.head).post(
        url("service-change", service.code), form(**{"name": "Lain", **bad})
    )
    assert response.status_code == 422
    assert field in response.context["form"].errors
    service.refresh_from_db()
    assert (service.name, service.opening_hours) == ("Pemeriksaan umum", {})


def test_a_service_takes_no_others_name(world, service):
    other = world.make_service()
    Service.objects.filter(pk=other.pk).update(name="Poli gigi")
    response = world.client(world.head).post(url("service-change", service.code), form(name="poli GIGI"))
    assert response.status_code == 422
    service.refresh_from_db()
    assert service.name == "Pemeriksaan umum"


def test_a_service_is_retired_and_offered_again(world, service):
    client = world.client(world.head)
    assert client.post(url("service-retire", service.code), form()).status_code == 200
    service.refresh_from_db()
    assert service.is_active
    client.post(url("service-retire", service.code), form(confirmed="1"))
    service.refresh_from_db()
    assert not service.is_active
    assert service not in Service.objects.public()
    client.post(url("service-reopen", service.code), form())
    service.refresh_from_db()
    assert service.is_active


def test_a_retired_service_does_not_come_back_beside_its_successor(world, service):
    client = world.client(world.head)
    client.post(url("service-retire", service.code), form(confirmed="1"))
    world.make_service()
    client.post(url("service-reopen", service.code), form())
    service.refresh_from_db()
    assert not service.is_active


def test_a_counter_is_renamed_and_taken_out_of_use(world, service):
    point = service.points.get()
    client = world.client(world.head)
    client.post(url("point-change", point.pk), form(label="Loket A", status="hentikan"))
    before = point.code
    point.refresh_from_db()
    assert (point.label, point.is_active, point.code) == ("Loket A", False, before)
    client.post(url("point-change", point.pk), form(label="Loket A", status="pakai"))
    point.refresh_from_db()
    assert point.is_active


def test_two_counters_in_use_have_two_names(world, service):
    other = surveys.add_point(service=service, label="Loket 2", by=None, at=timezone.now())
    response = world.client(world.head).post(url("point-change", other.pk), form(label="loket 1"))
    assert response.status_code == 422
    other.refresh_from_db()
    assert other.label == "Loket 2"


def test_only_those_who_manage_the_survey(world, service):
    period, point = service.survey_periods.get(), service.points.get()
    for who, expected in ((world.auditor, 403), (world.staff, 404), (world.stranger_head, 404)):
        client = world.client(who)
        assert correct(client, period, label="Lain").status_code == expected
        assert client.post(url("service-change", service.code), form(name="Lain")).status_code == expected
        assert client.post(url("service-retire", service.code), form(confirmed="1")).status_code == expected
        assert client.post(url("point-change", point.pk), form(label="Lain")).status_code == expected
    for row in (period, point, service):
        row.refresh_from_db()
    assert (period.label, point.label, service.name, service.is_active) == (
        "Semester ini",
        "Loket 1",
        "Pemeriksaan umum",
        True,
    )
    assert open_now(world.make_service()).label == "Semester ini"
