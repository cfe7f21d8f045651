"""How goals are measured: interleaved rounds, medians, ratios inside one run. Nothing here knows Django.

THE CONTRACT, for whoever adds a goal
=====================================
One module per goal, `bench/goals/g<NN>_<name>.py`, with one function:

    def goals(context: bench.context.Context) -> list[Goal | Figure]: ...

It is called once per run, only if BENCH_GOALS selects it (BENCH_GOALS=g01,g12; empty: all). It may prepare data
(untimed) and returns what is to be measured:

    Goal("G1", "closing a period / one statement", case=close_all, limit=the_statement, at_most=1.5, size=10_000)
        `case` and `limit` are functions without arguments. Both are run in every round, taking turns, and the ratio
        of each round is kept: median and quartiles are printed.
        at_most:  ratio = time of case / time of limit              ("costs at most 1.5 x the statement")
        at_least: ratio = time of limit / time of case, i.e. speed  ("at least 0.5 x the speed of the bare view")
        Exactly one of the two. `limit` has no side effects that make the case cheaper, and the other way round.
        per_round      runs of each within a round (small things: 20; a whole period: 1)
        rounds         None: BENCH_ROUNDS (9); fewer for what takes seconds
        case_units, limit_units   what one run works on; times are divided by them (cost per person, G2)
        before_case, before_limit called before every round, not timed (put the tables back as they were)
        region         a Region whose database the functions use: it is made Django's default database around them.
                       A goal that compares two regions leaves it out and binds each: case=large.bound(function)
        queries        number of queries of one case, if the goal is about a page (see Region.page)
    Figure("G7", "memory of the worker", measure=function, unit="MB", at_most=300, size=1000)
        A plain number measured once: memory, bytes, query counts. Not a time: times are ratios, always.

`context` (bench/context.py) gives:
    context.sizes              (1000, 10000) or what BENCH_SIZES says
    context.region(10_000)     a Region: a government with so many people (asn_kinerja.region) in a database of the
                               bench's own, generated once per size, seed and generator, kept on the server as a
                               template (bench/templates.py) and copied for this run; shared by the goals of a run
    context.own_region(10_000) a copy for this goal alone, for those who change much
    region.use()               context manager: Django's default database is the region's
    region.connect()           a raw psycopg2 connection (autocommit) to it
    region.client("appraiser") a Django test client signed in as a known role (region.logins lists them), or None for
                               an anonymous one; goes through the whole middleware stack
    region.server()            a real granian on a port of its own over this database, kept for the run;
                               server.visitor("appraiser").get(path) keeps its connection alive
    region.page(client, path, name="today")  opens a page once and records queries, bytes and database time: they
                               stand in the result file under "pages"
    context.HELLO              path of "hello with the whole middleware stack" (bench/urls.py)
A goal module may define `urlpatterns`: bench/urls.py serves them beside the site, for bare views to compare with.

Figures in milliseconds are kept for the curious; they swing with the machine and are never a goal. Nothing measured is
asserted in a test.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

RESULTS = Path(__file__).parent / "results"

Run = Callable[[], object]


class Usable(Protocol):
    """What a goal needs of its region: to be made the default database."""

    def use(self) -> AbstractContextManager[object]: ...


@dataclass(frozen=True)
class Goal:
    """A case, the limit measured beside it, and the ratio to reach."""

    number: str
    name: str
    case: Run
    limit: Run
    at_most: float | None = None
    at_least: float | None = None
    size: int | None = None
    per_round: int = 1
    rounds: int | None = None
    case_units: float = 1
    limit_units: float = 1
    before_case: Run | None = None
    before_limit: Run | None = None
    region: Usable | None = None
    queries: int | None = None

    def __post_init__(self) -> None:
        _one_bound(self.at_most, self.at_least)

    @property
    def key(self) -> str:
        """The name under which runs are compared."""
        return key_of(self.number, self.name, self.size)


@dataclass(frozen=True)
class Figure:
    """A plain number with a bound: bytes, megabytes, queries."""

    number: str
    name: str
    measure: Callable[[], float]
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    size: int | None = None
    region: Usable | None = None

    def __post_init__(self) -> None:
        _one_bound(self.at_most, self.at_least)

    @property
    def key(self) -> str:
        """The name under which runs are compared."""
        return key_of(self.number, self.name, self.size)


@dataclass(frozen=True)
class Result:
    """What came out: a ratio with its quartiles, or a figure."""

    number: str
    name: str
    size: int | None
    value: float
    low: float
    high: float
    at_most: float | None
    at_least: float | None
    unit: str = "x"
    rounds: int = 1
    case_ms: float | None = None
    limit_ms: float | None = None
    queries: int | None = None

    @property
    def key(self) -> str:
        """The name under which runs are compared."""
        return key_of(self.number, self.name, self.size)

    @property
    def is_met(self) -> bool:
        """Whether the median keeps to the bound."""
        if self.at_most is not None:
            return self.value <= self.at_most
        assert self.at_least is not None
        return self.value >= self.at_least


def key_of(number: str, name: str, size: int | None) -> str:
    """Return the name of a goal in result files."""
    return f"{number} {name}" + (f" @{size}" if size else "")


def _one_bound(at_most: float | None, at_least: float | None) -> None:
    if (at_most is None) == (at_least is None):
        raise ValueError("a goal has either at_most or at_least")


# --- measuring


def measure(goal: Goal, rounds: int, clock: Callable[[], float] = time.perf_counter) -> Result:
    """Run case and limit in turns and return the ratio. One run of each before the first round warms both up."""
    with goal.region.use() if goal.region else nullcontext():
        for before, run in ((goal.before_case, goal.case), (goal.before_limit, goal.limit)):
            if before:
                before()
            run()
        cases: list[float] = []
        limits: list[float] = []
        for number in range(goal.rounds or rounds):
            turns = [
                (cases, goal.before_case, goal.case, goal.case_units),
                (limits, goal.before_limit, goal.limit, goal.limit_units),
            ]
            # Whoever goes first finds other caches than who follows: they change places.
            for times, before, run, units in turns if number % 2 == 0 else reversed(turns):
                if before:
                    before()
                times.append(_seconds(run, goal.per_round, clock) / goal.per_round / units)
    return summarize(goal, cases, limits)


def _seconds(run: Run, times: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _one in range(times):
        run()
    return clock() - start


def summarize(goal: Goal, cases: Sequence[float], limits: Sequence[float]) -> Result:
    """Return median and quartiles of the rounds' ratios: cost for an upper bound, speed for a lower one."""
    pairs = list(zip(cases, limits, strict=True))
    ratios = [case / limit if goal.at_most is not None else limit / case for case, limit in pairs]
    low, high = quartiles(ratios)
    return Result(
        number=goal.number,
        name=goal.name,
        size=goal.size,
        value=statistics.median(ratios),
        low=low,
        high=high,
        at_most=goal.at_most,
        at_least=goal.at_least,
        rounds=len(ratios),
        case_ms=statistics.median(cases) * 1000,
        limit_ms=statistics.median(limits) * 1000,
        queries=goal.queries,
    )


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the first and the third quartile; of a single value, itself twice."""
    if len(values) < 2:
        return values[0], values[0]
    first, _middle, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, third


def read_figure(figure: Figure) -> Result:
    """Measure a plain number."""
    with figure.region.use() if figure.region else nullcontext():
        value = float(figure.measure())
    return Result(
        number=figure.number,
        name=figure.name,
        size=figure.size,
        value=value,
        low=value,
        high=value,
        at_most=figure.at_most,
        at_least=figure.at_least,
        unit=figure.unit,
    )


# --- selecting


def selected(modules: Iterable[str], wanted: str) -> list[str]:
    """Return the goal modules that a list like `g01,G3,g12_pages` names; all of them for an empty one.

    :raises ValueError: if a word names no module.
    """
    names = sorted(modules)
    words = [word.strip().lower() for word in wanted.split(",") if word.strip()]
    if not words:
        return names
    chosen: set[str] = set()
    for word in words:
        found = {name for name in names if name == word or _number(name) == _number(word)}
        if not found:
            raise ValueError(f"BENCH_GOALS: no goal {word!r}; there are {', '.join(names)}")
        chosen |= found
    return sorted(chosen)


def _number(name: str) -> str:
    head = name.partition("_")[0]
    digits = head.lstrip("gG")
    return f"g{int(digits):02}" if digits.isdigit() else name


def sizes_of(text: str) -> tuple[int, ...]:
    """Return the numbers of people of BENCH_SIZES, ascending.

    :raises ValueError: if a part is not a whole number of at least 100.
    """
    sizes = sorted({int(part.replace("_", "")) for part in text.split(",") if part.strip()})
    if not sizes or sizes[0] < 100:
        raise ValueError("BENCH_SIZES: whole numbers of at least 100, as in 1000,10000")
    return tuple(sizes)


# --- results: kept, compared, printed


def keep(results: Sequence[Result], folder: Path, stamp: str, **about: Any) -> Path:
    """Write a result file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stamp}.json"
    kept = {**about, "goals": {result.key: _rounded(result) for result in results}}
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
    return path


def _rounded(result: Result) -> dict[str, Any]:
    values = {
        key: round(value, 4) if isinstance(value, float) else value
        for key, value in asdict(result).items()
        if value is not None
    }
    return values | {"met": result.is_met}


def committed(folder: Path) -> list[Path]:
    """Return the result files that git has, the newest last; outside a clone those that lie there."""
    asked = subprocess.run(
        ["git", "ls-files", "--", "*.json"], cwd=folder, capture_output=True, text=True, check=False
    )
    names = asked.stdout.split() if asked.returncode == 0 else [path.name for path in folder.glob("*.json")]
    return sorted(folder / name for name in names)


def last_values(files: Sequence[Path]) -> dict[str, float]:
    """Return the newest value of each goal; a run of some goals only does not hide the others."""
    found: dict[str, float] = {}
    for path in files:
        if path.exists():
            goals = json.loads(path.read_text("utf-8")).get("goals", {})
            found |= {key: kept["value"] for key, kept in goals.items()}
    return found


def change(value: float, before: float | None) -> str:
    """Say how a value stands to the last kept one."""
    if not before:
        return "-"
    return f"{before:.2f} ({(value / before - 1) * 100:+.0f}%)"


HEAD = f"{'goal':<64}{'size':>8}{'value':>9}  {'quartiles':<16}{'bound':>10}  {'last':<16}{'queries':>7}"


def line(result: Result, before: float | None) -> str:
    """Return one line of the printed table."""
    bound = f"<= {result.at_most:g}" if result.at_most is not None else f">= {result.at_least:g}"
    spread = f"{result.low:.2f} - {result.high:.2f}" if result.unit == "x" else result.unit
    queries = "" if result.queries is None else str(result.queries)
    name = f"{result.number:<4}{result.name}"
    return (
        f"{name:<64}{result.size or '':>8}{result.value:>9.2f}  {spread:<16}{bound:>10}  "
        f"{change(result.value, before):<16}{queries:>7}{'' if result.is_met else '  MISSED'}"
    )


def number_from(name: str, default: int) -> int:
    """Return a whole number from the environment."""
    return int(os.environ.get(name) or default)
