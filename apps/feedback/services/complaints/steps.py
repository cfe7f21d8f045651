"""What every verb of a complaint does: lock, move by the state table, keep an event and a trail, tell people."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from apps.core import audit, notify, policy, stamps
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.employees import screens
from apps.employees import selectors as organization
from apps.employees.models import WorkUnit

from ... import selectors
from ...models import Complaint, ComplaintEvent
from ...rules import complaint_clock
from ...rules.complaint_lifecycle import (
    ComplaintAction,
    ComplaintStatus,
    is_open,
    next_status,
)
from ...selectors import handling

PUBLIC = "public"


class UnitCannotReceive(ValueError):
    """Raised when a complaint is sent to a closed unit, or to one of another government."""


class TextMissing(ValueError):
    """Raised when a verb that needs words got none."""


def head_above(unit: WorkUnit, day: date) -> Any:
    """Return the head of the nearest unit above that has one."""
    for above in selectors.ancestors_and_self(unit).exclude(pk=unit.pk).order_by("-path"):
        head = organization.head_on(above, day)
        if head is not None and head.user is not None:
            return head
    return None


def locked(complaint_id: int) -> Complaint:
    return (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("government", "unit", "unit__government")
        .get(pk=complaint_id)
    )


def words_of(text: str) -> str:
    words = text.strip()
    if not words:
        raise TextMissing
    return words


def new_due_on(government: Any, kind: str, day: date) -> date:
    return complaint_clock.due_on(
        day,
        complaint_clock.ComplaintKind(kind),
        holidays_around(day, scope=government.code),
        days_table(government.code, day),
    )


def days_table(scope: str, day: date) -> dict[Any, int]:
    """Return the working days per kind. A table stored before a kind existed keeps its default for it."""
    stored = policy.get("feedback.complaint_days", on=day, scope=scope)
    return {**{kind.value: days for kind, days in complaint_clock.DEFAULT_DAYS.items()}, **stored}


def restart_clock(complaint: Complaint, day: date) -> None:
    """Give a complaint a new clock from a day on; whoever is told when it runs out is told anew."""
    complaint.due_on = new_due_on(complaint.government, complaint.kind, day)
    complaint.clock_number += 1
    complaint.escalated_at = None


def new_reply_by(complaint: Complaint, at: datetime) -> date:
    government = complaint.government
    today = local_date(at, government.timezone)
    return complaint_clock.reply_until(
        today,
        holidays_around(today, scope=government.code),
        policy.get("feedback.reply_days", on=today, scope=government.code),
    )


def move(
    complaint: Complaint,
    action: ComplaintAction,
    *,
    at: datetime,
    by: Any,
    text: str = "",
    actor: str = PUBLIC,
    reason_code: str = "",
    to_unit: WorkUnit | None = None,
    receiver: str = "",
    **data: Any,
) -> None:
    """Apply one action of the state table: status, event, trail, live screens."""
    status = next_status(ComplaintStatus(complaint.status), action)
    complaint.status = status.value
    if status not in {ComplaintStatus.INCOMPLETE, ComplaintStatus.ANSWERED}:
        complaint.reply_by = None
    complaint.closed_at = None if is_open(status) else at
    complaint.save()
    add_event(
        complaint,
        action.value,
        text=text,
        reason_code=reason_code,
        to_unit=to_unit,
        receiver=receiver,
        at=at,
        by=by,
    )
    if to_unit is not None:
        data["to_unit"] = to_unit.pk
    if reason_code:
        data["reason"] = reason_code
    keep_record(complaint, _PAST[action], by=by or actor, at=at, status=status.value, **data)


_PAST = {
    ComplaintAction.ASK_INFO: "info_asked",
    ComplaintAction.CITIZEN_REPLY: "replied",
    ComplaintAction.FORWARD: "forwarded",
    ComplaintAction.START: "started",
    ComplaintAction.ANSWER: "answered",
    ComplaintAction.CONFIRM: "confirmed",
    ComplaintAction.LAPSE: "lapsed",
    ComplaintAction.REJECT: "rejected",
    ComplaintAction.REOPEN: "reopened",
}


def keep_record(complaint: Complaint, verb: str, *, by: Any, at: datetime, **data: Any) -> None:
    scope = complaint.government.code
    audit.record(f"feedback.complaint.{verb}", target=complaint, by=by, scope=scope, at=at, **data)
    wake_screens(complaint, at)


def wake_screens(complaint: Complaint, at: datetime) -> None:
    """Make the open pages of everybody above, of who works on it and of who looks after the unit fetch themselves."""
    today = local_date(at, complaint.government.timezone)
    stamps.bump(
        *screens.of_unit_at_once(complaint.unit),
        *(f"user:{pk}" for pk in (complaint.assignee_id,) if pk),
        *(f"user:{user.pk}" for user in selectors.people_to_tell(complaint.unit, today)),
    )


def add_event(
    complaint: Complaint,
    action: str,
    *,
    at: datetime,
    by: Any,
    text: str = "",
    is_public: bool = True,
    reason_code: str = "",
    to_unit: WorkUnit | None = None,
    receiver: str = "",
) -> ComplaintEvent:
    return ComplaintEvent.objects.create(
        complaint=complaint,
        action=action,
        status_after=complaint.status,
        text=text,
        reason_code=reason_code,
        to_unit=to_unit,
        receiver=receiver,
        is_public=is_public,
        by=by,
        at=at,
    )


def tell_unit(complaint: Complaint, text: str, at: datetime, key: str = "") -> None:
    today = local_date(at, complaint.government.timezone)
    for user in handling.people_for(complaint, today):
        notify.send(
            user,
            text,
            url=inside_url(complaint),
            key=f"complaint:{complaint.pk}:{key}:{complaint.unit_id}:{user.pk}" if key else None,
            number=complaint.number,
            due=complaint.due_on.isoformat(),
        )
        stamps.bump(f"user:{user.pk}")


def inside_url(complaint: Complaint) -> str:
    return reverse("feedback:complaint-detail", args=[complaint.pk])
