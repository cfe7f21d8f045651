"""Who may open the pages of core and of the composition root."""

from typing import Any
from uuid import UUID

_SIGNED_IN = {
    "anonymous": 302,
    "staff": 200,
    "stranger": 200,
    "appraiser": 200,
    "foreigner": 200,
    "personnel_officer": 200,
    "auditor": 200,
}
_PUBLIC = dict.fromkeys(_SIGNED_IN, 200)
_OWN_JOB = {"anonymous": 302} | dict.fromkeys(
    ("staff", "stranger", "appraiser", "foreigner", "personnel_officer", "auditor"), 404
)

ROUTES = {
    "home": dict.fromkeys(_SIGNED_IN, 302),
    # Officers without a staff record are sent on to their work.
    "beranda": _SIGNED_IN | {"personnel_officer": 302, "auditor": 302},
    "help": _PUBLIC,
    "styleguide": dict.fromkeys(_SIGNED_IN, 404),  # in demo mode only
    "core:healthz": _PUBLIC,
    "core:readyz": {},  # depends on the processes around it: tests/core/views/test_health.py
    "core:metrics": dict.fromkeys(_SIGNED_IN, 404),  # without the token
    "core:system": {"anonymous": 302} | dict.fromkeys(list(_SIGNED_IN)[1:], 403),  # operators only
    "core:job-list": _SIGNED_IN,
    "core:job-detail": _OWN_JOB,
    "core:job-stamp": _OWN_JOB,
    "core:job-cancel": {"anonymous": 302, "staff": 405},
    "core:job-result": _OWN_JOB,
    "core:live-stamp": dict.fromkeys(_SIGNED_IN, 204),  # a token that is not ours
    "core:notification-list": _SIGNED_IN,
    "core:set-language": dict.fromkeys(_SIGNED_IN, 405),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    if name.startswith("core:job-") and name != "core:job-list":
        return {"job_id": UUID(int=1)}
    if name == "core:live-stamp":
        return {"token": "not-ours"}
    return {}
