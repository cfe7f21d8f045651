"""From a named deed to its recognition: nominate, check, name a jury, vote, decide. docs/rules/recognition.md.

The office prepares and the jury decides: nobody awards anything by themselves. Votes are blind until the decision.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.actors import account_behind
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, WorkUnit

from ..labels import NominationKind, NominationSource
from ..models import Juror, Nomination
from ..permissions import may_recognize_person, may_recognize_unit
from ..rules.jury import Ballot, Cast, Conflict, Decision, Verdict, decide
from ..rules.nomination_lifecycle import (
    NominationAction,
    NominationStatus,
    TransitionNotAllowed,
    next_status,
)
from ..selectors.recognition import THANKS_DAYS, conflicts_of, jury_rules, thanks_of
from .recognition import recognize

__all__ = [
    "AlreadyJuror",
    "ChairMissing",
    "ConflictOfInterest",
    "JuryTooSmall",
    "NominationOfOneself",
    "NotAJuror",
    "NotOfThisGovernment",
    "NotTheNominator",
    "NotTheOffice",
    "ReasonMissing",
    "TooFewThanks",
    "TooFewVotes",
    "TransitionNotAllowed",
    "add_juror",
    "check",
    "conclude",
    "convene",
    "decline",
    "nominate",
    "remove_juror",
    "vote",
    "withdraw",
]

_CHECKED = gettext_noop("The deed you named was checked: %(title)s. A jury decides.")
_ASKED = gettext_noop("You are asked to judge a deed as part of a jury: %(title)s.")
_AWARDED = gettext_noop("The deed you named is recognized: %(title)s.")
_WITHDRAWN = gettext_noop("You need not judge any more, the nomination was withdrawn: %(title)s.")
_DECLINED = gettext_noop("The deed you named is not awarded: %(title)s. Read the reason.")


class NominationOfOneself(ValueError):
    """Raised when somebody names themselves."""


class NotOfThisGovernment(ValueError):
    """Raised for a person or unit of another government, or somebody who holds no place."""


class TooFewThanks(ValueError):
    """Raised when citizens are named as the source and their thanks are too few to be told."""


class NotTheOffice(ValueError):
    """Raised when somebody prepares a nomination who is not the officer for it, or has a part in it."""


class NotTheNominator(ValueError):
    """Raised when somebody withdraws what another person named."""


class ReasonMissing(ValueError):
    """Raised when something is declined, voted or decided without a reason."""


class ConflictOfInterest(ValueError):
    """Raised when somebody is to judge, or judges, what they have a part in."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(", ".join(conflicts))
        self.conflicts = conflicts


class AlreadyJuror(ValueError):
    """Raised when somebody is in the jury already."""


class NotAJuror(ValueError):
    """Raised when somebody is not in the jury."""


class JuryTooSmall(ValueError):
    """Raised when there are fewer people in a jury than it needs votes."""


class ChairMissing(ValueError):
    """Raised when nobody of the jury is named as its chair."""


class TooFewVotes(ValueError):
    """Raised when fewer votes are cast than a decision needs."""

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} votes missing")
        self.missing = missing


@transaction.atomic
def nominate(
    *,
    by: Employee,
    at: datetime,
    kind: str,
    title: str,
    deed: str,
    effect: str,
    employee: Employee | None = None,
    unit: WorkUnit | None = None,
    from_public: bool = False,
) -> Nomination:
    """Name a deed of a person, or of a unit as a whole.

    `from_public` names the thanks of citizens as the source: for units alone, by who leads them, with the count of
    the last season as it may be told.

    :raises NominationOfOneself: if `by` is the person.
    :raises NotOfThisGovernment: if the person holds no place in, or the unit is not of, the government of `by`.
    :raises TooFewThanks: if citizens are the source and there is no count that may be told, or for a person.
    :raises NotTheOffice: if citizens are the source and `by` does not lead the unit.
    """
    today = local_date(at, by.government.timezone)
    if employee is not None:
        if employee.pk == by.pk:
            raise NominationOfOneself
        placement = people.placement_on(employee, today)
        unit = placement.position.unit if placement is not None and employee.is_active else None
    if unit is None or unit.government_id != by.government_id:
        raise NotOfThisGovernment
    source, thanks = _source(by, employee, unit, from_public, today)
    nomination = Nomination.objects.create(
        government=by.government,
        unit=unit,
        employee=employee,
        kind=NominationKind(kind).value,
        source=source,
        title=title.strip(),
        deed=deed.strip(),
        effect=effect.strip(),
        nominated_by=by,
        nominated_at=at,
        **thanks,
    )
    _record("made", nomination, by, at, source=source, employee=employee.pk if employee else None)
    return nomination


