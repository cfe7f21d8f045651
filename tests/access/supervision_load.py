"""Who may open the pages of load and loans. The loan is of world.staff, from world.head to world.stranger_head."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.localtime import today
from apps.employees.models import SupervisionLoan
from tests.world import NOW


def _row(anonymous: int, *others: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": anonymous, **dict(zip(roles, others, strict=True))}


_LEADERS = _row(302, 403, 403, 200, 403, 403, 200, 403)

ROUTES = {
    "supervision:load": _LEADERS,
    "supervision:load-person": _LEADERS,
    "supervision:loan-suggest": _LEADERS,
    # The appraiser herself lends nobody; a leader above her does.
    "supervision:loan-grant": _row(302, 403, 403, 403, 403, 403, 200, 403),
    "supervision:loan-mine": _row(302, 200, 200, 200, 200, 200, 200, 200),
    "supervision:loan-end": _row(302, 403, 404, 200, 404, 404, 200, 403),
}


def _loan(world: Any) -> int:
    day = today()
    values = {
        "lender": world.head,
        "holder": world.stranger_head,
        "kind": "loan",
        "reason": "Beban",
        "period": DateRange(day, day + timedelta(days=30)),
        "granted_at": NOW,
    }
    return SupervisionLoan.objects.get_or_create(employee=world.staff, defaults=values)[0].pk


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    if name == "supervision:load-person":
        return {"pk": world.head.pk}
    if name == "supervision:loan-grant":
        return {"employee_id": world.staff.pk}
    if name == "supervision:loan-end":
        return {"pk": _loan(world)}
    return {}
