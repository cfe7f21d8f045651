from decimal import Decimal
from typing import Any

import pytest

from apps.core.models import AuditEntry
from apps.indicators.models import Indicator, Skp, UnitIndicator, WorkResult
from apps.indicators.services import skp as services

from ..support import AT, begin, expectations, fill, indicator_data

pytestmark = pytest.mark.django_db

KEY = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def plan(world: Any) -> Skp:
    """A draft of world.staff."""
    return begin(world.staff)


# --- results


def test_a_result_leads_to_its_first_indicator(world: Any, plan: Skp) -> None:
    above = world.make_skp(world.head, status="draft").results.get()
    data = {"text": "Hasil", "kind": "utama", "supports": f"r{above.pk}", "_key": KEY}
    client = world.client(world.staff)
    response = client.post(f"/skp/{plan.pk}/hasil/baru/", data)
    result = plan.results.get()
    assert response.url == f"/skp/{plan.pk}/hasil/{result.pk}/indikator/baru/"
    assert (result.text, result.kind, result.supports) == ("Hasil", "utama", above)
    assert client.post(f"/skp/{plan.pk}/hasil/baru/", data).url == response.url
    assert plan.results.count() == 1


def test_what_is_not_offered_cannot_be_chosen(world: Any, plan: Skp) -> None:
    world.make_skp(world.head)
    strange = world.make_skp(world.stranger).results.get()
    data = {"text": "Hasil", "kind": "utama", "supports": f"r{strange.pk}"}
    response = world.client(world.staff).post(f"/skp/{plan.pk}/hasil/baru/", data)
    assert response.status_code == 422
    assert "supports" in response.context["form"].errors
    assert not plan.results.exists()


def test_a_jpt_result_needs_a_perspective(world: Any) -> None:
    skp = begin(world.agency_head)
    iku = UnitIndicator.objects.create(
        unit=world.agency, year=2026, goal="g", name="n", target=1, measure="x"
    )
    client = world.client(world.agency_head)
    data = {"text": "Hasil", "kind": "utama", "supports": f"i{iku.pk}"}
    response = client.post(f"/skp/{skp.pk}/hasil/baru/", data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["perspective"])
    assert not skp.results.exists()
    client.post(f"/skp/{skp.pk}/hasil/baru/", data | {"perspective": "anggaran"})
    assert (skp.results.get().perspective, skp.results.get().supports_indicator) == ("anggaran", iku)


def test_a_ja_jf_result_has_no_perspective(world: Any, plan: Skp) -> None:
    data = {"text": "Hasil", "kind": "utama", "perspective": "anggaran"}
    world.client(world.staff).post(f"/skp/{plan.pk}/hasil/baru/", data)
    assert plan.results.get().perspective == ""


def test_an_empty_result_keeps_what_was_typed(world: Any, plan: Skp) -> None:
    response = world.client(world.staff).post(f"/skp/{plan.pk}/hasil/baru/", {"text": "", "kind": "tambahan"})
    assert response.status_code == 422
    assert response.context["form"]["kind"].value() == "tambahan"
    assert not plan.results.exists()


def test_two_tabs_show_both_texts_and_overwrite_nothing(world: Any, plan: Skp) -> None:
    result = fill(plan, text="Teks asal")
    client = world.client(world.staff)
    path = f"/skp/{plan.pk}/hasil/{result.pk}/"
    opened = client.get(path).context["revision"]
    first = {"text": "Dari tab pertama", "kind": "utama", "revision": opened}
    second = {"text": "Dari tab kedua", "kind": "utama", "revision": opened}
    assert client.post(path, first).status_code == 302
    response = client.post(path, second)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Dari tab pertama" in html
    assert "Dari tab kedua" in html
    result.refresh_from_db()
    assert result.text == "Dari tab pertama"
    again = second | {"revision": response.context["revision"]}
    assert client.post(path, again).status_code == 302
    result.refresh_from_db()
    assert result.text == "Dari tab kedua"


