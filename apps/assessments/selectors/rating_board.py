"""Questions of the screen "one dimension for all": in which order, what is drafted, and the evidence beside it.

Everything here is fetched for a whole page of people at once: the number of queries does not depend on how many
people somebody rates.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Prefetch, Q

from apps.core import policy
from apps.employees.models import WorkUnit
from apps.indicators.models import WorkResult

from ..labels import DimensionChoices, EvaluationStatusChoices, PeriodKind
from ..models import (
    CalibrationSession,
    Evaluation,
    Period,
    ProgressEntry,
    RatingDraft,
    ReportVersion,
    SelfReport,
    UnitAchievement,
)
from ..rules.organization import OrgPredicate, head_result_rating
from ..rules.predikat import Rating, predikat_for
from ..rules.rating_order import shuffled
from ..rules.rating_reason import needs_reason
from . import dialogue, vault
from .evaluating import HeadResult, evaluations_of, head_result, indicator_rows_by_result

WORK_RESULT = DimensionChoices.WORK_RESULT.value
BEHAVIOR = DimensionChoices.BEHAVIOR.value
OPEN = (EvaluationStatusChoices.PREPARED.value, EvaluationStatusChoices.RATED.value)
EXCERPT = 280


# Where one person stands


@dataclass(frozen=True)
class Standing:
    """What somebody has drafted for one person beside what is set, and what is still missing."""

    evaluation: Evaluation
    drafts: dict[str, RatingDraft]
    head: HeadResult | None
    is_calibrating: bool = False
    was_calibrated: bool = False

    @property
    def work_result(self) -> str:
        """The chosen rating of the results; of a head what the unit's achievement gives; else what is set."""
        if self.head is not None:
            return self.head.rating.value if self.head.rating else ""
        return self._chosen(WORK_RESULT, self.evaluation.work_result_rating)

    @property
    def behavior(self) -> str:
        """The chosen rating of the behavior, else what is set."""
        return self._chosen(BEHAVIOR, self.evaluation.behavior_rating)

    def _chosen(self, dimension: str, present: str) -> str:
        draft = self.drafts.get(dimension)
        return draft.rating if draft is not None and draft.rating else present

    @property
    def predikat(self) -> str:
        """What the matrix gives for both; nothing while one is missing."""
        if not (self.work_result and self.behavior):
            return ""
        return predikat_for(work_result=Rating(self.work_result), behavior=Rating(self.behavior)).value

    @property
    def follows_unit_anew(self) -> bool:
        """Whether the unit's achievement was changed after its head was rated."""
        return (
            self.head is not None
            and self.evaluation.predikat != ""
            and self.work_result != self.evaluation.work_result_rating
        )

    @property
    def has_draft(self) -> bool:
        """Whether there is anything to set."""
        return any(draft.rating for draft in self.drafts.values()) or self.follows_unit_anew

    @property
    def is_changed(self) -> bool:
        """Whether setting it would change ratings that are set already."""
        present = (self.evaluation.work_result_rating, self.evaluation.behavior_rating)
        return self.evaluation.predikat != "" and (self.work_result, self.behavior) != present

    @property
    def problems(self) -> list[str]:
        """Codes of what keeps the drafts from becoming ratings; empty when everything is there."""
        found = []
        if self.head is not None and self.head.rating is None:
            found.append("achievement_missing")
        elif not self.work_result:
            found.append("work_result_missing")
        if not self.behavior:
            found.append("behavior_missing")
        if self.head is None and self._lacks_reason(WORK_RESULT, self.evaluation.work_result_rating):
            found.append("work_result_reason")
        if self._lacks_reason(BEHAVIOR, self.evaluation.behavior_rating):
            found.append("behavior_reason")
        if not found and self.follows_unit_anew and not self._any_reason:
            found.append("reason_missing")
        if self.is_changed and self.is_calibrating:
            found.append("calibration_open")
        elif self.is_changed and self.was_calibrated and not self.follows_unit_anew:
            found.append("already_calibrated")
        return found

    @property
    def _any_reason(self) -> bool:
        return any(draft.reason for draft in self.drafts.values()) or bool(self.evaluation.reason)

    def _lacks_reason(self, dimension: str, present: str) -> bool:
        draft = self.drafts.get(dimension)
        if draft is None or not draft.rating:
            return False
        return needs_reason(Rating(draft.rating), Rating(present) if present else None) and not draft.reason