def _source(
    by: Employee, employee: Employee | None, unit: WorkUnit, from_public: bool, today: date
) -> tuple[str, dict[str, Any]]:
    if from_public:
        if employee is not None:
            raise TooFewThanks
        if not may_recognize_unit(by.user, unit):
            raise NotTheOffice
        found = thanks_of(unit, today)
        if found is None:
            raise TooFewThanks
        return str(NominationSource.PUBLIC), {
            "thanks_count": found.count,
            "thanks_from": today - timedelta(days=THANKS_DAYS),
            "thanks_to": today,
        }
    leads = may_recognize_person(by.user, employee) if employee else may_recognize_unit(by.user, unit)
    return str(NominationSource.SUPERVISOR if leads else NominationSource.PEER), {}


@transaction.atomic
def check(*, nomination_id: int, note: str, by: Any, at: datetime) -> Nomination:
    """Say as the office that the deed took place and can be judged.

    :raises NotTheOffice: if `by` is not the officer for it, or has a part in it.
    :raises TransitionNotAllowed: unless it has just been nominated.
    """
    nomination = _for_office(nomination_id, by)
    nomination.status = next_status(NominationStatus(nomination.status), NominationAction.CHECK).value
    nomination.checked_by = account_behind(by)
    nomination.checked_at = at
    nomination.check_note = note.strip()
    nomination.save(update_fields=["status", "checked_by", "checked_at", "check_note"])
    _record("checked", nomination, by, at)
    _tell_nominator(nomination, _CHECKED)
    return nomination


@transaction.atomic
def decline(*, nomination_id: int, reason: str, by: Any, at: datetime) -> Nomination:
    """Decline a nomination before it goes to a jury, with a reason.

    :raises NotTheOffice: if `by` is not the officer for it, or has a part in it.
    :raises TransitionNotAllowed: once a jury judges it: then its votes decide.
    :raises ReasonMissing: without a reason.
    """
    nomination = _for_office(nomination_id, by)
    status = NominationStatus(nomination.status)
    if status is NominationStatus.JURY:
        raise TransitionNotAllowed(status, NominationAction.DECLINE)
    nomination.status = next_status(status, NominationAction.DECLINE).value
    _close(nomination, reason, by, at)
    _record("declined", nomination, by, at)
    _tell_nominator(nomination, _DECLINED)
    return nomination


@transaction.atomic
def withdraw(*, nomination_id: int, by: Employee, at: datetime) -> Nomination:
    """Take back what one named, until the jury has decided; votes that were cast stay unread.

    :raises NotTheNominator: if somebody else named it.
    :raises TransitionNotAllowed: once it is decided or withdrawn.
    """
    nomination = _locked(nomination_id)
    if nomination.nominated_by_id != by.pk:
        raise NotTheNominator
    before = NominationStatus(nomination.status)
    nomination.status = next_status(before, NominationAction.WITHDRAW).value
    nomination.withdrawn_at = at
    nomination.save(update_fields=["status", "withdrawn_at"])
    _record("withdrawn", nomination, by, at)
    if before is NominationStatus.JURY:
        jurors = nomination.jurors.select_related("employee__user").order_by("pk")
        _tell((juror.employee for juror in jurors), nomination, _WITHDRAWN)
    return nomination


