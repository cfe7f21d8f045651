"""A deed of world.staff that world.colleague names, and a jury without a part in it."""

from datetime import date
from typing import Any

from apps.feedback.models import Answer, Response
from apps.training.models import Nomination
from apps.training.services import nominations
from tests.reports.surveyed import ended_period
from tests.training.story import AT

__all__ = ["AT", "DEED", "awarded", "before_the_jury", "checked", "jury_of", "named", "thank"]

DEED = {
    "kind": "innovation",
    "title": "Antrean ibu hamil",
    "deed": "Dulu semua berdiri di satu antrean.",
    "effect": "Waktu tunggu turun separuh.",
}


def named(world: Any, **values: Any) -> Nomination:
    """Name the deed."""
    return nominations.nominate(
        **{**DEED, "employee": world.staff, "by": world.colleague, "at": AT, **values}
    )


def checked(world: Any, **values: Any) -> Nomination:
    """Name it and let the office check it."""
    return nominations.check(
        nomination_id=named(world, **values).pk, note="Ada di laporan.", by=world.personnel_officer, at=AT
    )


def jury_of(world: Any, size: int = 3) -> list[Any]:
    """Return people of other agencies, by name."""
    if not hasattr(world, "jury"):
        world.jury = [world.make_employee(f"Juri {number}", world.other_agency) for number in range(size)]
    return world.jury


def before_the_jury(world: Any, **values: Any) -> Nomination:
    """Put it before a jury of three, led by the first."""
    nomination = checked(world, **values)
    for person in jury_of(world):
        nominations.add_juror(nomination_id=nomination.pk, employee=person, by=world.personnel_officer, at=AT)
    return nominations.convene(
        nomination_id=nomination.pk, chair_id=world.jury[0].pk, by=world.personnel_officer, at=AT
    )


def awarded(world: Any, **values: Any) -> Nomination:
    """Let the jury award it."""
    nomination = before_the_jury(world, **values)
    for person in world.jury:
        nominations.vote(nomination_id=nomination.pk, ballot="yes", reason="Berdampak.", by=person, at=AT)
    decided, _found = nominations.conclude(
        nomination_id=nomination.pk, reason="Antrean turun.", by=world.personnel_officer, at=AT
    )
    return decided


def thank(world: Any, count: int, *, unit: Any = None, value: int = 4, **values: Any) -> None:
    """Let citizens with a verified visit answer everything with one value, two days before."""
    unit = unit or world.unit
    service = unit.services.first() or world.make_service(unit)
    period = service.survey_periods.first() or ended_period(
        service, first=date(2026, 7, 1), last=date(2026, 12, 31)
    )
    unsur = list(period.questionnaire.unsur.all())
    for _number in range(count):
        response = Response.objects.create(
            government=world.government,
            service=service,
            survey_period=period,
            **{"channel": "receipt", "tier": "terverifikasi", "hour": AT.replace(day=10), **values},
        )
        Answer.objects.bulk_create(Answer(response=response, unsur=row, value=value) for row in unsur)
