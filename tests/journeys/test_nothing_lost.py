"""What a person typed survives: an expired session, two tabs, an answer that never came, a browser that died."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Request, Route

from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

PASSWORD = "sandi-uji-yang-panjang"
SESSION = "sessionid"
STORY = "Sepuluh posyandu selesai dikunjungi, dua keluarga dirujuk."
# A plan, an open period and an empty report for one person of a government of their own.
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from apps.assessments.models import Period
from apps.assessments.services import reports
from tests.world import World
world = World("wanggar")
plan = world.make_skp(world.staff)
period = world.make_periods()[2]
Period.objects.filter(pk=period.pk).update(closes_at=timezone.now() + timedelta(days=10))
period.refresh_from_db()
report = reports.open_report(employee=world.staff, period=period, by=world.staff, at=timezone.now())
print("MADE", world.staff.nip, report.pk)
"""


@dataclass(frozen=True)
class Writer:
    """Somebody with a report to write."""

    nip: str
    report: int

    @property
    def section(self) -> str:
        """The page of the first text."""
        return f"/laporan/{self.report}/capaian/"


@pytest.fixture(scope="module")
def writer(site: Site) -> Writer:
    """Make the person once for the module; each test starts with an empty text."""
    nip, report = site.manage("shell", "-c", PREPARE).split("MADE ")[1].split()
    return Writer(nip, int(report))


@pytest.fixture
def arrive(writer: Writer, visitor: Callable[..., Visitor], site: Site) -> Callable[[str], Visitor]:
    """Sign somebody in at a browser of their own."""

    def come(name: str) -> Visitor:
        person = visitor(name)
        sign_in(person, writer)
        return person

    return come


def sign_in(person: Visitor, writer: Writer) -> None:
    """Sign in from whatever page asks for it."""
    if not person.path.startswith("/masuk"):
        person.go("/masuk/")
    person.fill(username=writer.nip, password=PASSWORD)
    person.press()


def stored(site: Site, writer: Writer) -> str:
    """Return the text the server has."""
    found = site.query("SELECT achievements FROM assessments_selfreport WHERE id = %s", writer.report)
    return str(found[0][0])


def type_and_wait_until_saved(person: Visitor, text: str) -> None:
    """Type, and wait until the page has saved by itself and says so."""
    with person.page.expect_response("**/simpan/") as answer:
        person.fill(text=text)
    assert answer.value.status == 200
    person.page.locator('[data-save-state][data-tone="success"]').wait_for()


def test_a_session_that_ended_gives_the_text_back(
    site: Site, writer: Writer, arrive: Callable[[str], Visitor]
) -> None:
    person = arrive("sesi-habis")
    person.go("/laporan/cepat/")
    person.fill(text="Melayani pendaftaran 12 ibu hamil")
    person.context.clear_cookies(name=SESSION)
    with person.page.expect_navigation():
        person.page.locator("#entri button[type=submit]").first.click()
    assert person.path.startswith("/masuk"), "an ended session leads to the sign-in"
    assert site.query("SELECT count(*) FROM assessments_progressentry") == [(0,)]
    sign_in(person, writer)
    assert (
        person.page.locator('main [name="text"]').first.input_value() == "Melayani pendaftaran 12 ibu hamil"
    )


def test_a_form_whose_protection_ended_shows_the_text_for_copying(
    site: Site, writer: Writer, arrive: Callable[[str], Visitor]
) -> None:
    person = arrive("kuki-hilang")
    person.go("/laporan/cepat/")
    person.fill(text="Menyusun rekap 30 kartu keluarga")
    person.context.clear_cookies()
    with person.page.expect_navigation():
        person.page.locator("#entri button[type=submit]").first.click()
    shown = person.page.locator("main textarea").evaluate_all("fields => fields.map(f => f.value)")
    assert "Menyusun rekap 30 kartu keluarga" in shown
    assert site.query("SELECT count(*) FROM assessments_progressentry") == [(0,)]


def test_two_tabs_never_overwrite_each_other_silently(
    site: Site, writer: Writer, arrive: Callable[[str], Visitor]
) -> None:
    person = arrive("dua-tab")
    other = Visitor("dua-tab-kedua", person.context, person.url)
    for tab in (person, other):
        # Only the buttons save here; the autosave has its own test.
        tab.page.route("**/simpan/", lambda route: route.abort())
        tab.go(writer.section)
    person.fill(text="Dari tab pertama.")
    person.press()
    assert stored(site, writer) == "Dari tab pertama."
    other.fill(text="Dari tab kedua.")
    other.press(expect=409)
    assert stored(site, writer) == "Dari tab pertama.", "the first text is still the stored one"
    assert "Dari tab pertama." in other.page.content()
    assert "Dari tab kedua." in other.page.content(), "and the second one is still on the page"


def test_an_answer_that_never_came_makes_nothing_twice(
    site: Site, writer: Writer, arrive: Callable[[str], Visitor]
) -> None:
    person = arrive("jawaban-hilang")
    person.go("/laporan/cepat/")
    person.fill(text="Satu kegiatan yang dikirim dua kali")
    sent: list[Request] = []

    def lose_the_answer(route: Route, request: Request) -> None:
        if request.method == "POST" and not sent:
            sent.append(request)
            assert route.fetch(max_redirects=0).status == 302, "the server has it"
            route.abort("connectionreset")
        else:
            route.continue_()

    person.page.route("**/laporan/cepat/**", lose_the_answer)
    person.page.locator("#entri button[type=submit]").first.click()
    person.page.wait_for_url("chrome-error://**")
    # "Reload" on the error page sends the same form again, as people do.
    again = person.context.request.post(
        sent[0].url,
        data=sent[0].post_data_buffer,
        headers={"Content-Type": sent[0].headers["content-type"], "Referer": person.url},
        max_redirects=0,
    )
    assert again.status == 302, "the second sending gets the first one's answer"
    found = site.query(
        "SELECT count(*) FROM assessments_progressentry WHERE text = %s",
        "Satu kegiatan yang dikirim dua kali",
    )
    assert found == [(1,)]


def test_a_browser_that_died_costs_at_most_a_few_seconds(
    site: Site, writer: Writer, arrive: Callable[[str], Visitor]
) -> None:
    person = arrive("peramban-mati")
    person.go(writer.section)
    type_and_wait_until_saved(person, STORY)
    person.context.close()
    assert stored(site, writer) == STORY
    again = arrive("peramban-baru")
    again.go(writer.section)
    assert again.page.locator('main [name="text"]').first.input_value() == STORY
