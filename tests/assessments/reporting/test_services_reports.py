"""The life of a self-report, verb by verb; each refusal changes nothing."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessments.models import Evaluation, Period, ReportDecision, ReportLine, ReportVersion, SelfReport
from apps.assessments.rules.report_lifecycle import (
    TRANSITIONS,
    ReportAction,
    ReportStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)
from apps.assessments.rules.report_problems import ReportProblem
from apps.assessments.services import reports
from apps.core import policy
from apps.core.models import AuditEntry, Notification, OutboxMessage
from apps.indicators.services.guard import applying

from .conftest import NOW, add, fill

LATE = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)


def state(report: Any) -> tuple[Any, ...]:
    """Everything of a report that a refusal must leave alone."""
    fresh = SelfReport.objects.get(pk=report.pk)
    lines = tuple(ReportLine.objects.filter(report=report).order_by("pk").values_list("realization", "note"))
    return (
        fresh.status,
        fresh.version,
        fresh.revision,
        fresh.achievements,
        fresh.obstacles,
        fresh.number,
        lines,
        ReportVersion.objects.filter(report=report).count(),
        ReportDecision.objects.filter(report=report).count(),
    )


# --- opening


def test_a_new_report_is_filled_with_what_is_known(world: Any, skp: Any, period: Any) -> None:
    first, second = skp.results.get().indicators.all()
    second.source = "progress_sum"
    with applying():
        second.save()
    add(world, skp, "Posyandu Mandonga", date(2026, 9, 2), indicator=first, quantity=Decimal(20))
    add(world, skp, "Posyandu Mandonga", date(2026, 9, 9), indicator=second, quantity=Decimal("22.5"))
    add(world, skp, "Rapat", date(2026, 9, 3))
    report = reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)
    values = {row.indicator_id: (row.realization, row.prefilled) for row in report.lines.all()}
    assert values == {first.pk: (Decimal(20), Decimal(20)), second.pk: (Decimal("22.5"), Decimal("22.5"))}
    assert report.achievements == "- Posyandu Mandonga (2×)\n- Rapat"
    assert (
        AuditEntry.objects.filter(action="assessments.report.opened", target_id=str(report.pk)).count() == 1
    )


def test_opening_again_returns_the_same_report(world: Any, draft: Any, period: Any) -> None:
    again = reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)
    assert (again.pk, SelfReport.objects.count()) == (draft.pk, 1)


def test_refusals_to_open_make_nothing(world: Any, skp: Any, periods: list[Any]) -> None:
    with pytest.raises(reports.NotTheWriter):
        reports.open_report(employee=world.staff, period=periods[2], by=world.head, at=NOW)
    with pytest.raises(reports.CannotReportNow) as not_yet:
        reports.open_report(employee=world.staff, period=periods[3], by=world.staff, at=NOW)
    with pytest.raises(reports.NoPlanInForce):
        reports.open_report(employee=world.colleague, period=periods[2], by=world.colleague, at=NOW)
    assert not_yet.value.state == "not_yet"
    assert SelfReport.objects.count() == 0


def test_a_plan_that_is_not_approved_takes_no_report(world: Any, period: Any) -> None:
    world.make_skp(world.staff, status="submitted")
    with pytest.raises(reports.NoPlanInForce):
        reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)


# --- drafts


def test_a_figure_left_alone_follows_the_entries_and_an_own_one_stays(
    world: Any, skp: Any, draft: Any
) -> None:
    first, second = skp.results.get().indicators.all()
    reports.save_draft(
        report_id=draft.pk,
        by=world.staff,
        at=NOW,
        revision=0,
        lines={second.pk: (Decimal(50), "hitung sendiri")},
    )
    add(world, skp, indicator=first, quantity=Decimal(5))
    add(world, skp, indicator=second, quantity=Decimal(6))
    values = {row.indicator_id: (row.realization, row.prefilled) for row in draft.lines.all()}
    assert values == {first.pk: (Decimal(5), Decimal(5)), second.pk: (Decimal(50), Decimal(6))}


def test_what_is_not_given_stays(world: Any, draft: Any) -> None:
    fill(draft)
    saved = reports.save_draft(
        report_id=draft.pk, by=world.staff, at=NOW, revision=1, support_needed="Timbangan"
    )
    assert (saved.obstacles, saved.support_needed, saved.revision) == ("Hujan tiga hari.", "Timbangan", 2)


def test_the_same_again_is_no_change(world: Any, draft: Any) -> None:
    reports.save_draft(report_id=draft.pk, by=world.staff, at=NOW, revision=0, obstacles="Hujan")
    again = reports.save_draft(report_id=draft.pk, by=world.staff, at=NOW, revision=0, obstacles="Hujan")
    assert again.revision == 1


def test_two_tabs_on_one_field_conflict_and_on_two_fields_do_not(world: Any, draft: Any) -> None:
    reports.save_draft(report_id=draft.pk, by=world.staff, at=NOW, revision=0, obstacles="Tab satu")
    before = state(draft)
    with pytest.raises(reports.DraftConflict) as conflict:
        reports.save_draft(report_id=draft.pk, by=world.staff, at=NOW, revision=0, obstacles="Tab dua")
    assert (conflict.value.fields, state(draft)) == (("obstacles",), before)
    saved = reports.save_draft(report_id=draft.pk, by=world.staff, at=NOW, revision=0, support_needed="Lain")
    assert (saved.obstacles, saved.support_needed) == ("Tab satu", "Lain")


def test_a_fetched_figure_cannot_be_typed(world: Any, skp: Any, draft: Any) -> None:
    indicator = skp.results.get().indicators.first()
    indicator.source = "ikm"
    with applying():
        indicator.save()
    reports.save_draft(
        report_id=draft.pk, by=world.staff, at=NOW, revision=0, lines={indicator.pk: (Decimal(99), "catatan")}
    )
    line = draft.lines.get(indicator=indicator)
    assert (line.realization, line.note) == (None, "catatan")


def test_refused_drafts_change_nothing(world: Any, draft: Any) -> None:
    other = world.make_skp(world.colleague).results.get().indicators.first()
    before = state(draft)
    with pytest.raises(reports.NotTheWriter):
        reports.save_draft(report_id=draft.pk, by=world.head, at=NOW, revision=0, obstacles="x")
    with pytest.raises(reports.UnknownIndicator):
        reports.save_draft(
            report_id=draft.pk, by=world.staff, at=NOW, revision=0, lines={other.pk: (Decimal(1), "")}
        )
    assert state(draft) == before


def test_a_sent_report_cannot_be_written(world: Any, sent: Any) -> None:
    before = state(sent)
    with pytest.raises(reports.ReportNotEditable):
        reports.save_draft(report_id=sent.pk, by=world.staff, at=NOW, revision=9, obstacles="x")
    assert state(sent) == before


# --- sending


def test_sending_keeps_everything_as_it_was(world: Any, draft: Any) -> None:
    fill(draft)
    report = reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    version = ReportVersion.objects.get(report=report)
    assert (report.status, report.version, report.number, report.is_late) == (
        "submitted",
        1,
        "LK-KENDARI-2026-000001",
        False,
    )
    (result,) = version.content["results"]
    assert [row["realization"] for row in result["indicators"]] == ["82.5", "82.5"]
    assert version.content["achievements"] == "Pemeriksaan berjalan setiap hari kerja."
    assert world.staff.full_name not in str(version.content)
    assert world.staff.nip not in str(version.content)


def test_the_appraiser_is_told_once_and_screens_wake(world: Any, draft: Any, monkeypatch: Any) -> None:
    woken: list[str] = []
    monkeypatch.setattr("apps.core.stamps.bump", lambda *names: woken.extend(names))
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    (message,) = Notification.objects.filter(recipient=world.head.user)
    assert message.url == f"/pengawas/laporan/{draft.pk}/"
    assert {
        f"user:{world.staff.user_id}",
        f"user:{world.head.user_id}",
        f"unit:{world.unit.pk}",
        f"below:{world.agency.pk}",
    } <= set(woken)
    assert f"unit:{world.agency.pk}" not in woken


def test_an_incomplete_report_is_not_sent(world: Any, draft: Any) -> None:
    before = state(draft)
    with pytest.raises(reports.ReportIncomplete) as incomplete:
        reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    assert [row.code for row in incomplete.value.problems] == [
        ReportProblem.NO_REALIZATION,
        ReportProblem.NO_REALIZATION,
        ReportProblem.NO_ACHIEVEMENTS,
    ]
    assert state(draft) == before


def test_sending_twice_changes_nothing(world: Any, sent: Any) -> None:
    before = state(sent)
    with pytest.raises(TransitionNotAllowed):
        reports.submit_report(report_id=sent.pk, by=world.staff, at=NOW)
    assert state(sent) == before


def test_somebody_else_cannot_send(world: Any, draft: Any) -> None:
    fill(draft)
    before = state(draft)
    for other in (world.head, world.colleague, world.stranger, world.personnel_officer):
        with pytest.raises(reports.NotTheWriter):
            reports.submit_report(report_id=draft.pk, by=other, at=NOW)
    assert state(draft) == before


def test_after_the_closing_it_is_late(world: Any, draft: Any, period: Any) -> None:
    fill(draft)
    last_instant = reports.submit_report(report_id=draft.pk, by=world.staff, at=period.closes_at)
    assert not last_instant.is_late
    reports.recall_report(report_id=draft.pk, by=world.staff, at=LATE)
    assert reports.submit_report(report_id=draft.pk, by=world.staff, at=LATE).is_late


def test_what_the_supervisor_returned_stays_in_time(world: Any, sent: Any) -> None:
    reports.return_report(report_id=sent.pk, note="Lengkapi.", by=world.head, at=LATE)
    again = reports.submit_report(report_id=sent.pk, by=world.staff, at=LATE)
    assert (again.is_late, again.version, again.number) == (False, 2, sent.number)


def test_an_agency_may_take_nothing_late(world: Any, draft: Any, period: Any) -> None:
    policy.set_value(
        "assessments.late_reports_allowed",
        False,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="x",
    )
    fill(draft)
    before = state(draft)
    with pytest.raises(reports.CannotReportNow) as closed:
        reports.submit_report(report_id=draft.pk, by=world.staff, at=LATE)
    assert (closed.value.state, state(draft)) == ("closed", before)


def rate(skp: Any, period: Any, status: str = "rated") -> None:
    rated = (
        {}
        if status == "prepared"
        else {
            "work_result_rating": "meets_expectation",
            "behavior_rating": "meets_expectation",
            "predikat": "baik",
        }
    )
    Evaluation.objects.create(
        government=skp.government,
        skp=skp,
        employee=skp.employee,
        unit=skp.unit,
        period=period,
        appraiser=skp.appraiser,
        status=status,
        prepared_at=NOW,
        **rated,
    )


def test_nothing_is_sent_after_the_rating(world: Any, draft: Any, period: Any, skp: Any) -> None:
    fill(draft)
    rate(skp, period)
    before = state(draft)
    with pytest.raises(reports.CannotReportNow) as rated:
        reports.submit_report(report_id=draft.pk, by=world.staff, at=LATE)
    assert (rated.value.state, state(draft)) == ("rated", before)


def test_a_late_report_reaches_the_evaluation_that_waits(
    world: Any, draft: Any, period: Any, skp: Any
) -> None:
    fill(draft)
    Period.objects.filter(pk=period.pk).update(status="closed")
    rate(skp, period, "prepared")
    reports.submit_report(report_id=draft.pk, by=world.staff, at=LATE)
    message = OutboxMessage.objects.get(task="assessments.prepare_unit")
    assert message.kwargs == {"period_id": period.pk, "unit_id": skp.unit_id, "skp_id": skp.pk}


@pytest.mark.django_db
def test_a_sent_version_never_changes(sent: Any) -> None:
    for change in (lambda rows: rows.update(content={}), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ReportVersion.objects.filter(report=sent))
    assert ReportVersion.objects.get(report=sent).content["version"] == 1


# --- taking back and deciding


def test_taken_back_before_the_review(world: Any, sent: Any) -> None:
    report = reports.recall_report(report_id=sent.pk, by=world.staff, at=NOW)
    assert (report.status, report.version, report.number) == ("draft", 1, sent.number)
    assert Notification.objects.filter(recipient=world.head.user).count() == 2


@pytest.mark.parametrize("verb", ["accept", "return"])
def test_not_taken_back_after_the_review(world: Any, sent: Any, verb: str) -> None:
    decide = {"accept": reports.accept_report, "return": reports.return_report}[verb]
    decide(report_id=sent.pk, by=world.head, at=NOW, note="Catatan")
    before = state(sent)
    with pytest.raises(TransitionNotAllowed):
        reports.recall_report(report_id=sent.pk, by=world.staff, at=NOW)
    assert state(sent) == before


def test_accepted_with_a_word(world: Any, sent: Any) -> None:
    report = reports.accept_report(report_id=sent.pk, by=world.head, at=NOW, note="Bagus")
    assert (report.status, report.decided_by, report.decision_note) == ("accepted", world.head, "Bagus")
    (message,) = Notification.objects.filter(recipient=world.staff.user)
    assert message.url == f"/laporan/{sent.pk}/"


def test_refused_decisions_change_nothing(world: Any, sent: Any) -> None:
    before = state(sent)
    with pytest.raises(reports.NoteMissing):
        reports.return_report(report_id=sent.pk, note="  ", by=world.head, at=NOW)
    with pytest.raises(reports.OwnReport):
        reports.accept_report(report_id=sent.pk, by=world.staff, at=NOW)
    with pytest.raises(reports.ReportChanged):
        reports.accept_report(report_id=sent.pk, by=world.head, at=NOW, version=7)
    assert state(sent) == before


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(list(ReportAction)), max_size=12))
def test_any_row_of_actions_stays_in_the_table(actions: list[ReportAction]) -> None:
    status = ReportStatus.DRAFT
    for action in actions:
        if action in allowed_actions(status):
            status = next_status(status, action)
            assert status in set(TRANSITIONS.values())
        else:
            with pytest.raises(TransitionNotAllowed):
                next_status(status, action)
    if status is ReportStatus.ACCEPTED:
        assert allowed_actions(status) == (ReportAction.REOPEN,)


def test_any_row_of_verbs_does_what_the_table_says(world: Any, draft: Any) -> None:
    fill(draft)
    verbs = {
        ReportAction.SUBMIT: lambda: reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW),
        ReportAction.RECALL: lambda: reports.recall_report(report_id=draft.pk, by=world.staff, at=NOW),
        ReportAction.RETURN: lambda: reports.return_report(
            report_id=draft.pk, note="x", by=world.head, at=NOW
        ),
        ReportAction.ACCEPT: lambda: reports.accept_report(report_id=draft.pk, by=world.head, at=NOW),
    }
    random, sent = Random(20260915), 0
    for _ in range(60):
        status = ReportStatus(SelfReport.objects.get(pk=draft.pk).status)
        action = random.choice([*verbs, ReportAction.SUBMIT, ReportAction.RECALL])
        if status is ReportStatus.ACCEPTED:
            SelfReport.objects.filter(pk=draft.pk).update(status="submitted")  # on with the walk
            status = ReportStatus.SUBMITTED
        before = state(draft)
        if action in allowed_actions(status):
            verbs[action]()
            sent += action is ReportAction.SUBMIT
            assert SelfReport.objects.get(pk=draft.pk).status == next_status(status, action)
        else:
            with pytest.raises(TransitionNotAllowed):
                verbs[action]()
            assert state(draft) == before
    fresh = SelfReport.objects.get(pk=draft.pk)
    assert sent > 5
    assert (fresh.version, fresh.versions.count(), fresh.number) == (sent, sent, "LK-KENDARI-2026-000001")


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_sendings_make_one_version_and_one_number(world: Any) -> None:
    world.make_skp(world.staff)
    period = world.make_periods()[2]
    draft = reports.open_report(employee=world.staff, period=period, by=world.staff, at=NOW)
    fill(draft)
    client_key = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"
    clients = [world.client(world.staff) for _ in range(10)]
    answers: list[tuple[int, str]] = []

    def send(client: Any) -> None:
        try:
            answer = client.post(f"/laporan/{draft.pk}/kirim/", {"_key": client_key})
            answers.append((answer.status_code, answer.headers.get("Location", "")))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(302, f"/laporan/{draft.pk}/terkirim/")] * 10
    assert ReportVersion.objects.count() == 1
    assert SelfReport.objects.get().number == "LK-KENDARI-2026-000001"
    assert Notification.objects.filter(recipient=world.head.user).count() == 1
