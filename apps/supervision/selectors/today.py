"""What a supervisor needs to know now: figures with their sentences, people, newest events.

Every figure is one aggregate over the people in view, so the number of queries does not grow with the people; of very
many people the sums of their units are read instead (unit_sums.py).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from apps.assessments.models import Evaluation, Objection, Period, SelfReport
from apps.core.compiled import PersonQuestion
from apps.core.localtime import local_date
from apps.employees.models import Employee, Government, Placement, WorkUnit
from apps.feedback.models import Complaint, IkmResult, ServiceAlert
from apps.indicators.models import Skp
from apps.indicators.selectors import awaiting_count

from ..models import DrawnReport, SecondReading
from .queue import frame_for, waiting_in
from .unit_sums import MANY, UnitSums, sums_of, topmost_units

EVENTS = 12


@dataclass(frozen=True)
class Scope:
    """Whom the page is about: a day, the periods in question, and the people; of very many only their sums."""

    government: Government
    day: date
    open_period: Period | None
    last_closed: Period | None
    people: QuerySet[Employee]
    is_direct: bool
    now: datetime
    sums: UnitSums | None = None
    # Of the people one supervises also their numbers: the cheapest way to say who they are in ten queries.
    ids: tuple[int, ...] | None = None
    # The same as long as no unit narrows them: whom the exception queue is about.
    supervised: tuple[int, ...] | None = None
    # Every period of the government that reports are written for, the newest first.
    periods: tuple[Period, ...] = ()

    @property
    def members(self) -> Any:
        """The people, as a filter of other rows wants them."""
        return self.people.values("pk") if self.ids is None else self.ids

    @property
    def year(self) -> int:
        """The performance year of the day."""
        return self.open_period.cycle.year if self.open_period else self.day.year


def scope_of(
    user: Any, government: Government, now: datetime, *, direct: bool, unit: WorkUnit | None = None
) -> Scope:
    """Return whom the page is about.

    `direct` means the people this user supervises, their own and those lent to them; otherwise everybody visible to
    them but themselves. `unit` narrows to a subtree.
    """
    day = local_date(now, government.timezone)
    periods = tuple(
        Period.objects.filter(cycle__government=government, kind="periodic")
        .select_related("cycle")
        .order_by("-ends_on", "-pk")
    )
    people = (
        # Whom one supervises is visible by definition.
        Employee.objects.supervised_by(user, on=day)
        if direct
        else Employee.objects.visible_to(user, on=day).exclude(user=user)
    ).filter(is_active=True)
    if unit is not None:
        people = people.filter(pk__in=Employee.objects.in_unit(unit, on=day).values("pk"))
    supervised = None
    if direct:
        supervised = tuple(people.order_by("pk").values_list("pk", flat=True))
        people = Employee.objects.filter(pk__in=supervised)
    running = [period for period in periods if period.status == "open"]
    open_period = min(running, key=lambda period: (period.closes_at, period.pk), default=None)
    last_closed = next((period for period in periods if period.status == "closed"), None)
    return Scope(
        government=government,
        day=day,
        open_period=open_period,
        last_closed=last_closed,
        people=people,
        is_direct=direct,
        now=now,
        sums=None if direct else _sums_of_many(user, government, day, unit, open_period or last_closed),
        ids=supervised,
        supervised=supervised if unit is None else None,
        periods=periods,
    )


def _sums_of_many(
    user: Any, government: Government, day: date, unit: WorkUnit | None, period: Period | None
) -> UnitSums | None:
    """Return the sums of what a user leads or answers for, if those are very many people."""
    units = topmost_units(user, day)
    if unit is not None:
        # Somebody sees the unit they work in as well; its sums are for those above it.
        units = [unit] if any(unit.path.startswith(above.path) for above in units) else []
    sums = sums_of(units, government, period)
    return sums if sums is not None and sums.people >= MANY else None


def report_figures(scope: Scope) -> dict[str, int]:
    """Count the people by the state of their report for the open period: sent, accepted, returned, late, missing.

    Only people with an approved plan owe a report.
    """
    if scope.open_period is None:
        return {"owed": 0, "sent": 0, "accepted": 0, "returned": 0, "late": 0, "missing": 0}
    if scope.sums is not None:
        known = scope.sums
        return {
            "owed": known.owed,
            "sent": known.sent,
            "returned": known.returned,
            "late": known.late,
            "missing": max(known.owed - known.sent - known.returned, 0),
        }
    counts = (
        Skp.objects.filter(employee__in=scope.members, year=scope.year, status="approved")
        .annotate(
            report_status=_report_field(scope.open_period, "status"),
            report_late=_report_field(scope.open_period, "is_late"),
        )
        .aggregate(
            owed=Count("pk"),
            sent=Count("pk", filter=Q(report_status__in=["submitted", "accepted"])),
            accepted=Count("pk", filter=Q(report_status="accepted")),
            waiting=Count("pk", filter=Q(report_status="submitted")),
            returned=Count("pk", filter=Q(report_status="returned")),
            late=Count("pk", filter=Q(report_late=True)),
        )
    )
    counts["missing"] = counts["owed"] - counts["sent"] - counts["returned"]
    return counts


@dataclass(frozen=True, slots=True)
class Earlier:
    """How many had not reported at the same point of the period before."""

    period: Period
    missing: int


def missing_before(scope: Scope) -> Earlier | None:
    """Return how many of the same people had not sent their report so long before the end of the last period.

    The last version sent is what counts, so somebody who took a report back and sent it again later is missing
    here. None if the year has no earlier period.
    """
    period = scope.open_period
    if period is None or scope.sums is not None:
        return None
    last = next(
        (row for row in scope.periods if row.cycle_id == period.cycle_id and row.ends_on < period.starts_on),
        None,
    )
    if last is None:
        return None
    then = last.closes_at - (period.closes_at - scope.now)
    owed = Skp.objects.filter(employee__in=scope.members, year=scope.year, status="approved")
    sent = SelfReport.objects.filter(skp=OuterRef("pk"), period=last, version__gt=0, submitted_at__lte=then)
    return Earlier(last, owed.exclude(Exists(sent)).count())


@dataclass(frozen=True, slots=True)
class Attention:
    """The exception queue in three figures, of so many people."""

    supervised: int
    lines: int
    reasons: int
    oldest: int


def queue_figures(
    user: Any, day: date, *, employee: Employee | None = None, supervised: Collection[int] | None = None
) -> Attention | None:
    """Return what waits in the exception queue of a user; None for somebody without one.

    Who has the user's employee or the numbers of those they supervise at hand gives them.
    """
    frame = frame_for(user, day, employee=employee, supervised=supervised)
    if frame is None or not frame.kinds:
        return None
    waiting = waiting_in(frame)
    return Attention(len(frame.kinds), waiting.lines, waiting.reasons, waiting.oldest)


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for one person, as numbers: what they read, rate and decide, and what citizens wait for.

    `drawn` are reports of their sample not judged yet, `second` those to read again for another unit; of complaints and
    notices about services those of the units they lead or answer for.
    """

    to_rate: int
    to_deliver: int
    objections: int
    drawn: int
    second: int
    complaints: int
    overdue_complaints: int
    alerts: int
    open_alerts: int


