"""Who lives in the town of the faults: writers, reporters, a counter for citizens, and towns whose periods close.

Run in the site's own database: `manage.py shell -c "from tests.faults.people import prepare; prepare()"`, and later
`build_towns(0, 8)` as often as towns are needed: every tick looks at every government, so there are no more than that.
"""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments.models import Cycle, Period, SelfReport
from apps.assessments.services import reports
from apps.employees.models import AppraiserLink, Employee, Government, Placement, Position, WorkUnit
from apps.feedback.services import surveys
from apps.indicators.models import Skp
from tests.world import SINCE, World

WRITERS = 3
# The last one's reports are only decided about (F17); the others send and take back.
REPORTERS = 3
UNITS_OF_A_TOWN = 4
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


class ThisYearsWorld(World):
    """The world of the tests, moved into the year in which the faults are tried."""

    YEAR = timezone.now().year


class Builder(ThisYearsWorld):
    """Makes people and units of others; nobody lives here."""

    def __init__(self) -> None:
        self._serial = count(1)


@transaction.atomic
def build_towns(first: int, number: int) -> None:
    """Make towns, numbered from the first on, and print where to find them."""
    world = Builder()
    print("MADE " + json.dumps([_town(world, first + more) for more in range(number)]))


@transaction.atomic
def prepare() -> None:
    """Make everybody, and print where to find them."""
    now = timezone.now()
    world = ThisYearsWorld()
    staff = [world.make_employee(f"Penulis {n}", world.unit, appraiser=world.head) for n in range(WRITERS)]
    for employee in staff:
        world.make_skp(employee)
    period = _open_period(world, now)
    senders = [
        world.make_employee(f"Pelapor {n}", world.unit, appraiser=world.head) for n in range(REPORTERS)
    ]
    drafts = [_draft(world.make_skp(employee, indicators=1), period, now) for employee in senders]
    service = world.make_service(code="loket-uji")
    day = now.date()
    surveys.open_survey_period(
        service=service, code="kini", label="Kini", starts_on=day - timedelta(days=1),
        ends_on=day + timedelta(days=20), by=None, at=now,
    )  # fmt: skip
    operator = User.objects.create_user("operator@uji.example", World.PASSWORD, is_staff=True)
    made = {
        "password": World.PASSWORD,
        "government": world.government.pk,
        "period": period.pk,
        "writers": [row.nip for row in staff],
        "reporters": [
            {"login": row.nip, "report": draft.pk, "appraiser": world.head.nip}
            for row, draft in zip(senders, drafts, strict=True)
        ],
        "appraiser": world.head.nip,
        "point": service.points.get().code,
        "service": service.code,
        "operator": operator.pk,
    }
    print("MADE " + json.dumps(made))


def _open_period(world: World, now: datetime) -> Period:
    cycle = Cycle.objects.create(government=world.government, year=world.YEAR, periodicity="quarterly")
    return Period.objects.create(
        cycle=cycle,
        kind="periodic",
        number=1,
        starts_on=date(world.YEAR, 1, 1),
        ends_on=date(world.YEAR, 12, 31),
        opens_at=datetime(world.YEAR, 1, 1, tzinfo=UTC),
        closes_at=now + timedelta(days=400),
        status="open",
    )


def _draft(skp: Skp, period: Period, now: datetime) -> SelfReport:
    """A report that only has to be sent."""
    writer = skp.employee
    report = reports.open_report(employee=writer, period=period, by=writer, at=now, skp=skp)
    lines = {line.indicator_id: (Decimal(7), "") for line in report.lines.all()}
    return reports.save_draft(
        report_id=report.pk, by=writer, at=now, revision=report.revision, achievements="Awal.", lines=lines
    )


def _town(world: World, number: int) -> dict[str, Any]:
    """A government with a head and one civil servant in each of its units, and a period that is about to close."""
    government = Government.objects.create(
        code=f"kota-{number}",
        name=f"Kota {number}",
        timezone=ZONES[number % 3],
        brand="nasional",
        place="Uji",
    )
    root = world.make_unit(f"Kota {number}", "pemerintah", None, government)
    plans: list[Skp] = []
    for part in range(UNITS_OF_A_TOWN):
        unit = world.make_unit(f"Dinas {part}", "dinas", root, government)
        head = _person(government, unit, number, 2 * part, is_head=True, appraiser=None)
        member = _person(government, unit, number, 2 * part + 1, is_head=False, appraiser=head)
        for employee in (head, member):
            plans.append(world.make_skp(employee, indicators=1))
    cycle = Cycle.objects.create(government=government, year=world.YEAR, periodicity="quarterly")
    period = Period.objects.create(
        cycle=cycle,
        kind="periodic",
        number=1,
        starts_on=date(world.YEAR, 1, 1),
        ends_on=date(world.YEAR, 3, 31),
        opens_at=datetime(world.YEAR, 1, 1, tzinfo=UTC),
        closes_at=timezone.now() + timedelta(days=400),
        status="open",
    )
    late = _draft(plans[-1], period, timezone.now())
    return {
        "code": government.code,
        "zone": government.timezone,
        "period": period.pk,
        "plans": len(plans),
        "units": UNITS_OF_A_TOWN,
        "late": {"login": plans[-1].employee.nip, "report": late.pk},
    }


def _person(
    government: Government,
    unit: WorkUnit,
    town: int,
    number: int,
    *,
    is_head: bool,
    appraiser: Employee | None,
) -> Employee:
    nip = f"19900101201{town:03d}1{number:03d}"
    name = f"Pegawai {town} {number}"
    employee = Employee.objects.create(
        government=government,
        user=User.objects.create_user(nip, World.PASSWORD, display_name=name),
        nip=nip,
        name=name,
        status="pns",
        golongan="III/c",
        birth_date=date(1990, 1, 1),
    )
    position = Position.objects.create(
        unit=unit, title=f"Jabatan {number}", position_class="jf", is_head=is_head, level="ahli_muda"
    )
    Placement.objects.create(employee=employee, position=position, period=DateRange(SINCE, None))
    if appraiser is not None:
        AppraiserLink.objects.create(employee=employee, appraiser=appraiser, period=DateRange(SINCE, None))
    return employee
