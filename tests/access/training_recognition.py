"""Who opens the pages of recognition. world.colleague named a deed of world.staff; a jury elsewhere awarded it."""

from typing import Any

from apps.training.models import Nomination
from tests.training.juries import awarded


def _row(*statuses: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": 302, **dict(zip(roles, statuses, strict=True))}


_VERB = _row(405, 405, 405, 405, 405, 405, 405)

ROUTES = {
    "training:recognition-wall": _row(200, 200, 200, 200, 200, 200, 200),
    "training:nomination-list": _row(200, 200, 200, 200, 200, 200, 200),
    "training:nomination-new": _row(200, 200, 200, 200, 200, 403, 403),
    "training:nomination-detail": _row(200, 200, 200, 404, 404, 200, 200),
    "training:nomination-check": _VERB,
    # It is decided: the office is sent back to it.
    "training:nomination-decline": _row(403, 403, 403, 404, 404, 302, 403),
    "training:nomination-withdraw": _VERB,
    "training:nomination-jury": _row(403, 403, 403, 404, 404, 302, 403),
    "training:juror-add": _VERB,
    "training:juror-remove": _VERB,
    "training:nomination-vote": _VERB,
    "training:nomination-conclude": _VERB,
    "reports:recognition-document": _row(200, 200, 200, 404, 404, 200, 200),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address; makes the nomination at the first call."""
    page = name.split(":")[1]
    if page in {"recognition-wall", "nomination-list", "nomination-new"}:
        return {}
    nomination = Nomination.objects.first() or awarded(world)
    if page == "recognition-document":
        return {"nomination_id": nomination.pk}
    if page.startswith("juror-"):
        return {"pk": nomination.pk, "employee_id": world.staff.pk}
    return {"pk": nomination.pk}
