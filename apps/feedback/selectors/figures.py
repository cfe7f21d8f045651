"""The index of a set of answers, and what else is counted for offices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Case, Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast

from apps.core import policy
from apps.core.rules.periods import first_instant_of, last_instant_of
from apps.employees.models import Government, WorkUnit

from ..labels import Tier
from ..models import (
    Answer,
    IkmResult,
    Questionnaire,
    Response,
    Service,
    ServiceCount,
)
from ..rules.ikm import SCALE, Ikm, NoAnswers, ikm_from_sums
from ..rules.intervals import Interval, ikm_interval_from_sums
from ..rules.parts import years_of
from ..rules.regimes import regime
from ..rules.service_grade import grade_for
from ..rules.small_numbers import Disclosure, disclosure
from ..rules.tiers import headline
from .surveys import weights_of

_EXACT = DecimalField(max_digits=30, decimal_places=15)


def sums_per_unsur(
    responses: QuerySet[Response], first: date, last: date
) -> tuple[dict[str, int], dict[str, int], int]:
    """Return sum and number of the answers per unsur code, and how many people answered; two queries.

    All responses are of the days between the two.
    """
    answers = Answer.objects.filter(response__in=responses, year__range=years_of(first, last))
    rows = (
        answers.values_list("unsur__code")
        .annotate(total=Sum("value"), given=Count("pk"))
        .order_by("unsur__code")
    )
    sums, counts = {}, {}
    for code, total, given in rows:
        sums[code], counts[code] = total, given
    people = answers.aggregate(n=Count("response", distinct=True))["n"]
    return sums, counts, people


def interval_of(responses: QuerySet[Response], first: date, last: date) -> Interval | None:
    """Return the interval from every respondent's own index; the sums are made by the database.

    All responses are of the days between the two.
    """
    numerator = Cast(F("answers__unsur__weight_numerator"), _EXACT)
    weight = ExpressionWrapper(numerator / F("answers__unsur__weight_denominator"), output_field=_EXACT)
    own = (
        responses.filter(answers__year__range=years_of(first, last))
        .annotate(
            weighted=Sum(F("answers__value") * weight, output_field=_EXACT),
            weights=Sum(weight, output_field=_EXACT),
        )
        .filter(weights__gt=0)
    )
    own = own.annotate(index=ExpressionWrapper(F("weighted") * SCALE / F("weights"), output_field=_EXACT))
    found = own.aggregate(
        total=Sum("index", output_field=_EXACT),
        squares=Sum(F("index") * F("index"), output_field=_EXACT),
    )
    n = own.count()
    if not n:
        return None
    return ikm_interval_from_sums(n, Fraction(found["total"]), Fraction(found["squares"]))


@dataclass(frozen=True)
class IkmFigure:
    """An index over a span of days. `grade` is empty while there are too few answers for a letter."""

    n: int
    value: Decimal
    grade: str
    weakest: str
    disclosure: Disclosure
    tier: str = Tier.OPEN.value
    is_formal: bool = False
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class UnitAnswers:
    """The answers that make the index of a unit: of one questionnaire and one tier."""

    responses: QuerySet[Response]
    questionnaire: Questionnaire
    tier: str
    is_formal: bool


def unit_answers(unit: WorkUnit, starts_on: date, ends_on: date) -> UnitAnswers | None:
    """Return the answers of a span of days that count for a unit and those below it, or None.

    Those of formal SKM if there are any, else the open ratings, else verified ones without a sampling; tiers are
    never mixed. Nor are questionnaires: the one with the most answers counts.
    """
    zone = unit.government.timezone
    responses = Response.objects.filter(
        service__unit__path__startswith=unit.path,
        is_quarantined=False,
        hour__gte=first_instant_of(starts_on, zone),
        hour__lte=last_instant_of(ends_on, zone),
    )
    is_sampled = ~Q(survey_period__sampling="")
    groups = list(
        responses.annotate(is_sampled=Case(When(is_sampled, then=Value(True)), default=Value(False)))
        .values("survey_period__questionnaire", "tier", "is_sampled")
        .annotate(n=Count("pk"))
    )
    chosen = choose_answers(
        {
            AnswerGroup(row["survey_period__questionnaire"], row["tier"], row["is_sampled"]): row["n"]
            for row in groups
        }
    )
    if chosen is None:
        return None
    if chosen.is_formal:
        responses = responses.filter(is_sampled)
    return UnitAnswers(
        responses=responses.filter(tier=chosen.tier, survey_period__questionnaire=chosen.questionnaire_id),
        questionnaire=Questionnaire.objects.prefetch_related("unsur").get(pk=chosen.questionnaire_id),
        tier=chosen.tier,
        is_formal=chosen.is_formal,
    )


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers that belong together: of one questionnaire and tier, in a formal SKM or not."""

    questionnaire_id: int
    tier: str
    is_sampled: bool


