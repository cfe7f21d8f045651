"""Who gets what around receipt codes and kiosks.

Whoever manages the survey prints codes, makes keys and registers kiosks; the auditor sees the numbers but no code,
for whoever sees a code can use it. The citizens' pages are the same for everybody.
"""

from typing import Any

from django.utils import timezone

from apps.core.localtime import local_date
from apps.feedback.services import kiosks, receipts
from tests.access.feedback import ROLES
from tests.feedback.helpers import open_now, restore_questionnaire


def _everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def _inside(*, head: int, auditor: int, others: int = 404) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, others), "anonymous": 302, "appraiser": head, "auditor": auditor}


_POST_ONLY = {**_everybody(405), "anonymous": 302}

ROUTES: dict[str, dict[str, int]] = {
    "feedback:receipt-enter": _everybody(200),
    "feedback:receipt-rate": _everybody(200),
    # Opened without a rating: back to where the code is typed.
    "feedback:receipt-send": _everybody(302),
    "feedback:rated": _everybody(200),
    "feedback:kiosk": _everybody(200),
    "feedback:kiosk-rate": _everybody(200),
    "feedback:kiosk-thanks": _everybody(200),
    "feedback:receipt-codes": _inside(head=200, auditor=200),
    "feedback:receipt-issue": _inside(head=200, auditor=403),
    "feedback:receipt-sheet": _inside(head=200, auditor=403),
    "feedback:receipt-cancel": _POST_ONLY,
    "feedback:queue-key-make": _inside(head=200, auditor=403),
    "feedback:queue-key-revoke": _POST_ONLY,
    "feedback:kiosk-register": _inside(head=200, auditor=403),
    "feedback:kiosk-revoke": _POST_ONLY,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: codes, a key and a kiosk of a surveyed service of the unit."""
    if name in {"feedback:receipt-enter", "feedback:receipt-send"}:
        return {}
    restore_questionnaire()
    service = world.make_service(unit=world.unit)
    open_now(service)
    now = timezone.now()
    head = world.head.user
    if name in {"feedback:receipt-rate", "feedback:receipt-sheet", "feedback:receipt-cancel"}:
        day = local_date(now, world.government.timezone)
        (batch,) = receipts.issue(service=service, days=[day], count=2, by=head, at=now)
        if name == "feedback:receipt-rate":
            return {"code": receipts.codes_of(batch)[0]}
        return {"order": batch.order}
    if name == "feedback:queue-key-revoke":
        key, _text = receipts.make_queue_key(service=service, label="Mesin antrean", by=head, at=now)
        return {"pk": key.pk}
    if "kiosk" in name and name != "feedback:kiosk-register":
        kiosk = kiosks.register_kiosk(point=service.points.get(), by=head, at=now)
        return {"pk": kiosk.pk} if name == "feedback:kiosk-revoke" else {"code": kiosk.code}
    return {"code": service.code}
