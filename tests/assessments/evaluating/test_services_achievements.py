"""A unit's achievement: its history, what a change asks for, and the daily reminder."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.assessments.models import Evaluation, UnitAchievement, UnitAchievementChange
from apps.assessments.selectors import achievements as selectors
from apps.assessments.services import achievements, evaluations
from apps.core.models import Notification
from apps.indicators.models import UnitIndicator, UnitTarget

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 21, 5, 0, tzinfo=UTC)


def _fix(world: Any, period: Any, org: str, note: str = "") -> UnitAchievement:
    return achievements.fix_achievement(
        unit=world.unit, period=period, org_predicate=org, note=note, by=world.agency_head, at=AT
    )


def test_every_choice_is_kept(world: Any, period: Any) -> None:
    _fix(world, period, "baik", "Target tercapai.")
    _fix(world, period, "istimewa", "Target terlampaui.")
    _fix(world, period, "istimewa")
    assert list(UnitAchievementChange.objects.order_by("pk").values_list("org_predicate", "note", "by")) == [
        ("baik", "Target tercapai.", world.agency_head.pk),
        ("istimewa", "Target terlampaui.", world.agency_head.pk),
        ("istimewa", "Target terlampaui.", world.agency_head.pk),
    ]
    assert UnitAchievement.objects.get().note == "Target terlampaui."


@pytest.mark.parametrize("note", ["", "  ", "Target tercapai."])
def test_a_change_needs_a_reason_of_its_own(world: Any, period: Any, note: str) -> None:
    _fix(world, period, "baik", "Target tercapai.")
    with pytest.raises(achievements.NoteMissing):
        _fix(world, period, "kurang", note)
    assert UnitAchievement.objects.get().org_predicate == "baik"
    assert UnitAchievementChange.objects.count() == 1


def test_a_change_asks_for_the_heads_rating_anew(world: Any, period: Any, prepared: Any) -> None:
    head = prepared(world.head)
    _fix(world, period, "baik")
    evaluations.rate_evaluation(
        evaluation_id=head.pk,
        work_result=None,
        behavior="meets_expectation",
        by=world.agency_head,
        at=AT,
    )
    link = f"/pengawas/penilaian/{period.pk}/nilai/{head.pk}/"
    told = Notification.objects.filter(recipient=world.agency_head.user, url=link)
    assert not told.exists()
    _fix(world, period, "istimewa", "Target terlampaui.")
    assert told.count() == 1
    with pytest.raises(evaluations.ResultFollowsUnit):
        evaluations.deliver_evaluation(evaluation_id=head.pk, by=world.agency_head, at=AT)
    assert Evaluation.objects.get(pk=head.pk).delivered_at is None


def test_a_reminder_goes_out_once_a_day(world: Any, period: Any) -> None:
    def remind(at: datetime) -> int:
        return achievements.remind_fixer(unit=world.unit, period=period, by=world.head, at=at)

    assert (remind(AT), remind(AT + timedelta(hours=3)), remind(AT + timedelta(days=1))) == (1, 0, 1)
    told = Notification.objects.filter(recipient=world.agency_head.user)
    assert told.count() == 2
    assert told.first().url == f"/pengawas/capaian/{period.pk}/{world.unit.pk}/"


def test_the_appraiser_of_the_head_may_remind_and_others_may_not(
    world: Any, period: Any, prepared: Any
) -> None:
    for other in (world.staff, world.stranger_head, world.agency_head):
        with pytest.raises(achievements.NotWaiting):
            achievements.remind_fixer(unit=world.unit, period=period, by=other, at=AT)
    assert not Notification.objects.exists()
    prepared(world.head)
    assert selectors.waits_for(world.agency_head.user, world.unit, period)


def test_nobody_is_reminded_of_what_is_done_or_not_due(world: Any, period: Any) -> None:
    running = period.cycle.periods.get(number=3)
    with pytest.raises(achievements.PeriodNotClosed):
        achievements.remind_fixer(unit=world.unit, period=running, by=world.head, at=AT)
    _fix(world, period, "baik")
    with pytest.raises(achievements.AlreadyFixed):
        achievements.remind_fixer(unit=world.unit, period=period, by=world.head, at=AT)
    assert not Notification.objects.filter(recipient=world.agency_head.user).exists()


def test_leadership_fixes_where_nobody_heads_the_unit_above(world: Any, period: Any) -> None:
    assert selectors.fixers_of(world.agency, AT.date()) == []
    mayor = world.make_role_user("leadership")
    assert [fixer.user for fixer in selectors.fixers_of(world.agency, AT.date())] == [mayor]
    assert [fixer.name for fixer in selectors.fixers_of(world.unit, AT.date())] == [
        world.agency_head.full_name
    ]
    assert selectors.fixers_of(world.root, AT.date()) == []


def test_targets_stand_beside_the_choice_with_a_percentage_and_no_threshold(world: Any, period: Any) -> None:
    indicator = UnitIndicator.objects.create(
        unit=world.unit, year=2026, goal="Sehat", name="Cakupan", target=90, measure="persen"
    )
    bare = UnitIndicator.objects.create(
        unit=world.unit, year=2026, goal="Sehat", name="Tanpa angka", target=10, measure="unit"
    )
    for start, end, target, reached in (
        (date(2026, 1, 1), date(2026, 3, 31), 20, 10),
        (date(2026, 4, 1), date(2026, 6, 30), 40, 30),
        (date(2026, 7, 1), date(2026, 9, 30), 70, 70),
    ):
        UnitTarget.objects.create(
            indicator=indicator,
            starts_on=start,
            ends_on=end,
            target=target,
            realization=reached,
            recorded_at=AT,
            source_note="Laporan bulanan",
        )
    first, second = selectors.target_lines(world.unit, period)
    assert (first.target, first.realization, first.percent) == (40, 30, Decimal("75.00"))
    assert (second.indicator, second.realization, second.percent) == (bare, None, None)
