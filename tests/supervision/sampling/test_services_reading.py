"""Opened, judged, then the rest: verdicts, second readers, batches and the way back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.assessments.models import Evaluation, ReportDecision, SelfReport
from apps.assessments.services import report_batches, reports
from apps.core import policy
from apps.core.models import AuditEntry, Notification
from apps.employees.models import WorkUnit
from apps.supervision.models import (
    BatchAcceptance,
    DrawnReport,
    ReviewDraw,
    SampleRate,
    SecondReading,
    SecondReadingDecline,
)
from apps.supervision.rules import review_sample
from apps.supervision.selectors import sampling
from apps.supervision.selectors.agreement import agreement_of
from apps.supervision.services import batches, readings, second_readings
from tests.world import World

from .conftest import AFTER

pytestmark = pytest.mark.django_db


def read_all(draw: ReviewDraw, finding: int = 0) -> None:
    """Open and judge every drawn report; the first ones with a finding."""
    for number, row in enumerate(draw.drawn.order_by("place")):
        readings.note_opened(report=row.report, by=draw.supervisor, at=AFTER)
        found = "finding" if number < finding else "none"
        readings.judge_drawn(drawn_id=row.pk, found=found, note="Lihat lagi", by=draw.supervisor, at=AFTER)


def rest_of(draw: ReviewDraw) -> set[int]:
    """The reports of the list that were not drawn."""
    return set(draw.listed.values_list("report", flat=True)) - set(
        draw.drawn.values_list("report", flat=True)
    )


def accept(draw: ReviewDraw, **changes: Any) -> BatchAcceptance:
    """Accept the rest."""
    values = {"report_ids": rest_of(draw), "note": "Sampel sesuai", "by": draw.supervisor, "at": AFTER}
    return batches.accept_batch(draw_id=draw.pk, **values | changes)


def statuses() -> dict[int, str]:
    return dict(SelfReport.objects.values_list("pk", "status"))


def test_a_verdict_needs_the_page_before(world: World, drawn: ReviewDraw) -> None:
    row = drawn.drawn.first()
    before = statuses()
    for who, found, note, refusal in (
        (world.head, "none", "", readings.NotOpened),
        (world.agency_head, "none", "", readings.NotTheSupervisor),
        (world.head, "finding", " ", readings.NoteMissing),
    ):
        with pytest.raises(refusal):
            readings.judge_drawn(drawn_id=row.pk, found=found, note=note, by=who, at=AFTER)
    readings.note_opened(report=row.report, by=world.agency_head, at=AFTER)
    row.refresh_from_db()
    assert (row.opened_at, row.found, statuses()) == (None, "", before)


def test_opening_and_deciding_on_the_review_page_is_the_verdict(world: World, drawn: ReviewDraw) -> None:
    first, second = drawn.drawn.order_by("place")[:2]
    client = world.client(world.head)
    address = f"/pengawas/laporan/{first.report_id}/"
    assert f"/pengawas/sampel/{drawn.pk}/" in client.get(address).content.decode()
    first.refresh_from_db()
    assert (first.opened_at, first.opened_version) == (AFTER, 1)
    client.post(f"{address}terima/", {"version": 1, "note": ""})
    reports.return_report(report_id=second.report_id, note="Belum dibuka", by=world.head, at=AFTER)
    for row in (first, second):
        row.refresh_from_db()
    assert (first.found, first.judged_at) == ("none", AFTER)
    assert second.found == "", "nobody judged what they never opened"


def test_a_report_sent_again_is_opened_again(world: World, drawn: ReviewDraw) -> None:
    row = drawn.drawn.first()
    readings.note_opened(report=row.report, by=world.head, at=AFTER)
    SelfReport.objects.filter(pk=row.report_id).update(version=2)
    with pytest.raises(readings.ReportChanged):
        readings.judge_drawn(drawn_id=row.pk, found="none", note="", by=world.head, at=AFTER)
    row.refresh_from_db()
    assert row.found == ""


@pytest.mark.parametrize(("findings", "rate"), [(0, "0.2400"), (1, "0.3000")])
def test_the_last_verdict_sets_the_next_rate(
    world: World, drawn: ReviewDraw, findings: int, rate: str
) -> None:
    policy.set_value(
        "supervision.sample_clean_minimum", 4, scope="kendari", valid_from=AFTER.date(), by=None, reason="uji"
    )
    read_all(drawn, finding=findings)
    drawn.refresh_from_db()
    step = SampleRate.objects.get()
    assert (drawn.completed_at, step.rate, step.opened, step.found) == (AFTER, Decimal(rate), 4, findings)
    limits = sampling.rate_policy(drawn.period, AFTER.date())
    assert sampling.present_rate(world.head.pk, limits) == Decimal(rate)
    returned = [pk for pk, status in statuses().items() if status == "returned"]
    assert len(returned) == findings
    with pytest.raises(readings.AlreadyJudged):
        readings.judge_drawn(drawn_id=drawn.drawn.first().pk, found="none", note="", by=world.head, at=AFTER)


def test_nothing_is_accepted_before_every_drawn_report_has_its_verdict(
    world: World, drawn: ReviewDraw
) -> None:
    for row in drawn.drawn.all()[:3]:
        readings.note_opened(report=row.report, by=world.head, at=AFTER)
        readings.judge_drawn(drawn_id=row.pk, found="none", note="", by=world.head, at=AFTER)
    before = statuses()
    with pytest.raises(batches.SampleNotRead):
        accept(drawn)
    assert statuses() == before
    read_rest = drawn.drawn.get(found="")
    readings.note_opened(report=read_rest.report, by=world.head, at=AFTER)
    readings.judge_drawn(drawn_id=read_rest.pk, found="none", note="", by=world.head, at=AFTER)
    for changes, refusal in (
        ({"by": world.agency_head}, batches.NotTheSupervisor),
        ({"note": "  "}, batches.NoteMissing),
        ({"report_ids": set()}, batches.NothingToAccept),
    ):
        with pytest.raises(refusal):
            accept(drawn, **changes)
    assert not BatchAcceptance.objects.exists()


def test_a_sample_full_of_findings_keeps_the_rest_apart(world: World, drawn: ReviewDraw) -> None:
    read_all(drawn, finding=1)
    with pytest.raises(batches.TooManyFindings):
        accept(drawn)
    assert sum(status == "accepted" for status in statuses().values()) == 3


def test_the_rest_is_accepted_with_an_outcome_for_each(
    world: World, drawn: ReviewDraw, flagged: set[int]
) -> None:
    read_all(drawn)
    rest = sorted(rest_of(drawn))
    unseen, odd, taken_back = rest[:3]
    flagged.add(SelfReport.objects.get(pk=odd).employee_id)
    SelfReport.objects.filter(pk=taken_back).update(status="draft")
    batch = accept(drawn, report_ids=set(rest) - {unseen})
    outcomes = dict(batch.items.values_list("report", "outcome"))
    assert outcomes == {unseen: "unseen", odd: "flagged", taken_back: "decided"} | dict.fromkeys(
        rest[3:], "accepted"
    )
    for pk in rest[3:]:
        report = SelfReport.objects.get(pk=pk)
        decision = report.decisions.get()
        assert (report.status, report.decided_by, report.decision_note) == (
            "accepted",
            world.head,
            "Sampel sesuai",
        )
        assert (decision.action, decision.is_batch, decision.note) == ("accept", True, "Sampel sesuai")
    entries = AuditEntry.objects.filter(action="assessments.report.accepted", data__is_batch=True)
    assert entries.count() == len(rest) - 3
    assert Notification.objects.filter(text__contains="random check").count() == len(rest) - 3
    with pytest.raises(batches.BatchExists):
        accept(drawn)
    assert (statuses()[unseen], statuses()[odd]) == ("submitted", "submitted")


def test_taken_back_within_thirty_minutes_but_not_what_was_used(world: World, drawn: ReviewDraw) -> None:
    read_all(drawn)
    batch = accept(drawn)
    used = SelfReport.objects.select_related("skp").get(pk=min(rest_of(drawn)))
    Evaluation.objects.create(
        government=world.government, employee=used.employee, skp=used.skp, period=drawn.period,
        unit=world.unit, appraiser=world.head, prepared_at=AFTER, status="rated", rated_at=AFTER,
        work_result_rating="meets_expectation", behavior_rating="meets_expectation", predikat="baik",
        rule_version="uji",
    )  # fmt: skip
    late = batch.undo_until + timedelta(seconds=1)
    for who, at, refusal in (
        (world.agency_head, AFTER, batches.NotTheSupervisor),
        (world.head, late, batches.UndoTooLate),
    ):
        with pytest.raises(refusal):
            batches.undo_batch(batch_id=batch.pk, by=who, at=at)
    assert sum(status == "accepted" for status in statuses().values()) == 12
    batches.undo_batch(batch_id=batch.pk, by=world.head, at=batch.undo_until)
    now = statuses()
    assert now[used.pk] == "accepted"
    assert {now[pk] for pk in rest_of(drawn) - {used.pk}} == {"submitted"}
    assert set(batch.items.values_list("report", "undo_outcome")) == {
        (pk, "rated" if pk == used.pk else "reopened") for pk in rest_of(drawn)
    }
    reopened = ReportDecision.objects.filter(action="reopen")
    assert reopened.count() == len(rest_of(drawn)) - 1
    with pytest.raises(batches.UndoTooLate):
        batches.undo_batch(batch_id=batch.pk, by=world.head, at=AFTER)
    again = accept(drawn, at=AFTER + timedelta(minutes=40))
    assert again.items.filter(outcome="accepted").count() == len(rest_of(drawn)) - 1


def test_a_batch_used_as_a_whole_stays(world: World, drawn: ReviewDraw, monkeypatch: Any) -> None:
    read_all(drawn)
    batch = accept(drawn)
    SelfReport.objects.filter(pk__in=rest_of(drawn)).update(version=2)
    with pytest.raises(batches.NothingToUndo):
        batches.undo_batch(batch_id=batch.pk, by=world.head, at=AFTER)
    batch.refresh_from_db()
    assert (batch.undone_at, ReportDecision.objects.filter(action="reopen").count()) == (None, 0)


def test_own_and_changed_reports_are_never_accepted_together(world: World, drawn: ReviewDraw) -> None:
    mine, other = SelfReport.objects.filter(pk__in=rest_of(drawn)).order_by("pk")[:2]
    outcomes = report_batches.accept_reports(
        versions={mine.pk: 1, other.pk: 7}, note="x", by=mine.employee, at=AFTER
    )
    assert outcomes == {mine.pk: "own", other.pk: "resent"}
    assert {statuses()[mine.pk], statuses()[other.pk]} == {"submitted"}


def test_second_readers_stand_outside_and_take_turns(world: World, drawn: ReviewDraw) -> None:
    """The agency's head is above, the staff review nobody: only the other agency is outside."""
    assert second_readings.assign_due(now=AFTER) == 1
    assert second_readings.assign_due(now=AFTER) == 0
    reading = SecondReading.objects.get()
    assert (reading.reader, reading.assigned_at) == (world.stranger_head, AFTER)
    assert reading.drawn.report_id in set(drawn.drawn.values_list("report", flat=True))
    assert Notification.objects.filter(recipient=world.stranger_head.user).count() == 1
    free = world.make_employee("Kepala Bidang", world.other_agency)
    world.make_employee("Staf", world.other_agency, appraiser=free)
    type(world.stranger_head).objects.filter(pk=world.stranger_head.pk).update(is_active=False)
    assert second_readings.assign_due(now=AFTER) == 1
    reading.refresh_from_db()
    assert reading.reader == free


