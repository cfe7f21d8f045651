"""What a survey period says about one unsur, or about the index, in one tier: number, value, interval, letter.

Read from the answers, for pages inside an office and for the stored starting point of a plan. Public pages read
what was stored.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Exists, F, OuterRef, Sum

from apps.core.rules.rounding import half_up

from ..labels import Tier
from ..models import Answer, Response, Service, SurveyPeriod
from ..rules.ikm import SCALE, NoAnswers, ikm_from_sums
from ..rules.intervals import Interval, ikm_interval_from_sums
from ..rules.parts import years_of
from ..rules.regimes import regime
from ..rules.service_alert import Level
from ..rules.service_grade import grade_for
from .figures import interval_of, sums_per_unsur
from .surveys import weights_of


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure on the scale of the index. Without answers `n` is 0 and the rest is empty."""

    n: int
    value: Decimal | None = None
    interval: Interval | None = None
    grade: str = ""

    @property
    def level(self) -> Level:
        """The figure as the rules of comparison want it."""
        return Level(n=self.n, value=self.value or Decimal(0), interval=self.interval)


def headline_tier(period: SurveyPeriod) -> str:
    """Return which answers a period is judged by: the formal survey if there is one, else the open rating."""
    verified = Response.objects.filter(
        survey_period=period, is_quarantined=False, tier=Tier.VERIFIED.value
    ).exists()
    return Tier.VERIFIED.value if period.sampling and verified else Tier.OPEN.value


def measured(period: SurveyPeriod, tier: str, unsur_code: str = "") -> Measured:
    """Return the figure of an unsur, or of the whole index, from the answers that count."""
    counted = Response.objects.filter(survey_period=period, is_quarantined=False, tier=tier)
    bands = regime(period.questionnaire.regime)
    if unsur_code:
        found = Answer.objects.filter(
            response__in=counted,
            unsur__code=unsur_code,
            year__range=years_of(period.starts_on, period.ends_on),
        ).aggregate(n=Count("pk"), total=Sum("value"), squares=Sum(F("value") * F("value")))
        if not found["n"]:
            return Measured(n=0)
        value = half_up(Fraction(found["total"] * SCALE, found["n"]))
        interval = ikm_interval_from_sums(
            found["n"], Fraction(found["total"] * SCALE), Fraction(found["squares"] * SCALE**2)
        )
        return Measured(found["n"], value, interval, grade_for(value, bands).name)
    sums, counts, people = sums_per_unsur(counted, period.starts_on, period.ends_on)
    try:
        ikm = ikm_from_sums(sums, counts, weights_of(period.questionnaire.unsur.all()), n=people)
    except NoAnswers:
        return Measured(n=0)
    return Measured(
        ikm.n,
        ikm.value,
        interval_of(counted, period.starts_on, period.ends_on),
        grade_for(ikm.value, bands).name,
    )


def baseline_period(service: Service, day: date) -> SurveyPeriod | None:
    """Return the newest period of a service that has answers and had begun on a day."""
    answered = Response.objects.filter(survey_period=OuterRef("pk"), is_quarantined=False)
    return (
        SurveyPeriod.objects.filter(Exists(answered), service=service, starts_on__lte=day)
        .select_related("questionnaire")
        .order_by("-starts_on", "-id")
        .first()
    )


def weakest_of(period: SurveyPeriod) -> str:
    """Return the code of the weakest unsur in the tier the period is judged by; empty without answers."""
    counted = Response.objects.filter(survey_period=period, is_quarantined=False, tier=headline_tier(period))
    sums, counts, people = sums_per_unsur(counted, period.starts_on, period.ends_on)
    try:
        return ikm_from_sums(sums, counts, weights_of(period.questionnaire.unsur.all()), n=people).weakest
    except NoAnswers:
        return ""


def stored(
    n: int | None, value: Decimal | None, low: Decimal | None, high: Decimal | None, grade: str
) -> Measured:
    """Return a figure that was stored column by column."""
    interval = Interval(low=low, high=high) if low is not None and high is not None else None
    return Measured(n or 0, value, interval, grade)
