"""Clocks that ran out, and appraisers who are away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from apps.assessments.models import AppraiserChange, Escalation, Evaluation, Objection
from apps.assessments.services import closing, escalations, evaluations, objections
from apps.core.models import AuditEntry, Notification
from apps.employees.models import Employee, Mandate, ServiceState

from .conftest import CLOSED_AT, DELIVERED_AT, RATED_AT

pytestmark = pytest.mark.django_db

MUCH_LATER = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)


def _away(
    person: Any, since: date = date(2026, 7, 1), until: date | None = None, kind: str = "study"
) -> None:
    ServiceState.objects.create(
        employee=person, kind=kind, period=DateRange(since, until), note="SK 1", recorded_at=RATED_AT
    )


def test_ratings_that_do_not_come_are_told_to_the_superior_once(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    # prepared on Monday 20 July; ten working days end on Monday 3 August, 17 August is no holiday here
    assert escalations.raise_due(now=datetime(2026, 8, 3, 2, 0, tzinfo=UTC)) == 0
    assert escalations.raise_due(now=datetime(2026, 8, 4, 2, 0, tzinfo=UTC)) == 1
    escalation = Escalation.objects.get()
    assert (escalation.evaluation, escalation.kind, escalation.due_on) == (
        evaluation,
        "rate",
        date(2026, 8, 3),
    )
    assert (escalation.owed_by, escalation.to) == (world.head, world.agency_head)
    told = Notification.objects.filter(url=reverse("assessments:escalation-list"))
    assert {row.recipient for row in told} == {world.head.user, world.agency_head.user}
    assert escalations.raise_due(now=MUCH_LATER) == 0
    assert Escalation.objects.count() == 1


def test_a_result_that_is_not_handed_over_is_told(world: Any, rated: Any) -> None:
    rated()
    assert escalations.raise_due(now=RATED_AT + timedelta(days=7)) == 0
    assert escalations.raise_due(now=RATED_AT + timedelta(days=8)) == 1
    assert Escalation.objects.get().kind == "deliver"


def test_a_late_decision_is_told_to_the_deciders_superior(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    objection = objections.file_objection(
        evaluation_id=evaluation.pk, reason="Angka saya lain.", by=world.staff, at=DELIVERED_AT
    )
    due = datetime.combine(objection.decision_due_on, datetime.min.time(), UTC)
    assert escalations.raise_due(now=due) == 0
    assert escalations.raise_due(now=due + timedelta(days=1)) == 1
    escalation = Escalation.objects.get()
    assert (escalation.kind, escalation.objection, escalation.owed_by) == (
        "decide",
        objection,
        world.agency_head,
    )
    # nobody is recorded above the head of the agency: the personnel office sees it
    assert escalation.to is None
    assert Escalation.objects.visible_to(world.personnel_officer).count() == 1
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=False,
        decision_reason="Angka sudah diperiksa.",
        by=world.agency_head,
        at=due + timedelta(days=2),
    )
    assert escalations.resolve_done(now=MUCH_LATER) == 1
    escalation.refresh_from_db()
    assert escalation.resolved_at == MUCH_LATER
    assert Objection.objects.get().decided_at is not None


def test_what_is_done_disappears(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    escalations.raise_due(now=MUCH_LATER)
    assert escalations.resolve_done(now=MUCH_LATER) == 0
    evaluations.rate_evaluation(
        evaluation_id=evaluation.pk,
        work_result="meets_expectation",
        behavior="meets_expectation",
        by=world.head,
        at=MUCH_LATER,
    )
    assert escalations.resolve_done(now=MUCH_LATER) == 1
    assert not Escalation.objects.open().exists()


def test_only_those_concerned_see_it(world: Any, prepared: Any) -> None:
    prepared()
    escalations.raise_due(now=MUCH_LATER)
    for who, sees in (
        (world.head, True),
        (world.agency_head, True),
        (world.personnel_officer, True),
        (world.staff, False),
        (world.colleague, False),
        (world.stranger_head, False),
        (world.foreigner, False),
    ):
        user = getattr(who, "user", who)
        assert Escalation.objects.visible_to(user).exists() is sees, who
        page = world.client(who).get(reverse("assessments:escalation-list"))
        assert (page.context["page"].paginator.count > 0) is sees, who


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    world: Any, period: Any, prepared: Any, django_assert_max_num_queries: Any
) -> None:
    prepared()
    escalations.raise_due(now=MUCH_LATER)
    client = world.client(world.agency_head)
    address = reverse("assessments:escalation-list")
    client.get(address)
    with django_assert_max_num_queries(100) as few:
        client.get(address)
    for number in range(12):
        prepared(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
    escalations.raise_due(now=MUCH_LATER)
    assert Escalation.objects.count() == 13
    with django_assert_max_num_queries(len(few)):
        client.get(address)


# --- appraisers who are away


def test_an_appraiser_on_study_is_followed_by_the_next_superior(world: Any, period: Any) -> None:
    _away(world.head)
    world.make_skp(world.staff)
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    evaluation = Evaluation.objects.get()
    assert (evaluation.appraiser, evaluation.inputs["appraiser_source"]) == (world.agency_head, "head")


def test_the_acting_head_comes_first_and_the_mandate_is_noted(world: Any, period: Any) -> None:
    _away(world.head)
    world.head.placements.all().delete()
    post = world.unit.positions.get(is_head=True)
    mandate = Mandate.objects.create(
        holder=world.colleague, position=post, kind="plt", period=DateRange(date(2026, 6, 1), None)
    )
    world.make_skp(world.staff)
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    evaluation = Evaluation.objects.get()
    assert (evaluation.appraiser, evaluation.mandate) == (world.colleague, mandate)


def test_who_goes_away_later_hands_on(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    assert escalations.hand_on_absent(now=RATED_AT) == 0
    _away(world.head, date(2026, 7, 25), kind="suspended")
    now = datetime(2026, 7, 27, 2, 0, tzinfo=UTC)
    assert escalations.hand_on_absent(now=now) == 1
    assert escalations.hand_on_absent(now=now) == 0
    evaluation.refresh_from_db()
    change = AppraiserChange.objects.get()
    assert evaluation.appraiser == world.agency_head
    assert (change.before, change.after, change.reason) == (world.head, world.agency_head, "away")
    assert AuditEntry.objects.filter(action="assessments.evaluation.handed_on").count() == 1
    with pytest.raises(evaluations.NotTheAppraiser):
        evaluations.rate_evaluation(
            evaluation_id=evaluation.pk,
            work_result="meets_expectation",
            behavior="meets_expectation",
            by=world.head,
            at=now,
        )


def test_a_result_in_the_persons_hands_stays_where_it_is(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    Employee.objects.filter(pk=world.head.pk).update(is_active=False)
    assert escalations.hand_on_absent(now=MUCH_LATER) == 0
    evaluation.refresh_from_db()
    assert evaluation.appraiser == world.head


# --- people who are away


def test_who_is_away_all_the_period_gets_no_evaluation(world: Any, period: Any) -> None:
    _away(world.staff, date(2026, 4, 1), date(2026, 7, 1))
    world.make_skp(world.staff)
    figures = closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    assert figures["away"] == 1
    assert not Evaluation.objects.exists()


def test_one_day_at_work_is_evaluated_and_the_rest_is_noted(world: Any, period: Any) -> None:
    _away(world.staff, date(2026, 4, 2), date(2026, 7, 1))
    world.make_skp(world.staff)
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    assert Evaluation.objects.get().inputs["away"] == [
        {"kind": "study", "first": "2026-04-02", "last": "2026-06-30"}
    ]


def test_work_elsewhere_is_evaluated(world: Any, period: Any) -> None:
    _away(world.staff, date(2026, 1, 1), kind="assigned")
    world.make_skp(world.staff)
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    assert Evaluation.objects.get().inputs["away"] == []


def test_a_state_recorded_later_takes_the_untouched_evaluation_back(
    world: Any, prepared: Any, period: Any
) -> None:
    prepared()
    _away(world.staff, date(2026, 1, 1))
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=RATED_AT)
    assert not Evaluation.objects.exists()
