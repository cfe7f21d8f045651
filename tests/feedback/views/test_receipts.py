"""From the slip to the verified rating; nobody is told off; the offices' pages around it."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry, SubmissionKey
from apps.feedback.models import Kiosk, QueueKey, ReceiptBatch, ReceiptDay, ReceiptUse, Response, Service
from apps.feedback.rules import receipt_code
from apps.feedback.services import kiosks, receipts
from apps.feedback.services.abuse import shown_token
from tests.feedback.helpers import UNSUR, today_of


def filled(**changes):
    """Return a filled-in form that was shown a minute ago."""
    shown = shown_token(timezone.now() - timedelta(seconds=90))
    return {**dict.fromkeys(UNSUR, "3"), "_key": str(uuid.uuid4()), "tampil": shown, **changes}


@pytest.fixture
def code(service):
    (batch,) = receipts.issue(service=service, days=[today_of(service)], count=2, by=None, at=timezone.now())
    return receipts.codes_of(batch)[0]


@pytest.fixture
def point(service):
    return service.points.get()


def stored():
    return list(Response.objects.order_by("pk").values_list("channel", "tier"))


def made_up(service):
    """Return a code with a right check letter that nobody issued."""
    return receipt_code.encode(service_id=service.pk, day=today_of(service), number=9, key=b"z" * 32)


def test_a_typed_code_leads_to_its_service_and_makes_a_verified_rating(service, point, code):
    client = Client()
    typed = receipt_code.grouped(code).lower()
    answer = client.post(reverse("feedback:receipt-enter"), {"kode": typed, "titik": point.code})
    assert (answer.status_code, answer.url) == (302, reverse("feedback:receipt-rate", args=[code]))
    page = client.get(answer.url).content.decode()
    assert service.name in page
    assert f'name="kode" value="{code}"' in page
    assert f'action="{reverse("feedback:receipt-send")}"' in page
    sent = client.post(reverse("feedback:receipt-send"), filled(kode=code, filled_by="family"))
    assert (sent.status_code, sent.url) == (302, reverse("feedback:rated", args=[service.code]))
    assert client.get(sent.url).status_code == 200
    assert stored() == [("receipt", "terverifikasi")]
    response = Response.objects.get()
    assert (response.filled_by, response.pace, response.point) == ("family", "normal", None)


def test_no_address_that_is_kept_names_the_code(service, code):
    sent = Client().post(reverse("feedback:receipt-send"), filled(kode=code))
    assert code not in sent.url
    assert code not in "".join(SubmissionKey.objects.values_list("location", flat=True))


def test_the_same_form_twice_is_one_verified_rating(service, code):
    data = filled(kode=code)
    first, second = (Client().post(reverse("feedback:receipt-send"), data) for _ in range(2))
    assert first.url == second.url
    assert stored() == [("receipt", "terverifikasi")]


def test_a_code_used_again_is_thanked_alike_and_counts_as_open(service, code):
    answers = [Client().post(reverse("feedback:receipt-send"), filled(kode=code)) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert stored() == [("receipt", "terverifikasi"), ("receipt", "terbuka")]
    # Whoever opens a used code sees the same page as with a new one.
    page = Client().get(reverse("feedback:receipt-rate", args=[code]))
    assert page.status_code == 200
    assert (
        len(re.findall(r'type="radio" *\n? *id="id_[a-z]+_\d" *\n? *name="waktu"', page.content.decode()))
        == 4
    )


def test_a_made_up_code_is_thanked_alike_and_counts_as_open(service, code):
    answer = Client().post(reverse("feedback:receipt-send"), filled(kode=made_up(service)))
    assert answer.url == reverse("feedback:rated", args=[service.code])
    assert stored() == [("receipt", "terbuka")]
    assert Response.objects.get().signals == ["receipt"]


def test_an_expired_code_is_thanked_alike(service):
    (batch,) = receipts.issue(
        service=service, days=[today_of(service) - timedelta(days=30)], count=1, by=None, at=timezone.now()
    )
    (old,) = receipts.codes_of(batch)
    assert Client().get(reverse("feedback:receipt-rate", args=[old])).status_code == 200
    assert Client().post(reverse("feedback:receipt-send"), filled(kode=old)).status_code == 302
    assert stored() == [("receipt", "terbuka")]


def test_a_code_of_another_service_in_the_form_of_a_counter_is_open(service, world, point):
    other = world.make_service()
    (batch,) = receipts.issue(service=other, days=[today_of(other)], count=1, by=None, at=timezone.now())
    (foreign,) = receipts.codes_of(batch)
    answer = Client().post(reverse("feedback:rate", args=[point.code]), filled(kode=foreign))
    assert answer.url == reverse("feedback:thanks", args=[point.code])
    assert stored() == [("qr", "terbuka")]
    assert not ReceiptUse.objects.exists()


def test_a_slip_of_the_finger_is_pointed_out_with_the_text_and_a_way_on(service, point, code):
    wrong = code[:5] + ("A" if code[5] != "A" else "B") + code[6:]
    answer = Client().post(reverse("feedback:receipt-enter"), {"kode": wrong, "titik": point.code})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert wrong in page
    assert reverse("feedback:rate", args=[point.code]) in page
    short = Client().post(reverse("feedback:receipt-enter"), {"kode": code[:-1]})
    assert short.status_code == 422
    empty = Client().post(reverse("feedback:receipt-enter"), {"kode": ""})
    assert empty.status_code == 422
    opened = Client().get(reverse("feedback:receipt-rate", args=[wrong]))
    assert opened.status_code == 404
    assert wrong in opened.content.decode()


def test_a_code_that_names_no_service_goes_on_at_the_counter(service, point):
    nowhere = receipt_code.encode(service_id=999_999, day=today_of(service), number=1, key=b"z" * 32)
    answer = Client().post(reverse("feedback:receipt-enter"), {"kode": nowhere, "titik": point.code})
    assert answer.url == f"{reverse('feedback:rate', args=[point.code])}?kode={nowhere}"
    page = Client().get(answer.url).content.decode()
    assert f'name="kode" value="{nowhere}"' in page
    assert Client().post(reverse("feedback:receipt-enter"), {"kode": nowhere}).status_code == 302
    assert Client().get(reverse("feedback:receipt-rate", args=[nowhere])).status_code == 404
    assert Client().post(reverse("feedback:receipt-send"), filled(kode=nowhere)).status_code == 404
    assert not Response.objects.exists()


def test_errors_keep_code_and_answers(service, code):
    data = {**filled(kode=code, remark="Tidak boleh hilang."), **dict.fromkeys(UNSUR[3:], "")}
    answer = Client().post(reverse("feedback:receipt-send"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tidak boleh hilang." in page
    assert f'name="kode" value="{code}"' in page
    assert not ReceiptUse.objects.exists()
    assert (
        Client().post(reverse("feedback:receipt-send"), {**data, **filled(), "kode": code}).status_code == 302
    )
    assert stored() == [("receipt", "terverifikasi")]


def test_a_closed_survey_keeps_words_and_code(service, code):
    service.survey_periods.update(starts_on="2099-03-02", ends_on="2099-03-31")
    answer = Client().post(reverse("feedback:receipt-send"), filled(kode=code, remark="Tetap ada."))
    assert answer.status_code == 409
    assert "Tetap ada." in answer.content.decode()
    assert not ReceiptUse.objects.exists()


def test_a_service_that_was_closed_meanwhile_keeps_the_words(service, point):
    Service.objects.update(is_active=False)
    answer = Client().post(reverse("feedback:rate", args=[point.code]), filled(remark="Tetap ada."))
    assert answer.status_code == 409
    assert "Tetap ada." in answer.content.decode()
    assert not Response.objects.exists()


def test_helped_ratings_are_told_apart(service, point):
    client = Client()
    landing = client.get(reverse("feedback:landing", args=[point.code])).content.decode()
    helped = f"{reverse('feedback:rate', args=[point.code])}?dibantu=1"
    assert f'href="{helped}"' in landing
    page = client.get(helped).content.decode()
    assert 'name="dibantu" value="1"' in page
    assert 'name="filled_by"' not in page
    client.post(reverse("feedback:rate", args=[point.code]), filled(dibantu="1", filled_by="self"))
    response = Response.objects.get()
    assert (response.channel, response.tier, response.filled_by) == ("assisted", "terbuka", "helper")


def test_the_landing_offers_the_code_only_while_a_survey_runs(service, point):
    address = reverse("feedback:landing", args=[point.code])
    assert 'name="kode"' in Client().get(address).content.decode()
    service.survey_periods.update(starts_on="2099-03-02", ends_on="2099-03-31")
    assert 'name="kode"' not in Client().get(address).content.decode()


# --- the office


def order_url(service):
    return reverse("feedback:receipt-issue", args=[service.code])


def ordered(service, **changes):
    return {"first_day": today_of(service).isoformat(), "count": "6", "_key": str(uuid.uuid4()), **changes}


def test_a_sheet_is_ordered_and_shows_codes_that_work(service, world):
    client = world.client(world.head)
    answer = client.post(order_url(service), ordered(service))
    batch = ReceiptBatch.objects.get()
    assert answer.url == reverse("feedback:receipt-sheet", args=[batch.order])
    sheet = client.get(answer.url)
    codes = re.findall(r'class="slip-code">([0-9A-Z-]+)<', sheet.content.decode())
    assert len(codes) == 6
    assert sheet.content.decode().count("<svg width") >= 6 or sheet.content.decode().count("<svg") >= 6
    assert "no-store" in sheet["Cache-Control"]
    Client().post(reverse("feedback:receipt-send"), filled(kode=codes[3]))
    assert stored() == [("receipt", "terverifikasi")]
    entry = AuditEntry.objects.get(action="feedback.receipts.issued")
    assert codes[0] not in str(entry.data)


def test_the_same_order_twice_is_one_sheet(service, world):
    client = world.client(world.head)
    data = ordered(service)
    first, second = client.post(order_url(service), data), client.post(order_url(service), data)
    assert first.url == second.url
    assert ReceiptBatch.objects.count() == 1


def test_a_range_of_days_leaves_out_closed_ones(service, world):
    monday = today_of(service) + timedelta(days=(7 - today_of(service).weekday()) % 7)
    Service.objects.update(opening_hours={str(day): ["08:00", "15:00"] for day in range(5)})
    data = ordered(service, first_day=monday.isoformat(), last_day=(monday + timedelta(days=8)).isoformat())
    answer = world.client(world.head).post(order_url(service), data)
    assert answer.status_code == 302
    days = [batch.day.weekday() for batch in ReceiptBatch.objects.order_by("day")]
    assert days == [0, 1, 2, 3, 4, 0, 1]
    assert ReceiptBatch.objects.values("order").distinct().count() == 1


@pytest.mark.parametrize(
    ("field", "days", "count"),
    [
        ("first_day", (-1, None), "5"),
        ("last_day", (3, 1), "5"),
        ("last_day", (0, 31), "5"),
        ("last_day", (40, 61), "5"),
        ("count", (0, None), "0"),
        ("count", (0, None), "501"),
        ("count", (0, 10), "400"),
        ("count", (0, None), "banyak"),
        ("count", (0, None), ""),
    ],
)
def test_orders_that_do_not_fit_are_refused_with_what_was_typed(service, world, field, days, count):
    first, last = (
        "" if step is None else (today_of(service) + timedelta(days=step)).isoformat() for step in days
    )
    answer = world.client(world.head).post(
        order_url(service), ordered(service, first_day=first, last_day=last, count=count)
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ReceiptBatch.objects.exists()
    assert not ReceiptDay.objects.exists()


def test_an_order_survives_signing_in_again(service, world):
    client = world.client(world.head)
    page = client.get(order_url(service)).content.decode()
    owner = re.search(r'name="_owner" value="([^"]+)"', page).group(1)
    client.session.flush()
    client.cookies.clear()
    client.post(order_url(service), ordered(service, count="77", _owner=owner))
    assert not ReceiptBatch.objects.exists()
    session = client.session
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    assert session is not None
    page = client.get(order_url(service)).content.decode()
    assert 'value="77"' in page


def test_the_auditor_sees_numbers_and_no_code(service, world, code):
    page = world.client(world.auditor).get(reverse("feedback:receipt-codes", args=[service.code]))
    assert page.status_code == 200
    assert "survei/kode/" not in page.content.decode()
    order = ReceiptBatch.objects.get().order
    for name in ("receipt-sheet", "receipt-cancel"):
        address = reverse(f"feedback:{name}", args=[order])
        answer = world.client(world.auditor).generic("GET" if "sheet" in name else "POST", address)
        assert answer.status_code == 403
    assert (
        world.client(world.stranger).get(reverse("feedback:receipt-sheet", args=[order])).status_code == 404
    )
    assert ReceiptBatch.objects.get().cancelled_at is None


def test_codes_are_cancelled_after_a_second_look(service, world, code):
    client = world.client(world.head)
    order = ReceiptBatch.objects.get().order
    address = reverse("feedback:receipt-cancel", args=[order])
    asked = client.post(address)
    assert asked.status_code == 200
    assert ReceiptBatch.objects.get().cancelled_at is None
    assert client.post(address, {"confirmed": "1"}).status_code == 302
    assert ReceiptBatch.objects.get().cancelled_at is not None
    assert "slip-code" not in client.get(reverse("feedback:receipt-sheet", args=[order])).content.decode()
    Client().post(reverse("feedback:receipt-send"), filled(kode=code))
    assert stored() == [("receipt", "terbuka")]


def test_sheets_under_a_lost_key_say_so(service, world, code, settings):
    client = world.client(world.head)
    order = ReceiptBatch.objects.get().order
    ReceiptBatch.objects.update(key_mark="gone")
    answer = client.get(reverse("feedback:receipt-sheet", args=[order]))
    assert answer.url == reverse("feedback:receipt-codes", args=[service.code])


def test_a_queue_key_is_shown_once(service, world):
    client = world.client(world.head)
    address = reverse("feedback:queue-key-make", args=[service.code])
    data = {"label": "Mesin antrean", "_key": str(uuid.uuid4())}
    made = client.post(address, data)
    text = re.search(r'data-role="queue-key">([0-9A-Z]+)<', made.content.decode()).group(1)
    assert made["Cache-Control"] == "no-store"
    assert receipts.find_queue_key(text) == QueueKey.objects.get()
    again = client.post(address, data)
    assert (again.status_code, QueueKey.objects.count()) == (302, 1)
    page = client.get(reverse("feedback:receipt-codes", args=[service.code])).content.decode()
    assert text not in page
    assert text[-4:] in page
    key = QueueKey.objects.get()
    assert client.post(reverse("feedback:queue-key-revoke", args=[key.pk])).status_code == 302
    assert receipts.find_queue_key(text) is None


def test_others_make_and_revoke_nothing(service, world):
    key, text = receipts.make_queue_key(service=service, label="Mesin", by=None, at=timezone.now())
    kiosk = kiosks.register_kiosk(point=service.points.get(), by=None, at=timezone.now())
    for who, status in ((world.auditor, 403), (world.stranger, 404), (world.foreigner, 404)):
        client = world.client(who)
        for name, argument in (
            ("receipt-issue", service.code),
            ("queue-key-make", service.code),
            ("kiosk-register", service.code),
            ("queue-key-revoke", key.pk),
            ("kiosk-revoke", kiosk.pk),
        ):
            answer = client.post(
                reverse(f"feedback:{name}", args=[argument]),
                ordered(service, label="x", point=service.points.get().pk),
            )
            assert answer.status_code == status, (who, name)
    assert receipts.find_queue_key(text) is not None
    assert (QueueKey.objects.count(), Kiosk.objects.filter(revoked_at=None).count()) == (1, 1)
    assert not ReceiptBatch.objects.exists()


def test_the_overview_needs_as_many_queries_for_many_rows(service, world, django_assert_max_num_queries):
    client = world.client(world.head)
    address = reverse("feedback:receipt-codes", args=[service.code])

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    receipts.issue(service=service, days=[today_of(service)], count=2, by=None, at=timezone.now())
    receipts.make_queue_key(service=service, label="Satu", by=None, at=timezone.now())
    queries()
    few = queries()
    for step in range(4):
        day = today_of(service) - timedelta(days=step)
        receipts.issue(service=service, days=[day], count=2, by=None, at=timezone.now())
        receipts.make_queue_key(service=service, label=f"Lain {step}", by=None, at=timezone.now())
    assert queries() == few
