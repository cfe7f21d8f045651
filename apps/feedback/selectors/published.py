"""What the public may see of results, with the small-number rule applied.

Everything here reads `IkmResult` and the steps behind it, never an answer. Figures of units and governments are made
of the public figures of their services only: nothing can be subtracted from them to find a hidden one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import DenseRank

from apps.core import policy
from apps.core.compiled import Question, one_of
from apps.core.rules.rounding import half_up
from apps.employees.models import Government, WorkUnit

from ..labels import (
    CHANGE_LABELS,
    TIER_TITLES,
    AgeBand,
    Channel,
    Cut,
    Education,
    FilledBy,
    Occupation,
    Sex,
    Tier,
)
from ..models import FigureStep, IkmResult, Questionnaire, Service, SurveyPeriod
from ..rules.breakdowns import PUBLIC_CUTS
from ..rules.comparison import Band, Change, Family, Sums, band, change, funnel, is_far
from ..rules.ikm import NoAnswers, ikm_from_sums
from ..rules.intervals import Interval, ikm_interval_from_sums
from ..rules.regimes import regime
from ..rules.sample_size import required_sample
from ..rules.satisfaction import Satisfied, satisfied
from ..rules.service_grade import ServiceGrade, grade_for, grade_label
from ..rules.small_numbers import Disclosure, disclosure
from ..rules.tiers import headline, other_tier
from .figures import thresholds
from .surveys import weights_of

PERIODS_LOOKED_AT = 4
TREND_POINTS = 24
_VALUES: dict[str, Any] = {
    "channel": Channel,
    "sex": Sex,
    "age_band": AgeBand,
    "education": Education,
    "occupation": Occupation,
    "filled_by": FilledBy,
}


@dataclass(frozen=True)
class UnsurFigure:
    """One row of the table on a result page; `grade` is empty while there is no letter."""

    code: str
    number: int
    name: str
    nrr: Decimal
    index: Decimal
    grade: str
    grade_text: str


@dataclass(frozen=True)
class PublicResult:
    """What may be shown of one survey period in one tier. Figures are None when there are too few answers."""

    period: SurveyPeriod
    tier: str
    is_formal: bool
    n: int
    minimum: int
    full: int
    disclosure: Disclosure
    waiting: int
    excluded: int
    is_final: bool
    rule_version: str
    ikm: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    grade: str = ""
    grade_text: str = ""
    weakest: UnsurFigure | None = None
    strongest: UnsurFigure | None = None
    unsur: tuple[UnsurFigure, ...] = ()
    satisfied: Satisfied | None = None
    sample_needed: int | None = None
    taken_at: datetime | None = None
    other: "PublicResult | None" = None
    step: FigureStep | None = field(default=None, repr=False)

    @property
    def title(self) -> Any:
        """What this figure may be called."""
        return TIER_TITLES[self.tier, self.is_formal]

    @property
    def sampling(self) -> str:
        """How the respondents were chosen; only a formal SKM has one."""
        return self.period.sampling if self.is_formal else ""

    @property
    def sampling_text(self) -> str:
        """The same in words."""
        return self.period.get_sampling_display() if self.is_formal else ""

    @property
    def held_back(self) -> int:
        """How many answers wait for a person's look."""
        return self.waiting

    @property
    def is_hidden(self) -> bool:
        """Whether nothing but the number of answers is shown."""
        return self.disclosure is Disclosure.HIDDEN

    @property
    def has_letter(self) -> bool:
        """Whether there are enough answers for a letter."""
        return self.disclosure is Disclosure.FULL

    @property
    def has_sample(self) -> bool:
        """Whether the sample is large enough for the number of people served."""
        return self.sample_needed is not None and self.n >= self.sample_needed


@dataclass(frozen=True)
class GroupFigure:
    """An index of several services: pooled (all respondents together) or averaged (mean of their indices)."""

    ikm: Decimal
    low: Decimal | None
    high: Decimal | None
    grade: str
    grade_text: str


@dataclass(frozen=True)
class ServiceLine:
    """A service in the list of its unit; `is_included` says whether the unit's figure contains it."""

    service: Service
    result: PublicResult | None
    is_included: bool


