"""`make bench`: measure the goals, print the table, keep it, compare it with the last committed one.

BENCH_SIZES=1000,10000   numbers of people (regions are generated once and kept on the server)
BENCH_GOALS=g01,g03      only these goals; empty: all
BENCH_ROUNDS=9           rounds of each goal
BENCH_STRICT=1           end with an error if a goal is missed
The contract for those who add a goal stands in bench/harness.py.
"""

import logging
import os
import platform
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)


def main() -> int:
    """Measure what is selected; a goal that breaks is told and does not stop the others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    # The server writes its log to a file; what is asked in this process would stand between the lines of the table.
    logging.getLogger("asn.request").setLevel(logging.WARNING)
    from bench import goals, harness
    from bench.context import Context

    sizes = harness.sizes_of(os.environ.get("BENCH_SIZES") or "1000,10000")
    names = harness.selected(goals.names(), os.environ.get("BENCH_GOALS", ""))
    rounds = harness.number_from("BENCH_ROUNDS", 9)
    last = harness.last_values(harness.committed(harness.RESULTS))
    context = Context(sizes, say=lambda text: print(f"  {text}", flush=True))
    results: list[harness.Result] = []
    broken: list[str] = []
    print(harness.HEAD, flush=True)
    try:
        for module in goals.modules():
            name = module.__name__.rpartition(".")[2]
            if name not in names:
                continue
            try:
                for goal in module.goals(context):
                    if isinstance(goal, harness.Goal):
                        result = harness.measure(goal, rounds)
                    else:
                        result = harness.read_figure(goal)
                    results.append(result)
                    print(harness.line(result, last.get(result.key)), flush=True)
            except Exception:
                broken.append(name)
                print(f"{name} BROKE:\n{traceback.format_exc()}", flush=True)
    finally:
        context.close()
    if results:
        path = harness.keep(
            results,
            harness.RESULTS,
            f"{datetime.now(UTC):%Y%m%d-%H%M%S}",
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            sizes=list(sizes),
            selected=names,
            broken=broken,
            pages=context.pages,
            machine={"cores": os.cpu_count(), "python": platform.python_version()},
            commit=_commit(),
        )
        print(f"kept in {path.relative_to(ROOT)}")
    for name, page in sorted(context.pages.items()):
        print(f"page {name}: {page['queries']} queries, {page['bytes']} bytes")
    missed = [result.key for result in results if not result.is_met]
    print(f"{len(results)} measured, {len(missed)} missed, {len(broken)} broken")
    return 1 if broken or (missed and os.environ.get("BENCH_STRICT")) else 0


def _commit() -> str:
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
