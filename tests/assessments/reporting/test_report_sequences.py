"""Whatever people do in whatever order: sent content stays, drafts stay private, and no text is lost."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.labels import VerdictChoices
from apps.assessments.models import Evidence, EvidenceQuestion, ReportLine, ReportVersion, SelfReport
from apps.assessments.services import evidence, reports, verdicts
from apps.assessments.services.reports import TransitionNotAllowed
from tests.core.test_images_fingerprint import data, scene
from tests.examples import through_the_database

from .conftest import NOW
from .test_services_evidence import put

ACTIONS = (
    "write",
    "figure",
    "attach",
    "detach",
    "submit",
    "recall",
    "judge",
    "doubt",
    "return",
    "accept",
    "answer",
    "tamper",
)
REFUSALS = (
    TransitionNotAllowed,
    reports.ReportNotEditable,
    reports.ReviewStarted,
    reports.ReportIncomplete,
    verdicts.NotUnderReview,
    evidence.EvidenceExists,
    evidence.QuestionClosed,
)
PICTURES = [data(scene(seed)) for seed in range(3)]


def act(action: str, step: int, world: Any, pk: int) -> str | None:
    """Do one thing as the person whose thing it is; return the text that was typed, if it was saved."""
    report = SelfReport.objects.get(pk=pk)
    writer, head = world.staff, world.head
    item = Evidence.objects.filter(report=pk, removed_at__isnull=True).first()
    if action == "write":
        text = f"Capaian langkah {step}"
        reports.save_draft(report_id=pk, by=writer, at=NOW, revision=report.revision, achievements=text)
        return text
    if action == "figure":
        lines = {row.indicator_id: (Decimal(step), "") for row in report.lines.all()}
        reports.save_draft(report_id=pk, by=writer, at=NOW, revision=report.revision, lines=lines)
    elif action == "attach":
        put(report, PICTURES[step % 3], f"IMG_2025010{step % 9 + 1}_1.jpg")
    elif action == "detach" and item:
        evidence.remove_evidence(evidence_id=item.pk, by=writer, at=NOW)
    elif action == "submit":
        reports.submit_report(report_id=pk, by=writer, at=NOW)
    elif action == "recall":
        reports.recall_report(report_id=pk, by=writer, at=NOW)
    elif action in {"judge", "doubt"} and item:
        verdict = VerdictChoices.ACCEPTED if action == "judge" else VerdictChoices.UNCLEAR
        verdicts.judge_evidence(evidence_id=item.pk, verdict=verdict, note="Buram", by=head, at=NOW)
    elif action == "return":
        reports.return_report(report_id=pk, note="Lengkapi", by=head, at=NOW)
    elif action == "accept":
        reports.accept_report(report_id=pk, by=head, at=NOW)
    elif action == "answer" and (question := EvidenceQuestion.objects.filter(report=pk).first()):
        evidence.answer_question(question_id=question.pk, answer=f"Jawaban {step}", by=writer, at=NOW)
    elif action == "tamper":
        changed = 0
        for rows, values in (
            (SelfReport.objects.filter(pk=pk), {"achievements": "diubah diam-diam"}),
            (ReportLine.objects.filter(report=pk), {"realization": Decimal(999)}),
            (Evidence.objects.filter(report=pk), {"name": "diubah.jpg"}),
        ):
            if report.is_editable:
                continue
            try:
                with transaction.atomic():
                    changed += rows.update(**values)
            except IntegrityError:
                continue
        assert changed == 0, "the database let somebody change what is in force"
    return None


@through_the_database(8)
@given(st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=16))
def test_any_sequence_keeps_what_was_sent_and_what_was_typed(world: Any, actions: list[str]) -> None:
    with transaction.atomic():
        _walk(world, actions)
        transaction.set_rollback(True)


def _walk(world: Any, actions: list[str]) -> None:
    world.make_skp(world.staff)
    period = world.make_periods()[2]
    report = reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)
    kept: dict[int, Any] = {}
    typed: str | None = None
    # The first half of the examples would otherwise never be complete enough to be sent.
    for step, action in enumerate(["write", "figure", *actions], start=1):
        before = SelfReport.objects.get(pk=report.pk)
        try:
            with transaction.atomic():
                typed = act(action, step, world, report.pk) or typed
        except REFUSALS:
            after = SelfReport.objects.get(pk=report.pk)
            assert (after.status, after.revision, after.version) == (
                before.status,
                before.revision,
                before.version,
            )
        now = SelfReport.objects.get(pk=report.pk)
        versions = {row.version: row.content for row in ReportVersion.objects.filter(report=report)}
        for number, content in kept.items():
            assert versions[number] == content, "a sent version changed"
        assert set(versions) == set(range(1, now.version + 1))
        kept = versions
        assert now.achievements == typed, "a text was lost"
        seen = {
            who: SelfReport.objects.visible_to(who.user).filter(pk=report.pk).exists()
            for who in (world.head, world.colleague, world.stranger)
        }
        assert seen == {world.head: now.version > 0, world.colleague: False, world.stranger: False}
        if not now.is_editable:
            assert versions[now.version]["achievements"] == now.achievements
            assert {item["id"] for item in versions[now.version]["evidence"]} == set(
                Evidence.objects.filter(report=report, removed_at__isnull=True).values_list("pk", flat=True)
            )
