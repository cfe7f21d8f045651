"""Coaching talks and recognition."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.training import selectors
from apps.training.models import CoachingNote, Recognition
from apps.training.services import coaching, recognition

from .story import AT, make_evaluation, make_need

pytestmark = pytest.mark.django_db


def add(world: Any, **more: Any) -> CoachingNote:
    values = {
        "employee": world.staff,
        "observation": "Laporan dua kali terlambat.",
        "agreement": "Menulis setiap Jumat.",
        "follow_up_on": date(2026, 11, 1),
        "by": world.head,
        "at": AT,
    }
    return coaching.add_coaching_note(**{**values, **more})


def test_a_talk_plans_the_need_and_an_improvement_closes_it(world: Any) -> None:
    need, other = make_need(world, "coaching"), make_need(world)
    note = add(world, evaluation=make_evaluation(world))
    need.refresh_from_db()
    assert need.status == "planned"
    coaching.close_coaching(note=note, improved=True, outcome="Tepat waktu sejak itu.", by=world.head, at=AT)
    need.refresh_from_db()
    other.refresh_from_db()
    note.refresh_from_db()
    assert (note.status, note.closed_at, need.status, other.status) == ("improved", AT, "done", "proposed")
    assert Notification.objects.filter(recipient=world.staff.user).count() == 2
    data = str(
        list(AuditEntry.objects.filter(action__startswith="training.coaching").values_list("data", flat=True))
    )
    assert "terlambat" not in data


def test_without_improvement_the_need_stays_planned(world: Any) -> None:
    need = make_need(world, "coaching")
    note = add(world)
    coaching.close_coaching(note=note, improved=False, outcome="Belum.", by=world.head, at=AT)
    need.refresh_from_db()
    note.refresh_from_db()
    assert (note.status, need.status) == ("not_improved", "planned")


def test_refusals_leave_nothing(world: Any) -> None:
    evaluation = make_evaluation(world, employee=world.colleague)
    with pytest.raises(coaching.CoachingOfOneself):
        add(world, by=world.staff)
    with pytest.raises(coaching.EvaluationOfSomebodyElse):
        add(world, evaluation=evaluation)
    assert not CoachingNote.objects.exists()
    note = add(world)
    with pytest.raises(coaching.OutcomeMissing):
        coaching.close_coaching(note=note, improved=True, outcome=" ", by=world.head, at=AT)
    coaching.close_coaching(note=note, improved=True, outcome="Baik", by=world.head, at=AT)
    with pytest.raises(coaching.CoachingClosed):
        coaching.close_coaching(note=note, improved=False, outcome="Lain", by=world.head, at=AT)
    note.refresh_from_db()
    assert note.outcome == "Baik"


def test_a_closed_talk_has_an_outcome(world: Any) -> None:
    note = add(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachingNote.objects.filter(pk=note.pk).update(status="improved", closed_at=AT)


def test_who_may_read_a_talk(world: Any) -> None:
    note = add(world)
    training_officer = world.make_role_user("training_officer")

    def readers(user: Any) -> set[CoachingNote]:
        return set(CoachingNote.objects.visible_to(user, AT.date()))

    for user in (world.staff.user, world.head.user, world.agency_head.user, world.personnel_officer):
        assert readers(user) == {note}
    for user in (
        world.colleague.user,
        world.stranger_head.user,
        world.foreigner.user,
        world.auditor,
        training_officer,
    ):
        assert readers(user) == set()


def test_recognition_of_a_person_shows_at_the_person_and_the_unit(world: Any) -> None:
    given = recognition.recognize(
        unit=world.unit,
        employee=world.staff,
        title="Antrean ibu hamil",
        reason="Waktu tunggu turun.",
        by=world.head,
        at=AT,
    )
    assert list(selectors.recognitions_of(world.staff)) == [given]
    assert list(selectors.recognitions_for_unit(world.unit)) == [given]
    assert list(selectors.recognitions_for_unit(world.agency)) == [given]
    assert not selectors.recognitions_for_unit(world.other_agency).exists()
    assert Notification.objects.get().recipient == world.staff.user


def test_recognition_of_a_unit_tells_its_head(world: Any) -> None:
    given = recognition.recognize(
        unit=world.unit, title="Loket baru", reason="Lebih cepat.", by=world.agency_head, at=AT
    )
    assert given.employee is None
    assert Notification.objects.get().recipient == world.head.user
    assert set(Recognition.objects.visible_to(world.colleague.user)) == {given}
    assert set(Recognition.objects.visible_to(world.stranger.user)) == set()


def test_nobody_recognizes_themselves(world: Any) -> None:
    with pytest.raises(recognition.RecognitionOfOneself):
        recognition.recognize(
            unit=world.unit, employee=world.head, title="Saya", reason="Hebat", by=world.head, at=AT
        )
    assert not Recognition.objects.exists()
