"""Ratings as appraisers gave them, made directly: what the tests of the calibration room start from."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.assessments.models import CalibrationSession, Evaluation, Period, RatingChange
from apps.assessments.rules.predikat import Rating, predikat_for
from apps.employees.models import Employee

BELOW, MEETS, ABOVE = (rating.value for rating in Rating)
RATED_AT = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)
# Person means 1.5, 1.5, 2, 2.5, 2.5: mean 2, spread 0.5.
USUAL = [(BELOW, MEETS), (BELOW, MEETS), (MEETS, MEETS), (MEETS, ABOVE), (MEETS, ABOVE)]
# Person means 2.5, 2.5, 2.5, 3, 3: mean 2.7.
HIGH = [(MEETS, ABOVE), (MEETS, ABOVE), (ABOVE, MEETS), (ABOVE, ABOVE), (ABOVE, ABOVE)]


def rate(
    world: Any,
    period: Period,
    rater: Employee,
    pairs: Sequence[tuple[str, str]],
    *,
    unit: Any = None,
    family: str = "Perawat",
    people: Sequence[Employee] = (),
    apart: timedelta = timedelta(minutes=40),
    **values: Any,
) -> list[Evaluation]:
    """Let a rater rate as many new people of a job family as there are pairs of ratings; a sitting for each."""
    made = []
    for number, (work_result, behavior) in enumerate(pairs):
        unit = unit or world.unit
        person = (
            people[number]
            if number < len(people)
            else world.make_employee(f"Dinilai {rater.pk} {number}", unit, appraiser=rater)
        )
        place = person.placements.get(is_main=True)
        place.position.job_family = family
        place.position.save()
        skp = world.make_skp(person, indicators=0)
        predikat = predikat_for(work_result=Rating(work_result), behavior=Rating(behavior)).value
        at = RATED_AT + apart * number
        evaluation = Evaluation.objects.create(
            government=person.government,
            skp=skp,
            employee=person,
            unit=place.position.unit,
            period=period,
            appraiser=rater,
            status="rated",
            inputs={"version": 1, **values.get("inputs", {})},
            work_result_rating=work_result,
            behavior_rating=behavior,
            predikat=predikat,
            rule_version="test",
            prepared_at=RATED_AT,
            rated_at=at,
        )
        change(evaluation, rater, at=at)
        made.append(evaluation)
    return made


def change(evaluation: Evaluation, by: Employee, **values: Any) -> RatingChange:
    """Keep the present ratings of an evaluation as given."""
    return RatingChange.objects.create(
        **{
            "evaluation": evaluation,
            "work_result_rating": evaluation.work_result_rating,
            "behavior_rating": evaluation.behavior_rating,
            "predikat": evaluation.predikat,
            "by": by,
            "at": RATED_AT,
            **values,
        }
    )


def others(world: Any, period: Period, count: int = 3) -> list[Employee]:
    """Make raters of another agency who rate the usual way."""
    found = []
    for number in range(count):
        rater = world.make_employee(f"Penilai Lain {number}", world.other_agency, position_class="pengawas")
        rate(world, period, rater, USUAL, unit=world.other_agency)
        found.append(rater)
    return found


def session_of(world: Any, period: Period, *participants: Employee) -> CalibrationSession:
    """Open the calibration of world.unit."""
    session = CalibrationSession.objects.create(
        unit=world.unit, period=period, opened_by=world.agency_head, opened_at=RATED_AT
    )
    session.participants.set(participants)
    return session
