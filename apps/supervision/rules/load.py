"""How much work an appraiser's people make, whether it can be done at all, and who could help (S7, S8; EXE-3).

Load = people x indicators x duties, in minutes; capacity = working days x hours a day. No source names minutes or
hours: the caller brings them as policy values. Lending is a suggestion in both names that somebody decides on; it
goes by percent of spare capacity, not by head count, and leaves the formal appraiser who they are.
docs/rules/raters-and-load.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from apps.assessments.rules.feedback_duty import DutyKind
from apps.core.rules.rounding import half_up

_FULL = 100


@dataclass(frozen=True, slots=True)
class DutyTime:
    """How long one duty takes and how often it falls due for a person in the period.

    `per_indicator` says that the minutes are needed for each indicator of the person's plan.
    """

    kind: DutyKind
    minutes: Decimal
    times: int = 1
    per_indicator: bool = False


@dataclass(frozen=True, slots=True)
class LoadPolicy:
    """What duties take, the hours a day that are there for them, and up to where somebody who helps is filled.

    :raises ValueError: if a number is negative, or the ceiling is not within 0 to 100 percent.
    """

    duties: tuple[DutyTime, ...]
    hours_per_day: Decimal
    ceiling_percent: int = 80

    def __post_init__(self) -> None:
        if self.hours_per_day < 0 or any(duty.minutes < 0 or duty.times < 0 for duty in self.duties):
            raise ValueError("time is not negative")
        if not 0 <= self.ceiling_percent <= _FULL:
            raise ValueError("a ceiling lies between 0 and 100 percent")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody appraised; `barred` are appraisers who must not take them over, such as their own people."""

    key: int
    indicators: int
    family: str
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Appraiser:
    """Somebody who appraises; `working_days` are those of the period on which they are there.

    `families` are job families they know beside those of the people they appraise. `kept_minutes` are those of
    duties that stay with them whomever they lend: rating and approving plans (the formal appraiser never changes).
    """

    key: int
    people: tuple[Person, ...]
    working_days: int
    families: frozenset[str] = frozenset()
    kept_minutes: Decimal = Decimal(0)

    @property
    def known_families(self) -> frozenset[str]:
        """The job families this appraiser can judge."""
        return self.families | {person.family for person in self.people}


@dataclass(frozen=True, slots=True)
class Load:
    """Minutes by duty, and what is there. Exact; `used_percent` and `spare_percent` are for showing."""

    people: int
    minutes: Fraction
    feedback_minutes: Fraction
    capacity: Fraction

    @property
    def is_overloaded(self) -> bool:
        """Whether there is more work than time."""
        return self.minutes > self.capacity

    @property
    def is_impossible(self) -> bool:
        """Whether the feedback alone, with nothing else done, takes more time than there is (EXE-3)."""
        return self.feedback_minutes > self.capacity

    @property
    def used_percent(self) -> Decimal | None:
        """Load in percent of capacity; None without any capacity."""
        return half_up(_FULL * self.minutes / self.capacity) if self.capacity else None

    @property
    def spare_percent(self) -> Decimal | None:
        """What is left in percent of capacity, below zero when overloaded; None without any capacity."""
        return half_up(_FULL * (self.capacity - self.minutes) / self.capacity) if self.capacity else None

    @property
    def minutes_per_person(self) -> Decimal | None:
        """How many minutes there are for each person; None without people."""
        return half_up(self.capacity / self.people) if self.people else None


