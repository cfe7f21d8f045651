"""Questions about survey periods, questionnaires and remarks."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from apps.core import policy
from apps.employees.models import Government

from ..models import (
    Questionnaire,
    Response,
    Service,
    SurveyPeriod,
    Unsur,
)
from ..rules.redaction import redact
from ..rules.regimes import CURRENT_REGIME


def questionnaire_for(government: Government) -> Questionnaire:
    """Return the newest questionnaire of the current regime: the government's own, else the national one.

    :raises Questionnaire.DoesNotExist: if the national one was removed from the database.
    """
    return (
        Questionnaire.objects.filter(
            Q(government=government) | Q(government=None), regime=CURRENT_REGIME.code
        )
        .order_by(F("government").asc(nulls_last=True), "-version")
        .prefetch_related("unsur")[:1]
        .get()
    )


def current_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the survey period of a service that contains the day."""
    return (
        SurveyPeriod.objects.filter(service=service, starts_on__lte=day, ends_on__gte=day)
        .select_related("questionnaire")
        .order_by("-starts_on", "-id")
        .first()
    )


def next_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the first survey period of a service that begins after the day."""
    return SurveyPeriod.objects.filter(service=service, starts_on__gt=day).order_by("starts_on", "id").first()


def weights_of(unsur: Iterable[Unsur]) -> dict[str, Fraction]:
    """Return the exact weight per unsur code."""
    return {row.code: Fraction(row.weight_numerator, row.weight_denominator) for row in unsur}


def readable_remarks(service: Service, now: Any) -> list[str]:
    """Return the remarks of a service as its unit may read them: late, shuffled, without times or
    personal data.
    """
    delay = policy.get("feedback.remark_delay_days", on=now.date(), scope=service.unit.government.code)
    rows = Response.objects.filter(
        service=service, is_quarantined=False, hour__lt=now - timedelta(days=delay)
    ).exclude(remark="")

    def place(row: tuple[int, str]) -> str:
        # A fixed order that says nothing about the order of arrival.
        return hashlib.sha256(f"{settings.SECRET_KEY}:{row[0]}".encode()).hexdigest()

    return [redact(remark) for _pk, remark in sorted(rows.values_list("pk", "remark"), key=place)]
