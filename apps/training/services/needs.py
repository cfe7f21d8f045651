"""Needs: what the schedule proposes from evaluations, and what leaders and officers decide about them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.models import Evaluation
from apps.assessments.rules.predikat import Predikat, Rating
from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, jobs, notify, outbox_archive, policy, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people

from .. import selectors
from ..labels import WITHDRAWN
from ..models import NeedProposal, NeedReason, Topic, TrainingNeed
from ..querysets import OPEN_NEEDS
from ..rules.need_lifecycle import NeedAction, NeedStatus, TransitionNotAllowed, next_status
from ..rules.needs import (
    UNSUR_PREFIX,
    IndicatorResult,
    PersonFacts,
    ProposedNeed,
    ReasonCode,
    propose_needs,
)

__all__ = [
    "NotDelivered",
    "NoteMissing",
    "TransitionNotAllowed",
    "decline_need",
    "drop_first_reason",
    "enqueue_proposals",
    "move_need",
    "plan_need",
    "propose_for_evaluation",
]

ASPECT_PREFIX = "aspect_"
TASK = "training.propose_needs"

_PROPOSED = gettext_noop("Learning is proposed for you after your evaluation: %(topics)s.")
_PLANNED = gettext_noop("Your learning need “%(topic)s” is being planned.")
_DECLINED = gettext_noop(
    "Your learning need “%(topic)s” was marked as not needed. The reason is on your page."
)


class NotDelivered(ValueError):
    """Raised when an evaluation has not been handed to the person yet: its ratings may still change."""


class NoteMissing(ValueError):
    """Raised when a need is declined without a reason."""


@transaction.atomic
def propose_for_evaluation(*, evaluation_id: int, at: datetime) -> list[TrainingNeed]:
    """Propose what the results of one evaluation suggest, tell the person, and return its needs.

    Runs again without harm: what was proposed for the same ratings stays as it is. After an upheld objection the
    needs that no longer follow are withdrawn, unless somebody has acted on them.

    A topic that is open for the person from an earlier evaluation is not proposed a second time: the need gets a
    further reason.

    :raises NotDelivered: if the person has not received the evaluation.
    """
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("government", "period", "employee__user", "appraiser__user", "unit__government")
        .get(pk=evaluation_id)
    )
    if evaluation.delivered_at is None:
        raise NotDelivered
    earlier = NeedProposal.objects.filter(evaluation=evaluation).first()
    if earlier is not None and _basis(earlier) == _basis(evaluation):
        return _needs_of(evaluation)
    unsur = selectors.unsur_of_unit(evaluation.unit, evaluation.period.starts_on, evaluation.period.ends_on)
    proposals = _proposals(evaluation, unsur)
    if earlier is not None:
        _withdraw(evaluation, proposals)
    created = _create(evaluation, proposals, unsur, at)
    NeedProposal.objects.update_or_create(
        evaluation=evaluation,
        defaults={
            "predikat": evaluation.predikat,
            "work_result_rating": evaluation.work_result_rating,
            "behavior_rating": evaluation.behavior_rating,
            "at": at,
            "count": len(created),
        },
    )
    audit.record(
        "training.needs.proposed",
        target=evaluation,
        by=None,
        scope=evaluation.government.code,
        at=at,
        needs=[need.pk for need in created],
    )
    if created:
        notify.send(
            evaluation.employee.user,
            _PROPOSED,
            url=reverse("training:mine"),
            key=f"needs:{evaluation.pk}:{'/'.join(_basis(evaluation))}",
            topics=_listed([need.topic.name for need in created]),
        )
    stamps.bump(*stamp_names(evaluation.employee, evaluation.appraiser), f"unit:{evaluation.unit_id}")
    return _needs_of(evaluation)


def _basis(row: Evaluation | NeedProposal) -> tuple[str, str, str]:
    return (row.predikat, row.work_result_rating, row.behavior_rating)


def _needs_of(evaluation: Evaluation) -> list[TrainingNeed]:
    return list(
        TrainingNeed.objects.filter(evaluation=evaluation).select_related("topic").order_by("priority", "id")
    )


def _listed(names: list[str], limit: int = 3) -> str:
    shown = "; ".join(names[:limit])
    return f"{shown} (+{len(names) - limit})" if len(names) > limit else shown


def _proposals(evaluation: Evaluation, unsur: selectors.UnsurFacts) -> list[ProposedNeed]:
    """Ask the rule about the figures that were stored when the period was closed."""
    day, scope = evaluation.period.ends_on, evaluation.government.code
    priorities = policy.get("training.need_priorities", on=day, scope=scope)
    facts = PersonFacts(
        predikat=Predikat(evaluation.predikat),
        work_result=Rating(evaluation.work_result_rating),
        behavior=Rating(evaluation.behavior_rating),
        indicators=[
            IndicatorResult(
                topic_code=f"{ASPECT_PREFIX}{row['aspect']}",
                label=row["text"],
                percent=Decimal(row["percent"]) if row.get("percent") else None,
            )
            for row in evaluation.inputs.get("indicators", [])
        ],
        unsur_values=unsur.values,
    )
    return propose_needs(
        facts,
        indicator_percent=policy.get("training.indicator_percent", on=day, scope=scope),
        unsur_floor=policy.get("training.unsur_floor", on=day, scope=scope),
        priorities={reason: int(priorities.get(reason.value, 4)) for reason in ReasonCode},
    )


def _create(
    evaluation: Evaluation, proposals: list[ProposedNeed], unsur: selectors.UnsurFacts, at: datetime
) -> list[TrainingNeed]:
    period = evaluation.period
    when = [period.kind, period.starts_on.isoformat(), period.ends_on.isoformat()]
    # One person's evaluations of two periods may be looked at in parallel: the person's row makes them queue.
    type(evaluation.employee).objects.select_for_update(of=("self",)).get(pk=evaluation.employee_id)
    open_topics = {
        need.topic.code: need
        for need in TrainingNeed.objects.filter(employee=evaluation.employee_id, status__in=OPEN_NEEDS)
        .select_related("topic")
        .order_by("-pk")
    }
    created = []
    for proposal in proposals:
        params: dict[str, Any] = {**proposal.reason_params, "period": when}
        if proposal.reason_code is ReasonCode.UNSUR_WEAK:
            code = params["unsur"]
            params |= {"unsur_name": unsur.names.get(code, code), "unit": evaluation.unit.name}
        if proposal.topic_code in open_topics:
            _add_reason(open_topics[proposal.topic_code], evaluation, proposal.reason_code, params, at)
            continue
        need, is_new = TrainingNeed.objects.get_or_create(
            employee=evaluation.employee,
            topic=_topic(proposal.topic_code, unsur),
            evaluation=evaluation,
            reason_code=proposal.reason_code.value,
            defaults={"reason_params": params, "priority": proposal.priority, "proposed_at": at},
        )
        if is_new:
            created.append(need)
    return created


def _add_reason(
    need: TrainingNeed, evaluation: Evaluation, code: ReasonCode, params: dict[str, Any], at: datetime
) -> None:
    """Add what this evaluation says to a need that is open from an earlier one."""
    if need.evaluation_id != evaluation.pk:
        NeedReason.objects.get_or_create(
            need=need, code=code.value, evaluation=evaluation, defaults={"params": params, "at": at}
        )


def _topic(code: str, unsur: selectors.UnsurFacts) -> Topic:
    """Return the topic of a code. A questionnaire of the agency's own may have an unsur that no topic knows yet."""
    name = code
    if code.startswith(UNSUR_PREFIX):
        unsur_code = code.removeprefix(UNSUR_PREFIX)
        name = f"Pelayanan publik: {unsur.names.get(unsur_code, unsur_code)}"
    return Topic.objects.get_or_create(code=code, defaults={"name": name})[0]


