"""Who gets what from the pages of assessments/urls/results.py; the objection of world.staff waits for its decision."""

from typing import Any

from apps.assessments.models import Objection, ObjectionAttachment
from apps.core import files
from tests.world import NOW

from . import assessments_evaluating as evaluating

_SEE = {"staff": 200, "appraiser": 200, "personnel_officer": 200, "auditor": 200}
_SIDES = {"staff": 200, "appraiser": 200, "personnel_officer": 403, "auditor": 403}


def _same(status: int, **others: int) -> dict[str, int]:
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": 302, **dict.fromkeys(roles, status), **others}


ROUTES: dict[str, dict[str, int]] = {
    "assessments:evaluation-why": _same(404, **_SEE),
    "assessments:objection-file": _same(404, staff=200, appraiser=403, personnel_officer=403, auditor=403),
    "assessments:objection-list": _same(200),
    "assessments:objection-detail": _same(404, **_SEE),
    # Only the decider asks; that is the head of the agency, who has no column here.
    "assessments:objection-ask": _same(404, staff=403, appraiser=403, personnel_officer=403, auditor=403),
    "assessments:objection-explain": _same(404, **_SIDES),
    "assessments:objection-explain-save": _same(405),
    "assessments:objection-attachments": _same(404, **_SIDES),
    "assessments:objection-attachment": _same(404, **_SEE),
    "assessments:objection-attachment-remove": _same(405),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return what the address of a route needs."""
    evaluation_id = evaluating.kwargs(world, "assessments:evaluation-detail")["pk"]
    page = name.removeprefix("assessments:")
    if page == "objection-list":
        return {}
    if page in {"evaluation-why", "objection-file"}:
        return {"pk": evaluation_id}
    objection = Objection.objects.get(evaluation=evaluation_id)
    if page.startswith("objection-attachment") and page != "objection-attachments":
        return {"pk": _attachment(objection)}
    return {"pk": objection.pk}


def _attachment(objection: Objection) -> int:
    values = {
        "file": files.store(b"%PDF-1.4 attachment", "application/pdf"),
        "name": "lampiran.pdf",
        "added_at": NOW,
    }
    return ObjectionAttachment.objects.get_or_create(objection=objection, role="employee", defaults=values)[
        0
    ].pk
