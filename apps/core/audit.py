"""The audit chain: `record`, `record_many`, `record_alike` and `insertion` are the only writers of AuditEntry.

Every scope (government) has one chain. An entry is inserted with the change it describes; a deferred trigger gives the
entries of a transaction their places and hashes in one pass while it commits, and further triggers refuse update,
delete and truncate (migrations 0002, 0003 and 0006). The hash covers the previous hash and every column.
audit_check.py recomputes all of it; audit_anchors.py keeps the heads outside the database, because a chain whose end
was cut off is valid in itself (reference/ux-security.md, T4).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from .audit_check import ChainReport, verify
from .models import AuditEntry

__all__ = [
    "SYSTEM",
    "ChainReport",
    "actor_id",
    "entry",
    "insertion",
    "record",
    "record_alike",
    "record_many",
    "verify",
]

SYSTEM = "system"
BATCH_SIZE = 2000
# Written out: every change of everything writes an entry, and Django needs longer to word it than PostgreSQL to do it.
_INSERTION = (
    "INSERT INTO core_auditentry (scope, at, action, actor, target_type, target_id, data) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb)"
)


def actor_id(by: Any) -> str:
    """Return who acts, without a name: `user:12`, or `system` for the schedule and `public` for a citizen.

    A civil servant acts through their account; one without an account (an import, a demo) is `employee:12`.
    """
    if by is None:
        return SYSTEM
    if isinstance(by, str):
        return by
    if hasattr(by, "user_id"):
        return f"user:{by.user_id}" if by.user_id else f"employee:{by.pk}"
    return f"user:{by.pk}"


def entry(
    action: str,
    *,
    target: models.Model,
    by: Any,
    scope: str,
    at: datetime | None = None,
    **data: Any,
) -> AuditEntry:
    """Return an entry that is not written yet, for `record_many`.

    `action` is dotted and in the past tense (`indicators.skp.submitted`); it becomes a sentence on display. `data`
    holds ids and values, never names or NIP: the chain cannot be cleaned afterwards.
    """
    return AuditEntry(
        scope=scope,
        at=at or timezone.now(),
        action=action,
        actor=actor_id(by),
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        data=data,
    )


def record(
    action: str,
    *,
    target: models.Model,
    by: Any,
    scope: str,
    at: datetime | None = None,
    **data: Any,
) -> AuditEntry:
    """Write one entry into the chain of `scope`, in the caller's transaction; arguments as for `entry`."""
    at = at or timezone.now()
    written = entry(action, target=target, by=by, scope=scope, at=at, **data)
    text, parameters = insertion(action, target=target, by=by, scope=scope, at=at, **data)
    with connection.cursor() as cursor:
        cursor.execute(f"{text} RETURNING id", parameters)
        written.pk = cursor.fetchone()[0]
    written._state.adding = False
    written._state.db = connection.alias
    return written


def _text_of(data: dict[str, Any]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder)


def insertion(
    action: str,
    *,
    target: models.Model,
    by: Any,
    scope: str,
    at: datetime | None = None,
    **data: Any,
) -> tuple[str, list[Any]]:
    """Return the insert of one entry as text and parameters, for a statement that also writes what it describes.

    Arguments as for `entry`. Whoever asks for it executes it, in the transaction of the change.
    """
    return _INSERTION, [
        scope,
        at or timezone.now(),
        action,
        actor_id(by),
        target._meta.label_lower,
        str(target.pk),
        _text_of(data),
    ]


def record_many(entries: Iterable[AuditEntry]) -> int:
    """Write entries in one statement per 2000, in the caller's transaction; return how many.

    They keep their order within each chain.
    """
    return len(AuditEntry.objects.bulk_create(entries, batch_size=BATCH_SIZE))


def record_alike(
    action: str,
    *,
    kind: type[models.Model],
    ids: Sequence[int],
    by: Any,
    scope: str,
    at: datetime | None = None,
    **data: Any,
) -> int:
    """Write one entry for each of these objects, alike but for the target, in one statement; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_auditentry (scope, at, action, actor, target_type, target_id, data) "
            "SELECT %s, %s, %s, %s, %s, target.id::text, %s::jsonb "
            "FROM unnest(%s::bigint[]) WITH ORDINALITY AS target (id, place) ORDER BY target.place",
            [
                scope,
                at or timezone.now(),
                action,
                actor_id(by),
                kind._meta.label_lower,
                _text_of(data),
                list(ids),
            ],
        )
        return int(cursor.rowcount)
