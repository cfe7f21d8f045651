"""The audit trail in parts by the year of writing (decision 0016): the next part in time, and a year that leaves.

The column `year` stands in the database only and is no part of what is hashed: a chain runs through the parts in one
order. A transaction that began before New Year may be sealed behind one that began after it, so a few places at the end
of a year may lie in the younger part and the other way round. What leaves with a year are the places before the first
one of a younger part; the stragglers behind it move there.

Where a chain begins afterwards stands outside the database, among the anchors: who can drop a part must not be able to
say that it left.
"""

# ruff: noqa: S608 - names of tables and columns stand in our migrations and modules; every value is a parameter

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from . import audit_anchors, audit_check, partitions
from .audit_anchors import KEPT_UNTIL, Line
from .backups import contents

TABLE = "core_auditentry"

_COLUMNS = "id, scope, at, action, actor, target_type, target_id, data, seq, previous_hash, hash"


class TrailNotSound(ValueError):
    """Raised when a year would leave a trail, or anchors, in which something does not fit."""


def make_year(year: int) -> bool:
    """Make the part of a year, with its guards, if there is none; return whether there was none.

    `partitions.check` asks for this year's and the next one's every night. Until there is a part of a year its entries
    go on in the newest one, so nothing is refused meanwhile. Takes a moment of silence of the whole trail; gives up
    rather than let everybody queue behind it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if any(part.holds(year) for part in partitions.parts(TABLE)):
            return False
        cursor.execute(f"SET LOCAL lock_timeout = '{partitions.LOCK_TIMEOUT}'")
        cursor.execute("SELECT core_audit_make_year(%s)", [year])
        return bool(cursor.fetchone()[0])


def leave(year: int, *, keep_in: Path, by: Any, at: datetime) -> contents.Content:
    """Write the oldest part into a file, note in the anchors where each chain goes on, and drop the part.

    The trail is checked in full first. Reading and writing go on until the last moment, in which the part is taken off.
    The file holds the part as it was; what is still in the trail because it straggled stands in it as well.

    :raises partitions.PartStays: if the year is not the oldest, or is in use.
    :raises FileExistsError: if the file is there already.
    :raises TrailNotSound: if the trail or the anchors have a flaw.
    """
    part, *younger = partitions.parts(TABLE)
    if part.year != year or year > at.year - partitions.YEARS_IN_USE:
        raise partitions.PartStays(f"{TABLE} {year}")
    if keep_in.exists():
        raise FileExistsError(keep_in)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL lock_timeout = '{partitions.LOCK_TIMEOUT}'; SET LOCAL statement_timeout = 0"
        )
        # From here on nothing is written into this part, whatever somebody has in mind.
        cursor.execute(f"LOCK TABLE {part.table} IN SHARE MODE")
        _require_sound()
        ends = _ends(cursor, part.table, year, at)
        try:
            content = _keep(cursor, part.table, keep_in)
            cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {part.table}")
            _move_stragglers(cursor, part.table, younger[0], ends)
            cursor.execute(f"DROP TABLE {part.table}")
            partitions.note_drop(part.table, content, table=TABLE, year=year, by=by, at=at)
            # Sealed now, and the anchors last: a line without a part that left would be a place to hide something.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            if ends:
                audit_anchors.append(settings.AUDIT_ANCHOR_DIR, ends)
        except BaseException:
            keep_in.unlink(missing_ok=True)
            raise
    return content


def _require_sound() -> None:
    noted = audit_anchors.read_folder(settings.AUDIT_ANCHOR_DIR)
    flaws = [*noted.flaws, *audit_anchors.missing_from(noted)]
    for report in audit_check.verify(noted.anchors):
        flaws += [f"{report.scope or '(installation)'}: {finding}" for finding in report.findings]
    if flaws:
        raise TrailNotSound("; ".join(flaws))


def _ends(cursor: Any, part: str, year: int, at: datetime) -> list[Line]:
    """Return the last place of each chain that leaves with the part."""
    cursor.execute(f"SELECT DISTINCT scope FROM {part} ORDER BY scope")
    ends = []
    for (scope,) in cursor.fetchall():
        cursor.execute(
            f"SELECT seq, hash FROM {part} WHERE scope = %s AND seq < coalesce("
            f" (SELECT min(seq) FROM {TABLE} WHERE scope = %s AND year > %s), 9223372036854775807)"
            " ORDER BY seq DESC LIMIT 1",
            [scope, scope, year],
        )
        if found := cursor.fetchone():
            ends.append(Line(at, KEPT_UNTIL, scope, *found))
    return ends


def _keep(cursor: Any, part: str, keep_in: Path) -> contents.Content:
    whole = next(found for found in contents.tables_of(cursor) if found.name == TABLE)
    # psycopg's own cursor: it knows how names are quoted.
    content = contents.measure(cursor.cursor, replace(whole, name=part), keep_in)
    with keep_in.open("rb") as file:
        os.fsync(file.fileno())
    return content


def _move_stragglers(cursor: Any, part: str, younger: partitions.Part, ends: list[Line]) -> None:
    """Move what was sealed behind the first entry of a younger year into the next part, as it is."""
    behind = (
        f"FROM {part} entry LEFT JOIN unnest(%s::text[], %s::bigint[]) AS ended (chain, place) ON chain = scope"
        " WHERE seq > coalesce(place, 0)"
    )
    values = [[line.scope for line in ends], [line.seq for line in ends]]
    cursor.execute(f"SELECT EXISTS (SELECT {behind})", values)
    if not cursor.fetchone()[0]:
        return
    cursor.execute(f"ALTER TABLE {younger.table} DISABLE TRIGGER USER")
    cursor.execute(
        f"INSERT INTO {younger.table} ({_COLUMNS}, year) SELECT {_COLUMNS}, {younger.year} {behind}", values
    )
    cursor.execute(f"ALTER TABLE {younger.table} ENABLE TRIGGER USER")
