"""A small world of named people for tests, made directly in the tables and quickly.

    world = World()                      # Kota Kendari (WITA), Dinas Kesehatan, Puskesmas Lepo-Lepo
    world.head, world.staff, world.colleague   # kepala puskesmas and two of her staff
    world.agency_head                    # kepala dinas, appraises world.head
    world.stranger_head, world.stranger  # another agency of the same government
    world.foreigner                      # works for another government
    world.personnel_officer, world.auditor   # users with a role

Every employee has a user; the password is World.PASSWORD. Use `world.client(employee_or_user)` to be somebody.
The year is 2026; quarter 3 is open and quarter 4 planned unless a test says otherwise.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from apps.accounts.models import User
from apps.assessments.models import Cycle, Period, ReportLine, SelfReport
from apps.employees.models import (
    AppraiserLink,
    Employee,
    Government,
    Placement,
    Position,
    RoleAssignment,
    WorkUnit,
)
from apps.feedback.models import Service, ServicePoint
from apps.indicators.models import Indicator, Skp, WorkResult
from apps.indicators.services.guard import applying

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)


class World:
    """See the module's docstring."""

    PASSWORD = "sandi-uji-yang-panjang"
    YEAR = 2026

    def __init__(self, code: str = "kendari") -> None:
        self._serial = count(1)
        self.government = self.make_government(code)
        self.root = self.government.units.get(parent=None)
        self.agency = self.make_unit("Dinas Kesehatan", "dinas", self.root)
        self.unit = self.make_unit("Puskesmas Lepo-Lepo", "puskesmas", self.agency)
        self.other_agency = self.make_unit("Dinas Pendidikan", "dinas", self.root)
        self.agency_head = self.make_employee(
            "Kepala Dinas Contoh", self.agency, is_head=True, position_class="jpt"
        )
        self.head = self.make_employee(
            "Kepala Puskesmas Contoh",
            self.unit,
            is_head=True,
            position_class="pengawas",
            appraiser=self.agency_head,
        )
        self.staff = self.make_employee("Perawat Contoh", self.unit, appraiser=self.head)
        self.colleague = self.make_employee("Bidan Contoh", self.unit, appraiser=self.head)
        self.stranger_head = self.make_employee(
            "Kepala Dinas Lain", self.other_agency, is_head=True, position_class="jpt"
        )
        self.stranger = self.make_employee("Guru Contoh", self.other_agency, appraiser=self.stranger_head)
        self.personnel_officer = self.make_role_user("personnel_officer")
        self.auditor = self.make_role_user("auditor")

    _other: "World | None" = None

    @property
    def other(self) -> "World":
        """Another government with the same kind of people."""
        if self._other is None:
            self._other = World("serang")
        return self._other

    @property
    def foreigner(self) -> Employee:
        """A civil servant of the other government."""
        return self.other.staff

    # --- making

    def make_government(self, code: str) -> Government:
        """Create a government with its root unit."""
        zones = {
            "kendari": "Asia/Makassar",
            "serang": "Asia/Jakarta",
            "wanggar": "Asia/Jayapura",
            "manokwari": "Asia/Jayapura",
            "palu": "Asia/Makassar",
            "tual": "Asia/Jayapura",
            "bitung": "Asia/Makassar",
        }
        government = Government.objects.create(
            code=code, name=f"Kota {code.title()}", timezone=zones[code], brand=code, place=code.title()
        )
        self.make_unit(f"Kota {code.title()}", "pemerintah", None, government)
        return government

    def make_unit(
        self, name: str, kind: str, parent: WorkUnit | None, government: Government | None = None
    ) -> WorkUnit:
        """Create a unit below a parent."""
        unit = WorkUnit.objects.create(
            government=government or self.government,
            parent=parent,
            code=f"U{next(self._serial)}",
            name=name,
            kind=kind,
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save()
        return unit

    def make_employee(
        self,
        name: str,
        unit: WorkUnit,
        *,
        is_head: bool = False,
        position_class: str = "jf",
        appraiser: Employee | None = None,
        status: str = "pns",
    ) -> Employee:
        """Create a civil servant with user, position, placement and appraiser."""
        serial = next(self._serial)
        offset = {
            "kendari": 0,
            "serang": 300,
            "wanggar": 600,
            "manokwari": 700,
            "palu": 800,
            "tual": 950,
            "bitung": 500,
        }[self.government.code]
        nip = f"198501012010011{serial + offset:03d}"
        user = User.objects.create_user(nip, self.PASSWORD, display_name=name)
        employee = Employee.objects.create(
            government=self.government,
            user=user,
            nip=nip,
            name=name,
            status=status,
            golongan="III/c",
            birth_date=date(1985, 1, 1),
        )
        position = Position.objects.create(
            unit=unit,
            title=f"Jabatan {serial}",
            position_class=position_class,
            is_head=is_head,
            level="ahli_muda",
        )
        Placement.objects.create(employee=employee, position=position, period=DateRange(SINCE, None))
        if appraiser is not None:
            AppraiserLink.objects.create(
                employee=employee, appraiser=appraiser, period=DateRange(SINCE, None)
            )
        return employee

    def make_role_user(self, role: str, unit: WorkUnit | None = None) -> User:
        """Create a user with a role for a unit (the whole government by default)."""
        user = User.objects.create_user(
            f"{role}{next(self._serial)}@{self.government.code}.example",
            self.PASSWORD,
            display_name=f"Petugas {role}",
        )
        RoleAssignment.objects.create(
            user=user, role=role, unit=unit or self.root, period=DateRange(SINCE, None)
        )
        return user

    def make_skp(self, employee: Employee, *, status: str = "approved", indicators: int = 2) -> Skp:
        """Create a quantitative plan with one main result and some counted indicators."""
        placement = employee.placements.filter(is_main=True).latest("period")
        link = employee.appraiser_links.order_by("-period").first()
        skp = Skp.objects.create(
            employee=employee,
            government=employee.government,
            placement=placement,
            unit=placement.position.unit,
            appraiser=link.appraiser if link else None,
            appraiser_name=link.appraiser.full_name if link else "Wali Kota",
            year=self.YEAR,
            period=DateRange(date(self.YEAR, 1, 1), date(self.YEAR + 1, 1, 1)),
            approach="kuantitatif",
            layout="jpt" if placement.position.position_class == "jpt" else "ja_jf",
            status=status,
            submitted_at=NOW if status != "draft" else None,
            approved_at=NOW if status in {"approved", "closed"} else None,
        )
        with applying():
            result = WorkResult.objects.create(skp=skp, text="Pelayanan pemeriksaan berjalan tepat waktu")
            for number in range(indicators):
                Indicator.objects.create(
                    result=result,
                    aspect="kuantitas",
                    text=f"Jumlah pemeriksaan {number + 1}",
                    target=Decimal(100),
                    measure="pemeriksaan",
                    order=number,
                )
        return skp

    def make_periods(self, periodicity: str = "quarterly") -> list[Period]:
        """Create the cycle of the year with its quarters; the third is open."""
        cycle = Cycle.objects.create(government=self.government, year=self.YEAR, periodicity=periodicity)
        quarters = [(1, 1, 3, 31), (4, 1, 6, 30), (7, 1, 9, 30), (10, 1, 12, 31)]
        periods = []
        for number, (m1, d1, m2, d2) in enumerate(quarters, start=1):
            status = {1: "closed", 2: "closed", 3: "open", 4: "planned"}[number]
            periods.append(
                Period.objects.create(
                    cycle=cycle,
                    kind="periodic",
                    number=number,
                    starts_on=date(self.YEAR, m1, d1),
                    ends_on=date(self.YEAR, m2, d2),
                    opens_at=datetime(self.YEAR, m1, d1, tzinfo=UTC),
                    closes_at=datetime(self.YEAR, m2, d2, 15, 59, 59, tzinfo=UTC),
                    status=status,
                )
            )
        return periods

    def make_report(
        self,
        skp: Skp,
        period: Period,
        *,
        status: str = "draft",
        figures: dict[Indicator, Decimal | None] | None = None,
    ) -> SelfReport:
        """Create a report of a period with some realizations; once it is sent, no line can be added (a trigger)."""
        sent = status != "draft"
        report = SelfReport.objects.create(
            skp=skp,
            employee=skp.employee,
            period=period,
            status="draft",
            achievements="Pemeriksaan berjalan setiap hari kerja." if sent else "",
            version=1 if sent else 0,
            number=f"LK-UJI-{skp.pk}-{period.pk}" if sent else None,
            submitted_at=NOW if sent else None,
        )
        ReportLine.objects.bulk_create(
            ReportLine(report=report, indicator=indicator, realization=value)
            for indicator, value in (figures or {}).items()
        )
        if sent:
            report.status = status
            report.save(update_fields=["status"])
        return report

    def change_indicator(self, indicator: Indicator, **values: Any) -> Indicator:
        """Change an indicator of an approved plan behind the plan's back, as a test's premise."""
        with applying():
            Indicator.objects.filter(pk=indicator.pk).update(**values)
        indicator.refresh_from_db()
        return indicator

    def make_service(self, unit: WorkUnit | None = None, code: str | None = None) -> Service:
        """Create a service with one counter."""
        service = Service.objects.create(
            unit=unit or self.unit, code=code or f"layanan-{next(self._serial)}", name="Pemeriksaan umum"
        )
        ServicePoint.objects.create(
            service=service, code=f"k{self.government.pk}{service.pk}x", label="Loket 1"
        )
        return service

    # --- being somebody

    def client(self, who: Employee | User | None = None, **options: Any) -> Client:
        """Return a browser session of somebody (or of nobody)."""
        client = Client(**options)
        if who is not None:
            client.force_login(
                who.user if isinstance(who, Employee) else who,
                backend="django.contrib.auth.backends.ModelBackend",
            )
        return client
