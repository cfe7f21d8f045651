"""One thing on every page of supervision and training, for the look at them. Told relative to now: the site's own
schedule runs beside the journeys. `manage.py shell -c "from tests.journeys import looked_at; looked_at.tell()"`.
"""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from apps.assessments.models import Cycle, Period, ReportVersion, SelfReport
from apps.assessments.services import calibration
from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.employees.services import helpers
from apps.indicators.models import Skp
from apps.supervision.models import SecondReading
from apps.supervision.services import (
    audit_room,
    career,
    draws,
    loans,
    practice_periods,
    pre_votes,
    readings,
    second_readings,
)
from apps.training.labels import CoachingPlanCause
from apps.training.models import PositionStandard, Topic
from apps.training.services import (
    checks,
    coaching_plans,
    competences,
    invitations,
    nominations,
    programmes,
    yearly_plans,
)
from tests.supervision.rated import USUAL, rate
from tests.supervision.sampling.conftest import content
from tests.training.story import make_need
from tests.world import World

PEOPLE = 8
DEED = {
    "kind": "innovation",
    "title": "Antrean ibu hamil",
    "deed": "Dulu semua berdiri di satu antrean.",
    "effect": "Waktu tunggu turun separuh.",
}


def tell() -> None:
    """Make the story in one piece, so that the schedule does not meet it half-way; print who looks at which pages."""
    with transaction.atomic():
        print("MADE", json.dumps(make(timezone.now())))


def make(now: datetime) -> dict[str, list[str]]:
    """Return the pages to look at, by the NIP or address of who opens them."""
    World.YEAR = (now - timedelta(days=20)).year
    world = World("bitung")
    day = local_date(now, world.government.timezone)
    closed, running = _periods(world, now, day)
    _reports(world, closed, now)
    pages = _supervision(world, closed, now, day)
    for part in (
        _ratings(world, closed, now),
        _office(world, now, day),
        _training(world, now, day),
        _practice(world, now, day),
    ):
        for who, paths in part.items():
            pages.setdefault(who, []).extend(paths)
    pages[world.staff.nip] += [f"/laporan/pengingat/{running.pk}/", "/laporan/", "/skp/", "/umpan-balik/"]
    return pages


def _periods(world: World, now: datetime, day: date) -> tuple[Period, Period]:
    cycle = Cycle.objects.create(government=world.government, year=World.YEAR, periodicity="monthly")
    kind = {"cycle": cycle, "kind": "periodic"}
    closed = Period.objects.create(
        **kind,
        number=1,
        starts_on=day - timedelta(days=30),
        ends_on=day - timedelta(days=1),
        opens_at=now - timedelta(days=20),
        closes_at=now - timedelta(days=2),
        status="open",
    )
    running = Period.objects.create(
        **kind,
        number=2,
        starts_on=day,
        ends_on=day + timedelta(days=20),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=21),
        status="open",
    )
    return closed, running


def _reports(world: World, period: Period, now: datetime) -> None:
    """Everybody of the unit has sent a report of the closed period; two plans wait for the head."""
    policy.set_value(
        "supervision.second_share",
        "1",
        scope=world.government.code,
        valid_from=date(World.YEAR, 1, 1),
        by=None,
        reason="uji",
    )
    people = [world.staff, world.colleague]
    people += [world.make_employee(f"Pegawai {n}", world.unit, appraiser=world.head) for n in range(PEOPLE)]
    for person in people:
        report = world.make_report(world.make_skp(person, indicators=1), period, status="submitted")
        ReportVersion.objects.create(
            report=report, version=1, submitted_at=now - timedelta(days=5), content=content()
        )
        SelfReport.objects.filter(pk=report.pk).update(submitted_at=now - timedelta(days=5))
    for number in range(2):
        late = world.make_employee(f"Menunggu {number}", world.unit, appraiser=world.head)
        plan = world.make_skp(late, status="submitted")
        Skp.objects.filter(pk=plan.pk).update(submitted_at=now - timedelta(days=45))
        world.waits = late  # type: ignore[attr-defined]


