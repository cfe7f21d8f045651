"""The organization's achievement (capaian kinerja organisasi): fixed by the level above, with the figures
beside it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee, WorkUnit

from ..models import Evaluation, Period, UnitAchievement, UnitAchievementChange
from ..rules.organization import OrgPredicate
from ..rules.period_lifecycle import PeriodStatus
from ..selectors import achievements
from ..selectors import evaluating as selectors
from .actors import account_of, employee_behind, stamp_names

_REMINDED = gettext_noop(
    "The achievement of %(unit)s is not fixed yet. The rating of its head waits for you."
)
_RATE_AGAIN = gettext_noop(
    "The achievement of %(unit)s was changed. Rate its head again before handing over."
)


class PeriodNotClosed(ValueError):
    """Raised when the period still runs: its figures are not complete."""


class NoteMissing(ValueError):
    """Raised when an achievement is changed without saying why."""


class AlreadyFixed(ValueError):
    """Raised when somebody is to be reminded of what is done."""


class NotWaiting(ValueError):
    """Raised when somebody reminds whose work does not wait for it."""


class HeadAlreadyTold(ValueError):
    """Raised when the head of the unit has been given the evaluation that follows from the achievement."""


@transaction.atomic
def fix_achievement(
    *, unit: WorkUnit, period: Period, org_predicate: str, note: str, by: Any, at: datetime
) -> UnitAchievement:
    """Fix or correct the organization predicate of a unit for a closed period.

    The figures of the moment are stored with it. No figure decides: the five values are a choice (ORG-3).
    Every choice is kept. A changed one asks for the rating of the unit's head anew (ORG-4), as long as the head
    has not been given the evaluation.

    :raises PeriodNotClosed: if the period is not closed.
    :raises NoteMissing: if an earlier choice is changed without a note.
    :raises HeadAlreadyTold: if the head's evaluation, which follows from it, has been handed over.
    """
    value = OrgPredicate(org_predicate).value
    # The period's lock makes two people who fix the same unit at once wait for each other.
    locked = Period.objects.select_for_update().get(pk=period.pk)
    if locked.status != PeriodStatus.CLOSED.value:
        raise PeriodNotClosed
    note = note.strip()
    earlier = UnitAchievement.objects.filter(unit=unit, period=period).first()
    if earlier is not None and earlier.org_predicate != value:
        if not note or note == earlier.note:
            raise NoteMissing
        told = Evaluation.objects.filter(
            period=period, inputs__heads_unit=unit.pk, delivered_at__isnull=False
        )
        if told.exists():
            raise HeadAlreadyTold
    if earlier is not None and earlier.org_predicate == value:
        note = note or earlier.note
    achievement, _created = UnitAchievement.objects.update_or_create(
        unit=unit,
        period=period,
        defaults={
            "org_predicate": value,
            "note": note,
            "figures": selectors.unit_figures(unit, period),
            "fixed_by": employee_behind(by),
            "fixed_at": at,
        },
    )
    UnitAchievementChange.objects.create(
        achievement=achievement,
        org_predicate=value,
        figures=achievement.figures,
        note=note,
        by=achievement.fixed_by,
        at=at,
    )
    again = (
        _ask_for_rating_again(unit, period) if earlier is not None and earlier.org_predicate != value else 0
    )
    audit.record(
        "assessments.achievement.fixed",
        target=achievement,
        by=account_of(by),
        scope=unit.government.code,
        at=at,
        unit=unit.pk,
        period=period.pk,
        org_predicate=value,
        before=earlier.org_predicate if earlier else None,
        to_rate_again=again,
    )
    stamps.bump(f"unit:{unit.pk}")
    return achievement


def _ask_for_rating_again(unit: WorkUnit, period: Period) -> int:
    """Tell the appraisers of the unit's head that the rating no longer follows the achievement."""
    heads = achievements.heads_to_rate_again(unit, period)
    for evaluation in heads:
        if evaluation.appraiser is not None:
            notify.send(
                evaluation.appraiser.user,
                _RATE_AGAIN,
                url=reverse("assessments:evaluation-rate", args=[period.pk, evaluation.pk]),
                unit=unit.name,
            )
        stamps.bump(*stamp_names(evaluation.appraiser))
    return len(heads)


@transaction.atomic
def remind_fixer(*, unit: WorkUnit, period: Period, by: Any, at: datetime) -> int:
    """Remind those who fix a unit's achievement, each at most once a day; return how many were reminded.

    :raises NotWaiting: if nothing of `by` waits for it.
    :raises PeriodNotClosed: if the period still runs.
    :raises AlreadyFixed: if the achievement is fixed.
    """
    user = by.user if isinstance(by, Employee) else by
    if not achievements.waits_for(user, unit, period):
        raise NotWaiting
    if period.status != PeriodStatus.CLOSED.value:
        raise PeriodNotClosed
    if UnitAchievement.objects.filter(unit=unit, period=period).exists():
        raise AlreadyFixed
    today = local_date(at, unit.government.timezone)
    sent = 0
    for fixer in achievements.fixers_of(unit, today):
        told = notify.send(
            fixer.user,
            _REMINDED,
            url=reverse("assessments:achievement-fix", args=[period.pk, unit.pk]),
            key=f"achievement:{period.pk}:{unit.pk}:{today:%Y%m%d}:{fixer.user.pk}",
            unit=unit.name,
        )
        if told is not None:
            sent += 1
            stamps.bump(f"user:{fixer.user.pk}")
    if sent:
        audit.record(
            "assessments.achievement.reminded",
            target=unit,
            by=account_of(by),
            scope=unit.government.code,
            at=at,
            unit=unit.pk,
            period=period.pk,
            reminded=sent,
        )
    return sent
