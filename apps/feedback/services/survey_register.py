"""Correct what the office entered about survey periods, services and counters."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..labels import Sampling
from ..models import IkmResult, Questionnaire, Response, Service, ServicePoint, SurveyPeriod
from . import results, survey_pages
from .surveys import PointExists, ServiceExists, require_free_days, require_offered


class PeriodHasAnswers(Exception):
    """Raised when days, questionnaire or sampling are to be changed after the first answer."""


class PeriodIsPublished(Exception):
    """Raised when the result of the period is published: what belongs to it does not change any more."""


class LongerNotAllowed(ValueError):
    """Raised when a period with answers would become longer, or end before today: waiting for better figures, and
    leaving out bad days, would both choose the result.
    """


def has_answers(period: SurveyPeriod) -> bool:
    """Tell whether anything was answered in the period, counted or not."""
    return Response.objects.filter(survey_period=period).exists()


def _locked(survey_period_id: int) -> SurveyPeriod:
    period = (
        SurveyPeriod.objects.select_for_update(of=("self",))
        .select_related("service__unit__government", "questionnaire")
        .get(pk=survey_period_id)
    )
    if IkmResult.objects.filter(survey_period=period, published_at__isnull=False).exists():
        raise PeriodIsPublished
    return period


@transaction.atomic
def correct_period(
    *,
    survey_period_id: int,
    label: str,
    starts_on: date,
    ends_on: date,
    population: int | None,
    sampling: str,
    questionnaire: Questionnaire,
    by: Any,
    at: datetime,
) -> SurveyPeriod:
    """Correct a period before its first answer. Its code stays: it stands in addresses.

    :raises PeriodHasAnswers: if somebody has answered.
    :raises PeriodIsPublished: if its result is published.
    :raises PeriodsOverlap, QuestionnaireNotOffered: see surveys.open_survey_period.
    """
    service_id = SurveyPeriod.objects.values_list("service", flat=True).get(pk=survey_period_id)
    Service.objects.select_for_update().get(pk=service_id)
    period = _locked(survey_period_id)
    if has_answers(period):
        raise PeriodHasAnswers
    government = period.service.unit.government
    require_free_days(period.service, starts_on, ends_on, besides=period)
    require_offered(questionnaire, government, starts_on, ends_on, at)
    before = {
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "questionnaire": period.questionnaire_id,
        "sampling": period.sampling,
        "population": period.population,
    }
    period.label, period.starts_on, period.ends_on = label, starts_on, ends_on
    period.population, period.sampling = population, Sampling(sampling).value
    period.questionnaire = questionnaire
    period.save(update_fields=["label", "starts_on", "ends_on", "population", "sampling", "questionnaire"])
    after = {name: getattr(period, f"{name}_id" if name == "questionnaire" else name) for name in before}
    audit.record(
        "feedback.survey_period.corrected",
        target=period,
        by=by,
        scope=government.code,
        at=at,
        before={name: str(value) for name, value in before.items() if value != after[name]},
        after={name: str(value) for name, value in after.items() if value != before[name]},
    )
    survey_pages.changed()
    return period


@transaction.atomic
def adjust_period(
    *, survey_period_id: int, population: int | None, ends_on: date, reason: str, by: Any, at: datetime
) -> SurveyPeriod:
    """Change the number of people served, or close a running period earlier, with a reason that is kept.

    :raises PeriodIsPublished: if its result is published.
    :raises LongerNotAllowed: if it would become longer, or end on a day that has passed.
    """
    period = _locked(survey_period_id)
    government = period.service.unit.government
    today = local_date(at, government.timezone)
    if ends_on != period.ends_on and not max(today, period.starts_on) <= ends_on < period.ends_on:
        raise LongerNotAllowed
    before = {"population": period.population, "ends_on": period.ends_on}
    period.population, period.ends_on = population, ends_on
    period.save(update_fields=["population", "ends_on"])
    audit.record(
        "feedback.survey_period.adjusted",
        target=period,
        by=by,
        scope=government.code,
        at=at,
        before={name: str(value) for name, value in before.items()},
        after={"population": str(population), "ends_on": str(ends_on)},
        reason=reason,
    )
    results.promise_refresh(survey_period=period, scope=government.code, at=at)
    survey_pages.changed()
    return period


@transaction.atomic
def change_service(
    *,
    service_id: int,
    name: str,
    description: str,
    complaint_promise: str,
    opening_hours: dict[str, list[str]],
    by: Any,
    at: datetime,
) -> Service:
    """Change what the public reads about a service. Its code and unit stay.

    :raises ServiceExists: if the unit has another active service with this name.
    """
    service = Service.objects.select_related("unit").get(pk=service_id)
    Government.objects.select_for_update().get(pk=service.unit.government_id)
    others = Service.objects.filter(unit=service.unit, name__iexact=name, is_active=True)
    if service.is_active and others.exclude(pk=service.pk).exists():
        raise ServiceExists(name)
    service.name, service.description = name, description
    service.complaint_promise, service.opening_hours = complaint_promise, opening_hours
    service.save(update_fields=["name", "description", "complaint_promise", "opening_hours"])
    audit.record("feedback.service.changed", target=service, by=by, scope=service.unit.government.code, at=at)
    survey_pages.changed()
    return service


@transaction.atomic
def set_service_active(*, service_id: int, is_active: bool, by: Any, at: datetime) -> Service:
    """Take a service off the public pages, or put it back. Its results and complaints stay.

    :raises ServiceExists: if another active service of the unit has taken its name.
    """
    service = Service.objects.select_related("unit").get(pk=service_id)
    government = Government.objects.select_for_update().get(pk=service.unit.government_id)
    if service.is_active == is_active:
        return service
    others = Service.objects.filter(unit=service.unit, name__iexact=service.name, is_active=True)
    if is_active and others.exists():
        raise ServiceExists(service.name)
    service.is_active = is_active
    service.save(update_fields=["is_active"])
    what = "reopened" if is_active else "retired"
    audit.record(f"feedback.service.{what}", target=service, by=by, scope=government.code, at=at)
    survey_pages.changed()
    return service


@transaction.atomic
def change_point(*, point_id: int, label: str, is_active: bool, by: Any, at: datetime) -> ServicePoint:
    """Rename a counter, or take it out of use. Its QR code stays its own and is never given to another one.

    :raises PointExists: if another counter in use has this name.
    """
    point = ServicePoint.objects.select_related("service__unit__government").get(pk=point_id)
    Service.objects.select_for_update().get(pk=point.service_id)
    others = ServicePoint.objects.filter(service=point.service, label__iexact=label, is_active=True)
    if is_active and others.exclude(pk=point.pk).exists():
        raise PointExists(label)
    was_active = point.is_active
    point.label, point.is_active = label, is_active
    point.save(update_fields=["label", "is_active"])
    audit.record(
        "feedback.point.changed",
        target=point,
        by=by,
        scope=point.service.unit.government.code,
        at=at,
        is_active=is_active,
        was_active=was_active,
    )
    survey_pages.changed()
    return point
