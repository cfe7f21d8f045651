"""Who gets what of the office's side of complaints: assignment, redaction, LAPOR, named employees.

The head of the unit (appraiser) works there; the auditor reads; an employee has their own page of what concerns them.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.feedback.services import allegations, complaints
from tests.access.feedback import ROLES

OFFICE = {**dict.fromkeys(ROLES, 404), "anonymous": 302, "appraiser": 200, "auditor": 403}
# The head of the unit is the superior of whom the report names.
NOT_THE_HEAD = {**OFFICE, "appraiser": 403}

ROUTES: dict[str, dict[str, int]] = {
    "feedback:complaint-assign": OFFICE,
    "feedback:complaint-cause": OFFICE,
    "feedback:complaint-redact": OFFICE,
    "feedback:complaint-redact-message": OFFICE,
    "feedback:complaint-lapor": OFFICE,
    "feedback:complaint-original": {**OFFICE, "appraiser": 403, "auditor": 200},
    "feedback:complaint-officer": NOT_THE_HEAD,
    "feedback:complaint-release-answer": NOT_THE_HEAD,
    "feedback:allegation-decide": NOT_THE_HEAD,
    "feedback:allegation-objection": NOT_THE_HEAD,
    "feedback:allegation-withdraw": NOT_THE_HEAD,
    "feedback:allegation-mine": {**dict.fromkeys(ROLES, 200), "anonymous": 302},
    "feedback:allegation-detail": {**dict.fromkeys(ROLES, 404), "anonymous": 302, "staff": 200},
}

_NAMED = {
    "feedback:complaint-release-answer",
    "feedback:allegation-decide",
    "feedback:allegation-objection",
    "feedback:allegation-withdraw",
    "feedback:allegation-detail",
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a complaint about the unit; where needed, one that names world.staff."""
    if name == "feedback:allegation-mine":
        return {}
    at = timezone.now() - timedelta(hours=1)
    complaint, _secret = complaints.file_complaint(
        unit=world.unit,
        service=None,
        kind="tidak_berkadar_pengawasan",
        subject="Antrean dilewati",
        body="Dua kali.",
        is_anonymous=True,
        is_secret=False,
        contact=None,
        at=at,
    )
    if name == "feedback:complaint-redact-message":
        complaints.citizen_reply(complaint_id=complaint.pk, text="Kemarin.", at=at)
        return {"pk": complaint.pk, "event": complaint.events.get(action="message").pk}
    if name not in _NAMED:
        return {"pk": complaint.pk}
    reported = allegations.name_officer(
        complaint_id=complaint.pk,
        employee=world.staff,
        shared_text="Antrean dilewati.",
        by=world.agency_head.user,
        at=at,
    )
    if name == "feedback:complaint-release-answer":
        complaints.start(complaint_id=complaint.pk, by=world.head.user, at=at)
        complaints.propose_answer(
            complaint_id=complaint.pk, text="Sudah diperiksa.", by=world.agency_head.user, at=at
        )
        return {"pk": complaint.pk}
    if name == "feedback:allegation-objection":
        allegations.give_statement(reported_id=reported.pk, text="Tidak benar.", by=world.staff.user, at=at)
        allegations.decide(
            reported_id=reported.pk,
            finding="terbukti",
            reason="Rekaman.",
            by=world.make_role_user("feedback_officer"),
            at=at,
        )
    return {"pk": reported.pk}
