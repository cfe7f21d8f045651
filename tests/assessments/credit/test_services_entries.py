"""Opening balances, diplomas, rank steps and the PAK: what each gives, and when it is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.assessments.models import (
    CreditConversion,
    CreditDiploma,
    CreditOpening,
    CreditPak,
    CreditRankStep,
    Evaluation,
)
from apps.assessments.selectors.credit import accumulation_facts, pak_facts
from apps.assessments.services import credit
from apps.core.models import AuditEntry, Notification
from apps.employees.models import Employee, Position

from .conftest import AT, LATER, make_year

pytestmark = pytest.mark.django_db

NOTE = "800/123/BKPSDM, 2 Januari 2026"


def opening(world: Any, amount: Any, as_of: str = "2025-12-31") -> CreditOpening:
    return credit.record_opening(
        employee=world.staff,
        amount=amount,
        as_of=date.fromisoformat(as_of),
        note=NOTE,
        by=world.personnel_officer,
        at=AT,
    )


def balance(world: Any, value: str, as_of: str = "2025-12-31") -> CreditOpening:
    return opening(world, credit.Balance(Decimal(value)), as_of)


def rank_step(world: Any, day: str = "2026-10-01") -> CreditRankStep:
    return credit.record_rank_step(
        employee=world.staff,
        effective_on=date.fromisoformat(day),
        note=NOTE,
        by=world.personnel_officer,
        at=LATER,
    )


def diploma(world: Any, degree: str = "s2", day: str = "2026-03-01") -> CreditDiploma:
    return credit.record_diploma(
        employee=world.staff,
        degree=degree,
        obtained_on=date.fromisoformat(day),
        note=NOTE,
        by=world.personnel_officer,
        at=AT,
    )


# --- opening balances


def test_a_balance_of_an_earlier_pak(world: Any) -> None:
    found = balance(world, "40.25")
    assert (found.kind, found.value, found.jenjang) == ("other", Decimal("40.25"), "ahli_muda")
    assert accumulation_facts(world.staff, date(2026, 1, 31)).total == Decimal("40.25")
    assert accumulation_facts(world.staff, date(2025, 12, 30)).total == 0
    entry = AuditEntry.objects.get(action="assessments.credit.entered")
    assert NOTE not in str(entry.data)


def test_crd_10_a_move_starts_with_the_coefficient_times_the_years(world: Any) -> None:
    """EX-19, with what it was computed from."""
    found = opening(world, credit.Move(Decimal(3)))
    assert (found.value, found.basis) == (Decimal("75.00"), {"coefficient": "25", "years": "3"})


def test_crd_10_the_post_may_begin_on_the_day_after(world: Any, promoted: Any) -> None:
    Position.objects.filter(placements__employee=world.staff).update(position_class="pelaksana")
    promoted("2026-01-01", level="ahli_pertama")
    assert opening(world, credit.Move(Decimal(2))).jenjang == "ahli_pertama"


def test_crd_11_an_integration_takes_the_base_off(world: Any) -> None:
    found = opening(world, credit.Integration(Decimal("212.45"), Decimal("200")))
    assert found.value == Decimal("12.45")
    assert found.basis == {"conventional": "212.45", "base": "200"}


def test_a_balance_does_not_cover_months_that_are_converted(
    world: Any, year: Any, plan: Any, final: Any
) -> None:
    credit.convert_evaluation(evaluation_id=final(plan(), year["2"]).pk, at=AT)
    with pytest.raises(credit.MonthsAlreadyConverted):
        balance(world, "40.00", "2026-04-30")
    assert not CreditOpening.objects.exists()
    # April has not ended on the 29th, so it is not in that balance.
    assert balance(world, "40.00", "2026-04-29").value == 40


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (credit.Balance(Decimal("-1")), ValueError),
        (credit.Integration(Decimal(100), Decimal(101)), ValueError),
        (credit.Move(Decimal(-1)), ValueError),
    ],
)
def test_impossible_amounts(world: Any, amount: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        opening(world, amount)
    assert not CreditOpening.objects.exists()


def test_a_move_before_the_first_table(world: Any) -> None:
    world.staff.placements.update(period=("2020-01-01", None))
    with pytest.raises(credit.TooEarly):
        opening(world, credit.Move(Decimal(3)), "2022-06-30")
    assert not CreditOpening.objects.exists()


def test_one_balance_of_a_kind_for_a_level(world: Any) -> None:
    first = balance(world, "40.00")
    with pytest.raises(credit.AlreadyEntered):
        balance(world, "41.00")
    assert CreditOpening.objects.get() == first
    credit.withdraw_entry(entry=first, reason="Salah angka", by=world.personnel_officer, at=AT)
    balance(world, "41.00")
    assert accumulation_facts(world.staff, date(2026, 1, 1)).total == 41


def test_no_balance_without_a_functional_post(world: Any) -> None:
    Position.objects.filter(placements__employee=world.staff).update(position_class="pelaksana")
    with pytest.raises(credit.NotFunctional):
        balance(world, "40.00")
    assert not CreditOpening.objects.exists()


# --- diplomas


def test_ex_20_a_diploma_gives_a_quarter_of_the_next_rank_once(world: Any) -> None:
    Position.objects.filter(placements__employee=world.staff).update(level="ahli_pertama")
    Employee.objects.filter(pk=world.staff.pk).update(golongan="III/a")
    world.staff.refresh_from_db()
    found = diploma(world)
    assert (found.required, found.percent, found.value) == (50, 25, Decimal("12.50"))
    with pytest.raises(credit.AlreadyEntered):
        diploma(world)
    with pytest.raises(credit.DiplomaNotHigher):
        diploma(world, "s1")
    assert accumulation_facts(world.staff, date(2026, 12, 31)).diploma_total == Decimal("12.50")
    assert diploma(world, "s3").value == Decimal("12.50")


def test_a_diploma_gives_nothing_where_no_rank_needs_credit(world: Any) -> None:
    Employee.objects.filter(pk=world.staff.pk).update(golongan="IX", status="pppk")
    world.staff.refresh_from_db()
    with pytest.raises(credit.NoRankStep) as refusal:
        diploma(world)
    assert refusal.value.note == "no_pangkat"
    assert not CreditDiploma.objects.exists()


# --- rank steps


def test_ex_18_the_rest_is_carried_on_after_the_rise(world: Any, year: Any, plan: Any, final: Any) -> None:
    balance(world, "95.00", "2026-06-30")
    credit.convert_evaluation(evaluation_id=final(plan(), year["3"], "sangat_baik").pk, at=AT)
    before = accumulation_facts(world.staff, date(2026, 9, 30))
    assert before.rank is not None
    assert (before.total, before.rank.excess, before.due) == (Decimal("104.38"), Decimal("4.38"), "rank")
    step = rank_step(world)
    assert (step.from_golongan, step.to_golongan, step.used) == ("III/c", "III/d", 100)
    after = accumulation_facts(world.staff, date(2026, 10, 1))
    assert after.rank is not None
    assert after.level is not None
    assert (after.golongan, after.rank.have, after.level.have) == (
        "III/d",
        Decimal("4.38"),
        Decimal("104.38"),
    )
    # The days before are told as they were.
    assert accumulation_facts(world.staff, date(2026, 9, 30)).golongan == "III/c"


def test_a_rise_needs_its_credit(world: Any) -> None:
    balance(world, "99.99")
    with pytest.raises(credit.NotEnoughCredit):
        rank_step(world)
    assert not CreditRankStep.objects.exists()


def test_a_rise_stays_within_the_level(world: Any) -> None:
    balance(world, "250.00")
    rank_step(world)
    with pytest.raises(credit.NoRankStep) as refusal:
        rank_step(world, "2026-12-01")
    assert refusal.value.note == "level_first"
    with pytest.raises(credit.AlreadyEntered):
        rank_step(world, "2026-08-01")
    assert CreditRankStep.objects.count() == 1


# --- withdrawing


def test_a_withdrawn_entry_stays_on_file(world: Any) -> None:
    entry = balance(world, "40.00")
    with pytest.raises(credit.ReasonMissing):
        credit.withdraw_entry(entry=entry, reason="  ", by=world.personnel_officer, at=AT)
    credit.withdraw_entry(entry=entry, reason="Salah orang", by=world.personnel_officer, at=AT)
    credit.withdraw_entry(entry=entry, reason="Lagi", by=world.auditor, at=LATER)
    entry.refresh_from_db()
    assert (entry.withdrawn_reason, entry.withdrawn_at, entry.withdrawn_by) == (
        "Salah orang",
        AT,
        world.personnel_officer,
    )
    assert accumulation_facts(world.staff, date(2026, 12, 31)).total == 0


# --- PAK


def pak(world: Any, as_of: str = "2027-01-20", **given: Any) -> CreditPak:
    return credit.issue_pak(
        employee=world.staff,
        as_of=date.fromisoformat(as_of),
        by=world.personnel_officer,
        at=LATER,
        **given,
    )


def enough_for_the_level(world: Any, final: Any, plan: Any, predikat: str = "baik") -> Evaluation:
    balance(world, "190.00")
    evaluation: Evaluation = final(plan(), make_year(world, 2026), predikat)
    credit.convert_evaluation(evaluation_id=evaluation.pk, at=AT)
    return evaluation


def test_a_pak_is_a_snapshot(world: Any, plan: Any, final: Any) -> None:
    evaluation = enough_for_the_level(world, final, plan)
    made = pak(world, note=" Untuk usul kenaikan ")
    facts = pak_facts(made)
    assert facts.number == made.number == "PAK-KENDARI-2027-000001"
    assert facts.accumulation == accumulation_facts(world.staff, date(2027, 1, 20))
    assert (facts.accumulation.total, facts.note) == (Decimal("215.00"), "Untuk usul kenaikan")
    Evaluation.objects.filter(pk=evaluation.pk).update(predikat="kurang")
    credit.convert_evaluation(evaluation_id=evaluation.pk, at=LATER)
    made.refresh_from_db()
    assert pak_facts(made) == facts
    assert accumulation_facts(world.staff, date(2027, 1, 20)).total == Decimal("202.50")
    assert Notification.objects.filter(key=f"pak:{made.pk}", recipient=world.staff.user).exists()


TEST_PASSED = (True, "Sertifikat 12/2026")
VACANT = (True, "Formasi 2027")


@pytest.mark.parametrize(
    ("predikat", "given", "proposal"),
    [
        ("baik", {"competence_test": TEST_PASSED, "vacancy": VACANT}, "level"),
        ("baik", {"competence_test": TEST_PASSED}, ""),
        ("baik", {"competence_test": (False, ""), "vacancy": VACANT}, ""),
        ("butuh_perbaikan", {"competence_test": TEST_PASSED, "vacancy": VACANT}, ""),
    ],
)
def test_crd_8_a_level_needs_more_than_credit(
    world: Any, plan: Any, final: Any, predikat: str, given: Any, proposal: str
) -> None:
    enough_for_the_level(world, final, plan, predikat)
    facts = pak_facts(pak(world, **given))
    assert facts.accumulation.due == "level"
    assert facts.proposal == proposal
    met = {condition.code: condition.is_met for condition in facts.conditions}
    assert met == {
        "predikat": predikat == "baik",
        "competence_test": given["competence_test"][0],
        "vacancy": given["vacancy"][0] if "vacancy" in given else None,
    }


def test_an_unknown_last_year_is_not_good_enough(world: Any) -> None:
    balance(world, "250.00")
    facts = pak_facts(pak(world, competence_test=TEST_PASSED, vacancy=VACANT))
    assert facts.conditions[0].is_met is None
    assert facts.proposal == ""


def test_a_rank_is_proposed_when_only_the_rank_is_due(world: Any) -> None:
    balance(world, "104.38")
    assert pak_facts(pak(world)).proposal == "rank"


def test_no_pak_without_a_functional_post(world: Any) -> None:
    Position.objects.filter(placements__employee=world.staff).update(position_class="pelaksana")
    with pytest.raises(credit.NotFunctional):
        pak(world)
    assert not CreditPak.objects.exists()


def test_a_new_level_begins_at_zero(world: Any, year: Any, plan: Any, final: Any, promoted: Any) -> None:
    skp = plan()
    balance(world, "195.00")
    promoted("2026-09-01")
    credit.convert_evaluation(evaluation_id=final(skp, year["year"]).pk, at=AT)
    facts = accumulation_facts(world.staff, date(2027, 1, 1))
    assert (facts.jenjang, facts.total) == ("ahli_madya", Decimal("12.50"))
    assert [row.jenjang for row in facts.conversions] == ["ahli_madya"]
    assert facts.rank_note == "outside_jenjang"
    assert CreditConversion.objects.current().count() == 2
