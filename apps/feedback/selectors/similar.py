"""Reports that may be about the same problem. Only what a person has released is ever looked at."""

from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet

from apps.core import policy
from apps.employees.models import WorkUnit

from ..models import Complaint, Service

SHOWN = 3


def open_reports(unit: WorkUnit, service: Service | None) -> QuerySet[Complaint]:
    """Return the public reports about a service (or about a unit in general) that are under way."""
    return (
        Complaint.objects.published()
        .open()
        .filter(unit__government=unit.government_id, service=service)
        .filter(**({} if service else {"unit": unit}))
    )


def known_reports(unit: WorkUnit, service: Service | None) -> list[Complaint]:
    """Return what others have reported, those with the most voices first: offered before writing."""
    return list(open_reports(unit, service).order_by("-voices", "-received_at", "-id")[:SHOWN])


def similar_reports(unit: WorkUnit, service: Service | None, subject: str, day: date) -> list[Complaint]:
    """Return public reports with a like subject, the likest first: offered before sending."""
    least = policy.get("feedback.similar_percent", on=day, scope=unit.government.code) / 100
    return list(
        open_reports(unit, service)
        .annotate(likeness=TrigramSimilarity("public_subject", subject))
        .filter(likeness__gte=least)
        .order_by("-likeness", "-received_at", "-id")[:SHOWN]
    )
