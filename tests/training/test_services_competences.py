"""The catalogue, standards, assessed levels, needs from gaps, wishes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import policy
from apps.core.models import AuditEntry, Notification
from apps.employees.models import Employee
from apps.training.models import (
    Competence,
    CompetenceAssessment,
    LevelDescription,
    NeedReason,
    PositionStandard,
    Topic,
    TrainingNeed,
)
from apps.training.rules.competence_gap import Assessment, latest_levels
from apps.training.selectors import competences as selectors
from apps.training.services import competences as services
from apps.training.services import gap_needs, needs, wishes
from tests.training.competence_story import assess, make_competence
from tests.training.story import AT, make_evaluation, make_topic

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 12)


def record(world: Any, competence: Competence, level: int = 1, **values: Any) -> CompetenceAssessment:
    return services.record_assessment(
        **{
            "employee": world.staff,
            "competence": competence,
            "level": level,
            "assessed_on": date(2026, 10, 1),
            "method": "test",
            "note": "",
            "by": world.personnel_officer,
            "at": AT,
            **values,
        }
    )


# --- the catalogue


def test_the_start_catalogue_adds_what_is_missing_once(world: Any) -> None:
    make_competence(world, "integritas", level=None)
    assert services.start_catalogue(government=world.government, by=world.personnel_officer, at=AT) == 8
    assert services.start_catalogue(government=world.government, by=world.personnel_officer, at=AT) == 0
    rows = Competence.objects.filter(government=world.government)
    assert rows.filter(kind="manajerial").count() == 8
    assert rows.get(code="perekat_bangsa").kind == "sosiokultural"
    assert not rows.get(code="integritas").standards.exists(), "what the office had is left as it is"
    asked = {
        (s.position_class, s.position_level): s.level for s in rows.get(code="kerja_sama").standards.all()
    }
    assert (asked["jpt", ""], asked["pelaksana", ""], asked["jf", "ahli_muda"]) == (4, 1, 3)


def test_a_topic_is_shared_unless_another_government_means_something_else(world: Any) -> None:
    first = make_competence(world, "arsip", level=None)
    same = services.add_competence(
        government=world.other.government, code="arsip", kind="teknis", name="Arsip", by=None, at=AT
    )
    third = services.add_competence(
        government=world.other.government, code="komunikasi", kind="teknis", name="Radio", by=None, at=AT
    )
    other = make_competence(world, "komunikasi", level=None)
    assert first.topic == same.topic
    assert third.topic != other.topic
    assert (third.topic.name, other.topic.name) == ("Kompetensi: Radio", "Kompetensi: Komunikasi")


def test_a_code_is_used_once(world: Any) -> None:
    make_competence(world)
    with pytest.raises(services.CodeTaken):
        make_competence(world)
    assert Competence.objects.filter(government=world.government).count() == 1


def test_a_new_meaning_leaves_the_earlier_one_on_record(world: Any) -> None:
    row = make_competence(world)
    officer = world.personnel_officer
    services.describe_levels(
        competence=row, texts={1: "Dasar"}, valid_from=date(2026, 1, 1), by=officer, at=AT
    )
    assert (
        services.describe_levels(
            competence=row, texts={1: "Dasar", 2: ""}, valid_from=TODAY, by=officer, at=AT
        )
        == 0
    )
    services.describe_levels(competence=row, texts={1: "Mengenal"}, valid_from=TODAY, by=officer, at=AT)
    assert services.description_on(row, 1, date(2026, 10, 11)) == "Dasar"
    assert services.description_on(row, 1, TODAY) == "Mengenal"
    assert LevelDescription.objects.count() == 2


def test_a_standard_ends_where_the_next_begins(world: Any) -> None:
    row = make_competence(world, level=3)

    def change(level: int | None, since: date) -> None:
        services.set_standard(
            competence=row,
            position_class="jf",
            position_level="",
            job_family="",
            level=level,
            since=since,
            by=world.personnel_officer,
            at=AT,
        )

    change(4, date(2026, 7, 1))
    change(5, date(2026, 7, 1))
    found = [(s.level, s.period.lower, s.period.upper) for s in row.standards.order_by("period")]
    assert found == [(3, date(2026, 1, 1), date(2026, 7, 1)), (5, date(2026, 7, 1), None)]
    with pytest.raises(services.LaterStandard):
        change(2, date(2026, 6, 1))
    change(None, date(2027, 1, 1))
    assert [s.level for s in row.standards.active_on(date(2027, 1, 1))] == []  # type: ignore[attr-defined]
    assert row.standards.count() == 2


# --- assessed levels and gaps


def test_an_assessed_level_is_recorded_and_its_gap_becomes_a_need(world: Any) -> None:
    row = record(world, make_competence(world, level=3), level=1)
    need = TrainingNeed.objects.get()
    assert (need.employee, need.assessment, need.reason_code, need.priority) == (
        world.staff,
        row,
        "competence_gap",
        3,
    )
    assert need.reason_params == {
        "kind": "manajerial",
        "required": "3",
        "assessed": "1",
        "gap": "2",
        "competence": "Komunikasi",
        "day": "2026-10-01",
        "method": "test",
    }
    for part in ("Komunikasi", "3", "1", "2026"):
        assert part in need.reason
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    assert AuditEntry.objects.filter(action="training.assessment.recorded").count() == 1


def test_who_meets_the_standard_needs_nothing(world: Any) -> None:
    record(world, make_competence(world, level=3), level=3)
    assert not TrainingNeed.objects.exists()


def test_the_smallest_gap_is_a_policy(world: Any) -> None:
    policy.set_value(
        "training.smallest_gap", 2, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji"
    )
    competence = make_competence(world, level=3)
    record(world, competence, level=2)
    assert not TrainingNeed.objects.exists()
    record(world, competence, level=1, assessed_on=date(2026, 10, 2))
    assert TrainingNeed.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"assessed_on": date(2026, 10, 13)}, services.AssessedInFuture),
        ({"assessed_on": date(2026, 5, 4)}, services.AssessedAlready),
    ],
)
def test_refused_assessments_leave_no_trace(world: Any, values: Any, error: Any) -> None:
    competence = make_competence(world)
    assess(world, competence, 2)
    with pytest.raises(error):
        record(world, competence, **values)
    assert (CompetenceAssessment.objects.count(), TrainingNeed.objects.count()) == (1, 0)


def test_a_competence_of_another_government_is_refused(world: Any) -> None:
    with pytest.raises(services.OtherGovernment):
        record(world, make_competence(world.other))
    assert not CompetenceAssessment.objects.exists()


def test_a_wrong_assessment_is_taken_back_with_its_need(world: Any) -> None:
    row = record(world, make_competence(world))
    with pytest.raises(services.NoteMissing):
        services.revoke_assessment(assessment_id=row.pk, note=" ", by=world.personnel_officer, at=AT)
    services.revoke_assessment(assessment_id=row.pk, note="Salah orang", by=world.personnel_officer, at=AT)
    with pytest.raises(services.AssessmentRevoked):
        services.revoke_assessment(assessment_id=row.pk, note="Lagi", by=world.personnel_officer, at=AT)
    row.refresh_from_db()
    assert (row.revoke_note, TrainingNeed.objects.get().status) == ("Salah orang", "declined")
    found = selectors.gaps_of_person(world.staff, TODAY)
    assert found is not None
    assert [gap.assessed for gap in found.gaps] == [None]


def test_what_counts_is_the_same_as_in_the_rule(world: Any) -> None:
    competence = make_competence(world)
    levels = [(3, date(2026, 1, 5)), (4, date(2026, 3, 1)), (2, date(2026, 4, 1))]
    for level, day in levels:
        assess(world, competence, level, day=day)
    CompetenceAssessment.objects.create(
        employee=world.staff,
        competence=competence,
        level=1,
        assessed_on=date(2026, 4, 1),
        method="portfolio",
        entered_at=AT,
    )
    levels.append((1, date(2026, 4, 1)))
    for day in (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1), TODAY):
        [row] = selectors.latest_assessments(Employee.objects.filter(pk=world.staff.pk), day)
        assert {"k": row.level} == latest_levels([Assessment("k", *values) for values in levels], day)


def test_a_job_family_is_narrower_than_a_level_and_a_level_narrower_than_a_class(world: Any) -> None:
    competence = make_competence(world, "kearsipan", kind="teknis", level=2)
    position = world.staff.placements.get().position

    def required() -> int:
        [asked] = selectors.standards_on(world.government, TODAY).of(position)
        return asked.level

    def add(level: int, **posts: str) -> None:
        PositionStandard.objects.create(
            competence=competence, level=level, period=DateRange(date(2026, 1, 1), None), **posts
        )

    assert required() == 2
    add(4, position_class="jf", position_level="ahli_muda")
    assert required() == 4
    position.job_family = "Perawat"
    position.save()
    add(1, job_family="perawat")
    add(5, job_family="Bidan")
    assert required() == 1


def test_a_gap_is_proposed_once_even_after_it_was_declined(world: Any) -> None:
    record(world, make_competence(world))
    need = TrainingNeed.objects.get()
    needs.decline_need(need_id=need.pk, note="Sudah", by=world.head, at=AT)
    people = Employee.objects.filter(government=world.government)
    again = gap_needs.propose_from_gaps(people=people, government=world.government, by=None, at=AT)
    assert (again, TrainingNeed.objects.count()) == ([], 1)
    record(world, need.assessment.competence, assessed_on=date(2026, 10, 5))
    assert TrainingNeed.objects.filter(status="proposed").count() == 1, "a new assessment is a new cause"


def test_a_gap_in_an_open_topic_becomes_a_further_reason(world: Any) -> None:
    competence = make_competence(world)
    wish = wishes.add_wish(employee=world.staff, topic=competence.topic, why="Ingin", hours=None, at=AT)
    record(world, competence)
    assert TrainingNeed.objects.get() == wish
    reason = wish.more_reasons.get()
    assert (reason.code, "Komunikasi" in reason.sentence) == ("competence_gap", True)
    assert wish.reason_codes == ("own_wish", "competence_gap")


def test_evaluations_add_reasons_to_an_open_topic_and_take_them_back(world: Any) -> None:
    first = make_evaluation(world, predikat="baik", work_result="meets_expectation", number=1)
    second = make_evaluation(world, predikat="baik", work_result="meets_expectation", number=2)
    needs.propose_for_evaluation(evaluation_id=first.pk, at=AT)
    needs.propose_for_evaluation(evaluation_id=second.pk, at=AT)
    need = TrainingNeed.objects.get()
    assert (need.evaluation, NeedReason.objects.get().evaluation) == (first, second)
    needs.propose_for_evaluation(evaluation_id=second.pk, at=AT)
    assert NeedReason.objects.count() == 1


def test_a_need_whose_first_reason_falls_lives_on_by_the_other(world: Any) -> None:
    first = make_evaluation(world, predikat="baik", work_result="below_expectation", indicators=[])
    needs.propose_for_evaluation(evaluation_id=first.pk, at=AT)
    need = TrainingNeed.objects.get(reason_code="work_result_below")
    NeedReason.objects.create(need=need, code="competence_gap", params={"day": "2026-05-04"}, at=AT)
    first.work_result_rating = "meets_expectation"
    first.save()
    needs.propose_for_evaluation(evaluation_id=first.pk, at=AT)
    need.refresh_from_db()
    assert (need.status, need.reason_code, need.evaluation, need.more_reasons.count()) == (
        "proposed",
        "competence_gap",
        None,
        0,
    )


def test_proposing_asks_the_same_number_of_questions_for_many_people(
    world: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    competence = make_competence(world)
    people = [world.make_employee(f"Staf {n}", world.unit) for n in range(4)]

    def count(some: list[Any]) -> int:
        for person in some:
            assess(world, competence, 1, employee=person)
            Employee.objects.filter(pk=person.pk).update(user=None)  # messages are one query per person
        rows = Employee.objects.filter(pk__in=[person.pk for person in some])
        with CaptureQueriesContext(connection) as captured:
            assert len(
                gap_needs.propose_from_gaps(people=rows, government=world.government, by=None, at=AT)
            ) == len(some)
        return len(captured)

    assert count(people[:1]) == count(people[1:])


# --- wishes


def test_a_wish_waits_for_whoever_leads(world: Any) -> None:
    need = wishes.add_wish(
        employee=world.staff, topic=make_topic("digital"), why="Laporan lebih cepat", hours=Decimal(6), at=AT
    )
    assert (need.status, need.urgency, need.hours, "Laporan lebih cepat" in need.reason) == (
        "proposed",
        "later",
        Decimal(6),
        True,
    )
    assert Notification.objects.filter(recipient=world.head.user).count() == 1
    with pytest.raises(wishes.WishedAlready):
        wishes.add_wish(employee=world.staff, topic=need.topic, why="Lagi", hours=None, at=AT)
    assert TrainingNeed.objects.count() == 1
    needs.decline_need(need_id=need.pk, note="Tahun depan", by=world.head, at=AT)
    wishes.add_wish(employee=world.staff, topic=need.topic, why="Sekarang", hours=None, at=AT)
    assert TrainingNeed.objects.count() == 2


def test_urgency_and_hours_of_an_open_need(world: Any) -> None:
    need = wishes.add_wish(employee=world.staff, topic=make_topic("digital"), why="x", hours=None, at=AT)
    wishes.weigh_need(need_id=need.pk, urgency="now", hours=Decimal("7.5"), by=world.head, at=AT)
    need.refresh_from_db()
    assert (need.urgency, need.hours) == ("now", Decimal("7.5"))
    needs.decline_need(need_id=need.pk, note="Tidak", by=world.head, at=AT)
    with pytest.raises(wishes.NeedClosed):
        wishes.weigh_need(need_id=need.pk, urgency="later", hours=None, by=world.head, at=AT)
    need.refresh_from_db()
    assert need.urgency == "now"


# --- constraints


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("competence", {"kind": "lain"}),
        ("assessment", {"level": 6}),
        ("assessment", {"revoked_at": AT}),
        ("standard", {"level": 0}),
        ("standard", {"position_class": ""}),
        ("need", {"hours": 0}),
    ],
)
def test_the_database_refuses(world: Any, model: str, values: Any) -> None:
    competence = make_competence(world)
    rows = {
        "competence": Competence.objects.all(),
        "assessment": CompetenceAssessment.objects.filter(pk=assess(world, competence, 2).pk),
        "standard": PositionStandard.objects.all(),
        "need": TrainingNeed.objects.filter(
            pk=TrainingNeed.objects.create(
                employee=world.staff, topic=Topic.objects.first(), reason_code="own_wish", proposed_at=AT
            ).pk
        ),
    }[model]
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)
