"""Competences, standards and assessed levels that the tests of the gap analysis start from. Posts are ahli_muda."""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.training.models import Competence, CompetenceAssessment, PositionStandard
from apps.training.services import competences
from tests.training.story import AT


def make_competence(
    world: Any, code: str = "komunikasi", *, kind: str = "manajerial", level: int | None = 3
) -> Competence:
    """Create a competence; functional posts ask for a level of it, unless there is none."""
    row = competences.add_competence(
        government=world.government,
        code=code,
        kind=kind,
        name=code.replace("_", " ").title(),
        by=world.personnel_officer,
        at=AT,
    )
    if level is not None:
        PositionStandard.objects.create(
            competence=row, position_class="jf", level=level, period=DateRange(date(2026, 1, 1), None)
        )
    return row


def assess(
    world: Any, competence: Competence, level: int, *, employee: Any = None, day: date = date(2026, 5, 4)
) -> CompetenceAssessment:
    """Write an assessed level behind the service's back, without needs."""
    return CompetenceAssessment.objects.create(
        employee=employee or world.staff,
        competence=competence,
        level=level,
        assessed_on=day,
        method="test",
        entered_by=world.personnel_officer,
        entered_at=AT,
    )
