"""Typing paper sheets in, checking them and letting them count, page by page."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.feedback.models import IkmResult, PaperBatch, PaperRow, Response
from apps.feedback.services import paper
from tests.feedback.helpers import UNSUR, today_of
from tests.feedback.paper_helpers import closed, open_batch, read_again, scan, typed


def form(**values):
    return {"_key": str(uuid.uuid4()), **values}


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def row(number, value="3", **values):
    return {f"s{number}_{code}": value for code in UNSUR} | {f"s{number}_{k}": v for k, v in values.items()}


def begin(client, service, **values):
    data = {
        "sheet_count": "2",
        "collected_on": today_of(service).isoformat(),
        "point": service.points.get().pk,
        "collected_by": "Petugas magang",
    }
    return client.post(url("paper-open", service.survey_periods.get().pk), form(**{**data, **values}))


def test_from_the_pile_to_verified_answers(world, service):
    head, second = world.client(world.head), world.client(world.agency_head)
    response = begin(head, service)
    batch = PaperBatch.objects.get()
    assert response.url == url("paper-detail", batch.pk)
    upload = SimpleUploadedFile("lembar.png", scan(), content_type="image/png")
    assert head.post(url("paper-scan-add", batch.pk), form(file=upload)).status_code == 302
    data = form(dari="1", **row(1, filled_by="self", sex="P"), **row(2, "4"))
    assert head.post(url("paper-type", batch.pk), data).url == url("paper-detail", batch.pk)
    assert head.post(url("paper-finish", batch.pk), form()).status_code == 302
    batch.refresh_from_db()
    assert batch.status == "checking"
    drawn = batch.rows.get(is_sampled=True)
    page = second.get(url("paper-check", batch.pk)).content.decode()
    assert 'value="3"' not in page.split("<form")[-1]  # the first reading stays hidden
    answers = {code: str(drawn.answers[code]) for code in UNSUR}
    assert (
        second.post(url("paper-check", batch.pk), form(lembar=str(drawn.number), **answers)).status_code
        == 302
    )
    assert second.post(url("paper-close", batch.pk), form()).status_code == 302
    assert set(Response.objects.values_list("channel", "tier")) == {("paper", "terverifikasi")}
    assert Response.objects.count() == 2
    assert second.get(url("paper-detail", batch.pk)).context["counted"] == 2


def test_a_batch_is_begun_once(world, service):
    client = world.client(world.head)
    data = form(
        sheet_count="2",
        collected_on=today_of(service).isoformat(),
        place="Ruang tunggu",
        collected_by="Tim survei",
    )
    address = url("paper-open", service.survey_periods.get().pk)
    assert client.post(address, data).url == client.post(address, data).url
    assert PaperBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"sheet_count": "0"}, "sheet_count"),
        ({"sheet_count": "9999"}, "sheet_count"),
        ({"collected_on": "2001-01-01"}, "collected_on"),
        ({"point": ""}, "place"),
        ({"collected_by": ""}, "collected_by"),
    ],
)
def test_a_bad_batch_is_refused(world, service, bad, field):
    response = begin(world.client(world.head), service, **bad)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not PaperBatch.objects.exists()


def test_a_wrong_digit_comes_back_with_all_rows(world, service):
    batch = open_batch(world, service, 3)
    data = form(dari="1", **row(1), **row(2, "4")) | {"s2_waktu": "7"}
    response = world.client(world.head).post(url("paper-type", batch.pk), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["s2_waktu"]
    assert 'value="7"' in response.content.decode()
    assert not PaperRow.objects.exists()


def test_rows_not_reached_yet_stay_untyped(world, service):
    batch = open_batch(world, service, 12)
    client = world.client(world.head)
    response = client.post(url("paper-type", batch.pk), form(dari="1", **row(1), s2_unusable="on"))
    assert response.url == f"{url('paper-type', batch.pk)}?dari=11"
    assert list(batch.rows.values_list("number", "is_unusable")) == [(1, False), (2, True)]
    page = client.get(url("paper-type", batch.pk), {"dari": "11"})
    assert [sheet["number"] for sheet in page.context["form"].sheets] == [11, 12]
    both = client.post(url("paper-type", batch.pk), form(dari="1", **row(3), s3_unusable="on"))
    assert both.status_code == 422
    assert batch.rows.count() == 2


def test_typed_rows_survive_an_expired_login(world, service):
    batch = open_batch(world, service, 15)
    client = world.client(world.head)
    address = url("paper-type", batch.pk)
    owner = client.get(address).content.decode().split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    client.post(address, form(dari="11", _owner=owner, **row(12, "2", remark="Antre lama")))
    assert not PaperRow.objects.exists()
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    assert "Antre lama" in page
    assert page.count('value="2"') >= 9


def test_somebody_elses_row_is_not_overwritten(world, service):
    batch = open_batch(world, service, 2)
    world.client(world.head).post(url("paper-type", batch.pk), form(dari="1", **row(1, "4")))
    late = world.client(world.agency_head).post(
        url("paper-type", batch.pk), form(dari="1", s1_seen="0", **row(1, "2"))
    )
    assert late.status_code == 422
    assert 'value="2"' in late.content.decode()
    assert batch.rows.get().answers["waktu"] == 4


def test_a_difference_is_settled_on_the_next_page(world, service):
    batch = typed(world, service, 1)
    client = world.client(world.agency_head)
    address = url("paper-check", batch.pk)
    empty = client.post(address, form(lembar="1"))
    assert empty.status_code == 422
    client.post(address, form(lembar="1", **dict.fromkeys(UNSUR, "3") | {"waktu": "1"}))
    page = client.get(address)
    assert [cell.name for cell in page.context["form"].rows] == ["a_waktu"]
    assert client.post(address, form(lembar="1", a_waktu="1", reason="")).status_code == 422
    assert client.post(address, form(lembar="1", a_waktu="4", reason="x")).status_code == 422
    assert client.post(address, form(lembar="1", a_waktu="1", reason="Salah baris")).status_code == 302
    assert batch.rows.get().answers["waktu"] == 1
    assert client.get(address).url == url("paper-detail", batch.pk)


def test_what_was_read_from_another_sheet_is_not_taken_for_this_one(world, service):
    batch = typed(world, service, 1)
    client = world.client(world.agency_head)
    assert client.post(url("paper-check", batch.pk), form(lembar="9", waktu="1")).status_code == 200
    assert batch.rows.get().second_reading is None


def test_missing_sheets_are_named(world, service):
    batch = open_batch(world, service, 3)
    client = world.client(world.head)
    client.post(url("paper-type", batch.pk), form(dari="1", **row(2)))
    page = client.post(url("paper-finish", batch.pk), form(), follow=True).content.decode()
    assert "1, 3" in page
    batch.refresh_from_db()
    assert batch.status == "typing"


def test_the_typist_is_told_that_somebody_else_checks(world, service):
    batch = typed(world, service, 1)
    client = world.client(world.head)
    assert client.get(url("paper-check", batch.pk)).status_code == 403
    assert client.get(url("paper-detail", batch.pk)).context["has_typed"]
    read_again(batch, world.agency_head.user)
    client.post(url("paper-close", batch.pk), form())
    batch.refresh_from_db()
    assert (batch.status, Response.objects.count()) == ("checking", 0)


def test_withdrawing_needs_a_reason(world, service):
    batch = closed(world, service)
    client = world.client(world.head)
    for text in ("", "x" * 501):
        assert client.post(url("paper-withdraw", batch.pk), form(text=text)).status_code == 422
    assert not Response.objects.filter(is_quarantined=True).exists()
    assert client.post(url("paper-withdraw", batch.pk), form(text="Lembar palsu")).status_code == 302
    assert Response.objects.filter(is_quarantined=True).count() == 3


@pytest.mark.parametrize("content", [b"", b"bukan gambar", b"%PDF-1.4 rusak"])
def test_a_bad_scan_is_refused_in_words(world, service, content):
    batch = open_batch(world, service)
    upload = SimpleUploadedFile("x.pdf", content)
    response = world.client(world.head).post(url("paper-scan-add", batch.pk), form(file=upload))
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert batch.scans.count() == 1


def test_a_published_period_takes_no_batch(world, service):
    closed(world, service)
    paper_period = service.survey_periods.get()
    from django.utils import timezone

    from apps.feedback.services import results

    results.refresh_result(survey_period_id=paper_period.pk, at=timezone.now())
    IkmResult.objects.update(published_at=timezone.now())
    assert begin(world.client(world.head), service).status_code == 422
    assert PaperBatch.objects.count() == 1


def test_scans_are_for_those_who_see_the_batch(world, service):
    batch = open_batch(world, service)
    address = url("paper-scan", batch.scans.get().pk)
    assert world.client(world.auditor).get(address).status_code == 200
    for who in (world.stranger_head, world.staff, world.foreigner):
        assert world.client(who).get(address).status_code == 404
        assert (
            world.client(who).post(url("paper-scan-remove", batch.scans.get().pk), form()).status_code == 404
        )
    assert (
        world.client(world.auditor).post(url("paper-withdraw", batch.pk), form(text="x")).status_code == 403
    )
    assert batch.scans.count() == 1
    batch.refresh_from_db()
    assert batch.status == "typing"


def test_the_list_asks_the_same_whatever_its_length(world, service):
    client = world.client(world.head)
    counted = []
    for more in (1, 2):
        for _ in range(more):
            open_batch(world, service, 1)
        client.get(url("paper-list", service.code))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("paper-list", service.code))
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert paper.counts_of(PaperBatch.objects.first())["typed"] == 0
