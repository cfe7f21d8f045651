"""The exception queue of a supervisor: live facts, joined with what was done about them.

The number of queries is the same for one person and for a thousand. Whose line it is: the people one supervises; what
was passed up to one; the objections one decides; and, where a rule was passed up a level, the people below one's own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from apps.assessments.models import Evaluation, Objection
from apps.core import holidays, kept, policy
from apps.core.localtime import today
from apps.core.rules.working_days import add_working_days, count_working_days
from apps.employees import selectors as people
from apps.employees.models import AppraiserLink, Employee, Government, Placement

from ..models import ExceptionAct, ExceptionCase, ExceptionStep
from ..rules.case_lifecycle import (
    DUTY_KINDS,
    WORK_KINDS,
    CaseAction,
    CaseStatus,
    Outcome,
    allowed_actions,
    severity_of,
    wakes,
)
from ..rules.exceptions import (
    Exceptional,
    ExceptionKind,
    Fate,
    Reason,
    RuleTable,
    in_order,
    reasons_of,
)
from .facts import facts_for, sightings_for
from .rule_table import fates_of, rule_table_on

UNDO_FOR = timedelta(minutes=30)
_WAITING = {CaseStatus.OPEN, CaseStatus.PASSED_UP}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing as somebody saw it: person, kind, and how bad it was then."""

    person: int
    kind: ExceptionKind
    severity: Decimal

    @property
    def token(self) -> str:
        """Return it as the value of a form field."""
        return f"{self.person}:{self.kind.value}:{self.severity}"

    @classmethod
    def read(cls, text: str) -> "Item":
        """Return the thing behind the value of a form field.

        :raises ValueError: if it is none.
        """
        person, kind, severity = text[:60].split(":")
        try:
            number = Decimal(severity)
        except InvalidOperation as error:
            raise ValueError("no severity") from error
        if not (person.isascii() and person.isdigit() and number.is_finite()):
            raise ValueError("no person or no severity")
        return cls(int(person), ExceptionKind(kind), number)


