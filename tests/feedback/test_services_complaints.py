"""The life of a complaint through its services."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.core import stamps
from apps.core.models import AuditEntry, Holiday, Notification
from apps.employees.models import WorkUnit
from apps.feedback import permissions, selectors
from apps.feedback.models import Complaint, ComplaintContact
from apps.feedback.rules.complaint_lifecycle import ComplaintAction
from apps.feedback.services import complaints
from tests.feedback.helpers import AT, complain

LATER = AT + timedelta(days=1)


def test_a_complaint_gets_number_secret_clock_and_receivers(world, officer):
    Holiday.objects.create(scope="kendari", date=date(2026, 9, 16), name="Libur daerah")
    complaint, secret = complain(world.unit, kind="ringan")
    assert complaint.number == "ADU-KENDARI-2026-000001"
    assert complaint.due_on == date(2026, 9, 18)  # Tuesday + 2 working days, Wednesday is off
    assert len(secret) == 10
    assert secret not in complaint.secret_hash
    assert {row.recipient_id for row in Notification.objects.all()} == {world.head.user_id, officer.pk}
    entry = AuditEntry.objects.get(action="feedback.complaint.filed")
    assert (entry.actor, entry.scope) == ("public", "kendari")
    assert "Antrean" not in str(entry.data)


def test_a_new_complaint_wakes_the_screens_of_everybody_above(world, django_capture_on_commit_callbacks):
    above, elsewhere = f"unit:{world.agency.pk}", f"unit:{world.other_agency.pk}"
    before = [stamps.current(name) for name in (above, elsewhere)]
    with django_capture_on_commit_callbacks(execute=True):
        complain(world.unit)
    assert [stamps.current(name) == old for name, old in zip((above, elsewhere), before, strict=True)] == [
        False,
        True,
    ]


def test_without_an_author_no_contact_is_stored_whatever_was_given(world):
    contact = {"name": "Warga Contoh", "phone": "081234567890", "email": ""}
    complaint, _secret = complain(world.unit, is_anonymous=False, has_no_author=True, contact=contact)
    assert complaint.is_anonymous
    assert not ComplaintContact.objects.exists()
    complain(world.unit, is_anonymous=False, contact=contact)
    assert ComplaintContact.objects.get().phone == "081234567890"


def test_anonymous_hides_a_contact_from_the_unit_and_keeps_it_for_complaint_officers(world, officer):
    contact = {"name": "Warga Contoh", "phone": "081234567890", "email": ""}
    rows = [complain(world.unit, is_anonymous=hidden, contact=contact)[0] for hidden in (True, False)]
    people = {"head": world.head.user, "above": world.agency_head.user, "officer": officer}
    may = {name: [permissions.may_open_contact(user, row) for row in rows] for name, user in people.items()}
    assert may == {"head": [False, False], "above": [False, True], "officer": [True, True]}


@pytest.mark.parametrize("typed", ["{}", "{lower}", " {spaced} "])
def test_the_secret_opens_its_complaint_however_it_is_typed(world, typed):
    complaint, secret = complain(world.unit)
    text = typed.format(secret, lower=secret.lower(), spaced=f"{secret[:5]}-{secret[5:]}")
    assert complaints.find_by_secret(number=complaint.number.lower(), secret=text) == complaint


def test_wrong_number_and_wrong_secret_find_nothing(world):
    complaint, secret = complain(world.unit)
    assert complaints.find_by_secret(number=complaint.number, secret="0000000000") is None
    assert complaints.find_by_secret(number="ADU-KENDARI-2026-999999", secret=secret) is None


def test_look_alikes_are_forgiven():
    assert complaints.normalize_secret("oil0u-abcde") == "0110VABCDE"


def test_from_report_to_confirmed(world):
    complaint, _secret = complain(world.unit)
    by = world.head.user
    complaints.start(complaint_id=complaint.pk, by=by, at=LATER)
    complaints.answer(complaint_id=complaint.pk, text="Sudah diperbaiki.", by=by, at=LATER)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.reply_by) == ("answered", date(2026, 9, 30))
    complaints.confirm(complaint_id=complaint.pk, at=LATER)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.closed_at, complaint.reply_by) == ("confirmed_solved", LATER, None)
    assert [event.action for event in complaint.events.all()] == ["file", "start", "answer", "confirm"]
    actions = AuditEntry.objects.filter(target_type="feedback.complaint").order_by("id")
    assert [entry.action.rsplit(".", 1)[1] for entry in actions] == [
        "filed",
        "started",
        "answered",
        "confirmed",
    ]


def test_what_does_not_fit_the_status_changes_nothing(world):
    complaint, _secret = complain(world.unit)
    events = complaint.events.count()
    for act in (
        lambda: complaints.answer(complaint_id=complaint.pk, text="x", by=world.head.user, at=LATER),
        lambda: complaints.confirm(complaint_id=complaint.pk, at=LATER),
        lambda: complaints.reopen(complaint_id=complaint.pk, text="x", at=LATER),
    ):
        with pytest.raises(complaints.TransitionNotAllowed):
            act()
    complaint.refresh_from_db()
    assert (complaint.status, complaint.events.count()) == ("received", events)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_verbs_with_words_need_words(world, text):
    complaint, _secret = complain(world.unit)
    with pytest.raises(complaints.TextMissing):
        complaints.ask_info(complaint_id=complaint.pk, text=text, by=world.head.user, at=LATER)
    complaint.refresh_from_db()
    assert complaint.status == "received"


def test_the_clock_rests_while_the_reporter_is_asked(world):
    complaint, _secret = complain(world.unit)
    before = complaint.due_on
    complaints.ask_info(complaint_id=complaint.pk, text="Tanggal berapa?", by=world.head.user, at=LATER)
    three_working_days = LATER + timedelta(days=5)  # Wednesday to Monday
    complaints.citizen_reply(complaint_id=complaint.pk, text="Senin.", at=three_working_days)
    complaint.refresh_from_db()
    assert complaint.status == "received"
    assert complaint.due_on == before + timedelta(days=3)
    assert complaint.reply_by is None


def test_the_reporter_may_write_at_any_time_while_it_is_open(world):
    complaint, _secret = complain(world.unit)
    complaints.citizen_reply(complaint_id=complaint.pk, text="Masih berlanjut.", at=LATER)
    complaint.refresh_from_db()
    assert complaint.status == "received"
    assert complaint.events.last().action == "message"


def test_passing_on_names_the_receiver_and_starts_its_clock(world):
    complaint, _secret = complain(world.unit)
    complaints.forward(
        complaint_id=complaint.pk,
        to_unit=world.other_agency,
        text="Ranah pendidikan.",
        by=world.head.user,
        at=LATER,
    )
    complaint.refresh_from_db()
    assert complaint.unit == world.other_agency
    assert complaint.due_on == date(2026, 10, 6)
    assert complaint.events.last().to_unit == world.other_agency
    assert Notification.objects.filter(recipient=world.stranger_head.user).exists()


def test_a_late_complaint_does_not_become_timely_by_passing_it_on(world):
    complaint, _secret = complain(world.unit, kind="ringan")
    late = AT + timedelta(days=10)
    complaints.forward(complaint_id=complaint.pk, to_unit=world.agency, text="", by=world.head.user, at=late)
    complaint.refresh_from_db()
    assert complaint.due_on == date(2026, 9, 17)


def test_a_complaint_never_leaves_its_government(world):
    complaint, _secret = complain(world.unit)
    for unit in (world.other.unit, world.unit):
        with pytest.raises(complaints.UnitCannotReceive):
            complaints.forward(complaint_id=complaint.pk, to_unit=unit, text="", by=world.head.user, at=LATER)
    complaint.refresh_from_db()
    assert (complaint.unit, complaint.status) == (world.unit, "received")


def test_the_head_of_the_reported_unit_can_never_close(world, officer):
    complaint, _secret = complain(world.unit)
    head, above = world.head.user, world.agency_head.user
    assert ComplaintAction.REJECT not in permissions.actions_for(head, complaint)
    assert ComplaintAction.REJECT in permissions.actions_for(above, complaint)
    assert ComplaintAction.REJECT in permissions.actions_for(officer, complaint)
    assert permissions.actions_for(world.staff.user, complaint) == ()
    assert permissions.actions_for(world.stranger_head.user, complaint) == ()
    assert permissions.actions_for(world.auditor, complaint) == ()


def test_a_refusal_says_why_and_may_be_contested_once(world, officer):
    complaint, _secret = complain(world.unit)
    refuse = {"complaint_id": complaint.pk, "reason_code": "unclear", "text": "Tidak jelas."}
    complaints.reject(**refuse, by=officer, at=LATER)
    complaints.reopen(complaint_id=complaint.pk, text="Saya jelaskan lagi.", at=LATER)
    # The second look is another person's.
    with pytest.raises(complaints.SamePerson):
        complaints.reject(**refuse, by=officer, at=LATER)
    complaint.refresh_from_db()
    assert complaint.status == "reopened"
    assert not permissions.may_reject(officer, complaint)
    complaints.reject(**refuse, by=world.agency_head.user, at=LATER)
    with pytest.raises(complaints.ReopenTooLate):
        complaints.reopen(complaint_id=complaint.pk, text="Lagi.", at=LATER)
    complaint.refresh_from_db()
    assert complaint.status == "rejected"
    assert complaint.events.filter(action="reject").last().reason_code == "unclear"


def test_reopening_starts_a_new_clock_and_ends_after_the_window(world):
    complaint, _secret = complain(world.unit)
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=LATER)
    complaints.answer(complaint_id=complaint.pk, text="Selesai.", by=world.head.user, at=LATER)
    complaints.confirm(complaint_id=complaint.pk, at=LATER)
    with pytest.raises(complaints.ReopenTooLate):
        complaints.reopen(complaint_id=complaint.pk, text="Terulang.", at=LATER + timedelta(days=31))
    complaints.reopen(complaint_id=complaint.pk, text="Terulang.", at=LATER + timedelta(days=30))
    complaint.refresh_from_db()
    assert (complaint.status, complaint.closed_at, complaint.answered_at) == ("reopened", None, None)
    assert complaint.due_on > date(2026, 10, 16)


def test_an_answer_without_reaction_lapses_in_the_local_night(world):
    complaint, _secret = complain(world.unit)
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=LATER)
    complaints.answer(complaint_id=complaint.pk, text="Selesai.", by=world.head.user, at=LATER)
    last_second = datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)  # 23:59:59 WITA
    assert complaints.lapse_due(now=last_second) == 0
    assert complaints.lapse_due(now=last_second + timedelta(seconds=1)) == 1
    assert complaints.lapse_due(now=last_second + timedelta(days=1)) == 0
    complaint.refresh_from_db()
    assert complaint.status == "closed_no_reply"
    assert AuditEntry.objects.get(action="feedback.complaint.lapsed").actor == "system"


def test_an_overdue_complaint_is_told_once_to_the_head_above(world):
    complaint, _secret = complain(world.unit, kind="ringan")
    in_time = datetime(2026, 9, 17, 15, 59, 59, tzinfo=UTC)
    assert complaints.escalate_due(now=in_time) == 1  # due soon: the unit
    assert world.agency_head.user_id not in {row.recipient_id for row in Notification.objects.all()}
    late = datetime(2026, 9, 17, 16, 0, tzinfo=UTC)
    assert complaints.escalate_due(now=late) == 1
    assert complaints.escalate_due(now=late + timedelta(hours=1)) == 0
    assert world.agency_head.user_id in {row.recipient_id for row in Notification.objects.all()}
    complaint.refresh_from_db()
    assert (complaint.status, complaint.escalated_at) == ("received", late)


def test_a_contact_is_opened_with_a_reason_on_record(world, officer):
    complaint, _secret = complain(
        world.unit, is_anonymous=False, contact={"name": "Warga Contoh", "phone": "0812", "email": ""}
    )
    with pytest.raises(complaints.TextMissing):
        complaints.open_contact(complaint_id=complaint.pk, reason=" ", by=officer, at=LATER)
    assert not AuditEntry.objects.filter(action="feedback.complaint.contact_opened").exists()
    contact = complaints.open_contact(
        complaint_id=complaint.pk, reason="Menanyakan lokasi", by=officer, at=LATER
    )
    assert contact.name == "Warga Contoh"
    entry = AuditEntry.objects.get(action="feedback.complaint.contact_opened")
    assert entry.actor == f"user:{officer.pk}"
    assert "Warga" not in str(entry.data)
    assert complaint.events.get(action="contact").text == "Menanyakan lokasi"


def test_an_anonymous_report_has_no_contact_to_open(world, officer):
    complaint, _secret = complain(world.unit)
    assert not permissions.may_open_contact(officer, complaint)
    with pytest.raises(complaints.NoContact):
        complaints.open_contact(complaint_id=complaint.pk, reason="Ingin tahu", by=officer, at=LATER)


def test_suspected_spam_waits_without_noise(world, officer):
    complaint, _secret = complain(world.unit, is_suspicious=True)
    assert not Notification.objects.exists()
    assert list(selectors.open_complaints([world.unit])) == []
    complaints.release(complaint_id=complaint.pk, by=officer, at=LATER)
    assert list(selectors.open_complaints([world.unit])) == [complaint]
    assert Notification.objects.exists()


def test_share_answered_in_time(world):
    by = world.head.user
    for answered_after in (1, 20, None):
        complaint, _secret = complain(world.unit, kind="normatif")
        if answered_after:
            at = AT + timedelta(days=answered_after)
            complaints.start(complaint_id=complaint.pk, by=by, at=at)
            complaints.answer(complaint_id=complaint.pk, text="Ya.", by=by, at=at)
    september = (date(2026, 9, 1), date(2026, 9, 30))
    assert selectors.complaints_on_time_percent(world.agency, *september) == Decimal("33.33")
    assert selectors.complaints_on_time_percent(world.other_agency, *september) is None


def test_who_sees_which_complaints(world, officer):
    mine, _ = complain(world.unit)
    complain(world.other_agency)
    foreign, _ = complain(world.other.unit)
    assert set(Complaint.objects.visible_to(world.head.user)) == {mine}
    assert set(Complaint.objects.visible_to(world.agency_head.user)) == {mine}
    assert set(Complaint.objects.visible_to(world.staff.user)) == set()
    assert Complaint.objects.visible_to(officer).count() == 2
    assert foreign not in Complaint.objects.visible_to(world.auditor)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "unknown"},
        {"status": "answered"},
        {"reply_by": date(2026, 9, 30)},
        {"status": "rejected"},
        {"closed_at": AT},
    ],
)
def test_the_database_refuses_an_impossible_complaint(world, change):
    complain(world.unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.update(**change)
    assert Complaint.objects.get().status == "received"


def test_a_closed_unit_takes_no_reports(world):
    WorkUnit.objects.filter(pk=world.unit.pk).update(is_active=False)
    world.unit.refresh_from_db()
    with pytest.raises(complaints.UnitCannotReceive):
        complain(world.unit)
    assert not Complaint.objects.exists()
