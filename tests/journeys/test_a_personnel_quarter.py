"""The quarter of a personnel office, from a gap to a career file. Everybody's browser has JavaScript switched off.

Each page is looked at by axe as well, in a second window of the same person that has it.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .conftest import DESK
from .site import Site
from .test_a_supervisors_day import PASSWORD, enter, tab_to
from .test_accessibility import Inspection
from .test_year import step, text_of_pdf
from .visitor import Visitor

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Jayapura")
# What lies before the quarter: levels from an assessment centre, a weak result, a course of four months ago.
PREPARE = """
import json
from datetime import timedelta
from decimal import Decimal
from django.db import transaction
from django.utils import timezone
from apps.assessments.models import Cycle, Evaluation, Period
from apps.core.localtime import local_date
from apps.training.models import Competence, LearningForm, Topic
from apps.training.services import competences, programmes
from tests.world import World
# In one piece: the schedule of the site must not meet the people half-way.
with transaction.atomic():
    now = timezone.now()
    World.YEAR = (now - timedelta(days=60)).year
    world = World("tual")
    office = {"by": world.personnel_officer, "at": now}
    today = local_date(now, world.government.timezone)
    third = world.make_employee("Apoteker Contoh", world.unit, appraiser=world.head)
    more = [world.make_employee(f"Perawat Lain {n}", world.unit, appraiser=world.head) for n in (1, 2)]
    people = [world.staff, world.colleague, third, *more]
    jury = [world.make_employee(f"Juri {n}", world.other_agency, appraiser=world.stranger_head) for n in (1, 2, 3)]
    competences.start_catalogue(government=world.government, **office)
    known = Competence.objects.filter(government=world.government).order_by("pk")[:2]
    for person in people:
        for competence in known:
            competences.record_assessment(
                employee=person, competence=competence, level=3, assessed_on=today - timedelta(days=60),
                method="assessment_center", note="Laporan 12", **office,
            )
    cycle = Cycle.objects.create(government=world.government, year=World.YEAR, periodicity="quarterly")
    period = Period.objects.create(
        cycle=cycle, kind="periodic", number=1, status="closed",
        starts_on=today - timedelta(days=130), ends_on=today - timedelta(days=41),
        opens_at=now - timedelta(days=130), closes_at=now - timedelta(days=40),
    )
    plan = world.make_skp(world.staff)
    evaluation = Evaluation.objects.create(
        government=world.government, skp=plan, employee=world.staff, unit=plan.unit, period=period,
        appraiser=world.head, status="accepted", work_result_rating="below_expectation",
        behavior_rating="meets_expectation", predikat="butuh_perbaikan", achievement_percent=Decimal(62),
        inputs={"version": 1, "indicators": []}, rule_version="test", prepared_at=now - timedelta(days=39),
        rated_at=now - timedelta(days=35), delivered_at=now - timedelta(days=30),
    )
    ago = now - timedelta(days=120)
    earlier = programmes.add_programme(
        government=world.government, name="Pelayanan prima di loket", kind="klasikal", topics=Topic.objects.all()[:1],
        jp=Decimal(8), organizer="BKPSDM Tual", by=world.personnel_officer, at=ago,
    )
    past = programmes.add_session(
        programme=earlier, starts_on=local_date(ago, world.government.timezone), place="Aula", seats=5,
        ends_on=local_date(ago, world.government.timezone), by=world.personnel_officer, at=ago,
    )
    for number, person in enumerate(more, start=1):
        seat = programmes.enrol(session=past, employee=person, by=world.personnel_officer, at=ago)
        programmes.complete_enrolment(
            enrolment=seat, certificate_number=f"PP/{number}", by=world.personnel_officer, at=ago
        )
