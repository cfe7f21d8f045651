"""What runs without anybody pressing: the schedule of periods and the work it promises."""

import logging

from celery import shared_task
from django.utils import timezone

from apps.core import jobs

from .services import cycles, evaluations

logger = logging.getLogger(__name__)


@shared_task(name="assessments.run_schedule")
def run_schedule(**_: object) -> None:
    """Open and close what is due, and accept what nobody answered in time."""
    now = timezone.now()
    moved = cycles.run_schedule(now=now)
    lapsed = evaluations.lapse_due(now=now)
    if lapsed or any(moved.values()):
        logger.info("schedule: opened %s, closed %s, lapsed %s", moved["opened"], moved["closed"], lapsed)


@jobs.handler("assessments.prepare_unit")
def prepare_unit(*, period_id: int, unit_id: int, **_: object) -> None:
    """Make the evaluations of one unit."""
    cycles.prepare_unit(period_id=period_id, unit_id=unit_id, at=timezone.now())


@jobs.handler("assessments.notify_people")
def notify_people(*, period_id: int, kind: str, after_id: int, mark: str, **_: object) -> None:
    """Tell one chunk of people about a period."""
    cycles.notify_people(period_id=period_id, kind=kind, after_id=after_id, mark=mark)
