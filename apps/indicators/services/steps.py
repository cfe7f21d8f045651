"""What every verb on a plan does: hold the plan's row, count the change, record, tell, wake."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from apps.core import audit, notify, stamps
from apps.employees import screens
from apps.employees.models import Employee, Mandate

from ..models import Skp, SkpDecision
from ..rules.lifecycle import SkpAction

PAST = {
    "submit": "submitted",
    "recall": "recalled",
    "return": "returned",
    "approve": "approved",
    "close": "closed",
    "merge": "merged",
    "withdraw": "withdrawn",
}


class PlanNotEditable(Exception):
    """Raised when content is to change in a plan that was sent, approved or closed."""


class PlanConflict(Exception):
    """Raised when somebody else, or another tab, wrote the same row after the form was made."""


def locked(skp_id: int) -> Skp:
    """Return a plan and hold its row."""
    return (
        Skp.objects.select_for_update(of=("self",))
        .select_related("employee", "appraiser", "government", "unit")
        .get(pk=skp_id)
    )


def locked_with_original(skp_id: int) -> tuple[Skp, Skp | None]:
    """Return a plan, and the approved one it is a working copy of; the original is always held first."""
    original_id = Skp.objects.values_list("revises_id", flat=True).get(pk=skp_id)
    original = locked(original_id) if original_id else None
    return locked(skp_id), original


def opened(skp_id: int) -> Skp:
    """Return a plan for changing its content, and hold its row.

    :raises PlanNotEditable: if it is neither a draft nor returned.
    """
    plan = locked(skp_id)
    if not plan.is_editable:
        raise PlanNotEditable
    return plan


def next_revision(plan: Skp) -> int:
    """Count a saved change."""
    plan.revision += 1
    plan.save(update_fields=["revision"])
    return plan.revision


def move(
    skp: Skp,
    action: SkpAction,
    by: Any,
    at: datetime,
    *,
    note: str = "",
    mandate: Mandate | None = None,
    fields: list[str] | None = None,
) -> None:
    """Save the new status that the caller set, and keep who did it."""
    skp.revision += 1
    skp.save(update_fields=["status", "revision", *(fields or [])])
    decide(skp, action.value, by, at, note=note, mandate=mandate)
    record(PAST[action.value], skp, by, at=at)
    wake(skp)


def decide(
    skp: Skp, action: str, by: Any, at: datetime, *, note: str = "", mandate: Mandate | None = None
) -> None:
    """Keep an event of a plan."""
    SkpDecision.objects.create(skp=skp, action=action, note=note, by=employee_of(by), mandate=mandate, at=at)


def employee_of(by: Any) -> Employee | None:
    """Return the civil servant who acts; None for an officer without one."""
    return by if isinstance(by, Employee) else getattr(by, "employee", None)


def record(event: str, skp: Skp, by: Any, *, at: datetime | None = None, **data: Any) -> None:
    """Write into the audit trail."""
    # The chain names users; an employee without an account acts only in imports and demos.
    actor = (by.user or f"employee:{by.pk}") if isinstance(by, Employee) else by
    audit.record(f"indicators.skp.{event}", target=skp, by=actor, scope=skp.government.code, at=at, **data)


def tell(person: Employee | None, text: str, skp: Skp, *, key: str | None = None, **params: Any) -> bool:
    """Leave somebody a message that leads to the plan; False if nobody got it, or got it before."""
    if person is None:
        return False
    url = reverse("indicators:skp-detail", kwargs={"pk": skp.pk})
    return notify.send(person.user, text, url=url, key=key, year=skp.year, **params) is not None


def wake(skp: Skp) -> None:
    """Let open pages of the plan's people look again."""
    people_of_it = (skp.employee, skp.appraiser)
    users = [f"user:{person.user_id}" for person in people_of_it if person is not None and person.user_id]
    stamps.bump(*screens.of_unit(skp.unit), *users)
