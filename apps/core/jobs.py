"""Work in the background: the outbox row is the promise, Redis is only the doorbell (architecture D3).

`enqueue` writes the row in the caller's transaction. After the commit the doorbell is rung once, at best effort; the
relay (a beat tick) rings again for whatever is unfinished. The consumer runs the handler and marks the row done in
one transaction, so an effect happens exactly once although the bell may ring often.

Handlers register by name in an app's `tasks.py`:

    @jobs.handler("feedback.refresh_figures")
    def refresh_figures(*, service_id: int, **_: object) -> None: ...

A handler that works through many rows registers with `atomic=False`: it opens its own short transactions, must be
safe to run again from the start, and keeps its claim with a lease.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import OutboxMessage

logger = logging.getLogger(__name__)

RING_AGAIN_AFTER = timedelta(seconds=15)
MAX_ATTEMPTS = 8

Handler = Callable[..., None]


def lease() -> timedelta:
    """Return how long a claim holds without a sign of progress."""
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


class UnknownTask(LookupError):
    """Raised when nobody registered a handler under this name."""


class Postpone(Exception):
    """Raised by a handler to be called again after a pause, without counting as a failure."""

    def __init__(self, seconds: int = 5) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Registered:
    """A handler and whether it runs inside the consumer's transaction."""

    run: Handler
    atomic: bool


_handlers: dict[str, Registered] = {}


def handler(name: str, *, atomic: bool = True) -> Callable[[Handler], Handler]:
    """Register a function under a dotted name (`app.verb_noun`)."""

    def register(function: Handler) -> Handler:
        if name in _handlers:
            raise ValueError(f"two handlers are called {name}")
        _handlers[name] = Registered(function, atomic)
        return function

    return register


def enqueue(
    name: str, *, scope: str = "", key: str | None = None, ready_at: datetime | None = None, **kwargs: object
) -> OutboxMessage | None:
    """Promise to run the handler `name` once the present transaction has committed.

    `key` makes the promise unique for ever: a second one with the same key is dropped and None is returned.

    :raises UnknownTask: at once, if there is no such handler.
    """
    if name not in _handlers:
        raise UnknownTask(name)
    values = {"scope": scope, "task": name, "kwargs": kwargs, "ready_at": ready_at or timezone.now()}
    if key is None:
        message, created = OutboxMessage.objects.create(**values), True
    else:
        message, created = OutboxMessage.objects.get_or_create(key=key, defaults=values)
    if not created:
        return None
    if ready_at is None:
        transaction.on_commit(lambda: ring(message.pk), robust=True)
    return message


def publish(message_id: int) -> None:
    """Put one message id into the queue. By name: the Celery side (tasks.py) lies above this module."""
    current_app.send_task("core.consume_message", kwargs={"message_id": message_id}, retry=False)


def ring(message_id: int) -> bool:
    """Ring the doorbell for one message; return False when Redis does not answer (the relay will try again)."""
    try:
        publish(message_id)
    except Exception as error:
        # Any broker failure is equal here: the row stays, and the relay rings later.
        logger.warning("doorbell not answered for message %s (%s)", message_id, type(error).__name__)
        return False
    OutboxMessage.objects.filter(pk=message_id).update(rung_at=timezone.now())
    return True


def relay(now: datetime, limit: int = 500) -> int:
    """Ring for unfinished messages whose last ring is too long ago; return how many were rung."""
    waiting = (
        OutboxMessage.objects.filter(done_at__isnull=True, parked_at__isnull=True, ready_at__lte=now)
        .filter(Q(rung_at__isnull=True) | Q(rung_at__lt=now - RING_AGAIN_AFTER))
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
        .order_by("ready_at", "id")
        .values_list("pk", flat=True)[:limit]
    )
    rung = 0
    for message_id in waiting:
        if not ring(message_id):
            break
        rung += 1
    return rung


def consume(message_id: int) -> bool:
    """Run one message if it is still unfinished and nobody else has it; return whether it is finished now.

    A handler's exception is noted by its class name only (texts may hold personal data), tried again with growing
    pauses, and parked after MAX_ATTEMPTS so that it cannot stop the others.
    """
    now = timezone.now()
    claimed = OutboxMessage.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        pk=message_id,
        done_at__isnull=True,
        parked_at__isnull=True,
        ready_at__lte=now,
    ).update(lease_until=now + lease())
    if not claimed:
        return False
    message = OutboxMessage.objects.get(pk=message_id)
    registered = _handlers.get(message.task)
    try:
        if registered is None:
            raise UnknownTask(message.task)
        if registered.atomic:
            with transaction.atomic():
                OutboxMessage.objects.select_for_update().get(pk=message_id, done_at__isnull=True)
                registered.run(**message.kwargs)
                _finish(message_id)
        else:
            registered.run(**message.kwargs)
            _finish(message_id)
    except Postpone as pause:
        OutboxMessage.objects.filter(pk=message_id).update(
            lease_until=None, rung_at=None, ready_at=timezone.now() + timedelta(seconds=pause.seconds)
        )
        return False
    except Exception as error:
        _note_failure(message, error)
        return False
    return True


def _finish(message_id: int) -> None:
    OutboxMessage.objects.filter(pk=message_id).update(done_at=timezone.now(), lease_until=None)


def _note_failure(message: OutboxMessage, error: Exception) -> None:
    attempts = message.attempts + 1
    now = timezone.now()
    logger.error(
        "message %s (%s) failed on try %s: %s",
        message.pk,
        message.task,
        attempts,
        type(error).__name__,
        exc_info=True,
    )
    OutboxMessage.objects.filter(pk=message.pk).update(
        attempts=attempts,
        last_error=type(error).__name__,
        lease_until=None,
        rung_at=None,
        ready_at=now + timedelta(seconds=min(2**attempts, 300)),
        parked_at=now if attempts >= MAX_ATTEMPTS else None,
    )
