"""The yearly evaluation that waits for ratings follows what still happens in the periods of the year."""

from apps.core import jobs

from ..models import Evaluation, Period
from ..rules.evaluation_lifecycle import EvaluationStatus
from ..rules.period_lifecycle import PeriodKind


def follow_period(*, employee_id: int, period: Period, mark: str) -> int:
    """Promise fresh figures for the yearly evaluations of somebody that nobody has rated; return how many.

    The year shows the periods as a hint (EVA-6), and the part before a move adds up their reports (SPC-1).
    """
    if period.kind != PeriodKind.PERIODIC.value:
        return 0
    waiting = Evaluation.objects.filter(
        employee=employee_id,
        period__cycle=period.cycle_id,
        period__kind=PeriodKind.YEARLY.value,
        status=EvaluationStatus.PREPARED.value,
    ).select_related("government")
    for evaluation in waiting:
        jobs.enqueue(
            "assessments.prepare_part",
            scope=evaluation.government.code,
            key=f"part:{evaluation.skp_id}:{mark}",
            skp_id=evaluation.skp_id,
        )
    return len(waiting)
