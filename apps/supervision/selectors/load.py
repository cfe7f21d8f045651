"""How much work the people of each appraiser make, and who could help: read for all appraisers at once.

The rule is rules/load.py; here are its facts, in the same number of queries for 5 or 500 appraisers. What stays with
the appraiser whatever is lent (rating, approving plans) are `kept_minutes`; who is supervised on loan counts for the
holder.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.assessments.models import Period
from apps.assessments.rules.feedback_duty import DutyKind, parts_of_year
from apps.core import holidays
from apps.core import policy as policies
from apps.core.rules.rounding import half_up
from apps.core.rules.working_days import count_working_days
from apps.employees import selectors as people
from apps.employees.labels import AWAY_STATES
from apps.employees.models import (
    AppraiserLink,
    Employee,
    Government,
    Placement,
    Position,
    ServiceState,
    SupervisionLoan,
    WorkUnit,
)
from apps.indicators.models import Indicator, Skp

from ..rules import load as rules

ONE_DAY = timedelta(days=1)
KEPT = (DutyKind.PLAN, DutyKind.EVALUATION)


@dataclass(frozen=True)
class Times:
    """The period that is counted, its days off, and what each duty takes."""

    first: date
    last: date
    days_off: frozenset[date]
    lent: rules.LoadPolicy
    kept_per_person: Decimal

    def working_days(self, first: date, last: date) -> int:
        """Count the working days of a span that lie in the period."""
        begin, end = max(first, self.first), min(last, self.last)
        return count_working_days(begin - ONE_DAY, end, self.days_off) if begin <= end else 0


@dataclass(frozen=True)
class Row:
    """One appraiser: how many people of their own, lent away and held, and the load of those supervised."""

    employee: Employee
    place: Placement | None
    appraiser: rules.Appraiser
    load: rules.Load
    own: int
    lent: int
    held: int

    @property
    def indicators(self) -> int:
        """The indicators of all the people supervised."""
        return sum(person.indicators for person in self.appraiser.people)

    @property
    def hours_needed(self) -> Decimal:
        """The hours that the duties take."""
        return half_up(self.load.minutes / 60, 1)

    @property
    def feedback_hours(self) -> Decimal:
        """The hours that the feedback alone takes."""
        return half_up(self.load.feedback_minutes / 60, 1)

    @property
    def hours_there(self) -> Decimal:
        """The hours that are there."""
        return half_up(self.load.capacity / 60, 1)


@dataclass(frozen=True)
class Board:
    """All appraisers of some units with what they carry."""

    day: date
    times: Times
    rows: list[Row]
    families: dict[int, str]
    loans: list[SupervisionLoan]

    @property
    def by_key(self) -> dict[int, Row]:
        """The rows by their appraiser."""
        return {row.employee.pk: row for row in self.rows}

    def ordered(self) -> list[Row]:
        """Return the rows with the least spare time first."""
        return sorted(
            self.rows,
            key=lambda row: (
                row.load.spare_percent is not None,
                row.load.spare_percent or Decimal(0),
                row.employee.name,
                row.employee.pk,
            ),
        )


def times_of(government: Government, day: date) -> Times:
    """Return the period that runs on a day (else the calendar quarter) with the minutes that hold on that day."""
    period = (
        Period.objects.filter(
            cycle__government=government, kind="periodic", starts_on__lte=day, ends_on__gte=day
        )
        .order_by("-starts_on", "-pk")
        .first()
    )
    if period is not None:
        first, last = period.starts_on, period.ends_on
    else:
        month = 3 * ((day.month - 1) // 3) + 1
        first = date(day.year, month, 1)
        last = date(day.year, month + 2, monthrange(day.year, month + 2)[1])

    def value(key: str) -> Any:
        return policies.get(key, on=day, scope=government.code)

    talks = sum(
        first <= end <= last for _, end in parts_of_year(day.year, value("assessments.dialogues_per_year"))
    )
    duties = (
        rules.DutyTime(
            DutyKind.FEEDBACK, value("supervision.minutes_feedback"), value("assessments.feedback_per_period")
        ),
        rules.DutyTime(
            DutyKind.REPORT, value("supervision.minutes_report_per_indicator"), per_indicator=True
        ),
        rules.DutyTime(DutyKind.DIALOGUE, value("supervision.minutes_dialogue"), talks),
    )
    kept = value("supervision.minutes_evaluation")
    if first.month == 1:
        # Plans are approved at the beginning of the year.
        kept += value("supervision.minutes_plan")
    return Times(
        first=first,
        last=last,
        days_off=holidays.holidays_between(first, last, scope=government.code),
        lent=rules.LoadPolicy(
            duties, value("supervision.hours_per_day"), value("supervision.load_ceiling_percent")
        ),
        kept_per_person=kept,
    )


def load_board(
    units: QuerySet[WorkUnit],
    government: Government,
    day: date,
    *,
    present: Collection[int] = (),
    viewer: Employee | None = None,
) -> Board:
    """Return the appraisers placed in some units with the load of the period of a day.

    `present` are appraisers whose absence is not taken off their days (it is what the page is about). Whoever looks
    decides nothing about themselves: `viewer`, and the people of theirs, are barred from every suggestion.
    """
    times = times_of(government, day)
    rows = _appraisers(units, government, day)
    keys = [row.pk for row in rows]
    links = list(
        AppraiserLink.objects.active_on(day)
        .filter(appraiser__in=keys, employee__is_active=True)
        .order_by("employee_id")
        .values_list("employee_id", "appraiser_id")
    )
    loans = list(
        SupervisionLoan.objects.active_on(day)
        .filter(Q(lender__in=keys) | Q(holder__in=keys), employee__is_active=True)
        .select_related("employee", "lender", "holder")
        .order_by("period", "pk")
    )
    holders = {loan.employee_id: loan.holder_id for loan in loans}
    own: dict[int, list[int]] = defaultdict(list)
    supervised: dict[int, list[int]] = defaultdict(list)
    for person, appraiser in links:
        own[appraiser].append(person)
        if person not in holders:
            supervised[appraiser].append(person)
    for person, holder in holders.items():
        supervised[holder].append(person)
    persons = {person for person, _ in links} | set(holders)
    families = _families(persons, day)
    indicators = _indicators(persons, day)
    away = _away(keys, times)
    barred = _below(keys, day)
    cannot = frozenset(row.pk for row in rows if row.user_id is None or row == viewer)
    everybody = frozenset(keys)
    found = []
    for row in rows:
        folk = tuple(
            rules.Person(
                key=person,
                indicators=indicators.get(person, 0),
                family=families.get(person, ""),
                barred=everybody
                # Who is lent already stays there; and nobody lends for themselves.
                if person in holders or (viewer is not None and viewer.pk in {row.pk, person})
                else cannot | barred.get(person, frozenset()),
            )
            for person in supervised[row.pk]
        )
        absent = 0 if row.pk in present else sum(times.working_days(*span) for span in away.get(row.pk, ()))
        appraiser_facts = rules.Appraiser(
            key=row.pk,
            people=folk,
            working_days=max(times.working_days(times.first, times.last) - absent, 0),
            kept_minutes=times.kept_per_person * len(own[row.pk]),
        )
        found.append(
            Row(
                employee=row,
                place=row.current_places[0] if row.current_places else None,  # type: ignore[attr-defined]
                appraiser=appraiser_facts,
                load=rules.load_of(appraiser_facts, times.lent),
                own=len(own[row.pk]),
                lent=sum(loan.lender_id == row.pk for loan in loans),
                held=sum(loan.holder_id == row.pk for loan in loans),
            )
        )
    return Board(day, times, found, families, loans)


def _appraisers(units: QuerySet[WorkUnit], government: Government, day: date) -> list[Employee]:
    placed = Placement.objects.active_on(day).filter(is_main=True, position__unit__in=units.values("pk"))
    links = AppraiserLink.objects.active_on(day).filter(appraiser=OuterRef("pk"), employee__is_active=True)
    loans = SupervisionLoan.objects.active_on(day).filter(holder=OuterRef("pk"), employee__is_active=True)
    rows = Employee.objects.filter(
        Exists(links) | Exists(loans),
        pk__in=placed.values("employee"),
        government=government,
        is_active=True,
    )
    return list(people.with_place(rows, day).order_by("name", "pk"))


def _families(persons: Collection[int], day: date) -> dict[int, str]:
    """Return the job family of each person by the main post of a day."""
    posts = (
        Placement.objects.active_on(day)
        .filter(is_main=True, employee__in=persons)
        .values_list("employee_id", "position__title", "position__level", "position__job_family")
    )
    return {
        person: Position(title=title, level=level, job_family=family).family
        for person, title, level, family in posts
    }


def _indicators(persons: Collection[int], day: date) -> dict[int, int]:
    """Return how many indicators the plan in force of each person has."""
    plans = Skp.objects.plans().filter(
        employee__in=persons, status__in=["approved", "closed"], period__contains=day
    )
    counted = (
        Indicator.objects.filter(result__skp__in=plans.values("pk"))
        .values("result__skp__employee")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {row["result__skp__employee"]: row["n"] for row in counted}


def _away(keys: Collection[int], times: Times) -> dict[int, list[tuple[date, date]]]:
    spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for key, period in ServiceState.objects.filter(
        employee__in=keys,
        kind__in=AWAY_STATES,
        period__overlap=(times.first, times.last + ONE_DAY),
    ).values_list("employee_id", "period"):
        last = period.upper - ONE_DAY if period.upper else times.last
        spans[key].append((period.lower, last))
    return spans


def _below(keys: Collection[int], day: date) -> dict[int, frozenset[int]]:
    """Return for each person which of the appraisers work below them: their own people never supervise them."""
    appraising = AppraiserLink.objects.active_on(day).filter(appraiser=OuterRef("employee"))
    above = dict(
        AppraiserLink.objects.active_on(day)
        .filter(Q(employee__in=keys) | Exists(appraising), appraiser__isnull=False)
        .order_by("employee_id")
        .values_list("employee_id", "appraiser_id")
    )
    found: dict[int, set[int]] = defaultdict(set)
    for key in keys:
        current = above.get(key)
        seen = {key}
        while current is not None and current not in seen:
            found[current].add(key)
            seen.add(current)
            current = above.get(current)
    return {person: frozenset(rows) for person, rows in found.items()}


# --- suggestions


@dataclass(frozen=True)
class Offer:
    """One suggested loan with the names it is about."""

    loan: rules.Loan
    person: Employee
    giver: Row
    taker: Row
    family: str

    @property
    def value(self) -> str:
        """What the form posts for it."""
        return f"{self.loan.person}:{self.loan.taker}"

    @property
    def hours(self) -> Decimal:
        """The hours that move."""
        return half_up(self.loan.minutes / 60, 1)


@dataclass(frozen=True)
class Effect:
    """What the loans would do to one appraiser, in percent of their time."""

    row: Row
    before: Decimal | None
    after: Decimal | None
    gives: int
    takes: int


@dataclass(frozen=True)
class Proposal:
    """Loans to look at before anything happens, what they would change, and the hours nobody could take."""

    offers: list[Offer]
    effects: list[Effect]
    left_over: list[tuple[Row, Decimal]]


def propose_loans(board: Board, *, family: str = "") -> Proposal:
    """Suggest loans that take overloaded appraisers back below their time, perhaps of one job family only."""
    facts = [row.appraiser for row in board.rows]
    if family:
        keys = frozenset(board.by_key)
        facts = [_only(row, keys, lambda person: person.family == family) for row in facts]
    return _proposal(board, rules.suggest_loans(facts, board.times.lent))


def propose_cover(board: Board, away: Mapping[int, int]) -> Proposal:
    """Suggest who supervises the people of those away for some working days."""
    return _proposal(
        board, rules.cover_for_leave([row.appraiser for row in board.rows], board.times.lent, away)
    )


def _only(appraiser: rules.Appraiser, keys: frozenset[int], wanted: Any) -> rules.Appraiser:
    folk = tuple(
        person
        if wanted(person)
        else rules.Person(person.key, person.indicators, person.family, person.barred | keys)
        for person in appraiser.people
    )
    return rules.Appraiser(
        appraiser.key, folk, appraiser.working_days, appraiser.families, appraiser.kept_minutes
    )


def _proposal(board: Board, found: rules.Suggestion) -> Proposal:
    by_key = board.by_key
    # Only people of the appraisers on the board can be offered, and the board is for whoever sees those.
    links = AppraiserLink.objects.active_on(board.day).filter(appraiser__in=by_key)
    names = Employee.objects.filter(pk__in=links.values("employee")).in_bulk(
        [loan.person for loan in found.loans]
    )
    offers = [
        Offer(
            loan,
            names[loan.person],
            by_key[loan.giver],
            by_key[loan.taker],
            board.families.get(loan.person, ""),
        )
        for loan in found.loans
    ]
    return Proposal(
        offers=offers,
        effects=_effects(by_key, found.loans),
        left_over=[(by_key[key], half_up(minutes / 60, 1)) for key, minutes in found.left_over],
    )


def _effects(by_key: dict[int, Row], loans: Iterable[rules.Loan]) -> list[Effect]:
    moved: dict[int, Fraction] = defaultdict(Fraction)
    gives: dict[int, int] = defaultdict(int)
    takes: dict[int, int] = defaultdict(int)
    for loan in loans:
        moved[loan.giver] -= loan.minutes
        moved[loan.taker] += loan.minutes
        gives[loan.giver] += 1
        takes[loan.taker] += 1
    effects = []
    for key, minutes in moved.items():
        row = by_key[key]
        load = row.load
        after = half_up(100 * (load.minutes + minutes) / load.capacity) if load.capacity else None
        effects.append(Effect(row, load.used_percent, after, gives[key], takes[key]))
    return sorted(
        effects, key=lambda effect: (not effect.gives, effect.row.employee.name, effect.row.employee.pk)
    )


# --- one's own


def loans_concerning(user: Any) -> QuerySet[SupervisionLoan]:
    """Return the loans in which a user is the person, the appraiser or the one who supervises, the newest first."""
    return (
        SupervisionLoan.objects.filter(Q(employee__user=user) | Q(lender__user=user) | Q(holder__user=user))
        .select_related("employee", "lender", "holder")
        .order_by("-granted_at", "-pk")
    )


def away_soon(keys: Collection[int], day: date, days: int = 30) -> list[ServiceState]:
    """Return the absences of some appraisers that run or begin within some days, the nearest first."""
    states = ServiceState.objects.filter(
        employee__in=keys, kind__in=AWAY_STATES, period__overlap=(day, day + timedelta(days=days))
    )
    return list(states.select_related("employee").order_by("period", "pk"))
