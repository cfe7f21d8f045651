"""Objection and decision: who, until when, and what stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pypdf import PdfWriter

from apps.assessments.models import (
    Evaluation,
    Objection,
    ObjectionAttachment,
    ObjectionStatement,
    RatingChange,
)
from apps.assessments.rules.evaluation_lifecycle import TransitionNotAllowed
from apps.assessments.selectors.objections import attachments_of, sent_statements, versions_of
from apps.assessments.services import evaluations, objections
from apps.core.models import AuditEntry, Holiday, Notification
from apps.employees.models import AppraiserLink
from apps.employees.services import states

from ..evaluating.conftest import DELIVERED_AT

pytestmark = pytest.mark.django_db


def _pdf() -> bytes:
    buffer = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(buffer)
    return buffer.getvalue()


PDF = _pdf()
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


# Form D.1.3, the hearing, versions


def test_an_objection_says_what_it_is_about_and_what_is_wanted(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    for about in ((), ("predikat",)):
        with pytest.raises(objections.AboutNothing):
            objections.file_objection(
                evaluation_id=evaluation.pk, reason="x", about=about, by=world.staff, at=DELIVERED_AT
            )
    evaluation.refresh_from_db()
    assert (evaluation.status, Objection.objects.count()) == ("delivered", 0)
    objection = objections.file_objection(
        evaluation_id=evaluation.pk,
        reason="x",
        about=("behavior",),
        wanted="Dinilai lagi.",
        by=world.staff,
        at=DELIVERED_AT,
    )
    assert (objection.about_work_result, objection.about_behavior, objection.wanted) == (
        False,
        True,
        "Dinilai lagi.",
    )


def test_the_refusal_of_a_late_one_names_the_last_day(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    with pytest.raises(objections.TooLate) as refused:
        _file(evaluation, world.staff, at=DELIVERED_AT + timedelta(days=60))
    assert refused.value.last_day == date(2026, 8, 11)


def test_a_filed_objection_never_changes(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    for values in (
        {"reason": "lain"},
        {"wanted": "lain"},
        {"about_behavior": False},
        {"filed_at": DELIVERED_AT - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Objection.objects.filter(pk=objection.pk).update(**values)
    _decide(objection, world.agency_head)
    for values in ({"decision_reason": "lain"}, {"is_upheld": True}):
        with pytest.raises(IntegrityError, match="final"), transaction.atomic():
            Objection.objects.filter(pk=objection.pk).update(**values)
    objection.refresh_from_db()
    assert (objection.reason, objection.decision_reason) == ("Target tercapai.", "Tetap.")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("objection_is_about_something", {"about_work_result": False, "about_behavior": False}),
        ("objection_decided_with_a_reason", {"is_upheld": True}),
        ("objection_decided_with_a_reason", {"is_upheld": True, "decided_at": DELIVERED_AT}),
        ("objection_asked_with_a_question", {"asked_at": DELIVERED_AT}),
    ],
)
def test_an_objection_cannot_contradict_itself(
    world: Any, delivered: Any, constraint: str, values: dict[str, Any]
) -> None:
    objection = _file(delivered(), world.staff)
    guard = "assessments_objection_final"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE assessments_objection DISABLE TRIGGER {guard}")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(**values)


def _decide(objection: Objection, by: Any, **values: Any) -> Objection:
    defaults = {"is_upheld": False, "decision_reason": "Tetap.", "at": DELIVERED_AT}
    return objections.decide_objection(objection_id=objection.pk, by=by, **{**defaults, **values})


def _send(objection: Objection, by: Any, text: str = "Penjelasan.") -> ObjectionStatement:
    return objections.send_statement(objection_id=objection.pk, text=text, by=by, at=DELIVERED_AT)


def test_the_decider_asks_both_once(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    refusals = [
        (objections.NotTheDecider, world.head, "Kenapa?"),
        (objections.NotTheDecider, world.staff, "Kenapa?"),
        (objections.ReasonMissing, world.agency_head, "  "),
    ]
    for error, by, question in refusals:
        with pytest.raises(error):
            objections.ask_both(objection_id=objection.pk, question=question, by=by, at=DELIVERED_AT)
    objection.refresh_from_db()
    assert (objection.asked_at, objection.question) == (None, "")
    objections.ask_both(objection_id=objection.pk, question="Kenapa?", by=world.agency_head, at=DELIVERED_AT)
    told = Notification.objects.filter(text__contains="explain something").values_list("recipient", flat=True)
    assert set(told) == {world.staff.user_id, world.head.user_id}
    with pytest.raises(objections.AlreadyAsked):
        objections.ask_both(
            objection_id=objection.pk, question="Lagi?", by=world.agency_head, at=DELIVERED_AT
        )
    objection.refresh_from_db()
    assert objection.question == "Kenapa?"


def test_drafts_are_kept_and_what_was_sent_never_changes(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    save = {"objection_id": objection.pk, "at": DELIVERED_AT}
    first = objections.save_statement(text="Konsep", revision=0, by=world.head, **save)
    again = objections.save_statement(text="Konsep dua", revision=first.revision, by=world.head, **save)
    assert (again.pk, again.revision, again.role) == (first.pk, 2, "appraiser")
    with pytest.raises(objections.StatementConflict) as conflict:
        objections.save_statement(text="Tab lain", revision=1, by=world.head, **save)
    assert conflict.value.statement.text == "Konsep dua"
    assert sent_statements(objection) == []
    _send(objection, world.head, "Jadi begini.")
    assert [row.text for row in sent_statements(objection)] == ["Jadi begini."]
    for verb in (objections.save_statement, objections.send_statement):
        with pytest.raises(objections.StatementSent):
            verb(text="Ralat", revision=3, by=world.head, **save)
    for change in ({"text": "Ralat"}, {"sent_at": None}, {"role": "employee"}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            ObjectionStatement.objects.update(**change)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ObjectionStatement.objects.all().delete()
    assert ObjectionStatement.objects.get().text == "Jadi begini."


@pytest.mark.parametrize("who", ["colleague", "agency_head", "stranger_head", "personnel_officer"])
def test_only_the_two_sides_explain_and_add_files(world: Any, delivered: Any, who: str) -> None:
    objection = _file(delivered(), world.staff)
    by = getattr(world, who)
    with pytest.raises(objections.NotASide):
        _send(objection, by)
    with pytest.raises(objections.NotASide):
        objections.add_attachment(
            objection_id=objection.pk, upload_name="a.pdf", content=PDF, by=by, at=DELIVERED_AT
        )
    assert not ObjectionStatement.objects.exists()
    assert not ObjectionAttachment.objects.exists()


def test_an_empty_statement_is_not_sent(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    with pytest.raises(objections.ReasonMissing):
        _send(objection, world.staff, " \n ")
    assert not ObjectionStatement.objects.exists()


def test_files_are_checked_kept_once_and_taken_back_by_their_side(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    add = {"objection_id": objection.pk, "at": DELIVERED_AT}
    added = objections.add_attachment(upload_name="C:\\x\\surat.pdf", content=PDF, by=world.staff, **add)
    assert (added.name, added.role) == ("surat.pdf", "employee")
    with pytest.raises(objections.AttachmentExists):
        objections.add_attachment(upload_name="lagi.pdf", content=PDF, by=world.head, **add)
    with pytest.raises(objections.FileRefused):
        objections.add_attachment(upload_name="a.pdf", content=b"not a file", by=world.staff, **add)
    assert ObjectionAttachment.objects.count() == 1
    with pytest.raises(objections.NotASide):
        objections.remove_attachment(attachment_id=added.pk, by=world.head, at=DELIVERED_AT)
    assert len(attachments_of(objection)) == 1
    objections.remove_attachment(attachment_id=added.pk, by=world.staff, at=DELIVERED_AT)
    assert attachments_of(objection) == []


def test_after_the_decision_nothing_is_added(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    added = objections.add_attachment(
        objection_id=objection.pk, upload_name="a.pdf", content=PDF, by=world.staff, at=DELIVERED_AT
    )
    _decide(objection, world.agency_head)
    with pytest.raises(objections.ObjectionDecided):
        _send(objection, world.staff)
    with pytest.raises(objections.ObjectionDecided):
        objections.remove_attachment(attachment_id=added.pk, by=world.staff, at=DELIVERED_AT)
    with pytest.raises(objections.ObjectionDecided):
        objections.ask_both(objection_id=objection.pk, question="?", by=world.agency_head, at=DELIVERED_AT)
    assert not ObjectionStatement.objects.exists()
    assert len(attachments_of(objection)) == 1


def test_upholding_makes_version_two_and_keeps_the_original(world: Any, delivered: Any) -> None:
    evaluation = delivered(work_result=BELOW)
    objection = _file(evaluation, world.staff)
    _send(objection, world.head)
    _decide(objection, world.agency_head, is_upheld=True, work_result=MEETS, decision_reason="Bukti lengkap.")
    evaluation.refresh_from_db()
    assert (evaluation.version, evaluation.predikat) == (2, "baik")
    first, second = versions_of(evaluation)
    assert (first.version, first.predikat, first.is_current) == (1, "butuh_perbaikan", False)
    assert (second.version, second.predikat, second.by, second.is_current) == (
        2,
        "baik",
        world.agency_head,
        True,
    )
    entry = AuditEntry.objects.get(action="assessments.objection.decided")
    assert (entry.data["version"], entry.data["heard"]) == (2, ["appraiser"])


def test_rejecting_makes_no_new_version(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    _decide(_file(evaluation, world.staff), world.agency_head)
    evaluation.refresh_from_db()
    assert evaluation.version == 1
    assert [row.version for row in versions_of(evaluation)] == [1]


# The decider is away


def _away(world: Any, person: Any, since: date = date(2026, 7, 1)) -> None:
    states.record_state(
        employee=person, kind="long_leave", since=since, until=None, note="", by=None, at=DELIVERED_AT
    )


def test_an_absent_decider_is_passed_over_to_the_next_upward(world: Any, delivered: Any) -> None:
    mayor_deputy = world.make_employee("Sekretaris Daerah", world.root, is_head=True, position_class="jpt")
    _away(world, world.agency_head)
    assert _file(delivered(), world.staff).decider == mayor_deputy


def test_with_nobody_above_present_leadership_decides(world: Any, delivered: Any) -> None:
    _away(world, world.agency_head)
    assert _file(delivered(), world.staff).decider is None


def test_an_open_objection_is_handed_on_once_and_keeps_its_clock(world: Any, delivered: Any) -> None:
    deputy = world.make_employee("Sekretaris Daerah", world.root, is_head=True, position_class="jpt")
    objection = _file(delivered(), world.staff)
    due = objection.decision_due_on
    assert objections.hand_on_objections(now=DELIVERED_AT) == 0
    _away(world, world.agency_head, since=date(2026, 7, 23))
    now = DELIVERED_AT + timedelta(days=2)
    assert objections.hand_on_objections(now=now) == 1
    assert objections.hand_on_objections(now=now) == 0
    objection.refresh_from_db()
    assert (objection.decider, objection.decision_due_on) == (deputy, due)
    assert Notification.objects.filter(recipient=deputy.user, params__number=objection.number).count() == 1
    with pytest.raises(objections.NotTheDecider):
        _decide(objection, world.agency_head)
    _decide(objection, deputy)


def test_a_decided_objection_stays_with_who_decided_it(world: Any, delivered: Any) -> None:
    objection = _file(delivered(), world.staff)
    _decide(objection, world.agency_head)
    _away(world, world.agency_head, since=date(2026, 7, 23))
    assert objections.hand_on_objections(now=DELIVERED_AT + timedelta(days=2)) == 0
    objection.refresh_from_db()
    assert objection.decider == world.agency_head
