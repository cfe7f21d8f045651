"""Chunks of a period: some units each, one transaction with their run rows, so that any of them can be done again.

A chunk that was killed has left nothing; one that is repeated finds equal rows and leaves them. What a run did stands
in `PeriodRun`, one row per unit, and who was called once for a period is not called again.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, stamps
from apps.core.models import Notification
from apps.employees import screens
from apps.employees.models import Employee, WorkUnit
from apps.indicators.models import Skp

from ...models import Period, PeriodRun
from . import scope
from .writing import Outcome, Written, write

STEP = "prepare"
# The work of a chunk grows with its people and its memory does not; below a few hundred the round trips would count.
CHUNK_PEOPLE = 1000

_TO_RATE = gettext_noop("Evaluations are ready for your ratings: period from %(starts_on)s to %(ends_on)s.")


def plans_covering(period: Period) -> Any:
    """Return the approved plans of a government that cover at least one day of a period (CYC-7: also closed ones)."""
    return Skp.objects.filter(
        government_id=period.cycle.government_id,
        year=period.cycle.year,
        status__in=scope.PLANS_IN_FORCE,
        period__overlap=DateRange(period.starts_on, period.ends_on + timedelta(days=1)),
    )


def chunks_of(
    period: Period, *, done_since: datetime | None = None, people: int = CHUNK_PEOPLE
) -> list[list[int]]:
    """Return the units with plans in a period, along the tree, as chunks of about so many people.

    A big unit is a chunk of its own. Units that a run has finished since `done_since` are left out.
    """
    plans = plans_covering(period)
    if done_since is not None:
        done = PeriodRun.objects.filter(period=period, step=STEP, finished_at__gte=done_since)
        plans = plans.exclude(unit__in=done.filter(unit__isnull=False).values("unit"))
    chunks: list[list[int]] = []
    room = 0
    for unit_id, number in (
        plans.values_list("unit").annotate(number=Count("pk")).order_by("unit__path", "unit")
    ):
        if number > room:
            chunks.append([])
            room = people
        chunks[-1].append(unit_id)
        room -= number
    return chunks


@transaction.atomic
def prepare_units(*, period_id: int, unit_ids: Sequence[int], at: datetime) -> dict[int, dict[str, int]]:
    """Make or refresh the evaluations of some units for a closed period; return by unit what was done."""
    period, units = _locked(period_id, unit_ids)
    written = write(period=period, units=units, at=at)
    without = scope.people_without_plan(scope.parameters(period, unit_ids, None))
    figures = {
        unit_id: {**asdict(outcome), "without_plan": without.get(unit_id, 0)}
        for unit_id, outcome in written.units.items()
    }
    PeriodRun.objects.bulk_create(
        [
            PeriodRun(
                period=period,
                unit_id=unit_id,
                step=STEP,
                started_at=at,
                finished_at=at,
                figures=figures[unit_id],
            )
            for unit_id in sorted(units)
        ],
        update_conflicts=True,
        unique_fields=["period", "unit", "step"],
        update_fields=["finished_at", "figures"],
    )
    audit.record(
        "assessments.units.prepared",
        target=period,
        by=None,
        scope=period.cycle.government.code,
        at=at,
        units=sorted(units),
        **_total(written.units.values()),
    )
    _call_appraisers(period, written)
    stamps.bump(*screens.of_unit(*units.values()))
    return figures


@transaction.atomic
def prepare_plans(*, period_id: int, unit_id: int, skp_ids: Sequence[int], at: datetime) -> Outcome:
    """Make or refresh the evaluations of some plans of a unit only: what changed is computed again, nothing else."""
    period, units = _locked(period_id, [unit_id])
    written = write(period=period, units=units, at=at, only=skp_ids)
    audit.record(
        "assessments.plans.prepared",
        target=period,
        by=None,
        scope=period.cycle.government.code,
        at=at,
        plan_ids=sorted(skp_ids),
        **_total(written.units.values()),
    )
    _call_appraisers(period, written)
    if written.units[unit_id].created or written.units[unit_id].refreshed:
        stamps.bump(*screens.of_unit(units[unit_id]))
    return written.units[unit_id]


def _locked(period_id: int, unit_ids: Sequence[int]) -> tuple[Period, dict[int, WorkUnit]]:
    """Return period and units, the units locked: two runs over one unit come one after the other.

    Each then reads what the one before has left. Whoever moves people or writes reports is not kept waiting.
    """
    period = Period.objects.select_related("cycle__government").get(pk=period_id)
    government = period.cycle.government
    units = WorkUnit.objects.filter(pk__in=unit_ids, government=government).order_by("pk")
    found = {unit.pk: unit for unit in units.select_for_update(no_key=True)}
    for unit in found.values():
        unit.government = government
    return period, found


def _total(outcomes: Any) -> dict[str, int]:
    total: dict[str, int] = {}
    for outcome in outcomes:
        for name, number in asdict(outcome).items():
            total[name] = total.get(name, 0) + number
    return total


def _call_appraisers(period: Period, written: Written) -> None:
    """Tell everybody who got an evaluation to make, once per period, and refresh their screens."""
    users = list(
        Employee.objects.filter(pk__in=written.appraisers, user__isnull=False)
        .order_by("pk")
        .values_list("pk", "user_id")
    )
    url = reverse("assessments:appraisal-list", args=[period.pk])
    params = {"starts_on": f"{period.starts_on:%d/%m/%Y}", "ends_on": f"{period.ends_on:%d/%m/%Y}"}
    Notification.objects.bulk_create(
        [
            Notification(
                recipient_id=user_id,
                text=_TO_RATE,
                params=params,
                url=url,
                key=f"to-rate:{period.pk}:{employee_id}",
            )
            for employee_id, user_id in users
        ],
        ignore_conflicts=True,
    )
    stamps.bump(*(f"user:{user_id}" for _employee_id, user_id in users))
