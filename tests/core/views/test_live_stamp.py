"""The question of a live screen: answered before anything else is looked for."""

import time
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from apps.core import stamps
from tests.world import World

pytestmark = pytest.mark.django_db


def _address(*names: str) -> str:
    return reverse("core:live-stamp", args=[stamps.token(*names)])


def test_it_costs_no_query_and_touches_no_session(world: World, django_assert_num_queries: Any) -> None:
    client = Client()
    client.force_login(world.staff.user)
    with django_assert_num_queries(0):
        first = client.get(_address("unit:1"))
        second = client.get(_address("unit:1"), headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, second.status_code) == (200, 304)
    assert first["Cache-Control"] == second["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in second
    assert "Content-Security-Policy" in second
    stamps.bump_now("unit:1")
    assert client.get(_address("unit:1"), headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_can_only_be_asked(method: str) -> None:
    assert getattr(Client(), method)(_address("unit:1")).status_code == 405


def test_what_is_not_ours_gets_no_answer() -> None:
    address = _address("unit:1")
    assert Client().get(f"{address[:-2]}x/").status_code == 204
    assert Client().get("/tanda/").status_code == 404
    assert Client().get("/tanda/a/b/").status_code == 404


def test_a_token_that_was_read_before_still_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    token = stamps.token("unit:1")
    assert stamps.names_of(token) == ("unit:1",)
    later = time.time() + stamps.TOKEN_SECONDS + 5
    monkeypatch.setattr("apps.core.stamps.time.time", lambda: later)
    with pytest.raises(signing.SignatureExpired):
        stamps.names_of(token)
    with pytest.raises(signing.BadSignature):
        stamps.names_of(f"{token}x")
