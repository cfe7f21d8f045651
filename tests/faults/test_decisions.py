"""F17: decisions at the same moment. The first wins, the others are told, and no text is lost."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from html import unescape

import pytest

from .conftest import Trial, rounds
from .load import Answer, Forms, Notes, Reporter

pytestmark = pytest.mark.faults

SENDERS = 30
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)

Deed = Callable[[], Answer]


def _somebody(trial: Trial, login: str) -> Reporter:
    site = trial.site
    plan = {"url": site.url, "run": "F17", "seed": "0", "password": site.made["password"]}
    notes = Notes(trial.folder / "led.jsonl", trial.folder / "led-seen.jsonl")
    person = Reporter(0, plan, notes, threading.Event())
    person.login = login
    person.sign_in()
    return person


def _guard(person: Reporter, key: str) -> dict[str, str]:
    """What every form carries, from any page that has a form, with a key of ours."""
    page = person.ask("GET", "/laporan/")
    token = next(fields["csrfmiddlewaretoken"] for _to, fields in Forms(page.text).found)
    return {"csrfmiddlewaretoken": token, "_key": key}


def _overlapping(trial: Trial, work: str, first: Deed, *others: Deed) -> list[Answer]:
    """Hold the first in the middle of its work until others wait for its lock; return the answers in that order."""
    site, answers = trial.site, [Answer(0)] * (1 + len(others))

    def act(number: int, deed: Deed) -> None:
        answers[number] = deed()

    threads = [threading.Thread(target=act, args=row) for row in enumerate((first, *others))]
    trap = site.arm("web", trial.chance.choice(("after-write", "before-commit")), work, deed="hold")
    threads[0].start()
    site.wait_for(lambda: trap.sprung, "the first in the middle of it")
    for thread in threads[1:]:
        thread.start()
    site.wait_for(lambda: site.query(WAITING)[0][0] >= 2, "two who wait for the first")
    trap.open()
    for thread in threads:
        thread.join()
    return answers


def _decided(trial: Trial, report: int) -> Counter[str]:
    """What was decided about the newest version."""
    return Counter(
        action
        for (action,) in trial.site.query(
            "SELECT d.action FROM assessments_reportdecision d JOIN assessments_selfreport r ON r.id = d.report_id "
            "WHERE r.id = %s AND d.version = r.version AND d.action <> 'submit'",
            report,
        )
    )


@pytest.mark.fault("F17", "decisions at the same moment")
def test_concurrent_decisions(trial: Trial) -> None:
    site = trial.site
    row = site.made["reporters"][-1]
    report: int = row["report"]
    writer, head, second = (_somebody(trial, login) for login in (row["login"], *[row["appraiser"]] * 2))
    versions = "SELECT count(*) FROM assessments_reportversion WHERE report_id = %s"
    winners = ["recall", "return"] * rounds(1)
    trial.chance.shuffle(winners)
    for number, winner in enumerate([*winners, "accept"]):  # an accepted report is the end of it
        base = f"/laporan/{report}"
        if writer.ask("GET", f"{base}/capaian/").status != 200:
            writer.take_back(base)
        ((before,),) = site.query(versions, report)
        path, fields = writer.form(f"{base}/periksa/", "/kirim/")
        sending = partial(writer.ask, "POST", path, fields)
        answers = _overlapping(trial, "INSERT INTO assessments_reportversion", *[sending] * SENDERS)
        trial.tries += SENDERS
        assert Counter(answer.status for answer in answers) == {302: SENDERS}, "everybody gets the receipt"
        assert site.query(versions, report) == [(before + 1,)], "one report was sent"

        notes = {
            action: f"Catatan {action} {number} {trial.chance.random()}" for action in ("accept", "return")
        }
        ((version,),) = site.query("SELECT version FROM assessments_selfreport WHERE id = %s", report)
        forms = {
            action: _guard(person, str(uuid.uuid4())) | {"note": notes[action], "version": str(version)}
            for action, person in (("accept", head), ("return", second))
        }
        recall = _guard(writer, str(uuid.uuid4())) | {"confirmed": "1"}
        deeds = {
            "accept": partial(head.ask, "POST", f"/pengawas/laporan/{report}/terima/", forms["accept"]),
            "return": partial(second.ask, "POST", f"/pengawas/laporan/{report}/kembalikan/", forms["return"]),
            "recall": partial(writer.ask, "POST", f"{base}/tarik/", recall),
        }
        order = [winner, *(action for action in deeds if action != winner)]
        decisions = _overlapping(
            trial, "INSERT INTO assessments_reportdecision", *(deeds[action] for action in order)
        )
        trial.tries += len(deeds)
        assert _decided(trial, report) == {winner: 1}, "the first decides, nobody else"
        for action, answer in zip(order, decisions, strict=True):
            if action in {winner, "recall"}:
                assert answer.status == 302, (action, answer.status)
            else:
                assert answer.status == 409, f"{action} is told"
                assert notes[action] in unescape(answer.text), "with the typed note on the page"
    trial.examine()
