"""Paper sheets: typed, checked by another person, counted, withdrawn."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core.images import FileRefused
from apps.core.models import AuditEntry, OutboxMessage
from apps.core.policy import set_value
from apps.core.rules.lifecycle import TransitionNotAllowed
from apps.feedback.models import IkmResult, PaperBatch, PaperRow, QuarantineCase, Response, SurveyPeriod
from apps.feedback.services import paper, quarantine, results
from tests.feedback.helpers import UNSUR, answer, today_of
from tests.feedback.paper_helpers import closed, open_batch, read_again, scan, sheet, typed


def act(who, **fields):
    return {"by": getattr(who, "user", who), "at": timezone.now(), **fields}


def publish(period, world):
    """Fix the result of the period, which has just ended."""
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    IkmResult.objects.filter(survey_period=period).update(published_at=timezone.now())
    assert IkmResult.objects.filter(survey_period=period, published_at__isnull=False).exists()


def test_typed_sheets_do_not_count_before_the_check(world, service):
    batch = typed(world, service)
    assert batch.status == "checking"
    assert not Response.objects.exists()
    with pytest.raises(paper.CheckUnfinished):
        paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    batch.refresh_from_db()
    assert (batch.status, Response.objects.count()) == ("checking", 0)


def test_closed_they_are_verified_answers_of_the_paper_channel(world, service):
    batch = open_batch(world, service, 2)
    paper.type_sheets(
        batch_id=batch.pk,
        sheets=[
            sheet(1, 4, attributes={"sex": "P", "age_band": "60+"}, filled_by="helper", remark=" Ramah "),
            sheet(2, 3),
        ],
        **act(world.head),
    )
    paper.finish_typing(batch_id=batch.pk, **act(world.head))
    for row in batch.rows.filter(is_sampled=True):
        paper.check_sheet(
            batch_id=batch.pk,
            number=row.number,
            answers=row.answers,
            is_unusable=False,
            **act(world.agency_head),
        )
    paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    first, _second = Response.objects.order_by("import_key")
    assert (first.channel, first.tier, first.filled_by, first.batch) == (
        "paper",
        "terverifikasi",
        "helper",
        batch,
    )
    assert (first.sex, first.age_band, first.remark, first.point) == ("P", "60+", "Ramah", batch.point)
    assert first.answers.count() == 9
    assert not first.is_quarantined
    assert OutboxMessage.objects.filter(task="feedback.refresh_result").exists()
    entry = AuditEntry.objects.get(action="feedback.paper.closed")
    assert entry.data["counted"] == 2
    results.refresh_result(survey_period_id=batch.survey_period_id, at=timezone.now())
    assert IkmResult.objects.get(tier="terverifikasi").ikm == Decimal("87.50")


def test_paper_and_open_answers_are_never_added(world, service):
    closed(world, service)
    answer(service, dict.fromkeys(UNSUR, 1))
    results.refresh_result(survey_period_id=service.survey_periods.get().pk, at=timezone.now())
    assert dict(IkmResult.objects.values_list("tier", "n")) == {"terverifikasi": 3, "terbuka": 1}


def test_who_typed_neither_checks_nor_closes(world, service):
    batch = typed(world, service)
    number = batch.rows.filter(is_sampled=True).first().number
    with pytest.raises(paper.SamePerson):
        paper.check_sheet(
            batch_id=batch.pk,
            number=number,
            answers=dict.fromkeys(UNSUR, 3),
            is_unusable=False,
            **act(world.head),
        )
    read_again(batch, world.agency_head.user)
    with pytest.raises(paper.SamePerson):
        paper.close_batch(batch_id=batch.pk, **act(world.head))
    assert not Response.objects.exists()
    assert not PaperRow.objects.filter(checked_by=world.head.user).exists()


def test_only_drawn_sheets_are_checked_and_only_once(world, service):
    batch = typed(world, service, 12)
    drawn = batch.rows.filter(is_sampled=True)
    assert drawn.count() == 2  # 10 percent of 12, rounded up
    other = batch.rows.filter(is_sampled=False).first()
    reading = {"answers": dict.fromkeys(UNSUR, 3), "is_unusable": False}
    with pytest.raises(paper.NotDrawn):
        paper.check_sheet(batch_id=batch.pk, number=other.number, **reading, **act(world.agency_head))
    number = drawn.first().number
    paper.check_sheet(batch_id=batch.pk, number=number, **reading, **act(world.agency_head))
    with pytest.raises(paper.NotDrawn):
        paper.check_sheet(batch_id=batch.pk, number=number, **reading, **act(world.agency_head))
    assert batch.rows.exclude(checked_by=None).count() == 1


def test_a_difference_is_settled_with_a_reason_and_counted(world, service):
    set_value(
        "feedback.paper_error_percent",
        100,
        scope="kendari",
        valid_from=date(2020, 1, 1),
        by=None,
        reason="uji",
    )
    batch = typed(world, service, 1)
    second = {**dict.fromkeys(UNSUR, 3), "waktu": 1}
    row = paper.check_sheet(
        batch_id=batch.pk, number=1, answers=second, is_unusable=False, **act(world.agency_head)
    )
    assert (row.is_settled, row.wrong_cells) == (False, 1)
    with pytest.raises(paper.InvalidRow):
        paper.settle_sheet(
            batch_id=batch.pk, number=1, answers={"waktu": 2}, reason="x", **act(world.agency_head)
        )
    with pytest.raises(paper.SamePerson):
        paper.settle_sheet(batch_id=batch.pk, number=1, answers={"waktu": 1}, reason="x", **act(world.head))
    with pytest.raises(paper.CheckUnfinished):
        paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    paper.settle_sheet(
        batch_id=batch.pk, number=1, answers={"waktu": 1}, reason="Salah baris", **act(world.agency_head)
    )
    row.refresh_from_db()
    assert (row.answers["waktu"], row.settled_reason, row.wrong_cells) == (1, "Salah baris", 1)
    assert paper.error_count(batch) == (1, 9)
    paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    assert Response.objects.get().answers.get(unsur__code="waktu").value == 1


def test_where_the_first_reading_was_right_nothing_was_wrong(world, service):
    batch = typed(world, service, 1)
    second = {**dict.fromkeys(UNSUR, 3), "waktu": 1}
    paper.check_sheet(
        batch_id=batch.pk, number=1, answers=second, is_unusable=False, **act(world.agency_head)
    )
    paper.settle_sheet(
        batch_id=batch.pk, number=1, answers={"waktu": 3}, reason="Kabur", **act(world.agency_head)
    )
    row = batch.rows.get()
    assert (row.answers["waktu"], row.wrong_cells, row.is_settled) == (3, 0, True)


def test_too_many_errors_draw_every_sheet(world, service):
    batch = typed(world, service, 12)
    read_again(batch, world.agency_head.user, value=1)
    for row in batch.rows.filter(is_settled=False, is_sampled=True):
        paper.settle_sheet(
            batch_id=batch.pk,
            number=row.number,
            answers=dict.fromkeys(UNSUR, 1),
            reason="Salah",
            **act(world.agency_head),
        )
    batch.refresh_from_db()
    assert batch.is_check_extended
    assert batch.rows.filter(is_sampled=True).count() == 12
    with pytest.raises(paper.CheckUnfinished):
        paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        sheet(0),
        sheet(4),
        sheet(1, 5),
        sheet(1, answers={"tidak_ada": 3}),
        sheet(1, attributes={"sex": "X"}),
        sheet(1, filled_by="tetangga"),
    ],
)
def test_what_a_sheet_cannot_say(world, service, bad):
    batch = open_batch(world, service)
    with pytest.raises(paper.InvalidRow):
        paper.type_sheets(batch_id=batch.pk, sheets=[bad], **act(world.head))
    assert not PaperRow.objects.exists()


def test_two_typists_do_not_overwrite_each_other(world, service):
    batch = open_batch(world, service)
    paper.type_sheets(batch_id=batch.pk, sheets=[sheet(1, 4)], **act(world.head))
    with pytest.raises(paper.TypedMeanwhile) as error:
        paper.type_sheets(batch_id=batch.pk, sheets=[sheet(2, 2), sheet(1, 2)], **act(world.agency_head))
    assert error.value.numbers == [1]
    assert [(row.number, row.answers["waktu"]) for row in batch.rows.all()] == [(1, 4)]
    paper.type_sheets(batch_id=batch.pk, sheets=[sheet(1, 2, seen=1)], **act(world.agency_head))
    assert (batch.rows.get().answers["waktu"], batch.rows.get().revision) == (2, 2)
    assert paper.type_sheets(batch_id=batch.pk, sheets=[sheet(1, 2, seen=1)], **act(world.head)) == 0


def test_typing_ends_with_all_sheets_and_a_scan(world, service):
    batch = open_batch(world, service, 3)
    paper.type_sheets(batch_id=batch.pk, sheets=[sheet(2)], **act(world.head))
    with pytest.raises(paper.SheetsMissing) as error:
        paper.finish_typing(batch_id=batch.pk, **act(world.head))
    assert error.value.numbers == [1, 3]
    paper.type_sheets(
        batch_id=batch.pk, sheets=[sheet(1), sheet(3, answers={}, is_unusable=True)], **act(world.head)
    )
    found = batch.scans.get()
    paper.remove_scan(scan_id=found.pk, **act(world.head))
    with pytest.raises(paper.ScanMissing):
        paper.finish_typing(batch_id=batch.pk, **act(world.head))
    batch.refresh_from_db()
    assert (batch.status, batch.check_seed) == ("typing", "")


def test_a_sheet_with_too_few_answers_does_not_count(world, service):
    batch = open_batch(world, service, 3)
    few = dict.fromkeys(UNSUR[:2], 2)
    rows = [sheet(1), sheet(2, answers=few), sheet(3, answers={}, is_unusable=True)]
    paper.type_sheets(batch_id=batch.pk, sheets=rows, **act(world.head))
    paper.finish_typing(batch_id=batch.pk, **act(world.head))
    for row in batch.rows.filter(is_sampled=True):
        paper.check_sheet(
            batch_id=batch.pk,
            number=row.number,
            answers=row.answers,
            is_unusable=row.is_unusable,
            **act(world.agency_head),
        )
    paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    assert [r.import_key for r in Response.objects.all()] == [f"paper:{batch.pk}:1"]
    assert AuditEntry.objects.get(action="feedback.paper.closed").data["left_out"] == 2


def test_a_batch_of_empty_sheets_is_not_closed(world, service):
    batch = open_batch(world, service, 1)
    paper.type_sheets(batch_id=batch.pk, sheets=[sheet(1, answers={}, is_unusable=True)], **act(world.head))
    paper.finish_typing(batch_id=batch.pk, **act(world.head))
    paper.check_sheet(batch_id=batch.pk, number=1, answers={}, is_unusable=True, **act(world.agency_head))
    with pytest.raises(paper.NothingUsable):
        paper.close_batch(batch_id=batch.pk, **act(world.agency_head))
    batch.refresh_from_db()
    assert batch.status == "checking"


def test_withdrawn_it_is_left_out_and_counted_as_such(world, service):
    batch = closed(world, service)
    answer(service, dict.fromkeys(UNSUR, 2), tier="terverifikasi", channel="receipt")
    paper.withdraw_batch(batch_id=batch.pk, reason="Lembar palsu", **act(world.agency_head))
    batch.refresh_from_db()
    assert (batch.status, batch.withdrawn_reason, batch.withdrawn_by) == (
        "withdrawn",
        "Lembar palsu",
        world.agency_head.user,
    )
    assert Response.objects.filter(batch=batch, is_quarantined=True).count() == 3
    case = QuarantineCase.objects.get()
    assert (case.status, case.reason, case.decided_by) == ("excluded", "Lembar palsu", world.agency_head.user)
    results.refresh_result(survey_period_id=batch.survey_period_id, at=timezone.now())
    found = IkmResult.objects.get(tier="terverifikasi")
    assert (found.n, found.ikm, found.excluded) == (1, Decimal("50.00"), 3)
    with pytest.raises(TransitionNotAllowed):
        paper.withdraw_batch(batch_id=batch.pk, reason="Lagi", **act(world.agency_head))
    with pytest.raises(quarantine.BatchWithdrawn):
        quarantine.decide_case(case_id=case.pk, status="released", reason="x", **act(world.agency_head))
    assert Response.objects.filter(batch=batch, is_quarantined=True).count() == 3


def test_a_published_period_refuses_everything(world, service):
    batch = closed(world, service)
    typing = open_batch(world, service)
    period = batch.survey_period
    publish(period, world)
    for action in (
        lambda: open_batch(world, service),
        lambda: paper.type_sheets(batch_id=typing.pk, sheets=[sheet(1)], **act(world.head)),
        lambda: paper.finish_typing(batch_id=typing.pk, **act(world.head)),
        lambda: paper.close_batch(batch_id=typing.pk, **act(world.head)),
        lambda: paper.withdraw_batch(batch_id=batch.pk, reason="x", **act(world.head)),
    ):
        with pytest.raises(paper.PeriodIsPublished):
            action()
    batch.refresh_from_db()
    assert (batch.status, PaperBatch.objects.count(), Response.objects.count()) == ("closed", 2, 3)


@pytest.mark.parametrize("shift", [-25, 25, 1])
def test_the_day_lies_in_the_period_and_not_in_the_future(world, service, shift):
    with pytest.raises(paper.OutsidePeriod):
        open_batch(world, service, collected_on=today_of(service) + timedelta(days=shift))
    assert not PaperBatch.objects.exists()


def test_the_counter_is_one_of_the_service(world, service):
    with pytest.raises(ValueError, match="another service"):
        open_batch(world, service, point=world.make_service().points.get())
    assert not PaperBatch.objects.exists()


def test_scans_are_judged_by_their_content_and_kept_once(world, service):
    batch = open_batch(world, service)
    with pytest.raises(paper.ScanExists):
        paper.add_scan(batch_id=batch.pk, upload_name="lagi.png", content=scan(), **act(world.head))
    for content in (b"", b"PK\x03\x04bukan gambar", b"%PDF-1.4 rusak"):
        with pytest.raises(FileRefused):
            paper.add_scan(batch_id=batch.pk, upload_name="x.pdf", content=content, **act(world.head))
    assert batch.scans.count() == 1


def test_after_typing_nothing_is_typed_or_removed(world, service):
    batch = typed(world, service)
    with pytest.raises(TransitionNotAllowed):
        paper.type_sheets(batch_id=batch.pk, sheets=[sheet(1, 1, seen=1)], **act(world.head))
    with pytest.raises(TransitionNotAllowed):
        paper.remove_scan(scan_id=batch.scans.get().pk, **act(world.head))
    assert (batch.rows.get(number=1).answers["waktu"], batch.scans.count()) == (3, 1)
    assert SurveyPeriod.objects.get().responses.count() == 0
