"""The load client: people who send things while processes are being killed, and note every receipt they get.

A program of its own (`python -m tests.faults.load PLAN.json`), so that it lives through everything. An answer that says
"received" goes into the ledger with fsync before the next thing is begun. Whatever else comes back is noted too: a page
that was shown, whether the typed text stood on it, or no answer at all. The same filled-in form is then sent again,
with the same key, until it is received; SIGTERM ends the work after the last one has been.
"""

import http.client
import json
import os
import random
import re
import signal
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

# A person gives up some time; here that is a finding.
PATIENCE = 600.0
ANSWER_WITHIN = 120.0

Fields = dict[str, str]


class Forms(HTMLParser):
    """The forms of a page: the address each goes to, and what a browser would send unchanged."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []
        self.choices: dict[str, list[str]] = {}
        self._fields: Fields | None = None
        self._text = ""
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self._fields = {}
            self.found.append((values.get("action", ""), self._fields))
        if self._fields is None or not (name or tag == "option"):
            return
        if tag == "input" and values.get("type") == "radio":
            self.choices.setdefault(name, []).append(values.get("value", ""))
        elif tag == "input" and (values.get("type") != "checkbox" or "checked" in values):
            self._fields[name] = values.get("value", "")
        elif tag == "textarea":
            self._fields[name], self._text = "", name
        elif tag == "select":
            self._fields[name], self._select = "", name
        elif tag == "option" and self._select and "selected" in values:
            self._fields[self._select] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text and self._fields is not None:
            self._fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._fields = None

    def with_key(self, action: str = "") -> tuple[str, Fields] | None:
        """The form that creates something, the one with a key; or the one that goes to an address like `action`."""
        for address, fields in self.found:
            if "_key" in fields and address.endswith(action):
                return address, dict(fields)
        return None


@dataclass
class Answer:
    """What came back; status 0 if nothing did."""

    status: int
    location: str = ""
    text: str = ""
    begun: float = 0.0


@dataclass
class Notes:
    """Ledger and seen pages: one line each, on the disk before anybody goes on."""

    ledger: Path
    seen: Path
    lock: threading.Lock = field(default_factory=threading.Lock)

    def received(self, **values: object) -> None:
        """Note a receipt."""
        self._write(self.ledger, values, sync=True)

    def saw(self, **values: object) -> None:
        """Note an answer that was no receipt."""
        self._write(self.seen, values, sync=False)

    def _write(self, path: Path, values: dict[str, object], *, sync: bool) -> None:
        with self.lock, path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": time.time(), **values}) + "\n")
            file.flush()
            if sync:
                os.fsync(file.fileno())


class GaveUp(Exception):
    """Raised when a thing was not received for so long that a person would have gone home."""


class Visitor(threading.Thread):
    """Somebody with a browser who sends one thing after the other."""

    kind = ""

    def __init__(self, number: int, plan: dict[str, Any], notes: Notes, stop: threading.Event) -> None:
        super().__init__(name=f"{self.kind}-{number}")
        self.plan, self.notes, self.stop = plan, notes, stop
        self.mark = f"{plan['run']}-{self.name}"
        self.chance = random.Random(f"{plan['seed']}-{self.name}")
        self.cookies: dict[str, str] = {}
        self.login = ""
        self.count = 0

    def run(self) -> None:
        """Send until told to stop, always finishing what was begun."""
        while not self.stop.is_set():
            self.count += 1
            try:
                self.one(f"{self.mark}-{self.count}")
            except GaveUp as error:
                self.notes.saw(kind=self.kind, status=-1, path=str(error), kept=False, bare=True)
                return
            time.sleep(self.chance.uniform(0.1, 0.3))

    def one(self, text: str) -> None:
        """Send one thing that carries this text."""
        raise NotImplementedError

    # --- talking to the site

    def ask(self, method: str, path: str, data: Fields | None = None) -> Answer:
        """Send one request on a connection of its own; redirections are not followed."""
        begun = time.time()
        host = urllib.parse.urlsplit(self.plan["url"])
        connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=ANSWER_WITHIN)
        headers = {"Referer": self.plan["url"] + path, "Accept-Language": "id"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(
                method, path, urllib.parse.urlencode(data) if data is not None else None, headers
            )
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return Answer(0, begun=begun)
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _sign, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location", ""), text, begun)

    def form(self, path: str, action: str = "") -> tuple[str, Fields]:
        """Open a page and return its form: where it goes, and its fields."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self.ask("GET", path)
            if answer.status == 200 and (found := Forms(answer.text).with_key(action)):
                self.choices = Forms(answer.text).choices
                return found[0] or path, found[1]
            if answer.status == 302 and "/masuk" in answer.location:
                self.sign_in()
                continue
            if answer.status == 302:
                self.led_away(answer.location)
                continue
            self.note(answer, path, "")
            self.pause()
        raise GaveUp(path)

    def led_away(self, location: str) -> None:
        """Do what is to be done when a page leads to another one instead of showing its form."""
        raise GaveUp(f"led away to {location}")

    def send(self, path: str, fields: Fields, text: str) -> Answer:
        """Send a form until it is received; whatever else comes is noted."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self.ask("POST", path, fields)
            if answer.status in {302, 303} and "/masuk" not in answer.location:
                return answer
            self.note(answer, path, text)
            if answer.status in {302, 303}:
                self.sign_in()
            if answer.status in {403, 409, 422}:
                return answer
            self.pause()
        raise GaveUp(path)

    def note(self, answer: Answer, path: str, text: str) -> None:
        """Note a page that is no receipt: is it one of ours, and does it still hold what was typed?"""
        is_ours = "<html" in answer.text and 'lang="id"' in answer.text and "<h1" in answer.text
        self.notes.saw(
            kind=self.kind,
            path=path,
            status=answer.status,
            begun=answer.begun,
            kept=text in unescape(answer.text) if text else True,
            bare=answer.status >= 400 and (answer.status == 500 or not is_ours),
        )

    def pause(self) -> None:
        """Wait as a person does, only shorter."""
        time.sleep(self.chance.uniform(0.1, 0.4))

    def sign_in(self) -> None:
        """Sign in anew."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            path, fields = self.form_of_sign_in()
            answer = self.ask(
                "POST", path, fields | {"username": self.login, "password": self.plan["password"]}
            )
            if answer.status == 302:
                return
            self.note(answer, path, "")
            self.pause()
        raise GaveUp("/masuk/")

    def form_of_sign_in(self) -> tuple[str, Fields]:
        """Open the sign-in page."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self.ask("GET", "/masuk/")
            for address, fields in Forms(answer.text).found:
                if "password" in fields:
                    return address or "/masuk/", fields
            self.note(answer, "/masuk/", "")
            self.pause()
        raise GaveUp("/masuk/")


class Writer(Visitor):
    """A civil servant who writes lines of daily work."""

    kind = "line"

    def one(self, text: str) -> None:
        path, fields = self.form("/laporan/cepat/")
        answer = self.send(path, fields | {"text": text}, text)
        if answer.status == 302:
            self.notes.received(kind=self.kind, text=text, key=fields["_key"])


class Reporter(Visitor):
    """A civil servant who sends a report, takes it back, changes it and sends it again."""

    kind = "report"
    report = 0

    def one(self, text: str) -> None:
        base = f"/laporan/{self.report}"
        path, fields = self.form(f"{base}/capaian/")
        if self.send(path, fields | {"text": text}, text).status != 302:
            return  # two texts side by side: the next round begins with what is stored
        path, fields = self.form(f"{base}/periksa/", "/kirim/")
        if self.send(path, fields, "").status == 302:
            self.notes.received(kind=self.kind, text=text, report=self.report, key=fields["_key"])
        self.take_back(base)

    def led_away(self, location: str) -> None:
        """Take back what was sent by somebody who was interrupted then."""
        if not location.endswith(f"/laporan/{self.report}/"):
            super().led_away(location)
        self.take_back(f"/laporan/{self.report}")

    def take_back(self, base: str) -> None:
        """Take the sent report back."""
        path, fields = self.form(f"{base}/", "/tarik/")
        self.send(path, fields | {"confirmed": "1"}, "")


class Citizen(Visitor):
    """Somebody at the counter who rates."""

    kind = "rating"

    def one(self, text: str) -> None:
        path, fields = self.form(f"/l/{self.plan['point']}/nilai/")
        answers = {name: self.chance.choice(values) for name, values in self.choices.items() if values}
        remark = next(name for name in fields if name in {"remark", "catatan", "saran", "isi"})
        answer = self.send(path, fields | answers | {remark: text}, text)
        if answer.status == 302:
            self.notes.received(kind=self.kind, text=text, key=fields["_key"])


class Complainer(Visitor):
    """Somebody who complains, page by page."""

    kind = "complaint"

    def one(self, text: str) -> None:
        kind = {"kind": "ringan", "about": f"s:{self.plan['service']}"}
        path, fields = self.form(f"/aduan/baru/?titik={self.plan['point']}")
        self.send(path, fields | kind, "")
        path, fields = self.form("/aduan/baru/kejadian/")
        self.send(path, fields | {"subject": text, "body": f"Uraian {text}"}, text)
        path, fields = self.form("/aduan/baru/kontak/")
        self.send(path, fields | {"identity": "anonymous"}, "")
        path, fields = self.form("/aduan/baru/periksa/")
        answer = self.send(path, fields, "")
        if answer.status == 302 and "/terkirim/" in answer.location:
            number = re.search(r"/aduan/([^/]+)/terkirim/", answer.location)
            assert number
            self.notes.received(kind=self.kind, text=text, number=number[1], key=fields["_key"])


def people(plan: dict[str, Any], notes: Notes, stop: threading.Event) -> list[Visitor]:
    """Make everybody whom the plan names."""
    made: list[Visitor] = []
    for number, login in enumerate(plan["writers"]):
        writer = Writer(number, plan, notes, stop)
        writer.login = login
        made.append(writer)
    for number, row in enumerate(plan["reporters"]):
        reporter = Reporter(number, plan, notes, stop)
        reporter.login, reporter.report = row["login"], row["report"]
        made.append(reporter)
    made.extend(Citizen(number, plan, notes, stop) for number in range(plan["citizens"]))
    made.extend(Complainer(number, plan, notes, stop) for number in range(plan["complainers"]))
    return made


def main(plan_file: str) -> int:
    """Run until SIGTERM; the last things are still received before the end."""
    plan = json.loads(Path(plan_file).read_text("utf-8"))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    notes = Notes(Path(plan["ledger"]), Path(plan["seen"]))
    everybody = people(plan, notes, stop)
    for person in everybody:
        person.start()
    while any(person.is_alive() for person in everybody):
        time.sleep(0.05)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
