"""Who gets what from improvement plans and proofs of publication. The item is staff's own; the head manages it."""

from typing import Any

from django.utils import timezone

from apps.feedback.models import Questionnaire
from apps.feedback.services import improvement, publications
from tests.access.feedback import ROLES, _everybody, _inside
from tests.feedback.helpers import open_now, restore_questionnaire
from tests.feedback.improving import item_of, photo

# Staff are responsible for the item: they see it and work on it, and decide nothing.
_OWN = {"staff": 200}
_POST = {**_everybody(405), "anonymous": 302}

ROUTES: dict[str, dict[str, int]] = {
    "feedback:improvement-list": _inside(head=200, auditor=200, others=403),
    "feedback:improvement-print": _inside(head=200, auditor=200, others=403),
    "feedback:improvement-mine": {**_everybody(200), "anonymous": 302},
    "feedback:improvement-add": _inside(head=200, auditor=403, others=403),
    "feedback:improvement-detail": {**_inside(head=200, auditor=200), **_OWN},
    "feedback:improvement-report": {**_inside(head=200, auditor=403), **_OWN},
    "feedback:improvement-proof-add": {**_inside(head=200, auditor=403), **_OWN},
    "feedback:improvement-proof": {**_inside(head=200, auditor=200), **_OWN},
    "feedback:improvement-check": {**_inside(head=200, auditor=403), "staff": 403},
    "feedback:improvement-change": {**_inside(head=200, auditor=403), "staff": 403},
    "feedback:improvement-drop": {**_inside(head=200, auditor=403), "staff": 403},
    "feedback:improvement-public-text": {**_inside(head=200, auditor=403), "staff": 403},
    "feedback:improvement-start": _POST,
    "feedback:improvement-measure": _POST,
    "feedback:improvement-public-approve": _POST,
    "feedback:improvement-step-add": _POST,
    "feedback:improvement-step-mark": _POST,
    "feedback:improvement-proof-remove": _POST,
    "feedback:publication-list": _inside(head=200, auditor=200),
    "feedback:publication-add": _inside(head=200, auditor=403),
    "feedback:publication-prove": _inside(head=200, auditor=403),
    "feedback:publication-file": _inside(head=200, auditor=200),
    "feedback:publication-withdraw": _POST,
    "feedback:medium-list": _inside(head=200, auditor=403, others=403),
    "feedback:medium-switch": _POST,
}
assert all(set(row) == set(ROLES) for row in ROUTES.values())

_NONE = {f"feedback:improvement-{verb}" for verb in ("list", "print", "mine", "add")} | {
    "feedback:medium-list"
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: an item of staff with a step and a proof, or a publication of the unit."""
    if name in _NONE:
        return {}
    if name == "feedback:medium-switch":
        medium = publications.add_medium(
            government=world.government, name=f"Radio {timezone.now()}", by=None, at=timezone.now()
        )
        return {"pk": medium.pk}
    if name.startswith("feedback:publication"):
        return {"pk": _publication(world, name)}
    item = item_of(world, steps=["Denah"])
    if name == "feedback:improvement-step-mark":
        return {"pk": item.steps.get().pk}
    if name in {"feedback:improvement-proof", "feedback:improvement-proof-remove"}:
        proof = improvement.add_proof(
            item_id=item.pk,
            upload_name="a.jpg",
            content=photo(),
            caption="",
            by=world.staff.user,
            at=timezone.now(),
        )
        return {"pk": proof.pk}
    return {"pk": item.pk}


def _publication(world: Any, name: str) -> int:
    if not Questionnaire.objects.exists():
        restore_questionnaire()
    period = open_now(world.make_service())
    if name in {"feedback:publication-list", "feedback:publication-add"}:
        return period.pk
    row = publications.add_publication(
        survey_period=period,
        medium="board",
        own_medium=None,
        place="",
        link="",
        published_on=period.starts_on,
        upload_name="a.jpg",
        content=photo(),
        by=None,
        at=timezone.now(),
    )
    return row.pk
