"""Citizens rate: on a phone question by question, without JavaScript, by keyboard alone, and out of reach."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from .conftest import DESK
from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

POINT = "warga-loket"
QUESTIONS = 9
# Faster than the three seconds of the default looks like a program.
READING = 3200
PREPARE = f"""
from datetime import date
from django.utils import timezone
from apps.employees.models import WorkUnit
from apps.employees.services import organization
from apps.feedback.services import kiosks, receipts, surveys
now = timezone.now()
government = organization.add_government(
    code="kota-warga", name="Kota Warga", zone="Asia/Jakarta", place="Warga", brand="nasional", by=None
)
unit = WorkUnit.objects.get(government=government, parent=None)
service = surveys.add_service(unit=unit, code="warga", name="Layanan Warga", by=None, at=now)
point = surveys.add_point(service=service, code="{POINT}", label="Loket", by=None, at=now)
days = {{{{"starts_on": date.fromisoformat("{{starts}}"), "ends_on": date.fromisoformat("{{ends}}")}}}}
surveys.open_survey_period(service=service, code="kini", label="Kini", **days, by=None, at=now)
kiosk = kiosks.register_kiosk(point=point, by=None, at=now)
(batch,) = receipts.issue(service=service, days=[days["starts_on"]], count=2, by=None, at=now)
print("MADE", kiosk.code, *receipts.codes_of(batch))
"""


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    """A service of its own: the code of its kiosk, and two receipt codes."""
    day = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    out = site.manage("shell", "-c", PREPARE.format(starts=day, ends=day + timedelta(days=20)))
    return out.split("MADE ")[1].split()


def stored(site: Site) -> list[tuple[str, str, str]]:
    """Return channel, tier and helper of the ratings of this service, in their order."""
    return [
        (str(channel), str(tier), str(filled_by))
        for channel, tier, filled_by in site.query(
            "SELECT r.channel, r.tier, r.filled_by FROM feedback_response r "
            "JOIN feedback_service s ON s.id = r.service_id WHERE s.code = 'warga' ORDER BY r.id"
        )
    ]


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def shown_question(page: Page) -> int:
    """Return the number of questions on the screen."""
    return page.locator("[data-step]:visible").count()


def test_one_question_per_screen_on_a_phone(
    site: Site, made: list[str], visitor: Callable[..., Visitor]
) -> None:
    citizen = visitor("warga-hp")
    page = citizen.page
    citizen.go(f"/l/{POINT}/")
    citizen.follow(f'a[href="/l/{POINT}/nilai/"]')
    for number in range(1, QUESTIONS + 1):
        assert shown_question(page) == 1
        assert f"{number} dari {QUESTIONS}" in page.locator("[data-progress-text]").inner_text()
        assert page.locator("[data-step]:visible input:checked").count() == 0
        assert fits(page)
        step = page.locator("[data-step]:visible")
        box = step.bounding_box()
        assert box is not None
        assert box["height"] < 740
        if number != 4:  # one question is skipped
            step.locator("label[for]").nth(2).click()
        page.locator("[data-forward]").click()
    # Letters twice as large, and a window as narrow as a magnified one: nothing is cut off to the side.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 320, "height": 640})
    assert fits(page)
    page.set_viewport_size({"width": 360, "height": 740})
    # The Back key of the phone goes back one question and loses nothing.
    page.go_back()
    assert page.locator("[data-step]:visible input:checked").count() == 1
    # So does a reload in the middle.
    page.reload()
    assert f"{QUESTIONS} dari {QUESTIONS}" in page.locator("[data-progress-text]").inner_text()
    assert page.locator("[data-step]:visible input:checked").count() == 1
    page.locator("[data-forward]").click()
    citizen.fill(remark="Petugas ramah.", filled_by="self")
    page.wait_for_timeout(READING)
    citizen.press_button(page.locator("main button[type=submit]"))
    assert citizen.path == f"/l/{POINT}/terima-kasih/"
    assert page.evaluate("sessionStorage.length") == 0
    assert stored(site)[-1] == ("qr", "terbuka", "self")
    assert citizen.complaints == []


def test_a_slip_with_a_code_without_javascript(
    site: Site, made: list[str], visitor: Callable[..., Visitor]
) -> None:
    _kiosk, first, second = made
    citizen = visitor("warga-slip", java_script_enabled=False)
    page = citizen.page
    citizen.go(f"/l/{POINT}/")
    typed = "-".join(first[place : place + 4] for place in range(0, 16, 4)).lower()
    page.locator('main input[name="kode"]').fill(typed[:-1])
    citizen.press("/k/", expect=422)
    assert page.locator(".error-summary a").count() == 1
    page.locator('main input[name="kode"]').fill(typed)
    citizen.press("/k/")
    assert shown_question(page) == QUESTIONS + 1
    for step in page.locator(".questions .question").all():
        step.locator("label[for]").nth(3).click()
    page.wait_for_timeout(READING)
    citizen.press_button(page.locator("main button[type=submit]"))
    assert citizen.path == "/terima-kasih/warga/"
    assert stored(site)[-1] == ("receipt", "terverifikasi", "")
    # The same slip again: the same thanks, and an open rating.
    citizen.go(f"/k/{first}/")
    for step in page.locator(".questions .question").all():
        step.locator("label[for]").nth(0).click()
    page.wait_for_timeout(READING)
    citizen.press_button(page.locator("main button[type=submit]"))
    assert citizen.path == "/terima-kasih/warga/"
    assert stored(site)[-1] == ("receipt", "terbuka", "")
    assert second
    assert citizen.complaints == []


def test_the_keyboard_alone_is_enough(site: Site, made: list[str], visitor: Callable[..., Visitor]) -> None:
    citizen = visitor("warga-papan-tik", size=DESK)
    page = citizen.page
    citizen.go(f"/l/{POINT}/nilai/")
    page.locator("[data-forward]").focus()  # the first question is skipped
    page.keyboard.press("Enter")
    for _number in range(2, QUESTIONS + 1):
        # The focus stands on the new question; its name is the question itself.
        assert page.evaluate("document.activeElement.matches('fieldset')")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")  # Enter goes on and does not send
    assert page.evaluate("document.activeElement.name") == "remark"
    page.keyboard.type("Dengan papan tik.")
    page.wait_for_timeout(READING)
    while not page.evaluate("document.activeElement.matches('main button[type=submit]')"):
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/terima-kasih/")
    rows = site.query(
        "SELECT a.value, count(*) FROM feedback_answer a JOIN feedback_response r ON r.id = a.response_id "
        "WHERE r.remark = 'Dengan papan tik.' GROUP BY a.value"
    )
    assert [(int(value), int(count)) for value, count in rows] == [(2, QUESTIONS - 1)]
    assert citizen.complaints == []


def test_out_of_reach_the_answers_wait_in_the_tab_and_are_sent_by_hand(
    site: Site, made: list[str], visitor: Callable[..., Visitor]
) -> None:
    citizen = visitor("warga-luring")
    page = citizen.page
    citizen.go(f"/l/{POINT}/nilai/")
    before = len(stored(site))
    citizen.context.set_offline(True)
    for _number in range(QUESTIONS):
        page.locator("[data-step]:visible label[for]").nth(1).click()
        page.locator("[data-forward]").click()
    citizen.fill(remark="Di ruang bawah tanah.")
    page.wait_for_timeout(READING)
    send = page.locator("main button[type=submit]")
    send.click()
    note = page.locator("[data-note]")
    note.wait_for(state="visible")
    page.wait_for_function("document.querySelector('[data-note]').textContent.includes('tab')")
    assert page.locator('[name="remark"]').input_value() == "Di ruang bawah tanah."
    citizen.context.set_offline(False)
    page.wait_for_timeout(1500)
    # Nothing is sent by itself; and a tab that was reloaded still has it all.
    assert len(stored(site)) == before
    page.reload()
    assert page.locator('[name="remark"]').input_value() == "Di ruang bawah tanah."
    assert page.locator("input[type=radio]:checked").count() == QUESTIONS
    citizen.press_button(send)
    page.wait_for_url("**/terima-kasih/")
    assert len(stored(site)) == before + 1
    assert page.evaluate("sessionStorage.length") == 0
    # Going back and sending once more is the same rating.
    page.go_back()
    page.wait_for_load_state()
    assert len(stored(site)) == before + 1


def test_a_kiosk_forgets_each_person(site: Site, made: list[str], visitor: Callable[..., Visitor]) -> None:
    kiosk = made[0]
    tablet = visitor("kios", size=DESK)
    page = tablet.page
    tablet.go(f"/kios/{kiosk}/")
    tablet.follow(f'a[href="/kios/{kiosk}/nilai/"]')
    for _number in range(QUESTIONS):
        page.locator("[data-step]:visible label[for]").nth(3).click()
        page.locator("[data-forward]").click()
    tablet.fill(remark="Rahasia orang pertama.")
    page.wait_for_timeout(READING)
    tablet.press_button(page.locator("main button[type=submit]"))
    assert tablet.path == f"/kios/{kiosk}/terima-kasih/"
    page.go_back()
    page.wait_for_load_state()
    assert page.locator("input:checked").count() == 0
    assert "Rahasia" not in page.content()
    assert page.evaluate("sessionStorage.length") == 0
    # The start page comes by itself, or by the button.
    tablet.go(f"/kios/{kiosk}/nilai/")
    page.locator("[data-step]:visible label[for]").nth(3).click()
    tablet.follow(f'main a[href="/kios/{kiosk}/"]')
    tablet.follow(f'a[href="/kios/{kiosk}/nilai/"]')
    assert page.locator("input:checked").count() == 0
    assert stored(site)[-1] == ("kiosk", "terbuka", "")
