"""Questions of the reporting half: what is open and until when, what the system already knows, what was sent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from apps.core import policy
from apps.employees.models import Employee, Government, Placement
from apps.feedback.selectors.voice import voice_of_unit
from apps.indicators.labels import PUBLIC_SOURCES
from apps.indicators.models import Indicator, Skp, WorkResult
from apps.indicators.querysets import ever_in

from ..labels import EvaluationStatusChoices, PeriodKind, PeriodStatus, ReportStatusChoices
from ..models import (
    Evaluation,
    Evidence,
    EvidenceQuestion,
    Period,
    ProgressEntry,
    ReportLine,
    ReportVersion,
    SelfReport,
)
from ..rules.report_problems import LineFacts, Problem, ReportFacts, report_problems
from ..rules.targets import is_counted, period_target
from .public_figures import certainty_of, public_figure

PLANS_IN_FORCE = ("approved", "closed")
FETCHED_SOURCES = frozenset(
    {"service_count", "complaint_clock", "complaint_solved", *(source.value for source in PUBLIC_SOURCES)}
)
# The writer cannot type these: they come from entries or from elsewhere, and closing takes them from there again.
AUTOMATIC_SOURCES = FETCHED_SOURCES | {"progress_sum"}


# May a report of this period still be sent?


class Sending(StrEnum):
    """What sending a report at an instant would mean."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    RATED = "rated"

    @property
    def is_possible(self) -> bool:
        """Whether a report can be sent."""
        return self in {Sending.IN_TIME, Sending.LATE}


def sending(period: Period, skp: Skp, at: datetime) -> Sending:
    """Return whether a report may be sent now: in time, late (policy), or not.

    Nothing can be added once the evaluation is rated; before that the schedule decides when a period opens and closes.
    """
    if period.status == PeriodStatus.PLANNED and at < period.opens_at:
        return Sending.NOT_YET
    if not is_past(period, at):
        return Sending.IN_TIME
    if is_rated(period, skp):
        return Sending.RATED
    return Sending.LATE if late_allowed(period) else Sending.CLOSED


def is_past(period: Period, at: datetime) -> bool:
    """Whether the last instant for reports has passed, or the schedule has closed the period."""
    return period.status == PeriodStatus.CLOSED or at > period.closes_at


def is_rated(period: Period, skp: Skp) -> bool:
    """Whether the ratings of this person and period are set already."""
    return (
        Evaluation.objects.filter(skp=skp, period=period)
        .exclude(status=EvaluationStatusChoices.PREPARED)
        .exists()
    )


def late_allowed(period: Period) -> bool:
    """Whether the agency takes reports after the closing."""
    return bool(
        policy.get("assessments.late_reports_allowed", on=period.ends_on, scope=period.cycle.government.code)
    )


# Plans


def plans_in_force(employee: Employee, period: Period) -> list[Skp]:
    """Return the approved plans of a person that cover a day of the period, the latest first (CYC-7)."""
    return list(
        Skp.objects.filter(
            employee=employee,
            year=period.cycle.year,
            status__in=PLANS_IN_FORCE,
            period__overlap=DateRange(period.starts_on, period.ends_on + timedelta(days=1)),
        )
        .select_related("unit__government", "appraiser__user", "employee__user", "placement__position")
        .order_by("-period", "-pk")
    )


def writable_results(employee: Employee, day: date) -> QuerySet[WorkResult]:
    """Return the planned results a person may write progress on: those of approved plans of this and last year."""
    return (
        WorkResult.objects.filter(
            skp__employee=employee, skp__status__in=PLANS_IN_FORCE, skp__year__in=[day.year, day.year - 1]
        )
        .select_related("skp")
        .prefetch_related("indicators")
        .order_by("-skp__year", "-skp__period", "-kind", "order", "pk")
    )


# What the system already knows


@dataclass(frozen=True)
class Found:
    """A figure the system has for an indicator: from how many entries or period reports, or from where."""

    value: Decimal | None
    source: str
    entries: int = 0
    reports: int = 0
    answers: dict[str, Any] | None = None


