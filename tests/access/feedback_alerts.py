"""Notices that a service turned bad: for whoever leads the unit or answers for it by role."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.core.localtime import local_date
from apps.feedback.models import Questionnaire, ServiceAlert
from apps.feedback.services import surveys
from tests.access.feedback import ROLES
from tests.feedback.helpers import restore_questionnaire


def _inside(*, head: int, auditor: int, others: int = 404) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, others), "anonymous": 302, "appraiser": head, "auditor": auditor}


ROUTES: dict[str, dict[str, int]] = {
    "feedback:alert-list": _inside(head=200, auditor=200, others=403),
    "feedback:alert-detail": _inside(head=200, auditor=200),
    "feedback:alert-improve": {**dict.fromkeys(ROLES, 405), "anonymous": 302},
    "feedback:alert-explain": _inside(head=200, auditor=403),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: an open notice about a service of the unit."""
    if name == "feedback:alert-list":
        return {}
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
    alert = ServiceAlert.objects.create(
        government=world.government,
        service=service,
        survey_period=period,
        tier="terbuka",
        kind="low",
        n=12,
        value=Decimal("47.22"),
        low=Decimal("44.00"),
        high=Decimal("50.00"),
        compared_with=Decimal("76.61"),
        weakest_unsur="waktu",
        first_day=today,
        opened_on=today,
        opened_at=timezone.now(),
    )
    return {"pk": alert.pk}
