"""/pengawas/penilaian/<period>/hasil|perilaku|periksa/: one dimension for all people."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation, RatingChange, RatingDraft
from apps.assessments.services import achievements, closing

from ..conftest import CLOSED_AT

pytestmark = pytest.mark.django_db

ABOVE, MEETS, BELOW = "above_expectation", "meets_expectation", "below_expectation"


def _crowd(world: Any, period: Any, n: int) -> list[Evaluation]:
    for number in range(n):
        world.make_skp(
            world.make_employee(f"Pegawai {number:03d}", world.unit, appraiser=world.head), indicators=1
        )
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    return list(Evaluation.objects.filter(period=period, appraiser=world.head).order_by("pk"))


def _token(page: Any) -> str:
    found = re.search(r'name="version" value="([^"]*)"', page.content.decode())
    assert found
    return found[1]


def _post(client: Any, url: str, token: str, rows: dict[int, tuple[str, str]], **extra: str) -> Any:
    data: dict[str, Any] = {"version": token, "row": list(rows), **extra}
    for pk, (rating, reason) in rows.items():
        data[f"e{pk}-reason"] = reason
        if rating:
            data[f"e{pk}-rating"] = rating
    return client.post(url, data)


@pytest.mark.parametrize("page", ["hasil", "perilaku"])
def test_nothing_is_chosen_and_everybody_is_there_once(world: Any, period: Any, page: str) -> None:
    people = _crowd(world, period, 12)
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/{page}/"
    first, second = client.get(url), client.get(url + "?page=2")
    assert b"checked" not in first.content
    ids = [item.row.evaluation.pk for got in (first, second) for item in got.context["shown"]]
    assert (len(ids), set(ids)) == (12, {row.pk for row in people})
    assert ids not in ([row.pk for row in people], sorted(ids, reverse=True))
    again = [item.row.evaluation.pk for item in client.get(url).context["shown"]]
    assert again == ids[:10]


def test_saving_a_page_without_javascript(world: Any, period: Any) -> None:
    one, two, three = _crowd(world, period, 3)
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/perilaku/"
    rows = {one.pk: (MEETS, ""), two.pk: (ABOVE, ""), three.pk: ("", "")}
    response = _post(client, url, _token(client.get(url)), rows)
    assert response.status_code == 422
    shown = {item.row.evaluation.pk: item.form for item in response.context["shown"]}
    assert [pk for pk, form in shown.items() if form.errors] == [two.pk]
    assert set(RatingDraft.objects.values_list("evaluation", "rating")) == {(one.pk, MEETS), (two.pk, ABOVE)}
    rows[two.pk] = (ABOVE, "Selalu membantu unit lain.")
    assert _post(client, url, _token(response), rows).status_code == 302
    assert RatingDraft.objects.get(evaluation=two).reason == "Selalu membantu unit lain."
    page = client.get(url)
    assert (page.context["done"], page.context["total"]) == (2, 3)
    assert Evaluation.objects.filter(status="prepared").count() == 3


def test_next_leads_through_the_pages_to_the_check(world: Any, period: Any) -> None:
    people = _crowd(world, period, 2)
    client = world.client(world.head)
    base = f"/pengawas/penilaian/{period.pk}/"
    rows = {row.pk: (MEETS, "") for row in people}
    first = _post(client, f"{base}hasil/", _token(client.get(f"{base}hasil/")), rows, next="1")
    assert (first.status_code, first.url) == (302, f"{base}perilaku/")
    second = _post(client, f"{base}perilaku/", _token(client.get(f"{base}perilaku/")), rows, next="1")
    assert second.url == f"{base}periksa/"


def test_autosave_answers_with_the_new_state(world: Any, period: Any) -> None:
    one, two = _crowd(world, period, 2)
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/perilaku/"
    token = _token(client.get(url))
    first = _post(client, url + "otomatis/", token, {one.pk: (ABOVE, ""), two.pk: ("", "")})
    assert first.status_code == 200
    second = _post(
        client, url + "otomatis/", first.json()["version"], {one.pk: (ABOVE, "Teladan."), two.pk: ("", "")}
    )
    assert second.status_code == 200
    assert RatingDraft.objects.get().reason == "Teladan."
    stale = _post(client, url + "otomatis/", token, {one.pk: (BELOW, "Lain."), two.pk: (MEETS, "")})
    assert stale.status_code == 409
    assert set(RatingDraft.objects.values_list("evaluation", "rating")) == {(one.pk, ABOVE), (two.pk, MEETS)}


def test_two_tabs_show_both_texts_and_lose_none(world: Any, period: Any) -> None:
    (one,) = _crowd(world, period, 1)
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/perilaku/"
    token = _token(client.get(url))
    _post(client, url, token, {one.pk: (ABOVE, "Dari tab pertama.")})
    response = _post(client, url, token, {one.pk: (BELOW, "Dari tab kedua.")})
    assert response.status_code == 422
    text = response.content.decode()
    assert "Dari tab pertama." in text
    assert "Dari tab kedua." in text
    assert RatingDraft.objects.get().reason == "Dari tab pertama."
    assert _post(client, url, _token(response), {one.pk: (BELOW, "Dari tab kedua.")}).status_code == 302
    assert RatingDraft.objects.get().reason == "Dari tab kedua."


def test_too_long_a_reason_keeps_the_others(world: Any, period: Any) -> None:
    one, two = _crowd(world, period, 2)
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/perilaku/"
    rows = {one.pk: (ABOVE, "x" * 1001), two.pk: (MEETS, "")}
    response = _post(client, url, _token(client.get(url)), rows)
    assert response.status_code == 422
    assert "x" * 1001 in response.content.decode()
    assert list(RatingDraft.objects.values_list("evaluation", flat=True)) == [two.pk]


def test_others_are_not_on_the_board(world: Any, period: Any) -> None:
    (one,) = _crowd(world, period, 1)
    for who in (world.staff, world.stranger_head, world.agency_head):
        client = world.client(who)
        url = f"/pengawas/penilaian/{period.pk}/perilaku/"
        assert client.get(url).context["shown"] == []
        assert _post(client, url, "", {one.pk: (ABOVE, "Saya.")}).status_code == 302
        _post(client, url + "otomatis/", "", {one.pk: (ABOVE, "Saya.")})
    assert not RatingDraft.objects.exists()


def test_a_head_is_shown_as_fixed(world: Any, period: Any, prepared: Any) -> None:
    prepared(world.head)
    client = world.client(world.agency_head)
    url = f"/pengawas/penilaian/{period.pk}/hasil/"
    page = client.get(url)
    assert page.context["shown"][0].form is None
    assert f"/pengawas/capaian/{period.pk}/" in page.content.decode()
    achievements.fix_achievement(
        unit=world.unit, period=period, org_predicate="istimewa", note="", by=world.agency_head, at=CLOSED_AT
    )
    assert "Istimewa" in client.get(url).content.decode()


def test_check_and_set_person_by_person(world: Any, period: Any) -> None:
    one, two, three = _crowd(world, period, 3)
    client = world.client(world.head)
    base = f"/pengawas/penilaian/{period.pk}/"
    for page in ("hasil", "perilaku"):
        rows = {one.pk: (MEETS, ""), two.pk: (MEETS, "")}
        _post(client, f"{base}{page}/", _token(client.get(f"{base}{page}/")), rows)
    _post(
        client, f"{base}hasil/", _token(client.get(f"{base}hasil/")), {three.pk: (ABOVE, "Dua kali target.")}
    )
    page = client.get(f"{base}periksa/")
    assert {row.evaluation.pk: bool(problems) for row, problems in page.context["rows"]} == {
        one.pk: False,
        two.pk: False,
        three.pk: True,
    }
    assert b"checked" not in page.content
    assert client.post(f"{base}periksa/", {}).status_code == 422
    assert client.post(f"{base}periksa/", {"only": one.pk}).status_code == 302
    assert client.post(f"{base}periksa/", {"evaluation": [two.pk, three.pk]}).status_code == 302
    assert Evaluation.objects.filter(status="rated").count() == 1
    assert client.post(f"{base}periksa/", {"evaluation": [two.pk]}).status_code == 302
    assert set(Evaluation.objects.filter(status="rated").values_list("pk", flat=True)) == {one.pk, two.pk}
    assert RatingChange.objects.count() == 2


def test_the_page_of_one_person_starts_with_the_drafts(world: Any, period: Any) -> None:
    (one,) = _crowd(world, period, 1)
    client = world.client(world.head)
    base = f"/pengawas/penilaian/{period.pk}/"
    _post(client, f"{base}perilaku/", _token(client.get(f"{base}perilaku/")), {one.pk: (ABOVE, "Teladan.")})
    form = client.get(f"{base}nilai/{one.pk}/").context["form"]
    assert (form["behavior"].value(), form["work_result"].value()) == (ABOVE, None)
    assert form["reason"].value() == "Perilaku kerja: Teladan."


@pytest.mark.parametrize("page", ["hasil", "perilaku", "periksa"])
def test_twenty_people_cost_as_many_queries_as_three(world: Any, period: Any, page: str) -> None:
    base = f"/pengawas/penilaian/{period.pk}/"

    def count() -> int:
        RatingDraft.objects.all().delete()
        RatingDraft.objects.bulk_create(
            RatingDraft(
                evaluation=row, author=world.head.user, dimension=dimension, rating=MEETS, saved_at=CLOSED_AT
            )
            for row in Evaluation.objects.filter(appraiser=world.head)
            for dimension in ("work_result", "behavior")
        )
        client = world.client(world.head)
        client.get(f"{base}{page}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{base}{page}/").status_code == 200
        return len(queries)

    _crowd(world, period, 3)
    few = count()
    _crowd(world, period, 17)
    assert count() == few