@transaction.atomic
def add_juror(*, nomination_id: int, employee: Employee, by: Any, at: datetime) -> Juror:
    """Name somebody for the jury while it is being put together.

    :raises NotTheOffice: if `by` is not the officer for it, or has a part in it.
    :raises TransitionNotAllowed: unless the nomination is checked and no jury judges it yet.
    :raises NotOfThisGovernment: if they work elsewhere, or no longer.
    :raises ConflictOfInterest: if they have a part in it.
    :raises AlreadyJuror: if they are in it already.
    """
    nomination = _for_office(nomination_id, by)
    next_status(NominationStatus(nomination.status), NominationAction.CONVENE)
    if employee.government_id != nomination.government_id or not employee.is_active:
        raise NotOfThisGovernment
    _refuse_conflict(nomination, employee, at)
    juror, created = Juror.objects.get_or_create(
        nomination=nomination, employee=employee, defaults={"added_at": at}
    )
    if not created:
        raise AlreadyJuror
    _record("juror_added", nomination, by, at, juror=employee.pk)
    return juror


@transaction.atomic
def remove_juror(*, nomination_id: int, employee_id: int, by: Any, at: datetime) -> None:
    """Take somebody out of a jury that does not judge yet.

    :raises NotTheOffice: if `by` is not the officer for it, or has a part in it.
    :raises TransitionNotAllowed: unless the nomination is checked and no jury judges it yet.
    :raises NotAJuror: if they are not in it.
    """
    nomination = _for_office(nomination_id, by)
    next_status(NominationStatus(nomination.status), NominationAction.CONVENE)
    deleted, _rows = Juror.objects.filter(nomination=nomination, employee=employee_id).delete()
    if not deleted:
        raise NotAJuror
    _record("juror_removed", nomination, by, at, juror=employee_id)


@transaction.atomic
def convene(*, nomination_id: int, chair_id: int, by: Any, at: datetime) -> Nomination:
    """Put a nomination before its jury; `chair_id` is the staff record of who leads it.

    :raises NotTheOffice: if `by` is not the officer for it, or has a part in it.
    :raises TransitionNotAllowed: unless the nomination is checked.
    :raises JuryTooSmall: if there are fewer people than a decision needs votes.
    :raises ChairMissing: if the chair is not in the jury.
    :raises ConflictOfInterest: if somebody has got a part in it since they were named.
    """
    nomination = _for_office(nomination_id, by)
    status = next_status(NominationStatus(nomination.status), NominationAction.CONVENE)
    jurors = list(nomination.jurors.select_related("employee__user").order_by("pk"))
    rules = jury_rules(nomination.government, _day(nomination, at))
    if len(jurors) < rules.minimum_votes:
        raise JuryTooSmall
    chair = next((juror for juror in jurors if juror.employee_id == chair_id), None)
    if chair is None:
        raise ChairMissing
    for juror in jurors:
        _refuse_conflict(nomination, juror.employee, at)
    chair.is_chair = True
    chair.save(update_fields=["is_chair"])
    nomination.status = status.value
    nomination.convened_at = at
    nomination.save(update_fields=["status", "convened_at"])
    _record("convened", nomination, by, at, jurors=len(jurors), chair=chair_id)
    for juror in jurors:
        notify.send(juror.employee.user, _ASKED, url=_address(nomination), title=nomination.title)
    stamps.bump(*stamp_names(*(juror.employee for juror in jurors)))
    return nomination


@transaction.atomic
def vote(*, nomination_id: int, ballot: str, reason: str, by: Employee, at: datetime) -> Juror:
    """Vote as a juror, or change the vote until the decision.

    :raises NotAJuror: if `by` is not in the jury.
    :raises TransitionNotAllowed: unless the jury judges it.
    :raises ConflictOfInterest: if `by` has got a part in it since.
    :raises ReasonMissing: without a reason for or against.
    """
    nomination = _locked(nomination_id)
    next_status(NominationStatus(nomination.status), NominationAction.AWARD)
    juror = Juror.objects.filter(nomination=nomination, employee=by).first()
    if juror is None:
        raise NotAJuror
    _refuse_conflict(nomination, by, at)
    chosen = Ballot(ballot)
    if chosen is not Ballot.ABSTAIN and not reason.strip():
        raise ReasonMissing
    juror.ballot = chosen.value
    juror.reason = reason.strip()
    juror.voted_at = at
    juror.save(update_fields=["ballot", "reason", "voted_at"])
    # What was voted is not in the trail: it would be a way to read it early.
    _record("voted", nomination, by, at)
    return juror


