"""Calibration: who, when, with which reason, and that a closed session never changes."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.models import (
    CalibrationComment,
    CalibrationSession,
    Evaluation,
    RatingChange,
)
from apps.assessments.rules.predikat import MATRIX, Rating
from apps.assessments.selectors import calibration as selectors
from apps.assessments.services import calibration, evaluations
from apps.core.models import AuditEntry, Notification
from tests.examples import through_the_database

from .conftest import DELIVERED_AT

pytestmark = pytest.mark.django_db

ABOVE, MEETS, BELOW = "above_expectation", "meets_expectation", "below_expectation"
AT = datetime(2026, 7, 21, 5, 0, tzinfo=UTC)


def _open(world: Any, period: Any, by: Any = None, **options: Any) -> CalibrationSession:
    return calibration.open_session(
        unit=world.unit, period=period, by=by or world.agency_head, at=AT, **options
    )


def _move(session: Any, evaluation: Any, by: Any, **given_: Any) -> RatingChange:
    values = {"work_result": MEETS, "behavior": ABOVE, "reason": "Standar yang sama dengan unit lain."}
    return calibration.move_rating(
        session_id=session.pk, evaluation_id=evaluation.pk, by=by, at=AT, **{**values, **given_}
    )


def test_original_and_calibrated_stand_side_by_side(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff, work_result=ABOVE, behavior=ABOVE)
    session = _open(world, period, participants=[world.head.pk], note="Menyamakan standar.")
    change = _move(session, evaluation, world.agency_head, work_result=MEETS, behavior=ABOVE)
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.work_result_rating, evaluation.predikat) == ("rated", MEETS, "baik")
    assert evaluation.reason == "Alasan penilai."
    assert (change.kind, change.session, change.by, change.rule_version) == (
        "calibrated",
        session,
        world.agency_head,
        evaluation.rule_version,
    )
    row = selectors.rows_of(session, [evaluation])[0]
    assert row.original is not None
    assert (row.original.predikat, row.original.by, row.latest.predikat) == (
        "sangat_baik",
        world.head,
        "baik",
    )
    assert row.is_moved
    found = selectors.moved_of(evaluation)
    assert found is not None
    assert (found.original, found.moves) == (row.original, [change])
    link = f"/pengawas/kalibrasi/{session.pk}/"
    assert Notification.objects.filter(recipient=world.head.user, url=link).count() == 2
    assert AuditEntry.objects.filter(action="assessments.calibration.moved").count() == 1


@pytest.mark.parametrize("who", ["staff", "colleague", "stranger_head", "personnel_officer", "auditor"])
def test_only_who_leads_the_unit_or_one_above_calibrates(
    world: Any, period: Any, rated: Any, who: str
) -> None:
    evaluation = rated(world.staff)
    with pytest.raises(calibration.NotTheCalibrator):
        _open(world, period, by=getattr(world, who))
    assert not CalibrationSession.objects.exists()
    session = _open(world, period)
    with pytest.raises(calibration.NotTheCalibrator):
        _move(session, evaluation, getattr(world, who))
    with pytest.raises(calibration.NotTheCalibrator):
        calibration.close_session(session_id=session.pk, by=getattr(world, who), at=AT)
    session.refresh_from_db()
    assert (session.status, RatingChange.objects.filter(session=session).count()) == ("open", 0)


def test_nobody_calibrates_their_own_result(world: Any, period: Any, rated: Any) -> None:
    rated(world.staff)
    session = _open(world, period, by=world.head)
    own = rated_head(world, period)
    with pytest.raises(calibration.NotTheCalibrator):
        _move(session, own, world.head)
    own.refresh_from_db()
    assert own.behavior_rating == MEETS


def rated_head(world: Any, period: Any) -> Evaluation:
    """Return the rated evaluation of the unit's head."""
    from apps.assessments.services import achievements, closing

    achievements.fix_achievement(
        unit=world.unit, period=period, org_predicate="baik", note="", by=world.agency_head, at=AT
    )
    plan = world.make_skp(world.head)
    closing.prepare_unit(period_id=period.pk, unit_id=plan.unit_id, at=AT)
    evaluation = Evaluation.objects.get(skp=plan, period=period)
    return evaluations.rate_evaluation(
        evaluation_id=evaluation.pk, work_result=None, behavior=MEETS, by=world.agency_head, at=AT
    )


def test_the_result_of_a_head_follows_the_unit_also_here(world: Any, period: Any, rated: Any) -> None:
    rated(world.staff)
    head = rated_head(world, period)
    session = _open(world, period)
    with pytest.raises(calibration.ResultFollowsUnit):
        _move(session, head, world.agency_head, work_result=ABOVE)
    assert _move(session, head, world.agency_head, work_result=None, behavior=BELOW).predikat == "kurang"


