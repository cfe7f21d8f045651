"""Take pictures of every page of a running demo site at 360 and 1280 pixels, as each role.

`make screenshots` (a site started with `make run` must be up). The pictures go to RUN_DIR/screenshots. Pages are found
by following links from each role's start page, so a new page appears here by itself. The run ends with a list of what
no person should see: server errors, sideways scroll, messages of the browser's console.
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SIZES = ((360, 740), (1280, 900))
PASSWORD = "sandi-contoh-2026"
ROLES = ("warga", "pegawai", "pejabat-penilai", "kepala-dinas", "kepegawaian", "petugas-aduan", "auditor")
# Files and answers for programs are no pages.
SKIP = re.compile(r"\.(svg|png|pdf|xlsx|csv)$|/unduh|/hasil/$|/api/|/bukti/\d+/$|/static/|/tanda/|templat")


@dataclass
class Findings:
    """What was seen and what should not have been."""

    pages: int = 0
    faults: list[str] = field(default_factory=list)


def pattern_of(path: str) -> str:
    """Return the shape of an address, so that a hundred people count as one page."""
    return re.sub(
        r"/(\d+|[0-9a-f-]{36}|[A-Z]{2}-[\w-]+|[a-z]+-[a-z]+-[a-z-]+|[a-z_]+\.[a-z_]+)(?=/|$)", "/N", path
    )


def sign_in(page: Page, site: str, login: str) -> None:
    """Sign a demo person in."""
    page.goto(f"{site}/masuk/")
    page.locator("input[name=username]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def visit(
    browser: Browser, site: str, role: str, government: str, folder: Path, limit: int, seen: Findings
) -> None:
    """Follow a role's links and take pictures in both sizes."""
    context = browser.new_context(viewport={"width": SIZES[0][0], "height": SIZES[0][1]}, locale="id-ID")
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text) if message.type == "error" else None)
    start = "/layanan/"
    if role != "warga":
        sign_in(page, site, f"{role}@{government}.example")
        start = "/beranda/"
    waiting, known = [start], {pattern_of(start)}
    while waiting and len(known) < limit:
        path = waiting.pop(0)
        console.clear()
        response = page.goto(site + path)
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            continue
        if response.status >= 500:
            seen.faults.append(f"{role} {path}: {response.status}")
        name = re.sub(r"\W+", "_", f"{role}{pattern_of(path)}").strip("_")[:100]
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if overflow > 1:
                seen.faults.append(f"{role} {path}: {overflow}px wider than the screen at {width}px")
        seen.faults += [f"{role} {path}: console: {text[:160]}" for text in console]
        seen.pages += 1
        links = page.eval_on_selector_all(
            "main a[href], nav a[href]", "all => all.map(a => a.getAttribute('href'))"
        )
        for link in links:
            target = urlsplit(link if link.startswith("/") else f"{path.partition('?')[0]}{link}")
            if link.startswith(("http", "mailto:", "tel:", "#")) or SKIP.search(target.path):
                continue
            shape = pattern_of(target.path)
            if shape not in known:
                known.add(shape)
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    context.close()


def main() -> int:
    """Run for all roles; the exit code says whether something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default=os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--government", default="kendari")
    parser.add_argument("--role", choices=ROLES, action="append")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument(
        "--folder", type=Path, default=Path(os.environ.get("RUN_DIR", ".run")) / "screenshots"
    )
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    seen = Findings()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for role in options.role or ROLES:
            visit(browser, options.site, role, options.government, options.folder, options.limit, seen)
        browser.close()
    print(f"{seen.pages} pages in {options.folder}")
    for fault in seen.faults:
        print(f"FOUND {fault}")
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
