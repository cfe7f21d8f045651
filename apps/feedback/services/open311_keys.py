"""Keys of other apps: a signed name. Which names are valid is a policy table, so that a key can be taken back."""

from datetime import date

from django.core import signing

from apps.core import policy

SALT = "open311-client"


def key_for(client: str) -> str:
    """Return the key of an app."""
    return signing.Signer(salt=SALT).sign(client)


def is_valid(key: str, *, scope: str, on: date) -> bool:
    """Tell whether a key is signed by us, and its app is (still) in the table."""
    try:
        client = signing.Signer(salt=SALT).unsign(key)
    except signing.BadSignature:
        return False
    return policy.get("feedback.open311_clients", on=on, scope=scope).get(client) is True


def is_needed(*, scope: str, on: date) -> bool:
    """Tell whether a report may only be posted with a key."""
    return bool(policy.get("feedback.open311_requires_key", on=on, scope=scope))
