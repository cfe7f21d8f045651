"""Who may open the pages of documents, and the endpoints of the API."""

from typing import Any

from tests.reports.evaluated import evaluate

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
_MINE = {
    "anonymous": 302,
    "staff": 200,
    "colleague": 404,
    "appraiser": 200,
    "stranger": 404,
    "foreigner": 404,
    "personnel_officer": 200,
    "auditor": 200,
}

ROUTES: dict[str, dict[str, int]] = {
    "reports:index": {
        "anonymous": 302,
        "staff": 403,
        "colleague": 403,
        "appraiser": 200,
        "stranger": 403,
        "foreigner": 403,
        "personnel_officer": 200,
        "auditor": 200,
    },
    "reports:evaluation-document": _MINE,
    "reports:skp-document": _MINE,
    "reports:document-download": _MINE,
    "reports:verify": dict.fromkeys(ROLES, 200),
    "reports:verify-result": dict.fromkeys(ROLES, 404),  # a code nobody issued
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    from apps.core import files
    from apps.reports.models import Document

    if name in {"reports:evaluation-document", "reports:document-download"}:
        evaluation = world.staff.evaluations.first() or evaluate(world, world.staff)
        if name == "reports:evaluation-document":
            return {"evaluation_id": evaluation.pk}
        document = Document.objects.create(
            government=world.government,
            kind="evaluation",
            code="UJI",
            evaluation=evaluation,
            name="uji.pdf",
            file=files.store(b"%PDF-1.7 uji", "application/pdf"),
            facts_hash="0" * 64,
            issued_at=evaluation.delivered_at,
        )
        return {"document_id": document.pk}
    if name == "reports:skp-document":
        return {"skp_id": (world.staff.skp.first() or world.make_skp(world.staff)).pk}
    if name == "reports:verify-result":
        return {"code": "0000-0000-0000-0000"}
    return {}