@dataclass(frozen=True, slots=True)
class Loan:
    """One person of the giver supervised by the taker for the period; the minutes go with them."""

    person: int
    giver: int
    taker: int
    minutes: Fraction
    same_family: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Loans in the order they were found, and the minutes that nobody could take, by appraiser."""

    loans: tuple[Loan, ...]
    left_over: tuple[tuple[int, Fraction], ...]


def minutes_of(person: Person, policy: LoadPolicy) -> Fraction:
    """Return the minutes one person makes in the period.

    :raises ValueError: if the number of indicators is negative.
    """
    return sum((_duty_minutes(person, duty) for duty in policy.duties), Fraction(0))


def load_of(appraiser: Appraiser, policy: LoadPolicy) -> Load:
    """Return the load of an appraiser in the period.

    :raises ValueError: if working days, kept minutes or a number of indicators are negative.
    """
    if appraiser.kept_minutes < 0:
        raise ValueError("time is not negative")
    return Load(
        people=len(appraiser.people),
        minutes=sum(
            (minutes_of(person, policy) for person in appraiser.people), Fraction(appraiser.kept_minutes)
        ),
        feedback_minutes=sum(
            (
                _duty_minutes(person, duty)
                for person in appraiser.people
                for duty in policy.duties
                if duty.kind is DutyKind.FEEDBACK
            ),
            Fraction(0),
        ),
        capacity=_capacity(appraiser.working_days, policy),
    )


def suggest_loans(appraisers: Sequence[Appraiser], policy: LoadPolicy) -> Suggestion:
    """Suggest whose people could be supervised by whom, until nobody has more work than time.

    Again and again the most overloaded in percent gives away the person with the most minutes that still fits
    somewhere; to somebody who knows the job family first, among those to the one with most spare percent. Nobody
    is filled above the ceiling, takes over themselves or somebody who bars them, and whoever gives takes nobody.
    Ties go by the lowest key, so the order of the arguments does not matter.

    :raises ValueError: if an appraiser or a person comes twice.
    """
    _check(appraisers)
    loads = {appraiser.key: load_of(appraiser, policy) for appraiser in appraisers}
    desk = _Desk(
        appraisers,
        used={key: load.minutes for key, load in loads.items()},
        capacity={key: load.capacity for key, load in loads.items()},
        closed=frozenset(key for key, load in loads.items() if load.is_overloaded),
        ceiling=Fraction(policy.ceiling_percent, _FULL),
    )
    queues = {
        appraiser.key: [
            (minutes, person)
            for person in appraiser.people
            # Who makes no work would change hands for nothing.
            if (minutes := minutes_of(person, policy))
        ]
        for appraiser in appraisers
        if loads[appraiser.key].is_overloaded
    }
    loans, _ = desk.place(queues, until=lambda key: desk.used[key] <= desk.capacity[key])
    over = {key: desk.used[key] - desk.capacity[key] for key in queues}
    return Suggestion(loans, tuple(sorted((key, minutes) for key, minutes in over.items() if minutes > 0)))


def cover_for_leave(
    appraisers: Sequence[Appraiser], policy: LoadPolicy, away: Mapping[int, int]
) -> Suggestion:
    """Suggest who stands in for those on leave, by working days away; every person of theirs needs somebody.

    A person takes the share of their minutes that falls into the days away. Nobody away stands in for anybody, and
    nobody is filled above the ceiling; whom nobody could take is named by the minutes left over.

    :raises ValueError: if somebody away is no appraiser or is away for more days than the period has, or if an
        appraiser or a person comes twice.
    """
    _check(appraisers)
    by_key = {appraiser.key: appraiser for appraiser in appraisers}
    for key, days in away.items():
        if key not in by_key or not 0 < days <= by_key[key].working_days:
            raise ValueError("days away are working days of an appraiser in the period")
    loads = {appraiser.key: load_of(appraiser, policy) for appraiser in appraisers}
    shares = {key: Fraction(days, by_key[key].working_days) for key, days in away.items()}
    desk = _Desk(
        appraisers,
        used={key: load.minutes for key, load in loads.items()},
        capacity={key: load.capacity for key, load in loads.items()},
        closed=frozenset(away),
        ceiling=Fraction(policy.ceiling_percent, _FULL),
    )
    queues = {
        key: [(minutes_of(person, policy) * shares[key], person) for person in by_key[key].people]
        for key in away
    }
    loans, left = desk.place(queues, until=lambda key: False)
    return Suggestion(loans, tuple(sorted(left.items())))


def after(appraisers: Iterable[Appraiser], loans: Iterable[Loan]) -> tuple[Appraiser, ...]:
    """Return the appraisers as they would be with the loans of `suggest_loans`.

    :raises ValueError: if a loan names a person whom its giver does not appraise, or an unknown taker.
    """
    everybody = tuple(appraisers)
    people = {appraiser.key: {person.key: person for person in appraiser.people} for appraiser in everybody}
    for loan in loans:
        if loan.taker not in people or loan.person not in people.get(loan.giver, {}):
            raise ValueError("a loan goes from the appraiser of a person to another one")
        people[loan.taker][loan.person] = people[loan.giver].pop(loan.person)
    return tuple(replace(appraiser, people=tuple(people[appraiser.key].values())) for appraiser in everybody)


class _Desk:
    """The running totals while people are placed."""

    def __init__(
        self,
        appraisers: Sequence[Appraiser],
        *,
        used: dict[int, Fraction],
        capacity: dict[int, Fraction],
        closed: frozenset[int],
        ceiling: Fraction,
    ) -> None:
        self.used = used
        self.capacity = capacity
        self._takers = sorted(
            (row for row in appraisers if row.key not in closed and capacity[row.key]),
            key=lambda row: row.key,
        )
        self._limit = {row.key: ceiling * capacity[row.key] for row in self._takers}
        self._share = {key: used[key] / capacity[key] for key in capacity if capacity[key]}
        # Asked once: people who are lent in the process do not make anybody an expert of their family.
        self._known = {row.key: row.known_families for row in self._takers}

    def place(
        self, queues: Mapping[int, list[tuple[Fraction, Person]]], *, until: Callable[[int], bool]
    ) -> tuple[tuple[Loan, ...], dict[int, Fraction]]:
        """Return the loans, and the minutes of those who found no room."""
        waiting = {key: sorted(rows, key=lambda row: (-row[0], row[1].key)) for key, rows in queues.items()}
        loans: list[Loan] = []
        left: dict[int, Fraction] = {}
        while still_open := [key for key, rows in waiting.items() if rows and not until(key)]:
            giver = min(still_open, key=lambda key: (*self._most_overloaded(key), key))
            # Room only ever shrinks: who finds none now finds none later, and is asked once.
            minutes, person = waiting[giver].pop(0)
            taker = self._taker_for(person, minutes)
            if taker is None:
                left[giver] = left.get(giver, Fraction(0)) + minutes
                continue
            loans.append(Loan(person.key, giver, taker.key, minutes, person.family in self._known[taker.key]))
            self._add(taker.key, minutes)
            self._add(giver, -minutes)
        return tuple(loans), left

    def _add(self, key: int, minutes: Fraction) -> None:
        self.used[key] += minutes
        if key in self._share:
            self._share[key] = self.used[key] / self.capacity[key]

    def _most_overloaded(self, key: int) -> tuple[bool, Fraction]:
        if key not in self._share:
            return (False, -self.used[key])
        return (True, -self._share[key])

    def _taker_for(self, person: Person, minutes: Fraction) -> Appraiser | None:
        fitting = [
            row
            for row in self._takers
            if row.key != person.key
            and row.key not in person.barred
            and self.used[row.key] + minutes <= self._limit[row.key]
        ]
        return min(
            fitting,
            key=lambda row: (
                person.family not in self._known[row.key],
                self._share[row.key],
                row.key,
            ),
            default=None,
        )


def _check(appraisers: Sequence[Appraiser]) -> None:
    people = [person.key for appraiser in appraisers for person in appraiser.people]
    if len({appraiser.key for appraiser in appraisers}) != len(appraisers):
        raise ValueError("an appraiser comes once")
    if len(set(people)) != len(people):
        raise ValueError("a person has one appraiser")


def _capacity(working_days: int, policy: LoadPolicy) -> Fraction:
    if working_days < 0:
        raise ValueError("working days are not negative")
    return working_days * Fraction(policy.hours_per_day) * 60


def _duty_minutes(person: Person, duty: DutyTime) -> Fraction:
    if person.indicators < 0:
        raise ValueError("a number of indicators is not negative")
    return Fraction(duty.minutes) * duty.times * (person.indicators if duty.per_indicator else 1)
