"""Pages around held-back ratings: who sees, who decides, and that no answer is shown."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import PublicRemark, QuarantineCase, Response, UnitNetwork
from apps.feedback.services.arrivals import Arrival
from tests.feedback.helpers import UNSUR, answer


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def form(**fields):
    return {"_key": str(uuid.uuid4()), **fields}


@pytest.fixture
def case(service):
    for signals in (("too_fast", "hours"), ("too_fast", "hours"), ("too_fast", "own_network")):
        answer(service, dict.fromkeys(UNSUR, 1), arrival=Arrival(frozenset(signals)), remark="Penanda kata")
    return QuarantineCase.objects.get()


def test_the_list_and_the_case_show_signals_and_no_answers(world, case, officer):
    page = world.client(officer).get(url("case-list")).content.decode()
    assert case.service.name in page
    page = world.client(officer).get(url("case-detail", case.pk)).content.decode()
    assert "Penanda kata" not in page
    assert 'name="reason"' in page
    assert page.count('name="tanda"') == 2
    # The head and the auditor read; they do not decide.
    for who in (world.head, world.auditor):
        page = world.client(who).get(url("case-detail", case.pk))
        assert page.status_code == 200
        assert 'name="reason"' not in page.content.decode()
        refused = world.client(who).post(url("case-decide", case.pk), form(status="released", reason="x"))
        assert refused.status_code == 403
        assert (
            world.client(who).post(url("case-split", case.pk), form(tanda="hours,too_fast")).status_code
            == 403
        )
    assert world.client(world.stranger).get(url("case-detail", case.pk)).status_code == 404
    assert world.client(world.foreigner).get(url("case-detail", case.pk)).status_code == 404
    assert Response.objects.filter(is_quarantined=True).count() == 3
    assert QuarantineCase.objects.count() == 1


def test_a_decision_without_a_reason_keeps_the_choice(world, case, officer):
    answered = world.client(officer).post(url("case-decide", case.pk), form(status="excluded", reason=""))
    assert answered.status_code == 422
    assert "checked" in answered.content.decode()
    case.refresh_from_db()
    assert case.status == "waiting"


def test_a_double_click_decides_once(world, case, officer):
    client, sent = world.client(officer), form(status="excluded", reason="Skrip.")
    for _click in range(2):
        assert client.post(url("case-decide", case.pk), sent).status_code == 302
    assert case.steps.filter(action="excluded").count() == 1
    assert Response.objects.filter(is_quarantined=True, case__status="excluded").count() == 3


def test_a_part_is_decided_apart(world, case, officer):
    client = world.client(officer)
    moved = client.post(url("case-split", case.pk), form(tanda="own_network,too_fast"))
    part = QuarantineCase.objects.get(parent=case)
    assert moved.url == url("case-detail", part.pk)
    client.post(url("case-decide", part.pk), form(status="released", reason="Tamu rapat."))
    assert Response.objects.filter(is_quarantined=False).count() == 1
    assert client.post(url("case-split", case.pk), form(tanda="nonsense")).status_code == 302
    assert QuarantineCase.objects.count() == 2


def test_the_list_asks_equally_often_for_one_and_many(world, service, officer):
    client = world.client(officer)
    held = Arrival(frozenset({"too_fast", "hours"}))
    counts = []
    for number in range(3):
        answer(service, arrival=held, at=timezone.now() - timedelta(hours=5 * number))
        client.get(url("case-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("case-list"))
        counts.append(len(queries))
    assert QuarantineCase.objects.count() == 3
    assert counts[1] == counts[2]


@pytest.mark.parametrize("text", ["bukan alamat", "10.0.0.0/8", "127.0.0.1", "36.0.0.0/8", ""])
def test_a_network_that_says_nothing_is_refused(world, service, officer, text):
    sent = form(unit=world.unit.pk, network=text, label="Kantor")
    answered = world.client(officer).post(url("network-list"), sent)
    assert answered.status_code == 422
    assert not UnitNetwork.objects.exists()


def test_networks_are_added_and_removed_by_those_who_manage_the_unit(world, service, officer):
    client = world.client(officer)
    sent = form(unit=world.unit.pk, network="103.12.4.7/24", label="Kantor")
    assert client.post(url("network-list"), sent).status_code == 302
    row = UnitNetwork.objects.get()
    assert row.network == "103.12.4.0/24"
    assert client.post(url("network-list"), form(**{**sent, "_key": str(uuid.uuid4())})).status_code == 422
    assert world.client(world.stranger_head).post(url("network-remove", row.pk), form()).status_code == 404
    assert world.client(world.stranger).get(url("network-list")).status_code == 403
    assert UnitNetwork.objects.count() == 1
    assert client.post(url("network-remove", row.pk), form()).status_code == 302
    assert not UnitNetwork.objects.exists()


def test_remarks_are_read_one_by_one_with_names_hidden(world, service, officer):
    old = timezone.now() - timedelta(days=9)
    answer(service, remark="Perawat Contoh ramah, Pak Joko juga, 081234567890", at=old)
    answer(service, remark="Antrean panjang", at=timezone.now() - timedelta(hours=1))
    client = world.client(officer)
    page = client.get(url("remark-queue", service.code)).content.decode()
    assert "Joko" not in page
    assert "0812" not in page
    assert "Antrean panjang" not in page
    row = Response.objects.get(remark__startswith="Perawat")
    empty = client.post(url("remark-queue", service.code), form(jawaban=row.pk, text="", tampilkan="1"))
    assert empty.status_code == 422
    assert not PublicRemark.objects.exists()
    sent = form(jawaban=row.pk, text="[nama] ramah", tampilkan="1")
    assert client.post(url("remark-queue", service.code), sent).status_code == 302
    assert PublicRemark.objects.get().text == "[nama] ramah"
    assert world.client(world.head).get(url("remark-queue", service.code)).status_code == 403
