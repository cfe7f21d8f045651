"""What follows from a survey, and where its result was published: what the report prints of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.employees.models import WorkUnit
from apps.feedback.labels import ImprovementStatusChoices, PublicationMediumChoices
from apps.feedback.models import ImprovementItem, Service, SurveyPeriod, SurveyPublication
from apps.feedback.selectors import improvement

from .parties import of_day, places_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One action: the post that is responsible, never the person's name."""

    unsur: str
    action: str
    responsible: str
    due_on: date
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many actions of earlier plans are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where a result could be read from a day on."""

    medium: str
    place: str
    on: date
    has_proof: bool


def plan_of(periods: Sequence[SurveyPeriod]) -> tuple[PlanLine, ...]:
    """Return the actions that follow from some survey periods, by due date. Three queries at most."""
    names = {row.code: row.name for period in periods for row in period.questionnaire.unsur.all()}
    items = list(
        ImprovementItem.objects.filter(survey_period__in=[period.pk for period in periods])
        .exclude(status=ImprovementStatusChoices.DROPPED.value)
        .order_by("due_on", "pk")
    )
    if not items:
        return ()
    first, last = min(item.created_on for item in items), max(item.created_on for item in items)
    places = places_of((item.responsible_id for item in items), DateRange(first, last + timedelta(days=1)))
    lines = []
    for item in items:
        place = of_day(places.get(item.responsible_id, []), item.created_on)
        lines.append(
            PlanLine(
                unsur=names.get(item.unsur_code, "Semua unsur"),
                action=item.action,
                responsible=place.position.title if place else "",
                due_on=item.due_on,
                status=str(ImprovementStatusChoices(item.status).label),
            )
        )
    return tuple(lines)


def progress_before(about: Service | WorkUnit, before: date) -> Progress:
    """Return how many actions that were planned before a day are done."""
    done, total = improvement.plan_progress(about, before)
    return Progress(done=done, total=total)


def publications_of(periods: Sequence[SurveyPeriod]) -> tuple[Publication, ...]:
    """Return where the results were published, oldest first."""
    rows = (
        SurveyPublication.objects.filter(
            survey_period__in=[period.pk for period in periods], withdrawn_at__isnull=True
        )
        .select_related("own_medium")
        .order_by("published_on", "pk")
    )
    return tuple(
        Publication(
            medium=row.own_medium.name if row.own_medium else str(PublicationMediumChoices(row.medium).label),
            place=row.place or row.link,
            on=row.published_on,
            has_proof=row.file_id is not None,
        )
        for row in rows
    )
