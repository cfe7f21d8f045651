"""Parts of pages that are kept until one of their stamps changes, so that looking twice costs one look.

A part belongs to the person it was made for: their key is in its name, and it is gone after a minute whatever happens.
The stamps are those of the live screens (stamps.py): whatever makes an open page fetch itself again makes the part
anew, and so does anything the person themselves sends (held_forms.login_required). What changes without a stamp
(a role, a place in the tree) is seen a minute late; whether somebody may open a page at all is never kept. What hangs
on nothing but offices (the menu) listens to `deeds_of` only: the person's own doing, not every event around them.
Without Redis everything is made each time. Decision: docs/decisions/0013-today-figures.md.

`shared` is for pages without a person: one piece for everybody, in the memory of the process. Nothing of a visitor may
be in it.
"""

import hashlib
import threading
import time
from collections import OrderedDict
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

# Pieces of `shared` that a process holds at most; the one asked for longest ago goes first.
SHARED_AT_MOST = 256
# So long a process believes the stamps of a shared piece without asking again: a queue of citizens asks once a second.
SHARED_BELIEVED_SECONDS = 1.0


@dataclass(slots=True)
class _Shared:
    value: Any
    state: str
    until: float
    believed_until: float


_shared: OrderedDict[tuple[object, ...], _Shared] = OrderedDict()
_shared_lock = threading.Lock()


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


def shared(
    name: str, *, key: Sequence[object], stamp_names: Sequence[str] = (), make: Callable[[], T | None]
) -> T | None:
    """Return what is the same for every visitor in this language, as this process made it, or make it.

    It lasts like a part, until a stamp changes and for a minute at most, but a change may be seen a second late;
    without stamps it always lasts a minute. The value belongs to all: nobody changes it. None is passed on and not
    kept, so that addresses somebody invents push nothing out.
    """
    if not settings.KEEP_PARTS_SECONDS:
        return make()
    address = (connection.settings_dict["NAME"], name, translation.get_language(), *key)
    now = time.monotonic()
    found = _shared.get(address)
    if found is None or found.until <= now:
        found = None
    elif now < found.believed_until:
        believed: T = found.value
        return believed
    try:
        state = stamps.current(*stamp_names) if stamp_names else ""
    except redis.RedisError:
        return make()
    if found is not None and found.state == state:
        found.believed_until = now + SHARED_BELIEVED_SECONDS
        value: T = found.value
    else:
        made = make()
        if made is None:
            return None
        value = made
        found = _Shared(made, state, now + settings.KEEP_PARTS_SECONDS, now + SHARED_BELIEVED_SECONDS)
    with _shared_lock:
        _shared[address] = found
        _shared.move_to_end(address)
        while len(_shared) > SHARED_AT_MOST:
            _shared.popitem(last=False)
    return value


def deeds_of(user: Any) -> str:
    """Return the stamp of what a person sends themselves, for parts that no event of others concerns."""
    return f"deeds:{user.pk}"


def _address(*parts: object) -> str:
    # Several databases may share one Redis, and each has a person number 7.
    text = "\x1f".join([str(connection.settings_dict["NAME"]), *(str(piece) for piece in parts)])
    return f"kept:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
