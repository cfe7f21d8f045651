"""One form, one row: repetitions get the first receipt."""

import threading
import uuid

import pytest
from django.db import connection

from apps.core import idempotency
from apps.core.models import Holiday, SubmissionKey

pytestmark = pytest.mark.django_db(transaction=True)


def _work(key: uuid.UUID, receipts: list[str]) -> None:
    try:
        with idempotency.once_for_key(key, "test") as once:
            if not once.is_replay:
                row = Holiday.objects.create(scope="test", date="2026-01-01", name=str(uuid.uuid4()))
                once.location = f"/resi/{row.pk}/"
        receipts.append(once.location)
    finally:
        connection.close()


def test_ten_parallel_arrivals_make_one_row_and_one_receipt() -> None:
    key, receipts = uuid.uuid4(), []
    threads = [threading.Thread(target=_work, args=(key, receipts)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 10
    assert len(set(receipts)) == 1
    assert Holiday.objects.count() == 1


def test_a_failed_first_arrival_leaves_the_key_free() -> None:
    key, receipts = uuid.uuid4(), []
    with pytest.raises(RuntimeError), idempotency.once_for_key(key, "test"):
        raise RuntimeError
    assert not SubmissionKey.objects.exists()
    _work(key, receipts)
    assert receipts[0].startswith("/resi/")


def test_an_unreadable_key_counts_as_new() -> None:
    assert idempotency.key_of("rusak") != idempotency.key_of("rusak")


def test_a_receipt_known_beforehand_is_written_with_the_key() -> None:
    key = uuid.uuid4()
    with idempotency.once_for_key(key, "test", location="/resi/1/") as first:
        assert (first.is_replay, first.location) == (False, "/resi/1/")
        assert SubmissionKey.objects.get().location == "/resi/1/"
    with idempotency.once_for_key(key, "test", location="/resi/2/") as second:
        assert (second.is_replay, second.location) == (True, "/resi/1/")
    with idempotency.once_for_key(uuid.uuid4(), "test", location="/resi/1/") as third:
        third.location = "/resi/3/"
    assert set(SubmissionKey.objects.values_list("location", flat=True)) == {"/resi/1/", "/resi/3/"}


HOLIDAYS = "SELECT 1 FROM core_holiday WHERE scope = %s", ["kendari"]


def test_work_that_rests_on_something_is_done_while_it_is_there() -> None:
    Holiday.objects.create(scope="kendari", date="2026-01-01", name="x")
    key = uuid.uuid4()
    with idempotency.once_for_key(key, "test", location="/resi/1/", while_there_is=HOLIDAYS) as first:
        assert not first.is_replay
    Holiday.objects.all().delete()
    # It was done then: whoever sends it again gets the receipt.
    with idempotency.once_for_key(key, "test", location="/resi/2/", while_there_is=HOLIDAYS) as second:
        assert (second.is_replay, second.location) == (True, "/resi/1/")


def test_what_is_out_of_date_writes_nothing_and_leaves_the_key_free() -> None:
    key, begun = uuid.uuid4(), []
    with (
        pytest.raises(idempotency.OutOfDate),
        idempotency.once_for_key(key, "test", location="/resi/1/", while_there_is=HOLIDAYS) as once,
    ):
        begun.append(once)
    assert not begun
    assert not SubmissionKey.objects.exists()
    Holiday.objects.create(scope="kendari", date="2026-01-01", name="x")
    with idempotency.once_for_key(key, "test", while_there_is=HOLIDAYS) as once:
        assert not once.is_replay


def test_parallel_arrivals_that_rest_on_something_are_one_as_well() -> None:
    Holiday.objects.create(scope="kendari", date="2026-01-01", name="x")
    key, replays, start = uuid.uuid4(), [], threading.Barrier(6)

    def send() -> None:
        try:
            start.wait(30)
            with idempotency.once_for_key(key, "test", location="/r/", while_there_is=HOLIDAYS) as once:
                replays.append(once.is_replay)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(replays) == [False, True, True, True, True, True]
