"""What counts as a rater's judgement, known answers on top of the rules, and what subtracting must not give away."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.core import policy
from apps.supervision.rules.rater_statistics import FlagCode
from apps.supervision.selectors import raters
from apps.supervision.selectors.raters import Given, cards_of, ratings_given, tempo, thresholds_for

from .rated import ABOVE, BELOW, HIGH, MEETS, RATED_AT, USUAL, change, others, rate, session_of

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 21)


@pytest.fixture
def period(world: Any) -> Any:
    return world.make_periods()[1]


def _card(rows: Any, rater: Any, *inside: Any, thresholds: Any = None) -> Any:
    options = {"thresholds": thresholds} if thresholds else {}
    found = cards_of(rows, raters={rater.pk}, inside={rater.pk, *(one.pk for one in inside)}, **options)
    (card,) = found
    return card.card


def test_the_known_answer_of_a_generous_rater(world: Any, period: Any) -> None:
    others(world, period)
    rate(world, period, world.head, HIGH)
    rows = ratings_given(period)
    sheet = _card(rows, world.head)
    figures = sheet.figures
    assert (figures.mean, figures.family.mean, figures.family.spread) == (
        Decimal("2.700"),
        Decimal("2.000"),
        Decimal("0.500"),
    )
    # 2 ± 2.5758 × 0.5 × √(1/5 + 1/15)
    assert (figures.family.low, figures.family.high) == (Decimal("1.335"), Decimal("2.665"))
    assert [flag.code for flag in sheet.flags] == [FlagCode.LENIENT]
    shares = {share.band: share for share in figures.shares}
    assert (shares["sangat_baik"].count, shares["baik"].count) == (2, 3)
    assert (shares["sangat_baik"].interval.low, shares["sangat_baik"].family_percent) == (
        Decimal("11.76"),
        Decimal("0.00"),
    )


def test_the_policy_draws_the_line(world: Any, period: Any) -> None:
    others(world, period)
    rate(world, period, world.head, HIGH)
    rows = ratings_given(period)
    chosen = thresholds_for(world.government, DAY)
    assert chosen.mean_z == 5
    assert chosen.version == "rater-statistics/1; mean_z=5"
    card = _card(rows, world.head, thresholds=chosen)
    assert card.figures.family.high == Decimal("3.291")
    assert card.flags == ()
    policy.set_value(
        "supervision.rater_mean_z", "2.5758", scope=world.government.code, valid_from=DAY, by=None, reason="x"
    )
    assert _card(rows, world.head, thresholds=thresholds_for(world.government, DAY)).flags


def test_the_rating_counts_as_the_appraiser_gave_it(world: Any, period: Any) -> None:
    first, second, third, head, part = rate(world, period, world.head, USUAL)
    session = session_of(world, period)
    # Corrected by the appraiser, then calibrated, then saved once more by the appraiser with the calibrated one.
    change(first, world.head, kind="corrected", at=RATED_AT + timedelta(days=1), behavior_rating=ABOVE)
    change(
        first,
        world.agency_head,
        kind="calibrated",
        session=session,
        at=RATED_AT + timedelta(days=2),
        behavior_rating=BELOW,
    )
    change(first, world.head, kind="corrected", at=RATED_AT + timedelta(days=3), behavior_rating=BELOW)
    change(
        second,
        world.agency_head,
        kind="objection",
        version=2,
        at=RATED_AT + timedelta(days=4),
        work_result_rating=ABOVE,
    )
    third.changes.update(by=None)
    head.inputs = {"heads_unit": world.unit.pk}
    head.save()
    part.is_part = True
    part.save()
    rows = {row.evaluation: row for row in ratings_given(period)}
    assert set(rows) == {first.pk, second.pk}
    assert (rows[first.pk].work_result, rows[first.pk].behavior) == (BELOW, ABOVE)
    assert rows[second.pk].work_result == BELOW
    assert (rows[first.pk].rater, rows[first.pk].family) == (world.head.pk, "Perawat")
    assert ratings_given(period.cycle.periods.get(number=1)) == []


def test_one_query_reads_a_period(world: Any, period: Any, django_assert_num_queries: Any) -> None:
    rate(world, period, world.head, USUAL)
    with django_assert_num_queries(1):
        cards_of(ratings_given(period), raters={world.head.pk}, inside=set())


def test_under_five_nothing_is_said_and_nothing_can_be_subtracted(world: Any, period: Any) -> None:
    known = others(world, period)
    rate(world, period, world.head, HIGH)
    before = _card(ratings_given(period), world.head).figures.family
    few = world.make_employee("Penilai Sedikit", world.other_agency, position_class="pengawas")
    rate(world, period, few, [(ABOVE, ABOVE)] * 4, unit=world.other_agency)
    rows = ratings_given(period)
    hidden = _card(rows, few)
    assert (hidden.figures, hidden.n, hidden.needed) == (None, 4, 5)
    assert _card(rows, world.head).figures.family == before
    # Whoever sees all the others still learns nothing: the totals are those of the shown raters alone.
    seen = cards_of(rows, raters={one.pk for one in [*known, world.head]}, inside={one.pk for one in known})
    people = {card.card.n + card.card.figures.family.people for card in seen}
    assert people == {20}


@pytest.mark.parametrize(("outside", "compared"), [(1, 2), (2, 2), (3, 5)])
def test_one_or_two_raters_out_of_sight_are_in_no_total(
    world: Any, period: Any, outside: int, compared: int
) -> None:
    inside = [
        world.make_employee(f"Penilai Dekat {number}", world.unit, position_class="pengawas")
        for number in range(2)
    ]
    for rater in inside:
        rate(world, period, rater, USUAL)
    others(world, period, outside)
    rate(world, period, world.head, HIGH)
    lenient = replace(raters.DEFAULT_THRESHOLDS, minimum_other_raters=2)
    strict = _card(ratings_given(period), world.head, *inside).figures.family
    assert (strict.raters if strict else None) == (compared if compared >= 3 else None)
    # With a lower limit for the family the reader sees the two inside, and never one plus the one outside.
    loose = _card(ratings_given(period), world.head, *inside, thresholds=lenient).figures.family
    assert loose.raters == 2 + (outside if outside >= 2 else 0)


def _given(evaluation: int, at: datetime, **scored_at: datetime) -> Given:
    return Given(evaluation, evaluation, 1, 1, "/1/", "Perawat", MEETS, MEETS, "baik", at, scored_at)


def test_what_was_saved_together_shares_the_time() -> None:
    nine = datetime(2026, 7, 21, 1, 0, tzinfo=UTC)
    # A form of one person after another: 60 seconds for two scores.
    alone = tempo([_given(1, nine), _given(2, nine + timedelta(seconds=60))])
    assert [one.seconds for one in alone[1]] == [None, None]
    assert [one.seconds for one in alone[2]] == [30, 30]
    # A page of three people, sent once after 90 seconds: 30 each; set all at one instant afterwards.
    set_at = nine + timedelta(minutes=20)
    page = tempo(
        [_given(9, nine)]
        + [
            _given(number, set_at, work_result=nine + timedelta(seconds=90), behavior=set_at)
            for number in (1, 2, 3)
        ]
    )
    assert [page[number][0].seconds for number in (1, 2, 3)] == [30, 30, 30]
    assert {one.sitting for times in page.values() for one in times} == {1}
    # Set for several people at once without the time of their drafts: not known, and never hurried.
    unknown = tempo([_given(1, nine), _given(2, nine)])
    assert {one.seconds for times in unknown.values() for one in times} == {None}


def test_a_hurried_evening_is_flagged_and_a_quiet_week_is_not(world: Any, period: Any) -> None:
    rate(world, period, world.head, USUAL, apart=timedelta(seconds=20))
    assert [flag.code for flag in _card(ratings_given(period), world.head).flags] == [FlagCode.LAST_MINUTE]
    rate(world, period, world.stranger_head, USUAL, unit=world.other_agency)
    assert _card(ratings_given(period), world.stranger_head).flags == ()


def test_the_room_opens_when_all_have_looked_or_had_two_working_days(world: Any, period: Any) -> None:
    from apps.supervision.services.rater_cards import note_seen

    rate(world, period, world.head, USUAL)
    session = session_of(world, period)  # a Tuesday
    rows = ratings_given(period)

    def ready(now: datetime) -> Any:
        return raters.readiness_of(session, rows, now)

    waiting = ready(RATED_AT)
    assert (waiting.is_ready, list(waiting.unseen), waiting.last_day) == (
        False,
        [world.head],
        date(2026, 7, 23),
    )
    assert not ready(datetime(2026, 7, 23, 15, 59, tzinfo=UTC)).is_ready
    assert ready(datetime(2026, 7, 23, 16, 1, tzinfo=UTC)).is_ready
    note_seen(period=period, rater=world.head, at=RATED_AT)
    assert ready(RATED_AT).is_ready


def test_who_sees_whose_card(world: Any, period: Any) -> None:
    rate(world, period, world.head, USUAL[:1])
    rate(world, period, world.stranger_head, USUAL[:1], unit=world.other_agency)
    rows = ratings_given(period)

    def seen(who: Any) -> set[int]:
        return raters.may_see_of(getattr(who, "user", who), rows, DAY)

    assert seen(world.agency_head) == {world.head.pk}
    assert seen(world.stranger_head) == {world.stranger_head.pk}
    assert seen(world.staff) == set()
    assert seen(world.auditor) == set()
    assert seen(world.make_role_user("leadership")) == {world.head.pk, world.stranger_head.pk}