def test_a_form_without_its_revision_overwrites_nothing(world: Any, plan: Skp) -> None:
    result = fill(plan, text="Teks asal")
    path = f"/skp/{plan.pk}/hasil/{result.pk}/"
    for revision in ({}, {"revision": "x"}, {"revision": "-1"}):
        response = world.client(world.staff).post(path, {"text": "Lain", "kind": "utama"} | revision)
        assert response.status_code == 409
    result.refresh_from_db()
    assert result.text == "Teks asal"


def test_a_text_for_a_plan_sent_meanwhile_is_shown_not_saved(world: Any, plan: Skp) -> None:
    result = fill(plan, text="Teks asal")
    services.submit_skp(skp_id=plan.pk, by=world.staff, at=AT)
    path = f"/skp/{plan.pk}/hasil/{result.pk}/"
    data = {"text": "Terlambat", "kind": "utama", "revision": 99}
    client = world.client(world.staff)
    response = client.post(path, data)
    assert (response.status_code, "Terlambat" in response.content.decode()) == (409, True)
    result.refresh_from_db()
    assert result.text == "Teks asal"
    assert client.get(path).url == f"/skp/{plan.pk}/"


def test_removing_asks_first(world: Any, plan: Skp) -> None:
    result = fill(plan)
    client = world.client(world.staff)
    path = f"/skp/{plan.pk}/hasil/{result.pk}/hapus/"
    assert client.post(path).status_code == 200
    assert plan.results.count() == 1
    assert client.post(path, {"confirmed": "1"}).url == f"/skp/{plan.pk}/"
    assert not plan.results.exists()
    assert client.post(path, {"confirmed": "1"}).status_code == 404


def test_a_supported_result_is_not_removed(world: Any) -> None:
    superior = begin(world.head)
    above = fill(superior)
    services.add_result(skp=begin(world.staff), text="a", kind="utama", by=world.staff, supports=above)
    path = f"/skp/{superior.pk}/hasil/{above.pk}/hapus/"
    assert world.client(world.head).post(path, {"confirmed": "1"}).status_code == 302
    assert WorkResult.objects.filter(pk=above.pk).exists()


def test_a_result_of_another_plan_is_not_found(world: Any, plan: Skp) -> None:
    strange = world.make_skp(world.colleague, status="draft").results.get()
    client = world.client(world.staff)
    for path in ("", "hapus/", "geser/", "indikator/baru/"):
        address = f"/skp/{plan.pk}/hasil/{strange.pk}/{path}"
        assert client.post(address, {"confirmed": "1", "text": "x", "kind": "utama"}).status_code == 404
    strange.refresh_from_db()
    assert strange.text != "x"


def test_moving_a_result(world: Any, plan: Skp) -> None:
    first, second = fill(plan, text="a"), fill(plan, text="b")
    world.client(world.staff).post(f"/skp/{plan.pk}/hasil/{second.pk}/geser/", {"direction": "up"})
    assert list(plan.results.all()) == [second, first]


# --- indicators


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("1.250", "1250"), ("98,5", "98.5"), ("98.5", "98.5"), ("0", "0"), ("1.234,25", "1234.25")],
)
def test_a_target_is_read_as_indonesians_write_it(world: Any, plan: Skp, typed: str, stored: str) -> None:
    result = services.add_result(skp=plan, text="a", kind="utama", by=world.staff)
    path = f"/skp/{plan.pk}/hasil/{result.pk}/indikator/baru/"
    response = world.client(world.staff).post(path, indicator_data(target=typed))
    assert response.url == f"/skp/{plan.pk}/"
    assert result.indicators.get().target == Decimal(stored)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target": ""}, "target"),
        ({"target": "banyak"}, "target"),
        ({"target": "-1"}, "target"),
        ({"target": "1,2,3"}, "target"),
        ({"target": "9" * 30}, "target"),
        ({"target": "1,23456"}, "target"),
        ({"measure": ""}, "measure"),
        ({"aspect": ""}, "aspect"),
        ({"text": ""}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"source": "ikm", "target": "12"}, "target"),
        ({"source": "complaint_clock", "target": "101"}, "target"),
        ({"source": "lain"}, "source"),
    ],
)
def test_a_wrong_indicator_names_its_field(world: Any, plan: Skp, wrong: dict[str, str], field: str) -> None:
    result = services.add_result(skp=plan, text="a", kind="utama", by=world.staff)
    path = f"/skp/{plan.pk}/hasil/{result.pk}/indikator/baru/"
    response = world.client(world.staff).post(path, indicator_data(**wrong))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not result.indicators.exists()


