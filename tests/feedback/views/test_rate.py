"""The page behind the QR code: works, refuses, survives a double send."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import policy
from apps.core.models import SubmissionKey
from apps.feedback.models import Answer, Response, Service, ServicePoint, SurveyPeriod
from apps.feedback.services.abuse import shown_token
from tests.feedback.helpers import UNSUR, no_minimum_time, open_now, restore_questionnaire
from tests.world import World


def filled(**changes):
    """Return a filled-in form that was shown a minute ago."""
    shown = shown_token(timezone.now() - timedelta(seconds=60))
    return {**dict.fromkeys(UNSUR, "3"), "_key": str(uuid.uuid4()), "tampil": shown, **changes}


def url(service, name="rate"):
    return reverse(f"feedback:{name}", args=[service.points.get().code])


def test_the_page_offers_nine_questions_with_nothing_chosen(service):
    page = Client().get(url(service)).content.decode()
    assert len(re.findall(r'<input type="radio"', page)) == 9 * 4 + 4  # the questions, and who filled it in
    assert not re.search(r'type="radio"[^>]*checked', page)
    assert "Gratis" in page
    assert "Dikelola dengan baik" in page


def test_a_rating_is_stored_and_thanked_for(service):
    response = Client().post(url(service), filled(sex="P", age_band="30-44", remark="Ramah."))
    assert (response.status_code, response.url) == (302, url(service, "thanks"))
    stored = Response.objects.get()
    assert (stored.sex, stored.age_band, stored.remark, stored.channel) == ("P", "30-44", "Ramah.", "qr")
    assert stored.point == service.points.get()
    assert not stored.is_quarantined
    assert {(a.unsur.code, a.value) for a in stored.answers.select_related("unsur")} == {
        (c, 3) for c in UNSUR
    }
    assert Client().get(response.url).status_code == 200


def test_a_skipped_question_stays_open(service):
    data = filled()
    del data["pengaduan"]
    assert Client().post(url(service), data).status_code == 302
    assert Response.objects.get().answers.count() == 8


def test_too_few_answers_come_back_with_everything_typed(service):
    client = Client()
    data = {**filled(remark="Sudah saya tulis."), **dict.fromkeys(UNSUR[4:], "")}
    response = client.post(url(service), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert not Response.objects.exists()
    assert "Sudah saya tulis." in page
    assert len(re.findall(r'type="radio"[^>]*checked', page)) == 4
    assert 'href="#id_produk_0"' in page
    assert data["_key"] in page
    # The corrected form goes through with the same key.
    assert client.post(url(service), {**data, "produk": "2"}).status_code == 302
    assert Response.objects.count() == 1


@pytest.mark.parametrize("bad", [{"waktu": "5"}, {"sex": "Z"}, {"remark": "x" * 1001}])
def test_values_outside_the_form_are_refused(service, bad):
    assert Client().post(url(service), filled(**bad)).status_code == 422
    assert not Response.objects.exists()


def test_the_same_form_twice_is_one_rating(service):
    data = filled()
    first, second = Client().post(url(service), data), Client().post(url(service), data)
    assert first.url == second.url
    assert Response.objects.count() == 1


def test_a_remark_is_text_and_never_a_program(service, world, officer):
    payload = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
    Client().post(url(service), filled(remark=payload))
    Response.objects.update(hour=timezone.now() - timedelta(days=30))
    page = world.client(officer).get(reverse("feedback:remark-list", args=[service.code])).content.decode()
    assert payload not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    # Sent back in an error page it is text as well.
    page = (
        Client().post(url(service), {**filled(remark=payload), **dict.fromkeys(UNSUR, "")}).content.decode()
    )
    assert "<img src=x" not in page


def test_an_unknown_code_shows_what_there_is(service):
    response = Client().get("/l/tidak-ada/")
    assert response.status_code == 404
    assert service.name in response.content.decode()
    assert Client().get("/l/tidak-ada/nilai/").status_code == 404
    assert Client().post("/l/tidak-ada/nilai/", filled()).status_code == 404
    assert not Response.objects.exists()


def test_an_unused_counter_still_works(service):
    ServicePoint.objects.update(is_active=False)
    assert Client().get(url(service, "landing")).status_code == 200
    assert Client().post(url(service), filled()).status_code == 302
    assert Response.objects.count() == 1


def test_a_closed_service_says_what_to_do(service, world):
    other = world.make_service()
    Service.objects.filter(pk=service.pk).update(is_active=False)
    page = Client().get(url(service, "landing"))
    assert page.status_code == 200
    assert reverse("feedback:service-detail", args=[other.code]) in page.content.decode()
    assert reverse("feedback:complaint-new") in page.content.decode()
    assert Client().get(url(service)).status_code == 302
    late = Client().post(url(service), filled(remark="Tidak boleh hilang."))
    assert late.status_code == 409
    assert "Tidak boleh hilang." in late.content.decode()
    assert not Response.objects.exists()


def test_a_closed_period_names_the_next_one_and_keeps_the_words(service):
    period = service.survey_periods.get()
    SurveyPeriod.objects.update(starts_on="2099-03-02", ends_on="2099-03-31")
    page = Client().get(url(service))
    assert page.status_code == 200
    assert "2099" in page.content.decode()
    late = Client().post(url(service), filled(remark="Tidak boleh hilang."))
    assert late.status_code == 409
    assert "Tidak boleh hilang." in late.content.decode()
    assert not Response.objects.exists()
    period.refresh_from_db()
    assert period.starts_on.year == 2099


@pytest.mark.parametrize(
    "trace",
    [
        {"situs": "http://spam.example"},
        {"tampil": "palsu"},
        {"tampil": ""},
        {"tampil": shown_token(datetime(2100, 1, 1, tzinfo=UTC))},
    ],
)
def test_what_looks_automatic_is_thanked_and_noted(service, trace):
    response = Client().post(url(service), filled(**trace))
    assert response.url == url(service, "thanks")
    stored = Response.objects.get()
    # One sign alone holds nothing back.
    assert (stored.signals, stored.is_quarantined) == (["too_fast"], False)


def test_too_fast_is_a_policy_value(service):
    now = {"tampil": shown_token(timezone.now())}
    Client().post(url(service), filled(**now))
    no_minimum_time()
    Client().post(url(service), filled(**now))
    assert list(Response.objects.order_by("pk").values_list("signals", flat=True)) == [["too_fast"], []]


def test_a_crowd_from_one_network_is_noted_and_decides_nothing(service, own_cache):
    policy.set_value(
        "feedback.ratings_per_hour",
        3,
        scope="kendari",
        valid_from=timezone.now().date() - timedelta(days=3),
        by=None,
        reason="uji",
    )
    for host in range(6):
        Client(REMOTE_ADDR=f"203.0.113.{host}").post(url(service), filled())
    Client(REMOTE_ADDR="198.51.100.7").post(url(service), filled())
    found = list(Response.objects.order_by("pk").values_list("signals", flat=True))
    assert found == [[], [], [], ["crowd"], ["crowd"], ["crowd"], []]
    assert not Response.objects.filter(is_quarantined=True).exists()


def test_the_rating_page_needs_few_queries(service, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        Client().get(url(service))


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_sends_are_one_rating_with_one_receipt():
    world = World()
    restore_questionnaire()
    service = world.make_service()
    open_now(service)
    address, data = url(service), filled()

    def send(_number):
        try:
            response = Client().post(address, data)
            return response.status_code, response.url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert answers == {(302, url(service, "thanks"))}
    assert (Response.objects.count(), Answer.objects.count()) == (1, 9)
    assert SubmissionKey.objects.count() == 1
