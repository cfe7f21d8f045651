"""Work in the background: the outbox row is the promise, Redis is only the doorbell (architecture D3).

`enqueue` writes the row in the caller's transaction. After the commit the doorbell is rung once, at best effort; the
relay (a beat tick) rings again for whatever is unfinished. The consumer runs the handler and marks the row done in
one transaction, so an effect happens exactly once although the bell may ring often. Rules and faults, one by one:
docs/operations/reliability.md.

Handlers register by name in an app's `tasks.py`:

    @jobs.handler("feedback.refresh_figures")
    def refresh_figures(*, service_id: int, **_: object) -> None: ...

A handler that works through many rows registers with `atomic=False`: it opens its own short transactions, must be
safe to run again from the start, and keeps its claim with a lease.
"""

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import audit
from .models import OutboxMessage
from .operations.alarms import raise_alarm
from .redis import client

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
# While so many rings wait in Redis, more would only be heard later: a long backlog is not rung again and again.
RINGS_AT_MOST = 500
# After a ring that nobody answered, requests leave the ringing to the relay: a hanging Redis must not hold them up.
QUIET_SECONDS = 5.0

PARKED = gettext_noop("A background job was given up after %(tries)s tries: %(task)s, number %(number)s.")

# In one statement, and never waiting for whoever has the row. A claim that ran out means that its worker died, which
# counts as a try: work that kills its worker is poison too.
CLAIM = """
UPDATE core_outboxmessage
SET lease_until = %(until)s, attempts = attempts + CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END
WHERE id = (
    SELECT id FROM core_outboxmessage
    WHERE id = %(id)s AND done_at IS NULL AND parked_at IS NULL AND ready_at <= %(now)s
      AND (lease_until IS NULL OR lease_until < %(now)s)
    FOR UPDATE SKIP LOCKED
)
RETURNING *
"""

# One statement whether the key is new or not. Whether the archive has it is asked after the insert has waited for
# whoever held the key: an archiver that moves it at this moment is seen (migration 0007, `core_outbox_archived`).
PROMISE = """
INSERT INTO core_outboxmessage
    (scope, task, kwargs, key, created_at, ready_at, rung_at, attempts, last_error)
VALUES
    (%(scope)s, %(task)s, %(kwargs)s, %(key)s, %(created_at)s, %(ready_at)s, %(rung_at)s, 0, '')
ON CONFLICT (key, scope) DO NOTHING
RETURNING id, CASE WHEN key IS NULL THEN false ELSE core_outbox_archived(key, scope) END
"""
_PROMISED = ("scope", "task", "key", "created_at", "ready_at", "rung_at")
FORGET = "DELETE FROM core_outboxmessage WHERE id = %s AND scope = %s"

# Written out, because it stands in every piece of work: building it took longer than running it.
FINISH = """
UPDATE core_outboxmessage SET done_at = %s, lease_until = NULL WHERE id = %s AND scope = %s AND done_at IS NULL
"""

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


class NotParked(ValueError):
    """Raised when a message would be taken up again or dropped that was not given up."""


@dataclass(frozen=True)
class Registered:
    """A handler, whether it runs inside the consumer's transaction, and who must know that it was given up."""

    run: Handler
    atomic: bool
    on_parked: Handler | None = None
    on_retried: Handler | None = None


_handlers: dict[str, Registered] = {}
_quiet_until = 0.0


def handler(
    name: str, *, atomic: bool = True, on_parked: Handler | None = None, on_retried: Handler | None = None
) -> Callable[[Handler], Handler]:
    """Register a function under a dotted name (`app.verb_noun`).

    `on_parked` and `on_retried` are called with the same arguments, in the transaction that gives the message up or
    takes it up again: for those who keep a state of their own beside it.
    """

    def register(function: Handler) -> Handler:
        if name in _handlers:
            raise ValueError(f"two handlers are called {name}")
        _handlers[name] = Registered(function, atomic, on_parked, on_retried)
        return function

    return register


