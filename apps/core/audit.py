"""The audit chain: `record` is the only writer of AuditEntry.

Every scope (government) has one chain. An entry is inserted with the change it describes; a deferred trigger gives it
its place and its hash while the transaction commits, and further triggers refuse update, delete and truncate
(migration 0002). The hash covers the previous hash and every column, see `core_audit_digest` there.
Deleting the newest entries leaves a valid chain, so the head must be kept elsewhere too: `manage.py verify_audit
--anchor FILE` writes and compares it (reference/ux-security.md, T4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from .models import AuditEntry, AuditHead

SYSTEM = "system"


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


def record(
    action: str,
    *,
    target: models.Model,
    by: Any,
    scope: str,
    at: datetime | None = None,
    **data: Any,
) -> AuditEntry:
    """Write one entry into the chain of `scope`, in the caller's transaction.

    `action` is dotted and in the past tense (`indicators.skp.submitted`); it becomes a sentence on display. `data`
    holds ids and values, never names or NIP: the chain cannot be cleaned afterwards.
    """
    return AuditEntry.objects.create(
        scope=scope,
        at=at or timezone.now(),
        action=action,
        actor=actor_id(by),
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        data=data,
    )


@dataclass(frozen=True)
class ChainReport:
    """What a check of one chain found. `broken_seq` is the first place that does not fit."""

    scope: str
    entries: int
    head_seq: int
    head_hash: str
    broken_seq: int | None = None

    @property
    def is_valid(self) -> bool:
        """Whether every link fits."""
        return self.broken_seq is None


def verify(anchors: Mapping[str, tuple[int, str]] | None = None) -> list[ChainReport]:
    """Check every chain in one ordered pass in the database; compare with earlier heads where given.

    `anchors` maps a scope to (seq, hash) noted earlier outside the database; a chain that is shorter than its anchor,
    or differs there, is broken at the anchor's place.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH linked AS (
                SELECT scope, seq, hash, previous_hash,
                       lag(hash, 1, '') OVER w AS expected_previous,
                       row_number() OVER w AS expected_seq,
                       core_audit_digest(core_auditentry.*) AS digest
                FROM core_auditentry
                WINDOW w AS (PARTITION BY scope ORDER BY seq, id)
            )
            SELECT scope, count(*),
                   min(coalesce(seq, expected_seq)) FILTER (
                       WHERE seq IS DISTINCT FROM expected_seq
                          OR previous_hash IS DISTINCT FROM expected_previous
                          OR hash IS DISTINCT FROM digest)
            FROM linked GROUP BY scope ORDER BY scope
            """
        )
        found = {scope: (count, broken) for scope, count, broken in cursor.fetchall()}
    heads = {head.scope: head for head in AuditHead.objects.all()}
    reports = []
    for scope in sorted({*found, *heads, *(anchors or {})}):
        count, broken = found.get(scope, (0, None))
        head = heads.get(scope)
        last = AuditEntry.objects.filter(scope=scope).order_by("-seq").values_list("seq", "hash").first()
        if broken is None and head is not None and (head.seq, head.hash) != (last or (0, "")):
            broken = min(head.seq, last[0] if last else 0) + 1
        anchor = (anchors or {}).get(scope)
        if broken is None and anchor is not None:
            held = (
                AuditEntry.objects.filter(scope=scope, seq=anchor[0]).values_list("hash", flat=True).first()
            )
            if held != anchor[1]:
                broken = anchor[0]
        reports.append(ChainReport(scope, count, head.seq if head else 0, head.hash if head else "", broken))
    return reports
