"""The user. Who somebody is in the organization stands in `employees`; here is only how they sign in."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users; NIP and e-mail are normalized the same way at sign-in."""

    @staticmethod
    def normalize_login(text: str) -> str:
        """Return a NIP without dots and spaces, or an e-mail in lower case."""
        stripped = text.strip()
        digits = "".join(character for character in stripped if character not in " .-")
        return digits if digits.isdigit() else stripped.lower()

    def create_user(self, login: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they enter with a one-time activation code."""
        user = self.model(login=self.normalize_login(login), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, login: str, password: str, **fields: Any) -> "User":
        """Create the operator of an installation."""
        return self.create_user(login, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by what they typed: the login, else a recorded e-mail."""
        typed = self.normalize_login(username or "")
        try:
            return self.get(login=typed)
        except self.model.DoesNotExist:
            if "@" not in typed:
                raise
            return self.get(email=typed)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in by NIP, or by e-mail where there is no NIP (an elected mayor, an outside auditor)."""

    login = models.CharField(_("NIP or e-mail"), max_length=150, unique=True)
    display_name = models.CharField(max_length=150)
    email = models.CharField(_("e-mail"), max_length=150, null=True, unique=True)
    # Part of every session's fingerprint: raising it signs out everywhere.
    session_generation = models.PositiveIntegerField(default=0)
    language = models.CharField(
        max_length=5, default="id", choices=[("id", "Bahasa Indonesia"), ("en", "English")]
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(login=Lower("login")), name="user_login_is_lower_case"),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email"), email__contains="@"),
                name="user_email_is_lower_case_with_at_sign",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        """Return the name shown on pages."""
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """Return the fingerprint of a valid session: another password or generation ends it."""
        return self._fingerprint(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield fingerprints made with earlier secret keys, for the time of a key change."""
        for key in settings.SECRET_KEY_FALLBACKS:
            yield self._fingerprint(key)

    def _fingerprint(self, key: str) -> str:
        value = f"{self.session_generation}:{self.password}"
        return salted_hmac("accounts.session", value, secret=key, algorithm="sha256").hexdigest()


class ActivationCode(models.Model):
    """A one-time code handed over by the unit for the first sign-in; only its hash is kept."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="activation")
    code_hash = models.CharField(max_length=128)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"activation of user {self.user_id}"
