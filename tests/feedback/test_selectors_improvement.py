"""What is told of plans: progress, figures, changes for the public, who sees what."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from apps.feedback.models import Commitment, Consultation, ImprovementItem
from apps.feedback.selectors import improvement as plans
from apps.feedback.selectors import measurement
from apps.feedback.services import improvement
from tests.feedback.improving import day_of, done, item_of, meeting_of, surveyed
from tests.feedback.test_services_consultations import promise_of

pytestmark = pytest.mark.django_db


def test_dropping_does_not_lift_the_share(world: Any) -> None:
    service = world.make_service()
    done(world, item_of(world, service))
    dropped = item_of(world, service)
    item_of(world, service)
    improvement.drop_item(item_id=dropped.pk, reason="Batal.", by=world.head.user, at=timezone.now())
    tomorrow = day_of(world, 1)
    assert plans.plan_progress(service, tomorrow) == (1, 3)
    assert plans.plan_progress(world.agency, tomorrow) == (1, 3)
    assert plans.plan_progress(world.other_agency, tomorrow) == (0, 0)
    assert plans.plan_progress(service, day_of(world)) == (0, 0), (
        "written on the day itself is this year's plan"
    )


def test_the_previous_plan_is_a_year_long(world: Any) -> None:
    item_of(world)
    today = day_of(world)
    year_later = date(today.year + 1, today.month, min(today.day, 28))
    assert plans.plan_progress(world.unit, year_later) == (0, 1) if today.day <= 28 else (0, 0)
    assert plans.plan_progress(world.unit, date(today.year + 2, 1, 1)) == (0, 0)


def test_the_figures_of_a_plan(world: Any) -> None:
    first, slow = item_of(world), item_of(world)
    for item in (first, slow):
        done(world, item)
    ImprovementItem.objects.filter(pk=slow.pk).update(done_on=day_of(world, 100))
    item_of(world)
    late = item_of(world)
    ImprovementItem.objects.filter(pk=late.pk).update(due_on=day_of(world, -1))
    found = plans.plan_figures(ImprovementItem.objects.all(), day_of(world))
    assert (found.total, found.done, found.late) == (4, 2, 1)
    assert (found.under_3, found.under_6, found.longer) == (1, 1, 0)


def test_the_public_reads_approved_words_of_what_is_done(world: Any) -> None:
    service = world.make_service()
    at, head = timezone.now(), world.head.user
    item = item_of(world, service)
    item_of(world, service)
    done(world, item)
    improvement.set_public_text(item_id=item.pk, text="Kini ada tiga loket.", by=head, at=at)
    assert plans.changes_because_of_you(service) == []
    improvement.approve_public_text(item_id=item.pk, by=head, at=at)
    (change,) = plans.changes_because_of_you(service)
    assert (change.text, change.effect, change.before) == ("Kini ada tiga loket.", "", None)
    assert [row.text for row in plans.changes_in_unit(world.agency)] == ["Kini ada tiga loket."]
    fields = {name for name in dir(change) if not name.startswith("_")}
    assert not fields & {"responsible", "item", "pk"}, "no person goes out"


def test_a_figure_says_how_sure_it_is(world: Any) -> None:
    service = world.make_service()
    period = surveyed(service, "s", day_of(world, -60), day_of(world, -30), [{"waktu": 2}, {"waktu": 4}] * 10)
    one = measurement.measured(period, "terbuka", "waktu")
    assert (one.n, str(one.value), one.grade) == (20, "75.00", "C")
    assert one.interval.low < one.value < one.interval.high
    whole = measurement.measured(period, "terbuka")
    assert (whole.n, str(whole.value)) == (20, "75.00")
    assert measurement.measured(period, "terverifikasi", "waktu").n == 0
    assert measurement.measured(period, "terbuka", "tidak-ada").n == 0


def test_the_weakest_unsur_is_proposed(world: Any) -> None:
    service = world.make_service()
    period = surveyed(service, "s", day_of(world, -60), day_of(world, -30), [{"sarana": 1}] * 3)
    assert measurement.weakest_of(period) == "sarana"
    empty = surveyed(service, "t", day_of(world, -20), day_of(world, -10), [])
    assert measurement.weakest_of(empty) == ""


def test_who_sees_which_item(world: Any) -> None:
    own = item_of(world)
    elsewhere = item_of(world, unit=world.other_agency, responsible=world.stranger)

    def seen(who: Any) -> set[ImprovementItem]:
        return set(ImprovementItem.objects.visible_to(getattr(who, "user", who)))

    assert seen(world.staff) == {own}
    assert seen(world.head) == seen(world.agency_head) == {own}
    assert seen(world.colleague) == seen(world.foreigner) == set()
    assert seen(world.stranger) == seen(world.stranger_head) == {elsewhere}
    assert seen(world.auditor) == {own, elsewhere}
    assert seen(world.personnel_officer) == set()


def test_an_appraiser_sees_what_their_people_took_on_elsewhere(world: Any) -> None:
    item = item_of(world, unit=world.other_agency, responsible=world.staff)
    assert set(ImprovementItem.objects.visible_to(world.head.user)) == {item}


def test_who_sees_which_meeting_and_promise(world: Any) -> None:
    meeting = meeting_of(world)
    promise = promise_of(world, meeting)

    def meetings(who: Any) -> set[Consultation]:
        return set(Consultation.objects.visible_to(getattr(who, "user", who)))

    def promises(who: Any) -> set[Commitment]:
        return set(Commitment.objects.visible_to(getattr(who, "user", who)))

    assert meetings(world.head) == meetings(world.auditor) == {meeting}
    assert meetings(world.staff) == meetings(world.stranger_head) == meetings(world.foreigner) == set()
    assert promises(world.staff) == promises(world.head) == promises(world.auditor) == {promise}
    assert promises(world.colleague) == promises(world.stranger_head) == promises(world.foreigner) == set()


def test_who_can_be_made_responsible(world: Any) -> None:
    today = day_of(world)
    assert set(plans.responsible_choices(world.head.user, world.unit, today)) == {
        world.head,
        world.staff,
        world.colleague,
    }
    assert set(plans.responsible_choices(world.agency_head.user, world.agency, today)) == {
        world.agency_head,
        world.head,
    }
    officer = world.make_role_user("feedback_officer")
    # No personnel role: the officer knows who leads the unit, and no more.
    assert set(plans.responsible_choices(officer, world.unit, today)) == {world.head}
