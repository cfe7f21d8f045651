"""One-time codes: used once, never refused, without a trace to the answer; batches, keys, kiosks."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.core.policy import set_value
from apps.feedback.models import (
    Kiosk,
    QueueKey,
    ReceiptBatch,
    ReceiptDay,
    ReceiptUse,
    Response,
    ServicePoint,
)
from apps.feedback.rules import receipt_code
from apps.feedback.services import kiosks, receipts, surveys
from apps.feedback.services.pace import pace_of
from tests.feedback.helpers import UNSUR, answer, open_now, restore_questionnaire, today_of
from tests.world import World

NEW_KEY = "n" * 60


def issued(service, count=3, day=None, **fields):
    """Issue codes; returns the codes of one day."""
    (batch,) = receipts.issue(
        service=service, days=[day or today_of(service)], count=count, by=None, at=timezone.now(), **fields
    )
    return receipts.codes_of(batch)


def redeem(service, text, at=None):
    redeemed = receipts.redeem(text=text, service=service, at=at or timezone.now())
    return redeemed.tier, redeemed.signal


def at_day(days):
    return timezone.now() + timedelta(days=days)


def test_a_code_is_worth_a_verified_rating_once(service):
    code = issued(service)[0]
    assert redeem(service, receipt_code.grouped(code).lower()) == ("terverifikasi", "")
    assert redeem(service, code) == ("terbuka", "receipt_reused")
    assert ReceiptUse.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "saya tidak tahu", "7K3M-9QXT", "x" * 5000, "'; DROP TABLE"])
def test_no_code_and_a_slip_of_the_finger_are_no_sign_of_anything(service, text):
    issued(service)
    assert redeem(service, text) == ("terbuka", "")
    assert not ReceiptUse.objects.exists()


def test_a_made_up_and_an_unissued_code_are_open(service):
    issued(service, 3)
    key = receipts._keys(service.unit.government)[0]
    beyond = receipt_code.encode(service_id=service.pk, day=today_of(service), number=4, key=key)
    forged = receipt_code.encode(service_id=service.pk, day=today_of(service), number=1, key=b"x" * 32)
    for code in (beyond, forged):
        assert redeem(service, code) == ("terbuka", "receipt_unknown")
    assert not ReceiptUse.objects.exists()


def test_a_code_of_another_service_is_open_and_stays_worth_something_at_its_own(service, world):
    other = world.make_service()
    code = issued(other)[0]
    assert redeem(service, code) == ("terbuka", "receipt_foreign")
    assert redeem(other, code) == ("terverifikasi", "")


def test_a_code_holds_from_its_day_on_for_as_long_as_the_policy_says(service):
    set_value("feedback.receipt_valid_days", 3, scope="", valid_from=date(2020, 1, 1), by=None, reason="uji")
    tomorrow = today_of(service) + timedelta(days=1)
    codes = issued(service, 3, tomorrow)
    assert redeem(service, codes[0]) == ("terbuka", "receipt_expired")
    assert redeem(service, codes[0], at_day(1)) == ("terverifikasi", "")
    assert redeem(service, codes[1], at_day(3)) == ("terverifikasi", "")
    assert redeem(service, codes[2], at_day(4)) == ("terbuka", "receipt_expired")


def test_cancelled_codes_are_open_and_used_ones_stay(service):
    first, second, _third = issued(service)
    assert redeem(service, first) == ("terverifikasi", "")
    order = ReceiptBatch.objects.get().order
    receipts.cancel_order(service=service, order=order, by=None, at=timezone.now())
    assert redeem(service, second) == ("terbuka", "receipt_unknown")
    assert ReceiptUse.objects.count() == 1
    with pytest.raises(receipts.NothingToCancel):
        receipts.cancel_order(service=service, order=order, by=None, at=timezone.now())


def test_batches_of_a_day_continue_their_numbers(service):
    one, two = set(issued(service, 5)), set(issued(service, 5))
    assert not one & two
    assert list(ReceiptBatch.objects.order_by("id").values_list("first", "last")) == [(1, 5), (6, 10)]
    assert ReceiptDay.objects.get().issued == 10


def test_more_codes_than_numbers_are_refused_and_nothing_is_issued(service):
    issued(service, 2)
    days = [today_of(service) + timedelta(days=1), today_of(service)]
    with pytest.raises(receipts.TooManyCodes):
        receipts.issue(
            service=service, days=days, count=receipt_code.HIGHEST_NUMBER - 1, by=None, at=timezone.now()
        )
    assert ReceiptBatch.objects.count() == 1
    assert ReceiptDay.objects.get().issued == 2


def test_a_failing_rating_gives_the_code_back(service):
    code = issued(service)[0]
    with pytest.raises(surveys.TooFewAnswers), transaction.atomic():
        assert redeem(service, code) == ("terverifikasi", "")
        answer(service, {"waktu": 3})
    assert not ReceiptUse.objects.exists()
    assert redeem(service, code) == ("terverifikasi", "")


# --- no trace


def rows_of_everything():
    """Return every stored row of every table as one text per table."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
            found[model.__name__] = "\n".join(row[0] for row in cursor.fetchall())
    return found


