"""What supervision does without anybody pressing."""

from celery import shared_task

from apps.core import schedule

from .services import (
    adoption,
    audit_room,
    draws,
    exception_runs,
    loans,
    rater_cards,
    second_readings,
    unit_figures,
)

STEPS: tuple[schedule.Step, ...] = (
    ("figures of units", unit_figures.refresh_due),
    ("returns from loans", loans.announce_returns),
    ("raters told of their own card", rater_cards.announce),
    ("exceptions", exception_runs.refresh_due),
    ("digest of exceptions", exception_runs.digest_due),
    # One after the other: the hash before the closing, the list after it, the sample from the list.
    ("seeds committed to", draws.commit_due),
    ("lists frozen", draws.freeze_due),
    ("samples drawn", draws.draw_due),
    ("second readers found", second_readings.assign_due),
    ("bundles of closed rooms", audit_room.close_over),
    ("figures on adoption", adoption.refresh_figures),
)


@shared_task(name="supervision.run_schedule")
def run_schedule(**_: object) -> None:
    """Do what is due."""
    schedule.run_steps(STEPS)
