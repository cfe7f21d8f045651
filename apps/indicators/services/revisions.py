"""Changing an approved plan within the year (PLN-12), and the versions that every approval leaves behind.

A change is written in a working copy: a plan with `revises` set, on the same pages, sent and decided on as usual.
Its approval rewrites the approved rows in place, so that whatever hangs on them (progress, reports, plans of
subordinates) stays attached. New rows move over; dropped rows move to the copy, where old references still find
them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_noop

from .. import selectors
from ..labels import RevisionReasonChoices
from ..models import AnnexItem, BehaviorExpectation, Indicator, Skp, SkpVersion, WorkResult
from ..rules.lifecycle import SkpAction, SkpStatus, TransitionNotAllowed, next_status
from .guard import applying
from .steps import decide, employee_of, locked, locked_with_original, move, next_revision, record, tell, wake

# What belongs to the row itself; everything else is content and is carried over.
OWN = {"id", "skp", "result", "revised_from", "changed_in"}


class ReasonRequired(ValueError):
    """Raised when an approved plan is to change without a known kind of reason and words for it."""


class RevisionExists(Exception):
    """Raised when a change of this plan is being written already."""

    def __init__(self, skp: Skp) -> None:
        super().__init__(f"SKP {skp.pk} revises it")
        self.skp = skp


@transaction.atomic
def begin_revision(*, skp_id: int, reason: str, note: str, by: Any, at: datetime) -> Skp:
    """Copy an approved plan into a working copy that can be edited; the plan itself stays in force.

    :raises ReasonRequired: if the kind of reason is unknown or the words are missing.
    :raises TransitionNotAllowed: if the plan is not approved (or is a working copy itself).
    :raises RevisionExists: if somebody is changing it already.
    """
    if reason not in RevisionReasonChoices.values or not note.strip():
        raise ReasonRequired
    plan = locked(skp_id)
    if plan.status != SkpStatus.APPROVED.value or plan.is_revision:
        raise TransitionNotAllowed(SkpStatus(plan.status), SkpAction.SUBMIT)
    existing = Skp.objects.open_revisions().filter(revises=plan).first()
    if existing is not None:
        raise RevisionExists(existing)
    _keep_first_version(plan)
    copy = Skp.objects.create(
        employee=plan.employee,
        government=plan.government,
        placement=plan.placement,
        unit=plan.unit,
        appraiser=plan.appraiser,
        appraiser_name=plan.appraiser_name,
        year=plan.year,
        period=plan.period,
        approach=plan.approach,
        layout=plan.layout,
        revises=plan,
        revision_reason=reason,
        revision_note=note.strip(),
    )
    _copy_rows(plan, copy)
    decide(plan, "revise", by, at, note=copy.revision_note)
    record("revision_begun", copy, by, at=at, revises=plan.pk, reason=reason)
    actor = employee_of(by)
    if actor is None or actor.pk != plan.employee_id:
        tell(
            plan.employee,
            gettext_noop("Your plan (SKP) for %(year)s is to be changed. Open it, change it and send it."),
            copy,
        )
    wake(plan)
    return copy


@transaction.atomic
def withdraw_revision(*, skp_id: int, by: Any, at: datetime) -> Skp:
    """Give a change up before it is decided on. What was written in it can still be read.

    :raises TransitionNotAllowed: if it was taken over or given up before, or is no working copy.
    """
    copy, plan = locked_with_original(skp_id)
    was_sent = copy.status == SkpStatus.SUBMITTED.value
    _withdraw(copy, by, at)
    if plan is not None:
        decide(plan, SkpAction.WITHDRAW.value, by, at)
        if was_sent:
            tell(
                copy.appraiser,
                gettext_noop("%(name)s gave up the change of the plan (SKP) for %(year)s."),
                plan,
                name=copy.employee.full_name,
            )
    return copy


def end_open_revision(plan: Skp, by: Any, at: datetime) -> None:
    """Give up the open change of a plan that is being closed; call it with the plan's row held."""
    copy = Skp.objects.open_revisions().filter(revises=plan).values_list("pk", flat=True).first()
    if copy is not None:
        _withdraw(locked(copy), by, at)
        decide(plan, SkpAction.WITHDRAW.value, by, at)


def _withdraw(copy: Skp, by: Any, at: datetime) -> None:
    copy.status = next_status(SkpStatus(copy.status), SkpAction.WITHDRAW, is_copy=copy.is_revision).value
    move(copy, SkpAction.WITHDRAW, by, at)


def keep_version(plan: Skp, by: Any, at: datetime, *, reason: str = "", note: str = "") -> SkpVersion:
    """Count a new approved version of a plan and keep its content; the caller holds the plan's row."""
    plan.version += 1
    plan.save(update_fields=["version"])
    return SkpVersion.objects.create(
        skp=plan,
        version=plan.version,
        content=selectors.content_of(selectors.whole(Skp.objects).get(pk=plan.pk)),
        reason=reason,
        note=note,
        appraiser_name=plan.appraiser_name,
        approved_by=employee_of(by),
        approved_at=at,
    )


