"""Who may read the endpoints of the API. Lists answer everybody who signed in, with the rows they may see."""

from typing import Any

from tests.reports.evaluated import evaluate, quarter

ROLES = (
    "anonymous",
    "staff",
    "colleague",
    "appraiser",
    "stranger",
    "foreigner",
    "personnel_officer",
    "auditor",
)
_SIGNED_IN = {**dict.fromkeys(ROLES, 200), "anonymous": 403}
_PUBLIC = dict.fromkeys(ROLES, 200)
_MINE = {
    "anonymous": 403,
    "staff": 200,
    "colleague": 404,
    "appraiser": 200,
    "stranger": 404,
    "foreigner": 404,
    "personnel_officer": 200,
    "auditor": 200,
}

ROUTES: dict[str, dict[str, int]] = {
    "api:schema": _PUBLIC,
    "api:docs": _PUBLIC,
    "api:unknown": dict.fromkeys(ROLES, 404),
    "api:employee-list": _SIGNED_IN,
    "api:employee-detail": _MINE,
    "api:unit-list": _SIGNED_IN,
    "api:unit-detail": _MINE | {"colleague": 200},
    "api:skp-list": _SIGNED_IN,
    "api:skp-detail": _MINE,
    "api:self-report-list": _SIGNED_IN,
    "api:self-report-detail": _MINE,
    "api:evaluation-list": _SIGNED_IN,
    "api:evaluation-detail": _MINE,
    "api:credit-conversion-list": _SIGNED_IN,
    "api:credit-detail": _MINE,
    "api:evaluation-explanation": _MINE,
    "api:service-list": _PUBLIC,
    "api:service-detail": _PUBLIC,
    "api:ikm-list": _PUBLIC,
    # Nobody has answered yet.
    "api:ikm-detail": dict.fromkeys(ROLES, 404),
    "api:ikm-history": dict.fromkeys(ROLES, 404),
    "api:ikm-unit": dict.fromkeys(ROLES, 404),
    # A breakdown needs its parameters.
    "api:ikm-breakdown": dict.fromkeys(ROLES, 400),
    "api:open-data-index": _PUBLIC,
    "api:open-data-file": _PUBLIC,
    "api:response-create": dict.fromkeys(ROLES, 405),
    "api:receipt-create": dict.fromkeys(ROLES, 403),  # no session opens it, only the key of a queue system
    "api:complaint-list": _SIGNED_IN,
    "api:complaint-detail": {
        "anonymous": 403,
        "staff": 404,
        "colleague": 404,
        "appraiser": 200,
        "stranger": 404,
        "foreigner": 404,
        "personnel_officer": 404,
        "auditor": 200,
    },
    "api:programme-list": _SIGNED_IN,
    "api:session-list": _SIGNED_IN,
    "api:need-list": _SIGNED_IN,
    "api:certificate-list": _SIGNED_IN,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    from tests.reports.api.test_lists import complaint

    made: dict[str, Any] = {
        "api:unknown": lambda: {"path": "nothing/"},
        "api:employee-detail": lambda: {"pk": world.staff.pk},
        "api:credit-detail": lambda: {"pk": world.staff.pk},
        "api:unit-detail": lambda: {"pk": world.unit.pk},
        "api:skp-detail": lambda: {"pk": (world.staff.skp.first() or world.make_skp(world.staff)).pk},
        "api:self-report-detail": lambda: {
            "pk": world.make_report(
                world.staff.skp.first() or world.make_skp(world.staff), quarter(world), status="submitted"
            ).pk
        },
        "api:evaluation-detail": lambda: {
            "pk": (world.staff.evaluations.first() or evaluate(world, world.staff)).pk
        },
        "api:evaluation-explanation": lambda: {
            "pk": (world.staff.evaluations.first() or evaluate(world, world.staff)).pk
        },
        "api:service-detail": lambda: {"code": world.make_service().code},
        "api:ikm-detail": lambda: {"code": world.make_service().code},
        "api:ikm-history": lambda: {"code": world.make_service().code},
        "api:ikm-breakdown": lambda: {"code": world.make_service().code},
        "api:ikm-unit": lambda: {"pk": world.unit.pk},
        "api:open-data-file": lambda: {
            "government": world.government.code,
            "dataset": "ikm",
            "ending": "csv",
        },
        "api:complaint-detail": lambda: {"number": complaint(world.unit).number},
    }
    return made[name]() if name in made else {}
