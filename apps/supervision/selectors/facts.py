"""What is known of people for the exception queue: the same number of queries for one person and for a thousand.

What counts as a fact, and what does not: docs/rules/supervision.md. The rules that judge them: rules/exceptions.py.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.assessments.models import (
    Evidence,
    EvidenceQuestion,
    FeedbackNote,
    Objection,
    Period,
    ReportLine,
    SelfReport,
)
from apps.assessments.rules.feedback_duty import owes_for
from apps.assessments.rules.targets import is_counted, period_target
from apps.assessments.selectors.reporting import FETCHED_SOURCES, PLANS_IN_FORCE
from apps.core import holidays, policy
from apps.core.localtime import local_date
from apps.core.rules.periods import first_instant_of
from apps.core.rules.rounding import half_up
from apps.core.rules.working_days import count_working_days
from apps.employees.labels import AWAY_STATES
from apps.employees.models import AppraiserLink, Employee, Government, Mandate, Placement, ServiceState
from apps.feedback.models import Complaint, ReportedOfficer, ServiceAlert
from apps.indicators.models import Indicator, Skp, SkpDecision
from apps.indicators.rules.achievement import Direction, achievement_percent

from ..rules.exceptions import ExceptionKind, Facts

# How far back reports are looked at: a year, so that January knows December.
LOOKS_BACK = timedelta(days=366)
SENT = ("submitted", "accepted")
REUSE = ("same_file", "similar_image")

# First day and first day no longer, as in a date range.
_Span = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Sighting:
    """The facts of one person, and the row that each of them speaks of."""

    facts: Facts
    rows: Mapping[ExceptionKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The people of one government, the day, and the days off."""

    government: Government
    day: date
    ids: list[int]
    viewer: Any
    days_off: frozenset[date]

    @property
    def since(self) -> date:
        return self.day - LOOKS_BACK

    def local(self, at: Any) -> date:
        return local_date(at, self.government.timezone)

    def days_since(self, day: date) -> int:
        return count_working_days(day, self.day, self.days_off)

    def policy(self, key: str) -> Any:
        return policy.get(key, on=self.day, scope=self.government.code)