def found_values(skp: Skp, period: Period, indicators: Iterable[Indicator]) -> dict[int, Found]:
    """Return what the system knows for each indicator; the queries do not grow with their number."""
    days = (period.starts_on, period.ends_on)
    sums = {
        row["indicator"]: (row["total"], row["n"])
        for row in ProgressEntry.objects.filter(
            result__skp=skp, date__range=days, indicator__isnull=False, quantity__isnull=False
        )
        .values("indicator")
        .annotate(total=Sum("quantity"), n=Count("pk"))
    }
    listed = list(indicators)
    fetched = _fetched(skp, period, {row.source for row in listed} & FETCHED_SOURCES)
    reported = reported_in_parts(skp, period) if period.kind == PeriodKind.YEARLY else {}
    found = {}
    for indicator in listed:
        if indicator.source in FETCHED_SOURCES:
            found[indicator.pk] = fetched[indicator.source]
        elif indicator.source not in AUTOMATIC_SOURCES and indicator.pk in reported:
            parts = reported[indicator.pk]
            counted = is_counted(indicator.source, indicator.aspect)
            value = sum(parts, Decimal(0)) if counted else parts[-1]
            found[indicator.pk] = Found(value, indicator.source, reports=len(parts))
        else:
            total, entries = sums.get(indicator.pk, (None, 0))
            found[indicator.pk] = Found(total, indicator.source, entries)
    return found


def parts_of_year(skp: Skp, period: Period) -> list[SelfReport]:
    """Return the reports in force on the parts of a year, oldest first: what the yearly report is made of."""
    return list(
        SelfReport.objects.filter(
            skp=skp,
            period__cycle=period.cycle_id,
            period__kind=PeriodKind.PERIODIC,
            status__in=[ReportStatusChoices.SUBMITTED, ReportStatusChoices.ACCEPTED],
        )
        .select_related("period__cycle")
        .order_by("period__starts_on", "pk")
    )


def reported_in_parts(skp: Skp, period: Period) -> dict[int, list[Decimal]]:
    """Return, per indicator, what the reports in force on the parts of the year say, oldest first.

    What counts things adds up to the year; of a level or a share the newest figure stands (as at closing).
    """
    figures: dict[int, list[Decimal]] = defaultdict(list)
    rows = (
        ReportLine.objects.filter(report__in=parts_of_year(skp, period), realization__isnull=False)
        .order_by("report__period__starts_on", "pk")
        .values_list("indicator", "realization")
    )
    for indicator, value in rows:
        figures[indicator].append(value)
    return figures


def _fetched(skp: Skp, period: Period, sources: set[str]) -> dict[str, Found]:
    if not sources:
        return {}
    voice = voice_of_unit(skp.unit, period.starts_on, period.ends_on)
    return {
        source: Found(
            public_figure(source, voice)[0], source, answers=certainty_of(source, voice).get("answers")
        )
        for source in sources
    }


def entries_text(skp: Skp, period: Period, limit: int = 8000) -> str:
    """Return the progress entries of a period as lines with bullets, equal ones once, under their planned result."""
    entries = (
        ProgressEntry.objects.filter(
            ever_in(skp.pk, "result"), date__range=(period.starts_on, period.ends_on)
        )
        .select_related("result")
        .order_by("-result__kind", "result__order", "result", "date", "pk")
    )
    groups: dict[str, dict[str, int]] = defaultdict(dict)
    for entry in entries:
        lines = groups[entry.result.text]
        lines[entry.text] = lines.get(entry.text, 0) + 1
    parts = []
    for heading, lines in groups.items():
        bullets = [f"- {text}" + (f" ({n}×)" if n > 1 else "") for text, n in lines.items()]
        parts.append("\n".join([f"{heading}:", *bullets] if len(groups) > 1 else bullets))
    text = "\n\n".join(parts)
    if len(text) > limit:
        text = text[:limit].rsplit("\n", 1)[0] + "\n…"
    return text


def log_text(report: SelfReport, limit: int = 20_000) -> str:
    """Return the different daily lines of a report's period, oldest first: what another log is compared with."""
    texts = (
        ProgressEntry.objects.filter(
            ever_in(report.skp_id, "result"),
            date__range=(report.period.starts_on, report.period.ends_on),
        )
        .order_by("date", "pk")
        .values_list("text", flat=True)
    )
    return "\n".join(dict.fromkeys(texts))[:limit]


def earlier_achievements(skp: Skp, period: Period) -> list[tuple[Period, str]]:
    """Return what was sent in the periods of the year: what a yearly report is made of."""
    reports = (
        SelfReport.objects.filter(
            skp=skp, period__cycle=period.cycle_id, period__kind=PeriodKind.PERIODIC, version__gt=0
        )
        .exclude(achievements="")
        .select_related("period__cycle")
        .order_by("period__starts_on")
    )
    return [(report.period, report.achievements) for report in reports]


