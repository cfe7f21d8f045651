"""A report that names an employee: heard first, decided by somebody independent, answered by two persons."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.feedback import permissions
from apps.feedback.models import Complaint, ComplaintAssignment, PendingAnswer, ReportedOfficer
from apps.feedback.services import allegations, complaints
from tests.feedback.helpers import AT, complain

LATER = AT + timedelta(days=1)
MUCH_LATER = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def complaint(world):
    return complain(
        world.unit, is_anonymous=False, contact={"name": "Warga Contoh", "phone": "0812", "email": ""}
    )[0]


def name(world, complaint, by, employee=None):
    return allegations.name_officer(
        complaint_id=complaint.pk,
        employee=employee or world.staff,
        shared_text="Antrean dilewati pada pagi hari.",
        by=by,
        at=AT,
    )


def heard(world, complaint, officer):
    reported = name(world, complaint, officer)
    allegations.give_statement(
        reported_id=reported.pk, text="Saya memanggil dua kali.", by=world.staff.user, at=LATER
    )
    return reported


def test_a_named_employee_is_told_and_has_days_to_answer(world, complaint, officer):
    reported = name(world, complaint, officer)
    assert (reported.status, reported.state_by) == ("awaiting", date(2026, 9, 22))
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    entry = AuditEntry.objects.get(action="feedback.complaint.officer_named")
    assert world.staff.name not in str(entry.data)
    # The history says that somebody was named, not who.
    assert complaint.events.get(action="officer").text == ""
    assert not complaint.events.get(action="officer").is_public


def test_nobody_is_named_twice_by_themselves_or_from_elsewhere(world, complaint, officer):
    name(world, complaint, officer)
    with pytest.raises(allegations.AlreadyNamed):
        name(world, complaint, officer)
    with pytest.raises(allegations.CannotBeNamed):
        name(world, complaint, officer, world.foreigner)
    with pytest.raises(allegations.CannotBeNamed):
        name(world, complaint, world.colleague.user, world.colleague)
    assert ReportedOfficer.objects.count() == 1


def test_the_named_employee_loses_the_complaint_and_can_no_longer_see_it(world, complaint, officer):
    complaints.assign(complaint_id=complaint.pk, to=world.staff.user, by=officer, at=AT)
    assert set(Complaint.objects.visible_to(world.staff.user)) == {complaint}
    name(world, complaint, officer)
    assert set(Complaint.objects.visible_to(world.staff.user)) == set()
    complaint.refresh_from_db()
    assert complaint.assignee is None
    assert [row.assignee for row in ComplaintAssignment.objects.order_by("id")] == [world.staff.user, None]
    with pytest.raises(complaints.CannotTakeIt):
        complaints.assign(complaint_id=complaint.pk, to=world.staff.user, by=officer, at=AT)


def test_a_named_head_sees_nothing_of_it_and_is_told_nothing_else(world, complaint, officer):
    name(world, complaint, officer, world.head)
    Notification.objects.all().delete()
    complaints.citizen_reply(complaint_id=complaint.pk, text="Masih.", at=LATER)
    assert set(Complaint.objects.visible_to(world.head.user)) == set()
    assert permissions.actions_for(world.head.user, complaint) == ()
    assert {row.recipient_id for row in Notification.objects.all()} == {officer.pk}


def test_who_is_independent(world, complaint, officer):
    people = {
        "staff": world.staff.user,
        "head": world.head.user,
        "above": world.agency_head.user,
        "officer": officer,
    }
    assert {
        who: permissions.is_independent(user, complaint) for who, user in people.items()
    } == dict.fromkeys(people, True)
    name(world, complaint, officer)
    assert {who: permissions.is_independent(user, complaint) for who, user in people.items()} == {
        "staff": False,
        "head": False,
        "above": True,
        "officer": True,
    }
    name(world, complaint, officer, world.head)
    # The head of the agency appraises the head of the unit.
    assert not permissions.is_independent(world.agency_head.user, complaint)


def test_nothing_is_decided_before_the_employee_was_heard(world, complaint, officer):
    reported = name(world, complaint, officer)
    with pytest.raises(allegations.TransitionNotAllowed):
        allegations.decide(reported_id=reported.pk, finding="terbukti", reason="x", by=officer, at=LATER)
    reported.refresh_from_db()
    assert (reported.status, reported.finding) == ("awaiting", "")


def test_only_the_employee_answers(world, complaint, officer):
    reported = name(world, complaint, officer)
    for user in (world.colleague.user, world.head.user, officer):
        with pytest.raises(allegations.NotYours):
            allegations.give_statement(reported_id=reported.pk, text="Ya.", by=user, at=LATER)
    reported.refresh_from_db()
    assert (reported.status, reported.statement) == ("awaiting", "")


def test_the_superior_does_not_decide(world, complaint, officer):
    reported = heard(world, complaint, officer)
    with pytest.raises(allegations.NotIndependent):
        allegations.decide(
            reported_id=reported.pk,
            finding="tidak_terbukti",
            reason="Saya kenal.",
            by=world.head.user,
            at=LATER,
        )
    reported.refresh_from_db()
    assert reported.status == "heard"


def test_silence_ends_after_the_days_and_late_words_still_count(world, complaint, officer):
    reported = name(world, complaint, officer)
    last_second = datetime(2026, 9, 22, 15, 59, 59, tzinfo=UTC)
    assert allegations.lapse_statements(now=last_second) == 0
    # A tick long after makes up for those that were missed.
    assert allegations.lapse_statements(now=MUCH_LATER) == 1
    assert allegations.lapse_statements(now=MUCH_LATER) == 0
    allegations.give_statement(
        reported_id=reported.pk, text="Saya sakit.", by=world.staff.user, at=MUCH_LATER
    )
    reported.refresh_from_db()
    assert reported.status == "heard"


def test_decided_objected_and_decided_again_by_another(world, complaint, officer):
    reported = heard(world, complaint, officer)
    allegations.decide(
        reported_id=reported.pk, finding="terbukti", reason="Rekaman antrean.", by=officer, at=LATER
    )
    assert set(ReportedOfficer.objects.quotable()) == set()
    allegations.object_to(reported_id=reported.pk, text="Rekaman lain.", by=world.staff.user, at=LATER)
    with pytest.raises(allegations.SamePerson):
        allegations.decide_objection(
            reported_id=reported.pk, finding="terbukti", reason="Tetap.", by=officer, at=LATER
        )
    allegations.decide_objection(
        reported_id=reported.pk,
        finding="tidak_dapat_dibuktikan",
        reason="Rekaman tidak jelas.",
        by=world.agency_head.user,
        at=LATER,
    )
    with pytest.raises(allegations.TransitionNotAllowed):
        allegations.object_to(reported_id=reported.pk, text="Lagi.", by=world.staff.user, at=LATER)
    reported.refresh_from_db()
    assert (reported.status, reported.first_finding, reported.finding) == (
        "final",
        "terbukti",
        "tidak_dapat_dibuktikan",
    )
    assert set(ReportedOfficer.objects.quotable()) == {reported}
    told = [row.text for row in Notification.objects.filter(recipient=world.staff.user)]
    assert len(told) == 3  # named, decided, objection decided


def test_an_objection_has_its_days_and_then_the_finding_stands(world, complaint, officer):
    reported = heard(world, complaint, officer)
    allegations.decide(
        reported_id=reported.pk, finding="tidak_terbukti", reason="Rekaman.", by=officer, at=LATER
    )
    assert allegations.settle_due(now=LATER) == 0
    with pytest.raises(allegations.TransitionNotAllowed):
        allegations.object_to(reported_id=reported.pk, text="Terlambat.", by=world.staff.user, at=MUCH_LATER)
    assert allegations.settle_due(now=MUCH_LATER) == 1
    reported.refresh_from_db()
    assert (reported.status, reported.closed_at) == ("final", MUCH_LATER)


def test_a_name_is_taken_back_with_a_reason(world, complaint, officer):
    reported = name(world, complaint, officer)
    with pytest.raises(complaints.TextMissing):
        allegations.withdraw(reported_id=reported.pk, reason=" ", by=officer, at=LATER)
    allegations.withdraw(reported_id=reported.pk, reason="Orang yang salah.", by=officer, at=LATER)
    assert set(ReportedOfficer.objects.about(world.staff.user)) == set()
    assert permissions.is_independent(world.head.user, complaint)
    name(world, complaint, officer)
    assert ReportedOfficer.objects.standing().count() == 1


# --- two persons


def start(world, complaint):
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=AT)


def propose(complaint, by, text="Kami sudah memeriksa."):
    return complaints.propose_answer(complaint_id=complaint.pk, text=text, by=by, at=LATER)


def test_an_answer_needs_a_second_independent_person(world, complaint, officer):
    start(world, complaint)
    name(world, complaint, officer)
    for by in (world.head.user, officer):
        with pytest.raises(complaints.ReleaseNeeded):
            complaints.answer(complaint_id=complaint.pk, text="Selesai.", by=by, at=LATER)
    pending = propose(complaint, world.head.user)
    with pytest.raises(complaints.SamePerson):
        complaints.release_answer(pending_id=pending.pk, by=world.head.user, at=LATER)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.events.filter(action="answer").count()) == ("in_progress", 0)
    complaints.release_answer(pending_id=pending.pk, by=officer, at=LATER)
    complaint.refresh_from_db()
    assert complaint.status == "answered"
    assert complaint.events.get(action="answer").text == "Kami sudah memeriksa."
    with pytest.raises(complaints.TransitionNotAllowed):
        complaints.release_answer(pending_id=pending.pk, by=officer, at=LATER)


def test_the_superior_releases_nothing_that_another_wrote(world, complaint, officer):
    start(world, complaint)
    name(world, complaint, officer)
    pending = propose(complaint, officer)
    for user in (world.head.user, world.staff.user):
        with pytest.raises(complaints.NotIndependent):
            complaints.release_answer(pending_id=pending.pk, by=user, at=LATER)
    pending.refresh_from_db()
    assert pending.status == "waiting"
    told = {row.recipient_id for row in Notification.objects.filter(text__contains="second person")}
    assert told == {world.agency_head.user_id}


def test_an_answer_goes_back_with_a_note_and_a_new_one_can_be_written(world, complaint, officer):
    start(world, complaint)
    name(world, complaint, officer)
    pending = propose(complaint, world.head.user)
    with pytest.raises(complaints.AnswerWaits):
        propose(complaint, officer)
    complaints.return_answer(pending_id=pending.pk, note="Sebutkan apa yang diperiksa.", by=officer, at=LATER)
    propose(complaint, world.head.user, "Kami memeriksa rekaman.")
    assert [row.status for row in PendingAnswer.objects.order_by("id")] == ["returned", "waiting"]


def test_the_superior_does_not_refuse_alone(world, complaint, officer):
    name(world, complaint, officer, world.head)
    for user in (world.agency_head.user, world.head.user):
        assert not permissions.may_reject(user, complaint)
        with pytest.raises(complaints.NotIndependent):
            complaints.reject(
                complaint_id=complaint.pk, reason_code="unclear", text="Tidak jelas.", by=user, at=LATER
            )
    complaint.refresh_from_db()
    assert complaint.status == "received"


@pytest.mark.parametrize(
    "change",
    [
        {"finding": "terbukti"},
        {"status": "decided"},
        {"status": "final"},
        {"closed_at": AT},
        {"objection": "Ya."},
    ],
)
def test_the_database_refuses_an_impossible_allegation(world, complaint, officer, change):
    name(world, complaint, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportedOfficer.objects.update(**change)
    assert ReportedOfficer.objects.get().status == "awaiting"


def test_the_database_refuses_one_person_twice(world, complaint, officer):
    start(world, complaint)
    reported = heard(world, complaint, officer)
    allegations.decide(reported_id=reported.pk, finding="terbukti", reason="Rekaman.", by=officer, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportedOfficer.objects.update(objection_decided_by=officer)
    pending = propose(complaint, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PendingAnswer.objects.filter(pk=pending.pk).update(
            status="released", decided_by=officer, decided_at=LATER
        )
