"""Conversions of final evaluations: which months, which level, what takes the place of what."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import CreditConversion, Evaluation
from apps.assessments.services import credit, evaluations, objections
from apps.core import jobs, policy
from apps.core.models import AuditEntry, Notification, OutboxMessage
from apps.employees.models import Position, ServiceState

from .conftest import AT, LATER, make_year

pytestmark = pytest.mark.django_db


def convert(evaluation: Evaluation, at: Any = AT) -> list[CreditConversion]:
    return credit.convert_evaluation(evaluation_id=evaluation.pk, at=at)


def brief(rows: Any) -> list[tuple[str, int, str, str]]:
    """First month, months, level, value of each row."""
    return [(f"{row.starts_on:%m}", row.months, row.jenjang, str(row.value)) for row in rows]


def current(world: Any) -> list[tuple[str, int, str, str]]:
    return brief(CreditConversion.objects.current().filter(employee=world.staff).order_by("period"))


def test_a_quarter_gives_three_months(world: Any, year: Any, plan: Any, final: Any) -> None:
    (row,) = convert(final(plan(), year["2"]))
    assert brief([row]) == [("04", 3, "ahli_muda", "6.25")]
    assert (row.percent, row.coefficient, row.is_yearly) == (100, Decimal("25"), False)
    assert row.number == "AK-KENDARI-2026-000001"
    assert row.post == world.staff.placements.get().position.title
    assert row.rule_source == "PermenPANRB 1/2023, Peraturan BKN 3/2023"
    entry = AuditEntry.objects.get(action="assessments.credit.converted")
    assert (entry.data["months"], entry.data["value"]) == (3, "6.25")
    note = Notification.objects.get(recipient=world.staff.user)
    assert note.params == {"number": row.number, "value": "6,25"}


def test_again_changes_nothing(world: Any, year: Any, plan: Any, final: Any) -> None:
    evaluation = final(plan(), year["2"])
    first = convert(evaluation)
    again = convert(evaluation, LATER)
    assert [row.pk for row in again] == [row.pk for row in first]
    assert CreditConversion.objects.count() == 1
    assert AuditEntry.objects.filter(action__startswith="assessments.credit").count() == 1


def test_crd_5_the_year_takes_the_place_of_the_quarters(world: Any, year: Any, plan: Any, final: Any) -> None:
    skp = plan()
    for number, predikat in (("1", "baik"), ("2", "sangat_baik")):
        convert(final(skp, year[number], predikat))
    assert current(world) == [("01", 3, "ahli_muda", "6.25"), ("04", 3, "ahli_muda", "9.38")]
    (yearly,) = convert(final(skp, year["year"], "sangat_baik"), LATER)
    assert current(world) == [("01", 12, "ahli_muda", "37.50")]
    replaced = CreditConversion.objects.filter(is_yearly=False)
    assert {(row.replaced_by_id, row.replaced_reason) for row in replaced} == {(yearly.pk, "yearly")}
    # A quarter that becomes final after the year adds nothing.
    assert convert(final(skp, year["3"]), LATER) == []
    assert CreditConversion.objects.count() == 3


def test_a_part_of_the_year_covers_the_days_of_its_plan(
    world: Any, year: Any, plan: Any, final: Any, promoted: Any
) -> None:
    """SPC-1: the closing evaluation of the former post hangs on the yearly period, too."""
    former = plan(last="2026-08-31")
    convert(final(former, year["1"]))
    place = promoted("2026-09-01")
    convert(final(former, year["year"], is_part=True))
    assert current(world) == [("01", 8, "ahli_muda", "16.67")]
    later = plan(first="2026-09-01", placement=place)
    convert(final(later, year["year"], "sangat_baik"), LATER)
    assert current(world) == [("01", 8, "ahli_muda", "16.67"), ("09", 4, "ahli_madya", "18.75")]


def test_a_rise_within_one_plan_counts_each_level(
    world: Any, year: Any, plan: Any, final: Any, promoted: Any
) -> None:
    skp = plan()
    promoted("2026-09-01")
    rows = convert(final(skp, year["year"]))
    assert brief(rows) == [("01", 8, "ahli_muda", "16.67"), ("09", 4, "ahli_madya", "12.50")]
    assert [row.part for row in rows] == [1, 2]
    assert sum(row.months for row in rows) == 12


def test_started_months_follow_the_setting(
    world: Any, year: Any, plan: Any, final: Any, promoted: Any
) -> None:
    evaluation = final(plan(), year["year"])
    promoted("2026-09-16")
    assert brief(convert(evaluation)) == [("01", 8, "ahli_muda", "16.67"), ("10", 3, "ahli_madya", "9.38")]
    policy.set_value(
        "assessments.credit_started_months",
        "started",
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="Surat",
    )
    assert brief(convert(evaluation)) == [("01", 9, "ahli_muda", "18.75"), ("10", 3, "ahli_madya", "9.38")]
    assert CreditConversion.objects.filter(replaced_reason="corrected").count() == 2


def test_other_posts_and_leave_earn_nothing(
    world: Any, year: Any, plan: Any, final: Any, promoted: Any
) -> None:
    skp = plan()
    promoted("2026-10-01", position_class="pengawas")
    ServiceState.objects.create(
        employee=world.staff,
        kind="unpaid_leave",
        period=DateRange(date(2026, 3, 10), date(2026, 5, 1)),
        recorded_at=AT,
    )
    rows = convert(final(skp, year["year"]))
    assert [(row.starts_on.month, row.months) for row in rows] == [(1, 2), (5, 5)]


def test_days_without_a_recorded_place_belong_to_the_post_of_the_plan(
    world: Any, year: Any, plan: Any, final: Any
) -> None:
    skp = plan()
    world.staff.placements.update(period=DateRange(date(2026, 7, 1), None))
    assert brief(convert(final(skp, year["year"]))) == [("01", 12, "ahli_muda", "25.00")]


@pytest.mark.parametrize("change", [{"position_class": "pelaksana"}, {"level": ""}, {"level": "pratama"}])
def test_no_functional_level_no_credit(
    world: Any, year: Any, plan: Any, final: Any, change: dict[str, str]
) -> None:
    skp = plan()
    Position.objects.filter(placements=skp.placement).update(**change)
    assert convert(final(skp, year["2"])) == []
    assert not CreditConversion.objects.exists()


def test_before_the_first_table_there_is_no_conversion(world: Any, plan: Any, final: Any) -> None:
    skp = plan(first="2022-01-01", last="2022-12-31")
    assert convert(final(skp, make_year(world, 2022))) == []


@pytest.mark.parametrize("status", ["rated", "delivered", "objected"])
def test_only_a_final_result_counts(world: Any, year: Any, plan: Any, final: Any, status: str) -> None:
    given = {} if status != "rated" else {"delivered_at": None}
    assert convert(final(plan(), year["2"], status=status, **given)) == []
    assert not CreditConversion.objects.exists()


def test_a_changed_predikat_makes_a_new_version(world: Any, year: Any, plan: Any, final: Any) -> None:
    evaluation = final(plan(), year["2"], "butuh_perbaikan")
    (old,) = convert(evaluation)
    Evaluation.objects.filter(pk=evaluation.pk).update(predikat="baik", status="decided")
    (new,) = convert(evaluation, LATER)
    old.refresh_from_db()
    assert (old.value, old.replaced_by, old.replaced_reason) == (Decimal("4.69"), new, "corrected")
    assert (new.value, new.version, new.is_current) == (Decimal("6.25"), 2, True)
    assert old.number != new.number
    assert Notification.objects.filter(recipient=world.staff.user, text__contains="again").count() == 1


def test_the_months_of_a_balance_are_not_converted_again(
    world: Any, year: Any, plan: Any, final: Any
) -> None:
    credit.record_opening(
        employee=world.staff,
        amount=credit.Balance(Decimal("40.00")),
        as_of=date(2026, 2, 28),
        note="PAK lama",
        by=world.personnel_officer,
        at=AT,
    )
    assert brief(convert(final(plan(), year["year"]))) == [("03", 10, "ahli_muda", "20.83")]


# --- how a conversion is called for


def _run_jobs() -> None:
    for message in OutboxMessage.objects.filter(task="assessments.convert_evaluation", done_at=None):
        assert jobs.consume(message.pk)


def test_accepting_promises_the_conversion(world: Any, year: Any, plan: Any, final: Any) -> None:
    evaluation = final(plan(), year["2"], status="delivered", answer_due_on=date(2026, 8, 11))
    evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=world.staff, at=AT)
    _run_jobs()
    assert current(world) == [("04", 3, "ahli_muda", "6.25")]


def test_silence_promises_the_conversion(world: Any, year: Any, plan: Any, final: Any) -> None:
    final(plan(), year["2"], status="delivered", answer_due_on=date(2026, 8, 11))
    assert evaluations.lapse_due(now=LATER) == 1
    _run_jobs()
    assert current(world) == [("04", 3, "ahli_muda", "6.25")]


def test_a_decided_objection_counts_with_the_new_predikat(
    world: Any, year: Any, plan: Any, final: Any
) -> None:
    evaluation = final(
        plan(), year["2"], "butuh_perbaikan", status="delivered", answer_due_on=date(2026, 8, 11)
    )
    Evaluation.objects.filter(pk=evaluation.pk).update(work_result_rating="below_expectation")
    objection = objections.file_objection(
        evaluation_id=evaluation.pk, reason="Target tercapai.", by=world.staff, at=AT
    )
    assert not OutboxMessage.objects.filter(task="assessments.convert_evaluation").exists()
    objections.decide_objection(
        objection_id=objection.pk,
        is_upheld=True,
        decision_reason="Bukti lengkap.",
        work_result="meets_expectation",
        by=world.agency_head,
        at=AT,
    )
    _run_jobs()
    assert current(world) == [("04", 3, "ahli_muda", "6.25")]


def test_nothing_is_promised_for_other_posts(world: Any, year: Any, plan: Any, final: Any) -> None:
    evaluation = final(plan(), year["2"], status="delivered", answer_due_on=date(2026, 8, 11))
    Position.objects.filter(placements__employee=world.staff).update(position_class="pelaksana")
    evaluations.accept_evaluation(evaluation_id=evaluation.pk, by=world.staff, at=AT)
    assert not OutboxMessage.objects.filter(task="assessments.convert_evaluation").exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_jobs_make_one_conversion(world: Any, year: Any, plan: Any, final: Any) -> None:
    skp = plan()
    found = [final(skp, year["2"]), final(skp, year["year"])]
    start = Barrier(6)

    def work(number: int) -> None:
        try:
            start.wait(timeout=30)
            convert(found[number % 2])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert current(world) == [("01", 12, "ahli_muda", "25.00")]
    assert CreditConversion.objects.filter(evaluation=found[1]).count() == 1
