"""Who gets what from Open311: everybody the same, whoever is signed in."""

from typing import Any

from django.utils import timezone

from apps.feedback.models import Complaint
from tests.access.feedback import ROLES
from tests.feedback.helpers import complain

_PUBLIC = dict.fromkeys(ROLES, 200)
ROUTES: dict[str, dict[str, int]] = {
    "feedback:open311-discovery": _PUBLIC,
    "feedback:open311-services": _PUBLIC,
    "feedback:open311-definition": _PUBLIC,
    "feedback:open311-requests": _PUBLIC,
    "feedback:open311-request": _PUBLIC,
    "feedback:open311-token": _PUBLIC,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the format, and a service or a public report of the unit."""
    service = world.unit.services.first() or world.make_service(unit=world.unit)
    found: dict[str, Any] = {"fmt": "json", "_query": "?jurisdiction_id=kendari"}
    if name == "feedback:open311-definition":
        found["code"] = service.code
    if name in {"feedback:open311-request", "feedback:open311-token"}:
        complaint = Complaint.objects.first() or complain(world.unit, service=service, at=timezone.now())[0]
        found["number"] = complaint.number
    return found
