"""Deleting what is kept no longer: somebody who was deleted is absent afterwards, and there is a proof."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection

from apps.core import policy
from apps.core.models import AuditEntry
from apps.feedback.models import (
    Answer,
    ArrivalMark,
    Complaint,
    ComplaintContact,
    ConsultationContribution,
    DailyKey,
    PaperScan,
    Response,
    RetentionRun,
)
from apps.feedback.rules.retention import RETENTION, days_kept, digest_of, gone_up_to
from apps.feedback.services import arrivals, complaints, remarks, retention
from apps.feedback.services.arrivals import Arrival
from tests.feedback.helpers import answer, complain
from tests.feedback.improving import meeting_of
from tests.feedback.paper_helpers import closed, open_batch

NOW = datetime.now(UTC)
NAME, PHONE, WORDS = "Wa Ode Penanda Jelas", "081299998888", "Kalimat penanda yang hanya satu di dunia"


def closed_days_ago(complaint, days):
    Complaint.objects.filter(pk=complaint.pk).update(
        status="closed_no_reply", closed_at=NOW - timedelta(days=days), reply_by=None
    )


def everything():
    """Return all text of all tables of feedback."""
    found = []
    for model in apps.get_app_config("feedback").get_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {model._meta.db_table} AS t")
            found.append(cursor.fetchone()[0])
    return " ".join(found)


def report(world, **fields):
    given = {
        "is_anonymous": False,
        "contact": {"name": NAME, "phone": PHONE, "email": ""},
        "body": WORDS,
        "at": NOW - timedelta(days=3000),
    }
    return complain(world.unit, **{**given, **fields})[0]


def test_a_deleted_person_is_absent_afterwards_and_the_report_is_still_counted(world):
    complaint = report(world)
    complaints.citizen_reply(complaint_id=complaint.pk, text=f"{WORDS}, {NAME}", at=NOW)
    closed_days_ago(complaint, 2000)
    assert NAME in everything()
    assert WORDS in everything()
    assert retention.run_due(now=NOW) >= 2
    left = everything()
    assert NAME not in left
    assert PHONE not in left
    assert WORDS not in left
    complaint.refresh_from_db()
    assert (complaint.kind, complaint.status, complaint.unit) == (
        "tidak_berkadar_pengawasan",
        "closed_no_reply",
        world.unit,
    )
    assert complaints.find_by_secret(number=complaint.number, secret="") is None


def test_the_contact_goes_before_the_words_and_an_open_report_keeps_both(world):
    closed, still_open = report(world), report(world)
    closed_days_ago(closed, 92)
    retention.run_due(now=NOW)
    assert list(ComplaintContact.objects.values_list("complaint", flat=True)) == [still_open.pk]
    assert set(Complaint.objects.values_list("body", flat=True)) == {WORDS}


def test_every_class_leaves_a_proof_once_a_day(world):
    complaint = report(world)
    closed_days_ago(complaint, 100)
    key = ComplaintContact.objects.get().pk
    retention.run_due(now=NOW)
    runs = RetentionRun.objects.filter(government=world.government)
    assert runs.count() == len(RETENTION)
    proof = runs.get(retention_class="contacts")
    assert (proof.count, proof.days_kept) == (1, 90)
    assert proof.digest == hashlib.sha256(str(key).encode()).hexdigest()
    entry = AuditEntry.objects.get(action="feedback.retention.ran")
    assert (entry.data["count"], entry.data["digest"]) == (1, proof.digest)
    assert retention.run_due(now=NOW) == 0
    assert runs.count() == len(RETENTION)
    retention.run_due(now=NOW + timedelta(days=1))
    assert runs.count() == 2 * len(RETENTION)


def test_remarks_lose_their_words_and_keep_their_answers(service, officer):
    old = answer(service, remark=WORDS, at=NOW)
    new = answer(service, remark="Baru", at=NOW)
    remarks.decide_remark(response_id=old.pk, is_released=True, text=WORDS, by=officer, at=NOW)
    Response.objects.filter(pk=old.pk).update(hour=NOW - timedelta(days=732))
    retention.run_due(now=NOW)
    assert WORDS not in everything()
    new.refresh_from_db()
    assert new.remark == "Baru"
    assert Answer.objects.filter(response=old).count() == 9


def test_marks_and_keys_are_gone_after_72_hours_whatever_the_policy_says(service, world):
    government = world.government
    policy.set_value(
        "feedback.retention_days",
        {"network_marks": 400},
        scope="",
        valid_from=NOW.date() - timedelta(days=9),
        by=None,
        reason="uji",
    )
    mark = arrivals.network_mark("36.1.2.3", government, NOW)
    answer(service, arrival=Arrival(network=mark), at=NOW)
    retention.destroy_marks(now=NOW + timedelta(hours=71))
    assert ArrivalMark.objects.count() == 1
    retention.destroy_marks(now=NOW + timedelta(hours=72, minutes=5))
    assert not ArrivalMark.objects.exists()
    assert DailyKey.objects.exists()
    retention.destroy_marks(now=NOW + timedelta(hours=96))
    assert not DailyKey.objects.exists()
    # Nobody can make the same mark again.
    assert arrivals.network_mark("36.1.2.3", government, NOW) != mark


def test_other_governments_keep_theirs(world):
    complaint = report(world)
    closed_days_ago(complaint, 100)
    policy.set_value(
        "feedback.retention_days",
        {"contacts": 1000},
        scope=world.government.code,
        valid_from=NOW.date() - timedelta(days=9),
        by=None,
        reason="uji",
    )
    foreign = report(world.other)
    closed_days_ago(foreign, 100)
    retention.run_due(now=NOW)
    assert list(ComplaintContact.objects.values_list("complaint", flat=True)) == [complaint.pk]


@pytest.mark.parametrize(
    ("table", "days"),
    [({}, 90), ({"contacts": 30}, 30), ({"contacts": "x"}, 90), ({"contacts": 0}, 1), ({"contacts": -5}, 1)],
)
def test_days_come_from_the_table(table, days):
    assert days_kept("contacts", table) == days


def test_days_of_rules():
    assert days_kept("network_marks", {"network_marks": 99}) == 3
    with pytest.raises(KeyError):
        days_kept("everything", {})
    assert gone_up_to(NOW.date(), 90) == NOW.date() - timedelta(days=91)
    assert digest_of([3, 1]) == digest_of([1, 3]) != digest_of([1, 2])


def test_scans_go_after_years_and_what_was_typed_stays(world, service):
    batch = closed(world, service)
    typed_rows = batch.rows.count()
    PaperScan.objects.update(added_at=NOW - timedelta(days=1830))
    other = open_batch(world, service)
    retention.run_due(now=NOW)
    assert list(PaperScan.objects.values_list("batch", flat=True)) == [other.pk]
    assert batch.rows.count() == typed_rows
    assert RetentionRun.objects.get(government=world.government, retention_class="paper_scans").count == 1


def test_words_sent_before_a_consultation_go_and_stay_counted(world):
    consultation = meeting_of(world)
    row = ConsultationContribution.objects.create(
        consultation=consultation,
        text=WORDS,
        hour=NOW - timedelta(days=800),
        status="shown",
        read_at=NOW - timedelta(days=740),
        read_by=world.head.user,
    )
    retention.run_due(now=NOW)
    assert WORDS not in everything()
    assert ConsultationContribution.objects.filter(pk=row.pk).exists()