class _Found:
    """Facts and rows of one government's people, collected fact by fact."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.facts = {pk: Facts(pk) for pk in ids}
        self.rows: dict[int, dict[ExceptionKind, int]] = defaultdict(dict)

    def note(self, person: int, kind: ExceptionKind, row: int | None, **values: Any) -> None:
        self.facts[person] = replace(self.facts[person], **values)
        if row is not None:
            self.rows[person][kind] = row


def facts_for(people: QuerySet[Employee], day: date) -> list[Facts]:
    """Return the facts of people on a day, by number."""
    return [sighting.facts for sighting in sightings_for(people, day)]


def sightings_for(people: QuerySet[Employee], day: date, *, viewer: Any = None) -> list[Sighting]:
    """Return the facts of people with the rows behind them, by number.

    With a `viewer` (a user) only complaints and services count that this user may see; without one all do.
    """
    by_government: dict[int, list[int]] = defaultdict(list)
    for pk, government in people.order_by("pk").values_list("pk", "government_id").distinct():
        by_government[government].append(pk)
    sightings: list[Sighting] = []
    for government in Government.objects.filter(pk__in=by_government).order_by("pk"):
        ids = by_government[government.pk]
        frame = _Frame(government, day, ids, viewer, holidays.holidays_around(day, scope=government.code))
        found = _Found(ids)
        for look in (
            _reporting,
            _recycled,
            _periods,
            _objections,
            _citizens,
            _plans,
        ):
            look(frame, found)
        sightings += [Sighting(found.facts[pk], found.rows.get(pk, {})) for pk in ids]
    return sorted(sightings, key=lambda sighting: sighting.facts.person)


def _reports(frame: _Frame) -> QuerySet[SelfReport]:
    return SelfReport.objects.filter(
        employee__in=frame.ids, status__in=SENT, period__kind="periodic", period__ends_on__gt=frame.since
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    """A report that was sent: whose, for which period of how many months, and whether a file lies with it."""

    pk: int
    person: int
    period: int
    ends_on: date
    months: int
    has_file: bool


# What an indicator asks for: its target, source, aspect and direction.
_Aim = tuple[Decimal | None, str, str, str]


def _reporting(frame: _Frame, found: _Found) -> None:
    """What the reports of a year say: evidence that is missing, and the newest beside the earlier ones.

    Reports, their figures and what the indicators ask for are three questions. Joined into one, PostgreSQL looked an
    indicator up once per figure, five times as often as there are indicators.
    """
    waiting = EvidenceQuestion.objects.filter(
        evidence=OuterRef("pk"), answered_at__isnull=True, withdrawn_at__isnull=True
    )
    files = Evidence.objects.filter(~Exists(waiting), report=OuterRef("pk"), removed_at__isnull=True)
    reports = [
        _Sent(pk, person, period, ends, _months(starts, ends), has_file)
        for pk, person, period, starts, ends, has_file in _reports(frame)
        .annotate(has_file=Exists(files))
        .order_by("employee", "-period__ends_on", "-pk")
        .values_list("pk", "employee_id", "period_id", "period__starts_on", "period__ends_on", "has_file")
    ]
    lines: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for report, indicator, realization in (
        ReportLine.objects.filter(report__in=[row.pk for row in reports], realization__isnull=False)
        .order_by()
        .values_list("report_id", "indicator_id", "realization")
    ):
        lines[report].append((indicator, realization))
    named = {indicator for rows in lines.values() for indicator, _realization in rows}
    aims: dict[int, _Aim] = {
        pk: (target, source, aspect, direction)
        for pk, target, source, aspect, direction in Indicator.objects.filter(pk__in=named)
        .exclude(source__in=FETCHED_SOURCES)
        .order_by()
        .values_list("pk", "target", "source", "aspect", "direction")
    }
    # What is fetched from elsewhere is no figure of the person.
    figures = {report: [row for row in rows if row[0] in aims] for report, rows in lines.items()}
    _evidence(reports, figures, found)
    _trend(frame, reports, figures, aims, found)


def _months(starts: date, ends: date) -> int:
    return (ends.year - starts.year) * 12 + ends.month - starts.month + 1


_Figures = Mapping[int, Sequence[tuple[int, Decimal]]]


def _evidence(reports: Iterable[_Sent], figures: _Figures, found: _Found) -> None:
    """Periods in a row, the newest backwards, whose reports owed evidence and have none."""
    # Somebody who moved has two reports on one period: evidence in either is evidence for it.
    periods: dict[int, dict[int, tuple[int, bool]]] = defaultdict(dict)
    for row in reports:
        if any(realization > 0 for _indicator, realization in figures.get(row.pk, ())):
            newest, earlier = periods[row.person].get(row.period, (row.pk, False))
            periods[row.person][row.period] = (newest, earlier or row.has_file)
    for person, rows in periods.items():
        count = 0
        for _pk, has_file in rows.values():
            if has_file:
                break
            count += 1
        if count:
            newest = next(iter(rows.values()))[0]
            found.note(person, ExceptionKind.NO_EVIDENCE, newest, periods_without_evidence=count)


def _trend(
    frame: _Frame, reports: Iterable[_Sent], figures: _Figures, aims: Mapping[int, _Aim], found: _Found
) -> None:
    """The achievement of the newest report beside the median of the earlier ones, both from the person's figures."""
    least = max(int(frame.policy("supervision.trend_least_periods")), 1)
    basis = frame.policy("assessments.target_basis")
    # Each indicator comes once per report, with the same target as long as the periods are equally long.
    targets: dict[tuple[int, int], Decimal | None] = {}
    percents: dict[tuple[int, date, int], list[Decimal]] = defaultdict(list)
    for row in reports:
        for indicator, realization in figures.get(row.pk, ()):
            target, source, aspect, direction = aims[indicator]
            if target is None or target <= 0:
                continue
            what = (indicator, row.months)
            if what not in targets:
                counted = is_counted(source, aspect)
                targets[what] = period_target(target, counted=counted, basis=basis, months=row.months)
            aimed = targets[what]
            percent = achievement_percent(aimed, realization, Direction(direction)) if aimed else None
            if percent is not None:
                percents[row.person, row.ends_on, row.pk].append(max(percent, Decimal(0)))
    history: dict[int, list[tuple[date, int, Decimal]]] = defaultdict(list)
    for (person, ends, report), values in percents.items():
        history[person].append((ends, report, half_up(sum(values, Decimal(0)) / len(values))))
    for person, rows in history.items():
        rows.sort()
        *earlier, (_ends, report, achievement) = rows
        if len(earlier) >= least:
            usual = half_up(median(percent for _day, _report, percent in earlier))
            found.note(
                person,
                ExceptionKind.OFF_TREND,
                report,
                achievement=achievement,
                usual_achievement=usual,
            )


def _recycled(frame: _Frame, found: _Found) -> None:
    """Files that were used before, with nobody having said why, and that no reviewer has accepted."""
    for person, count, report in (
        EvidenceQuestion.objects.filter(
            report__in=_reports(frame).values("pk"),
            kind__in=REUSE,
            answered_at__isnull=True,
            withdrawn_at__isnull=True,
            evidence__removed_at__isnull=True,
        )
        .exclude(evidence__verdict="accepted")
        .order_by()
        .values("report__employee_id")
        .annotate(count=Count("evidence", distinct=True), newest=Max("report"))
        .values_list("report__employee_id", "count", "newest")
    ):
        found.note(person, ExceptionKind.RECYCLED_EVIDENCE, report, recycled_evidence=count)