def _withdraw(evaluation: Evaluation, proposals: Iterable[ProposedNeed]) -> None:
    kept = {(proposal.topic_code, proposal.reason_code.value) for proposal in proposals}
    for reason in NeedReason.objects.filter(evaluation=evaluation).select_related("need__topic"):
        if (reason.need.topic.code, reason.code) not in kept:
            reason.delete()
    proposed = TrainingNeed.objects.filter(evaluation=evaluation, status=NeedStatus.PROPOSED.value)
    for need in proposed.select_related("topic"):
        if (need.topic.code, need.reason_code) in kept:
            continue
        drop_first_reason(need)


def drop_first_reason(need: TrainingNeed) -> None:
    """Take the first reason of a proposed need away: it lives on by the next one, or is withdrawn without any."""
    other = need.more_reasons.order_by("pk").first()
    if other is None:
        need.status = next_status(NeedStatus.PROPOSED, NeedAction.DECLINE).value
        need.decided_note = WITHDRAWN
        need.save(update_fields=["status", "decided_note"])
        return
    need.reason_code, need.reason_params = other.code, other.params
    need.evaluation_id, need.assessment_id = other.evaluation_id, other.assessment_id
    other.delete()
    need.save(update_fields=["reason_code", "reason_params", "evaluation", "assessment"])


