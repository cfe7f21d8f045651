"""Checks the audit chains: reads every entry in order, computes its hash anew, and compares heads and anchors.

The hashes are computed here and not by the database's own function: whoever can switch triggers off can replace that
function too. Entries are read in portions by their place in the chain, so a million of them need the memory of one
portion, no statement is long, and the site may go on writing meanwhile.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.db import connection as default_connection

PORTION = 10_000
# Beyond so many, further places are only counted.
MOST_FINDINGS = 20
_BEFORE_ALL = (-(2**63), 0)

_PORTION = r"""
    SELECT seq, id, previous_hash, hash,
           concat_ws(E'\x1f', scope, seq::text,
                     to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                     action, actor, target_type, target_id, data::text)
    FROM core_auditentry
    WHERE scope = %s AND (seq, id) > (%s, %s)
    ORDER BY seq, id LIMIT %s
"""


class Connection(Protocol):
    """Django's connection, or one of psycopg2 to a database that Django does not know."""

    def cursor(self) -> AbstractContextManager[Any]:
        """Return a cursor."""
        ...


class Flaw(StrEnum):
    """What is wrong with a place of a chain."""

    EDITED = "edited"
    REMOVED = "removed"
    DOUBLE = "double"
    UNLINKED = "unlinked"
    UNSEALED = "unsealed"
    CUT_OFF = "cut off"
    PAST_HEAD = "past the head"
    NOT_AS_ANCHORED = "not as anchored"


_SENTENCES = {
    Flaw.EDITED: "entry {seq} (row {row}) does not have the content that was sealed",
    Flaw.REMOVED: "entry {seq} is missing, {count} in a row",
    Flaw.DOUBLE: "entry {seq} is there twice (row {row} is the second)",
    Flaw.UNLINKED: "entry {seq} (row {row}) was sealed after another entry than the one before it",
    Flaw.UNSEALED: "row {row} has no place in the chain",
    Flaw.CUT_OFF: "entry {seq} and {count} in all are missing at the end",
    Flaw.PAST_HEAD: "entry {seq} does not agree with the head of the chain",
    Flaw.NOT_AS_ANCHORED: "entry {seq} is not the one that was anchored on {at}{since}",
}


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A head that was noted outside the database, or the last place of a year that left it."""

    at: datetime
    scope: str
    seq: int
    hash: str
    has_left: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One flaw: the place in the chain, and the row where there is one."""

    flaw: Flaw
    seq: int
    row: int | None = None
    count: int = 1
    anchor: Anchor | None = None
    sound_before: Anchor | None = None

    def __str__(self) -> str:
        since = (
            f"; it still agreed with the anchor of entry {self.sound_before.seq}" if self.sound_before else ""
        )
        return _SENTENCES[self.flaw].format(
            seq=self.seq,
            row=self.row,
            count=self.count,
            at=f"{self.anchor.at:%Y-%m-%d %H:%M}Z" if self.anchor else "",
            since=since,
        )


