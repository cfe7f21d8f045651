"""Who opens the exception queue: whoever supervises somebody. Rules are for everybody, what is seen of me for me."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.core.localtime import local_date
from apps.supervision.models import ExceptionAct
from apps.supervision.selectors.queue import queue_for
from apps.supervision.services import exceptions
from tests.supervision.exceptions import late_plan

_QUEUE = {
    "anonymous": 302,
    "staff": 403,
    "colleague": 403,
    "appraiser": 200,
    "stranger": 403,
    "foreigner": 403,
    "personnel_officer": 403,
    "auditor": 403,
}

ROUTES: dict[str, dict[str, int]] = {
    "supervision:queue": _QUEUE,
    "supervision:queue-batch": {**_QUEUE, "appraiser": 302},
    "supervision:queue-person": _QUEUE,
    "supervision:queue-rules": {**dict.fromkeys(_QUEUE, 200), "anonymous": 302},
    "supervision:about-me": {
        **dict.fromkeys(_QUEUE, 200),
        "anonymous": 302,
        "personnel_officer": 403,
        "auditor": 403,
    },
    "supervision:queue-act": {**dict.fromkeys(_QUEUE, 404), "anonymous": 302, "appraiser": 200},
    "supervision:queue-undo": {**dict.fromkeys(_QUEUE, 405), "anonymous": 302},
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: world.staff, whose plan waits for world.head, or an act of world.head."""
    if name == "supervision:queue-person":
        return {"pk": world.staff.pk}
    if name not in {"supervision:queue-act", "supervision:queue-undo"}:
        return {}
    # Both routes are asked in one world.
    act = ExceptionAct.objects.filter(by=world.head).first()
    if act is None:
        now = timezone.now()
        late_plan(world, world.staff, on=now - timedelta(days=30))
        seen = queue_for(world.head.user, local_date(now, world.government.timezone))[0].seen[0]
        act = exceptions.act_on(items=[seen.item], verb="accept", by=world.head, at=now).act
    return {"pk": act.pk}
