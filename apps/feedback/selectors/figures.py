"""The index of a set of answers, and what else is counted for offices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from apps.core import policy
from apps.core.rules.periods import first_instant_of, last_instant_of
from apps.employees.models import Government, WorkUnit

from ..models import (
    Answer,
    IkmResult,
    Questionnaire,
    Response,
    Service,
    ServiceCount,
    Unsur,
)
from ..rules.ikm import Ikm, NoAnswers, ikm_from_sums
from ..rules.regimes import regime
from ..rules.service_grade import grade_for
from ..rules.small_numbers import Disclosure, disclosure
from .surveys import weights_of


def sums_per_unsur(responses: QuerySet[Response]) -> tuple[dict[str, int], dict[str, int], int]:
    """Return sum and number of the answers per unsur code, and how many people answered; two queries."""
    rows = (
        Answer.objects.filter(response__in=responses)
        .values_list("unsur__code")
        .annotate(total=Sum("value"), given=Count("pk"))
        .order_by("unsur__code")
    )
    sums, counts = {}, {}
    for code, total, given in rows:
        sums[code], counts[code] = total, given
    people = Answer.objects.filter(response__in=responses).aggregate(n=Count("response", distinct=True))["n"]
    return sums, counts, people


@dataclass(frozen=True)
class IkmFigure:
    """An index over a span of days. `grade` is empty while there are too few answers for a letter."""

    n: int
    value: Decimal
    grade: str
    weakest: str
    disclosure: Disclosure


def ikm_for_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> IkmFigure | None:
    """Return the pooled index of all services of a unit and below it, or None without answers.

    Respondents are pooled, not the services' indices averaged. Answers to different questionnaires are
    never mixed:
    the questionnaire with the most answers counts.
    """
    zone = unit.government.timezone
    responses = Response.objects.filter(
        service__unit__path__startswith=unit.path,
        is_quarantined=False,
        hour__gte=first_instant_of(starts_on, zone),
        hour__lte=last_instant_of(ends_on, zone),
    )
    most = (
        responses.values_list("survey_period__questionnaire")
        .annotate(n=Count("pk"))
        .order_by("-n", "-survey_period__questionnaire")
        .first()
    )
    if most is None:
        return None
    questionnaire = Questionnaire.objects.prefetch_related("unsur").get(pk=most[0])
    pooled = responses.filter(survey_period__questionnaire=questionnaire)
    try:
        ikm = _index_of(pooled, questionnaire.unsur.all())
    except NoAnswers:
        return None
    shown = disclosure_for(ikm.n, unit.government, ends_on)
    grade = grade_for(ikm.value, regime(questionnaire.regime)).name if shown is Disclosure.FULL else ""
    return IkmFigure(n=ikm.n, value=ikm.value, grade=grade, weakest=ikm.weakest, disclosure=shown)


def _index_of(responses: QuerySet[Response], unsur: Iterable[Unsur]) -> Ikm:
    sums, counts, people = sums_per_unsur(responses)
    return ikm_from_sums(sums, counts, weights_of(unsur), n=people)


def disclosure_for(n: int, government: Government, day: date) -> Disclosure:
    """Return how much of a result from `n` answers may be shown, by the policy of the day."""
    minimum, full = thresholds(government, day)
    return disclosure(n, minimum, full)


def thresholds(government: Government, day: date) -> tuple[int, int]:
    """Return from how many answers an index is shown, and from how many with its letter."""
    return (
        policy.get("feedback.minimum_answers", on=day, scope=government.code),
        policy.get("feedback.full_answers", on=day, scope=government.code),
    )


def service_count_for_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> int | None:
    """Return how many services a unit and those below it delivered in the months of a span; None if
    nobody counted.
    """
    rows = ServiceCount.objects.filter(
        service__unit__path__startswith=unit.path,
        month__gte=starts_on.replace(day=1),
        month__lte=ends_on,
    )
    return rows.aggregate(total=Sum("count"))["total"]


def latest_result(service: Service) -> IkmResult | None:
    """Return the newest result of a service that has answers."""
    return (
        IkmResult.objects.filter(survey_period__service=service, n__gt=0)
        .select_related("survey_period__questionnaire", "survey_period__service")
        .order_by("-survey_period__ends_on", "-survey_period__id")
        .first()
    )
