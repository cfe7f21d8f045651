"""One broken site per session; each fault notes what it cost, and a table at the end says so.

SEED=... repeats a run, FAULTS=F3,F8 chooses, ROUNDS=... says how often the random ones strike.
"""

import os
import random
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from . import oracle
from .site import Load, Site

SEED = os.environ.get("SEED") or secrets.token_hex(4)


@dataclass
class Trial:
    """One fault being tried: chance from the seed, people who send, and what came out."""

    name: str
    what: str
    site: Site
    folder: Path
    tries: int = 0
    receipts: int = 0
    lost: int = 0
    duplicated: int = 0
    seconds: list[float] = field(default_factory=list)
    outcome: str = "failed"
    loads: list[Load] = field(default_factory=list)
    towns: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{SEED}-{self.name}")

    def load(self, **changes: Any) -> Load:
        """Let people begin to send."""
        number = len(self.loads) + 1
        load = Load(self.site, self.folder / f"{self.name}x{number}x{SEED}", SEED, **changes)
        self.loads.append(load)
        return load

    def close_town(self) -> Mapping[str, Any]:
        """Let a period end, so that there is work in the background."""
        town = self.site.close_town()
        self.towns.append(town)
        return town

    def recovered(self, struck: float) -> None:
        """Note how long it took from the strike until everything was done again."""
        self.seconds.append(time.time() - struck)

    def examine(self) -> None:
        """Let everybody finish, wait for quiet, and ask the oracle.

        :raises AssertionError: if something was lost, is there twice, or is wrong.
        """
        for load in self.loads:
            if load.process.poll() is None:
                load.finish()
        self.site.wait_until_idle()
        finding = oracle.examine(self.site, self.loads, self.towns)
        self.receipts, self.lost = finding.receipts, len(finding.lost)
        self.duplicated = len(finding.duplicated)
        assert finding.is_clean, f"SEED={SEED} {self.name}: {finding}"
        self.outcome = "ok"


_trials: list[Trial] = []
_skipped: list[tuple[str, str]] = []


def rounds(default: int) -> int:
    """How often a random fault strikes."""
    return int(os.environ.get("ROUNDS") or default)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what FAULTS names; a name is exact, F1 is not F12."""
    wanted = {name.strip().upper() for name in os.environ.get("FAULTS", "").split(",") if name.strip()}
    if not wanted:
        return
    dropped = [
        item for item in items if (mark := item.get_closest_marker("fault")) and mark.args[0] not in wanted
    ]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note a fault that could not be tried, with the reason; tell a failure at once, a run takes minutes."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    mark = item.get_closest_marker("fault")
    if mark and report.skipped:
        _skipped.append((mark.args[0], str(report.longrepr[2] if report.longrepr else "")))
    if mark and report.failed:
        print(f"\n{mark.args[0]} FAILED, SEED={SEED}: {report.longreprtext[-3000:]}", flush=True)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this session; nobody else's."""
    print(f"\nSEED={SEED}", flush=True)
    made = Site(tmp_path_factory.mktemp("faults"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def trial(site: Site, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    """A fault to be tried on a site that is whole."""
    site.revive()
    site.wait_until_idle()
    mark = request.node.get_closest_marker("fault")
    made = Trial(mark.args[0], mark.args[1], site, tmp_path)
    if made not in _trials:
        _trials.append(made)
    yield made
    for load in made.loads:
        load.kill()
    for name in ("web", "worker"):
        (site.folder / f"{name}.json").unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what each fault cost."""
    if not (_trials or _skipped):
        return
    terminalreporter.section(f"faults, SEED={SEED}")
    for line in table(_trials, _skipped):
        terminalreporter.write_line(line)


def table(trials: Iterable[Trial], skipped: Iterable[tuple[str, str]]) -> list[str]:
    """Return the lines of the table."""
    head = (
        f"{'fault':<5} {'what':<44} {'tries':>5} {'receipts':>8} {'lost':>4} {'twice':>5} {'recovery s':>12}"
        "  outcome"
    )
    lines = [head, "-" * len(head)]
    for row in trials:
        seconds = sorted(row.seconds)
        took = f"{seconds[len(seconds) // 2]:.1f} / {seconds[-1]:.1f}" if seconds else "-"
        lines.append(
            f"{row.name:<5} {row.what:<44} {row.tries:>5} {row.receipts:>8} {row.lost:>4} {row.duplicated:>5} "
            f"{took:>12}  {row.outcome}"
        )
    lines += [f"{name:<5} not tried: {why}" for name, why in skipped]
    return lines