@dataclass(frozen=True)
class UnitResult:
    """The public figure of a unit, or of a government if `unit` is None.

    Only services whose own figure is public, of one tier and one questionnaire, are in it.
    """

    government: Government
    unit: WorkUnit | None
    tier: str
    is_formal: bool
    questionnaire: Questionnaire
    n: int
    minimum: int
    full: int
    disclosure: Disclosure
    pooled: GroupFigure
    averaged: GroupFigure
    satisfied: Satisfied | None
    unsur: tuple[UnsurFigure, ...]
    weakest: UnsurFigure | None
    starts_on: date
    ends_on: date
    services: tuple[ServiceLine, ...]
    other: "UnitResult | None" = None
    units: "tuple[UnitResult, ...]" = ()

    @property
    def title(self) -> Any:
        """What this figure may be called."""
        return TIER_TITLES[self.tier, self.is_formal]

    @property
    def has_letter(self) -> bool:
        """Whether there are enough answers for a letter."""
        return self.disclosure is Disclosure.FULL

    @property
    def included(self) -> int:
        """How many services the figure contains."""
        return sum(1 for line in self.services if line.is_included)


@dataclass(frozen=True)
class TrendPoint:
    """The public figure of one period; `change` compares it with the point before."""

    period: SurveyPeriod
    n: int
    is_formal: bool
    is_final: bool
    ikm: Decimal | None
    low: Decimal | None
    high: Decimal | None
    grade: str
    change: Change = Change.NONE
    is_comparable: bool = True

    @property
    def change_text(self) -> Any:
        """The change in words."""
        return CHANGE_LABELS.get(self.change.value, "")


@dataclass(frozen=True)
class Comparison:
    """A service among those like it. `band` is a word, never a rank."""

    band: Band
    is_far: bool
    peers: int
    needed: int
    is_same_kind: bool
    mean: Decimal | None = None
    inner: Interval | None = None
    outer: Interval | None = None


@dataclass(frozen=True)
class Cell:
    """One value of an attribute. A hidden cell has no number; below the minimum there is no figure."""

    value: str
    label: Any
    n: int | None
    ikm: Decimal | None = None
    satisfied: Satisfied | None = None


# --- results of services


def public_result(service: Service, day: date) -> PublicResult | None:
    """Return the newest result of a service as the public may see it; None before the first answer.

    A running period with too few answers does not hide the last complete one.
    """
    return public_results([service], day).get(service.pk)


def public_results(services: Iterable[Service], day: date) -> dict[int, PublicResult]:
    """Return the newest result per service that has one; the services come with their unit and government.

    The number of queries does not depend on the number of services.
    """
    by_pk = {service.pk: service for service in services}
    governments = {row.unit.government_id: row.unit.government for row in by_pk.values()}
    limits = {pk: _limits(government, day) for pk, government in governments.items()}
    periods: dict[int, dict[int, list[IkmResult]]] = {}
    for row in _newest_results(by_pk):
        row.survey_period.service = by_pk[row.survey_period.service_id]
        per_service = periods.setdefault(row.survey_period.service_id, {})
        per_service.setdefault(row.survey_period_id, []).append(row)
    return {
        pk: _best(publish_period(rows, *limits[by_pk[pk].unit.government_id]) for rows in found.values())
        for pk, found in periods.items()
    }


def _limits(government: Government, day: date) -> tuple[int, int]:
    with policy.read_once(government.code):
        return thresholds(government, day)


def _newest_results(services: Iterable[int]) -> QuerySet[IkmResult]:
    """Return the results of the newest periods of some services, newest first."""
    return (
        IkmResult.objects.filter(pk__in=_NEWEST.inside(list(services)))
        .select_related("shown", "survey_period__questionnaire")
        .prefetch_related("survey_period__questionnaire__unsur")
        .order_by("survey_period__service", "-survey_period__ends_on", "-survey_period_id", "tier")
    )


