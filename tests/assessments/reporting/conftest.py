"""Quarter 3 of 2026 is open: the tests of reporting live in the middle of September, in WITA."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from PIL import Image

from apps.assessments.services import progress, reports

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _september() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


@pytest.fixture
def clock(_september: Any) -> Any:
    """The clock of the test: `clock.move_to(...)`."""
    return _september


@pytest.fixture
def periods(world: Any) -> list[Any]:
    """The four quarters; the third is open."""
    return world.make_periods()


@pytest.fixture
def period(periods: list[Any]) -> Any:
    """The open quarter."""
    return periods[2]


@pytest.fixture
def skp(world: Any) -> Any:
    """The approved plan of world.staff: one result with two counted indicators."""
    return world.make_skp(world.staff)


@pytest.fixture
def draft(world: Any, skp: Any, period: Any) -> Any:
    """A report begun by its writer."""
    return reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)


def fill(report: Any, value: str = "82.5", text: str = "Pemeriksaan berjalan setiap hari kerja.") -> Any:
    """Write everything that has to stand in a report."""
    lines = {row.indicator_id: (Decimal(value), "") for row in report.lines.all()}
    return reports.save_draft(
        report_id=report.pk,
        by=report.employee,
        at=NOW,
        revision=reports.SelfReport.objects.get(pk=report.pk).revision,
        achievements=text,
        obstacles="Hujan tiga hari.",
        support_needed="",
        lines=lines,
    )


@pytest.fixture
def sent(draft: Any) -> Any:
    """A report that was sent."""
    fill(draft)
    return reports.submit_report(report_id=draft.pk, by=draft.employee, at=NOW)


def add(world: Any, skp: Any, text: str = "Posyandu Mandonga", day: date = TODAY, **more: Any) -> Any:
    """Write a progress entry of world.staff."""
    return progress.add_entry(
        employee=world.staff, result=skp.results.get(), date=day, text=text, by=world.staff, at=NOW, **more
    )


def picture(color: str = "teal", kind: str = "JPEG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(out, kind)
    return out.getvalue()
