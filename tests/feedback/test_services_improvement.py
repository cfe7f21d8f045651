"""The life of an item of an improvement plan."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from apps.core.images import FileRefused
from apps.core.models import AuditEntry, Notification
from apps.feedback.models import ImprovementEvent, ImprovementItem, ImprovementProof
from apps.feedback.services import improvement
from tests.feedback.improving import day_of, done, item_of, photo, reported, surveyed

pytestmark = pytest.mark.django_db
LOW = [{"waktu": 2}, {"waktu": 1}] * 10


def now() -> Any:
    return timezone.now()


def told(user: Any) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("text", flat=True))


def test_an_item_keeps_where_it_began(world: Any) -> None:
    service = world.make_service()
    period = surveyed(service, "2026-s1", day_of(world, -60), day_of(world, -30), LOW)
    item = item_of(
        world,
        service,
        origin="weak_unsur",
        survey_period=period,
        unsur_code="waktu",
        steps=["Denah", " ", "Kursi"],
    )
    assert (item.before_n, item.before_value, item.before_grade) == (20, Decimal("37.50"), "D")
    assert item.before_low < item.before_value < item.before_high
    assert (item.tier, item.status) == ("terbuka", "planned")
    assert item.counted_from == period.ends_on, "a plan written a month later is a month older"
    assert [step.text for step in item.steps.all()] == ["Denah", "Kursi"]
    assert told(world.staff.user) == ["You are responsible for an improvement: “%(action)s”, due on %(due)s."]
    entry = AuditEntry.objects.get(action="feedback.improvement.added")
    assert entry.data["unsur"] == "waktu"


def test_the_newest_answered_period_is_the_start_if_none_is_named(world: Any) -> None:
    service = world.make_service()
    surveyed(service, "lama", day_of(world, -90), day_of(world, -61), LOW)
    newer = surveyed(service, "baru", day_of(world, -60), day_of(world, -30), [{}] * 12)
    item = item_of(world, service)
    assert (item.survey_period, item.before_n, item.before_value) == (newer, 12, Decimal("75.00"))


def test_a_unit_as_a_whole_has_no_figure(world: Any) -> None:
    item = item_of(world)
    assert (item.service, item.survey_period, item.before_n) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"action": "  "}, improvement.WordsMissing),
        ({"due_on": -1}, improvement.DueInPast),
        ({"responsible": "foreigner"}, improvement.ResponsibleNotHere),
        ({"responsible": "gone"}, improvement.ResponsibleNotHere),
    ],
)
def test_what_cannot_be_planned(world: Any, change: dict[str, Any], error: type[Exception]) -> None:
    fields = dict(change)
    if "due_on" in fields:
        fields["due_on"] = day_of(world, fields["due_on"])
    if fields.get("responsible") == "foreigner":
        fields["responsible"] = world.foreigner
    if fields.get("responsible") == "gone":
        world.staff.is_active = False
        world.staff.save()
        fields["responsible"] = world.staff
    with pytest.raises(error):
        item_of(world, **fields)
    assert not ImprovementItem.objects.exists()
    assert not Notification.objects.exists()


def test_done_needs_proof_and_other_eyes(world: Any) -> None:
    item = item_of(world)
    user = world.staff.user
    improvement.start_item(item_id=item.pk, by=user, at=now())
    with pytest.raises(improvement.ProofMissing):
        improvement.report_item(item_id=item.pk, text="Sudah.", by=user, at=now())
    item.refresh_from_db()
    assert item.status == "in_progress"
    improvement.add_proof(
        item_id=item.pk, upload_name="a.jpg", content=photo(), caption="Loket", by=user, at=now()
    )
    improvement.report_item(item_id=item.pk, text="Sudah.", by=user, at=now())
    assert "“%(action)s” was reported as finished. Check its proof." in told(world.head.user)
    with pytest.raises(improvement.NotByYourself):
        improvement.accept_item(item_id=item.pk, text="", by=user, at=now())
    item.refresh_from_db()
    assert (item.status, item.done_on) == ("reported", None)
    improvement.accept_item(item_id=item.pk, text="Benar.", by=world.head.user, at=now())
    item.refresh_from_db()
    assert (item.status, item.done_on, item.checked_by) == ("done", day_of(world), world.head.user)
    assert list(item.events.values_list("action", flat=True)) == ["add", "start", "report", "accept"]


def test_whoever_reports_for_others_does_not_check_either(world: Any) -> None:
    item = item_of(world)
    user = world.head.user
    improvement.start_item(item_id=item.pk, by=user, at=now())
    improvement.add_proof(
        item_id=item.pk, upload_name="a.jpg", content=photo(), caption="", by=user, at=now()
    )
    improvement.report_item(item_id=item.pk, text="Sudah.", by=user, at=now())
    with pytest.raises(improvement.NotByYourself):
        improvement.accept_item(item_id=item.pk, text="", by=user, at=now())
    assert ImprovementItem.objects.get().status == "reported"
    improvement.accept_item(item_id=item.pk, text="", by=world.agency_head.user, at=now())
    assert ImprovementItem.objects.get().status == "done"


def test_the_heads_own_item_is_checked_one_level_up(world: Any) -> None:
    item = item_of(world, responsible=world.head)
    assert improvement.checkers_of(item, day_of(world)) == [world.agency_head.user]


def test_it_can_be_sent_back_with_a_reason(world: Any) -> None:
    item = reported(world, item_of(world))
    with pytest.raises(improvement.WordsMissing):
        improvement.send_back_item(item_id=item.pk, text=" ", by=world.head.user, at=now())
    assert ImprovementItem.objects.get().status == "reported"
    improvement.send_back_item(item_id=item.pk, text="Foto buram.", by=world.head.user, at=now())
    item.refresh_from_db()
    assert (item.status, item.reported_at) == ("in_progress", None)
    assert "“%(action)s” came back to you: read why." in told(world.staff.user)


def test_nobody_drops_or_moves_their_own_item(world: Any) -> None:
    item = item_of(world)
    user = world.staff.user
    with pytest.raises(improvement.NotByYourself):
        improvement.drop_item(item_id=item.pk, reason="Sulit.", by=user, at=now())
    later = {"action": item.action, "responsible": world.staff, "reason": "Sulit.", "at": now()}
    with pytest.raises(improvement.NotByYourself):
        improvement.change_item(item_id=item.pk, due_on=day_of(world, 90), by=user, **later)
    item.refresh_from_db()
    assert (item.status, item.due_on) == ("planned", day_of(world, 30))
    assert not item.events.filter(action__in=["drop", "change"]).exists()
    improvement.change_item(item_id=item.pk, due_on=day_of(world, 90), by=world.head.user, **later)
    improvement.drop_item(item_id=item.pk, reason="Gedung pindah.", by=world.head.user, at=now())
    item.refresh_from_db()
    assert (item.status, item.due_on, item.drop_reason) == ("dropped", day_of(world, 90), "Gedung pindah.")
    with pytest.raises(improvement.ItemClosed):
        improvement.add_step(item_id=item.pk, text="Lagi", by=user, at=now())
    assert not item.steps.exists()


def test_the_responsible_head_may_put_better_words(world: Any) -> None:
    # A notice opens an item in the head's name; saying what will be done is their work.
    item = item_of(world, responsible=world.head)
    improvement.change_item(
        item_id=item.pk,
        action="Tambah dua kursi roda",
        responsible=world.head,
        due_on=item.due_on,
        reason="Rencana disusun.",
        by=world.head.user,
        at=now(),
    )
    assert ImprovementItem.objects.get().action == "Tambah dua kursi roda"


def test_what_was_reported_keeps_its_proof(world: Any) -> None:
    item = reported(world, item_of(world))
    proof = item.proofs.get()
    with pytest.raises(improvement.ItemClosed):
        improvement.remove_proof(proof_id=proof.pk, by=world.staff.user, at=now())
    proof.refresh_from_db()
    assert proof.removed_at is None


def test_a_proof_is_kept_once_and_only_if_it_is_one(world: Any) -> None:
    item = item_of(world)
    put = {"item_id": item.pk, "caption": "", "by": world.staff.user, "at": now()}
    improvement.add_proof(upload_name="a.jpg", content=photo(), **put)
    with pytest.raises(improvement.ProofExists):
        improvement.add_proof(upload_name="b.jpg", content=photo(), **put)
    for bad in (b"", b"https://contoh.go.id/bukti", photo()[:200]):
        with pytest.raises(FileRefused):
            improvement.add_proof(upload_name="bukti.jpg", content=bad, **put)
    assert ImprovementProof.objects.count() == 1


# --- measuring


def measured_item(world: Any, after: list[dict[str, int]]) -> ImprovementItem:
    service = world.make_service()
    period = surveyed(service, "awal", day_of(world, -200), day_of(world, -150), LOW)
    item = item_of(world, service, origin="weak_unsur", survey_period=period, unsur_code="waktu")
    done(world, item)
    # It was finished some months ago.
    ImprovementItem.objects.filter(pk=item.pk).update(done_on=day_of(world, -100))
    surveyed(service, "sedang", day_of(world, -120), day_of(world, -90), [{"waktu": 4}] * 20)
    if after:
        surveyed(service, "akhir", day_of(world, -80), day_of(world, -40), after)
    return item


@pytest.mark.parametrize(
    ("after", "effect"),
    [
        ([{"waktu": 3}, {"waktu": 4}] * 10, "better"),
        ([{"waktu": 2}, {"waktu": 1}] * 10, "unclear"),
        ([{"waktu": 1}] * 20, "worse"),
        ([{"waktu": 4}] * 5, "too_few"),
    ],
)
def test_the_effect_is_read_from_the_next_whole_period(
    world: Any, after: list[dict[str, int]], effect: str
) -> None:
    item = measured_item(world, after)
    assert improvement.measure_due(now=now()) == 1
    item.refresh_from_db()
    assert (item.status, item.effect, item.after_period.code, item.after_n) == (
        "measured",
        effect,
        "akhir",
        len(after),
    )
    assert improvement.measure_due(now=now()) == 0


def test_nothing_is_measured_before_a_period_is_over(world: Any) -> None:
    item = measured_item(world, [])
    assert improvement.measure_due(now=now()) == 0
    with pytest.raises(improvement.NothingToMeasure):
        improvement.measure_item(item_id=item.pk, by=world.head.user, at=now())
    item.refresh_from_db()
    assert (item.status, item.effect) == ("done", "")


def test_too_few_answers_are_asked_again_in_the_next_period(world: Any) -> None:
    item = measured_item(world, [{"waktu": 4}] * 5)
    improvement.measure_due(now=now())
    surveyed(item.service, "lagi", day_of(world, -38), day_of(world, -20), [{"waktu": 4}] * 15)
    assert improvement.measure_due(now=now()) == 1
    item.refresh_from_db()
    assert (item.effect, item.after_period.code) == ("better", "lagi")


def test_the_schedule_waits_for_paper_but_a_person_need_not(world: Any) -> None:
    item = measured_item(world, [])
    surveyed(item.service, "akhir", day_of(world, -30), day_of(world, -3), [{"waktu": 4}] * 15)
    assert improvement.measure_due(now=now()) == 0
    improvement.measure_item(item_id=item.pk, by=world.head.user, at=now())
    item.refresh_from_db()
    assert item.effect == "better"


# --- reminders


def test_reminders_come_once_per_day_promised_and_survive_a_sleep(world: Any) -> None:
    item = item_of(world, due_on=day_of(world, 30))
    assert improvement.remind_due(now=now()) == 0
    soon = now() + timedelta(days=25)
    assert improvement.remind_due(now=soon) == 1
    assert improvement.remind_due(now=soon + timedelta(days=1)) == 0
    # The schedule slept over the day itself.
    late = now() + timedelta(days=40)
    assert improvement.remind_due(now=late) == 1
    assert improvement.remind_due(now=late) == 0
    text = "“%(action)s” is past its day (%(due)s) and not reported as finished."
    assert told(world.staff.user).count(text) == 1
    assert told(world.head.user).count(text) == 1
    improvement.change_item(
        item_id=item.pk,
        action=item.action,
        responsible=world.staff,
        due_on=day_of(world, 60),
        reason="Barang terlambat.",
        by=world.head.user,
        at=now(),
    )
    assert improvement.remind_due(now=now() + timedelta(days=61)) == 1
    assert told(world.staff.user).count(text) == 2


def test_whoever_has_reported_is_left_alone(world: Any) -> None:
    reported(world, item_of(world, due_on=day_of(world, 2)))
    before = Notification.objects.count()
    assert improvement.remind_due(now=now() + timedelta(days=10)) == 0
    assert Notification.objects.count() == before


# --- the public wording


def test_new_words_need_a_new_approval(world: Any) -> None:
    item = item_of(world)
    with pytest.raises(improvement.ItemClosed):
        improvement.set_public_text(item_id=item.pk, text="Sudah.", by=world.head.user, at=now())
    assert ImprovementItem.objects.get().public_text == ""
    done(world, item)
    improvement.set_public_text(item_id=item.pk, text="Kini ada tiga loket.", by=world.head.user, at=now())
    improvement.approve_public_text(item_id=item.pk, by=world.head.user, at=now())
    item.refresh_from_db()
    assert item.public_approved_by == world.head.user
    improvement.set_public_text(item_id=item.pk, text="Kini ada empat loket.", by=world.head.user, at=now())
    item.refresh_from_db()
    assert (item.public_text, item.public_approved_at) == ("Kini ada empat loket.", None)


# --- what the database holds fast


@pytest.mark.parametrize(
    "values",
    [
        {"status": "lain"},
        {"status": "done"},
        {"done_on": "2026-01-01"},
        {"status": "dropped"},
        {"effect": "better"},
        {"public_approved_at": timezone.now()},
        {"before_value": Decimal("99")},
        {"unsur_code": "biaya"},
        {"counted_from": "2020-01-01"},
    ],
)
def test_the_database_refuses(world: Any, values: dict[str, Any]) -> None:
    item = item_of(world)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        ImprovementItem.objects.filter(pk=item.pk).update(**values)
    item.refresh_from_db()
    assert (item.status, item.effect, item.unsur_code) == ("planned", "", "")


def test_the_reporter_cannot_be_the_checker_even_past_the_service(world: Any) -> None:
    item = reported(world, item_of(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        ImprovementItem.objects.filter(pk=item.pk).update(
            status="done", done_on=day_of(world), checked_at=now(), checked_by=world.staff.user
        )
    assert ImprovementItem.objects.get().status == "reported"


def test_history_does_not_change(world: Any) -> None:
    item_of(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        ImprovementEvent.objects.update(text="lain")
    assert ImprovementEvent.objects.get().text == "Buka loket ketiga"
