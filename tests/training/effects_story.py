"""Many people with results before and after a session in May 2026, made directly in the tables."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import Evaluation
from apps.employees.models import Employee, Placement, Position, WorkUnit
from apps.indicators.models import Skp
from apps.training.models import Enrolment, Programme, Session

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
RATINGS = ("below_expectation", "meets_expectation", "above_expectation")


def make_people(
    world: Any, number: int, *, unit: WorkUnit | None = None, title: str = "Perawat"
) -> list[Any]:
    """Create people in one post, with their plans; the post is one, which no test here minds."""
    unit = unit or world.unit
    post, _created = Position.objects.get_or_create(
        unit=unit, title=f"{title} Ahli Muda", defaults={"position_class": "jf", "level": "ahli_muda"}
    )
    first = Employee.objects.count()
    people = Employee.objects.bulk_create(
        Employee(
            government=world.government,
            nip=f"1990010120200{first + place:05d}",
            name=f"P{place}",
            status="pns",
        )
        for place in range(number)
    )
    places = Placement.objects.bulk_create(
        Placement(employee=person, position=post, period=DateRange(date(2025, 1, 1), None))
        for person in people
    )
    Skp.objects.bulk_create(
        Skp(
            employee=person,
            government=world.government,
            placement=place,
            unit=unit,
            appraiser=world.head,
            appraiser_name="Kepala",
            year=2026,
            period=DateRange(date(2026, 1, 1), date(2027, 1, 1)),
            approach="kuantitatif",
            layout="ja_jf",
            status="approved",
            submitted_at=AT,
            approved_at=AT,
        )
        for person, place in zip(people, places, strict=True)
    )
    return people


def measure(world: Any, people: Sequence[Any], number: int, values: Sequence[int], rating: int = 1) -> None:
    """Create handed-over evaluations of a quarter with these achievements."""
    plans = {plan.employee_id: plan for plan in Skp.objects.filter(employee__in=people)}
    Evaluation.objects.bulk_create(
        Evaluation(
            government=world.government,
            skp=plans[person.pk],
            employee=person,
            unit_id=plans[person.pk].unit_id,
            period=world.periods[number - 1],
            appraiser=world.head,
            status="accepted",
            achievement_percent=Decimal(value),
            work_result_rating=RATINGS[rating],
            behavior_rating="meets_expectation",
            predikat="baik",
            rule_version="test",
            prepared_at=AT,
            rated_at=AT,
            delivered_at=AT,
        )
        for person, value in zip(people, values, strict=True)
    )


def make_session(world: Any, people: Sequence[Any] = (), *, programme: Programme | None = None) -> Session:
    """Create a session in May that these people completed."""
    programme = programme or Programme.objects.create(
        government=world.government,
        name="Manajemen antrean",
        kind="klasikal",
        jp=Decimal(8),
        organizer="BKPSDM",
    )
    session = Session.objects.create(
        programme=programme, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 6), seats=40
    )
    Enrolment.objects.bulk_create(
        Enrolment(session=session, employee=person, status="completed", enrolled_at=AT) for person in people
    )
    return session