@dataclass(frozen=True, slots=True)
class Seen:
    """A reason with its state today. `row` is the thing it speaks of; `age` counts working days."""

    person: int
    reason: Reason
    state: CaseStatus
    is_mine: bool
    age: int
    row: int | None = None
    case: ExceptionCase | None = None

    @property
    def kind(self) -> ExceptionKind:
        """Which rule it is."""
        return self.reason.kind

    @property
    def is_to_do(self) -> bool:
        """Whether it waits for this viewer."""
        return self.is_mine and self.state in _WAITING

    @property
    def item(self) -> Item:
        """Return it as it goes into a form."""
        return Item(self.person, self.kind, severity_of(self.reason))


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One person of the queue with their reasons, heaviest first."""

    person: Employee
    seen: tuple[Seen, ...]

    @property
    def is_to_do(self) -> bool:
        """Whether something of it waits for this viewer."""
        return any(seen.is_to_do for seen in self.seen)

    @property
    def age(self) -> int:
        """Return for how many working days the oldest reason has stood."""
        return max((seen.age for seen in self.seen), default=0)


@dataclass(frozen=True)
class Frame:
    """What a queue is made with: whose it is, the day, the rules, and of whom which kinds (None: all)."""

    user: Any
    employee: Employee | None
    government: Government
    day: date
    table: RuleTable
    retired: frozenset[ExceptionKind]
    kinds: Mapping[int, frozenset[ExceptionKind] | None]
    clock_step: int
    days_off: frozenset[date]

    def asked_until(self) -> date:
        """Return the day on which something asked for today is shown again."""
        days = policy.get(
            "supervision.asked_returns_after_working_days", on=self.day, scope=self.government.code
        )
        return add_working_days(self.day, max(int(days), 1), self.days_off)

    def last_day_to_put_off(self) -> date:
        """Return the last day until which something may be put off."""
        days = policy.get("supervision.snooze_most_days", on=self.day, scope=self.government.code)
        return self.day + timedelta(days=max(int(days), 1))


def frame_for(
    user: Any, day: date, *, employee: Employee | None = None, supervised: Collection[int] | None = None
) -> Frame | None:
    """Return the frame of a user's queue on a day; None for somebody who belongs nowhere.

    `employee` (of the user) and `supervised` (whom they supervise on that day) are asked for unless given.
    """
    employee = employee or people.employee_of(user)
    if supervised is None:
        active = Employee.objects.supervised_by(user, on=day).filter(is_active=True)
        supervised = active.values_list("pk", flat=True)
    government = employee.government if employee is not None else people.government_of(user)
    if government is None:
        return None
    table = rule_table_on(day, scope=government.code)
    fates = fates_of(table, government.pk)
    retired = frozenset(kind for kind, row in fates.items() if row.fate == Fate.RETIRED.value)
    raised = frozenset(kind for kind, row in fates.items() if row.fate == Fate.PASSED_UP.value)
    return Frame(
        user=user,
        employee=employee,
        government=government,
        day=day,
        table=table,
        retired=retired,
        kinds=_kinds_of_people(set(supervised), employee, day, raised - retired),
        clock_step=int(policy.get("supervision.worse_after_working_days", on=day, scope=government.code)),
        days_off=holidays.holidays_around(day, scope=government.code),
    )


def _kinds_of_people(
    mine: set[int], employee: Employee | None, day: date, raised: frozenset[ExceptionKind]
) -> dict[int, frozenset[ExceptionKind] | None]:
    kinds: dict[int, frozenset[ExceptionKind] | None] = {}

    def add(person: int, more: Iterable[ExceptionKind]) -> None:
        kinds[person] = (kinds.get(person) or frozenset()) | frozenset(more)

    if employee is not None:
        for person, kind in (
            ExceptionCase.objects.running().filter(holder=employee).values_list("person_id", "kind")
        ):
            add(person, [ExceptionKind(kind)])
        for person in Objection.objects.filter(decider=employee, decided_at__isnull=True).values_list(
            "evaluation__employee_id", flat=True
        ):
            add(person, [ExceptionKind.OBJECTION_RUNNING_OUT])
        below = AppraiserLink.objects.active_on(day).filter(appraiser__in=mine, employee__is_active=True)
        for person in below.values_list("employee_id", flat=True) if raised else ():
            add(person, raised)
        # Nobody decides on themselves, by whatever way it came.
        kinds.pop(employee.pk, None)
        mine.discard(employee.pk)
    return {**kinds, **dict.fromkeys(mine)}


def queue_for(
    user: Any,
    day: date,
    *,
    frame: Frame | None = None,
    only: Collection[int] | None = None,
    is_kept: bool = False,
) -> list[QueueLine]:
    """Return every line of a user's queue, quiet reasons too, in the order of those that wait.

    `only` narrows to some people of the queue. `is_kept` is for looking: what is true may be as old as the user's
    stamp (`reasons_seen`); what was done about it is asked each time.
    """
    frame = frame or frame_for(user, day)
    if frame is None:
        return []
    ids = [pk for pk in frame.kinds if only is None or pk in only]
    if not ids:
        return []
    seen = _seen(frame, ids, reasons_seen(frame) if is_kept else None)
    persons = people_in(frame).filter(pk__in=seen).select_related("user").order_by("pk")
    return ordered(QueueLine(person, tuple(seen[person.pk])) for person in persons)


# The reasons of one person, and the rows that they speak of.
Known = Mapping[int, tuple[tuple[Reason, ...], Mapping[ExceptionKind, int]]]


def reasons_seen(frame: Frame) -> Known:
    """Return what is true of everybody in a queue, kept until a stamp of its user changes.

    The start page and the queue itself ask for the same, one after the other and after every event.
    """
    ids = sorted(frame.kinds)
    return kept.part(
        "queue-reasons",
        user=frame.user,
        key=(frame.day, frame.table.version, sorted(frame.retired), ids),
        stamp_names=(f"user:{frame.user.pk}",),
        make=lambda: _true_reasons(frame, ids),
    ).value


def _true_reasons(frame: Frame, ids: Sequence[int]) -> Known:
    """Return the reasons of those who have any."""
    found = {}
    for sighting in sightings_for(people_in(frame).filter(pk__in=ids), frame.day, viewer=frame.user):
        reasons = reasons_of(sighting.facts, frame.table, frame.retired)
        if reasons:
            found[sighting.facts.person] = (reasons, sighting.rows)
    return found


def _seen(frame: Frame, ids: Sequence[int], known: Known | None = None) -> dict[int, list[Seen]]:
    """Return what stands out of people with its state today; whoever has nothing is left out."""
    known = _true_reasons(frame, ids) if known is None else known
    wanted = {
        pk: [row for row in known[pk][0] if frame.kinds[pk] is None or row.kind in (frame.kinds[pk] or ())]
        for pk in ids
        if pk in known
    }
    cases = running_cases([pk for pk, reasons in wanted.items() if reasons])
    return {
        pk: [
            situate(reason, pk, cases.get((pk, reason.kind)), frame, known[pk][1].get(reason.kind))
            for reason in reasons
        ]
        for pk, reasons in wanted.items()
        if reasons
    }


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """One thing that a supervisor owes many people: of one kind, to so many, the oldest for so many working days."""

    kind: ExceptionKind
    people: int
    age: int


# What the supervisor owes everybody alike. One line each, or the queue would be full of one's own lateness.
_OWED_TO_ALL = (ExceptionKind.FEEDBACK_OVERDUE,)


def with_duties_apart(lines: Iterable[QueueLine]) -> tuple[list[QueueLine], list[OwnDuty]]:
    """Return lines without what is owed to several people alike, and that as one line per duty."""
    lines = list(lines)
    owed = {
        kind: [row for line in lines for row in line.seen if row.kind is kind and row.is_to_do]
        for kind in _OWED_TO_ALL
    }
    duties = [
        OwnDuty(kind, len(rows), max(row.age for row in rows)) for kind, rows in owed.items() if len(rows) > 1
    ]
    apart = {duty.kind for duty in duties}
    left = []
    for line in lines:
        seen = tuple(row for row in line.seen if not (row.kind in apart and row.is_to_do))
        if seen:
            left.append(QueueLine(line.person, seen))
    return (ordered(left) if duties else lines), duties


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a queue, in figures: lines, reasons in them, and working days of the oldest."""

    lines: int
    reasons: int
    oldest: int


