"""Questions about meetings with the public and the promises made there. What `public_*` returns is public."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from apps.core.localtime import local_date
from apps.employees.models import Government, WorkUnit

from ..labels import CONSULTATION_STAGES
from ..models import (
    Commitment,
    CommitmentEvent,
    Consultation,
    ConsultationContribution,
    ConsultationPoint,
)
from ..rules.redaction import redact
from ..rules.small_numbers import suppress_cells


def stage_of(consultation: Consultation, now: datetime) -> str:
    """Return how far a meeting is, as a key of `labels.CONSULTATION_STAGES`."""
    if consultation.cancelled_at is not None:
        return "cancelled"
    if consultation.published_at is not None:
        return "published"
    if consultation.announced_at is None:
        return "draft"
    return "announced" if now < consultation.starts_at else "minutes_due"


def stage_tag(consultation: Consultation, now: datetime) -> dict[str, Any]:
    """Return the stage with its words and tone."""
    stage = stage_of(consultation, now)
    label, tone = CONSULTATION_STAGES[stage]
    return {"code": stage, "label": label, "tone": tone}


def public_consultations(place: WorkUnit | Government | None = None) -> QuerySet[Consultation]:
    """Return the announced meetings of a unit and those below it, of a government, or of all; newest first.

    With `kept`, `promised` and `overdue` numbers of promises, in the same query.
    """
    rows = Consultation.objects.public().filter(unit__is_active=True)
    if isinstance(place, WorkUnit):
        rows = rows.filter(unit__path__startswith=place.path)
    elif place is not None:
        rows = rows.filter(government=place)
    published = Q(published_at__isnull=False)
    return (
        rows.select_related("unit", "government")
        .annotate(
            promised=Count("points__commitments", filter=published),
            kept=Count("points__commitments", filter=published & Q(points__commitments__status="kept")),
        )
        .order_by("-starts_at", "-id")
    )


@dataclass(frozen=True, slots=True)
class PublicGroup:
    """A group that was invited or came. None: not counted, or too few to be shown."""

    name: str
    is_invited: bool
    attended: int | None
    is_hidden: bool


def public_groups(consultation: Consultation) -> list[PublicGroup]:
    """Return the groups with their numbers; small ones are hidden so that the total gives none of them away."""
    rows = list(consultation.groups.all())
    shown = suppress_cells({str(row.pk): row.attended or 0 for row in rows})
    return [
        PublicGroup(
            name=row.name,
            is_invited=row.is_invited,
            attended=None if row.attended is None else shown[str(row.pk)],
            is_hidden=row.attended is not None and shown[str(row.pk)] is None,
        )
        for row in rows
    ]


def attendance_total(consultation: Consultation) -> int | None:
    """Return how many people came; None if nobody was counted."""
    return consultation.groups.aggregate(total=Sum("attended"))["total"]


def points_with_promises(consultation: Consultation) -> list[ConsultationPoint]:
    """Return the points with their promises and the history of those, in three queries."""
    events = CommitmentEvent.objects.order_by("at", "id")
    promises = (
        Commitment.objects.select_related("owner")
        .prefetch_related(Prefetch("events", queryset=events))
        .order_by("due_on", "id")
    )
    return list(
        consultation.points.select_related("group").prefetch_related(
            Prefetch("commitments", queryset=promises), "improvements"
        )
    )


@dataclass(frozen=True, slots=True)
class ContributionCount:
    """What came in writing, in numbers; public."""

    received: int
    waiting: int
    shown: int
    not_shown: int


def contribution_count(consultation: Consultation) -> ContributionCount:
    """Count what came in writing."""
    found = consultation.contributions.aggregate(
        received=Count("pk"),
        waiting=Count("pk", filter=Q(status="waiting")),
        shown=Count("pk", filter=Q(status="shown")),
        not_shown=Count("pk", filter=Q(status="not_shown")),
    )
    return ContributionCount(**found)


def public_contributions(consultation: Consultation) -> list[str]:
    """Return what was read and may be shown, without what looks like personal data; sorted by its words, so that
    the order says nothing about who came when.
    """
    rows = consultation.contributions.filter(status="shown").values_list("text", flat=True)
    return sorted(redact(text) for text in rows)


def open_commitments(user: Any) -> QuerySet[Commitment]:
    """Return the promises that somebody owns and still has to keep, the most urgent first."""
    return (
        Commitment.objects.open()
        .filter(owner__user=user)
        .select_related("point__consultation__government", "point__consultation__unit")
        .order_by("due_on", "id")
    )


def is_late(commitment: Commitment, today: date) -> bool:
    """Tell whether a promised day has passed without the promise being settled."""
    return commitment.status in {"open", "in_progress"} and today > commitment.due_on


def local_day(consultation: Consultation, now: datetime) -> date:
    """Return today in the zone of a meeting's government."""
    return local_date(now, consultation.government.timezone)


def waiting_contributions(consultation: Consultation) -> QuerySet[ConsultationContribution]:
    """Return what nobody has read, the unsuspicious first."""
    return consultation.contributions.filter(status="waiting").order_by("is_suspicious", "id")