def desk_of(user: Any, day: date) -> Desk:
    """Count what waits for a user, in one query."""
    *own, complaints, alerts = _DESK.rows(user, day)[0]
    return Desk(*own, *complaints, *alerts)


def _desk(user: Any, day: date) -> QuerySet[Any, Any]:
    evaluations = Evaluation.objects.filter(appraiser__user=user)
    complaints = Complaint.objects.visible_to(user, on=day).open().exclude(status="answered")
    alerts = ServiceAlert.objects.visible_to(user, on=day).running()
    drawn = DrawnReport.objects.filter(draw__supervisor__user=user, draw__drawn_at__isnull=False, found="")
    counts = {
        "to_rate": evaluations.filter(status="prepared"),
        "to_deliver": evaluations.filter(status="rated"),
        "objections": Objection.objects.filter(decider__user=user, decided_at__isnull=True),
        "drawn": drawn,
        "second": SecondReading.objects.filter(reader__user=user, found=""),
    }
    # Whose units these are is the dearest of it: asked once for each of both, not once for each figure.
    pairs = {
        "of_complaints": _CountTwice(complaints, Q(due_on__lt=day)),
        "of_alerts": _CountTwice(alerts, Q(status="open")),
    }
    people = get_user_model().objects.filter(pk=user.pk)
    asked = {name: _Count(rows) for name, rows in counts.items()} | pairs
    return people.annotate(**asked).values_list(*asked)


