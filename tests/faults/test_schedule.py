"""F13, F14: two beats and several workers; no beat over the deadline."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from .conftest import Trial, rounds
from .site import Site

pytestmark = pytest.mark.faults


@contextmanager
def _more(site: Site, *names: str) -> Iterator[None]:
    """Have more processes for a while."""
    for name in names:
        site.start_process(name)
    try:
        yield
    finally:
        site.stop_processes(*names)
        for name in names:
            del site.processes[name]


@pytest.mark.fault("F13", "two beats, three workers relaying")
def test_two_beats(trial: Trial) -> None:
    site = trial.site
    with _more(site, "beat-2", "worker-2", "worker-3"):
        site.wait_until_idle()
        struck = time.time()
        for _round in range(rounds(2)):
            trial.close_town()
            trial.tries += 1
            time.sleep(trial.chance.uniform(0.0, 2.0))
        for town in trial.towns:
            site.wait_for(lambda town=town: site.evaluated(town) == town["plans"], "all evaluations")
        trial.recovered(struck)
        trial.examine()


@pytest.mark.fault("F14", "no beat over the deadline")
def test_deadline_without_beat(trial: Trial) -> None:
    """A period ended hours ago while nobody ticked: closed once, with the instant in the row as the cut-off."""
    site = trial.site
    site.stop_processes("beat")
    town = site.close_town()
    trial.towns.append(town)
    site.query(
        "UPDATE assessments_period SET closes_at = now() - interval '3 hours' WHERE id = %s", town["period"]
    )
    trial.tries += 1
    time.sleep(2)
    state = "SELECT status FROM assessments_period WHERE id = %s"
    assert site.query(state, town["period"]) == [("open",)], "nobody closed it"
    back = time.time()
    site.start_process("beat")
    site.wait_for(lambda: site.evaluated(town) == town["plans"], "all evaluations")
    trial.recovered(back)
    assert site.query(state, town["period"]) == [("closed",)]
    cut_offs = site.query(
        "SELECT (r.figures->>'cut_off')::timestamptz = p.closes_at FROM assessments_periodrun r "
        "JOIN assessments_period p ON p.id = r.period_id WHERE r.step = 'close' AND p.id = %s",
        town["period"],
    )
    assert cut_offs == [(True,)], "the cut-off is the deadline, not the time of the tick"
    inputs = site.query(
        "SELECT DISTINCT (e.inputs->>'cut_off')::timestamptz = p.closes_at FROM assessments_evaluation e "
        "JOIN assessments_period p ON p.id = e.period_id WHERE p.id = %s",
        town["period"],
    )
    assert inputs == [(True,)]
    trial.examine()
