"""F12: everything dies at once, in the middle of whatever is being done."""

import time

import pytest

from .conftest import Trial, rounds

pytestmark = pytest.mark.faults

# Who is in the middle of something; nobody: any moment of the many in between.
CAUGHT: tuple[tuple[str, ...], ...] = (("worker", "web"), ("web",), ("worker",), ())


@pytest.mark.fault("F12", "power cut of the whole machine")
def test_power_cuts(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(5)
    for number in range(rounds(4)):
        trial.hold(*CAUGHT[number % len(CAUGHT)])
        if not CAUGHT[number % len(CAUGHT)]:
            trial.close_towns()
            time.sleep(trial.chance.uniform(0.0, 4.0))
        struck = time.time()
        site.power_cut()
        site.disarm()
        trial.tries += 1
        site.power_on()
        load.wait_for_receipts(3, since=time.time())
        trial.recovered(struck)
    trial.examine()
