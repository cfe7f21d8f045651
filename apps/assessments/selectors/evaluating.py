"""Questions of the evaluating half: what an appraiser sees beside the scale, and how a result came about."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KT

from apps.core import policy
from apps.core.compiled import PersonQuestion, Question
from apps.employees.labels import full_name
from apps.employees.models import AppraiserLink, Employee, WorkUnit
from apps.feedback.selectors.voice import voice_of_unit
from apps.indicators.querysets import ever_in

from ..labels import EvaluationStatusChoices, PeriodKind, PeriodStatus, period_title
from ..models import (
    Evaluation,
    Objection,
    Period,
    ProgressEntry,
    ReportVersion,
    SelfReport,
    UnitAchievement,
)
from ..rules.organization import OrgPredicate, head_result_rating
from ..rules.predikat import MATRIX, Predikat, Rating, predikat_for
from . import dialogue

# A list longer than this is nothing to read; the personnel office looks into it.
MOST_WITHOUT = 100
LOW_PREDIKAT = (Predikat.BUTUH_PERBAIKAN.value, Predikat.KURANG.value, Predikat.SANGAT_KURANG.value)


# Periods and cycles


@dataclass(frozen=True, slots=True)
class Named:
    """A row of another table as a list needs it: its number, and what it is called."""

    pk: int
    title: str


def periods_of(government: Any) -> QuerySet[Period]:
    """Return the periods of a government, newest first."""
    return (
        Period.objects.filter(cycle__government=government)
        .select_related("cycle__government")
        .order_by("-starts_on", "-number", "-pk")
    )


def evaluated_periods(government: Any) -> QuerySet[Period]:
    """Return the closed periods: those with evaluations."""
    return periods_of(government).filter(status=PeriodStatus.CLOSED.value)


def newest_evaluated(government: int, most: int) -> list[Named]:
    """Return the closed periods of a government, newest first."""
    return [Named(pk, period_title(*days)) for pk, *days in _CLOSED.ask(government, most=most)]


_CLOSED = Question(
    lambda government: evaluated_periods(government).values_list("pk", "kind", "starts_on", "ends_on"), int
)


def period_figures(period: Period) -> dict[str, Any]:
    """Return the numbers of a period: plans, reports by status, evaluations by status."""
    reports = SelfReport.objects.filter(period=period).aggregate(
        draft=Count("pk", filter=Q(version=0)),
        sent=Count("pk", filter=Q(version__gt=0)),
        late=Count("pk", filter=Q(is_late=True)),
        accepted=Count("pk", filter=Q(status="accepted")),
    )
    by_status = dict(
        Evaluation.objects.filter(period=period).order_by().values_list("status").annotate(n=Count("pk"))
    )
    return {
        "reports": reports,
        "evaluations": sum(by_status.values()),
        "by_status": [(choice, by_status.get(choice.value, 0)) for choice in EvaluationStatusChoices],
    }


# The organization's achievement


def units_to_fix(user: Any, on: date) -> QuerySet[WorkUnit]:
    """Return the units whose achievement this user fixes: those directly below the ones they lead (ORG-3)."""
    above = WorkUnit.objects.filter(
        Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
        | Q(pk__in=WorkUnit.objects.with_role(user, "leadership", on=on).values("pk"))
    )
    return (
        WorkUnit.objects.filter(parent__in=above, is_active=True)
        .select_related("government")
        .order_by("name", "pk")
    )


def fixes_units(user: Any, on: date) -> bool:
    """Whether there is a unit whose achievement this user fixes."""
    return bool(_FIXES.rows(user, on, most=1))


_FIXES = PersonQuestion(lambda user, on: units_to_fix(user, on).values_list("pk"))


def unit_figures(unit: WorkUnit, period: Period) -> dict[str, Any]:
    """Return the figures beside the choice of an organization predicate; none of them decides (ORG-3)."""
    days = (period.starts_on, period.ends_on)
    below = Evaluation.objects.filter(period=period, unit__path__startswith=unit.path)
    people = below.aggregate(n=Count("pk"), mean=Avg("achievement_percent"))
    reports = SelfReport.objects.filter(period=period, skp__unit__path__startswith=unit.path).aggregate(
        sent=Count("pk", filter=Q(version__gt=0)), late=Count("pk", filter=Q(is_late=True))
    )
    return {
        "people": people["n"],
        "mean_percent": None if people["mean"] is None else f"{people['mean']:.2f}",
        "reports_sent": reports["sent"],
        "reports_late": reports["late"],
        **voice_of_unit(unit, *days).as_stored(),
    }


@dataclass(frozen=True)
class HeadResult:
    """Why the result rating of the head of a unit is what it is (ORG-4, ORG-5)."""

    unit: WorkUnit
    achievement: UnitAchievement | None
    rating: Rating | None


def head_result(evaluation: Evaluation) -> HeadResult | None:
    """Return the result rating that follows from the unit's achievement; None for who leads no unit."""
    unit_id = evaluation.inputs.get("heads_unit")
    if unit_id is None:
        return None
    unit = WorkUnit.objects.select_related("government").get(pk=unit_id)
    achievement = (
        UnitAchievement.objects.filter(unit=unit, period=evaluation.period_id)
        .select_related("fixed_by")
        .first()
    )
    if achievement is None:
        return HeadResult(unit, None, None)
    table = policy.get("assessments.head_ratings", on=evaluation.period.ends_on, scope=unit.government.code)
    ratings = {OrgPredicate(key): Rating(value) for key, value in table.items()}
    return HeadResult(unit, achievement, head_result_rating(OrgPredicate(achievement.org_predicate), ratings))


