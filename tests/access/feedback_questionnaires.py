"""Who gets what from questionnaires and from the register of services.

Versions are read by whoever manages a survey or inspects, and made by officers of the whole government. What an office
enters about its services is for those who manage their surveys.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.core.localtime import local_date
from apps.feedback import selectors
from apps.feedback.models import Questionnaire
from apps.feedback.services import questionnaires, surveys
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


def _versions(*, head: int, officer: int, auditor: int, post_only: bool = False) -> dict[str, int]:
    others = 405 if post_only else 403
    return {
        **dict.fromkeys(ROLES, others),
        "anonymous": 302,
        "appraiser": head,
        "personnel_officer": officer,
        "auditor": auditor,
    }


def _register(*, head: int, auditor: int) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, 404), "anonymous": 302, "appraiser": head, "auditor": auditor}


_READ = _versions(head=200, officer=200, auditor=200)
_EDIT = _versions(head=403, officer=200, auditor=403)
_POST = _versions(head=405, officer=405, auditor=405, post_only=True)

ROUTES: dict[str, dict[str, int]] = {
    "feedback:questionnaire-list": _READ,
    "feedback:questionnaire-detail": _READ,
    "feedback:questionnaire-preview": _READ,
    "feedback:questionnaire-diff": _READ,
    "feedback:questionnaire-sheet": _READ,
    "feedback:questionnaire-draft": _EDIT,
    "feedback:questionnaire-change": _EDIT,
    "feedback:questionnaire-weights": _EDIT,
    "feedback:questionnaire-use": _EDIT,
    "feedback:questionnaire-retire": _EDIT,
    "feedback:questionnaire-discard": _POST,
    "feedback:unsur-add": _EDIT,
    "feedback:unsur-change": _EDIT,
    "feedback:unsur-replace": _EDIT,
    "feedback:unsur-remove": _POST,
    "feedback:service-change": _register(head=200, auditor=403),
    "feedback:service-retire": _register(head=200, auditor=403),
    "feedback:service-reopen": {**dict.fromkeys(ROLES, 405), "anonymous": 302},
    "feedback:point-change": _register(head=200, auditor=403),
    "feedback:survey-period-change": _register(head=200, auditor=403),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: a draft of the government, or a surveyed service of the unit."""
    if not Questionnaire.objects.exists():
        restore_questionnaire()
    if name == "feedback:questionnaire-list":
        return {}
    if "questionnaire" in name or "unsur" in name:
        draft = questionnaires.make_draft(
            government=world.government,
            based_on=selectors.national_questionnaire("14/2017"),
            title="Rancangan",
            why="Uji",
            by=world.personnel_officer,
            at=timezone.now(),
        )
        is_of_one = "unsur" in name and name != "feedback:unsur-add"
        return {"pk": draft.unsur.get(code="biaya").pk if is_of_one else draft.pk}
    service = world.make_service(unit=world.unit)
    if name.startswith("feedback:service"):
        return {"code": service.code}
    if name == "feedback:point-change":
        return {"pk": service.points.get().pk}
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
    return {"pk": period.pk}