def _newest(services: list[int]) -> QuerySet[IkmResult, Any]:
    return (
        IkmResult.objects.filter(survey_period__service__in=one_of(services), n__gt=0)
        .annotate(
            place=Window(
                DenseRank(),
                partition_by=F("survey_period__service"),
                order_by=[F("survey_period__ends_on").desc(), F("survey_period").desc()],
            )
        )
        .filter(place__lte=PERIODS_LOOKED_AT)
        .order_by()
        .values_list("pk")
    )


_NEWEST = Question(_newest, list)


def _best(newest_first: Iterable[PublicResult]) -> PublicResult:
    """Return the newest with a public headline, else with a public figure beside it, else the newest.

    The newest nearly always has one, so older ones are only worked out if they are needed.
    """
    results = []
    for result in newest_first:
        if not result.is_hidden:
            return result
        results.append(result)
    for result in results:
        if result.other is not None and not result.other.is_hidden:
            return result
    return results[0]


def publish_period(rows: Iterable[IkmResult], minimum: int, full: int) -> PublicResult:
    """Return the headline of one period with the other tier beside it, from its stored results."""
    by_tier = {row.tier: row for row in rows if row.n}
    period = next(iter(by_tier.values())).survey_period
    chosen = headline(period.sampling, {tier: row.n for tier, row in by_tier.items()})
    beside = by_tier.get(other_tier(chosen.tier))
    other = publish_view(beside, minimum, full) if beside else None
    return publish_view(by_tier[chosen.tier], minimum, full, is_formal=chosen.is_formal, other=other)


def publish_view(
    row: IkmResult, minimum: int, full: int, *, is_formal: bool = False, other: PublicResult | None = None
) -> PublicResult:
    """Return a stored result with the small-number rule applied."""
    period, step = row.survey_period, row.shown
    how_much = disclosure(step.n, minimum, full) if step is not None else Disclosure.HIDDEN
    base = {
        "period": period,
        "tier": row.tier,
        "is_formal": is_formal,
        "full": full,
        "disclosure": how_much,
        "waiting": row.waiting,
        "excluded": row.excluded,
        "is_final": row.published_at is not None,
        "rule_version": row.rule_version,
        "sample_needed": required_sample(period.population) if period.population else None,
        "other": other,
    }
    if how_much is Disclosure.HIDDEN or step is None:
        # Some more than the minimum while the period runs: the newest answers are shown later.
        return PublicResult(**base, n=row.n, minimum=max(minimum, row.next_step_at or 0))
    figures = _unsur_figures(
        step.nrr, step.sums, step.counts, period.questionnaire, is_lettered=how_much is Disclosure.FULL
    )
    by_code = {figure.code: figure for figure in figures}
    grade = ServiceGrade[step.service_grade] if how_much is Disclosure.FULL else None
    return PublicResult(
        **base,
        n=step.n,
        minimum=minimum,
        ikm=step.ikm,
        low=step.interval_low,
        high=step.interval_high,
        grade=grade.name if grade else "",
        grade_text=grade_label(grade) if grade else "",
        weakest=by_code.get(step.weakest_unsur),
        strongest=max(figures, key=lambda figure: figure.nrr),
        unsur=figures,
        satisfied=satisfied(step.satisfied, step.n) if step.sums else None,
        taken_at=step.taken_at,
        step=step,
    )


def _unsur_figures(
    nrr: dict[str, str],
    sums: dict[str, int],
    counts: dict[str, int],
    questionnaire: Questionnaire,
    *,
    is_lettered: bool,
) -> tuple[UnsurFigure, ...]:
    rules = regime(questionnaire.regime)
    figures = []
    for unsur in questionnaire.unsur.all():
        average = Decimal(nrr[unsur.code])
        # Rounded once: 3.3278 x 25 is 83.20, the exact average x 25 may be 83.19. Older results have no sums.
        exact = (
            Fraction(sums[unsur.code], counts[unsur.code]) if counts.get(unsur.code) else Fraction(average)
        )
        index = half_up(exact * 25)
        grade = grade_for(index, rules) if is_lettered else None
        figures.append(
            UnsurFigure(
                code=unsur.code,
                number=unsur.number,
                name=unsur.name,
                nrr=average,
                index=index,
                grade=grade.name if grade else "",
                grade_text=grade_label(grade) if grade else "",
            )
        )
    return tuple(figures)


