"""Results through the API and as open data: the same public figures, the same small-number rule."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.feedback.models import Service
from apps.feedback.selectors import open_data
from apps.feedback.services import results
from tests.feedback.figures import OPEN, VERIFIED, end, equal, put, refresh
from tests.feedback.helpers import open_now

API = "/api/v1"


def rated(
    world: Any, *, n: int = 30, value: int = 3, tier: str = OPEN, sampling: str = "", **fields: Any
) -> Any:
    """Return a service that n people have rated."""
    service = world.make_service(**fields)
    period = open_now(service, sampling=sampling)
    put(period, equal(value, n), tier=tier, sex="P")
    refresh(period)
    return service


def get(world: Any, path: str, **asked: Any) -> Any:
    return world.client().get(f"{API}/{path}", asked)


def test_the_list_has_every_rated_service_with_its_headline(world: Any) -> None:
    good, few = rated(world, value=4), rated(world, n=4)
    world.make_service()  # nobody has rated it
    rows = {row["service"]: row for row in get(world, "ikm/").json()["results"]}
    assert rows.keys() == {good.code, few.code}
    assert (rows[good.code]["ikm"], rows[good.code]["grade"], rows[good.code]["tier"]) == (
        "100.00",
        "A",
        OPEN,
    )
    assert (rows[good.code]["is_formal_skm"], rows[good.code]["satisfied"]["k"]) == (False, 30)
    hidden = rows[few.code]
    assert (hidden["n"], hidden["ikm"], hidden["unsur"], hidden["satisfied"]) == (4, None, [], None)


def test_the_list_is_filtered(world: Any) -> None:
    good, bad = rated(world, value=4), rated(world, value=1, unit=world.other_agency)
    few = rated(world, value=1, n=12)

    def found(**asked: Any) -> set[str]:
        return {row["service"] for row in get(world, "ikm/", **asked).json()["results"]}

    assert found(grade="A") == {good.code}
    # Twelve answers have a figure and no letter: the filter must not tell it.
    assert found(grade="D") == {bad.code}
    assert found(unit=world.unit.pk) == {good.code, few.code}
    assert found(government="kendari") == {good.code, bad.code, few.code}
    assert found(government="lain") == set()
    for wrong in ({"grade": "E"}, {"unit": "x"}, {"nilai": "4"}):
        assert get(world, "ikm/", **wrong).status_code == 400


def test_the_list_asks_the_same_whatever_its_length(world: Any) -> None:
    counted = []
    for more in (1, 4):
        for _ in range(more):
            rated(world, n=11)
        with CaptureQueriesContext(connection) as queries:
            get(world, "ikm/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_pages_do_not_repeat_a_service(world: Any) -> None:
    codes = {rated(world, n=2).code for _ in range(3)}
    first = get(world, "ikm/", page_size=2).json()
    second = world.client().get(first["next"]).json()
    seen = [row["service"] for row in first["results"] + second["results"]]
    assert (set(seen), len(seen)) == (codes, 3)


def test_a_result_has_its_tiers_apart(world: Any) -> None:
    service = rated(world, n=12, value=2, tier=VERIFIED, sampling="receipt")
    period = service.survey_periods.get()
    put(period, equal(4, 30))
    refresh(period)
    found = get(world, f"ikm/{service.code}/").json()
    assert (found["tier"], found["is_formal_skm"], found["sampling"], found["n"], found["ikm"]) == (
        VERIFIED,
        True,
        "receipt",
        12,
        "50.00",
    )
    other = found["other"]
    assert (other["tier"], other["is_formal_skm"], other["n"], other["ikm"]) == (OPEN, False, 30, "100.00")
    assert len(found["unsur"]) == len(other["unsur"]) == 9


def test_history_and_standing(world: Any) -> None:
    service = rated(world, value=4)
    for _ in range(5):
        rated(world, value=2, n=40)
    found = get(world, f"ikm/{service.code}/history/").json()
    assert [point["ikm"] for point in found["trend"]] == ["100.00"]
    assert (found["comparison"]["band"], found["comparison"]["peers"]) == ("above", 5)
    assert found["comparison"]["mean"] == "50.00"


def test_a_unit_has_a_pooled_and_an_averaged_figure(world: Any) -> None:
    big, small = rated(world, value=4, n=40), rated(world, value=2, n=10)
    hidden = rated(world, value=1, n=9)
    found = get(world, f"ikm/units/{world.agency.pk}/").json()
    # Pooled (40 * 100 + 10 * 50) / 50; averaged (100 + 50) / 2.
    assert (found["n"], found["pooled"]["ikm"], found["averaged"]["ikm"]) == (50, "90.00", "75.00")
    assert (found["pooled"]["grade"], found["averaged"]["grade"]) == ("A", "C")
    assert (found["services_included"], found["services_in_all"]) == (2, 3)
    rows = {row["code"]: (row["is_included"], row["ikm"]) for row in found["services"]}
    assert rows == {big.code: (True, "100.00"), small.code: (True, "50.00"), hidden.code: (False, None)}
    assert get(world, f"ikm/units/{world.other_agency.pk}/").status_code == 404
    assert get(world, "ikm/units/999999/").status_code == 404


def test_a_breakdown_waits_for_publication_and_hides_small_cells(world: Any) -> None:
    service = rated(world, n=20)
    period = service.survey_periods.get()
    put(period, equal(1, 3), sex="L")
    refresh(period)
    asked = {"period": "kini", "tier": OPEN, "cut": "sex"}
    assert get(world, f"ikm/{service.code}/breakdown/", **asked).status_code == 404
    end(period)
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    found = get(world, f"ikm/{service.code}/breakdown/", **asked).json()
    assert [(cell["value"], cell["n"], cell["ikm"]) for cell in found["cells"]] == [
        ("L", None, None),
        ("P", None, None),
    ]
    for wrong in ({"cut": "month"}, {"tier": "x"}, {"umur": "1"}, {"cut": ""}):
        assert get(world, f"ikm/{service.code}/breakdown/", **{**asked, **wrong}).status_code == 400
    assert get(world, f"ikm/{service.code}/breakdown/", **{**asked, "period": "lain"}).status_code == 404


def test_open_data_as_csv_has_the_documented_columns(world: Any) -> None:
    service = rated(world, n=30)
    Service.objects.filter(pk=service.pk).update(name='=HYPERLINK("x")')
    few = rated(world, n=3)
    for table in open_data.DATASETS:
        reply = get(world, f"open-data/kendari/{table.code}.csv")
        assert reply["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(StringIO(reply.content.decode())))
        assert csv.DictReader(StringIO(reply.content.decode())).fieldnames == [
            name for name, _ in table.columns
        ]
        assert (rows == []) is (table.code == "breakdowns")  # nothing is published yet
    rows = {
        row["service"]: row
        for row in csv.DictReader(StringIO(get(world, "open-data/kendari/ikm.csv").content.decode()))
    }
    assert (rows[service.code]["ikm"], rows[service.code]["is_formal_skm"]) == ("75.00", "false")
    assert rows[service.code]["service_name"] == '\'=HYPERLINK("x")'
    assert (rows[few.code]["n"], rows[few.code]["ikm"], rows[few.code]["disclosure"]) == ("3", "", "hidden")


def test_open_data_as_json_says_what_its_columns_mean(world: Any) -> None:
    service = rated(world, n=30)
    found = get(world, "open-data/kendari/unsur.json").json()
    assert [column["name"] for column in found["columns"]][-4:] == ["unsur_name", "nrr", "index", "grade"]
    assert all(column["description"] for column in found["columns"])
    assert [row["nrr"] for row in found["rows"] if row["service"] == service.code] == ["3.0000"] * 9
    listed = get(world, "open-data/").json()
    assert {(row["government"], row["dataset"]) for row in listed} == {
        ("kendari", table.code) for table in open_data.DATASETS
    }
    assert world.client().get(listed[0]["csv"]).status_code == 200


@pytest.mark.parametrize("path", ["lain/ikm.csv", "kendari/lain.csv", "kendari/ikm.xml", "kendari/"])
def test_what_is_no_open_table_is_not_found(world: Any, path: str) -> None:
    rated(world, n=12)
    assert get(world, f"open-data/{path}").status_code == 404


def test_open_data_asks_the_same_whatever_its_length(world: Any) -> None:
    counted = []
    for more in (1, 3):
        for _ in range(more):
            rated(world, n=11)
        with CaptureQueriesContext(connection) as queries:
            for table in open_data.DATASETS:
                get(world, f"open-data/kendari/{table.code}.json")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_another_day_shows_the_same_published_figure(world: Any) -> None:
    service = rated(world, n=12)
    period = service.survey_periods.get()
    end(period)
    results.publish_result(survey_period_id=period.pk, by=None, at=timezone.now())
    put(period, equal(1, 50), at=timezone.now() - timedelta(days=3))
    refresh(period)
    row = open_data.dataset("ikm").rows(world.government, timezone.now().date())[0]
    assert (row["n"], str(row["ikm"]), row["is_final"]) == (12, "75.00", True)