def test_several_indicators_in_a_row_and_no_doubles(world: Any, plan: Skp) -> None:
    result = services.add_result(skp=plan, text="a", kind="utama", by=world.staff)
    client = world.client(world.staff)
    path = f"/skp/{plan.pk}/hasil/{result.pk}/indikator/baru/"
    for _again in range(2):
        response = client.post(path, indicator_data(save_later="1", _key=KEY))
        assert response.url == path
    client.post(path, indicator_data(text="Lain"))
    assert [row.text for row in result.indicators.all()] == ["Jumlah pasien yang dilayani", "Lain"]


def test_the_form_shows_a_stored_target_without_zeros(world: Any, plan: Skp) -> None:
    result = fill(plan)
    indicator = result.indicators.get()
    Indicator.objects.filter(pk=indicator.pk).update(target=Decimal("98.5000"))
    html = (
        world.client(world.staff).get(f"/skp/{plan.pk}/hasil/{result.pk}/indikator/{indicator.pk}/").content
    )
    assert b'value="98,5"' in html


def test_an_indicator_is_changed_once(world: Any, plan: Skp) -> None:
    result = fill(plan)
    indicator = result.indicators.get()
    path = f"/skp/{plan.pk}/hasil/{result.pk}/indikator/{indicator.pk}/"
    client = world.client(world.staff)
    revision = client.get(path).context["revision"]
    for _twice in range(2):
        assert client.post(path, indicator_data(target="2.000", revision=revision)).status_code == 302
    assert AuditEntry.objects.filter(action="indicators.skp.indicator_changed").count() == 1
    response = client.post(path, indicator_data(target="3.000", revision=revision))
    assert response.status_code == 409
    assert "2.000 pasien" in response.content.decode()
    indicator.refresh_from_db()
    assert indicator.target == 2000


def test_indicators_are_moved_and_removed(world: Any, plan: Skp) -> None:
    result = fill(plan)
    first = result.indicators.get()
    data = {"text": "b", "aspect": "waktu", "target": None, "measure": "", "direction": "lower_is_better"}
    second = services.add_indicator(result=result, source="reported", by=world.staff, **data)
    client = world.client(world.staff)
    base = f"/skp/{plan.pk}/hasil/{result.pk}/indikator/{second.pk}/"
    client.post(f"{base}geser/", {"direction": "up"})
    assert list(result.indicators.all()) == [second, first]
    client.post(f"{base}hapus/", {"confirmed": "1"})
    assert list(result.indicators.all()) == [first]


# --- behavior and annex


def test_expectations_are_saved_by_both(world: Any, plan: Skp) -> None:
    path = f"/skp/{plan.pk}/perilaku/"
    owner, appraiser = world.client(world.staff), world.client(world.head)
    data = expectations(loyal="Usul saya")
    assert owner.post(path, data | {"revision": plan.revision}).status_code == 302
    fill(plan)
    services.submit_skp(skp_id=plan.pk, by=world.staff, at=AT)
    assert owner.get(path).url == f"/skp/{plan.pk}/"
    plan.refresh_from_db()
    data = expectations(loyal="Harapan pimpinan")
    assert appraiser.post(path, data | {"revision": plan.revision}).status_code == 302
    assert plan.behaviors.get(value="loyal").expectation == "Harapan pimpinan"


