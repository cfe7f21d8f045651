"""Questions of samples and batches: who reviews whose reports, which of them are ordinary, what a draw shows.

Set-based: the number of queries grows neither with the people nor with their reports.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, Q, QuerySet

from apps.assessments.labels import VerdictChoices
from apps.assessments.models import Evidence, EvidenceQuestion, Period, ReportVersion, SelfReport
from apps.assessments.selectors.reporting import PLANS_IN_FORCE
from apps.core import policy
from apps.core.rules.rounding import half_up
from apps.employees.models import AppraiserLink, Employee, Placement, SupervisionLoan
from apps.indicators.models import Skp

from ..models import BatchAcceptance, DrawnReport, ListedReport, ReviewDraw, SampleRate
from ..rules import review_sample
from ..rules.ordinary import Exclusion, Figures, ReportFacts, figures_of, too_many_findings, why_not
from ..rules.review_sample import RatePolicy
from .queue import flagged_people

# Of how many wrong ones the page says how likely the sample finds one.
WRONG_SHARE = Fraction(1, 10)
SMALLEST_SHARE = Decimal("0.0001")


# --- settings


def setting(name: str, period_or_draw: Any, day: date) -> Any:
    """Return a policy value of the government of a period."""
    return policy.get(f"supervision.{name}", on=day, scope=period_or_draw.cycle.government.code)


def rate_policy(period: Period, day: date) -> RatePolicy:
    """Return how far the rate may go. Settings that contradict each other are brought together, never refused:
    a draw has to come anyway.
    """
    ceiling = min(Decimal(1), max(SMALLEST_SHARE, setting("sample_ceiling", period, day)))
    return RatePolicy(
        floor=min(ceiling, max(SMALLEST_SHARE, setting("sample_floor", period, day))),
        ceiling=ceiling,
        fall=min(Decimal("0.9"), max(SMALLEST_SHARE, setting("sample_fall", period, day))),
        clean_minimum=max(1, setting("sample_clean_minimum", period, day)),
    )


def present_rate(supervisor_id: int, limits: RatePolicy) -> Decimal:
    """Return the share that is drawn from a supervisor's reports now: the ceiling until a sample was finished."""
    newest = SampleRate.objects.filter(supervisor=supervisor_id).order_by("-at", "-pk").first()
    present = newest.rate if newest else limits.ceiling
    return share(review_sample.next_rate(present, 0, 0, limits))


def share(value: Any) -> Decimal:
    """Return a share as it is stored, so that a draw made with it can be recomputed from the row."""
    return half_up(Fraction(min(Decimal(1), max(Decimal(0), Decimal(value)))), review_sample.RATE_PLACES)


# --- who reviews whose reports


def people_of(supervisor: Employee, day: date) -> QuerySet[Employee]:
    """Return whose reports somebody reviews on a day: appraised or on loan, without those lent to others."""
    lent = SupervisionLoan.objects.active_on(day).exclude(holder=supervisor)
    return Employee.objects.supervised_by(supervisor.user, on=day).exclude(pk__in=lent.values("employee"))


def supervisors_of(employees: QuerySet[Any], day: date) -> set[tuple[int, int]]:
    """Return who reviews the reports of some civil servants (ids) on a day, each with the government of those."""
    loans = SupervisionLoan.objects.active_on(day).filter(employee__in=employees)
    links = (
        AppraiserLink.objects.active_on(day)
        .filter(employee__in=employees, appraiser__is_active=True, appraiser__user__isnull=False)
        .exclude(employee__in=loans.values("employee"))
    )
    return set(loans.filter(holder__user__isnull=False).values_list("employee__government", "holder")) | set(
        links.values_list("employee__government", "appraiser")
    )


def supervisors_owing(periods: Sequence[Period], day: date) -> list[tuple[Period, set[int]]]:
    """Return who will review reports of periods over the same days of a year, and has no draw for them yet."""
    period = periods[0]
    plans = Skp.objects.filter(
        government__in=[period.cycle.government_id for period in periods],
        year=period.cycle.year,
        status__in=PLANS_IN_FORCE,
        employee__is_active=True,
        period__startswith__lte=period.ends_on,
    ).filter(Q(period__endswith__gt=period.starts_on) | Q(period__endswith__isnull=True))
    return _without_draw(periods, supervisors_of(plans.values("employee"), day))


