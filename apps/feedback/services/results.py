"""The index of a survey period, added up in the database and stored with what it was made of."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import Cast

from apps.core import audit, jobs
from apps.core.localtime import local_date

from .. import selectors
from ..models import IkmResult, Response, SurveyPeriod
from ..rules.ikm import SCALE, NoAnswers, ikm_from_sums
from ..rules.intervals import Interval, ikm_interval_from_sums
from ..rules.regimes import regime
from ..rules.service_grade import grade_for

RULE_VERSION = "ikm 1: exact weights, half-up once"
BUCKET_SECONDS = 5
# Longer than the transaction of any answer: one that belongs to the bucket has committed when the figure is
# made.
SLACK_SECONDS = 3
_EXACT = DecimalField(max_digits=30, decimal_places=15)


class PeriodStillRuns(Exception):
    """Raised when a result is to be fixed before its period has ended."""


class NothingToPublish(Exception):
    """Raised when a period without answers is to be published."""


def promise_refresh(*, survey_period: SurveyPeriod, scope: str, at: datetime) -> None:
    """Promise to refresh the result soon; the answers of the same few seconds share one refresh."""
    bucket = int(at.timestamp()) // BUCKET_SECONDS
    due = datetime.fromtimestamp((bucket + 1) * BUCKET_SECONDS + SLACK_SECONDS, tz=at.tzinfo)
    jobs.enqueue(
        "feedback.refresh_result",
        scope=scope,
        key=f"ikm:{survey_period.pk}:{bucket}",
        ready_at=due,
        survey_period_id=survey_period.pk,
    )


@transaction.atomic
def refresh_result(*, survey_period_id: int, at: datetime) -> IkmResult:
    """Add up the answers of a period and store its index; a published result stays as it was published."""
    period = (
        SurveyPeriod.objects.select_for_update(of=("self",))
        .select_related("questionnaire")
        .get(pk=survey_period_id)
    )
    stored = IkmResult.objects.filter(survey_period=period).first()
    if stored is not None and stored.published_at is not None:
        return stored
    counted = Response.objects.filter(survey_period=period, is_quarantined=False)
    weights = selectors.weights_of(period.questionnaire.unsur.all())
    sums, counts, people = selectors.sums_per_unsur(counted)
    values: dict[str, Any] = {
        "n": people,
        "nrr": {},
        "ikm": None,
        "service_grade": "",
        "weakest_unsur": "",
        "interval_low": None,
        "interval_high": None,
        "regime": period.questionnaire.regime,
        "rule_version": RULE_VERSION,
        "computed_at": at,
    }
    try:
        ikm = ikm_from_sums(sums, counts, weights, n=people)
    except NoAnswers:
        pass
    else:
        interval = _interval(counted)
        values |= {
            "nrr": {code: str(average) for code, average in ikm.nrr.items()},
            "ikm": ikm.value,
            "service_grade": grade_for(ikm.value, regime(period.questionnaire.regime)).name,
            "weakest_unsur": ikm.weakest,
            "interval_low": interval.low if interval else None,
            "interval_high": interval.high if interval else None,
        }
    result, _created = IkmResult.objects.update_or_create(survey_period=period, defaults=values)
    return result


def _interval(responses: Any) -> Interval | None:
    """Return the interval from every respondent's own index; the sums are made by the database."""
    numerator = Cast(F("answers__unsur__weight_numerator"), _EXACT)
    weight = ExpressionWrapper(numerator / F("answers__unsur__weight_denominator"), output_field=_EXACT)
    own = responses.annotate(
        weighted=Sum(F("answers__value") * weight, output_field=_EXACT),
        weights=Sum(weight, output_field=_EXACT),
    ).filter(weights__gt=0)
    own = own.annotate(index=ExpressionWrapper(F("weighted") * SCALE / F("weights"), output_field=_EXACT))
    found = own.aggregate(
        total=Sum("index", output_field=_EXACT),
        squares=Sum(F("index") * F("index"), output_field=_EXACT),
    )
    n = own.count()
    if not n:
        return None
    return ikm_interval_from_sums(n, Fraction(found["total"]), Fraction(found["squares"]))


@transaction.atomic
def publish_result(*, survey_period_id: int, by: Any, at: datetime) -> IkmResult:
    """Fix the result of an ended period: from now on it does not change any more.

    :raises PeriodStillRuns: if the period has not ended in the government's own zone.
    :raises NothingToPublish: if nobody answered.
    """
    period = SurveyPeriod.objects.select_related("service__unit__government").get(pk=survey_period_id)
    government = period.service.unit.government
    if local_date(at, government.timezone) <= period.ends_on:
        raise PeriodStillRuns
    result = refresh_result(survey_period_id=survey_period_id, at=at)
    if result.ikm is None:
        raise NothingToPublish
    if result.published_at is None:
        result.published_at = at
        result.save(update_fields=["published_at"])
        audit.record(
            "feedback.result.published",
            target=result,
            by=by,
            scope=government.code,
            at=at,
            ikm=str(result.ikm),
            n=result.n,
            rule=result.rule_version,
        )
    return result
