"""What runs without anybody pressing: the schedule of periods and the work it promises."""

import logging
from datetime import date

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import jobs, long_jobs, partitions
from apps.core.long_jobs import Progress
from apps.core.schedule import Step, run_steps
from apps.employees.models import Employee

from .services import (
    closing,
    credit,
    cycles,
    escalations,
    evaluations,
    moves,
    objections,
    peer_feedback,
    reminders,
)

logger = logging.getLogger(__name__)

partitions.register("assessments_progressentry", "date")

STEPS: tuple[Step, ...] = (
    ("reports reminded of", reminders.climb),
    ("chosen reminders sent", reminders.send_chosen),
)


@shared_task(name="assessments.run_schedule")
def run_schedule(**_: object) -> None:
    """Open and close what is due, also rounds of peers, and accept what nobody answered in time."""
    now = timezone.now()
    moved = cycles.run_schedule(now=now)
    lapsed = evaluations.lapse_due(now=now)
    rounds = peer_feedback.close_due(now=now)
    if lapsed or rounds or any(moved.values()):
        logger.info(
            "schedule: opened %s, closed %s, lapsed %s, rounds of peers closed %s",
            moved["opened"],
            moved["closed"],
            lapsed,
            rounds,
        )


@jobs.handler("assessments.prepare_units")
def prepare_units(*, period_id: int, unit_ids: list[int], **_: object) -> None:
    """Make the evaluations of one chunk of units."""
    closing.prepare_units(period_id=period_id, unit_ids=unit_ids, at=timezone.now())


@jobs.handler("assessments.prepare_unit")
def prepare_unit(*, period_id: int, unit_id: int, skp_id: int | None = None, **_: object) -> None:
    """Make the evaluations of one unit, or of one plan in it after a late report."""
    if skp_id is None:
        closing.prepare_unit(period_id=period_id, unit_id=unit_id, at=timezone.now())
    else:
        closing.prepare_plans(period_id=period_id, unit_id=unit_id, skp_ids=[skp_id], at=timezone.now())


@long_jobs.kind(
    "assessments.prepare_period",
    title=_("Evaluations of a period, prepared again"),
    figures={
        "units": _("Units looked at"),
        "created": _("New evaluations"),
        "refreshed": _("Evaluations changed"),
    },
)
def prepare_period(progress: Progress, *, period_id: int, **_params: object) -> None:
    """Prepare the evaluations of a period once more; units that this job has finished before are not done again."""
    chunks = closing.chunks_left(period_id=period_id, done_since=progress.job.created_at)
    for unit_ids in progress.over(chunks):
        done = closing.prepare_units(period_id=period_id, unit_ids=unit_ids, at=timezone.now())
        before = progress.job.result
        progress.result(
            units=before.get("units", 0) + len(done),
            **{
                name: before.get(name, 0) + sum(figures[name] for figures in done.values())
                for name in ("created", "refreshed")
            },
        )


@jobs.handler("assessments.notify_people")
def notify_people(*, period_id: int, kind: str, after_id: int, mark: str, **_: object) -> None:
    """Tell one chunk of people about a period."""
    cycles.notify_people(period_id=period_id, kind=kind, after_id=after_id, mark=mark)


@shared_task(name="assessments.run_clocks")
def run_clocks(**_: object) -> None:
    """Tell superiors what is late, hand on what an absent appraiser cannot do, and remind people of reports."""
    now = timezone.now()
    resolved = escalations.resolve_done(now=now)
    handed_on = escalations.hand_on_absent(now=now) + objections.hand_on_objections(now=now)
    raised = escalations.raise_due(now=now)
    run_steps(STEPS)
    if resolved or handed_on or raised:
        logger.info("clocks: raised %s, resolved %s, handed on %s", raised, resolved, handed_on)


@jobs.handler("employees.moved")
def follow_move(*, employee_id: int, since: str, **_: object) -> None:
    """Close the plans of a post that was left."""
    moves.follow_move(employee_id=employee_id, since=date.fromisoformat(since), at=timezone.now())


@jobs.handler("assessments.prepare_part")
def prepare_part(*, skp_id: int, **_: object) -> None:
    """Make the closing evaluation of a post that was left."""
    closing.prepare_part(skp_id=skp_id, at=timezone.now())


@jobs.handler("assessments.convert_evaluation")
def convert_evaluation(*, evaluation_id: int, **_params: object) -> None:
    """Turn a final evaluation into angka kredit."""
    credit.convert_evaluation(evaluation_id=evaluation_id, at=timezone.now())


@long_jobs.kind(
    "assessments.credit_conversions",
    title=_("Missing conversions into angka kredit"),
    figures={"evaluations": _("Evaluations looked at"), "conversions": _("Conversions made")},
)
def convert_missing(progress: Progress, *, period_id: int, **_params: object) -> None:
    """Convert the final evaluations of a period that gave no credit yet, of the people the owner answers for."""
    people = Employee.objects.managed_by(progress.job.owner).values("pk")
    missing = credit.final_evaluations_without_credit(period_id, people)
    made = 0
    for evaluation_id in progress.over(missing):
        made += len(credit.convert_evaluation(evaluation_id=evaluation_id, at=timezone.now()))
    progress.result(evaluations=len(missing), conversions=made)