def unmentioned_entries(report: SelfReport) -> list[str]:
    """Return the texts of entries that do not stand in the achievements yet, oldest first."""
    texts = (
        ProgressEntry.objects.filter(
            ever_in(report.skp_id, "result"),
            date__range=(report.period.starts_on, report.period.ends_on),
        )
        .order_by("date", "pk")
        .values_list("text", flat=True)
    )
    return list(dict.fromkeys(text for text in texts if text not in report.achievements))


# One report


def whole(reports: QuerySet[SelfReport]) -> QuerySet[SelfReport]:
    """Fetch everything that stands on a report: the same number of queries, however long it is."""
    results = WorkResult.objects.prefetch_related(
        Prefetch("indicators", Indicator.objects.order_by("order", "pk"))
    )
    evidence = (
        Evidence.objects.filter(removed_at__isnull=True).select_related("file", "result").order_by("pk")
    )
    return reports.select_related(
        "employee__user",
        "skp__unit__government",
        "skp__appraiser__user",
        "period__cycle__government",
        "decided_by",
        "decided_on_behalf_of",
    ).prefetch_related(
        Prefetch("skp__results", results, to_attr="planned"),
        "lines",
        Prefetch("evidence", evidence, to_attr="files"),
    )


@dataclass(frozen=True)
class LineRow:
    """One indicator of a report: its target in this period, what the writer typed, what the system found."""

    indicator: Indicator
    result: WorkResult
    target: Decimal | None
    value: Decimal | None
    note: str
    found: Found
    own_value: bool

    @property
    def is_automatic(self) -> bool:
        """Whether the figure is fetched and cannot be typed."""
        return self.indicator.source in AUTOMATIC_SOURCES

    @property
    def is_fetched(self) -> bool:
        """Whether the figure comes from what citizens and units recorded, not from the writer's entries."""
        return self.indicator.source in FETCHED_SOURCES

    @property
    def prefilled(self) -> Decimal | None:
        """What the system found, if it found something."""
        return self.found.value


def line_rows(report: SelfReport) -> list[LineRow]:
    """Return the indicators of a report (fetched with `whole`) in the order of the plan."""
    basis = policy.get(
        "assessments.target_basis", on=report.period.ends_on, scope=report.period.cycle.government.code
    )
    lines = {line.indicator_id: line for line in report.lines.all()}
    indicators = [(result, row) for result in report.skp.planned for row in result.indicators.all()]
    found = found_values(report.skp, report.period, [row for _result, row in indicators])
    rows = []
    for result, indicator in indicators:
        line = lines.get(indicator.pk)
        known = found[indicator.pk]
        automatic = indicator.source in AUTOMATIC_SOURCES
        value = known.value if automatic else (line.realization if line else None)
        rows.append(
            LineRow(
                indicator=indicator,
                result=result,
                target=target_in(report.period, indicator, basis),
                value=value,
                note=line.note if line else "",
                found=known,
                own_value=not automatic and value is not None and value != known.value,
            )
        )
    return rows


def target_in(period: Period, indicator: Indicator, basis: str) -> Decimal | None:
    """Return what was to be reached in this period."""
    yearly = period.kind == PeriodKind.YEARLY
    return period_target(
        indicator.target,
        counted=is_counted(indicator.source, indicator.aspect),
        basis="period" if yearly else basis,
        months=period.ends_on.month - period.starts_on.month + 1,
    )


def problems_of(
    report: SelfReport, rows: Sequence[LineRow], questions: Sequence[EvidenceQuestion]
) -> list[Problem]:
    """Return what a report (fetched with `whole`) still lacks; a question without an answer only reminds."""
    return report_problems(
        ReportFacts(
            lines=[
                LineFacts(
                    where=f"indicator:{row.indicator.pk}",
                    source=row.indicator.source,
                    has_target=row.target is not None,
                    has_realization=row.value is not None,
                )
                for row in rows
            ],
            has_achievements=bool(report.achievements.strip()),
            has_obstacles=bool(report.obstacles.strip()),
            evidence=len(report.files),
            unanswered=[f"question:{row.pk}" for row in questions if row.is_open],
        )
    )


def sent_version(report: SelfReport) -> ReportVersion | None:
    """Return what was sent last: all that anybody but the writer may read."""
    return ReportVersion.objects.filter(report=report, version=report.version).first()


def previous_sent(report: SelfReport) -> ReportVersion | None:
    """Return the newest sent version of the period before, for a look side by side."""
    earlier = (
        SelfReport.objects.filter(
            employee=report.employee_id,
            period__kind=report.period.kind,
            period__starts_on__lt=report.period.starts_on,
            version__gt=0,
        )
        .order_by("-period__starts_on", "-pk")
        .first()
    )
    return sent_version(earlier) if earlier else None


