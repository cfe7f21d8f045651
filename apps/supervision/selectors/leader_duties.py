"""What leaders owe the people they appraise, for all leaders of a page in the same number of queries.

The rule is apps/assessments/rules/feedback_duty.py; here the rows are found it speaks about. Counts are of things owed.
Nothing here puts people into an order by what they have done.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.assessments.models import (
    DialogueNote,
    Evaluation,
    FeedbackNote,
    Period,
    RatingChange,
    ReportDecision,
    ReportVersion,
    SelfReport,
)
from apps.assessments.rules.feedback_duty import (
    DutyKind,
    DutyState,
    Obligation,
    Tally,
    answer_due_on,
    owes_for,
    parts_of_year,
    state_of,
    tally,
    windowed,
)
from apps.core import holidays, policy
from apps.core.localtime import local_date
from apps.core.rules.periods import first_instant_of
from apps.employees.labels import AWAY_STATES
from apps.employees.models import (
    AppraiserLink,
    Employee,
    Government,
    ServiceState,
    SupervisionLoan,
    WorkUnit,
)
from apps.indicators.models import Skp, SkpDecision


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing a leader owes: to whom, and which row it is about (plan, report, evaluation; 0 where there is none)."""

    obligation: Obligation
    employee_id: int
    object_id: int = 0
    period_id: int = 0

    @property
    def kind(self) -> DutyKind:
        """What kind of duty it is."""
        return self.obligation.kind


@dataclass(frozen=True)
class LeaderDuties:
    """Everything one leader owes in the year of a day."""

    day: date
    items: list[Owed]

    def tally_of(self, kind: DutyKind) -> Tally:
        """Return the counts of one kind."""
        return tally((item.obligation for item in self.items if item.kind is kind), self.day)

    def to_do(self) -> list[Owed]:
        """Return what can and must still be done, the nearest day first."""
        waiting = {DutyState.OPEN, DutyState.OVERDUE}
        return sorted(
            (item for item in self.items if state_of(item.obligation, self.day) in waiting),
            key=lambda item: (item.obligation.due_on, list(DutyKind).index(item.kind), item.employee_id),
        )


@dataclass(frozen=True, slots=True)
class _Link:
    """Whom a leader supervises since when, until when (the first day no longer); `lender` where it is on loan."""

    employee_id: int
    since: date | None
    until: date | None
    lender: int | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class _Frame:
    """The day and year in question, with what the government decided about the clocks."""

    government: Government
    day: date
    begins: datetime
    days_off: frozenset[date]
    # Hundreds of things were asked for on a handful of days.
    _dues: dict[tuple[date, int], date] = field(default_factory=dict)
    # And many were made in the same moment.
    _days: dict[datetime, date] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.day.year

    def local(self, at: datetime) -> date:
        if at not in self._days:
            self._days[at] = local_date(at, self.government.timezone)
        return self._days[at]

    def policy(self, key: str) -> int:
        return int(policy.get(f"assessments.{key}", on=self.day, scope=self.government.code))

    def due(self, asked_at: datetime, working_days: int) -> date:
        asked = (self.local(asked_at), working_days)
        if asked not in self._dues:
            self._dues[asked] = answer_due_on(*asked, self.days_off)
        return self._dues[asked]


def duties_of_leaders(
    leaders: Iterable[Employee],
    government: Government,
    now: datetime,
    *,
    periods: Iterable[Period] | None = None,
) -> dict[int, LeaderDuties]:
    """Return what each leader (by id) owes in the present year.

    Who has the government's periods that reports are written for at hand, with their cycles, gives them.
    """
    day = local_date(now, government.timezone)
    frame = _Frame(
        government=government,
        day=day,
        begins=first_instant_of(date(day.year, 1, 1), government.timezone),
        days_off=holidays.holidays_around(day, scope=government.code),
    )
    ids = [leader.pk for leader in leaders]
    items: dict[int, list[Owed]] = {leader_id: [] for leader_id in ids}
    if ids:
        links = _links(ids, frame)
        for found in (
            _plans(ids, frame),
            _evaluations(ids, frame),
            _reports(links, frame),
            _feedback_and_talks(ids, links, frame, periods),
        ):
            for leader_id, item in found:
                items[leader_id].append(item)
    return {leader_id: LeaderDuties(day, rows) for leader_id, rows in items.items()}


