"""The commands of ``tools/launch.py``."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Sequence

from tools.launcher import check, run
from tools.launcher.console import LaunchError, StopRequested, StopSignal, fail, say
from tools.launcher.layout import run_folder
from tools.launcher.process import die_with_parent


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    own, rest = _split(arguments)
    options = _parser().parse_args(own)
    stop = StopSignal()
    stop.listen()
    if options.with_parent:
        # make cannot tell us that it was killed; the kernel can.
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        return _dispatch(options, rest, stop)
    except LaunchError as error:
        return fail(str(error))
    except StopRequested:
        say("stopped")
        return 0 if options.command in {"run", "services"} else 130


def _dispatch(options: argparse.Namespace, rest: Sequence[str], stop: StopSignal) -> int:
    environ = os.environ
    match options.command:
        case "run":
            return run.run_site(run_folder(environ, given=options.run_dir), stop, environ)
        case "services":
            return run.run_services(run_folder(environ, given=options.run_dir), stop, environ, options.env)
        case "install":
            folder = run_folder(environ, given=options.run_dir)
            return run.install_only(folder, stop, environ, options.profile)
        case "demo":
            return run.reset_demo(run_folder(environ, given=options.run_dir), stop, environ)
        case "screenshots":
            folder = run_folder(environ, given=options.run_dir)
            return run.run_tool(options.command, folder, stop, environ, rest)
        case "bench":
            folder = run_folder(environ, given=options.run_dir)
            return run.run_bench(folder, run_folder(environ, "bench", options.run_dir), stop, environ, rest)
        case _:
            folder = run_folder(environ, "test", options.run_dir)
            return check.COMMANDS[options.command](folder, stop, environ, rest)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Our own arguments, and those behind ``--`` for pytest or a script."""
    if "--" not in arguments:
        return arguments, []
    at = list(arguments).index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/launch.py", description="Start, test and check ASN Kinerja.")
    parser.add_argument("--with-parent", action="store_true", help="stop when the calling process ends")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "servers, web, worker and beat, with the demo"),
        ("services", "the two servers only"),
        ("install", "the virtual environment only"),
        ("demo", "empty the database and load the demo again"),
        ("test", "the test suite without the browser"),
        ("browser", "the browser tests"),
        ("faults", "kill servers and processes under load, and look whether anything is lost"),
        ("check", "everything CI runs, except the browser tests"),
        ("bench", "measure, with bench/run.py, on servers of its own if none are there"),
        ("screenshots", "take screenshots of every page, with tools/screenshots.py"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--run-dir", help="instead of RUN_DIR or .run")
        if name == "services":
            command.add_argument(
                "--env", choices=("demo", "test"), default="demo", help="ASN_ENV in local.env"
            )
        elif name == "install":
            command.add_argument("--profile", choices=("run", "dev"), default="run")
    return parser
