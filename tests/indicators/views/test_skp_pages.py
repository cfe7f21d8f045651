from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.models import SubmissionKey
from apps.indicators.models import Skp
from apps.indicators.services import skp as services

from ..support import AT, begin, complete, fill, submitted

pytestmark = pytest.mark.django_db

CREATE = "/skp/baru/"
KEY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(autouse=True)
def _september(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of this file are looked at in September of the world's year."""
    from apps.indicators.views import plans

    monkeypatch.setattr(plans.timezone, "now", lambda: AT)


def test_create_by_the_page(world: Any) -> None:
    client = world.client(world.staff)
    assert client.get(CREATE).status_code == 200
    response = client.post(CREATE, {"year": "2026", "_key": KEY})
    skp = Skp.objects.get()
    assert (response.status_code, response.url) == (302, f"/skp/{skp.pk}/")
    assert client.post(CREATE, {"year": "2026", "_key": KEY}).url == f"/skp/{skp.pk}/"
    other = client.post(CREATE, {"year": "2026"})
    assert (other.status_code, other.url) == (302, f"/skp/{skp.pk}/")
    assert Skp.objects.count() == 1
    assert SubmissionKey.objects.filter(purpose="indicators.skp").count() == 1


@pytest.mark.parametrize("year", ["", "1999", "2027", "x"])
def test_create_for_a_year_that_is_not_open_is_refused(world: Any, year: str) -> None:
    assert world.client(world.staff).post(CREATE, {"year": year}).status_code == 422
    assert not Skp.objects.exists()


def test_begin_leads_back_when_every_open_year_has_its_plan(world: Any) -> None:
    begin(world.staff)
    assert world.client(world.staff).get(CREATE).url == "/skp/"


def test_create_without_a_position_says_who_must_act(world: Any) -> None:
    world.staff.placements.all().delete()
    client = world.client(world.staff)
    page = client.get(CREATE)
    assert page.status_code == 200
    assert page.context["form"] is None
    assert client.post(CREATE, {"year": "2026"}).status_code == 422
    assert not Skp.objects.exists()


def test_mine_without_a_plan_offers_to_begin_one(world: Any) -> None:
    page = world.client(world.staff).get("/skp/")
    assert page.context["cards"] == []
    assert CREATE in page.content.decode()


def test_mine_says_what_to_do_next(world: Any) -> None:
    skp = begin(world.staff)
    client = world.client(world.staff)

    def step() -> str:
        (card,) = client.get("/skp/").context["cards"]
        return card.step.url

    assert step() == f"/skp/{skp.pk}/hasil/baru/"
    fill(skp)
    assert step() == f"/skp/{skp.pk}/periksa/"
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    assert step() == ""


def test_mine_lists_older_years(world: Any) -> None:
    old = world.make_skp(world.staff)
    Skp.objects.filter(pk=old.pk).update(year=2025)
    page = world.client(world.staff).get("/skp/")
    assert list(page.context["older"]) == [old]
    assert page.context["cards"] == []


def test_the_plan_page_shows_the_whole_form(world: Any) -> None:
    above = world.make_skp(world.head).results.get()
    skp = begin(world.staff)
    result = fill(skp, text="<b>Hasil</b> & mutu")
    services.change_result(result=result, text=result.text, kind="utama", by=world.staff, supports=above)
    services.set_behavior(skp=skp, value="loyal", expectation="Harapan loyal", by=world.staff)
    services.add_annex_item(skp=skp, kind="konsekuensi", text="Diusulkan pelatihan", by=world.staff)
    html = world.client(world.staff).get(f"/skp/{skp.pk}/").content.decode()
    assert "<b>Hasil</b>" not in html
    for text in (
        "&lt;b&gt;Hasil&lt;/b&gt; &amp; mutu",
        above.text,
        "1.250 pasien",
        "Harapan loyal",
        "Diusulkan pelatihan",
        "Menjaga rahasia jabatan dan negara",
        world.head.full_name,
    ):
        assert text in html


def test_check_lists_what_is_missing_with_links(world: Any) -> None:
    skp = begin(world.staff)
    result = services.add_result(skp=skp, text="Melaksanakan 12 kegiatan", kind="utama", by=world.staff)
    page = world.client(world.staff).get(f"/skp/{skp.pk}/periksa/")
    (missing,) = page.context["blocking"]
    assert missing["url"] == f"/skp/{skp.pk}/hasil/{result.pk}/indikator/baru/"
    assert f"/skp/{skp.pk}/ajukan/" not in page.content.decode()
    advice = [row["url"] for row in page.context["advice"]]
    assert advice.count(f"/skp/{skp.pk}/hasil/{result.pk}/") == 3  # supports nothing, activity, target inside


def test_check_names_all_silent_values_in_one_row(world: Any) -> None:
    skp = complete(world.staff)
    services.set_behavior(skp=skp, value="loyal", expectation="x", by=world.staff)
    page = world.client(world.staff).get(f"/skp/{skp.pk}/periksa/")
    (row,) = [row for row in page.context["advice"] if "perilaku" in row["url"]]
    assert row["place"] == "Berorientasi Pelayanan, Akuntabel, Kompeten, Harmonis, Adaptif, Kolaboratif"


def test_check_of_a_complete_plan_can_be_sent(world: Any) -> None:
    skp = complete(world.staff)
    page = world.client(world.staff).get(f"/skp/{skp.pk}/periksa/")
    assert page.context["blocking"] == []
    assert f'action="/skp/{skp.pk}/ajukan/"' in page.content.decode()


def test_check_of_a_sent_plan_leads_to_the_plan(world: Any) -> None:
    skp = submitted(world.staff)
    assert world.client(world.staff).get(f"/skp/{skp.pk}/periksa/").url == f"/skp/{skp.pk}/"


def test_the_note_of_a_returned_plan_stands_on_top(world: Any) -> None:
    skp = submitted(world.staff)
    services.return_skp(skp_id=skp.pk, note="Tambah indikator mutu.", by=world.head, at=AT)
    page = world.client(world.staff).get(f"/skp/{skp.pk}/")
    assert page.context["note"].note == "Tambah indikator mutu."
    assert "Tambah indikator mutu." in page.content.decode()


def test_approvals_show_age_and_only_links(world: Any) -> None:
    skp = submitted(world.staff)
    Skp.objects.filter(pk=skp.pk).update(submitted_at="2026-09-05T02:00Z")
    submitted(world.colleague)
    page = world.client(world.head).get("/skp/persetujuan/")
    assert [(row["skp"].employee, row["days"]) for row in page.context["rows"]] == [
        (world.staff, 10),
        (world.colleague, 0),
    ]
    assert "/setujui/" not in page.content.decode()


def test_lists_need_the_same_queries_for_one_and_for_three(
    world: Any,
) -> None:
    world.make_skp(world.head)

    def queries(who: Any, path: str) -> int:
        client = world.client(who)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    submitted(world.staff)
    one = queries(world.head, "/skp/persetujuan/")
    for number in range(2):
        submitted(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
    assert queries(world.head, "/skp/persetujuan/") == one

    skp = complete(world.colleague)
    short = {
        path: queries(world.colleague, path)
        for path in (f"/skp/{skp.pk}/", f"/skp/{skp.pk}/periksa/", "/skp/")
    }
    for text in ("b", "c"):
        fill(skp, text=text)
    for path, before in short.items():
        assert queries(world.colleague, path) == before


def test_a_qualitative_plan_has_no_targets_and_can_be_sent(world: Any) -> None:
    skp = begin(world.staff)
    Skp.objects.filter(pk=skp.pk).update(approach="kualitatif")
    client = world.client(world.staff)
    client.post(f"/skp/{skp.pk}/hasil/baru/", {"text": "Hasil", "kind": "utama"})
    result = skp.results.get()
    client.post(
        f"/skp/{skp.pk}/hasil/{result.pk}/indikator/baru/", {"text": "Laporan diterima tiap tanggal 5"}
    )
    assert result.indicators.get().target is None
    client.post(f"/skp/{skp.pk}/ajukan/")
    skp.refresh_from_db()
    assert skp.status == "submitted"
