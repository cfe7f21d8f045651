"""Users, their first sign-in with a code, passwords and sessions: one function per verb.

`scope` is the code of the government whose audit chain gets the entry; this app does not know governments.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.core import audit, policy
from apps.core.sequences import CROCKFORD

from .models import ActivationCode, User
from .selectors import canonical_login

CODE_LENGTH = 12
CODE_GROUP = 4
MAX_TRIES = 5
# People type what they see on paper: these are never part of a code, so they must mean their look-alikes.
LOOK_ALIKES = str.maketrans("OILU", "011V")


class ActivationRefused(Exception):
    """Raised when login and code do not belong together, or the code is used up or too old: never said which."""


class LoginTaken(ValueError):
    """Raised when another user already signs in by this NIP or e-mail."""


def plain_code(text: str) -> str:
    """Return a code as it was issued, whatever case, spaces and dashes were typed."""
    kept = "".join(character for character in text.upper() if character.isalnum())
    return kept.translate(LOOK_ALIKES)


def _code_hash(user_id: int, code: str) -> str:
    # Keyed with the secret key, so a stolen table alone opens nothing; fast, so a whole unit gets slips at once.
    return salted_hmac("accounts.activation", f"{user_id}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def create_user(*, login: str, display_name: str, by: Any, scope: str = "", email: str | None = None) -> User:
    """Create a user who cannot sign in before they have used an activation code.

    :raises LoginTaken: if the NIP or e-mail belongs to somebody.
    """
    clean = User.objects.normalize_login(login)
    if User.objects.filter(login=clean).exists() or User.objects.filter(email=clean).exists():
        raise LoginTaken
    user = User.objects.create_user(clean, display_name=display_name, email=email or None)
    audit.record("accounts.user.created", target=user, by=by, scope=scope)
    return user


@transaction.atomic
def rename_login(*, user: User, login: str, by: Any, scope: str = "") -> None:
    """Give a user another login, as after the correction of a NIP. The password stays.

    :raises LoginTaken: if it belongs to somebody else.
    """
    clean = User.objects.normalize_login(login)
    if clean == user.login:
        return
    if User.objects.filter(login=clean).exists():
        raise LoginTaken
    user.login = clean
    user.save(update_fields=["login"])
    audit.record("accounts.user.login_changed", target=user, by=by, scope=scope)


@transaction.atomic
def issue_activation_code(*, user: User, by: Any, at: datetime, scope: str = "") -> str:
    """Return a new one-time code for the first sign-in, or after a forgotten password; an earlier one is void."""
    code = "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
    days = policy.get("accounts.activation_days", on=at.date(), scope=scope)
    ActivationCode.objects.update_or_create(
        user=user,
        defaults={
            "code_hash": _code_hash(user.pk, code),
            "issued_at": at,
            "expires_at": at + timedelta(days=days),
            "tries": 0,
        },
    )
    audit.record("accounts.code.issued", target=user, by=by, scope=scope)
    return "-".join(code[i : i + CODE_GROUP] for i in range(0, CODE_LENGTH, CODE_GROUP))


def activate(*, login: str, code: str, password: str, at: datetime) -> User:
    """Set the first password of somebody who has a code; the code is then used up.

    A wrong code counts as a try, also when the caller's request fails afterwards.

    :raises ActivationRefused: if login and code do not fit, the code is too old or was tried too often.
    :raises django.core.exceptions.ValidationError: if the password is too weak; the code stays good.
    """
    wanted = canonical_login(login)
    with transaction.atomic():
        row = (
            ActivationCode.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(user__login=wanted, user__is_active=True)
            .first()
        )
        # An unknown login costs the same as a known one.
        fits = constant_time_compare(
            row.code_hash if row else "", _code_hash(row.user_id if row else 0, plain_code(code))
        )
        if row is not None and fits and row.tries < MAX_TRIES and row.expires_at > at:
            user = row.user
            validate_password(password, user)
            user.set_password(password)
            user.save(update_fields=["password"])
            row.delete()
            audit.record("accounts.user.activated", target=user, by=user, scope="")
            return user
        if row is not None and not fits and row.tries < MAX_TRIES:
            row.tries += 1
            row.save(update_fields=["tries"])
    raise ActivationRefused


@transaction.atomic
def change_password(*, user: User, password: str, by: Any) -> None:
    """Set another password; all sessions except the caller's end with it (threat T14).

    :raises django.core.exceptions.ValidationError: if the password is too weak.
    """
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("accounts.password.changed", target=user, by=by, scope="")


@transaction.atomic
def sign_out_everywhere(*, user: User, by: Any) -> None:
    """End every session of a user."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.session_generation += 1
    locked.save(update_fields=["session_generation"])
    user.session_generation = locked.session_generation
    audit.record("accounts.sessions.ended", target=user, by=by, scope="")


def set_language(*, user: User, language: str) -> None:
    """Remember the language of a user."""
    user.language = language
    user.save(update_fields=["language"])
