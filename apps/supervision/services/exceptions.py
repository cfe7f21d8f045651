"""What a supervisor does with exceptions: accept, ask for improvement, put off, pass up - one, or many at once.

Facts are never changed here, only what was done about them. The note of a request reaches the person as a message
and stays on their own page; it is no feedback in the sense of EXE-3, or a key could fulfil that duty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees.models import AppraiserLink, Employee
from apps.employees.selectors import appraiser_on, loans_of, present_on

from ..models import ExceptionAct, ExceptionCase, ExceptionStep
from ..rules.case_lifecycle import VERBS, CaseAction, CaseStatus, Outcome, next_status, severity_of
from ..rules.exceptions import Reason
from ..selectors.queue import (
    UNDO_FOR,
    Frame,
    Item,
    Seen,
    frame_for,
    outcome_of,
    outcomes_of,
    people_in,
    reasons_of_people,
    running_cases,
    situate,
)

_ASKED = gettext_noop("%(name)s asks you for an improvement: %(note)s")
_ASK_UNDONE = gettext_noop("%(name)s took a request for improvement back.")
_PASSED = gettext_noop("%(name)s passes a question up to you: %(note)s")
_ANSWERED = gettext_noop("%(name)s decided on what you passed up.")

_NEEDS_NOTE = {CaseAction.ASK, CaseAction.PASS_UP}


class UnknownVerb(ValueError):
    """Raised for a verb that does not exist."""


class NothingChosen(ValueError):
    """Raised when an act is about nothing."""


class NoteMissing(ValueError):
    """Raised when a request, a question or a batch comes without words."""


class DayMissing(ValueError):
    """Raised when something is put off without a day, to a past one, or for too long."""


class NobodyAbove(ValueError):
    """Raised when there is nobody to pass up to, or only whom it is about."""


class NoQueue(ValueError):
    """Raised when somebody who supervises nobody acts."""


class NotYourAct(ValueError):
    """Raised when somebody undoes the act of another."""


class TooLate(ValueError):
    """Raised when the time to undo is over."""


@dataclass(frozen=True)
class Acted:
    """What came of an act: its row (None if nothing was done) and what became of each thing."""

    act: ExceptionAct | None
    outcomes: list[tuple[Item, Outcome]]

    @property
    def done(self) -> int:
        """How many were done."""
        return sum(outcome is Outcome.DONE for _item, outcome in self.outcomes)


@dataclass(frozen=True)
class _Change:
    """One locked case with what is seen of it now."""

    case: ExceptionCase
    seen: Seen
    steps: list[ExceptionStep] = field(default_factory=list)


def facts_of(reason: Reason) -> dict[str, object]:
    """Return what a row keeps of a reason."""
    return {"explanation": reason.explanation.value, "figures": [str(figure) for figure in reason.figures]}


@transaction.atomic
def act_on(
    *,
    items: Sequence[Item],
    verb: str,
    by: Employee,
    at: datetime,
    note: str = "",
    until: date | None = None,
    is_batch: bool = False,
) -> Acted:
    """Do one thing with one or many exceptions, each as it was seen; what changed meanwhile is left out and said.

    :raises UnknownVerb, NothingChosen, NoteMissing, DayMissing, NobodyAbove, NoQueue: see there; nothing is done.
    """
    action = _action(verb)
    items = sorted(set(items), key=lambda item: (item.person, item.kind.value))
    if not items:
        raise NothingChosen
    note = note.replace("\r\n", "\n").strip()
    if not note and (is_batch or action in _NEEDS_NOTE):
        raise NoteMissing
    day = local_date(at, by.government.timezone)
    frame = frame_for(by.user, day) if by.user_id else None
    if frame is None or not frame.kinds:
        raise NoQueue
    # What is not in one's queue was not seen there: such a number is made up.
    items = [item for item in items if item.person in frame.kinds]
    if not items:
        raise NothingChosen
    until = _until(action, until, frame)
    above = _above(by, items, day) if action is CaseAction.PASS_UP else None

    looked = outcomes_of(frame, items, action, is_batch=is_batch)
    changes, outcomes = _locked(frame, looked, action, is_batch=is_batch, at=at)
    if not changes:
        return Acted(None, outcomes)
    act = ExceptionAct.objects.create(
        by=by,
        verb=action.value,
        note=note,
        until=until if action is CaseAction.SNOOZE else None,
        passed_to=above,
        is_batch=is_batch,
        outcomes=[
            {"person": item.person, "kind": item.kind.value, "outcome": outcome.value}
            for item, outcome in outcomes
        ],
        at=at,
    )
    # The baseline counts what anybody may see, or a second look by somebody else would seem worse.
    whole = reasons_of_people(
        people_in(frame).filter(pk__in={change.case.person_id for change in changes}), day
    )
    for change in changes:
        _apply(change, act, action, until, above, whole, frame)
    ExceptionStep.objects.bulk_create([step for change in changes for step in change.steps])
    ExceptionCase.objects.bulk_update(
        [change.case for change in changes],
        ["status", "until", "holder", "severity", "explanation", "figures", "last_seen"],
    )
    audit.record(
        "supervision.exception.decided",
        target=act,
        by=by,
        scope=by.government.code,
        at=at,
        verb=action.value,
        cases=[change.case.pk for change in changes],
        until=until,
        passed_to=above.pk if above else None,
        is_batch=is_batch,
        left_out=len(outcomes) - len(changes),
    )
    _tell(act, changes)
    _bump([change.case.person_id for change in changes], by, above, day)
    return Acted(act, outcomes)


def _action(verb: str) -> CaseAction:
    try:
        action = CaseAction(verb)
    except ValueError as error:
        raise UnknownVerb from error
    if action not in VERBS:
        raise UnknownVerb
    return action


def _until(action: CaseAction, until: date | None, frame: Frame) -> date | None:
    if action is CaseAction.ASK:
        return frame.asked_until()
    if action is not CaseAction.SNOOZE:
        return None
    if until is None or not frame.day < until <= frame.last_day_to_put_off():
        raise DayMissing
    return until


def _above(by: Employee, items: Iterable[Item], day: date) -> Employee:
    above = appraiser_on(by, day)
    if above is None or not above.is_active or any(item.person == above.pk for item in items):
        raise NobodyAbove
    return above


def _locked(
    frame: Frame,
    looked: Sequence[tuple[Item, Outcome, Seen | None]],
    action: CaseAction,
    *,
    is_batch: bool,
    at: datetime,
) -> tuple[list[_Change], list[tuple[Item, Outcome]]]:
    """Lock the cases of what can be done, making those that have no row yet, and look at their state again."""
    possible = {(item.person, item.kind): seen for item, outcome, seen in looked if outcome is Outcome.DONE}
    missing = [seen for seen in possible.values() if seen is not None and seen.case is None]
    make_cases(missing, frame, at)
    locked = {
        (case.person_id, case.kind): case
        for case in ExceptionCase.objects.running()
        .select_for_update(of=("self",))
        .filter(person__in={person for person, _kind in possible})
        .order_by("pk")
    }
    changes, outcomes = [], []
    for item, outcome, seen in looked:
        case = locked.get((item.person, item.kind.value))
        if outcome is Outcome.DONE and seen is not None:
            # The facts are those of a moment ago; the state is the locked one.
            seen = situate(seen.reason, item.person, case, frame, seen.row) if case is not None else None
            outcome = outcome_of(item, seen, action, is_batch=is_batch, is_low=False)
            if outcome is Outcome.DONE and seen is not None and case is not None:
                changes.append(_Change(case, seen))
        outcomes.append((item, outcome))
    return changes, outcomes


def make_cases(missing: Sequence[Seen], frame: Frame, at: datetime) -> list[ExceptionCase]:
    """Make the rows of exceptions nobody has touched yet; who comes second finds those of the first."""
    ExceptionCase.objects.bulk_create(
        [
            ExceptionCase(
                government=frame.government,
                person_id=seen.person,
                kind=seen.kind.value,
                first_seen=frame.day,
                last_seen=frame.day,
                severity=severity_of(seen.reason),
                rule_version=frame.table.version,
                **facts_of(seen.reason),
            )
            for seen in missing
        ],
        ignore_conflicts=True,
    )
    wanted = {(seen.person, seen.kind) for seen in missing}
    rows = {
        place: case
        for place, case in running_cases({person for person, _kind in wanted}).items()
        if place in wanted
    }
    begun = set(ExceptionStep.objects.filter(case__in=rows.values()).values_list("case_id", flat=True))
    made = [case for case in rows.values() if case.pk not in begun]
    ExceptionStep.objects.bulk_create(
        [
            ExceptionStep(
                case=case,
                verb="seen",
                at=at,
                status_after=case.status,
                explanation=case.explanation,
                figures=case.figures,
            )
            for case in made
        ]
    )
    return made


def _apply(
    change: _Change,
    act: ExceptionAct,
    action: CaseAction,
    until: date | None,
    above: Employee | None,
    whole: dict[int, tuple[Reason, ...]],
    frame: Frame,
) -> None:
    case, seen = change.case, change.seen
    if CaseStatus(case.status) is not seen.state:
        change.steps.append(wake(case, seen.state, seen.reason, frame.day, act.at))
    before = CaseStatus(case.status)
    step = _step(case, action.value, seen.reason, act.at)
    step.act, step.by_id = act, act.by.user_id
    case.status = next_status(before, action).value
    case.until = until
    # Whoever it was passed to keeps it while it is put off; else it is decided, or the next level's.
    case.holder = above if action is not CaseAction.SNOOZE else case.holder
    everything = [reason for reason in whole.get(case.person_id, ()) if reason.kind is seen.kind]
    case.severity = max(severity_of(reason) for reason in (seen.reason, *everything))
    case.last_seen = frame.day
    step.status_after = case.status
    change.steps.append(step)


def _step(case: ExceptionCase, verb: str, reason: Reason, at: datetime) -> ExceptionStep:
    kept = facts_of(reason)
    case.explanation, case.figures = str(kept["explanation"]), kept["figures"]
    return ExceptionStep(
        case=case,
        verb=verb,
        at=at,
        status_before=case.status,
        until_before=case.until,
        holder_before_id=case.holder_id,
        severity_before=case.severity,
        **kept,
    )


def wake(case: ExceptionCase, state: CaseStatus, reason: Reason, day: date, at: datetime) -> ExceptionStep:
    """Return the step by which a quiet case came back, and put the case into that state."""
    is_time = case.until is not None and day >= case.until
    step = _step(case, "wake" if is_time else "worse", reason, at)
    action = CaseAction.WAKE if state is CaseStatus.OPEN else CaseAction.WAKE_ABOVE
    case.status = next_status(CaseStatus(case.status), action).value
    case.until = None
    step.status_after = case.status
    return step


# --- undoing


@transaction.atomic
def undo(*, act_id: int, by: Employee, at: datetime) -> int:
    """Take an act back where nothing has happened since; return how many cases are as they were before.

    :raises NotYourAct: if somebody else acted.
    :raises TooLate: after thirty minutes.
    """
    act = ExceptionAct.objects.select_related("by").get(pk=act_id)
    if act.by_id != by.pk:
        raise NotYourAct
    if at - act.at > UNDO_FOR:
        raise TooLate
    cases = _locked_cases_of(act)
    undone, steps = [], []
    for case in cases.values():
        last = case.steps.order_by("-pk").first()
        if last is None or last.act_id != act.pk or last.status_after != case.status:
            continue
        steps.append(
            ExceptionStep(
                case=case,
                verb="undo",
                undoes=last,
                by_id=by.user_id,
                at=at,
                explanation=last.explanation,
                figures=last.figures,
                status_before=case.status,
                until_before=case.until,
                holder_before_id=case.holder_id,
                severity_before=case.severity,
                status_after=last.status_before,
            )
        )
        case.status, case.until = last.status_before, last.until_before
        case.holder_id, case.severity = last.holder_before_id, last.severity_before
        undone.append(case)
    if not undone:
        return 0
    ExceptionStep.objects.bulk_create(steps)
    ExceptionCase.objects.bulk_update(undone, ["status", "until", "holder", "severity"])
    audit.record(
        "supervision.exception.undone",
        target=act,
        by=by,
        scope=by.government.code,
        at=at,
        cases=[case.pk for case in undone],
    )
    persons = {case.person_id for case in undone}
    if act.verb == CaseAction.ASK.value:
        for person in Employee.objects.filter(pk__in=persons).select_related("user"):
            notify.send(
                person.user,
                _ASK_UNDONE,
                url=reverse("supervision:about-me"),
                key=f"exception-ask-undone:{act.pk}:{person.pk}",
                name=by.full_name,
            )
    _bump(persons, by, act.passed_to, local_date(at, by.government.timezone))
    return len(undone)


def _locked_cases_of(act: ExceptionAct) -> dict[int, ExceptionCase]:
    ids = act.steps.values("case")
    rows = ExceptionCase.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return {case.pk: case for case in rows}


# --- telling


def _tell(act: ExceptionAct, changes: Sequence[_Change]) -> None:
    if act.verb == CaseAction.ASK.value:
        persons = {change.case.person_id for change in changes}
        for person in Employee.objects.filter(pk__in=persons).select_related("user"):
            notify.send(
                person.user,
                _ASKED,
                url=reverse("supervision:about-me"),
                key=f"exception-asked:{act.pk}:{person.pk}",
                name=act.by.full_name,
                note=act.note,
            )
    if act.passed_to is not None:
        notify.send(
            act.passed_to.user,
            _PASSED,
            url=reverse("supervision:queue"),
            key=f"exception-passed:{act.pk}",
            name=act.by.full_name,
            note=act.note,
        )
    # Whoever had passed it up learns that it is decided.
    above = [change.case.pk for change in changes if change.steps[-1].holder_before_id == act.by_id]
    if above and act.verb in {CaseAction.ACCEPT.value, CaseAction.ASK.value}:
        askers = Employee.objects.filter(
            pk__in=ExceptionStep.objects.filter(
                case__in=above, act__passed_to=act.by_id, undone_by__isnull=True
            ).values("act__by")
        ).select_related("user")
        for asker in askers:
            notify.send(
                asker.user,
                _ANSWERED,
                url=reverse("supervision:queue") + "?keadaan=all",
                key=f"exception-answered:{act.pk}:{asker.pk}",
                name=act.by.full_name,
            )


def _bump(persons: Iterable[int], by: Employee, above: Employee | None, day: date) -> None:
    people = set(persons)
    stamps.bump(
        *screens_of(people, day), *(f"user:{who.user_id}" for who in (by, above) if who and who.user_id)
    )


def screens_of(persons: set[int], day: date) -> list[str]:
    """Return the stamps of the screens that show some people's exceptions: theirs and their supervisors'."""
    users = set(Employee.objects.filter(pk__in=persons, user__isnull=False).values_list("user_id", flat=True))
    users |= set(
        AppraiserLink.objects.active_on(day)
        .filter(employee__in=persons, appraiser__user__isnull=False)
        .values_list("appraiser__user_id", flat=True)
    )
    users |= {
        loan.holder.user_id for loan in loans_of(persons, day).values() if loan.holder.user_id is not None
    }
    return [f"user:{pk}" for pk in sorted(users)]


def absent_holders(cases: Iterable[ExceptionCase], day: date) -> set[int]:
    """Return the holders of some cases who are not in service any more."""
    holders = {case.holder_id for case in cases if case.holder_id is not None}
    return holders - present_on(holders, day) if holders else set()
