"""Units, positions, placements, appraisers, mandates and roles: one function per verb, each in one transaction."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from apps.core import audit, jobs
from apps.core.copying import next_ids
from apps.core.rules.periods import first_instant_of

from .. import selectors
from ..labels import LinkSource
from ..models import (
    AppraiserLink,
    Employee,
    Government,
    Mandate,
    Placement,
    Position,
    RoleAssignment,
    WorkUnit,
)


class MoveIntoItself(ValueError):
    """Raised when a unit would become a part of its own subtree."""


@transaction.atomic
def add_government(
    *, code: str, name: str, zone: str, place: str, brand: str, by: Any, is_demo: bool = False
) -> Government:
    """Create a government with its root unit."""
    government = Government.objects.create(
        code=code, name=name, timezone=zone, place=place, brand=brand, is_demo=is_demo
    )
    add_unit(government=government, parent=None, code="ROOT", name=name, kind="pemerintah", by=by)
    audit.record("employees.government.added", target=government, by=by, scope=code)
    return government


@transaction.atomic
def add_unit(
    *, government: Government, parent: WorkUnit | None, code: str, name: str, kind: str, by: Any
) -> WorkUnit:
    """Add a unit below another one (or the root)."""
    unit = WorkUnit.objects.create(government=government, parent=parent, code=code, name=name, kind=kind)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    audit.record(
        "employees.unit.added", target=unit, by=by, scope=government.code, parent=parent and parent.pk
    )
    return unit


@transaction.atomic
def add_units(
    *, government: Government, rows: Sequence[tuple[str, str, str, WorkUnit | None]], by: Any
) -> list[WorkUnit]:
    """Add many units at once, each as (code, name, kind, parent); the parents are there already."""
    units = [
        WorkUnit(
            pk=pk,
            government=government,
            parent=parent,
            code=code,
            name=name,
            kind=kind,
            path=f"{parent.path if parent else '/'}{pk}/",
        )
        for pk, (code, name, kind, parent) in zip(next_ids(WorkUnit, len(rows)), rows, strict=True)
    ]
    WorkUnit.objects.bulk_create(units, batch_size=2000)
    audit.record_many(
        audit.entry("employees.unit.added", target=unit, by=by, scope=government.code, parent=unit.parent_id)
        for unit in units
    )
    return units


@transaction.atomic
def move_unit(*, unit: WorkUnit, parent: WorkUnit, by: Any) -> None:
    """Hang a unit with everything below it under another parent.

    :raises MoveIntoItself: if the parent lies below the unit.
    """
    if parent.path.startswith(unit.path):
        raise MoveIntoItself
    before = unit.path
    after = f"{parent.path}{unit.pk}/"
    for row in WorkUnit.objects.select_for_update().under(unit):
        row.path = after + row.path[len(before) :]
        row.save(update_fields=["path"])
    unit.parent = parent
    unit.path = after
    unit.save(update_fields=["parent", "path"])
    audit.record("employees.unit.moved", target=unit, by=by, scope=unit.government.code, parent=parent.pk)


class PostExists(ValueError):
    """Raised when the unit has a post of this title already."""


@transaction.atomic
def add_position(
    *, unit: WorkUnit, title: str, position_class: str, level: str, by: Any, job_family: str = ""
) -> Position:
    """Add a post to a unit; it does not lead the unit.

    :raises PostExists: if the unit has a post of this title.
    """
    if Position.objects.filter(unit=unit, title__iexact=title).exists():
        raise PostExists
    position = Position.objects.create(
        unit=unit, title=title, position_class=position_class, level=level, job_family=job_family
    )
    audit.record("employees.position.added", target=position, by=by, scope=unit.government.code, unit=unit.pk)
    return position


@transaction.atomic
def place(*, employee: Employee, position: Position, since: date, by: Any) -> Placement:
    """Give an employee a main position from a day on; an earlier open placement ends the day before."""
    open_now = (
        Placement.objects.select_for_update()
        .filter(employee=employee, is_main=True, period__endswith__isnull=True)
        .first()
    )
    if open_now is not None:
        if open_now.position_id == position.pk:
            return open_now
        if open_now.period.lower is not None and open_now.period.lower >= since:
            open_now.delete()
        else:
            open_now.period = DateRange(open_now.period.lower, since)
            open_now.save(update_fields=["period"])
    placement = Placement.objects.create(employee=employee, position=position, period=DateRange(since, None))
    if open_now is not None and open_now.pk:
        announce_move(placement)
    audit.record(
        "employees.placement.started",
        target=placement,
        by=by,
        scope=employee.government.code,
        employee=employee.pk,
        position=position.pk,
        since=since,
    )
    return placement


def announce_move(placement: Placement) -> None:
    """Promise that whoever keeps plans closes those of the former post (CYC-7); the handler lies in a higher app."""
    government = placement.employee.government
    begins = first_instant_of(placement.period.lower, government.timezone)
    jobs.enqueue(
        "employees.moved",
        scope=government.code,
        key=f"moved:{placement.pk}",
        # A move of next month ends nothing today.
        ready_at=begins if begins > timezone.now() else None,
        employee_id=placement.employee_id,
        since=placement.period.lower.isoformat(),
    )


@transaction.atomic
def set_appraiser(
    *,
    employee: Employee,
    appraiser: Employee | None,
    since: date,
    source: LinkSource,
    by: Any,
    external_name: str = "",
) -> AppraiserLink:
    """Say who appraises an employee from a day on; the earlier link ends the day before.

    A link that began on the same day or later is replaced. Plans and evaluations keep the appraiser they were made
    with until somebody hands them over.
    """
    links = AppraiserLink.objects.select_for_update().filter(employee=employee)
    current = links.active_on(since).first()
    if (
        current is not None
        and current.appraiser_id == (appraiser.pk if appraiser else None)
        and current.external_name == external_name
    ):
        return current
    links.filter(period__startswith__gte=since).delete()
    if (
        current is not None
        and current.pk
        and current.period.lower is not None
        and current.period.lower < since
    ):
        current.period = DateRange(current.period.lower, since)
        current.save(update_fields=["period"])
    link = AppraiserLink.objects.create(
        employee=employee,
        appraiser=appraiser,
        external_name=external_name,
        source=source.value,
        period=DateRange(since, None),
    )
    audit.record(
        "employees.appraiser.set",
        target=link,
        by=by,
        scope=employee.government.code,
        employee=employee.pk,
        appraiser=appraiser.pk if appraiser else None,
        source=source.value,
        since=since,
    )
    return link


def derived_appraiser(employee: Employee, day: date) -> Employee | None:
    """Return who should appraise by the tree: the head of the own unit, or of the next unit up that has another head.

    A proposal only: the reporting line is explicit data and correctable (ORGT-1).
    """
    placement = selectors.placement_on(employee, day)
    unit: WorkUnit | None = placement.position.unit if placement else None
    while unit is not None:
        head = selectors.head_on(unit, day)
        if head is not None and head.pk != employee.pk:
            return head
        unit = unit.parent
    return None


@transaction.atomic
def grant_mandate(
    *,
    holder: Employee,
    position: Position,
    kind: str,
    since: date,
    until: date | None,
    by: Any,
    note: str = "",
) -> Mandate:
    """Let somebody act in a position they do not hold; `until` is the last day."""
    mandate = Mandate.objects.create(
        holder=holder,
        position=position,
        kind=kind,
        period=DateRange(since, until + timedelta(days=1) if until else None),
        granted_by=by if hasattr(by, "pk") else None,
        note=note,
    )
    audit.record(
        "employees.mandate.granted",
        target=mandate,
        by=by,
        scope=holder.government.code,
        holder=holder.pk,
        position=position.pk,
        kind=kind,
    )
    return mandate


@transaction.atomic
def assign_role(*, user: Any, role: str, unit: WorkUnit, since: date, by: Any) -> RoleAssignment:
    """Give a user a role for a unit and all below it from a day on."""
    assignment = RoleAssignment.objects.create(user=user, role=role, unit=unit, period=DateRange(since, None))
    audit.record(
        "employees.role.assigned",
        target=assignment,
        by=by,
        scope=unit.government.code,
        user=user.pk,
        role=role,
    )
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, last_day: date, by: Any) -> None:
    """End a role after a day."""
    assignment.period = DateRange(assignment.period.lower, last_day + timedelta(days=1))
    assignment.save(update_fields=["period"])
    audit.record(
        "employees.role.ended",
        target=assignment,
        by=by,
        scope=assignment.unit.government.code,
        last_day=last_day,
    )


@transaction.atomic
def end_role_now(*, assignment: RoleAssignment, day: date, by: Any) -> None:
    """End a role at once: today is no longer part of it. One that began today never counted and is removed."""
    audit.record(
        "employees.role.ended",
        target=assignment,
        by=by,
        scope=assignment.unit.government.code,
        user=assignment.user_id,
        role=assignment.role,
        since=assignment.period.lower,
        last_day=day - timedelta(days=1),
    )
    if assignment.period.lower is not None and assignment.period.lower >= day:
        assignment.delete()
        return
    assignment.period = DateRange(assignment.period.lower, day)
    assignment.save(update_fields=["period"])


@transaction.atomic
def end_mandate(*, mandate: Mandate, last_day: date, by: Any) -> None:
    """End a mandate after a day; one that would not have begun yet is closed on its first day."""
    first = mandate.period.lower or last_day
    mandate.period = DateRange(first, max(last_day, first) + timedelta(days=1))
    mandate.save(update_fields=["period"])
    audit.record(
        "employees.mandate.ended",
        target=mandate,
        by=by,
        scope=mandate.holder.government.code,
        last_day=last_day,
    )
