"""Kiosks: a tablet at a counter, known by its own address and not by a cookie."""

import secrets
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction

from apps.core import audit

from ..models import Kiosk, ServicePoint
from .surveys import POINT_CODE_LETTERS

CODE_LENGTH = 16


class KioskExists(ValueError):
    """Raised when the counter has a kiosk in use."""


@transaction.atomic
def register_kiosk(*, point: ServicePoint, by: Any, at: datetime) -> Kiosk:
    """Give a counter's tablet an address of its own.

    :raises KioskExists: if the counter has one in use; revoke that one first.
    """
    ServicePoint.objects.select_for_update().get(pk=point.pk)
    if Kiosk.objects.filter(point=point, revoked_at=None).exists():
        raise KioskExists
    code = "".join(secrets.choice(POINT_CODE_LETTERS) for _ in range(CODE_LENGTH))
    kiosk = Kiosk.objects.create(point=point, code=code, registered_by=by, registered_at=at)
    audit.record(
        "feedback.kiosk.registered",
        target=kiosk,
        by=by,
        scope=point.service.unit.government.code,
        at=at,
        point=point.pk,
    )
    return kiosk


@transaction.atomic
def revoke_kiosk(*, kiosk: Kiosk, by: Any, at: datetime) -> None:
    """Close the address of a kiosk for good; a second time changes nothing."""
    if not Kiosk.objects.filter(pk=kiosk.pk, revoked_at=None).update(revoked_at=at):
        return
    audit.record(
        "feedback.kiosk.revoked",
        target=kiosk,
        by=by,
        scope=kiosk.point.service.unit.government.code,
        at=at,
        point=kiosk.point_id,
    )


def is_hasty(kiosk: Kiosk, *, pause_seconds: int) -> bool:
    """Note a rating on a kiosk, and tell whether the one before came less than the pause ago.

    Everybody at a kiosk shares browser and address: only the pace of the device says anything.
    """
    if pause_seconds <= 0:
        return False
    try:
        return not cache.add(f"feedback:kiosk:{kiosk.pk}", 1, timeout=pause_seconds)
    except Exception:
        # The cache is away: the pace is a hint, not a condition.
        return False
