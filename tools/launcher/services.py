"""Both servers together, and ``local.env``, through which other terminals find them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.launcher.console import StopSignal, say, state
from tools.launcher.layout import (
    ROOT,
    RunFolder,
    database_url,
    redis_url,
    socket_folder,
    write_env_file,
)
from tools.launcher.postgres import Postgres
from tools.launcher.process import Child, stop_all
from tools.launcher.valkey import Valkey

VENV = ROOT / ".venv"


class Services:
    """The servers this run needs. A server named in the environment is used as it is and not started."""

    def __init__(
        self,
        run: RunFolder,
        stop: StopSignal,
        environ: Mapping[str, str],
        durable: bool = True,
        venv: Path = VENV,
    ) -> None:
        self.run = run
        self.stop = stop
        self.sockets = socket_folder(run.path)
        self.values: dict[str, str] = {}
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if environ.get("DATABASE_URL"):
            self.values["DATABASE_URL"] = environ["DATABASE_URL"]
        else:
            self.postgres = Postgres(venv, run, self.sockets, stop, durable)
            self.values["DATABASE_URL"] = database_url(self.sockets)
        if environ.get("REDIS_URL"):
            self.values["REDIS_URL"] = environ["REDIS_URL"]
        else:
            self.valkey = Valkey(venv, run, self.sockets, stop)
            self.values["REDIS_URL"] = redis_url(self.valkey.socket)

    @property
    def children(self) -> list[Child]:
        return [server.child for server in (self.valkey, self.postgres) if server]

    def start(self) -> None:
        for name, server in (("postgres", self.postgres), ("valkey", self.valkey)):
            if server is None:
                state(name, "given", "by the environment")
            else:
                server.start()

    def publish(self, values: Mapping[str, str]) -> None:
        """Write ``local.env``: from now on ``manage.py`` in another terminal finds these servers."""
        write_env_file(self.run.local_env, {**values, **self.values})

    def close(self) -> None:
        """Take back ``local.env`` and stop the servers."""
        self.run.local_env.unlink(missing_ok=True)
        killed = stop_all(self.children, grace=20, urgent=lambda: self.stop.urgent)
        for name in killed:
            say(f"{name} did not stop in time and was killed")
        if self.sockets.parent != self.run.path:
            shutil.rmtree(self.sockets, ignore_errors=True)


def process_values(run: RunFolder, environ: Mapping[str, str], asn_env: str, port: int) -> dict[str, str]:
    """What settings.py is promised, except the addresses of the servers. The environment wins."""
    defaults = {
        "ASN_ENV": asn_env,
        "SECRET_KEY": "",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MEDIA_ROOT": str(run.media),
    }
    values = {key: environ.get(key) or value for key, value in defaults.items()}
    values["SECRET_KEY"] = values["SECRET_KEY"] or run.secret_key()
    return values


def child_environ(run: RunFolder, environ: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a Python child process."""
    result = {**environ, **values}
    result["RUN_DIR"] = str(run.path)
    result["PYTHONUNBUFFERED"] = "1"  # a log file must show the last line before a crash
    result["PYTHONUTF8"] = "1"  # whatever LANG says, and even if the machine lacks that locale
    result.pop("PYTHONPATH", None)
    if result.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Nothing beside the sources, then; but reading them anew takes each process half its start.
        result.setdefault("PYTHONPYCACHEPREFIX", str(run.path / "bytecode"))
    result.update(home_values(run, environ))
    return result


def home_values(run: RunFolder, environ: Mapping[str, str]) -> dict[str, str]:
    """Replacements for a home or cache folder into which nobody can write."""
    home = environ.get("HOME", "")
    cache = environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    changed: dict[str, str] = {}
    if not home or not _writable(Path(home)):
        changed["HOME"] = str(run.path / "home")
        cache = environ.get("XDG_CACHE_HOME") or ""
    if not cache or not _writable(Path(cache)):
        folder = run.path / "cache"
        changed |= {
            "XDG_CACHE_HOME": str(folder),
            "PIP_CACHE_DIR": str(folder / "pip"),
            "UV_CACHE_DIR": str(folder / "uv"),
        }
    for key in ("HOME", "XDG_CACHE_HOME"):
        if key in changed:
            Path(changed[key]).mkdir(mode=0o700, parents=True, exist_ok=True)
    return changed


def _writable(folder: Path) -> bool:
    """Whether a file can be made there. Only trying tells: access() lies to root and on odd mounts."""
    probe = folder / f".asn-kinerja-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
