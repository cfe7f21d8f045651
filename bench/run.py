"""Measure a running demo site: every figure as a ratio to a limit measured in the same run.

`make bench` (a site started with `make run` must be up). Absolute figures swing with the machine's load, so only ratios
inside one run mean anything; each is the median of interleaved rounds, with its spread. The table is printed, kept in
bench/results/ and compared with the last kept one. More goals (G1 to G12 of shared/reference/performance.md) come with
the engine work.
"""

import http.cookiejar
import json
import os
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
SITE = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
PASSWORD = "sandi-contoh-2026"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
PER_ROUND = int(os.environ.get("BENCH_PER_ROUND", "8"))


class Visitor:
    """A browser without pictures: cookies, GET and POST over a connection of its own."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str, headers: dict[str, str] | None = None) -> str:
        """Return a page's text; 304 counts as an answer."""
        request = urllib.request.Request(SITE + path, headers=headers or {})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return ""
            raise

    def post(self, path: str, data: dict[str, str]) -> str:
        """Send a form and return the page it leads to."""
        body = urllib.parse.urlencode(data).encode()
        request = urllib.request.Request(SITE + path, data=body, headers={"Referer": SITE + path})
        with self.opener.open(request, timeout=30) as answer:
            return answer.read().decode()

    def hidden(self, page: str) -> dict[str, str]:
        """Return the hidden fields of a page's form."""
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))

    def sign_in(self, login: str) -> "Visitor":
        """Sign a demo person in."""
        form = self.hidden(self.get("/masuk/"))
        self.post("/masuk/", form | {"username": login, "password": PASSWORD})
        return self


@dataclass(frozen=True)
class Goal:
    """A case, the limit it is compared with, and the ratio it should not exceed."""

    name: str
    case: str
    limit: str
    at_most: float


GOALS = (
    Goal("G6 live stamp / hello", "stamp", "hello", 1 / 0.7),
    Goal("G4 supervisor's page / hello", "today", "hello", 12.0),
    Goal("G5 survey page / hello", "survey", "hello", 2.0),
    Goal("   start page of staff / hello", "home", "hello", 12.0),
    Goal("   public result page / hello", "result", "hello", 4.0),
    Goal("   rating sent / survey page", "rating", "survey", 8.0),
)


def cases() -> dict[str, Callable[[], object]]:
    """Return what is measured; the set-up is not part of the time."""
    citizen = Visitor()
    services = citizen.get("/layanan/")
    slug = re.search(r'href="/layanan/(kendari-[a-z0-9-]+)/"', services)
    if slug is None:
        raise SystemExit("The demo's services are not there. Start a demo site with `make run` first.")
    head = Visitor().sign_in("pejabat-penilai@kendari.example")
    staff = Visitor().sign_in("pegawai@kendari.example")
    page = head.get("/pengawas/")
    stamp = re.search(r'data-live-stamp-url="([^"]+)"', page)
    code = re.search(r'href="/l/([a-z0-9-]+)/', citizen.get(f"/layanan/{slug.group(1)}/"))
    survey = f"/l/{code.group(1)}/nilai/" if code else "/layanan/"
    form_page = citizen.get(survey)
    names = sorted(
        set(re.findall(r'type="radio"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="radio"', form_page))
    )
    unsur = [first or second for first, second in names]

    def rate() -> None:
        hidden = citizen.hidden(form_page) | {"_key": str(uuid.uuid4())}
        citizen.post(survey, hidden | dict.fromkeys(unsur, "3"))

    found: dict[str, Callable[[], object]] = {
        "hello": lambda: citizen.get("/healthz"),
        "today": lambda: head.get("/pengawas/"),
        "home": lambda: staff.get("/beranda/"),
        "survey": lambda: citizen.get(survey),
        "result": lambda: citizen.get(f"/layanan/{slug.group(1)}/"),
        "rating": rate,
    }
    if stamp is not None:
        address = stamp.group(1)
        found["stamp"] = lambda: head.get(address)
    return found


def measure(found: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Return seconds per request, one figure per case and round; the cases take turns within a round."""
    times: dict[str, list[float]] = {name: [] for name in found}
    for name in found:
        found[name]()  # warm
    for _round in range(ROUNDS):
        for name, run in found.items():
            start = time.perf_counter()
            for _one in range(PER_ROUND):
                run()
            times[name].append((time.perf_counter() - start) / PER_ROUND)
    return times


def main() -> int:
    """Measure, print, keep, compare."""
    times = measure(cases())
    last_files = sorted(RESULTS.glob("*.json"))
    last = json.loads(last_files[-1].read_text("utf-8"))["ratios"] if last_files else {}
    ratios: dict[str, float] = {}
    print(f"{'goal':<36}{'ratio':>8}{'spread':>16}{'at most':>9}{'last':>8}")
    for goal in GOALS:
        if goal.case not in times:
            continue
        rounds = [case / limit for case, limit in zip(times[goal.case], times[goal.limit], strict=True)]
        middle = statistics.median(rounds)
        low, high = statistics.quantiles(rounds, n=4)[0], statistics.quantiles(rounds, n=4)[2]
        ratios[goal.name.strip()] = round(middle, 2)
        mark = "" if middle <= goal.at_most else "  MISSED"
        before = last.get(goal.name.strip())
        print(
            f"{goal.name:<36}{middle:>8.2f}{f'{low:.2f}-{high:.2f}':>16}{goal.at_most:>9.2f}"
            f"{before if before is not None else '-':>8}{mark}"
        )
    milliseconds = {name: round(statistics.median(values) * 1000, 2) for name, values in times.items()}
    print("medians in ms (they swing with the machine):", milliseconds)
    now = datetime.now(UTC)
    kept = {"at": now.isoformat(timespec="seconds"), "ratios": ratios, "milliseconds": milliseconds}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{now:%Y%m%d-%H%M%S}.json").write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
