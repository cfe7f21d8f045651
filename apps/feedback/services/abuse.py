"""Signs that a public form was not filled in by a person. They never refuse anything (UX sheet 4.3, T6, T7).

What looks wrong is accepted and looked at: an attacker learns nothing, an honest citizen loses nothing. No address is
stored: a keyed hash of the network, with a random key of the day that is destroyed after 72 hours (`arrivals`),
counts in the cache for an hour.
"""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.core.cache import cache

SALT = "feedback-form-shown"
WINDOW_SECONDS = 3600


def shown_token(at: datetime) -> str:
    """Return the signed time at which a form was shown; two forms of one second differ."""
    return signing.dumps([int(at.timestamp()), secrets.token_hex(4)], salt=SALT)


def shown_at(token: str) -> datetime | None:
    """Return when a form was shown; None without a time that we signed."""
    try:
        return _opened(token)
    except (signing.BadSignature, TypeError):
        # TypeError: a page from before an upgrade, when the time had no company.
        return None


@lru_cache(maxsize=256)
def _opened(token: str) -> datetime:
    """Return what a token of ours says, which one rating asks more than once. One that is not ours is never kept."""
    seconds, _nonce = signing.loads(token, salt=SALT)
    return datetime.fromtimestamp(seconds, tz=UTC)


def too_fast(token: str, *, at: datetime, minimum_seconds: int) -> bool:
    """Tell whether a form came back faster than a person reads it, or without a time that we signed."""
    shown = shown_at(token)
    return shown is None or (at - shown).total_seconds() < minimum_seconds


def over_limit(mark: str, bucket: str, *, at: datetime, per_hour: int) -> bool:
    """Count one arrival under the mark of a network and tell whether there were more than the limit in the hour."""
    return _count(f"feedback:{bucket}:{int(at.timestamp()) // WINDOW_SECONDS}:{mark}") > per_hour


def first_time(name: str, *, seconds: int) -> bool:
    """Tell whether something is used for the first time; True if the cache is away."""
    return _count(f"feedback:once:{name}", seconds) == 1


def network_of(address: str) -> str | None:
    """Return the /24 (IPv4) or /48 (IPv6) network of an address; None if there is nothing to count."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    if ip.is_loopback:
        return None
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def locked_out(name: str, *, tries: int, seconds: int) -> bool:
    """Count one try under a name and tell whether it is one too many; nothing is locked for longer than
    `seconds`.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()[:32]
    return _count(f"feedback:try:{digest}", seconds) > tries


def _count(key: str, seconds: int = WINDOW_SECONDS) -> int:
    try:
        if cache.add(key, 1, timeout=seconds):
            return 1
        return int(cache.incr(key))
    except Exception:
        # The cache is away or the key has just expired: counting is a comfort, not a condition.
        return 1
