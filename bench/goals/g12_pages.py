"""G12: the start page of a supervisor, the list of people and the list of evaluations at 2,000 people, beside hello.

100 pages where hello makes 2,331 is 0.043 of its speed. Bytes: what a live part weighs, and what a first visit brings
with styles and scripts (compressed, as every browser asks for them).
"""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

from bench.context import Context, Region, Visitor
from bench.harness import Figure, Goal

SIZE = 2000
SPEED = 100 / 2331
FRAGMENT, FIRST_LOAD = 40_000, 100_000


def goals(context: Context) -> list[Goal | Figure]:
    """Three pages over HTTP, each with its bytes."""
    from django.contrib.staticfiles import finders

    region = context.region(SIZE)
    server = region.server()
    supervisor, officer = server.visitor("large_appraiser"), server.visitor("personnel_officer")
    pages: dict[str, tuple[Visitor, str, str]] = {
        "Today": (supervisor, "large_appraiser", "/pengawas/"),
        "people list": (officer, "personnel_officer", "/pegawai/"),
        "evaluation list": (supervisor, "large_appraiser", f"/pengawas/penilaian/{_rated_period(region)}/"),
    }
    found: list[Goal | Figure] = []
    for name, (visitor, role, address) in pages.items():
        queries = int(region.page(region.client(role), address, name=name)["queries"])
        found.append(
            Goal(
                "G12",
                f"{name} / hello",
                case=_get(visitor, address),
                limit=_get(visitor, context.HELLO),
                at_least=SPEED,
                size=SIZE,
                per_round=10,
                queries=queries,
            )
        )
        text = visitor.get(address).text
        found.append(
            Figure(
                "G12", f"first load of {name}", _weight(text, finders.find), "bytes", FIRST_LOAD, size=SIZE
            )
        )
    live = supervisor.get("/pengawas/?bagian=langsung").body
    found.append(Figure("G12", "live part of Today", lambda: len(live), "bytes", FRAGMENT, size=SIZE))
    return found


def _get(visitor: Visitor, address: str) -> Callable[[], object]:
    return lambda: visitor.get(address)


def _rated_period(region: Region) -> int:
    from apps.assessments.models import Evaluation

    with region.use():
        return int(Evaluation.objects.order_by("-period__ends_on", "-pk").values_list("period", flat=True)[0])


def _weight(page: str, find: Callable[[str], object]) -> Callable[[], float]:
    """Return what the page and everything it names weigh on the way."""
    names = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', page))
    # A build puts a hash into the name of a file.
    files = [find(name) or find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name)) for name in names]
    parts = [page.encode(), *(Path(str(path)).read_bytes() for path in files if path)]
    return lambda: float(sum(len(gzip.compress(part)) for part in parts))
