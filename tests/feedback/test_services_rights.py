"""A reporter's own data: a copy, a correction, an end, and a person within 3 x 24 hours."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core.models import AuditEntry, Notification
from apps.feedback.models import ComplaintContact, RightsRequest
from apps.feedback.services import complaints, rights
from tests.feedback.helpers import complain

AT = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)


@pytest.fixture
def complaint(world):
    contact = {"name": "Warga Contoh", "phone": "081234567890", "email": ""}
    return complain(world.unit, is_anonymous=False, contact=contact)[0]


def test_the_copy_has_everything_but_internal_notes(complaint, world):
    complaints.citizen_reply(complaint_id=complaint.pk, text="Masih sama.", at=AT)
    complaint.events.create(
        action="note", status_after="received", text="Rahasia kantor", is_public=False, at=AT
    )
    data = rights.export(complaint_id=complaint.pk, at=AT)
    assert data["contact"] == {"name": "Warga Contoh", "phone": "081234567890", "email": ""}
    assert data["body"] == complaint.body
    assert "Masih sama." in str(data["messages"])
    assert "Rahasia kantor" not in str(data)
    assert complaint.secret_hash not in str(data)
    assert RightsRequest.objects.get().kind == "export"
    entry = AuditEntry.objects.get(action="feedback.rights.done")
    assert "Warga" not in str(entry.data)


def test_a_contact_is_corrected_and_withdrawn_at_once(complaint):
    rights.correct_contact(
        complaint_id=complaint.pk, contact={"name": "", "phone": "0822", "email": "a@b.id"}, at=AT
    )
    stored = ComplaintContact.objects.get()
    assert (stored.name, stored.phone, stored.email) == ("", "0822", "a@b.id")
    done = rights.withdraw_contact(complaint_id=complaint.pk, at=AT)
    assert not ComplaintContact.objects.exists()
    assert (done.kind, done.answered_at) == ("withdraw", AT)
    for refused in (rights.withdraw_contact, rights.correct_contact):
        more = {"contact": {"phone": "1"}} if refused is rights.correct_contact else {}
        with pytest.raises(rights.NoContact):
            refused(complaint_id=complaint.pk, at=AT, **more)
    assert not ComplaintContact.objects.exists()
    assert RightsRequest.objects.count() == 2


def test_a_person_answers_within_three_days(complaint, officer, world):
    with pytest.raises(rights.TextMissing):
        rights.ask(complaint_id=complaint.pk, kind="delete", text=" ", at=AT)
    with pytest.raises(ValueError, match="withdraw"):
        rights.ask(complaint_id=complaint.pk, kind="withdraw", text="x", at=AT)
    assert not RightsRequest.objects.exists()
    request = rights.ask(complaint_id=complaint.pk, kind="delete", text="Hapus semua.", at=AT)
    assert request.due_at == AT + timedelta(hours=72)
    assert (
        Notification.objects.filter(recipient=officer, key__startswith=f"rights:{request.pk}:").count() == 1
    )
    assert not Notification.objects.filter(recipient=world.head.user, key__startswith="rights:").exists()
    assert rights.remind_overdue(now=AT + timedelta(hours=72)) == 0
    assert rights.remind_overdue(now=AT + timedelta(hours=73)) == 1
    assert rights.remind_overdue(now=AT + timedelta(hours=74)) == 0
    with pytest.raises(rights.TextMissing):
        rights.answer(request_id=request.pk, text="", by=officer, at=AT)
    assert ComplaintContact.objects.exists()
    rights.answer(request_id=request.pk, text="Kontak dihapus.", by=officer, at=AT, deletes_contact=True)
    assert not ComplaintContact.objects.exists()
    with pytest.raises(rights.AlreadyAnswered):
        rights.answer(request_id=request.pk, text="Lagi.", by=officer, at=AT)
    request.refresh_from_db()
    assert request.answer == "Kontak dihapus."