@dataclass(frozen=True, slots=True)
class ChosenAnswers:
    """Which groups of answers make the index of a unit."""

    questionnaire_id: int
    tier: str
    is_formal: bool

    def includes(self, group: AnswerGroup) -> bool:
        """Whether the answers of a group count."""
        return (
            group.questionnaire_id == self.questionnaire_id
            and group.tier == self.tier
            and (group.is_sampled or not self.is_formal)
        )


def choose_answers(numbers: Mapping[AnswerGroup, int]) -> ChosenAnswers | None:
    """Return which answers count, given how many of each group there are; None if there are none."""
    if not numbers:
        return None
    if any(group.tier == Tier.VERIFIED and group.is_sampled for group in numbers):
        tier, is_formal = Tier.VERIFIED.value, True
    else:
        tier = next(t.value for t in (Tier.OPEN, Tier.VERIFIED) if any(g.tier == t for g in numbers))
        is_formal = False
    counted: dict[int, int] = {}
    for group, number in numbers.items():
        if group.tier == tier and (group.is_sampled or not is_formal):
            counted[group.questionnaire_id] = counted.get(group.questionnaire_id, 0) + number
    return ChosenAnswers(max(counted, key=lambda pk: (counted[pk], pk)), tier, is_formal)


def ikm_for_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> IkmFigure | None:
    """Return the pooled index of all services of a unit and below it, or None without answers.

    Respondents are pooled, not the services' indices averaged. For offices, not for the public: the days are free,
    so it is added up from the answers themselves.
    """
    found = unit_answers(unit, starts_on, ends_on)
    if found is None:
        return None
    try:
        sums, counts, people = sums_per_unsur(found.responses, starts_on, ends_on)
        ikm = ikm_from_sums(sums, counts, weights_of(found.questionnaire.unsur.all()), n=people)
    except NoAnswers:
        return None
    return ikm_figure(
        ikm,
        interval_of(found.responses, starts_on, ends_on),
        found.questionnaire,
        shown=disclosure_for(ikm.n, unit.government, ends_on),
        tier=found.tier,
        is_formal=found.is_formal,
    )


def ikm_figure(
    ikm: Ikm,
    interval: Interval | None,
    questionnaire: Questionnaire,
    *,
    shown: Disclosure,
    tier: str,
    is_formal: bool,
) -> IkmFigure:
    """Return an index as a figure, with its letter if there are enough answers."""
    is_lettered = shown is Disclosure.FULL
    return IkmFigure(
        n=ikm.n,
        value=ikm.value,
        grade=grade_for(ikm.value, regime(questionnaire.regime)).name if is_lettered else "",
        weakest=ikm.weakest,
        disclosure=shown,
        tier=tier,
        is_formal=is_formal,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


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
    """Return the headline of the newest survey period of a service that has answers."""
    newest = (
        IkmResult.objects.filter(survey_period__service=service, n__gt=0)
        .order_by("-survey_period__ends_on", "-survey_period__id")
        .values("survey_period")[:1]
    )
    rows = {
        row.tier: row
        for row in IkmResult.objects.filter(survey_period__in=newest).select_related(
            "survey_period__questionnaire", "survey_period__service"
        )
    }
    if not rows:
        return None
    sampling = next(iter(rows.values())).survey_period.sampling
    return rows[headline(sampling, {tier: row.n for tier, row in rows.items()}).tier]
