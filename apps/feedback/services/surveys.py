"""Survey periods and the answers of the public."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from apps.core import audit, kept, policy, stamps
from apps.core.localtime import local_date
from apps.employees.models import Government, WorkUnit

from .. import selectors
from ..labels import (
    AgeBand,
    Channel,
    Education,
    FilledBy,
    Occupation,
    Pace,
    QuestionnaireStatus,
    Sampling,
    Sex,
    Tier,
)
from ..models import Questionnaire, Response, Service, ServicePoint, SurveyPeriod
from ..rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from ..rules.signals import is_held
from . import arrivals, quarantine, response_rows, results, survey_pages
from .arrivals import Arrival

PUBLIC = "public"
SERVICE_CODE_LENGTH = 60
# What a hand copies from paper: no 0 and o, no 1, i and l.
POINT_CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
POINT_CODE_LENGTH = 8
_ATTRIBUTES: dict[str, Any] = {
    "sex": Sex,
    "age_band": AgeBand,
    "education": Education,
    "occupation": Occupation,
}


class SurveyClosed(Exception):
    """Raised when no survey period of the service contains the day; `upcoming` is the next one, if any."""

    def __init__(self, upcoming: SurveyPeriod | None = None) -> None:
        super().__init__("no survey period is open")
        self.upcoming = upcoming


class InvalidAnswers(ValueError):
    """Raised for an unknown question, an answer outside 1 to 4, or an unknown attribute."""


class TooFewAnswers(ValueError):
    """Raised when more questions were skipped than may be skipped; `required` says how many are needed."""

    def __init__(self, required: int) -> None:
        super().__init__(f"at least {required} answers are needed")
        self.required = required


class PeriodsOverlap(ValueError):
    """Raised when a survey period would contain days of another one of the same service; `other` is that
    one.
    """

    def __init__(self, other: SurveyPeriod) -> None:
        super().__init__("survey periods overlap")
        self.other = other


class QuestionnaireNotOffered(ValueError):
    """Raised when a questionnaire cannot be asked in the days of a period."""


class ServiceExists(ValueError):
    """Raised when the unit has an active service with this name already."""


class PointExists(ValueError):
    """Raised when the service has a counter in use with this label already."""


@transaction.atomic
def open_survey_period(
    *,
    service: Service,
    code: str,
    label: str,
    starts_on: date,
    ends_on: date,
    by: Any,
    at: datetime,
    population: int | None = None,
    sampling: str = Sampling.OPEN.value,
    questionnaire: Questionnaire | None = None,
) -> SurveyPeriod:
    """Plan a span of days in which a service is surveyed, with the questionnaire of its first day.

    :raises PeriodsOverlap: if another period of the service has days in common with it.
    :raises QuestionnaireNotOffered: if the questionnaire is not offered for these days.
    """
    Service.objects.select_for_update().get(pk=service.pk)
    government = service.unit.government
    questionnaire = questionnaire or selectors.questionnaire_for(government, starts_on)
    require_free_days(service, starts_on, ends_on)
    require_offered(questionnaire, government, starts_on, ends_on, at)
    period = SurveyPeriod.objects.create(
        service=service,
        questionnaire=questionnaire,
        code=code,
        label=label,
        starts_on=starts_on,
        ends_on=ends_on,
        population=population,
        sampling=Sampling(sampling).value,
    )
    audit.record(
        "feedback.survey_period.opened",
        target=period,
        by=by,
        scope=government.code,
        at=at,
        service=service.pk,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    survey_pages.changed()
    return period


def require_free_days(
    service: Service, starts_on: date, ends_on: date, *, besides: SurveyPeriod | None = None
) -> None:
    """Refuse days that another period of the service has.

    :raises PeriodsOverlap: if there is one.
    """
    others = SurveyPeriod.objects.filter(service=service, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if (other := others.first()) is not None:
        raise PeriodsOverlap(other)


def require_offered(
    questionnaire: Questionnaire, government: Government, starts_on: date, ends_on: date, at: datetime
) -> None:
    """Refuse a questionnaire that is not offered for the days of a period.

    Drafts never are; one that is retired, or of an older regulation, only for days that have passed.

    :raises QuestionnaireNotOffered: if it is not.
    """
    if questionnaire.government_id not in (None, government.pk):
        raise QuestionnaireNotOffered
    if questionnaire.status == QuestionnaireStatus.DRAFT.value:
        raise QuestionnaireNotOffered
    if questionnaire.status == QuestionnaireStatus.RETIRED.value:
        if ends_on >= local_date(at, government.timezone):
            raise QuestionnaireNotOffered
    elif questionnaire.valid_from is not None and questionnaire.valid_from > starts_on:
        raise QuestionnaireNotOffered


def record_response(
    *,
    service: Service,
    point: ServicePoint | None,
    answers: Mapping[str, int],
    attributes: Mapping[str, str],
    remark: str,
    channel: str,
    at: datetime,
    arrival: Arrival | None = None,
    tier: str = Tier.OPEN.value,
    filled_by: str = "",
    pace: str = "",
    period: SurveyPeriod | None = None,
) -> Response:
    """Keep one person's answers, without anything that says who or when exactly.

    `period` is for who has just read it together with its questions; else it is looked up.

    One with two independent signals is kept as well, but does not count until a person has looked at it; what only
    shows when ratings are seen together is found by the sweep before the figure is refreshed.

    :raises SurveyClosed: if the service is not surveyed on that day.
    :raises InvalidAnswers: for a question, an answer or an attribute that does not exist.
    :raises TooFewAnswers: if fewer questions are answered than the policy demands.
    """
    government = service.unit.government
    today = local_date(at, government.timezone)
    if period is None:
        period = selectors.current_period(service, today)
    if period is None or period.service_id != service.pk or not period.starts_on <= today <= period.ends_on:
        raise SurveyClosed(selectors.next_period(service, today))
    unsur = {row.code: row for row in period.questionnaire.unsur.all()}
    for code, value in answers.items():
        if code not in unsur or not LOWEST_ANSWER <= value <= HIGHEST_ANSWER:
            raise InvalidAnswers(code)
    required = policy.get("feedback.required_answers", on=today, scope=government.code)
    if len(answers) < min(required, len(unsur)):
        raise TooFewAnswers(min(required, len(unsur)))
    hour = at.replace(minute=0, second=0, microsecond=0)
    response = Response(
        government=government,
        service=service,
        survey_period=period,
        point=point,
        channel=Channel(channel).value,
        tier=Tier(tier).value,
        filled_by=FilledBy(filled_by).value if filled_by else "",
        pace=Pace(pace).value if pace else "",
        hour=hour,
        remark=remark.strip(),
        signals=sorted(arrival.signals) if arrival else [],
        **clean_attributes(attributes),
    )
    # Nothing below refuses, so nobody goes on in a transaction of which only this was undone: no savepoint.
    with transaction.atomic(savepoint=False):
        is_live = arrival is not None and channel in arrivals.LIVE_CHANNELS
        response_rows.write(
            response,
            answers={unsur[code].pk: value for code, value in answers.items()},
            mark=arrivals.mark_of(arrival, at) if arrival is not None and is_live else None,
            # The period and the hour, not the row and the second: the trail must not tell when somebody stood
            # at the counter.
            trail=audit.insertion(
                "feedback.response.recorded",
                target=period,
                by=PUBLIC,
                scope=government.code,
                at=hour,
                channel=channel,
            ),
        )
        if arrival is not None and is_live and is_held(arrival.signals):
            quarantine.hold(Response.objects.filter(pk=response.pk), at=at)
        results.promise_refresh(survey_period=period, scope=government.code, at=at)
        stamps.bump(f"unit:{service.unit_id}", *_screens(service.unit, today))
    return response


def _screens(unit: WorkUnit, today: date) -> tuple[str, ...]:
    """Return the stamps of those who look at the ratings of a unit; who that is may be a minute old."""
    return (
        kept.shared(
            "rating-screens",
            key=(unit.pk, today),
            make=lambda: tuple(f"user:{user.pk}" for user in selectors.people_to_tell(unit, today)),
        )
        or ()
    )


def clean_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the respondent attributes as they are stored.

    :raises InvalidAnswers: for an attribute or a value that the questionnaire does not know.
    """
    cleaned = {}
    for name, value in attributes.items():
        if name not in _ATTRIBUTES or (value and value not in _ATTRIBUTES[name].values):
            raise InvalidAnswers(name)
        cleaned[name] = value or ""
    return cleaned


