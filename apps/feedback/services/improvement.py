"""The life of an item of an improvement plan, one function per verb. States: `rules/improvement_lifecycle.py`.

Only somebody other than the responsible person accepts the proof, moves the day, or drops the item.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Employee, WorkUnit

from ..labels import ImprovementOrigin
from ..models import (
    ConsultationPoint,
    ImprovementEvent,
    ImprovementItem,
    ImprovementProof,
    ImprovementStep,
    Service,
    SurveyPeriod,
)
from ..rules.improvement_effect import Effect, effect_between, is_comparable
from ..rules.improvement_lifecycle import (
    ImprovementAction,
    ImprovementStatus,
    TransitionNotAllowed,
    clock_runs,
    is_done,
    is_open,
    next_status,
)
from ..rules.improvement_pace import counted_from
from ..selectors import measurement, thresholds
from . import proof_files
from .complaints import head_above

__all__ = [
    "DueInPast",
    "ItemClosed",
    "NotByYourself",
    "NothingToMeasure",
    "ProofExists",
    "ProofMissing",
    "ResponsibleNotHere",
    "TooManyProofs",
    "TransitionNotAllowed",
    "WordsMissing",
    "accept_item",
    "add_item",
    "add_proof",
    "add_step",
    "approve_public_text",
    "change_item",
    "drop_item",
    "mark_step",
    "measure_due",
    "measure_item",
    "remind_due",
    "remove_proof",
    "report_item",
    "send_back_item",
    "set_public_text",
    "start_item",
]


class ResponsibleNotHere(ValueError):
    """Raised when the responsible person has left, or works for another government."""


class DueInPast(ValueError):
    """Raised when the promised day lies before today."""


class WordsMissing(ValueError):
    """Raised when a verb that needs words got none."""


class ProofMissing(Exception):
    """Raised when somebody reports an item as finished without a photo or PDF."""


class ProofExists(Exception):
    """Raised when the same file proves this item already."""


class TooManyProofs(proof_files.FileRefused):
    """As many files as the government allows. params: limit."""

    code = "too_many_files"


class NotByYourself(Exception):
    """Raised when somebody would judge their own work."""


class NothingToMeasure(Exception):
    """Raised when no survey period began after the work was done and is over."""


class ItemClosed(Exception):
    """Raised when a finished or dropped item is to be changed."""


# --- making


@transaction.atomic
def add_item(
    *,
    service: Service | None,
    origin: str,
    action: str,
    responsible: Employee,
    due_on: date,
    by: Any,
    at: datetime,
    unit: WorkUnit | None = None,
    survey_period: SurveyPeriod | None = None,
    unsur_code: str = "",
    point: ConsultationPoint | None = None,
    cause_id: int | None = None,
    notice_id: int | None = None,
    reason: str = "",
    steps: Iterable[str] = (),
) -> ImprovementItem:
    """Put an action on the plan of a service, or of a unit as a whole, and tell the responsible person.

    The figure at the start is taken from `survey_period`, else from the newest period of the service with answers.

    :raises WordsMissing: without saying what is to be done.
    :raises ResponsibleNotHere: see there.
    :raises DueInPast: see there.
    """
    place = unit or (service.unit if service else None)
    if place is None:
        raise ValueError("an item belongs to a service or to a unit")
    government = place.government
    today = local_date(at, government.timezone)
    words = action.strip()
    if not words:
        raise WordsMissing
    _require_here(responsible, place)
    if due_on < today:
        raise DueInPast
    period = survey_period or (measurement.baseline_period(service, today) if service else None)
    item = ImprovementItem(
        government=government,
        unit=place,
        service=service,
        origin=ImprovementOrigin(origin).value,
        point=point,
        cause_id=cause_id,
        notice_id=notice_id,
        reason=reason.strip(),
        unsur_code=unsur_code,
        action=words,
        responsible=responsible,
        due_on=due_on,
        created_on=today,
        counted_from=counted_from(today, survey_period.ends_on if survey_period else None),
        created_at=at,
        created_by=account_of(by),
    )
    if period is not None and service is not None:
        _take_baseline(item, period)
    item.save()
    ImprovementStep.objects.bulk_create(
        ImprovementStep(item=item, number=number, text=text)
        for number, text in enumerate((line.strip() for line in steps if line.strip()), start=1)
    )
    _event(item, "add", at=at, by=by, text=words)
    _audit(item, "added", by=by, at=at, origin=item.origin, unit=place.pk, due_on=due_on, unsur=unsur_code)
    _tell(
        item,
        responsible.user,
        gettext_noop("You are responsible for an improvement: “%(action)s”, due on %(due)s."),
        key=f"plan:{item.pk}:new:{responsible.pk}",
    )
    return item


def _take_baseline(item: ImprovementItem, period: SurveyPeriod) -> None:
    item.survey_period = period
    item.tier = measurement.headline_tier(period)
    before = measurement.measured(period, item.tier, item.unsur_code)
    item.before_n, item.before_value, item.before_grade = before.n, before.value, before.grade
    if before.interval is not None:
        item.before_low, item.before_high = before.interval.low, before.interval.high


def _require_here(person: Employee, unit: WorkUnit) -> None:
    if not person.is_active or person.government_id != unit.government_id:
        raise ResponsibleNotHere


@transaction.atomic
def add_step(*, item_id: int, text: str, by: Any, at: datetime) -> ImprovementStep:
    """Add a part of the way.

    :raises WordsMissing: without words.
    :raises ItemClosed: if the item is finished or dropped.
    """
    item = _locked_open(item_id)
    if not text.strip():
        raise WordsMissing
    last = item.steps.order_by("-number").values_list("number", flat=True).first() or 0
    step = ImprovementStep.objects.create(item=item, number=last + 1, text=text.strip())
    _audit(item, "step_added", by=by, at=at, step=step.number)
    return step


@transaction.atomic
def mark_step(*, step_id: int, is_done: bool, by: Any, at: datetime) -> ImprovementStep:
    """Tick a step off, or take the tick away.

    :raises ItemClosed: if the item is finished or dropped.
    """
    item = _locked_open(ImprovementStep.objects.values_list("item", flat=True).get(pk=step_id))
    step = ImprovementStep.objects.select_for_update().get(pk=step_id)
    if is_done != (step.done_at is not None):
        step.done_at = at if is_done else None
        step.save(update_fields=["done_at"])
        _audit(item, "step_marked", by=by, at=at, step=step.number, is_done=is_done)
    return step


# --- working


@transaction.atomic
def start_item(*, item_id: int, by: Any, at: datetime) -> ImprovementItem:
    """Begin the work.

    :raises TransitionNotAllowed: if it has begun, or is finished.
    """
    item = _locked(item_id)
    _move(item, ImprovementAction.START, by=by, at=at)
    return item


@transaction.atomic
def add_proof(
    *, item_id: int, upload_name: str, content: bytes, caption: str, by: Any, at: datetime
) -> ImprovementProof:
    """Keep a photo or a PDF that shows the work.

    :raises ItemClosed: if the item is finished or dropped.
    :raises FileRefused: one subclass per reason.
    :raises ProofExists: if this file is there already.
    """
    item = _locked_open(item_id)
    government = item.government
    today = local_date(at, government.timezone)
    limit = int(policy.get("feedback.proof_files_max", on=today, scope=government.code))
    if item.proofs.filter(removed_at__isnull=True).count() >= limit:
        raise TooManyProofs(limit=limit)
    file, name = proof_files.keep(content, upload_name, government=government, day=today)
    try:
        with transaction.atomic():
            proof = ImprovementProof.objects.create(
                item=item, file=file, name=name, caption=caption.strip(), added_at=at, added_by=account_of(by)
            )
    except IntegrityError as error:
        raise ProofExists from error
    _audit(item, "proof_added", by=by, at=at, proof=proof.pk, sha256=file.sha256)
    return proof


@transaction.atomic
def remove_proof(*, proof_id: int, by: Any, at: datetime) -> ImprovementProof:
    """Take a proof away before it is reported; afterwards others may have judged by it.

    :raises ItemClosed: if the item was reported, finished or dropped.
    """
    item = _locked(ImprovementProof.objects.values_list("item", flat=True).get(pk=proof_id))
    if not clock_runs(ImprovementStatus(item.status)):
        raise ItemClosed
    proof = ImprovementProof.objects.select_for_update().get(pk=proof_id)
    if proof.removed_at is None:
        proof.removed_at = at
        proof.save(update_fields=["removed_at"])
        _audit(item, "proof_removed", by=by, at=at, proof=proof.pk)
    return proof


@transaction.atomic
def report_item(*, item_id: int, text: str, by: Any, at: datetime) -> ImprovementItem:
    """Report the work as finished, with proof; whoever may check it is told.

    :raises TransitionNotAllowed: if the work has not begun, or was reported before.
    :raises ProofMissing: without a photo or PDF.
    :raises WordsMissing: without saying what was done.
    """
    item = _locked(item_id)
    next_status(ImprovementStatus(item.status), ImprovementAction.REPORT)
    if not item.proofs.filter(removed_at__isnull=True).exists():
        raise ProofMissing
    if not text.strip():
        raise WordsMissing
    item.reported_at, item.reported_by = at, account_of(by)
    _move(item, ImprovementAction.REPORT, by=by, at=at, text=text)
    for user in checkers_of(item, local_date(at, item.government.timezone)):
        _tell(item, user, gettext_noop("“%(action)s” was reported as finished. Check its proof."))
    return item


def checkers_of(item: ImprovementItem, day: date) -> list[Any]:
    """Return who is asked to check: the head of the unit, or the next one above if it is their own item."""
    head = organization.head_on(item.unit, day)
    if head is None or head.user is None or head.pk == item.responsible_id:
        head = head_above(item.unit, day)
    return [head.user] if head is not None and head.pk != item.responsible_id else []


# --- deciding


@transaction.atomic
def accept_item(*, item_id: int, text: str, by: Any, at: datetime) -> ImprovementItem:
    """Accept the proof. The item counts as done on the day it was reported, not on the day of the check.

    :raises TransitionNotAllowed: if it was not reported.
    :raises NotByYourself: for the responsible person, and for whoever reported it.
    """
    item = _locked(item_id)
    next_status(ImprovementStatus(item.status), ImprovementAction.ACCEPT)
    _refuse_self(item, by)
    assert item.reported_at is not None  # by the state
    item.done_on = local_date(item.reported_at, item.government.timezone)
    item.checked_at, item.checked_by = at, account_of(by)
    _move(item, ImprovementAction.ACCEPT, by=by, at=at, text=text)
    _tell(item, item.responsible.user, gettext_noop("The proof of “%(action)s” was accepted: done."))
    return item


@transaction.atomic
def send_back_item(*, item_id: int, text: str, by: Any, at: datetime) -> ImprovementItem:
    """Say that the proof does not show it yet, and why.

    :raises TransitionNotAllowed: if it was not reported.
    :raises NotByYourself: see there.
    :raises WordsMissing: without a reason.
    """
    item = _locked(item_id)
    next_status(ImprovementStatus(item.status), ImprovementAction.SEND_BACK)
    _refuse_self(item, by)
    if not text.strip():
        raise WordsMissing
    item.reported_at, item.reported_by = None, None
    _move(item, ImprovementAction.SEND_BACK, by=by, at=at, text=text)
    _tell(item, item.responsible.user, gettext_noop("“%(action)s” came back to you: read why."))
    return item


@transaction.atomic
def drop_item(*, item_id: int, reason: str, by: Any, at: datetime) -> ImprovementItem:
    """Take an item off the plan, with a reason. It still counts as not done.

    :raises TransitionNotAllowed: if it was reported or finished.
    :raises NotByYourself: for the responsible person.
    :raises WordsMissing: without a reason.
    """
    item = _locked(item_id)
    next_status(ImprovementStatus(item.status), ImprovementAction.DROP)
    _refuse_self(item, by)
    if not reason.strip():
        raise WordsMissing
    item.drop_reason = reason.strip()
    _move(item, ImprovementAction.DROP, by=by, at=at, text=reason)
    _tell(item, item.responsible.user, gettext_noop("“%(action)s” was taken off the plan."))
    return item


@transaction.atomic
def change_item(
    *,
    item_id: int,
    action: str,
    responsible: Employee,
    due_on: date,
    reason: str,
    by: Any,
    at: datetime,
) -> ImprovementItem:
    """Change words, person or day of an open item, with a reason that stays in its history.

    :raises ItemClosed: if it is finished or dropped.
    :raises NotByYourself: if the responsible person would move their own day.
    :raises WordsMissing, ResponsibleNotHere, DueInPast: see there.
    """
    item = _locked_open(item_id)
    if due_on != item.due_on:
        _refuse_self(item, by)
    today = local_date(at, item.government.timezone)
    if not action.strip() or not reason.strip():
        raise WordsMissing
    _require_here(responsible, item.unit)
    if due_on < today and due_on != item.due_on:
        raise DueInPast
    before = {"due_on": item.due_on, "responsible": item.responsible_id}
    is_new = responsible.pk != item.responsible_id
    item.action, item.responsible, item.due_on = action.strip(), responsible, due_on
    item.save()
    _event(item, "change", at=at, by=by, text=reason)
    _audit(
        item,
        "changed",
        by=by,
        at=at,
        before=before,
        due_on=due_on,
        responsible=responsible.pk,
    )
    text = (
        gettext_noop("You are responsible for an improvement: “%(action)s”, due on %(due)s.")
        if is_new
        else gettext_noop("“%(action)s” was changed; it is due on %(due)s.")
    )
    _tell(item, responsible.user, text)
    return item


# --- the public wording


@transaction.atomic
def set_public_text(*, item_id: int, text: str, by: Any, at: datetime) -> ImprovementItem:
    """Write what the public will read. An earlier approval is gone with the earlier words.

    :raises ItemClosed: if the item is not done: there is nothing to tell yet.
    :raises WordsMissing: without words.
    """
    item = _locked(item_id)
    if not is_done(ImprovementStatus(item.status)):
        raise ItemClosed
    if not text.strip():
        raise WordsMissing
    if text.strip() != item.public_text:
        item.public_text = text.strip()
        item.public_approved_at, item.public_approved_by = None, None
        item.save()
        _event(item, "public_text", at=at, by=by, text=item.public_text)
        _audit(item, "public_text_set", by=by, at=at)
    return item


@transaction.atomic
def approve_public_text(*, item_id: int, by: Any, at: datetime) -> ImprovementItem:
    """Put the wording on the public page.

    :raises WordsMissing: if there is none.
    """
    item = _locked(item_id)
    if not item.public_text:
        raise WordsMissing
    if item.public_approved_at is None:
        item.public_approved_at, item.public_approved_by = at, account_of(by)
        item.save()
        _event(item, "public_approve", at=at, by=by)
        _audit(item, "public_text_approved", by=by, at=at)
    return item


# --- measuring


@transaction.atomic
def measure_item(*, item_id: int, by: Any, at: datetime) -> ImprovementItem:
    """Compare the figure at the start with the first survey period that began after the work was done.

    :raises TransitionNotAllowed: if the item is not done.
    :raises NothingToMeasure: without a figure at the start, or without such a period.
    """
    item = _locked(item_id)
    next_status(ImprovementStatus(item.status), ImprovementAction.MEASURE)
    today = local_date(at, item.government.timezone)
    period = comparable_period(item, today)
    if period is None:
        raise NothingToMeasure
    minimum, _full = thresholds(item.government, today)
    after = measurement.measured(period, item.tier, item.unsur_code)
    item.after_period, item.after_n = period, after.n
    item.after_value, item.after_grade = after.value, after.grade
    item.after_low = after.interval.low if after.interval else None
    item.after_high = after.interval.high if after.interval else None
    item.effect = effect_between(before_of(item).level, after.level, minimum).value
    item.measured_at = at
    _move(item, ImprovementAction.MEASURE, by=by, at=at, effect=item.effect, period=period.pk)
    return item


def before_of(item: ImprovementItem) -> measurement.Measured:
    """Return the stored figure of the start."""
    return measurement.stored(
        item.before_n, item.before_value, item.before_low, item.before_high, item.before_grade
    )


def comparable_period(item: ImprovementItem, today: date) -> SurveyPeriod | None:
    """Return the period an item is to be measured with: the first one after the work; after a measurement with
    too few answers, the next one.
    """
    if item.survey_period is None or item.done_on is None or item.service is None:
        return None
    periods = SurveyPeriod.objects.filter(service=item.service).select_related("questionnaire")
    if item.after_period is not None:
        if item.effect != Effect.TOO_FEW.value:
            return None
        periods = periods.filter(starts_on__gt=item.after_period.starts_on)
    for period in periods.order_by("starts_on", "id"):
        if is_comparable(period.starts_on, period.ends_on, done_on=item.done_on, today=today):
            return period
    return None


# --- the schedule


def measure_due(*, now: datetime) -> int:
    """Measure what can be measured, some days after the end of its period; return how many."""
    later = SurveyPeriod.objects.filter(
        service=OuterRef("service"), starts_on__gt=OuterRef("done_on"), ends_on__lte=now.date()
    )
    waiting = (
        ImprovementItem.objects.filter(survey_period__isnull=False)
        .filter(
            Q(status=ImprovementStatus.DONE.value)
            | Q(status=ImprovementStatus.MEASURED.value, effect=Effect.TOO_FEW.value)
        )
        .filter(
            Exists(later.filter(starts_on__gt=OuterRef("after_period__starts_on")))
            | (Q(after_period__isnull=True) & Exists(later))
        )
        .select_related("government", "service", "survey_period", "after_period")
    )
    done = 0
    for item in waiting.order_by("pk"):
        today = local_date(now, item.government.timezone)
        wait = policy.get("feedback.measure_wait_days", on=today, scope=item.government.code)
        period = comparable_period(item, today)
        if period is not None and (today - period.ends_on).days > wait:
            try:
                measure_item(item_id=item.pk, by=None, at=now)
            except (TransitionNotAllowed, NothingToMeasure):
                continue  # somebody measured it a moment ago
            done += 1
    return done


def remind_due(*, now: datetime) -> int:
    """Remind of what is due soon, and tell superiors what is late: once per promised day; return how many.

    Asks for "on or before", not for a day: a schedule that slept for a week forgets nobody.
    """
    running = ImprovementItem.objects.filter(
        status__in=[status.value for status in ImprovementStatus if clock_runs(status)]
    ).exclude(late_told_for=F("due_on"))
    told = 0
    soon_days: dict[str, int] = {}
    for item in running.select_related("government").order_by("due_on", "id"):
        scope = item.government.code
        today = local_date(now, item.government.timezone)
        if scope not in soon_days:
            soon_days[scope] = int(policy.get("feedback.plan_soon_days", on=today, scope=scope))
        if (item.due_on - today).days > soon_days[scope]:
            continue
        if today <= item.due_on == item.soon_told_for:
            continue
        told += _remind(item.pk, today)
    return told


@transaction.atomic
def _remind(item_id: int, today: date) -> int:
    item = _locked(item_id)
    if not clock_runs(ImprovementStatus(item.status)):
        return 0
    if today > item.due_on:
        if item.late_told_for == item.due_on:
            return 0
        item.late_told_for = item.due_on
        item.save(update_fields=["late_told_for"])
        people = {user.pk: user for user in [item.responsible.user, *checkers_of(item, today)] if user}
        for user in people.values():
            _tell(
                item,
                user,
                gettext_noop("“%(action)s” is past its day (%(due)s) and not reported as finished."),
                key=f"plan:{item.pk}:late:{item.due_on}:{user.pk}",
            )
        return 1
    if item.soon_told_for == item.due_on:
        return 0
    item.soon_told_for = item.due_on
    item.save(update_fields=["soon_told_for"])
    _tell(
        item,
        item.responsible.user,
        gettext_noop("“%(action)s” is due on %(due)s. Report it with a photo or PDF."),
        key=f"plan:{item.pk}:soon:{item.due_on}:{item.responsible_id}",
    )
    return 1


# --- shared


def _locked(item_id: int) -> ImprovementItem:
    return (
        ImprovementItem.objects.select_for_update(of=("self",))
        .select_related("government", "unit", "service", "responsible__user", "survey_period", "after_period")
        .get(pk=item_id)
    )


def _locked_open(item_id: int) -> ImprovementItem:
    item = _locked(item_id)
    if not is_open(ImprovementStatus(item.status)):
        raise ItemClosed
    return item


def _refuse_self(item: ImprovementItem, by: Any) -> None:
    user = account_of(by)
    if user is None or user.pk in {item.responsible.user_id, item.reported_by_id}:
        raise NotByYourself


def account_of(by: Any) -> Any:
    """Return the account behind an employee or a user; None for the schedule."""
    return by.user if isinstance(by, Employee) else by


_PAST = {
    ImprovementAction.START: "started",
    ImprovementAction.REPORT: "reported",
    ImprovementAction.ACCEPT: "accepted",
    ImprovementAction.SEND_BACK: "sent_back",
    ImprovementAction.MEASURE: "measured",
    ImprovementAction.DROP: "dropped",
}


def _move(
    item: ImprovementItem, action: ImprovementAction, *, by: Any, at: datetime, text: str = "", **data: Any
) -> None:
    item.status = next_status(ImprovementStatus(item.status), action).value
    item.save()
    _event(item, action.value, at=at, by=by, text=text)
    _audit(item, _PAST[action], by=by, at=at, status=item.status, **data)


def _event(item: ImprovementItem, action: str, *, at: datetime, by: Any, text: str = "") -> None:
    ImprovementEvent.objects.create(
        item=item, action=action, status_after=item.status, text=text.strip(), by=account_of(by), at=at
    )


def _audit(item: ImprovementItem, verb: str, *, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"feedback.improvement.{verb}", target=item, by=by, scope=item.government.code, at=at, **data
    )
    names = [f"unit:{item.unit_id}"]
    if item.responsible.user_id:
        names.append(f"user:{item.responsible.user_id}")
    stamps.bump(*names)


def _tell(item: ImprovementItem, user: Any, text: str, *, key: str | None = None) -> None:
    notify.send(
        user,
        text,
        url=reverse("feedback:improvement-detail", args=[item.pk]),
        key=key,
        action=item.action[:120],
        due=item.due_on.isoformat(),
    )
    if user is not None:
        stamps.bump(f"user:{user.pk}")