def supervisors_missed(periods: Sequence[Period], day: date) -> list[tuple[Period, set[int]]]:
    """Return who has reports of closed periods to review that stand on no list, and no draw for them."""
    waiting = SelfReport.objects.filter(
        period__in=periods, status="submitted", is_late=False, listed__isnull=True
    ).values("employee")
    return _without_draw(periods, supervisors_of(waiting, day))


def _without_draw(
    periods: Sequence[Period], supervisors: set[tuple[int, int]]
) -> list[tuple[Period, set[int]]]:
    drawn: dict[int, set[int]] = defaultdict(set)
    for period_id, supervisor_id in ReviewDraw.objects.filter(period__in=periods).values_list(
        "period", "supervisor"
    ):
        drawn[period_id].add(supervisor_id)
    theirs: dict[int, set[int]] = defaultdict(set)
    for government_id, supervisor_id in supervisors:
        theirs[government_id].add(supervisor_id)
    return [(period, theirs[period.cycle.government_id] - drawn[period.pk]) for period in periods]


# --- which reports are ordinary


def reasons_of(
    reports: Iterable[SelfReport], supervised: Collection[int], period: Period, day: date
) -> dict[int, Exclusion | None]:
    """Return why each report is read on its own, None for an ordinary one."""
    listed = list(reports)
    ids = [row.pk for row in listed]
    figures = {
        report_id: figures_of(results)
        for report_id, results in ReportVersion.objects.filter(
            report__in=ids, version=F("report__version")
        ).values_list("report_id", "content__results")
    }
    open_questions = set(
        EvidenceQuestion.objects.filter(
            report__in=ids, answered_at__isnull=True, withdrawn_at__isnull=True
        ).values_list("report_id", flat=True)
    )
    doubted = set(
        Evidence.objects.filter(
            report__in=ids,
            removed_at__isnull=True,
            verdict__in=[VerdictChoices.UNCLEAR, VerdictChoices.NOT_FITTING],
        ).values_list("report_id", flat=True)
    )
    # The people of the reports that were handed in here, and nobody else.
    handed_in = SelfReport.objects.filter(pk__in=ids)
    flagged = flagged_people(Employee.objects.filter(pk__in=handed_in.values("employee")), day)
    lowest = setting("batch_lowest_percent", period, day)
    return {
        row.pk: why_not(
            ReportFacts(
                is_waiting=row.status == "submitted",
                is_late=row.is_late,
                figures=_figures(figures, row.pk),
                has_open_question=row.pk in open_questions,
                has_doubted_evidence=row.pk in doubted,
                is_flagged=row.employee_id in flagged,
                is_supervised=row.employee_id in supervised,
            ),
            lowest_percent=lowest,
        )
        for row in listed
    }


def _figures(figures: dict[int, Figures], report_id: int) -> Figures | None:
    return figures.get(report_id)


@dataclass(frozen=True)
class Ordinary:
    """An ordinary report as it goes onto a list."""

    report_id: int
    version: int
    stratum: str


def ordinary_reports(draw: ReviewDraw, day: date) -> list[Ordinary]:
    """Return the ordinary reports a supervisor has to review in a period, those on another list left out."""
    supervised = set(people_of(draw.supervisor, day).values_list("pk", flat=True))
    reports = list(
        SelfReport.objects.filter(
            period=draw.period_id, employee__in=supervised, status="submitted", listed__isnull=True
        ).order_by("pk")
    )
    reasons = reasons_of(reports, supervised, draw.period, day)
    chosen = [row for row in reports if reasons[row.pk] is None]
    strata = _strata([row.employee_id for row in chosen], draw.period, day)
    return [Ordinary(row.pk, row.version, strata.get(row.employee_id, "")) for row in chosen]


def _strata(employees: Collection[int], period: Period, day: date) -> dict[int, str]:
    """Return the group of each person: the class of their position on the last day of the period, or its family."""
    by_family = setting("sample_strata", period, day) == "job_family"
    places = Placement.objects.filter(
        employee__in=employees, is_main=True, period__contains=period.ends_on
    ).select_related("position")
    return {
        place.employee_id: (place.position.family if by_family else place.position.position_class)[:80]
        for place in places
    }


# --- one draw