def achievement_of(unit_id: int, period_id: int) -> UnitAchievement | None:
    """Return the organization's achievement of a unit in a period."""
    return UnitAchievement.objects.filter(unit=unit_id, period=period_id).select_related("fixed_by").first()


# The appraiser's list


def evaluations_of(appraiser_user: Any, period: Period) -> QuerySet[Evaluation]:
    """Return the evaluations a user makes in a period; leadership also those that nobody else can make
    (PLN-9).
    """
    return (
        _made_by(appraiser_user, period.ends_on, period.pk)
        .select_related("employee", "unit", "skp__placement__position", "period__cycle", "government")
        .order_by("employee__name", "pk")
    )


def _made_by(user: Any, on: date, period: int) -> QuerySet[Evaluation]:
    mine = Q(appraiser__user=user)
    roots = WorkUnit.objects.with_role(user, "leadership", on=on)
    unowned = Q(appraiser__isnull=True, unit__in=WorkUnit.objects.below_any(roots))
    return Evaluation.objects.filter(mine | unowned, period=period)


def status_counts(evaluations: QuerySet[Evaluation]) -> dict[str, int]:
    """Return how many evaluations have each status."""
    return _each_status(_by_status(evaluations))


def _by_status(evaluations: QuerySet[Evaluation]) -> QuerySet[Evaluation, Any]:
    return evaluations.order_by().values_list("status").annotate(n=Count("pk"))


def _each_status(rows: Iterable[Any]) -> dict[str, int]:
    counts = dict(rows)
    return {choice.value: counts.get(choice.value, 0) for choice in EvaluationStatusChoices}


@dataclass(frozen=True, slots=True)
class ListedEvaluation:
    """A person on the appraiser's list; of the stored figures (`inputs`) only the days of a part of a year."""

    pk: int
    name: str
    position: str
    unit: str
    status: str
    delivered_at: datetime | None
    answered_at: datetime | None
    achievement_percent: Decimal | None
    hint_rating: str
    predikat: str
    is_part: bool
    report_status: str
    is_late: bool
    inputs: dict[str, Any]


def listed_counts(user: Any, period: Period) -> dict[str, int]:
    """Return how many evaluations a user makes in a period, by status."""
    return _each_status(_COUNTS.rows(user, period.ends_on, period.pk))