def test_a_move_needs_a_reason_and_has_to_move(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    session = _open(world, period)
    with pytest.raises(calibration.ReasonMissing):
        _move(session, evaluation, world.agency_head, reason="  ")
    with pytest.raises(calibration.NothingMoved):
        _move(session, evaluation, world.agency_head, behavior=MEETS)
    assert not RatingChange.objects.filter(session=session).exists()


def test_only_people_of_the_unit_and_its_appraisers(world: Any, period: Any, rated: Any) -> None:
    rated(world.staff)
    stranger = rated(world.stranger)
    with pytest.raises(calibration.NotOfThisUnit):
        _open(world, period, participants=[world.stranger_head.pk])
    session = _open(world, period)
    with pytest.raises(calibration.NotOfThisUnit):
        _move(session, stranger, world.agency_head)
    assert RatingChange.objects.filter(session=session).count() == 0


def test_there_must_be_something_to_calibrate(world: Any, period: Any, prepared: Any) -> None:
    prepared(world.staff)
    with pytest.raises(calibration.NothingToCalibrate):
        _open(world, period)
    assert not CalibrationSession.objects.exists()


def test_one_session_at_a_time(world: Any, period: Any, rated: Any) -> None:
    rated(world.staff)
    session = _open(world, period)
    with pytest.raises(calibration.AlreadyOpen):
        _open(world, period, by=world.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationSession.objects.create(unit=world.unit, period=period, opened_at=AT)
    calibration.close_session(session_id=session.pk, by=world.agency_head, at=AT)
    assert _open(world, period, by=world.head).pk != session.pk


def test_the_hand_over_waits_and_the_appraiser_changes_nothing_meanwhile(
    world: Any, period: Any, rated: Any
) -> None:
    evaluation = rated(world.staff)
    session = _open(world, period)
    with pytest.raises(evaluations.CalibrationOpen):
        evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=DELIVERED_AT)
    batch = evaluations.deliver_rated(evaluation_ids=[evaluation.pk], by=world.head, at=DELIVERED_AT)
    assert (batch.delivered, batch.left) == ([], [evaluation.pk])
    with pytest.raises(evaluations.CalibrationOpen):
        _rate(evaluation, world.head, ABOVE)
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.behavior_rating) == ("rated", MEETS)
    calibration.close_session(session_id=session.pk, by=world.agency_head, at=AT)
    delivered = evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=DELIVERED_AT)
    assert delivered.status == "delivered"


def _rate(evaluation: Evaluation, by: Any, behavior: str) -> Evaluation:
    return evaluations.rate_evaluation(
        evaluation_id=evaluation.pk,
        work_result=evaluation.work_result_rating or MEETS,
        behavior=behavior,
        reason="Lain.",
        by=by,
        at=AT,
    )


def test_somebody_not_rated_yet_may_be_rated_during_the_session(
    world: Any, period: Any, rated: Any, prepared: Any
) -> None:
    rated(world.staff)
    late = prepared(world.colleague)
    _open(world, period)
    assert _rate(late, world.head, MEETS).status == "rated"