# --- units and governments


def public_unit_result(unit: WorkUnit, day: date) -> UnitResult | None:
    """Return the public figure of a unit with those below it; None while no service has a public figure."""
    services = _public_services(unit.government).filter(unit__path__startswith=unit.path)
    return _group(services, day, unit.government, unit)


def public_government_result(government: Government, day: date) -> UnitResult | None:
    """Return the public figure of a government, with one of each unit that has services of its own."""
    services = list(_public_services(government))
    results = public_results(services, day)
    whole = _group(services, day, government, None, results)
    if whole is None:
        return None
    by_unit: dict[int, list[Service]] = {}
    for service in services:
        by_unit.setdefault(service.unit_id, []).append(service)
    units = [_group(rows, day, government, rows[0].unit, results) for rows in by_unit.values()]
    return _with(whole, units=tuple(row for row in units if row is not None))


def _public_services(government: Government) -> QuerySet[Service]:
    return (
        Service.objects.public()
        .filter(unit__government=government)
        .select_related("unit__government")
        .order_by("unit__name", "unit", "name", "id")
    )


def _with(result: UnitResult, **changes: Any) -> UnitResult:
    return UnitResult(**{**result.__dict__, **changes})


def _group(
    services: Iterable[Service],
    day: date,
    government: Government,
    unit: WorkUnit | None,
    results: dict[int, PublicResult] | None = None,
) -> UnitResult | None:
    services = list(services)
    if results is None:
        results = public_results(services, day)
    pools = _pools([(service, results[service.pk]) for service in services if service.pk in results])
    made = [_pooled(key, pool, services, results, government, unit, day) for key, pool in pools]
    if not made:
        return None
    beside = next((row for row in made if row.tier != made[0].tier), None)
    return _with(made[0], other=beside)


_Pool = list[tuple[Service, PublicResult]]
_PoolKey = tuple[bool, str, int]


def _pools(found: _Pool) -> list[tuple[_PoolKey, _Pool]]:
    """Return what may be added up: equal tier, equal standing, equal questionnaire; formal first, then largest."""
    pools: dict[_PoolKey, _Pool] = {}
    for service, result in found:
        for shown in (result, result.other):
            if shown is None or shown.step is None or not shown.step.sums:
                continue
            key = (shown.is_formal, shown.tier, shown.period.questionnaire_id)
            pools.setdefault(key, []).append((service, shown))

    def order(item: tuple[_PoolKey, _Pool]) -> tuple[int, int, int]:
        (is_formal, tier, questionnaire), pool = item
        rank = 0 if is_formal else 1 if tier == Tier.OPEN else 2
        return rank, -sum(shown.n for _service, shown in pool), -questionnaire

    return sorted(pools.items(), key=order)


