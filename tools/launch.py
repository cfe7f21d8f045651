"""Entry point behind the Makefile: ``python3 tools/launch.py COMMAND``. The work is in ``tools/launcher``."""

import os
import shutil
import sys

MINIMUM = (3, 11)


def main():
    """Find a Python that is new enough, then hand over. Runs on old Pythons itself, so no annotations."""
    if sys.version_info < MINIMUM:
        for name in ("python3.13", "python3.12", "python3.11"):
            newer = shutil.which(name)
            if newer:
                os.execv(newer, [newer, *sys.argv])
        sys.exit("ASN Kinerja needs Python 3.11 or newer. Found only " + sys.version.split()[0] + ".")
    # The folder tools/ itself must not be searched for modules, its parent must.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.dont_write_bytecode = True  # the clone may be read-only, and may be shared with another account
    from tools.launcher.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