def test_expectations_written_meanwhile_are_shown(world: Any, plan: Skp) -> None:
    services.set_behavior(skp=plan, value="loyal", expectation="lama", by=world.staff)
    plan.refresh_from_db()
    opened = plan.revision
    services.set_behavior(skp=plan, value="loyal", expectation="dari pimpinan", by=world.head)
    data = expectations(loyal="dari saya") | {"revision": opened}
    response = world.client(world.staff).post(f"/skp/{plan.pk}/perilaku/", data)
    html = response.content.decode()
    assert (response.status_code, "dari pimpinan" in html, "dari saya" in html) == (409, True, True)
    assert plan.behaviors.get().expectation == "dari pimpinan"


def test_the_annex_is_added_to_changed_and_removed(world: Any, plan: Skp) -> None:
    client = world.client(world.staff)
    path = f"/skp/{plan.pk}/lampiran/"
    for _twice in range(2):
        client.post(path, {"kind": "konsekuensi", "text": "a", "_key": KEY})
    item = plan.annex.get()
    assert client.post(path, {"kind": "", "text": ""}).status_code == 422
    plan.refresh_from_db()
    client.post(f"{path}{item.pk}/", {"text": "b", "revision": plan.revision})
    assert client.post(f"{path}{item.pk}/", {"text": "c", "revision": 0}).status_code == 409
    item.refresh_from_db()
    assert item.text == "b"
    client.post(f"{path}{item.pk}/hapus/")
    assert plan.annex.exists()
    client.post(f"{path}{item.pk}/hapus/", {"confirmed": "1"})
    assert not plan.annex.exists()


# --- an expired login


@pytest.mark.parametrize("path", ["hasil/baru/", "perilaku/", "lampiran/"])
def test_a_text_sent_after_the_login_expired_is_still_there(world: Any, plan: Skp, path: str) -> None:
    import re

    address = f"/skp/{plan.pk}/{path}"
    client = world.client(world.staff)
    form = client.get(address).content.decode()
    owner = re.search(r'name="_owner" value="([^"]+)"', form)
    assert owner is not None
    client.logout()
    data = {"text": "Teks panjang saya", "loyal": "Teks panjang saya", "kind": "utama", "_owner": owner[1]}
    assert client.post(address, data).status_code == 302
    assert not plan.results.exists()
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Teks panjang saya" in client.get(address).content.decode()
    assert "Teks panjang saya" not in client.get(address).content.decode()


def test_a_held_text_is_not_shown_to_the_next_person_on_the_phone(world: Any, plan: Skp) -> None:
    import re

    theirs = begin(world.colleague)
    client = world.client(world.staff)
    owner = re.search(r'name="_owner" value="([^"]+)"', client.get("/skp/baru/").content.decode())
    assert owner is not None
    client.logout()
    client.post(f"/skp/{theirs.pk}/hasil/baru/", {"text": "Rahasia saya", "_owner": owner[1]})
    client.force_login(world.colleague.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Rahasia saya" not in client.get(f"/skp/{theirs.pk}/hasil/baru/").content.decode()


# --- hostile text


def test_text_is_shown_never_run(world: Any, plan: Skp) -> None:
    nasty = "<script>alert(1)</script>{{ 7*7 }}"
    result = fill(plan, text=nasty)
    services.set_behavior(skp=plan, value="loyal", expectation=nasty, by=world.staff)
    services.add_annex_item(skp=plan, kind="konsekuensi", text=nasty, by=world.staff)
    client = world.client(world.staff)
    for path in ("", "periksa/", "perilaku/", "lampiran/", f"hasil/{result.pk}/"):
        html = client.get(f"/skp/{plan.pk}/{path}").content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_fields_nobody_offers_are_ignored(world: Any, plan: Skp) -> None:
    data = {"text": "Hasil", "kind": "utama", "status": "approved", "skp": "1", "order": "7", "employee": "1"}
    world.client(world.staff).post(f"/skp/{plan.pk}/hasil/baru/", data)
    plan.refresh_from_db()
    assert (plan.status, plan.employee, plan.results.get().order) == ("draft", world.staff, 0)
