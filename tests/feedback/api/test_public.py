"""What citizens do through the API: rate, complain, look up results. Once per key, throttled, nothing leaked."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from apps.core import policy
from apps.core.models import SubmissionKey
from apps.feedback import selectors
from apps.feedback.models import Answer, Complaint, ComplaintContact, Questionnaire, Response, SurveyPeriod
from apps.feedback.services import results
from apps.feedback.services.complaints import find_by_secret
from apps.feedback.services.sealing import seal, unseal

API = "/api/v1"


@pytest.fixture
def own_cache(settings: Any) -> None:
    """Count in a cache of this process: another test run on this machine may empty the shared one."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "api"}
    }


def questionnaire(government: Any) -> Questionnaire:
    """Return the national questionnaire, or one like it where a test has emptied the tables."""
    try:
        return selectors.questionnaire_for(government)
    except Questionnaire.DoesNotExist:
        made = Questionnaire.objects.create(regime="permenpan-14-2017", version=1, title="SKM")
        for number in range(1, 10):
            made.unsur.create(
                code=f"u{number}",
                number=number,
                name=f"Unsur {number}",
                question="?",
                labels=["1", "2", "3", "4"],
            )
        return made


def survey(world: Any) -> SurveyPeriod:
    service = world.make_service()
    year = timezone.now().year
    return SurveyPeriod.objects.create(
        service=service,
        questionnaire=questionnaire(world.government),
        code="uji",
        label="Uji",
        starts_on=date(year - 1, 1, 1),
        ends_on=date(year + 1, 12, 31),
    )


def answers(period: SurveyPeriod, value: int = 3) -> dict[str, int]:
    return {unsur.code: value for unsur in period.questionnaire.unsur.all()}


def post(client: Any, path: str, body: dict[str, Any], key: Any = None, **headers: str) -> Any:
    key = uuid.uuid4() if key is None else key
    if key:
        headers["HTTP_IDEMPOTENCY_KEY"] = str(key)
    return client.post(f"{API}/{path}/", body, content_type="application/json", **headers)


def rating(period: SurveyPeriod, **changes: Any) -> dict[str, Any]:
    return {"service": period.service.code, "answers": answers(period)} | changes


def grievance(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "unit": world.unit.pk,
        "kind": "tidak_berkadar_pengawasan",
        "subject": "Antre lama",
        "body": "Tiga jam di loket.",
    } | changes


# --- ratings


@pytest.mark.django_db
def test_a_rating_arrives_without_anything_that_says_who(world: Any) -> None:
    period = survey(world)
    point = period.service.points.get()
    answer = post(
        world.client(), "responses", rating(period, point=point.code, sex="L", remark="Ramah", name="Budi")
    )
    assert answer.status_code == 201, answer.content
    assert set(answer.json()) == {"service", "survey_period", "received_on"}
    response = Response.objects.get()
    assert (response.channel, response.point, response.sex, response.remark) == ("api", point, "L", "Ramah")
    assert response.answers.count() == period.questionnaire.unsur.count()
    assert not response.is_quarantined
    assert "Set-Cookie" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize("by_header", [True, False])
def test_a_repetition_gets_the_first_receipt(world: Any, by_header: bool) -> None:
    period = survey(world)
    key = uuid.uuid4()
    body = rating(period) if by_header else rating(period, key=str(key))
    header = key if by_header else False
    first = post(world.client(), "responses", body, header)
    second = post(world.client(), "responses", body, header)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Response.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_content_is_refused(world: Any) -> None:
    period = survey(world)
    key = uuid.uuid4()
    post(world.client(), "responses", rating(period), key)
    answer = post(world.client(), "responses", rating(period, answers=answers(period, 1)), key)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert set(Answer.objects.values_list("value", flat=True)) == {3}


@pytest.mark.django_db
@pytest.mark.parametrize("key", [False, "123", "not-a-uuid"])
def test_without_a_key_nothing_is_taken(world: Any, key: Any) -> None:
    answer = post(world.client(), "responses", rating(survey(world)), key)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["key"]
    assert not Response.objects.exists()


