"""Objection and decision: who, until when, and what stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.assessments.models import Evaluation, Objection, RatingChange
from apps.assessments.rules.evaluation_lifecycle import TransitionNotAllowed
from apps.assessments.services import evaluations, objections
from apps.core.models import AuditEntry, Holiday, Notification
from apps.employees.models import AppraiserLink

from .conftest import DELIVERED_AT

pytestmark = pytest.mark.django_db

BELOW, MEETS, ABOVE = "below_expectation", "meets_expectation", "above_expectation"


def _file(
    evaluation: Any, by: Any, at: datetime = DELIVERED_AT, reason: str = "Target tercapai."
) -> Objection:
    return objections.file_objection(evaluation_id=evaluation.pk, reason=reason, by=by, at=at)


def test_an_objection_goes_to_the_appraisers_superior_with_a_clock(world: Any, delivered: Any) -> None:
    Holiday.objects.create(scope="", date=date(2026, 7, 27), name="Libur uji")
    evaluation = delivered()
    objection = _file(evaluation, world.staff)
    evaluation.refresh_from_db()
    assert (evaluation.status, objection.decider) == ("objected", world.agency_head)
    assert objection.number == "KB-KENDARI-2026-000001"
    # Seven working days after Wednesday 22 July, without Monday 27 July.
    assert objection.decision_due_on == date(2026, 8, 3)
    told = set(
        Notification.objects.filter(params__number=objection.number).values_list("recipient", flat=True)
    )
    assert told == {world.agency_head.user_id, world.head.user_id}
    entry = AuditEntry.objects.get(action="assessments.objection.filed")
    assert "Target tercapai." not in str(entry.data)


def test_the_superior_is_the_one_of_that_day(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    AppraiserLink.objects.filter(employee=world.head).update(appraiser=world.stranger_head)
    assert _file(evaluation, world.staff).decider == world.stranger_head


def test_the_last_day_is_in_time_and_the_next_is_not(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    evaluation.refresh_from_db()
    end_of_last_day = datetime(2026, 8, 11, 15, 59, 59, tzinfo=UTC)
    assert evaluation.answer_due_on == date(2026, 8, 11)
    with pytest.raises(objections.TooLate):
        _file(evaluation, world.staff, at=end_of_last_day + timedelta(seconds=1))
    assert not Objection.objects.exists()
    assert _file(evaluation, world.staff, at=end_of_last_day).number


@pytest.mark.parametrize("who", ["head", "colleague", "agency_head"])
def test_only_the_person_objects(world: Any, delivered: Any, who: str) -> None:
    evaluation = delivered()
    with pytest.raises(objections.NotTheEmployee):
        _file(evaluation, getattr(world, who))
    assert not Objection.objects.exists()


def test_an_objection_needs_reasons_and_something_handed_over(world: Any, rated: Any) -> None:
    evaluation = rated()
    with pytest.raises(TransitionNotAllowed):
        _file(evaluation, world.staff)
    evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=DELIVERED_AT)
    with pytest.raises(objections.ReasonMissing):
        _file(evaluation, world.staff, reason=" \n")
    evaluation.refresh_from_db()
    assert (evaluation.status, Objection.objects.count()) == ("delivered", 0)


def test_upholding_sets_new_ratings_and_is_final(world: Any, delivered: Any) -> None:
    evaluation = delivered(work_result=BELOW)
    objection = _file(evaluation, world.staff)
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=True,
        work_result=MEETS,
        behavior=MEETS,
        decision_reason="Bukti lengkap.",
        by=world.agency_head,
        at=DELIVERED_AT,
    )
    evaluation.refresh_from_db()
    objection.refresh_from_db()
    assert (evaluation.status, evaluation.predikat, objection.is_upheld) == ("decided", "baik", True)
    assert list(RatingChange.objects.values_list("predikat", "by", "reason")) == [
        ("butuh_perbaikan", world.head.pk, "Alasan penilai."),
        ("baik", world.agency_head.pk, "Bukti lengkap."),
    ]
    with pytest.raises(TransitionNotAllowed):
        objections.decide_objection(
            objection_id=objection.pk,
            is_upheld=False,
            decision_reason="x",
            by=world.agency_head,
            at=DELIVERED_AT,
        )


def test_rejecting_leaves_the_ratings(world: Any, delivered: Any) -> None:
    evaluation = delivered(work_result=BELOW)
    objection = _file(evaluation, world.staff)
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=False,
        decision_reason="Bukti tidak cukup.",
        by=world.agency_head,
        at=DELIVERED_AT + timedelta(days=60),
    )
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.predikat) == ("decided", "butuh_perbaikan")
    assert RatingChange.objects.count() == 1
    assert Notification.objects.filter(recipient=world.staff.user, text__contains="decided").count() == 1


def test_refused_decisions_change_nothing(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    objection = _file(evaluation, world.staff)
    refusals = [
        (objections.NotTheDecider, {"by": world.head, "is_upheld": False, "decision_reason": "x"}),
        (objections.NotTheDecider, {"by": world.staff, "is_upheld": False, "decision_reason": "x"}),
        (objections.ReasonMissing, {"by": world.agency_head, "is_upheld": False, "decision_reason": " "}),
        (objections.NothingChanged, {"by": world.agency_head, "is_upheld": True, "decision_reason": "x"}),
    ]
    for error, arguments in refusals:
        with pytest.raises(error):
            objections.decide_objection(objection_id=objection.pk, at=DELIVERED_AT, **arguments)
    objection.refresh_from_db()
    evaluation.refresh_from_db()
    assert (objection.decided_at, evaluation.status) == (None, "objected")


def test_without_a_superior_in_the_system_leadership_decides(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    AppraiserLink.objects.filter(employee=world.head).update(appraiser=None, external_name="Wali Kota")
    objection = _file(evaluation, world.staff)
    assert objection.decider is None
    mayor = world.make_role_user("leadership")
    for wrong in (world.agency_head, world.other.make_role_user("leadership")):
        with pytest.raises(objections.NotTheDecider):
            objections.decide_objection(
                objection_id=objection.pk, is_upheld=False, decision_reason="x", by=wrong, at=DELIVERED_AT
            )
    objections.decide_objection(
        objection_id=objection.pk, is_upheld=False, decision_reason="Tetap.", by=mayor, at=DELIVERED_AT
    )
    evaluation.refresh_from_db()
    assert evaluation.status == "decided"


@pytest.mark.django_db(transaction=True)
def test_of_accepting_objecting_and_lapsing_at_once_one_wins(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    start = Barrier(3)

    def accept() -> None:
        evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=world.staff, at=DELIVERED_AT)

    def object_() -> None:
        _file(evaluation, world.staff)

    def lapse() -> None:
        if not evaluations.lapse_due(now=DELIVERED_AT + timedelta(days=60)):
            raise ValueError("nothing left to lapse")

    def run(verb: Any) -> bool:
        try:
            start.wait(timeout=10)
            verb()
        except (TransitionNotAllowed, ValueError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(3) as pool:
        won = list(pool.map(run, [accept, object_, lapse]))
    evaluation.refresh_from_db()
    assert sum(won) == 1
    assert Evaluation.objects.get().status == ("objected" if won[1] else "accepted")
    assert Objection.objects.count() == int(won[1])
