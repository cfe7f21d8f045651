"""The drill: restores a backup beside the site, compares everything, and takes it away again."""

import secrets
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from . import restoring, servers, taking
from .restoring import Restored

PREFIX = "asn_drill_"


def run(*, source: Path | None, anchors: Path, at: datetime, say: Callable[[str], None]) -> Restored:
    """Restore the newest backup of a folder, or one made now, into a database and a folder of its own.

    Raises whatever `restoring.restore` raises; what it made is gone afterwards in any case.
    """
    work = Path(tempfile.mkdtemp(prefix="asn-drill-"))
    target = servers.own_address().sibling(PREFIX + secrets.token_hex(4))
    try:
        if source is None:
            found, _made = taking.take(to=work / "backups", at=at, keep=1, say=say)
        else:
            found = restoring.newest(source)
        say(f"drill with {found.name} into the database {target.name}")
        servers.create_database(target)
        return restoring.restore(source=found, into=target, media=work / "media", anchors=anchors, say=say)
    finally:
        servers.drop_database(target)
        shutil.rmtree(work, ignore_errors=True)
