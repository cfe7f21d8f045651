"""F11, F20: whoever evaluates is killed in the middle; work that always fails, or kills, is parked."""

import time

import pytest

from apps.core.jobs import MAX_ATTEMPTS

from .conftest import EVALUATING, Trial, rounds
from .site import PATIENCE

pytestmark = pytest.mark.faults

POINTS = ("after-write", "before-commit", "after-commit")


@pytest.mark.fault("F11", "evaluator killed in mid-evaluation")
def test_killed_evaluator(trial: Trial) -> None:
    site = trial.site
    for _round in range(rounds(1)):
        for point in POINTS:
            # The evaluations of a unit are written with one statement; before it nothing of it is to be seen.
            trap = site.arm("worker", point, EVALUATING)
            (town,) = trial.close_towns()
            site.wait_for(lambda trap=trap: trap.sprung, f"a kill {point}")
            struck = time.time()
            trial.tries += 1
            whole = site.query(
                "SELECT count(*) FROM assessments_periodrun r WHERE period_id = %s AND step = 'prepare' "
                "AND finished_at IS NULL",
                town["period"],
            )
            assert whole == [(0,)], "no unit is half evaluated for anybody to see"
            site.wait_until_evaluated([town])
            site.wait_until_idle()
            trial.recovered(struck)
    trial.examine()


PROMISE = """
from apps.core import jobs
bad = [jobs.enqueue("faults.poison"), jobs.enqueue("faults.deadly")]
good = [jobs.enqueue("faults.effect", name=f"MARK-{n}") for n in range(20)]
print("MADE", *(row.pk for row in bad))
"""
# The pauses between tries grow to minutes; nobody waits for that here.
NO_PAUSE = "UPDATE core_outboxmessage SET ready_at = now() WHERE task LIKE 'faults.%%' AND done_at IS NULL"


@pytest.mark.fault("F20", "poison parked with an alarm, others go on")
def test_poison(trial: Trial) -> None:
    site = trial.site
    mark = f"racun-{trial.chance.randrange(10**9)}"
    struck = time.time()
    bad = site.manage("shell", "-c", PROMISE.replace("MARK", mark)).split("MADE ")[1].split()
    trial.tries += 1
    towns = trial.close_towns()

    def parked() -> bool:
        site.query(NO_PAUSE)
        rows = site.query(
            "SELECT attempts FROM core_outboxmessage WHERE id = ANY(%s) AND parked_at IS NOT NULL",
            [int(number) for number in bad],
        )
        return rows == [(MAX_ATTEMPTS,)] * len(bad)

    site.wait_for(parked, "both parked", 2 * PATIENCE)
    effects = "SELECT count(*), count(DISTINCT name) FROM core_holiday WHERE name LIKE %s"
    site.wait_for(lambda: site.query(effects, f"{mark}-%") == [(20, 20)], "the others, each once")
    site.wait_until_evaluated(towns)
    alarms = (
        "SELECT params->>'number' FROM core_notification WHERE recipient_id = %s AND key LIKE 'parked:%%'"
    )
    told = {number for (number,) in site.query(alarms, site.made["operator"])}
    assert told >= set(bad), "those who run the installation were told of both"
    assert "faults.deadly" in site.manage("outbox", "list")
    for number in bad:
        site.manage("outbox", "drop", number, "--reason", "made to fail")
    trial.recovered(struck)
    trial.examine()


@pytest.mark.fault("F20", "a row edited past the product")
def test_edited_row(trial: Trial) -> None:
    """Somebody with the database's keys changes what happened; the check names the place."""
    site = trial.site
    ((scope, seq, data),) = site.query(
        "SELECT scope, seq, data::text FROM core_auditentry ORDER BY scope, seq DESC LIMIT 1"
    )
    change = (
        "SET session_replication_role = replica; UPDATE core_auditentry SET data = %s::jsonb "
        "WHERE scope = %s AND seq = %s"
    )
    trial.tries += 1
    site.query(change, '{"forged": true}', scope, seq)
    try:
        with pytest.raises(AssertionError, match="BROKEN") as said:
            site.manage("verify_audit")
        assert str(seq) in str(said.value)
    finally:
        site.query(change, data, scope, seq)
    trial.examine()
