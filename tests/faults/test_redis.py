"""F8, F9, F10: Redis dies and comes back empty, is away for long, is full."""

import time

import pytest

from .conftest import Trial, rounds

pytestmark = pytest.mark.faults


@pytest.mark.fault("F8", "Redis killed, back empty, and flushed")
def test_redis_comes_back_empty(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(3)
    for _round in range(rounds(2)):
        trial.close_town()
        time.sleep(trial.chance.uniform(0.0, 3.0))
        struck = time.time()
        site.servers.kill_valkey()
        time.sleep(trial.chance.uniform(0.1, 1.0))
        site.servers.start_valkey()
        trial.close_town()
        time.sleep(trial.chance.uniform(0.0, 3.0))
        site.servers.tell_valkey("FLUSHALL")
        trial.tries += 2
        load.wait_for_receipts(2, since=time.time())
        for town in trial.towns:
            site.wait_for(lambda town=town: site.evaluated(town) == town["plans"], "all evaluations")
        trial.recovered(struck)
    trial.examine()


@pytest.mark.fault("F9", "Redis away for long (shortened)")
def test_redis_is_away(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(3)
    away_from = time.time()
    site.servers.kill_valkey()
    trial.tries += 1
    town = trial.close_town()
    load.wait_for_receipts(20, since=away_from)
    kinds = {row["kind"] for row in load.receipts(since=away_from)}
    assert kinds == {"line", "report", "rating", "complaint"}, "everything can be sent without Redis"
    assert '"redis": false' in site.ready()
    back = time.time()
    site.servers.start_valkey()
    site.wait_for(lambda: site.evaluated(town) == town["plans"], "the evaluations that had to wait")
    trial.recovered(back)
    trial.examine()


@pytest.mark.fault("F10", "Redis full")
def test_redis_is_full(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(3)
    full_from = time.time()
    site.servers.tell_valkey("CONFIG SET maxmemory-policy noeviction")
    assert "OK" in site.servers.tell_valkey("CONFIG SET maxmemory 1")
    trial.tries += 1
    town = trial.close_town()
    load.wait_for_receipts(15, since=full_from)
    back = time.time()
    assert "OK" in site.servers.tell_valkey("CONFIG SET maxmemory 0")
    site.wait_for(lambda: site.evaluated(town) == town["plans"], "the evaluations that had to wait")
    trial.recovered(back)
    trial.examine()
