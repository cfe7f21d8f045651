"""G2: cost per person at the largest region is at most 1.2 x that of the next smaller one; a re-run costs half.

A re-run without change reads and computes everything again and writes nothing but its run rows and audit entries.
"""

from itertools import pairwise

from bench.context import Context
from bench.goals.g01_closing import closing_of
from bench.harness import Figure, Goal


def goals(context: Context) -> list[Goal | Figure]:
    """Return the re-run for every size, and the cost per person between each size and the next."""
    found: list[Goal | Figure] = []
    closings = [closing_of(context, size) for size in sorted(context.sizes)]
    for closing in closings:
        found.append(
            Goal(
                "G2",
                "closing again, nothing changed / first time",
                case=closing.by_engine,
                limit=closing.by_engine,
                at_most=0.5,
                size=closing.region.size,
                rounds=5 if closing.region.size < 50_000 else 3,
                before_case=closing.by_engine,  # done already, whichever of the two came before
                before_limit=closing.take_back,
                region=closing.region,
            )
        )
    for small, large in pairwise(closings):
        if large.region.size < 10_000:
            continue
        found.append(
            Goal(
                "G2",
                f"cost per person / at {small.region.size}",
                case=large.region.bound(large.by_engine),
                limit=small.region.bound(small.by_engine),
                at_most=1.2,
                size=large.region.size,
                rounds=5 if large.region.size < 50_000 else 3,
                case_units=large.region.size,
                limit_units=small.region.size,
                before_case=large.region.bound(large.take_back),
                before_limit=small.region.bound(small.take_back),
            )
        )
    return found
