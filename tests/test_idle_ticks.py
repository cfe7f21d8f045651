"""An idle tick asks once for the whole country: as many statements for one government as for five.

What is due is worked on for each; what only waits, in however many governments, costs nothing more.
"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation
from apps.core import jobs
from apps.core.models import OutboxMessage
from apps.employees.models import Government
from tests.world import NOW, World

TICKS = sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()})
# In one zone: a tick asks once for each zone, and there are three.
ZONE = "Asia/Makassar"
OTHERS = ("palu", "bitung", "serang", "tual")


def _settled(moment: Any) -> None:
    """Do all that is due at a moment, and what that promised."""
    for _again in range(3):
        for task in TICKS:
            cache.clear()
            current_app.tasks[task].run()
        for pk in OutboxMessage.objects.filter(done_at=None, ready_at__lte=moment).values_list(
            "pk", flat=True
        ):
            jobs.consume(pk)


def _statements(task: str) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        current_app.tasks[task].run()
    return [row["sql"] for row in asked.captured_queries]


def _with_waiting_work(code: str) -> World:
    """A government with a period that runs and one to rate, in which much waits and nothing is due."""
    world = World(code)
    Government.objects.filter(pk=world.government.pk).update(timezone=ZONE)
    world.government.refresh_from_db()
    plan, colleagues = world.make_skp(world.staff), world.make_skp(world.colleague)
    periods = world.make_periods()
    world.make_report(plan, periods[2], status="submitted")
    world.make_report(colleagues, periods[2])
    for skp in (plan, colleagues):
        Evaluation.objects.create(
            skp=skp,
            employee=skp.employee,
            appraiser=world.head,
            unit=world.unit,
            government=world.government,
            period=periods[1],
            prepared_at=NOW - timedelta(days=1),
        )
    return world


@pytest.mark.django_db
def test_an_idle_tick_costs_as_many_statements_for_five_governments_as_for_one() -> None:
    moment = NOW + timedelta(hours=1)
    with time_machine.travel(moment, tick=False):
        _with_waiting_work("kendari")
        _settled(moment)
        alone = {task: _statements(task) for task in TICKS}
        for code in OTHERS:
            _with_waiting_work(code)
        _settled(moment)
        together = {task: _statements(task) for task in TICKS}
    for task in TICKS:
        more = sorted(set(together[task]) - set(alone[task]))
        assert len(together[task]) == len(alone[task]), "\n".join([task, *more])
