"""Who gets what of causes, templates, workload, figures and LAPOR tables."""

from typing import Any

from django.utils import timezone

from apps.feedback.services import causes, complaints
from tests.access.feedback import ROLES

READERS = {**dict.fromkeys(ROLES, 403), "anonymous": 302, "appraiser": 200, "auditor": 200}
WORKERS = {**READERS, "auditor": 403}

ROUTES: dict[str, dict[str, int]] = {
    "feedback:complaint-assign-many": {**dict.fromkeys(ROLES, 405), "anonymous": 302},
    "feedback:complaint-workload": READERS,
    "feedback:complaint-figures": READERS,
    "feedback:lapor-tables": WORKERS,
    "feedback:lapor-export": {**dict.fromkeys(ROLES, 405), "anonymous": 302},
    "feedback:template-list": WORKERS,
    "feedback:template-add": WORKERS,
    "feedback:template-edit": {**dict.fromkeys(ROLES, 403), "anonymous": 302, "appraiser": 200},
    "feedback:cause-list": READERS,
    "feedback:cause-add": WORKERS,
    "feedback:cause-detail": READERS,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a template of the unit, a cause of the government."""
    if name == "feedback:template-edit":
        template = complaints.save_template(
            government=world.government,
            unit=world.unit,
            purpose="answer",
            title="Terima kasih",
            body="Terima kasih. [apa yang ditemukan]",
            by=world.head.user,
            at=timezone.now(),
        )
        return {"pk": template.pk}
    if name == "feedback:cause-detail":
        cause = causes.add_cause(
            government=world.government,
            name="Nomor habis",
            description="",
            by=world.head.user,
            at=timezone.now(),
        )
        return {"pk": cause.pk}
    return {}