def waiting_in(frame: Frame) -> Waiting:
    """Return what waits in a queue, as its page counts it; without loading anybody's row."""
    to_do = {
        pk: [row for row in rows if row.is_to_do]
        for pk, rows in _seen(frame, list(frame.kinds), reasons_seen(frame)).items()
    }
    owed = [row.kind for rows in to_do.values() for row in rows if row.kind in _OWED_TO_ALL]
    apart = {kind for kind, count in Counter(owed).items() if count > 1}
    others = [[row for row in rows if row.kind not in apart] for rows in to_do.values()]
    return Waiting(
        lines=sum(bool(rows) for rows in others) + len(apart),
        reasons=sum(len(rows) for rows in others) + len(apart),
        oldest=max((row.age for rows in to_do.values() for row in rows), default=0),
    )


def running_cases(ids: Collection[int]) -> dict[tuple[int, ExceptionKind], ExceptionCase]:
    """Return the running cases of people by person and kind."""
    return {
        (case.person_id, ExceptionKind(case.kind)): case
        for case in ExceptionCase.objects.running().filter(person__in=ids).select_related("holder")
    }


def situate(
    reason: Reason, person: int, case: ExceptionCase | None, frame: Frame, row: int | None = None
) -> Seen:
    """Return a reason with its state as the user of a frame meets it."""
    waited = [int(value) for name, value in reason.parameters.items() if name == "days"]
    if case is None:
        return Seen(person, reason, CaseStatus.OPEN, True, max(waited, default=0), row)
    stood = count_working_days(case.first_seen, frame.day, frame.days_off)
    state = state_of(case, severity_of(reason), frame.day, frame.clock_step)
    is_mine = case.holder_id is None or case.holder_id == getattr(frame.employee, "pk", None)
    if case.holder_id is None and frame.kinds.get(person, frozenset()) is not None:
        is_mine = reason.kind in (frame.kinds.get(person) or ())
    return Seen(person, reason, state, is_mine, max([stood, *waited]), row, case)


def state_of(case: ExceptionCase, severity: Decimal, day: date, clock_step: int) -> CaseStatus:
    """Return the state a case has today, also where the schedule has not yet written it down."""
    status = CaseStatus(case.status)
    if wakes(
        status,
        kind=ExceptionKind(case.kind),
        until=case.until,
        before=case.severity,
        now=severity,
        day=day,
        clock_step=clock_step,
    ):
        return CaseStatus.OPEN if case.holder_id is None else CaseStatus.PASSED_UP
    return status


