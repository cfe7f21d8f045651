"""Codes, passwords and sessions."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts import selectors, services
from apps.accounts.models import ActivationCode, User
from apps.core.models import AuditEntry
from tests.world import NOW, World

GOOD = "kuda terbang di atas awan"


@pytest.fixture
def user(db: None) -> User:
    return services.create_user(login="1986 0412 201001 2 002", display_name="Contoh Staf", by=None)


def test_a_new_user_signs_in_by_nip_and_has_no_password(user: User) -> None:
    assert user.login == "198604122010012002"
    assert not user.has_usable_password()
    with pytest.raises(services.LoginTaken):
        services.create_user(login="198604122010012002", display_name="Lain", by=None)


def test_a_code_becomes_a_password_once(user: User) -> None:
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    typed = code.lower().replace("-", " ").replace("1", "l").replace("0", "o")
    assert services.activate(login="19860412.201001.2.002", code=typed, password=GOOD, at=NOW) == user
    user.refresh_from_db()
    assert user.check_password(GOOD)
    with pytest.raises(services.ActivationRefused):
        services.activate(login=user.login, code=code, password=GOOD + "!", at=NOW)
    user.refresh_from_db()
    assert user.check_password(GOOD)


def test_only_a_hash_is_stored_and_no_entry_names_the_code(user: User) -> None:
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    stored = ActivationCode.objects.get(user=user)
    assert code not in stored.code_hash
    assert code.replace("-", "") not in stored.code_hash
    assert all(
        code not in str(entry.data) and user.login not in str(entry.data)
        for entry in AuditEntry.objects.all()
    )


def test_a_later_code_makes_the_earlier_void(user: User) -> None:
    first = services.issue_activation_code(user=user, by=None, at=NOW)
    second = services.issue_activation_code(user=user, by=None, at=NOW)
    with pytest.raises(services.ActivationRefused):
        services.activate(login=user.login, code=first, password=GOOD, at=NOW)
    assert services.activate(login=user.login, code=second, password=GOOD, at=NOW) == user


def test_a_code_expires(user: User) -> None:
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    with pytest.raises(services.ActivationRefused):
        services.activate(login=user.login, code=code, password=GOOD, at=NOW + timedelta(days=14))
    assert (
        services.activate(login=user.login, code=code, password=GOOD, at=NOW + timedelta(days=13, hours=23))
        == user
    )


def test_after_five_wrong_tries_the_right_code_is_void(user: User) -> None:
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    for _ in range(services.MAX_TRIES):
        with pytest.raises(services.ActivationRefused):
            services.activate(login=user.login, code="AAAA-BBBB-CCCC", password=GOOD, at=NOW)
    with pytest.raises(services.ActivationRefused):
        services.activate(login=user.login, code=code, password=GOOD, at=NOW)
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert ActivationCode.objects.get(user=user).tries == services.MAX_TRIES


@pytest.mark.parametrize(
    "password", ["pendek", "198604122010012002x", "12041986-abcdefg", "contoh-panjang-sekali"]
)
def test_a_weak_password_is_refused_and_the_code_stays_good(user: User, password: str) -> None:
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    with pytest.raises(ValidationError):
        services.activate(login=user.login, code=code, password=password, at=NOW)
    assert ActivationCode.objects.get(user=user).tries == 0
    assert services.activate(login=user.login, code=code, password=GOOD, at=NOW) == user


def test_an_inactive_user_cannot_use_a_code(user: User) -> None:
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(services.ActivationRefused):
        services.activate(login=user.login, code=code, password=GOOD, at=NOW)


def test_a_code_is_used_with_the_email_as_well_as_with_the_nip(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email="staf@example.go.id")
    code = services.issue_activation_code(user=user, by=None, at=NOW)
    assert services.activate(login=" Staf@Example.go.id", code=code, password=GOOD, at=NOW) == user


def test_the_login_behind_an_email_is_what_the_lock_counts(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email="staf@example.go.id")
    assert selectors.canonical_login(" Staf@Example.go.id ") == user.login
    assert selectors.canonical_login("lain@example.go.id") == "lain@example.go.id"
    assert User.objects.get_by_natural_key("staf@example.go.id") == user


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"login": "ABC@example.id"}, "user_login_is_lower_case"),
        ({"email": "ABC@example.id"}, "user_email_is_lower_case_with_at_sign"),
        ({"email": "tanpa-at"}, "user_email_is_lower_case_with_at_sign"),
    ],
)
def test_constraints(user: User, values: dict[str, str], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**values)


def test_two_people_never_share_an_email(world: World) -> None:
    User.objects.filter(pk=world.staff.user_id).update(email="sama@example.go.id")
    with pytest.raises(IntegrityError, match="email"), transaction.atomic():
        User.objects.filter(pk=world.head.user_id).update(email="sama@example.go.id")