def is_in_sent_version(evidence: Evidence) -> bool:
    """Whether a file belongs to something that was sent."""
    return ReportVersion.objects.filter(
        report=evidence.report_id, content__evidence__contains=[{"id": evidence.pk}]
    ).exists()


def progress_of(report: SelfReport) -> QuerySet[ProgressEntry]:
    """Return the daily lines of a report's period, newest first."""
    return (
        ProgressEntry.objects.filter(
            ever_in(report.skp_id, "result"),
            date__range=(report.period.starts_on, report.period.ends_on),
        )
        .select_related("result", "indicator")
        .order_by("-date", "-pk")
    )


# My reports


@dataclass(frozen=True)
class Task:
    """A report somebody owes: one plan in one open period, and what is still missing."""

    period: Period
    skp: Skp
    report: SelfReport | None
    state: Sending
    entries: int
    indicators: int
    filled: int
    missing: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether the draft could be sent as it is (what `report_problems` would find blocking is there)."""
        return self.has_achievements and self.missing == 0

    @property
    def is_sent(self) -> bool:
        """Whether nothing is owed any more."""
        return self.report is not None and not self.report.is_editable

    @property
    def has_achievements(self) -> bool:
        """Whether the achievements are written."""
        return self.report is not None and bool(self.report.achievements.strip())


def open_tasks(employee: Employee, at: datetime) -> list[Task]:
    """Return what a person can report now: open periods, and closed ones that may still be sent late."""
    periods = list(
        Period.objects.filter(
            cycle__government=employee.government_id, opens_at__lte=at, cycle__year__gte=at.year - 1
        )
        .select_related("cycle__government")
        .order_by("starts_on", "number", "pk")
    )
    plans = list(
        Skp.objects.filter(
            employee=employee, status__in=PLANS_IN_FORCE, year__in={row.cycle.year for row in periods}
        )
        .select_related("unit")
        .annotate(indicator_count=Count("results__indicators", distinct=True))
        .order_by("-period", "-pk")
    )
    reports = {
        (row.skp_id, row.period_id): row
        for row in SelfReport.objects.filter(skp__in=plans, period__in=periods)
    }
    rated = set(
        Evaluation.objects.filter(skp__in=plans, period__in=periods)
        .exclude(status=EvaluationStatusChoices.PREPARED)
        .values_list("skp", "period")
    )
    filled = dict(
        ReportLine.objects.filter(report__in=reports.values(), realization__isnull=False)
        .values("report")
        .annotate(n=Count("pk"))
        .values_list("report", "n")
    )
    needed = ReportLine.objects.filter(
        report=OuterRef("pk"), indicator=OuterRef("skp__results__indicators"), realization__isnull=False
    )
    missing = dict(
        SelfReport.objects.filter(
            pk__in=[row.pk for row in reports.values()],
            skp__results__indicators__target__isnull=False,
            skp__results__indicators__source__in=["reported", "progress_sum"],
        )
        .filter(~Exists(needed))
        .values("pk")
        .annotate(n=Count("skp__results__indicators"))
        .values_list("pk", "n")
    )
    dates: dict[int, list[date]] = defaultdict(list)
    for skp_id, day in ProgressEntry.objects.filter(result__skp__in=plans).values_list("result__skp", "date"):
        dates[skp_id].append(day)
    takes_late: dict[int, bool] = {}
    tasks = []
    for period in periods:
        days = DateRange(period.starts_on, period.ends_on + timedelta(days=1))
        for plan in plans:
            if plan.year != period.cycle.year or not _overlaps(plan.period, days):
                continue
            report = reports.get((plan.pk, period.pk))
            state = Sending.IN_TIME
            if is_past(period, at):
                if (plan.pk, period.pk) in rated:
                    continue
                if report is None and plan.approved_at is not None and plan.approved_at > period.closes_at:
                    continue  # the plan came after the period: nobody waits for this report
                if period.cycle_id not in takes_late:
                    takes_late[period.cycle_id] = late_allowed(period)
                state = Sending.LATE if takes_late[period.cycle_id] else Sending.CLOSED
                if report is not None and report.status == ReportStatusChoices.RETURNED:
                    state = Sending.LATE
                if state is Sending.CLOSED or (report is not None and not report.is_editable):
                    continue
            tasks.append(
                Task(
                    period=period,
                    skp=plan,
                    report=report,
                    state=state,
                    entries=sum(period.starts_on <= day <= period.ends_on for day in dates[plan.pk]),
                    indicators=plan.indicator_count,
                    filled=filled.get(report.pk, 0) if report else 0,
                    missing=missing.get(report.pk, 0) if report else 0,
                )
            )
    # What can still be in time comes first; then what is late, the newest first; then what is done.
    return sorted(
        tasks,
        key=lambda task: (
            task.is_sent,
            task.state is not Sending.IN_TIME,
            task.period.closes_at.timestamp() * (1 if task.state is Sending.IN_TIME else -1),
            task.period.pk,
            task.skp.pk,
        ),
    )


def _overlaps(left: Any, right: Any) -> bool:
    starts = left.lower is None or left.lower < right.upper
    return starts and (left.upper is None or left.upper > right.lower)


def next_period(government: Government, at: datetime) -> Period | None:
    """Return the next period that opens."""
    return (
        Period.objects.filter(cycle__government=government, opens_at__gt=at)
        .select_related("cycle__government")
        .order_by("opens_at", "-kind", "pk")
        .first()
    )


def reports_by_year(employee: Employee) -> QuerySet[SelfReport]:
    """Return a person's reports, newest first."""
    return (
        SelfReport.objects.filter(employee=employee)
        .select_related("period__cycle", "skp__unit")
        .order_by("-period__cycle__year", "-period__starts_on", "period__number", "-pk")
    )


