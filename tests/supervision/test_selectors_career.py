"""IP ASN and talent boxes from verified facts: windows, missing records, averages, pool, constant queries."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Cycle, Evaluation, Period
from apps.core import policy
from apps.employees.models import Employee, Position
from apps.supervision.career_texts import index_lines, talent_lines, talent_sentence
from apps.supervision.models import DisciplineRecord, TalentInput
from apps.supervision.rules.professionalism_index import Category
from apps.supervision.selectors import career as selectors
from apps.training.models import Certificate, EducationRecord, LearningForm
from tests.world import NOW

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 15)


def form(code: str) -> LearningForm:
    return LearningForm.objects.get_or_create(
        code=code,
        government=None,
        defaults={
            "name": code,
            "classical": True,
            "way": "training",
            "source": "uji",
            "valid_from": date(2020, 1, 1),
        },
    )[0]


def certify(
    person: Employee, code: str, *, ends_on: date = date(2026, 3, 1), jp: str = "20", **values: Any
) -> None:
    Certificate.objects.create(
        employee=person,
        name=f"Pelatihan {code}",
        organizer="BKPSDM",
        kind="klasikal",
        form=form(code),
        starts_on=ends_on,
        ends_on=ends_on,
        jp=Decimal(jp),
        number=f"{code}-{ends_on}",
        **{"verified_at": NOW, **values},
    )


def graduate(person: Employee, level: str, **values: Any) -> None:
    EducationRecord.objects.create(
        employee=person,
        level=level,
        school="UHO",
        graduated_on=date(2008, 8, 1),
        number=level,
        added_at=NOW,
        **{"verified_at": NOW, **values},
    )


def rate(
    world: Any, person: Employee, predikat: str, *, year: int = 2025, status: str = "accepted"
) -> Evaluation:
    cycle, _created = Cycle.objects.get_or_create(
        government=world.government, year=year, defaults={"periodicity": "quarterly"}
    )
    period, _created = Period.objects.get_or_create(
        cycle=cycle,
        kind="yearly",
        number=1,
        defaults={
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
            "opens_at": datetime(year, 1, 1, tzinfo=UTC),
            "closes_at": datetime(year, 12, 31, tzinfo=UTC),
            "status": "closed",
        },
    )
    from apps.indicators.models import Skp

    skp = Skp.objects.filter(employee=person).first() or world.make_skp(person)
    return Evaluation.objects.create(
        government=world.government,
        skp=skp,
        employee=person,
        unit=skp.unit,
        period=period,
        appraiser=skp.appraiser,
        status=status,
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
        predikat=predikat,
        prepared_at=NOW,
        rated_at=NOW,
        delivered_at=NOW,
        answered_at=NOW,
        answer_due_on=date(year + 1, 2, 1),
    )


def score(person: Employee, **scores: int) -> None:
    for part, value in scores.items():
        TalentInput.objects.create(
            employee=person, year=2026, part=part, score=value, source="Asesmen", entered_at=NOW
        )


def found(person: Employee, day: date = TODAY) -> selectors.PersonIndex:
    row = selectors.index_of(person, day)
    assert row is not None
    return row


def test_ex_31_from_records(world: Any) -> None:
    """JF, S1, functional training, no technical one, seminar, Baik, never punished: 70, Rendah."""
    graduate(world.staff, "s1_d4")
    certify(world.staff, "pelatihan_fungsional", ends_on=date(2019, 1, 1))
    certify(world.staff, "seminar", ends_on=date(2025, 1, 1), jp="4")
    rate(world, world.staff, "baik")
    row = found(world.staff)
    assert (row.index.total, row.index.category, row.is_complete) == (Decimal(70), Category.RENDAH, True)
    assert [(part.code, part.points) for part in row.parts] == [
        ("qualification", 15),
        ("group_training", 15),
        ("technical", 0),
        ("seminar", 10),
        ("performance", 25),
        ("discipline", 5),
    ]


def test_only_what_was_verified_and_lies_in_its_window_counts(world: Any) -> None:
    graduate(world.staff, "s3", verified_at=None)
    graduate(world.staff, "s2")
    graduate(world.staff, "d3")
    certify(world.staff, "pelatihan_teknis", jp="30", verified_at=None)
    certify(world.staff, "kursus", ends_on=date(2025, 9, 15), jp="30")
    certify(world.staff, "bimbingan_teknis", ends_on=date(2025, 9, 16), jp="12")
    certify(world.staff, "seminar", ends_on=date(2024, 9, 15))
    certify(world.staff, "magang")
    rate(world, world.staff, "sangat_baik", year=2024)
    rate(world, world.staff, "kurang", year=2025)
    rate(world, world.staff, "sangat_baik", year=2023, status="delivered")
    row = found(world.staff)
    points = {part.code: part.points for part in row.parts}
    assert points == {
        "qualification": 20,
        "group_training": 0,
        "technical": 0,
        "seminar": 0,
        "performance": 5,
        "discipline": 5,
    }
    assert row.facts.technical_hours == 12
    policy.set_value(
        "supervision.ip_partial_hours",
        "proportional",
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    assert {part.code: part.points for part in found(world.staff).parts}["technical"] == Decimal("9.00")


def test_every_line_says_from_where_and_what_would_raise_it(world: Any) -> None:
    rules = selectors.index_rules(world.government, TODAY)
    empty = index_lines(found(world.staff), rules)
    assert [line.code for line in empty if not line.is_full] == [
        "qualification",
        "group_training",
        "technical",
        "seminar",
        "performance",
    ]
    assert all(line.counts for line in empty)
    assert all(line.raises for line in empty if not line.is_full)
    technical = next(line for line in empty if line.code == "technical")
    assert "20" in technical.raises
    assert "15" in technical.raises
    certify(world.staff, "pelatihan_teknis", jp="14.5")
    technical = next(line for line in index_lines(found(world.staff), rules) if line.code == "technical")
    assert "pelatihan_teknis" in technical.counts
    assert "5,5" in technical.raises or "5.5" in technical.raises


def test_without_a_diploma_and_a_predikat_the_index_is_incomplete(world: Any) -> None:
    row = found(world.staff)
    assert (row.index.total, row.is_complete) == (Decimal(5), False)


def test_the_heaviest_punishment_counts_until_it_is_taken_back(world: Any) -> None:
    for level, decree in (("light", "1"), ("heavy", "2"), ("medium", "3")):
        DisciplineRecord.objects.create(
            employee=world.staff, level=level, starts_on=date(2025, 6, 1), decree=decree, entered_at=NOW
        )
    assert found(world.staff).index.discipline == 1
    DisciplineRecord.objects.filter(decree="2").update(revoked_at=NOW, revoke_note="Banding")
    assert found(world.staff).index.discipline == 2
    assert found(world.staff, date(2025, 5, 31)).index.discipline == 5


def test_cpns_are_left_out_by_the_month_in_their_nip(world: Any) -> None:
    Employee.objects.filter(pk=world.staff.pk).update(nip="200001012025101001")
    people = Employee.objects.filter(pk__in=[world.staff.pk, world.colleague.pk])
    rows = selectors.indexes_of(people, world.government, TODAY)
    assert [row.employee for row in rows] == [world.colleague]
    assert len(selectors.indexes_of(people, world.government, date(2026, 10, 1))) == 2
    Employee.objects.filter(pk=world.staff.pk).update(status="pppk")
    assert len(selectors.indexes_of(people, world.government, TODAY)) == 2


def test_the_average_is_the_mean_of_individuals_and_hidden_for_few(world: Any) -> None:
    graduate(world.staff, "s1_d4")
    rows = selectors.indexes_of(Employee.objects.filter(government=world.government), world.government, TODAY)
    units = [world.unit, world.other_agency]
    [inner, other] = selectors.unit_indexes(rows, units, 3)
    assert (inner.people, inner.complete, inner.mean) == (3, 0, Decimal("10.00"))
    assert (other.people, other.mean) == (2, None)


def test_many_people_ask_no_more_questions(world: Any) -> None:
    def count(people: list[Employee]) -> tuple[int, int]:
        rows = Employee.objects.filter(pk__in=[person.pk for person in people])
        with CaptureQueriesContext(connection) as indexes:
            selectors.indexes_of(rows, world.government, TODAY)
        with CaptureQueriesContext(connection) as talents:
            selectors.talents_of(rows, world.government, 2026, TODAY)
        return len(indexes), len(talents)

    certify(world.staff, "seminar")
    rate(world, world.staff, "baik")
    one = count([world.staff])
    for person in (world.colleague, world.head):
        certify(person, "seminar")
        score(person, potential=50)
    rate(world, world.colleague, "baik")
    assert count([world.staff, world.colleague, world.head]) == one


# --- talent


def test_both_axes_from_predikat_and_scores(world: Any) -> None:
    rate(world, world.staff, "baik")
    score(world.staff, reinforcing=80, competence=70, potential=70, qualification=70, integrity=70)
    row = selectors.talent_of_person(world.staff, 2026, TODAY)
    assert row is not None
    assert row.talent is not None
    # EX-33: Y = 80, X = 70 is box 7 with score 75.
    assert (row.performance, row.potential, row.talent.box, row.talent.score) == (80, 70, 7, Decimal("75.00"))
    assert row.is_in_pool
    assert "7" in talent_sentence(row)
    assert [line["weight"] for line in talent_lines(row)] == [60, 40, 40, 25, 20, 15]
    points = [Decimal(line["points"].replace(",", ".")) for line in talent_lines(row)]
    assert (sum(points[:2]), sum(points[2:])) == (row.performance, row.potential)
    assert row.talent.recommendations[1] == "kelompok rencana suksesi"


def test_without_a_score_nobody_is_placed(world: Any) -> None:
    rate(world, world.staff, "baik")
    score(world.staff, reinforcing=80, competence=70)
    row = selectors.talent_of_person(world.staff, 2026, TODAY)
    assert row is not None
    assert (row.talent, row.performance, row.missing) == (
        None,
        Decimal(80),
        ("potential", "qualification", "integrity"),
    )
    assert talent_sentence(row)


def test_a_punishment_leaves_out_only_where_the_office_says_so(world: Any) -> None:
    rate(world, world.staff, "baik")
    score(world.staff, reinforcing=80, competence=90, potential=90, qualification=90, integrity=90)
    DisciplineRecord.objects.create(
        employee=world.staff, level="medium", starts_on=date(2025, 1, 1), decree="1", entered_at=NOW
    )

    def in_pool() -> bool:
        row = selectors.talent_of_person(world.staff, 2026, TODAY)
        assert row is not None
        return row.is_in_pool

    assert in_pool()
    policy.set_value(
        "supervision.talent_left_out",
        {"years": 2, "levels": ["medium", "heavy"]},
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    assert not in_pool()


def test_the_pool_proposes_the_class_below_in_the_same_agency(world: Any) -> None:
    for person in (world.staff, world.stranger, world.head):
        rate(world, person, "baik")
        score(person, reinforcing=80, competence=90, potential=90, qualification=90, integrity=90)
    talents = selectors.talents_of(
        Employee.objects.filter(government=world.government), world.government, 2026, TODAY
    )
    positions = Position.objects.filter(is_head=True, unit__government=world.government).order_by(
        "unit__path"
    )
    rows = {
        row.position.unit: ([person.employee for person in row.candidates], row.holder)
        for row in selectors.successions(talents, positions, world.government, TODAY)
    }
    assert rows[world.unit] == ([world.staff], world.head)
    assert rows[world.agency] == ([world.stranger, world.staff], world.agency_head)
