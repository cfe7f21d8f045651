"""Two at once: a report that is decided on while its period closes is not lost, whoever commits first."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction

from apps.assessments.models import Evaluation, Period, SelfReport
from apps.assessments.services import closing, reports
from apps.core import jobs
from apps.core.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
PATIENCE = 60


@pytest.fixture
def report(world: Any) -> SelfReport:
    """A report that waits for its review, of a quarter that is closed."""
    plan = world.make_skp(world.staff)
    figures = dict.fromkeys(plan.results.get().indicators.all(), Decimal(95))
    return world.make_report(plan, world.make_periods()[1], status="submitted", figures=figures)


@contextmanager
def accepting(report: SelfReport, by: Any) -> Iterator[Callable[[], None]]:
    """Accept a report in a connection of its own; the commit waits until the caller says so."""
    decided, may_commit = threading.Event(), threading.Event()

    def accept() -> None:
        try:
            with transaction.atomic():
                reports.accept_report(report_id=report.pk, by=by, at=AT)
                decided.set()
                may_commit.wait(PATIENCE)
        finally:
            decided.set()
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(accept)
        decided.wait(PATIENCE)

        def commit() -> None:
            may_commit.set()
            done.result(PATIENCE)

        try:
            yield commit
        finally:
            may_commit.set()


def elsewhere(pool: ThreadPoolExecutor, work: Callable[[], object]) -> Future[None]:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    return pool.submit(run)


def until_waiting_or_done(work: Future[None]) -> None:
    """Return once some connection to this database waits for a lock, or the work is over."""
    for _look in range(PATIENCE * 20):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction keeps what it saw
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] or work.done():
                return
        time.sleep(0.05)


def do_what_is_promised() -> None:
    for message in OutboxMessage.objects.filter(done_at=None, task__startswith="assessments.prep").order_by(
        "pk"
    ):
        jobs.consume(message.pk)


def stored_status(report: SelfReport) -> str:
    return str(Evaluation.objects.get(skp=report.skp_id, period=report.period_id).inputs["report"]["status"])


def test_accepted_while_the_first_chunk_runs(world: Any, report: SelfReport) -> None:
    """The chunk cannot see the decision, and the decision cannot see the evaluation."""
    with accepting(report, world.head) as commit:
        closing.prepare_unit(period_id=report.period_id, unit_id=report.skp.unit_id, at=AT)
        assert stored_status(report) == "submitted"
        commit()
    do_what_is_promised()
    assert stored_status(report) == "accepted"


def test_accepted_while_the_period_closes(world: Any, report: SelfReport) -> None:
    """The decision found the period open: the closing waits for it, and its chunks see it."""
    Period.objects.filter(pk=report.period_id).update(status="open")

    def close() -> None:
        assert closing.close_period(period_id=report.period_id, at=AT)
        do_what_is_promised()

    with ThreadPoolExecutor(1) as pool, accepting(report, world.head) as commit:
        closed = elsewhere(pool, close)
        until_waiting_or_done(closed)
        assert not Evaluation.objects.exists()
        commit()
        closed.result(PATIENCE)
    do_what_is_promised()
    assert stored_status(report) == "accepted"


def test_two_runs_over_a_unit_come_one_after_the_other(world: Any, report: SelfReport) -> None:
    """The second one reads what was committed while it waited, and cannot be overwritten by the first."""
    ids = {"period_id": report.period_id, "unit_id": report.skp.unit_id}
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            closing.prepare_unit(**ids, at=AT)
            second = elsewhere(pool, lambda: closing.prepare_plans(**ids, skp_ids=[report.skp_id], at=AT))
            until_waiting_or_done(second)
            assert not second.done(), second.exception()
            elsewhere(pool, lambda: SelfReport.objects.filter(pk=report.pk).update(status="accepted")).result(
                PATIENCE
            )
        second.result(PATIENCE)
    assert stored_status(report) == "accepted"
    assert Evaluation.objects.count() == 1
