"""Policy values: the newest row of the government, else of the installation, else the default."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.core import kept, policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _definitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_definitions", {})
    policy.define("test.days", "int", 14, label="Days", source="OBJ-4")
    policy.define("test.share", "decimal", "2.5", label="Share", source="DIST-3")
    policy.define(
        "test.kind", "choice", "working", label="Kind", source="OBJ-4", choices=("working", "calendar")
    )


def _set(key: str, value: Any, scope: str, day: date) -> None:
    policy.set_value(key, value, scope=scope, valid_from=day, by=None, reason="uji")


def test_the_default_holds_until_somebody_decides() -> None:
    assert policy.get("test.days", on=date(2026, 1, 1), scope="kendari") == 14
    assert policy.get("test.share", on=date(2026, 1, 1), scope="kendari") == Decimal("2.5")


def test_a_value_holds_from_its_day_and_leaves_earlier_days_alone() -> None:
    _set("test.days", 10, "kendari", date(2026, 7, 1))
    assert policy.get("test.days", on=date(2026, 6, 30), scope="kendari") == 14
    assert policy.get("test.days", on=date(2026, 7, 1), scope="kendari") == 10
    assert policy.get("test.days", on=date(2026, 7, 1), scope="serang") == 14


def test_a_government_outranks_the_installation() -> None:
    _set("test.days", 12, "", date(2026, 8, 1))
    _set("test.days", 10, "kendari", date(2026, 7, 1))
    assert policy.get("test.days", on=date(2026, 9, 1), scope="kendari") == 10
    assert policy.get("test.days", on=date(2026, 9, 1), scope="serang") == 12


@pytest.mark.parametrize(
    ("key", "value"), [("test.days", "banyak"), ("test.share", "x"), ("test.kind", "lunar")]
)
def test_a_value_of_the_wrong_kind_is_refused(key: str, value: str) -> None:
    with pytest.raises(ValueError):
        _set(key, value, "kendari", date(2026, 1, 1))
    assert policy.get(key, on=date(2026, 1, 1), scope="kendari") == policy.definition(key).read(
        policy.definition(key).clean(policy.definition(key).default)
    )


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(policy.UnknownPolicy):
        policy.get("test.unknown", on=date(2026, 1, 1), scope="kendari")


def test_read_once_gives_the_same_values_with_one_query(django_assert_num_queries: Any) -> None:
    _set("test.days", 7, "", date(2026, 9, 1))
    _set("test.days", 8, "kendari", date(2026, 9, 2))
    _set("test.days", 9, "kendari", date(2026, 9, 20))
    day = date(2026, 9, 15)
    with django_assert_num_queries(1), policy.read_once("kendari"):
        assert policy.get("test.days", on=day, scope="kendari") == 8
        assert policy.get("test.days", on=date(2026, 9, 1), scope="kendari") == 7
        assert policy.get("test.days", on=date(2026, 9, 20), scope="kendari") == 9
        assert policy.get("test.share", on=day, scope="kendari") == Decimal("2.5")
    with policy.read_once("kendari"), django_assert_num_queries(1):
        assert policy.get("test.days", on=day, scope="serang") == 7


def test_read_now_asks_once_and_sees_what_is_not_committed_yet(
    settings: Any, django_assert_num_queries: Any
) -> None:
    settings.KEEP_PARTS_SECONDS = 60
    day = date(2026, 9, 15)
    with policy.read_once("kendari"):
        assert policy.get("test.days", on=day, scope="kendari") == 14
    _set("test.days", 8, "kendari", day)  # its stamp changes after the commit only
    with django_assert_num_queries(1), policy.read_now("kendari"):
        assert policy.get("test.days", on=day, scope="kendari") == 8
        assert policy.get("test.share", on=day, scope="kendari") == Decimal("2.5")


def test_values_that_are_kept_change_when_one_is_set(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KEEP_PARTS_SECONDS = 60
    monkeypatch.setattr(kept, "SHARED_BELIEVED_SECONDS", 0.0)
    kept._shared.clear()
    day = date(2026, 9, 15)

    def read() -> Any:
        with policy.read_once("kendari"):
            return policy.get("test.days", on=day, scope="kendari")

    with django_capture_on_commit_callbacks(execute=True):
        _set("test.days", 8, "kendari", day)
    assert read() == 8
    with django_capture_on_commit_callbacks(execute=True):
        _set("test.days", 9, "kendari", day)
    assert read() == 9
