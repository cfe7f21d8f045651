"""Quarter 3 of 2026, with people who have sent their reports; the schedule is walked by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from apps.assessments.models import Period, ReportVersion, SelfReport
from apps.employees.models import Employee
from apps.supervision.models import ReviewDraw
from apps.supervision.services import draws
from tests.world import World

BEFORE = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
AFTER = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)  # some working hours after the closing and its grace


@pytest.fixture(autouse=True)
def _october() -> Iterator[Any]:
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


@pytest.fixture
def clock(_october: Any) -> Any:
    """The clock of the test: `clock.move_to(...)`."""
    return _october


@pytest.fixture(autouse=True)
def flagged(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Who stands in the exception queue; its own tests prove how it finds them."""
    people: set[int] = set()
    monkeypatch.setattr(
        "apps.supervision.selectors.sampling.flagged_people",
        lambda who, day: people & set(who.values_list("pk", flat=True)),
    )
    return people


@pytest.fixture
def period(world: World) -> Period:
    """The third quarter, still open."""
    return world.make_periods()[2]


def content(value: str | None = "90", target: str | None = "100") -> dict[str, Any]:
    """What the sampling reads of a sent version, and what a page needs to show it."""
    row = {
        "id": 1,
        "text": "Jumlah pemeriksaan",
        "aspect": "kuantitas",
        "measure": "pemeriksaan",
        "direction": "higher_is_better",
        "source": "reported",
        "target": target,
        "plan_target": target,
        "realization": value,
        "prefilled": None,
        "entries": 0,
        "reports": 0,
        "answers": None,
        "note": "",
    }
    return {
        "schema": 1,
        "results": [{"id": 1, "kind": "utama", "text": "Pelayanan", "indicators": [row]}],
        "achievements": "Pemeriksaan berjalan setiap hari kerja.",
        "obstacles": "",
        "support_needed": "",
        "evidence": [],
        "questions": [],
        "progress_entries": 0,
        "period": {
            "id": 1,
            "kind": "periodic",
            "number": 3,
            "year": 2026,
            "starts_on": "2026-07-01",
            "ends_on": "2026-09-30",
        },
    }


def send(world: World, employee: Employee, period: Period, **figures: Any) -> SelfReport:
    """A report of somebody that was sent in time."""
    report = world.make_report(world.make_skp(employee), period, status="submitted")
    ReportVersion.objects.create(
        report=report, version=1, content=content(**figures), submitted_at=report.submitted_at
    )
    return report


@pytest.fixture
def crew(world: World, period: Period) -> Callable[..., list[SelfReport]]:
    """Make people of the head of the unit who have sent their reports."""

    def make(size: int, unit: Any = None, head: Any = None, **options: Any) -> list[SelfReport]:
        return [
            send(
                world,
                world.make_employee(
                    f"Pegawai {number:02d}", unit or world.unit, appraiser=head or world.head, **options
                ),
                period,
            )
            for number in range(size)
        ]

    return make


def close(period: Period) -> None:
    """Close a period as the schedule does."""
    Period.objects.filter(pk=period.pk).update(status="closed")
    period.refresh_from_db()


def draw_of(supervisor: Employee, period: Period) -> ReviewDraw:
    """The draw of a supervisor."""
    return ReviewDraw.objects.select_related("period__cycle__government", "supervisor__user").get(
        supervisor=supervisor, period=period
    )


def run_draws(period: Period, at: datetime = AFTER) -> None:
    """Commit while the period is open, close it, freeze and draw."""
    draws.commit_due(now=BEFORE)
    close(period)
    draws.freeze_due(now=at)
    draws.draw_due(now=at + timedelta(seconds=20))


@pytest.fixture
def drawn(world: World, period: Period, crew: Any) -> ReviewDraw:
    """Twelve ordinary reports of the head's people, and the sample of them."""
    crew(12)
    run_draws(period)
    return draw_of(world.head, period)
