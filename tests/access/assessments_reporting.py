"""Who may open the pages of the reporting half; objects of world.staff."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
_EVERYBODY = ("staff", "colleague", "stranger", "appraiser", "foreigner", "personnel_officer", "auditor")


def row(default: int, **some: int) -> dict[str, int]:
    """Return the expected status per role: anonymous people go to the sign-in page."""
    return {"anonymous": 302} | dict.fromkeys(_EVERYBODY, default) | some


# Officers without a staff record have no reports of their own.
_OWN = row(200, personnel_officer=403, auditor=403)
# A draft is the writer's alone; whoever may see the person does not even learn that it exists.
_DRAFT = row(404, staff=200)
# What was sent is seen by those above, and changed by nobody else.
_SENT = row(404, staff=302, appraiser=403, personnel_officer=403, auditor=403)
_ACTION = row(405)
# A progress entry is seen by those above, and changed by nobody else.
_ENTRY = row(404, staff=200, appraiser=403, personnel_officer=403, auditor=403)

ROUTES = {
    "assessments:report-list": _OWN,
    "assessments:progress-quick": _OWN,
    "assessments:progress-copy": _OWN,
    "assessments:progress-paste": _OWN,
    # Only an address to post to; a visit leads to the page for pasting.
    "assessments:progress-import": row(302, personnel_officer=403, auditor=403),
    "assessments:progress-lines": row(302, personnel_officer=403, auditor=403),
    "assessments:progress-template": _OWN,
    "assessments:progress-log": _OWN,
    "assessments:progress-log-file": _OWN,
    "assessments:progress-edit": _ENTRY,
    "assessments:progress-delete": _ACTION,
    "assessments:report-start": row(200, staff=302, foreigner=404, personnel_officer=403, auditor=403),
    "assessments:evidence-file": row(404, staff=200),
    "assessments:evidence-remove": _ACTION,
    "assessments:question-answer": _DRAFT,
    # Of a file that was sent: its reviewer judges, those above look on.
    "assessments:evidence-verdict": row(404, staff=403, appraiser=200, personnel_officer=403, auditor=403),
    "assessments:report-versions": row(404, staff=200, appraiser=200, personnel_officer=200, auditor=200),
    "assessments:report-detail": _DRAFT,
    "assessments:evidence-list": _DRAFT,
    "assessments:report-autosave": _ACTION,
    "assessments:report-check": _DRAFT,
    "assessments:report-submit": _ACTION,
    "assessments:report-recall": _ACTION,
    "assessments:report-receipt": row(404, staff=200, appraiser=403, personnel_officer=403, auditor=403),
    "assessments:report-section": _DRAFT,
    "assessments:review-list": row(200),
    "assessments:review-detail": row(404, staff=302, appraiser=200, personnel_officer=200, auditor=200),
    "assessments:review-accept": _ACTION,
    "assessments:review-return": _ACTION,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address, made once per world."""
    made = getattr(world, "_reporting", None)
    if made is None:
        made = world._reporting = _make(world)
    arguments: dict[str, dict[str, Any]] = {
        "assessments:report-start": {"period_id": made["period"].pk},
        "assessments:report-section": {"report_id": made["draft"].pk, "section": "capaian"},
    }
    if name in arguments:
        return arguments[name]
    if name in {"assessments:progress-edit", "assessments:progress-delete"}:
        return {"entry_id": made["entry"].pk}
    if name == "assessments:evidence-verdict":
        return {"evidence_id": made["judged"].pk}
    if name == "assessments:question-answer":
        return {"question_id": made["question"].pk}
    if name == "assessments:report-versions":
        return {"report_id": made["sent"].pk}
    if name.startswith("assessments:evidence-") and name != "assessments:evidence-list":
        return {"evidence_id": made["evidence"].pk}
    if name.startswith("assessments:review-") and name != "assessments:review-list":
        return {"report_id": made["sent"].pk}
    if name == "assessments:report-receipt":
        return {"report_id": made["sent"].pk}
    if name.startswith("assessments:report-") and name != "assessments:report-list":
        return {"report_id": made["draft"].pk}
    if name == "assessments:evidence-list":
        return {"report_id": made["draft"].pk}
    return {}


def _make(world: Any) -> dict[str, Any]:
    """A sent report of the second quarter, a draft of the third with a file, and an entry on a day without period."""
    from apps.assessments.models import Period
    from apps.assessments.services import evidence, progress, reports
    from tests.assessments.reporting.conftest import picture

    periods = world.make_periods()
    Period.objects.filter(pk__in=[periods[1].pk, periods[2].pk]).update(status="open")
    before, period = Period.objects.get(pk=periods[1].pk), Period.objects.get(pk=periods[2].pk)
    skp, person = world.make_skp(world.staff), world.staff
    sent = reports.open_report(
        employee=person, period=before, by=person, at=datetime(2026, 6, 20, tzinfo=UTC)
    )
    reports.save_draft(
        report_id=sent.pk,
        by=person,
        at=datetime(2026, 6, 20, tzinfo=UTC),
        revision=sent.revision,
        achievements="Selesai.",
        lines={line.indicator_id: (Decimal(90), "") for line in sent.lines.all()},
    )
    judged = evidence.add_evidence(
        report=sent, result=None, upload_name="foto.jpg", content=picture("red"), by=person, at=NOW
    )
    reports.submit_report(report_id=sent.pk, by=person, at=datetime(2026, 6, 20, tzinfo=UTC))
    draft = reports.open_report(employee=person, period=period, by=person, at=NOW)
    # From another year by its name, so that there is a question about it.
    asked = evidence.add_evidence(
        report=draft, result=None, upload_name="2025-01-02.png", content=picture("blue"), by=person, at=NOW
    )
    return {
        "judged": judged,
        "question": asked.questions.get(),
        "period": period,
        "sent": sent,
        "draft": draft,
        "entry": progress.add_entry(
            employee=person,
            result=skp.results.get(),
            date=date(2026, 9, 1),
            text="Posyandu",
            by=person,
            at=NOW,
        ),
        "evidence": evidence.add_evidence(
            report=draft, result=None, upload_name="foto.jpg", content=picture(), by=person, at=NOW
        ),
    }