def test_the_appraiser_does_not_take_a_calibrated_rating_back(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    session = _open(world, period)
    _move(session, evaluation, world.agency_head)
    calibration.close_session(session_id=session.pk, by=world.agency_head, at=AT)
    evaluation.refresh_from_db()
    with pytest.raises(evaluations.AlreadyCalibrated):
        _rate(evaluation, world.head, MEETS)
    evaluation.refresh_from_db()
    assert evaluation.behavior_rating == ABOVE


def test_nothing_is_calibrated_after_the_hand_over(
    world: Any, period: Any, rated: Any, delivered: Any
) -> None:
    read = delivered(world.colleague)
    rated(world.staff)
    session = _open(world, period)
    with pytest.raises(evaluations.TransitionNotAllowed):
        _move(session, read, world.agency_head)
    read.refresh_from_db()
    assert (read.status, read.behavior_rating) == ("delivered", MEETS)


def test_the_appraiser_comments_and_nobody_else(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    session = _open(world, period)
    change = _move(session, evaluation, world.agency_head)
    for other in (world.agency_head, world.staff, world.stranger_head):
        with pytest.raises(calibration.NotTheAppraiser):
            calibration.comment_move(change_id=change.pk, text="Tidak setuju.", by=other, at=AT)
    with pytest.raises(calibration.ReasonMissing):
        calibration.comment_move(change_id=change.pk, text=" ", by=world.head, at=AT)
    assert not CalibrationComment.objects.exists()
    comment = calibration.comment_move(change_id=change.pk, text="Tidak setuju.", by=world.head, at=AT)
    assert (comment.by, comment.text) == (world.head, "Tidak setuju.")
    assert Notification.objects.filter(recipient=world.agency_head.user).count() == 1


def test_a_closed_session_is_immutable_in_services_and_in_the_database(
    world: Any, period: Any, rated: Any
) -> None:
    evaluation = rated(world.staff)
    session = _open(world, period)
    change = _move(session, evaluation, world.agency_head)
    calibration.close_session(session_id=session.pk, by=world.agency_head, at=AT)
    with pytest.raises(calibration.TransitionNotAllowed):
        _move(session, evaluation, world.agency_head, behavior=BELOW)
    with pytest.raises(calibration.TransitionNotAllowed):
        calibration.comment_move(change_id=change.pk, text="Terlambat.", by=world.head, at=AT)
    with pytest.raises(calibration.TransitionNotAllowed):
        calibration.close_session(session_id=session.pk, by=world.agency_head, at=AT)
    for break_it in (
        lambda: CalibrationSession.objects.filter(pk=session.pk).update(status="open", closed_at=None),
        lambda: CalibrationSession.objects.filter(pk=session.pk).update(note="lain"),
        lambda: RatingChange.objects.filter(pk=change.pk).update(reason="lain"),
        lambda: RatingChange.objects.filter(pk=change.pk).delete(),
        lambda: session.participants.add(world.head),
        lambda: CalibrationComment.objects.create(change=change, text="lain", at=AT),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()
    change.refresh_from_db()
    session.refresh_from_db()
    assert (change.reason, session.status) == ("Standar yang sama dengan unit lain.", "closed")


def test_who_sees_a_session(world: Any, period: Any, rated: Any) -> None:
    rated(world.staff)
    session = _open(world, period)
    seen = {
        name
        for name in (
            "agency_head",
            "head",
            "staff",
            "stranger_head",
            "personnel_officer",
            "auditor",
            "foreigner",
        )
        if CalibrationSession.objects.visible_to(
            getattr(getattr(world, name), "user", None) or getattr(world, name)
        )
        .filter(pk=session.pk)
        .exists()
    }
    assert seen == {"agency_head", "head", "personnel_officer", "auditor"}


ACTIONS = st.lists(
    st.sampled_from(["open", "move_up", "move_down", "comment", "close", "deliver", "rate"]), max_size=10
)


@through_the_database(8)
@given(actions=ACTIONS)
def test_no_sequence_changes_what_was_handed_over_or_closed(
    world: Any, period: Any, rated: Any, actions: list[str]
) -> None:
    sid = transaction.savepoint()
    evaluation = rated(world.make_employee("Pegawai", world.unit, appraiser=world.head))
    session: CalibrationSession | None = None
    frozen: tuple[str, str] | None = None
    changes_when_closed: dict[int, int] = {}
    at = AT
    for action in actions:
        at += timedelta(minutes=1)
        try:
            if action == "open":
                session = calibration.open_session(
                    unit=world.unit, period=period, by=world.agency_head, at=at
                )
            elif action in {"move_up", "move_down"} and session:
                behavior = ABOVE if action == "move_up" else BELOW
                _move(session, evaluation, world.agency_head, behavior=behavior)
            elif action == "comment" and session:
                change = RatingChange.objects.filter(session=session).last()
                if change:
                    calibration.comment_move(change_id=change.pk, text="Ya.", by=world.head, at=at)
            elif action == "close" and session:
                calibration.close_session(session_id=session.pk, by=world.agency_head, at=at)
                changes_when_closed[session.pk] = RatingChange.objects.filter(session=session).count()
            elif action == "deliver":
                evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=at)
            elif action == "rate":
                _rate(evaluation, world.head, BELOW)
        except (ValueError, evaluations.TransitionNotAllowed):
            pass
        evaluation.refresh_from_db()
        now = (evaluation.work_result_rating, evaluation.behavior_rating)
        assert evaluation.predikat == MATRIX[Rating(now[0])][Rating(now[1])].value
        if evaluation.delivered_at is not None:
            frozen = frozen or now
            assert now == frozen
        for pk, count in changes_when_closed.items():
            assert RatingChange.objects.filter(session=pk).count() == count
    transaction.savepoint_rollback(sid)


@pytest.mark.django_db(transaction=True)
def test_ten_who_open_at_once_open_one(world: Any, period: Any, rated: Any) -> None:
    rated(world.staff)
    start = threading.Barrier(10)
    outcomes: list[str] = []

    def open_one() -> None:
        try:
            start.wait()
            _open(world, period)
            outcomes.append("opened")
        except calibration.AlreadyOpen:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=open_one) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["opened"] + ["refused"] * 9
    assert CalibrationSession.objects.count() == 1
