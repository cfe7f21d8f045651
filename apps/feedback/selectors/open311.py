"""What Open311 clients may know, in the words of GeoReport v2. Nothing here says who reported.

A description appears only after a person has released it, coordinates are coarse, addresses and media never leave.
Secret reports, suspected spam and suspicions against people do not exist for this interface.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core import policy
from apps.core.localtime import local_date
from apps.core.rules.rounding import half_up
from apps.employees.models import Government, WorkUnit

from ..labels import ComplaintKind
from ..models import Complaint, Service
from ..rules.complaint_lifecycle import ComplaintStatus, is_open

MAX_DAYS = 90
MAX_ROWS = 1000
UNIT_PREFIX = "unit-"
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests a client asks for."""

    starts_at: datetime
    ends_at: datetime
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


def jurisdictions() -> QuerySet[Government]:
    """Return the governments with public services."""
    return Government.objects.filter(pk__in=Service.objects.public().values("unit__government")).order_by(
        "code"
    )


def services(government: Government) -> list[dict[str, Any]]:
    """Return what can be reported about: every public service, and each unit for anything else."""
    rows = Service.objects.public().filter(unit__government=government).select_related("unit")
    found, units = [], {}
    for service in rows.order_by("unit__name", "name", "id"):
        units[service.unit_id] = service.unit
        found.append(_service(service.code, service.name, service.description, service.unit))
    for unit in units.values():
        name = _("%(unit)s: something else") % {"unit": unit.name}
        found.append(_service(f"{UNIT_PREFIX}{unit.pk}", name, "", unit))
    return found


def _service(code: str, name: str, description: str, unit: WorkUnit) -> dict[str, Any]:
    return {
        "service_code": code,
        "service_name": name,
        "description": description,
        "metadata": True,
        "type": "realtime",
        "keywords": unit.name.replace(",", " "),
        "group": unit.name,
    }


def find_service(government: Government, code: str) -> tuple[WorkUnit, Service | None] | None:
    """Return the unit and the service behind a code; None if there is no such public one."""
    public = Service.objects.public().filter(unit__government=government).select_related("unit__government")
    service = public.filter(code=code).first()
    if service is not None:
        return service.unit, service
    key = code.removeprefix(UNIT_PREFIX)
    if key == code or not key.isdigit():
        return None
    any_service = public.filter(unit=int(key[:12])).first()
    return (any_service.unit, None) if any_service else None


def definition(code: str) -> dict[str, Any]:
    """Return what may be said besides the description: the kind, and whether the content is secret."""
    return {
        "service_code": code,
        "attributes": [
            _choice(1, "kind", _("What is the report about?"), ComplaintKind.choices),
            _choice(2, "secret", _("Keep the content secret?"), [("tidak", _("no")), ("ya", _("yes"))]),
        ],
    }


def _choice(order: int, code: str, question: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": "",
        "order": order,
        "description": question,
        "values": [{"key": key, "name": str(name)} for key, name in values],
    }


def requests(government: Government, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the requests a client asks for, the newest first; numbers override everything else."""
    rows = _listed(government)
    if wanted.numbers:
        rows = rows.filter(number__in=wanted.numbers)
    else:
        rows = rows.filter(received_at__range=(wanted.starts_at, wanted.ends_at))
        if wanted.codes:
            units = [
                int(code.removeprefix(UNIT_PREFIX))
                for code in wanted.codes
                if code.startswith(UNIT_PREFIX) and code.removeprefix(UNIT_PREFIX).isdigit()
            ]
            rows = rows.filter(Q(service__code__in=wanted.codes) | Q(service=None, unit__in=units))
        if wanted.statuses:
            is_closed = Q(closed_at__isnull=False)
            sought = Q(pk__in=[])
            sought |= is_closed if CLOSED in wanted.statuses else Q(pk__in=[])
            sought |= ~is_closed if OPEN in wanted.statuses else Q(pk__in=[])
            rows = rows.filter(sought)
    shown_on = local_date(datetime.now(UTC), government.timezone)
    decimals = policy.get("feedback.coordinate_decimals", on=shown_on, scope=government.code)
    return [_request(row, government, decimals) for row in rows.order_by("-received_at", "-id")[:MAX_ROWS]]


def _listed(government: Government) -> QuerySet[Complaint]:
    return (
        Complaint.objects.listed()
        .filter(government=government)
        .select_related("unit", "service")
        .annotate(changed_at=Coalesce(Max("events__at", filter=Q(events__is_public=True)), F("received_at")))
    )


def _request(row: Any, government: Government, decimals: int) -> dict[str, Any]:
    is_released = row.published_at is not None
    words = "\n".join(part for part in (row.public_subject, row.public_text) if part)
    due = _("Answered by %(day)s at the latest.") % {"day": row.due_on.isoformat()}
    still_open = is_open(ComplaintStatus(row.status))
    return {
        "service_request_id": row.number,
        "status": OPEN if still_open else CLOSED,
        "status_notes": str(row.get_status_display()),
        "service_name": row.service.name
        if row.service
        else _("%(unit)s: something else") % {"unit": row.unit.name},
        "service_code": row.service.code if row.service else f"{UNIT_PREFIX}{row.unit_id}",
        "description": words[:4000] if is_released else "",
        "agency_responsible": row.unit.name,
        "service_notice": due if still_open else "",
        "requested_datetime": w3(row.received_at),
        "updated_datetime": w3(row.changed_at),
        "expected_datetime": w3(_end_of(row.due_on, government.timezone)),
        "address": "",
        "address_id": "",
        "zipcode": "",
        "lat": _coarse(row.latitude, decimals),
        "long": _coarse(row.longitude, decimals),
        "media_url": "",
    }


def w3(at: datetime) -> str:
    """Return an instant as the standard wants it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)) - timedelta(seconds=1)


def _coarse(value: Decimal | None, decimals: int) -> float | None:
    return None if value is None else float(half_up(value, max(0, min(decimals, 6))))
