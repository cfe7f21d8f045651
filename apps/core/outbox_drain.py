"""Whoever hears the doorbell does the short work that is there: one ring, many messages.

A ring costs as much as a small piece of work itself. So a message is not rung for while another ring waits unheard
(`jobs.ring`), and the worker that hears one goes on with what is due, for `DRAIN_SECONDS` at most, so that ticks are
heard in turn. It claims several at once, and runs each in a transaction of its own, effect and `done` together, as if
it had been rung for alone.

Nothing hangs on this: what nobody took up is rung for again by the relay, like a ring that Redis has lost. Long work
(`atomic=False`) always has a ring of its own, and so has whatever was tried before: its worker may have died of it, and
would take its neighbours along.
"""

import time

from django.db import connection
from django.utils import timezone

from . import jobs
from .models import OutboxMessage

# Then somebody else may be asked to go on.
DRAIN_SECONDS = 2.0
# Claimed together is only what is likely to be done at once: the others would wait for it although a worker is free.
BATCH_AT_MOST = 32
QUICK_SECONDS = 0.1
SLOW_SECONDS = 1.0
# A ring that is for no message in particular.
ANY_MESSAGE = 0

CLAIM = """
UPDATE core_outboxmessage SET lease_until = %(until)s
WHERE id = ANY (ARRAY(
    SELECT id FROM core_outboxmessage
    WHERE done_at IS NULL AND parked_at IS NULL AND ready_at <= %(now)s
      AND lease_until IS NULL AND attempts = 0 AND task = ANY (%(tasks)s)
    ORDER BY ready_at, id LIMIT %(number)s
    FOR UPDATE SKIP LOCKED
))
RETURNING *
"""
RELEASE = """
UPDATE core_outboxmessage SET lease_until = NULL WHERE id = ANY (%s) AND lease_until = %s AND done_at IS NULL
"""


def hear(message_id: int) -> None:
    """Answer a ring: the message it is for, and the short work beside it.

    Long work comes last, because what waits beside it may have no ring of its own.
    """
    message = jobs.claim(message_id) if message_id != ANY_MESSAGE else None
    is_short = message is not None and message.task in jobs.short_tasks()
    if message is not None and is_short:
        if is_more_due():
            # It was not rung for, because of the ring we have just heard, and ours may take its time.
            _wake_another()
        jobs.attempt(message)
    drain()
    if message is not None and not is_short:
        jobs.attempt(message)


def drain(seconds: float = DRAIN_SECONDS) -> int:
    """Do the short work that is due until none is left or the time is over; return how many messages were finished."""
    until = time.monotonic() + seconds
    finished, number = 0, 1
    while claimed := claim(number):
        if len(claimed) == number:
            # There may be more than this process can take: another one may be free.
            _wake_another()
        began = time.monotonic()
        for place, message in enumerate(claimed):
            finished += jobs.attempt(message)
            if time.monotonic() - began > SLOW_SECONDS and claimed[place + 1 :]:
                release(claimed[place + 1 :])
                break
        if time.monotonic() >= until:
            _wake_another()
            break
        number = min(2 * number, BATCH_AT_MOST) if time.monotonic() - began < QUICK_SECONDS else 1
    return finished


def is_more_due() -> bool:
    """Return whether fresh short work is waiting that nobody has in hand."""
    return OutboxMessage.objects.filter(
        done_at=None,
        parked_at=None,
        ready_at__lte=timezone.now(),
        lease_until=None,
        attempts=0,
        task__in=jobs.short_tasks(),
    ).exists()


def claim(number: int) -> list[OutboxMessage]:
    """Claim fresh short messages that are due, oldest first, and never wait for whoever has one."""
    now = timezone.now()
    found = OutboxMessage.objects.raw(
        CLAIM, {"now": now, "until": now + jobs.lease(), "tasks": jobs.short_tasks(), "number": number}
    )
    return sorted(found, key=lambda message: (message.ready_at, message.pk))


def release(messages: list[OutboxMessage]) -> None:
    """Give claimed messages back untried."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, [[message.pk for message in messages], messages[0].lease_until])


def _wake_another() -> None:
    if jobs.rings_waiting() == 0:
        jobs.ring(ANY_MESSAGE)
