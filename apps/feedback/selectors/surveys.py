"""Questions about survey periods, questionnaires and remarks."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from apps.core import policy
from apps.core.compiled import Question
from apps.employees.models import Employee, Government, WorkUnit

from ..labels import QuestionnaireStatus
from ..models import (
    Questionnaire,
    Response,
    Service,
    SurveyPeriod,
    Unsur,
)
from ..rules.redaction import redact, words_of_name
from ..rules.regimes import CURRENT_REGIME


def questionnaire_for(government: Government, day: date | None = None) -> Questionnaire:
    """Return the questionnaire suggested for a period that begins on a day: the newest standard version of the
    current regime, the government's own before the national one. Without a day: the newest of all.

    :raises Questionnaire.DoesNotExist: if the national one was removed from the database.
    """
    rows = Questionnaire.objects.of_government(government).filter(
        regime=CURRENT_REGIME.code, status=QuestionnaireStatus.IN_USE.value, is_standard=True
    )
    if day is not None:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=day))
    return (
        rows.order_by(F("government").asc(nulls_last=True), F("valid_from").desc(nulls_last=True), "-version")
        .prefetch_related("unsur")[:1]
        .get()
    )


def national_questionnaire(regime: str) -> Questionnaire:
    """Return the national questionnaire of a regulation, present or superseded.

    :raises Questionnaire.DoesNotExist: if there is none.
    """
    return Questionnaire.objects.prefetch_related("unsur").get(government=None, regime=regime, version=1)


def offered_questionnaires(government: Government) -> list[Questionnaire]:
    """Return what can be chosen for a survey period, in the order of a list: own, national, older regulations."""
    rows = Questionnaire.objects.of_government(government).exclude(status=QuestionnaireStatus.DRAFT.value)
    return list(
        rows.order_by(
            "status",
            F("government").asc(nulls_last=True),
            F("valid_from").desc(nulls_last=True),
            "-version",
            "id",
        )
    )


def current_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the survey period of a service that contains the day."""
    return (
        SurveyPeriod.objects.filter(service=service, starts_on__lte=day, ends_on__gte=day)
        .select_related("questionnaire")
        .order_by("-starts_on", "-id")
        .first()
    )


def _surveyed(period_pk: int, questionnaire_pk: int, day: date) -> QuerySet[Any, Any]:
    return SurveyPeriod.objects.filter(
        pk=period_pk,
        questionnaire=questionnaire_pk,
        starts_on__lte=day,
        ends_on__gte=day,
        service__is_active=True,
        service__unit__is_active=True,
    ).values_list("pk")


_SURVEYED = Question(_surveyed, int, int, date)


def still_surveyed(period: SurveyPeriod, day: date) -> bool:
    """Tell whether a period that was read earlier still asks the same on a day, of a service that is still offered."""
    return bool(_SURVEYED.ask(period.pk, period.questionnaire_id, day))


def surveyed_question(period: SurveyPeriod, day: date) -> tuple[str, list[Any]]:
    """Return the question that `still_surveyed` asks, for a statement that asks it beside what it writes."""
    return _SURVEYED.written(period.pk, period.questionnaire_id, day)


def next_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the first survey period of a service that begins after the day."""
    return SurveyPeriod.objects.filter(service=service, starts_on__gt=day).order_by("starts_on", "id").first()


def weights_of(unsur: Iterable[Unsur]) -> dict[str, Fraction]:
    """Return the exact weight per unsur code."""
    return {row.code: Fraction(row.weight_numerator, row.weight_denominator) for row in unsur}


def readable_responses(service: Service, now: Any) -> QuerySet[Response]:
    """Return the answers whose remarks may be read by now: late, and only those that count."""
    delay = policy.get("feedback.remark_delay_days", on=now.date(), scope=service.unit.government.code)
    return Response.objects.filter(
        service=service, is_quarantined=False, hour__lt=now - timedelta(days=delay)
    ).exclude(remark="")


def names_of_staff(unit: WorkUnit) -> frozenset[str]:
    """Return the words of the names of those who work in a unit, or at its head: not to be read in remarks."""
    names = Employee.objects.filter(placements__position__unit__path__startswith=unit.path).values_list(
        "name", flat=True
    )
    return frozenset().union(*(words_of_name(name) for name in names))


def place_of(pk: int) -> str:
    """Return the place of an answer in a fixed order that says nothing about the order of arrival."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{pk}".encode()).hexdigest()


def readable_remarks(service: Service, now: Any) -> list[str]:
    """Return the remarks of a service as its unit may read them: late, shuffled, without times, names or other
    personal data.
    """
    rows = sorted(
        readable_responses(service, now).values_list("pk", "remark"), key=lambda row: place_of(row[0])
    )
    names = names_of_staff(service.unit)
    return [redact(remark, names=names) for _pk, remark in rows]