def leaders_visible_to(user: Any, day: date, unit: WorkUnit | None = None) -> QuerySet[Employee]:
    """Return the people who appraise somebody today, among those a user sees, by name; never the user."""
    people = Employee.objects.visible_to(user, on=day).exclude(user=user).filter(is_active=True)
    if unit is not None:
        people = people.filter(pk__in=Employee.objects.in_unit(unit, on=day).values("pk"))
    links = AppraiserLink.objects.active_on(day).filter(appraiser=OuterRef("pk"), employee__is_active=True)
    loans = SupervisionLoan.objects.active_on(day).filter(holder=OuterRef("pk"), employee__is_active=True)
    return people.filter(Exists(links) | Exists(loans)).order_by("name", "pk")


def _links(leader_ids: list[int], frame: _Frame) -> dict[int, list[_Link]]:
    links: dict[int, list[_Link]] = defaultdict(list)
    for leader_id, employee_id, period in AppraiserLink.objects.filter(
        appraiser__in=leader_ids, employee__is_active=True, period__overlap=_year_so_far(frame)
    ).values_list("appraiser_id", "employee_id", "period"):
        links[leader_id].append(_Link(employee_id, period.lower, period.upper))
    return _with_loans(leader_ids, links, frame)


def _with_loans(
    leader_ids: list[int], links: dict[int, list[_Link]], frame: _Frame
) -> dict[int, list[_Link]]:
    """Give the days of a loan to its holder; they are missing from the days of the appraiser (S8)."""
    loans = list(
        SupervisionLoan.objects.filter(
            Q(lender__in=leader_ids) | Q(holder__in=leader_ids),
            is_withdrawn=False,
            employee__is_active=True,
            period__overlap=_year_so_far(frame),
        )
        .order_by("period", "pk")
        .values_list("lender_id", "holder_id", "employee_id", "period")
    )
    if not loans:
        return links
    lent: dict[tuple[int, int], list[_Link]] = defaultdict(list)
    for lender_id, employee_id, period in AppraiserLink.objects.filter(
        appraiser__in={row[0] for row in loans}, employee__in={row[2] for row in loans}
    ).values_list("appraiser_id", "employee_id", "period"):
        lent[lender_id, employee_id].append(_Link(employee_id, period.lower, period.upper))
    spans: dict[tuple[int, int], list[tuple[date, date]]] = defaultdict(list)
    for lender_id, holder_id, employee_id, period in loans:
        spans[lender_id, employee_id].append((period.lower, period.upper))
        if holder_id not in leader_ids:
            continue
        # A loan counts on the days on which its lender is the appraiser.
        for link in lent[lender_id, employee_id]:
            since = max(period.lower, link.since or period.lower)
            until = min(period.upper, link.until or period.upper)
            if since < until:
                links[holder_id].append(_Link(employee_id, since, until, lender_id))
    return {
        leader_id: [
            part
            for link in rows
            for part in (
                [link]
                if link.lender is not None
                else _without(link, spans.get((leader_id, link.employee_id), []))
            )
        ]
        for leader_id, rows in links.items()
    }


def _without(link: _Link, spans: list[tuple[date, date]]) -> list[_Link]:
    """Return what is left of a link beside the days of loans, which come in order and never overlap."""
    parts = []
    since = link.since
    for first, end in spans:
        if (link.until is not None and first >= link.until) or (since is not None and end <= since):
            continue
        if since is None or since < first:
            parts.append(_Link(link.employee_id, since, first))
        since = end
    if link.until is None or since is None or since < link.until:
        parts.append(_Link(link.employee_id, since, link.until))
    return parts