def _periods(frame: _Frame, found: _Found) -> None:
    """What the newest ended period still misses: feedback by whoever supervises, and the report itself."""
    midnight = first_instant_of(frame.day + timedelta(days=1), frame.government.timezone)
    periods = list(
        Period.objects.filter(
            cycle__government=frame.government, kind="periodic", ends_on__gt=frame.since
        ).order_by("-ends_on", "pk")
    )
    ended = next((row for row in periods if row.ends_on < frame.day), None)
    closed = next((row for row in periods if row.status == "closed" and row.closes_at < midnight), None)
    # Mostly the same period: its plans are asked for once.
    last_days = {row.ends_on for row in (ended, closed) if row is not None}
    plan_since = {day: _plan_since(frame, day) for day in sorted(last_days)}
    away: dict[int, list[_Span]] = defaultdict(list)
    for person, period in ServiceState.objects.filter(
        Q(period__endswith__gt=frame.since) | Q(period__endswith__isnull=True),
        employee__in=frame.ids,
        kind__in=AWAY_STATES,
    ).values_list("employee_id", "period"):
        away[person].append((period.lower, period.upper))
    if ended is not None:
        _feedback(frame, found, ended, away, plan_since[ended.ends_on])
    if closed is not None:
        _late(frame, found, closed, away, plan_since[closed.ends_on])


def _plan_since(frame: _Frame, day: date) -> dict[int, date]:
    """Return since when each person has had an approved plan, for those whose plan covers a day."""
    first: dict[int, date] = {}
    # Looked up for each plan: a join reads every decision of a region.
    approvals = SkpDecision.objects.filter(skp=OuterRef("pk"), action="approve").order_by("at")
    for person, at in (
        Skp.objects.plans()
        .filter(employee__in=frame.ids, status__in=PLANS_IN_FORCE, period__contains=day)
        .annotate(since=Coalesce(Subquery(approvals.values("at")[:1]), "approved_at"))
        .filter(since__isnull=False)
        .order_by()
        .values_list("employee_id", "since")
    ):
        approved = frame.local(at)
        first[person] = min(approved, first.get(person, approved))
    return first


def _feedback(
    frame: _Frame,
    found: _Found,
    period: Period,
    away: Mapping[int, list[_Span]],
    plan_since: Mapping[int, date],
) -> None:
    owed = int(frame.policy("assessments.feedback_per_period"))
    begins = first_instant_of(period.starts_on, frame.government.timezone)
    # What came after the end of the period came late, but it came.
    given = dict(
        FeedbackNote.objects.filter(employee__in=frame.ids, at__gte=begins)
        .order_by()
        .values("employee_id")
        .annotate(n=Count("pk"))
        .values_list("employee_id", "n")
    )
    days = frame.days_since(period.ends_on)
    for person, since in (
        AppraiserLink.objects.active_on(frame.day)
        .filter(employee__in=frame.ids, appraiser__isnull=False)
        .order_by()
        .values_list("employee_id", "period")
    ):
        owes = owes_for(
            (period.starts_on, period.ends_on),
            leads_from=since.lower,
            leads_until=since.upper,
            plan_since=plan_since.get(person),
            today=frame.day,
            away=away.get(person, ()),
        )
        if owes and given.get(person, 0) < owed and days:
            found.note(person, ExceptionKind.FEEDBACK_OVERDUE, None, feedback_overdue_days=days)


def _late(
    frame: _Frame,
    found: _Found,
    period: Period,
    away: Mapping[int, list[_Span]],
    plan_since: Mapping[int, date],
) -> None:
    sent = set(
        SelfReport.objects.filter(employee__in=frame.ids, period=period, version__gt=0)
        .order_by()
        .values_list("employee_id", flat=True)
    )
    days = frame.days_since(frame.local(period.closes_at))
    for person, since in plan_since.items():
        if (
            days
            and person not in sent
            and since <= period.ends_on
            and not _is_away(away, person, frame, period)
        ):
            found.note(person, ExceptionKind.REPORT_LATE, None, report_late_days=days)


def _is_away(away: Mapping[int, list[_Span]], person: int, frame: _Frame, period: Period) -> bool:
    """Whether somebody was away on the last day of a period, or is today: nobody is pressed for a report then."""
    return any(
        (first is None or first <= day) and (end is None or day < end)
        for first, end in away.get(person, ())
        for day in (period.ends_on, frame.day)
    )


