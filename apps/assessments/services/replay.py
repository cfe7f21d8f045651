"""Replays a year: every evaluation once more from what was stored with it, in chunks, changing nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ..models import Evaluation, Objection, RatingChange, UnitAchievement
from ..rules.replay import Replay, Stored, StoredChange, StoredObjection, replay
from .engine.writing import LARGEST_PERCENT

CHUNK = 500


@dataclass(frozen=True)
class Replayed:
    """One evaluation and what its replay found."""

    evaluation_id: int
    period_id: int
    found: Replay


def evaluations_of_year(year: int, government_code: str = "") -> QuerySet[Evaluation]:
    """Return the evaluations of a performance year, of one government or of all."""
    rows = Evaluation.objects.filter(period__cycle__year=year)
    return rows.filter(government__code=government_code) if government_code else rows


def replay_year(year: int, government_code: str = "", *, chunk: int = CHUNK) -> Iterator[Replayed]:
    """Replay each evaluation of a year in the order of their keys; memory and queries per chunk are constant."""
    rows = evaluations_of_year(year, government_code).order_by("pk")
    last = 0
    while True:
        batch = list(rows.filter(pk__gt=last)[:chunk])
        if not batch:
            return
        yield from _replay(batch)
        last = batch[-1].pk


def _replay(batch: Sequence[Evaluation]) -> Iterator[Replayed]:
    keys = [row.pk for row in batch]
    changes: dict[int, list[StoredChange]] = {key: [] for key in keys}
    for row in RatingChange.objects.filter(evaluation__in=keys).order_by("at", "pk"):
        changes[row.evaluation_id].append(
            StoredChange(
                kind=row.kind,
                version=row.version,
                work_result=row.work_result_rating,
                behavior=row.behavior_rating,
                predikat=row.predikat,
                rule_version=row.rule_version,
            )
        )
    objections = {
        row.evaluation_id: StoredObjection(row.decision_due_on, row.basis, row.is_upheld)
        for row in Objection.objects.filter(evaluation__in=keys)
    }
    led = {row.inputs.get("heads_unit") for row in batch} - {None}
    achievements = {
        (row.unit_id, row.period_id): row.org_predicate
        for row in UnitAchievement.objects.filter(unit__in=led, period__in={row.period_id for row in batch})
    }
    for row in batch:
        stored = Stored(
            status=row.status,
            inputs=row.inputs,
            basis=row.basis,
            achievement_percent=row.achievement_percent,
            hint=row.hint_rating,
            work_result=row.work_result_rating,
            behavior=row.behavior_rating,
            predikat=row.predikat,
            rule_version=row.rule_version,
            version=row.version,
            answer_due_on=row.answer_due_on,
            changes=changes[row.pk],
            objection=objections.get(row.pk),
            org_predicate=achievements.get((row.inputs.get("heads_unit"), row.period_id)),
        )
        yield Replayed(row.pk, row.period_id, replay(stored, largest_percent=LARGEST_PERCENT))
