"""Who may open the auditor's room, and who reads who opened a record."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.supervision.models import AuditEngagement
from apps.supervision.services import audit_room

_NOBODY = dict.fromkeys(("staff", "colleague", "appraiser", "stranger", "foreigner"), 404)
# Inside its window the room belongs to its auditor; whoever granted it sees that it is there, and not inside.
_INSIDE = {"anonymous": 302, **_NOBODY, "personnel_officer": 403, "auditor": 200}
_POST = {"anonymous": 302, **dict.fromkeys((*_NOBODY, "personnel_officer", "auditor"), 405)}

ROUTES = {
    "supervision:audit-room": {
        "anonymous": 302,
        **dict.fromkeys(_NOBODY, 403),
        "personnel_officer": 200,
        "auditor": 200,
    },
    "supervision:audit-engagement-grant": {
        "anonymous": 302,
        **dict.fromkeys(_NOBODY, 403),
        "personnel_officer": 200,
        "auditor": 403,
    },
    "supervision:audit-engagement": {
        "anonymous": 302,
        **_NOBODY,
        "personnel_officer": 200,
        "auditor": 200,
    },
    "supervision:audit-engagement-end": _POST,
    "supervision:audit-record": _INSIDE,
    "supervision:audit-sample-draw": _POST,
    "supervision:audit-sample": _INSIDE,
    "supervision:audit-bundle": _POST,
    "employees:record-views": {
        "anonymous": 302,
        **dict.fromkeys(_NOBODY, 200),
        "personnel_officer": 403,
        "auditor": 403,
    },
}


def engagement(world: Any, **changes: Any) -> AuditEngagement:
    """Return a room for the world's auditor over the whole government that is open now."""
    now = timezone.now()
    values: dict[str, Any] = {
        "government": world.government,
        "auditor": world.auditor,
        "unit": world.root,
        "year_from": 2025,
        "year_to": 2026,
        "purpose": "Pemeriksaan reguler",
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=5),
        "granted_by": world.personnel_officer,
        "granted_at": now - timedelta(days=1),
    }
    row: AuditEngagement = AuditEngagement.objects.create(**(values | changes))
    return row


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    route = name.split(":")[1]
    if route in {"audit-room", "audit-engagement-grant", "record-views"}:
        return {}
    row = engagement(world)
    arguments: dict[str, Any] = {"pk": row.pk}
    if route == "audit-record":
        arguments["employee_id"] = world.staff.pk
    if route in {"audit-sample", "audit-bundle"}:
        from decimal import Decimal

        sample = audit_room.draw_sample(
            engagement_id=row.pk,
            as_of=datetime(2026, 6, 30, tzinfo=UTC).date(),
            rate=Decimal("0.5"),
            minimum=1,
            by=world.auditor,
            at=timezone.now(),
        )
        arguments["sample_id"] = sample.pk
    return arguments
