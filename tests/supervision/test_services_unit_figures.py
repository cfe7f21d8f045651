"""The figures of units: what is counted, that it adds up the tree, and that counting again changes nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.assessments.models import Evaluation, Objection, SelfReport
from apps.assessments.services import feedback_notes
from apps.core import policy
from apps.employees.models import Employee, Placement, Position
from apps.feedback.models import Complaint, FigureStep, IkmResult, Questionnaire, SurveyPeriod
from apps.supervision.models import FigureMark, UnitFigure
from apps.supervision.services import unit_figures
from apps.training.models import Certificate
from tests.training import story
from tests.world import World

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def counted(world: World) -> World:
    """Plans of two people, a report in time, a predikat, feedback; everything counted."""
    world.periods = world.make_periods()  # type: ignore[attr-defined]
    world.story_periods = world.periods  # type: ignore[attr-defined]
    plan = world.make_skp(world.staff)
    world.make_skp(world.colleague)
    world.make_report(plan, world.periods[2], status="submitted")  # type: ignore[attr-defined]
    story.make_evaluation(world, number=2, predikat="baik", work_result="meets_expectation")
    feedback_notes.give_feedback(employee=world.staff, text="Baik", by=world.head, at=NOW)
    count(world)
    return world


def count(world: World) -> None:
    """Count everything as the schedule would, however recently it did."""
    FigureMark.objects.update(computed_at=None)
    assert unit_figures.refresh(government=world.government, now=NOW)


def figure(world: World, unit: Any, number: int = 3, family: str = "", reach: str = "tree") -> UnitFigure:
    """Return the row of a unit in a quarter."""
    return UnitFigure.objects.get(
        unit=unit, period__number=number, period__kind="periodic", job_family=family, reach=reach
    )


def make_complaint(world: World, **values: Any) -> Complaint:
    """Create a complaint about world.unit that came in on 1 September."""
    number = Complaint.objects.count() + 1
    closed = values.get("status", "received") in {"confirmed_solved", "closed_no_reply", "rejected"}
    return Complaint.objects.create(
        government=world.government,
        unit=world.unit,
        number=f"P-{number}",
        secret_hash="x",
        kind="permintaan_informasi",
        subject="s",
        body="b",
        received_at=datetime(2026, 9, 1, 2, tzinfo=UTC),
        due_on=date(2026, 9, 8),
        closed_at=NOW if closed else None,
        **values,
    )


def make_step(world: World, service: Any, *, n: int, ikm: str, ends_on: date = date(2026, 9, 30)) -> None:
    """Create a survey period of a service with a public figure."""
    survey = SurveyPeriod.objects.create(
        service=service,
        questionnaire=Questionnaire.objects.order_by("pk").first()
        or Questionnaire.objects.create(regime="permenpan-14-2017", title="SKM"),
        code=f"s{service.pk}-{ends_on:%m}",
        label="Kuartal",
        starts_on=ends_on - timedelta(days=80),
        ends_on=ends_on,
        sampling="",
    )
    step = FigureStep.objects.create(
        survey_period=survey,
        tier="terbuka",
        number=1,
        n=n,
        ikm=Decimal(ikm),
        service_grade="B",
        weakest_unsur="waktu",
        index_total=Decimal(ikm) * n,
        index_squares=Decimal(ikm) ** 2 * n + 100 * n,
        taken_at=NOW,
        shown_at=NOW,
    )
    IkmResult.objects.create(
        survey_period=survey,
        tier="terbuka",
        n=n,
        nrr={},
        ikm=Decimal(ikm),
        regime="permenpan-14-2017",
        rule_version="test",
        computed_at=NOW,
        shown=step,
    )


def test_coverage_counts_people_with_an_approved_plan_and_adds_up_the_tree(counted: World) -> None:
    own = figure(counted, counted.unit)
    assert (own.people, own.planned) == (3, 2)
    agency = figure(counted, counted.agency)
    assert (agency.people, agency.planned) == (4, 2)
    alone = figure(counted, counted.agency, reach="own")
    assert (alone.people, alone.planned) == (1, 0)
    root = figure(counted, counted.root)
    assert (root.people, root.planned) == (6, 2)


def test_nothing_is_counted_of_a_period_that_has_not_begun(counted: World) -> None:
    assert not UnitFigure.objects.filter(period__number=4).exists()


def test_a_report_is_due_once_it_is_in_or_can_no_longer_come_in_time(counted: World) -> None:
    # The third quarter still takes reports: only the one that is in counts. The first is over: both are missing.
    running, over = figure(counted, counted.unit), figure(counted, counted.unit, number=1)
    assert (running.reports_due, running.reports_on_time) == (1, 1)
    assert (over.reports_due, over.reports_on_time) == (2, 0)
    SelfReport.objects.update(is_late=True)
    count(counted)
    assert figure(counted, counted.unit).reports_on_time == 0


def test_predikat_count_once_they_are_handed_over(counted: World) -> None:
    assert figure(counted, counted.unit, number=2).baik == 1
    Evaluation.objects.update(status="rated", delivered_at=None)
    count(counted)
    assert figure(counted, counted.unit, number=2).baik == 0


def test_satisfaction_pools_what_is_public_and_measured_alike(counted: World) -> None:
    first, second = counted.make_service(), counted.make_service(counted.agency)
    make_step(counted, first, n=40, ikm="80")
    make_step(counted, second, n=10, ikm="90")
    count(counted)
    unit, agency = figure(counted, counted.unit), figure(counted, counted.agency)
    assert (unit.ikm_n, unit.ikm_points) == (40, Decimal(3200))
    assert (agency.ikm_n, agency.ikm_points) == (50, Decimal(4100))
    # Another tier is another measure: the one with the most answers stands for the period.
    SurveyPeriod.objects.filter(service=second).update(sampling="sensus")
    IkmResult.objects.filter(survey_period__service=second).update(tier="terverifikasi")
    count(counted)
    assert figure(counted, counted.agency).ikm_n == 10


def test_a_figure_that_is_not_public_is_not_counted(counted: World) -> None:
    make_step(counted, counted.make_service(), n=40, ikm="80")
    IkmResult.objects.update(shown=None)
    count(counted)
    assert figure(counted, counted.unit).ikm_n == 0


def test_complaints_confirmed_and_closed_without_a_reply_stand_apart(counted: World) -> None:
    answered = datetime(2026, 9, 3, 2, tzinfo=UTC)
    make_complaint(counted, status="confirmed_solved", answered_at=answered)
    make_complaint(counted, status="closed_no_reply", answered_at=NOW)
    make_complaint(counted)
    make_complaint(counted, is_quarantined=True)
    count(counted)
    row = figure(counted, counted.agency)
    assert (row.complaints_received, row.complaints_solved, row.complaints_no_reply) == (3, 1, 1)
    assert (row.complaints_due, row.complaints_in_time) == (3, 1)


def test_lesson_hours_beyond_ones_own_target_help_nobody_else(counted: World) -> None:
    for person, jp in ((counted.staff, "30"), (counted.colleague, "5")):
        Certificate.objects.create(
            employee=person,
            name="Kursus",
            organizer="LAN",
            kind="klasikal",
            starts_on=date(2026, 3, 1),
            ends_on=date(2026, 3, 2),
            jp=Decimal(jp),
            number="1",
            verified_at=NOW,
            verified_by=counted.head,
        )
    count(counted)
    row = figure(counted, counted.unit)
    assert (row.jp_target, row.jp_counted) == (Decimal(60), Decimal(25))
    Certificate.objects.update(verified_at=None)
    count(counted)
    assert figure(counted, counted.unit).jp_counted == 0


def test_duties_of_leaders_count_where_the_leader_works_and_when_they_were_due(counted: World) -> None:
    # Plans are approved on 15 September: for the third quarter two feedbacks and two talks of the second half-year
    # are still open, one was given. The report that was sent today may wait a week.
    row = figure(counted, counted.unit)
    assert (row.feedback_owed, row.feedback_kept, row.review_owed) == (1, 1, 0)
    with time_machine.travel(datetime(2026, 10, 20, 2, tzinfo=UTC)):
        unit_figures.refresh(government=counted.government, now=datetime(2026, 10, 20, 2, tzinfo=UTC))
    row = figure(counted, counted.unit)
    assert (row.feedback_owed, row.feedback_kept) == (2, 1)
    assert (row.review_owed, row.review_kept) == (1, 0)
    assert row.duties_overdue == 1


def test_objections_count_for_the_unit_of_whoever_decides(counted: World) -> None:
    Objection.objects.create(
        evaluation=Evaluation.objects.get(),
        number="K-1",
        reason="Alasan",
        filed_at=NOW - timedelta(days=20),
        decider=counted.agency_head,
        decision_due_on=date(2026, 9, 10),
    )
    count(counted)
    row = figure(counted, counted.agency, reach="own")
    assert (row.objection_owed, row.objection_kept, row.duties_overdue) == (1, 0, 1)
    Objection.objects.update(
        decided_at=datetime(2026, 9, 9, 2, tzinfo=UTC), is_upheld=False, decision_reason="Tidak"
    )
    count(counted)
    row = figure(counted, counted.agency, reach="own")
    assert (row.objection_owed, row.objection_kept, row.duties_overdue) == (1, 1, 0)


def test_a_job_family_is_what_the_post_says_in_sql_as_in_python(counted: World) -> None:
    titles = [
        ("Perawat Ahli Muda", "ahli_muda", ""),
        ("  Bidan ahli muda ", "ahli_muda", ""),
        ("Ahli Muda", "ahli_muda", ""),
        ("Guru Ahli Muda", "ahli_madya", ""),
        ("Kepala Seksi", "", ""),
        ("Apa saja", "pratama", "Keuangan"),
    ]
    families = []
    for number, (title, level, family) in enumerate(titles):
        person = counted.make_employee(f"Orang {number}", counted.other_agency)
        post = person.placements.get().position
        post.title, post.level, post.job_family = title, level, family
        post.save()
        families.append(Position.objects.get(pk=post.pk).family)
    count(counted)
    rows = UnitFigure.objects.filter(
        unit=counted.other_agency, reach="own", period__number=3, period__kind="periodic", people=1
    )
    assert set(families) <= set(rows.values_list("job_family", flat=True))
    everybody = figure(counted, counted.other_agency, reach="own")
    assert everybody.people == 2 + len(titles)


def test_counting_again_writes_nothing_and_a_rebuild_gives_the_same(counted: World) -> None:
    values = list(UnitFigure.objects.order_by("period", "unit", "job_family", "reach").values())
    count(counted)
    assert list(UnitFigure.objects.order_by("period", "unit", "job_family", "reach").values()) == values
    assert unit_figures.check(government=counted.government, now=NOW) == []
    unit_figures.rebuild(government=counted.government, now=NOW)
    again = UnitFigure.objects.order_by("period", "unit", "job_family", "reach").values()
    strip = [{key: value for key, value in row.items() if key != "id"} for row in values]
    assert [{key: value for key, value in row.items() if key != "id"} for row in again] == strip


def test_who_left_is_gone_from_the_next_count_and_still_there_in_the_past(counted: World) -> None:
    family = Position.objects.get(placements__employee=counted.colleague).family
    Placement.objects.filter(employee=counted.colleague).update(
        period=DateRange(date(2025, 1, 1), date(2026, 7, 10))
    )
    Employee.objects.filter(pk=counted.colleague.pk).update(is_active=False)
    count(counted)
    assert figure(counted, counted.unit).people == 2
    assert figure(counted, counted.unit, number=2).people == 3
    assert not UnitFigure.objects.filter(
        unit=counted.unit, job_family=family, period__number=3, period__kind="periodic"
    ).exists()
    assert unit_figures.check(government=counted.government, now=NOW) == []


def test_a_number_that_was_changed_behind_its_back_is_found_and_mended(counted: World, capsys: Any) -> None:
    row = figure(counted, counted.unit)
    UnitFigure.objects.filter(pk=row.pk).update(people=99)
    figure(counted, counted.agency, number=1).delete()
    with pytest.raises(CommandError, match="differ"):
        call_command("rebuild_unit_figures", "--check")
    assert f"unit {counted.unit.pk}, period {row.period_id}, tree: people: 99 -> 3" in capsys.readouterr().out
    assert figure(counted, counted.unit).people == 99
    call_command("rebuild_unit_figures", "--government", "kendari")
    call_command("rebuild_unit_figures", "--check")
    assert figure(counted, counted.unit).people == 3
    with pytest.raises(CommandError, match="no government"):
        call_command("rebuild_unit_figures", "--government", "nirwana")


def test_a_quiet_government_is_not_counted_again(counted: World) -> None:
    later = NOW + timedelta(minutes=11)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # The chain has grown since the fixture counted (its entries are sealed only now), so once more.
    assert unit_figures.refresh(government=counted.government, now=later)
    assert not unit_figures.refresh(government=counted.government, now=later + timedelta(hours=1))
    # Something happened, but the last count is too young; then it is not.
    policy.set_value(
        "supervision.figures_minutes",
        10,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=counted.personnel_officer,
        reason="uji",
    )
    assert not unit_figures.refresh(government=counted.government, now=later + timedelta(minutes=5))
    assert unit_figures.refresh(government=counted.government, now=later + timedelta(minutes=10))
    # A new day moves what is due, even if nobody did anything.
    assert unit_figures.refresh(government=counted.government, now=later + timedelta(days=1))


def test_a_new_public_figure_is_news(counted: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    count(counted)
    make_step(counted, counted.make_service(), n=40, ikm="80")
    assert unit_figures.refresh_due(now=NOW + timedelta(minutes=11)) == 1
    assert figure(counted, counted.unit).ikm_n == 40


def test_the_number_of_statements_does_not_grow_with_the_people(
    counted: World, django_assert_max_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as before:
        count(counted)
    for number in range(3):
        unit = counted.make_unit(f"Seksi {number}", "seksi", counted.unit)
        counted.make_skp(counted.make_employee(f"Baru {number}", unit, appraiser=counted.head))
    with CaptureQueriesContext(connection) as after:
        count(counted)
    assert len(after) == len(before)


@pytest.mark.parametrize(
    "values", [{"planned": 99}, {"reach": "all"}, {"jp_counted": Decimal(9999)}, {"feedback_kept": 99}]
)
def test_the_table_refuses_what_cannot_be(counted: World, values: dict[str, Any]) -> None:
    row = figure(counted, counted.unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitFigure.objects.filter(pk=row.pk).update(**values)


def test_figures_are_visible_to_who_leads_or_has_a_role_there(counted: World) -> None:
    def units(user: Any) -> set[int]:
        return set(UnitFigure.objects.visible_to(user).values_list("unit", flat=True))

    assert units(counted.head.user) == {counted.unit.pk}
    assert units(counted.agency_head.user) == {counted.unit.pk, counted.agency.pk}
    assert units(counted.auditor) >= {counted.root.pk, counted.other_agency.pk}
    assert units(counted.staff.user) == set()
    assert units(counted.foreigner.user) == set()
