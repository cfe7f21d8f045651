"""G11: checking a million audit entries costs little more than reading them; appending keeps up with plain inserts.

One chain has one order, so its writers take turns until each commit is on the disk, while plain inserts share the
flushes of the disk (group commit). Hence two figures: eight writers of one government, and eight governments.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.context import ROOT, Context, Region, environment
from bench.harness import Figure, Goal

ENTRIES = int(os.environ.get("BENCH_AUDIT_ENTRIES", "1000000"))
SCOPE = "bench-million"
WRITERS, EACH = 8, 40
PORTION = 10_000
# Ends with the largest size the process had, in kB.
VERIFY = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "verify_audit", "--no-with-anchors"])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

_COLUMNS = "scope, at, action, actor, target_type, target_id, data"
_INSERT = (
    "INSERT INTO {table} ({columns}) VALUES (%s, now(), 'assessments.report.submitted', 'user:12', "
    "'assessments.selfreport', '1234', '{{\"version\": 3}}')"
)


def goals(context: Context) -> list[Goal | Figure]:
    """Fill a copy of a region with entries, and make a plain table of the same shape."""
    region = context.own_region(context.sizes[0])
    _fill(region)
    context.say(f"audit chain of {ENTRIES} entries laid down")
    one, many = _writers(region, lambda number: "bench"), _writers(region, lambda number: f"bench-{number}")
    return [
        Goal(
            "G11",
            "verify_audit / reading the entries in order",
            case=_verify,
            limit=lambda: _read(region),
            at_most=3,
            size=ENTRIES,
            rounds=3,
            region=region,
        ),
        Figure("G11", "memory of verify_audit", lambda: _memory(region), "MB", at_most=250, size=ENTRIES),
        Goal(
            "G11",
            "8 writers of one chain / plain insert",
            case=lambda: one("core_auditentry"),
            limit=lambda: one("bench_plain"),
            at_least=0.3,
        ),
        Goal(
            "G11",
            "8 writers of 8 chains / plain insert",
            case=lambda: many("core_auditentry"),
            limit=lambda: many("bench_plain"),
            at_least=0.3,
        ),
    ]


def _verify() -> None:
    from apps.core import audit_check

    reports = {report.scope: report for report in audit_check.verify()}
    assert all(report.is_valid for report in reports.values())
    assert reports[SCOPE].entries == ENTRIES


def _read(region: Region) -> None:
    """Every column of every entry, in order, through a cursor of the server."""
    with region.connect() as connection:
        connection.autocommit = False
        with connection.cursor("in_order") as cursor:
            cursor.itersize = PORTION
            cursor.execute(
                "SELECT seq, id, previous_hash, hash, scope, at, action, actor, target_type, target_id, data::text "
                "FROM core_auditentry ORDER BY scope, seq"
            )
            for _row in cursor:
                pass
    connection.close()


def _memory(region: Region) -> float:
    """The largest size of a process of its own that checks everything.

    It says so itself: what the system tells its parent includes the size of that, which grows with other goals.
    """
    done = subprocess.run(
        [sys.executable, "-c", VERIFY],
        cwd=ROOT,
        env=environment(region.database) | {"DJANGO_SETTINGS_MODULE": "asn_kinerja.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout.split()[-1]) / 1024


def _writers(region: Region, scope_of: Callable[[int], str]) -> Callable[[str], None]:
    connections = [region.connect() for _ in range(WRITERS)]
    pool = ThreadPoolExecutor(WRITERS)

    def write(number: int, table: str) -> None:
        with connections[number].cursor() as cursor:
            for _turn in range(EACH):
                cursor.execute(_INSERT.format(table=table, columns=_COLUMNS), [scope_of(number)])

    def run(table: str) -> None:
        list(pool.map(write, range(WRITERS), [table] * WRITERS))

    return run


def _fill(region: Region) -> None:
    """Lay a valid chain down as COPY, hashed here; the triggers would need minutes for what is not measured."""
    connection = region.connect()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
        lines = _Lines()
        cursor.copy_expert(
            f"COPY core_auditentry ({_COLUMNS}, seq, previous_hash, hash) FROM STDIN", lines, size=1 << 16
        )
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER USER")
        cursor.execute("INSERT INTO core_audithead (scope, seq, hash) VALUES (%s, %s, %s)",
                       [SCOPE, ENTRIES, lines.last])  # fmt: skip
        cursor.execute("CREATE TABLE bench_plain (LIKE core_auditentry INCLUDING ALL)")
        cursor.execute("VACUUM ANALYZE core_auditentry")
    connection.close()


class _Lines:
    """A file whose lines are the entries, made while they are read."""

    def __init__(self) -> None:
        self.last = ""
        self.made = self._make()

    def _make(self) -> Iterator[bytes]:
        began = datetime(2026, 1, 1, tzinfo=UTC)
        for seq in range(1, ENTRIES + 1):
            at = f"{began + timedelta(seconds=seq, microseconds=seq % 1000):%Y-%m-%dT%H:%M:%S.%fZ}"
            told = [SCOPE, str(seq), at, "assessments.report.submitted", f"user:{seq % 5000}"]
            told += ["assessments.selfreport", str(seq // 3), f'{{"version": {seq % 7}}}']
            previous, self.last = (
                self.last,
                hashlib.sha256("\x1f".join([self.last, *told]).encode()).hexdigest(),
            )
            yield "\t".join([SCOPE, *told[2:], str(seq), previous, self.last]).encode() + b"\n"

    def read(self, size: int = 0) -> bytes:
        """Return some whole lines; nothing at the end."""
        piece: list[Any] = []
        for line in self.made:
            piece.append(line)
            if len(piece) == 150:
                break
        return b"".join(piece)
