"""What is known about one objection: what both sides said, their files, and the versions of the result."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..models import Evaluation, Objection, ObjectionAttachment, ObjectionStatement, RatingChange

SIDES = 2


@dataclass(frozen=True)
class ResultVersion:
    """How one version of a result ended: its ratings, and who set them when and why."""

    version: int
    work_result: str
    behavior: str
    predikat: str
    reason: str
    by: Any
    at: datetime
    is_current: bool


def sent_statements(objection: Objection) -> list[ObjectionStatement]:
    """Return what was sent; a draft belongs to its writer alone."""
    return list(
        ObjectionStatement.objects.filter(objection=objection, sent_at__isnull=False)
        .select_related("by")
        .order_by("sent_at", "pk")
    )


def attachments_of(objection: Objection) -> list[ObjectionAttachment]:
    """Return the files that were not taken back, in the order they came."""
    return list(
        ObjectionAttachment.objects.filter(objection=objection, removed_at__isnull=True)
        .select_related("file", "by")
        .order_by("added_at", "pk")
    )


def versions_of(evaluation: Evaluation) -> list[ResultVersion]:
    """Return the versions of a result, the original first: an upheld objection never hides what was there before."""
    last: dict[int, RatingChange] = {}
    for change in (
        RatingChange.objects.filter(evaluation=evaluation).select_related("by").order_by("at", "pk")
    ):
        last[change.version] = change
    return [
        ResultVersion(
            version=version,
            work_result=change.work_result_rating,
            behavior=change.behavior_rating,
            predikat=change.predikat,
            reason=change.reason,
            by=change.by,
            at=change.at,
            is_current=version == evaluation.version,
        )
        for version, change in sorted(last.items())
    ]
