"""The site that is going to be broken: its own servers, real processes, people who send, and a ledger of receipts."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import ROOT, Processes
from tools.launcher.process import child_setup

from .servers import Servers

PROCESSES = ("web", "worker", "beat")
# How long anything is waited for. It ends as soon as it is so; a loaded machine may take its time.
PATIENCE = 900.0
TOWNS_AT_ONCE = 8
# What is unfinished and would be done soon by itself; what waits for a day to come does not count.
UNFINISHED = """
SELECT id, task, attempts, last_error FROM core_outboxmessage
WHERE done_at IS NULL AND parked_at IS NULL AND (attempts > 0 OR ready_at < now() + interval '10 minutes')
"""


@dataclass(frozen=True)
class Trap:
    """A trigger that was set (hooks/triggers.py), seen from the suite."""

    armed: Path
    name: str

    @property
    def sprung(self) -> bool:
        """Whether somebody was killed or is held by it."""
        return self._file("sprung").exists()

    def open(self) -> None:
        """Let go on whoever is held, if anybody still is."""
        self._file("open").touch()

    def remove(self) -> None:
        """Take it away, and let go on whoever is held."""
        self.armed.unlink(missing_ok=True)
        self.open()

    def _file(self, suffix: str) -> Path:
        return self.armed.with_name(f"{self.name}.{suffix}")


class Site(Processes):
    """Servers, processes and the people's load client; started once, broken again and again."""

    settings_module = "tests.faults.settings"
    wsgi = "tests.faults.wsgi:application"

    def __init__(self, folder: Path) -> None:
        self.servers = Servers(folder / "run")
        super().__init__(folder, database_url=self.servers.database_url, redis_url=self.servers.redis_url)
        self.environ |= {
            "FAULT_DIR": str(folder),
            # The waits of the product, shortened: what is tried is that it comes back, not how long it waits.
            "OUTBOX_LEASE_SECONDS": "4",
            "OUTBOX_RING_AGAIN_SECONDS": "3",
            "AUDIT_ANCHOR_DIR": str(folder / "anchors"),
        }
        self.made: dict[str, Any] = {}
        self.towns: list[dict[str, Any]] = []
        self.built = 0
        self.traps: list[Trap] = []

    def environ_of(self, name: str) -> Mapping[str, str]:
        """Each process knows its role, so that a trigger can mean it."""
        return {**self.environ, "FAULT_ROLE": name.partition("-")[0]}

    def start(self) -> None:
        """Start everything and let the people move in."""
        self.run(str(ROOT / "tools" / "messages.py"), "compile")
        self.servers.start()
        self.made = self._let("prepare()")
        for name in PROCESSES:
            self.start_process(name)
        self.wait_until_ready()

    def _let(self, do: str) -> Any:
        """Let people.py make somebody, and return what it made."""
        out = self.manage("shell", "-c", f"from tests.faults.people import build_towns, prepare; {do}")
        return json.loads(out.split("MADE ")[1])

    def stop(self) -> None:
        """Stop everything."""
        self.stop_processes()
        self.servers.stop()

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database directly."""
        return self.servers.query(statement, *values)

    # --- breaking and mending

    def arm(self, role: str, point: str, marker: str, *, deed: str = "die") -> Trap:
        """Set a trigger (hooks/triggers.py): the first of a role who comes to this point dies there, or is held."""
        trap = Trap(self.folder / f"{role}.json", f"{role}-{len(self.traps)}")
        self.traps.append(trap)
        unfinished = self.folder / f"{trap.name}.new"
        found = {"point": point, "marker": marker, "deed": deed, "name": trap.name}
        unfinished.write_text(json.dumps(found), "utf-8")
        unfinished.rename(trap.armed)
        return trap

    def disarm(self) -> None:
        """Take away every trap, and let go on whoever is held."""
        for trap in self.traps:
            trap.remove()

    def power_cut(self) -> None:
        """Kill everything at once."""
        for name in list(self.processes):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.servers.kill_postgres()
        self.servers.kill_valkey()
        for process in self.processes.values():
            process.wait()

    def power_on(self) -> None:
        """Start everything again, and nothing else: no hand work."""
        self.servers.start_postgres()
        self.servers.start_valkey()
        for name in PROCESSES:
            self.start_process(name)

    def revive(self) -> None:
        """Start again what has ended, as the launcher or systemd does."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self.kill_process(name)  # what it left behind
                self.start_process(name)

    def wait_for(self, reached: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Wait until something is so, starting again what died meanwhile."""
        until = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < until, f"did not see: {what}"
            self.revive()
            time.sleep(0.1)

    def wait_until_idle(self) -> None:
        """Wait until everything is up and every promise is kept."""
        self.wait_for(lambda: not self.ready(), "everything ready")
        self.wait_for(lambda: not self.query(UNFINISHED), "an empty outbox")

    def rings_waiting(self, queue: str = "asn") -> int:
        """How many rings lie in Redis that no worker has taken."""
        said = self.servers.tell_valkey(f"LLEN {queue}")
        return int(said[1:]) if said.startswith(":") else 0

    # --- work

    def close_towns(self, count: int = 1, *, ago: str = "0") -> list[dict[str, Any]]:
        """Let the periods of fresh towns end, all at the same instant; the schedule closes them and evaluates all."""
        if len(self.towns) < count:
            self.towns += self._let(f"build_towns({self.built}, {TOWNS_AT_ONCE})")
            self.built += TOWNS_AT_ONCE
        towns, self.towns = self.towns[:count], self.towns[count:]
        self.query(
            "UPDATE assessments_period SET closes_at = now() - %s::interval WHERE id = ANY(%s)",
            ago,
            [town["period"] for town in towns],
        )
        return towns

    def evaluated(self, town: Mapping[str, Any]) -> int:
        """How many evaluations a town has."""
        found = self.query("SELECT count(*) FROM assessments_evaluation WHERE period_id = %s", town["period"])
        return int(found[0][0])

    def wait_until_evaluated(self, towns: Iterable[Mapping[str, Any]]) -> None:
        """Wait for every evaluation of these towns."""
        for town in towns:
            self.wait_for(
                lambda town=town: self.evaluated(town) == town["plans"],  # type: ignore[misc]
                f"all evaluations of {town['code']}",
            )


class Load:
    """The running load client and what it wrote."""

    def __init__(self, site: Site, folder: Path, seed: str, *, url: str = "", **changes: Any) -> None:
        self.site = site
        folder.mkdir()
        self.ledger, self.seen = folder / "ledger.jsonl", folder / "seen.jsonl"
        self.plan = folder / "plan.json"
        made = site.made
        plan = {
            "url": url or site.url,
            "run": folder.name,
            "seed": seed,
            "ledger": str(self.ledger),
            "seen": str(self.seen),
            "password": made["password"],
            "writers": made["writers"],
            "reporters": made["reporters"][:-1],
            "citizens": 1,
            "complainers": 1,
            "point": made["point"],
            "service": made["service"],
        }
        self.plan.write_text(json.dumps(plan | changes), "utf-8")
        self.log = folder / "load.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.load", str(self.plan)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                preexec_fn=child_setup(signal.SIGKILL),  # a test run that is shot leaves nobody behind
            )

    def receipts(self, *, since: float = 0) -> list[dict[str, Any]]:
        """Return the ledger, from an instant on."""
        return [row for row in _lines(self.ledger) if row["at"] >= since]

    def shown(self) -> list[dict[str, Any]]:
        """Return what people saw instead of a receipt."""
        return _lines(self.seen)

    def saw(self, status: int, *, since: float) -> bool:
        """Whether somebody was shown a page with this status since an instant."""
        return any(row["status"] == status and row["at"] >= since for row in self.shown())

    def wait_for_receipts(self, count: int, *, since: float = 0) -> None:
        """Wait until so many receipts came in since an instant."""
        self.site.wait_for(
            lambda: len(self.receipts(since=since)) >= count, f"{count} receipts (log: {self.log})"
        )

    def finish(self) -> None:
        """Let everybody finish what they began."""
        self.process.terminate()
        self.site.wait_for(lambda: self.process.poll() is not None, "the people going home", 2 * PATIENCE)
        said = self.log.read_text("utf-8", "replace")
        assert not said, f"the load client failed:\n{said}"

    def kill(self) -> None:
        """End it after a failed test."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