def enqueue(
    name: str,
    /,
    *,
    scope: str = "",
    key: str | None = None,
    ready_at: datetime | None = None,
    **kwargs: object,
) -> OutboxMessage | None:
    """Promise to run the handler `name` once the present transaction has committed.

    `key` makes the promise unique for ever within the scope, also when the first has gone into the archive: a second
    one with the same key is dropped and None is returned.

    :raises UnknownTask: at once, if there is no such handler.
    """
    if name not in _handlers:
        raise UnknownTask(name)
    now = timezone.now()
    message = OutboxMessage(
        scope=scope,
        task=name,
        kwargs=kwargs,
        key=key,
        created_at=now,
        ready_at=ready_at or now,
        # Written with the promise and not after ringing: by then the consumer may hold the row for long.
        rung_at=now if ready_at is None else None,
    )
    if key is None:
        _promise(message)
    else:
        with transaction.atomic(savepoint=False):
            if not _promise(message):
                return None
    if ready_at is None:
        transaction.on_commit(lambda: ring(message.pk, alone=not _handlers[name].atomic), robust=True)
    return message


def _promise(message: OutboxMessage) -> bool:
    """Write a new message and return True, or return False if its key is taken."""
    values = {name: getattr(message, name) for name in _PROMISED}
    with connection.cursor() as cursor:
        cursor.execute(PROMISE, values | {"kwargs": json.dumps(message.kwargs, cls=DjangoJSONEncoder)})
        row = cursor.fetchone()
        if row is not None and row[1]:
            cursor.execute(FORGET, [row[0], message.scope])
        if row is None or row[1]:
            return False
    message.pk = row[0]
    message._state.adding = False
    message._state.db = connection.alias
    return True


def publish(message_id: int) -> None:
    """Put one message id into the queue. By name: the Celery side (tasks.py) lies above this module."""
    current_app.send_task("core.consume_message", kwargs={"message_id": message_id}, retry=False)


def rings_waiting() -> int | None:
    """Return how many rings nobody has heard yet; None when Redis does not answer."""
    try:
        return int(client().llen(settings.CELERY_TASK_DEFAULT_QUEUE))
    except redis.RedisError:
        return None


def ring(message_id: int, *, alone: bool = True) -> bool:
    """Ring the doorbell for one new message; return False if Redis did not answer (the relay rings within seconds).

    What is not `alone` needs no ring while another waits unheard: whoever hears that one does all short work that is
    there by then (outbox_drain.py), and this message is.
    """
    global _quiet_until
    if time.monotonic() >= _quiet_until and _rung(message_id, alone):
        return True
    _quiet_until = max(_quiet_until, time.monotonic() + QUIET_SECONDS)
    OutboxMessage.objects.filter(pk=message_id, done_at__isnull=True).update(rung_at=None)
    return False


def _rung(message_id: int, alone: bool) -> bool:
    if alone:
        return _published(message_id)
    waiting = rings_waiting()
    return waiting is not None and (waiting > 0 or _published(message_id))


def _published(message_id: int) -> bool:
    try:
        publish(message_id)
    except Exception as error:
        # Any broker failure is equal here: the row stays, and the relay rings later.
        logger.warning("doorbell not answered for message %s (%s)", message_id, type(error).__name__)
        return False
    return True


def relay(now: datetime) -> int:
    """Ring for unfinished messages whose last ring is too long ago; return how many were rung.

    Several relays share the work: a row that another one has in hand is skipped, and so is one that a worker holds.
    """
    room = RINGS_AT_MOST - (rings_waiting() or 0)
    if room <= 0:
        return 0
    ring_again = now - timedelta(seconds=settings.OUTBOX_RING_AGAIN_SECONDS)
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, parked_at__isnull=True, ready_at__lte=now)
            .filter(Q(rung_at__isnull=True) | Q(rung_at__lt=ring_again))
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
            .order_by("ready_at", "id")
            .values_list("pk", flat=True)[:room]
        )
        OutboxMessage.objects.filter(pk__in=due).update(rung_at=now)
    for rung, message_id in enumerate(due):
        if not _published(message_id):
            # What did not ring counts as not rung.
            OutboxMessage.objects.filter(pk__in=due[rung:], rung_at=now).update(rung_at=None)
            return rung
    return len(due)


def consume(message_id: int) -> bool:
    """Run one message if it is still unfinished and nobody else has it; return whether this call finished it."""
    message = claim(message_id)
    return message is not None and attempt(message)


def claim(message_id: int) -> OutboxMessage | None:
    """Take a message in hand if it is due and nobody else has it; one that killed its workers is given up instead."""
    now = timezone.now()
    claimed = OutboxMessage.objects.raw(CLAIM, {"id": message_id, "now": now, "until": now + lease()})
    message = next(iter(claimed), None)
    if message is not None and message.attempts >= MAX_ATTEMPTS:
        _note_failure(message, "WorkerDied", tries=message.attempts)
        return None
    return message