_COUNTS = PersonQuestion(lambda user, on, period: _by_status(_made_by(user, on, period)), int)


def listed_evaluations(
    user: Any, period: Period, *, status: str | None = None, start: int, most: int
) -> list[ListedEvaluation]:
    """Return some of the evaluations a user makes in a period, of one status or of all, by name."""
    given = (period.pk,) if status is None else (period.pk, status)
    question = _LISTED if status is None else _LISTED_OF_STATUS
    return [_listed(row) for row in question.rows(user, period.ends_on, *given, start=start, most=most)]


def _to_list(user: Any, on: date, period: int, status: str | None = None) -> QuerySet[Evaluation, Any]:
    rows = _made_by(user, on, period)
    if status is not None:
        rows = rows.filter(status=status)
    # The figures of an evaluation are long, and the list needs a few words of them: a subquery is answered for the
    # rows of the page only, after sorting.
    figures = Evaluation.objects.filter(pk=OuterRef("pk"))
    return rows.order_by("employee__name", "pk").values_list(
        "employee__title_before",
        "employee__name",
        "employee__title_after",
        Case(When(is_part=True, then=KT("inputs__days"))),
        Subquery(figures.values_list(KT("inputs__report"))),
        "pk",
        "skp__placement__position__title",
        "unit__name",
        "status",
        "delivered_at",
        "answered_at",
        "achievement_percent",
        "hint_rating",
        "predikat",
        "is_part",
    )


_LISTED = PersonQuestion(_to_list, int)
_LISTED_OF_STATUS = PersonQuestion(_to_list, int, str)


def _listed(row: tuple[Any, ...]) -> ListedEvaluation:
    before, name, after, days, stored, pk, *others = row
    report = json.loads(stored or "{}")
    return ListedEvaluation(
        pk,
        full_name(before, name, after),
        *others,
        report_status=report.get("status", ""),
        is_late=bool(report.get("is_late")),
        inputs={"days": json.loads(days or "[]")},
    )


def next_to_rate(appraiser_user: Any, evaluation: Evaluation) -> Evaluation | None:
    """Return the next person on the list who waits for ratings, starting behind this one."""
    waiting = list(
        evaluations_of(appraiser_user, evaluation.period)
        .filter(status=EvaluationStatusChoices.PREPARED.value)
        .exclude(pk=evaluation.pk)
    )
    place = (evaluation.employee.name, evaluation.pk)
    behind = [row for row in waiting if (row.employee.name, row.pk) > place]
    return (behind or waiting or [None])[0]


def people_without_evaluation(appraiser_user: Any, period: Period) -> list[str]:
    """Return the names of the people this user appraised on the last day who have no evaluation: no approved plan
    covers the days.
    """
    rows = _WITHOUT.rows(
        appraiser_user, period.ends_on, period.pk, period.cycle.government_id, most=MOST_WITHOUT
    )
    return [full_name(*row) for row in rows]


def _without(user: Any, on: date, period: int, government: int) -> QuerySet[Employee, Any]:
    return (
        Employee.objects.filter(
            pk__in=AppraiserLink.objects.active_on(on).filter(appraiser__user=user).values("employee"),
            is_active=True,
            government=government,
        )
        .exclude(pk__in=Evaluation.objects.filter(period=period).values("employee"))
        .order_by("name", "pk")
        .values_list("title_before", "name", "title_after")
    )


_WITHOUT = PersonQuestion(_without, int, int)


# The evidence beside the scale


