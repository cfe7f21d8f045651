"""Run the year of each demo government through the services, with a fixed seed.

Nothing here writes a table of its own accord: what the demo shows has passed the same rules as real work. Most
governments start to use the system in the middle of their year, as real ones would.
"""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from multiprocessing import get_context
from random import Random
from zoneinfo import ZoneInfo

from django.db import connections, transaction
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.accounts.services import activate, create_user, issue_activation_code
from apps.assessments.models import Evaluation, Period
from apps.assessments.services import (
    achievements,
    cycles,
    evaluations,
    feedback_notes,
    objections,
    progress,
    reports,
)
from apps.core import jobs
from apps.core.models import OutboxMessage
from apps.employees.labels import LinkSource
from apps.employees.models import Employee, Government, WorkUnit
from apps.employees.selectors import appraiser_on, placement_on
from apps.employees.services import calendar, organization, staff_import
from apps.feedback.models import Service
from apps.feedback.services import complaints, counts, surveys
from apps.indicators.models import Indicator, Skp, WorkResult
from apps.indicators.services import skp as plans
from apps.indicators.services import unit_indicators
from apps.training.models import Topic, TrainingNeed
from apps.training.services import coaching, effects, follow_ups, needs, programmes, recognition

from . import chapters, growth, hospital, people, story, voice
from .story import STORIES, Stage, Story

SEED = 1
DEMO_PASSWORD = "sandi-contoh-2026"  # noqa: S105 - printed on purpose, demo only
# Runs the installation and sees no data of persons.
OPERATOR = "operator@peraga.example"

# Who gets an account with the printed password: role, unit, title (empty: the head of the unit).
ACCOUNTS = (
    ("pegawai", "PKM", "Perawat 1"),
    ("pejabat-penilai", "PKM", ""),
    ("kepala-dinas", "DINKES", ""),
    ("kepegawaian", "BKPSDM", "Analis SDM Aparatur 1"),
    ("petugas-aduan", "DPMPTSP", "Penata Perizinan 1"),
    ("sekda", "SETDA", ""),
)


def demo_logins() -> list[tuple[str, str]]:
    """Return (role, login) of the accounts whose password is printed."""
    logins = [
        (f"{role}@{row.code}", f"{role}@{row.code}.example")
        for row in STORIES
        for role in [*(role for role, _unit, _title in ACCOUNTS), "auditor"]
    ]
    order = {row.code: number for number, row in enumerate(STORIES)}
    logins.sort(key=lambda pair: order[pair[0].partition("@")[2]])
    return [*logins, ("operator", OPERATOR)]


def build_demo(*, say: Callable[[str], None], now: datetime | None = None) -> None:
    """Make all five governments, one process per core.

    Each is one transaction: an interrupted start leaves whole governments only, and the next start makes the rest.
    """
    moment = now or timezone.now()
    missing = [
        number
        for number, row in enumerate(STORIES, start=1)
        if not Government.objects.filter(code=row.code).exists()
    ]
    # A connection must not be shared by two processes; each opens its own.
    connections.close_all()
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("fork")) as pool:
        for name in pool.map(build_government, missing, [moment] * len(missing)):
            say(f"demo {name}")
    if not User.objects.filter(login=OPERATOR).exists():
        User.objects.create_superuser(OPERATOR, DEMO_PASSWORD, display_name="Operator Peraga")


def build_government(number: int, now: datetime) -> str:
    """Make one government (its number counts from 1) and return its name."""
    row = STORIES[number - 1]
    with translation.override("id"), transaction.atomic():
        Builder(row, number, now).build()
    return row.name


def drain(limit: int = 20_000) -> None:
    """Do the promised work at once; the demo is complete before the worker has started."""
    for _round in range(limit):
        waiting = list(
            OutboxMessage.objects.filter(
                done_at__isnull=True, parked_at__isnull=True, ready_at__lte=timezone.now()
            )
            .order_by("id")
            .values_list("pk", flat=True)
        )
        if not waiting:
            return
        for message_id in waiting:
            if not jobs.consume(message_id):
                message = OutboxMessage.objects.get(pk=message_id)
                if message.last_error:
                    raise RuntimeError(f"{message.task} failed: {message.last_error}")


