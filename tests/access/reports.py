"""Who may open the pages of documents, and the endpoints of the API."""

from typing import Any

from apps.assessments.models import Objection
from tests.access.training import certified
from tests.reports.evaluated import converted, evaluate, fixed, objected

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
    "reports:objection-document": _MINE,
    "reports:conversion-document": _MINE,
    "reports:accumulation-document": _MINE,
    "reports:pak-document": _MINE,
    "reports:document-download": _MINE,
    # As its page: what others decided over the years is not the appraiser's.
    "reports:career-download": _MINE | {"appraiser": 403, "auditor": 403},
    "reports:certificate-document": _MINE,
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
    if name == "reports:objection-document":
        known = Objection.objects.filter(evaluation__employee=world.staff).first()
        return {"objection_id": (known or objected(world)).pk}
    if name == "reports:conversion-document":
        return {"conversion_id": (world.staff.credit_conversions.first() or converted(world)).pk}
    if name in {"reports:accumulation-document", "reports:career-download"}:
        return {"employee_id": world.staff.pk}
    if name == "reports:pak-document":
        return {"pak_id": (world.staff.credit_paks.first() or fixed(world)).pk}
    if name == "reports:certificate-document":
        return {"certificate_id": certified(world).pk}
    if name == "reports:skp-document":
        return {"skp_id": (world.staff.skp.first() or world.make_skp(world.staff)).pk}
    if name == "reports:verify-result":
        return {"code": "0000-0000-0000-0000"}
    return {}
