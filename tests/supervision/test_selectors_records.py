"""A record as it was at the end of a day, and nothing of what came after."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import FeedbackNote, SelfReport
from apps.employees.models import Placement, Position
from apps.supervision.selectors.audit_room import people_of, strata_of
from apps.supervision.selectors.records import Record, record_of
from tests.access.supervision_audit import engagement
from tests.supervision.audited import NOW, at, day, year_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def record(world: Any) -> Any:
    year_of(world)
    row = engagement(world, unit=world.agency)

    def of(on: date) -> Record:
        return record_of(row, world.staff, on)

    return of


def test_before_anything_was_approved_only_that_a_plan_existed_is_known(record: Any) -> None:
    found = record(day(1, 11))
    assert [(plan["version"], bool(plan["gap"])) for plan in found.plans] == [(None, True)]
    assert (found.reports, found.evaluations, found.feedback, found.files) == ([], [], [], {})
    assert record(day(1, 9)).plans == []


def test_the_plan_is_the_version_of_that_day(record: Any) -> None:
    assert record(day(6, 30)).plans[0]["content"]["results"][0]["text"] == "Versi pertama"
    assert record(day(7, 1)).plans[0]["content"]["results"][0]["text"] == "Versi kedua"
    assert len(record(day(7, 1)).plans[0]["versions"]) == 2


def test_the_report_is_the_version_of_that_day_with_the_decisions_until_then(record: Any) -> None:
    found = record(day(7, 3)).reports[0]
    assert (found["version"], found["content"]["achievements"]) == (1, "Kiriman pertama")
    assert [step["action"] for step in found["steps"]] == ["submit", "return"]
    later = record(day(7, 5)).reports[0]
    assert later["version"] == 2
    assert [step["action"] for step in later["steps"]] == ["submit", "return", "submit", "accept"]
    assert record(day(7, 1)).reports == []


def test_the_rating_is_that_of_the_day_before_the_objection_and_after(record: Any) -> None:
    assert record(day(7, 4)).evaluations == []
    prepared = record(day(7, 5)).evaluations[0]
    assert (prepared["predikat"], prepared["gap"], prepared["delivered_at"]) == ("", "", None)
    before = record(day(7, 8)).evaluations[0]
    assert (before["predikat"], before["objection"]) == ("Baik", None)
    filed = record(day(7, 10)).evaluations[0]
    assert filed["objection"]["decided_at"] is None
    assert filed["objection"]["decision_reason"] == ""
    after = record(day(7, 20)).evaluations[0]
    assert after["predikat"] == "Sangat Baik"
    assert after["objection"]["is_upheld"] is True
    assert [change["predikat"] for change in after["changes"]] == ["Baik", "Sangat Baik"]


def test_a_rating_without_a_history_is_said_to_have_none(world: Any, record: Any) -> None:
    from apps.assessments.models import RatingChange

    RatingChange.objects.all().delete()
    found = record(day(7, 30)).evaluations[0]
    assert found["gap"]
    assert found["predikat"] == "", "today's rating is not passed off as that of the day"


def test_feedback_and_files_come_with_the_record(world: Any, record: Any) -> None:
    assert [note["text"] for note in record(day(3, 3)).feedback] == ["Antrean lebih rapi."]
    assert record(day(3, 2)).feedback == []
    assert len(record(day(7, 4)).files) == 1


def test_drafts_are_not_part_of_the_record(world: Any, record: Any) -> None:
    period = world.government.cycles.get().periods.get(number=3)
    SelfReport.objects.create(
        skp=world.staff.skp.get(), employee=world.staff, period=period, achievements="Masih ditulis"
    )
    assert len(record(day(11, 19)).reports) == 1


def test_what_lies_outside_the_scope_is_not_there(world: Any) -> None:
    year_of(world)
    elsewhere = engagement(world, unit=world.other_agency)
    assert set(people_of(elsewhere)) == {world.stranger_head, world.stranger}
    found = record_of(elsewhere, world.staff, day(7, 30))
    assert (found.plans, found.reports, found.evaluations, found.feedback) == ([], [], [], [])
    earlier = engagement(world, unit=world.agency, year_from=2025, year_to=2025)
    assert record_of(earlier, world.staff, day(7, 30)).plans == []


def test_who_left_since_is_still_in_the_scope_and_in_the_list_of_that_day(world: Any) -> None:
    place = world.staff.placements.get()
    Placement.objects.filter(pk=place.pk).update(period=DateRange(date(2025, 1, 1), day(8, 1)))
    post = Position.objects.create(unit=world.other_agency, title="Pindahan", position_class="jf")
    Placement.objects.create(employee=world.staff, position=post, period=DateRange(day(8, 1), None))
    row = engagement(world, unit=world.agency)
    assert world.staff in people_of(row)
    assert world.staff.pk in strata_of(row, day(7, 31))[str(world.unit.pk)]
    assert world.staff.pk not in strata_of(row, day(8, 1))[str(world.unit.pk)]
    # Feedback of the time elsewhere is none of this audit's business.
    FeedbackNote.objects.create(employee=world.staff, author=world.head, text="Di sana", at=at(9, 1))
    assert record_of(row, world.staff, day(11, 1)).feedback == []
