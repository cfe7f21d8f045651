"""Assignment, hand-over, templates, redaction, the ladder, causes, LAPOR."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.core.policy import set_value
from apps.employees.models import WorkUnit
from apps.feedback import permissions
from apps.feedback.models import (
    Complaint,
    ComplaintAssignment,
    ComplaintRedaction,
    EscalationStep,
    RepeatCauseReport,
    TemplateUse,
)
from apps.feedback.selectors import causes as cause_questions
from apps.feedback.selectors import handling
from apps.feedback.services import causes, complaints
from tests.feedback.helpers import AT, complain

LATER = AT + timedelta(days=1)
TEXT = "Terima kasih atas laporan Anda. Kami telah memeriksa [apa yang diperiksa] pada [tanggal] dan memperbaikinya."


# --- assignment


def test_history_keeps_who_had_it(world, officer):
    complaint, _ = complain(world.unit)
    for to in (world.staff.user, world.staff.user, world.colleague.user, None):
        complaints.assign(complaint_id=complaint.pk, to=to, by=officer, at=LATER)
    rows = ComplaintAssignment.objects.order_by("id")
    assert [row.assignee for row in rows] == [world.staff.user, world.colleague.user, None]
    assert Notification.objects.filter(recipient=world.staff.user, text__contains="given to you").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplaintAssignment.objects.update(assignee=world.head.user)


def test_only_people_of_the_unit_or_officers_above_get_it(world, officer):
    complaint, _ = complain(world.unit)
    for person in (world.stranger.user, world.foreigner.user, world.auditor):
        with pytest.raises(complaints.CannotTakeIt):
            complaints.assign(complaint_id=complaint.pk, to=person, by=officer, at=LATER)
    complaint.refresh_from_db()
    assert complaint.assignee is None
    assert not ComplaintAssignment.objects.exists()
    complaints.assign(complaint_id=complaint.pk, to=officer, by=world.head.user, at=LATER)
    complaint.refresh_from_db()
    assert complaint.assignee == officer


def test_whoever_has_it_works_on_it_and_nothing_more(world, officer):
    complaint, _ = complain(world.unit)
    staff = world.staff.user
    assert permissions.actions_for(staff, complaint) == ()
    complaints.assign(complaint_id=complaint.pk, to=staff, by=officer, at=LATER)
    complaint.refresh_from_db()
    assert {action.value for action in permissions.actions_for(staff, complaint)} == {"start", "ask_info"}
    assert not permissions.may_direct(staff, complaint)
    assert not permissions.may_reject(staff, complaint)
    assert set(Complaint.objects.visible_to(staff)) == {complaint}
    assert set(Complaint.objects.visible_to(world.colleague.user)) == set()


def test_many_at_once_leaves_what_does_not_fit(world, officer):
    mine, _ = complain(world.unit)
    elsewhere, _ = complain(world.other_agency)
    has, _ = complain(world.unit)
    closed, _ = complain(world.unit)
    complaints.assign(complaint_id=has.pk, to=world.staff.user, by=officer, at=LATER)
    complaints.reject(
        complaint_id=closed.pk, reason_code="unclear", text="Tidak jelas.", by=officer, at=LATER
    )
    rows = list(Complaint.objects.select_related("government", "unit"))
    plan = complaints.plan_many(complaints=rows, to=world.staff.user, by=officer, at=LATER)
    assert plan.going == [mine]
    assert {row.pk: reason for row, reason in plan.staying} == {
        elsewhere.pk: "elsewhere",
        has.pk: "same",
        closed.pk: "closed",
    }
    assert complaints.assign_many(complaints=rows, to=world.staff.user, by=officer, at=LATER) == 1
    assert Complaint.objects.filter(assignee=world.staff.user).count() == 2


def test_workload_counts_per_person(world, officer):
    for kind, to in (
        ("ringan", world.staff.user),
        ("berkadar_pengawasan", world.staff.user),
        ("ringan", None),
    ):
        complaint, _ = complain(world.unit, kind=kind)
        complaints.assign(complaint_id=complaint.pk, to=to, by=officer, at=AT)
    day = date(2026, 9, 18)
    loads = handling.workload(Complaint.objects.visible_to(officer), day, day)
    assert [(load.user_id, load.open, load.overdue) for load in loads] == [
        (None, 1, 1),
        (world.staff.user_id, 2, 1),
    ]


# --- hand-over


def test_the_reporter_reads_who_receives_it(world, officer):
    complaint, _ = complain(world.unit)
    complaints.assign(complaint_id=complaint.pk, to=world.staff.user, by=officer, at=AT)
    complaints.forward(complaint_id=complaint.pk, to_unit=world.other_agency, text="", by=officer, at=LATER)
    complaint.refresh_from_db()
    event = complaint.events.get(action="forward")
    assert event.receiver.startswith(world.stranger_head.name)
    assert (complaint.assignee, complaint.clock_number) == (None, 2)
    complaints.forward(
        complaint_id=complaint.pk,
        to_unit=world.unit,
        text="",
        receiver="Loket pengaduan",
        by=officer,
        at=LATER,
    )
    assert complaint.events.filter(action="forward").last().receiver == "Loket pengaduan"


# --- templates


@pytest.fixture
def template(world):
    return complaints.save_template(
        government=world.government,
        unit=None,
        purpose="answer",
        title="Sudah",
        body=TEXT,
        by=world.head.user,
        at=AT,
    )


def started(world):
    complaint, _ = complain(world.unit)
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=AT)
    return complaint


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("[tanggal]", "kemarin"),
        TEXT.replace("[apa yang diperiksa]", "itu").replace("[tanggal]", "ini"),
    ],
)
@pytest.mark.parametrize("is_chosen", [True, False])
def test_a_template_is_not_sent_as_an_answer(world, template, text, is_chosen):
    complaint = started(world)
    with pytest.raises(complaints.TemplateNotEdited):
        complaints.answer(
            complaint_id=complaint.pk,
            text=text,
            template=template if is_chosen else None,
            by=world.head.user,
            at=LATER,
        )
    complaint.refresh_from_db()
    assert complaint.status == "in_progress"
    assert not TemplateUse.objects.exists()


def test_use_is_counted_with_the_share_of_own_words(world, template):
    complaint = started(world)
    text = TEXT.replace("[apa yang diperiksa]", "mesin antrean loket dua yang melewati nomor ganjil").replace(
        "[tanggal]", "15 September"
    )
    complaints.answer(complaint_id=complaint.pk, text=text, template=template, by=world.head.user, at=LATER)
    assert TemplateUse.objects.get().own_percent >= 20
    other = started(world)
    complaints.answer(complaint_id=other.pk, text="Loket tiga dibuka.", by=world.head.user, at=LATER)
    assert TemplateUse.objects.count() == 1


def test_the_minimum_is_the_governments(world, template):
    set_value(
        "feedback.template_own_percent",
        0,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    complaint = started(world)
    text = TEXT.replace("[apa yang diperiksa]", "itu").replace("[tanggal]", "ini")
    complaints.answer(complaint_id=complaint.pk, text=text, template=template, by=world.head.user, at=LATER)
    complaint.refresh_from_db()
    assert complaint.status == "answered"


def test_a_template_leaves_something_to_its_writer(world):
    with pytest.raises(ValueError, match="leaves something"):
        complaints.save_template(
            government=world.government,
            unit=None,
            purpose="answer",
            title="x",
            body="Terima kasih.",
            by=None,
            at=AT,
        )


# --- redaction


def test_redactions_have_versions_and_the_original_stays(world, officer):
    complaint, _ = complain(world.unit, body="Petugas Budi di loket 2 kasar.")
    for body in ("Petugas [nama] di loket 2 kasar.", "Petugas [nama] kasar."):
        complaints.redact_report(
            complaint_id=complaint.pk, subject="Petugas kasar", text=body, reason="Nama", by=officer, at=LATER
        )
    seen = handling.visible_text(complaint)
    assert (seen.subject, seen.body, seen.version) == ("Petugas kasar", "Petugas [nama] kasar.", 2)
    complaint.refresh_from_db()
    assert complaint.body == "Petugas Budi di loket 2 kasar."
    assert [row.version for row in ComplaintRedaction.objects.order_by("version")] == [1, 2]
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplaintRedaction.objects.update(text="x")


def test_a_message_is_hidden_without_touching_the_report(world, officer):
    complaint, _ = complain(world.unit)
    complaints.citizen_reply(complaint_id=complaint.pk, text="Itu Budi.", at=LATER)
    event = complaint.events.get(action="message")
    complaints.redact_message(event=event, text="Itu [nama].", reason="Nama", by=officer, at=LATER)
    assert handling.visible_messages(complaint) == {event.pk: "Itu [nama]."}
    assert handling.visible_text(complaint).version == 0


def test_reading_the_original_is_on_record(world):
    complaint, _ = complain(world.unit, body="Petugas Budi kasar.")
    with pytest.raises(complaints.TextMissing):
        complaints.read_original(complaint_id=complaint.pk, reason=" ", by=world.auditor, at=LATER)
    assert not AuditEntry.objects.filter(action="feedback.complaint.original_read").exists()
    found = complaints.read_original(
        complaint_id=complaint.pk, reason="Pemeriksaan", by=world.auditor, at=LATER
    )
    assert found.body == "Petugas Budi kasar."
    entry = AuditEntry.objects.get(action="feedback.complaint.original_read")
    assert entry.actor == f"user:{world.auditor.pk}"
    assert "Budi" not in str(entry.data)


# --- the ladder


def steps(complaint):
    rows = EscalationStep.objects.filter(complaint=complaint).order_by("clock_number", "step")
    return [(row.clock_number, row.step) for row in rows]


def test_the_ladder_is_climbed_once_and_makes_up_for_missed_ticks(world, officer):
    complaint, _ = complain(world.unit, kind="ringan")  # due Thursday 17 September
    boss = world.make_role_user("leadership")
    late = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)
    very_late = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
    assert complaints.escalate_due(now=AT) == 1
    assert complaints.escalate_due(now=late) == 1
    assert boss.pk not in {row.recipient_id for row in Notification.objects.all()}
    assert complaints.escalate_due(now=very_late) == 1
    assert complaints.escalate_due(now=very_late) == 0
    assert steps(complaint) == [(1, 1), (1, 2), (1, 3)]
    assert boss.pk in {row.recipient_id for row in Notification.objects.all()}
    # Nobody ticked for months: everything that is still true happens at once, the reminder does not.
    other, _ = complain(world.unit, kind="ringan")
    assert complaints.escalate_due(now=datetime(2026, 12, 20, 2, 0, tzinfo=UTC)) == 4
    assert steps(other) == [(1, 2), (1, 3), (1, 4)]
    assert steps(complaint)[-1] == (1, 4)
    assert other.events.get(action="ombudsman").is_public


def test_a_new_clock_starts_a_new_ladder(world, officer):
    complaint, _ = complain(world.unit, kind="ringan")
    late = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)
    complaints.escalate_due(now=late)
    complaints.start(complaint_id=complaint.pk, by=officer, at=late)
    complaints.answer(complaint_id=complaint.pk, text="Sudah.", by=officer, at=late)
    assert complaints.escalate_due(now=late) == 0
    complaints.reopen(complaint_id=complaint.pk, text="Belum.", at=late)
    complaints.escalate_due(now=late + timedelta(days=30))
    assert steps(complaint) == [(1, 2), (2, 2), (2, 3)]


def test_the_ladder_never_tells_somebody_it_is_about(world, officer):
    from apps.feedback.services import allegations

    complaint, _ = complain(world.unit, kind="ringan")
    allegations.name_officer(
        complaint_id=complaint.pk, employee=world.agency_head, shared_text="x", by=officer, at=AT
    )
    Notification.objects.all().delete()
    complaints.escalate_due(now=datetime(2026, 9, 18, 2, 0, tzinfo=UTC))
    assert world.agency_head.user_id not in {row.recipient_id for row in Notification.objects.all()}


def test_picking_asks_the_same_for_few_and_many(world, django_assert_num_queries):
    from apps.employees.alike import alike
    from apps.feedback.services.complaints.clocks import _THRESHOLDS, _due_steps

    now = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
    for number in (1, 4):
        for _ in range(number):
            complain(world.unit)
        with django_assert_num_queries(7):  # governments, policies, holidays, four steps
            (group,) = alike(now, *_THRESHOLDS, with_days_off=True)
            for _step, rows in _due_steps(group):
                list(rows)


# --- causes


def cause_of(world, name="Nomor antrean habis"):
    return causes.add_cause(government=world.government, name=name, description="", by=world.head.user, at=AT)


def test_a_cause_is_named_once_and_stays_in_its_government(world):
    cause = cause_of(world)
    with pytest.raises(causes.CauseExists):
        cause_of(world, " nomor  ANTREAN habis ")
    foreign, _ = complain(world.other.unit)
    with pytest.raises(causes.CauseElsewhere):
        causes.set_cause(complaint_id=foreign.pk, cause=cause, by=world.other.head.user, at=AT)
    foreign.refresh_from_db()
    assert foreign.cause is None


def test_what_comes_back_is_reported_once_per_span(world, officer):
    cause, service = cause_of(world), world.make_service()
    other = world.make_service()
    for where in (service, service, other):
        complaint, _ = complain(world.unit, service=where)
        causes.set_cause(complaint_id=complaint.pk, cause=cause, by=officer, at=AT)
    assert cause_questions.repeat_causes(world.agency, date(2026, 9, 16)) == []
    complaint, _ = complain(world.unit, service=service)
    causes.set_cause(complaint_id=complaint.pk, cause=cause, by=officer, at=AT)
    found = cause_questions.repeat_causes(world.agency, date(2026, 9, 16))
    assert [(row.cause_id, row.service_id, row.n) for row in found] == [(cause.pk, service.pk, 3)]
    assert cause_questions.repeat_causes(world.other_agency, date(2026, 9, 16)) == []
    assert cause_questions.repeat_causes(world.agency, date(2026, 12, 1)) == []
    Notification.objects.all().delete()
    assert causes.report_repeats(now=LATER) == 1
    assert causes.report_repeats(now=LATER + timedelta(days=3)) == 0
    assert RepeatCauseReport.objects.get().n == 3
    told = {row.recipient_id for row in Notification.objects.all()}
    assert told == {world.head.user_id, world.agency_head.user_id, officer.pk}


def test_causes_are_suggested_by_like_words(world, officer):
    cause, unlike = cause_of(world), cause_of(world, "Atap bocor")
    for subject, where in (
        ("Nomor antrean habis sebelum jam sepuluh", cause),
        ("Atap ruang tunggu bocor", unlike),
    ):
        complaint, _ = complain(world.unit, subject=subject)
        causes.set_cause(complaint_id=complaint.pk, cause=where, by=officer, at=AT)
    new, _ = complain(world.unit, subject="Antrean", body="Datang pukul sembilan, nomor antrean sudah habis.")
    assert cause_questions.suggested(new)[0] == cause


def test_an_improvement_is_noted_once(world):
    cause = cause_of(world)
    for _ in range(2):
        causes.note_improvement(cause, 7, by=world.head.user, at=AT)
    assert cause.improvements.get().item_id == 7
    assert AuditEntry.objects.filter(action="feedback.cause.improved").count() == 1


# --- LAPOR


def test_an_unusual_number_is_kept_and_warned_about(world, officer):
    complaint, _ = complain(world.unit)
    note = {"complaint_id": complaint.pk, "state": "", "received_on": None, "by": officer, "at": LATER}
    assert complaints.note_lapor(number="#1234567", **note)[1]
    assert not complaints.note_lapor(number="LP/12", **note)[1]
    complaint.refresh_from_db()
    assert complaint.lapor_number == "LP/12"


def take_in(world, officer, text):
    return complaints.import_lapor(
        visible=Complaint.objects.visible_to(officer),
        government=world.government,
        content=text.encode(),
        file_name="lapor.csv",
        by=officer,
        at=LATER,
    )


def test_a_table_goes_in_and_what_is_wrong_stays_out(world, officer):
    one, _ = complain(world.unit)
    two, _ = complain(world.unit)
    foreign, _ = complain(world.other.unit)
    text = "\n".join(
        [
            "nomor_aduan,nomor_lapor,status_lapor,tanggal_lapor",
            f"{one.number},7654321,selesai,2026-09-14",
            f"{two.number},7654322,entah,",
            f"{foreign.number},7654323,selesai,",
            f"{two.number},,,kemarin",
        ]
    )
    report = take_in(world, officer, text)
    assert (report.read, report.changed) == (4, 1)
    assert [row.code for row in report.problems] == ["unknown_state", "unknown_number", "no_day"]
    for row in (one, two, foreign):
        row.refresh_from_db()
    assert (one.lapor_number, one.lapor_state, one.lapor_received_on) == (
        "7654321",
        "selesai",
        date(2026, 9, 14),
    )
    assert (two.lapor_number, foreign.lapor_number) == ("", "")
    again = take_in(world, officer, text)
    assert (again.changed, again.unchanged) == (0, 1)


@pytest.mark.parametrize("shape", ["csv", "xlsx"])
def test_a_table_goes_out_as_text_and_on_record(world, officer, shape):
    complaint, _ = complain(world.unit)
    WorkUnit.objects.filter(pk=world.unit.pk).update(name="=cmd()")
    complaints.note_lapor(
        complaint_id=complaint.pk, number="0012345", state="selesai", received_on=None, by=officer, at=LATER
    )
    content = complaints.export_lapor(
        rows=Complaint.objects.visible_to(officer).select_related("unit"),
        government=world.government,
        purpose="Rapat bulanan",
        shape=shape,
        by=officer,
        at=LATER,
    )
    if shape == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}
        values = [cell.value for cell in cells]
    else:
        values = content.decode("utf-8-sig").splitlines()[1].strip('"').split('","')
    assert "0012345" in values
    assert "'=cmd()" in values
    assert "Antrean" not in str(values)
    entry = AuditEntry.objects.get(action="feedback.lapor.exported")
    assert (entry.data["rows"], entry.data["purpose"]) == (1, "Rapat bulanan")