@transaction.atomic
def conclude(*, nomination_id: int, reason: str, by: Any, at: datetime) -> tuple[Nomination, Decision]:
    """Let the votes decide: the deed is recognized, or it is not. The reason is the jury's, in words for the nominator.

    :raises NotTheOffice: if `by` is not the officer for it, or has a part in it.
    :raises TransitionNotAllowed: unless the jury judges it.
    :raises TooFewVotes: if fewer votes are cast than a decision needs.
    :raises ReasonMissing: without a reason.
    """
    nomination = _for_office(nomination_id, by)
    before = NominationStatus(nomination.status)
    next_status(before, NominationAction.AWARD)
    rules = jury_rules(nomination.government, _day(nomination, at))
    jurors = list(nomination.jurors.select_related("employee__user").order_by("pk"))
    found = decide((Cast(Ballot(row.ballot), row.is_chair) for row in jurors if row.ballot), rules)
    if found.verdict is Verdict.OPEN:
        raise TooFewVotes(found.missing)
    is_awarded = found.verdict is Verdict.AWARDED
    action = NominationAction.AWARD if is_awarded else NominationAction.DECLINE
    nomination.status = next_status(before, action).value
    nomination.basis = {
        "rule": rules.version,
        "minimum_votes": rules.minimum_votes,
        "tie": rules.tie.value,
        "yes": found.yes,
        "no": found.no,
        "abstained": found.abstained,
        "is_tie": found.is_tie,
    }
    if is_awarded:
        chair = next(row.employee for row in jurors if row.is_chair)
        nomination.recognition = recognize(
            unit=nomination.unit,
            employee=nomination.employee,
            title=nomination.title,
            reason=nomination.effect,
            by=chair,
            at=at,
        )
    _close(nomination, reason, by, at)
    _record(
        "awarded" if is_awarded else "declined",
        nomination,
        by,
        at,
        **{name: nomination.basis[name] for name in ("rule", "yes", "no", "abstained")},
    )
    _tell_nominator(nomination, _AWARDED if is_awarded else _DECLINED)
    return nomination, found


def _close(nomination: Nomination, reason: str, by: Any, at: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing
    nomination.decided_by = account_behind(by)
    nomination.decided_at = at
    nomination.decision_reason = reason.strip()
    nomination.save(
        update_fields=["status", "decided_by", "decided_at", "decision_reason", "basis", "recognition"]
    )


def _refuse_conflict(nomination: Nomination, employee: Employee, at: datetime) -> None:
    found = conflicts_of(nomination, [employee], _day(nomination, at))[employee.pk]
    if found:
        raise ConflictOfInterest(found)


def _locked(nomination_id: int) -> Nomination:
    return (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("government", "unit__government", "employee__user", "nominated_by__user")
        .get(pk=nomination_id)
    )


def _for_office(nomination_id: int, by: Any) -> Nomination:
    nomination = _locked(nomination_id)
    if not Nomination.objects.of_office(account_behind(by)).filter(pk=nomination.pk).exists():
        raise NotTheOffice
    return nomination


def _day(nomination: Nomination, at: datetime) -> date:
    return local_date(at, nomination.government.timezone)


def _address(nomination: Nomination) -> str:
    return reverse("training:nomination-detail", args=[nomination.pk])


def _tell_nominator(nomination: Nomination, text: str) -> None:
    _tell([nomination.nominated_by], nomination, text)


def _tell(told: Iterable[Employee], nomination: Nomination, text: str) -> None:
    for person in told:
        notify.send(person.user, text, url=_address(nomination), title=nomination.title)
        stamps.bump(*stamp_names(person))


def _record(verb: str, nomination: Nomination, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"training.nomination.{verb}",
        target=nomination,
        by=account_of(by),
        scope=nomination.government.code,
        at=at,
        unit=nomination.unit_id,
        **data,
    )
