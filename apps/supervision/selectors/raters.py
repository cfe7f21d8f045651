"""How appraisers rated a period, held against the others of the job family; and when a room may look at it.

The judgement of an appraiser is the rating they gave: before a calibration or an objection changed it. What a head
gets for the work result is no judgement (it follows the unit, ORG-4), so heads are left out. One query reads a whole
period; the figures are those of rules/rater_statistics.py.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.fields.json import KeyTransform

from apps.assessments.models import CalibrationSession, Period, RatingChange
from apps.assessments.rules.predikat import Predikat, Rating
from apps.assessments.rules.rating_kinds import ChangeKind, Dimension
from apps.core import holidays, policy
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days
from apps.employees.models import Employee, Government, WorkUnit
from apps.employees.rules.jenjang import family_of

from ..models import RaterCardView
from ..rules.rater_statistics import (
    DEFAULT_THRESHOLDS,
    Judgement,
    RaterCard,
    RaterThresholds,
    Timing,
    family_cards,
    timings,
)

BANDS = tuple(band.value for band in Predikat)
SCORES = {Rating.BELOW.value: Decimal(1), Rating.MEETS.value: Decimal(2), Rating.ABOVE.value: Decimal(3)}
DIMENSIONS = (Dimension.WORK_RESULT.value, Dimension.BEHAVIOR.value)
_UNKNOWN = Timing(sitting=0, seconds=None)


@dataclass(frozen=True, slots=True)
class Given:
    """One rating as its appraiser gave it. `scored_at` may lack a dimension: then its time is not known."""

    evaluation: int
    person: int
    rater: int
    unit: int
    unit_path: str
    family: str
    work_result: str
    behavior: str
    predikat: str
    at: datetime
    scored_at: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class FamilyCard:
    """The card of one rater for one job family."""

    rater: int
    family: str
    card: RaterCard


def ratings_given(period: Period) -> list[Given]:
    """Return what appraisers gave in a period, one row per person, in one query."""
    calibrated_before = RatingChange.objects.filter(
        evaluation=OuterRef("evaluation"), kind=ChangeKind.CALIBRATED.value, pk__lt=OuterRef("pk")
    )
    rows = (
        RatingChange.objects.filter(
            ~Exists(calibrated_before),
            evaluation__period=period,
            evaluation__is_part=False,
            kind__in=[ChangeKind.RATED.value, ChangeKind.CORRECTED.value],
            version=1,
            by__isnull=False,
        )
        .annotate(heads_unit=KeyTransform("heads_unit", "evaluation__inputs"))
        .order_by("evaluation", "-at", "-pk")
        .distinct("evaluation")
        .values(
            "evaluation",
            "work_result_rating",
            "behavior_rating",
            "predikat",
            "at",
            "scored_at",
            "heads_unit",
            rater=F("by"),
            person=F("evaluation__employee"),
            unit=F("evaluation__unit"),
            path=F("evaluation__unit__path"),
            title=F("evaluation__skp__placement__position__title"),
            level=F("evaluation__skp__placement__position__level"),
            job_family=F("evaluation__skp__placement__position__job_family"),
        )
    )
    return [
        Given(
            evaluation=row["evaluation"],
            person=row["person"],
            rater=row["rater"],
            unit=row["unit"],
            unit_path=row["path"],
            family=row["job_family"] or family_of(row["title"], row["level"]),
            work_result=row["work_result_rating"],
            behavior=row["behavior_rating"],
            predikat=row["predikat"],
            at=row["at"],
            scored_at={
                name: datetime.fromisoformat(moment)
                for name, moment in row["scored_at"].items()
                if name in DIMENSIONS
            },
        )
        for row in rows
        if row["heads_unit"] is None
    ]


def tempo(rows: Sequence[Given]) -> dict[int, tuple[Timing, ...]]:
    """Return how long each score of one rater took, by evaluation.

    What was saved together shares the time since the save before: nobody who fills in a whole page and sends it once
    is taken for hurried. Ratings set at one instant for several people, without the time of their drafts, say nothing.
    """
    together = Counter(row.at for row in rows if not row.scored_at)
    known: dict[tuple[int, str], datetime] = {}
    for row in rows:
        if row.scored_at:
            known.update({(row.evaluation, name): moment for name, moment in row.scored_at.items()})
        elif together[row.at] == 1:
            known.update({(row.evaluation, name): row.at for name in DIMENSIONS})
    sizes = Counter(known.values())
    instants = sorted(sizes)
    measured = {
        instant: replace(timing, seconds=timing.seconds // sizes[instant])
        if timing.seconds is not None
        else timing
        for instant, timing in zip(instants, timings(instants), strict=True)
    }
    return {
        row.evaluation: tuple(
            measured[known[row.evaluation, name]] if (row.evaluation, name) in known else _UNKNOWN
            for name in DIMENSIONS
        )
        for row in rows
    }


def thresholds_for(government: Government, day: date) -> RaterThresholds:
    """Return the limits of a day; the version names the one that the office chose."""
    mean_z = policy.get("supervision.rater_mean_z", on=day, scope=government.code)
    return replace(
        DEFAULT_THRESHOLDS,
        mean_z=mean_z,
        version=f"{DEFAULT_THRESHOLDS.version}; mean_z={mean_z.normalize():f}",
    )


def cards_of(
    rows: Sequence[Given],
    *,
    raters: Collection[int],
    inside: Collection[int],
    thresholds: RaterThresholds = DEFAULT_THRESHOLDS,
) -> list[FamilyCard]:
    """Return the cards of some raters, by family and rater; `inside` are those whose cards the reader may see.

    Two things keep a hidden card hidden when others are subtracted from a total: whoever rated too few people is in
    no total, and one or two raters outside of the reader's view are in none either.
    """
    by_family: dict[str, dict[int, list[Given]]] = defaultdict(lambda: defaultdict(list))
    by_rater: dict[int, list[Given]] = defaultdict(list)
    for row in rows:
        by_family[row.family][row.rater].append(row)
        by_rater[row.rater].append(row)
    wanted = set(raters)
    found: list[FamilyCard] = []
    for family in sorted(name for name, given in by_family.items() if wanted & given.keys()):
        given = by_family[family]
        shown = {rater for rater, own in given.items() if len(own) >= thresholds.minimum_ratings}
        outside = shown - set(inside) - wanted
        if len(outside) < thresholds.minimum_other_raters:
            shown -= outside
        times = {rater: tempo(by_rater[rater]) for rater in shown}
        cards = family_cards(
            {
                rater: [_judgement(row, times[rater][row.evaluation]) for row in given[rater]]
                for rater in sorted(shown)
            },
            bands=BANDS,
            thresholds=thresholds,
        )
        for rater in sorted(wanted & given.keys()):
            hidden = RaterCard(
                n=len(given[rater]),
                needed=thresholds.minimum_ratings,
                version=thresholds.version,
                figures=None,
            )
            found.append(FamilyCard(rater, family, cards.get(rater, hidden)))
    return found


def _judgement(row: Given, times: tuple[Timing, ...]) -> Judgement:
    return Judgement(
        person=row.person,
        scores={
            Dimension.WORK_RESULT.value: SCORES[row.work_result],
            Dimension.BEHAVIOR.value: SCORES[row.behavior],
        },
        band=row.predikat,
        timings=times,
    )


# --- whose cards, and when


def may_see_of(user: Any, rows: Iterable[Given], on: date) -> set[int]:
    """Return the raters whose cards a user may see beside their own: those of units they calibrate."""
    roots = [
        *WorkUnit.objects.led_by(user, on=on).values_list("path", flat=True),
        *WorkUnit.objects.with_role(user, "leadership", on=on).values_list("path", flat=True),
    ]
    if not roots:
        return set()
    prefixes = tuple(roots)
    return {row.rater for row in rows if row.unit_path.startswith(prefixes)}


def sessions_of(user: Any) -> QuerySet[CalibrationSession]:
    """Return the calibrations a user may know of, those that go on first, then the newest."""
    return (
        CalibrationSession.objects.visible_to(user)
        .select_related("unit__government", "period__cycle")
        .order_by("-status", "-opened_at", "-pk")
    )


def periods_rated_by(rater: Employee) -> list[Period]:
    """Return the periods in which somebody rated people, the newest first."""
    given = RatingChange.objects.filter(
        by=rater, kind__in=[ChangeKind.RATED.value, ChangeKind.CORRECTED.value], version=1
    )
    return list(
        Period.objects.filter(pk__in=given.values("evaluation__period"))
        .select_related("cycle__government")
        .order_by("-ends_on", "kind", "pk")
    )


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a room may look at its raters: all have seen their own card, or had the days for it."""

    raters: tuple[Employee, ...]
    unseen: tuple[Employee, ...]
    last_day: date
    today: date

    @property
    def is_ready(self) -> bool:
        """Whether the cards may be shown to the room."""
        return not self.unseen or self.today > self.last_day