def standing_of(evaluation: Evaluation, author: Any) -> Standing:
    """Return where one person stands in somebody's drafts."""
    drafts = RatingDraft.objects.filter(evaluation=evaluation, author=author)
    return Standing(evaluation, {draft.dimension: draft for draft in drafts}, head_result(evaluation))


def standings_of(evaluations: Sequence[Evaluation], author: Any) -> list[Standing]:
    """Return where several people stand, in a constant number of queries."""
    heads = head_results(evaluations)
    drafts: dict[int, dict[str, RatingDraft]] = defaultdict(dict)
    ids = [row.pk for row in evaluations]
    for draft in RatingDraft.objects.filter(evaluation__in=ids, author=author):
        drafts[draft.evaluation_id][draft.dimension] = draft
    sessions = set(
        CalibrationSession.objects.filter(
            unit__in={row.unit_id for row in evaluations},
            period__in={row.period_id for row in evaluations},
            status="open",
        ).values_list("unit_id", "period_id")
    )
    calibrated = set(
        Evaluation.objects.filter(pk__in=ids, changes__kind="calibrated").values_list("pk", flat=True)
    )
    return [
        Standing(
            row,
            drafts[row.pk],
            heads.get(row.pk),
            is_calibrating=(row.unit_id, row.period_id) in sessions,
            was_calibrated=row.pk in calibrated,
        )
        for row in evaluations
    ]


def head_results(evaluations: Iterable[Evaluation]) -> dict[int, HeadResult]:
    """Return, for the heads among some people, the result rating that follows from their units (ORG-4)."""
    heads = {row.pk: row for row in evaluations if row.inputs.get("heads_unit") is not None}
    if not heads:
        return {}
    unit_ids = {row.inputs["heads_unit"] for row in heads.values()}
    units = {unit.pk: unit for unit in WorkUnit.objects.filter(pk__in=unit_ids).select_related("government")}
    achievements = {
        (row.unit_id, row.period_id): row
        for row in UnitAchievement.objects.filter(
            unit__in=unit_ids, period__in={row.period_id for row in heads.values()}
        ).select_related("fixed_by")
    }
    tables: dict[tuple[str, Any], dict[OrgPredicate, Rating]] = {}
    found = {}
    for pk, row in heads.items():
        unit = units[row.inputs["heads_unit"]]
        achievement = achievements.get((unit.pk, row.period_id))
        if achievement is None:
            found[pk] = HeadResult(unit, None, None)
            continue
        key = (unit.government.code, row.period.ends_on)
        if key not in tables:
            stored = policy.get("assessments.head_ratings", on=key[1], scope=key[0])
            tables[key] = {OrgPredicate(name): Rating(value) for name, value in stored.items()}
        rating = head_result_rating(OrgPredicate(achievement.org_predicate), tables[key])
        found[pk] = HeadResult(unit, achievement, rating)
    return found


# The board: everybody for one dimension


@dataclass(frozen=True)
class Board:
    """Whom somebody rates in a period, in the order of one dimension, and how many are done."""

    ids: list[int]
    total: int
    done: int


def board_of(user: Any, period: Period, dimension: str) -> Board:
    """Return the people to go through, shuffled; who has been given the result already is done."""
    rows = list(
        evaluations_of(user, period).order_by().values_list("pk", "status", "predikat", "inputs__heads_unit")
    )
    drafted = set(
        RatingDraft.objects.filter(evaluation__period=period, author=user, dimension=dimension)
        .exclude(rating="")
        .values_list("evaluation", flat=True)
    )
    is_result = dimension == WORK_RESULT
    done = sum(
        1
        for pk, _status, predikat, heads in rows
        if predikat or pk in drafted or (is_result and heads is not None)
    )
    ids = shuffled(
        (pk for pk, status, _predikat, _heads in rows if status in OPEN),
        appraiser_id=user.pk,
        period_id=period.pk,
        dimension=dimension,
    )
    return Board(ids=ids, total=len(rows), done=done)


@dataclass(frozen=True)
class BoardEvidence:
    """What is known about one person's work in the whole period."""

    groups: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    notes: dialogue.PersonNotes
    entries: int
    expectations: list[tuple[str, str]]
    achievement: UnitAchievement | None


