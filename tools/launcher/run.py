"""``make run`` and its relatives: the site, the servers alone, the demo, the tools that need a site."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.launcher import install
from tools.launcher.console import LaunchError, StopRequested, StopSignal, fail, log_tail, say, state, timed
from tools.launcher.layout import ROOT, FileLock, ReservedPort, RunFolder, read_env_file, wanted_port
from tools.launcher.process import Child, child_setup, run_step, stop_all
from tools.launcher.services import VENV, Services, child_environ, process_values

PYTHON = VENV / "bin" / "python"

READY_WITHIN = 180.0
MAX_RESTARTS = 5
HEALTHY_AFTER = 60.0
# Enough for celery's warm shutdown (measured: under 3 s without a running task).
GRACE = 12.0


def open_run_folder(run: RunFolder) -> FileLock:
    """Create the folder and take it for us, or say who has it."""
    run.create()
    lock = FileLock(run.lock)
    if not lock.take():
        note = lock.read_note() or "it is just starting"
        raise LaunchError(
            f"Already running in {run.path}: {note}. "
            "Stop it there with Ctrl-C, or set RUN_DIR to run a second one."
        )
    return lock


def run_services(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], asn_env: str) -> int:
    """Start the two servers and keep them until we are stopped."""
    lock = open_run_folder(run)
    services: Services | None = None
    try:
        install.ensure(install.RUN, run, stop, environ)
        services = Services(run, stop, environ)
        lock.note("servers only")
        services.start()
        services.publish(process_values(run, environ, asn_env, wanted_port(environ)))
        say(f"READY {run.local_env}")
        return _watch(services.children, [], stop)
    finally:
        if services:
            services.close()
        lock.release()


def run_site(run: RunFolder, stop: StopSignal, environ: Mapping[str, str]) -> int:
    """Start everything and keep it until we are stopped."""
    lock = open_run_folder(run)
    port: ReservedPort | None = None
    services: Services | None = None
    site: list[Child] = []
    try:
        install.ensure(install.RUN, run, stop, environ)
        wanted = wanted_port(environ)
        port = ReservedPort(wanted)
        if port.number != wanted:
            state("web", "note", f"port {wanted} is taken, using {port.number}")
        address = f"http://127.0.0.1:{port.number}"
        lock.note(address)

        services = Services(run, stop, environ)
        services.start()
        values = {**process_values(run, environ, "demo", port.number), **services.values}
        services.publish(values)
        # Counts of processes that are gone by now.
        shutil.rmtree(run.metrics, ignore_errors=True)
        values.setdefault("METRICS_DIR", str(run.metrics))
        settings = child_environ(run, environ, values)

        logins = prepare_demo(run, stop, settings)
        site = _site_children(run, port.number, settings)
        for child in site:
            child.start()
        _wait_until_ready(address, services.children, site, stop)
        say(f"\nREADY {address}")
        for line in logins:
            say(line)
        say("Ctrl-C stops everything. Logs: " + str(run.logs))
        return _watch(services.children, site, stop)
    except StopRequested:
        say("stopping")
        raise
    finally:
        killed = stop_all(site, GRACE, lambda: stop.urgent)
        if services:
            services.close()
        for name in killed:
            say(f"{name} did not stop in time and was killed")
        if port:
            port.release()
        lock.release()


def prepare_demo(run: RunFolder, stop: StopSignal, settings: Mapping[str, str], *options: str) -> list[str]:
    """Migrate, compile the messages and fill an empty database, in one process; returns the demo logins."""
    log = run.log("prepare")
    state("database", "preparing", "tables, messages, demo data")
    with timed("database"):
        run_step(
            [str(PYTHON), "manage.py", "prepare_demo", *options],
            stop=stop,
            log=log,
            environ=settings,
            folder=ROOT,
            what="manage.py prepare_demo",
        )
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.strip() for line in lines if line.startswith("LOGIN ")]


def _site_children(run: RunFolder, port: int, settings: Mapping[str, str]) -> list[Child]:
    commands = {
        "web": [
            "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--no-ws", "asn_kinerja.wsgi:application",
        ],
        # The outbox finds lost work, so a worker needs no gossip with other workers.
        "worker": [
            "-m", "celery", "-A", "asn_kinerja", "worker", "--concurrency", "2",
            "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ],
        "beat": ["-m", "celery", "-A", "asn_kinerja", "beat", "--pidfile=", "--loglevel", "INFO"],
    }  # fmt: skip
    return [
        Child(name, [str(PYTHON), *command], run.log(name), settings, ROOT)
        for name, command in commands.items()
    ]


def _wait_until_ready(
    address: str, servers: Sequence[Child], site: Sequence[Child], stop: StopSignal
) -> None:
    """Wait for ``/readyz``. A child that ends before is a mistake to be shown, not to be retried."""
    started = time.monotonic()
    open_names = [child.name for child in site]
    answer = (0, "no answer")
    while True:
        stop.check()
        for child in (*servers, *site):
            if not child.alive:
                raise LaunchError(_obituary(child))
        answer = ask_ready(address)
        took = f"{time.monotonic() - started:.1f} s"
        if answer[0] and "web" in open_names:
            open_names.remove("web")
            state("web", "ready", took)
        if answer[0] == 200:
            for name in open_names:
                state(name, "ready", took)
            return
        if time.monotonic() - started > READY_WITHIN:
            logs = "\n".join(f"  end of {child.log}:\n{log_tail(child.log, 6)}" for child in site)
            said = f"{address}/readyz says {answer[1]}"
            raise LaunchError(f"Not ready after {READY_WITHIN:.0f} s: {said}\n{logs}")
        stop.sleep(0.25)


def ask_ready(address: str) -> tuple[int, str]:
    """Status and text of ``/readyz``; status 0 if nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy does not know our port
    try:
        with opener.open(f"{address}/readyz", timeout=5) as response:
            return response.status, response.read(2000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, f"{error.code} {error.read(2000).decode('utf-8', 'replace')}"
    except OSError:
        return 0, "no answer"


def _watch(servers: Sequence[Child], site: Sequence[Child], stop: StopSignal) -> int:
    """Keep the children alive until we are stopped; returns the exit code if we give up."""
    due: dict[str, float] = {}
    while True:
        stop.sleep(0.25)
        for server in servers:
            if not server.alive:
                return fail(_obituary(server) + "\nStopping everything.")
        for child in site:
            if child.name in due:
                if time.monotonic() >= due[child.name]:
                    del due[child.name]
                    child.start(append=True)
                    state(child.name, "restarted", f"try {child.restarts} of {MAX_RESTARTS}")
                continue
            if child.alive:
                continue
            if time.monotonic() - child.started_at > HEALTHY_AFTER:
                child.restarts = 0
            say(_obituary(child))
            child.clear_group()
            if child.restarts >= MAX_RESTARTS:
                return fail(f"{child.name} ended {MAX_RESTARTS + 1} times in a row. Stopping everything.")
            due[child.name] = time.monotonic() + 2**child.restarts / 2
            child.restarts += 1


def _obituary(child: Child) -> str:
    code = child.exit_code
    how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
    return f"{child.name} {how}. The end of {child.log}:\n{log_tail(child.log)}"


def install_only(run: RunFolder, stop: StopSignal, environ: Mapping[str, str], profile: str) -> int:
    """Make or repair the virtual environment."""
    run.create()
    install.ensure(install.PROFILES[profile], run, stop, environ)
    return 0


def reset_demo(run: RunFolder, stop: StopSignal, environ: Mapping[str, str]) -> int:
    """Empty the database and load the demo again, in the running site or else with servers of its own."""
    run.create()
    lock = FileLock(run.lock)
    if not lock.take():
        install.ensure(install.RUN, run, stop, environ)
        for line in prepare_demo(run, stop, running_environ(run, environ), "--reset"):
            say(line)
        return 0
    services: Services | None = None
    try:
        lock.note("make demo")
        install.ensure(install.RUN, run, stop, environ)
        services = Services(run, stop, environ)
        services.start()
        values = {**process_values(run, environ, "demo", wanted_port(environ)), **services.values}
        for line in prepare_demo(run, stop, child_environ(run, environ, values), "--reset"):
            say(line)
        return 0
    finally:
        if services:
            services.close()
        lock.release()


TOOLS = {"screenshots": "tools/screenshots.py", "bench": "bench/run.py"}


def run_tool(
    name: str, run: RunFolder, stop: StopSignal, environ: Mapping[str, str], arguments: Sequence[str]
) -> int:
    """Run a script of the clone against the running site; it finds the address in ``local.env``."""
    script = ROOT / TOOLS[name]
    if not script.exists():
        raise LaunchError(f"{TOOLS[name]} does not exist yet.")
    run.create()
    install.ensure(install.DEV, run, stop, environ)
    if not run.local_env.exists():
        raise LaunchError(f"make {name} needs a running site. Start make run in another terminal first.")
    return foreground([str(PYTHON), TOOLS[name], *arguments], running_environ(run, environ), stop)


def run_bench(
    run: RunFolder, own: RunFolder, stop: StopSignal, environ: Mapping[str, str], arguments: Sequence[str]
) -> int:
    """Measure on the servers of the environment or of the running site; without any, on servers of our own.

    The bench makes its databases beside those that are there and touches none of them. Its own servers keep what they
    have generated, so the next run starts at once.
    """
    run.create()
    install.ensure(install.DEV, run, stop, environ)
    command = [str(PYTHON), TOOLS["bench"], *arguments]
    given = {**read_env_file(run.local_env), **environ}
    if given.get("DATABASE_URL") and given.get("REDIS_URL"):
        values = process_values(run, given, "demo", wanted_port(environ))
        return foreground(command, child_environ(run, given, values), stop)
    lock = open_run_folder(own)
    services: Services | None = None
    try:
        lock.note("make bench")
        services = Services(own, stop, environ)
        services.start()
        values = {**process_values(own, environ, "demo", wanted_port(environ)), **services.values}
        return foreground(command, child_environ(own, environ, values), stop)
    finally:
        if services:
            services.close()
        lock.release()


def running_environ(run: RunFolder, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that joins the running site: what ``local.env`` says."""
    return child_environ(run, {**read_env_file(run.local_env), **environ}, {})


def foreground(
    command: Sequence[str], environ: Mapping[str, str], stop: StopSignal, folder: Path = ROOT
) -> int:
    """Run a command on our own terminal and return its exit code.

    It stays in our process group, so that Ctrl-C and a debugger's prompt reach it; we only wait.
    """
    process = subprocess.Popen(
        list(command), env=dict(environ), cwd=folder, preexec_fn=child_setup(signal.SIGTERM)
    )
    passed_on = False
    while process.poll() is None:
        stop.look()
        if stop.requested is not None and not passed_on:
            passed_on = True
            deadline = time.monotonic() + 20
            if stop.requested != signal.SIGINT:  # the terminal has sent that one to it as well
                process.send_signal(signal.SIGTERM)
        if passed_on and (stop.urgent or time.monotonic() > deadline):
            process.kill()
        time.sleep(0.05)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode
