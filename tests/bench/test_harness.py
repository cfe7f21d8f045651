"""The arithmetic of the bench: ratios, quartiles, selection, comparison. No clock is read."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import harness
from bench.harness import Figure, Goal, Result

MODULES = ["g01_closing", "g03_pages", "g12_peer"]


class FakeClock:
    """A clock that only moves when a piece of work says how long it took."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, *seconds: float) -> Callable[[], None]:
        """Return work that takes these times in turn, the last one from then on."""
        times = list(seconds)

        def run() -> None:
            self.now += times.pop(0) if len(times) > 1 else times[0]

        return run


def _goal(clock: FakeClock, case: float = 3, limit: float = 2, **fields: object) -> Goal:
    values = {"at_most": 2.0, **fields}
    return Goal("G1", "case / limit", case=clock.work(case), limit=clock.work(limit), **values)  # type: ignore[arg-type]


def test_an_upper_bound_compares_costs_and_a_lower_bound_compares_speeds() -> None:
    clock = FakeClock()
    cost = harness.measure(_goal(clock), 3, clock)
    speed = harness.measure(_goal(clock, at_most=None, at_least=0.5), 3, clock)

    assert cost.value == pytest.approx(1.5)
    assert speed.value == pytest.approx(2 / 3)
    assert cost.is_met
    assert speed.is_met


@pytest.mark.parametrize(
    ("value", "bounds", "is_met"),
    [
        (1.5, {"at_most": 1.5}, True),
        (1.51, {"at_most": 1.5}, False),
        (0.5, {"at_least": 0.5}, True),
        (0.49, {"at_least": 0.5}, False),
    ],
)
def test_the_bound_itself_is_met(value: float, bounds: dict[str, float], is_met: bool) -> None:
    result = _result(value, **bounds)

    assert result.is_met is is_met
    assert ("MISSED" in harness.line(result, None)) is not is_met


def test_a_goal_has_exactly_one_bound() -> None:
    for bounds in ({}, {"at_most": 1.0, "at_least": 1.0}):
        with pytest.raises(ValueError):
            _goal(FakeClock(), **{"at_most": None, **bounds})
        with pytest.raises(ValueError):
            Figure("G7", "memory", lambda: 1, "MB", **bounds)


def test_median_and_quartiles_are_those_of_the_rounds_ratios() -> None:
    clock = FakeClock()
    goal = Goal("G1", "x", case=clock.work(99, 1, 2, 3, 4, 5), limit=clock.work(1), at_most=9)

    result = harness.measure(goal, 5, clock)

    # The first run of each only warms up.
    assert (result.low, result.value, result.high) == (2, 3, 4)
    assert result.rounds == 5


def test_times_are_per_unit_and_per_run() -> None:
    clock = FakeClock()

    result = harness.measure(_goal(clock, 30, 2, case_units=10, per_round=4), 1, clock)

    assert result.value == pytest.approx(1.5)
    assert result.case_ms == pytest.approx(3000)
    assert result.limit_ms == pytest.approx(2000)


def test_what_is_done_before_a_round_is_not_measured() -> None:
    clock = FakeClock()
    goal = _goal(clock, before_case=clock.work(100), before_limit=clock.work(50))

    assert harness.measure(goal, 2, clock).value == pytest.approx(1.5)


def test_case_and_limit_take_turns_at_going_first() -> None:
    order: list[str] = []
    goal = Goal("G1", "x", case=lambda: order.append("case"), limit=lambda: order.append("limit"), at_most=1)

    harness.measure(goal, 2, iter(range(1, 99)).__next__)

    assert order == ["case", "limit", "case", "limit", "limit", "case"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", MODULES),
        ("g01", ["g01_closing"]),
        ("G3, g12", ["g03_pages", "g12_peer"]),
        ("g12_peer", ["g12_peer"]),
        ("3,3", ["g03_pages"]),
    ],
)
def test_goals_are_selected_by_number_or_name(wanted: str, found: list[str]) -> None:
    assert harness.selected(MODULES, wanted) == found


def test_an_unknown_goal_is_refused() -> None:
    with pytest.raises(ValueError, match="g99"):
        harness.selected(MODULES, "g01,g99")


def test_sizes_are_sorted_whole_numbers() -> None:
    assert harness.sizes_of("10_000, 1000,1000") == (1000, 10_000)
    for text in ("", "50", "many"):
        with pytest.raises(ValueError):
            harness.sizes_of(text)


def test_the_newest_value_of_each_goal_is_compared(tmp_path: Path) -> None:
    first = [_result(1.0, name="a"), _result(2.0, name="b")]
    one = harness.keep(first, tmp_path, "20260101-000000", at="then")
    two = harness.keep([_result(3.0, name="a")], tmp_path, "20260102-000000")

    assert harness.last_values([one, two]) == {"G1 a @1000": 3.0, "G1 b @1000": 2.0}
    kept = json.loads(one.read_text())
    assert kept["at"] == "then"
    assert kept["goals"]["G1 b @1000"]["met"] is False


def test_a_result_from_before_the_harness_is_no_obstacle(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text('{"ratios": {"G6 live stamp / hello": 1.62}}')

    assert harness.last_values([old, tmp_path / "gone.json"]) == {}


def test_only_what_git_has_is_compared_with(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "b.json").write_text("{}")
    git("add", "b.json")
    (tmp_path / "c.json").write_text("{}")

    assert harness.committed(tmp_path) == [tmp_path / "b.json"]


@pytest.mark.parametrize(("before", "text"), [(None, "-"), (2.0, "2.00 (-25%)"), (1.0, "1.00 (+50%)")])
def test_the_change_since_the_last_result_is_told(before: float | None, text: str) -> None:
    assert harness.change(1.5, before) == text


def test_a_figure_is_measured_once() -> None:
    calls: list[int] = []
    figure = Figure("G7", "memory", lambda: calls.append(1) or 250, "MB", at_most=300)

    result = harness.read_figure(figure)

    assert calls == [1]
    assert (result.value, result.unit, result.is_met) == (250, "MB", True)


def _result(value: float, *, name: str = "x", **bounds: float) -> Result:
    limits = bounds or {"at_most": 1.5}
    return Result(
        number="G1",
        name=name,
        size=1000,
        value=value,
        low=value,
        high=value,
        at_most=limits.get("at_most"),
        at_least=limits.get("at_least"),
    )
