"""Somebody at a browser: opens pages, fills in forms by field name, presses buttons as a person would."""

import re
import time
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Response

PATIENCE = 15_000


class Visitor:
    """One person with one browser window."""

    def __init__(self, name: str, context: BrowserContext, url: str) -> None:
        self.name = name
        self.context = context
        self.url = url
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")

    @property
    def path(self) -> str:
        """Where the window stands."""
        return self.page.url.removeprefix(self.url)

    @property
    def text(self) -> str:
        """What is on the page, without the menus."""
        return self.page.locator("main").inner_text()

    def has_status(self, status: str) -> bool:
        """Whether the page shows something in this state."""
        return self.page.locator(f'main [data-value="{status}"]').count() > 0

    def go(self, path: str) -> None:
        """Open a page; it must be there."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{self.name}: {path} answers {answer.status}\n{self.text}"

    def follow(self, selector: str) -> None:
        """Click the first link that fits."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def fill(self, **values: Any) -> None:
        """Fill in fields of the page by their names, whatever their kind."""
        for name, value in values.items():
            self._fill_one(name, value)

    def _fill_one(self, name: str, value: Any) -> None:
        field = self.page.locator(f'main [name="{name}"]').first
        kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind in {"radio", "checkbox"}:
            wanted = self.page.locator(f'main [name="{name}"]')
            if value is not True:
                wanted = self.page.locator(f'main [name="{name}"][value="{value}"]')
            # The words are the button: the input itself is drawn smaller than its label.
            self.page.locator(f'label[for="{wanted.first.get_attribute("id")}"]').click()
        elif kind == "select":
            field.select_option(str(value))
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))

    def press(self, form: str = "", *, expect: int = 200) -> None:
        """Press the main button of a form, named by the end of its address; answer a question with yes."""
        chosen = f'main form[action$="{form}"]' if form else 'main form[method="post"]:has(button.button)'
        forms = self.page.locator(chosen)
        button = forms.first.locator('button[type="submit"].button').first
        self.press_button(button, expect=expect)

    def press_button(self, button: Locator, *, expect: int = 200) -> None:
        """Press one button and wait for the page that follows."""
        asks = button.evaluate("b => !!(b.dataset.confirm || (b.form && b.form.dataset.confirm))")
        if asks:
            button.click()
            button = self.page.locator("dialog[open] .buttons button").first
        with self.page.expect_navigation() as caught:
            button.click()
        answer = caught.value
        assert answer is not None
        if answer.status != expect:
            raise AssertionError(f"{self.name}: {answer.url} answers {answer.status}\n{self.text}")

    def wait_for_page(self, path: str, has: str, seconds: float) -> None:
        """Open a page again and again until it has something, as somebody does who expects an answer."""
        until = time.monotonic() + seconds
        while True:
            self.go(path)
            if self.page.locator(has).count():
                return
            assert time.monotonic() < until, f"{self.name}: no {has} on {path} in {seconds} s\n{self.text}"
            self.page.wait_for_timeout(500)

    def number_of(self, pattern: str) -> int:
        """Return the number that an address of the page carries, for example of `/laporan/(\\d+)/`."""
        for link in [self.path, *self.page.locator("main a").evaluate_all("a => a.map(x => x.pathname)")]:
            found = re.search(pattern, link)
            if found:
                return int(found.group(1))
        raise AssertionError(f"{self.name}: nothing like {pattern} on {self.path}\n{self.text}")