def _objections(frame: _Frame, found: _Found) -> None:
    """The open objection of a person that is due first."""
    seen: set[int] = set()
    for pk, person, due in (
        Objection.objects.filter(evaluation__employee__in=frame.ids, decided_at__isnull=True)
        .order_by("decision_due_on", "pk")
        .values_list("pk", "evaluation__employee_id", "decision_due_on")
    ):
        if person in seen:
            continue
        seen.add(person)
        left = count_working_days(frame.day, due, frame.days_off)
        if due < frame.day:
            # Past is past, also where only a weekend lies between.
            left = -max(frame.days_since(due), 1)
        found.note(person, ExceptionKind.OBJECTION_RUNNING_OUT, pk, objection_days_left=left)


def _citizens(frame: _Frame, found: _Found) -> None:
    """Complaints and bad services of the unit a person leads, and complaints that name the person.

    A unit's complaint is not held against everybody who works there: the queue would be full of one matter.
    """
    led: dict[int, set[int]] = defaultdict(set)
    heads = Placement.objects.active_on(frame.day).filter(employee__in=frame.ids, position__is_head=True)
    for person, unit in heads.values_list("employee_id", "position__unit_id"):
        led[unit].add(person)
    acting = Mandate.objects.active_on(frame.day).filter(holder__in=frame.ids, position__is_head=True)
    for person, unit in acting.values_list("holder_id", "position__unit_id"):
        led[unit].add(person)
    named = list(
        ReportedOfficer.objects.undecided()
        .filter(employee__in=frame.ids, complaint__is_quarantined=False)
        .order_by()
        .values_list("employee_id", "complaint_id", "complaint__due_on", "employee__user_id")
    )
    complaints = (
        Complaint.objects.open()
        .exclude(status="answered")
        .filter(government=frame.government, unit__in=led, is_quarantined=False)
        .order_by()
        .values_list("pk", "unit_id", "due_on")
    )
    alerts = (
        ServiceAlert.objects.filter(government=frame.government, service__unit__in=led, status="open")
        .order_by("opened_on", "pk")
        .values_list("pk", "service__unit_id")
    )
    _complaints(frame, found, led, list(complaints) if led else [], named)
    _bad_services(frame, found, led, list(alerts) if led else [])


def _complaints(
    frame: _Frame,
    found: _Found,
    led: Mapping[int, Collection[int]],
    heard: Sequence[tuple[int, int, date]],
    named: Sequence[tuple[int, int, date, int | None]],
) -> None:
    shown = _shown(
        frame, Complaint.objects, {pk for pk, *_row in heard} | {pk for _person, pk, *_row in named}
    )
    touching: dict[int, dict[int, date]] = defaultdict(dict)
    for pk, unit, due in heard:
        for person in led[unit] if pk in shown else ():
            touching[person][pk] = due
    for person, pk, due, user in named:
        # One's own matter is no secret from oneself.
        if pk in shown or user == frame.viewer.pk:
            touching[person][pk] = due
    for person, rows in touching.items():
        first = min(rows, key=lambda pk: (rows[pk], pk))
        found.note(person, ExceptionKind.COMPLAINT, first, complaints=len(rows))


def _bad_services(
    frame: _Frame, found: _Found, led: Mapping[int, Collection[int]], alerts: Sequence[tuple[int, int]]
) -> None:
    shown = _shown(frame, ServiceAlert.objects, {pk for pk, _unit in alerts})
    bad: dict[int, list[int]] = defaultdict(list)
    for pk, unit in alerts:
        for person in led[unit] if pk in shown else ():
            bad[person].append(pk)
    for person, pks in bad.items():
        found.note(person, ExceptionKind.BAD_SERVICE, pks[0], service_signals=len(pks))


def _shown(frame: _Frame, rows: Any, ids: set[int]) -> set[int]:
    """Return those of some rows that the viewer may see; all of them where nobody in particular looks."""
    if frame.viewer is None or not ids:
        return ids
    visible = rows.visible_to(frame.viewer, on=frame.day).filter(pk__in=ids)
    return set(visible.values_list("pk", flat=True))


def _plans(frame: _Frame, found: _Found) -> None:
    """The plan, or the change of one, that has waited longest for its approval."""
    seen: set[int] = set()
    for pk, person, at in (
        Skp.objects.filter(employee__in=frame.ids, status="submitted", submitted_at__isnull=False)
        .order_by("submitted_at", "pk")
        .values_list("pk", "employee_id", "submitted_at")
    ):
        if person not in seen:
            seen.add(person)
            days = frame.days_since(frame.local(at))
            found.note(person, ExceptionKind.PLAN_NOT_APPROVED, pk, plan_waiting_days=days)