@pytest.mark.django_db
def test_what_does_not_fit_is_refused_and_gives_the_key_back(world: Any) -> None:
    period = survey(world)
    code = period.questionnaire.unsur.first().code
    key = uuid.uuid4()
    for body, status in (
        (rating(period, answers={code: 5}), 400),
        (rating(period, answers={code: "x"}), 400),
        (rating(period, answers={"unknown": 3} | answers(period)), 400),
        (rating(period, answers={code: 3}), 400),
        (rating(period, answers=[]), 400),
        (rating(period, sex="unknown"), 400),
        (rating(period, remark="x" * 1001), 400),
        (rating(period, point="elsewhere"), 400),
        (rating(period, service="unknown"), 404),
        ({}, 400),
    ):
        answer = post(world.client(), "responses", body, key)
        assert answer.status_code == status, (body, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
    assert not Response.objects.exists()
    assert post(world.client(), "responses", rating(period), key).status_code == 201


@pytest.mark.django_db
def test_a_closed_survey_is_a_conflict(world: Any) -> None:
    period = survey(world)
    SurveyPeriod.objects.update(starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    answer = post(world.client(), "responses", rating(period))
    assert answer.status_code == 409
    assert not Response.objects.exists()


@pytest.mark.django_db
def test_broken_json_and_other_types_are_problem_documents(world: Any) -> None:
    client = world.client()
    broken = client.post(f"{API}/responses/", "{", content_type="application/json")
    form = client.post(f"{API}/responses/", {"service": "x"})
    listed = client.post(f"{API}/responses/", "[]", content_type="application/json")
    assert (broken.status_code, form.status_code, listed.status_code) == (400, 415, 400)
    assert {a["Content-Type"] for a in (broken, form, listed)} == {"application/problem+json"}


@pytest.mark.django_db
def test_a_signed_in_browser_of_another_site_posts_as_nobody(world: Any) -> None:
    """No session is looked at, so there is nothing to forge; the post works as for every citizen."""
    client = world.client(world.staff, enforce_csrf_checks=True)
    assert post(client, "responses", rating(survey(world))).status_code == 201


@pytest.mark.django_db
def test_posts_are_throttled_and_a_forged_header_does_not_help(world: Any, own_cache: None) -> None:
    body: dict[str, Any] = {}
    client = world.client()
    codes = [
        post(client, "responses", body, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(31)
    ]
    assert codes == [400] * 30 + [429]
    assert post(client, "complaints", body).status_code == 429, "one limit for all public posts"
    assert client.get(f"{API}/services/").status_code == 200, "reading has a limit of its own"


@pytest.mark.django_db
def test_too_many_from_one_network_are_kept_and_noted(world: Any, own_cache: None) -> None:
    policy.set_value(
        "feedback.ratings_per_hour",
        2,
        scope=world.government.code,
        valid_from=date(2020, 1, 1),
        by=None,
        reason="uji",
    )
    period = survey(world)
    for _number in range(3):
        post(world.client(), "responses", rating(period), REMOTE_ADDR="203.0.113.9")
    assert sorted(Response.objects.values_list("signals", flat=True)) == [[], [], ["crowd"]]
    assert not Response.objects.filter(is_quarantined=True).exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_row_and_one_receipt(world: Any) -> None:
    period = survey(world)
    key, body = uuid.uuid4(), rating(period)

    def send(_number: int) -> tuple[int, str]:
        try:
            answer = post(world.client(), "responses", body, key)
            return answer.status_code, answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        got = list(pool.map(send, range(10)))
    assert sorted(code for code, _text in got) == [200] * 9 + [201]
    assert len({text for _code, text in got}) == 1
    assert Response.objects.count() == 1


# --- complaints


@pytest.mark.django_db
def test_a_complaint_gives_number_and_secret_that_open_it(world: Any) -> None:
    answer = post(world.client(), "complaints", grievance(world))
    assert answer.status_code == 201, answer.content
    receipt = answer.json()
    complaint = Complaint.objects.get()
    assert receipt["number"] == complaint.number
    assert find_by_secret(number=receipt["number"], secret=receipt["secret"]) == complaint
    assert receipt["track_url"].endswith("/aduan/lacak/")
    assert complaint.is_anonymous
    assert complaint.unit == world.unit


@pytest.mark.django_db
def test_a_repeated_complaint_gets_the_same_secret_which_is_nowhere_in_plain_text(world: Any) -> None:
    key = uuid.uuid4()
    first = post(world.client(), "complaints", grievance(world), key)
    second = post(world.client(), "complaints", grievance(world), key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Complaint.objects.count() == 1
    kept = SubmissionKey.objects.get()
    secret = first.json()["secret"].replace("-", "")
    assert kept.key != key, "the caller's key is not kept"
    assert secret not in kept.location
    assert secret.encode().hex() not in kept.location


def test_a_sealed_secret_opens_with_its_key_only() -> None:
    key, other = uuid.uuid4(), uuid.uuid4()
    assert unseal(seal("ABCDE12345", key), key) == "ABCDE12345"
    assert unseal(seal("ABCDE12345", key), other) != "ABCDE12345"
    assert seal("ABCDE12345", key) != seal("ABCDE12345", other)


@pytest.mark.django_db
def test_a_contact_is_kept_only_when_given(world: Any) -> None:
    service = world.make_service()
    body = grievance(
        world, service=service.code, contact={"name": "Warga Contoh", "phone": "0812"}, is_secret=True
    )
    del body["unit"]
    assert post(world.client(), "complaints", body).status_code == 201
    complaint = Complaint.objects.get()
    assert (complaint.service, complaint.is_anonymous, complaint.is_secret) == (service, False, True)
    assert ComplaintContact.objects.get().phone == "0812"


@pytest.mark.django_db
def test_a_complaint_that_does_not_fit_is_refused(world: Any) -> None:
    world.unit.is_active = False
    world.unit.save()
    cases = (
        (grievance(world), 404),
        (grievance(world, unit=999999), 404),
        (grievance(world, unit=world.agency.pk, service="x"), 400),
        (grievance(world, unit=world.agency.pk, kind="unknown"), 400),
        (grievance(world, unit=world.agency.pk, body=""), 400),
        (grievance(world, unit=world.agency.pk, subject="x\x00y"), 400),
        (grievance(world, unit=world.agency.pk, body="x" * 4001), 400),
        (grievance(world, unit=world.agency.pk, contact={"name": "Tanpa alamat"}), 400),
        ({"kind": "tidak_berkadar_pengawasan", "subject": "a", "body": "b"}, 400),
    )
    for body, status in cases:
        assert post(world.client(), "complaints", body).status_code == status, body
    assert not Complaint.objects.exists()


# --- services and results


@pytest.mark.django_db
def test_services_are_public_and_closed_ones_are_not_shown(world: Any) -> None:
    service = world.make_service()
    hidden = world.make_service()
    hidden.is_active = False
    hidden.save()
    client = world.client()
    (row,) = client.get(f"{API}/services/").json()["results"]
    assert (row["code"], row["unit"]["name"], row["government"]) == (
        service.code,
        "Puskesmas Lepo-Lepo",
        "kendari",
    )
    assert client.get(f"{API}/services/?government=serang").json()["results"] == []
    assert client.get(f"{API}/services/{hidden.code}/").status_code == 404
    assert client.get(f"{API}/services/{service.code}/").json()["survey"] is None


@pytest.mark.django_db
def test_the_open_survey_comes_with_its_questions(world: Any) -> None:
    period = survey(world)
    found = world.client().get(f"{API}/services/{period.service.code}/").json()["survey"]
    assert found["code"] == "uji"
    assert {row["code"] for row in found["questions"]} == set(answers(period))


@pytest.mark.django_db
@pytest.mark.parametrize(("n", "disclosure"), [(9, "hidden"), (10, "warned"), (29, "warned"), (30, "full")])
def test_results_follow_the_small_number_rule_of_the_page(world: Any, n: int, disclosure: str) -> None:
    period = survey(world)
    for _number in range(n):
        response = Response.objects.create(
            government=world.government,
            service=period.service,
            survey_period=period,
            channel="qr",
            hour=timezone.now(),
        )
        Answer.objects.bulk_create(
            Answer(response=response, unsur=unsur, value=3) for unsur in period.questionnaire.unsur.all()
        )
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    found = world.client().get(f"{API}/ikm/{period.service.code}/").json()
    shown = selectors.public_result(period.service, timezone.now().date())
    assert shown is not None
    assert (found["n"], found["disclosure"]) == (n, disclosure)
    assert found["ikm"] == (None if disclosure == "hidden" else "75.00")
    assert shown.ikm == (None if disclosure == "hidden" else Decimal("75.00"))
    assert found["grade"] == shown.grade
    assert bool(found["grade"]) == (disclosure == "full")
    assert len(found["unsur"]) == (0 if disclosure == "hidden" else period.questionnaire.unsur.count())
    assert found["weakest"] == (shown.weakest.code if shown.weakest else None)


@pytest.mark.django_db
def test_a_service_without_answers_has_no_result(world: Any) -> None:
    assert world.client().get(f"{API}/ikm/{world.make_service().code}/").status_code == 404
    assert world.client().get(f"{API}/ikm/unknown/").status_code == 404


@pytest.mark.django_db
def test_the_table_of_the_feedback_sheet_comes_out_with_its_published_figures(world: Any) -> None:
    service = world.make_service()
    call_command(
        "import_skm",
        "tests/data/skm-respondents.csv",
        service=service.code,
        period="2026-s1",
        json=True,
        stdout=StringIO(),
    )
    found = world.client().get(f"{API}/ikm/{service.code}/").json()
    assert (found["n"], found["ikm"], found["grade"]) == (49, "78.74", "B")
    by_number = {row["number"]: row["nrr"] for row in found["unsur"]}
    assert [by_number[number] for number in range(1, 10)] == [
        "2.8163",
        "2.8367",
        "3.0612",
        "3.6122",
        "3.2449",
        "3.3265",
        "3.2857",
        "2.9184",
        "3.2449",
    ]
    assert found["weakest"] == next(row["code"] for row in found["unsur"] if row["number"] == 1)
