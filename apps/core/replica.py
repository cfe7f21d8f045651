"""Reads of dashboards and open data may come from a copy of the database (setting REPLICA_URL).

A view says so with `@from_replica`; inside it, plain reads go to the copy. Whatever belongs to a decision does not use
it: a copy is some moments behind. Within a transaction, and after the first write of a request, reads stay with the
database that holds the truth, so that nobody misses what they have just done.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import models, transaction

P = ParamSpec("P")
R = TypeVar("R")

ALIAS = "replica"

_reads_copy: ContextVar[bool] = ContextVar("reads_copy", default=False)


def from_replica(view: Callable[P, R]) -> Callable[P, R]:
    """Let the reads of a view go to the copy, if there is one."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _reads_copy.set(True)
        try:
            return view(*args, **kwargs)
        finally:
            _reads_copy.reset(token)

    return wrapped


def is_there() -> bool:
    """Return whether the installation has a copy."""
    return ALIAS in settings.DATABASES


class Router:
    """Sends reads to the copy where a view allows it, and everything else to `default`."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        """Return the copy's alias, or None for the usual choice."""
        if not _reads_copy.get() or not is_there():
            return None
        if transaction.get_connection().in_atomic_block:
            return None
        return ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        """Write to `default`, and let what is read after it see it."""
        _reads_copy.set(False)
        return None

    def allow_relation(self, obj1: models.Model, obj2: models.Model, **hints: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The copy follows by itself."""
        return db != ALIAS