def _keep_first_version(plan: Skp) -> None:
    # A plan that was approved before versions were kept gets its first one when it is about to change.
    if plan.version == 0 and plan.approved_at is not None:
        approval = plan.decisions.filter(action=SkpAction.APPROVE.value).last()
        keep_version(plan, approval.by if approval else None, plan.approved_at)


# --- copying and taking over


def _content_fields(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.name not in OWN]


def _twin(row: Any, **place: Any) -> Any:
    values = {name: getattr(row, name) for name in _content_fields(type(row))}
    return type(row)(**values, revised_from_id=row.pk, **place)


def _copy_rows(plan: Skp, copy: Skp) -> None:
    results = list(WorkResult.objects.filter(skp=plan).order_by("pk"))
    twins = WorkResult.objects.bulk_create([_twin(row, skp=copy) for row in results])
    twin_of = {row.revised_from_id: row for row in twins}
    Indicator.objects.bulk_create(
        [
            _twin(row, result=twin_of[row.result_id])
            for row in Indicator.objects.filter(result__skp=plan).order_by("pk")
        ]
    )
    AnnexItem.objects.bulk_create(
        [_twin(row, skp=copy) for row in AnnexItem.objects.filter(skp=plan).order_by("pk")]
    )
    BehaviorExpectation.objects.bulk_create(
        [
            BehaviorExpectation(skp=copy, value=row.value, expectation=row.expectation)
            for row in plan.behaviors.all()
        ]
    )


def take_over(copy: Skp, plan: Skp, by: Any, at: datetime) -> SkpVersion:
    """Make the content of an approved working copy the content of the plan; both rows are held by the caller."""
    with applying():
        revision = next_revision(plan)
        results = list(WorkResult.objects.filter(skp=plan))
        twins = list(WorkResult.objects.filter(skp=copy))
        indicators = list(Indicator.objects.filter(result__skp=plan))
        twin_indicators = list(Indicator.objects.filter(result__skp=copy))
        kept = {twin.revised_from_id: twin for twin in twins if twin.revised_from_id}
        original_of = {twin.pk: twin.revised_from_id or twin.pk for twin in twins}
        _take_rows(results, twins, revision, plan=plan, drop_to=lambda _row: {"skp": copy})
        _take_rows(
            [row for row in indicators if row.result_id in kept],
            [row for row in twin_indicators if original_of[row.result_id] in kept],
            revision,
            plan=plan,
            move_to=lambda row: {"result_id": original_of[row.result_id]},
            drop_to=lambda row: {"result_id": kept[row.result_id].pk},
        )
        _take_rows(
            list(AnnexItem.objects.filter(skp=plan)),
            list(AnnexItem.objects.filter(skp=copy)),
            revision,
            plan=plan,
            drop_to=lambda _row: {"skp": copy},
        )
        _take_behaviors(copy, plan, revision)
        plan.appraiser, plan.appraiser_name, plan.approved_at = copy.appraiser, copy.appraiser_name, at
        plan.save(update_fields=["appraiser", "appraiser_name", "approved_at"])
    return keep_version(plan, by, at, reason=copy.revision_reason, note=copy.revision_note)


def _take_rows(
    rows: Sequence[Any],
    twins: Sequence[Any],
    revision: int,
    *,
    plan: Skp,
    drop_to: Any,
    move_to: Any = None,
) -> None:
    """Rewrite what was kept, move over what is new, and move away what was dropped."""
    originals = {row.pk: row for row in rows}
    kept = set()
    for twin in twins:
        original = originals.get(twin.revised_from_id)
        if original is None:
            for name, value in (move_to(twin) if move_to else {"skp": plan}).items():
                setattr(twin, name, value)
            twin.changed_in = revision
            twin.save()
            continue
        kept.add(original.pk)
        changed = [
            name for name in _content_fields(type(twin)) if getattr(original, name) != getattr(twin, name)
        ]
        if changed:
            for name in changed:
                setattr(original, name, getattr(twin, name))
            original.changed_in = revision
            original.save()
    for row in rows:
        if row.pk not in kept:
            for name, value in drop_to(row).items():
                setattr(row, name, value)
            row.save()


def _take_behaviors(copy: Skp, plan: Skp, revision: int) -> None:
    stored = {row.value: row for row in plan.behaviors.all()}
    for row in copy.behaviors.all():
        if row.value not in stored:
            BehaviorExpectation.objects.create(
                skp=plan, value=row.value, expectation=row.expectation, changed_in=revision
            )
        elif stored[row.value].expectation != row.expectation:
            stored[row.value].expectation = row.expectation
            stored[row.value].changed_in = revision
            stored[row.value].save()
