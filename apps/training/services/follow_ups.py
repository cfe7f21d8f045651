"""Consequences of results (tindak lanjut): the schedule proposes, a person decides; nothing happens by itself.

What follows from which predikat: rules/follow_up.py and the policies. Which state leads where:
rules/follow_up_lifecycle.py.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.models import Evaluation
from apps.assessments.rules.evaluation_lifecycle import EvaluationStatus, is_final
from apps.assessments.rules.predikat import Predikat
from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, jobs, notify, outbox_archive, policy, stamps
from apps.employees.models import Employee

from ..models import CoachingNote, FollowUp, FollowUpProposal, Recognition
from ..permissions import may_decide_follow_up
from ..rules.follow_up import FollowUpKind, after_improvement, proposed_kinds, table_from
from ..rules.follow_up_lifecycle import FollowUpAction, FollowUpStatus, TransitionNotAllowed, next_status

__all__ = [
    "DaysMissing",
    "NotFinal",
    "NotForYou",
    "ReasonMissing",
    "TransitionNotAllowed",
    "attach_act",
    "conclude",
    "decide",
    "decline",
    "enqueue_proposals",
    "propose_for_evaluation",
]

TASK = "training.propose_follow_ups"
FINAL = tuple(status.value for status in EvaluationStatus if is_final(status))

_TO_DECIDE = gettext_noop("A result you gave is final. What follows from it waits for your decision.")
_DECIDED = gettext_noop("It was decided what follows from your result. Read it on your page.")
_CONCLUDED = gettext_noop("The outcome of your period to improve was written down.")


class NotFinal(ValueError):
    """Raised when a result can still change: nothing follows from it yet."""


class NotForYou(ValueError):
    """Raised when somebody decides what another office decides, or decides for themselves."""


class ReasonMissing(ValueError):
    """Raised when it is declined without a reason, or concluded without saying what came of it."""


class DaysMissing(ValueError):
    """Raised when a period to improve has no first day, or ends before it begins."""


# The schedule


@transaction.atomic
def propose_for_evaluation(*, evaluation_id: int, at: datetime) -> list[FollowUp]:
    """Propose what a final result suggests and tell the appraiser; return what is open for this result.

    Runs again without harm. If the result was changed, what nobody has decided yet is cancelled and proposed anew.

    :raises NotFinal: if the result may still change.
    """
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("government", "period", "employee__user", "appraiser__user")
        .get(pk=evaluation_id)
    )
    if not is_final(EvaluationStatus(evaluation.status)):
        raise NotFinal
    earlier = FollowUpProposal.objects.filter(evaluation=evaluation).first()
    if earlier is None or (earlier.version, earlier.predikat) != (evaluation.version, evaluation.predikat):
        _cancel_outdated(evaluation, at)
        created = _create(evaluation, at)
        FollowUpProposal.objects.update_or_create(
            evaluation=evaluation,
            defaults={"version": evaluation.version, "predikat": evaluation.predikat, "at": at},
        )
        audit.record(
            "training.follow_ups.proposed",
            target=evaluation,
            by=None,
            scope=evaluation.government.code,
            at=at,
            version=evaluation.version,
            follow_ups=[row.pk for row in created],
        )
        if created and evaluation.appraiser is not None:
            notify.send(
                evaluation.appraiser.user,
                _TO_DECIDE,
                url=reverse("training:follow-up-list"),
                key=f"follow-ups:{evaluation.pk}:{evaluation.version}",
            )
        stamps.bump(*stamp_names(evaluation.appraiser), f"unit:{evaluation.unit_id}")
    return list(
        FollowUp.objects.filter(evaluation=evaluation, status=FollowUpStatus.PROPOSED.value).order_by("pk")
    )


def _cancel_outdated(evaluation: Evaluation, at: datetime) -> None:
    waiting = FollowUp.objects.select_for_update().filter(
        evaluation=evaluation, status=FollowUpStatus.PROPOSED.value, reason_code="predikat"
    )
    for row in waiting:
        row.status = next_status(FollowUpStatus.PROPOSED, FollowUpAction.CANCEL).value
        row.save(update_fields=["status"])
        _audit("cancelled", row, None, at, evaluation.government.code)


def _create(evaluation: Evaluation, at: datetime) -> list[FollowUp]:
    period = evaluation.period
    is_yearly = period.kind == "yearly" and not evaluation.is_part
    key = "training.follow_ups_yearly" if is_yearly else "training.follow_ups_periodic"
    table = table_from(policy.get(key, on=period.ends_on, scope=evaluation.government.code))
    params = {
        "predikat": evaluation.predikat,
        "period": [period.kind, period.starts_on.isoformat(), period.ends_on.isoformat()],
    }
    return [
        FollowUp.objects.create(
            evaluation=evaluation,
            employee=evaluation.employee,
            kind=kind.value,
            version=evaluation.version,
            reason_code="predikat",
            reason_params=params,
            proposed_at=at,
        )
        for kind in proposed_kinds(Predikat(evaluation.predikat), table)
    ]


def due_evaluations() -> QuerySet[Evaluation]:
    """Return final results whose consequences nobody has looked for, or not of this version."""
    looked = FollowUpProposal.objects.filter(
        evaluation=OuterRef("pk"), version=OuterRef("version"), predikat=OuterRef("predikat")
    )
    return Evaluation.objects.filter(status__in=FINAL).filter(~Exists(looked))


def enqueue_proposals(limit: int = 500) -> int:
    """Promise a look at every due result, once per version; return how many promises were new."""
    keyed = due_evaluations().annotate(
        promise=Concat(
            Value("follow-ups:"),
            Cast("pk", CharField()),
            Value(":"),
            Cast("version", CharField()),
            Value(":"),
            F("predikat"),
            output_field=CharField(),
        )
    )
    waiting = (
        keyed.exclude(outbox_archive.was_promised(OuterRef("promise"), scope=OuterRef("government__code")))
        .order_by("delivered_at", "pk")
        .values_list("pk", "promise", "government__code")[:limit]
    )
    promised = [
        jobs.enqueue(TASK, scope=scope, key=promise, evaluation_id=pk) for pk, promise, scope in waiting
    ]
    return sum(message is not None for message in promised)


# Decisions


@transaction.atomic
def decide(
    *,
    follow_up_id: int,
    by: Any,
    at: datetime,
    note: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> FollowUp:
    """Decide that it shall be; the person is told. A period to improve needs its first and last day.

    :raises TransitionNotAllowed: if it was decided, declined or cancelled before.
    :raises NotForYou: if somebody else decides this kind.
    :raises DaysMissing: for a period without days in the right order.
    """
    row = _locked(follow_up_id)
    status = next_status(FollowUpStatus(row.status), FollowUpAction.DECIDE)
    _refuse_strangers(by, row)
    if row.kind == FollowUpKind.IMPROVEMENT_PERIOD.value:
        if starts_on is None or ends_on is None or ends_on <= starts_on:
            raise DaysMissing
        row.starts_on, row.ends_on = starts_on, ends_on
    _settle(row, status, note, by, at)
    row.save()
    _audit("decided", row, by, at, row.employee.government.code)
    notify.send(row.employee.user, _DECIDED, url=reverse("training:mine") + "#tindak-lanjut")
    _bump(row)
    return row


@transaction.atomic
def decline(*, follow_up_id: int, note: str, by: Any, at: datetime) -> FollowUp:
    """Decide that it shall not be, and say why. The person is not told: nothing happens to them.

    :raises TransitionNotAllowed: if it was decided, declined or cancelled before.
    :raises NotForYou: if somebody else decides this kind.
    :raises ReasonMissing: without a reason.
    """
    row = _locked(follow_up_id)
    status = next_status(FollowUpStatus(row.status), FollowUpAction.DECLINE)
    _refuse_strangers(by, row)
    if not note.strip():
        raise ReasonMissing
    _settle(row, status, note, by, at)
    row.save()
    _audit("declined", row, by, at, row.employee.government.code)
    _bump(row)
    return row


@transaction.atomic
def conclude(*, follow_up_id: int, improved: bool, outcome: str, by: Any, at: datetime) -> FollowUp:
    """Write down what came of it. A period that did not help proposes a review of the placement, to be decided (FUP-4).

    :raises TransitionNotAllowed: if it was not decided, or concluded before.
    :raises NotForYou: if somebody else decides this kind.
    :raises ReasonMissing: without saying what came of it.
    """
    row = _locked(follow_up_id)
    status = next_status(FollowUpStatus(row.status), FollowUpAction.CONCLUDE)
    _refuse_strangers(by, row)
    if not outcome.strip():
        raise ReasonMissing
    row.status = status.value
    row.improved = improved
    row.outcome = outcome.strip()
    row.concluded_at = at
    row.save()
    _audit("concluded", row, by, at, row.employee.government.code, improved=improved)
    if row.kind == FollowUpKind.IMPROVEMENT_PERIOD.value:
        for kind in after_improvement(improved=improved):
            FollowUp.objects.create(
                evaluation=row.evaluation,
                employee=row.employee,
                kind=kind.value,
                version=row.version,
                reason_code="not_improved",
                reason_params=row.reason_params,
                follows=row,
                proposed_at=at,
            )
    notify.send(row.employee.user, _CONCLUDED, url=reverse("training:mine") + "#tindak-lanjut")
    _bump(row)
    return row


@transaction.atomic
def attach_act(
    *,
    follow_up_id: int,
    by: Any,
    at: datetime,
    coaching: CoachingNote | None = None,
    recognition: Recognition | None = None,
) -> FollowUp:
    """Note with which act a decision was carried out; the first one stays."""
    row = _locked(follow_up_id)
    if row.status != FollowUpStatus.DECIDED.value:
        return row
    if row.kind == FollowUpKind.COACHING.value and row.coaching_id is None and coaching is not None:
        row.coaching = coaching
    elif row.kind == FollowUpKind.REWARD.value and row.recognition_id is None and recognition is not None:
        row.recognition = recognition
    else:
        return row
    row.save(update_fields=["coaching", "recognition"])
    _audit("carried_out", row, by, at, row.employee.government.code)
    return row


def _locked(follow_up_id: int) -> FollowUp:
    return (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government", "evaluation__appraiser__user")
        .get(pk=follow_up_id)
    )


def _refuse_strangers(by: Any, row: FollowUp) -> None:
    user = by.user if isinstance(by, Employee) else by
    if user is None or not may_decide_follow_up(user, row):
        raise NotForYou


def _settle(row: FollowUp, status: FollowUpStatus, note: str, by: Any, at: datetime) -> None:
    row.status = status.value
    row.note = note.strip()
    row.decided_by = by.user if isinstance(by, Employee) else by
    row.decided_at = at


def _audit(verb: str, row: FollowUp, by: Any, at: datetime, scope: str, **data: Any) -> None:
    audit.record(
        f"training.follow_up.{verb}",
        target=row,
        by=account_of(by),
        scope=scope,
        at=at,
        evaluation=row.evaluation_id,
        kind=row.kind,
        status=row.status,
        **data,
    )


def _bump(row: FollowUp) -> None:
    stamps.bump(*stamp_names(row.employee, row.evaluation.appraiser), f"unit:{row.evaluation.unit_id}")
