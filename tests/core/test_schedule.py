"""The steps of a schedule stand alone."""

import logging
from datetime import datetime

from apps.core.schedule import run_steps


def test_a_failing_step_does_not_stop_the_next_one(caplog) -> None:
    ran: list[datetime] = []

    def broken(*, now: datetime) -> int:
        raise RuntimeError("away")

    def works(*, now: datetime) -> int:
        ran.append(now)
        return 3

    with caplog.at_level(logging.INFO, logger="apps.core.schedule"):
        run_steps((("broken", broken), ("counted", works), ("idle", lambda *, now: 0)))
    assert len(ran) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "step of the schedule failed: broken",
        "counted: 3",
    ]
