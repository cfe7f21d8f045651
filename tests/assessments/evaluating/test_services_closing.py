"""What closing a period pulls together, for whom, and how often."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation, PeriodRun, ProgressEntry, ReportLine
from apps.assessments.services import closing, evaluations
from apps.assessments.services.engine import runs
from apps.core import jobs, policy
from apps.core.models import AuditEntry, Notification, OutboxMessage
from apps.employees.models import AppraiserLink, Mandate, Placement, Position
from apps.feedback.models import ServiceCount

from .conftest import CLOSED_AT, RATED_AT

pytestmark = pytest.mark.django_db


def _prepare(world: Any, period: Any) -> dict[str, int]:
    return closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)


def _figures(**changed: int) -> dict[str, int]:
    names = ("plans", "created", "refreshed", "unchanged", "kept", "away", "without_plan")
    return dict.fromkeys(names, 0) | changed


def test_a_plan_becomes_one_evaluation_for_the_appraiser(world: Any, period: Any) -> None:
    skp = world.make_skp(world.staff)
    figures = _prepare(world, period)
    evaluation = Evaluation.objects.get()
    assert (evaluation.skp, evaluation.employee, evaluation.period) == (skp, world.staff, period)
    assert (evaluation.appraiser, evaluation.unit, evaluation.status) == (world.head, world.unit, "prepared")
    # staff has a plan; the head and the colleague have none
    assert figures == _figures(plans=1, created=1, without_plan=2)
    assert AuditEntry.objects.filter(action="assessments.units.prepared").count() == 1
    assert Notification.objects.get().recipient == world.head.user


def test_reported_achievement_counts_from_a_sent_report_only(world: Any, period: Any) -> None:
    skp = world.make_skp(world.staff)
    first, second = skp.results.get().indicators.all()
    report = world.make_report(skp, period, status="submitted", figures={first: Decimal("95"), second: None})
    _prepare(world, period)
    evaluation = Evaluation.objects.get()
    rows = evaluation.inputs["indicators"]
    assert [(row["target"], row["realization"], row["percent"], row["missing"]) for row in rows] == [
        ("100", "95", "95", ""),
        ("100", None, None, "not_filled_in"),
    ]
    assert evaluation.achievement_percent == Decimal("95.00")
    assert evaluation.hint_rating == "meets_expectation"
    assert evaluation.inputs["report"]["status"] == "submitted"

    report.status = "returned"
    report.save()
    _prepare(world, period)
    evaluation.refresh_from_db()
    assert {row["missing"] for row in evaluation.inputs["indicators"]} == {"report_not_in_force"}
    assert (evaluation.achievement_percent, evaluation.hint_rating) == (None, "")


def test_a_draft_is_nobodys_achievement(world: Any, period: Any) -> None:
    skp = world.make_skp(world.staff, indicators=1)
    report = world.make_report(skp, period)
    ReportLine.objects.create(
        report=report, indicator=skp.results.get().indicators.get(), realization=Decimal(100)
    )
    _prepare(world, period)
    assert Evaluation.objects.get().inputs["indicators"][0]["missing"] == "no_report"
    assert Evaluation.objects.get().inputs["report"]["status"] == "none"


def test_progress_is_summed_within_the_period(world: Any, period: Any) -> None:
    skp = world.make_skp(world.staff, indicators=1)
    result = skp.results.get()
    indicator = result.indicators.get()
    world.change_indicator(indicator, source="progress_sum")
    for day, quantity in [
        (date(2026, 3, 31), 50),
        (date(2026, 4, 1), 60),
        (date(2026, 6, 30), 55),
        (date(2026, 7, 1), 9),
    ]:
        ProgressEntry.objects.create(
            employee=world.staff, result=result, indicator=indicator, date=day, text="x", quantity=quantity
        )
    _prepare(world, period)
    evaluation = Evaluation.objects.get()
    assert evaluation.inputs["indicators"][0]["realization"] == "115"
    assert evaluation.inputs["progress_entries"] == 2
    assert (evaluation.achievement_percent, evaluation.hint_rating) == (
        Decimal("115.00"),
        "above_expectation",
    )


def test_unit_sources_come_from_feedback(world: Any, period: Any) -> None:
    service = world.make_service()
    ServiceCount.objects.create(service=service, month=date(2026, 5, 1), count=80, recorded_at=CLOSED_AT)
    ServiceCount.objects.create(service=service, month=date(2026, 7, 1), count=500, recorded_at=CLOSED_AT)
    skp = world.make_skp(world.staff, indicators=3)
    for indicator, source in zip(
        skp.results.get().indicators.all(), ["service_count", "ikm", "complaint_clock"], strict=True
    ):
        world.change_indicator(indicator, source=source)
    _prepare(world, period)
    rows = Evaluation.objects.get().inputs["indicators"]
    assert [(row["realization"], row["percent"], row["missing"]) for row in rows] == [
        ("80", "80", ""),
        (None, None, "no_ikm"),
        (None, None, "no_complaints"),
    ]


def test_a_yearly_count_can_be_shared_out_over_the_periods(world: Any, period: Any) -> None:
    policy.set_value(
        "assessments.target_basis",
        "year",
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    skp = world.make_skp(world.staff, indicators=1)
    indicator = skp.results.get().indicators.get()
    world.make_report(skp, period, status="accepted", figures={indicator: Decimal(25)})
    _prepare(world, period)
    row = Evaluation.objects.get().inputs["indicators"][0]
    assert (row["plan_target"], row["target"], row["percent"]) == ("100", "25", "100")


def test_an_absurd_target_does_not_stop_the_unit(world: Any, period: Any) -> None:
    skp = world.make_skp(world.staff, indicators=1)
    indicator = skp.results.get().indicators.get()
    world.change_indicator(indicator, target=Decimal("0.0001"))
    world.make_report(skp, period, status="accepted", figures={indicator: Decimal("999999999999")})
    _prepare(world, period)
    assert Evaluation.objects.get().achievement_percent == Decimal("999999.99")


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_a_plan_that_is_not_approved_gets_no_evaluation(world: Any, period: Any, status: str) -> None:
    world.make_skp(world.staff, status=status)
    assert _prepare(world, period)["plans"] == 0
    assert not Evaluation.objects.exists()


def test_running_again_refreshes_what_is_not_rated_and_leaves_the_rest(world: Any, period: Any) -> None:
    world.make_skp(world.staff)
    world.make_skp(world.colleague)
    _prepare(world, period)
    rated = Evaluation.objects.get(employee=world.staff)
    evaluations.rate_evaluation(
        evaluation_id=rated.pk,
        work_result="meets_expectation",
        behavior="meets_expectation",
        by=world.head,
        at=RATED_AT,
    )
    rated.refresh_from_db()
    before = rated.inputs
    other = Evaluation.objects.get(employee=world.colleague)
    AppraiserLink.objects.filter(employee=world.colleague).update(appraiser=world.agency_head)
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    figures = closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=RATED_AT)
    assert figures == _figures(plans=2, refreshed=1, kept=1, without_plan=1)
    rated.refresh_from_db()
    other.refresh_from_db()
    assert (rated.inputs, rated.appraiser, rated.status) == (before, world.head, "rated")
    assert other.appraiser == world.agency_head
    assert Evaluation.objects.count() == 2
    assert PeriodRun.objects.filter(step="prepare").count() == 1


def test_the_appraiser_is_the_one_of_the_last_day(world: Any, period: Any) -> None:
    world.make_skp(world.staff)
    AppraiserLink.objects.filter(employee=world.staff).update(
        period=DateRange(date(2025, 1, 1), date(2026, 6, 30))
    )
    AppraiserLink.objects.create(
        employee=world.staff, appraiser=world.agency_head, period=DateRange(date(2026, 6, 30), None)
    )
    _prepare(world, period)
    assert Evaluation.objects.get().appraiser == world.agency_head


def test_an_acting_head_appraises_when_the_post_is_vacant(world: Any, period: Any) -> None:
    world.make_skp(world.staff)
    Placement.objects.filter(employee=world.head).update(period=DateRange(date(2025, 1, 1), date(2026, 6, 1)))
    post = Position.objects.get(unit=world.unit, is_head=True)
    Mandate.objects.create(
        holder=world.colleague, position=post, kind="plt", period=DateRange(date(2026, 6, 1), None)
    )
    _prepare(world, period)
    evaluation = Evaluation.objects.get()
    assert (evaluation.appraiser, evaluation.inputs["appraiser_source"]) == (world.colleague, "mandate")

    policy.set_value(
        "assessments.plt_may_appraise",
        False,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    _prepare(world, period)
    evaluation.refresh_from_db()
    assert (evaluation.appraiser, evaluation.inputs["appraiser_source"]) == (world.agency_head, "head")


def test_nobody_appraises_themselves_while_acting(world: Any, period: Any) -> None:
    world.make_skp(world.colleague)
    AppraiserLink.objects.filter(employee=world.colleague).delete()
    Placement.objects.filter(employee=world.head).update(period=DateRange(date(2025, 1, 1), date(2026, 6, 1)))
    Mandate.objects.create(
        holder=world.colleague,
        position=Position.objects.get(unit=world.unit, is_head=True),
        kind="plt",
        period=DateRange(date(2026, 6, 1), None),
    )
    _prepare(world, period)
    assert Evaluation.objects.get().appraiser == world.agency_head


def test_an_elected_appraiser_leaves_the_evaluation_to_the_leadership(world: Any, period: Any) -> None:
    world.make_skp(world.staff)
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=None, external_name="Wali Kota")
    _prepare(world, period)
    evaluation = Evaluation.objects.get()
    assert (evaluation.appraiser, evaluation.inputs["appraiser_source"]) == (None, "external")


def test_the_year_shows_the_periods_as_a_hint_without_an_average(world: Any, rated: Any, period: Any) -> None:
    quarter = rated(work_result="above_expectation", behavior="above_expectation")
    year = period.cycle.periods.create(
        kind="yearly",
        number=0,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        opens_at=datetime(2026, 12, 1, tzinfo=UTC),
        closes_at=datetime(2027, 1, 5, tzinfo=UTC),
        status="closed",
    )
    closing.prepare_unit(period_id=year.pk, unit_id=world.unit.pk, at=CLOSED_AT)
    evaluation = Evaluation.objects.get(period=year)
    assert evaluation.inputs["periodic"] == [
        {"number": 2, "predikat": "sangat_baik", "evaluation_id": quarter.pk, "skp_id": quarter.skp_id}
    ]
    assert (evaluation.predikat, evaluation.achievement_percent) == ("", None)


def test_the_number_of_queries_does_not_grow_with_the_people(world: Any, period: Any) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=CLOSED_AT)
        return len(queries)

    world.make_skp(world.staff)
    _prepare(world, period)
    one = count()
    for number in range(4):
        world.make_skp(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
    _prepare(world, period)
    assert count() == one


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_one_result(
    world: Any, period: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (world.staff, world.colleague):
        world.make_skp(person)
    message = jobs.enqueue(
        "assessments.prepare_unit", key="prepare:uji", period_id=period.pk, unit_id=world.unit.pk
    )
    assert message is not None
    call = runs._call_appraisers
    monkeypatch.setattr(runs, "_call_appraisers", _break)
    assert jobs.consume(message.pk) is False
    assert (Evaluation.objects.count(), PeriodRun.objects.count()) == (0, 0)

    monkeypatch.setattr(runs, "_call_appraisers", call)
    OutboxMessage.objects.update(ready_at=CLOSED_AT, lease_until=None)
    assert jobs.consume(message.pk) is True
    assert jobs.consume(message.pk) is False
    assert (Evaluation.objects.count(), PeriodRun.objects.count()) == (2, 1)
    assert AuditEntry.objects.filter(action="assessments.units.prepared").count() == 1


def _break(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("killed")
