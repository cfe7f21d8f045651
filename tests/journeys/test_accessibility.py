"""What an automatic look can say about the main pages, and the rating page without a mouse.

axe finds only a part of what people stumble over: 0 violations do not make a page good.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from ..world import World
from .conftest import PHONE
from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

POINT = "akses-loket"
SCALES = 9
STOPS = 12
NARROW = ViewportSize(width=320, height=640)
USUAL = ViewportSize(width=PHONE["width"], height=PHONE["height"])
# A year of its own around today, so that beat neither closes nor opens anything while we look.
PREPARE = """
from datetime import date, timedelta
from decimal import Decimal
from django.utils import timezone
from apps.assessments.services import reports
from apps.feedback.services import surveys
from apps.assessments.models import Cycle, Period
from tests.world import World
now, day, end = timezone.now(), date.fromisoformat("{day}"), date.fromisoformat("{end}")
World.YEAR = day.year
world = World()
service = surveys.add_service(unit=world.unit, code="akses", name="Layanan Akses", by=None, at=now)
surveys.add_point(service=service, code="{point}", label="Loket", by=None, at=now)
surveys.open_survey_period(service=service, code="kini", label="Kini", starts_on=day, ends_on=end, by=None, at=now)
cycle = Cycle.objects.create(government=world.government, year=day.year, periodicity="quarterly")
period = Period.objects.create(
    cycle=cycle, kind="periodic", number=1, starts_on=day, ends_on=min(end, date(day.year, 12, 31)),
    status="open", opens_at=now, closes_at=now + timedelta(days=20),
)
plan = world.make_skp(world.staff)
world.make_skp(world.colleague)
writer = {{"by": world.colleague, "at": now}}
report = reports.open_report(employee=world.colleague, period=period, **writer)
lines = {{line.indicator_id: (Decimal(80), "") for line in report.lines.all()}}
text = {{"achievements": "Pemeriksaan berjalan.", "obstacles": "Hujan tiga hari."}}
reports.save_draft(report_id=report.pk, revision=report.revision, lines=lines, **text, **writer)
reports.submit_report(report_id=report.pk, **writer)
print("MADE", world.staff.nip, world.head.nip, plan.pk, report.pk)
"""  # fmt: skip
FOCUS_IS_VISIBLE = """() => {
  const focused = document.activeElement;
  const drawn = [focused, ...(focused.labels || [])].some(element => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const onScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return onScreen && box.width > 1 && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  return drawn ? '' : focused.outerHTML.slice(0, 200);
}"""


@dataclass(frozen=True)
class Prepared:
    """What the pages are about."""

    staff_nip: str
    head_nip: str
    plan: int
    report: int


@dataclass
class Inspection:
    """Looks at one page after the other and keeps what is wrong with each."""

    schemes: tuple[str, ...] = ("light", "dark")
    faults: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    def look(self, person: Visitor, name: str) -> None:
        """Examine the page on which somebody stands."""
        page = person.page
        for scheme in self.schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.faults += [f"{name} ({scheme}): {fault}" for fault in _violations(page)]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(NARROW)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > NARROW["width"]:
            self.faults.append(f"{name}: {width} px wide on a screen of {NARROW['width']} px")
        page.set_viewport_size(USUAL)
        language = page.locator("html").get_attribute("lang")
        if language != "id":
            self.faults.append(f"{name}: lang={language!r}")
        title = page.title()
        if title in self.titles:
            self.faults.append(f"{name}: the same title as {self.titles[title]}: {title}")
        self.titles[title] = name

    def walk(self, person: Visitor, name: str) -> None:
        """Go into the page by the skip link and on by Tab; one always sees where one is."""
        page = person.page
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.matches('a.skip[href=\"#main\"]')"):
            self.faults.append(f"{name}: Tab does not begin with the skip link")
            return
        page.keyboard.press("Enter")
        for _stop in range(STOPS):
            page.keyboard.press("Tab")
            if not page.evaluate("!!document.activeElement.closest('main')"):
                return
            if unseen := page.evaluate(FOCUS_IS_VISIBLE):
                self.faults.append(f"{name}: the focus cannot be seen on {unseen}")
                return


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.fixture(scope="module")
def prepared(site: Site) -> Prepared:
    """A government with a counter, a plan and a report that waits for the head."""
    day = datetime.now(ZoneInfo("Asia/Makassar")).date()
    said = site.manage(
        "shell", "-c", PREPARE.format(day=day, end=day + timedelta(days=20), point=POINT)
    )  # fmt: skip
    found = re.search(r"^MADE (\d+) (\d+) (\d+) (\d+)$", said, re.MULTILINE)
    assert found, said
    return Prepared(found[1], found[2], int(found[3]), int(found[4]))


def sign_in(person: Visitor, nip: str) -> None:
    """Sign in as somebody of the prepared government."""
    person.go("/masuk/")
    person.fill(username=nip, password=World.PASSWORD)
    person.press()
    assert not person.path.startswith("/masuk"), person.text


def test_main_pages_have_no_serious_violation(prepared: Prepared, visitor: Callable[..., Visitor]) -> None:
    """Light and dark on a small phone: axe, sideways scrolling at 320 px, language and titles."""
    inspection = Inspection()
    citizen, staff, head = visitor("akses-warga"), visitor("akses-pegawai"), visitor("akses-kepala")

    public = ("/masuk/", "/layanan/", f"/l/{POINT}/", "/aduan/lacak/", "/privasi/", "/aksesibilitas/")
    for path in (*public, f"/aduan/baru/?titik={POINT}", f"/l/{POINT}/nilai/"):
        citizen.go(path)
        inspection.look(citizen, path)
    # One question per screen: the button to send comes after the last one.
    forward = citizen.page.locator("[data-forward]")
    while forward.is_visible():
        forward.click()
    citizen.press(expect=422)
    assert citizen.page.locator(".error-summary a").count() >= 1
    inspection.look(citizen, "the rating page after an empty submit")

    sign_in(staff, prepared.staff_nip)
    for path in ("/beranda/", "/bantuan/", f"/skp/{prepared.plan}/", "/laporan/", "/laporan/cepat/"):
        staff.go(path)
        inspection.look(staff, path)

    sign_in(head, prepared.head_nip)
    for path in (
        "/pengawas/",
        "/skp/persetujuan/",
        "/pengawas/laporan/",
        f"/pengawas/laporan/{prepared.report}/",
    ):
        head.go(path)
        inspection.look(head, path)

    assert inspection.faults == [], "\n".join(inspection.faults)
    for person in (citizen, staff, head):
        assert person.complaints == [], person.name


@pytest.fixture(scope="module")
def offices(site: Site) -> dict[str, list[str]]:
    """Which pages of supervision and training are looked at, by who opens them."""
    said = site.manage("shell", "-c", "from tests.journeys import looked_at; looked_at.tell()")
    found: dict[str, list[str]] = json.loads(said.split("MADE ")[1])
    return found


def test_pages_of_supervision_and_training_have_no_serious_violation(
    offices: dict[str, list[str]], visitor: Callable[..., Visitor]
) -> None:
    """On a small phone and by keyboard, one sign-in for each person. Dark colors are those of the main pages."""
    inspection = Inspection(schemes=("light",))
    for login, paths in offices.items():
        # Two people may stand on the same page: a title tells it from other pages, not from itself.
        inspection.titles.clear()
        person = visitor(f"akses-{login.partition('@')[0]}")
        sign_in(person, login)
        for path in paths:
            person.go(path)
            inspection.walk(person, path)
            inspection.look(person, path)
        assert person.complaints == [], person.name
        person.page.close()
    assert inspection.faults == [], "\n".join(inspection.faults)


def test_the_rating_page_needs_no_mouse(prepared: Prepared, visitor: Callable[..., Visitor]) -> None:
    """Tab, arrows, space and Enter are enough, and one always sees where one is."""
    citizen = visitor("akses-papan-ketik")
    page = citizen.page
    citizen.go(f"/l/{POINT}/nilai/")

    def tab() -> None:
        page.keyboard.press("Tab")
        unseen = page.evaluate(FOCUS_IS_VISIBLE)
        assert unseen == "", f"the focus cannot be seen on {unseen}"

    tab()
    assert page.evaluate("document.activeElement.matches('a.skip[href=\"#main\"]')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab()
    assert page.evaluate("!!document.activeElement.closest('main')")

    answers: dict[str, str] = {}
    stops = 0
    while not page.evaluate("document.activeElement.matches('main button[type=submit]')"):
        if page.evaluate("document.activeElement.type") == "radio":
            name = str(page.evaluate("document.activeElement.name"))
            assert name not in answers, f"{name} takes more than one stop"
            page.keyboard.press("Space")
            steps = len(answers) % 4  # every scale otherwise, so that each of the four answers comes up
            for _ in range(steps):
                page.keyboard.press("ArrowRight")
                assert page.evaluate(FOCUS_IS_VISIBLE) == ""
            answers[name] = page.locator(f'[name="{name}"]:checked').input_value()
            assert answers[name] == page.locator(f'[name="{name}"]').nth(steps).input_value()
        if page.evaluate("document.activeElement.matches('[data-forward]')"):
            page.keyboard.press("Enter")  # to the next question, which takes the focus
            assert page.evaluate("!!document.activeElement.closest('[data-step]:not([hidden])')")
            if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
                assert page.evaluate(FOCUS_IS_VISIBLE) == ""
        tab()
        stops += 1
        assert stops < 80, "the send button cannot be reached"
    assert len(answers) == SCALES + 1, answers  # the questions, and who filled it in

    page.wait_for_timeout(3500)  # faster than the three seconds of the default looks like a program
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert citizen.path.partition("#")[0].endswith("/terima-kasih/"), citizen.text
    assert citizen.complaints == []