class Builder:
    """One government, step by step; the order of the methods is the order of the year."""

    def __init__(self, row: Story, number: int, now: datetime) -> None:
        self.story = row
        self.number = number
        self.now = now
        self.random = Random(f"{SEED}-{row.code}")
        self.zone = ZoneInfo(row.zone)
        today = now.astimezone(self.zone).date()
        # The story needs a closed third quarter; early in a year it is told about the year before.
        self.year = today.year if today >= date(today.year, 10, 20) else today.year - 1
        self.staff: list[Employee] = []
        self.by_post: dict[tuple[str, str], Employee] = {}
        self.units: dict[str, WorkUnit] = {}
        self.head_keys: dict[str, str] = {}

    # --- time

    def at(self, month: int, day: int, hour: int = 9) -> datetime:
        """Return a local instant of the story's year."""
        return datetime.combine(date(self.year, month, day), time(hour), self.zone)

    def ago(self, days: int, hour: int = 9) -> datetime:
        """Return an instant some days before the demo opens."""
        day = self.now.astimezone(self.zone).date() - timedelta(days=days)
        return datetime.combine(day, time(hour, self.random.randint(0, 59)), self.zone)

    @property
    def start(self) -> datetime:
        """When the government began to use the system."""
        # The whole year where a training is to be looked back on: before it, during it and after it.
        months = {Stage.FOLLOW_UP: 1, Stage.REPORTING: 10}
        # A week after the quarter before has closed, so that nobody owes anything for it.
        return self.at(months.get(self.story.stage, 7), 7)

    # --- the steps

    def build(self) -> None:
        """Make everything."""
        self.make_organization()
        self.make_accounts()
        self.make_services()
        voice.tell(self)
        drain()
        self.make_cycle_and_plans()
        drain()
        stage = self.story.stage
        if stage is Stage.PLANNING:
            return
        for period in self.closed_periods():
            self.make_progress(period)
            self.make_reports(period, share=0.93)
            self.run_schedule_after(period)
            self.make_evaluations(period)
            if hospital.CODE in self.units and period.ends_on < hospital.first_day(self):
                hospital.a_training_for_half(self, period)
        running = self.open_period()
        if running is not None:
            self.make_progress(running)
            self.make_reports(running, share=0.55 if stage is Stage.REPORTING else 0.2, late_stage=True)
        self.make_feedback_notes()
        chapters.tell(self)
        if stage in {Stage.DELIVERED, Stage.FOLLOW_UP}:
            self.make_follow_up()
            growth.tell(self)
        drain()
        # What the weekly step would do after the first start; so the page is there when the demo opens.
        effects.compute_effects(government=self.government, at=self.now)

    def make_organization(self) -> None:
        """Import the staff as a personnel office would, and set what the tree cannot know."""
        row = self.story
        self.government = organization.add_government(
            code=row.code,
            name=row.name,
            zone=row.zone,
            place=row.place,
            brand=row.code,
            by=None,
            is_demo=True,
        )
        units = people.organization(row.place, row.district) + hospital.units(row.stage, row.place)
        keyed = dict(people.rows(units, self.number, self.random))
        heads = {unit.code: post.key for unit in units for post in unit.posts if post.is_head}
        for role, unit, title in ACCOUNTS:
            keyed[unit, title or heads[unit]]["email"] = f"{role}@{row.code}.example"
        table = list(keyed.values())
        batch = staff_import.check_file(
            government=self.government,
            content=people.as_csv(table),
            file_name="pegawai.csv",
            by=None,
            at=self.start,
        )
        done = staff_import.apply_batch(batch_id=batch.pk, by=None, at=self.start)
        if batch.summary.get("bad"):
            raise RuntimeError(f"demo staff of {row.code} was refused: {batch.summary}, {done}")
        self.units = {unit.code: unit for unit in WorkUnit.objects.filter(government=self.government)}
        root = WorkUnit.objects.get(government=self.government, parent=None)
        self.units["ROOT"] = root
        self.staff = list(
            Employee.objects.filter(government=self.government).select_related("user").order_by("pk")
        )
        by_nip = {employee.nip: employee for employee in self.staff}
        self.by_post = {key: by_nip[line["nip"]] for key, line in keyed.items()}
        self.head_keys = heads
        secretary = self.head("SETDA")
        organization.set_appraiser(
            employee=secretary,
            appraiser=None,
            external_name=row.leader,
            since=date(2023, 1, 2),
            source=LinkSource.CORRECTED,
            by=None,
        )
        calendar.add_holidays(
            government=self.government,
            by=None,
            days=[
                (date(year, month, day), name)
                for year in (self.year, self.year + 1)
                for month, day, name in (
                    (1, 1, "Tahun Baru"),
                    (5, 1, "Hari Buruh"),
                    (6, 1, "Hari Lahir Pancasila"),
                    (8, 17, "Hari Kemerdekaan"),
                    (12, 25, "Hari Natal"),
                )
            ],
        )

    def head(self, unit: str) -> Employee:
        """Return who leads a unit."""
        return self.by_post[unit, self.head_keys[unit]]

    def make_accounts(self) -> None:
        """Let the demo accounts choose the printed password with a one-time code, and give the roles."""
        root = self.units["ROOT"]
        day = self.start.date()
        for role, unit, title in ACCOUNTS:
            employee = self.by_post[unit, title] if title else self.head(unit)
            self._activate(employee.user)
            if role == "kepegawaian":
                for name in ("personnel_officer", "training_officer"):
                    organization.assign_role(user=employee.user, role=name, unit=root, since=day, by=None)
            if role == "petugas-aduan":
                organization.assign_role(
                    user=employee.user, role="feedback_officer", unit=root, since=day, by=None
                )
            if role == "sekda":
                organization.assign_role(user=employee.user, role="leadership", unit=root, since=day, by=None)
        auditor = create_user(
            login=f"auditor@{self.story.code}.example",
            display_name="Auditor Peraga",
            by=None,
            scope=self.story.code,
        )
        self._activate(auditor)
        organization.assign_role(user=auditor, role="auditor", unit=root, since=day, by=None)

    def _activate(self, user: User | None) -> None:
        assert user is not None
        code = issue_activation_code(user=user, by=None, at=self.now, scope=self.story.code)
        activate(login=user.login, code=code, password=DEMO_PASSWORD, at=self.now)

    def make_services(self) -> None:
        """Open services, let citizens rate them over the year, count services, and file a complaint."""
        row = self.story
        wanted = (
            ("PKM", "pemeriksaan-umum", f"Pemeriksaan umum Puskesmas {row.district}", 1400),
            ("SDN1", "layanan-orang-tua", f"Layanan orang tua SD Negeri 1 {row.district}", 220),
            ("DPMPTSP", "izin-usaha", "Izin usaha", 310),
            ("DUKCAPIL", "ktp-elektronik", "KTP elektronik", 900),
        )
        self.services: dict[str, Service] = {}
        for unit, code, name, monthly in wanted:
            service = surveys.add_service(
                unit=self.units[unit], code=f"{row.code}-{code}", name=name, by=None, at=self.start
            )
            self.services[unit] = service
            point = surveys.add_point(
                service=service,
                code=f"{row.code[:3]}{len(self.services)}{code[:4]}",
                label="Loket 1",
                by=None,
                at=self.start,
            )
            for half, first, last, size, shift in (
                ("s1", date(self.year, 1, 1), date(self.year, 6, 30), 34, 0.0),
                ("s2", date(self.year, 7, 1), date(self.year, 12, 31), 31, self._change_of(unit)),
            ):
                surveys.open_survey_period(
                    service=service,
                    code=f"{self.year}-{half}",
                    label=f"Semester {'I' if half == 's1' else 'II'} {self.year}",
                    starts_on=first,
                    ends_on=last,
                    population=monthly * 6,
                    # The health center gives every visitor a code: its second survey is a formal one.
                    sampling="receipt" if (unit, half) == ("PKM", "s2") else "",
                    by=None,
                    at=self.start,
                )
                self._rate(
                    service,
                    point,
                    first,
                    7 if (unit, half) == ("SDN1", "s2") else size if unit in {"PKM", "DPMPTSP"} else 16,
                    shift,
                )
            for month in range(max(self.start.month - 3, 1), min(11, 12)):
                counts.record_service_count(
                    service=service,
                    month=date(self.year, month, 1),
                    count=monthly + self.random.randint(-monthly // 8, monthly // 8),
                    by=None,
                    at=self.at(month, 28),
                )
        kind, subject, body = row.complaint
        unit = {"kendari": "PKM", "lhokseumawe": "SDN1", "serang": "DPMPTSP", "wanggar": "DUKCAPIL"}.get(
            row.code, "PKM"
        )
        complaint, _secret = complaints.file_complaint(
            unit=self.units[unit],
            service=self.services[unit],
            kind=kind,
            subject=subject,
            body=body,
            is_anonymous=True,
            is_secret=False,
            contact=None,
            at=self.ago(26 if row.code == "serang" else 6),
        )
        if row.code in {"kupang", "kendari"}:
            officer = self.by_post["DPMPTSP", "Penata Perizinan 1"].user
            complaints.start(complaint_id=complaint.pk, by=officer, at=self.ago(5))
        if row.code == "kupang":
            complaints.answer(
                complaint_id=complaint.pk,
                text="Terima kasih. Pengingat satu jam sebelum jadwal kami kirim mulai bulan depan.",
                by=self.by_post["DPMPTSP", "Penata Perizinan 1"].user,
                at=self.ago(3),
            )

    def _change_of(self, unit: str) -> float:
        # Kupang trained its front desk between the two surveys; the slow counter of Serang became slower.
        return {("kupang", "PKM"): 0.35, ("serang", "DPMPTSP"): -0.25}.get((self.story.code, unit), 0.05)

    def _rate(self, service: Service, point: object, first: date, size: int, shift: float) -> None:
        """Let `size` citizens answer within the half year, around the story's quality."""
        # Citizens come on a few busy days; the answers of one hour share one computation of the index.
        days = [first + timedelta(days=self.random.randint(0, 140)) for _day in range(5)]
        for _respondent in range(size):
            moment = datetime.combine(self.random.choice(days), time(10), self.zone)
            if moment > self.now:
                moment = self.ago(12)
            leaning = self.story.quality + shift + self.random.gauss(0, 0.35)
            answers = {
                code: min(4, max(1, round(leaning + self.random.gauss(0, 0.4) - (0.6 if code == self.story.weak_unsur else 0))))
                for code in (
                    "persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana",
                )
            }  # fmt: skip
            surveys.record_response(
                service=service,
                point=point,  # type: ignore[arg-type]
                answers=answers,
                attributes={
                    "sex": self.random.choice(["L", "P", ""]),
                    "age_band": self.random.choice(["18-29", "30-44", "45-59", ""]),
                },
                remark=self.random.choice(story.REMARKS),
                channel="qr",
                at=moment,
            )

    def make_cycle_and_plans(self) -> None:
        """Open the year and let everybody plan, from the top down."""
        cycles.create_cycle(
            government=self.government, year=self.year, periodicity=self.story.periodicity, by=None
        )
        cycles.run_schedule(now=self.start)
        leader = self.head("SETDA").user
        done: set[int] = set()
        for employee in self._from_the_top():
            appraiser = appraiser_on(employee, self.start.date())
            plan = self._draft_plan(employee)
            if (
                self.story.stage is Stage.PLANNING
                and employee.pk % 3 == 0
                and employee.pk not in self._heads()
            ):
                if employee.pk % 2:
                    plans.submit_skp(skp_id=plan.pk, by=employee, at=self.ago(4))
                continue
            plans.submit_skp(skp_id=plan.pk, by=employee, at=self.start + timedelta(days=2))
            if appraiser is None:
                plans.approve_skp(skp_id=plan.pk, by=leader, at=self.start + timedelta(days=3))
            elif appraiser.pk in done:
                plans.approve_skp(skp_id=plan.pk, by=appraiser, at=self.start + timedelta(days=4))
            done.add(employee.pk)

    def _heads(self) -> set[int]:
        return {self.head(code).pk for code in self.units if code != "ROOT"}

    def _from_the_top(self) -> list[Employee]:
        depth: dict[int, int] = {}

        def level(employee: Employee) -> int:
            if employee.pk not in depth:
                appraiser = appraiser_on(employee, self.start.date())
                depth[employee.pk] = 0 if appraiser is None else level(appraiser) + 1
            return depth[employee.pk]

        return sorted(self.staff, key=lambda employee: (level(employee), employee.pk))

    def _draft_plan(self, employee: Employee) -> Skp:
        at = self.start + timedelta(days=1)
        plan = plans.create_skp(employee=employee, year=self.year, by=employee, at=at)
        placement = placement_on(employee, at.date())
        assert placement is not None
        title = placement.position.title
        unit = placement.position.unit
        superior = (
            WorkResult.objects.filter(
                skp__employee=plan.appraiser, skp__year=self.year, skp__revises__isnull=True
            ).first()
            if plan.appraiser
            else None
        )
        if plan.layout == "jpt" or (placement.position.is_head and unit.code in self.services):
            iku = None
            if placement.position.is_head:
                iku = unit_indicators.add_unit_indicator(
                    unit=unit,
                    year=self.year,
                    goal="Meningkatnya mutu layanan publik",
                    name=f"Indeks kepuasan masyarakat {unit.name}",
                    target=Decimal("82"),
                    measure="nilai",
                    direction="higher_is_better",
                    by=employee,
                )
            result = plans.add_result(
                skp=plan,
                text=f"Meningkatnya mutu layanan {unit.name}",
                kind="utama",
                by=employee,
                perspective="penerima_layanan" if plan.layout == "jpt" else "",
                supports=None if plan.layout == "jpt" else superior,
                supports_indicator=iku if plan.layout == "jpt" else None,
            )
            source = "ikm" if unit.code in self.services else "reported"
            plans.add_indicator(
                result=result, text="Indeks kepuasan masyarakat", aspect="kualitas", target=Decimal("82"),
                measure="nilai", direction="higher_is_better", source=source, by=employee,
            )  # fmt: skip
            second = plans.add_result(
                skp=plan, text="Aduan warga terjawab pada waktunya", kind="utama", by=employee,
                perspective="proses_bisnis" if plan.layout == "jpt" else "",
                supports=None if plan.layout == "jpt" else superior,
            )  # fmt: skip
            plans.add_indicator(
                result=second, text="Aduan dijawab tepat waktu", aspect="waktu", target=Decimal("100"),
                measure="persen", direction="higher_is_better",
                source="complaint_clock" if unit.code in self.services else "reported", by=employee,
            )  # fmt: skip
        else:
            wording = next(
                (value for key, value in story.PLANS.items() if title.startswith(key)), story.DEFAULT_PLAN
            )
            text, indicator, target, measure = wording
            result = plans.add_result(skp=plan, text=text, kind="utama", by=employee, supports=superior)
            counted = unit.code == "PKM" and title.startswith("Perawat")
            plans.add_indicator(
                result=result, text=indicator, aspect="kuantitas", target=Decimal(target), measure=measure,
                direction="higher_is_better", source="progress_sum" if counted else "reported", by=employee,
            )  # fmt: skip
            plans.add_indicator(
                result=result, text="Lama penyelesaian rata-rata", aspect="waktu", target=Decimal("3"), measure="hari",
                direction="lower_is_better", source="reported", by=employee,
            )  # fmt: skip
            if employee.pk % 4 == 0 and unit.code != hospital.CODE:
                extra = plans.add_result(
                    skp=plan,
                    text="Rekan baru mampu bekerja mandiri",
                    kind="tambahan",
                    by=employee,
                    supports=superior,
                )
                plans.add_indicator(
                    result=extra, text="Jumlah rekan yang didampingi", aspect="kuantitas", target=Decimal("1"),
                    measure="orang", direction="higher_is_better", source="reported", by=employee,
                )  # fmt: skip
        plans.set_behaviors(
            skp=plan,
            expectations={
                "berorientasi_pelayanan": "Menyapa setiap warga dan menjelaskan langkah berikutnya.",
                "akuntabel": "Mencatat pekerjaan pada hari yang sama.",
            },
            by=employee,
        )
        plans.add_annex_item(
            skp=plan, kind="dukungan_sumber_daya", text="Komputer dan jaringan di loket", by=employee
        )
        return plan

    def closed_periods(self) -> list[Period]:
        """Return the periods since the start that end before today, oldest first."""
        return list(
            Period.objects.filter(
                cycle__government=self.government,
                kind="periodic",
                ends_on__gte=self.start.date() + timedelta(days=10),
                closes_at__lt=self.now,
            ).order_by("starts_on")
        )

    def open_period(self) -> Period | None:
        """Return the running period, opened by the schedule."""
        cycles.run_schedule(now=self.now)
        drain()
        return Period.objects.filter(
            cycle__government=self.government, kind="periodic", status="open"
        ).first()

    def run_schedule_after(self, period: Period) -> None:
        """Let the schedule close a period, and do what it promised."""
        cycles.run_schedule(now=period.closes_at + timedelta(minutes=1))
        drain()

    def make_progress(self, period: Period) -> None:
        """Let the nurses, who count, and a few others note their days."""
        cycles.run_schedule(now=period.opens_at + timedelta(minutes=1))
        last = min(period.ends_on, self.now.astimezone(self.zone).date())
        for plan in Skp.objects.filter(
            government=self.government, status="approved", unit=self.units["PKM"]
        ).select_related("employee"):
            result = plan.results.order_by("pk").first()
            if result is None:
                continue
            indicator = result.indicators.filter(source="progress_sum").first()
            if indicator is None and plan.pk % 2:
                continue
            for week in range(0, (last - period.starts_on).days + 1, 7):
                day = period.starts_on + timedelta(days=week)
                progress.add_entry(
                    employee=plan.employee,
                    result=result,
                    date=day,
                    text="Melayani pasien poli umum"
                    if indicator
                    else "Menyiapkan dan menjalankan kegiatan posyandu",
                    by=plan.employee,
                    indicator=indicator,
                    quantity=Decimal(self.random.randint(24, 44)) if indicator else None,
                )

    def make_reports(self, period: Period, *, share: float, late_stage: bool = False) -> None:
        """Let a share of the people report; most reports are accepted, some returned, some still wait."""
        approved = Skp.objects.filter(
            government=self.government, year=self.year, status="approved"
        ).select_related("employee__user")
        for plan in approved.order_by("pk"):
            nurse = hospital.nurse_number(self, plan.employee)
            if self.random.random() > share and (nurse is None or late_stage):
                continue
            moment = (
                self.ago(self.random.randint(1, 3))
                if late_stage
                else period.closes_at
                - timedelta(days=self.random.randint(1, 6), hours=self.random.randint(0, 9))
            )
            report = reports.open_report(employee=plan.employee, period=period, by=plan.employee, at=moment)
            lines = {}
            for line in report.lines.select_related("indicator"):
                if line.indicator.source in {"service_count", "ikm", "complaint_clock"}:
                    continue
                value = (
                    self._realization(line.indicator, line.prefilled)
                    if nurse is None
                    else hospital.reached(self, nurse, period, line.indicator)
                )
                lines[line.indicator_id] = (value, "")
            reports.save_draft(
                report_id=report.pk,
                by=plan.employee,
                at=moment,
                revision=report.revision,
                achievements="Layanan berjalan setiap hari kerja dan sasaran periode ini sebagian besar tercapai.",
                obstacles=self.random.choice(
                    ["", "Jaringan terputus beberapa kali.", "Dua rekan cuti bersamaan."]
                ),
                support_needed=self.random.choice(["", "Mohon satu komputer tambahan di loket."]),
                lines=lines,
            )
            if late_stage and self.random.random() < 0.25:
                continue  # still a draft
            reports.submit_report(report_id=report.pk, by=plan.employee, at=moment)
            if plan.appraiser is None:
                continue
            chance = self.random.random()
            if late_stage and chance < 0.6:
                continue  # waits for the appraiser
            if chance < 0.08 and nurse is None:
                reports.return_report(
                    report_id=report.pk,
                    note="Mohon lengkapi jumlahnya dan lampirkan daftar hadir.",
                    by=plan.appraiser,
                    at=moment + timedelta(hours=3),
                )
            else:
                reports.accept_report(report_id=report.pk, by=plan.appraiser, at=moment + timedelta(hours=5))

    def _realization(self, indicator: Indicator, prefilled: Decimal | None) -> Decimal:
        if prefilled is not None:
            return prefilled
        factor = Decimal(self.random.choice(["0.62", "0.9", "0.97", "1", "1", "1.04", "1.12"]))
        target = indicator.target
        if indicator.direction == "lower_is_better":
            factor = Decimal(2) - factor
        # Nobody visits half a school.
        step = Decimal("1") if indicator.aspect == "kuantitas" else Decimal("0.1")
        return (target * factor).quantize(step)

    def make_evaluations(self, period: Period) -> None:
        """Fix the units' achievement, rate, hand over, answer: as far as the story has come."""
        if self.story.stage is Stage.REPORTING:
            stage_share = 1.0
        else:
            stage_share = 0.4 if self.story.stage is Stage.RATING else 1.0
        at = period.closes_at + timedelta(days=3)
        secretary = self.head("SETDA")
        for unit in self.units.values():
            if unit.parent_id is None:
                continue
            fixer = secretary if unit.code != "SETDA" else self.head("BKPSDM")
            achievements.fix_achievement(
                unit=unit,
                period=period,
                org_predicate="baik",
                note="Sebagian besar sasaran tercapai.",
                by=fixer,
                at=at,
            )
        is_last = period == self.closed_periods()[-1]
        for evaluation in (
            Evaluation.objects.filter(period=period).select_related("appraiser", "employee").order_by("pk")
        ):
            if evaluation.appraiser is None or self.random.random() > stage_share:
                continue
            self._rate_person(evaluation, at + timedelta(days=1))
        if self.story.stage is Stage.RATING:
            return
        if is_last:
            chapters.calibrate(self, period)
        for evaluation in (
            Evaluation.objects.filter(period=period, status="rated")
            .select_related("appraiser", "employee")
            .order_by("pk")
        ):
            delivered_at = (
                self.ago(4) if is_last and self.story.stage is Stage.DELIVERED else at + timedelta(days=4)
            )
            evaluations.deliver_evaluation(
                evaluation_id=evaluation.pk, by=evaluation.appraiser, at=delivered_at, talked=True
            )
            self._answer(evaluation, delivered_at, is_last=is_last)

    def _rate_person(self, evaluation: Evaluation, at: datetime) -> None:
        evaluation.refresh_from_db()
        percent = evaluation.achievement_percent
        chance = self.random.random()
        work_result = "meets_expectation"
        if percent is not None and percent < 80:
            work_result = "below_expectation"
        elif chance > 0.85:
            work_result = "above_expectation"
        behavior = "above_expectation" if chance > 0.75 else "meets_expectation"
        reason = "" if (work_result, behavior) == ("meets_expectation", "meets_expectation") else (
            "Capaian dan sikap kerja terlihat pada laporan dan bukti periode ini."
        )  # fmt: skip
        is_head = evaluation.employee_id in self._heads()
        evaluations.rate_evaluation(
            evaluation_id=evaluation.pk,
            work_result=None if is_head else work_result,
            behavior=behavior,
            reason=reason or ("Mengikuti capaian unit." if is_head else ""),
            recommendation="Pertahankan, dan bagikan cara kerja ini kepada rekan." if chance > 0.5 else "",
            by=evaluation.appraiser,
            at=at,
        )

    def _answer(self, evaluation: Evaluation, delivered_at: datetime, *, is_last: bool) -> None:
        employee = evaluation.employee
        if self.story.stage is Stage.DELIVERED and is_last:
            if employee.pk == self.by_post["PKM", "Bidan 1"].pk:
                objections.file_objection(
                    evaluation_id=evaluation.pk,
                    reason="Dua kelas ibu hamil pada bulan Agustus belum dihitung; daftar hadirnya ada di laporan saya.",
                    by=employee,
                    at=delivered_at + timedelta(days=2),
                )
                return
            if self.random.random() < 0.5 or employee.pk == self.by_post["PKM", "Perawat 1"].pk:
                return  # still thinking
        evaluations.accept_evaluation(
            evaluation_id=evaluation.pk, by=employee, at=delivered_at + timedelta(days=2)
        )

    def make_feedback_notes(self) -> None:
        """Let two leaders give feedback in between."""
        for code, title in (("PKM", "Perawat 1"), ("DPMPTSP", "Penata Perizinan 2")):
            feedback_notes.give_feedback(
                employee=self.by_post[code, title],
                text="Cara Anda menjelaskan langkah kepada warga lanjut usia sangat membantu. Teruskan.",
                by=self.head(code) if code == "PKM" else self.by_post["DPMPTSP", "Kepala Bidang Perizinan"],
                at=self.ago(9),
            )

    def make_follow_up(self) -> None:
        """Turn results into needs, a training with certificates, coaching and recognition."""
        officer = self.by_post["BKPSDM", "Analis SDM Aparatur 1"]
        for evaluation in Evaluation.objects.filter(
            government=self.government, delivered_at__isnull=False
        ).order_by("pk"):
            needs.propose_for_evaluation(evaluation_id=evaluation.pk, at=self.ago(3))
        for evaluation in Evaluation.objects.filter(
            government=self.government, status__in=["accepted", "decided"]
        ).order_by("pk"):
            follow_ups.propose_for_evaluation(evaluation_id=evaluation.pk, at=self.ago(3))
        topic = Topic.objects.order_by("pk").first()
        programme = programmes.add_programme(
            government=self.government,
            name="Pelayanan prima di loket",
            kind="klasikal",
            topics=[topic] if topic else [],
            jp=Decimal("20"),
            organizer=f"BKPSDM {self.story.name}",
            by=officer,
            at=self.at(7, 7, 10),
        )
        session = programmes.add_session(
            programme=programme,
            starts_on=date(self.year, 7, 14),
            ends_on=date(self.year, 7, 16),
            place=f"Aula BKPSDM {self.story.place}",
            seats=20,
            by=officer,
            at=self.at(7, 7, 11),
        )
        for number, post in enumerate(("Perawat 1", "Perawat 2", "Bidan 1", "Bidan 2"), start=1):
            employee = self.by_post["PKM", post]
            need = TrainingNeed.objects.filter(employee=employee, status="proposed").first()
            enrolment = programmes.enrol(
                session=session, employee=employee, by=officer, at=self.at(7, 8), need=need
            )
            programmes.complete_enrolment(
                enrolment=enrolment,
                certificate_number=f"{self.story.code.upper()}/PP/{self.year}/{number:03d}",
                by=officer,
                at=self.at(7, 17),
            )
        coach = self.head("PKM")
        coaching.add_coaching_note(
            employee=self.by_post["PKM", "Tenaga Promosi Kesehatan 1"],
            observation="Dua penyuluhan mundur karena undangan terlambat dikirim.",
            agreement="Undangan dikirim sepuluh hari sebelumnya; jadwal dibahas setiap Senin.",
            follow_up_on=(self.now + timedelta(days=20)).date(),
            by=coach,
            at=self.ago(8),
        )
        if self.story.stage is Stage.FOLLOW_UP:
            recognition.recognize(
                unit=self.units["PKM"],
                title="Pendaftaran lewat pesan singkat",
                reason="Waktu tunggu warga turun, dan indeks kepuasan naik pada semester berikutnya.",
                by=self.head("DINKES"),
                at=self.ago(12),
                employee=self.by_post["PKM", "Perawat 2"],
            )
