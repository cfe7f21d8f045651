"""Public figures outside the result pages are the same for everybody."""

from typing import Any

from tests.access.feedback import ROLES

ROUTES: dict[str, dict[str, int]] = {
    f"feedback:{name}": dict.fromkeys(ROLES, 200)
    for name in (
        "unit-detail",
        "government-detail",
        "badge",
        "embed",
        "embedding",
        "display",
        "display-fragment",
        "open-data",
    )
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a service of the unit, the unit, the government."""
    if name == "feedback:open-data":
        return {}
    if name == "feedback:government-detail":
        return {"code": world.government.code}
    service = world.make_service(unit=world.unit)
    return {"pk": world.unit.pk} if name == "feedback:unit-detail" else {"code": service.code}