print("MADE", json.dumps({
    "officer": world.personnel_officer.login, "head": world.head.nip, "nurse": world.staff.nip,
    "midwife": world.colleague.nip, "pharmacist": third.nip, "jury": [person.nip for person in jury],
    "nurse_id": world.staff.pk, "evaluation": evaluation.pk, "competence": known[0].pk,
    "code": known[0].code, "topic": known[0].topic.name, "root": world.root.pk,
}))
"""


@dataclass
class Person:
    """Somebody at a desk: one window without JavaScript to work in, one with it for axe to look through."""

    works: Visitor
    eyes: Visitor
    inspection: Inspection
    seen: set[str]

    @property
    def text(self) -> str:
        """What is on the page."""
        return self.works.text

    def go(self, path: str) -> None:
        """Open a page."""
        self.works.go(path)
        self.look()

    def follow(self, selector: str) -> None:
        """Click a link."""
        self.works.follow(f"main {selector}")
        self.look()

    def look(self) -> None:
        """Let axe look at a page, once for each kind of page and of people."""
        path = self.works.path
        kind = re.sub(r"\d+", "N", re.sub(r"[?#].*", "", path))
        if kind not in self.seen:
            self.seen.add(kind)
            self.eyes.go(path)
            self.inspection.look(self.eyes, path)

    def send(self, form: str = "", **values: Any) -> None:
        """Fill in a form and press its button."""
        self.works.fill(**values)
        self.works.press(form)
        self.look()

    def type(self, button: str = "main form[novalidate] button[type=submit]", **values: str) -> None:
        """Fill in a form and send it with the keyboard alone, in the order of its fields."""
        page = self.works.page
        page.evaluate("document.activeElement.blur()")
        for name, value in values.items():
            tab_to(self.works, f'main [name="{name}"]')
            here = page.locator(":focus")
            kind = here.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind in {"radio", "checkbox"}:
                page.keyboard.press("Space")
            if kind in {"radio", "select"}:
                for _press in range(40):
                    if page.evaluate("document.activeElement.value") == value:
                        break
                    page.keyboard.press("ArrowDown")
                assert page.evaluate("document.activeElement.value") == value, name
            elif kind != "checkbox":
                page.keyboard.press("Control+A")
                page.keyboard.type(value)
        tab_to(self.works, button)
        enter(self.works)
        self.look()

    def press(self, selector: str) -> None:
        """Press a button."""
        self.works.press_button(self.works.page.locator(f"main {selector}").first)
        self.look()

    def has(self, status: str) -> bool:
        """Whether the page shows something in this state."""
        return self.works.has_status(status)


@dataclass(frozen=True)
class Office:
    """Who takes part, and what the pages are about."""

    officer: str
    head: str
    nurse: str
    midwife: str
    pharmacist: str
    jury: list[str]
    nurse_id: int
    evaluation: int
    competence: int
    code: str
    topic: str
    root: int


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    """Make the people."""
    return Office(**json.loads(site.manage("shell", "-c", PREPARE).split("MADE ")[1]))


Enter = Callable[..., Person]


@pytest.fixture
def arrives(visitor: Callable[..., Visitor]) -> Iterator[Enter]:
    """Let people sign in; at the end nothing may have been wrong on any page."""
    people: list[Person] = []

    def arrive(name: str, login: str, like: Person | None = None) -> Person:
        works = visitor(name, DESK, java_script_enabled=False)
        works.go("/masuk/")
        works.fill(username=login, password=PASSWORD)
        works.press()
        assert not works.path.startswith("/masuk"), works.text
        eyes = visitor(f"{name}-mata", DESK, storage_state=works.context.storage_state())
        # Who has the same pages as somebody else need not look at them again.
        inspection = like.inspection if like else Inspection(schemes=("light",))
        people.append(Person(works, eyes, inspection, like.seen if like else set()))
        return people[-1]

    yield arrive
    for person in people:
        assert person.inspection.faults == [], "\n".join(person.inspection.faults)
        assert person.works.complaints == [], person.works.name
        assert person.eyes.complaints == [], person.works.name


def today() -> date:
    """Return the government's day."""
    return datetime.now(ZONE).date()


