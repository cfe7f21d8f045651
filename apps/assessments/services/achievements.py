"""The organization's achievement (capaian kinerja organisasi): fixed by the level above, with the figures
beside it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit, stamps
from apps.employees.models import WorkUnit

from ..models import Evaluation, Period, UnitAchievement
from ..rules.organization import OrgPredicate
from ..rules.period_lifecycle import PeriodStatus
from ..selectors import evaluating as selectors
from .actors import account_of, employee_behind


class PeriodNotClosed(ValueError):
    """Raised when the period still runs: its figures are not complete."""


class NoteMissing(ValueError):
    """Raised when an achievement is changed without saying why."""


class HeadAlreadyTold(ValueError):
    """Raised when the head of the unit has been given the evaluation that follows from the achievement."""


@transaction.atomic
def fix_achievement(
    *, unit: WorkUnit, period: Period, org_predicate: str, note: str, by: Any, at: datetime
) -> UnitAchievement:
    """Fix or correct the organization predicate of a unit for a closed period.

    The figures of the moment are stored with it. No figure decides: the five values are a choice (ORG-3).

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
        if not note:
            raise NoteMissing
        told = Evaluation.objects.filter(
            period=period, inputs__heads_unit=unit.pk, delivered_at__isnull=False
        )
        if told.exists():
            raise HeadAlreadyTold
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
    )
    stamps.bump(f"unit:{unit.pk}")
    return achievement
