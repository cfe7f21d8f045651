"""Which account PostgreSQL runs under.

initdb and postgres refuse to run as root. A developer in a container often is root. Then, in this order:

1. a data folder that exists decides: it must be run by its owner, whatever would be preferred now;
2. a user namespace in which root is called ``nobody``: the files stay root's, and folders closed to others
   are no obstacle;
3. the account ``nobody`` itself, if it can reach the programs and the run folder.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.launcher.console import LaunchError

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER = 0x10000000
NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """How a child gets its account: as we are, in a user namespace, or as another account."""

    in_namespace: bool = False
    uid: int | None = None
    gid: int | None = None

    def popen_arguments(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    @property
    def owner(self) -> tuple[int, int] | None:
        """To whom folders must be given, if not to us."""
        return None if self.uid is None or self.gid is None else (self.uid, self.gid)


OURSELVES = Identity()
NAMESPACE = Identity(in_namespace=True)
AS_NOBODY = Identity(uid=NOBODY, gid=NOBODY)


def enter_namespace() -> None:
    """Enter a user namespace where root has the number of ``nobody``. Runs between fork and exec."""
    if LIBC.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    for file, text in (
        ("/proc/self/setgroups", "deny"),
        ("/proc/self/uid_map", f"{NOBODY} 0 1"),
        ("/proc/self/gid_map", f"{NOBODY} 0 1"),
    ):
        with open(file, "w", encoding="ascii") as handle:
            handle.write(text)


def choose_identity(data: Path, must_reach: tuple[Path, ...]) -> Identity:
    """The account for the server of this data folder, which need not exist yet."""
    try:
        owner = data.stat()
    except FileNotFoundError:
        owner = None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise LaunchError(
                f"{data} was made by another account (number {owner.st_uid}). Run as that account, "
                "or set RUN_DIR to a new folder."
            )
        return OURSELVES
    if owner is not None and owner.st_uid != 0:
        return Identity(uid=owner.st_uid, gid=owner.st_gid)
    if _works(NAMESPACE, "/"):
        return NAMESPACE
    if owner is not None:
        raise LaunchError(
            f"{data} was made by root in a user namespace, which this machine does not allow now. "
            "Set RUN_DIR to a new folder, or DATABASE_URL to a PostgreSQL of yours."
        )
    if all(_works(AS_NOBODY, str(path)) for path in must_reach):
        return AS_NOBODY
    raise LaunchError(
        "PostgreSQL does not run as root, and the account nobody cannot reach this folder. Do one of these: "
        "run as an ordinary account; move the clone to a folder open to others; "
        "set DATABASE_URL to a PostgreSQL of yours."
    )


def _works(identity: Identity, folder: str) -> bool:
    """Whether a process can start with this identity and enter the folder."""
    try:
        subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", folder],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            preexec_fn=enter_namespace if identity.in_namespace else None,
            **identity.popen_arguments(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True
