"""One performance year in one go: import, plan, approve, report, rate by QR, complain, close by beat, evaluate,
deliver, object, train, print. Everything a person does, a person does on a page; the clock is the real one.
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from pypdf import PdfReader

from .conftest import DESK
from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Makassar")
OFFICER = "petugas@uji.example"
PASSWORD = "hujan turun di teluk sore ini"
CHIEF = ("197005051995031007", "Wa Ode Contoh Rekaan")
HEAD = ("197803122003121004", "La Ode Contoh Rekaan")
NURSE = ("199002142015032003", "Siti Contoh Rekaan")
CLERK = ("199305202019031002", "Budi Contoh Rekaan")
# The four people above, and a row whose NIP is too short.
STAFF = Path(__file__).with_name("pegawai.csv")


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name a part of the story, so that a failure says how far the year came."""
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"STOPPED in {name}", flush=True)
        raise
    print(f"{time.monotonic() - started:6.1f} s  {name}", flush=True)


def today() -> date:
    """Return the government's day."""
    return datetime.now(ZONE).date()


def activate(person: Visitor, login: str, code: str) -> None:
    """Choose a password with the code of a slip."""
    person.go("/masuk/aktivasi/")
    person.fill(login=login, code=code, password=PASSWORD, password_again=PASSWORD)
    person.press()
    assert not person.path.startswith("/masuk"), person.text


def codes_for(officer: Visitor, unit_name: str) -> dict[str, str]:
    """Make slips for everybody below a unit and read them: NIP -> code."""
    officer.go("/pegawai/kode/")
    choice = officer.page.locator('select[name="unit"] option', has_text=unit_name)
    officer.fill(unit=choice.first.get_attribute("value"))
    officer.press()
    slips = officer.page.locator(".slip dl").all()
    facts = [slip.locator("dd").all_inner_texts() for slip in slips]
    return {nip.replace(" ", ""): code for nip, code in facts}


def set_policy(officer: Visitor, key: str, value: str) -> None:
    """Record another value that holds from today."""
    officer.go(f"/pengaturan/nilai/{key}/")
    officer.fill(value=value, valid_from=today().isoformat(), reason="Uji perjalanan, SK nomor 1 tahun ini")
    officer.press()
    assert officer.page.locator("table tbody tr").count() == 1


def photo() -> dict[str, object]:
    """Return a small picture as a phone would send it."""
    content = io.BytesIO()
    Image.new("RGB", (320, 240), (30, 120, 90)).save(content, "PNG")
    return {"name": "posyandu.png", "mimeType": "image/png", "buffer": content.getvalue()}


