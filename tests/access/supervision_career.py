"""Who may open career files, averages of IP ASN, the nine boxes and the succession pool."""

from datetime import date
from typing import Any

from apps.supervision.models import DisciplineRecord
from tests.world import NOW


def _row(anonymous: int, *others: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": anonymous, **dict(zip(roles, others, strict=True))}


_OFFICE = _row(302, 403, 403, 403, 403, 403, 200, 403)

ROUTES = {
    "supervision:career-mine": _row(302, 200, 200, 200, 200, 200, 403, 403),
    # The appraiser sees the person, not the file: it holds what others decided over the years.
    "supervision:career-person": _row(302, 302, 404, 403, 404, 404, 200, 403),
    "supervision:discipline-add": _row(302, 403, 404, 403, 404, 404, 200, 403),
    "supervision:talent-score": _row(302, 403, 404, 403, 404, 404, 200, 403),
    "supervision:discipline-revoke": _row(302, 403, 404, 404, 404, 404, 200, 404),
    "supervision:index-units": _OFFICE,
    "supervision:talent-boxes": _OFFICE,
    "supervision:succession": _OFFICE,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    noun = name.removeprefix("supervision:")
    if noun in {"career-person", "discipline-add", "talent-score"}:
        return {"employee_id": world.staff.pk}
    if noun == "discipline-revoke":
        values = {"level": "light", "starts_on": date(2026, 3, 1), "entered_at": NOW}
        return {
            "pk": DisciplineRecord.objects.get_or_create(
                employee=world.staff, decree="SK-1", defaults=values
            )[0].pk
        }
    return {}
