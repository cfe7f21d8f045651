"""F13, F14: two beats and several workers; no beat over the deadline, and somebody who sends late."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from .conftest import Trial, rounds
from .load import Notes, Reporter
from .site import Site

pytestmark = pytest.mark.faults


CLAIM_RAN_OUT = "SELECT count(*) FROM core_outboxmessage WHERE done_at IS NULL AND lease_until < now()"


@contextmanager
def _more(site: Site, *names: str) -> Iterator[None]:
    """Have more processes for a while."""
    for name in names:
        site.start_process(name)
    try:
        for name in names:
            sign = "Sending due task" if name.startswith("beat") else " ready."
            site.wait_for(
                lambda name=name, sign=sign: sign in site.log(name).read_text("utf-8"), f"{name} at work"
            )
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
        for _round in range(rounds(2)):
            struck = time.time()
            # One worker is so slow that its claim runs out: the two others get the bell for the same work.
            trial.hold("worker", towns=3, points=("after-write", "before-commit"))
            trial.tries += 1
            site.wait_for(lambda: site.query(CLAIM_RAN_OUT) != [(0,)], "a claim that ran out")
            started = len(site.log("beat-2").read_text("utf-8"))
            site.wait_for(
                lambda started=started: (
                    "assessments.run_schedule" in site.log("beat-2").read_text("utf-8")[started:]
                ),
                "another tick of the second beat",
            )
            site.wait_for(
                lambda: (
                    sum(site.evaluated(town) for town in trial.towns[-3:])
                    == sum(town["plans"] for town in trial.towns[-2:])
                ),
                "the others' work",
            )
            site.disarm()
            site.wait_until_evaluated(trial.towns)
            trial.recovered(struck)
        trial.examine()


@pytest.mark.fault("F14", "no beat over the deadline")
def test_deadline_without_beat(trial: Trial) -> None:
    """A period ended hours ago while nobody ticked: closed once, with the instant in the row as the cut-off.

    Who sends in these hours is told that it is late, although nobody has closed anything yet.
    """
    site = trial.site
    site.stop_processes("beat")
    site.processes.pop("beat")
    try:
        site.wait_for(_no_tick_left(site), "the last tick taken and done")
        (town,) = trial.close_towns(ago="3 hours")
        trial.tries += 1
        _send_late(trial, town["late"])
        state = "SELECT status FROM assessments_period WHERE id = %s"
        assert site.query(state, town["period"]) == [("open",)], "nobody closed it"
        sent = "SELECT status, version, is_late FROM assessments_selfreport WHERE id = %s"
        assert site.query(sent, town["late"]["report"]) == [("submitted", 1, True)]
        back = time.time()
    finally:
        site.start_process("beat")
    site.wait_until_evaluated([town])
    trial.recovered(back)
    assert site.query(state, town["period"]) == [("closed",)]
    cut_offs = site.query(
        "SELECT (r.figures->>'cut_off')::timestamptz = p.closes_at, r.figures->'sent', r.figures->'late' "
        "FROM assessments_periodrun r "
        "JOIN assessments_period p ON p.id = r.period_id WHERE r.step = 'close' AND p.id = %s",
        town["period"],
    )
    assert cut_offs == [(True, 1, 1)], "the cut-off is the deadline, not the time of the tick; one came late"
    inputs = site.query(
        "SELECT DISTINCT (e.inputs->>'cut_off')::timestamptz = p.closes_at FROM assessments_evaluation e "
        "JOIN assessments_period p ON p.id = e.period_id WHERE p.id = %s",
        town["period"],
    )
    assert inputs == [(True,)]
    late = (
        "SELECT inputs->'report'->'is_late' FROM assessments_evaluation "
        "WHERE period_id = %s AND inputs->'report'->>'id' = %s"
    )
    assert site.query(late, town["period"], str(town["late"]["report"])) == [(True,)]
    trial.examine()


def _no_tick_left(site: Site) -> Callable[[], bool]:
    """Whether no tick waits in Redis or is being worked on; with beat stopped none comes again."""
    return lambda: (
        site.rings_waiting("asn-ticks") == 0 and site.servers.tell_valkey("HLEN unacked").startswith(":0")
    )


def _send_late(trial: Trial, late: dict[str, Any]) -> None:
    """Somebody sends the report, as a browser does."""
    plan = {"url": trial.site.url, "run": "F14", "seed": "0", "password": trial.site.made["password"]}
    notes = Notes(trial.folder / "led.jsonl", trial.folder / "led-seen.jsonl")
    person = Reporter(0, plan, notes, threading.Event())
    person.login = late["login"]
    path, fields = person.form(f"/laporan/{late['report']}/periksa/", "/kirim/")
    assert person.send(path, fields, "").status == 302
