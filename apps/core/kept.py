"""Parts of pages that are kept until one of their stamps changes, so that looking twice costs one look.

A part belongs to the person it was made for: their key is in its name, and it is gone after a minute whatever happens.
The stamps are those of the live screens (stamps.py): whatever makes an open page fetch itself again makes the part
anew, and so does anything the person themselves sends (held_forms.login_required). What changes without a stamp
(a role, a place in the tree) is seen a minute late; whether somebody may open a page at all is never kept.
Without Redis everything is made each time. Decision: docs/decisions/0013-today-figures.md.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation

from . import stamps

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """What was made, and when."""

    value: T
    at: datetime


def part(
    name: str,
    *,
    user: Any,
    key: Sequence[object],
    stamp_names: Sequence[str],
    make: Callable[[], T],
) -> Part[T]:
    """Return a part as it was made for this person in this language, or make it.

    The stamps are read before it is made: what happens meanwhile makes it anew the next time.
    """
    if not settings.KEEP_PARTS_SECONDS:
        return Part(make(), timezone.now())
    try:
        state = stamps.current(*stamp_names)
        address = _address(name, user.pk, translation.get_language(), *key, state)
        found: Part[T] | None = cache.get(address)
    except redis.RedisError:
        return Part(make(), timezone.now())
    if found is not None:
        return found
    made = Part(make(), timezone.now())
    try:
        cache.set(address, made, settings.KEEP_PARTS_SECONDS)
    except redis.RedisError:
        return made
    return made


def _address(*parts: object) -> str:
    # Several databases may share one Redis, and each has a person number 7.
    text = "\x1f".join([str(connection.settings_dict["NAME"]), *(str(piece) for piece in parts)])
    return f"kept:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
