"""Needs from evaluations: proposed once, with the reason in words, by the schedule and by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from apps.assessments.models import Evaluation, Objection
from apps.core import jobs
from apps.core.models import AuditEntry, Notification, OutboxMessage
from apps.feedback.models import Answer, Questionnaire, Response, SurveyPeriod, Unsur
from apps.feedback.rules.regimes import CURRENT_REGIME
from apps.training.models import NeedProposal, TrainingNeed
from apps.training.services import needs
from apps.training.tasks import run_schedule

from .story import AT, indicator_row, make_evaluation, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _silent_doorbell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ring", lambda message_id: True)


def found(evaluation: Evaluation) -> dict[str, tuple[str, int]]:
    rows = TrainingNeed.objects.filter(evaluation=evaluation).select_related("topic")
    return {row.topic.code: (row.reason_code, row.priority) for row in rows}


def test_predikat_ratings_and_weak_indicators_become_needs(world: Any) -> None:
    rows = [
        indicator_row(percent="62"),
        indicator_row("Tepat waktu", "79.99", "waktu"),
        indicator_row("Mutu", "80"),
    ]
    evaluation = make_evaluation(world, indicators=[*rows, indicator_row("Kosong", None)])
    created = needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    assert found(evaluation) == {
        "coaching": ("predikat_low", 1),
        "work_result": ("work_result_below", 2),
        "aspect_kuantitas": ("indicator_weak", 3),
        "aspect_waktu": ("indicator_weak", 3),
    }
    assert [need.priority for need in created] == [1, 2, 3, 3]
    proposal = NeedProposal.objects.get()
    assert (proposal.evaluation, proposal.count, proposal.predikat) == (evaluation, 4, "butuh_perbaikan")
    assert Notification.objects.get(recipient=world.staff.user).url == "/pembelajaran/"
    assert AuditEntry.objects.get(action="training.needs.proposed").data["needs"] == [n.pk for n in created]


def test_the_reason_is_a_sentence_with_the_figures_and_the_period(world: Any) -> None:
    evaluation = make_evaluation(world, indicators=[indicator_row(percent="62.50")])
    needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    with override("en"):
        reasons = {row.reason_code: row.reason for row in TrainingNeed.objects.all()}
    assert reasons["indicator_weak"] == (
        "“Jumlah pemeriksaan” reached 62.5% of its target in Quarter III 2026 (proposed below 80%)"
    )
    assert reasons["predikat_low"] == "The predikat of Quarter III 2026 is Butuh Perbaikan"
    assert reasons["work_result_below"].endswith("was rated: Di bawah ekspektasi")


def test_an_unknown_reason_is_still_a_sentence(world: Any) -> None:
    need = make_need(world, reason_params={"period": "rusak"})
    with override("en"):
        assert need.reason == "Proposed after the evaluation of an earlier period"


def test_good_results_propose_nothing_but_the_look_is_noted(world: Any) -> None:
    evaluation = make_evaluation(
        world, work_result="meets_expectation", predikat="baik", indicators=[indicator_row(percent="100")]
    )
    assert needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT) == []
    assert NeedProposal.objects.get().count == 0
    assert not Notification.objects.exists()
    assert not needs.due_evaluations().exists()


def test_a_second_run_changes_nothing(world: Any) -> None:
    evaluation = make_evaluation(world)
    first = needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    TrainingNeed.objects.filter(pk=first[0].pk).update(status="planned")
    second = needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT + timedelta(hours=1))
    assert [need.pk for need in second] == [need.pk for need in first]
    assert second[0].status == "planned"
    assert NeedProposal.objects.get().at == AT
    assert Notification.objects.count() == 1
    assert AuditEntry.objects.filter(action="training.needs.proposed").count() == 1


@pytest.mark.parametrize("status", ["prepared", "rated"])
def test_nothing_before_the_person_has_it(world: Any, status: str) -> None:
    evaluation = make_evaluation(world, status=status)
    with pytest.raises(needs.NotDelivered):
        needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    assert not TrainingNeed.objects.exists()
    assert needs.enqueue_proposals() == 0


def test_an_open_topic_is_not_proposed_again_by_a_later_period(world: Any) -> None:
    earlier, later = make_evaluation(world, number=2), make_evaluation(world, number=3)
    needs.propose_for_evaluation(evaluation_id=earlier.pk, at=AT)
    TrainingNeed.objects.filter(topic__code="work_result").update(status="done")
    needs.propose_for_evaluation(evaluation_id=later.pk, at=AT)
    assert set(found(later)) == {"work_result"}, "only what was finished may be needed again"


def test_policies_move_the_thresholds(world: Any) -> None:
    from apps.core import policy

    for key, value in {
        "training.indicator_percent": "60",
        "training.need_priorities": {"predikat_low": 2, "work_result_below": 1},
    }.items():
        policy.set_value(
            key, value, scope="kendari", valid_from=AT.date().replace(month=1, day=1), by=None, reason="uji"
        )
    evaluation = make_evaluation(world)
    needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    assert found(evaluation) == {"coaching": ("predikat_low", 2), "work_result": ("work_result_below", 1)}


# --- the weakest unsur


def _answers(world: Any, n: int, low: str = "waktu") -> None:
    service = world.make_service()
    questionnaire = Questionnaire.objects.create(
        government=world.government, regime=CURRENT_REGIME.code, title="Kuesioner uji"
    )
    Unsur.objects.bulk_create(
        Unsur(
            questionnaire=questionnaire,
            code=row.code,
            number=number,
            name=row.name,
            question=row.question,
            labels=row.labels,
        )
        for number, row in enumerate(CURRENT_REGIME.unsur, start=1)
    )
    period = SurveyPeriod.objects.create(
        service=service,
        questionnaire=questionnaire,
        starts_on=datetime(2026, 7, 1).date(),
        ends_on=datetime(2026, 9, 30).date(),
    )
    for _ in range(n):
        response = Response.objects.create(
            government=world.government,
            service=service,
            survey_period=period,
            hour=datetime(2026, 8, 5, 2, tzinfo=UTC),
            channel="qr",
        )
        Answer.objects.bulk_create(
            Answer(response=response, unsur=unsur, value=2 if unsur.code == low else 4)
            for unsur in questionnaire.unsur.all()
        )


def test_the_weakest_unsur_of_the_unit_becomes_a_need(world: Any) -> None:
    _answers(world, 40)
    evaluation = make_evaluation(world, work_result="meets_expectation", predikat="baik", indicators=[])
    (need,) = needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    assert (need.topic.code, need.reason_code, need.priority) == ("unsur_waktu", "unsur_weak", 4)
    with override("en"):
        assert need.reason == (
            "Citizens rated “Waktu penyelesaian” of Puskesmas Lepo-Lepo lowest in Quarter III 2026: "
            "50 (proposed below 76.61)"
        )


def test_too_few_answers_say_nothing(world: Any) -> None:
    _answers(world, 4)
    evaluation = make_evaluation(world, work_result="meets_expectation", predikat="baik", indicators=[])
    assert needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT) == []


# --- after an objection


def test_an_upheld_objection_withdraws_what_no_longer_follows(world: Any) -> None:
    evaluation = make_evaluation(world)
    needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    TrainingNeed.objects.filter(topic__code="work_result").update(status="planned")
    Evaluation.objects.filter(pk=evaluation.pk).update(
        status="decided", predikat="baik", work_result_rating="meets_expectation"
    )
    Objection.objects.create(
        evaluation=evaluation,
        number="K-1",
        reason="Data keliru",
        filed_at=AT,
        decision_due_on=AT.date(),
        decided_at=AT,
        is_upheld=True,
        decision_reason="Benar",
    )
    assert set(needs.due_evaluations()) == {evaluation}
    needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=AT)
    states = dict(TrainingNeed.objects.values_list("topic__code", "status"))
    assert states == {"coaching": "declined", "work_result": "planned", "aspect_kuantitas": "proposed"}
    assert not needs.due_evaluations().exists()


# --- the schedule


def test_the_tick_promises_each_evaluation_once(world: Any) -> None:
    one, two = make_evaluation(world, number=2), make_evaluation(world, number=3, employee=world.colleague)
    make_evaluation(world, number=1, status="rated")
    run_schedule()
    run_schedule()
    messages = list(OutboxMessage.objects.filter(task="training.propose_needs").order_by("pk"))
    assert {message.kwargs["evaluation_id"] for message in messages} == {one.pk, two.pk}
    assert len(messages) == 2
    assert {message.scope for message in messages} == {"kendari"}


@pytest.mark.django_db(transaction=True)
def test_the_handler_proposes_and_the_next_tick_is_idle(world: Any) -> None:
    evaluation = make_evaluation(world)
    run_schedule()
    message = OutboxMessage.objects.get(task="training.propose_needs")
    assert [jobs.consume(message.pk), jobs.consume(message.pk)] == [True, False]
    assert set(found(evaluation)) == {"coaching", "work_result", "aspect_kuantitas"}
    run_schedule()
    assert OutboxMessage.objects.filter(task="training.propose_needs").count() == 1


def test_a_tick_with_nothing_to_do_asks_once_for_needs_and_once_for_consequences(
    world: Any, django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("apps.training.tasks.STEPS", ())
    with django_assert_num_queries(2):
        run_schedule()


# --- decisions


def test_plan_and_decline_tell_the_person(world: Any) -> None:
    need = make_need(world)
    needs.plan_need(need_id=need.pk, by=world.head, at=AT)
    needs.decline_need(need_id=need.pk, note="Sudah dilatih bulan lalu.", by=world.head, at=AT)
    need.refresh_from_db()
    assert (need.status, need.decided_note) == ("declined", "Sudah dilatih bulan lalu.")
    assert Notification.objects.filter(recipient=world.staff.user).count() == 2
    actions = list(
        AuditEntry.objects.filter(action__startswith="training.need.")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == ["training.need.planned", "training.need.declined"]
    assert AuditEntry.objects.filter(actor=f"user:{world.head.user_id}").count() == 2


def test_a_decline_needs_a_reason(world: Any) -> None:
    need = make_need(world)
    with pytest.raises(needs.NoteMissing):
        needs.decline_need(need_id=need.pk, note="  ", by=world.head, at=AT)
    need.refresh_from_db()
    assert need.status == "proposed"


def test_what_is_done_stays_done(world: Any) -> None:
    need = make_need(world, status="done")
    with pytest.raises(needs.TransitionNotAllowed):
        needs.plan_need(need_id=need.pk, by=world.head, at=AT)
    with pytest.raises(needs.TransitionNotAllowed):
        needs.decline_need(need_id=need.pk, note="Tidak", by=world.head, at=AT)
    assert not AuditEntry.objects.filter(action__startswith="training.need.").exists()
