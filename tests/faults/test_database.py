"""F1, F2: the database is killed under load, and restarted while people send."""

import time

import pytest

from .conftest import Trial, rounds

pytestmark = pytest.mark.faults


@pytest.mark.fault("F1", "database killed under load")
def test_killed_database(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(5)
    for _round in range(rounds(2)):
        time.sleep(trial.chance.uniform(0.3, 2.0))
        trial.close_town()
        time.sleep(trial.chance.uniform(0.0, 3.0))
        struck = time.time()
        site.servers.kill_postgres()
        time.sleep(trial.chance.uniform(0.5, 2.0))
        site.servers.start_postgres()
        trial.tries += 1
        load.wait_for_receipts(3, since=time.time())
        trial.recovered(struck)
    trial.examine()


@pytest.mark.fault("F2", "database restarted in mid-request")
def test_restarted_database(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(5)
    for _round in range(rounds(5)):
        time.sleep(trial.chance.uniform(1.5, 3.0))
        struck = time.time()
        site.servers.restart_postgres()
        trial.tries += 1
        load.wait_for_receipts(1, since=time.time())
        trial.recovered(struck)
    quiet_from = time.time() + 2
    load.wait_for_receipts(5, since=quiet_from)
    late = [row for row in load.shown() if row["at"] > quiet_from and row["status"] not in {302, 409}]
    assert not late, f"stale connections are replaced after the last restart: {late[:3]}"
    trial.examine()
