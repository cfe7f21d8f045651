"""A tablet for one person after the other: nothing of the last one is left, and each one counts."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import Kiosk, Response, ServicePoint
from apps.feedback.services import kiosks, receipts
from apps.feedback.services.abuse import shown_token
from tests.feedback.helpers import UNSUR, today_of


def filled(**changes):
    shown = shown_token(timezone.now() - timedelta(seconds=45))
    return {**dict.fromkeys(UNSUR, "4"), "_key": str(uuid.uuid4()), "tampil": shown, **changes}


@pytest.fixture
def kiosk(service, own_cache):
    return kiosks.register_kiosk(point=service.points.get(), by=None, at=timezone.now())


def url(kiosk, name="kiosk-rate"):
    return reverse(f"feedback:{name}", args=[kiosk.code])


def test_a_rating_on_the_kiosk_returns_to_the_start(kiosk):
    client = Client()
    assert url(kiosk) in client.get(url(kiosk, "kiosk")).content.decode()
    sent = client.post(url(kiosk), filled(remark="Cepat."))
    assert sent.url == url(kiosk, "kiosk-thanks")
    thanks = client.get(sent.url).content.decode()
    refresh = re.search(r'http-equiv="refresh" content="\d+;url=([^"]+)"', thanks)
    assert refresh.group(1) == url(kiosk, "kiosk")
    response = Response.objects.get()
    assert (response.channel, response.tier, response.pace) == ("kiosk", "terbuka", "quick")
    assert response.point == kiosk.point


def test_nothing_of_the_person_before_is_left(kiosk):
    client = Client()
    client.post(url(kiosk), filled(remark="Rahasia orang pertama."))
    for name in ("kiosk", "kiosk-rate", "kiosk-thanks"):
        page = client.get(url(kiosk, name))
        assert "no-store" in page["Cache-Control"]
        assert "Rahasia" not in page.content.decode()
        assert not re.search(r'type="radio"[^>]*checked', page.content.decode())
    form = client.get(url(kiosk)).content.decode()
    assert 'autocomplete="off"' in form
    assert "data-keep" not in form
    assert f'data-idle-url="{url(kiosk, "kiosk")}"' in form
    assert re.search(rf'<a class="button[^"]*" href="{url(kiosk, "kiosk")}"', form)
    # Two forms have two keys: the second person is not taken for a repetition.
    keys = {
        re.search(r'name="_key" value="([^"]+)"', client.get(url(kiosk)).content.decode()).group(1)
        for _ in "ab"
    }
    assert len(keys) == 2


def test_a_mistake_is_shown_without_being_kept(kiosk):
    page = Client().post(url(kiosk), {**filled(remark="Masih di sini."), **dict.fromkeys(UNSUR[2:], "")})
    assert page.status_code == 422
    assert "Masih di sini." in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert not Response.objects.exists()


def test_people_in_one_browser_each_count_unless_the_device_is_too_quick(kiosk, monkeypatch):
    client = Client()
    client.post(url(kiosk), filled())
    client.post(url(kiosk), filled())
    monkeypatch.setattr(kiosks, "is_hasty", lambda *_args, **_kwargs: False)
    client.post(url(kiosk), filled())
    # The second came within the pause of the device; both others are plain, though browser and address are one.
    assert [row.signals for row in Response.objects.order_by("pk")] == [[], ["too_fast"], []]


def test_a_receipt_code_makes_a_kiosk_rating_verified(kiosk, service):
    (batch,) = receipts.issue(service=service, days=[today_of(service)], count=1, by=None, at=timezone.now())
    assert 'name="kode"' in Client().get(url(kiosk)).content.decode()
    Client().post(url(kiosk), filled(kode=receipts.codes_of(batch)[0]))
    response = Response.objects.get()
    assert (response.channel, response.tier) == ("kiosk", "terverifikasi")


@pytest.mark.parametrize("name", ["kiosk", "kiosk-rate", "kiosk-thanks"])
def test_a_revoked_or_unknown_kiosk_shows_no_questionnaire(kiosk, name):
    kiosks.revoke_kiosk(kiosk=kiosk, by=None, at=timezone.now())
    for code in (kiosk.code, "tidak-ada"):
        page = Client().get(reverse(f"feedback:{name}", args=[code]))
        assert page.status_code == 404
        assert 'type="radio"' not in page.content.decode()
    assert Client().post(url(kiosk), filled()).status_code == 404
    assert not Response.objects.exists()


def test_a_closed_survey_keeps_the_words_on_the_kiosk(kiosk, service):
    service.survey_periods.update(starts_on="2099-03-02", ends_on="2099-03-31")
    assert Client().get(url(kiosk, "kiosk")).status_code == 200
    answer = Client().post(url(kiosk), filled(remark="Tetap ada."))
    assert answer.status_code == 409
    assert "Tetap ada." in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_the_office_registers_one_kiosk_per_counter(service, world):
    client = world.client(world.head)
    address = reverse("feedback:kiosk-register", args=[service.code])
    point = service.points.get()
    data = {"point": point.pk, "_key": str(uuid.uuid4())}
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 302
    kiosk = Kiosk.objects.get()
    assert client.post(address, {**data, "_key": str(uuid.uuid4())}).status_code == 422
    overview = client.get(reverse("feedback:receipt-codes", args=[service.code])).content.decode()
    assert url(kiosk, "kiosk") in overview
    other = ServicePoint.objects.create(service=world.make_service(), code="lain", label="Loket lain")
    assert client.post(address, {"point": other.pk, "_key": str(uuid.uuid4())}).status_code == 422
    assert Kiosk.objects.count() == 1
    assert client.post(reverse("feedback:kiosk-revoke", args=[kiosk.pk])).status_code == 302
    assert Client().get(url(kiosk, "kiosk")).status_code == 404
