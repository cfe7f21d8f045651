"""What runs in the background: packs and recaps as jobs, and the schedule of packs."""

import logging
from collections.abc import Sequence
from datetime import date

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import long_jobs
from apps.core.long_jobs import Progress

from .services import audit_bundle, packs, schedule, surveys

logger = logging.getLogger(__name__)


@long_jobs.kind("reports.evaluation_pack", title=_("Documents of a unit"), figures={"people": _("Documents")})
def build_evaluation_pack(
    progress: Progress,
    *,
    unit_id: int,
    period_id: int,
    contents: Sequence[str] = packs.DEFAULT_CONTENTS,
    **_: object,
) -> None:
    """Make the chosen documents of a unit for a period."""
    packs.build_evaluation_pack(
        unit_id=unit_id,
        period_id=period_id,
        contents=contents,
        viewer=progress.job.owner,
        progress=progress,
        at=timezone.now(),
    )
    schedule.announce(progress.job)


@long_jobs.kind("reports.cycle_recap", title=_("Recap of a period"), figures={"people": _("People")})
def build_cycle_recap(progress: Progress, *, unit_id: int, period_id: int, **_: object) -> None:
    """Write the recap of a unit for a period."""
    packs.build_cycle_recap(
        unit_id=unit_id, period_id=period_id, viewer=progress.job.owner, progress=progress, at=timezone.now()
    )
    schedule.announce(progress.job)


@long_jobs.kind("reports.survey_span", title=_("Survey report of a unit (Laporan SKM)"))
def build_survey_span(progress: Progress, *, unit_id: int, starts_on: str, ends_on: str, **_: object) -> None:
    """Make the survey report of a unit."""
    surveys.build_span(
        unit_id=unit_id,
        starts_on=date.fromisoformat(starts_on),
        ends_on=date.fromisoformat(ends_on),
        viewer=progress.job.owner,
        progress=progress,
        at=timezone.now(),
    )


@long_jobs.kind("reports.survey_recap", title=_("Survey recap of the units"), figures={"units": _("Units")})
def build_survey_recap(
    progress: Progress, *, unit_id: int, starts_on: str, ends_on: str, **_: object
) -> None:
    """Write the survey recap of a unit and those below it."""
    surveys.build_recap(
        unit_id=unit_id,
        starts_on=date.fromisoformat(starts_on),
        ends_on=date.fromisoformat(ends_on),
        progress=progress,
        at=timezone.now(),
    )


@long_jobs.kind(
    "reports.survey_annex",
    title=_("Survey answers, one row per respondent"),
    figures={"people": _("Respondents")},
)
def build_survey_annex(progress: Progress, *, period_id: int, **_: object) -> None:
    """Write the annex per respondent of a survey period."""
    surveys.build_annex(period_id=period_id, viewer=progress.job.owner, progress=progress, at=timezone.now())


@long_jobs.kind(
    "reports.audit_bundle",
    title=_("Audit bundle"),
    figures={"people": _("People"), "manifest": _("SHA-256 of the manifest")},
)
def build_audit_bundle(progress: Progress, *, bundle_id: int, **_: object) -> None:
    """Make the bundle of an auditor's sample."""
    audit_bundle.build(bundle_id=bundle_id, progress=progress, now=timezone.now)


@shared_task(name="reports.run_schedule")
def run_schedule(**_: object) -> None:
    """Start the packs that are due; forget what stopped jobs left behind."""
    packs.drop_left_volumes()
    started = schedule.run_schedule(now=timezone.now())
    if started:
        logger.info("schedule: %s report packs started", started)
