"""Who gets what from the pages of employees; objects belong to world.staff and world.unit."""

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.models import Holiday
from apps.employees.models import ImportBatch, Mandate, RoleAssignment, ServiceState, SupervisorCorrection
from tests.world import NOW, SINCE

_SIGNED_IN = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")


def _all(status: int, **others: int) -> dict[str, int]:
    return {"anonymous": 302, **dict.fromkeys(_SIGNED_IN, status), **others}


_HIDDEN = {"colleague": 404, "stranger": 404, "foreigner": 404}

ROUTES: dict[str, dict[str, int]] = {
    "employees:list": _all(200),
    "employees:detail": _all(200, **_HIDDEN),
    "employees:correction-ask": _all(403, **_HIDDEN, staff=200),
    "employees:appraiser-set": _all(403, **_HIDDEN, personnel_officer=200),
    "employees:nip-correct": _all(403, **_HIDDEN, personnel_officer=200),
    "employees:move": _all(403, **_HIDDEN, personnel_officer=200),
    "employees:state-list": _all(403, **_HIDDEN, personnel_officer=200),
    "employees:state-end": _all(405),
    "employees:correction-list": _all(403, personnel_officer=200),
    "employees:correction-decide": _all(404, staff=403, personnel_officer=200),
    "employees:codes": _all(403, personnel_officer=200),
    "employees:import-list": _all(403, personnel_officer=200),
    "employees:import-template": _all(403, personnel_officer=200),
    "employees:import-detail": _all(403, personnel_officer=200),
    "employees:import-apply": _all(405),
    "employees:import-bad-rows": _all(403, personnel_officer=200),
    "employees:unit-tree": _all(200),
    "employees:role-list": _all(403, personnel_officer=200),
    "employees:role-end": _all(405),
    "employees:mandate-list": _all(403, personnel_officer=200),
    "employees:mandate-end": _all(405),
    "employees:policy-list": _all(403, personnel_officer=200, auditor=200),
    "employees:policy-detail": _all(403, personnel_officer=200, auditor=200),
    "employees:holiday-list": _all(403, personnel_officer=200, auditor=200),
    "employees:holiday-import": _all(405),
    "employees:holiday-remove": _all(405),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route, making what it shows."""
    route = name.partition(":")[2]
    if route in {"detail", "correction-ask", "appraiser-set", "nip-correct", "move", "state-list"}:
        return {"pk": world.staff.pk}
    if route == "state-end":
        state, _created = ServiceState.objects.get_or_create(
            employee=world.staff, kind="study", period=DateRange(SINCE, None), recorded_at=NOW
        )
        return {"pk": world.staff.pk, "state_id": state.pk}
    if route == "correction-decide":
        row, _created = SupervisorCorrection.objects.get_or_create(
            employee=world.staff, decided_at=None, defaults={"reason": "Atasan saya lain.", "asked_at": NOW}
        )
        return {"pk": row.pk}
    if route in {"import-detail", "import-apply", "import-bad-rows"}:
        batch = ImportBatch.objects.create(
            government=world.government,
            file_name="daftar.csv",
            uploaded_at=NOW,
            status="checked",
            summary={"rows": 0, "good": 0, "bad": 0, "new": 0, "changed": 0, "unchanged": 0, "units_new": 0},
        )
        return {"pk": batch.pk}
    if route == "role-end":
        return {"pk": RoleAssignment.objects.filter(unit=world.root).order_by("pk")[0].pk}
    if route == "mandate-end":
        post = world.head.placements.get().position
        mandate = Mandate.objects.create(
            holder=world.staff, position=post, kind="plh", period=DateRange(SINCE, None)
        )
        return {"pk": mandate.pk}
    if route == "policy-detail":
        return {"key": "accounts.activation_days"}
    if route == "holiday-remove":
        day = Holiday.objects.create(scope=world.government.code, date=NOW.date(), name="Hari uji")
        return {"pk": day.pk}
    return {}