# --- the schedule


def due_evaluations() -> QuerySet[Evaluation]:
    """Return handed-over evaluations whose needs nobody has looked for, or whose objection changed the ratings."""
    proposals = NeedProposal.objects.filter(evaluation=OuterRef("pk"))
    same = proposals.filter(
        predikat=OuterRef("predikat"),
        work_result_rating=OuterRef("work_result_rating"),
        behavior_rating=OuterRef("behavior_rating"),
    )
    return Evaluation.objects.filter(delivered_at__isnull=False).filter(
        ~Exists(proposals) | (Q(status="decided", objection__is_upheld=True) & ~Exists(same))
    )


def enqueue_proposals(limit: int = 500) -> int:
    """Promise a look at every due evaluation, once per set of ratings; return how many promises were new."""
    keyed = due_evaluations().annotate(
        promise=Concat(
            Value("needs:"),
            Cast("pk", CharField()),
            Value(":"),
            F("predikat"),
            Value(":"),
            F("work_result_rating"),
            Value(":"),
            F("behavior_rating"),
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


# --- decisions


@transaction.atomic
def plan_need(*, need_id: int, by: Any, at: datetime, note: str = "") -> TrainingNeed:
    """Take a need up: something will be done about it.

    :raises TransitionNotAllowed: if it is planned or done already.
    """
    need = move_need(need_id=need_id, action=NeedAction.PLAN, by=by, at=at, note=note)
    notify.send(need.employee.user, _PLANNED, url=reverse("training:mine"), topic=need.topic.name)
    return need


@transaction.atomic
def decline_need(*, need_id: int, note: str, by: Any, at: datetime) -> TrainingNeed:
    """Say that nothing needs to be done, and why.

    :raises NoteMissing: without a reason.
    :raises TransitionNotAllowed: if it is done or declined already.
    """
    if not note.strip():
        raise NoteMissing
    need = move_need(need_id=need_id, action=NeedAction.DECLINE, by=by, at=at, note=note)
    notify.send(need.employee.user, _DECLINED, url=reverse("training:mine"), topic=need.topic.name)
    return need


def move_need(
    *, need_id: int, action: NeedAction, by: Any, at: datetime, note: str | None = None
) -> TrainingNeed:
    """Move one need along its lifecycle, in the caller's transaction; without a `note` the old one stays.

    :raises TransitionNotAllowed: if the action does not apply to its status.
    """
    need = (
        TrainingNeed.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government", "topic")
        .get(pk=need_id)
    )
    need.status = next_status(NeedStatus(need.status), action).value
    if note is not None:
        need.decided_note = note.strip()
    need.save(update_fields=["status", "decided_note"])
    audit.record(
        f"training.need.{_PAST[action]}",
        target=need,
        by=account_of(by),
        scope=need.employee.government.code,
        at=at,
        status=need.status,
    )
    day = local_date(at, need.employee.government.timezone)
    stamps.bump(*stamp_names(need.employee, people.appraiser_on(need.employee, day)))
    return need


_PAST = {
    NeedAction.PLAN: "planned",
    NeedAction.DECLINE: "declined",
    NeedAction.RELEASE: "released",
    NeedAction.FULFIL: "fulfilled",
}
