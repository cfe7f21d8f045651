"""Distribution with whole people, the explanation of a result, the next person, visibility."""

from typing import Any

import pytest

from apps.assessments.models import Evaluation, Objection, UnitAchievement
from apps.assessments.selectors import distribution
from apps.assessments.selectors import evaluating as selectors
from apps.assessments.services import objections

from .conftest import CLOSED_AT, DELIVERED_AT

pytestmark = pytest.mark.django_db

RATINGS = {
    "sangat_baik": ("above_expectation", "above_expectation"),
    "baik": ("meets_expectation", "meets_expectation"),
    "butuh_perbaikan": ("below_expectation", "meets_expectation"),
    "kurang": ("meets_expectation", "below_expectation"),
}


def _fill(
    world: Any, prepared: Any, period: Any, org: str, counts: dict[str, int]
) -> distribution.Distribution:
    for predikat, number in counts.items():
        for _person in range(number):
            evaluation = prepared(world.make_employee("Pegawai", world.unit, appraiser=world.head))
            result, behavior = RATINGS[predikat]
            Evaluation.objects.filter(pk=evaluation.pk).update(
                status="rated", predikat=predikat, work_result_rating=result, behavior_rating=behavior
            )
    UnitAchievement.objects.create(unit=world.unit, period=period, org_predicate=org, fixed_at=CLOSED_AT)
    return distribution.distribution_of(world.unit, period)


def test_distribution_as_in_ex_24_conforms(world: Any, prepared: Any, period: Any) -> None:
    found = _fill(
        world, prepared, period, "butuh_perbaikan", {"sangat_baik": 1, "baik": 3, "butuh_perbaikan": 6}
    )
    assert found.check is not None
    assert found.check.conforms
    assert [
        (line.kind, line.bound, line.people_at_bound, line.count, line.is_kept)
        for line in distribution.limits_of(found)
    ] == [
        ("above_cap", 10, 1, 1, True),
        ("below_floor", 60, 6, 6, True),
    ]


def test_distribution_as_in_ex_25_differs_and_says_by_how_many_people(
    world: Any, prepared: Any, period: Any
) -> None:
    found = _fill(
        world, prepared, period, "butuh_perbaikan", {"sangat_baik": 2, "baik": 2, "butuh_perbaikan": 6}
    )
    assert found.check is not None
    assert (found.check.conforms, found.check.needs_reason, found.check.total) == (False, True, 10)
    assert [
        (line.kind, line.people_at_bound, line.count, line.is_kept) for line in distribution.limits_of(found)
    ] == [
        ("above_cap", 1, 2, False),
        ("below_floor", 6, 6, True),
    ]


def test_the_head_and_the_unrated_are_not_counted(world: Any, prepared: Any, rated: Any, period: Any) -> None:
    rated(world.staff)
    prepared(world.colleague)
    head = prepared(world.head)
    Evaluation.objects.filter(pk=head.pk).update(
        status="rated",
        predikat="baik",
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
    )
    found = distribution.distribution_of(world.unit, period)
    assert (dict(found.counts)["baik"], found.heads, found.not_rated) == (1, 1, 1)
    assert (found.check, distribution.limits_of(found)) == (None, [])


def test_what_would_have_changed_the_result(delivered: Any) -> None:
    evaluation = delivered(work_result="above_expectation", behavior="below_expectation")
    changes = [
        (row.of, row.rating.value, row.predikat.value)
        for row in selectors.what_would_have_changed(evaluation)
    ]
    # Kurang: a lower result makes it worse, better behavior lifts it; "meets" for the result changes nothing.
    assert changes == [
        ("work_result", "below_expectation", "sangat_kurang"),
        ("behavior", "meets_expectation", "baik"),
        ("behavior", "above_expectation", "sangat_baik"),
    ]
    marked = [
        cell.predikat.value
        for _rating, cells in selectors.matrix_rows(evaluation)
        for cell in cells
        if cell.is_mine
    ]
    assert marked == ["kurang"]


