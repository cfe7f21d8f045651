"""Finished messages leave the outbox for its archive, in parts by year (docs/operations/scaling.md).

The live table stays as small as the last weeks' work. A promise keeps its key: `jobs.enqueue` refuses one that stands
in the archive, and whoever asks what was promised asks both tables (`was_promised`). What is unfinished or was given up
never leaves, nor what a person dropped: no effect of it says anywhere that it shall not be promised again.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils import timezone

from .models import OutboxArchive, OutboxMessage

TABLE = "core_outboxarchive"
PORTION = 5_000

# In one statement, so a message is always in exactly one of the two. What somebody else has in hand is left for the
# next night. By number, so that a night walks through the table once however many portions it takes.
MOVE = """
WITH picked AS (
    SELECT id, scope FROM core_outboxmessage
    WHERE id > %(after)s AND done_at < %(until)s AND parked_at IS NULL
    ORDER BY id LIMIT %(portion)s
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM core_outboxmessage message USING picked
    WHERE message.id = picked.id AND message.scope = picked.scope
    RETURNING message.*
), kept AS (
    INSERT INTO core_outboxarchive
        (id, scope, task, kwargs, key, created_at, ready_at, attempts, last_error, done_at, done_on)
    SELECT id, scope, task, kwargs, key, created_at, ready_at, attempts, last_error, done_at,
           (done_at AT TIME ZONE 'UTC')::date
    FROM gone
    RETURNING id
)
SELECT count(*), coalesce(max(id), 0) FROM kept
"""


def move_finished(now: datetime, *, portion: int = PORTION) -> int:
    """Move what was finished more than `OUTBOX_KEEP_DAYS` days ago; return how many messages moved.

    Each portion commits by itself: whoever is killed loses the last one, and the next night takes it up. Several at
    once share the work.
    """
    until = now - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    moved = after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(MOVE, {"after": after, "until": until, "portion": portion})
            rows, last = cursor.fetchone()
        if not rows:
            return moved
        moved, after = moved + rows, last


def check() -> int:
    """Move what is due, every night; return how many messages were due a week ago and are still here."""
    now = timezone.now()
    move_finished(now)
    week_ago = now - timedelta(days=settings.OUTBOX_KEEP_DAYS + 7)
    return OutboxMessage.objects.filter(done_at__lt=week_ago, parked_at=None).count()


def was_promised(key: OuterRef | Combinable | str, *, scope: OuterRef | Combinable | str) -> Q:
    """Return the condition that a message with this key was ever promised, lately or long ago."""
    return Q(Exists(OutboxMessage.objects.filter(key=key, scope=scope))) | Q(
        Exists(OutboxArchive.objects.filter(key=key, scope=scope))
    )
