"""Who stands on a document, in which post and of which agency; and what all documents share.

People, posts and superiors are those of the day a document speaks of. Pangkat is today's: its history is not recorded.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.urls import reverse

from apps.assessments.labels import PeriodKind
from apps.assessments.models import Period
from apps.employees.models import Employee, Government, Mandate, Placement, Position, WorkUnit
from apps.employees.rules.nip import EmployeeStatus
from apps.employees.rules.pangkat import UnknownGolongan, pangkat_line

from ..rendering.facts import Party, Verification
from ..rendering.payload import long_date

WATERMARK = "CONTOH"
VACANT = "lowong"
UNVERIFIED = Verification(code="", url="", content_hash="")

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
ACTING = {"plt": "Plt. ", "plh": "Plh. "}


def digest_of(*parts: Any) -> str:
    """Return the SHA-256 of what the parts say, apart from their verification."""
    told = [{key: value for key, value in asdict(part).items() if key != "verification"} for part in parts]
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def verification(code: str, digest: str) -> Verification:
    """Return what is printed at the foot of every page."""
    url = settings.PUBLIC_URL + reverse("reports:verify-result", args=[code])
    return Verification(code=code, url=url, content_hash=f"sha256:{digest}")


def verified(parts: Iterable[Any], check: Verification) -> tuple[Any, ...]:
    """Return the parts with what lets a reader check them."""
    return tuple(replace(part, verification=check) for part in parts)


# --- people and posts


def holders_of(positions: Iterable[int], span: DateRange) -> QuerySet[Placement]:
    """Return who held some posts during a span, oldest row first."""
    return (
        Placement.objects.filter(position__in=set(positions), period__overlap=span)
        .select_related("employee")
        .order_by("pk")
    )


def places_of(employee_ids: Iterable[int], span: DateRange) -> dict[int, list[Placement]]:
    """Return the main posts of some people during a span, by person."""
    places: dict[int, list[Placement]] = defaultdict(list)
    for place in (
        Placement.objects.filter(employee__in=set(employee_ids), is_main=True, period__overlap=span)
        .select_related("position__unit")
        .order_by("pk")
    ):
        places[place.employee_id].append(place)
    return places


@dataclass(frozen=True, slots=True)
class Post:
    """In which post somebody signs; acting, with whose post it is."""

    position: Position | None
    prefix: str = ""
    holder: str | None = None


def acting_post(mandate: Mandate, holders: Iterable[Placement], day: date) -> Post:
    """Return the post somebody acts in and who holds it on a day, or that it is vacant."""
    others = [place for place in holders if place.employee_id != mandate.holder_id]
    holder = of_day(others, day)
    return Post(
        mandate.position, ACTING.get(mandate.kind, ""), holder.employee.full_name if holder else VACANT
    )


def of_day(rows: Iterable[Any], day: date) -> Any:
    """Return the row that holds on a day, or None."""
    return next((row for row in rows if day in row.period), None)


def placed_party(
    who: Employee,
    position: Position | None,
    *,
    prefix: str = "",
    agency: str | None = None,
    holder: str | None = None,
) -> Party:
    """Return somebody as named on a document, in a post. Pangkat is today's: its history is not recorded."""
    return Party(
        name=who.full_name,
        nip=who.nip,
        rank=_rank(who),
        position=f"{prefix}{position.title}" if position else "",
        unit=position.unit.name if position else "",
        agency=agency,
        holder=holder,
    )


def _rank(who: Employee) -> str:
    try:
        return pangkat_line(who.golongan, EmployeeStatus(who.status))
    except UnknownGolongan:
        return who.golongan


def government_name(government: Government) -> str:
    """Return the name as on letterheads: Pemerintah Kota Kendari."""
    return government.name if government.name.startswith("Pemerintah") else f"Pemerintah {government.name}"


def agency_name(name: str, government: Government) -> str:
    """Return the agency's name with that of its government, once."""
    return name if government.name in name else f"{name} {government.name}"


# --- names


def agencies_of(units: Iterable[WorkUnit]) -> dict[int, str]:
    """Return, per unit, the name of the agency it belongs to: the unit directly below the government."""
    own = {unit.pk: [int(part) for part in unit.path.strip("/").split("/")] for unit in units}
    tops = {pk: (path[1] if len(path) > 1 else path[0]) for pk, path in own.items()}
    names = dict(WorkUnit.objects.filter(pk__in=set(tops.values())).values_list("pk", "name"))
    return {pk: names[top] for pk, top in tops.items()}


def period_label(period: Period) -> str:
    """Return what a period is called on the forms: Triwulan III 2026, September 2026, Akhir Tahun 2026."""
    if period.kind == str(PeriodKind.YEARLY):
        return f"Akhir Tahun {period.starts_on.year}"
    if (period.starts_on.year, period.starts_on.month) == (period.ends_on.year, period.ends_on.month):
        return long_date(period.starts_on).split(" ", 1)[1]
    return f"Triwulan {_ROMAN[period.ends_on.month // 3]} {period.starts_on.year}"