def _supervision(world: World, period: Period, now: datetime, day: date) -> dict[str, list[str]]:
    draws.commit_due(now=now - timedelta(days=3))
    Period.objects.filter(pk=period.pk).update(status="closed")
    draws.freeze_due(now=now)
    draws.draw_due(now=now)
    second_readings.assign_due(now=now)
    draw = world.head.review_draws.get(period=period)
    first = draw.drawn.order_by("place")[0]
    readings.note_opened(report=first.report, by=world.head, at=now)
    reading = SecondReading.objects.filter(reader=world.stranger_head).order_by("pk")[0]
    other = world.make_unit("Puskesmas Mata", "puskesmas", world.agency)
    helper = world.make_employee("Kepala Mata", other, is_head=True, appraiser=world.agency_head)
    world.make_employee("Staf Mata", other, appraiser=helper)
    loan = loans.grant_loan(
        employee=world.colleague,
        holder=helper,
        kind=loans.LoanKind.LOAN,
        since=day,
        until=day + timedelta(days=20),
        reason="Pegawai terlalu banyak",
        by=world.agency_head.user,
        at=now,
    )
    return {
        world.head.nip: [
            "/pengawas/antrean/",
            f"/pengawas/antrean/pegawai/{world.waits.pk}/",  # type: ignore[attr-defined]
            "/pengawas/antrean/aturan/",
            "/pengawas/sampel/",
            f"/pengawas/sampel/{draw.pk}/",
            f"/pengawas/sampel/{draw.pk}/laporan/{first.pk}/",
            f"/pengawas/massal/{draw.pk}/",
            "/pengawas/pinjaman/",
            f"/pengawas/pinjaman/{loan.pk}/akhiri/",
        ],
        world.stranger_head.nip: [
            "/pengawas/pembaca-kedua/",
            f"/pengawas/pembaca-kedua/{reading.pk}/",
            f"/pengawas/pembaca-kedua/{reading.pk}/tolak/",
        ],
        world.agency_head.nip: [
            "/pengawas/beban/",
            f"/pengawas/beban/penilai/{world.head.pk}/",
            f"/pengawas/beban/pinjamkan/{world.staff.pk}/",
            "/pengawas/beban/usul/",
            "/pengawas/kesepakatan/",
            "/pengawas/kewajiban/pimpinan/",
            "/unit/penolong/",
            f"/unit/{world.unit.pk}/penolong/",
        ],
    }


def _ratings(world: World, period: Period, now: datetime) -> dict[str, list[str]]:
    rated = rate(world, period, world.head, USUAL, family="Perawat")
    session = calibration.open_session(
        unit=world.unit, period=period, participants=[world.head.pk], by=world.agency_head, at=now
    )
    vote = pre_votes.open_vote(
        session_id=session.pk,
        evaluations=[rated[0].pk, rated[1].pk],
        voters=[world.head.pk, world.agency_head.pk],
        by=world.agency_head,
        at=now,
    )
    return {
        world.head.nip: [
            f"/pengawas/kalibrasi/suara/{vote.pk}/",
            "/pengawas/kalibrasi/",
            f"/pengawas/kalibrasi/saya/{period.pk}/",
            f"/pengawas/kalibrasi/ruang/{session.pk}/",
        ],
        world.agency_head.nip: [
            f"/pengawas/kalibrasi/ruang/{session.pk}/",
        ],
    }


def _office(world: World, now: datetime, day: date) -> dict[str, list[str]]:
    """The personnel office, the auditor, and a jury."""
    officer = world.personnel_officer
    room = audit_room.grant_engagement(
        auditor=world.auditor,
        unit=world.root,
        years=(World.YEAR, World.YEAR),
        purpose="Pemeriksaan reguler",
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=5),
        by=officer,
        at=now,
    )
    punished = career.enter_discipline(
        employee=world.stranger,
        level="light",
        starts_on=day,
        ends_on=None,
        decree="SK 1",
        by=officer,
        at=now,
    )
    helpers.name_helper(
        unit=world.unit, employee=world.colleague, phone="081234567890", day=day, by=officer, at=now
    )
    nomination, juror = _nomination(world, now)
    named = nominations.nominate(
        **DEED | {"title": "Loket keliling"}, employee=world.staff, by=world.colleague, at=now
    )
    nominations.check(nomination_id=named.pk, note="Ada di laporan.", by=officer, at=now)
    login = officer.login
    return {
        login: [
            "/karier/talenta/",
            "/karier/suksesi/",
            "/karier/ip-asn/",
            f"/karier/pegawai/{world.staff.pk}/talenta/",
            f"/karier/pegawai/{world.staff.pk}/disiplin/",
            f"/karier/disiplin/{punished.pk}/cabut/",
            "/auditor/",
            "/auditor/penugasan/",
            f"/auditor/{room.pk}/",
            f"/penghargaan/usulan/{named.pk}/",
            f"/penghargaan/usulan/{named.pk}/juri/?cari=Contoh",
            f"/penghargaan/usulan/{named.pk}/tolak/",
            "/pengaturan/contoh/",
            "/pengaturan/contoh/tambah/",
        ],
        world.auditor.login: [
            f"/auditor/{room.pk}/?cari=Perawat",
            f"/auditor/{room.pk}/pegawai/{world.staff.pk}/",
        ],
        world.colleague.nip: [
            "/penghargaan/",
            "/penghargaan/usulan/baru/",
            f"/penghargaan/usulan/baru/?orang={world.head.pk}",
            f"/penghargaan/usulan/{nomination.pk}/",
        ],
        juror.nip: ["/penghargaan/usulan/", f"/penghargaan/usulan/{nomination.pk}/?juri"],
    }


