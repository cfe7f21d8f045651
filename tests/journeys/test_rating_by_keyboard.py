"""The appraiser rates everybody in one dimension with the keyboard alone; what is typed is on the server at once."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

PASSWORD = "sandi-uji-yang-panjang"
PREPARE = """
from datetime import UTC, datetime
from apps.assessments.models import Evaluation
from apps.assessments.services import closing
from tests.world import World
world = World("serang")
for number in range(3):
    world.make_skp(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
period = world.make_periods()[1]
closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=datetime(2026, 7, 20, tzinfo=UTC))
print("MADE", world.head.nip, period.pk)
"""


@dataclass(frozen=True)
class Board:
    """An appraiser with three people."""

    nip: str
    period: int

    def path(self, page: str) -> str:
        """The address of a page of this appraiser."""
        return f"/pengawas/penilaian/{self.period}/{page}/"


@pytest.fixture(scope="module")
def board(site: Site) -> Board:
    """Make the people once for the module."""
    nip, period = site.manage("shell", "-c", PREPARE).split("MADE ")[1].split()
    return Board(nip, int(period))


@pytest.fixture
def appraiser(board: Board, visitor: Callable[..., Visitor]) -> Visitor:
    """The appraiser, signed in."""
    person = visitor("penilai")
    person.go("/masuk/")
    person.fill(username=board.nip, password=PASSWORD)
    person.press()
    return person


def drafts(site: Site) -> list[tuple[str, str]]:
    """Return what the server has of the drafts."""
    return [
        (str(rating), str(reason))
        for rating, reason in site.query(
            "SELECT rating, reason FROM assessments_ratingdraft ORDER BY rating, reason"
        )
    ]


def test_tab_and_arrows_are_enough_and_a_killed_browser_loses_nothing(
    site: Site, board: Board, appraiser: Visitor, visitor: Callable[..., Visitor]
) -> None:
    appraiser.go(board.path("perilaku"))
    page = appraiser.page
    assert page.locator("main input[type=radio]:checked").count() == 0
    first = page.locator("[data-rating-row]").first
    reason = first.locator("textarea")
    assert not reason.is_visible()
    first.locator("input[type=radio]").first.focus()
    with page.expect_response("**/otomatis/") as answer:
        page.keyboard.press("Space")
    assert answer.value.status == 200
    assert reason.is_visible()
    page.keyboard.press("Tab")
    assert reason.evaluate("field => field === document.activeElement")
    with page.expect_response("**/otomatis/") as answer:
        page.keyboard.type("Selalu menolong unit lain.")
    assert answer.value.status == 200
    page.locator('[data-save-state][data-tone="success"]').wait_for()
    # The arrow moves the choice of the next person; nothing else on the page changes.
    page.keyboard.press("Tab")
    while not page.evaluate(
        "document.activeElement.matches('[data-rating-row]:nth-of-type(2) input[type=radio]')"
    ):
        page.keyboard.press("Tab")
    with page.expect_response("**/otomatis/"):
        page.keyboard.press("ArrowDown")
    page.locator('[data-save-state][data-tone="success"]').wait_for()
    page.close()
    assert drafts(site) == [
        ("above_expectation", "Selalu menolong unit lain."),
        ("meets_expectation", ""),
    ]
    again = visitor("penilai lagi")
    again.go("/masuk/")
    again.fill(username=board.nip, password=PASSWORD)
    again.press()
    again.go(board.path("perilaku"))
    assert again.page.locator("main input[type=radio]:checked").count() == 2
    assert "Selalu menolong unit lain." in again.page.locator("textarea").first.input_value()
    assert again.complaints == []


def test_a_second_tab_shows_both_and_overwrites_nothing(site: Site, board: Board, appraiser: Visitor) -> None:
    appraiser.go(board.path("hasil"))
    one = appraiser.page
    other = appraiser.context.new_page()
    other.goto(appraiser.url + board.path("hasil"))
    for page, text in ((one, "Dari tab pertama."), (other, "Dari tab kedua.")):
        row = page.locator("[data-rating-row]").first
        row.locator("label").first.click()
        row.locator("textarea").fill(text)
        page.get_by_role("button", name="Simpan", exact=True).click()
        page.wait_for_load_state()
    text = other.locator("main").inner_text()
    assert "Dari tab pertama." in text
    assert other.locator("textarea").first.input_value() == "Dari tab kedua."
    assert ("above_expectation", "Dari tab pertama.") in drafts(site)
    other.get_by_role("button", name="Simpan", exact=True).click()
    other.wait_for_load_state()
    assert ("above_expectation", "Dari tab kedua.") in drafts(site)