class _Count(Subquery):
    """How many rows a question has."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows.order_by().values("pk"))


class _CountTwice(Subquery):
    """How many rows a question has, and for how many of them something is true."""

    template = (
        "(SELECT ARRAY[count(*), count(*) FILTER (WHERE counted.is_so)]::int[] FROM (%(subquery)s) counted)"
    )
    output_field = ArrayField(IntegerField())

    def __init__(self, rows: QuerySet[Any, Any], condition: Q) -> None:
        is_so = ExpressionWrapper(condition, output_field=BooleanField())
        super().__init__(rows.order_by().annotate(is_so=is_so).values("pk", "is_so"))


_DESK = PersonQuestion(_desk)


def _report_field(period: Period, field: str) -> Subquery:
    return Subquery(
        SelfReport.objects.filter(skp=OuterRef("pk"), period=period, version__gt=0).values(field)[:1]
    )


def plan_figures(scope: Scope, user: Any) -> dict[str, int]:
    """Count the plans of the year: people without one, plans waiting for this user, approved."""
    if scope.sums is not None:
        totals = {"people": scope.sums.people, "approved": scope.sums.planned}
    else:
        approved = Skp.objects.filter(employee__in=scope.members, year=scope.year, status="approved")
        totals = {
            "people": scope.people.count() if scope.ids is None else len(scope.ids),
            "approved": approved.aggregate(n=Count("employee", distinct=True))["n"],
        }
    totals["waiting"] = awaiting_count(user, scope.year)
    return totals


@dataclass(frozen=True, slots=True)
class Weakest:
    """The newest survey result of a service with the lowest index."""

    ikm: Decimal | None
    n: int
    grade: str
    service: str


def weakest_result(user: Any, day: date) -> Weakest | None:
    """Return the weakest of the newest survey results of units this user leads or answers for."""
    return next((Weakest(*row) for row in _WEAKEST.rows(user, day)), None)


def _weakest(user: Any, day: date) -> QuerySet[Any, Any]:
    units = WorkUnit.objects.below_any_at_once(
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user, on=day).values("pk"))
            | Q(
                pk__in=WorkUnit.objects.with_role(user, "feedback_officer", "leadership", on=day).values("pk")
            )
        )
    )
    newest = (
        IkmResult.objects.filter(survey_period__service__unit__in=units, n__gt=0)
        # The headline of the newest period: the formal survey, else the open ratings.
        .order_by(
            "survey_period__service",
            "-survey_period__starts_on",
            Case(
                When(Q(tier="terverifikasi") & ~Q(survey_period__sampling=""), then=Value(0)),
                When(tier="terbuka", then=Value(1)),
                default=Value(2),
            ),
        )
        .distinct("survey_period__service")
    )
    return (
        IkmResult.objects.filter(pk__in=newest.values("pk"))
        .order_by(F("ikm").asc(nulls_last=True), "pk")
        .values_list("ikm", "n", "service_grade", "survey_period__service__name")[:1]
    )


_WEAKEST = PersonQuestion(_weakest)


# What needs attention first in the list of people.
_URGENCY = Case(
    When(evaluation_status="objected", then=Value(0)),
    When(report_status="submitted", then=Value(1)),
    When(evaluation_status="prepared", then=Value(2)),
    When(skp_status="submitted", then=Value(2)),
    When(report_status="returned", then=Value(3)),
    When(report_status__isnull=True, skp_status="approved", then=Value(4)),
    When(skp_status__isnull=True, then=Value(5)),
    default=Value(9),
    output_field=IntegerField(),
)


def people_now(scope: Scope, *, state: str = "") -> QuerySet[Employee]:
    """Return the people with where each stands, those who need attention first, as values.

    `state` filters: `missing`, `waiting`, `returned`, `late`, `to_rate`, `no_plan`.
    """
    year_plan = Skp.objects.plans().filter(employee=OuterRef("pk"), year=scope.year).order_by("-pk")
    reports = SelfReport.objects.filter(
        employee=OuterRef("pk"), period=scope.open_period, version__gt=0
    ).order_by("-pk")
    evaluations = Evaluation.objects.filter(employee=OuterRef("pk"), period=scope.last_closed).order_by("-pk")
    place = Placement.objects.filter(
        employee=OuterRef("pk"), is_main=True, period__contains=scope.day
    ).order_by("-pk")
    rows = scope.people.annotate(
        position=Subquery(place.values("position__title")[:1]),
        unit_name=Subquery(place.values("position__unit__name")[:1]),
        skp_id=Subquery(year_plan.values("pk")[:1]),
        skp_status=Subquery(year_plan.values("status")[:1], output_field=CharField()),
        report_id=Subquery(reports.values("pk")[:1]),
        report_status=Subquery(reports.values("status")[:1], output_field=CharField()),
        report_late=Subquery(reports.values("is_late")[:1]),
        evaluation_id=Subquery(evaluations.values("pk")[:1]),
        evaluation_status=Subquery(evaluations.values("status")[:1], output_field=CharField()),
        predikat=Subquery(evaluations.values("predikat")[:1], output_field=CharField()),
    ).annotate(urgency=_URGENCY)
    filters = {
        "missing": Q(report_status__isnull=True, skp_status="approved"),
        "waiting": Q(report_status="submitted"),
        "returned": Q(report_status="returned"),
        "late": Q(report_late=True),
        "to_rate": Q(evaluation_status="prepared"),
        "no_plan": Q(skp_status__isnull=True) | Q(skp_status__in=["draft", "returned"]),
    }
    if state in filters:
        rows = rows.filter(filters[state])
    return rows.order_by("urgency", "name", "pk")


@dataclass(frozen=True)
class Event:
    """Something that just happened: a kind (words are made on the page), whose, when, and where to look."""

    kind: str
    at: datetime
    subject: str
    object_id: int


def newest_events(scope: Scope, user: Any) -> list[Event]:
    """Return the newest events about the people and complaints in view, newest first.

    Of very many people only the complaints: what a hundred thousand send is no news for one reader.
    """
    events = [Event("complaint_received", at, unit, pk) for pk, at, unit in _COMPLAINTS.rows(user, scope.day)]
    if scope.sums is not None:
        return events
    people = scope.members
    reports = SelfReport.objects.filter(employee__in=people, version__gt=0)
    events += _events("report_sent", reports, "submitted_at")
    plans = Skp.objects.filter(employee__in=people)
    events += _events("skp_submitted", plans, "submitted_at")
    answers = Evaluation.objects.filter(employee__in=people)
    events += _events("evaluation_answered", answers, "answered_at")
    return sorted(events, key=lambda event: event.at, reverse=True)[:EVENTS]


def _events(kind: str, rows: QuerySet[Any], field: str) -> Iterable[Event]:
    newest = (
        rows.filter(**{f"{field}__isnull": False}).order_by(f"-{field}", "-pk").select_related("employee")
    )
    named = newest.only(field, *(f"employee__{part}" for part in ("title_before", "name", "title_after")))
    return [Event(kind, getattr(row, field), row.employee.full_name, row.pk) for row in named[:EVENTS]]


def _complaints(user: Any, day: date) -> QuerySet[Any, Any]:
    received = Complaint.objects.visible_to(user, on=day).filter(received_at__isnull=False)
    return received.order_by("-received_at", "-pk").values_list("pk", "received_at", "unit__name")[:EVENTS]


_COMPLAINTS = PersonQuestion(_complaints)
