"""``make test``, ``make browser``, ``make faults`` and ``make check``: everything that needs throw-away servers."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tools.launcher import install
from tools.launcher.console import LaunchError, StopSignal, say
from tools.launcher.layout import ROOT, RunFolder
from tools.launcher.run import PYTHON, foreground, open_run_folder
from tools.launcher.services import Services, child_environ, process_values

Command = Callable[[RunFolder, StopSignal, Mapping[str, str], Sequence[str]], int]

CHROMIUM_NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Bench:
    """A prepared place for tests: packages installed, servers up."""

    run: RunFolder
    stop: StopSignal
    environ: Mapping[str, str]
    services: Services

    def pytest(self, *arguments: str, extra: Mapping[str, str] | None = None) -> int:
        """Run pytest on our terminal. asn_kinerja/settings_test.py fills in what is not given here."""
        values = {**self.services.values, "MEDIA_ROOT": str(self.run.media), **(extra or {})}
        settings = child_environ(self.run, self.environ, values)
        settings.pop("ASN_ENV", None)
        # The compiled catalogs are not in git.
        code = foreground([str(PYTHON), "tools/messages.py", "compile"], settings, self.stop)
        self.stop.check()
        if code:
            return code
        return foreground([str(PYTHON), "-m", "pytest", *arguments], settings, self.stop)

    def settings(self, **changes: str) -> dict[str, str]:
        """The environment of a ``manage.py`` command."""
        values = {**process_values(self.run, self.environ, "test", 8000), **self.services.values, **changes}
        return child_environ(self.run, self.environ, values)


@contextmanager
def bench(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], what: str) -> Iterator[Bench]:
    """Give a block its own servers, tuned for speed; they are stopped at its end."""
    lock = open_run_folder(run)
    services: Services | None = None
    try:
        lock.note(what)
        install.ensure(install.DEV, run, stop, environ)
        services = Services(run, stop, environ, durable=False)
        services.start()
        yield Bench(run, stop, environ, services)
    finally:
        if services:
            services.close()
        lock.release()


# `make test`, and the last step of `make check`: one process per core, each with a database of its own.
SUITE = ("-n", "auto", "-m", "not browser and not faults")


def test(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run the suite without the browser tests."""
    with bench(run, stop, environ, "make test") as place:
        return place.pytest(*SUITE, *arguments)


def browser(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run the browser tests with the machine's chromium."""
    program = find_chromium(environ)
    with bench(run, stop, environ, "make browser") as place:
        # Playwright's synchronous API runs inside an event loop, where Django would refuse its own queries.
        extra = {"CHROMIUM": program, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        return place.pytest("-m", "browser", *arguments, extra=extra)


def faults(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Break a site of its own in every way we know. SEED, FAULTS and ROUNDS reach it through the environment."""
    with bench(run, stop, environ, "make faults") as place:
        return place.pytest("-m", "faults", "tests/faults", *arguments)


def find_chromium(environ: Mapping[str, str]) -> str:
    """The browser named by ``CHROMIUM``, else Debian's."""
    named = environ.get("CHROMIUM")
    for name in (named,) if named else CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    if named:
        raise LaunchError(f"CHROMIUM names {named}, which is not a program.")
    raise LaunchError(
        "The browser tests need chromium. Run: apt-get install --no-install-recommends chromium "
        "(or set CHROMIUM to its path)."
    )


def check(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run everything CI runs, stopping at the first failure. ``arguments`` go to pytest."""
    with bench(run, stop, environ, "make check") as place:
        settings = place.settings()
        strict = place.settings(
            ASN_ENV="production",
            SECRET_KEY=secrets.token_urlsafe(50),
            ALLOWED_HOSTS="kinerja.example.go.id",
            PUBLIC_URL="https://kinerja.example.go.id",
        )
        for title, command, values in (
            ("ruff check", ["-m", "ruff", "check", "."], settings),
            ("ruff format", ["-m", "ruff", "format", "--check", "."], settings),
            ("mypy, rules (strict)", _mypy("apps/*/rules", "apps/*/rules.py", strict=True), settings),
            ("mypy, services", _mypy("apps/*/services", "apps/*/services*.py"), settings),
            ("import contracts", ["-c", LINT_IMPORTS], settings),
            ("templates", ["-m", "djlint", "--lint", "--quiet", "templates"], settings),
            ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], settings),
            ("migrations on live data", ["tools/lint_migrations.py"], settings),
            ("messages", ["tools/messages.py", "check"], settings),
            ("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], strict),
        ):
            if command is None:
                continue
            code = _step(place, title, command, values)
            if code:
                return code
        say("\n== tests")
        return place.pytest(*SUITE, *arguments)


# Not the script bin/lint-imports: its first line holds the venv's path, which breaks when a clone is moved.
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"


def _mypy(*patterns: str, strict: bool = False) -> list[str] | None:
    """The mypy command for the files that exist; None without any."""
    found = sorted({str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)})
    if not found:
        return None
    return ["-m", "mypy", *(["--strict"] if strict else []), *found]


def _step(place: Bench, title: str, command: Sequence[str], settings: Mapping[str, str]) -> int:
    say(f"\n== {title}")
    started = time.monotonic()
    code = foreground([str(PYTHON), *command], settings, place.stop)
    took = f"{time.monotonic() - started:.1f} s"
    if code:
        say(f"== {title} FAILED after {took}: {os.path.basename(PYTHON)} {' '.join(command)}")
    else:
        say(f"== {title} ok, {took}")
    place.stop.check()
    return code


COMMANDS: dict[str, Command] = {"test": test, "browser": browser, "faults": faults, "check": check}
