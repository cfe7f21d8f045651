"""Who gets to data rights: reporters with number and secret word, officers, leadership and auditors."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.feedback.models import Complaint
from apps.feedback.services import rights
from tests.access.feedback import _everybody, _inside
from tests.access.feedback import kwargs as of_complaint

ROUTES: dict[str, dict[str, int]] = {
    # Without an opened report: to the page that asks for number and secret word.
    "feedback:rights-mine": _everybody(302),
    "feedback:rights-export": _everybody(302),
    "feedback:rights-contact": _everybody(302),
    "feedback:rights-withdraw": _everybody(302),
    "feedback:rights-ask": _everybody(302),
    "feedback:rights-list": _inside(head=403, auditor=200, others=403),
    "feedback:rights-answer": _inside(head=403, auditor=200),
    "feedback:retention": _inside(head=403, auditor=200, others=403),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a request about own data of a report about the unit."""
    if name != "feedback:rights-answer":
        return {}
    complaint = Complaint.objects.get(pk=of_complaint(world, "feedback:complaint-detail")["pk"])
    request = rights.ask(
        complaint_id=complaint.pk, kind="delete", text="Hapus.", at=timezone.now() - timedelta(hours=1)
    )
    return {"pk": request.pk}