def text_of_pdf(path: Path) -> str:
    """Return the words of a document in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def test_a_performance_year(site: Site, visitor: Callable[..., Visitor]) -> None:
    """From an empty database to a printed evaluation."""
    year, quarter = today().year, (today().month + 2) // 3
    officer = visitor("petugas", DESK)
    chief, head = visitor("kepala-dinas", DESK), visitor("kepala-puskesmas", DESK)
    nurse, citizen = visitor("perawat"), visitor("warga")

    with step("begin with a government"):
        said = site.manage(
            "add_government", "kota-uji", "--name", "Kota Uji", "--zone", "WITA", "--place", "Uji", "--officer", OFFICER
        )  # fmt: skip
        found = re.search(r"^CODE (\S+) (\S+)$", said, re.MULTILINE)
        assert found, said
        assert found.group(1) == OFFICER
        activate(officer, OFFICER, found.group(2))

    with step("import the staff: preview, then a job"):
        officer.go("/pegawai/impor/")
        officer.fill(file=STAFF)
        officer.press()
        assert "Salah Nip Rekaan" in officer.text
        preview = officer.path
        officer.press("/terapkan/")
        assert officer.path.startswith("/pekerjaan/")
        officer.wait_for_page(preview, 'main [data-value="applied"]', 30)
        officer.go("/pegawai/")
        for _nip, name in (CHIEF, HEAD, NURSE, CLERK):
            assert name in officer.text
        assert "Salah Nip" not in officer.text

    with step("hand out codes; everybody chooses a password"):
        codes = codes_for(officer, "Dinas Kesehatan")
        assert set(codes) == {CHIEF[0], HEAD[0], NURSE[0], CLERK[0]}
        activate(chief, CHIEF[0], codes[CHIEF[0]])
        activate(head, "kepala.pkm@uji.example", codes[HEAD[0]])
        activate(nurse, NURSE[0], codes[NURSE[0]])

    with step("settings of this government"):
        set_policy(officer, "indicators.approval_needs_superior_plan", "0")
        set_policy(officer, "feedback.minimum_fill_seconds", "0")

    with step("create the year; beat opens the quarter"):
        officer.go("/siklus/baru/")
        officer.fill(year=year, periodicity="quarterly")
        officer.press()

    with step("the nurse plans"):
        nurse.go("/skp/baru/")
        nurse.fill(year=year)
        nurse.press()
        plan = nurse.number_of(r"/skp/(\d+)/")
        nurse.go(f"/skp/{plan}/hasil/baru/")
        nurse.fill(text="Balita di wilayah kerja terpantau gizinya setiap bulan", kind="utama")
        nurse.press()
        nurse.fill(
            text="Jumlah balita yang ditimbang dan dicatat",
            target="40",
            measure="balita",
            aspect="kuantitas",
            direction="higher_is_better",
            source="progress_sum",
        )
        nurse.press()
        nurse.go(f"/skp/{plan}/periksa/")
        nurse.press("/ajukan/")

    with step("the head approves"):
        head.go("/skp/persetujuan/")
        head.follow(f'main a[href$="/skp/{plan}/"]')
        head.press("/setujui/")
        nurse.go(f"/skp/{plan}/")
        assert nurse.has_status("approved")

    with step("the nurse notes her work"):
        nurse.wait_for_page("/laporan/", 'main a[href*="/laporan/baru/"]', 20)
        for text, count in (
            ("Menimbang balita di Posyandu Melati", 24),
            ("Menimbang balita di Posyandu Anggrek", 18),
        ):
            nurse.go("/laporan/cepat/")
            nurse.fill(text=text)
            nurse.fill(quantity=count)
            nurse.press_button(nurse.page.locator("#entri button[type=submit]"))
        assert "Anggrek" in nurse.text

    with step("the nurse reports, the head watches"):
        head.go("/pengawas/")
        assert head.page.locator('main a[href*="/pengawas/laporan/"]').count() == 0
        nurse.go("/laporan/")
        nurse.follow('main a[href*="/laporan/baru/"]')
        nurse.press()
        report = nurse.number_of(r"/laporan/(\d+)/")
        nurse.go(f"/laporan/{report}/realisasi/")
        assert "42" in nurse.text
        nurse.press()
        nurse.fill(text="42 balita ditimbang, dua dirujuk dan sudah ditangani.")
        nurse.press()
        nurse.fill(text="Timbangan di satu posyandu rusak.")
        nurse.press()
        nurse.fill(text="Pelatihan pencatatan gizi.")
        nurse.press()
        nurse.go(f"/laporan/{report}/bukti/")
        nurse.fill(file=photo())
        nurse.press_button(nurse.page.locator("form[enctype] button[type=submit]"))
        assert "posyandu" in nurse.text
        nurse.go(f"/laporan/{report}/periksa/")
        nurse.press("/kirim/")
        assert nurse.path.endswith("/terkirim/")
        assert nurse.page.locator(".receipt-number dd").first.inner_text().strip()
        # Nobody touches the head's window: it must follow by itself.
        head.page.wait_for_selector(f'main a[href$="/pengawas/laporan/{report}/"]', timeout=10_000)
        head.follow(f'main a[href$="/pengawas/laporan/{report}/"]')
        head.press("/terima/")
        nurse.go(f"/laporan/{report}/")
        assert nurse.has_status("accepted")

    with step("a citizen rates the service by the code on the counter"):
        officer.go("/survei/layanan-baru/")
        puskesmas = officer.page.locator("select[name=unit] option", has_text="Puskesmas").first
        officer.fill(name="Pendaftaran", unit=puskesmas.get_attribute("value"))
        officer.press()
        service = officer.path.split("/")[3]
        officer.go(f"/survei/layanan/{service}/loket-baru/")
        officer.fill(label="Loket 1")
        officer.press()
        counter = re.search(r"/l/([a-z0-9]+)/", officer.text)
        assert counter is not None, "the page shows the counter's address"
        point = counter.group(1)
        officer.go(f"/survei/layanan/{service}/periode-baru/")
        officer.fill(
            label=f"Semester ini {year}",
            code=f"{year}-uji",
            starts_on=today().isoformat(),
            ends_on=(today() + timedelta(days=30)).isoformat(),
        )
        officer.press()
        citizen.go(f"/l/{point}/")
        citizen.follow(f'a[href="/l/{point}/nilai/"]')
        for scale in citizen.page.locator(".questions .question").all():
            scale.locator("label[for]").nth(2).click()
            citizen.page.locator("[data-forward]").click()  # one question per screen
        citizen.press()
        assert citizen.path.endswith("/terima-kasih/")
        citizen.go(f"/layanan/{service}/")

    with step("the citizen complains and follows the report"):
        citizen.go(f"/l/{point}/")
        citizen.follow('a[href*="/aduan/baru/"]')
        citizen.page.locator('input[name="kind"] + label').first.click()
        citizen.press()
        citizen.fill(
            subject="Nomor antrean saya dilewati", body="Pagi tadi di loket 1 nomor saya dilewati dua kali."
        )
        citizen.press()
        citizen.fill(identity="anonymous")
        citizen.press()
        citizen.press()
        number = citizen.page.locator('[data-role="number"]').inner_text().strip()
        secret = citizen.page.locator('[data-role="secret"]').inner_text().strip()
        citizen.context.clear_cookies()
        citizen.go("/aduan/lacak/")
        citizen.fill(number=number, secret=secret)
        citizen.press()
        assert number in citizen.text
        officer.go("/pengawas/aduan/")
        assert number in officer.text
        complaint = officer.number_of(r"/pengawas/aduan/(\d+)/")
        officer.go(f"/pengawas/aduan/{complaint}/")
        assert "dilewati dua kali" in officer.text
        officer.press("/mulai/")

    with step("the officer moves the deadline to now; beat closes"):
        officer.go("/siklus/")
        period = _period_of(officer, quarter)
        moment = datetime.now(ZONE)
        if moment.second > 50:
            time.sleep(61 - moment.second)
            moment = datetime.now(ZONE)
        officer.go(f"/siklus/periode/{period}/penutupan/")
        officer.fill(
            day=moment.date().isoformat(), clock=f"{moment:%H.%M}", reason="Penutupan uji perjalanan"
        )
        officer.press()
        head.wait_for_page(
            f"/pengawas/penilaian/{period}/", f'main a[href*="/penilaian/{period}/nilai/"]', 90
        )

    with step("the head's superior fixes what the unit achieved"):
        chief.go(f"/pengawas/capaian/{period}/")
        chief.follow(f'main a[href*="/pengawas/capaian/{period}/"]')
        chief.fill(org_predicate="baik")
        chief.press()

    with step("the head rates and hands over"):
        head.go(f"/pengawas/penilaian/{period}/")
        evaluation = head.number_of(rf"/penilaian/{period}/nilai/(\d+)/")
        head.go(f"/pengawas/penilaian/{period}/nilai/{evaluation}/")
        head.fill(
            work_result="below_expectation",
            behavior="below_expectation",
            reason="Angka tercapai, tetapi pencatatan rujukan terlambat dua minggu, dan itu sudah diingatkan.",
            recommendation="Ikut pelatihan pencatatan.",
        )
        head.press()
        head.go(f"/pengawas/penilaian/{period}/nilai/{evaluation}/serahkan/")
        head.fill(talked=True)
        head.press()

    with step("the nurse reads the explanation and objects"):
        nurse.go("/nilai/")
        nurse.go(f"/nilai/{evaluation}/")
        assert "pencatatan rujukan terlambat" in nurse.text
        nurse.go(f"/nilai/{evaluation}/keberatan/")
        nurse.fill(
            about="work_result",
            reason="Rujukan tercatat tepat waktu, lihat buku register tanggal 3.",
            wanted="Mohon hasil kerja dinilai lagi.",
        )
        nurse.press()
        assert nurse.page.locator(".receipt-number dd").count()

    with step("the head's superior decides"):
        chief.go("/pengawas/keberatan/")
        chief.follow('main a[href*="/pengawas/keberatan/"]')
        chief.fill(
            outcome="upheld",
            work_result="meets_expectation",
            behavior="below_expectation",
            decision_reason="Buku register menunjukkan rujukan tercatat tepat waktu. Keduanya sudah saya dengar.",
            heard=True,
        )
        chief.press()
        nurse.go(f"/nilai/{evaluation}/")
        assert "Buku register menunjukkan" in nurse.text
        # Results as agreed, behavior below: the cell of PermenPANRB 6/2022.
        assert nurse.page.locator(".stat-value").first.inner_text().strip() == "Kurang/misconduct"

    with step("the schedule proposes training; the officer arranges it"):
        # Coaching and the behavior; the need that the decision took away is withdrawn.
        officer.wait_for_page("/pelatihan/kebutuhan/", "main tbody tr:nth-child(2):last-child", 40)
        assert NURSE[1] in officer.text
        officer.go("/pelatihan/program/tambah/")
        officer.page.locator('main select[name="form"]').select_option(index=1)
        officer.fill(name="Pencatatan gizi balita", organizer="Dinas Kesehatan", jp="12")
        for label in officer.page.locator('input[name="topics"] + label').all():
            label.click()
        officer.press()
        officer.follow('main a[href$="/sesi/tambah/"]')
        officer.fill(starts_on=today().isoformat(), ends_on=today().isoformat(), place="Aula", seats=5)
        # A short course without an attendance list.
        officer.page.locator('main input[name="takes_attendance"]').press("Space")
        officer.press()
        session = officer.number_of(r"/pelatihan/sesi/(\d+)/")
        officer.go(f"/pelatihan/sesi/{session}/daftarkan/")
        assert NURSE[1] in officer.text
        # She said yes on the phone: a seat at once instead of an invitation.
        officer.press_button(officer.page.locator('main button[name="action"][value="enrol"]').first)
        officer.go(f"/pelatihan/sesi/{session}/")
        officer.follow('main a[href$="/selesai/"]')
        officer.fill(number="SERT-001")
        officer.press()
        nurse.go("/pembelajaran/")
        assert "Pencatatan gizi balita" in nurse.text
        assert "12" in nurse.text

    with step("the nurse prints her evaluation"):
        nurse.go(f"/dokumen/evaluasi/{evaluation}/")
        nurse.press()
        with nurse.page.expect_download() as caught:
            nurse.page.locator('main a[href$="/unduh/"]').first.click()
        saved = site.folder / "evaluasi.pdf"
        caught.value.save_as(saved)
        words = text_of_pdf(saved)
        assert NURSE[1].upper() in words.upper()
        assert "KURANG/MISCONDUCT" in words.upper().replace(" ", "")

    with step("the audit trail holds"):
        said = site.manage("verify_audit")
        assert re.search(r"^kota-uji: \d+ entries, .*ok$", said, re.MULTILINE), said
        assert "BROKEN" not in said
        for person in (officer, chief, head, nurse, citizen):
            assert person.complaints == [], person.name


def _period_of(officer: Visitor, quarter: int) -> int:
    """Return the number of the year's n-th quarter from the list of cycles."""
    links = officer.page.locator('main a[href*="/siklus/periode/"]').evaluate_all(
        "a => a.map(x => x.pathname)"
    )
    numbers = list(dict.fromkeys(int(link.split("/")[3]) for link in links if link.split("/")[3].isdigit()))
    assert len(numbers) >= quarter, links
    return sorted(numbers)[quarter - 1]
