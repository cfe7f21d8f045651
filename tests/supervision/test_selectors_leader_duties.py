"""What leaders owe: found in the rows, the same number of queries for any number of people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import DialogueNote, Evaluation, ReportDecision, ReportVersion, SelfReport
from apps.assessments.rules.feedback_duty import DutyKind, Tally
from apps.assessments.services import dialogue_notes, feedback_notes
from apps.core import policy
from apps.core.models import Holiday
from apps.employees.models import AppraiserLink, ServiceState
from apps.indicators.models import Skp, SkpDecision
from apps.supervision.selectors.leader_duties import LeaderDuties, duties_of_leaders, leaders_visible_to
from tests.world import World

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 9, 15)
TALK = dialogue_notes.TalkText(
    talk_on=date(2026, 9, 14), topic="progress", discussion="Alat rusak.", agreement="Alat dipinjam."
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def staffed(world: World) -> World:
    """Quarters, and approved plans of world.staff and world.colleague since January."""
    world.periods = world.make_periods()  # type: ignore[attr-defined]
    for person in (world.staff, world.colleague):
        world.make_skp(person)
    Skp.objects.update(approved_at=datetime(2026, 1, 20, tzinfo=UTC))
    return world


def duties(world: World, leader: Any = None, now: datetime = NOW) -> LeaderDuties:
    """Return what a leader owes, world.head by default."""
    leader = leader or world.head
    return duties_of_leaders([leader], world.government, now)[leader.pk]


def counts(world: World, kind: DutyKind, **more: Any) -> tuple[int, ...]:
    """Return owed, on time, late, open, overdue, missed."""
    found: Tally = duties(world, **more).tally_of(kind)
    return (found.owed, found.on_time, found.late, found.open, found.overdue, found.missed)


def test_feedback_is_owed_in_every_period_that_has_begun(staffed: World) -> None:
    say = {"employee": staffed.staff, "text": "Baik", "by": staffed.head}
    feedback_notes.give_feedback(at=datetime(2026, 2, 1, tzinfo=UTC), **say)
    feedback_notes.give_feedback(at=datetime(2026, 2, 2, tzinfo=UTC), **say)
    feedback_notes.give_feedback(at=NOW, **say)
    # Three quarters for two people: one given in the first, none in the second, one in the third that still runs.
    assert counts(staffed, DutyKind.FEEDBACK) == (6, 2, 0, 1, 0, 3)


def test_what_somebody_else_says_is_not_the_leaders_feedback(staffed: World) -> None:
    feedback_notes.give_feedback(employee=staffed.staff, text="Baik", by=staffed.agency_head, at=NOW)
    assert counts(staffed, DutyKind.FEEDBACK)[1] == 0


def test_nothing_is_owed_before_the_plan_was_approved(staffed: World) -> None:
    Skp.objects.update(approved_at=datetime(2026, 7, 2, tzinfo=UTC))
    assert counts(staffed, DutyKind.FEEDBACK) == (2, 0, 0, 2, 0, 0)
    Skp.objects.update(status="submitted")
    assert counts(staffed, DutyKind.FEEDBACK)[0] == 0


def test_nothing_is_owed_to_somebody_who_is_away(staffed: World) -> None:
    ServiceState.objects.create(
        employee=staffed.staff, kind="study", period=DateRange(date(2026, 3, 1), None), recorded_at=NOW
    )
    assert counts(staffed, DutyKind.FEEDBACK)[0] == 3
    ServiceState.objects.update(kind="assigned")
    assert counts(staffed, DutyKind.FEEDBACK)[0] == 6


def test_who_takes_over_late_owes_nothing_for_what_was_before(staffed: World) -> None:
    new = staffed.make_employee("Kepala Baru", staffed.unit)
    for link in AppraiserLink.objects.filter(appraiser=staffed.head):
        AppraiserLink.objects.filter(pk=link.pk).update(period=DateRange(date(2025, 1, 1), date(2026, 6, 20)))
        AppraiserLink.objects.create(
            employee=link.employee, appraiser=new, period=DateRange(date(2026, 6, 20), None)
        )
    # The former leader answers for the first quarter, the new one for the third; nobody for the second.
    assert counts(staffed, DutyKind.FEEDBACK) == (2, 0, 0, 0, 0, 2)
    assert counts(staffed, DutyKind.FEEDBACK, leader=new) == (2, 0, 0, 2, 0, 0)


def test_a_talk_counts_for_the_half_year_it_was_held_in_once_both_agree(staffed: World) -> None:
    skp = Skp.objects.get(employee=staffed.staff)
    note = dialogue_notes.write_note(
        skp=skp, text=replace(TALK, talk_on=date(2026, 6, 20)), by=staffed.head, at=NOW
    )
    assert counts(staffed, DutyKind.DIALOGUE) == (4, 0, 0, 2, 0, 2)
    for who in (staffed.staff, staffed.head):
        dialogue_notes.agree(note_id=note.pk, revision=1, by=who, at=NOW)
    assert counts(staffed, DutyKind.DIALOGUE) == (4, 0, 1, 2, 0, 1), "agreed after the half-year: late"
    added = dialogue_notes.write_note(
        skp=skp, text=TALK, by=staffed.head, at=NOW, amends=DialogueNote.objects.get(pk=note.pk)
    )
    for who in (staffed.staff, staffed.head):
        dialogue_notes.agree(note_id=added.pk, revision=1, by=who, at=NOW)
    assert counts(staffed, DutyKind.DIALOGUE) == (4, 0, 1, 2, 0, 1), "an addition is no talk of its own"


def test_the_government_decides_how_many_talks(staffed: World) -> None:
    set_policy("assessments.dialogues_per_year", 4)
    assert counts(staffed, DutyKind.DIALOGUE)[0] == 6
    set_policy("assessments.dialogues_per_year", 0)
    set_policy("assessments.feedback_per_period", 0)
    assert duties(staffed).items == []


def set_policy(key: str, value: int) -> None:
    """Set a policy value from the beginning of the year."""
    policy.set_value(key, value, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji")


@pytest.mark.parametrize(
    ("submitted", "decided", "expected"),
    [
        (datetime(2026, 9, 8, 3, 0, tzinfo=UTC), None, (1, 0, 0, 1, 0, 0)),
        (datetime(2026, 9, 7, 3, 0, tzinfo=UTC), None, (1, 0, 0, 0, 1, 0)),
        (
            datetime(2026, 9, 7, 3, 0, tzinfo=UTC),
            datetime(2026, 9, 14, 15, 0, tzinfo=UTC),
            (1, 1, 0, 0, 0, 0),
        ),
        (
            datetime(2026, 9, 7, 3, 0, tzinfo=UTC),
            datetime(2026, 9, 14, 17, 0, tzinfo=UTC),
            (1, 0, 1, 0, 0, 0),
        ),
    ],
)
def test_a_report_is_reviewed_within_five_working_days(
    staffed: World, submitted: datetime, decided: datetime | None, expected: tuple[int, ...]
) -> None:
    """Sent on Tuesday 8 September it is due on Tuesday the 15th; days are those of WITA."""
    report = staffed.make_report(
        Skp.objects.get(employee=staffed.staff), staffed.periods[2], status="submitted"
    )
    SelfReport.objects.filter(pk=report.pk).update(
        submitted_at=submitted, status="accepted" if decided else "submitted"
    )
    ReportVersion.objects.create(report=report, version=1, content={}, submitted_at=submitted)
    if decided:
        ReportDecision.objects.create(report=report, version=1, action="accept", by=staffed.head, at=decided)
    assert counts(staffed, DutyKind.REPORT) == expected


def test_a_holiday_gives_a_day_more(staffed: World) -> None:
    report = staffed.make_report(
        Skp.objects.get(employee=staffed.staff), staffed.periods[2], status="submitted"
    )
    SelfReport.objects.filter(pk=report.pk).update(submitted_at=datetime(2026, 9, 7, 3, 0, tzinfo=UTC))
    assert counts(staffed, DutyKind.REPORT)[4] == 1
    Holiday.objects.create(scope="kendari", date=date(2026, 9, 10), name="Libur daerah")
    assert counts(staffed, DutyKind.REPORT)[3] == 1


def test_a_plan_is_decided_within_five_working_days(staffed: World) -> None:
    plan = Skp.objects.get(employee=staffed.staff)
    for action, at in (
        ("submit", datetime(2026, 9, 1, 3, 0, tzinfo=UTC)),
        ("return", datetime(2026, 9, 9, 3, 0, tzinfo=UTC)),
        ("submit", datetime(2026, 9, 10, 3, 0, tzinfo=UTC)),
    ):
        SkpDecision.objects.create(skp=plan, action=action, by=staffed.staff, at=at)
    Skp.objects.filter(pk=plan.pk).update(
        status="submitted", submitted_at=datetime(2026, 9, 10, 3, 0, tzinfo=UTC)
    )
    assert counts(staffed, DutyKind.PLAN) == (2, 0, 1, 1, 0, 0)


def test_the_first_rating_counts_and_not_a_later_correction(staffed: World) -> None:
    plan = Skp.objects.get(employee=staffed.staff)
    evaluation = Evaluation.objects.create(
        government=staffed.government,
        skp=plan,
        employee=staffed.staff,
        unit=staffed.unit,
        period=staffed.periods[1],
        appraiser=staffed.head,
        prepared_at=datetime(2026, 7, 6, tzinfo=UTC),
    )
    assert counts(staffed, DutyKind.EVALUATION) == (1, 0, 0, 0, 1, 0)
    rated = {
        "work_result_rating": "meets_expectation",
        "behavior_rating": "meets_expectation",
        "predikat": "baik",
    }
    evaluation.changes.create(at=datetime(2026, 7, 8, tzinfo=UTC), by=staffed.head, **rated)
    evaluation.changes.create(at=datetime(2026, 9, 8, tzinfo=UTC), by=staffed.agency_head, **rated)
    Evaluation.objects.update(status="rated", rated_at=datetime(2026, 9, 8, tzinfo=UTC), **rated)
    assert counts(staffed, DutyKind.EVALUATION) == (1, 1, 0, 0, 0, 0)


def test_what_is_to_do_comes_by_day(staffed: World) -> None:
    report = staffed.make_report(
        Skp.objects.get(employee=staffed.staff), staffed.periods[2], status="submitted"
    )
    to_do = duties(staffed).to_do()
    assert [(item.kind.value, item.obligation.due_on) for item in to_do] == [
        ("report", date(2026, 9, 22)),
        ("feedback", date(2026, 9, 30)),
        ("feedback", date(2026, 9, 30)),
        ("dialogue", date(2026, 12, 31)),
        ("dialogue", date(2026, 12, 31)),
    ]
    assert to_do[0].object_id == report.pk


def test_the_same_queries_for_one_leader_and_for_many(staffed: World) -> None:
    def cost(leaders: list[Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            duties_of_leaders(leaders, staffed.government, NOW)
        return len(captured)

    few = cost([staffed.head])
    leaders = [staffed.head]
    for number in range(5):
        leader = staffed.make_employee(f"Pimpinan {number}", staffed.unit, appraiser=staffed.agency_head)
        leaders.append(leader)
        for member in range(6):
            person = staffed.make_employee(f"Anggota {number} {member}", staffed.unit, appraiser=leader)
            staffed.make_report(staffed.make_skp(person), staffed.periods[2], status="submitted")
    assert cost(leaders) == few


def test_leaders_below_by_name_and_never_oneself(staffed: World) -> None:
    assert list(leaders_visible_to(staffed.agency_head.user, TODAY)) == [staffed.head]
    assert list(leaders_visible_to(staffed.head.user, TODAY)) == []
    assert list(leaders_visible_to(staffed.stranger_head.user, TODAY)) == []
    officer = list(leaders_visible_to(staffed.personnel_officer, TODAY))
    assert officer == sorted(officer, key=lambda leader: leader.name)
    assert set(officer) == {staffed.agency_head, staffed.head, staffed.stranger_head}