def _pooled(
    key: _PoolKey,
    pool: _Pool,
    services: list[Service],
    results: dict[int, PublicResult],
    government: Government,
    unit: WorkUnit | None,
    day: date,
) -> UnitResult:
    is_formal, tier, _questionnaire = key
    questionnaire = pool[0][1].period.questionnaire
    rules = regime(questionnaire.regime)
    minimum, full = pool[0][1].minimum, pool[0][1].full
    steps = [shown.step for _service, shown in pool if shown.step is not None]
    n = sum(step.n for step in steps)
    weights = weights_of(questionnaire.unsur.all())
    sums = {code: sum(step.sums.get(code, 0) for step in steps) for code in weights}
    counts = {code: sum(step.counts.get(code, 0) for step in steps) for code in weights}
    ikm = ikm_from_sums(sums, counts, weights, n=n)
    interval = ikm_interval_from_sums(
        n,
        sum((Fraction(step.index_total) for step in steps), Fraction(0)),
        sum((Fraction(step.index_squares) for step in steps), Fraction(0)),
    )
    how_much = disclosure(n, minimum, full)
    is_lettered = how_much is Disclosure.FULL
    mean = half_up(sum((Fraction(step.ikm) for step in steps), Fraction(0)) / len(steps))
    figures = _unsur_figures(
        {code: str(average) for code, average in ikm.nrr.items()},
        sums,
        counts,
        questionnaire,
        is_lettered=is_lettered,
    )
    included = {service.pk for service, _shown in pool}

    def figure(value: Decimal, around: Interval | None) -> GroupFigure:
        grade = grade_for(value, rules) if is_lettered else None
        return GroupFigure(
            ikm=value,
            low=around.low if around else None,
            high=around.high if around else None,
            grade=grade.name if grade else "",
            grade_text=grade_label(grade) if grade else "",
        )

    return UnitResult(
        government=government,
        unit=unit,
        tier=tier,
        is_formal=is_formal,
        questionnaire=questionnaire,
        n=n,
        minimum=minimum,
        full=full,
        disclosure=how_much,
        pooled=figure(ikm.value, interval),
        averaged=figure(mean, None),
        satisfied=satisfied(sum(step.satisfied for step in steps), n),
        unsur=figures,
        weakest=next((row for row in figures if row.code == ikm.weakest), None),
        starts_on=min(shown.period.starts_on for _service, shown in pool),
        ends_on=max(shown.period.ends_on for _service, shown in pool),
        services=tuple(
            ServiceLine(service, results.get(service.pk), service.pk in included) for service in services
        ),
    )


# --- over time, and among others


def trend(service: Service, tier: str) -> list[TrendPoint]:
    """Return the public figures of a service in one tier, oldest first.

    A change is named only between two figures with the same questionnaire, and only if their intervals say so.
    """
    rows = list(
        IkmResult.objects.filter(survey_period__service=service, n__gt=0)
        .select_related("shown", "survey_period__questionnaire")
        .order_by("-survey_period__ends_on", "-survey_period__id", "tier")[: 2 * TREND_POINTS]
    )
    government = service.unit.government
    newest = max((row.computed_at for row in rows), default=None)
    if newest is None:
        return []
    minimum, full = thresholds(government, newest.date())
    periods: dict[int, list[IkmResult]] = {}
    for row in reversed(rows):
        periods.setdefault(row.survey_period_id, []).append(row)
    points: list[TrendPoint] = []
    for found in periods.values():
        row = next((each for each in found if each.tier == tier), None)
        if row is None:
            continue
        chosen = headline(row.survey_period.sampling, {each.tier: each.n for each in found})
        points.append(_point(row, points, minimum, full, chosen.is_formal and chosen.tier == tier))
    return points[-TREND_POINTS:]


def _point(row: IkmResult, earlier: list[TrendPoint], minimum: int, full: int, is_formal: bool) -> TrendPoint:
    step = row.shown
    how_much = disclosure(step.n, minimum, full) if step is not None else Disclosure.HIDDEN
    if step is None or how_much is Disclosure.HIDDEN:
        return TrendPoint(
            period=row.survey_period,
            n=row.n,
            is_formal=is_formal,
            is_final=row.published_at is not None,
            ikm=None,
            low=None,
            high=None,
            grade="",
        )
    before = next((point for point in reversed(earlier) if point.ikm is not None), None)
    alike = before is None or before.period.questionnaire_id == row.survey_period.questionnaire_id
    return TrendPoint(
        period=row.survey_period,
        n=step.n,
        is_formal=is_formal,
        is_final=row.published_at is not None,
        ikm=step.ikm,
        low=step.interval_low,
        high=step.interval_high,
        grade=step.service_grade if how_much is Disclosure.FULL else "",
        change=change(_interval(before.low, before.high), _interval(step.interval_low, step.interval_high))
        if before is not None and alike
        else Change.NONE,
        is_comparable=alike,
    )


def _interval(low: Decimal | None, high: Decimal | None) -> Interval | None:
    return None if low is None or high is None else Interval(low=low, high=high)