def _practice(world: World, now: datetime, day: date) -> dict[str, list[str]]:
    """The practice period, before anybody has tried."""
    officer = world.personnel_officer
    practice_periods.open_period(
        government=world.government, opens_on=day, closes_on=day + timedelta(days=10), by=officer, at=now
    )
    return {
        world.staff.nip: ["/latihan/", "/latihan/catatan/", "/latihan/laporan/"],
        world.head.nip: ["/latihan/", "/latihan/tinjau/1/", "/latihan/kasus/1/"],
        officer.login: ["/latihan/kelola/", "/latihan/kelola/kasus/1/"],
    }


def _nomination(world: World, now: datetime) -> tuple[Any, Employee]:
    jury = [world.make_employee(f"Juri {number}", world.other_agency) for number in range(3)]
    made = nominations.nominate(**DEED, employee=world.staff, by=world.colleague, at=now)
    office = {"by": world.personnel_officer, "at": now}
    nominations.check(nomination_id=made.pk, note="Ada di laporan.", **office)
    for person in jury:
        nominations.add_juror(nomination_id=made.pk, employee=person, **office)
    nominations.convene(nomination_id=made.pk, chair_id=jury[0].pk, **office)
    return made, jury[1]


def _training(world: World, now: datetime, day: date) -> dict[str, list[str]]:
    officer = world.personnel_officer
    office = {"by": officer, "at": now}
    topic = Topic.objects.order_by("pk")[0]
    need = make_need(world, topic.code, proposed_at=now)
    programme = programmes.add_programme(
        government=world.government,
        name="Melayani di loket",
        kind="klasikal",
        topics=[topic],
        jp=Decimal(8),
        organizer="BKPSDM",
        **office,
    )
    checks.add_question(
        programme=programme, text="Berkas kurang satu?", options=["Sebut", "Tolak"], right=0, **office
    )
    session = programmes.add_session(
        programme=programme,
        starts_on=day,
        ends_on=day + timedelta(days=3),  # a working day is among them, whatever day it is
        place="Aula",
        seats=5,
        takes_attendance=True,
        **office,
    )
    place = programmes.enrol(session=session, employee=world.staff, by=world.head, at=now)
    invited = invitations.invite(session=session, employee=world.colleague, by=world.head, at=now)
    competence = competences.add_competence(
        government=world.government, code="kearsipan", kind="teknis", name="Kearsipan", **office
    )
    PositionStandard.objects.create(
        competence=competence, position_class="jf", level=3, period=DateRange(date(2020, 1, 1), None)
    )
    level = competences.record_assessment(
        employee=world.staff,
        competence=competence,
        level=1,
        assessed_on=day,
        method="test",
        note="",
        **office,
    )
    plan = coaching_plans.open_plan(
        employee=world.staff,
        cause=coaching_plans.Cause(CoachingPlanCause.OTHER, "Dua laporan terlambat."),
        goal="Laporan dikirim sebelum penutupan.",
        steps=[("Menulis tiap Jumat", day + timedelta(days=10))],
        starts_on=day,
        ends_on=day + timedelta(days=90),
        by=world.head,
        at=now,
    )
    year = yearly_plans.create_plan(
        unit=world.root, year=World.YEAR, hours=Decimal(200), seats=20, money=None, **office
    )
    at = f"/pelatihan/sesi/{session.pk}/"
    return {
        officer.login: [
            "/pelatihan/kebutuhan/",
            f"/pelatihan/kebutuhan/{need.pk}/",
            f"/pelatihan/kebutuhan/{need.pk}/timbang/",
            at,
            f"{at}ubah/",
            f"{at}batalkan/",
            f"{at}kehadiran/",
            f"{at}kehadiran/kode/",
            f"{at}hasil/",
            f"/pelatihan/program/{programme.pk}/soal/",
            "/pelatihan/jam/",
            "/pelatihan/bentuk/",
            "/pelatihan/bentuk/tambah/",
            "/pelatihan/akpk/",
            f"/pelatihan/kompetensi/{competence.pk}/",
            f"/pelatihan/kompetensi/penilaian/{level.pk}/cabut/",
            "/pelatihan/kompetensi/impor/",
            "/pelatihan/rencana/",
            f"/pelatihan/rencana/{year.pk}/",
            "/pelatihan/rencana/baru/",
        ],
        world.head.nip: [
            "/pembinaan/",
            f"/pembinaan/rencana/{plan.pk}/",
            f"/pembinaan/rencana/{plan.pk}/percakapan/",
            f"/pembinaan/rencana/{plan.pk}/tutup/",
            f"/pembinaan/{world.colleague.pk}/rencana/",
        ],
        world.staff.nip: [
            "/pembelajaran/",
            "/pembelajaran/kompetensi/",
            "/pembelajaran/usulan/",
            f"/pembelajaran/tempat/{place.pk}/hadir/",
            f"/pembelajaran/tempat/{place.pk}/uji/sebelum/",
            "/karier/",
            "/saya/perhatian/",
        ],
        world.colleague.nip: [f"/pembelajaran/tempat/{invited.pk}/tolak/"],
    }
