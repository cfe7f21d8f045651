"""What runs without anybody pressing."""

import logging

from celery import shared_task
from django.utils import timezone

from apps.core import jobs

from .models import SurveyPeriod
from .services import complaints, results

logger = logging.getLogger(__name__)


@jobs.handler("feedback.refresh_result")
def refresh_result(*, survey_period_id: int, **_: object) -> None:
    """Add up a survey period after answers came in."""
    if not SurveyPeriod.objects.filter(pk=survey_period_id).exists():
        logger.warning("survey period %s is gone", survey_period_id)
        return
    results.refresh_result(survey_period_id=survey_period_id, at=timezone.now())


@shared_task(name="feedback.run_schedule")
def run_schedule(**_: object) -> None:
    """Close what waited too long for its reporter, and tell superiors about what is overdue."""
    now = timezone.now()
    lapsed = complaints.lapse_due(now=now)
    escalated = complaints.escalate_due(now=now)
    if lapsed or escalated:
        logger.info("complaints: %s lapsed, %s escalated", lapsed, escalated)
