"""G3: the supervisor's start page and the leadership page cost the same for a thousand people and a hundred thousand.

Whose page: the topmost leader, whose people are the whole region. Beside it stand the raw aggregates that the figures
would cost without sums (children's totals, people to look at, predikat, a trend over the year), as in the sheet.
What is kept for a minute (apps/core/kept.py) is measured in its three states: seen before, right after an event (a
stamp of the reader has changed), and with nothing kept at all, as for the first reader of the morning.
"""

import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.context import Context, Region, Watch
from bench.harness import Figure, Goal

QUERIES, AFTER_AN_EVENT, WITH_NOTHING_KEPT = 12, 60, 80
PAGES = {"today": "/pengawas/?lingkup=unit", "leadership": "/pimpinan/"}
ROLE = "leadership"
# HTML before compression: a page of units, however many stand below.
LEADERSHIP_BYTES = 120_000
AGAIN = 7
LARGE = 100_000

# Four questions about everybody below the root, straight from the rows.
RAW = """
SELECT left(u.path, strpos(substr(u.path, 2) || '/', '/') + 1) AS child, count(*), count(r.id),
  count(*) FILTER (WHERE r.status = 'returned')
FROM employees_workunit u
JOIN employees_position p ON p.unit_id = u.id
JOIN employees_placement pl ON pl.position_id = p.id AND pl.is_main AND pl.period @> current_date
LEFT JOIN assessments_selfreport r ON r.employee_id = pl.employee_id AND r.version > 0
GROUP BY 1;
SELECT e.id, count(r.id) FILTER (WHERE r.is_late) AS late
FROM employees_employee e LEFT JOIN assessments_selfreport r ON r.employee_id = e.id
GROUP BY e.id ORDER BY late DESC, e.id LIMIT 20;
SELECT predikat, count(*) FROM assessments_evaluation WHERE predikat <> '' GROUP BY predikat;
SELECT q.ends_on, avg(line.realization / nullif(i.target, 0))
FROM assessments_period q
JOIN assessments_selfreport r ON r.period_id = q.id
JOIN assessments_reportline line ON line.report_id = r.id
JOIN indicators_indicator i ON i.id = line.indicator_id
GROUP BY q.ends_on ORDER BY q.ends_on;
"""


def goals(context: Context) -> list[Goal | Figure]:
    """Query counts at every size, database time of the largest against the smallest, and against the raw rows."""
    small, large = (context.region(size) for size in (context.sizes[0], context.sizes[-1]))
    found: list[Goal | Figure] = []
    for name, path in PAGES.items():
        for size in context.sizes:
            region = context.region(size)
            count_figures(region)
            client = region.client(ROLE)
            kept = region.page(client, path, name=name)
            found.append(
                Figure(
                    "G3",
                    f"queries of {name}, seen before",
                    _value(kept["queries"]),
                    "queries",
                    QUERIES,
                    size=size,
                )
            )
            if name == "leadership":
                found.append(
                    Figure(
                        "G3", f"size of {name}", _value(kept["bytes"]), "bytes", LEADERSHIP_BYTES, size=size
                    )
                )
            for words, before, bound in (
                ("after an event", event, AFTER_AN_EVENT),
                ("with nothing kept", forget, WITH_NOTHING_KEPT),
            ):
                found.append(
                    Figure(
                        "G3",
                        f"queries of {name}, {words}",
                        _queries(region, path, before),
                        "queries",
                        bound,
                        size=size,
                    )
                )
        if small is not large:
            found.append(
                Figure(
                    "G3",
                    f"database time of {name} after an event, at {large.size} / at {small.size}",
                    partial(_grown, large, small, path),
                    "x",
                    1.5,
                    size=large.size,
                )
            )
        # The goal is about the root of a large region: at a thousand people raw rows are quick as well.
        if large.size >= LARGE:
            found.append(
                Figure(
                    "G3",
                    f"raw aggregates at the root / database time of {name} seen before",
                    partial(_spared, large, path),
                    "x",
                    at_least=100,
                    size=large.size,
                )
            )
    if small is not large:
        # Of the same size in every region; the topmost leader of a large one supervises more people themselves.
        found.append(
            Figure(
                "G3",
                f"database time of today of 140 people after an event, at {large.size} / at {small.size}",
                partial(_grown, large, small, "/pengawas/", "large_appraiser"),
                "x",
                1.5,
                size=large.size,
            )
        )
    return found


def count_figures(region: Region) -> None:
    """Count the sums of the units once, as the schedule does."""
    from django.utils import timezone

    from apps.employees.models import Government
    from apps.supervision.models import FigureMark
    from apps.supervision.services import unit_figures

    with region.use():
        for government in Government.objects.order_by("pk"):
            if not FigureMark.objects.filter(government=government, computed_at__isnull=False).exists():
                unit_figures.rebuild(government=government, now=timezone.now())


def nothing(region: Region, role: str) -> None:
    """Leave what is kept."""


def event(region: Region, role: str) -> None:
    """Change the stamp of a reader, as whatever happens to their people does."""
    from apps.accounts.models import User
    from apps.core import stamps

    stamps.bump_now(f"user:{User.objects.get(login=region.logins[role]).pk}")


def forget(region: Region, role: str) -> None:
    """Throw away everything that is kept."""
    from django.core.cache import cache

    cache.clear()


def database_seconds(
    region: Region, path: str, *, before: Callable[[Region, str], None] = event, role: str = ROLE
) -> float:
    """Return the median time that the database takes for a page."""
    return sorted(look(region, path, before, role).seconds for _time in range(AGAIN))[AGAIN // 2]


def _grown(large: Region, small: Region, path: str, role: str = ROLE) -> float:
    return database_seconds(large, path, role=role) / database_seconds(small, path, role=role)


def _spared(region: Region, path: str) -> float:
    return raw_seconds(region) / database_seconds(region, path, before=nothing)


def raw_seconds(region: Region) -> float:
    """Return the median time of the raw aggregates over the whole region."""
    times = []
    with contextlib.closing(region.connect()) as connection, connection.cursor() as cursor:
        for _time in range(3):
            start = time.perf_counter()
            cursor.execute(RAW)
            cursor.fetchall()
            times.append(time.perf_counter() - start)
    return sorted(times)[1]


def look(region: Region, path: str, before: Callable[[Region, str], None], role: str = ROLE) -> Watch:
    """Look at a page twice and watch the second time; `before` happens between."""
    from django.db import connections

    client = region.client(role)
    watch = Watch()
    with region.use():
        client.get(path)
        before(region, role)
        with connections["default"].execute_wrapper(watch):
            client.get(path)
    return watch


def _queries(region: Region, path: str, before: Callable[[Region, str], None]) -> Callable[[], float]:
    return lambda: look(region, path, before).queries


def _value(value: float) -> Any:
    return lambda: value
