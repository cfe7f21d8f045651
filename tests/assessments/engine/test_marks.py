"""What was read is remembered: any single change has exactly its people computed anew, and nothing else has."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import Evaluation, PeriodRun, ProgressEntry, ReportLine, SelfReport
from apps.assessments.services import feedback_notes
from apps.assessments.services.engine import runs, writing
from apps.core import policy
from apps.employees.models import AppraiserLink, Employee, ServiceState
from apps.feedback.models import ServiceCount
from apps.indicators.models import Indicator, Skp, WorkResult
from apps.indicators.services.guard import applying
from tests.world import NOW

from .rich_world import FIGURES, RichWorld
from .test_runs import AT, LATER, prepare_all, versions

pytestmark = pytest.mark.django_db

THIRD = datetime(2026, 7, 22, 2, 0, tzinfo=UTC)
STORED = (
    "pk",
    "unit",
    "appraiser",
    "mandate",
    "is_part",
    "achievement_percent",
    "hint_rating",
    "inputs",
    "prepared_at",
)


def stored() -> list[dict[str, Any]]:
    """What the evaluations say, and when they were pulled together."""
    return list(Evaluation.objects.order_by("pk").values(*STORED))


def forget_marks() -> None:
    Evaluation.objects.update(mark=None)


def change_line(world: Any, period: Any, skp: Skp) -> None:
    """Another figure in a report: it came back and was sent again."""
    reports = SelfReport.objects.filter(skp=skp, period=period)
    reports.update(status="returned")
    ReportLine.objects.filter(report__in=reports, indicator=indicator_of(skp)).update(realization=Decimal(61))
    reports.update(status="submitted")


def indicator_of(skp: Skp) -> Indicator:
    found = Indicator.objects.filter(result__skp=skp).order_by("pk").first()
    assert found is not None
    return found


def swap_lines(world: Any, period: Any, skp: Skp) -> None:
    """The same two figures, each with the other indicator: whatever is added up stays as it was."""
    reports = SelfReport.objects.filter(skp=skp, period=period)
    first, second = ReportLine.objects.filter(report__in=reports).order_by("indicator")
    reports.update(status="returned")
    ReportLine.objects.filter(pk=first.pk).update(realization=Decimal(90))
    ReportLine.objects.filter(pk=second.pk).update(realization=Decimal(100))
    reports.update(status="submitted")


def change_work_result(world: Any, period: Any, skp: Skp) -> None:
    with applying():
        WorkResult.objects.filter(skp=skp).update(text="Pelayanan berjalan setiap hari")


def add_progress(world: Any, period: Any, skp: Skp) -> None:
    ProgressEntry.objects.create(
        employee=skp.employee, result=skp.results.get(), date=date(2026, 5, 4), text="baris", quantity=None
    )


def appraised_by_another(world: Any, period: Any, skp: Skp) -> None:
    AppraiserLink.objects.filter(employee=skp.employee).update(appraiser=None, external_name="Wali Kota")


def away_for_a_month(world: Any, period: Any, skp: Skp) -> None:
    days = DateRange(date(2026, 5, 1), date(2026, 6, 1))
    ServiceState.objects.create(employee=skp.employee, kind="study", period=days, recorded_at=NOW)


def came_later(world: Any, period: Any, skp: Skp) -> None:
    with applying():
        Skp.objects.filter(pk=skp.pk).update(period=DateRange(date(2026, 5, 1), date(2027, 1, 1)))


def served_citizens(world: Any, period: Any, skp: Skp) -> None:
    ServiceCount.objects.create(
        service=world.make_service(), month=date(2026, 5, 1), count=31, recorded_at=NOW
    )


def other_threshold(world: Any, period: Any, skp: Skp) -> None:
    policy.set_value(
        "assessments.hint_meets_percent",
        "80",
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )


def said_a_word(world: Any, period: Any, skp: Skp) -> None:
    """Feedback is read by the one who rates, not by the engine."""
    feedback_notes.give_feedback(employee=skp.employee, text="Pelayanannya ramah.", by=world.head, at=AT)


CHANGES: dict[str, tuple[Callable[[Any, Any, Skp], Any], Callable[[Any], set[Employee]]]] = {
    "a figure of a report": (change_line, lambda world: {world.staff}),
    "two figures of a report changed places": (swap_lines, lambda world: {world.staff}),
    "a report that was accepted": (
        lambda world, period, skp: SelfReport.objects.filter(skp=skp, period=period).update(
            status="accepted"
        ),
        lambda world: {world.staff},
    ),
    "the target of an indicator": (
        lambda world, period, skp: world.change_indicator(indicator_of(skp), target=Decimal(120)),
        lambda world: {world.staff},
    ),
    "the text of an indicator": (
        lambda world, period, skp: world.change_indicator(indicator_of(skp), text="Jumlah kunjungan"),
        lambda world: {world.staff},
    ),
    "the text of a result": (change_work_result, lambda world: {world.staff}),
    "a line of daily work": (add_progress, lambda world: {world.staff}),
    "another appraiser": (appraised_by_another, lambda world: {world.staff}),
    "a month away": (away_for_a_month, lambda world: {world.staff}),
    "the days of the plan": (came_later, lambda world: {world.staff}),
    # a figure of the unit, and of those above it
    "a figure of citizens": (served_citizens, lambda world: {world.staff, world.agency_head}),
    "a policy value": (other_threshold, lambda world: {world.staff, world.agency_head, world.stranger}),
    "a word of feedback": (said_a_word, lambda world: set()),
    "nothing": (lambda world, period, skp: None, lambda world: set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_has_its_people_computed_anew_and_nobody_else(world: Any, period: Any, name: str) -> None:
    skp = Skp.objects.get(employee=world.staff)
    first, second = ReportLine.objects.filter(report__skp=skp).order_by("indicator")
    if name == "two figures of a report changed places":
        SelfReport.objects.filter(skp=skp).update(status="returned")
        ReportLine.objects.filter(pk=first.pk).update(realization=Decimal(100))
        ReportLine.objects.filter(pk=second.pk).update(realization=Decimal(90))
        SelfReport.objects.filter(skp=skp).update(status="submitted")
    prepare_all(period)
    before = {row[0]: row for row in versions()}
    change, concerned = CHANGES[name]
    change(world, period, skp)
    prepare_all(period, LATER)
    changed = {row[0] for row in versions() if row != before[row[0]]}
    assert changed == set(
        Evaluation.objects.filter(employee__in=concerned(world)).values_list("pk", flat=True)
    )
    assert set(Evaluation.objects.filter(prepared_at=LATER).values_list("pk", flat=True)) == changed
    # a full run, which knows of no mark, finds every row as it should be
    by_marks = stored()
    forget_marks()
    prepare_all(period, THIRD)
    assert stored() == by_marks


@pytest.mark.parametrize("name", ["ACHIEVEMENT_RULE", "HINT_RULE", "INPUTS_VERSION"])
def test_another_version_of_a_rule_has_everybody_computed_anew(
    world: Any, period: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    prepare_all(period)
    monkeypatch.setattr(writing, name, 99)
    prepare_all(period, LATER)
    assert Evaluation.objects.filter(prepared_at=LATER).count() == 3


def test_a_row_without_a_mark_is_computed_once_and_keeps_its_time(world: Any, period: Any) -> None:
    prepare_all(period)
    before = stored()
    forget_marks()
    prepare_all(period, LATER)
    assert stored() == before
    assert not Evaluation.objects.filter(mark=None).exists()
    figures = PeriodRun.objects.get(period=period, unit=world.unit, step="prepare").figures
    assert (figures["unchanged"], figures["refreshed"]) == (1, 0)
    marked = versions()
    prepare_all(period, THIRD)
    assert versions() == marked


def test_an_evaluation_that_was_handed_on_is_asked_again(world: Any, period: Any) -> None:
    """Others write the appraiser too; the mark alone would not see it."""
    prepare_all(period)
    right = Evaluation.objects.get(employee=world.staff).appraiser_id
    Evaluation.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    prepare_all(period, LATER)
    assert Evaluation.objects.get(employee=world.staff).appraiser_id == right


@pytest.mark.parametrize("seed", [3, 11])
def test_in_a_world_where_everything_happens_marks_and_a_full_run_agree(seed: int) -> None:
    """Random single changes one after the other, in the quarter and in the year with its parts."""
    rich = RichWorld(seed, people=5)
    units = [unit.pk for unit in rich.units]
    plans = list(Skp.objects.filter(status__in=["approved", "closed"]).order_by("pk"))
    for turn, period in enumerate([rich.periods[1], rich.yearly, rich.yearly, rich.periods[1], rich.yearly]):
        at = datetime(2026, 8, 1 + turn, tzinfo=UTC)
        skp = rich.pick(plans)
        lines = ReportLine.objects.filter(report__skp=skp, report__status__in=["draft", "returned"])
        lines.update(realization=rich.pick(FIGURES))
        SelfReport.objects.filter(skp=skp, status="returned").update(status="submitted")
        AppraiserLink.objects.filter(employee=rich.pick(rich.people[1:])).update(
            appraiser=rich.world.head, external_name=""
        )
        runs.prepare_units(period_id=period.pk, unit_ids=units, at=at)
        by_marks = stored()
        forget_marks()
        runs.prepare_units(period_id=period.pk, unit_ids=units, at=datetime(2026, 9, 1 + turn, tzinfo=UTC))
        assert stored() == by_marks
