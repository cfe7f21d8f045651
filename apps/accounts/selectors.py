"""Questions about users."""

from .models import User


def canonical_login(typed: str) -> str:
    """Return the login behind what somebody typed: a NIP with dots, or a recorded e-mail.

    The lock after too many tries counts by this name, so that another spelling gives no further tries.
    """
    login = User.objects.normalize_login(typed)
    if "@" in login:
        known = User.objects.filter(email=login).values_list("login", flat=True).first()
        return known or login
    return login
