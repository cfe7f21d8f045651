"""F3, F4: the web process is killed in the middle of a POST; the answer is lost on its way."""

import threading
import time

import pytest

from .conftest import Trial, rounds
from .load import Notes, Writer
from .proxy import LossyProxy

pytestmark = pytest.mark.faults

POINTS = {"before-commit": 0, "after-commit": 1, "before-response": 1}


def _writer(trial: Trial) -> Writer:
    """A civil servant who is led by the test, step by step."""
    site = trial.site
    plan = {"url": site.url, "run": f"{trial.name}x0", "seed": "0", "password": site.made["password"]}
    notes = Notes(trial.folder / "led.jsonl", trial.folder / "led-seen.jsonl")
    writer = Writer(0, plan, notes, threading.Event())
    writer.login = site.made["writers"][-1]
    return writer


@pytest.mark.fault("F3", "web worker killed in mid-POST")
def test_killed_web_worker(trial: Trial) -> None:
    site, load = trial.site, trial.load()
    load.wait_for_receipts(2)
    writer = _writer(trial)
    for number in range(rounds(1)):
        for point, stored in POINTS.items():
            text = f"{load.plan.parent.name}-led-{point}-{number}"
            path, fields = writer.form("/laporan/cepat/")
            trap = site.arm("web", point, text)
            assert writer.ask("POST", path, fields | {"text": text}).status == 0, "no answer came"
            struck = time.time()
            assert trap.sprung, "the kill struck this request"
            trial.tries += 1
            count = "SELECT count(*) FROM assessments_progressentry WHERE text = %s"
            assert site.query(count, text) == [(stored,)], point
            site.wait_for(lambda: writer.ask("GET", "/healthz").status == 200, "the web process back")
            trial.recovered(struck)
            assert writer.send(path, fields | {"text": text}, text).status == 302, "the same form again"
            assert site.query(count, text) == [(1,)], point
    trial.examine()


@pytest.mark.fault("F4", "answers lost on their way")
def test_lost_answers(trial: Trial) -> None:
    with LossyProxy(trial.site.port, trial.chance, share=0.3) as proxy:
        load = trial.load(url=proxy.url)
        trial.site.wait_for(lambda: proxy.lost >= 10 * rounds(1), "answers getting lost")
        load.wait_for_receipts(10)
        proxy.share = 0.0
        load.finish()
        trial.tries = proxy.lost
    trial.examine()