# Progress entries


def entries_of(employee: Employee) -> QuerySet[ProgressEntry]:
    """Return a person's daily lines, newest first."""
    return (
        ProgressEntry.objects.filter(employee=employee)
        .select_related("result__skp", "indicator")
        .order_by("-date", "-pk")
    )


# The supervisor's list

REVIEW_FILTERS = ("menunggu", "belum", "dikembalikan", "diterima", "terlambat")


def periods_to_review(government: Government, at: datetime) -> list[Period]:
    """Return the periods that have opened, newest first: what a supervisor chooses from."""
    return list(
        Period.objects.filter(cycle__government=government, opens_at__lte=at)
        .select_related("cycle__government")
        .order_by("-starts_on", "-kind", "-pk")[:16]
    )


def people_with_reports(people: QuerySet[Employee], period: Period) -> QuerySet[Employee]:
    """Return people with where their report of a period stands; a draft is told from nothing by its writer only."""
    reports = SelfReport.objects.filter(employee=OuterRef("pk"), period=period).order_by(
        "-skp__period", "-pk"
    )
    main = Placement.objects.filter(
        employee=OuterRef("pk"), is_main=True, period__contains=min(period.ends_on, date.max)
    )
    return (
        people.filter(is_active=True)
        .annotate(
            report_id=Subquery(reports.filter(version__gt=0).values("pk")[:1]),
            report_status=Subquery(reports.filter(version__gt=0).values("status")[:1]),
            report_at=Subquery(reports.filter(version__gt=0).values("submitted_at")[:1]),
            report_late=Subquery(reports.filter(version__gt=0).values("is_late")[:1]),
            unit_name=Subquery(main.values("position__unit__name")[:1]),
        )
        .order_by("name", "pk")
    )


def filter_people(people: QuerySet[Employee], wanted: str, *, is_over: bool) -> QuerySet[Employee]:
    """Keep those whose report is in one state."""
    missing = Q(report_id__isnull=True) | Q(report_status="draft")
    if wanted == "menunggu":
        return people.filter(report_status="submitted")
    if wanted == "belum":
        return people.filter(missing)
    if wanted == "dikembalikan":
        return people.filter(report_status="returned")
    if wanted == "diterima":
        return people.filter(report_status="accepted")
    if wanted == "terlambat":
        return people.filter(Q(report_late=True) | missing) if is_over else people.filter(report_late=True)
    return people


def review_counts(people: QuerySet[Employee], *, is_over: bool) -> dict[str, int]:
    """Return how many people are in each state; one query."""
    missing = Q(report_id__isnull=True) | Q(report_status="draft")
    late = Q(report_late=True) | missing if is_over else Q(report_late=True)
    return people.order_by().aggregate(
        semua=Count("pk"),
        menunggu=Count("pk", filter=Q(report_status="submitted")),
        belum=Count("pk", filter=missing),
        dikembalikan=Count("pk", filter=Q(report_status="returned")),
        diterima=Count("pk", filter=Q(report_status="accepted")),
        terlambat=Count("pk", filter=late),
    )
