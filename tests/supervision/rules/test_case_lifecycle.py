"""States of exceptions: the table, what wakes, what is worse; and any sequence of what may happen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.rules.case_lifecycle import (
    DUTY_KINDS,
    TRANSITIONS,
    VERBS,
    WORK_KINDS,
    CaseAction,
    CaseStatus,
    TransitionNotAllowed,
    allowed_actions,
    is_worse,
    next_status,
    severity_of,
    wakes,
)
from apps.supervision.rules.exceptions import ExceptionKind, Explanation, Reason

DAY = date(2026, 9, 15)


def test_whatever_is_open_has_the_four_verbs_and_what_is_quiet_has_none() -> None:
    for status in (CaseStatus.OPEN, CaseStatus.PASSED_UP):
        assert set(VERBS) <= set(allowed_actions(status))
    for status in (CaseStatus.SNOOZED, CaseStatus.ASKED, CaseStatus.ACCEPTED):
        assert not set(VERBS) & set(allowed_actions(status))
    assert allowed_actions(CaseStatus.ENDED) == ()


@pytest.mark.parametrize("status", [status for status in CaseStatus if status is not CaseStatus.ENDED])
def test_everything_can_end(status: CaseStatus) -> None:
    assert next_status(status, CaseAction.END) is CaseStatus.ENDED


@given(st.lists(st.sampled_from(list(CaseAction)), max_size=12))
@settings(max_examples=80, deadline=None)
def test_no_sequence_leaves_the_table(actions: list[CaseAction]) -> None:
    status = CaseStatus.OPEN
    for action in actions:
        if (status, action) in TRANSITIONS:
            status = next_status(status, action)
        else:
            with pytest.raises(TransitionNotAllowed):
                next_status(status, action)
        if status is CaseStatus.ENDED:
            assert allowed_actions(status) == ()
        else:
            # Nothing is quiet for ever: a way back to somebody's list exists from every state.
            back = {next_status(status, action) for action in allowed_actions(status)}
            assert status in {CaseStatus.OPEN, CaseStatus.PASSED_UP} or CaseStatus.OPEN in back


@given(
    kind=st.sampled_from(list(ExceptionKind)),
    before=st.integers(-20, 60),
    more=st.integers(0, 60),
    step=st.integers(0, 10),
)
@settings(max_examples=80, deadline=None)
def test_worse_is_never_better_and_never_the_same(
    kind: ExceptionKind, before: int, more: int, step: int
) -> None:
    same = Decimal(before)
    assert not is_worse(kind, same, same, clock_step=step)
    assert not is_worse(kind, same + more, same, clock_step=step)
    if is_worse(kind, same, same + more, clock_step=step):
        assert is_worse(kind, same, same + more + 1, clock_step=step)


def test_a_clock_is_worse_after_its_step_and_a_count_at_once() -> None:
    assert not is_worse(ExceptionKind.REPORT_LATE, Decimal(3), Decimal(7), clock_step=5)
    assert is_worse(ExceptionKind.REPORT_LATE, Decimal(3), Decimal(8), clock_step=5)
    assert is_worse(ExceptionKind.RECYCLED_EVIDENCE, Decimal(1), Decimal(2), clock_step=5)
    # The last day is over: at once.
    assert is_worse(ExceptionKind.OBJECTION_RUNNING_OUT, Decimal(0), Decimal(1), clock_step=5)


@pytest.mark.parametrize(
    ("status", "until", "expected"),
    [
        (CaseStatus.SNOOZED, DAY, True),
        (CaseStatus.SNOOZED, DAY + timedelta(days=1), False),
        (CaseStatus.ASKED, DAY, True),
        (CaseStatus.ACCEPTED, None, False),
        (CaseStatus.OPEN, None, False),
        (CaseStatus.PASSED_UP, None, False),
    ],
)
def test_what_the_day_wakes(status: CaseStatus, until: date | None, expected: bool) -> None:
    same = {"before": Decimal(2), "now": Decimal(2), "day": DAY, "clock_step": 5}
    assert wakes(status, kind=ExceptionKind.NO_EVIDENCE, until=until, **same) is expected
    worse = {**same, "now": Decimal(3)}
    quiet = status in {CaseStatus.SNOOZED, CaseStatus.ASKED, CaseStatus.ACCEPTED}
    assert wakes(status, kind=ExceptionKind.NO_EVIDENCE, until=until, **worse) is quiet


@pytest.mark.parametrize(
    ("explanation", "figures", "severity"),
    [
        (Explanation.OBJECTION_RUNNING_OUT, (3,), Decimal(-3)),
        (Explanation.OBJECTION_RUN_OUT, (2,), Decimal(2)),
        (Explanation.REPORT_LATE, (9,), Decimal(9)),
    ],
)
def test_severity(explanation: Explanation, figures: tuple[int, ...], severity: Decimal) -> None:
    kind = (
        ExceptionKind.REPORT_LATE
        if explanation is Explanation.REPORT_LATE
        else ExceptionKind.OBJECTION_RUNNING_OUT
    )
    assert severity_of(Reason(kind, explanation, 1, figures)) == severity


def test_severity_of_a_trend_is_how_many_times_and_bounded() -> None:
    off = ExceptionKind.OFF_TREND
    figures = (Decimal(500), Decimal(100), Decimal("5.0"))
    assert severity_of(Reason(off, Explanation.ABOVE_TREND, 4, figures)) == 5
    endless = severity_of(Reason(off, Explanation.TO_NOTHING, 4, (Decimal(90),)))
    huge = (Decimal(10) ** 9, Decimal("0.01"), Decimal(10) ** 11)
    assert severity_of(Reason(off, Explanation.ABOVE_TREND, 4, huge)) == endless


def test_duties_are_not_about_the_persons_work_alone() -> None:
    assert ExceptionKind.FEEDBACK_OVERDUE in DUTY_KINDS
    assert ExceptionKind.FEEDBACK_OVERDUE not in WORK_KINDS
    assert ExceptionKind.NO_EVIDENCE in WORK_KINDS
