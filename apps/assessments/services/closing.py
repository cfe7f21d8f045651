"""What happens when a period closes: figures are pulled together, and each plan gets an evaluation to be
rated.

The figures are made by statements over whole chunks of units (engine/). What was found is stored with the evaluation
(`inputs`) and never computed again once the appraiser has rated.

Inputs, version 1:
    at, cut_off          when it was pulled together, and the last instant for reports
    days                 first and last day that were looked at: those of the plan within the period
    report               id, status (or `none`), number, version, is_late
    indicators           [{id, result_id, result_text, text, aspect, measure, direction, source,
                           target, plan_target, realization, percent, missing,
                           answers: {n, low, high} of a rating by citizens}]
    progress_entries     number of lines of daily work
    unit                 id, ikm {n, value, grade, weakest, low, high, tier, is_formal, minimum}, services,
                         complaints_on_time_percent, complaints {confirmed, no_reply, reopened, confirmed_percent},
                         notices {all, acted}
    heads_unit           id of the unit this person leads, or null: then the result follows the unit (ORG-4)
    appraiser_source     link, head, mandate, external or none
    away                 [{kind, first, last}]: days of study, leave or suspension, which count for nothing (SPC-6)
    periodic             yearly only: [{number, predikat, evaluation_id, skp_id}], a hint and no average (EVA-6)
    earlier_parts        yearly only, after a move: [{evaluation_id, skp_id, days, predikat}] of former posts (SPC-1)
    policy, rules        the values and rule versions used
Numbers are decimal text; `missing` says in a code why there is no percentage.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from apps.core import audit, jobs
from apps.indicators.models import Skp

from ..models import Evaluation, Period, PeriodRun, SelfReport
from ..rules.period_lifecycle import PeriodAction, PeriodKind, PeriodStatus, allowed_actions, next_status
from .engine.runs import chunks_of, plans_covering, prepare_plans, prepare_units
from .engine.scope import PLANS_IN_FORCE

__all__ = [
    "chunks_left",
    "close_period",
    "enqueue_preparation",
    "prepare_part",
    "prepare_plans",
    "prepare_unit",
    "prepare_units",
]


@transaction.atomic
def close_period(*, period_id: int, at: datetime) -> bool:
    """Close one period if its last instant has passed; return whether this call did it.

    The cut-off is the instant in the row, not the time of the tick: after a missed night the result is the
    same.
    """
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("cycle__government").get(pk=period_id)
    )
    if PeriodAction.CLOSE not in allowed_actions(PeriodStatus(period.status)) or period.closes_at >= at:
        return False
    period.status = next_status(PeriodStatus(period.status), PeriodAction.CLOSE).value
    period.save(update_fields=["status"])
    reports = SelfReport.objects.filter(period=period).aggregate(
        sent=Count("pk", filter=Q(version__gt=0)), late=Count("pk", filter=Q(is_late=True))
    )
    units = enqueue_preparation(period)
    figures = {
        **reports,
        "plans": plans_covering(period).count(),
        "units": units,
        "cut_off": period.closes_at.isoformat(),
    }
    PeriodRun.objects.create(period=period, step="close", started_at=at, finished_at=at, figures=figures)
    audit.record(
        "assessments.period.closed",
        target=period,
        by=None,
        scope=period.cycle.government.code,
        at=at,
        cut_off=period.closes_at,
        units=units,
    )
    return True


def enqueue_preparation(period: Period) -> int:
    """Promise the preparation of every unit with plans in a period, chunk by chunk; return the number of units."""
    chunks = chunks_of(period)
    for unit_ids in chunks:
        jobs.enqueue(
            "assessments.prepare_units",
            scope=period.cycle.government.code,
            key=f"prepare:{period.pk}:{unit_ids[0]}",
            period_id=period.pk,
            unit_ids=unit_ids,
        )
    return sum(len(unit_ids) for unit_ids in chunks)


def chunks_left(*, period_id: int, done_since: datetime) -> list[list[int]]:
    """Return the chunks of a period that have not been done since an instant."""
    period = Period.objects.select_related("cycle__government").get(pk=period_id)
    return chunks_of(period, done_since=done_since)


def prepare_unit(*, period_id: int, unit_id: int, at: datetime) -> dict[str, int]:
    """Make or refresh the evaluations of one unit for a closed period; return what was done.

    Runs again without harm: the run row is locked, evaluations to be rated are refreshed if something changed, rated
    ones are left alone.
    """
    return prepare_units(period_id=period_id, unit_ids=[unit_id], at=at)[unit_id]


@transaction.atomic
def prepare_part(*, skp_id: int, at: datetime) -> Evaluation | None:
    """Make or refresh the closing evaluation of a plan that ended before the year did (CYC-7, SPC-1).

    It hangs on the yearly period and covers the days of that plan only. None if the year has no cycle, or the
    person was away all the time.
    """
    plan = Skp.objects.select_related("unit__government").get(pk=skp_id)
    period = (
        Period.objects.select_related("cycle__government")
        .filter(cycle__government=plan.government_id, cycle__year=plan.year, kind=PeriodKind.YEARLY.value)
        .first()
    )
    if period is None or plan.status not in PLANS_IN_FORCE:
        return None
    prepare_plans(period_id=period.pk, unit_id=plan.unit_id, skp_ids=[plan.pk], at=at)
    return Evaluation.objects.filter(skp=plan, period=period).first()
