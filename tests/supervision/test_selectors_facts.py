"""What is known of people for the queue: each fact true, false and at its edge; the same queries for one and many."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evidence, FeedbackNote, SelfReport
from apps.core import policy
from apps.core.models import Holiday
from apps.employees.models import AppraiserLink, Employee, ServiceState
from apps.feedback.models import Complaint, Questionnaire, ReportedOfficer, ServiceAlert
from apps.feedback.services import complaints, surveys
from apps.indicators.models import Indicator
from apps.supervision.rules.exceptions import ExceptionKind, Facts
from apps.supervision.selectors.facts import Sighting, facts_for, sightings_for
from tests.feedback.helpers import restore_questionnaire
from tests.supervision.exceptions import (
    NOW,
    TODAY,
    approve,
    attach,
    late_plan,
    objection,
    question,
    report,
    send,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def sighting(world: World, person: Employee | None = None, viewer: object = None) -> Sighting:
    person = person or world.staff
    return sightings_for(Employee.objects.filter(pk=person.pk), TODAY, viewer=viewer)[0]


def facts(world: World, person: Employee | None = None, viewer: object = None) -> Facts:
    return sighting(world, person, viewer).facts


def test_who_has_nothing_has_no_facts(world: World) -> None:
    assert facts(world) == Facts(world.staff.pk)
    assert facts_for(Employee.objects.none(), TODAY) == []


# --- evidence


def test_reports_without_evidence_are_counted_from_the_newest_backwards(world: World) -> None:
    first, second, third, _fourth = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    report(world, plan, first)
    assert facts(world).periods_without_evidence == 1
    newest = report(world, plan, second)
    assert facts(world).periods_without_evidence == 2
    assert sighting(world).rows[ExceptionKind.NO_EVIDENCE] == newest.pk
    # A newest report with a file ends the row, whatever was before.
    draft = world.make_report(plan, third, figures=_figures(plan, "5"))
    attach(draft)
    send(draft)
    assert facts(world).periods_without_evidence == 0


def _figures(plan: object, value: str) -> dict[Indicator, Decimal | None]:
    return {row: Decimal(value) for row in Indicator.objects.filter(result__skp=plan)}


def test_a_report_without_figures_of_ones_own_owes_no_evidence(world: World) -> None:
    first, second, _third, _fourth = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    report(world, plan, first)
    report(world, plan, second, "0")
    # The second neither counts nor ends the row.
    assert facts(world).periods_without_evidence == 1
    for indicator in Indicator.objects.filter(result__skp=plan):
        world.change_indicator(indicator, source="ikm")
    assert facts(world).periods_without_evidence == 0


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_a_report_that_is_not_sent_says_nothing(world: World, status: str) -> None:
    first, *_rest = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    sent = report(world, plan, first)
    SelfReport.objects.filter(pk=sent.pk).update(status=status)
    assert facts(world).periods_without_evidence == 0


def test_a_file_with_an_unanswered_question_is_no_evidence_yet(world: World) -> None:
    first, second, *_rest = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    files = []
    for period in (first, second):
        draft = world.make_report(plan, period, figures=_figures(plan, "5"))
        files.append(attach(draft))
        send(draft)
    asked = question(files[1], files[0])
    found = facts(world)
    assert (found.periods_without_evidence, found.recycled_evidence) == (1, 1)
    assert sighting(world).rows[ExceptionKind.RECYCLED_EVIDENCE] == files[1].report_id
    asked.answer, asked.answered_at = "Rapat mingguan", NOW
    asked.save()
    found = facts(world)
    assert (found.periods_without_evidence, found.recycled_evidence) == (0, 0)


@pytest.mark.parametrize("change", ["withdrawn", "accepted", "text", "removed"])
def test_what_is_not_recycled_evidence(world: World, change: str) -> None:
    first, second, *_rest = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    files = []
    for period in (first, second):
        draft = world.make_report(plan, period, figures=_figures(plan, "5"))
        files.append(attach(draft))
        if change == "removed" and period == second:
            Evidence.objects.filter(pk=files[1].pk).update(removed_at=NOW)
        send(draft)
    if change == "text":
        question(files[1], files[0], kind="similar_text", evidence=None, other_evidence=None)
    else:
        question(files[1], files[0], withdrawn_at=NOW if change == "withdrawn" else None)
    if change == "accepted":
        Evidence.objects.filter(pk=files[1].pk).update(verdict="accepted", verdict_at=NOW)
    assert facts(world).recycled_evidence == 0


# --- trend


def test_the_newest_report_is_compared_with_the_median_of_the_earlier_ones(world: World) -> None:
    first, second, third, _fourth = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    report(world, plan, first, "10")
    report(world, plan, second, "30")
    assert facts(world).usual_achievement is None  # one earlier report is too few
    newest = report(world, plan, third, "100")
    found = facts(world)
    assert (found.achievement, found.usual_achievement) == (Decimal("100.00"), Decimal("20.00"))
    assert sighting(world).rows[ExceptionKind.OFF_TREND] == newest.pk
    policy.set_value(
        "supervision.trend_least_periods",
        3,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    assert facts(world).achievement is None


def test_an_achievement_below_nothing_is_nothing(world: World) -> None:
    first, second, third, _fourth = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    for period in (first, second):
        report(world, plan, period, "100")
    report(world, plan, third, "500")
    for indicator in Indicator.objects.filter(result__skp=plan):
        world.change_indicator(indicator, direction="lower_is_better")
    assert facts(world).achievement == 0


def test_figures_the_system_fetches_do_not_enter_the_trend(world: World) -> None:
    first, second, third, _fourth = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    fetched, typed = Indicator.objects.filter(result__skp=plan).order_by("order")
    world.change_indicator(fetched, source="ikm")
    for period in (first, second, third):
        world.make_report(
            plan, period, status="accepted", figures={fetched: Decimal(900), typed: Decimal(50)}
        )
    assert facts(world).achievement == Decimal("50.00")


# --- feedback and missing reports


def test_feedback_is_overdue_from_the_first_working_day_after_the_period(world: World) -> None:
    world.make_periods()
    approve(world.make_skp(world.staff))
    assert facts(world).feedback_overdue_days == 55  # 1 July to 15 September, without weekends
    Holiday.objects.create(scope="kendari", date=date(2026, 8, 17), name="Kemerdekaan")
    assert facts(world).feedback_overdue_days == 54
    FeedbackNote.objects.create(employee=world.staff, author=world.head, text="Bagus", at=NOW)
    assert facts(world).feedback_overdue_days == 0


def test_feedback_before_the_period_does_not_count_for_it(world: World) -> None:
    world.make_periods()
    approve(world.make_skp(world.staff))
    early = datetime(2026, 3, 31, 12, tzinfo=UTC)
    FeedbackNote.objects.create(employee=world.staff, author=world.head, text="Bagus", at=early)
    assert facts(world).feedback_overdue_days == 55


@pytest.mark.parametrize("why", ["no plan", "new leader", "no leader", "away", "nothing owed", "late plan"])
def test_when_no_feedback_is_owed(world: World, why: str) -> None:
    world.make_periods()
    plan = world.make_skp(world.staff, status="draft" if why == "no plan" else "approved")
    if why != "no plan":
        approve(plan, on=datetime(2026, 7, 1 if why == "late plan" else 2, tzinfo=UTC))
        if why != "late plan":
            approve(plan)
    link = AppraiserLink.objects.filter(employee=world.staff)
    if why == "new leader":
        link.update(period=DateRange(date(2026, 6, 20), None))
    if why == "no leader":
        link.delete()
    if why == "away":
        ServiceState.objects.create(
            employee=world.staff,
            kind="study",
            period=DateRange(date(2026, 6, 1), None),
            recorded_at=NOW,
        )
    if why == "nothing owed":
        policy.set_value(
            "assessments.feedback_per_period",
            0,
            scope="kendari",
            valid_from=date(2026, 1, 1),
            by=None,
            reason="uji",
        )
    assert facts(world).feedback_overdue_days == 0


def test_a_report_is_late_when_its_period_has_closed_without_it(world: World) -> None:
    first, second, *_rest = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    assert facts(world).report_late_days == 55
    sent = report(world, plan, second)
    assert facts(world).report_late_days == 0
    # Returned is the reviewer's word, not a missing report.
    SelfReport.objects.filter(pk=sent.pk).update(status="returned")
    assert facts(world).report_late_days == 0
    assert first.status == "closed"


@pytest.mark.parametrize("why", ["away then", "away now", "plan after", "no plan"])
def test_who_owes_no_report(world: World, why: str) -> None:
    world.make_periods()
    plan = world.make_skp(world.staff, status="draft" if why == "no plan" else "approved")
    if why != "no plan":
        approve(plan, on=datetime(2026, 7 if why == "plan after" else 1, 20, tzinfo=UTC))
    spans = {"away then": (date(2026, 6, 15), date(2026, 7, 2)), "away now": (date(2026, 9, 1), None)}
    if why in spans:
        ServiceState.objects.create(
            employee=world.staff, kind="long_leave", period=DateRange(*spans[why]), recorded_at=NOW
        )
    assert facts(world).report_late_days == 0


# --- objections, plans


@pytest.mark.parametrize(
    ("due", "left"),
    [(TODAY + timedelta(days=3), 3), (TODAY, 0), (date(2026, 9, 14), -1), (date(2026, 9, 11), -2)],
)
def test_days_left_of_an_objection_are_working_days(world: World, due: date, left: int) -> None:
    _first, second, *_rest = world.make_periods()
    row = objection(world, world.make_skp(world.staff), second, due)
    assert facts(world).objection_days_left == left
    assert sighting(world).rows[ExceptionKind.OBJECTION_RUNNING_OUT] == row.pk
    type(row).objects.filter(pk=row.pk).update(decided_at=NOW, is_upheld=False, decision_reason="Tetap.")
    assert facts(world).objection_days_left is None


def test_past_over_a_weekend_is_past(world: World) -> None:
    _first, second, *_rest = world.make_periods()
    objection(world, world.make_skp(world.staff), second, date(2026, 9, 18))
    saturday = date(2026, 9, 19)
    assert facts_for(Employee.objects.filter(pk=world.staff.pk), saturday)[0].objection_days_left == -1


def test_a_plan_waits_from_its_submission(world: World) -> None:
    plan = late_plan(world, world.staff)
    found = sighting(world)
    assert found.facts.plan_waiting_days == 31
    assert found.rows[ExceptionKind.PLAN_NOT_APPROVED] == plan.pk
    type(plan).objects.filter(pk=plan.pk).update(status="returned")
    assert facts(world).plan_waiting_days is None


# --- citizens


def complain(world: World, **more: object) -> Complaint:
    complaint, _secret = complaints.file_complaint(
        unit=world.unit,
        service=None,
        kind="tidak_berkadar_pengawasan",
        subject="Antrean",
        body="Lama.",
        is_anonymous=True,
        is_secret=False,
        contact=None,
        at=NOW,
    )
    Complaint.objects.filter(pk=complaint.pk).update(**{"is_quarantined": False, **more})
    complaint.refresh_from_db()
    return complaint


def test_a_complaint_touches_who_leads_the_unit_not_everybody_in_it(world: World) -> None:
    complaint = complain(world)
    assert facts(world, world.head).complaints == 1
    assert sighting(world, world.head).rows[ExceptionKind.COMPLAINT] == complaint.pk
    assert facts(world, world.staff).complaints == 0
    # The head of the agency leads another unit.
    assert facts(world, world.agency_head).complaints == 0


@pytest.mark.parametrize(
    "change",
    [
        {"is_quarantined": True},
        {"status": "answered", "answered_at": NOW, "reply_by": TODAY},
        {"status": "rejected", "closed_at": NOW},
    ],
)
def test_complaints_that_do_not_count(world: World, change: dict[str, object]) -> None:
    complain(world, **change)
    assert facts(world, world.head).complaints == 0


def test_a_complaint_touches_whom_it_names_until_that_is_decided(world: World) -> None:
    complaint = complain(world)
    named = ReportedOfficer.objects.create(
        complaint=complaint, employee=world.staff, shared_text="Antrean", named_at=NOW, state_by=TODAY
    )
    assert facts(world, world.staff).complaints == 1
    # Who may not read the complaint is not told of it either; the person is.
    assert facts(world, world.staff, viewer=world.head.user).complaints == 1
    assert facts(world, world.staff, viewer=world.stranger_head.user).complaints == 0
    assert facts(world, world.staff, viewer=world.staff.user).complaints == 1
    ReportedOfficer.objects.filter(pk=named.pk).update(
        status="withdrawn", closed_at=NOW, withdrawn_reason="Keliru"
    )
    assert facts(world, world.staff).complaints == 0


def bad_service(world: World) -> ServiceAlert:
    if not Questionnaire.objects.exists():
        restore_questionnaire()
    service = world.make_service()
    period = surveys.open_survey_period(
        service=service,
        code="kini",
        label="Semester ini",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 9, 30),
        by=None,
        at=NOW,
    )
    return ServiceAlert.objects.create(
        government=world.government,
        service=service,
        survey_period=period,
        tier="terbuka",
        kind="low",
        n=50,
        value=Decimal(60),
        low=Decimal(55),
        high=Decimal(64),
        compared_with=Decimal(76),
        first_day=date(2026, 7, 1),
        opened_on=TODAY,
        opened_at=NOW,
    )


def test_a_badly_rated_service_counts_until_somebody_acts(world: World) -> None:
    alert = bad_service(world)
    assert facts(world, world.head).service_signals == 1
    assert facts(world, world.staff).service_signals == 0
    assert facts(world, world.head, viewer=world.stranger_head.user).service_signals == 0
    ServiceAlert.objects.filter(pk=alert.pk).update(status="acted", acted_at=NOW, measure_on=TODAY)
    assert facts(world, world.head).service_signals == 0


# --- queries


def test_forty_people_cost_as_many_queries_as_two(world: World) -> None:
    first, second, third, _fourth = world.make_periods()
    plan = approve(world.make_skp(world.staff))
    for period, value in ((first, "10"), (second, "12"), (third, "90")):
        report(world, plan, period, value)
    complain(world)
    # Whoever leads no unit is asked about no complaint: that is fewer queries, never more.
    few = Employee.objects.filter(pk__in=[world.staff.pk, world.head.pk])
    with CaptureQueriesContext(connection) as alone:
        assert len(facts_for(few, TODAY)) == 2
    for number in range(38):
        person = world.make_employee(f"Anggota {number}", world.unit, appraiser=world.head)
        if number < 4:
            report(world, approve(world.make_skp(person)), second)
            late_plan(world, world.make_employee(f"Lain {number}", world.unit, appraiser=world.head))
    with CaptureQueriesContext(connection) as together:
        found = facts_for(Employee.objects.filter(government=world.government), TODAY)
    assert len(found) >= 40
    assert len(together) == len(alone)
    assert [row.person for row in found] == sorted(row.person for row in found)
