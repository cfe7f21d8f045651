"""The index of a survey period per tier, added up in the database and stored with what it was made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.core import audit, jobs
from apps.core.localtime import local_date

from .. import selectors
from ..labels import Tier
from ..models import IkmResult, SurveyPeriod, SurveyTally, Unsur
from ..rules.ikm import NoAnswers, ikm_from_sums
from ..rules.intervals import ikm_interval_from_sums
from ..rules.regimes import regime
from ..rules.service_grade import grade_for
from ..rules.tiers import headline
from . import steps
from .tallies import earlier_tallies, write_tallies

RULE_VERSION = "ikm 2: exact, half-up once, tiers apart"
BUCKET_SECONDS = 5
# Longer than the transaction of any answer: one that belongs to the bucket has committed when the figure is
# made.
SLACK_SECONDS = 3


class PeriodStillRuns(Exception):
    """Raised when a result is to be fixed before its period has ended."""


class NothingToPublish(Exception):
    """Raised when a period without answers is to be published."""


def promise_refresh(*, survey_period: SurveyPeriod, scope: str, at: datetime) -> None:
    """Promise to refresh the result soon; the answers of the same few seconds share one refresh."""
    bucket = int(at.timestamp()) // BUCKET_SECONDS
    key = f"ikm:{survey_period.pk}:{bucket}"
    if (connection.settings_dict["NAME"], key) in _promised:
        return
    due = datetime.fromtimestamp((bucket + 1) * BUCKET_SECONDS + SLACK_SECONDS, tz=at.tzinfo)
    jobs.enqueue(
        "feedback.refresh_result",
        scope=scope,
        key=key,
        ready_at=due,
        survey_period_id=survey_period.pk,
    )
    transaction.on_commit(
        partial(_remember_promise, (str(connection.settings_dict["NAME"]), key)), robust=True
    )


# Promises that this process knows to be committed, the newest last: the outbox would drop a second one.
_promised: dict[tuple[str, str], None] = {}
PROMISES_KNOWN = 64


def _remember_promise(promise: tuple[str, str]) -> None:
    _promised[promise] = None
    while len(_promised) > PROMISES_KNOWN:
        _promised.pop(next(iter(_promised)), None)


@transaction.atomic
def refresh_result(*, survey_period_id: int, at: datetime) -> IkmResult:
    """Add up the answers of a period and store the index of each tier; return the one that is its headline.

    A published result stays as it was published.
    """
    period = _locked(survey_period_id)
    stored = {row.tier: row for row in period.results.select_related("shown")}
    if any(row.published_at is not None for row in stored.values()):
        return _adopted(period, stored, at)
    government = period.service.unit.government
    today = local_date(at, government.timezone)
    unsur = list(period.questionnaire.unsur.all())
    tallies = write_tallies(period, unsur, government.timezone)
    whole = {row.tier: row for row in tallies if not row.cut}
    has_ended = today > period.ends_on
    pace = steps.pace_of(government, today)
    for tier in {*whole, *stored} or {str(Tier.OPEN)}:
        tally = whole.get(tier) or SurveyTally(survey_period=period, tier=tier)
        result = stored.setdefault(tier, IkmResult(survey_period=period, tier=tier))
        shrank = result.pk is not None and tally.n < result.n
        for name, value in _figures(tally, period).items():
            setattr(result, name, value)
        result.computed_at = at
        result.is_settled = has_ended
        result.save()
        steps.advance(
            result=result,
            now=_figure(result, tally, [row for row in tallies if row.tier == tier and row.cut]),
            earlier=partial(_earlier, period, unsur, result),
            pace=pace,
            is_open=not has_ended,
            shrank=shrank,
            at=at,
        )
    return _headline(period, stored)


def _figure(result: IkmResult, tally: SurveyTally, cells: list[SurveyTally]) -> steps.Figure:
    return steps.Figure(tally, {name: getattr(result, name) for name in steps.COPIED}, cells)


def _earlier(period: SurveyPeriod, unsur: list[Unsur], result: IkmResult, n: int) -> steps.Figure | None:
    """Return the figure of the first people of a tier; None if they left an unsur out altogether."""
    zone = period.service.unit.government.timezone
    tallies = earlier_tallies(period, unsur, zone, tier=result.tier, n=n)
    whole = next(row for row in tallies if not row.cut)
    values = _figures(whole, period)
    if values["ikm"] is None:
        return None
    return steps.Figure(
        whole, {name: values[name] for name in steps.COPIED}, [row for row in tallies if row.cut]
    )


def _locked(survey_period_id: int) -> SurveyPeriod:
    # The weaker lock, as in quarantine.py: ratings refer to this row.
    return (
        SurveyPeriod.objects.select_for_update(of=("self",), no_key=True)
        .select_related("questionnaire", "service__unit__government")
        .get(pk=survey_period_id)
    )


def _headline(period: SurveyPeriod, results: dict[str, IkmResult]) -> IkmResult:
    chosen = headline(period.sampling, {tier: row.n for tier, row in results.items()})
    return results.get(chosen.tier) or next(iter(results.values()))


def _figures(tally: SurveyTally, period: SurveyPeriod) -> dict[str, Any]:
    """Return the values of a stored result from the sums of its tier."""
    rules = regime(period.questionnaire.regime)
    values: dict[str, Any] = {
        "n": tally.n,
        "satisfied": tally.satisfied,
        "waiting": tally.waiting,
        "excluded": tally.excluded,
        "nrr": {},
        "ikm": None,
        "service_grade": "",
        "weakest_unsur": "",
        "interval_low": None,
        "interval_high": None,
        "regime": rules.code,
        "rule_version": RULE_VERSION,
    }
    weights = selectors.weights_of(period.questionnaire.unsur.all())
    try:
        ikm = ikm_from_sums(tally.sums, tally.counts, weights, n=tally.n)
    except NoAnswers:
        return values
    interval = ikm_interval_from_sums(tally.n, Fraction(tally.index_total), Fraction(tally.index_squares))
    return values | {
        "nrr": {code: str(average) for code, average in ikm.nrr.items()},
        "ikm": ikm.value,
        "service_grade": grade_for(ikm.value, rules).name,
        "weakest_unsur": ikm.weakest,
        "interval_low": interval.low if interval else None,
        "interval_high": interval.high if interval else None,
    }


def _adopted(period: SurveyPeriod, stored: dict[str, IkmResult], at: datetime) -> IkmResult:
    """Return the headline of a published period; one from before there were steps gets its first step."""
    for result in stored.values():
        if result.shown_id is None and result.ikm is not None:
            steps.adopt(result=result, at=at)
    return _headline(period, stored)


@transaction.atomic
def publish_result(*, survey_period_id: int, by: Any, at: datetime) -> IkmResult:
    """Fix the result of an ended period, both tiers of it: from now on it does not change any more.

    :raises PeriodStillRuns: if the period has not ended in the government's own zone.
    :raises NothingToPublish: if nobody answered.
    """
    period = _locked(survey_period_id)
    government = period.service.unit.government
    if local_date(at, government.timezone) <= period.ends_on:
        raise PeriodStillRuns
    chosen = refresh_result(survey_period_id=survey_period_id, at=at)
    if chosen.ikm is None:
        raise NothingToPublish
    if chosen.published_at is None:
        for result in period.results.select_related("shown"):
            result.published_at = at
            result.save(update_fields=["published_at"])
            steps.fix(result=result, at=at)
            audit.record(
                "feedback.result.published",
                target=result,
                by=by,
                scope=government.code,
                at=at,
                tier=result.tier,
                ikm=None if result.ikm is None else str(result.ikm),
                n=result.n,
                rule=result.rule_version,
            )
        chosen.refresh_from_db()
    return chosen


def settle_ended(*, now: datetime) -> int:
    """Add up the periods that have ended since they were last added up; return how many.

    The last answers of a period are held back from the public until it ends.
    """
    # A day ahead of UTC at most: each government's own day is looked at below.
    due = (
        IkmResult.objects.filter(is_settled=False, survey_period__ends_on__lte=now.date())
        .values_list(
            "survey_period", "survey_period__ends_on", "survey_period__service__unit__government__timezone"
        )
        .distinct()
    )
    settled = 0
    for pk, ends_on, zone in due:
        if local_date(now, zone) > ends_on:
            refresh_result(survey_period_id=pk, at=now)
            settled += 1
    IkmResult.objects.filter(is_settled=False, published_at__isnull=False).update(is_settled=True)
    return settled


@dataclass(frozen=True)
class Difference:
    """A stored number that does not come out again."""

    survey_period: int
    what: str
    stored: Any
    rebuilt: Any


def rebuild(
    *, survey_period_ids: Iterable[int], only_check: bool, at: datetime | None = None
) -> list[Difference]:
    """Add up periods again from their answers and return what was different before.

    A published period is not touched: its result is fixed. With `only_check` nothing is changed.
    """
    found: list[Difference] = []
    for pk in survey_period_ids:
        with transaction.atomic():
            before = _numbers(pk)
            refresh_result(survey_period_id=pk, at=at or timezone.now())
            after = _numbers(pk)
            found += [
                Difference(pk, what, before.get(what), after.get(what))
                for what in sorted({*before, *after})
                if before.get(what) != after.get(what)
            ]
            if only_check:
                transaction.set_rollback(True)
    return found


def differences() -> int:
    """Return how many stored numbers differ from their answers, for the daily check; change nothing."""
    return len(rebuild(survey_period_ids=SurveyPeriod.objects.values_list("pk", flat=True), only_check=True))


def _numbers(survey_period_id: int) -> dict[str, Any]:
    """Return every stored number of a period under a name."""
    found: dict[str, Any] = {}
    tallies = SurveyTally.objects.filter(survey_period=survey_period_id)
    for tally in tallies:
        place = f"{tally.tier} {tally.cut}={tally.value}"
        for name in (
            "n",
            "satisfied",
            "sums",
            "counts",
            "index_total",
            "index_squares",
            "waiting",
            "excluded",
        ):
            found[f"{place} {name}"] = getattr(tally, name)
    for result in IkmResult.objects.filter(survey_period=survey_period_id):
        for name in (
            "n",
            "satisfied",
            "waiting",
            "excluded",
            "nrr",
            "ikm",
            "service_grade",
            "weakest_unsur",
            "interval_low",
            "interval_high",
        ):
            found[f"{result.tier} {name}"] = getattr(result, name)
    return found
