"""What runs without anybody pressing: needs are proposed once an evaluation has been handed over, and consequences
once it is final.
"""

import logging

from celery import shared_task
from django.utils import timezone

from apps.assessments.models import Evaluation
from apps.core import jobs
from apps.core.schedule import Step, run_steps

from .services import coaching_plans, effects, follow_ups, invitations, needs

logger = logging.getLogger(__name__)

# What a new day brings: nobody waits for it by the second.
_QUARTER_HOUR = 900

STEPS: tuple[Step, ...] = (
    ("invitations reminded", invitations.remind_due, _QUARTER_HOUR),
    ("invitations lapsed", invitations.lapse_due, _QUARTER_HOUR),
    ("coaching plans reminded", coaching_plans.remind_due, _QUARTER_HOUR),
    ("effects of learning computed", effects.refresh_due, _QUARTER_HOUR),
)


@shared_task(name="training.run_schedule")
def run_schedule(**_: object) -> None:
    """Promise a look at every evaluation whose needs, or whose consequences, were not looked for yet; remind people
    of sessions.
    """
    promised = needs.enqueue_proposals()
    following = follow_ups.enqueue_proposals()
    run_steps(STEPS)
    if promised or following:
        logger.info("needs to propose for %s evaluations, consequences for %s", promised, following)


@jobs.handler(needs.TASK)
def propose_needs(*, evaluation_id: int, **_: object) -> None:
    """Propose the needs of one evaluation."""
    if not Evaluation.objects.filter(pk=evaluation_id).exists():
        logger.warning("evaluation %s is gone", evaluation_id)
        return
    needs.propose_for_evaluation(evaluation_id=evaluation_id, at=timezone.now())


@jobs.handler(follow_ups.TASK)
def propose_follow_ups(*, evaluation_id: int, **_: object) -> None:
    """Propose the consequences of one final result."""
    if not Evaluation.objects.filter(pk=evaluation_id).exists():
        logger.warning("evaluation %s is gone", evaluation_id)
        return
    follow_ups.propose_for_evaluation(evaluation_id=evaluation_id, at=timezone.now())
