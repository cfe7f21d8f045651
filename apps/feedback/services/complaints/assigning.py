"""Giving complaints to people; who had one before stays on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.core import notify, stamps
from apps.core.localtime import local_date

from ... import permissions
from ...models import Complaint, ComplaintAssignment
from ...selectors.handling import assignable, named_users
from .steps import add_event, inside_url, keep_record, locked


class CannotTakeIt(ValueError):
    """Raised when a complaint is given to somebody who does not work for its unit, or whom it names."""


@transaction.atomic
def assign(*, complaint_id: int, to: Any, by: Any, at: datetime) -> Complaint:
    """Give a complaint to an officer, or back to nobody (`to` None). The same person again changes nothing.

    :raises CannotTakeIt: if the person neither works there nor is a complaint officer above, or is named in it.
    """
    complaint = locked(complaint_id)
    if (to.pk if to else None) == complaint.assignee_id:
        return complaint
    today = local_date(at, complaint.government.timezone)
    if to is not None and not (
        assignable(complaint.unit, today).filter(pk=to.pk).exists() and to.pk not in named_users(complaint)
    ):
        raise CannotTakeIt
    before = complaint.assignee_id
    complaint.assignee = to
    complaint.save(update_fields=["assignee"])
    ComplaintAssignment.objects.create(complaint=complaint, assignee=to, by=by, at=at)
    add_event(complaint, "assign", text=to.display_name if to else "", is_public=False, at=at, by=by)
    keep_record(complaint, "assigned", by=by, at=at, before=before, to=to.pk if to else None)
    if before:
        stamps.bump(f"user:{before}")
    if to is not None and to.pk != by.pk:
        notify.send(
            to,
            gettext_noop("Complaint %(number)s was given to you, to be answered by %(due)s."),
            url=inside_url(complaint),
            number=complaint.number,
            due=complaint.due_on.isoformat(),
        )
    return complaint


@dataclass(frozen=True)
class Plan:
    """What giving several complaints to one person would do: which go, and which stay and why."""

    going: list[Complaint]
    staying: list[tuple[Complaint, str]]


def plan_many(*, complaints: Iterable[Complaint], to: Any, by: Any, at: datetime) -> Plan:
    """Say what `assign_many` would do, without doing it."""
    going: list[Complaint] = []
    staying: list[tuple[Complaint, str]] = []
    open_to: dict[int, bool] = {}
    for complaint in complaints:
        today = local_date(at, complaint.government.timezone)
        if complaint.unit_id not in open_to:
            open_to[complaint.unit_id] = assignable(complaint.unit, today).filter(pk=to.pk).exists()
        reason = ""
        if not permissions.may_direct(by, complaint):
            reason = "not_yours"
        elif complaint.closed_at is not None:
            reason = "closed"
        elif complaint.assignee_id == to.pk:
            reason = "same"
        elif not open_to[complaint.unit_id] or to.pk in named_users(complaint):
            reason = "elsewhere"
        if reason:
            staying.append((complaint, reason))
        else:
            going.append(complaint)
    return Plan(going, staying)


@transaction.atomic
def assign_many(*, complaints: Sequence[Complaint], to: Any, by: Any, at: datetime) -> int:
    """Give several complaints to one person; what does not fit stays where it is. Return how many went."""
    plan = plan_many(complaints=complaints, to=to, by=by, at=at)
    for complaint in plan.going:
        assign(complaint_id=complaint.pk, to=to, by=by, at=at)
    return len(plan.going)