def test_a_stolen_database_has_no_code_and_no_key(service):
    codes = issued(service, 4)
    _key, text = receipts.make_queue_key(service=service, label="Mesin", by=None, at=timezone.now())
    redeem(service, codes[0])
    for table, rows in rows_of_everything().items():
        for code in (*codes, *map(receipt_code.grouped, codes), text):
            assert code not in rows, table


def test_the_used_code_and_the_answer_do_not_know_each_other(service):
    """The queue system knows who got which code: nothing may lead from a code to the answers it came with."""
    code = issued(service)[0]
    redeemed = receipts.redeem(text=code, service=service, at=timezone.now())
    response = answer(service, tier=redeemed.tier)
    use = ReceiptUse.objects.get()
    # No column points from one to the other, and the code's row has a day and no time.
    assert {field.name for field in ReceiptUse._meta.get_fields()} == {"digest", "service", "day", "used_on"}
    assert not [
        f for f in Response._meta.get_fields() if "receipt" in f.name or f.related_model is ReceiptUse
    ]
    assert use.used_on == today_of(service)
    everything = rows_of_everything()
    holders = {table for table, rows in everything.items() if use.digest in rows}
    assert holders == {"ReceiptUse"}
    # No running number either: rows could be matched by their order.
    assert ReceiptUse._meta.pk.name == "digest"
    # What the trail says about the answer names the period and the hour.
    entry = AuditEntry.objects.filter(action="feedback.response.recorded").latest("pk")
    assert use.digest not in str(entry.data)
    assert response.tier == "terverifikasi"


# --- keys


def test_codes_outlive_a_rotation_of_the_secret_key(service, settings):
    first, second, _third = issued(service)
    redeem(service, first)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEW_KEY
    assert redeem(service, first) == ("terbuka", "receipt_reused")
    assert redeem(service, second) == ("terverifikasi", "")
    assert receipts.codes_of(ReceiptBatch.objects.get())[0] == first
    fresh = issued(service)[0]
    assert redeem(service, fresh) == ("terverifikasi", "")
    assert receipts.usage(service, today_of(service) + timedelta(days=1))[0].used == 3


def test_a_key_that_is_gone_takes_its_codes_along(service, settings):
    code = issued(service)[0]
    settings.SECRET_KEY = NEW_KEY
    assert redeem(service, code) == ("terbuka", "receipt_unknown")
    with pytest.raises(receipts.KeyGone):
        receipts.codes_of(ReceiptBatch.objects.get())


def test_governments_have_keys_of_their_own(service, world):
    assert receipts._keys(service.unit.government) != receipts._keys(world.other.government)


# --- counting


def test_usage_counts_until_yesterday_and_names_the_hole(service):
    codes = issued(service, 20)
    for place in (0, 1, 2, 14, 19):
        redeem(service, codes[place])
    today = today_of(service)
    assert [(d.issued, d.used, d.longest_gap) for d in receipts.usage(service, today)] == [(20, 0, 0)]
    (day,) = receipts.usage(service, today + timedelta(days=1))
    assert (day.issued, day.used, day.longest_gap, day.is_over) == (20, 5, 11, False)


def test_usage_needs_as_many_queries_for_many_days(service, django_assert_num_queries):
    today = today_of(service)
    redeem(service, issued(service, 2)[0])
    with django_assert_num_queries(3):
        receipts.usage(service, today + timedelta(days=1))
    for back in range(1, 5):
        redeem(service, issued(service, 2, today - timedelta(days=back))[0])
    with django_assert_num_queries(3):
        assert len(receipts.usage(service, today + timedelta(days=1))) == 5


def test_what_is_out_of_date_is_folded_to_numbers(service):
    codes = issued(service, 10)
    for place in (0, 6):
        redeem(service, codes[place])
    assert receipts.fold_expired(now=at_day(15)) == 0
    assert ReceiptUse.objects.count() == 2
    assert receipts.fold_expired(now=at_day(16)) == 1
    assert receipts.fold_expired(now=at_day(17)) == 0
    assert not ReceiptUse.objects.exists()
    row = ReceiptDay.objects.get()
    assert (row.issued, row.used, row.longest_gap) == (10, 2, 5)
    (day,) = receipts.usage(service, today_of(service) + timedelta(days=30))
    assert (day.used, day.longest_gap, day.is_over) == (2, 5, True)


def test_a_longer_validity_does_not_revive_folded_codes(service):
    code = issued(service)[0]
    redeem(service, code)
    receipts.fold_expired(now=at_day(20))
    set_value("feedback.receipt_valid_days", 90, scope="", valid_from=date(2020, 1, 1), by=None, reason="uji")
    assert redeem(service, code, at_day(20)) == ("terbuka", "receipt_expired")


