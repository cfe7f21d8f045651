"""The year of world.staff for the tests of the auditor's room: two versions of a plan, a report that came back once,
a rating that an objection changed, one piece of feedback. All on days of 2026 that the tests name.
"""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import time_machine

from apps.assessments.models import (
    Evidence,
    FeedbackNote,
    RatingChange,
    ReportDecision,
    ReportVersion,
    SelfReport,
)
from apps.core import audit, files
from apps.indicators.models import Skp, SkpVersion
from apps.reports.models import Document
from tests.reports.evaluated import evaluate, objected

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PHOTO = b"\x89PNG bukti dukung " * 40


def at(month: int, day: int) -> datetime:
    """Return noon in Kendari."""
    return datetime(2026, month, day, 4, 0, tzinfo=UTC)


def year_of(world: Any) -> SimpleNamespace:
    """Write the year of world.staff into the tables."""
    with time_machine.travel(at(1, 10)):
        plan = world.make_skp(world.staff)
    Skp.objects.filter(pk=plan.pk).update(approved_at=at(1, 12))
    for number, when, text in ((1, at(1, 12), "Versi pertama"), (2, at(7, 1), "Versi kedua")):
        SkpVersion.objects.create(
            skp=plan,
            version=number,
            content={"results": [{"text": text, "indicators": []}], "behaviors": {}, "annex": []},
            appraiser_name="Kepala Puskesmas Contoh",
            approved_by=world.head,
            approved_at=when,
        )
    evaluation = evaluate(world, world.staff, status="delivered")
    report = SelfReport.objects.create(skp=plan, employee=world.staff, period=evaluation.period)
    evidence = Evidence.objects.create(
        report=report, file=files.store(PHOTO, "image/png"), name="foto.png", added_at=at(7, 1)
    )
    known = {"id": evidence.pk, "name": "foto.png", "sha256": evidence.file.sha256, "size": len(PHOTO)}
    for number, when, text in ((1, at(7, 2), "Kiriman pertama"), (2, at(7, 4), "Kiriman kedua")):
        ReportVersion.objects.create(
            report=report,
            version=number,
            content={"achievements": text, "results": [], "evidence": [known]},
            submitted_at=when,
        )
        ReportDecision.objects.create(report=report, version=number, action="submit", by=world.staff, at=when)
    ReportDecision.objects.create(
        report=report, version=1, action="return", note="Lengkapi angka.", by=world.head, at=at(7, 3)
    )
    ReportDecision.objects.create(report=report, version=2, action="accept", by=world.head, at=at(7, 5))
    SelfReport.objects.filter(pk=report.pk).update(
        status="accepted", version=2, number="LK-UJI-1", submitted_at=at(7, 4), decided_at=at(7, 5)
    )
    for rating, predikat, kind, when in (
        ("meets_expectation", "baik", "rated", at(7, 6)),
        ("above_expectation", "sangat_baik", "objection", at(7, 20)),
    ):
        RatingChange.objects.create(
            evaluation=evaluation,
            work_result_rating=rating,
            behavior_rating="above_expectation",
            predikat=predikat,
            reason=f"Alasan {predikat}",
            kind=kind,
            by=world.head,
            at=when,
        )
    objection = objected(
        world,
        filed_at=at(7, 9),
        decided_at=at(7, 20),
        is_upheld=True,
        decision_reason="Angka memang belum dihitung.",
    )
    FeedbackNote.objects.create(
        employee=world.staff, author=world.head, text="Antrean lebih rapi.", at=at(3, 3)
    )
    Document.objects.create(
        government=world.government,
        kind="evaluation",
        code=f"uji{evaluation.pk}",
        evaluation=evaluation,
        file=files.store(b"%PDF dokumen uji", "application/pdf"),
        name="evaluasi.pdf",
        facts_hash="0" * 64,
        issued_at=at(7, 10),
    )
    for number, target in enumerate((plan, report, evaluation, objection)):
        audit.record(
            "assessments.test.happened",
            target=target,
            by=world.head,
            scope=world.government.code,
            at=at(7, 1) + timedelta(days=number),
            number=number,
        )
        # In between, something about somebody else: its content stays at home.
        audit.record(
            "assessments.test.elsewhere",
            target=world.stranger,
            by=world.stranger_head,
            scope=world.government.code,
            at=at(7, 1) + timedelta(days=number),
        )
    return SimpleNamespace(
        plan=plan, report=report, evaluation=evaluation, objection=objection, evidence=evidence
    )


def day(month: int, number: int) -> date:
    """Return a day of the year."""
    return date(2026, month, number)
