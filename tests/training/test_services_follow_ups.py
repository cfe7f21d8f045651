"""Consequences: proposed once a result is final, decided by a person, and never by themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.assessments.models import Evaluation, Objection, Period
from apps.assessments.services import objections
from apps.core import policy
from apps.core.models import AuditEntry, Notification, OutboxMessage
from apps.employees.models import Employee
from apps.training import permissions
from apps.training.models import CoachingNote, FollowUp, FollowUpProposal, Recognition
from apps.training.services import follow_ups
from apps.training.tasks import propose_follow_ups, run_schedule

from .story import AT, make_evaluation

pytestmark = pytest.mark.django_db

BELOW, MEETS, ABOVE = "below_expectation", "meets_expectation", "above_expectation"
DAYS = {"starts_on": date(2027, 1, 15), "ends_on": date(2027, 7, 14)}


def _final(
    world: Any, predikat: str = "butuh_perbaikan", *, yearly: bool = False, **values: Any
) -> Evaluation:
    evaluation = make_evaluation(world, predikat=predikat, status="accepted", **values)
    if yearly:
        Period.objects.filter(pk=evaluation.period_id).update(
            kind="yearly", number=0, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
        )
    return evaluation


def _propose(evaluation: Evaluation) -> list[FollowUp]:
    return follow_ups.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)


def _kinds(rows: list[FollowUp]) -> list[str]:
    return [row.kind for row in rows]


# Proposing


@pytest.mark.parametrize("status", ["prepared", "rated", "delivered", "objected"])
def test_nothing_follows_from_a_result_that_may_change(world: Any, status: str) -> None:
    evaluation = make_evaluation(world, status=status)
    with pytest.raises(follow_ups.NotFinal):
        _propose(evaluation)
    assert not FollowUp.objects.exists()
    assert follow_ups.enqueue_proposals() == 0


def test_a_final_result_proposes_and_tells_the_appraiser_not_the_person(world: Any) -> None:
    rows = _propose(_final(world))
    assert _kinds(rows) == ["coaching"]
    assert (rows[0].status, rows[0].decided_at, rows[0].version) == ("proposed", None, 1)
    assert "Butuh Perbaikan" in rows[0].reason
    told = set(Notification.objects.filter(text__contains="What follows").values_list("recipient", flat=True))
    assert told == {world.head.user_id}
    assert not CoachingNote.objects.exists()
    assert not FollowUp.objects.visible_to(world.staff.user, AT.date()).exists()


def test_it_runs_again_without_harm(world: Any) -> None:
    evaluation = _final(world)
    first = _propose(evaluation)
    assert _propose(evaluation) == first
    assert AuditEntry.objects.filter(action="training.follow_ups.proposed").count() == 1
    assert Notification.objects.filter(text__contains="What follows").count() == 1


@pytest.mark.parametrize(
    ("predikat", "yearly", "kinds"),
    [
        ("sangat_baik", True, ["reward"]),
        ("sangat_baik", False, []),
        ("baik", True, []),
        ("kurang", True, ["coaching", "improvement_period"]),
        ("kurang", False, ["coaching"]),
        ("sangat_kurang", True, ["coaching", "improvement_period"]),
    ],
)
def test_the_yearly_result_suggests_more(world: Any, predikat: str, yearly: bool, kinds: list[str]) -> None:
    assert _kinds(_propose(_final(world, predikat, yearly=yearly))) == kinds


def test_a_part_of_the_year_is_not_the_yearly_result(world: Any) -> None:
    evaluation = _final(world, "kurang", yearly=True)
    Evaluation.objects.filter(pk=evaluation.pk).update(is_part=True)
    assert _kinds(_propose(evaluation)) == ["coaching"]


def test_the_policy_of_the_periods_last_day_counts(world: Any) -> None:
    policy.set_value(
        "training.follow_ups_periodic",
        {"butuh_perbaikan": ["reward", "tidak dikenal"]},
        scope=world.government.code,
        valid_from=date(2026, 9, 30),
        by=None,
        reason="uji",
    )
    assert _kinds(_propose(_final(world, number=3))) == ["reward"]
    assert _kinds(_propose(_final(world, number=2))) == ["coaching"]


def test_the_schedule_promises_each_final_result_once(world: Any) -> None:
    evaluation = _final(world)
    make_evaluation(world, number=2)
    assert follow_ups.enqueue_proposals() == 1
    assert follow_ups.enqueue_proposals() == 0
    run_schedule()
    assert OutboxMessage.objects.filter(task=follow_ups.TASK).count() == 1
    propose_follow_ups(evaluation_id=evaluation.pk)
    propose_follow_ups(evaluation_id=0)
    assert FollowUp.objects.count() == 1
    assert follow_ups.enqueue_proposals() == 0


def test_a_result_without_consequences_is_looked_at_once(world: Any) -> None:
    evaluation = _final(world, "baik")
    assert _propose(evaluation) == []
    assert FollowUpProposal.objects.get().version == 1
    assert not follow_ups.due_evaluations().exists()


def test_a_new_version_cancels_what_nobody_decided_and_keeps_what_was(world: Any) -> None:
    evaluation = _final(world, "kurang", yearly=True)
    coaching, improvement = _propose(evaluation)
    follow_ups.decide(follow_up_id=coaching.pk, by=world.head, at=AT)
    Evaluation.objects.filter(pk=evaluation.pk).update(
        version=2, predikat="butuh_perbaikan", work_result_rating=BELOW, behavior_rating=MEETS
    )
    assert follow_ups.due_evaluations().count() == 1
    again = _propose(evaluation)
    assert [(row.kind, row.version) for row in again] == [("coaching", 2)]
    coaching.refresh_from_db()
    improvement.refresh_from_db()
    assert (coaching.status, improvement.status) == ("decided", "cancelled")


def test_after_an_upheld_objection_the_new_predikat_counts(world: Any) -> None:
    evaluation = make_evaluation(world, status="delivered")
    filed = objections.file_objection(evaluation_id=evaluation.pk, reason="x", by=world.staff, at=AT)
    assert follow_ups.enqueue_proposals() == 0
    objections.decide_objection(
        objection_id=filed.pk,
        is_upheld=True,
        work_result=MEETS,
        decision_reason="Bukti.",
        by=world.agency_head,
        at=AT + timedelta(days=1),
    )
    assert Objection.objects.get().is_upheld
    assert _propose(evaluation) == []
    assert FollowUpProposal.objects.get().predikat == "baik"


# Deciding


@pytest.fixture
def coaching(world: Any) -> FollowUp:
    """A proposed coaching talk for world.staff."""
    return _propose(_final(world))[0]


@pytest.fixture
def improvement(world: Any) -> FollowUp:
    """A proposed period to improve for world.staff."""
    return _propose(_final(world, "kurang", yearly=True))[1]


def test_a_decision_names_who_and_tells_the_person(world: Any, coaching: FollowUp) -> None:
    row = follow_ups.decide(follow_up_id=coaching.pk, note=" Bicara. ", by=world.head, at=AT)
    assert (row.status, row.note, row.decided_by, row.decided_at) == (
        "decided",
        "Bicara.",
        world.head.user,
        AT,
    )
    assert Notification.objects.filter(recipient=world.staff.user, text__contains="was decided").count() == 1
    assert FollowUp.objects.visible_to(world.staff.user, AT.date()).get() == row
    assert not CoachingNote.objects.exists()


def test_declining_needs_a_reason_and_does_not_bother_the_person(world: Any, coaching: FollowUp) -> None:
    with pytest.raises(follow_ups.ReasonMissing):
        follow_ups.decline(follow_up_id=coaching.pk, note=" ", by=world.head, at=AT)
    coaching.refresh_from_db()
    assert coaching.status == "proposed"
    row = follow_ups.decline(follow_up_id=coaching.pk, note="Sudah dibina.", by=world.head, at=AT)
    assert (row.status, row.note) == ("declined", "Sudah dibina.")
    assert not Notification.objects.filter(recipient=world.staff.user).exists()
    assert not FollowUp.objects.visible_to(world.staff.user, AT.date()).exists()


def test_what_was_decided_is_not_decided_again(world: Any, coaching: FollowUp) -> None:
    follow_ups.decide(follow_up_id=coaching.pk, note="Pertama", by=world.head, at=AT)
    for verb in (follow_ups.decide, follow_ups.decline):
        with pytest.raises(follow_ups.TransitionNotAllowed):
            verb(follow_up_id=coaching.pk, note="Kedua", by=world.head, at=AT)
    coaching.refresh_from_db()
    assert (coaching.status, coaching.note) == ("decided", "Pertama")


@pytest.mark.parametrize(
    "who", ["staff", "colleague", "stranger_head", "foreigner", "auditor", "personnel_officer"]
)
def test_others_do_not_decide_what_leaders_decide(world: Any, coaching: FollowUp, who: str) -> None:
    with pytest.raises(follow_ups.NotForYou):
        follow_ups.decide(follow_up_id=coaching.pk, by=getattr(world, who), at=AT)
    with pytest.raises(follow_ups.NotForYou):
        follow_ups.decline(follow_up_id=coaching.pk, note="x", by=getattr(world, who), at=AT)
    coaching.refresh_from_db()
    assert (coaching.status, coaching.decided_by) == ("proposed", None)


def test_a_period_to_improve_has_days_in_their_order(world: Any, improvement: FollowUp) -> None:
    wrong = [
        {},
        {"starts_on": DAYS["starts_on"]},
        {"starts_on": DAYS["ends_on"], "ends_on": DAYS["starts_on"]},
    ]
    for days in wrong:
        with pytest.raises(follow_ups.DaysMissing):
            follow_ups.decide(follow_up_id=improvement.pk, note="x", by=world.head, at=AT, **days)
    improvement.refresh_from_db()
    assert (improvement.status, improvement.starts_on) == ("proposed", None)
    row = follow_ups.decide(
        follow_up_id=improvement.pk, note="Rujukan tepat waktu.", by=world.personnel_officer, at=AT, **DAYS
    )
    assert (row.starts_on, row.ends_on, row.decided_by) == (*DAYS.values(), world.personnel_officer)


def test_a_period_that_did_not_help_proposes_a_review_and_nothing_more(
    world: Any, improvement: FollowUp
) -> None:
    follow_ups.decide(follow_up_id=improvement.pk, note="x", by=world.head, at=AT, **DAYS)
    with pytest.raises(follow_ups.ReasonMissing):
        follow_ups.conclude(follow_up_id=improvement.pk, improved=False, outcome="", by=world.head, at=AT)
    assert not FollowUp.objects.filter(kind="placement_review").exists()
    follow_ups.conclude(follow_up_id=improvement.pk, improved=False, outcome="Belum.", by=world.head, at=AT)
    review = FollowUp.objects.get(kind="placement_review")
    assert (review.status, review.follows, review.reason_code) == ("proposed", improvement, "not_improved")
    with pytest.raises(follow_ups.NotForYou):
        follow_ups.decide(follow_up_id=review.pk, by=world.head, at=AT)
    assert (
        follow_ups.decide(
            follow_up_id=review.pk, note="Dicarikan jabatan.", by=world.personnel_officer, at=AT
        ).status
        == "decided"
    )
    assert Employee.objects.get(pk=world.staff.pk).is_active


def test_an_improvement_ends_it(world: Any, improvement: FollowUp) -> None:
    follow_ups.decide(follow_up_id=improvement.pk, note="x", by=world.head, at=AT, **DAYS)
    row = follow_ups.conclude(
        follow_up_id=improvement.pk, improved=True, outcome="Membaik.", by=world.head, at=AT
    )
    assert (row.status, row.improved, row.concluded_at) == ("concluded", True, AT)
    assert not FollowUp.objects.filter(kind="placement_review").exists()
    with pytest.raises(follow_ups.TransitionNotAllowed):
        follow_ups.conclude(follow_up_id=improvement.pk, improved=False, outcome="x", by=world.head, at=AT)


def test_leadership_decides_where_no_civil_servant_appraises(world: Any, coaching: FollowUp) -> None:
    mayor = world.make_role_user("leadership")
    assert permissions.may_decide_follow_up(mayor, coaching)
    assert not permissions.may_decide_follow_up(world.other.make_role_user("leadership"), coaching)


def test_the_act_is_noted_once(world: Any, coaching: FollowUp) -> None:
    note = CoachingNote.objects.create(
        employee=world.staff, coach=world.head, observation="a", agreement="b", follow_up_on=AT.date(), at=AT
    )
    given = Recognition.objects.create(
        unit=world.unit, employee=world.staff, title="x", reason="y", given_by=world.head, at=AT
    )
    undecided = follow_ups.attach_act(follow_up_id=coaching.pk, coaching=note, by=world.head, at=AT)
    assert undecided.coaching is None
    follow_ups.decide(follow_up_id=coaching.pk, by=world.head, at=AT)
    follow_ups.attach_act(follow_up_id=coaching.pk, recognition=given, by=world.head, at=AT)
    row = follow_ups.attach_act(follow_up_id=coaching.pk, coaching=note, by=world.head, at=AT)
    assert (row.coaching, row.recognition) == (note, None)


def test_pns_and_pppk_read_what_holds_for_them(world: Any, improvement: FollowUp) -> None:
    pns = improvement.rule
    Employee.objects.filter(pk=world.staff.pk).update(status="pppk")
    pppk = FollowUp.objects.get(pk=improvement.pk).rule
    assert pns != pppk
    assert "PPPK" in pppk
    assert "PPPK" not in pns


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("follow_up_kind_is_known", {"kind": "dismissal"}),
        ("follow_up_is_decided_by_somebody", {"status": "decided"}),
        ("follow_up_is_decided_by_somebody", {"decided_at": AT}),
        ("follow_up_concluded_with_an_outcome", {"outcome": "x", "improved": True}),
        ("follow_up_once_per_result_and_kind", {"kind": "coaching"}),
    ],
)
def test_a_proposal_cannot_contradict_itself(
    world: Any, improvement: FollowUp, constraint: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FollowUp.objects.filter(pk=improvement.pk).update(**values)
    improvement.refresh_from_db()
    assert (improvement.status, improvement.kind) == ("proposed", "improvement_period")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("follow_up_declined_with_a_reason", {"status": "declined", "note": ""}),
        ("follow_up_period_has_days", {"starts_on": None}),
        ("follow_up_period_has_days", {"ends_on": DAYS["starts_on"]}),
    ],
)
def test_a_decision_cannot_contradict_itself(
    world: Any, improvement: FollowUp, constraint: str, values: dict[str, Any]
) -> None:
    follow_ups.decide(follow_up_id=improvement.pk, note="x", by=world.head, at=AT, **DAYS)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FollowUp.objects.filter(pk=improvement.pk).update(**values)
