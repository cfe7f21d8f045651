"""F12: everything dies at once, at random moments."""

import time

import pytest

from .conftest import Trial, rounds

pytestmark = pytest.mark.faults


@pytest.mark.fault("F12", "power cut of the whole machine")
def test_power_cuts(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(5)
    for number in range(rounds(4)):
        if number % 4 == 0:
            trial.close_town()
        time.sleep(trial.chance.uniform(0.0, 4.0))
        struck = time.time()
        site.power_cut()
        trial.tries += 1
        site.power_on()
        load.wait_for_receipts(3, since=time.time())
        trial.recovered(struck)
    trial.examine()