def test_only_the_reader_judges_once_and_with_words(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    for who, found, note, refusal in (
        (world.head, "none", "", second_readings.NotTheReader),
        (world.stranger_head, "finding", "", second_readings.NoteMissing),
    ):
        with pytest.raises(refusal):
            second_readings.judge_second(reading_id=reading.pk, found=found, note=note, by=who, at=AFTER)
    reading.refresh_from_db()
    assert reading.found == ""
    second_readings.judge_second(
        reading_id=reading.pk, found="finding", note="Angka tanpa bukti", by=world.stranger_head, at=AFTER
    )
    with pytest.raises(second_readings.AlreadyJudged):
        second_readings.judge_second(
            reading_id=reading.pk, found="none", note="", by=world.stranger_head, at=AFTER
        )


def test_who_cannot_read_gives_it_to_the_next_of_the_order(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    assert reading.reader == world.stranger_head
    assert not second_readings.decline_second(
        reading_id=reading.pk, reason="Sedang cuti", by=world.stranger_head, at=AFTER
    )
    reading.refresh_from_db()
    assert (reading.reader, reading.assigned_at) == (None, None), "nobody else stands outside"
    assert second_readings.assign_due(now=AFTER) == 0, "it does not come back to who declined"
    free = world.make_employee("Kepala Bidang", world.other_agency)
    world.make_employee("Staf", world.other_agency, appraiser=free)
    assert second_readings.assign_due(now=AFTER) == 1
    reading.refresh_from_db()
    assert reading.reader == free
    last = world.make_employee("Kepala Seksi", world.other_agency)
    world.make_employee("Anak", world.other_agency, appraiser=last)
    assert second_readings.decline_second(reading_id=reading.pk, reason="Kenal", by=free, at=AFTER)
    reading.refresh_from_db()
    assert reading.reader == last
    assert list(reading.declines.order_by("pk").values_list("reader", "reason")) == [
        (world.stranger_head.pk, "Sedang cuti"),
        (free.pk, "Kenal"),
    ]
    assert AuditEntry.objects.filter(action="supervision.second.declined").count() == 2


def test_a_reading_is_declined_by_its_reader_with_a_reason_before_the_verdict(
    world: World, drawn: ReviewDraw
) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    for who, reason, refusal in (
        (world.head, "Kenal", second_readings.NotTheReader),
        (world.stranger_head, " ", second_readings.ReasonMissing),
    ):
        with pytest.raises(refusal):
            second_readings.decline_second(reading_id=reading.pk, reason=reason, by=who, at=AFTER)
    second_readings.judge_second(
        reading_id=reading.pk, found="none", note="", by=world.stranger_head, at=AFTER
    )
    with pytest.raises(second_readings.AlreadyJudged):
        second_readings.decline_second(
            reading_id=reading.pk, reason="Kenal", by=world.stranger_head, at=AFTER
        )
    reading.refresh_from_db()
    assert (reading.reader, reading.found) == (world.stranger_head, "none")
    assert not SecondReadingDecline.objects.exists()


@pytest.mark.parametrize("case", ["no reason", "twice"])
def test_the_table_keeps_one_reasoned_decline_per_reader(world: World, drawn: ReviewDraw, case: str) -> None:
    second_readings.assign_due(now=AFTER)
    row = {"reading": SecondReading.objects.get(), "reader": world.stranger_head, "at": AFTER}
    SecondReadingDecline.objects.create(**row, reason="Kenal")
    with pytest.raises(IntegrityError), transaction.atomic():
        if case == "twice":
            SecondReadingDecline.objects.create(**row, reason="Kenal lagi")
        else:
            SecondReadingDecline.objects.update(reason="")


def test_agreement_counts_pairs_in_which_both_have_spoken(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    units = WorkUnit.objects.filter(government=world.government)
    second_readings.judge_second(
        reading_id=reading.pk, found="finding", note="Tanpa bukti", by=world.stranger_head, at=AFTER
    )
    total, parts = agreement_of(units, 2026, minimum=1)
    assert (total.n, parts) == (0, [])
    read_all(drawn)
    total, parts = agreement_of(units, 2026, minimum=1)
    assert (total.n, total.same, [part.unit for part in parts]) == (1, 0, [world.unit])
    assert total.kappa is not None
    assert agreement_of(units, 2026, minimum=2)[0].kappa is None


def test_the_drawn_are_those_of_the_rule(drawn: ReviewDraw) -> None:
    sample = review_sample.draw(drawn.seed, sampling.strata_of(drawn), drawn.rate, drawn.minimum)
    stored = DrawnReport.objects.filter(draw=drawn).order_by("place").values_list("report_id", flat=True)
    assert tuple(stored) == sample.ids
