"""The reason for a distribution that does not follow the pattern (DIST-4): asked for, kept, never judged here."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit, stamps
from apps.employees.models import WorkUnit

from ..models import DistributionStatement, Period
from ..permissions import may_state_distribution
from ..selectors.distribution import distribution_of
from .actors import account_of, employee_behind
from .evaluations import ReasonMissing

__all__ = ["NotTheHead", "NothingToExplain", "ReasonMissing", "state_distribution"]


class NotTheHead(ValueError):
    """Raised when somebody explains who leads neither the unit nor one above it."""


class NothingToExplain(ValueError):
    """Raised when the pattern is kept, does not apply, or the unit is too small for it."""


@transaction.atomic
def state_distribution(
    *, unit: WorkUnit, period: Period, reason: str, by: Any, at: datetime
) -> DistributionStatement:
    """Keep why a unit's predikat differ from the pattern, with the numbers of the moment.

    Earlier statements stay: a reason belongs to the numbers it was given for.

    :raises NotTheHead: if `by` leads neither the unit nor one above it.
    :raises NothingToExplain: if no reason is asked for.
    :raises ReasonMissing: without a reason.
    """
    if not may_state_distribution(by, unit):
        raise NotTheHead
    found = distribution_of(unit, period)
    if found.achievement is None or found.check is None or not found.check.needs_reason:
        raise NothingToExplain
    if not reason.strip():
        raise ReasonMissing
    statement = DistributionStatement.objects.create(
        unit=unit,
        period=period,
        org_predicate=found.achievement.org_predicate,
        counts=dict(found.counts),
        findings=[
            {
                "code": finding.code.value,
                "predikat": [name.value for name in finding.predikat],
                "count": finding.count,
                "total": finding.total,
                "bound": finding.bound,
            }
            for finding in found.check.findings
        ],
        reason=reason.strip(),
        by=employee_behind(by),
        at=at,
    )
    audit.record(
        "assessments.distribution.explained",
        target=statement,
        by=account_of(by),
        scope=unit.government.code,
        at=at,
        unit=unit.pk,
        period=period.pk,
        counts=statement.counts,
        findings=len(statement.findings),
    )
    stamps.bump(f"unit:{unit.pk}")
    return statement