def comparison(service: Service, day: date) -> Comparison | None:
    """Return how the headline of a service stands among those like it; None without a public figure.

    Like it are services of units of the same kind in the same government, or, if they are too few, all of the
    government; always with the same questionnaire and tier.
    """
    services = list(_public_services(service.unit.government))
    results = public_results(services if service in services else [*services, service], day)
    return compare(service, services, results, policy_peers(service.unit.government, day))


def policy_peers(government: Government, day: date) -> int:
    """Return how many others a comparison needs."""
    return policy.get("feedback.comparison_peers", on=day, scope=government.code)


def compare(
    service: Service, services: Iterable[Service], results: dict[int, PublicResult], needed: int
) -> Comparison | None:
    """Return the same from results that were fetched already."""
    own = results.get(service.pk)
    if own is None or own.step is None or own.ikm is None:
        return None
    like = [
        (other, step)
        for other in services
        if other.pk != service.pk
        and other.unit.government_id == service.unit.government_id
        and (step := _same_measure(results.get(other.pk), own)) is not None
    ]
    family = [step for other, step in like if other.unit.kind == service.unit.kind]
    is_same_kind = len(family) >= needed
    if not is_same_kind:
        family = [step for _other, step in like]
    unknown = Comparison(Band.UNKNOWN, False, len(family), needed, is_same_kind)
    if len(family) < needed or not own.has_letter:
        return unknown
    limits = funnel(
        own.n,
        Family.of(Sums(step.n, Fraction(step.index_total), Fraction(step.index_squares)) for step in family),
    )
    if limits is None:
        return unknown
    return Comparison(
        band=band(own.ikm, limits),
        is_far=is_far(own.ikm, limits),
        peers=len(family),
        needed=needed,
        is_same_kind=is_same_kind,
        mean=limits.mean,
        inner=limits.inner,
        outer=limits.outer,
    )


def _same_measure(result: PublicResult | None, own: PublicResult) -> FigureStep | None:
    """Return the step of a result that measures the same as another one; a hidden one has none."""
    if result is None:
        return None
    for shown in (result, result.other):
        if (
            shown is not None
            and shown.step is not None
            and shown.step.sums
            and (shown.tier, shown.is_formal) == (own.tier, own.is_formal)
            and shown.period.questionnaire_id == own.period.questionnaire_id
        ):
            return shown.step
    return None


# --- breakdowns and open data


def breakdown(period: SurveyPeriod, tier: str, cut: str) -> list[Cell]:
    """Return the cells of a published result; empty before it is published, or for what is no public cut.

    A hidden cell has no number. From two readings of a running period one could tell single people apart, so
    there is one reading only: the one made when the result was published.
    """
    row = (
        IkmResult.objects.filter(survey_period=period, tier=tier, published_at__isnull=False)
        .select_related("shown", "survey_period__questionnaire", "survey_period__service__unit__government")
        .first()
    )
    if row is None or row.shown is None or row.published_at is None:
        return []
    government = row.survey_period.service.unit.government
    minimum, _full = thresholds(government, row.published_at.date())
    return cells_of(row.shown, row.survey_period, cut, minimum)


def cells_of(step: FigureStep, period: SurveyPeriod, cut: str, minimum: int) -> list[Cell]:
    """Return the cells of a step that is public."""
    if step.n < minimum or cut not in PUBLIC_CUTS:
        return []
    names = {str(value): label for value, label in _VALUES[cut].choices}
    order = {value: place for place, value in enumerate(names)}
    weights = weights_of(period.questionnaire.unsur.all())
    cells = []
    for found in sorted(step.breakdown.get(cut, []), key=lambda row: order.get(row["value"], len(order))):
        ikm = None
        if found["n"] is not None and found["n"] >= minimum:
            try:
                ikm = ikm_from_sums(found["sums"], found["counts"], weights, n=found["n"]).value
            except NoAnswers:
                ikm = None
        cells.append(
            Cell(
                value=found["value"],
                label=names.get(found["value"], ""),
                n=found["n"],
                ikm=ikm,
                satisfied=satisfied(found["satisfied"], found["n"]) if ikm is not None else None,
            )
        )
    return cells


