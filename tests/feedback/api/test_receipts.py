"""Queue systems fetch codes with a key of their own; codes work through the API as well."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.feedback.api.receipts import QueueKeyThrottle
from apps.feedback.models import QueueKey, ReceiptBatch, ReceiptDay, Response
from apps.feedback.rules import receipt_code
from apps.feedback.services import receipts
from tests.feedback.helpers import UNSUR, today_of

RECEIPTS = "/api/v1/receipts/"


@pytest.fixture
def key(service: Any) -> str:
    return receipts.make_queue_key(service=service, label="Mesin", by=None, at=timezone.now())[1]


def fetch(key: str, body: dict[str, Any] | None = None, *, idempotency: Any = None, **options: Any) -> Any:
    headers = {"Idempotency-Key": str(idempotency or uuid.uuid4())}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return Client(**options).post(
        RECEIPTS, json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_a_machine_fetches_a_code_for_a_ticket(service: Any, key: str) -> None:
    answer = fetch(key)
    assert answer.status_code == 201, answer.content
    data = answer.json()
    assert (data["service"], data["day"]) == (service.code, today_of(service).isoformat())
    assert data["valid_until"] == (today_of(service) + timedelta(days=13)).isoformat()
    (one,) = data["codes"]
    assert one["url"].endswith(f"/k/{receipt_code.normalize(one['code'])}/")
    redeemed = receipts.redeem(text=one["code"], service=service, at=timezone.now())
    assert (redeemed.tier, redeemed.signal) == ("terverifikasi", "")
    assert ReceiptBatch.objects.get().source == "api"
    assert QueueKey.objects.get().last_used_on == today_of(service)


def test_a_repetition_gets_the_same_codes(service: Any, key: str, settings: Any) -> None:
    name = uuid.uuid4()
    first = fetch(key, {"count": 3}, idempotency=name)
    again = fetch(key, {"count": 3}, idempotency=name)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "r" * 60
    assert fetch(key, {"count": 3}, idempotency=name).json() == first.json()
    settings.SECRET_KEY_FALLBACKS = []
    assert fetch(key, {"count": 3}, idempotency=name).status_code == 409
    assert ReceiptDay.objects.get().issued == 3
    assert fetch(key, {"count": 4}, idempotency=name).status_code == 409
    assert ReceiptBatch.objects.count() == 1


def test_two_machines_do_not_meet_by_their_idempotency_keys(service: Any, key: str) -> None:
    _row, other = receipts.make_queue_key(service=service, label="Kedua", by=None, at=timezone.now())
    name = uuid.uuid4()
    one, two = fetch(key, idempotency=name), fetch(other, idempotency=name)
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json()["codes"] != two.json()["codes"]


@pytest.mark.parametrize(
    "body",
    [
        {"count": 0},
        {"count": 101},
        {"count": "banyak"},
        {"day": "besok"},
        {"day": "2020-01-01"},
        {"day": "2099-01-01"},
    ],
)
def test_what_does_not_fit_is_refused(service: Any, key: str, body: dict[str, Any]) -> None:
    answer = fetch(key, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not ReceiptBatch.objects.exists()
    assert not ReceiptDay.objects.exists()


def test_without_a_key_in_force_nothing_is_issued(service: Any, key: str, world: Any) -> None:
    receipts.revoke_queue_key(key=QueueKey.objects.get(), by=None, at=timezone.now())
    for wrong in ("", "ABC", key, f"{key} {key}", "ü"):
        answer = fetch(wrong)
        assert answer.status_code == 403, wrong
    signed_in = world.client(world.head).post(
        RECEIPTS, "{}", content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert signed_in.status_code == 403
    assert not ReceiptBatch.objects.exists()


def test_without_an_idempotency_key_nothing_is_issued(service: Any, key: str) -> None:
    answer = Client().post(
        RECEIPTS, "{}", content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 400
    assert not ReceiptBatch.objects.exists()


def test_a_key_is_slowed_down_and_others_go_on(
    service: Any, key: str, own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QueueKeyThrottle, "rate", "2/min")
    _row, other = receipts.make_queue_key(service=service, label="Kedua", by=None, at=timezone.now())
    assert [fetch(key).status_code for _ in range(3)] == [201, 201, 429]
    assert fetch(other).status_code == 201
    assert ReceiptBatch.objects.count() == 3


def test_a_rating_with_a_code_is_verified_once_and_the_kept_fingerprint_ignores_the_code(
    service: Any, key: str
) -> None:
    code = fetch(key).json()["codes"][0]["code"]
    body = {"service": service.code, "answers": dict.fromkeys(UNSUR, 3), "receipt": code.lower()}

    def rate(body: dict[str, Any], name: Any = None) -> Any:
        return Client().post(
            "/api/v1/responses/",
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": str(name or uuid.uuid4())},
        )

    name = uuid.uuid4()
    assert rate(body, name).status_code == 201
    # The fingerprint of the content is kept beside the minute: it must not join the code and its answers.
    assert rate({**body, "receipt": ""}, name).status_code == 200
    assert rate(body).status_code == 201
    assert rate({**body, "receipt": "tidak tahu"}).status_code == 201
    assert list(Response.objects.order_by("pk").values_list("tier", flat=True)) == [
        "terverifikasi",
        "terbuka",
        "terbuka",
    ]
