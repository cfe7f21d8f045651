"""F17: decisions at the same moment. Exactly one wins, the others are told, and no text is lost."""

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


def _at_once(*deeds: Callable[[], Answer]) -> list[Answer]:
    """Do things at the same moment; the answers in the order of the deeds."""
    start, answers = threading.Barrier(len(deeds)), [Answer(0)] * len(deeds)

    def act(number: int, deed: Callable[[], Answer]) -> None:
        start.wait()
        answers[number] = deed()

    threads = [threading.Thread(target=act, args=row) for row in enumerate(deeds)]
    for thread in threads:
        thread.start()
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
    for number in range(rounds(3)):
        base = f"/laporan/{report}"
        if writer.ask("GET", f"{base}/capaian/").status != 200:
            writer.take_back(base)
        ((before,),) = site.query(versions, report)
        path, fields = writer.form(f"{base}/periksa/", "/kirim/")
        answers = _at_once(*[partial(writer.ask, "POST", path, fields)] * SENDERS)
        trial.tries += SENDERS
        assert {answer.status for answer in answers} == {302}, "everybody gets the receipt"
        assert site.query(versions, report) == [(before + 1,)], "one report was sent"

        notes = {
            verb: f"Catatan {verb} {number} {trial.chance.random()}" for verb in ("terima", "kembalikan")
        }
        ((version,),) = site.query("SELECT version FROM assessments_selfreport WHERE id = %s", report)
        forms = {
            verb: _guard(person, str(uuid.uuid4())) | {"note": notes[verb], "version": str(version)}
            for verb, person in (("terima", head), ("kembalikan", second))
        }
        recall = _guard(writer, str(uuid.uuid4())) | {"confirmed": "1"}
        accepted, returned, recalled = _at_once(
            partial(head.ask, "POST", f"/pengawas/laporan/{report}/terima/", forms["terima"]),
            partial(second.ask, "POST", f"/pengawas/laporan/{report}/kembalikan/", forms["kembalikan"]),
            partial(writer.ask, "POST", f"{base}/tarik/", recall),
        )
        trial.tries += 3
        decided = _decided(trial, report)
        assert sum(decided.values()) == 1, f"one decision: {decided}"
        winner = next(iter(decided))
        for answer, verb, action in ((accepted, "terima", "accept"), (returned, "kembalikan", "return")):
            assert (answer.status == 302) == (winner == action), (verb, answer.status, winner)
            if winner != action and winner != "recall":
                assert answer.status == 409, "the other is told"
                assert notes[verb] in unescape(answer.text), "with the typed note on the page"
        assert recalled.status == 302
        if winner == "accept":
            break  # an accepted report is the end of it
    trial.examine()
