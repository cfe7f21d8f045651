"""F1, F2: the database is killed under load, and restarted, each time in the middle of a request and of work."""

import time

import pytest

from .conftest import Trial, rounds

pytestmark = pytest.mark.faults


@pytest.mark.fault("F1", "database killed under load")
def test_killed_database(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(5)
    for _round in range(rounds(2)):
        trial.hold("worker", "web")
        struck = time.time()
        site.servers.kill_postgres()
        if trial.chance.random() < 0.5:
            site.disarm()  # they notice while it is away; else when it is back
        site.wait_for(lambda struck=struck: load.saw(503, since=struck), "a page that says so, with the text")
        site.servers.start_postgres()
        site.disarm()
        trial.tries += 1
        load.wait_for_receipts(3, since=time.time())
        trial.recovered(struck)
    trial.examine()


@pytest.mark.fault("F2", "database restarted in mid-request")
def test_restarted_database(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(5)
    for _round in range(rounds(5)):
        trial.hold("web")
        struck = time.time()
        site.servers.restart_postgres()
        back = time.time()
        site.disarm()
        trial.tries += 1
        load.wait_for_receipts(5, since=back)
        trial.recovered(struck)
        late = [row for row in load.shown() if row["begun"] > back and row["status"] not in {302, 409}]
        assert not late, f"what began after the restart found a fresh connection: {late[:3]}"
    trial.examine()
