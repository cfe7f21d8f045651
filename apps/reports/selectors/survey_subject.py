"""What a survey report is about, and which periods belong to it."""

from dataclasses import dataclass
from datetime import date

from apps.employees.models import Government, WorkUnit
from apps.feedback.models import Service, SurveyPeriod


class NothingToReport(Exception):
    """Raised when there is no ended period with an answer to report on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a report is about: a unit or one service, some ended periods, a span of days."""

    government: Government
    unit: WorkUnit
    service: Service | None
    periods: tuple[SurveyPeriod, ...]
    starts_on: date
    ends_on: date
    label: str

    @property
    def name(self) -> str:
        """Return the service, or the unit with all its services."""
        return self.service.name if self.service else f"Seluruh layanan {self.unit.name}"


def ended_periods(unit: WorkUnit, starts_on: date, ends_on: date, today: date) -> list[SurveyPeriod]:
    """Return the survey periods of a unit and below it that ended within a span of days, and before today."""
    return list(
        SurveyPeriod.objects.filter(
            service__unit__path__startswith=unit.path,
            ends_on__gte=starts_on,
            ends_on__lte=ends_on,
            ends_on__lt=today,
        )
        .select_related("service__unit", "questionnaire")
        .prefetch_related("questionnaire__unsur")
        .order_by("service__unit__path", "service__name", "starts_on", "pk")
    )
