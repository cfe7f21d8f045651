"""Practising as services: writing, coming back, answering, deleting; the office's days; the constraints."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.assessments.rules.predikat import Rating
from apps.core import policy
from apps.core.models import AuditEntry, Notification
from apps.supervision.models import PracticeCase, PracticeEntry, PracticePeriod
from apps.supervision.practice_material import REPORTS
from apps.supervision.selectors import practice as selectors
from apps.supervision.services import practice, practice_periods
from tests.world import NOW

from .practised import FIRST, LAST, built_in_cases, filled, running, supervised, went_through

pytestmark = pytest.mark.django_db
AFTER = datetime(2026, 10, 9, 3, tzinfo=NOW.tzinfo)  # a day of deletion at 11.00 in Kendari


@pytest.fixture
def period(world: Any) -> PracticePeriod:
    return running(world)


def _actions() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="supervision.practice")
    return list(rows.order_by("pk").values_list("action", flat=True))


# --- the own report


def test_a_report_goes_round_once(world: Any, period: PracticePeriod) -> None:
    filled(world.staff, period)
    assert practice.send_report(person=world.staff, period=period, at=NOW).status == "sent"
    entry = practice.continue_report(person=world.staff, period=period, at=NOW)
    assert entry.status == "returned"
    assert [row.source.value for row in selectors.stored_questions(entry.content)] == ["fixed"]
    practice.save_report(
        person=world.staff, period=period, version=entry.version, texts={"achievements": "Naik dua."}, at=NOW
    )
    assert practice.send_report(person=world.staff, period=period, at=NOW).status == "sent_again"
    done = practice.continue_report(person=world.staff, period=period, at=NOW)
    assert done.status == "done"
    first, second = (row["content"] for row in done.content["sent"])
    assert first["achievements"] != second["achievements"] == "Naik dua."
    figures = [row["realization"] for result in first["results"] for row in result["indicators"]]
    assert figures == ["38", "88", "19.5"]


def test_nobody_hears_of_it(world: Any, period: PracticePeriod) -> None:
    before = AuditEntry.objects.count(), Notification.objects.count()
    went_through(world.staff, period)
    supervised(world.head, period)
    practice.delete_own(person=world.staff)
    assert (AuditEntry.objects.count(), Notification.objects.count()) == before


def test_what_a_real_report_needs_is_needed_here(world: Any, period: PracticePeriod) -> None:
    practice.save_report(person=world.staff, period=period, version=0, texts={"achievements": "Ada."}, at=NOW)
    with pytest.raises(practice.PracticeIncomplete):
        practice.send_report(person=world.staff, period=period, at=NOW)
    entry = PracticeEntry.objects.get()
    assert (entry.status, entry.version, entry.content["sent"]) == ("draft", 1, [])


def test_the_question_comes_from_the_rules_of_real_reports(world: Any, period: PracticePeriod) -> None:
    filled(world.staff, period, served=400)
    practice.add_line(
        person=world.staff,
        period=period,
        day=date(2026, 8, 31),
        text="Bulan lalu",
        result=1,
        indicator=1,
        quantity=Decimal(900),
        at=NOW,
    )
    practice.send_report(person=world.staff, period=period, at=NOW)
    entry = practice.continue_report(person=world.staff, period=period, at=NOW)
    unlike, outside = selectors.stored_questions(entry.content)
    # 400 of 40 is 1000 %, 10.4 times the usual 96 %; the line of August is not counted at all.
    assert (unlike.code, unlike.where, unlike.figures) == (
        "above_trend",
        "indicator:1",
        ("1000", "96", "10.4"),
    )
    assert outside.figures == ("1",)


@pytest.mark.parametrize("verb", ["save", "line", "remove", "send"])
def test_a_sent_report_waits_for_its_answer(world: Any, period: PracticePeriod, verb: str) -> None:
    filled(world.staff, period)
    before = practice.send_report(person=world.staff, period=period, at=NOW)
    common = {"person": world.staff, "period": period, "at": NOW}
    with pytest.raises(practice.TransitionNotAllowed):
        if verb == "save":
            practice.save_report(**common, version=before.version, texts={"obstacles": "Lain"})
        elif verb == "line":
            practice.add_line(**common, day=FIRST, text="x", result=1, indicator=None, quantity=None)
        elif verb == "remove":
            practice.remove_line(**common, line=1)
        else:
            practice.send_report(**common)
    after = PracticeEntry.objects.get()
    assert (after.content, after.version) == (before.content, before.version)


def test_two_tabs_meet_only_in_the_same_part(world: Any, period: PracticePeriod) -> None:
    common = {"person": world.staff, "period": period, "at": NOW, "version": 0}
    practice.save_report(**common, texts={"achievements": "Pertama"})
    practice.save_report(**common, texts={"obstacles": "Bagian lain"})
    with pytest.raises(practice.PracticeConflict) as conflict:
        practice.save_report(**common, texts={"achievements": "Kedua"})
    assert conflict.value.entry.content["achievements"] == "Pertama"
    entry = PracticeEntry.objects.get()
    assert (entry.content["achievements"], entry.content["obstacles"]) == ("Pertama", "Bagian lain")
    again = practice.save_report(**common, texts={"achievements": "Pertama"})
    assert again.version == entry.version, "the same text saved twice is no change"


@pytest.mark.parametrize("at", [datetime(2026, 9, 6, 2), datetime(2026, 9, 25, 16)])
def test_outside_its_days_nothing_is_written(world: Any, period: PracticePeriod, at: datetime) -> None:
    # 16.00 UTC on the last day is midnight in Kendari.
    with pytest.raises(practice.PracticeOver):
        practice.save_report(
            person=world.staff, period=period, version=0, texts={}, at=at.replace(tzinfo=NOW.tzinfo)
        )
    assert not PracticeEntry.objects.exists()


def test_another_government_does_not_practise_here(world: Any, period: PracticePeriod) -> None:
    with pytest.raises(practice.PracticeOver):
        practice.save_report(person=world.foreigner, period=period, version=0, texts={}, at=NOW)
    assert not PracticeEntry.objects.exists()


# --- supervisors


def test_an_answer_is_given_once_and_keeps_what_was_agreed_then(world: Any, period: PracticePeriod) -> None:
    case = built_in_cases()[0]
    common = {"person": world.head, "period": period, "at": NOW, "behavior": Rating.ABOVE, "reason": "x"}
    entry = practice.answer_case(**common, case=case, work_result=Rating.ABOVE)
    practice_periods.write_case(
        government=world.government,
        place=1,
        title="Lain",
        results="Lain",
        behavior_text="Lain",
        work_result=Rating.BELOW,
        behavior=Rating.BELOW,
        why="Lain",
        by=world.personnel_officer,
        at=NOW,
    )
    own = selectors.case_at(world.government, 1)
    assert own is not None
    with pytest.raises(practice.TransitionNotAllowed):
        practice.answer_case(**common, case=own, work_result=Rating.BELOW)
    entry.refresh_from_db()
    assert entry.content["work_result"] == "above_expectation"
    assert entry.content["case"]["work_result"] == "meets_expectation"
    assert entry.content["case"]["title"] == case.title


def test_a_review_is_decided_once(world: Any, period: PracticePeriod) -> None:
    common = {"person": world.head, "period": period, "report": REPORTS[0], "at": NOW}
    practice.answer_review(**common, verb="accept", note="")
    with pytest.raises(practice.TransitionNotAllowed):
        practice.answer_review(**common, verb="return", note="Berapa?")
    assert PracticeEntry.objects.get().content["verb"] == "accept"


# --- deleting


def test_a_person_deletes_their_own_and_nobody_elses(world: Any, period: PracticePeriod) -> None:
    went_through(world.staff, period)
    filled(world.colleague, period)
    assert practice.delete_own(person=world.staff) == 1
    assert practice.delete_own(person=world.staff) == 0
    assert PracticeEntry.objects.get().person == world.colleague


def test_on_the_day_everything_is_deleted_with_one_entry(world: Any, period: PracticePeriod) -> None:
    went_through(world.staff, period)
    supervised(world.head, period)
    assert practice_periods.delete_due(now=datetime(2026, 10, 8, 15, tzinfo=NOW.tzinfo)) == 0
    assert practice_periods.delete_due(now=AFTER) == 1
    assert not PracticeEntry.objects.exists()
    period.refresh_from_db()
    assert (period.purged_at, period.purged_count) == (AFTER, 6)
    assert _actions() == ["supervision.practice.opened", "supervision.practice.deleted"]
    entry = AuditEntry.objects.get(action="supervision.practice.deleted")
    assert (entry.data["count"], entry.actor) == (6, "system")
    assert world.staff.nip not in str(entry.data)


def test_a_missed_day_and_a_second_beat_do_no_harm(world: Any, period: PracticePeriod) -> None:
    filled(world.staff, period)
    late = AFTER + timedelta(days=5)
    due = selectors.due_for_deletion(late)
    assert practice_periods.delete_due(now=late) == 1
    # The second beat asked before the first had finished.
    assert [practice_periods._purge(pk, late) for pk in due] == [False]
    assert practice_periods.delete_due(now=late) == 0
    assert _actions().count("supervision.practice.deleted") == 1


def test_the_day_of_deletion_is_the_governments_own(world: Any, period: PracticePeriod) -> None:
    midnight = datetime(2026, 10, 8, 16, tzinfo=NOW.tzinfo)  # 9 October, 00.00 in Kendari (WITA)
    assert selectors.due_for_deletion(midnight - timedelta(minutes=1)) == []
    assert selectors.due_for_deletion(midnight) == [period.pk]


def test_nothing_can_be_read_or_written_once_it_is_deleted(world: Any, period: PracticePeriod) -> None:
    practice_periods.delete_due(now=AFTER)
    assert selectors.shown_period(world.government, date(2026, 10, 9)) is None
    with pytest.raises(practice.PracticeOver):
        practice.save_report(person=world.staff, period=period, version=0, texts={}, at=NOW)


# --- the office


def test_how_long_it_is_kept_is_a_policy(world: Any) -> None:
    policy.set_value(
        "supervision.practice_keep_days", 3, scope="kendari", valid_from=FIRST, by=None, reason="uji"
    )
    assert running(world).deleted_on == LAST + timedelta(days=3)


def test_two_practice_periods_never_hold_the_same_day(world: Any, period: PracticePeriod) -> None:
    common = {"by": world.personnel_officer, "at": NOW}
    with pytest.raises(practice_periods.PracticeOverlaps):
        practice_periods.open_period(
            government=world.government, opens_on=LAST, closes_on=LAST + timedelta(days=9), **common
        )
    with pytest.raises(practice_periods.DaysInWrongOrder):
        practice_periods.open_period(
            government=world.government, opens_on=FIRST, closes_on=FIRST + timedelta(days=1), **common
        )
    assert PracticePeriod.objects.get() == period
    practice_periods.open_period(
        government=world.government,
        opens_on=LAST + timedelta(days=1),
        closes_on=LAST + timedelta(days=9),
        **common,
    )
    practice_periods.open_period(government=world.other.government, opens_on=FIRST, closes_on=LAST, **common)
    assert PracticePeriod.objects.count() == 3


def test_ending_it_early_moves_the_deletion_too(world: Any, period: PracticePeriod) -> None:
    closed = practice_periods.close_period(period_id=period.pk, by=world.personnel_officer, at=NOW)
    assert closed is not None
    assert (closed.closes_on, closed.deleted_on) == (date(2026, 9, 15), date(2026, 9, 29))
    with pytest.raises(practice_periods.NotRunning):
        practice_periods.close_period(period_id=period.pk, by=world.personnel_officer, at=NOW)
    assert _actions() == ["supervision.practice.opened", "supervision.practice.closed"]


def test_one_that_has_not_begun_is_taken_back_as_a_whole(world: Any, period: PracticePeriod) -> None:
    before = datetime(2026, 9, 1, tzinfo=NOW.tzinfo)
    assert practice_periods.close_period(period_id=period.pk, by=None, at=before) is None
    assert not PracticePeriod.objects.exists()
    assert _actions()[-1] == "supervision.practice.withdrawn"


def test_an_office_can_go_back_to_the_built_in_case(world: Any) -> None:
    built_in = built_in_cases()[1]
    values = {"title": "A", "results": "B", "behavior_text": "C", "why": "D", "by": None, "at": NOW}
    ratings = {"work_result": Rating.MEETS, "behavior": Rating.MEETS}
    practice_periods.write_case(government=world.government, place=2, **values, **ratings)
    assert [row.title for row in selectors.cases_for(world.government)][1] == "A"
    assert selectors.case_at(world.other.government, 2) == built_in
    assert practice_periods.reset_case(government=world.government, place=2, by=None, at=NOW)
    assert not practice_periods.reset_case(government=world.government, place=2, by=None, at=NOW)
    assert selectors.case_at(world.government, 2) == built_in


# --- constraints


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (PracticePeriod, {"closes_on": date(2026, 9, 1)}),
        (PracticePeriod, {"deleted_on": LAST}),
        (PracticePeriod, {"purged_count": 3}),
        (PracticeEntry, {"kind": "other"}),
        (PracticeEntry, {"status": "other"}),
        (PracticeEntry, {"number": 2}),
        (PracticeEntry, {"kind": "rating", "status": "sent"}),
        (PracticeCase, {"place": 3}),
        (PracticeCase, {"place": 1}),
        (PracticeCase, {"why": ""}),
        (PracticeCase, {"behavior": "splendid"}),
    ],
)
def test_the_tables_refuse(world: Any, period: PracticePeriod, model: Any, values: dict[str, Any]) -> None:
    filled(world.staff, period)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all().update(**values)


def test_one_task_per_person_and_days_never_shared(world: Any, period: PracticePeriod) -> None:
    entry = filled(world.staff, period)
    for row in (entry, period):
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