@transaction.atomic
def add_service(
    *,
    unit: WorkUnit,
    name: str,
    by: Any,
    at: datetime,
    code: str = "",
    description: str = "",
    complaint_promise: str = "",
    opening_hours: dict[str, list[str]] | None = None,
) -> Service:
    """Add a public service of a unit; without a code it gets one made of the government's code and the name.

    :raises ServiceExists: if the unit has an active service with this name.
    """
    # All units of the government share the codes, so one service at a time.
    government = Government.objects.select_for_update().get(pk=unit.government_id)
    if Service.objects.filter(unit=unit, name__iexact=name, is_active=True).exists():
        raise ServiceExists(name)
    code = code or _free_service_code(government, name)
    service = Service.objects.create(
        unit=unit,
        code=code,
        name=name,
        description=description,
        complaint_promise=complaint_promise,
        opening_hours=opening_hours or {},
    )
    audit.record("feedback.service.added", target=service, by=by, scope=government.code, at=at, unit=unit.pk)
    return service


def _free_service_code(government: Government, name: str) -> str:
    """Return a code that no service has: it is part of the public address and never changes."""
    wanted = slugify(f"{government.code} {name}")
    code = wanted[:SERVICE_CODE_LENGTH].rstrip("-")
    number = 1
    while Service.objects.filter(code=code).exists():
        number += 1
        ending = f"-{number}"
        code = wanted[: SERVICE_CODE_LENGTH - len(ending)].rstrip("-") + ending
    return code


@transaction.atomic
def add_point(*, service: Service, label: str, by: Any, at: datetime, code: str = "") -> ServicePoint:
    """Add a counter with a QR code of its own; the code is random and printed on paper.

    :raises PointExists: if a counter in use has this label.
    """
    Service.objects.select_for_update().get(pk=service.pk)
    if ServicePoint.objects.filter(service=service, label__iexact=label, is_active=True).exists():
        raise PointExists(label)
    point = ServicePoint.objects.create(service=service, code=code or _free_point_code(), label=label)
    audit.record(
        "feedback.point.added",
        target=point,
        by=by,
        scope=service.unit.government.code,
        at=at,
        service=service.pk,
    )
    return point


def _free_point_code() -> str:
    """Return a random code that no counter has."""
    while True:
        code = "".join(secrets.choice(POINT_CODE_LETTERS) for _ in range(POINT_CODE_LENGTH))
        if not ServicePoint.objects.filter(code=code).exists():
            return code
