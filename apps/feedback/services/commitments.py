"""Promises made at a meeting with the public, one function per verb. States: `rules/commitment_lifecycle.py`.

The owner works on it; that it was kept is said by somebody else, in words that the public reads.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Employee

from ..models import Commitment, CommitmentEvent, Consultation, ConsultationPoint
from ..rules.commitment_lifecycle import (
    CommitmentAction,
    CommitmentStatus,
    TransitionNotAllowed,
    is_open,
    next_status,
)
from .complaints import head_above
from .consultations import WrongStage, clean_words
from .improvement import DueInPast, NotByYourself, ResponsibleNotHere, account_of

__all__ = [
    "CommitmentClosed",
    "DueInPast",
    "NotByYourself",
    "ResponsibleNotHere",
    "TransitionNotAllowed",
    "WrongStage",
    "fail_commitment",
    "keep_commitment",
    "make_commitment",
    "note_progress",
    "remind_due",
    "resume_commitment",
    "start_commitment",
]


class CommitmentClosed(Exception):
    """Raised when progress is to be noted on a promise that is settled."""


@transaction.atomic
def make_commitment(
    *, point_id: int, text: str, owner: Employee, due_on: date, by: Any, at: datetime
) -> Commitment:
    """Promise something because of a point, with an owner and a day.

    :raises WrongStage: if the minutes are published, or the meeting was cancelled.
    :raises WordsMissing, PersonalDataFound: see consultations.
    :raises ResponsibleNotHere, DueInPast: see improvement.
    """
    point = ConsultationPoint.objects.get(pk=point_id)
    consultation = (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("government")
        .get(pk=point.consultation_id)
    )
    if consultation.cancelled_at is not None or consultation.published_at is not None:
        raise WrongStage
    words = clean_words(text)
    if not owner.is_active or owner.government_id != consultation.government_id:
        raise ResponsibleNotHere
    if due_on < local_date(at, consultation.government.timezone):
        raise DueInPast
    commitment = Commitment.objects.create(point=point, text=words, owner=owner, due_on=due_on, made_at=at)
    commitment = _locked(commitment.pk)
    _event(commitment, "make", words, by, at)
    _audit(commitment, "made", by, at, point=point.pk, due_on=due_on)
    _tell(
        commitment,
        owner.user,
        gettext_noop("You own a promise to the public: “%(promise)s”, due on %(due)s."),
        key=f"promise:{commitment.pk}:new",
    )
    return commitment


@transaction.atomic
def start_commitment(*, commitment_id: int, by: Any, at: datetime) -> Commitment:
    """Begin to work on it.

    :raises TransitionNotAllowed: if that was done before, or it is settled.
    """
    commitment = _locked(commitment_id)
    _move(commitment, CommitmentAction.START, "", by, at)
    return commitment


@transaction.atomic
def note_progress(*, commitment_id: int, text: str, by: Any, at: datetime) -> Commitment:
    """Say how far it is; the public reads it once the minutes are published.

    :raises CommitmentClosed: if it is settled.
    :raises WordsMissing, PersonalDataFound: see consultations.
    """
    commitment = _locked(commitment_id)
    if not is_open(CommitmentStatus(commitment.status)):
        raise CommitmentClosed
    _event(commitment, "note", clean_words(text), by, at)
    _audit(commitment, "progress_noted", by, at)
    return commitment


@transaction.atomic
def keep_commitment(*, commitment_id: int, outcome: str, by: Any, at: datetime) -> Commitment:
    """Say that the promise was kept, and how.

    :raises TransitionNotAllowed: if nobody has begun, or it is settled.
    :raises NotByYourself: for its owner.
    :raises WordsMissing, PersonalDataFound: see consultations.
    """
    commitment = _locked(commitment_id)
    next_status(CommitmentStatus(commitment.status), CommitmentAction.KEEP)
    _refuse_owner(commitment, by)
    commitment.outcome, commitment.settled_at = clean_words(outcome), at
    _move(commitment, CommitmentAction.KEEP, outcome, by, at)
    _tell(commitment, commitment.owner.user, gettext_noop("Your promise “%(promise)s” counts as kept."))
    return commitment


@transaction.atomic
def fail_commitment(*, commitment_id: int, reason: str, by: Any, at: datetime) -> Commitment:
    """Say that the promise was not kept, and why; the public reads both.

    :raises TransitionNotAllowed: if it is settled.
    :raises WordsMissing, PersonalDataFound: see consultations.
    """
    commitment = _locked(commitment_id)
    next_status(CommitmentStatus(commitment.status), CommitmentAction.FAIL)
    commitment.reason, commitment.settled_at = clean_words(reason), at
    _move(commitment, CommitmentAction.FAIL, reason, by, at)
    _tell(commitment, commitment.owner.user, gettext_noop("Your promise “%(promise)s” counts as not kept."))
    return commitment


@transaction.atomic
def resume_commitment(*, commitment_id: int, text: str, due_on: date, by: Any, at: datetime) -> Commitment:
    """Take a promise up again that was not kept, with a new day; the history keeps the old one.

    :raises TransitionNotAllowed: if it was not given up.
    :raises NotByYourself: for its owner: nobody moves their own day.
    :raises DueInPast: see there.
    :raises WordsMissing, PersonalDataFound: see consultations.
    """
    commitment = _locked(commitment_id)
    next_status(CommitmentStatus(commitment.status), CommitmentAction.RESUME)
    _refuse_owner(commitment, by)
    words = clean_words(text)
    if due_on < local_date(at, _consultation(commitment).government.timezone):
        raise DueInPast
    commitment.due_on, commitment.settled_at, commitment.reason = due_on, None, ""
    _move(commitment, CommitmentAction.RESUME, words, by, at)
    _tell(
        commitment,
        commitment.owner.user,
        gettext_noop("You own a promise to the public: “%(promise)s”, due on %(due)s."),
    )
    return commitment


def remind_due(*, now: datetime) -> int:
    """Remind owners of what is due soon, and tell the head as well of what is late; once per promised day."""
    running = (
        Commitment.objects.open()
        .exclude(late_told_for=F("due_on"))
        .filter(point__consultation__cancelled_at__isnull=True)
        .select_related("point__consultation__government")
    )
    told = 0
    for commitment in running.order_by("due_on", "id"):
        government = commitment.point.consultation.government
        today = local_date(now, government.timezone)
        soon = int(policy.get("feedback.plan_soon_days", on=today, scope=government.code))
        was_told = today <= commitment.due_on == commitment.soon_told_for
        if (commitment.due_on - today).days <= soon and not was_told:
            told += _remind(commitment.pk, today)
    return told


@transaction.atomic
def _remind(commitment_id: int, today: date) -> int:
    commitment = _locked(commitment_id)
    if not is_open(CommitmentStatus(commitment.status)):
        return 0
    if today > commitment.due_on:
        if commitment.late_told_for == commitment.due_on:
            return 0
        commitment.late_told_for = commitment.due_on
        commitment.save(update_fields=["late_told_for"])
        unit = _consultation(commitment).unit
        head = organization.head_on(unit, today)
        if head is None or head.pk == commitment.owner_id:
            head = head_above(unit, today)
        people = [commitment.owner.user, head.user if head else None]
        for user in {user.pk: user for user in people if user is not None}.values():
            _tell(
                commitment,
                user,
                gettext_noop("The promise “%(promise)s” is past its day (%(due)s). The public sees that."),
                key=f"promise:{commitment.pk}:late:{commitment.due_on}:{user.pk}",
            )
        return 1
    if commitment.soon_told_for == commitment.due_on:
        return 0
    commitment.soon_told_for = commitment.due_on
    commitment.save(update_fields=["soon_told_for"])
    _tell(
        commitment,
        commitment.owner.user,
        gettext_noop("The promise “%(promise)s” is due on %(due)s."),
        key=f"promise:{commitment.pk}:soon:{commitment.due_on}",
    )
    return 1


def _locked(commitment_id: int) -> Commitment:
    return (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("owner__user", "point__consultation__government", "point__consultation__unit")
        .get(pk=commitment_id)
    )


def _consultation(commitment: Commitment) -> Consultation:
    return commitment.point.consultation


def _refuse_owner(commitment: Commitment, by: Any) -> None:
    user = account_of(by)
    if user is None or user.pk == commitment.owner.user_id:
        raise NotByYourself


_PAST = {
    CommitmentAction.START: "started",
    CommitmentAction.KEEP: "kept",
    CommitmentAction.FAIL: "not_kept",
    CommitmentAction.RESUME: "resumed",
}


def _move(commitment: Commitment, action: CommitmentAction, text: str, by: Any, at: datetime) -> None:
    commitment.status = next_status(CommitmentStatus(commitment.status), action).value
    commitment.save()
    _event(commitment, action.value, text, by, at)
    _audit(commitment, _PAST[action], by, at, status=commitment.status, due_on=commitment.due_on)


def _event(commitment: Commitment, action: str, text: str, by: Any, at: datetime) -> None:
    CommitmentEvent.objects.create(
        commitment=commitment,
        action=action,
        status_after=commitment.status,
        text=text.strip(),
        due_on=commitment.due_on,
        by=account_of(by),
        at=at,
    )


def _audit(commitment: Commitment, verb: str, by: Any, at: datetime, **data: Any) -> None:
    consultation = _consultation(commitment)
    audit.record(
        f"feedback.commitment.{verb}",
        target=commitment,
        by=by,
        scope=consultation.government.code,
        at=at,
        **data,
    )
    names = [f"unit:{consultation.unit_id}"]
    if commitment.owner.user_id:
        names.append(f"user:{commitment.owner.user_id}")
    stamps.bump(*names)


def _tell(commitment: Commitment, user: Any, text: str, *, key: str | None = None) -> None:
    notify.send(
        user,
        text,
        url=reverse("feedback:commitment-detail", args=[commitment.pk]),
        key=key,
        promise=commitment.text[:120],
        due=commitment.due_on.isoformat(),
    )
    if user is not None:
        stamps.bump(f"user:{user.pk}")