@dataclass
class BoardRow:
    """One person on the board."""

    standing: Standing
    evidence: BoardEvidence
    notices: list[str] = field(default_factory=list)

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation to be rated."""
        return self.standing.evaluation


def board_rows(ids: Sequence[int], user: Any, period: Period) -> list[BoardRow]:
    """Return the people of one page in the given order, each with the evidence of the period."""
    found = {
        row.pk: row
        for row in evaluations_of(user, period)
        .filter(pk__in=ids)
        .prefetch_related(
            Prefetch("skp__results", queryset=WorkResult.objects.order_by("-kind", "order", "pk")),
            "skp__behaviors",
        )
    }
    evaluations = [found[pk] for pk in ids if pk in found]
    evidence = evidence_of(evaluations, period)
    return [
        BoardRow(standing, evidence[standing.evaluation.pk]) for standing in standings_of(evaluations, user)
    ]


def evidence_of(evaluations: Sequence[Evaluation], period: Period) -> dict[int, BoardEvidence]:
    """Return the evidence beside the scale for several people, in a constant number of queries."""
    plans = {row.skp_id for row in evaluations}
    reports = _reports(plans, period)
    notes = dialogue.notes_for([row.employee for row in evaluations], period)
    entries = dict(
        ProgressEntry.objects.filter(result__skp__in=plans, date__range=(period.starts_on, period.ends_on))
        .order_by()
        .values("result__skp")
        .annotate(n=Count("pk"))
        .values_list("result__skp", "n")
    )
    achievements = {
        row.unit_id: row
        for row in UnitAchievement.objects.filter(
            period=period, unit__in={row.unit_id for row in evaluations}
        )
    }
    return {
        row.pk: BoardEvidence(
            groups=indicator_rows_by_result(row),
            reports=reports[row.skp_id],
            notes=notes[row.employee_id],
            entries=entries.get(row.skp_id, 0),
            expectations=[
                (dialogue.VALUE_LABELS.get(said.value, said.value), said.expectation)
                for said in row.skp.behaviors.all()
                if said.expectation
            ],
            achievement=achievements.get(row.unit_id),
        )
        for row in evaluations
    }


def _reports(plans: set[int], period: Period) -> dict[int, list[dict[str, Any]]]:
    """Return the newest sent version of every report: an excerpt, its files, and where it is."""
    within = Q(period__cycle=period.cycle_id) if period.kind == PeriodKind.YEARLY.value else Q(period=period)
    sent = SelfReport.objects.filter(within, skp__in=plans, version__gt=0)
    reports: dict[int, list[dict[str, Any]]] = defaultdict(list)
    versions = list(
        ReportVersion.objects.filter(report__in=sent.values("pk"), version=F("report__version"))
        .select_related("report__period")
        .order_by("report__period__starts_on", "pk")
    )
    verdicts = vault.verdicts_of(
        file["id"] for version in versions for file in version.content.get("evidence", [])
    )
    for version in versions:
        content = version.content
        reports[version.report.skp_id].append(
            {
                "id": version.report_id,
                "title": version.report.period.title,
                "status": version.report.status,
                "is_late": version.report.is_late,
                "achievements": excerpt(content.get("achievements", "")),
                "obstacles": excerpt(content.get("obstacles", "")),
                "evidence": [
                    {**file, "verdict": verdicts.get(file["id"])} for file in content.get("evidence", [])
                ],
            }
        )
    return reports


def excerpt(text: str) -> str:
    """Return the beginning of a text, cut between words."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(" ", 1)[0] + " …"


# The check before setting


def to_settle(user: Any, period: Period) -> Any:
    """Return the evaluations somebody has drafted something of, and heads whose unit's achievement changed,
    by name.
    """
    mine = evaluations_of(user, period).filter(status__in=OPEN)
    drafts = RatingDraft.objects.filter(evaluation__period=period, author=user).exclude(rating="")
    rated_heads = [
        row
        for row in mine.filter(status=EvaluationStatusChoices.RATED.value, inputs__has_key="heads_unit")
        if row.inputs["heads_unit"] is not None
    ]
    found = head_results(rated_heads)
    stale = [
        row.pk
        for row in rated_heads
        if (rating := found[row.pk].rating) is not None and rating.value != row.work_result_rating
    ]
    return mine.filter(Q(pk__in=drafts.values("evaluation")) | Q(pk__in=stale))