def test_a_quarter_of_the_personnel_office(site: Site, office: Office, arrives: Enter) -> None:
    """Gap, need, plan, session, certificate, coaching, effect, recognition, career file."""
    officer, nurse = arrives("kepegawaian", office.officer), arrives("perawat", office.nurse)

    with step("a standard is set; the analysis shows the gaps"):
        officer.go("/pelatihan/kompetensi/")
        officer.go(f"/pelatihan/kompetensi/{office.competence}/")
        officer.type(
            "form[action$='/standar/'] button",
            position_class="jf", position_level="ahli_muda", level="5",
        )  # fmt: skip
        officer.go("/pelatihan/akpk/")
        officer.follow(f"a[href*='kompetensi={office.code}']")
        assert "Perawat Contoh" in officer.text
        officer.press("form[action*='/akpk/usulkan/'] button")
        officer.go(f"/pelatihan/kompetensi/pegawai/{office.nurse_id}/")
        assert office.topic in officer.text

    with step("the nurse wishes for something; the office weighs a need"):
        nurse.go("/pembelajaran/kompetensi/")
        nurse.go("/pembelajaran/usulan/")
        wish = nurse.works.page.locator("main select[name=topic] option", has_text="digital").first
        nurse.type(
            topic=wish.get_attribute("value") or "",
            why="Rekap bulanan saya kerjakan dua hari; dengan tabel cukup dua jam.",
            hours="6",
        )
        officer.go("/pelatihan/kebutuhan/?q=Perawat+Contoh")
        assert "Rekap bulanan" in officer.text
        officer.follow(f"tbody a:has-text('{office.topic}')")
        officer.follow("a[href$='/timbang/']")
        officer.type(urgency="now", hours="8")
        assert office.topic in officer.text

    with step("the plan of the year takes what its hours and seats allow"):
        officer.go("/pelatihan/rencana/")
        officer.follow("a[href='/pelatihan/rencana/baru/']")
        officer.type(unit=str(office.root), year=str(today().year), hours="40", seats="3")
        taken = officer.works.page.locator(
            "main tbody tr", has=officer.works.page.locator("[data-value=taken]")
        )
        assert taken.count() == 3, officer.text
        assert "Perawat Contoh" in taken.first.inner_text()
        assert officer.works.page.locator("main tbody tr").count() > 3
        officer.press("form[action$='/setujui/'] button")
        assert officer.has("approved")

    with step("a programme with a check, and a session with two seats today"):
        officer.go("/pelatihan/program/tambah/")
        form = officer.works.page.locator("main select[name=form] option").nth(1)
        officer.works.page.locator("main label", has_text=office.topic).first.click()
        officer.type(
            form=form.get_attribute("value") or "",
            jp="12",
            name="Kerja sama di ruang rawat",
            organizer="BKPSDM Tual",
        )
        programme = officer.works.number_of(r"/pelatihan/program/(\d+)/")
        officer.go(f"/pelatihan/program/{programme}/soal/")
        officer.type(
            text="Rekan belum datang saat serah terima. Apa yang dilakukan dulu?",
            option_0="Mencatat keadaan pasien",
            option_1="Pulang tepat waktu",
            right="0",
        )
        officer.go(f"/pelatihan/program/{programme}/sesi/tambah/")
        officer.send(starts_on=today().isoformat(), ends_on=today().isoformat(), place="Aula RSUD", seats=2)
        session = officer.works.number_of(r"/pelatihan/sesi/(\d+)/")
        here = f"/pelatihan/sesi/{session}/"

    with step("three are invited to two seats; one waits, one gives back"):
        for name in ("Perawat Contoh", "Bidan Contoh", "Apoteker Contoh"):
            officer.go(f"{here}daftarkan/")
            officer.press(f"li:has-text('{name}') button[value=invite]")
        midwife = arrives("bidan", office.midwife, nurse)
        pharmacist = arrives("apoteker", office.pharmacist, nurse)
        for person, status in ((nurse, "enrolled"), (midwife, "enrolled"), (pharmacist, "waiting")):
            person.go("/pembelajaran/")
            person.follow(f"a[href$='{here}']")
            assert person.has("invited")
            person.press("form[action$='/terima/'] button")
            assert person.has(status), person.text
        midwife.follow("a[href$='/tolak/']")
        midwife.type(note="Jadwal jaga saya bertukar dengan rekan yang sakit.")
        assert midwife.has("declined")
        pharmacist.go(here)
        assert pharmacist.has("enrolled")

    with step("attendance by the code on the screen, and by the list"):
        officer.go(f"{here}kehadiran/kode/")
        code = officer.works.page.locator(".stat-value").inner_text().strip()
        shown = officer.works.page.request.get(site.url + f"{here}kehadiran/qr.svg")
        assert shown.ok and b"<svg" in shown.body()  # noqa: PT018
        nurse.go(f"{here}hadir/?kode={code}")
        assert nurse.works.page.locator("main [name=code]").input_value() == code
        nurse.press("form[method=post] button.button")
        officer.go(f"{here}kehadiran/")
        assert officer.works.page.locator("[name=present]:checked").count() == 1
        tab_to(officer.works, "[name=present]:not(:checked)")
        officer.works.page.keyboard.press("Space")
        tab_to(officer.works, "main form button[type=submit]")
        enter(officer.works)
        assert officer.works.page.locator("[name=present]:checked").count() == 2

    with step("the check after it, and what they thought"):
        for person in (nurse, pharmacist):
            person.go(here)
            person.follow("a[href$='/uji/sesudah/']")
            question = person.works.page.locator("main input[type=radio]").first.get_attribute("name")
            person.type(**{str(question): "0"})
            person.follow("a[href$='/pendapat/']")
            person.type(useful="4", well_taught="3", will_use="4")

    with step("certificates and lesson hours"):
        for number in (1, 2):
            officer.go(here)
            officer.follow("a[href$='/selesai/']")
            officer.type(number=f"KS/{number:03d}")
        officer.go(here)
        assert officer.works.page.locator("main [data-value=completed]").count() == 2
        nurse.go("/pembelajaran/")
        assert "Kerja sama di ruang rawat" in nurse.text
        assert "12\u00a0JP" in nurse.text
        officer.go("/pelatihan/jam/")

    with step("a coaching plan, opened from an evaluation"):
        head = arrives("kepala", office.head)
        head.go(f"/nilai/{office.evaluation}/")
        head.follow(f"a[href*='/pembinaan/{office.nurse_id}/baru/']")
        head.follow(f"a[href*='/pembinaan/{office.nurse_id}/rencana/']")
        head.send(
            goal="Serah terima jaga selalu tertulis.",
            step_1="Lembar serah terima dipakai setiap pergantian jaga",
            step_1_due=(today() + timedelta(days=14)).isoformat(),
        )
        plan = head.works.number_of(r"/pembinaan/rencana/(\d+)/")
        assert f"/nilai/{office.evaluation}/" in head.works.page.content()
        nurse.go(f"/pembinaan/rencana/{plan}/")
        nurse.type("form[action$='/catatan/'] button", text="Lembar pertama sudah saya pakai tadi pagi.")
        head.go(f"/pembinaan/rencana/{plan}/")
        assert "Lembar pertama sudah saya pakai" in head.text

    with step("what came of the earlier course: too few to say"):
        site.manage("rebuild_training_effects", "--government", "tual")
        officer.go("/pelatihan/dampak/")
        assert "Pelayanan prima di loket" in officer.text
        assert officer.has("too_few")
        assert not officer.has("better")

    with step("the midwife names a deed; the office checks it; a jury decides"):
        midwife.go("/penghargaan/usulan/baru/?cari=Perawat+Contoh")
        midwife.follow(f"a[href*='orang={office.nurse_id}']")
        midwife.type(
            kind="innovation",
            title="Lembar serah terima satu halaman",
            deed="Dulu serah terima lisan. Ia menyusun satu halaman dan mencobanya dua minggu.",
            effect="Obat yang terlewat turun dari enam menjadi satu dalam sebulan.",
        )
        deed = midwife.works.number_of(r"/penghargaan/usulan/(\d+)/")
        nomination = f"/penghargaan/usulan/{deed}/"
        officer.go("/penghargaan/usulan/")
        officer.follow(f"a[href$='{nomination}']")
        officer.type("form[action$='/periksa/'] button", note="Catatan ruang rawat dua bulan sudah dilihat.")
        for _juror in office.jury:
            officer.go(f"{nomination}juri/?cari=Juri")
            officer.press("form[action$='/tambah/'] button")
        # Whoever works in the same unit has a part in it.
        officer.go(f"{nomination}juri/?cari=Bidan")
        assert officer.works.page.locator("[data-conflict]").count() == 1
        chair = officer.works.page.locator("main [name=chair]").first
        officer.works.page.locator(f"label[for='{chair.get_attribute('id')}']").click()
        officer.press("form[novalidate] button")
        juror = None
        for number, (login, ballot) in enumerate(
            zip(office.jury, ("yes", "yes", "no"), strict=True), start=1
        ):
            juror = arrives(f"juri-{number}", login, juror)
            juror.go("/penghargaan/usulan/")
            juror.follow(f"a[href$='{nomination}']")
            juror.type(
                "form[action$='/suara/'] button",
                ballot=ballot,
                reason="Buktinya jelas dan dapat ditiru unit lain.",
            )
        officer.go(nomination)
        officer.type("form[action$='/putuskan/'] button", reason="Dua suara setuju; dampaknya terukur.")
        assert officer.has("awarded")

    with step("the certificate of recognition, and the wall of work"):
        officer.follow("a[href*='/dokumen/penghargaan/']")
        officer.press("form[method=post] button.button")
        with officer.works.page.expect_download() as caught:
            officer.works.page.locator("main a[href$='/unduh/']").first.click()
        saved = site.folder / "penghargaan.pdf"
        caught.value.save_as(saved)
        assert "SERAH TERIMA" in text_of_pdf(saved).upper()
        midwife.go("/penghargaan/")
        assert "Lembar serah terima satu halaman" in midwife.text
        assert "Perawat Contoh" not in midwife.text

    with step("the career file, as the nurse sees it"):
        nurse.go("/karier/")
        for fact in ("Kerja sama di ruang rawat", "Lembar serah terima satu halaman"):
            assert fact in nurse.text, nurse.text
