"""What pages of coaching plans read, and the figures that are kept when one opens and closes."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.assessments.models import Evaluation, ReportVersion
from apps.core.rules.rounding import half_up
from apps.employees.models import Employee
from apps.indicators.rules.achievement import Direction, achievement_percent

from ..models import CoachingPlan


def plans_with_counts(plans: QuerySet[CoachingPlan]) -> QuerySet[CoachingPlan]:
    """Add how many steps a plan has, and how many are done; those under way first, then the newest."""
    return (
        plans.select_related("employee", "coach")
        .annotate(
            steps_all=Count("steps"),
            steps_done=Count("steps", filter=Q(steps__done_at__isnull=False)),
        )
        .order_by("closed_at", "-opened_at", "-pk")
    )


def figures_of(employee: Employee) -> dict[str, Any]:
    """Return what the newest result and the newest sent report say about a person, as they are kept with a plan.

    `predikat`, `work_result`, `behavior` and `evaluation_period` of the newest evaluation handed over;
    `indicator_mean` in percent over `indicator_count` indicators and `report_period` of the newest report sent. What
    is not there is left out. Decimals are text: the figures are stored.
    """
    found: dict[str, Any] = {}
    evaluation = (
        Evaluation.objects.filter(employee=employee, delivered_at__isnull=False)
        .select_related("period")
        .order_by("-period__ends_on", "-pk")
        .first()
    )
    if evaluation is not None:
        found |= {
            "predikat": evaluation.predikat,
            "work_result": evaluation.work_result_rating,
            "behavior": evaluation.behavior_rating,
            "evaluation_period": _days(evaluation.period),
        }
    version = (
        ReportVersion.objects.filter(report__employee=employee)
        .select_related("report__period")
        .order_by("-report__period__ends_on", "-report", "-version")
        .first()
    )
    if version is not None:
        percents = _percents(version.content)
        if percents:
            mean = half_up(sum(percents, Decimal(0)) / len(percents))
            found |= {
                "indicator_mean": str(mean),
                "indicator_count": len(percents),
                "report_period": _days(version.report.period),
            }
    return found


def _days(period: Any) -> list[str]:
    return [period.kind, period.starts_on.isoformat(), period.ends_on.isoformat()]


def _percents(content: dict[str, Any]) -> list[Decimal]:
    percents = []
    for result in content.get("results", []):
        for row in result.get("indicators", []):
            if row.get("realization") in (None, "") or row.get("target") in (None, ""):
                continue
            percent = achievement_percent(
                Decimal(row["target"]), Decimal(row["realization"]), Direction(row["direction"])
            )
            if percent is not None:
                percents.append(percent)
    return percents
