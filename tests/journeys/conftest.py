"""A site and browsers for the journeys."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from .site import Site
from .visitor import Visitor

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-dev-shm-usage --no-first-run"
).split()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this session."""
    made = Site(tmp_path_factory.mktemp("journey"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, or the one named by CHROMIUM."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium", args=ARGUMENTS
        )
        yield started
        started.close()


@pytest.fixture
def visitor(site: Site, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Make people with browsers; a failed journey leaves their last pages in the run folder."""
    people: list[Visitor] = []

    def arrive(name: str, size: dict[str, int] = PHONE, **options: Any) -> Visitor:
        context = browser.new_context(
            locale="id-ID", timezone_id="Asia/Makassar", viewport=size, accept_downloads=True, **options
        )
        people.append(Visitor(name, context, site.url))
        return people[-1]

    failed_before = request.session.testsfailed
    yield arrive
    if request.session.testsfailed > failed_before:
        _leave_traces(people, site)
    for person in people:
        person.context.close()


def _leave_traces(people: list[Visitor], site: Site) -> None:
    folder = Path(os.environ.get("RUN_DIR") or ".run") / "journeys"
    folder.mkdir(parents=True, exist_ok=True)
    for person in people:
        person.page.screenshot(path=folder / f"{person.name}.png", full_page=True)
        (folder / f"{person.name}.html").write_text(person.page.content(), "utf-8")
    for name in site.processes:
        (folder / f"{name}.log").write_bytes(site.log(name).read_bytes())
