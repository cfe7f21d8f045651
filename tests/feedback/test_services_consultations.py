"""A meeting with the public, and the promises made there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from apps.core.models import Notification
from apps.feedback.models import (
    Commitment,
    CommitmentEvent,
    Consultation,
    ConsultationContribution,
    ConsultationGroup,
    ConsultationPoint,
)
from apps.feedback.selectors import consultation as meetings
from apps.feedback.services import commitments, consultations, improvement
from tests.feedback.improving import day_of, meeting_of, photo, point_of

pytestmark = pytest.mark.django_db


def now() -> Any:
    return timezone.now()


def by(world: Any) -> dict[str, Any]:
    return {"by": world.head.user, "at": now()}


def promise_of(world: Any, meeting: Consultation, **fields: Any) -> Commitment:
    values = {
        "point_id": point_of(world, meeting).pk,
        "text": "Menambah satu loket",
        "owner": world.staff,
        "due_on": day_of(world, 20),
    }
    return commitments.make_commitment(**{**values, **by(world), **fields})


def minutes(
    world: Any, meeting: Consultation, text: str = "Dibahas waktu tunggu.", **fields: Any
) -> Consultation:
    values = {"upload_name": "", "content": None, "is_file_public": False}
    return consultations.write_minutes(
        consultation_id=meeting.pk, text=text, **{**values, **by(world), **fields}
    )


def published(world: Any) -> tuple[Consultation, Commitment]:
    meeting = meeting_of(world, held=True)
    promise = promise_of(world, meeting)
    minutes(world, meeting)
    return consultations.publish_minutes(consultation_id=meeting.pk, **by(world)), promise


def test_a_meeting_is_a_draft_until_it_is_announced(world: Any) -> None:
    meeting = meeting_of(world, announced=False)
    assert not meetings.public_consultations(world.unit).exists()
    consultations.announce(consultation_id=meeting.pk, **by(world))
    assert list(meetings.public_consultations(world.agency)) == [meeting]
    assert list(meetings.public_consultations(world.government)) == [meeting]
    assert not meetings.public_consultations(world.other_agency).exists()
    assert [row.text for row in meeting.agenda.all()] == ["Waktu tunggu", "Biaya"]
    with pytest.raises(consultations.WrongStage):
        consultations.announce(consultation_id=meeting.pk, **by(world))


def test_a_meeting_in_the_past_is_not_announced(world: Any) -> None:
    meeting = meeting_of(world, announced=False)
    Consultation.objects.filter(pk=meeting.pk).update(
        starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(hours=1)
    )
    with pytest.raises(consultations.WrongStage):
        consultations.announce(consultation_id=meeting.pk, **by(world))
    assert Consultation.objects.get().announced_at is None


def test_a_meeting_ends_after_it_began(world: Any) -> None:
    with pytest.raises(consultations.EndsBeforeStart):
        meeting_of(world, ends_at=now())
    assert not Consultation.objects.exists()


def test_it_is_called_off_with_a_reason_and_stays_visible(world: Any) -> None:
    meeting = meeting_of(world)
    with pytest.raises(consultations.WordsMissing):
        consultations.cancel(consultation_id=meeting.pk, reason=" ", **by(world))
    assert Consultation.objects.get().cancelled_at is None
    consultations.cancel(consultation_id=meeting.pk, reason="Banjir.", **by(world))
    assert meetings.stage_of(Consultation.objects.get(), now()) == "cancelled"
    assert meetings.public_consultations(world.unit).count() == 1
    with pytest.raises(consultations.WrongStage):
        point_of(world, meeting)
    assert not ConsultationPoint.objects.exists()


def test_people_are_counted_by_group_and_not_before_they_came(world: Any) -> None:
    meeting = meeting_of(world)
    first = meeting.groups.get(name="Pedagang pasar")
    values = {"consultation_id": meeting.pk, "counts": {first.pk: 12}, "others": {"Wartawan": 3}}
    with pytest.raises(consultations.NotHeldYet):
        consultations.record_attendance(**values, **by(world))
    assert not ConsultationGroup.objects.filter(attended__isnull=False).exists()
    Consultation.objects.update(starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(hours=1))
    consultations.record_attendance(**values, **by(world))
    consultations.record_attendance(**values, **by(world))
    assert meetings.attendance_total(meeting) == 15
    wartawan = meeting.groups.get(name="Wartawan")
    assert (wartawan.attended, wartawan.is_invited) == (3, False)


def test_small_groups_are_hidden_and_not_given_away_by_the_total(world: Any) -> None:
    meeting = meeting_of(world, held=True, groups=["A", "B", "C", "D"])
    for name, count in zip("ABC", (30, 8, 2), strict=True):
        meeting.groups.filter(name=name).update(attended=count)
    shown = {group.name: (group.attended, group.is_hidden) for group in meetings.public_groups(meeting)}
    assert shown["C"] == (None, True)
    assert shown["B"] == (None, True), "one hidden group alone could be computed"
    assert shown["A"] == (30, False)
    assert shown["D"] == (None, False), "not counted is not hidden"


@pytest.mark.parametrize("text", ["Hubungi 0812-3456-7890.", "NIK 7471010101900001 hadir.", "a@b.co.id usul"])
def test_minutes_and_points_hold_no_personal_data(world: Any, text: str) -> None:
    meeting = meeting_of(world, held=True)
    with pytest.raises(consultations.PersonalDataFound):
        minutes(world, meeting, text)
    with pytest.raises(consultations.PersonalDataFound):
        point_of(world, meeting, text)
    assert Consultation.objects.get().minutes == ""
    assert not ConsultationPoint.objects.exists()


def test_minutes_are_published_when_every_point_has_its_due(world: Any) -> None:
    meeting = meeting_of(world, held=True)
    first, second = point_of(world, meeting), point_of(world, meeting, "Biaya tidak jelas.")
    publish = {"consultation_id": meeting.pk, **by(world)}
    with pytest.raises(consultations.WordsMissing):
        consultations.publish_minutes(**publish)
    minutes(world, meeting)
    with pytest.raises(consultations.PointsOpen) as refused:
        consultations.publish_minutes(**publish)
    assert refused.value.numbers == [1, 2]
    consultations.answer_point(point_id=first.pk, answer="Jam buka ditambah.", **by(world))
    commitments.make_commitment(
        point_id=second.pk, text="Memasang tarif", owner=world.staff, due_on=day_of(world, 5), **by(world)
    )
    assert Consultation.objects.get().published_at is None
    consultations.publish_minutes(**publish)
    for change in (
        lambda: minutes(world, meeting, "Lain."),
        lambda: consultations.answer_point(point_id=first.pk, answer="Lain.", **by(world)),
        lambda: promise_of(world, meeting),
        lambda: consultations.cancel(consultation_id=meeting.pk, reason="Lain.", **by(world)),
    ):
        with pytest.raises(consultations.WrongStage), transaction.atomic():
            change()
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.cancelled_at, Commitment.objects.count()) == (
        "Dibahas waktu tunggu.",
        None,
        1,
    )


def test_published_minutes_do_not_change_past_the_service_either(world: Any) -> None:
    meeting, _promise = published(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.filter(pk=meeting.pk).update(minutes="Lain")
    assert Consultation.objects.get().minutes == "Dibahas waktu tunggu."


def test_a_scan_is_public_only_if_somebody_says_so(world: Any) -> None:
    meeting = meeting_of(world, held=True)
    minutes(world, meeting, is_file_public=True)
    assert not Consultation.objects.get().minutes_file_is_public, "there is no scan"
    minutes(world, meeting, upload_name="notulen.jpg", content=photo())
    assert not Consultation.objects.get().minutes_file_is_public
    minutes(world, meeting, is_file_public=True)
    assert Consultation.objects.get().minutes_file_is_public


# --- written contributions


def test_a_contribution_waits_to_be_read_and_is_never_edited(world: Any) -> None:
    meeting = meeting_of(world)
    row = consultations.contribute(consultation_id=meeting.pk, text=" Telepon saya 081234567890 ", at=now())
    assert (row.hour.minute, row.hour.second, row.status) == (0, 0, "waiting")
    assert meetings.public_contributions(meeting) == []
    assert Notification.objects.filter(recipient=world.head.user, text__contains="contributions").count() == 1
    consultations.contribute(consultation_id=meeting.pk, text="Kursi kurang", at=now())
    assert Notification.objects.filter(recipient=world.head.user, text__contains="contributions").count() == 1
    consultations.decide_contribution(contribution_id=row.pk, reason_code="", **by(world))
    with pytest.raises(consultations.AlreadyRead):
        consultations.decide_contribution(contribution_id=row.pk, reason_code="abuse", **by(world))
    row.refresh_from_db()
    assert (row.status, row.reason_code, row.text) == ("shown", "", "Telepon saya 081234567890")
    assert meetings.public_contributions(meeting) == ["Telepon saya [telepon]"]
    counts = meetings.contribution_count(meeting)
    assert (counts.received, counts.shown, counts.waiting, counts.not_shown) == (2, 1, 1, 0)


def test_a_suspicious_one_is_kept_and_rings_no_bell(world: Any) -> None:
    meeting = meeting_of(world)
    consultations.contribute(consultation_id=meeting.pk, text="Beli obat", at=now(), is_suspicious=True)
    assert ConsultationContribution.objects.get().is_suspicious
    assert not Notification.objects.filter(text__contains="contributions").exists()


@pytest.mark.parametrize("state", ["draft", "late", "none", "cancelled"])
def test_writing_has_its_time(world: Any, state: str) -> None:
    fields: dict[str, Any] = {"announced": state != "draft"}
    if state == "none":
        fields["contributions_until"] = None
    meeting = meeting_of(world, **fields)
    at = now() + timedelta(days=12) if state == "late" else now()
    if state == "cancelled":
        consultations.cancel(consultation_id=meeting.pk, reason="Banjir.", **by(world))
    with pytest.raises(consultations.ContributionsClosed):
        consultations.contribute(consultation_id=meeting.pk, text="Kursi kurang", at=at)
    assert not ConsultationContribution.objects.exists()


def test_a_contribution_becomes_a_point(world: Any) -> None:
    meeting = meeting_of(world)
    row = consultations.contribute(consultation_id=meeting.pk, text="Kursi kurang", at=now())
    point = consultations.add_point(
        consultation_id=meeting.pk, text="Kursi kurang", group=None, contribution=row, **by(world)
    )
    row.refresh_from_db()
    assert (row.point, row.text) == (point, "Kursi kurang")


# --- promises


def test_a_promise_is_made_worked_on_and_kept_by_the_word_of_others(world: Any) -> None:
    meeting = meeting_of(world, held=True)
    promise = promise_of(world, meeting)
    user = world.staff.user
    assert Notification.objects.filter(recipient=user, text__contains="promise to the public").count() == 1
    with pytest.raises(commitments.TransitionNotAllowed):
        commitments.keep_commitment(commitment_id=promise.pk, outcome="Sudah.", **by(world))
    commitments.start_commitment(commitment_id=promise.pk, by=user, at=now())
    commitments.note_progress(commitment_id=promise.pk, text="Loket dipesan.", by=user, at=now())
    with pytest.raises(commitments.NotByYourself):
        commitments.keep_commitment(commitment_id=promise.pk, outcome="Sudah.", by=user, at=now())
    promise.refresh_from_db()
    assert (promise.status, promise.outcome) == ("in_progress", "")
    commitments.keep_commitment(commitment_id=promise.pk, outcome="Loket dibuka.", **by(world))
    promise.refresh_from_db()
    assert (promise.status, promise.outcome) == ("kept", "Loket dibuka.")
    with pytest.raises(commitments.CommitmentClosed):
        commitments.note_progress(commitment_id=promise.pk, text="Lagi.", by=user, at=now())
    actions = list(promise.events.values_list("action", flat=True))
    assert actions == ["make", "start", "note", "keep"]


def test_a_broken_promise_keeps_its_first_day_when_taken_up_again(world: Any) -> None:
    _meeting, promise = published(world)
    first = promise.due_on
    with pytest.raises(improvement.WordsMissing):
        commitments.fail_commitment(commitment_id=promise.pk, reason=" ", by=world.staff.user, at=now())
    assert Commitment.objects.get().status == "open"
    commitments.fail_commitment(
        commitment_id=promise.pk, reason="Anggaran ditunda.", by=world.staff.user, at=now()
    )
    again = {"commitment_id": promise.pk, "text": "Anggaran tersedia.", "due_on": day_of(world, 60)}
    with pytest.raises(commitments.NotByYourself):
        commitments.resume_commitment(**again, by=world.staff.user, at=now())
    assert Commitment.objects.get().status == "not_kept"
    commitments.resume_commitment(**again, **by(world))
    promise.refresh_from_db()
    assert (promise.status, promise.due_on, promise.settled_at) == ("in_progress", day_of(world, 60), None)
    days = list(promise.events.values_list("due_on", flat=True))
    assert (days[0], days[-1]) == (first, day_of(world, 60))
    with pytest.raises(DatabaseError), transaction.atomic():
        CommitmentEvent.objects.filter(commitment=promise).update(due_on=day_of(world))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": "  "}, improvement.WordsMissing),
        ({"owner": "foreigner"}, commitments.ResponsibleNotHere),
        ({"due_on": -1}, commitments.DueInPast),
        ({"text": "Hubungi 081234567890"}, consultations.PersonalDataFound),
    ],
)
def test_what_cannot_be_promised(world: Any, fields: dict[str, Any], error: type[Exception]) -> None:
    meeting = meeting_of(world)
    values = dict(fields)
    if values.get("owner"):
        values["owner"] = world.foreigner
    if "due_on" in values:
        values["due_on"] = day_of(world, values["due_on"])
    with pytest.raises(error):
        promise_of(world, meeting, **values)
    assert not Commitment.objects.exists()


def test_promises_are_reminded_of_once_per_day_promised(world: Any) -> None:
    meeting = meeting_of(world)
    promise = promise_of(world, meeting, due_on=day_of(world, 20))
    assert commitments.remind_due(now=now()) == 0
    assert commitments.remind_due(now=now() + timedelta(days=15)) == 1
    late = now() + timedelta(days=30)
    assert commitments.remind_due(now=late) == 1
    assert commitments.remind_due(now=late) == 0
    text = "The promise “%(promise)s” is past its day (%(due)s). The public sees that."
    assert set(Notification.objects.filter(text=text).values_list("recipient", flat=True)) == {
        world.staff.user_id,
        world.head.user_id,
    }
    assert promise.status == "open"


@pytest.mark.parametrize(
    "values", [{"status": "kept"}, {"status": "lain"}, {"settled_at": timezone.now()}, {"status": "not_kept"}]
)
def test_the_database_refuses_half_a_promise(world: Any, values: dict[str, Any]) -> None:
    promise = promise_of(world, meeting_of(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=promise.pk).update(**values)
    assert Commitment.objects.get().status == "open"


@pytest.mark.parametrize(
    "values",
    [
        {"published_at": timezone.now()},
        {"cancelled_at": timezone.now()},
        {"ends_at": timezone.now() - timedelta(days=900)},
    ],
)
def test_the_database_refuses_half_a_meeting(world: Any, values: dict[str, Any]) -> None:
    meeting_of(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.update(**values)
    meeting = Consultation.objects.get()
    assert (meeting.published_at, meeting.cancelled_at) == (None, None)
