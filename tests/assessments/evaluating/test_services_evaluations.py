"""From the ratings to the person's answer. EX-01 to EX-09 go through the service."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.models import Evaluation, EvaluationNote, RatingChange
from apps.assessments.rules.evaluation_lifecycle import TransitionNotAllowed
from apps.assessments.services import achievements, evaluations, objections
from apps.assessments.services.evaluations import NoteText
from apps.core import policy
from apps.core.models import AuditEntry, Holiday, Notification
from tests.examples import through_the_database

from .conftest import DELIVERED_AT, RATED_AT

pytestmark = pytest.mark.django_db

ABOVE, MEETS, BELOW = "above_expectation", "meets_expectation", "below_expectation"

EXAMPLES = [
    ("EX-01", ABOVE, ABOVE, "sangat_baik"),
    ("EX-02", ABOVE, MEETS, "baik"),
    ("EX-03", ABOVE, BELOW, "kurang"),
    ("EX-04", MEETS, ABOVE, "baik"),
    ("EX-05", MEETS, MEETS, "baik"),
    ("EX-06", MEETS, BELOW, "kurang"),
    ("EX-07", BELOW, ABOVE, "butuh_perbaikan"),
    ("EX-08", BELOW, MEETS, "butuh_perbaikan"),
    ("EX-09", BELOW, BELOW, "sangat_kurang"),
]


def _rate(
    evaluation: Evaluation, by: Any, work_result: str = MEETS, behavior: str = MEETS, **more: Any
) -> Evaluation:
    return evaluations.rate_evaluation(
        evaluation_id=evaluation.pk, work_result=work_result, behavior=behavior, by=by, at=RATED_AT, **more
    )


@pytest.mark.parametrize(
    ("work_result", "behavior", "predikat"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES]
)
def test_two_ratings_give_the_predikat_of_the_matrix(
    world: Any, prepared: Any, work_result: str, behavior: str, predikat: str
) -> None:
    evaluation = _rate(prepared(), world.head, work_result, behavior, reason="Alasan.")
    evaluation.refresh_from_db()
    assert (evaluation.predikat, evaluation.status) == (predikat, "rated")
    assert evaluation.rule_version == "MTX-1/PermenPANRB-6-2022"
    change = RatingChange.objects.get()
    assert (change.predikat, change.by, change.reason) == (predikat, world.head, "Alasan.")
    entry = AuditEntry.objects.get(action="assessments.evaluation.rated")
    assert (entry.actor, entry.data["predikat"]) == (f"user:{world.head.user_id}", predikat)


@pytest.mark.parametrize(("work_result", "behavior"), [(ABOVE, MEETS), (MEETS, BELOW), (BELOW, ABOVE)])
def test_the_highest_and_lowest_rating_need_a_reason(
    world: Any, prepared: Any, work_result: str, behavior: str
) -> None:
    evaluation = prepared()
    with pytest.raises(evaluations.ReasonMissing):
        _rate(evaluation, world.head, work_result, behavior, reason="  ")
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.predikat) == ("prepared", "")
    assert not RatingChange.objects.exists()


def test_the_middle_needs_no_reason_but_a_change_does(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    _rate(evaluation, world.head)
    with pytest.raises(evaluations.ReasonMissing):
        _rate(evaluation, world.head, MEETS, ABOVE)
    _rate(evaluation, world.head, MEETS, ABOVE, reason="Membantu unit lain.")
    with pytest.raises(evaluations.ReasonMissing):
        _rate(evaluation, world.head, MEETS, MEETS)
    assert list(RatingChange.objects.values_list("behavior_rating", "reason")) == [
        (MEETS, ""),
        (ABOVE, "Membantu unit lain."),
    ]


@pytest.mark.parametrize("who", ["staff", "colleague", "agency_head", "stranger_head"])
def test_only_the_appraiser_rates(world: Any, prepared: Any, who: str) -> None:
    evaluation = prepared()
    with pytest.raises(evaluations.NotTheAppraiser):
        _rate(evaluation, getattr(world, who))
    evaluation.refresh_from_db()
    assert evaluation.status == "prepared"


def test_feedback_is_kept_per_result_and_per_value(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    result = evaluation.skp.results.get()
    notes = [
        NoteText("Rapi.", result_id=result.pk),
        NoteText("Ramah.", behavior_value="harmonis"),
        NoteText(" "),
    ]
    _rate(evaluation, world.head, notes=notes)
    _rate(evaluation, world.head, notes=notes)
    assert set(EvaluationNote.objects.values_list("result", "behavior_value", "text")) == {
        (result.pk, "", "Rapi."),
        (None, "harmonis", "Ramah."),
    }


@pytest.mark.parametrize("note", [{"behavior_value": "rajin"}, {"result_id": 0}, {}])
def test_feedback_on_something_else_is_refused(world: Any, prepared: Any, note: dict[str, Any]) -> None:
    evaluation = prepared()
    with pytest.raises(evaluations.UnknownNoteTarget):
        _rate(evaluation, world.head, notes=[NoteText("x", **note)])
    evaluation.refresh_from_db()
    assert evaluation.status == "prepared"


def test_a_result_of_another_plan_is_refused(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    foreign = world.make_skp(world.stranger).results.get()
    with pytest.raises(evaluations.UnknownNoteTarget):
        _rate(evaluation, world.head, notes=[NoteText("x", result_id=foreign.pk)])


# --- the head of a unit (ORG-4, ORG-5)


def _fix(world: Any, period: Any, value: str, note: str = "") -> Any:
    return achievements.fix_achievement(
        unit=world.unit, period=period, org_predicate=value, note=note, by=world.agency_head, at=RATED_AT
    )


@pytest.mark.parametrize(
    ("org", "rating", "predikat"),
    [
        ("istimewa", ABOVE, "baik"),
        ("baik", MEETS, "baik"),
        ("butuh_perbaikan", BELOW, "butuh_perbaikan"),
        ("kurang", BELOW, "butuh_perbaikan"),
        ("sangat_kurang", BELOW, "butuh_perbaikan"),
    ],
)
def test_the_heads_result_is_the_units_achievement(
    world: Any, period: Any, prepared: Any, org: str, rating: str, predikat: str
) -> None:
    evaluation = prepared(world.head)
    with pytest.raises(evaluations.AchievementMissing):
        _rate(evaluation, world.agency_head)
    _fix(world, period, org)
    other = BELOW if rating != BELOW else ABOVE
    with pytest.raises(evaluations.ResultFollowsUnit):
        _rate(evaluation, world.agency_head, other, reason="x")
    evaluations.rate_evaluation(
        evaluation_id=evaluation.pk, work_result=None, behavior=MEETS, by=world.agency_head, at=RATED_AT
    )
    evaluation.refresh_from_db()
    assert (evaluation.work_result_rating, evaluation.predikat) == (rating, predikat)


def test_the_mapping_of_heads_is_a_policy(world: Any, period: Any, prepared: Any) -> None:
    table = dict.fromkeys(("istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"), MEETS)
    policy.set_value(
        "assessments.head_ratings", table, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji"
    )
    evaluation = prepared(world.head)
    _fix(world, period, "kurang")
    assert _rate(evaluation, world.agency_head, None).predikat == "baik"


def test_a_changed_achievement_must_be_rated_again_before_handing_over(
    world: Any, period: Any, prepared: Any
) -> None:
    evaluation = prepared(world.head)
    _fix(world, period, "baik")
    _rate(evaluation, world.agency_head, None)
    with pytest.raises(achievements.NoteMissing):
        _fix(world, period, "istimewa")
    _fix(world, period, "istimewa", "Target terlampaui.")
    with pytest.raises(evaluations.ResultFollowsUnit):
        evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.agency_head, at=DELIVERED_AT)
    _rate(evaluation, world.agency_head, None, reason="Capaian unit berubah.")
    evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.agency_head, at=DELIVERED_AT)
    with pytest.raises(achievements.HeadAlreadyTold):
        _fix(world, period, "kurang", "x")


def test_an_achievement_needs_a_closed_period_and_stores_its_figures(
    world: Any, period: Any, prepared: Any
) -> None:
    prepared()
    running = period.cycle.periods.get(number=3)
    with pytest.raises(achievements.PeriodNotClosed):
        _fix(world, running, "baik")
    fixed = _fix(world, period, "baik")
    assert (fixed.figures["people"], fixed.fixed_by) == (1, world.agency_head)


def test_leadership_rates_where_no_civil_servant_appraises(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    Evaluation.objects.update(appraiser=None)
    mayor = world.make_role_user("leadership")
    other_mayor = world.other.make_role_user("leadership")
    with pytest.raises(evaluations.NotTheAppraiser):
        _rate(evaluation, other_mayor)
    with pytest.raises(evaluations.NotTheAppraiser):
        _rate(evaluation, world.head)
    assert _rate(evaluation, mayor).predikat == "baik"
    assert RatingChange.objects.get().by is None
    assert AuditEntry.objects.get(action="assessments.evaluation.rated").actor == f"user:{mayor.pk}"


# --- handing over


def test_handing_over_starts_the_clock_in_working_days(world: Any, rated: Any) -> None:
    Holiday.objects.create(scope="", date=date(2026, 8, 17), name="Hari Kemerdekaan")
    Holiday.objects.create(scope="kendari", date=date(2026, 7, 24), name="Hari jadi kota")
    Holiday.objects.create(scope="serang", date=date(2026, 7, 23), name="Hari jadi kota lain")
    evaluation = rated()
    evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=DELIVERED_AT)
    evaluation.refresh_from_db()
    # 22 July is a Wednesday; 14 working days without 24 July end on 12 instead of 11 August.
    assert (evaluation.status, evaluation.answer_due_on) == ("delivered", date(2026, 8, 12))
    told = Notification.objects.get(recipient=world.staff.user)
    assert (told.url, told.params["due_on"]) == (f"/nilai/{evaluation.pk}/", "12/08/2026")


def test_the_clock_can_count_calendar_days(world: Any, rated: Any) -> None:
    for key, value in [("assessments.objection_day_kind", "calendar"), ("assessments.objection_days", 14)]:
        policy.set_value(key, value, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="EX-40")
    evaluation = rated()
    evaluations.deliver_evaluation(
        evaluation_id=evaluation.pk, by=world.head, at=datetime(2026, 1, 2, 2, tzinfo=UTC)
    )
    evaluation.refresh_from_db()
    assert evaluation.answer_due_on == date(2026, 1, 16)


def test_the_day_of_receipt_is_the_local_one(world: Any, rated: Any) -> None:
    evaluation = rated()
    # 17:00 UTC on Wednesday is one o'clock on Thursday in Kendari.
    evaluations.deliver_evaluation(
        evaluation_id=evaluation.pk, by=world.head, at=datetime(2026, 7, 22, 17, tzinfo=UTC)
    )
    evaluation.refresh_from_db()
    assert evaluation.answer_due_on == date(2026, 8, 12)


def test_only_what_is_rated_is_handed_over_and_by_the_appraiser(
    world: Any, prepared: Any, rated: Any
) -> None:
    waiting = prepared(world.colleague)
    with pytest.raises(TransitionNotAllowed):
        evaluations.deliver_evaluation(evaluation_id=waiting.pk, by=world.head, at=DELIVERED_AT)
    evaluation = rated()
    with pytest.raises(evaluations.NotTheAppraiser):
        evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.agency_head, at=DELIVERED_AT)
    assert not Evaluation.objects.exclude(delivered_at=None).exists()


def test_after_handing_over_the_ratings_stay(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    with pytest.raises(TransitionNotAllowed):
        _rate(evaluation, world.head, ABOVE, ABOVE, reason="x")
    evaluation.refresh_from_db()
    assert evaluation.predikat == "baik"


def test_the_batch_leaves_low_and_foreign_ones(world: Any, rated: Any, period: Any) -> None:
    good = rated(world.staff)
    low = rated(world.colleague, behavior=BELOW)
    third = world.make_employee("Pegawai Ketiga", world.unit, appraiser=world.head)
    foreign = rated(third)
    Evaluation.objects.filter(pk=foreign.pk).update(appraiser=world.agency_head)
    done = evaluations.deliver_rated(
        evaluation_ids=[good.pk, low.pk, foreign.pk], by=world.head, at=DELIVERED_AT
    )
    assert (done.delivered, done.left) == ([good.pk], sorted([low.pk, foreign.pk]))
    assert set(Evaluation.objects.filter(status="delivered")) == {good}


# --- the person's answer


def test_accepting_is_final_and_only_for_oneself(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    for other in (world.head, world.colleague):
        with pytest.raises(evaluations.NotTheEmployee):
            evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=other, at=DELIVERED_AT)
    evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=world.staff, at=DELIVERED_AT)
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.answered_at) == ("accepted", DELIVERED_AT)
    with pytest.raises(TransitionNotAllowed):
        evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=world.staff, at=DELIVERED_AT)
    assert Notification.objects.filter(recipient=world.head.user, text__contains="accepted").count() == 1


def test_silence_counts_as_accepted_after_the_last_day(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    evaluation.refresh_from_db()
    assert evaluation.answer_due_on == date(2026, 8, 11)
    # The last day in Kendari ends at 16:00 UTC.
    assert evaluations.lapse_due(now=datetime(2026, 8, 11, 15, 59, 59, tzinfo=UTC)) == 0
    assert evaluations.lapse_due(now=datetime(2026, 8, 11, 16, 0, 0, tzinfo=UTC)) == 1
    assert evaluations.lapse_due(now=datetime(2026, 8, 11, 16, 0, 5, tzinfo=UTC)) == 0
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.answered_at) == ("accepted", None)
    assert AuditEntry.objects.filter(action="assessments.evaluation.lapsed").count() == 1


def test_an_answered_evaluation_does_not_lapse(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    objections.file_objection(
        evaluation_id=evaluation.pk, reason="Tidak sesuai.", by=world.staff, at=DELIVERED_AT
    )
    assert evaluations.lapse_due(now=DELIVERED_AT + timedelta(days=90)) == 0
    evaluation.refresh_from_db()
    assert evaluation.status == "objected"


# --- any sequence of verbs

VERBS = ("rate", "deliver", "accept", "object", "uphold", "reject", "lapse")


@through_the_database(12)
@given(steps=st.lists(st.sampled_from(VERBS), min_size=1, max_size=9))
def test_whatever_is_tried_the_evaluation_stays_consistent(
    world: Any, prepared: Any, steps: list[str]
) -> None:
    evaluation = _fresh(world, prepared)
    history: list[tuple[str, str]] = []
    for number, step in enumerate(steps):
        before = Evaluation.objects.get(pk=evaluation.pk)
        try:
            _do(step, evaluation, world, DELIVERED_AT + timedelta(minutes=number))
        except (ValueError, TransitionNotAllowed):
            after = Evaluation.objects.get(pk=evaluation.pk)
            assert (after.status, after.predikat) == (before.status, before.predikat)
            continue
        after = Evaluation.objects.get(pk=evaluation.pk)
        history.append((before.status, after.status))
        if before.status in {"accepted", "decided"}:
            assert after.status == before.status
        assert (after.predikat == "") == (after.status == "prepared")
        if after.predikat:
            newest = RatingChange.objects.filter(evaluation=after).last()
            assert newest is not None
            assert (newest.predikat, newest.work_result_rating) == (after.predikat, after.work_result_rating)
        assert (after.delivered_at is None) == (after.status in {"prepared", "rated"})
    order = ["prepared", "rated", "delivered", "accepted", "objected", "decided"]
    assert all(order.index(a) <= order.index(b) for a, b in history)


def _fresh(world: Any, prepared: Any) -> Evaluation:
    employee = world.make_employee("Pegawai Baru", world.unit, appraiser=world.head)
    return prepared(employee)


def _do(step: str, evaluation: Evaluation, world: Any, at: datetime) -> None:
    if step == "rate":
        _rate(evaluation, world.head, ABOVE, MEETS, reason=f"Alasan {at}")
    elif step == "deliver":
        evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=at)
    elif step == "accept":
        evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=evaluation.employee, at=at)
    elif step == "object":
        objections.file_objection(evaluation_id=evaluation.pk, reason="Alasan", by=evaluation.employee, at=at)
    elif step == "lapse":
        evaluations.lapse_due(now=at + timedelta(days=60))
    else:
        objection = getattr(Evaluation.objects.get(pk=evaluation.pk), "objection", None)
        if objection is None:
            raise ValueError("nothing to decide")
        objections.decide_objection(
            objection_id=objection.pk,
            is_upheld=step == "uphold",
            work_result=MEETS if step == "uphold" else None,
            behavior=BELOW if step == "uphold" else None,
            decision_reason="Putusan",
            by=world.agency_head,
            at=at,
        )
