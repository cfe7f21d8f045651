"""A citizen complains and follows it to the end: on a phone, without JavaScript, and by keyboard alone."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page

from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

PREPARE = """
from tests.world import World
world = World("manokwari")
service = world.make_service(code="loket-manokwari")
officer = world.make_role_user("feedback_officer")
print("MADE", service.points.get().code, officer.pk)
"""
ANSWER = """
from django.utils import timezone
from apps.accounts.models import User
from apps.feedback.models import Complaint
from apps.feedback.services import complaints
row, officer = Complaint.objects.get(number="{number}"), User.objects.get(pk={officer})
complaints.start(complaint_id=row.pk, by=officer, at=timezone.now())
complaints.answer(complaint_id=row.pk, text="Sudah kami perbaiki.", by=officer, at=timezone.now())
"""
PATIENCE = 3500  # faster than the three seconds of the default looks like a program


@pytest.fixture(scope="module")
def office(site: Site) -> tuple[str, str]:
    """The code of a counter, and the officer who answers."""
    point, officer = site.manage("shell", "-c", PREPARE).split("MADE ")[1].split()
    return point, officer


def photo() -> dict[str, object]:
    """A picture as a phone sends it."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "S", 2: (3.0, 57.0, 11.0)})
    Image.new("RGB", (600, 400), "teal").save(out, "JPEG", exif=exif)
    return {"name": "rumah-saya.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def receipt_of(person: Visitor) -> tuple[str, str]:
    """Return number and secret word from the receipt on the page."""
    number = person.page.locator('[data-role="number"]').inner_text().strip()
    assert re.fullmatch(r"ADU-MANOKWARI-\d{4}-\d{6}", number)
    return number, person.page.locator('[data-role="secret"]').inner_text().strip()


def follow(person: Visitor, number: str, secret: str) -> None:
    """Open a report with its secret word."""
    person.go("/aduan/lacak/")
    person.fill(number=number, secret=secret)
    person.press()
    assert number in person.text


def fits(page: Page) -> bool:
    """Whether nothing sticks out of a narrow screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_on_a_phone_with_a_photo_and_no_trace_to_solved_and_back(
    site: Site, visitor: Callable[..., Visitor], office: tuple[str, str]
) -> None:
    """Offline in between, a photo, a receipt shown once, an answer, "solved", and "not solved after all"."""
    point, officer = office
    citizen = visitor("warga-hp")
    page = citizen.page
    citizen.go(f"/aduan/baru/?titik={point}")
    page.locator('input[name="kind"] + label').nth(2).click()
    citizen.press()
    citizen.fill(subject="Kursi ruang tunggu rusak", body="Tiga kursi patah sejak Senin.")
    citizen.context.set_offline(True)
    page.locator('main form button[type="submit"]').first.click()
    assert page.locator("[data-offline]").is_visible()
    citizen.context.set_offline(False)
    page.reload()
    assert page.locator('[name="body"]').input_value() == "Tiga kursi patah sejak Senin."
    citizen.press_button(page.locator('button[name="add_files"]'))
    citizen.fill(files=photo())
    citizen.press()
    citizen.fill(identity="no_author")
    citizen.press()
    assert "Tiga kursi patah" in citizen.text
    assert fits(page)
    page.wait_for_timeout(PATIENCE)
    citizen.press()
    number, secret = receipt_of(citizen)
    assert fits(page)
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(f"{citizen.url}/aduan/{number}/terkirim/")
    assert citizen.path == "/aduan/lacak/"

    site.manage("shell", "-c", ANSWER.format(number=number, officer=officer))
    follow(citizen, number, secret)
    assert "Sudah kami perbaiki." in citizen.text
    assert fits(page)
    shown = citizen.context.request.get(
        citizen.url + str(page.locator('a[href*="/aduan/lacak/berkas/"]').last.get_attribute("href"))
    )
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"Exif" not in shown.body()
    citizen.press("/aduan/lacak/selesai/")
    assert citizen.has_status("confirmed_solved")
    citizen.fill(text="Dua hari kemudian patah lagi.")
    citizen.press("/aduan/lacak/belum/")
    assert citizen.has_status("reopened")
    assert citizen.complaints == []


def test_without_javascript_with_a_photo(
    site: Site, visitor: Callable[..., Visitor], office: tuple[str, str]
) -> None:
    point, officer = office
    citizen = visitor("warga-tanpa-js", java_script_enabled=False)
    citizen.go(f"/aduan/baru/?titik={point}")
    citizen.page.locator('input[name="kind"] + label').first.click()
    citizen.press()
    citizen.fill(subject="Lampu padam", body="Lampu tangga padam.")
    citizen.press_button(citizen.page.locator('button[name="add_files"]'))
    citizen.fill(files=[{"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"bukan foto"}])
    citizen.press(expect=422)
    citizen.fill(files=photo())
    citizen.press()
    citizen.fill(identity="anonymous")
    citizen.press()
    citizen.page.wait_for_timeout(PATIENCE)
    citizen.press()
    number, secret = receipt_of(citizen)
    site.manage("shell", "-c", ANSWER.format(number=number, officer=officer))
    follow(citizen, number, secret)
    assert citizen.page.locator('a[href*="/aduan/lacak/berkas/"]').count() >= 2
    citizen.press("/aduan/lacak/selesai/")
    assert citizen.has_status("confirmed_solved")
    assert citizen.complaints == []


def test_by_keyboard_alone(site: Site, visitor: Callable[..., Visitor], office: tuple[str, str]) -> None:
    """Tab, Shift-Tab, arrows, space and Enter; the focus can always be seen."""
    point, _officer = office
    citizen = visitor("warga-papan-ketik", size={"width": 1280, "height": 900})
    page = citizen.page

    def tab_to(selector: str) -> None:
        for _number in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                style = "e => getComputedStyle(e).outlineStyle !== 'none' || e.type === 'radio'"
                assert page.evaluate(f"({style})(document.activeElement)"), selector
                return
        raise AssertionError(f"Tab does not lead to {selector} on {citizen.path}")

    def enter() -> None:
        with page.expect_navigation():
            page.keyboard.press("Enter")

    main = 'main button[type="submit"].button'
    citizen.go(f"/aduan/baru/?titik={point}")
    tab_to("main input[name=kind]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(main)
    enter()
    tab_to("[name=subject]")
    page.keyboard.type("Pintu macet")
    tab_to("[name=body]")
    page.keyboard.type("Pintu masuk macet.")
    tab_to(main)
    enter()
    tab_to("main input[name=identity]")
    page.keyboard.press("Space")
    tab_to(main)
    enter()
    assert "Pintu masuk macet." in citizen.text
    page.wait_for_timeout(PATIENCE)
    tab_to(main)
    enter()
    number, secret = receipt_of(citizen)
    citizen.go("/aduan/lacak/")
    tab_to("[name=number]")
    page.keyboard.type(number)
    tab_to("[name=secret]")
    page.keyboard.type(secret)
    enter()
    assert number in citizen.text
    assert citizen.complaints == []
