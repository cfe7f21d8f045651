"""Quick entry on a phone."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import ProgressEntry
from apps.assessments.services import reports

from ..conftest import NOW, TODAY, add, fill

ADDRESS = "/laporan/cepat/"


def test_one_line_is_one_activity(world: Any, skp: Any, period: Any) -> None:
    result = skp.results.get()
    indicator = result.indicators.first()
    client = world.client(world.staff)
    assert client.get(ADDRESS).context["form"]["date"].value() == TODAY
    data = {
        "text": "Posyandu",
        "result": result.pk,
        "date": "2026-09-15",
        "quantity": "24,5",
        "indicator": indicator.pk,
        "_key": "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11",
    }
    for _ in range(2):
        assert client.post(ADDRESS, data).status_code == 302
    entry = ProgressEntry.objects.get()
    assert (entry.text, entry.quantity, entry.indicator) == ("Posyandu", Decimal("24.5"), indicator)


def test_wrong_lines_keep_what_was_typed(world: Any, skp: Any, period: Any) -> None:
    result = skp.results.get()
    client = world.client(world.staff)
    for data, field in [
        ({"text": ""}, "text"),
        ({"date": "2026-09-16"}, "date"),
        ({"quantity": "tiga"}, "quantity"),
        ({"quantity": "3"}, "indicator"),
        ({"indicator": result.indicators.first().pk}, "quantity"),
    ]:
        answer = client.post(ADDRESS, {"text": "Posyandu", "result": result.pk, "date": "2026-09-15"} | data)
        assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
        assert answer.context["form"]["result"].value() == str(result.pk)
    assert ProgressEntry.objects.count() == 0


def test_the_only_indicator_is_meant(world: Any, period: Any) -> None:
    skp = world.make_skp(world.staff, indicators=1)
    result = skp.results.get()
    world.client(world.staff).post(
        ADDRESS, {"text": "x", "result": result.pk, "date": "2026-09-15", "quantity": "3"}
    )
    assert ProgressEntry.objects.get().indicator == result.indicators.get()


def test_a_sent_report_takes_no_more_lines(world: Any, skp: Any, sent: Any) -> None:
    answer = world.client(world.staff).post(
        ADDRESS, {"text": "x", "result": skp.results.get().pk, "date": "2026-09-15"}
    )
    assert (answer.status_code, "date" in answer.context["form"].errors) == (422, True)
    assert ProgressEntry.objects.count() == 0


def test_repeat_fills_the_form_and_copy_copies(world: Any, skp: Any, period: Any) -> None:
    entry = add(world, skp, "Apel pagi", date(2026, 9, 14))
    client = world.client(world.staff)
    form = client.get(f"{ADDRESS}?isi={entry.pk}").context["form"]
    assert (form["text"].value(), form["date"].value()) == ("Apel pagi", TODAY)
    client.post("/laporan/cepat/salin/")
    client.post("/laporan/cepat/salin/")
    assert ProgressEntry.objects.filter(date=TODAY, text="Apel pagi").count() == 1


def test_change_and_delete_while_it_is_open(world: Any, skp: Any, period: Any) -> None:
    entry = add(world, skp)
    client = world.client(world.staff)
    address = f"/laporan/cepat/{entry.pk}/"
    client.post(address, {"text": "Baru", "result": entry.result_id, "date": "2026-09-14"})
    entry.refresh_from_db()
    assert (entry.text, entry.date) == ("Baru", date(2026, 9, 14))
    assert client.post(f"{address}hapus/").status_code == 200
    assert ProgressEntry.objects.count() == 1
    client.post(f"{address}hapus/", {"confirmed": "1"})
    assert ProgressEntry.objects.count() == 0


def test_somebody_elses_line_is_not_touched(world: Any, skp: Any, draft: Any) -> None:
    entry = add(world, skp)
    for who, status in [("stranger", 404), ("foreigner", 404), ("colleague", 404), ("head", 403)]:
        client = world.client(getattr(world, who))
        assert client.get(f"/laporan/cepat/{entry.pk}/").status_code == status
        assert client.post(f"/laporan/cepat/{entry.pk}/", {"text": "x"}).status_code == status
        assert client.post(f"/laporan/cepat/{entry.pk}/hapus/", {"confirmed": "1"}).status_code == status
    assert ProgressEntry.objects.get().text == "Posyandu Mandonga"


def test_locked_lines_offer_no_buttons(world: Any, skp: Any, draft: Any) -> None:
    entry = add(world, skp)
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    page = world.client(world.staff).get(ADDRESS).content.decode()
    assert f"/laporan/cepat/{entry.pk}/" not in page
    assert "Posyandu Mandonga" in page


def test_an_expired_session_keeps_the_line(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    owner = client.get(ADDRESS).content.decode().split('name="_owner" value="')[1].split('"')[0]
    Session.objects.all().delete()
    client.post(ADDRESS, {"text": "Ditulis di lapangan", "date": "2026-09-15", "_owner": owner})
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(ADDRESS).context["form"]["text"].value() == "Ditulis di lapangan"


def test_the_page_costs_the_same_for_one_and_three_lines(world: Any, skp: Any, draft: Any) -> None:
    client = world.client(world.staff)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        return len(captured)

    add(world, skp, "Satu", date(2026, 6, 1))
    cost()
    one = cost()
    add(world, skp, "Dua", date(2026, 9, 13))
    add(world, skp, "Tiga", date(2026, 2, 1))
    assert cost() == one