def attempt(message: OutboxMessage) -> bool:
    """Run a message that the caller has claimed; return whether this call finished it.

    A handler's exception is noted by its class name only (texts may hold personal data), tried again with growing
    pauses, and parked after MAX_ATTEMPTS so that it cannot stop the others.
    """
    try:
        return _run(message)
    except Postpone as pause:
        OutboxMessage.objects.filter(pk=message.pk).update(
            lease_until=None, rung_at=None, ready_at=timezone.now() + timedelta(seconds=pause.seconds)
        )
    except Exception as error:
        logger.error(
            "message %s (%s) failed on try %s: %s",
            message.pk,
            message.task,
            message.attempts + 1,
            type(error).__name__,
            exc_info=True,
        )
        _note_failure(message, type(error).__name__, tries=message.attempts + 1)
    return False


def _run(message: OutboxMessage) -> bool:
    registered = _handlers.get(message.task)
    if registered is None:
        raise UnknownTask(message.task)
    if not registered.atomic:
        registered.run(**message.kwargs)
        return _finish(message)
    with transaction.atomic():
        # First, because it takes the row's lock: a worker that slept through its lease finds the work done.
        if not _finish(message):
            return False
        registered.run(**message.kwargs)
    return True


def _finish(message: OutboxMessage) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [timezone.now(), message.pk, message.scope])
        return bool(cursor.rowcount)


def short_tasks() -> list[str]:
    """Return the names of the handlers that run inside the consumer's transaction."""
    return [name for name, registered in _handlers.items() if registered.atomic]


def _note_failure(message: OutboxMessage, error: str, *, tries: int) -> None:
    """Note a failed try and when the next one is due, or give the message up."""
    now = timezone.now()
    is_poison = tries >= MAX_ATTEMPTS
    with transaction.atomic():
        noted = OutboxMessage.objects.filter(
            pk=message.pk, done_at__isnull=True, parked_at__isnull=True
        ).update(
            attempts=tries,
            last_error=error[:200],
            lease_until=None,
            rung_at=None,
            ready_at=now + timedelta(seconds=min(2**tries, 300)),
            parked_at=now if is_poison else None,
        )
        registered = _handlers.get(message.task)
        if noted and is_poison and registered and registered.on_parked:
            registered.on_parked(**message.kwargs)
        if noted and is_poison:
            _sound_alarm(message, tries, now)


def _sound_alarm(message: OutboxMessage, tries: int, at: datetime) -> None:
    """Tell those who run the installation, in the transaction that parks: nothing is ever parked in silence."""
    try:
        key = f"parked:{message.pk}:{at:%Y%m%d%H%M%S}"
        with transaction.atomic():
            raise_alarm(PARKED, key=key, tries=tries, task=message.task, number=message.pk)
    except Exception:
        # The row says that it is parked, and the system page counts it; the alarm must not undo that.
        logger.exception("no alarm for message %s", message.pk)


# --- what was given up


def parked() -> Sequence[OutboxMessage]:
    """Return what was given up and waits for a person, oldest first."""
    return list(
        OutboxMessage.objects.filter(parked_at__isnull=False, done_at__isnull=True).order_by(
            "parked_at", "id"
        )
    )


@transaction.atomic
def retry(message_id: int, *, by: Any) -> None:
    """Take up a message again that was given up, as if it had never been tried.

    :raises NotParked: if it was not given up.
    """
    message = _parked_or_refuse(message_id)
    registered = _handlers.get(message.task)
    if registered and registered.on_retried:
        registered.on_retried(**message.kwargs)
    message.attempts = 0
    message.parked_at = message.rung_at = message.lease_until = None
    message.ready_at = timezone.now()
    message.save(update_fields=["attempts", "parked_at", "rung_at", "lease_until", "ready_at"])
    audit.record("core.outbox.retried", target=message, by=by, scope=message.scope, task=message.task)


@transaction.atomic
def drop(message_id: int, *, by: Any, reason: str) -> None:
    """Say that a message which was given up shall never run; row and reason stay.

    :raises NotParked: if it was not given up.
    """
    message = _parked_or_refuse(message_id)
    message.done_at = timezone.now()
    message.save(update_fields=["done_at"])
    audit.record(
        "core.outbox.dropped", target=message, by=by, scope=message.scope, task=message.task, reason=reason
    )


def _parked_or_refuse(message_id: int) -> OutboxMessage:
    found = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
    if found is None or found.parked_at is None or found.done_at is not None:
        raise NotParked(message_id)
    return found