def evidence_for(evaluation: Evaluation) -> dict[str, Any]:
    """Return what is known about a person's work in the whole period: sent reports, files, progress,
    feedback.
    """
    period = evaluation.period
    reports = SelfReport.objects.filter(skp=evaluation.skp_id, version__gt=0).select_related("period")
    if period.kind == PeriodKind.YEARLY.value:
        reports = reports.filter(period__cycle=period.cycle_id)
    else:
        reports = reports.filter(period=period)
    days = (period.starts_on, period.ends_on)
    said = dialogue.notes_for([evaluation.employee], period)[evaluation.employee_id]
    return {
        # What was sent, never the writer's present draft of a returned or recalled report.
        "reports": [
            {
                **version.content,
                "title": version.report.period.title,
                "submitted_at": version.submitted_at,
            }
            for version in ReportVersion.objects.filter(
                report__in=reports.values("pk"), version=F("report__version")
            )
            .select_related("report__period")
            .order_by("report__period__starts_on", "pk")
        ],
        "progress": list(
            ProgressEntry.objects.filter(ever_in(evaluation.skp_id, "result"), date__range=days).order_by(
                "-date", "-pk"
            )[:10]
        ),
        "feedback": said.feedback[:10],
        "talks": said.dialogues[:10],
    }


def indicator_rows_by_result(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the stored figures grouped by planned result, in the order of the plan."""
    rows: dict[int, dict[str, Any]] = {
        result.pk: {"id": result.pk, "text": result.text, "kind": result.kind, "indicators": []}
        for result in evaluation.skp.results.all()
    }
    for row in evaluation.inputs.get("indicators", []):
        group = rows.setdefault(
            row["result_id"],
            {"id": row["result_id"], "text": row["result_text"], "kind": "", "indicators": []},
        )
        group["indicators"].append(row)
    return list(rows.values())


# How a result came about


@dataclass(frozen=True)
class Cell:
    """One field of the predikat matrix."""

    predikat: Predikat
    is_mine: bool


@dataclass(frozen=True)
class WhatIf:
    """What another judgement would have given."""

    of: str
    rating: Rating
    predikat: Predikat


def matrix_rows(evaluation: Evaluation) -> list[tuple[Rating, list[Cell]]]:
    """Return the published table, best result first, with this person's field marked."""
    mine = (evaluation.work_result_rating, evaluation.behavior_rating)
    return [
        (
            result,
            [Cell(MATRIX[result][behavior], (result.value, behavior.value) == mine) for behavior in Rating],
        )
        for result in reversed(Rating)
    ]


def what_would_have_changed(evaluation: Evaluation) -> list[WhatIf]:
    """Return the single changes of one rating that lead to another predikat."""
    if not evaluation.predikat:
        return []
    result, behavior = Rating(evaluation.work_result_rating), Rating(evaluation.behavior_rating)
    now = predikat_for(work_result=result, behavior=behavior)
    other = [
        WhatIf("work_result", r, predikat_for(work_result=r, behavior=behavior))
        for r in Rating
        if r != result
    ]
    other += [
        WhatIf("behavior", b, predikat_for(work_result=result, behavior=b)) for b in Rating if b != behavior
    ]
    return [change for change in other if change.predikat != now]


# The units on the appraiser's list


def rated_units(user: Any, period: Period) -> list[Named]:
    """Return the units that the evaluations a user makes in a period come from."""
    return [Named(*row) for row in _UNITS.rows(user, period.ends_on, period.pk)]


_UNITS = PersonQuestion(
    lambda user, on, period: (
        WorkUnit.objects.filter(pk__in=_made_by(user, on, period).values("unit"))
        .order_by("name", "pk")
        .values_list("pk", "name")
    ),
    int,
)


# Objections


def objections_to_decide(user: Any, on: date) -> QuerySet[Objection]:
    """Return the objections this user decides, open ones by their last day, then the decided ones, newest first.

    Leadership also decides those without a decider.
    """
    roots = WorkUnit.objects.with_role(user, "leadership", on=on)
    return (
        Objection.objects.filter(
            Q(decider__user=user)
            | Q(decider__isnull=True, evaluation__unit__in=WorkUnit.objects.below_any(roots))
        )
        .select_related(
            "evaluation__employee", "evaluation__unit", "evaluation__period__cycle", "evaluation__government"
        )
        .order_by(F("decided_at").desc(nulls_first=True), "decision_due_on", "pk")
    )