# --- parallel use


@pytest.mark.django_db(transaction=True)
def test_ten_people_with_one_code_are_one_verified_rating():
    world = World()
    restore_questionnaire()
    service = world.make_service()
    open_now(service)
    code = issued(service)[0]

    def rate(number):
        try:
            with transaction.atomic():
                redeemed = receipts.redeem(text=code, service=service, at=timezone.now())
                answer(service, dict.fromkeys(UNSUR, 1 + number % 4), tier=redeemed.tier)
            return redeemed.tier, redeemed.signal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        found = sorted(pool.map(rate, range(10)))
    assert found == [("terbuka", "receipt_reused")] * 9 + [("terverifikasi", "")]
    assert Response.objects.filter(tier="terverifikasi").count() == 1
    assert Response.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_parallel_orders_never_share_a_number():
    service = World().make_service()

    def order(_number):
        try:
            return issued(service, 7)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        codes = [code for some in pool.map(order, range(6)) for code in some]
    assert len(set(codes)) == 42
    assert ReceiptDay.objects.get().issued == 42


# --- keys of queue systems, kiosks, pace


def test_a_queue_key_is_found_by_its_text_until_it_is_revoked(service):
    key, text = receipts.make_queue_key(service=service, label="Mesin", by=None, at=timezone.now())
    assert receipts.find_queue_key(text) == key
    assert receipts.find_queue_key(text[:-1]) is None
    assert receipts.find_queue_key("") is None
    receipts.revoke_queue_key(key=key, by=None, at=timezone.now())
    receipts.revoke_queue_key(key=key, by=None, at=timezone.now())
    assert receipts.find_queue_key(text) is None
    assert AuditEntry.objects.filter(action="feedback.queue_key.revoked").count() == 1


def test_a_key_of_a_closed_service_opens_nothing(service):
    _key, text = receipts.make_queue_key(service=service, label="Mesin", by=None, at=timezone.now())
    service.is_active = False
    service.save()
    assert receipts.find_queue_key(text) is None


def test_a_counter_has_one_kiosk_in_use(service):
    point = service.points.get()
    kiosk = kiosks.register_kiosk(point=point, by=None, at=timezone.now())
    with pytest.raises(kiosks.KioskExists):
        kiosks.register_kiosk(point=point, by=None, at=timezone.now())
    kiosks.revoke_kiosk(kiosk=kiosk, by=None, at=timezone.now())
    again = kiosks.register_kiosk(point=point, by=None, at=timezone.now())
    assert again.code != kiosk.code
    assert Kiosk.objects.filter(revoked_at=None).count() == 1


def test_the_pace_of_a_kiosk_is_its_own(service, own_cache):
    one = kiosks.register_kiosk(point=service.points.get(), by=None, at=timezone.now())
    other_point = ServicePoint.objects.create(service=service, code="lain", label="Loket 2")
    other = kiosks.register_kiosk(point=other_point, by=None, at=timezone.now())
    assert [kiosks.is_hasty(kiosk, pause_seconds=60) for kiosk in (one, other, one)] == [False, False, True]
    assert not kiosks.is_hasty(one, pause_seconds=0)


@pytest.mark.parametrize(
    ("seconds", "pace"),
    [(1, "too_fast"), (3, "quick"), (59, "quick"), (60, "normal"), (600, "normal"), (601, "slow")],
)
def test_pace_has_coarse_classes(seconds, pace):
    from apps.feedback.services.abuse import shown_token

    now = timezone.now().replace(microsecond=0)
    token = shown_token(now - timedelta(seconds=seconds))
    assert pace_of(token, at=now, minimum_seconds=3) == pace


def test_pace_without_our_signature_is_unknown():
    assert pace_of("palsu", at=timezone.now(), minimum_seconds=3) == ""


# --- the database holds its own


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (ReceiptBatch, {"first": 0}),
        (ReceiptBatch, {"last": 0}),
        (ReceiptDay, {"used": 4}),
    ],
)
def test_impossible_numbers_are_refused_by_the_database(service, model, change):
    issued(service, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_what_exists_once_is_unique_in_the_database(service):
    issued(service, 3)
    batch = ReceiptBatch.objects.get()
    batch.pk, batch.order = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptDay.objects.create(service=service, day=today_of(service))
    now = timezone.now()
    key, _text = receipts.make_queue_key(service=service, label="Mesin", by=None, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueKey.objects.create(service=service, label="x", digest=key.digest, ending="xxxx", made_at=now)
    point = service.points.get()
    kiosk = kiosks.register_kiosk(point=point, by=None, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Kiosk.objects.create(point=point, code="lain", registered_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Kiosk.objects.create(point=point, code=kiosk.code, registered_at=now, revoked_at=now)
