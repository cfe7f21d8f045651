"""What runs without anybody pressing."""

import logging

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.core import jobs, long_jobs, partitions, schedule
from apps.core.operations import daily_checks
from apps.core.sheets.reading import SheetRefused

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
    respondent_tables,
    results,
    retention,
    rights,
    skm_import,
)

logger = logging.getLogger(__name__)
daily_checks.register(
    "rebuild_figures",
    results.differences,
    title=gettext_noop("figures of surveys"),
    found=gettext_noop("Figures of surveys that differ from their answers: %(n)s."),
    advice=gettext_noop("Run manage.py rebuild_figures, then look for the cause."),
)
partitions.register("feedback_answer", "year")

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
def refresh_result(*, survey_period_id: int, **_params: object) -> None:
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


@long_jobs.kind(
    "feedback.apply_table",
    title=_("Take over a table of respondents"),
    figures={
        "added": _("Added"),
        "changed": _("Changed"),
        "unchanged": _("Unchanged"),
        "left_out": _("Rows with problems"),
    },
)
def apply_table(progress: long_jobs.Progress, *, table_id: int, by_id: int, **_params: object) -> None:
    """Take a large table over in portions; goes on where an interrupted run stopped."""
    try:
        table = respondent_tables.apply_table(
            table_id=table_id, by=User.objects.get(pk=by_id), at=timezone.now(), progress=progress
        )
    except respondent_tables.AlreadyApplied:
        return
    except skm_import.PeriodIsPublished as error:
        raise long_jobs.JobFailed(
            str(_("The result of this period is published and does not change any more."))
        ) from error
    except SheetRefused as error:
        raise long_jobs.JobFailed(str(_("The file can no longer be read."))) from error
    progress.result(**{name: table.outcome[name] for name in ("added", "changed", "unchanged", "left_out")})


@jobs.handler(complaints.MAIL_JOB)
def mail_check_back(*, check_back_id: int, **_params: object) -> None:
    """Send the question after four weeks to a reporter who agreed to it."""
    complaints.mail(check_back_id=check_back_id)


@shared_task(name="feedback.run_schedule")
def run_schedule(**_params: object) -> None:
    """Do what is due."""
    schedule.run_steps(STEPS)
