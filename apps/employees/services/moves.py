"""Somebody takes up another post: place, reporting lines, and what hangs on them, in one transaction.

The plan of the former post is closed and the closing evaluation of that part prepared by whoever knows plans:
`organization.place` promises the job `employees.moved`, and the handler lives in assessments (CYC-7, SPC-1).
"""

from datetime import date
from typing import Any

from django.db import transaction

from apps.core import audit, stamps

from .. import selectors
from ..labels import LinkSource
from ..models import AppraiserLink, Employee, Placement, Position
from . import organization

DERIVED = LinkSource("derived")


class SamePost(ValueError):
    """Raised when the person holds the post already."""


class MoveTooEarly(ValueError):
    """Raised when the first day does not lie after the first day in the present post."""


class PostTaken(ValueError):
    """Raised when somebody else leads the unit on the first day."""


@transaction.atomic
def move_employee(*, employee: Employee, position: Position, since: date, by: Any) -> Placement:
    """Give somebody another main post from a day on and renew the reporting lines that follow from it.

    Who appraised the person in the former post stays on record until the day before. Links that somebody
    corrected by hand are kept for everybody but the person who moves.

    :raises SamePost: if they hold it already.
    :raises MoveTooEarly: if the day is not after the first day in the present post.
    :raises PostTaken: if the post leads a unit and somebody else holds it on that day.
    """
    employee = (
        Employee.objects.select_for_update(of=("self",)).select_related("government").get(pk=employee.pk)
    )
    before = selectors.placement_on(employee, since)
    if before is not None and before.position_id == position.pk:
        raise SamePost
    latest = (
        Placement.objects.filter(employee=employee, is_main=True).order_by("-period").values("period").first()
    )
    if latest is not None and latest["period"].lower is not None and latest["period"].lower >= since:
        raise MoveTooEarly
    if position.is_head:
        holders = Placement.objects.active_on(since).filter(position=position).exclude(employee=employee)
        if holders.exists():
            raise PostTaken
    placement = organization.place(employee=employee, position=position, since=since, by=by)
    # The codes of the units whose people may have another superior now: where a head left, where one came.
    units = {unit.code for unit in _led(before, placement)}
    renew_links(employee=employee, units=units, since=since, by=by)
    audit.record(
        "employees.employee.moved",
        target=placement,
        by=by,
        scope=employee.government.code,
        employee=employee.pk,
        since=since,
    )
    return placement


def _led(*placements: Placement | None) -> list[Any]:
    return [row.position.unit for row in placements if row is not None and row.position.is_head]


def renew_links(*, employee: Employee, units: set[str], since: date, by: Any) -> int:
    """Derive the superior of somebody, and of everybody below some units, anew; return how many changed."""
    derived = selectors.derive_appraisers(employee.government, since, listed={employee.pk}, below_units=units)
    current = {
        link.employee_id: link
        for link in AppraiserLink.objects.active_on(since).filter(employee__in={*derived, employee.pk})
    }
    people = {
        person.pk: person
        for person in Employee.objects.filter(pk__in={*derived, *derived.values()}).select_related(
            "government", "user"
        )
    }
    changed = 0
    woken = {employee.user_id}
    for person_id, superior_id in derived.items():
        link = current.get(person_id)
        if link is not None and link.appraiser_id == superior_id:
            continue
        if link is not None and link.source != DERIVED.value and person_id != employee.pk:
            continue
        organization.set_appraiser(
            employee=people[person_id],
            appraiser=people[superior_id],
            since=since,
            source=DERIVED,
            by=by,
        )
        changed += 1
        woken |= {people[person_id].user_id, people[superior_id].user_id}
    stamps.bump(*(f"user:{pk}" for pk in sorted(pk for pk in woken if pk)))
    return changed
