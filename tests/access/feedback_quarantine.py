"""Who gets to held-back ratings, staff networks and the release of remarks."""

from typing import Any

from django.utils import timezone

from apps.feedback.models import QuarantineCase, Service
from apps.feedback.services import networks
from tests.access.feedback import _everybody, _inside
from tests.access.feedback import kwargs as of_service
from tests.feedback.helpers import answer

ROUTES: dict[str, dict[str, int]] = {
    "feedback:case-list": {**_everybody(200), "anonymous": 302},
    "feedback:case-detail": _inside(head=200, auditor=200),
    "feedback:case-decide": {**_everybody(405), "anonymous": 302},
    "feedback:case-split": {**_everybody(405), "anonymous": 302},
    "feedback:network-list": _inside(head=200, auditor=403, others=403),
    "feedback:network-remove": {**_everybody(405), "anonymous": 302},
    # Nobody of the unit, and reading for the public is no auditor's work.
    "feedback:remark-queue": _inside(head=403, auditor=403),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a held rating of the unit, or a network of it."""
    if name in ("feedback:case-list", "feedback:network-list"):
        return {}
    if name == "feedback:network-remove":
        row = networks.add_network(
            unit=world.unit, network="103.12.4.0/24", label="Kantor", by=None, at=timezone.now()
        )
        return {"pk": row.pk}
    found = of_service(world, "feedback:survey-detail")
    if name == "feedback:remark-queue":
        return found
    service = Service.objects.get(code=found["code"])
    answer(service, is_suspicious=True)
    return {"pk": QuarantineCase.objects.latest("pk").pk}
