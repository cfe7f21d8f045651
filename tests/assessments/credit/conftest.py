"""Functional staff with final evaluations, made in the tables; what follows from them goes through services."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import Cycle, Evaluation, Period
from apps.employees.models import Placement, Position
from apps.indicators.models import Skp

AT = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 25, 2, 0, tzinfo=UTC)


@pytest.fixture
def year(world: Any) -> dict[str, Period]:
    """The quarters of 2026 by number, and the year itself, all closed."""
    periods = {str(period.number): period for period in world.make_periods()}
    periods["year"] = make_year(world, 2026)
    Period.objects.update(status="closed")
    return periods


def make_year(world: Any, number: int) -> Period:
    """Return the yearly period of a year, with its cycle."""
    cycle, _created = Cycle.objects.get_or_create(
        government=world.government, year=number, defaults={"periodicity": "quarterly"}
    )
    return Period.objects.create(
        cycle=cycle,
        kind="yearly",
        number=0,
        starts_on=date(number, 1, 1),
        ends_on=date(number, 12, 31),
        opens_at=datetime(number, 12, 1, tzinfo=UTC),
        closes_at=datetime(number + 1, 1, 5, tzinfo=UTC),
        status="closed",
    )


@pytest.fixture
def plan(world: Any) -> Callable[..., Skp]:
    """Make a plan of some days: the present one unless `placement` is given."""

    def make(
        first: str = "2026-01-01", last: str = "2026-12-31", employee: Any = None, placement: Any = None
    ) -> Skp:
        employee = employee or world.staff
        skp = world.make_skp(employee) if placement is None else _copy(world, employee, placement)
        end = date.fromordinal(date.fromisoformat(last).toordinal() + 1)
        Skp.objects.filter(pk=skp.pk).update(period=DateRange(date.fromisoformat(first), end))
        skp.refresh_from_db()
        return skp

    return make


def _copy(world: Any, employee: Any, placement: Placement) -> Skp:
    return Skp.objects.create(
        employee=employee,
        government=employee.government,
        placement=placement,
        unit=placement.position.unit,
        appraiser=world.head,
        appraiser_name=world.head.full_name,
        year=2026,
        period=DateRange(date(2026, 1, 1), date(2027, 1, 1)),
        approach="kuantitatif",
        layout="ja_jf",
        status="approved",
        submitted_at=AT,
        approved_at=AT,
    )


@pytest.fixture
def final(world: Any) -> Callable[..., Evaluation]:
    """Make an evaluation that is final (accepted)."""

    def make(skp: Skp, period: Period, predikat: str = "baik", **changes: Any) -> Evaluation:
        values: dict[str, Any] = {
            "government": skp.government,
            "skp": skp,
            "employee": skp.employee,
            "unit": skp.unit,
            "period": period,
            "appraiser": skp.appraiser,
            "status": "accepted",
            "work_result_rating": "meets_expectation",
            "behavior_rating": "meets_expectation",
            "predikat": predikat,
            "prepared_at": AT,
            "rated_at": AT,
            "delivered_at": AT,
        }
        return Evaluation.objects.create(**(values | changes))

    return make


@pytest.fixture
def promoted(world: Any) -> Callable[..., Placement]:
    """Let somebody rise to another level (or post) from a day on."""

    def rise(
        since: str, level: str = "ahli_madya", position_class: str = "jf", employee: Any = None
    ) -> Placement:
        employee = employee or world.staff
        day = date.fromisoformat(since)
        present = employee.placements.get(is_main=True, period__contains=day)
        Placement.objects.filter(pk=present.pk).update(period=DateRange(present.period.lower, day))
        position = Position.objects.create(
            unit=present.position.unit,
            title=f"Jabatan naik {employee.pk} {since}",
            position_class=position_class,
            level=level,
        )
        return Placement.objects.create(
            employee=employee, position=position, period=DateRange(day, present.period.upper)
        )

    return rise