def published_results(government: Government, day: date) -> list[PublicResult]:
    """Return every public result of a government's services, both tiers of every period, in a fixed order."""
    minimum, full = thresholds(government, day)
    rows = (
        IkmResult.objects.filter(
            survey_period__service__unit__government=government,
            survey_period__service__is_active=True,
            survey_period__service__unit__is_active=True,
            n__gt=0,
        )
        .select_related("shown", "survey_period__questionnaire", "survey_period__service__unit__government")
        .prefetch_related("survey_period__questionnaire__unsur")
        .order_by("survey_period__service__code", "survey_period__starts_on", "survey_period", "tier")
    )
    periods: dict[int, list[IkmResult]] = {}
    for row in rows:
        periods.setdefault(row.survey_period_id, []).append(row)
    found = []
    for results in periods.values():
        shown = publish_period(results, minimum, full)
        found += [shown] if shown.other is None else [shown, shown.other]
    return found


def open_rows(government: Government, day: date | None = None) -> list[dict[str, Any]]:
    """Return what open data says about results: one row per service, survey period and tier."""
    return [_open_row(result) for result in _open_results(government, day)]


def _open_results(government: Government, day: date | None) -> list[PublicResult]:
    if day is None:
        newest = (
            IkmResult.objects.filter(survey_period__service__unit__government=government)
            .order_by("-computed_at")
            .values_list("computed_at", flat=True)
            .first()
        )
        if newest is None:
            return []
        day = newest.date()
    return published_results(government, day)


def _place(result: PublicResult) -> dict[str, Any]:
    service = result.period.service
    return {
        "government": service.unit.government.code,
        "unit": service.unit.code,
        "unit_name": service.unit.name,
        "service": service.code,
        "service_name": service.name,
        "period": result.period.code,
        "starts_on": result.period.starts_on,
        "ends_on": result.period.ends_on,
        "tier": result.tier,
    }


def _open_row(result: PublicResult) -> dict[str, Any]:
    share = result.satisfied
    return _place(result) | {
        "is_formal_skm": result.is_formal,
        "sampling": result.sampling,
        "is_final": result.is_final,
        "disclosure": result.disclosure.value,
        "n": result.n,
        "population": result.period.population,
        "sample_needed": result.sample_needed,
        "ikm": result.ikm,
        "low": result.low,
        "high": result.high,
        "grade": result.grade,
        "satisfied": share.k if share else None,
        "satisfied_low_percent": share.interval.low if share else None,
        "satisfied_high_percent": share.interval.high if share else None,
        "weakest_unsur": result.weakest.code if result.weakest else "",
        "waiting": result.waiting,
        "excluded": result.excluded,
        "regime": result.period.questionnaire.regime,
        "questionnaire_version": result.period.questionnaire.version,
        "rule_version": result.rule_version,
    }


def open_unsur_rows(government: Government, day: date | None = None) -> list[dict[str, Any]]:
    """Return what open data says about unsur: one row per result and unsur, of public figures only."""
    return [
        _place(result)
        | {
            "n": result.n,
            "unsur": figure.code,
            "unsur_name": figure.name,
            "nrr": figure.nrr,
            "index": figure.index,
            "grade": figure.grade,
        }
        for result in _open_results(government, day)
        for figure in result.unsur
    ]


def open_cell_rows(government: Government, day: date | None = None) -> list[dict[str, Any]]:
    """Return what open data says about breakdowns: one row per published result, attribute and value."""
    return [
        _place(result)
        | {
            "cut": cut,
            "value": cell.value,
            "n": cell.n,
            "ikm": cell.ikm,
            "satisfied": cell.satisfied.k if cell.satisfied else None,
        }
        for result in _open_results(government, day)
        if result.is_final and result.step is not None
        for cut in PUBLIC_CUTS
        for cell in cells_of(result.step, result.period, cut, result.minimum)
    ]


def cut_titles() -> list[tuple[str, Any]]:
    """Return the public cuts with their names, for the links of a page."""
    return [(cut, Cut(cut).label) for cut in PUBLIC_CUTS]
