"""Who gets what around a report: public pages are the same for everybody, files and offices are not."""

import io
import uuid
from typing import Any

from django.utils import timezone
from PIL import Image

from apps.feedback.services import complaints
from tests.access.feedback import ROLES
from tests.feedback.helpers import complain


def _everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def _inside(*, head: int, auditor: int, others: int = 404) -> dict[str, int]:
    return {**_everybody(others), "anonymous": 302, "appraiser": head, "auditor": auditor}


ROUTES: dict[str, dict[str, int]] = {
    # Without an earlier page, or without the secret word: back to the beginning.
    "feedback:complaint-new-similar": _everybody(302),
    "feedback:complaint-new-files": _everybody(302),
    "feedback:complaint-files": _everybody(302),
    "feedback:complaint-own-file": _everybody(302),
    "feedback:complaint-check-back": _everybody(405),
    "feedback:complaint-public": _everybody(200),
    "feedback:complaint-voice": _everybody(405),
    "feedback:complaint-take-in": _inside(head=200, auditor=403, others=403),
    # Nobody but its writer: back to the form.
    "feedback:complaint-taken": _inside(head=302, auditor=403, others=403),
    "feedback:complaint-publish": _inside(head=403, auditor=403),
    "feedback:complaint-office-files": _inside(head=200, auditor=403),
    "feedback:complaint-inside-file": _inside(head=200, auditor=200),
}
_BY_NUMBER = {"feedback:complaint-public", "feedback:complaint-voice", "feedback:complaint-taken"}
_BY_COMPLAINT = {
    "feedback:complaint-publish",
    "feedback:complaint-office-files",
    "feedback:complaint-inside-file",
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a released report about the unit, with a photo."""
    if name == "feedback:complaint-own-file":
        return {"token": uuid.uuid4()}
    if name not in _BY_NUMBER | _BY_COMPLAINT:
        return {}
    complaint, _secret = complain(world.unit, at=timezone.now())
    complaints.publish(complaint_id=complaint.pk, subject="Antrean", text="", by=None, at=timezone.now())
    if name in _BY_NUMBER:
        return {"number": complaint.number}
    if name != "feedback:complaint-inside-file":
        return {"pk": complaint.pk}
    photo = io.BytesIO()
    Image.new("RGB", (8, 8)).save(photo, "PNG")
    complaints.add_files(complaint_id=complaint.pk, contents=[photo.getvalue()], by=None, at=timezone.now())
    return {"pk": complaint.pk, "token": complaint.files.get().token}
