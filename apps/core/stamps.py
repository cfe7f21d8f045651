"""Stamps of live screens: a page asks every two seconds whether anything it shows has changed (architecture D13).

A stamp is a name in Redis (`unit:12`, `user:7`) with a random value; a change sets a new value after the commit.
Asking costs one Redis read and no query. A lost stamp is simply made anew: the page then fetches once too often.

A name that begins with `below:` stands for everything below something, up to a whole region, and is held back: the
first change after a quiet time is told at once, further ones together when `HELD_SECONDS` are over. So whoever looks at
a thousand people makes their page anew at most twice in that time, however many report in one hour, and is never
further behind than that.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from django.core import signing
from django.db import connection, transaction

from .redis import client

PREFIX = "stamp:"
SALT = "live-stamp"
TOKEN_SECONDS = 12 * 3600
LIFETIME = 7 * 24 * 3600
HELD_BACK = "below:"
HELD_SECONDS = 20


def bump(*names: str) -> None:
    """Say, after the present transaction, that what these names stand for has changed."""
    transaction.on_commit(lambda: bump_now(*names), robust=True)


def bump_now(*names: str) -> None:
    """Say it at once: for whoever stands outside a transaction."""
    try:
        pipeline = client().pipeline(transaction=False)
        prefix = _prefix()
        for name in names:
            value = secrets.token_hex(8)
            pipeline.set(prefix + name, value, ex=LIFETIME)
            if name.startswith(HELD_BACK):
                # What is told meanwhile. Who comes while it stands changes the value behind it only.
                pipeline.set(_held_key_of(name), value, ex=HELD_SECONDS, nx=True)
        pipeline.execute()
    except redis.RedisError:
        # Live screens then fall behind until Redis is back; nothing is lost.
        return


def current(*names: str) -> str:
    """Return one value for the state of all names together.

    :raises redis.RedisError: if Redis does not answer.
    """
    values = _read(names)
    for name, value in zip(names, values, strict=True):
        if value is None:
            client().set(key_of(name), secrets.token_hex(8), ex=LIFETIME, nx=True)
    if None in values:
        values = _read(names)
    return hashlib.sha256("|".join(str(value) for value in values).encode()).hexdigest()[:20]


def _read(names: Sequence[str]) -> list[Any]:
    """Return what each name shows now: its value, or the one that it is held back to."""
    held = [name for name in names if name.startswith(HELD_BACK)]
    keys = [*(key_of(name) for name in names), *(_held_key_of(name) for name in held)]
    values = client().mget(keys)
    shown = dict(zip(held, values[len(names) :], strict=True))
    return [shown.get(name) or value for name, value in zip(names, values, strict=False)]


def key_of(name: str) -> str:
    """Return where the value of a name lies."""
    return _prefix() + name


def _prefix() -> str:
    # Several databases may share one Redis (tests, measurements), and each has a person number 7.
    return f"{PREFIX}{connection.settings_dict['NAME']}:"


def _held_key_of(name: str) -> str:
    return f"{key_of(name)}:held"


def token(*names: str) -> str:
    """Return the names, signed, for the address a page asks: so asking needs neither session nor user."""
    return signing.dumps(names, salt=SALT)


def names_of(text: str) -> tuple[str, ...]:
    """Return the names of a token.

    :raises signing.BadSignature: if it is not ours, or older than a session can be.
    """
    names, made = _opened(text)
    if time.time() - made > TOKEN_SECONDS:
        raise signing.SignatureExpired
    return names


@lru_cache(maxsize=4096)
def _opened(text: str) -> tuple[tuple[str, ...], int]:
    """Return the names and when they were signed. An open page asks with the same token for hours."""
    names = tuple(signing.loads(text, salt=SALT))
    return names, signing.b62_decode(text.rsplit(":", 2)[1])
