"""Who gets what from feedback. GET where a page exists, else 405 to those who may post.

Public pages are the same for everybody. Offices: the head of the unit (appraiser) works there; staff have no duty
with complaints; the auditor reads; the personnel officer has no business here.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.core.localtime import local_date
from apps.feedback.models import Questionnaire
from apps.feedback.services import complaints, surveys
from tests.feedback.helpers import restore_questionnaire

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


def _everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def _inside(*, head: int, auditor: int, others: int = 404) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, others), "anonymous": 302, "appraiser": head, "auditor": auditor}


ROUTES: dict[str, dict[str, int]] = {
    "feedback:landing": _everybody(200),
    "feedback:rate": _everybody(200),
    "feedback:thanks": _everybody(200),
    "feedback:service-list": _everybody(200),
    "feedback:service-detail": _everybody(200),
    "feedback:how-computed": _everybody(200),
    "feedback:privacy": _everybody(200),
    "feedback:accessibility": _everybody(200),
    "feedback:complaint-new": _everybody(200),
    # Without an earlier page in the session: back to the first one.
    "feedback:complaint-new-story": _everybody(302),
    "feedback:complaint-new-contact": _everybody(302),
    "feedback:complaint-new-check": _everybody(302),
    "feedback:complaint-receipt": _everybody(302),
    "feedback:complaint-track": _everybody(200),
    "feedback:complaint-status": _everybody(302),
    "feedback:complaint-reply": _everybody(405),
    "feedback:complaint-confirm": _everybody(405),
    "feedback:complaint-reopen": _everybody(405),
    "feedback:complaint-leave": _everybody(405),
    "feedback:point-qr-svg": _inside(head=200, auditor=200),
    "feedback:point-qr-png": _inside(head=200, auditor=200),
    "feedback:point-poster": _inside(head=200, auditor=200),
    "feedback:survey-overview": {**_everybody(200), "anonymous": 302},
    "feedback:published-list": {**_everybody(200), "anonymous": 302},
    "feedback:survey-detail": _inside(head=200, auditor=200),
    "feedback:service-add": _inside(head=200, auditor=403, others=403),
    "feedback:point-add": _inside(head=200, auditor=403),
    "feedback:survey-period-open": _inside(head=200, auditor=403),
    "feedback:service-count-record": _inside(head=200, auditor=403),
    "feedback:remark-list": _inside(head=200, auditor=200),
    "feedback:survey-publish": {**_everybody(405), "anonymous": 302},
    "feedback:complaint-inbox": _inside(head=200, auditor=200, others=403),
    "feedback:complaint-detail": _inside(head=200, auditor=200),
    "feedback:complaint-start": {**_everybody(405), "anonymous": 302},
    "feedback:complaint-ask": _inside(head=200, auditor=403),
    "feedback:complaint-forward": _inside(head=200, auditor=403),
    "feedback:complaint-answer": _inside(head=200, auditor=403),
    "feedback:complaint-reject": _inside(head=403, auditor=403),
    "feedback:complaint-note": _inside(head=200, auditor=403),
    "feedback:complaint-contact": _inside(head=403, auditor=403),
    "feedback:complaint-release": {**_everybody(405), "anonymous": 302},
}

_BY_POINT_CODE = {"feedback:landing", "feedback:rate", "feedback:thanks"}
_BY_POINT = {"feedback:point-qr-svg", "feedback:point-qr-png", "feedback:point-poster"}
_BY_SERVICE = {
    "feedback:service-detail",
    "feedback:survey-detail",
    "feedback:point-add",
    "feedback:survey-period-open",
    "feedback:service-count-record",
    "feedback:remark-list",
}
_BY_PERIOD = {"feedback:survey-publish"}
_BY_COMPLAINT = {
    f"feedback:complaint-{verb}"
    for verb in ("detail", "start", "ask", "forward", "answer", "reject", "note", "contact", "release")
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a surveyed service of the unit, and a complaint about it."""
    if not Questionnaire.objects.exists():
        restore_questionnaire()
    if name == "feedback:complaint-receipt":
        return {"number": "ADU-KENDARI-2026-000001"}
    if name in _BY_COMPLAINT:
        complaint, _secret = complaints.file_complaint(
            unit=world.unit,
            service=None,
            kind="tidak_berkadar_pengawasan",
            subject="Antrean dilewati",
            body="Dua kali.",
            is_anonymous=False,
            is_secret=False,
            contact={"name": "Warga Contoh", "phone": "0812", "email": ""},
            at=timezone.now(),
        )
        return {"pk": complaint.pk}
    if name not in _BY_POINT_CODE | _BY_POINT | _BY_SERVICE | _BY_PERIOD:
        return {}
    service = world.make_service(unit=world.unit)
    today = local_date(timezone.now(), world.government.timezone)
    period = surveys.open_survey_period(
        service=service,
        code="kini",
        label="Semester ini",
        starts_on=today - timedelta(days=5),
        ends_on=today + timedelta(days=5),
        by=None,
        at=timezone.now(),
    )
    if name in _BY_PERIOD:
        return {"pk": period.pk}
    if name in _BY_POINT:
        return {"pk": service.points.get().pk}
    if name in _BY_POINT_CODE:
        return {"code": service.points.get().code}
    return {"code": service.code}
