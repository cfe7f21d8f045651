"""The schedule closes rounds too."""

from datetime import UTC, datetime
from typing import Any

from apps.assessments import tasks


def test_the_tick_closes_what_is_over(world: Any, round_: Any, clock: Any) -> None:
    tasks.run_schedule()
    round_.refresh_from_db()
    assert round_.status == "open"
    clock.move_to(datetime(2026, 9, 29, 16, 0, 1, tzinfo=UTC))
    tasks.run_schedule()
    round_.refresh_from_db()
    assert round_.status == "closed"
