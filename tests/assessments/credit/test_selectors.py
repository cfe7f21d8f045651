"""Facts: the formula in words, many people at once, what a page needs beside the total."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.assessments.selectors import credit as selectors
from apps.assessments.services import credit
from apps.employees.models import Employee, Position

from .conftest import AT, make_year

pytestmark = pytest.mark.django_db


def test_the_formula_as_people_write_it() -> None:
    with translation.override("id"):
        assert selectors.formula_of(6, 100, Decimal("25.00"), Decimal("12.50")) == "6/12 × 100% × 25 = 12,50"
        assert selectors.formula_of(2, 100, Decimal("12.5"), Decimal("2.08")) == "2/12 × 100% × 12,5 = 2,08"
    with translation.override("en"):
        assert selectors.formula_of(12, 150, Decimal("3.75"), Decimal("5.63")) == "12/12 × 150% × 3.75 = 5.63"


def test_conversion_facts(world: Any, year: Any, plan: Any, final: Any) -> None:
    (row,) = credit.convert_evaluation(evaluation_id=final(plan(), year["2"]).pk, at=AT)
    facts = selectors.conversion_facts(row)
    assert (facts.starts_on, facts.ends_on, facts.months) == (date(2026, 4, 1), date(2026, 6, 30), 3)
    assert (facts.jenjang_label, facts.predikat_label, facts.percent) == ("Ahli Muda", "Baik", 100)
    assert (facts.coefficient, facts.value) == (25, Decimal("6.25"))
    assert (facts.employee_id, facts.government_id) == (world.staff.pk, world.government.pk)
    assert facts.is_current


def test_only_what_had_ended_counts_on_a_day(world: Any, year: Any, plan: Any, final: Any) -> None:
    skp = plan()
    for number in ("1", "2"):
        credit.convert_evaluation(evaluation_id=final(skp, year[number]).pk, at=AT)
    totals = {
        day: selectors.accumulation_facts(world.staff, date.fromisoformat(day)).total
        for day in ("2026-03-30", "2026-03-31", "2026-06-30")
    }
    assert [str(total) for total in totals.values()] == ["0.00", "6.25", "12.50"]


def test_the_last_year_is_the_one_before(world: Any, plan: Any, final: Any) -> None:
    final(plan(), make_year(world, 2026), "butuh_perbaikan")
    facts = selectors.accumulation_facts(world.staff, date(2027, 2, 1))
    assert (facts.last_year, facts.last_predikat, facts.last_is_good) == (2026, "butuh_perbaikan", False)
    assert selectors.accumulation_facts(world.staff, date(2026, 12, 31)).last_is_good is None


def test_a_closing_evaluation_is_not_the_result_of_the_year(world: Any, plan: Any, final: Any) -> None:
    final(plan(), make_year(world, 2026), "sangat_baik", is_part=True)
    assert selectors.accumulation_facts(world.staff, date(2027, 2, 1)).last_is_good is None


def test_nobody_without_a_functional_post_has_a_standing(world: Any) -> None:
    facts = selectors.accumulation_facts(world.agency_head, date(2026, 7, 1))
    assert (facts.jenjang, facts.rank, facts.level, facts.due) == ("", None, None, "")


def test_many_people_take_as_many_queries_as_few(world: Any, year: Any, plan: Any, final: Any) -> None:
    credit.convert_evaluation(evaluation_id=final(plan(), year["2"]).pk, at=AT)
    for number in range(12):
        world.make_employee(f"Perawat {number}", world.unit, appraiser=world.head)
    people = list(Employee.objects.filter(government=world.government))

    def cost(some: list[Employee]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(selectors.accumulations(some, date(2026, 12, 31))) == len(some)
        return len(queries)

    assert cost(people[:1]) == cost(people)


def test_functional_staff_are_those_of_the_day(world: Any, promoted: Any) -> None:
    promoted("2026-06-01", position_class="pengawas")
    everybody = Employee.objects.filter(government=world.government)
    before = set(selectors.functional_staff(everybody, date(2026, 5, 31)))
    after = set(selectors.functional_staff(everybody, date(2026, 6, 1)))
    assert before - after == {world.staff}
    assert after == {world.colleague, world.stranger}
    assert selectors.has_credit(world.colleague.user, date(2026, 6, 1))
    assert not selectors.has_credit(world.staff.user, date(2026, 6, 1))


def test_the_history_says_why_something_does_not_count(world: Any, year: Any, plan: Any, final: Any) -> None:
    skp = plan()
    credit.convert_evaluation(evaluation_id=final(skp, year["1"]).pk, at=AT)
    credit.convert_evaluation(evaluation_id=final(skp, year["year"]).pk, at=AT)
    with translation.override("en"):
        facts = selectors.accumulation_facts(world.staff, date(2026, 12, 31))
        (row,) = selectors.history(world.staff, facts)
        assert (row.facts.months, row.facts.is_current) == (3, False)
        assert row.why_not == "the yearly conversion counts instead"
        Position.objects.filter(placements__employee=world.staff).update(level="ahli_madya")
        other = selectors.history(world.staff, selectors.accumulation_facts(world.staff, date(2026, 12, 31)))
        assert {found.why_not for found in other} == {
            "the yearly conversion counts instead",
            "earned on another level",
        }
