"""Reasons for a distribution, and what an agency may let it block (DIST-4, DIST-7)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from apps.assessments.models import DistributionStatement, Evaluation
from apps.assessments.selectors import distribution
from apps.assessments.services import achievements, distributions, evaluations
from apps.core import policy

from .conftest import DELIVERED_AT, RATED_AT

pytestmark = pytest.mark.django_db

ABOVE, MEETS, BELOW = "above_expectation", "meets_expectation", "below_expectation"
AT = datetime(2026, 7, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def crowd(world: Any, period: Any, prepared: Any) -> Callable[..., list[Evaluation]]:
    """Rate people of the unit: `sb` very good ones, `b` good ones, `bp` who need improvement."""

    def make(*, sb: int = 0, b: int = 0, bp: int = 0, org: str = "baik") -> list[Evaluation]:
        pairs = [(ABOVE, ABOVE)] * sb + [(MEETS, MEETS)] * b + [(BELOW, MEETS)] * bp
        rows = []
        for number, (result, behavior) in enumerate(pairs):
            person = world.make_employee(f"Orang {number}", world.unit, appraiser=world.head)
            rows.append(
                evaluations.rate_evaluation(
                    evaluation_id=prepared(person, indicators=1).pk,
                    work_result=result,
                    behavior=behavior,
                    reason="Alasan.",
                    by=world.head,
                    at=RATED_AT,
                )
            )
        _fix(world, period, org)
        return rows

    return make


def _fix(world: Any, period: Any, org: str, note: str = "") -> None:
    achievements.fix_achievement(
        unit=world.unit, period=period, org_predicate=org, note=note, by=world.agency_head, at=AT
    )


def _state(world: Any, period: Any, by: Any = None, reason: str = "Tim vaksin melampaui target.") -> Any:
    return distributions.state_distribution(
        unit=world.unit, period=period, reason=reason, by=by or world.head, at=AT
    )


def _policy(world: Any, key: str) -> None:
    policy.set_value(
        f"assessments.{key}",
        True,
        scope=world.government.code,
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )


def test_the_reason_is_kept_with_its_numbers(world: Any, period: Any, crowd: Any) -> None:
    crowd(sb=1, b=5)
    statement = _state(world, period)
    assert statement.counts == {
        "sangat_baik": 1,
        "baik": 5,
        "butuh_perbaikan": 0,
        "kurang": 0,
        "sangat_kurang": 0,
    }
    assert [finding["code"] for finding in statement.findings] == ["above_cap", "too_few"]
    assert (statement.org_predicate, statement.by, statement.at) == ("baik", world.head, AT)
    _state(world, period, by=world.agency_head, reason="Dilengkapi.")
    assert list(DistributionStatement.objects.values_list("reason", flat=True)) == [
        "Tim vaksin melampaui target.",
        "Dilengkapi.",
    ]


@pytest.mark.parametrize("who", ["staff", "stranger_head", "personnel_officer", "auditor"])
def test_only_who_leads_the_unit_or_one_above_gives_the_reason(
    world: Any, period: Any, crowd: Any, who: str
) -> None:
    crowd(sb=1, b=5)
    with pytest.raises(distributions.NotTheHead):
        _state(world, period, by=getattr(world, who))
    assert not DistributionStatement.objects.exists()


def test_no_reason_is_taken_where_none_is_asked_for(world: Any, period: Any, crowd: Any) -> None:
    crowd(b=3, bp=1, sb=1)
    with pytest.raises(distributions.NothingToExplain):
        _state(world, period)
    assert not DistributionStatement.objects.exists()


def test_an_empty_reason_is_none(world: Any, period: Any, crowd: Any) -> None:
    crowd(sb=1, b=5)
    with pytest.raises(distributions.ReasonMissing):
        _state(world, period, reason=" ")
    assert not DistributionStatement.objects.exists()


def test_exact_percentages_and_people_to_move_are_said_in_whole_people(
    world: Any, period: Any, crowd: Any
) -> None:
    crowd(b=7, bp=1, sb=2)
    cap, most, floor = distribution.limits_of(distribution.distribution_of(world.unit, period))
    assert (cap.count, cap.total, cap.is_exact, cap.is_kept, cap.to_move) == (7, 10, True, True, 0)
    assert (most.kind, most.people_at_bound, most.is_kept) == ("not_most_frequent", 2, True)
    assert (floor.count, floor.to_move) == (1, 0)
    _fix(world, period, "istimewa", "Target terlampaui.")
    cap, most = distribution.limits_of(distribution.distribution_of(world.unit, period))
    assert (cap.is_kept, cap.is_exact) == (True, False)
    assert (most.is_kept, most.count, most.people_at_bound) == (False, 2, 7)


def test_the_curve_runs_from_the_lowest_to_the_highest(world: Any, period: Any, crowd: Any) -> None:
    crowd(b=2, bp=1)
    assert distribution.curve_of(distribution.distribution_of(world.unit, period)) == [
        ("sangat_kurang", 0),
        ("kurang", 0),
        ("butuh_perbaikan", 1),
        ("baik", 2),
        ("sangat_baik", 0),
    ]


def test_it_guides_unless_the_agency_says_otherwise(world: Any, period: Any, crowd: Any) -> None:
    rows = crowd(sb=1, b=5)
    assert not distribution.distribution_blocks(world.unit, period)
    _policy(world, "distribution_blocks")
    with pytest.raises(evaluations.DistributionUnexplained):
        evaluations.deliver_evaluation(evaluation_id=rows[0].pk, by=world.head, at=DELIVERED_AT)
    batch = evaluations.deliver_rated(evaluation_ids=[row.pk for row in rows], by=world.head, at=DELIVERED_AT)
    assert (batch.delivered, len(batch.left)) == ([], 6)
    assert not Evaluation.objects.filter(delivered_at__isnull=False).exists()
    _state(world, period)
    done = evaluations.deliver_rated(evaluation_ids=[row.pk for row in rows], by=world.head, at=DELIVERED_AT)
    assert len(done.delivered) == 6


def test_a_reason_for_other_numbers_does_not_open_the_way(world: Any, period: Any, crowd: Any) -> None:
    rows = crowd(sb=1, b=5)
    _policy(world, "distribution_blocks")
    _state(world, period)
    evaluations.rate_evaluation(
        evaluation_id=rows[1].pk,
        work_result=ABOVE,
        behavior=ABOVE,
        reason="Naik.",
        by=world.head,
        at=RATED_AT,
    )
    assert distribution.distribution_blocks(world.unit, period)
    _fix(world, period, "butuh_perbaikan", "Target tidak tercapai.")
    assert distribution.distribution_blocks(world.unit, period)


def test_a_small_unit_or_one_without_achievement_never_waits(world: Any, period: Any, crowd: Any) -> None:
    _policy(world, "distribution_blocks")
    crowd(sb=4)
    assert not distribution.distribution_blocks(world.unit, period)
    assert not distribution.distribution_blocks(world.agency, period)


def test_the_head_is_counted_only_where_the_agency_says_so(
    world: Any, period: Any, crowd: Any, prepared: Any
) -> None:
    crowd(b=2)
    head = prepared(world.head)
    evaluations.rate_evaluation(
        evaluation_id=head.pk, work_result=None, behavior=MEETS, by=world.agency_head, at=RATED_AT
    )
    found = distribution.distribution_of(world.unit, period)
    assert (dict(found.counts)["baik"], found.heads) == (2, 1)
    _policy(world, "distribution_counts_head")
    found = distribution.distribution_of(world.unit, period)
    assert (dict(found.counts)["baik"], found.heads) == (3, 0)


def test_a_part_of_the_year_before_a_move_is_not_counted(world: Any, period: Any, crowd: Any) -> None:
    rows = crowd(b=2)
    Evaluation.objects.filter(pk=rows[0].pk).update(is_part=True)
    assert dict(distribution.distribution_of(world.unit, period).counts)["baik"] == 1