def test_the_next_person_comes_after_this_one_and_then_from_the_top(world: Any, prepared: Any) -> None:
    bidan, perawat = prepared(world.colleague), prepared(world.staff)
    assert selectors.next_to_rate(world.head.user, bidan) == perawat
    assert selectors.next_to_rate(world.head.user, perawat) == bidan
    Evaluation.objects.filter(pk=bidan.pk).update(
        status="rated",
        predikat="baik",
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
    )
    assert selectors.next_to_rate(world.head.user, perawat) is None


def test_people_without_a_plan_are_named(world: Any, prepared: Any, period: Any) -> None:
    prepared(world.staff)
    assert selectors.people_without_evaluation(world.head.user, period) == [world.colleague.full_name]


def test_the_list_says_what_the_evaluations_say(world: Any, prepared: Any, period: Any) -> None:
    prepared(world.colleague)
    Evaluation.objects.filter(pk=prepared(world.staff).pk).update(
        status="rated",
        predikat="baik",
        work_result_rating="meets_expectation",
        behavior_rating="meets_expectation",
    )
    user = world.head.user
    whole = list(selectors.evaluations_of(user, period))
    listed = selectors.listed_evaluations(user, period, start=0, most=10)
    assert [
        (row.pk, row.name, row.position, row.unit, row.status, row.predikat, row.achievement_percent)
        for row in listed
    ] == [
        (
            row.pk,
            row.employee.full_name,
            row.skp.placement.position.title,
            row.unit.name,
            row.status,
            row.predikat,
            row.achievement_percent,
        )
        for row in whole
    ]
    for row, evaluation in zip(listed, whole, strict=True):
        report = evaluation.inputs.get("report") or {}
        assert (row.report_status, row.is_late) == (report.get("status", ""), bool(report.get("is_late")))
        assert row.inputs["days"] == (evaluation.inputs.get("days", []) if evaluation.is_part else [])
    assert listed[1:] == selectors.listed_evaluations(user, period, start=1, most=10)
    (rated,) = selectors.listed_evaluations(user, period, status="rated", start=0, most=10)
    assert rated.name == world.staff.full_name
    assert selectors.listed_counts(user, period) == selectors.status_counts(
        selectors.evaluations_of(user, period)
    )
    assert selectors.listed_evaluations(world.staff.user, period, start=0, most=10) == []


def test_who_sees_an_evaluation_before_and_after_it_is_handed_over(world: Any, rated: Any) -> None:
    evaluation = rated()
    sees = {
        name
        for name in ("staff", "colleague", "head", "agency_head", "stranger_head", "stranger", "foreigner")
        if set(Evaluation.objects.visible_to(getattr(world, name).user)) == {evaluation}
    }
    assert sees == {"head", "agency_head"}
    for user in (world.personnel_officer, world.auditor):
        assert set(Evaluation.objects.visible_to(user)) == {evaluation}
    Evaluation.objects.filter(pk=evaluation.pk).update(status="delivered", delivered_at=DELIVERED_AT)
    assert set(Evaluation.objects.visible_to(world.staff.user)) == {evaluation}
    assert set(Evaluation.objects.visible_to(world.colleague.user)) == set()


def test_who_sees_and_decides_an_objection(world: Any, delivered: Any) -> None:
    objection = objections.file_objection(
        evaluation_id=delivered().pk, reason="Alasan", by=world.staff, at=DELIVERED_AT
    )
    day = DELIVERED_AT.date()
    assert set(selectors.objections_to_decide(world.agency_head.user, day)) == {objection}
    for name in ("staff", "head", "colleague", "stranger_head"):
        assert set(selectors.objections_to_decide(getattr(world, name).user, day)) == set()
    for name in ("colleague", "stranger_head", "foreigner"):
        assert set(Objection.objects.visible_to(getattr(world, name).user)) == set()
