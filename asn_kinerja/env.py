"""Reading the environment strictly: a missing or odd value stops the start with a sentence that helps."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def run_dir() -> Path:
    """Return the folder in which `make run` keeps its servers and their addresses."""
    return Path(os.environ.get("RUN_DIR") or BASE_DIR / ".run").resolve()


def load_local_servers() -> None:
    """Let a second terminal find the servers of this clone's running `make run`.

    The launcher writes `local.env` while its servers are up. Values already in the environment win, and nothing
    is read when the environment names a database itself: production never depends on this file.
    """
    path = run_dir() / "local.env"
    if os.environ.get("DATABASE_URL") or not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def env_str(name: str, default: str | None = None) -> str:
    """Return a variable's text, or the default.

    :raises ImproperlyConfigured: if it is missing and there is no default.
    """
    value = os.environ.get(name)
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(
            f"{name} is not set. For development start `make run` in this clone and try again; "
            f"for production set {name} (see .env.example)."
        )
    return default


def env_bool(name: str, default: bool) -> bool:
    """Return a yes/no variable.

    :raises ImproperlyConfigured: if the value is neither 1/true/yes nor 0/false/no.
    """
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def env_int(name: str, default: int) -> int:
    """Return a whole number.

    :raises ImproperlyConfigured: if the value is not a whole number.
    """
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def env_list(name: str, default: str | None = None) -> list[str]:
    """Return the comma-separated parts of a variable.

    :raises ImproperlyConfigured: if it is missing and there is no default.
    """
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]
