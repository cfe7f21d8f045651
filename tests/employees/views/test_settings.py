"""Policy values and days off."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from apps.core import policy
from apps.core.models import Holiday, PolicyValue
from apps.employees.views._shared import today
from tests.world import World

KEY = "accounts.activation_days"
URL = f"/pengaturan/nilai/{KEY}/"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def test_every_definition_is_listed_with_its_value_today(world: World) -> None:
    page = world.client(world.personnel_officer).get("/pengaturan/")
    rows = [row for group in page.context["groups"] for row in group["rows"]]
    assert {row["definition"].key for row in rows} == {definition.key for definition in policy.definitions()}
    assert page.status_code == 200


def test_a_new_value_holds_from_its_day_and_never_before(world: World) -> None:
    client = world.client(world.personnel_officer)
    day = today(world.government)
    later = day + timedelta(days=10)
    sent = {"value": "21", "valid_from": later.isoformat(), "reason": "SK 12/2026"}
    assert client.post(URL, sent).status_code == 302
    assert policy.get(KEY, on=day, scope="kendari") == 14
    assert policy.get(KEY, on=later, scope="kendari") == 21
    assert policy.get(KEY, on=later, scope="serang") == 14
    row = PolicyValue.objects.get()
    assert (row.reason, row.set_by, row.scope) == ("SK 12/2026", world.personnel_officer, "kendari")
    assert "SK 12/2026" in client.get(URL).content.decode()
    listed = client.get("/pengaturan/").context["groups"]
    mine = next(row for group in listed for row in group["rows"] if row["definition"].key == KEY)
    assert (mine["value"], mine["coming"], mine["since"]) == ("14", later, None)


@pytest.mark.parametrize(
    "wrong",
    [{"value": "banyak"}, {"value": ""}, {"reason": ""}, {"valid_from": "2020-01-01"}, {"valid_from": "x"}],
)
def test_a_value_that_makes_no_sense_changes_nothing(world: World, wrong: dict[str, str]) -> None:
    day = today(world.government)
    sent = {"value": "21", "valid_from": day.isoformat(), "reason": "SK"} | wrong
    assert world.client(world.personnel_officer).post(URL, sent).status_code == 422
    assert not PolicyValue.objects.exists()


def test_auditors_read_and_nobody_else_sets(world: World) -> None:
    sent = {"value": "21", "valid_from": today(world.government).isoformat(), "reason": "SK"}
    auditor = world.client(world.auditor)
    assert auditor.get(URL).status_code == auditor.get("/pengaturan/hari-libur/").status_code == 200
    for who in (world.auditor, world.head, world.staff):
        assert world.client(who).post(URL, sent).status_code == 403
    assert world.client(world.personnel_officer).get("/pengaturan/nilai/tidak.ada/").status_code == 404
    assert not PolicyValue.objects.exists()


def test_days_off_are_added_once_and_removed(world: World) -> None:
    client = world.client(world.personnel_officer)
    Holiday.objects.create(scope="", date=date(2026, 8, 17), name="Hari Kemerdekaan")
    url = "/pengaturan/hari-libur/"
    assert client.post(url, {"date": "2026-08-17", "name": "Lagi"}).status_code == 422
    assert client.post(url, {"date": "", "name": ""}).status_code == 422
    assert client.post(url, {"date": "2026-05-09", "name": "HUT Kota"}).status_code == 302
    assert client.post(url, {"date": "2026-05-09", "name": "HUT Kota"}).status_code == 422
    page = client.get(url, {"tahun": "2026"})
    assert [row.name for row in page.context["page"].object_list] == ["HUT Kota", "Hari Kemerdekaan"]
    national, own = Holiday.objects.get(scope=""), Holiday.objects.get(scope="kendari")
    assert client.post(reverse("employees:holiday-remove", args=[national.pk])).status_code == 404
    remove = reverse("employees:holiday-remove", args=[own.pk])
    assert world.client(world.auditor).post(remove).status_code == 403
    assert world.client(world.other.personnel_officer).post(remove).status_code == 404
    assert client.post(remove).status_code == 302
    assert list(Holiday.objects.all()) == [national]


def test_the_list_of_a_year(world: World) -> None:
    client = world.client(world.personnel_officer)
    url = "/pengaturan/hari-libur/impor/"

    def send(text: str, name: str = "libur.csv") -> Any:
        return client.post(url, {"file": SimpleUploadedFile(name, text.encode())})

    assert send("Tanggal;Keterangan\n1 Januari 2026;Tahun Baru\nbesok;Salah\n").status_code == 422
    assert send("Nama,Alamat\nx,y\n").status_code == 422
    assert client.post(url, {}).status_code == 422
    assert not Holiday.objects.exists()
    good = "Tanggal;Keterangan\n1 Januari 2026;Tahun Baru\n2026-08-17;Hari Kemerdekaan\n"
    assert send(good).status_code == 302
    assert send(good).status_code == 302
    assert list(Holiday.objects.order_by("date").values_list("scope", "date", "name")) == [
        ("kendari", date(2026, 1, 1), "Tahun Baru"),
        ("kendari", date(2026, 8, 17), "Hari Kemerdekaan"),
    ]
