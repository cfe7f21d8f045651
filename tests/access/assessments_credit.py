"""Who gets what from the pages of assessments/urls/credit.py; entries and the PAK belong to world.staff."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from apps.assessments.models import CreditOpening, CreditPak
from apps.assessments.services import credit

_WORKERS = ("staff", "colleague", "appraiser", "stranger", "personnel_officer", "auditor")


def _same(status: int, **others: int) -> dict[str, int]:
    return {"anonymous": 302, "foreigner": 404, **dict.fromkeys(_WORKERS, status), **others}


# The person and who may see them; those of other units learn nothing.
_SEE = _same(200, colleague=404, stranger=404)
_KEEP = _same(403, colleague=404, stranger=404, personnel_officer=200)

ROUTES: dict[str, dict[str, int]] = {
    "assessments:credit-mine": _same(200, foreigner=200),
    "assessments:credit-list": _same(403, personnel_officer=200, auditor=200, foreigner=403),
    "assessments:credit-convert": _same(403, personnel_officer=200, foreigner=403),
    "assessments:credit-detail": _SEE,
    "assessments:credit-opening": _KEEP,
    "assessments:credit-diploma": _KEEP,
    "assessments:credit-rank-step": _KEEP,
    "assessments:credit-pak-issue": _KEEP,
    "assessments:credit-pak": _SEE,
    "assessments:credit-withdraw": _KEEP,
}

_AT = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route for the objects of world.staff; makes them at the first call."""
    page = name.removeprefix("assessments:credit-")
    if page in {"mine", "list", "convert"}:
        return {}
    if page == "pak":
        return {"pk": _pak(world).pk}
    if page == "withdraw":
        return {"kind": "saldo", "pk": _opening(world).pk}
    return {"pk": world.staff.pk}


def _opening(world: Any) -> CreditOpening:
    return CreditOpening.objects.filter(employee=world.staff).first() or credit.record_opening(
        employee=world.staff,
        amount=credit.Balance(Decimal(40)),
        as_of=date(2025, 12, 31),
        note="PAK lama",
        by=world.personnel_officer,
        at=_AT,
    )


def _pak(world: Any) -> CreditPak:
    return CreditPak.objects.filter(employee=world.staff).first() or credit.issue_pak(
        employee=world.staff, as_of=date(2026, 7, 1), by=world.personnel_officer, at=_AT
    )
