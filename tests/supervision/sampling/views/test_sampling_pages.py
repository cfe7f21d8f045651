"""The pages of a sample: what they show to whom, what they refuse, and what a double click does."""

import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import ReportDecision, SelfReport
from apps.core import policy
from apps.supervision.models import BatchAcceptance, DrawnReport, ReviewDraw, SecondReading
from apps.supervision.services import draws, second_readings
from tests.world import World

from ..conftest import AFTER, BEFORE, close, draw_of, send
from ..test_services_reading import accept, read_all, rest_of, statuses

pytestmark = pytest.mark.django_db
KEY = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"
LIST, SECOND, AGREEMENT = "/pengawas/sampel/", "/pengawas/pembaca-kedua/", "/pengawas/kesepakatan/"


def cost(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_before_the_draw_the_hash_is_shown_and_the_seed_is_not(world: World, period: Any) -> None:
    world.make_skp(world.staff)
    draws.commit_due(now=BEFORE)
    draw = draw_of(world.head, period)
    for address in (f"{LIST}{draw.pk}/", f"{LIST}{draw.pk}/undian.json", LIST):
        page = world.client(world.head).get(address).content.decode()
        assert draw.seed not in page
        assert (draw.seed_hash in page) == (address != LIST)


def test_after_the_draw_everything_is_there_to_recompute_it(world: World, drawn: ReviewDraw) -> None:
    page = world.client(world.head).get(f"{LIST}{drawn.pk}/").content.decode()
    assert drawn.seed in page
    assert drawn.frame in page
    for row in drawn.drawn.all():
        assert f"/pengawas/laporan/{row.report_id}/" in page
    answer = world.client(world.auditor).get(f"{LIST}{drawn.pk}/undian.json")
    file = json.loads(answer.content)
    assert (file["seed"], file["drawn"]) == (
        drawn.seed,
        list(drawn.drawn.order_by("place").values_list("report_id", flat=True)),
    )
    assert "Pegawai" not in answer.content.decode(), "numbers, no names"


def test_a_verdict_from_the_page_of_the_sample(world: World, drawn: ReviewDraw) -> None:
    row = drawn.drawn.order_by("place")[0]
    client = world.client(world.head)
    address = f"{LIST}{drawn.pk}/laporan/{row.pk}/"
    good = {"found": "finding", "note": "Angka tidak cocok dengan bukti", "_key": KEY}
    assert client.post(address, good).status_code == 409, "not opened yet"
    client.get(f"/pengawas/laporan/{row.report_id}/")
    for bad in ({"found": "", "note": "x"}, {"found": "finding", "note": " "}, {"found": "boleh"}):
        assert client.post(address, bad).status_code == 422
    row.refresh_from_db()
    assert (row.found, row.report.status) == ("", "submitted")
    assert world.client(world.auditor).post(address, good).status_code == 403
    assert world.client(world.staff).post(address, good).status_code == 404
    for _ in range(2):
        assert client.post(address, good).status_code == 302
    row = DrawnReport.objects.get(pk=row.pk)
    assert (row.found, row.report.status, row.report.decision_note) == (
        "finding",
        "returned",
        "Angka tidak cocok dengan bukti",
    )
    assert ReportDecision.objects.filter(report=row.report_id, action="return").count() == 1


def test_the_preview_says_what_and_why_not_and_accepts_nothing_early(
    world: World, drawn: ReviewDraw, flagged: set[int]
) -> None:
    odd = SelfReport.objects.get(pk=min(rest_of(drawn)))
    flagged.add(odd.employee_id)
    address = f"/pengawas/massal/{drawn.pk}/"
    client = world.client(world.head)
    page = client.get(address)
    assert {report.pk for report in page.context["chosen"]} == rest_of(drawn) - {odd.pk}
    assert [row["report"].pk for row in page.context["excluded"]] == [odd.pk]
    assert 'name="note"' not in page.content.decode(), "no button before the sample is read"
    before = statuses()
    data = {"note": "Sampel sesuai", "report": [str(pk) for pk in rest_of(drawn)], "_key": KEY}
    answer = client.post(address, data)
    assert (answer.status_code, statuses()) == (409, before)
    read_all(drawn)
    assert client.post(address, data | {"note": " "}).status_code == 422
    assert world.client(world.agency_head).post(address, data).status_code == 403
    assert not BatchAcceptance.objects.exists()
    assert client.post(address, data).status_code == 302
    batch = BatchAcceptance.objects.get()
    assert batch.items.get(report=odd).outcome == "flagged"
    writer = SelfReport.objects.filter(status="accepted", decisions__is_batch=True).first()
    assert writer is not None
    mine = world.client(writer.employee).get(f"/laporan/{writer.pk}/")
    assert mine.context["is_batch"]
    undo = f"/pengawas/massal/batal/{batch.pk}/"
    assert client.get(undo).status_code == 405
    for who, status in ((world.agency_head, 403), (world.stranger_head, 404), (world.foreigner, 404)):
        assert world.client(who).post(undo).status_code == status
    batch.refresh_from_db()
    assert batch.undone_at is None
    assert client.post(undo).status_code == 302
    batch.refresh_from_db()
    assert batch.undone_at == AFTER
    assert client.get(address).context["undone"] == batch


def test_the_second_reader_reads_blind(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.select_related("drawn__report__employee").get()
    reader = world.client(world.stranger_head)
    address = f"{SECOND}{reading.pk}/"
    assert address in reader.get(SECOND).content.decode()
    read_all(drawn, finding=4)
    page = reader.get(address).content.decode()
    assert reading.drawn.report.employee.name not in page
    assert "Lihat lagi" not in page, "the first reader's words stay hidden"
    assert world.client(world.head).get(address).status_code == 404
    assert world.client(world.auditor).get(address).status_code == 404
    assert reader.get(f"{address}bukti/999/").status_code == 404
    sample = world.client(world.head).get(f"{LIST}{drawn.pk}/").content.decode()
    for bad in ({"found": ""}, {"found": "finding", "note": ""}):
        assert reader.post(address, bad).status_code == 422
    for _ in range(2):
        sent = {"found": "finding", "note": "Dua angka tertukar", "_key": KEY}
        assert reader.post(address, sent).status_code == 302
    assert "Lihat lagi" in reader.get(address).content.decode()
    assert "Dua angka tertukar" not in sample
    assert "Dua angka tertukar" in world.client(world.head).get(f"{LIST}{drawn.pk}/").content.decode()


def test_the_first_reader_learns_nothing_early(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    second_readings.judge_second(
        reading_id=reading.pk, found="finding", note="Dua angka tertukar", by=world.stranger_head, at=AFTER
    )
    page = world.client(world.head).get(f"{LIST}{drawn.pk}/").content.decode()
    assert "Dua angka tertukar" not in page


def test_agreement_is_for_those_who_oversee_the_unit(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    second_readings.judge_second(
        reading_id=reading.pk, found="none", note="", by=world.stranger_head, at=AFTER
    )
    read_all(drawn)
    for who, n in ((world.personnel_officer, 1), (world.agency_head, 1), (world.stranger_head, 0)):
        assert world.client(who).get(AGREEMENT).context["total"].n == n
    assert world.client(world.staff).get(AGREEMENT).status_code == 403


def test_a_second_reader_says_why_not_on_a_page(world: World, drawn: ReviewDraw) -> None:
    second_readings.assign_due(now=AFTER)
    reading = SecondReading.objects.get()
    reader, address = world.client(world.stranger_head), f"{SECOND}{reading.pk}/tolak/"
    assert address in reader.get(f"{SECOND}{reading.pk}/").content.decode()
    assert reader.post(address, {"reason": " "}).status_code == 422
    assert world.client(world.head).post(address, {"reason": "Kenal"}).status_code == 404
    reading.refresh_from_db()
    assert reading.reader == world.stranger_head
    assert reader.post(address, {"reason": "Kenal penulisnya"}).url == SECOND
    reading.refresh_from_db()
    assert reading.reader is None
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("what", ["list", "detail", "preview", "second", "agreement"])
def test_the_same_queries_for_few_and_for_many(world: World, drawn: ReviewDraw, what: str) -> None:
    """Twelve people first, then more reports on another list, more drawn and read twice."""
    second_readings.assign_due(now=AFTER)
    client = world.client(world.stranger_head if what == "second" else world.head)
    officer = world.client(world.personnel_officer)
    policy.set_value(
        "supervision.second_share", "1", scope="kendari", valid_from=BEFORE.date(), by=None, reason="uji"
    )
    small = drawn
    period = drawn.period
    boss = world.make_employee("Kepala Besar", world.unit, appraiser=world.agency_head)
    for number in range(20):
        send(world, world.make_employee(f"Anak {number}", world.unit, appraiser=boss), period)
    draws.commit_seed(period=period, supervisor_id=boss.pk, at=BEFORE)
    addresses = {
        "detail": (f"{LIST}{{}}/", client, world.client(boss)),
        "preview": ("/pengawas/massal/{}/", client, world.client(boss)),
    }
    if what in addresses:
        pattern, few_client, many_client = addresses[what]
        cost(few_client, pattern.format(small.pk))
        few = cost(few_client, pattern.format(small.pk))
        draws.freeze_due(now=AFTER)
        draws.draw_due(now=AFTER)
        big = draw_of(boss, period)
        assert big.drawn.count() > small.drawn.count()
        cost(many_client, pattern.format(big.pk))
        assert cost(many_client, pattern.format(big.pk)) == few
        return
    address = {"list": f"{LIST}?lingkup=semua", "second": SECOND, "agreement": AGREEMENT}[what]
    who = client if what == "second" else officer
    if what == "agreement":
        _judge_everything(world)
    cost(who, address)
    few = cost(who, address)
    draws.freeze_due(now=AFTER)
    draws.draw_due(now=AFTER)
    second_readings.assign_due(now=AFTER)
    if what == "agreement":
        _judge_everything(world)
    assert SecondReading.objects.count() > 3
    cost(who, address)  # the menu is asked for again after something happened
    assert cost(who, address) == few


def _judge_everything(world: World) -> None:
    SecondReading.objects.filter(found="").update(
        reader=world.stranger_head, assigned_at=AFTER, found="none", judged_at=AFTER
    )
    DrawnReport.objects.filter(found="").update(
        opened_at=AFTER, opened_version=1, found="none", judged_at=AFTER
    )


@pytest.mark.django_db(transaction=True)
def test_six_parallel_acceptances_make_one_batch(world: World, drawn: ReviewDraw) -> None:
    read_all(drawn)
    data = {"note": "Sampel sesuai", "report": [str(pk) for pk in rest_of(drawn)]}
    clients = [world.client(world.head) for _ in range(6)]
    answers: list[int] = []

    def send_it(number: int, client: Any) -> None:
        try:
            # Half of them the same form, the others the same page opened in another tab.
            key = KEY if number % 2 else f"6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7b{number:02d}"
            answers.append(client.post(f"/pengawas/massal/{drawn.pk}/", data | {"_key": key}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send_it, args=(n, client)) for n, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert BatchAcceptance.objects.count() == 1
    assert set(answers) <= {302, 409}
    assert ReportDecision.objects.filter(is_batch=True).count() == len(rest_of(drawn))


def test_the_writer_reads_how_it_was_accepted(world: World, drawn: ReviewDraw) -> None:
    read_all(drawn)
    accept(drawn)
    report = SelfReport.objects.get(pk=min(rest_of(drawn)))
    drawn_report = SelfReport.objects.get(pk=drawn.drawn.first().report_id)
    for row, is_batch in ((report, True), (drawn_report, False)):
        answer = world.client(row.employee).get(f"/laporan/{row.pk}/")
        assert answer.context["is_batch"] is is_batch


def test_the_list_is_not_for_who_reviews_nobody(world: World, period: Any) -> None:
    close(period)
    assert world.client(world.staff).get(LIST).status_code == 403
    assert world.client(world.stranger_head).get(LIST).context["rows"] == []
