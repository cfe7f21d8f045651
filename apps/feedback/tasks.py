"""What runs without anybody pressing."""

import logging

from celery import shared_task
from django.utils import timezone

from apps.core import jobs, schedule
from apps.core.operations import daily_checks

from .models import Service, SurveyPeriod
from .services import (
    alerts,
    allegations,
    causes,
    commitments,
    complaints,
    improvement,
    quarantine,
    receipts,
    results,
    retention,
    rights,
)

logger = logging.getLogger(__name__)
daily_checks.register("rebuild_figures", results.differences)

STEPS: tuple[schedule.Step, ...] = (
    ("ratings held back", quarantine.sweep),
    ("decisions on held ratings overdue", quarantine.remind_overdue),
    ("rows deleted by retention", retention.run_due),
    ("requests about own data overdue", rights.remind_overdue),
    ("ended surveys added up", results.settle_ended),
    ("complaints lapsed", complaints.lapse_due),
    ("complaints escalated", complaints.escalate_due),
    ("asked after four weeks", complaints.ask_due),
    ("days for statements ended", allegations.lapse_statements),
    ("findings made final", allegations.settle_due),
    ("repeated causes reported", causes.report_repeats),
    ("files of unsent reports removed", complaints.sweep_drafts),
    ("effects of notices measured", alerts.measure_due),
    ("improvement items reminded of", improvement.remind_due),
    ("improvements measured", improvement.measure_due),
    ("promises reminded of", commitments.remind_due),
    ("days of receipt codes folded", receipts.fold_expired),
)


@jobs.handler("feedback.refresh_result")
def refresh_result(*, survey_period_id: int, **_: object) -> None:
    """Add up a survey period after answers came in, and look whether the service turned bad."""
    if not SurveyPeriod.objects.filter(pk=survey_period_id).exists():
        logger.warning("survey period %s is gone", survey_period_id)
        return
    now = timezone.now()
    # A flood is held back before it shows in the figure.
    service = Service.objects.select_related("unit").get(survey_periods=survey_period_id)
    quarantine.sweep(now=now, service=service)
    results.refresh_result(survey_period_id=survey_period_id, at=now)
    alerts.check_service(survey_period_id=survey_period_id, at=now)


@jobs.handler(complaints.MAIL_JOB)
def mail_check_back(*, check_back_id: int, **_: object) -> None:
    """Send the question after four weeks to a reporter who agreed to it."""
    complaints.mail(check_back_id=check_back_id)


@shared_task(name="feedback.run_schedule")
def run_schedule(**_: object) -> None:
    """Do what is due."""
    schedule.run_steps(STEPS)
