"""What supervision does without anybody pressing."""

from celery import shared_task

from apps.core import schedule

STEPS: tuple[schedule.Step, ...] = ()


@shared_task(name="supervision.run_schedule")
def run_schedule(**_: object) -> None:
    """Do what is due."""
    schedule.run_steps(STEPS)
