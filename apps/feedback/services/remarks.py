"""Remarks that may be shown in public, because a person outside the unit has read them. The default is none."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit

from ..models import PublicRemark, Response


class RemarkDecided(Exception):
    """Raised when somebody else decided on the remark already."""


@transaction.atomic
def decide_remark(*, response_id: int, is_released: bool, text: str, by: Any, at: datetime) -> PublicRemark:
    """Release a remark for the public as it was redacted, or keep it inside.

    :raises RemarkDecided: if it was decided before.
    """
    response = (
        Response.objects.select_for_update(of=("self",)).select_related("government").get(pk=response_id)
    )
    if PublicRemark.objects.filter(response=response).exists():
        raise RemarkDecided
    row = PublicRemark.objects.create(
        response=response,
        is_released=is_released,
        text=text.strip() if is_released else "",
        decided_by=by,
        decided_at=at,
    )
    audit.record(
        "feedback.remark.released" if is_released else "feedback.remark.kept_inside",
        target=row,
        by=by,
        scope=response.government.code,
        at=at,
        service=response.service_id,
    )
    return row