def _plans(leader_ids: list[int], frame: _Frame) -> Iterator[tuple[int, Owed]]:
    """Plans to approve or return; a working copy of an approved one waits just the same."""
    days = frame.policy("plan_approval_working_days")
    for pk, leader_id, employee_id, asked_at in Skp.objects.filter(
        appraiser__in=leader_ids, status="submitted"
    ).values_list("pk", "appraiser_id", "employee_id", "submitted_at"):
        obligation = Obligation(DutyKind.PLAN, frame.due(asked_at, days))
        yield leader_id, Owed(obligation, employee_id, pk)
    submitted = SkpDecision.objects.filter(
        skp=OuterRef("skp"), action="submit", at__lte=OuterRef("at")
    ).order_by("-at", "-pk")
    for pk, leader_id, employee_id, asked_at, done_at in (
        SkpDecision.objects.filter(
            skp__appraiser__in=leader_ids, action__in=["approve", "return"], at__gte=frame.begins
        )
        .annotate(asked_at=Subquery(submitted.values("at")[:1]))
        .filter(asked_at__isnull=False)
        .order_by()
        .values_list("skp_id", "skp__appraiser_id", "skp__employee_id", "asked_at", "at")
    ):
        obligation = Obligation(DutyKind.PLAN, frame.due(asked_at, days), frame.local(done_at))
        yield leader_id, Owed(obligation, employee_id, pk)


def _evaluations(leader_ids: list[int], frame: _Frame) -> Iterator[tuple[int, Owed]]:
    """Evaluations to rate. The first rating counts: a correction or an upheld objection comes later by nature."""
    days = frame.policy("rating_days")
    # Looked up for each: a join with every change of the region took thirteen times as long at 10,000 people.
    first = RatingChange.objects.filter(evaluation=OuterRef("pk")).order_by("at")
    for pk, leader_id, employee_id, period_id, status, asked_at, done_at in (
        Evaluation.objects.filter(appraiser__in=leader_ids)
        .filter(Q(status="prepared") | Q(prepared_at__gte=frame.begins))
        .annotate(first_rated_at=Coalesce(Subquery(first.values("at")[:1]), "rated_at"))
        .order_by()
        .values_list(
            "pk", "appraiser_id", "employee_id", "period_id", "status", "prepared_at", "first_rated_at"
        )
    ):
        done_on = frame.local(done_at) if done_at is not None and status != "prepared" else None
        obligation = Obligation(DutyKind.EVALUATION, frame.due(asked_at, days), done_on)
        yield leader_id, Owed(obligation, employee_id, pk, period_id)


def _reports(links: dict[int, list[_Link]], frame: _Frame) -> Iterator[tuple[int, Owed]]:
    """Reports to review: each sent version that was decided on counts, and those that wait."""
    days = frame.policy("review_working_days")
    leaders = _by_person(links)
    for pk, employee_id, asked_at in (
        SelfReport.objects.filter(employee__in=leaders, status="submitted", submitted_at__isnull=False)
        .order_by()
        .values_list("pk", "employee_id", "submitted_at")
    ):
        for leader_id in _leading(leaders[employee_id], frame.day):
            obligation = Obligation(DutyKind.REPORT, frame.due(asked_at, days))
            yield leader_id, Owed(obligation, employee_id, pk)
    sent = ReportVersion.objects.filter(report=OuterRef("report"), version=OuterRef("version"))
    for pk, employee_id, asked_at, done_at in (
        ReportDecision.objects.filter(
            report__employee__in=leaders, action__in=["accept", "return"], at__gte=frame.begins
        )
        .annotate(asked_at=Subquery(sent.values("submitted_at")[:1]))
        .filter(asked_at__isnull=False)
        .order_by()
        .values_list("report_id", "report__employee_id", "asked_at", "at")
    ):
        for leader_id in _leading(leaders[employee_id], frame.local(done_at)):
            obligation = Obligation(DutyKind.REPORT, frame.due(asked_at, days), frame.local(done_at))
            yield leader_id, Owed(obligation, employee_id, pk)


def _by_person(links: dict[int, list[_Link]]) -> dict[int, list[tuple[int, _Link]]]:
    people: dict[int, list[tuple[int, _Link]]] = defaultdict(list)
    for leader_id, rows in links.items():
        for link in rows:
            people[link.employee_id].append((leader_id, link))
    return people


def _leading(links: list[tuple[int, _Link]], day: date) -> list[int]:
    return [leader_id for leader_id, link in links if link.holds_on(day)]


