"""G7: the pack of a large agency against the same documents compiled one by one, and what a worker holds in memory.

The case reads and compiles in volumes, as the pack does (services/packs.py); one by one reads and compiles each
person alone. Both are counted per person, so the slow side needs fewer of them. Memory is that of a process that does
nothing else: a thousand people in volumes, of which each is let go before the next.
"""

import subprocess
import sys
from collections.abc import Sequence

from bench.context import ROOT, Context, Region, environment
from bench.harness import Figure, Goal

PEOPLE = 1000
ALONE = 20

_WORKER = """
import resource, sys
import django
django.setup()
from bench.goals.g07_packs import compile_volumes, delivered
print(compile_volumes(delivered(int(sys.argv[1]))), file=sys.stderr)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def goals(context: Context) -> list[Goal | Figure]:
    """Return the goals at the first size that has enough people."""
    size = next((size for size in context.sizes if size >= PEOPLE), None)
    if size is None:
        return []
    region = context.region(size)
    with region.use():
        ids = delivered(PEOPLE)
    return [
        Goal(
            "G7",
            f"pack of {len(ids)} documents / one by one, per person",
            case=lambda: compile_volumes(ids),
            limit=lambda: compile_alone(ids[:ALONE]),
            at_least=4,
            size=size,
            rounds=3,
            case_units=len(ids),
            limit_units=ALONE,
            region=region,
        ),
        Figure(
            "G7", "memory of a process with that pack", lambda: _memory(region), "MB", at_most=300, size=size
        ),
    ]


def delivered(limit: int) -> list[int]:
    """Return so many evaluations that were handed over, as a pack of the whole government lists them."""
    from apps.assessments.models import Evaluation

    rows = Evaluation.objects.filter(delivered_at__isnull=False).order_by(
        "period", "unit__path", "employee__name", "pk"
    )
    return list(rows.values_list("pk", flat=True)[:limit])


def compile_volumes(ids: Sequence[int]) -> int:
    """Read and compile in volumes; return the bytes."""
    from apps.reports.rendering import pdf

    size = 0
    for start in range(0, len(ids), pdf.VOLUME_SIZE):
        size += _compile(ids[start : start + pdf.VOLUME_SIZE])
        pdf.forget()
    return size


def compile_alone(ids: Sequence[int]) -> int:
    """Read and compile each person alone; return the bytes."""
    return sum(_compile([pk]) for pk in ids)


def _compile(ids: Sequence[int]) -> int:
    from django.utils import translation

    from apps.assessments.models import Evaluation
    from apps.reports.rendering import pdf
    from apps.reports.selectors import parties
    from apps.reports.selectors.facts import evaluation_facts

    check = parties.verification("ABCD-EFGH-JKMN", "0" * 64)
    with translation.override("id"):
        told = evaluation_facts(Evaluation.objects.filter(pk__in=ids))
        return len(pdf.render_pack([parties.verified(row.parts[:1], check) for row in told]))


def _memory(region: Region) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, str(PEOPLE)],
        cwd=ROOT,
        env=environment(region.database)
        | {"DJANGO_SETTINGS_MODULE": "bench.settings", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout)
