"""A practice period in September 2026, and somebody who goes through it as far as a test wants."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.assessments.rules.predikat import Rating
from apps.employees.models import Employee
from apps.supervision.models import PracticeCase, PracticeEntry, PracticePeriod
from apps.supervision.practice_material import REPORTS
from apps.supervision.services import practice, practice_periods
from tests.world import NOW

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 25)


def running(world: Any) -> PracticePeriod:
    """Open the practice period that runs at NOW (15 September); deleted on 9 October."""
    return practice_periods.open_period(
        government=world.government, opens_on=FIRST, closes_on=LAST, by=world.personnel_officer, at=NOW
    )


def filled(
    person: Employee, period: PracticePeriod, *, served: int = 38, at: datetime = NOW
) -> PracticeEntry:
    """Write a line, the figures and the achievements: all that a report needs to be sent."""
    practice.add_line(
        person=person,
        period=period,
        day=date(2026, 9, 14),
        text="Melayani warga di loket",
        result=1,
        indicator=1,
        quantity=Decimal(served),
        at=at,
    )
    entry = practice.save_report(
        person=person,
        period=period,
        version=1,
        figures={2: Decimal(88), 3: Decimal("19.5")},
        notes={2: "Dua berkas menunggu"},
        at=at,
    )
    return practice.save_report(
        person=person,
        period=period,
        version=entry.version,
        texts={"achievements": "Semua warga dilayani pada hari yang sama.", "obstacles": "Listrik padam."},
        at=at,
    )


def went_through(person: Employee, period: PracticePeriod, at: datetime = NOW) -> PracticeEntry:
    """Do everything staff can practise."""
    filled(person, period, at=at)
    practice.send_report(person=person, period=period, at=at)
    entry = practice.continue_report(person=person, period=period, at=at)
    practice.save_report(
        person=person, period=period, version=entry.version, texts={"achievements": "Naik dua."}, at=at
    )
    practice.send_report(person=person, period=period, at=at)
    return practice.continue_report(person=person, period=period, at=at)


def supervised(person: Employee, period: PracticePeriod, at: datetime = NOW) -> None:
    """Do everything supervisors can practise."""
    for report in REPORTS:
        practice.answer_review(
            person=person, period=period, report=report, verb="return", note="Berapa?", at=at
        )
    for case in built_in_cases():
        practice.answer_case(
            person=person,
            period=period,
            case=case,
            work_result=Rating.ABOVE,
            behavior=Rating.MEETS,
            reason="Di atas target.",
            at=at,
        )


def built_in_cases() -> list[PracticeCase]:
    """Return the cases of the data migration."""
    return list(PracticeCase.objects.filter(government=None).order_by("place"))
