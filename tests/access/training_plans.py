"""Who may open the pages of coaching plans. The plan is of world.staff with world.head."""

from datetime import date
from typing import Any

from apps.feedback.models import Complaint
from apps.training.models import CoachingPlan, CoachingStep
from tests.feedback.helpers import complain
from tests.world import NOW


def _row(anonymous: int, *others: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": anonymous, **dict(zip(roles, others, strict=True))}


_VERB = _row(302, 405, 405, 405, 405, 405, 405, 405)
_KEEPER = _row(302, 403, 404, 200, 404, 404, 403, 404)

ROUTES = {
    "training:plan-list": _row(302, 200, 200, 200, 200, 200, 200, 200),
    "training:plan-new": _row(302, 403, 404, 200, 404, 404, 403, 403),
    "training:plan-for-complaint": _row(302, 404, 404, 200, 404, 404, 404, 403),
    "training:plan-detail": _row(302, 200, 404, 200, 404, 404, 200, 404),
    "training:plan-note": _VERB,
    "training:plan-step-add": _VERB,
    "training:plan-step": _VERB,
    "training:plan-talk": _KEEPER,
    "training:plan-close": _KEEPER,
}


def _plan(world: Any) -> CoachingPlan:
    values = {
        "coach": world.head,
        "cause": "other",
        "goal": "Laporan tepat waktu",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2099, 1, 1),
        "opened_at": NOW,
    }
    return CoachingPlan.objects.get_or_create(employee=world.staff, defaults=values)[0]


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    if name == "training:plan-list":
        return {}
    if name == "training:plan-new":
        return {"employee_id": world.staff.pk}
    if name == "training:plan-for-complaint":
        found = Complaint.objects.filter(unit=world.unit).first() or complain(world.unit)[0]
        return {"pk": found.pk}
    plan = _plan(world)
    if name == "training:plan-step":
        return {"pk": CoachingStep.objects.get_or_create(plan=plan, text="x", due_on=date(2099, 1, 1))[0].pk}
    return {"pk": plan.pk}
