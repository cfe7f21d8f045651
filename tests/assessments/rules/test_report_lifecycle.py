import pytest

from apps.assessments.rules.report_lifecycle import (
    TRANSITIONS,
    ReportAction,
    ReportStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)

EXPECTED = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "recall"): "draft",
    ("submitted", "return"): "returned",
    ("submitted", "accept"): "accepted",
    ("accepted", "reopen"): "submitted",
}


@pytest.mark.parametrize("action", list(ReportAction))
@pytest.mark.parametrize("status", list(ReportStatus))
def test_every_pair_of_status_and_action(status: ReportStatus, action: ReportAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected
        assert action in allowed_actions(status)


def test_every_status_can_be_reached() -> None:
    assert {ReportStatus.DRAFT, *TRANSITIONS.values()} == set(ReportStatus)