def readiness_of(session: CalibrationSession, rows: Iterable[Given], now: datetime) -> Readiness:
    """Return who rated people of the session's unit, and who of them has not looked at their own card yet."""
    government = session.unit.government
    raters = raters_by_key(session, {row.rater for row in rows if row.unit == session.unit_id})
    seen = set(
        RaterCardView.objects.filter(
            period=session.period_id, rater__in=list(raters), seen_at__isnull=False
        ).values_list("rater_id", flat=True)
    )
    opened_on = local_date(session.opened_at, government.timezone)
    days = policy.get("supervision.rater_notice_days", on=opened_on, scope=government.code)
    return Readiness(
        raters=tuple(raters.values()),
        unseen=tuple(person for pk, person in raters.items() if pk not in seen),
        last_day=add_working_days(
            opened_on, days, holidays.holidays_around(opened_on, scope=government.code)
        ),
        today=local_date(now, government.timezone),
    )


def raters_by_key(session: CalibrationSession, keys: Collection[int]) -> dict[int, Employee]:
    """Return those of some raters who rated in the period of a session, by key, in the order of their names."""
    given = RatingChange.objects.filter(evaluation__period=session.period_id)
    found = Employee.objects.filter(pk__in=given.values("by")).filter(pk__in=keys)
    return {person.pk: person for person in found.select_related("user").order_by("name", "pk")}