def ordered(lines: Iterable[QueueLine]) -> list[QueueLine]:
    """Return lines in the order of the queue: only what waits for the viewer weighs."""
    by_person = {line.person.pk: line for line in lines}
    waiting: list[Exceptional] = []
    quiet: list[Exceptional] = []
    for pk, line in by_person.items():
        reasons = tuple(seen.reason for seen in line.seen if seen.is_to_do)
        shown = reasons or tuple(seen.reason for seen in line.seen)
        (waiting if reasons else quiet).append(Exceptional(pk, sum(reason.weight for reason in shown), shown))
    return [by_person[row.person] for row in (*in_order(waiting), *in_order(quiet))]


def narrowed(
    lines: Iterable[QueueLine],
    *,
    state: str = CaseStatus.OPEN.value,
    kind: str = "",
    people_ids: Collection[int] | None = None,
) -> list[QueueLine]:
    """Return the lines of a filter with the reasons that fit it: what waits, one state, or `all`; one kind; a unit."""
    found = []
    for line in lines:
        if people_ids is not None and line.person.pk not in people_ids:
            continue
        seen = tuple(row for row in line.seen if _fits(row, state) and (not kind or row.kind.value == kind))
        if seen:
            found.append(QueueLine(line.person, seen))
    return ordered(found)


def _fits(seen: Seen, state: str) -> bool:
    if state == "all":
        return True
    if state == CaseStatus.OPEN.value:
        return seen.is_to_do
    return not seen.is_to_do and seen.state.value == state


@dataclass(frozen=True, slots=True)
class UnitOf:
    """The unit of somebody in a queue."""

    pk: int
    name: str
    path: str


def units_of(ids: Collection[int], frame: Frame) -> dict[int, UnitOf]:
    """Return where people of a queue work, for its filter by units."""
    places = Placement.objects.active_on(frame.day).filter(is_main=True, employee__in=ids)
    return {
        pk: UnitOf(unit, name, path)
        for pk, unit, name, path in places.order_by("pk").values_list(
            "employee_id", "position__unit_id", "position__unit__name", "position__unit__path"
        )
    }


def with_places(lines: Iterable[QueueLine], frame: Frame) -> list[QueueLine]:
    """Add `current_places` to the people of the lines that are shown."""
    lines = list(lines)
    places = Placement.objects.active_on(frame.day).filter(is_main=True).select_related("position__unit")
    prefetch_related_objects(
        [line.person for line in lines], Prefetch("placements", queryset=places, to_attr="current_places")
    )
    return lines


# --- what others ask


def people_in(frame: Frame) -> QuerySet[Employee]:
    """Return the people of a queue: a frame holds only those whom its user may look at."""
    return Employee.objects.filter(pk__in=frame.kinds)


def named_in(act: ExceptionAct) -> QuerySet[Employee]:
    """Return the people of an act, for whoever may see the act."""
    return Employee.objects.filter(pk__in={row["person"] for row in act.outcomes})


def names_of(persons: QuerySet[Employee]) -> dict[int, str]:
    """Return names by number."""
    return {person.pk: person.full_name for person in persons}


def person_in(frame: Frame, pk: int) -> Employee | None:
    """Return somebody of a queue; None for anybody else."""
    return people_in(frame).filter(pk=pk).select_related("user").first()


def reasons_of_people(persons: QuerySet[Employee], day: date | None = None) -> dict[int, tuple[Reason, ...]]:
    """Return why people are in a queue, by number; whoever is in none is left out. States do not matter."""
    day = day or today()
    members = dict(persons.order_by().values_list("pk", "government_id").distinct())
    facts = {row.person: row for row in facts_for(persons, day)}
    reasons: dict[int, tuple[Reason, ...]] = {}
    for government in Government.objects.filter(pk__in=set(members.values())).order_by("pk"):
        table = rule_table_on(day, scope=government.code)
        fates = fates_of(table, government.pk)
        retired = {kind for kind, row in fates.items() if row.fate == Fate.RETIRED.value}
        for pk, government_id in members.items():
            found = reasons_of(facts[pk], table, retired) if government_id == government.pk else ()
            if found:
                reasons[pk] = found
    return reasons


def flagged_people(who: QuerySet[Employee], day: date) -> set[int]:
    """Return those whose reports are not ordinary: something in their own work stands out.

    What a supervisor owes them (feedback, a plan to approve) makes no report extraordinary.
    """
    found = reasons_of_people(who, day)
    return {pk for pk, reasons in found.items() if any(reason.kind in WORK_KINDS for reason in reasons)}


