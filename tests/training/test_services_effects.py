"""What came of programmes and coaching: a known effect is found, none is not invented, and few say nothing."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import policy
from apps.employees.models import WorkUnit
from apps.feedback.models import FigureStep, IkmResult, Questionnaire, SurveyPeriod
from apps.training.models import CoachingNote, Enrolment, TrainingEffect
from apps.training.services.effects import compute_effects, refresh_due
from tests.training.effects_story import AT, make_people, make_session, measure
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarters(world: World) -> World:
    """The four quarters of the year."""
    world.periods = world.make_periods()  # type: ignore[attr-defined]
    return world


def tell(world: World, *, effect: int, drift: int = 5, number: int = 20, seed: int = 1) -> list[Any]:
    """Measure trained and other people: all drift, the trained by the effect more; return the trained."""
    dice = random.Random(seed)
    trained, others = make_people(world, number), make_people(world, 2 * number)
    for people, more in ((trained, drift + effect), (others, drift)):
        before = [dice.randint(55, 75) for _person in people]
        measure(world, people, 1, before)
        measure(world, people, 3, [value + more + dice.randint(-3, 3) for value in before])
    return trained


def effect(subject: str = "programme", measure: str = "achievement") -> TrainingEffect:
    """Return a row."""
    return TrainingEffect.objects.get(subject=subject, measure=measure)


def test_a_known_effect_is_recovered_with_its_interval(quarters: World) -> None:
    session = make_session(quarters, tell(quarters, effect=8))
    compute_effects(government=quarters.government, at=AT)
    row = effect()
    assert row.verdict == "better"
    assert row.took_part == 20
    assert row.participants == row.others >= 15
    assert row.low < 8 < row.high
    assert row.high - row.low < 5
    # What changed for everybody falls out of the effect and stays in both changes.
    assert row.others_change is not None
    assert 3 < row.others_change < 7
    assert effect("session").session_id == session.pk
    assert effect("session").effect == row.effect


def test_without_an_effect_none_is_seen(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=0))
    compute_effects(government=quarters.government, at=AT)
    row = effect()
    assert row.verdict == "unclear"
    assert row.low < 0 < row.high


def test_what_lowers_values_is_called_so(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=-8))
    compute_effects(government=quarters.government, at=AT)
    assert effect().verdict == "worse"


def test_ratings_are_compared_among_people_who_were_rated_alike(quarters: World) -> None:
    trained, others = make_people(quarters, 6), make_people(quarters, 12)
    measure(quarters, trained, 1, [60] * 6, rating=0)
    measure(quarters, others[:6], 1, [60] * 6, rating=0)
    measure(quarters, others[6:], 1, [60] * 6, rating=2)
    measure(quarters, trained, 3, [60] * 6, rating=1)
    measure(quarters, others, 3, [60] * 12, rating=1)
    make_session(quarters, trained)
    compute_effects(government=quarters.government, at=AT)
    row = effect(measure="rating")
    # The six who were low as well rose as much; those who were high (and fell) are no comparison.
    assert (row.participants, row.effect, row.verdict, row.low) == (6, Decimal(0), "unclear", None)


def test_too_few_get_no_figure(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=30, number=4))
    compute_effects(government=quarters.government, at=AT)
    row = effect()
    assert (row.verdict, row.took_part, row.effect, row.low) == ("too_few", 4, None, None)


def test_another_job_family_is_not_comparable(quarters: World) -> None:
    trained, others = make_people(quarters, 6), make_people(quarters, 12, title="Guru")
    for people in (trained, others):
        measure(quarters, people, 1, [60] * len(people))
        measure(quarters, people, 3, [70] * len(people))
    make_session(quarters, trained)
    compute_effects(government=quarters.government, at=AT)
    row = effect()
    assert (row.verdict, row.unmatched) == ("too_few", 6)


def test_only_who_completed_took_part_and_nobody_trained_is_a_comparison(quarters: World) -> None:
    trained = tell(quarters, effect=8)
    session = make_session(quarters, trained)
    absent = trained[:5]
    Enrolment.objects.filter(employee__in=absent).update(status="absent")
    second = make_session(quarters, trained[5:10], programme=session.programme)
    compute_effects(government=quarters.government, at=AT)
    assert effect().took_part == 15
    # Five came twice: they count once, in the session they completed first.
    rows = TrainingEffect.objects.filter(subject="session", measure="achievement")
    assert {row.session_id: row.took_part for row in rows} == {session.pk: 15}
    assert second.pk not in {row.session_id for row in rows}


def test_a_session_waits_until_its_effect_can_be_there(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=8))
    assert compute_effects(government=quarters.government, at=datetime(2026, 7, 20, 2, tzinfo=UTC)) == 0
    assert not TrainingEffect.objects.exists()
    # In October it has waited long enough; the results of the third quarter are those that count.
    assert compute_effects(government=quarters.government, at=datetime(2026, 10, 20, 2, tzinfo=UTC)) == 6


def test_coaching_is_held_against_people_without_coaching(quarters: World) -> None:
    coached = tell(quarters, effect=9)
    CoachingNote.objects.bulk_create(
        CoachingNote(
            employee=person,
            coach=quarters.head,
            observation="o",
            agreement="a",
            follow_up_on=date(2026, 6, 1),
            at=datetime(2026, 5, 4, 2, tzinfo=UTC),
        )
        for person in coached
    )
    compute_effects(government=quarters.government, at=AT)
    row = effect("coaching")
    assert (row.verdict, row.took_part, row.programme) == ("better", 20, None)


def put_index(world: World, unit: WorkUnit, half: int, ikm: str) -> None:
    """Create a public figure of a quarter."""
    days = {1: (date(2026, 1, 1), date(2026, 3, 31)), 3: (date(2026, 7, 1), date(2026, 9, 30))}[half]
    service = unit.services.first() or world.make_service(unit)
    survey = SurveyPeriod.objects.create(
        service=service,
        questionnaire=Questionnaire.objects.order_by("pk").first()
        or Questionnaire.objects.create(regime="permenpan-14-2017", title="SKM"),
        code=f"q{half}",
        label="Kuartal",
        starts_on=days[0],
        ends_on=days[1],
        sampling="",
    )
    step = FigureStep.objects.create(
        survey_period=survey,
        tier="terbuka",
        number=1,
        n=40,
        ikm=Decimal(ikm),
        service_grade="B",
        weakest_unsur="waktu",
        taken_at=AT,
        shown_at=AT,
    )
    IkmResult.objects.create(
        survey_period=survey,
        tier="terbuka",
        n=40,
        nrr={},
        ikm=Decimal(ikm),
        regime="permenpan-14-2017",
        rule_version="test",
        computed_at=AT,
        shown=step,
    )


def test_the_index_of_units_is_held_against_units_of_the_kind(quarters: World) -> None:
    trained = []
    for place in range(10):
        unit = quarters.make_unit(f"Puskesmas {place}", "puskesmas", quarters.agency)
        people = make_people(quarters, 1, unit=unit)
        measure(quarters, people, 1, [60])
        put_index(quarters, unit, 1, f"{70 + place % 5}")
        is_trained = place < 5
        put_index(quarters, unit, 3, f"{70 + place % 5 + (9 if is_trained else 1) + place % 2}")
        trained += people if is_trained else []
    make_session(quarters, trained)
    compute_effects(government=quarters.government, at=AT)
    row = effect(measure="ikm")
    assert (row.verdict, row.took_part, row.participants, row.others) == ("better", 5, 5, 5)
    assert row.low <= 8 <= row.high
    # Another questionnaire measures something else.
    other = Questionnaire.objects.create(regime="permenpan-14-2017", version=2, title="Lain")
    SurveyPeriod.objects.filter(code="q3").update(questionnaire=other)
    compute_effects(government=quarters.government, at=AT)
    assert effect(measure="ikm").verdict == "too_few"


def test_computing_again_changes_nothing_and_a_correction_takes_it_back(quarters: World) -> None:
    session = make_session(quarters, tell(quarters, effect=8))
    compute_effects(government=quarters.government, at=AT)
    before = list(TrainingEffect.objects.order_by("pk").values())
    compute_effects(government=quarters.government, at=AT)
    assert list(TrainingEffect.objects.order_by("pk").values()) == before
    Enrolment.objects.filter(session=session).update(status="absent")
    compute_effects(government=quarters.government, at=AT)
    assert not TrainingEffect.objects.exists()


def test_what_is_only_too_old_stays(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=8))
    compute_effects(government=quarters.government, at=AT)
    compute_effects(government=quarters.government, at=AT + timedelta(days=3 * 365))
    assert effect().verdict == "better"


def test_the_schedule_computes_once_in_a_while(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=8, number=5))
    assert refresh_due(now=AT) == 6
    assert refresh_due(now=AT + timedelta(days=6)) == 0
    assert refresh_due(now=AT + timedelta(days=7)) == 6
    TrainingEffect.objects.all().delete()
    call_command("rebuild_training_effects", "--government", "kendari")
    with pytest.raises(CommandError, match="no government"):
        call_command("rebuild_training_effects", "--government", "nirwana")


def test_the_number_of_queries_does_not_grow_with_the_people(quarters: World) -> None:
    session = make_session(quarters, tell(quarters, effect=8, number=5))
    with CaptureQueriesContext(connection) as few:
        compute_effects(government=quarters.government, at=AT)
    more = tell(quarters, effect=8, number=20, seed=2)
    Enrolment.objects.bulk_create(
        Enrolment(session=session, employee=person, status="completed", enrolled_at=AT) for person in more
    )
    with CaptureQueriesContext(connection) as many:
        compute_effects(government=quarters.government, at=AT)
    assert len(many) <= len(few)


def test_the_minimum_is_a_policy(quarters: World) -> None:
    make_session(quarters, tell(quarters, effect=8, number=6))
    policy.set_value(
        "training.effect_minimum",
        30,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=quarters.personnel_officer,
        reason="uji",
    )
    compute_effects(government=quarters.government, at=AT)
    assert (effect().verdict, effect().minimum) == ("too_few", 30)


@pytest.mark.parametrize(
    "values",
    [
        {"programme": None},
        {"verdict": "too_few"},
        {"low": None},
        {"low": Decimal(-1)},
        {"low": Decimal(99)},
    ],
)
def test_the_table_refuses_what_cannot_be(quarters: World, values: dict[str, Any]) -> None:
    make_session(quarters, tell(quarters, effect=8, number=10))
    compute_effects(government=quarters.government, at=AT)
    row = effect()
    assert row.verdict == "better"
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingEffect.objects.filter(pk=row.pk).update(**values)
