"""Drafts of ratings on the screen "one dimension for all", and how they become ratings.

Saving is silent and never refuses for a missing reason; setting is a decision per person and asks for everything.
Two tabs never overwrite each other: what a tab did not touch is left alone, and what it did touch is saved only
over the revision it was shown.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Evaluation, RatingDraft
from ..permissions import is_appraiser
from ..rules.evaluation_lifecycle import EvaluationAction, EvaluationStatus, allowed_actions
from ..rules.predikat import Rating
from ..rules.rating_kinds import Dimension
from ..rules.rating_reason import combined
from ..selectors.rating_board import Standing, standing_of
from . import evaluations

WORK_RESULT = Dimension.WORK_RESULT.value
BEHAVIOR = Dimension.BEHAVIOR.value


@dataclass(frozen=True)
class DraftRow:
    """What a page sends for one person, and what it had been shown."""

    evaluation_id: int
    rating: str
    reason: str
    base: str
    base_content: str


@dataclass
class SavedDrafts:
    """What was saved, what another tab had saved meanwhile, and what can no longer be rated."""

    saved: list[int] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


@dataclass
class SettledDrafts:
    """Whose drafts became ratings, and who stayed, with a code for why."""

    done: list[int] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)


def plain(text: str) -> str:
    """Return a typed text as it is stored."""
    return text.replace("\r\n", "\n").strip()


def content_mark(rating: str, reason: str) -> str:
    """Return a short mark of what a page shows for one person."""
    return hashlib.sha256(f"{rating}\n{plain(reason)}".encode()).hexdigest()[:12]


def revision_mark(draft: RatingDraft | None) -> str:
    """Return a mark of the state of a draft; a draft made anew never has the mark of a former one."""
    return "0" if draft is None else f"{draft.pk}-{draft.revision}"


@transaction.atomic
def save_drafts(
    *, dimension: str, rows: Sequence[DraftRow], author: Any, by: Any, at: datetime
) -> SavedDrafts:
    """Save what a page sends for several people, each on its own.

    `author` is the account whose drafts they are, `by` who acts.

    :raises ValueError: for an unknown dimension or rating.
    """
    dimension = Dimension(dimension).value
    found = {
        row.pk: row
        for row in Evaluation.objects.select_for_update(of=("self",))
        .filter(pk__in=[row.evaluation_id for row in rows])
        .select_related("employee__user", "appraiser__user", "unit")
        .order_by("pk")
    }
    drafts = {
        draft.evaluation_id: draft
        for draft in RatingDraft.objects.filter(
            evaluation__in=found, author=author, dimension=dimension
        ).select_for_update()
    }
    result = SavedDrafts()
    for row in rows:
        rating = Rating(row.rating).value if row.rating else ""
        reason = plain(row.reason)
        if content_mark(rating, reason) == row.base_content:
            continue
        evaluation = found.get(row.evaluation_id)
        if evaluation is None or not _may_draft(evaluation, dimension, by):
            result.refused.append(row.evaluation_id)
            continue
        draft = drafts.get(row.evaluation_id)
        if draft is not None and (draft.rating, draft.reason) == (rating, reason):
            continue
        if revision_mark(draft) != row.base:
            result.conflicts.append(row.evaluation_id)
            continue
        if draft is None:
            draft = RatingDraft(evaluation=evaluation, author=author, dimension=dimension)
        draft.rating, draft.reason, draft.saved_at = rating, reason, at
        draft.revision += 1
        draft.save()
        result.saved.append(row.evaluation_id)
    return result


def _may_draft(evaluation: Evaluation, dimension: str, by: Any) -> bool:
    # The result of a head is not a judgement of the appraiser: it follows the unit (ORG-4).
    if dimension == WORK_RESULT and evaluation.inputs.get("heads_unit") is not None:
        return False
    actions = allowed_actions(EvaluationStatus(evaluation.status))
    return EvaluationAction.RATE in actions and is_appraiser(by, evaluation)


def settle_drafts(*, evaluation_ids: Iterable[int], author: Any, by: Any, at: datetime) -> SettledDrafts:
    """Set the ratings of the named people from their drafts; each one alone, whatever becomes of the others.

    A person whose two dimensions were not both chosen, or whose reason is missing, stays.
    """
    result = SettledDrafts()
    for evaluation_id in sorted(set(evaluation_ids)):
        code = _settle(evaluation_id, author, by, at)
        if code:
            result.left.append((evaluation_id, code))
        else:
            result.done.append(evaluation_id)
    return result


@transaction.atomic
def _settle(evaluation_id: int, author: Any, by: Any, at: datetime) -> str:
    try:
        evaluation = evaluations.locked_evaluation(evaluation_id)
    except Evaluation.DoesNotExist:
        return "gone"
    standing = standing_of(evaluation, author)
    problems = standing.problems
    if problems:
        return problems[0]
    if not standing.has_draft:
        return "nothing_new"
    try:
        with transaction.atomic():
            evaluations.rate_evaluation(
                evaluation_id=evaluation_id,
                work_result=standing.work_result,
                behavior=standing.behavior,
                reason=reason_of(standing),
                notes=[
                    evaluations.NoteText(note.text, note.result_id, note.behavior_value)
                    for note in evaluation.notes.all()
                ],
                recommendation=evaluation.recommendation,
                by=by,
                at=at,
                scored_at={name: draft.saved_at for name, draft in standing.drafts.items()},
            )
    except evaluations.TransitionNotAllowed:
        return "handed_over"
    except evaluations.NotTheAppraiser:
        return "not_yours"
    except evaluations.AchievementMissing:
        return "achievement_missing"
    except evaluations.ResultFollowsUnit:
        return "result_follows_unit"
    except evaluations.ReasonMissing:
        return "reason_missing"
    except evaluations.CalibrationOpen:
        return "calibration_open"
    except evaluations.AlreadyCalibrated:
        return "already_calibrated"
    return ""


def reason_of(standing: Standing) -> str:
    """Return the reason that is stored when the drafts are set."""
    drafts = standing.drafts
    return combined(
        work_result=drafts[WORK_RESULT].reason if WORK_RESULT in drafts else None,
        behavior=drafts[BEHAVIOR].reason if BEHAVIOR in drafts else None,
        earlier=standing.evaluation.reason,
    )