def strata_of(draw: ReviewDraw) -> dict[str, list[int]]:
    """Return the frozen list of a draw as the rule wants it."""
    strata: dict[str, list[int]] = defaultdict(list)
    for stratum, report_id in (
        ListedReport.objects.filter(draw=draw)
        .order_by("stratum", "report")
        .values_list("stratum", "report_id")
    ):
        strata[stratum].append(report_id)
    return dict(strata)


def effective_seed(draw: ReviewDraw) -> str:
    """Return the seed the order was made with: a late one is mixed with the list and the chain."""
    if draw.is_committed_late:
        return review_sample.late_seed(draw.seed, draw.frame, draw.head_hash)
    return draw.seed


@dataclass(frozen=True)
class Standing:
    """How far a sample is read: counts, and how likely it finds something."""

    listed: int
    drawn: int
    judged: int
    found: int
    wrong: int
    chance_percent: int

    @property
    def is_read(self) -> bool:
        """Whether every drawn report has its verdict."""
        return self.judged == self.drawn

    @property
    def rest(self) -> int:
        """How many stand on the list and were not drawn."""
        return self.listed - self.drawn


def standings_of(draws: Collection[ReviewDraw]) -> dict[int, Standing]:
    """Return how far some draws are, in two queries for all."""
    ids = [draw.pk for draw in draws]
    listed = Counter(ListedReport.objects.filter(draw__in=ids).values_list("draw_id", flat=True))
    drawn, judged, found = Counter[int](), Counter[int](), Counter[int]()
    for draw_id, verdict in DrawnReport.objects.filter(draw__in=ids).values_list("draw_id", "found"):
        drawn[draw_id] += 1
        judged[draw_id] += verdict != ""
        found[draw_id] += verdict == "finding"
    standings = {}
    for pk in ids:
        wrong = (listed[pk] * WRONG_SHARE).__ceil__()
        chance = review_sample.chance_to_find(listed[pk], wrong, drawn[pk]) if listed[pk] else Fraction(0)
        standings[pk] = Standing(listed[pk], drawn[pk], judged[pk], found[pk], wrong, int(chance * 100))
    return standings


def drawn_reports(draw: ReviewDraw) -> QuerySet[DrawnReport]:
    """Return the drawn reports in the order of the draw."""
    return (
        DrawnReport.objects.filter(draw=draw)
        .select_related("report__employee", "second__reader")
        .order_by("place")
    )


# --- the rest of the list


@dataclass(frozen=True)
class Candidate:
    """A sent report of a supervisor's people: accepted with the others, or why not."""

    report: SelfReport
    reason: Exclusion | None


def candidates_of(draw: ReviewDraw, day: date) -> list[Candidate]:
    """Return the list of a draw and whatever else waits in its period, each with the reason that keeps it out."""
    supervised = set(people_of(draw.supervisor, day).values_list("pk", flat=True))
    listed = dict(ListedReport.objects.filter(draw=draw).values_list("report_id", "version"))
    drawn = set(DrawnReport.objects.filter(draw=draw).values_list("report_id", flat=True))
    reports = list(
        SelfReport.objects.filter(
            Q(pk__in=listed) | Q(period=draw.period_id, status="submitted", employee__in=supervised)
        )
        .select_related("employee")
        .order_by("employee__name", "pk")
    )
    reasons = reasons_of(reports, supervised, draw.period, day)
    return [Candidate(row, _reason(row, reasons[row.pk], listed, drawn)) for row in reports]


def _reason(
    report: SelfReport, reason: Exclusion | None, listed: dict[int, int], drawn: set[int]
) -> Exclusion | None:
    if report.pk in drawn:
        return Exclusion.DRAWN
    if report.pk in listed and reason is not Exclusion.DECIDED and listed[report.pk] != report.version:
        return Exclusion.RESENT
    if reason is None and report.pk not in listed:
        return Exclusion.NOT_LISTED
    return reason


def batch_in_force(draw: ReviewDraw) -> BatchAcceptance | None:
    """Return the batch of a draw that was not taken back."""
    return BatchAcceptance.objects.filter(draw=draw, undone_at__isnull=True).select_related("by").first()


def is_refused_by_findings(draw: ReviewDraw, standing: Standing, day: date) -> bool:
    """Whether the sample found too much for the rest to be accepted together."""
    limit = setting("batch_findings_percent", draw.period, day)
    return too_many_findings(standing.found, standing.drawn, limit)
