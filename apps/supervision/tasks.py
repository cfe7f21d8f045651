"""What supervision does without anybody pressing."""

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.core import schedule
from apps.core.operations import daily_checks, state

from .services import (
    adoption,
    audit_room,
    draws,
    exception_runs,
    loans,
    practice_periods,
    rater_cards,
    second_readings,
    unit_figures,
)

state.register_lag("unit_figures", unit_figures.oldest_uncounted, title=gettext_noop("figures of units"))
daily_checks.register(
    "rebuild_unit_figures",
    lambda: unit_figures.differences(now=timezone.now()),
    title=gettext_noop("figures of units"),
    found=gettext_noop("Figures of units that differ from their sources: %(n)s."),
    advice=gettext_noop("Run manage.py rebuild_unit_figures, then look for the cause."),
)

# What a new day brings, and what an hour of a clock brings: nobody waits for either by the second.
_FIVE_MINUTES, _MINUTE = 300, 60

STEPS: tuple[schedule.Step, ...] = (
    ("figures of units", unit_figures.refresh_due),
    ("returns from loans", loans.announce_returns, _FIVE_MINUTES),
    ("raters told of their own card", rater_cards.announce, _FIVE_MINUTES),
    ("exceptions", exception_runs.refresh_due, _FIVE_MINUTES),
    ("digest of exceptions", exception_runs.digest_due, _FIVE_MINUTES),
    # One after the other: the hash before the closing, the list after it, the sample from the list.
    ("seeds committed to", draws.commit_due, _MINUTE),
    ("lists frozen", draws.freeze_due, _MINUTE),
    ("samples drawn", draws.draw_due, _MINUTE),
    ("second readers found", second_readings.assign_due, _MINUTE),
    ("bundles of closed rooms", audit_room.close_over, _FIVE_MINUTES),
    ("figures on adoption", adoption.refresh_figures, _FIVE_MINUTES),
    ("practice periods deleted", practice_periods.delete_due),
)


@shared_task(name="supervision.run_schedule")
def run_schedule(**_: object) -> None:
    """Do what is due."""
    schedule.run_steps(STEPS)