# --- before an act


def outcome_of(item: Item, seen: Seen | None, verb: CaseAction, *, is_batch: bool, is_low: bool) -> Outcome:
    """Return what an act would do with one thing, as it stands now."""
    if seen is None:
        return Outcome.GONE
    if not seen.is_mine:
        return Outcome.NOT_YOURS
    if seen.state not in _WAITING or verb not in allowed_actions(seen.state):
        return Outcome.CHANGED
    if seen.item.severity > item.severity:
        return Outcome.WORSE
    if is_batch and item.kind in DUTY_KINDS:
        return Outcome.NOT_IN_BATCH
    if is_batch and is_low:
        return Outcome.LOW_RATING
    return Outcome.DONE


def outcomes_of(
    frame: Frame, items: Sequence[Item], verb: CaseAction, *, is_batch: bool
) -> list[tuple[Item, Outcome, Seen | None]]:
    """Return what an act would do with each thing; the same number of queries for one and for many."""
    ids = {item.person for item in items}
    known = [pk for pk in ids if pk in frame.kinds]
    seen = (
        {(row.person, row.kind): row for rows in _seen(frame, known).values() for row in rows}
        if known
        else {}
    )
    low = low_rated(known) if is_batch else frozenset()
    result = []
    for item in items:
        row = seen.get((item.person, item.kind))
        outcome = outcome_of(item, row, verb, is_batch=is_batch, is_low=item.person in low)
        result.append((item, outcome, row))
    return result


def low_rated(ids: Collection[int]) -> frozenset[int]:
    """Return whose newest rating is below expectation in one of the two judgements (S3)."""
    newest = (
        Evaluation.objects.filter(employee__in=ids)
        .exclude(work_result_rating="", behavior_rating="")
        .order_by("employee", "-period__ends_on", "-pk")
        .distinct("employee")
    )
    return frozenset(
        person
        for person, result, behavior in newest.values_list(
            "employee_id", "work_result_rating", "behavior_rating"
        )
        if "below_expectation" in (result, behavior)
    )


# --- after an act


def undoable_act(employee: Employee | None, now: datetime) -> ExceptionAct | None:
    """Return the newest act of a supervisor that can still be undone."""
    if employee is None:
        return None
    left = ExceptionStep.objects.filter(act=OuterRef("pk"), undone_by__isnull=True)
    return (
        ExceptionAct.objects.filter(Exists(left), by=employee, at__gt=now - UNDO_FOR)
        .order_by("-at", "-pk")
        .first()
    )


def may_undo(act: ExceptionAct, now: datetime) -> bool:
    """Whether there is still time to undo an act."""
    return now - act.at <= UNDO_FOR


# --- the person's side


def own_sightings(employee: Employee, day: date) -> list[Seen]:
    """Return what is seen of a person, with its state, for that person: nothing is hidden from them."""
    table = rule_table_on(day, scope=employee.government.code)
    fates = fates_of(table, employee.government_id)
    frame = Frame(
        user=employee.user,
        employee=employee,
        government=employee.government,
        day=day,
        table=table,
        retired=frozenset(kind for kind, row in fates.items() if row.fate == Fate.RETIRED.value),
        kinds={employee.pk: None},
        clock_step=int(
            policy.get("supervision.worse_after_working_days", on=day, scope=employee.government.code)
        ),
        days_off=holidays.holidays_around(day, scope=employee.government.code),
    )
    return _seen(frame, [employee.pk]).get(employee.pk, [])


def steps_about(employee: Employee) -> Any:
    """Return everything that happened to the exceptions of a person, the newest first."""
    return (
        ExceptionStep.objects.filter(case__person=employee)
        .select_related("case", "act__by", "act__passed_to", "undone_by")
        .order_by("-at", "-pk")
    )


def supervised_or_passed(user: Any, day: date) -> bool:
    """Whether there is a queue for a user at all."""
    employee = people.employee_of(user)
    if employee is None:
        return False
    return (
        Employee.objects.supervised_by(user, on=day).exists()
        or ExceptionCase.objects.running().filter(holder=employee).exists()
        or Objection.objects.filter(decider=employee, decided_at__isnull=True).exists()
    )
