"""The state of a session follows from its days; a held one stays as it was."""

from datetime import date

import pytest

from apps.training.rules.session_lifecycle import (
    SessionAction,
    SessionStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
    status_on,
)

FIRST, LAST = date(2026, 10, 20), date(2026, 10, 21)


@pytest.mark.parametrize(
    ("day", "is_cancelled", "expected"),
    [
        (date(2026, 10, 19), False, SessionStatus.PLANNED),
        (FIRST, False, SessionStatus.RUNNING),
        (LAST, False, SessionStatus.RUNNING),
        (date(2026, 10, 22), False, SessionStatus.HELD),
        (date(2026, 10, 22), True, SessionStatus.CANCELLED),
        (date(2026, 10, 19), True, SessionStatus.CANCELLED),
    ],
)
def test_the_days_make_the_state(day: date, is_cancelled: bool, expected: SessionStatus) -> None:
    assert status_on(day, starts_on=FIRST, ends_on=LAST, is_cancelled=is_cancelled) is expected


@pytest.mark.parametrize("status", [SessionStatus.HELD, SessionStatus.CANCELLED])
def test_nothing_is_done_with_what_is_over(status: SessionStatus) -> None:
    assert not allowed_actions(status)
    for action in SessionAction:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