@dataclass(kw_only=True)
class ChainReport:
    """What a check of one chain found: at most MOST_FINDINGS flaws in their order, and how many there are.

    `left_until` is the last place that left with its year; what stands before it was not looked at.
    """

    scope: str
    left_until: int = 0
    entries: int = 0
    head_seq: int = 0
    head_hash: str = ""
    anchors: int = 0
    flaws: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        """Whether every link fits."""
        return not self.flaws

    @property
    def broken_seq(self) -> int | None:
        """The first place that does not fit."""
        return min((finding.seq for finding in self.findings), default=None)

    def add(self, finding: Finding) -> None:
        """Count a flaw, and keep it if it is one of the first."""
        self.flaws += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def verify(
    anchors: Iterable[Anchor] = (),
    *,
    connection: Connection | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[ChainReport]:
    """Check every chain and compare it with what was anchored.

    A chain begins with place 1, or behind the place up to which the anchors say that its years left.

    :param progress: called after each portion with the number of entries in it.
    """
    source = connection or default_connection
    noted: dict[str, list[Anchor]] = {}
    for anchor in anchors:
        noted.setdefault(anchor.scope, []).append(anchor)
    with source.cursor() as cursor:
        # The names come from the unique index, one step per chain.
        cursor.execute(
            """
            WITH RECURSIVE scopes AS (
                (SELECT scope FROM core_auditentry ORDER BY scope LIMIT 1)
                UNION ALL
                SELECT (SELECT scope FROM core_auditentry WHERE scope > scopes.scope ORDER BY scope LIMIT 1)
                FROM scopes WHERE scopes.scope IS NOT NULL
            )
            SELECT scope FROM scopes WHERE scope IS NOT NULL UNION SELECT scope FROM core_audithead
            """
        )
        found = {scope for (scope,) in cursor.fetchall()}
        return [_check(cursor, scope, noted.get(scope, []), progress) for scope in sorted({*found, *noted})]


def _check(
    cursor: Any, scope: str, anchors: list[Anchor], progress: Callable[[int], None] | None
) -> ChainReport:
    report = ChainReport(scope=scope)
    last_seq, place = 0, _BEFORE_ALL
    last_hash: str | None = ""
    if left := _what_left(cursor, scope, anchors):
        report.left_until = last_seq = left.seq
        last_hash = left.hash
        anchors = [anchor for anchor in anchors if anchor.seq >= left.seq]
    waiting = _AnchorsInOrder(anchors, report)
    if left:
        waiting.pass_by(left.seq, left.hash)
    for row in _unsealed(cursor, scope):
        report.add(Finding(flaw=Flaw.UNSEALED, seq=0, row=row))
    while True:
        for seq, row, previous, digest, content in _rows_behind(cursor, scope, place, progress):
            report.entries += 1
            if seq <= last_seq:
                report.add(Finding(flaw=Flaw.DOUBLE, seq=seq, row=row))
            elif seq > last_seq + 1:
                report.add(Finding(flaw=Flaw.REMOVED, seq=last_seq + 1, count=seq - last_seq - 1))
            if hashlib.sha256(f"{previous}\x1f{content}".encode()).hexdigest() != digest:
                report.add(Finding(flaw=Flaw.EDITED, seq=seq, row=row))
            elif previous != last_hash and seq == last_seq + 1:
                report.add(Finding(flaw=Flaw.UNLINKED, seq=seq, row=row))
            waiting.pass_by(seq, digest)
            last_seq, last_hash, place = max(seq, last_seq), digest, (seq, row)
        # The head is read behind the entries: one that is written meanwhile moves it, and is read in the next turn.
        cursor.execute("SELECT seq, hash FROM core_audithead WHERE scope = %s", [scope])
        report.head_seq, report.head_hash = cursor.fetchone() or (0, "")
        if report.head_seq <= last_seq or not _has_entry(cursor, scope, last_seq):
            break
    if report.head_seq > last_seq:
        report.add(Finding(flaw=Flaw.CUT_OFF, seq=last_seq + 1, count=report.head_seq - last_seq))
    elif (report.head_seq, report.head_hash) != (last_seq, last_hash):
        report.add(Finding(flaw=Flaw.PAST_HEAD, seq=min(last_seq, report.head_seq + 1)))
    waiting.finish(last_seq)
    return report


def _what_left(cursor: Any, scope: str, anchors: list[Anchor]) -> Anchor | None:
    """Return the last place that left; none if the entries that are there begin before it."""
    ends = [anchor for anchor in anchors if anchor.has_left]
    if not ends:
        return None
    cursor.execute("SELECT min(seq) FROM core_auditentry WHERE scope = %s", [scope])
    (first,) = cursor.fetchone()
    return max(
        (anchor for anchor in ends if first is None or anchor.seq < first),
        key=lambda anchor: anchor.seq,
        default=None,
    )


def _rows_behind(
    cursor: Any, scope: str, place: tuple[int, int], progress: Callable[[int], None] | None
) -> Iterator[tuple[int, int, str | None, str | None, str]]:
    while True:
        cursor.execute(_PORTION, [scope, *place, PORTION])
        rows = cursor.fetchall()
        yield from rows
        if progress:
            progress(len(rows))
        if len(rows) < PORTION:
            return
        place = rows[-1][:2]


def _has_entry(cursor: Any, scope: str, seq: int) -> bool:
    """Whether anything is written behind a place by now."""
    cursor.execute("SELECT EXISTS (SELECT FROM core_auditentry WHERE scope = %s AND seq > %s)", [scope, seq])
    return bool(cursor.fetchone()[0])


def _unsealed(cursor: Any, scope: str) -> list[int]:
    cursor.execute(
        "SELECT id FROM core_auditentry WHERE scope = %s AND seq IS NULL ORDER BY id LIMIT %s",
        [scope, MOST_FINDINGS],
    )
    return [row for (row,) in cursor.fetchall()]


class _AnchorsInOrder:
    """The anchors of one chain, compared while its entries pass by; the first one that does not fit is told."""

    def __init__(self, anchors: list[Anchor], report: ChainReport) -> None:
        self.anchors = sorted(anchors, key=lambda anchor: (anchor.seq, anchor.at))
        self.report = report
        self.next = 0
        self.sound: Anchor | None = None
        self.is_told = False

    def pass_by(self, seq: int, digest: str | None) -> None:
        """Compare the anchors of a place with the entry there."""
        while self.next < len(self.anchors) and self.anchors[self.next].seq <= seq:
            anchor = self.anchors[self.next]
            self.next += 1
            self.report.anchors += 1
            if (anchor.seq, anchor.hash) == (seq, digest):
                self.sound = self.sound if self.is_told else anchor
            elif not self.is_told:
                self.is_told = True
                self.report.add(
                    Finding(flaw=Flaw.NOT_AS_ANCHORED, seq=anchor.seq, anchor=anchor, sound_before=self.sound)
                )

    def finish(self, last_seq: int) -> None:
        """Anchors behind the last entry: the chain was longer once."""
        beyond = self.anchors[self.next :]
        self.report.anchors += len(beyond)
        if beyond and not any(finding.flaw is Flaw.CUT_OFF for finding in self.report.findings):
            count = beyond[-1].seq - last_seq
            self.report.add(Finding(flaw=Flaw.CUT_OFF, seq=last_seq + 1, count=count, anchor=beyond[0]))
