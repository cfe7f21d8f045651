"""One broken site per session; each fault notes what it cost, and a table at the end says so.

SEED=... repeats a run, FAULTS=F3,F8 chooses, ROUNDS=... says how often the random ones strike. The table is kept as
text under RUN_DIR/faults. A test that fails prints the command that repeats it.
"""

import os
import random
import secrets
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT

from . import oracle
from .site import Load, Site

SEED = os.environ.get("SEED") or secrets.token_hex(4)
ROUNDS = os.environ.get("ROUNDS", "")

# The evaluations of a chunk of units are written with one statement; before it nothing of it is to be seen.
EVALUATING = "INSERT INTO assessments_evaluation"
# In the middle of what somebody can be held, and where: see hooks/triggers.py.
WORK = {
    "web": (
        "INSERT INTO assessments_progressentry",
        "INSERT INTO assessments_reportversion",
        "INSERT INTO feedback_response",
        "INSERT INTO feedback_complaint",
    ),
    "worker": (EVALUATING,),
}
POINTS = {
    "web": ("after-write", "before-commit", "after-commit", "before-response"),
    "worker": ("after-write", "before-commit", "after-commit"),
}


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

    def close_towns(self, count: int = 1, **changes: Any) -> list[dict[str, Any]]:
        """Let periods end, so that there is work in the background."""
        towns = self.site.close_towns(count, **changes)
        self.towns += towns
        return towns

    def hold(self, *roles: str, towns: int = 1, points: Sequence[str] = ()) -> None:
        """Stop one process of each role in the middle of something, so that what strikes now cannot miss it.

        Chance says what of and where. A worker evaluates the towns whose periods end now; the web process receives
        something that the people send. `site.disarm()` lets them go on.
        """
        for role in roles:
            if role == "worker":
                self.site.wait_until_evaluated(
                    self.towns
                )  # what was left over shall not be the one who is held
            work, point = self.chance.choice(WORK[role]), self.chance.choice(points or POINTS[role])
            trap = self.site.arm(role, point, work, deed="hold")
            if role == "worker":
                self.close_towns(towns)
            self.site.wait_for(lambda trap=trap: trap.sprung, f"{role} in the middle of it: {work}, {point}")  # type: ignore[misc]

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
        # An empty outbox is not the end if the schedule has not ticked since everything came back (SEED=5eed0014, F12).
        self.site.wait_until_evaluated(self.towns)
        self.site.wait_until_idle()
        finding = oracle.examine(self.site, self.loads, self.towns)
        self.receipts, self.lost = finding.receipts, len(finding.lost)
        self.duplicated = len(finding.duplicated)
        assert finding.is_clean, f"SEED={SEED} {self.name}: {finding}"
        self.outcome = "ok"


_began = time.time()
_trials: list[Trial] = []
_skipped: list[tuple[str, str]] = []


def rounds(default: int) -> int:
    """How often a random fault strikes."""
    return int(ROUNDS or default)


def again(name: str) -> str:
    """Return the command that tries one fault again with the same choices."""
    return f"make faults k={name} SEED={SEED}" + (f" ROUNDS={ROUNDS}" if ROUNDS else "")


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
        print(f"\n{report.longreprtext[-6000:]}", flush=True)
        if "site" in getattr(item, "funcargs", {}):
            print(f"Logs of the processes: {item.funcargs['site'].folder}", flush=True)
        print(f"{mark.args[0]} FAILED. The same again: {again(mark.args[0])}", flush=True)


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
    site.disarm()
    site.revive()
    site.wait_until_idle()
    mark = request.node.get_closest_marker("fault")
    made = Trial(mark.args[0], mark.args[1], site, tmp_path)
    if made not in _trials:
        _trials.append(made)
    yield made
    for load in made.loads:
        load.kill()
    site.disarm()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what each fault cost, and keep it."""
    if not (_trials or _skipped):
        return
    took = time.time() - _began
    lines = [*table(_trials, _skipped), f"SEED={SEED}, {took:.0f} s in all, {_commit()}"]
    terminalreporter.section(f"faults, SEED={SEED}")
    for line in lines:
        terminalreporter.write_line(line)
    if run := os.environ.get("RUN_DIR"):
        kept = Path(run) / "faults" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{SEED}.txt"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text("\n".join([*lines, ""]), "utf-8")
        terminalreporter.write_line(f"kept as {kept}")


def _commit() -> str:
    """Name what was tried: the commit, and whether something was changed since."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return f"commit {said.stdout.strip() or 'unknown'}"


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
