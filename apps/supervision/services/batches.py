"""The rest of a list is accepted together once its sample was read, and taken back within some minutes.

Reports only, never ratings. What was on the confirmed page is looked at again, one by one: what changed meanwhile is
left out with its reason.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from apps.assessments.services import report_batches
from apps.assessments.services.actors import account_of
from apps.core import audit
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ..models import BatchAcceptance, BatchItem, ReviewDraw
from ..rules.ordinary import Exclusion
from ..selectors import sampling
from .readings import NoteMissing, NotTheSupervisor

__all__ = [
    "BatchExists",
    "NotTheSupervisor",
    "NoteMissing",
    "NothingToAccept",
    "NothingToUndo",
    "SampleNotRead",
    "TooManyFindings",
    "UndoTooLate",
    "accept_batch",
    "undo_batch",
]


class SampleNotRead(Exception):
    """Raised when drawn reports have no verdict yet; nothing is accepted before."""


class TooManyFindings(Exception):
    """Raised when the sample found so much that the rest has to be read one by one."""


class BatchExists(Exception):
    """Raised when the rest of this list was accepted already."""


class NothingToAccept(Exception):
    """Raised when none of the reports can be accepted together any more."""


class UndoTooLate(Exception):
    """Raised when the minutes in which a batch can be taken back are over, or it was taken back already."""


class NothingToUndo(Exception):
    """Raised when every report of a batch was used since; nothing changes."""


@transaction.atomic
def accept_batch(
    *, draw_id: int, report_ids: Collection[int], note: str, by: Employee, at: datetime
) -> BatchAcceptance:
    """Accept the reports of a list that are still ordinary and stood on the page that was confirmed.

    :raises NotTheSupervisor: if it is another supervisor's list.
    :raises NoteMissing: without a note.
    :raises SampleNotRead: unless every drawn report was opened and judged.
    :raises TooManyFindings: if the sample found too much.
    :raises BatchExists: if the rest was accepted already.
    :raises NothingToAccept: if none of the reports is left.
    """
    draw = _locked(draw_id)
    if draw.supervisor_id != by.pk:
        raise NotTheSupervisor
    if not note.strip():
        raise NoteMissing
    standing = sampling.standings_of([draw])[draw.pk]
    if not draw.is_drawn or not standing.is_read:
        raise SampleNotRead
    day = local_date(at, draw.period.cycle.government.timezone)
    if sampling.is_refused_by_findings(draw, standing, day):
        raise TooManyFindings
    if sampling.batch_in_force(draw) is not None:
        raise BatchExists
    outcomes: dict[int, tuple[int, str]] = {}
    chosen: dict[int, int] = {}
    for candidate in sampling.candidates_of(draw, day):
        report = candidate.report
        if candidate.reason is Exclusion.DRAWN:
            continue
        if candidate.reason is None and report.pk in report_ids:
            chosen[report.pk] = report.version
        else:
            reason = candidate.reason or Exclusion.UNSEEN
            outcomes[report.pk] = (report.version, reason.value)
    accepted = report_batches.accept_reports(versions=chosen, note=note.strip(), by=by, at=at)
    if "accepted" not in accepted.values():
        raise NothingToAccept
    outcomes |= {pk: (chosen[pk], outcome) for pk, outcome in accepted.items()}
    minutes = max(0, sampling.setting("batch_undo_minutes", draw.period, day))
    batch = BatchAcceptance.objects.create(
        draw=draw, by=by, note=note.strip(), at=at, undo_until=at + timedelta(minutes=minutes)
    )
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, report_id=pk, version=version, outcome=outcome)
        for pk, (version, outcome) in sorted(outcomes.items())
    )
    audit.record(
        "supervision.batch.accepted",
        target=batch,
        by=account_of(by),
        scope=draw.period.cycle.government.code,
        at=at,
        draw=draw.pk,
        accepted=sorted(pk for pk, outcome in accepted.items() if outcome == "accepted"),
        left_out=sorted(pk for pk, (_version, outcome) in outcomes.items() if outcome != "accepted"),
    )
    return batch


@transaction.atomic
def undo_batch(*, batch_id: int, by: Employee, at: datetime) -> BatchAcceptance:
    """Let the reports of a batch wait for their review again; what was used since stays accepted, with the reason.

    :raises NotTheSupervisor: if somebody else accepted it.
    :raises UndoTooLate: after its time, or when it was taken back already.
    :raises NothingToUndo: if every report was used since.
    """
    draw_id = BatchAcceptance.objects.values_list("draw_id", flat=True).get(pk=batch_id)
    draw = _locked(draw_id)
    batch = BatchAcceptance.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.by_id != by.pk:
        raise NotTheSupervisor
    if batch.undone_at is not None or at > batch.undo_until:
        raise UndoTooLate
    items = list(batch.items.filter(outcome="accepted"))
    outcomes = report_batches.reopen_reports(
        versions={item.report_id: item.version for item in items}, by=by, at=at
    )
    if "reopened" not in outcomes.values():
        raise NothingToUndo
    for item in items:
        item.undo_outcome = outcomes[item.report_id]
    BatchItem.objects.bulk_update(items, ["undo_outcome"], batch_size=500)
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    audit.record(
        "supervision.batch.undone",
        target=batch,
        by=account_of(by),
        scope=draw.period.cycle.government.code,
        at=at,
        reopened=sorted(pk for pk, outcome in outcomes.items() if outcome == "reopened"),
        kept=sorted(pk for pk, outcome in outcomes.items() if outcome != "reopened"),
    )
    return batch


def _locked(draw_id: int) -> ReviewDraw:
    return (
        ReviewDraw.objects.select_for_update(of=("self",))
        .select_related("period__cycle__government", "supervisor__user")
        .get(pk=draw_id)
    )
