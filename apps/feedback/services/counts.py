"""How many services were delivered, month by month."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.core import audit, stamps

from ..models import Service, ServiceCount


@transaction.atomic
def record_service_count(*, service: Service, month: date, count: int, by: Any, at: datetime) -> ServiceCount:
    """Record, or correct, the number of services of a month (any day of it may be given).

    :raises ValueError: if the number is negative.
    """
    if count < 0:
        raise ValueError("a count is not negative")
    first_day = month.replace(day=1)
    earlier = ServiceCount.objects.select_for_update().filter(service=service, month=first_day).first()
    row, _created = ServiceCount.objects.update_or_create(
        service=service,
        month=first_day,
        defaults={"count": count, "recorded_by": by if hasattr(by, "is_active") else None, "recorded_at": at},
    )
    audit.record(
        "feedback.service_count.recorded",
        target=row,
        by=by,
        scope=service.unit.government.code,
        at=at,
        service=service.pk,
        month=first_day,
        count=count,
        before=earlier.count if earlier else None,
    )
    stamps.bump(f"unit:{service.unit_id}")
    return row
