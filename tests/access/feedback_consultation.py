"""Who gets what from public meetings. Public pages are for everybody; staff own a promise and see only that."""

from typing import Any

from django.utils import timezone

from apps.feedback.services import commitments, consultations
from tests.access.feedback import ROLES, _everybody, _inside
from tests.feedback.improving import day_of, meeting_of, photo, point_of

_POST = {**_everybody(405), "anonymous": 302}
_WRITE = _inside(head=200, auditor=403)

ROUTES: dict[str, dict[str, int]] = {
    "feedback:consulting-list": _everybody(200),
    "feedback:consulting": _everybody(200),
    "feedback:consulting-minutes": _everybody(200),
    "feedback:contribution-new": _everybody(200),
    "feedback:contribution-thanks": _everybody(200),
    "feedback:consultation-list": _inside(head=200, auditor=200, others=403),
    "feedback:consultation-add": _inside(head=200, auditor=403, others=403),
    "feedback:consultation-detail": _inside(head=200, auditor=200),
    "feedback:consultation-revise": _WRITE,
    "feedback:consultation-announce": _POST,
    "feedback:consultation-cancel": _WRITE,
    "feedback:consultation-attendance": _WRITE,
    "feedback:consultation-minutes": _WRITE,
    "feedback:consultation-minutes-file": _inside(head=200, auditor=200),
    "feedback:consultation-publish": _POST,
    "feedback:consultation-point-add": _WRITE,
    "feedback:consultation-point-answer": _WRITE,
    "feedback:commitment-add": _WRITE,
    "feedback:contribution-list": _inside(head=200, auditor=200),
    "feedback:contribution-read": _WRITE,
    "feedback:commitment-detail": {**_inside(head=200, auditor=200), "staff": 200},
    "feedback:commitment-start": _POST,
    "feedback:commitment-note": {**_inside(head=200, auditor=403), "staff": 200},
    "feedback:commitment-fail": {**_inside(head=200, auditor=403), "staff": 200},
    "feedback:commitment-keep": {**_inside(head=200, auditor=403), "staff": 403},
    "feedback:commitment-resume": {**_inside(head=200, auditor=403), "staff": 403},
}
assert all(set(row) == set(ROLES) for row in ROUTES.values())

_BY_CODE = {"feedback:consulting", "feedback:contribution-new", "feedback:contribution-thanks"}
_NONE = {"feedback:consulting-list", "feedback:consultation-list", "feedback:consultation-add"}
_BY_POINT = {"feedback:consultation-point-answer", "feedback:commitment-add"}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: an announced meeting of the unit; staff own its promise."""
    if name in _NONE:
        return {}
    head, now = world.head.user, timezone.now()
    if name in {"feedback:consulting-minutes", "feedback:consultation-minutes-file"}:
        meeting = meeting_of(world, held=True)
        consultations.write_minutes(
            consultation_id=meeting.pk,
            text="Dibahas.",
            upload_name="notulen.jpg",
            content=photo(),
            is_file_public=True,
            by=head,
            at=now,
        )
        consultations.publish_minutes(consultation_id=meeting.pk, by=head, at=now)
        if name == "feedback:consulting-minutes":
            return {"code": meeting.code}
        return {"pk": meeting.pk}
    meeting = meeting_of(world)
    if name in _BY_CODE:
        return {"code": meeting.code}
    if name == "feedback:contribution-read":
        row = consultations.contribute(consultation_id=meeting.pk, text="Kursi kurang", at=now)
        return {"pk": row.pk}
    if name in _BY_POINT:
        return {"pk": point_of(world, meeting).pk}
    if name.startswith("feedback:commitment-"):
        promise = commitments.make_commitment(
            point_id=point_of(world, meeting).pk,
            text="Menambah satu loket",
            owner=world.staff,
            due_on=day_of(world, 20),
            by=head,
            at=now,
        )
        return {"pk": promise.pk}
    return {"pk": meeting.pk}
