"""Who gets what from the pages of accounts. Everybody has one account: their own."""

from typing import Any

_SIGNED_IN = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")


def _all(anonymous: int, signed_in: int) -> dict[str, int]:
    return {"anonymous": anonymous, **dict.fromkeys(_SIGNED_IN, signed_in)}


ROUTES: dict[str, dict[str, int]] = {
    "accounts:sign-in": _all(200, 302),
    "accounts:activate": _all(200, 200),
    "accounts:sign-out": _all(405, 405),
    "accounts:account": _all(302, 200),
    "accounts:password": _all(302, 200),
    "accounts:sign-out-everywhere": _all(302, 405),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: none has any."""
    return {}
