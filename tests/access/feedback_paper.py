"""Who gets what from paper sheets and tables of respondents: those who manage the survey; the auditor reads."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.core.localtime import local_date
from apps.feedback.models import Questionnaire
from apps.feedback.services import respondent_tables, surveys
from tests.feedback.helpers import UNSUR, restore_questionnaire
from tests.feedback.paper_helpers import open_batch, typed

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


def _inside(*, head: int, auditor: int) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, 404), "anonymous": 302, "appraiser": head, "auditor": auditor}


_POST = {**dict.fromkeys(ROLES, 405), "anonymous": 302}

ROUTES: dict[str, dict[str, int]] = {
    "feedback:paper-sheet": _inside(head=200, auditor=200),
    "feedback:paper-list": _inside(head=200, auditor=200),
    "feedback:paper-open": _inside(head=200, auditor=403),
    "feedback:paper-detail": _inside(head=200, auditor=200),
    "feedback:paper-scan-add": _POST,
    "feedback:paper-scan": _inside(head=200, auditor=200),
    "feedback:paper-scan-remove": _POST,
    "feedback:paper-type": _inside(head=200, auditor=403),
    "feedback:paper-finish": _POST,
    # The head typed these sheets, and so does not check them.
    "feedback:paper-check": _inside(head=403, auditor=403),
    "feedback:paper-close": _POST,
    "feedback:paper-withdraw": _inside(head=200, auditor=403),
    "feedback:table-upload": _inside(head=200, auditor=403),
    "feedback:table-detail": _inside(head=200, auditor=403),
    "feedback:table-problems": _inside(head=200, auditor=403),
    "feedback:table-apply": _POST,
}

_BY_PERIOD = {"feedback:paper-sheet", "feedback:paper-open", "feedback:table-upload"}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a surveyed service of the unit with a batch, or a table."""
    if not Questionnaire.objects.exists():
        restore_questionnaire()
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
    if name == "feedback:paper-list":
        return {"code": service.code}
    if name in _BY_PERIOD:
        return {"pk": period.pk}
    if name in ("feedback:table-detail", "feedback:table-problems", "feedback:table-apply"):
        table = respondent_tables.upload_table(
            survey_period=period,
            content=f"{','.join(UNSUR)}\n{','.join('3' * 9)}\n".encode(),
            file_name="tabel.csv",
            columns={},
            by=world.head.user,
            at=timezone.now(),
        )
        return {"pk": table.pk}
    batch = typed(world, service, 1) if name == "feedback:paper-check" else open_batch(world, service, 1)
    if name in ("feedback:paper-scan", "feedback:paper-scan-remove"):
        return {"pk": batch.scans.get().pk}
    return {"pk": batch.pk}