def _feedback_and_talks(
    leader_ids: list[int],
    links: dict[int, list[_Link]],
    frame: _Frame,
    known: Iterable[Period] | None,
) -> Iterator[tuple[int, Owed]]:
    """Feedback in every period and an agreed talk in every part of the year."""
    people = {link.employee_id for rows in links.values() for link in rows}
    plan_since = _plan_since(people, frame)
    given: dict[tuple[int, int], list[date]] = defaultdict(list)
    lenders = {link.lender for rows in links.values() for link in rows if link.lender is not None}
    for author_id, lender_id, employee_id, at in FeedbackNote.objects.filter(
        Q(author__in={*leader_ids, *lenders}) | Q(on_behalf_of__in=leader_ids),
        employee__in=people,
        at__gte=frame.begins,
    ).values_list("author_id", "on_behalf_of_id", "employee_id", "at"):
        given[author_id, employee_id].append(frame.local(at))
        # What was said on loan was said for the appraiser too.
        if lender_id is not None:
            given[lender_id, employee_id].append(frame.local(at))
    talks = _agreed_talks(people, frame)
    away = _away(people, frame)
    per_period, per_year = frame.policy("feedback_per_period"), frame.policy("dialogues_per_year")
    if known is None:
        known = Period.objects.filter(
            cycle__government=frame.government, cycle__year=frame.year, kind="periodic"
        ).select_related("cycle")
    periods = sorted(
        (period.starts_on, period.ends_on) for period in known if period.cycle.year == frame.year
    )
    parts = parts_of_year(frame.year, per_year)
    for leader_id, rows in links.items():
        for link in rows:
            person = link.employee_id
            since = plan_since.get(person)
            for kind, windows, owed in (
                (DutyKind.FEEDBACK, periods, per_period),
                (DutyKind.DIALOGUE, parts, 1),
            ):
                for window in windows:
                    if not owes_for(
                        window,
                        leads_from=link.since,
                        leads_until=link.until,
                        plan_since=since,
                        today=frame.day,
                        away=away[person],
                    ):
                        continue
                    if kind is DutyKind.FEEDBACK:
                        said = given[leader_id, person]
                        if link.lender is not None:
                            # What the appraiser said before lending counts, and nothing counts twice.
                            said = given[link.lender, person]
                        done = [day for day in said if window[0] <= day <= window[1]]
                    else:
                        done = [agreed for talk, agreed in talks[person] if window[0] <= talk <= window[1]]
                    for obligation in windowed(kind, window, owed, done):
                        yield leader_id, Owed(obligation, person)


def _plan_since(people: set[int], frame: _Frame) -> dict[int, date]:
    """Return since when each person has had an approved plan of the year."""
    approvals = SkpDecision.objects.filter(skp=OuterRef("pk"), action="approve").order_by("at")
    approved = (
        Skp.objects.plans()
        .filter(employee__in=people, year=frame.year, status__in=["approved", "closed"])
        .annotate(since=Coalesce(Subquery(approvals.values("at")[:1]), "approved_at"))
        .order_by()
        .values_list("employee_id", "since")
    )
    first: dict[int, date] = {}
    for employee_id, at in approved:
        day = frame.local(at)
        first[employee_id] = min(day, first.get(employee_id, day))
    return first


def _away(people: set[int], frame: _Frame) -> dict[int, list[tuple[date | None, date | None]]]:
    """Return when each person was at no work in the own post."""
    spans: dict[int, list[tuple[date | None, date | None]]] = defaultdict(list)
    for employee_id, period in ServiceState.objects.filter(
        employee__in=people, kind__in=AWAY_STATES, period__overlap=_year_so_far(frame)
    ).values_list("employee_id", "period"):
        spans[employee_id].append((period.lower, period.upper))
    return spans


def _year_so_far(frame: _Frame) -> DateRange:
    return DateRange(date(frame.year, 1, 1), frame.day + timedelta(days=1))


def _agreed_talks(people: set[int], frame: _Frame) -> dict[int, list[tuple[date, date]]]:
    """Return for each person the days of talks with the day both had agreed; an addition is no talk of its own."""
    talks: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for employee_id, talk_on, one, other in (
        DialogueNote.objects.agreed()
        .filter(employee__in=people, talk_on__year=frame.year, amends__isnull=True)
        .values_list("employee_id", "talk_on", "employee_agreed_at", "appraiser_agreed_at")
    ):
        talks[employee_id].append((talk_on, frame.local(max(one, other))))
    return talks
