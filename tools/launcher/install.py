"""The virtual environment: made, repaired and brought up to date, or left alone within milliseconds."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.launcher.console import LaunchError, StopSignal, say, timed
from tools.launcher.layout import ROOT, FileLock, RunFolder, write_private
from tools.launcher.process import run_step
from tools.launcher.services import VENV, home_values

# Installs in a quarter of pip's time. If it cannot (other index, other certificates), pip does the work.
UV = "uv==0.13.9"


@dataclass(frozen=True)
class Profile:
    """A set of requirement files; ``includes`` are read by the given ones and count for the stamp."""

    name: str
    files: tuple[str, ...]
    includes: tuple[str, ...] = ()

    def fingerprint(self, root: Path = ROOT) -> str:
        """Changes when any requirement or the Python version changes."""
        digest = hashlib.sha256(platform.python_version().encode())
        for name in (*self.files, *self.includes):
            digest.update(b"\0" + name.encode() + b"\0" + (root / name).read_bytes())
        return digest.hexdigest()


RUN = Profile("run", ("requirements.txt", "requirements-local.txt"))
DEV = Profile("dev", ("requirements-dev.txt",), ("requirements.txt", "requirements-local.txt"))
PROFILES = {profile.name: profile for profile in (RUN, DEV)}


def stamp(venv: Path, profile: Profile) -> Path:
    return venv / f".installed-{profile.name}"


def up_to_date(profile: Profile, root: Path = ROOT, venv: Path = VENV) -> bool:
    """Whether nothing needs to be done. What ``dev`` installed also serves ``run``."""
    # exists() follows the link to the Python it was made with, which may have been removed since.
    if not (venv / "bin" / "python").exists() or unfinished(venv).exists():
        return False
    for candidate in {profile, DEV}:
        try:
            if stamp(venv, candidate).read_text() == candidate.fingerprint(root):
                return True
        except OSError:
            continue
    return False


def unfinished(venv: Path) -> Path:
    """Lies there while packages are being installed; found later it means that somebody pulled the plug.

    Beside the environment and not in it, because making it anew empties it first.
    """
    return venv.parent / ".run" / "venv.unfinished"


def ensure(profile: Profile, run: RunFolder, stop: StopSignal, environ: Mapping[str, str]) -> None:
    """Make sure that the virtual environment has everything of the profile."""
    if up_to_date(profile):
        return
    folder = ROOT / ".run"
    try:
        folder.mkdir(exist_ok=True)
        lock = FileLock(folder / "venv.lock")
        if not lock.take():
            say("venv      waiting   another process is installing")
            stop.wait_for(lock.take, timeout=900, pause=0.2)
    except OSError as error:
        raise LaunchError(f"Cannot install packages in the clone {ROOT} ({error.strerror}).") from error
    try:
        if not up_to_date(profile):  # the other process may have done it
            with timed("venv"):
                _install(profile, run, stop, environ)
    finally:
        lock.release()


def _install(profile: Profile, run: RunFolder, stop: StopSignal, environ: Mapping[str, str]) -> None:
    settings = {**environ, **home_values(run, environ), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # One venv only, and no environment of the caller's pip that points elsewhere.
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV"):
        settings.pop(name, None)
    python = str(VENV / "bin" / "python")
    log = run.log("install")

    def step(what: str, *command: str) -> None:
        run_step(command, stop=stop, log=log, environ=settings, folder=ROOT, what=what)

    if not (VENV / "bin" / "python").exists() or unfinished(VENV).exists() or not _has_pip():
        _require_ensurepip()
        say("venv      creating")
        unfinished(VENV).touch()
        step("python -m venv", sys.executable, "-m", "venv", "--clear", str(VENV))
    unfinished(VENV).touch()
    say(f"venv      installing {' '.join(profile.files)}")
    files = [part for name in profile.files for part in ("-r", name)]
    try:
        step("pip install uv", python, "-m", "pip", "install", "--quiet", UV)
        settings |= {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy", **_index(environ)}
        uv = (python, "-m", "uv", "--system-certs", "pip", "install", "--python", python)
        step("uv pip install", *uv, *files)
    except LaunchError:
        say("venv      uv could not do it, trying pip")
        try:
            step("pip install", python, "-m", "pip", "install", *files)
        except LaunchError:
            # Refused, not interrupted (no network, say): what was there still stands, do not throw it away.
            unfinished(VENV).unlink()
            raise
    write_private(stamp(VENV, profile), profile.fingerprint())
    unfinished(VENV).unlink()


def _has_pip() -> bool:
    return any(VENV.glob("lib*/python3*/site-packages/pip/__init__.py"))


def _require_ensurepip() -> None:
    """Debian and Ubuntu split this part off; their own message is long and comes late."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise LaunchError(f"Python's venv module is incomplete here. Run: apt-get install {package}")


def _index(environ: Mapping[str, str]) -> dict[str, str]:
    """uv does not read pip's settings; hand over the one which decides where packages come from."""
    index = environ.get("PIP_INDEX_URL")
    return {"UV_DEFAULT_INDEX": index} if index and "UV_DEFAULT_INDEX" not in os.environ else {}
