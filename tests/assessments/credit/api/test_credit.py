"""Angka kredit over the API: the same numbers as the pages, of visible people only."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.assessments.models import CreditConversion
from apps.assessments.services import credit

from ..conftest import AT, LATER

pytestmark = pytest.mark.django_db

CONVERSIONS = "/api/v1/credit-conversions/"


@pytest.fixture
def converted(world: Any, year: Any, plan: Any, final: Any) -> None:
    skp = plan()
    credit.convert_evaluation(evaluation_id=final(skp, year["2"]).pk, at=AT)
    credit.convert_evaluation(evaluation_id=final(skp, year["year"]).pk, at=LATER)
    other = plan(employee=world.stranger)
    credit.convert_evaluation(evaluation_id=final(other, year["2"]).pk, at=AT)


def test_conversions_of_visible_people(world: Any, converted: None) -> None:
    def numbers(who: Any, query: str = "") -> set[str]:
        answer = world.client(who).get(CONVERSIONS + query)
        assert answer.status_code == 200
        return {row["number"] for row in answer.json()["results"]}

    everything = set(CreditConversion.objects.values_list("number", flat=True))
    mine = set(CreditConversion.objects.filter(employee=world.staff).values_list("number", flat=True))
    current = set(CreditConversion.objects.current().values_list("number", flat=True))
    assert numbers(world.staff) == numbers(world.head) == mine
    assert numbers(world.personnel_officer) == everything
    assert numbers(world.foreigner) == numbers(world.colleague) == set()
    assert numbers(world.personnel_officer, "?is_current=true") == current
    assert numbers(world.personnel_officer, "?is_current=false") == everything - current
    assert len(numbers(world.personnel_officer, "?is_yearly=true")) == 1
    assert numbers(world.personnel_officer, "?jenjang=pemula") == set()
    assert world.client(world.staff).get(CONVERSIONS + "?nip=1").status_code == 400


def test_a_conversion_in_full(world: Any, converted: None) -> None:
    (row,) = world.client(world.staff).get(CONVERSIONS + "?is_current=true").json()["results"]
    del row["id"], row["number"], row["evaluation"], row["post"]
    assert row == {
        "employee": {"id": world.staff.pk, "name": "Perawat Contoh"},
        "jenjang": "ahli_muda",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "months": 12,
        "predikat": "baik",
        "percent": 100,
        "coefficient": "25.00",
        "value": "25.00",
        "is_yearly": True,
        "is_current": True,
        "rule_source": "PermenPANRB 1/2023, Peraturan BKN 3/2023",
    }


def test_what_somebody_has_and_needs(world: Any) -> None:
    credit.record_opening(
        employee=world.staff,
        amount=credit.Balance(Decimal("104.38")),
        as_of=date(2025, 12, 31),
        note="PAK",
        by=world.personnel_officer,
        at=AT,
    )
    found = world.client(world.staff).get(f"/api/v1/credit/{world.staff.pk}/").json()
    assert (found["total"], found["due"], found["jenjang"]) == ("104.38", "rank", "ahli_muda")
    assert found["rank"] == {
        "target": "III/d",
        "required": "100.00",
        "have": "104.38",
        "is_met": True,
        "shortfall": "0.00",
        "excess": "4.38",
    }
    assert found["level"]["shortfall"] == "95.62"
    assert world.client(world.colleague).get(f"/api/v1/credit/{world.staff.pk}/").status_code == 404
