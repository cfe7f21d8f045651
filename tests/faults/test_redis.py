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
        trial.hold("worker", towns=2)
        site.wait_for(lambda: site.rings_waiting() > 0, "rings that will be lost")
        struck = time.time()
        site.servers.kill_valkey()
        load.wait_for_receipts(2, since=struck)
        site.servers.start_valkey()
        site.disarm()
        trial.hold("worker", towns=2)
        site.wait_for(lambda: site.rings_waiting() > 0, "rings that will be lost")
        assert "OK" in site.servers.tell_valkey("FLUSHALL")
        site.disarm()
        trial.tries += 2
        load.wait_for_receipts(2, since=time.time())
        site.wait_until_evaluated(trial.towns)
        trial.recovered(struck)
    trial.examine()


@pytest.mark.fault("F9", "Redis away for long (shortened)")
def test_redis_is_away(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(3)
    away_from = time.time()
    site.servers.kill_valkey()
    trial.tries += 1
    towns = trial.close_towns()
    load.wait_for_receipts(20, since=away_from)
    site.wait_for(
        lambda: (
            {row["kind"] for row in load.receipts(since=away_from)}
            == {"line", "report", "rating", "complaint"}
        ),
        "a receipt for everything that can be sent, without Redis",
    )
    site.wait_for(lambda: '"redis": false' in site.ready(), "/readyz that tells of it")
    assert [site.evaluated(town) for town in towns] == [0], "the background waits"
    back = time.time()
    site.servers.start_valkey()
    site.wait_until_evaluated(towns)
    trial.recovered(back)
    trial.examine()


@pytest.mark.fault("F10", "Redis full")
def test_redis_is_full(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(3)
    full_from = time.time()
    site.servers.tell_valkey("CONFIG SET maxmemory-policy noeviction")
    assert "OK" in site.servers.tell_valkey("CONFIG SET maxmemory 1")
    assert "OOM" in site.servers.tell_valkey("SET anything 1"), "nothing fits any more"
    trial.tries += 1
    towns = trial.close_towns()
    load.wait_for_receipts(15, since=full_from)
    back = time.time()
    assert "OK" in site.servers.tell_valkey("CONFIG SET maxmemory 0")
    site.wait_until_evaluated(towns)
    trial.recovered(back)
    trial.examine()
