"""The figures of surveys for their reports: exactly those that the public sees, added up where there are several.

No answer and no fresher sum is read here: a report that told more than the public page would, beside it, tell what
a few people answered. Verified and open answers are two results and never become one. Answers to different
questionnaires are not mixed: where a span holds several, the one with the most answers counts, and how many others
there are is told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from apps.core.rules.rounding import half_up
from apps.feedback.models import FigureStep, IkmResult, Questionnaire, SurveyPeriod, Unsur
from apps.feedback.rules.ikm import NoAnswers, ikm_from_sums
from apps.feedback.rules.intervals import ikm_interval_from_sums
from apps.feedback.rules.regimes import regime
from apps.feedback.rules.sample_size import required_sample
from apps.feedback.rules.satisfaction import Satisfied, satisfied
from apps.feedback.rules.service_grade import grade_for, grade_label
from apps.feedback.rules.small_numbers import Disclosure, disclosure
from apps.feedback.rules.tiers import OPEN, VERIFIED, headline
from apps.feedback.selectors import weights_of

TIERS = (VERIFIED, OPEN)
Cuts = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsurLine:
    """One unsur of a result; `grade` is empty where there are too few answers for letters."""

    code: str
    number: int
    name: str
    average: Decimal
    weighted: Decimal
    index: Decimal
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFigures:
    """What the answers of one tier come to. Without `ikm` there are too few of them to tell.

    `cuts` are people per value of an attribute, None for a hidden cell; empty until the result is published.
    """

    tier: str
    is_formal: bool
    n: int
    waiting: int
    excluded: int
    disclosure: Disclosure
    ikm: Decimal | None = None
    weighted: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    grade: str = ""
    satisfied: Satisfied | None = None
    unsur: tuple[UnsurLine, ...] = ()
    cuts: Cuts

    @property
    def weakest(self) -> UnsurLine | None:
        """Return the unsur with the lowest average, the first one on a tie."""
        return min(self.unsur, key=lambda line: line.average, default=None)

    @property
    def strongest(self) -> UnsurLine | None:
        """Return the unsur with the highest average, the first one on a tie."""
        return max(self.unsur, key=lambda line: line.average, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFigures:
    """The headline of some periods and, beside it, the other tier. `left_out` answers are to other questionnaires."""

    main: TierFigures
    other: TierFigures | None
    questionnaire: Questionnaire
    unsur: tuple[Unsur, ...]
    population: int | None
    samplings: tuple[str, ...]
    left_out: int

    @property
    def sample_needed(self) -> int | None:
        """Return how many answers the population asks for, if it is known."""
        return required_sample(self.population) if self.population else None


def figures_of(periods: Sequence[SurveyPeriod], minimum: int, full: int) -> SurveyFigures | None:
    """Return the figures of one or several periods together, or None if nobody answered. One query.

    Each period carries its `questionnaire` with its `unsur`.
    """
    rows = list(
        IkmResult.objects.filter(survey_period__in=[period.pk for period in periods]).select_related("shown")
    )
    chosen, left_out = _questionnaire(periods, rows)
    if chosen is None:
        return None
    asked = {period.pk: period for period in periods if period.questionnaire_id == chosen.pk}
    by_tier: dict[str, list[IkmResult]] = defaultdict(list)
    for row in rows:
        if row.survey_period_id in asked and (row.n or row.waiting or row.excluded):
            by_tier[row.tier].append(row)
    told = {tier: _tier(by_tier[tier], asked, chosen, minimum, full) for tier in TIERS if by_tier[tier]}
    if not told:
        return None
    # A span is formal only if every period in it that has verified answers names its sampling.
    named = [asked[row.survey_period_id].sampling for row in by_tier[VERIFIED] if row.n]
    lead = headline(
        named[0] if named and all(named) else "", {tier: figures.n for tier, figures in told.items()}
    )
    first = lead.tier if lead.tier in told else next(iter(told))
    main = replace(told[first], is_formal=lead.is_formal)
    people = [period.population for period in asked.values()]
    return SurveyFigures(
        main=main,
        other=next((figures for tier, figures in told.items() if tier != first), None),
        questionnaire=chosen,
        unsur=tuple(chosen.unsur.all()),
        population=sum(count or 0 for count in people) if people and all(people) else None,
        samplings=tuple(sorted({period.sampling for period in asked.values()})),
        left_out=left_out,
    )


def grade_words(value: Decimal | Fraction, questionnaire: Questionnaire) -> str:
    """Return the letter of an index with its word, by the bands of its regulation."""
    grade = grade_for(value, regime(questionnaire.regime))
    return f"{grade.name} ({grade_label(grade)})"


def _questionnaire(
    periods: Iterable[SurveyPeriod], rows: Iterable[IkmResult]
) -> tuple[Questionnaire | None, int]:
    """Return the questionnaire with the most answers, and how many answers there are to others."""
    asked = {period.pk: period.questionnaire for period in periods}
    counted: Counter[Questionnaire] = Counter()
    for row in rows:
        counted[asked[row.survey_period_id]] += _shown_n(row)
    if not counted:
        return None, 0
    chosen = max(counted, key=lambda one: (counted[one], one.pk))
    return chosen, counted.total() - counted[chosen]


def _shown_n(row: IkmResult) -> int:
    return row.shown.n if row.shown is not None else row.n


def _tier(
    rows: Sequence[IkmResult],
    asked: Mapping[int, SurveyPeriod],
    questionnaire: Questionnaire,
    minimum: int,
    full: int,
) -> TierFigures:
    # A result that is hidden by itself is in no sum: it could be subtracted out again.
    steps = [row.shown for row in rows if row.shown is not None and row.shown.n >= minimum]
    # A result published before sums were kept stands alone as it was; it cannot be added to others.
    added = steps if len(rows) == 1 else [step for step in steps if step.sums]
    n = sum(step.n for step in added) if added else sum(_shown_n(row) for row in rows)
    shown = disclosure(n, minimum, full) if added else Disclosure.HIDDEN
    told = TierFigures(
        tier=rows[0].tier,
        is_formal=False,
        n=n,
        waiting=sum(row.waiting for row in rows),
        excluded=sum(row.excluded for row in rows),
        disclosure=shown,
        cuts=_cuts(added) if len(added) == len(rows) else {},
    )
    if shown is Disclosure.HIDDEN:
        return told
    has_letters = shown is Disclosure.FULL
    if len(added) == 1 and not added[0].sums:
        return _as_published(told, added[0], questionnaire, has_letters=has_letters)
    return _added_up(told, added, questionnaire, has_letters=has_letters)


def _as_published(
    told: TierFigures, step: FigureStep, questionnaire: Questionnaire, *, has_letters: bool
) -> TierFigures:
    averages = {code: Fraction(value) for code, value in step.nrr.items()}
    lines = _lines(averages, questionnaire, has_letters=has_letters)
    return replace(
        told,
        ikm=step.ikm,
        weighted=half_up(step.ikm / 25, 4),
        low=step.interval_low,
        high=step.interval_high,
        grade=grade_words(step.ikm, questionnaire) if has_letters else "",
        satisfied=satisfied(step.satisfied, step.n) if step.satisfied else None,
        unsur=lines,
    )


def _added_up(
    told: TierFigures, steps: Sequence[FigureStep], questionnaire: Questionnaire, *, has_letters: bool
) -> TierFigures:
    unsur = questionnaire.unsur.all()
    try:
        ikm = ikm_from_sums(
            _added(step.sums for step in steps),
            _added(step.counts for step in steps),
            weights_of(unsur),
            n=told.n,
        )
    except NoAnswers:
        return replace(told, disclosure=Disclosure.HIDDEN, cuts={})
    interval = ikm_interval_from_sums(
        told.n,
        sum((Fraction(step.index_total) for step in steps), Fraction(0)),
        sum((Fraction(step.index_squares) for step in steps), Fraction(0)),
    )
    weights = weights_of(unsur)
    return replace(
        told,
        ikm=ikm.value,
        weighted=half_up(sum((ikm.nrr_exact[code] * weights[code] for code in weights), Fraction(0)), 4),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        grade=grade_words(ikm.value, questionnaire) if has_letters else "",
        satisfied=satisfied(sum(step.satisfied for step in steps), told.n),
        unsur=_lines(ikm.nrr_exact, questionnaire, has_letters=has_letters),
    )


def _lines(
    averages: Mapping[str, Fraction], questionnaire: Questionnaire, *, has_letters: bool
) -> tuple[UnsurLine, ...]:
    unsur = questionnaire.unsur.all()
    weights = weights_of(unsur)
    return tuple(
        UnsurLine(
            code=row.code,
            number=row.number,
            name=row.name,
            average=half_up(averages[row.code], 4),
            weighted=half_up(averages[row.code] * weights[row.code], 4),
            index=half_up(averages[row.code] * 25),
            grade=grade_words(averages[row.code] * 25, questionnaire) if has_letters else "",
        )
        for row in unsur
    )


def _added(many: Iterable[Mapping[str, int]]) -> dict[str, int]:
    added: Counter[str] = Counter()
    for one in many:
        added.update(one)
    return dict(added)


def _cuts(steps: Sequence[FigureStep]) -> Cuts:
    """Return people per value of each attribute, from what the public may see of each period.

    What is hidden in one period stays hidden in the sum; without the breakdown of a period there is none at all.
    """
    if not all(step.breakdown for step in steps):
        return {}
    told: dict[str, dict[str, int | None]] = defaultdict(dict)
    for step in steps:
        for cut, cells in step.breakdown.items():
            for cell in cells:
                before = told[cut].get(cell["value"], 0)
                now = cell["n"]
                told[cut][cell["value"]] = None if before is None or now is None else before + now
    return told
