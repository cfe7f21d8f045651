"""What must be true after every fault, read past the product from its database and its files."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .site import Load, Site

# How often a text that was acknowledged stands in the database.
FOUND = {
    "line": "SELECT text, count(*) FROM assessments_progressentry WHERE text = ANY(%s) GROUP BY 1",
    "report": "SELECT content->>'achievements', count(*) FROM assessments_reportversion "
    "WHERE content->>'achievements' = ANY(%s) GROUP BY 1",
    "rating": "SELECT remark, count(*) FROM feedback_response WHERE remark = ANY(%s) GROUP BY 1",
    "complaint": "SELECT subject, count(*) FROM feedback_complaint "
    "WHERE subject = ANY(%s) AND body = 'Uraian ' || subject GROUP BY 1",
}
# Everything of a run, acknowledged or not: nothing may be there twice.
TWICE = {
    "line": "SELECT text FROM assessments_progressentry WHERE text LIKE %s GROUP BY 1 HAVING count(*) > 1",
    "report": "SELECT content->>'achievements' FROM assessments_reportversion "
    "WHERE content->>'achievements' LIKE %s GROUP BY 1 HAVING count(*) > 1",
    "rating": "SELECT remark FROM feedback_response WHERE remark LIKE %s GROUP BY 1 HAVING count(*) > 1",
    "complaint": "SELECT subject FROM feedback_complaint WHERE subject LIKE %s GROUP BY 1 HAVING count(*) > 1",
}
# Every result has its plan and its one row; every plan of a closed period has its result.
RESULTS = """
SELECT count(*), count(DISTINCT e.skp_id), count(s.id)
FROM assessments_evaluation e LEFT JOIN indicators_skp s ON s.id = e.skp_id AND s.status IN ('approved', 'closed')
WHERE e.period_id = %s
"""
RUNS = "SELECT step, count(*), count(DISTINCT unit_id), count(finished_at) FROM assessments_periodrun "
# Nothing happens in a town but the closing: nobody there is told anything twice.
MESSAGES_TWICE = """
SELECT n.recipient_id, n.text, count(*)
FROM core_notification n
JOIN employees_employee e ON e.user_id = n.recipient_id
JOIN employees_government g ON g.id = e.government_id
WHERE g.code = %s GROUP BY 1, 2, n.params HAVING count(*) > 1
"""
# A strike costs a try, never the work. What was made to fail is dropped by its test.
GIVEN_UP = (
    "SELECT id, task, last_error FROM core_outboxmessage WHERE parked_at IS NOT NULL AND done_at IS NULL"
)


@dataclass
class Finding:
    """What an examination found; empty lists are what is hoped for."""

    receipts: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost, nothing is there twice, and nothing else is wrong."""
        return not (self.lost or self.duplicated or self.wrong)


def examine(site: Site, loads: Iterable[Load] = (), towns: Iterable[Mapping[str, Any]] = ()) -> Finding:
    """Look at everything; the people have gone home, and the outbox was empty a moment ago.

    It may not be any more: beat goes on ticking, and a tick may promise something new while we look.
    """
    finding = Finding()
    for load in loads:
        _ledger(site, load, finding)
        _pages(load, finding)
    for town in towns:
        _results(site, town, finding)
    _chain(site, finding)
    _files(site, finding)
    if parked := site.query(GIVEN_UP):
        finding.wrong.append(f"given up: {parked[:5]}")
    return finding


def _ledger(site: Site, load: Load, finding: Finding) -> None:
    receipts = load.receipts()
    finding.receipts += len(receipts)
    for kind, statement in FOUND.items():
        texts = [row["text"] for row in receipts if row["kind"] == kind]
        found = dict(site.query(statement, texts))
        finding.lost += [f"{kind} {text}" for text in texts if text not in found]
        twice = Counter({text: count for text, count in found.items() if count > 1})
        finding.duplicated += [f"{kind} {text}" for text in twice]
        run = load.plan.parent.name
        finding.duplicated += [
            f"{kind} {text}" for (text,) in site.query(TWICE[kind], f"{run}-%") if text not in twice
        ]


def _pages(load: Load, finding: Finding) -> None:
    """Users saw a page of ours with their text on it, or no answer at all; never a bare error."""
    for row in load.shown():
        if row["bare"]:
            finding.wrong.append(f"bare answer {row['status']} at {row['path']}")
        elif row["status"] >= 400 and not row["kept"]:
            finding.wrong.append(f"text not kept on the page {row['status']} at {row['path']}")


def _results(site: Site, town: Mapping[str, Any], finding: Finding) -> None:
    ((rows, plans, with_plan),) = site.query(RESULTS, town["period"])
    if rows > plans:
        finding.duplicated.append(f"{rows - plans} evaluations of {town['code']}")
    if plans < town["plans"]:
        finding.lost.append(f"{town['plans'] - plans} evaluations of {town['code']}")
    if with_plan != rows:
        finding.wrong.append(f"{rows - with_plan} evaluations of {town['code']} without a plan in force")
    runs = {
        row[0]: row[1:] for row in site.query(RUNS + "WHERE period_id = %s GROUP BY step", town["period"])
    }
    if runs.get("close") != (1, 0, 1) or runs.get("prepare") != (town["units"],) * 3:
        finding.wrong.append(f"runs of {town['code']}: {runs}")
    twice = site.query(MESSAGES_TWICE, town["code"])
    finding.duplicated += [f"message {row}" for row in twice[:5]]


def _chain(site: Site, finding: Finding) -> None:
    """The chains hold, and none is shorter than when we looked last."""
    before: dict[str, tuple[int, str]] = getattr(site, "heads", {})
    for scope, (seq, digest) in before.items():
        if site.query("SELECT hash FROM core_auditentry WHERE scope = %s AND seq = %s", scope, seq) != [
            (digest,)
        ]:
            finding.wrong.append(f"audit chain {scope} lost its place {seq}")
    said = site.manage("verify_audit")
    if "BROKEN" in said:
        finding.wrong.append(said)
    site.heads = {  # type: ignore[attr-defined]
        scope: (seq, digest)
        for scope, seq, digest in site.query("SELECT scope, seq, hash FROM core_audithead")
    }


def _files(site: Site, finding: Finding) -> None:
    """No row without its whole file."""
    root = Path(site.environ["MEDIA_ROOT"])
    for sha256, size in site.query("SELECT sha256, size FROM core_storedfile"):
        path = root / sha256[:2] / sha256[2:4] / sha256
        if not path.is_file():
            finding.wrong.append(f"file {sha256[:12]} is missing")
        elif path.stat().st_size != size or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            finding.wrong.append(f"file {sha256[:12]} is damaged")
