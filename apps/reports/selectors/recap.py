"""Rows of the recap of a period: who, where, how far, with which result; people without an evaluation too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import OuterRef, QuerySet, Subquery

from apps.assessments.models import Evaluation, Period, SelfReport
from apps.core.models import AuditEntry
from apps.employees.models import Employee, WorkUnit
from apps.employees.selectors import with_place
from apps.indicators.models import Skp

from .plans import PRINTABLE

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapRow:
    """One person of a recap. Stored values, not words; empty where there is nothing yet."""

    unit: str
    nip: str
    name: str
    position: str
    report_status: str
    is_late: bool
    evaluation_status: str
    achievement_percent: Decimal | None
    work_result_rating: str
    behavior_rating: str
    predikat: str
    appraiser: str


def evaluations_in(unit: WorkUnit, period: Period, viewer: Any) -> QuerySet[Evaluation]:
    """Return the evaluations of a unit and below it that a viewer may see; the schedule (None) sees all."""
    rows = Evaluation.objects.all() if viewer is None else Evaluation.objects.visible_to(viewer)
    return rows.filter(period=period, unit__path__startswith=unit.path)


def plans_in(unit: WorkUnit, period: Period, viewer: Any) -> QuerySet[Skp]:
    """Return the approved plans of a unit and below it that cover days of a period and a viewer may see."""
    rows = Skp.objects.all() if viewer is None else Skp.objects.visible_to(viewer)
    days = DateRange(period.starts_on, period.ends_on + timedelta(days=1))
    return rows.filter(
        status__in=PRINTABLE, revises__isnull=True, period__overlap=days, unit__path__startswith=unit.path
    )


def people_without_evaluation(unit: WorkUnit, period: Period, viewer: Any) -> QuerySet[Employee]:
    """Return the visible people placed there on the last day for whom no evaluation was prepared."""
    people = Employee.objects.all() if viewer is None else Employee.objects.visible_to(viewer)
    return (
        people.in_unit(unit, on=period.ends_on)
        .filter(is_active=True)
        .exclude(pk__in=Evaluation.objects.filter(period=period).values("employee"))
    )


def closing_entry(period: Period) -> AuditEntry | None:
    """Return the entry of the audit trail that a period's closing made: with it, the printed recap is an anchor."""
    return (
        AuditEntry.objects.filter(
            target_type=period._meta.label_lower,
            target_id=str(period.pk),
            action="assessments.period.closed",
            seq__isnull=False,
        )
        .order_by("-id")
        .first()
    )


def count_rows(unit: WorkUnit, period: Period, viewer: Any) -> int:
    """Return how many rows the recap will have."""
    return (
        evaluations_in(unit, period, viewer).count() + people_without_evaluation(unit, period, viewer).count()
    )


def recap_rows(unit: WorkUnit, period: Period, viewer: Any) -> Iterator[RecapRow]:
    """Yield the rows by unit and name, in constant memory; then the people without an evaluation."""
    sent = SelfReport.objects.filter(skp=OuterRef("skp"), period=OuterRef("period"), version__gt=0)
    evaluations = (
        evaluations_in(unit, period, viewer)
        .select_related("employee", "unit", "skp__placement__position", "appraiser")
        .annotate(
            report_status=Subquery(sent.values("status")[:1]),
            report_late=Subquery(sent.values("is_late")[:1]),
        )
        .order_by("unit__path", "employee__name", "pk")
    )
    for row in evaluations.iterator(chunk_size=CHUNK):
        yield RecapRow(
            unit=row.unit.name,
            nip=row.employee.nip,
            name=row.employee.full_name,
            position=row.skp.placement.position.title,
            report_status=row.report_status or "",
            is_late=bool(row.report_late),
            evaluation_status=row.status,
            achievement_percent=row.achievement_percent,
            work_result_rating=row.work_result_rating,
            behavior_rating=row.behavior_rating,
            predikat=row.predikat,
            appraiser=row.appraiser.full_name if row.appraiser else row.skp.appraiser_name,
        )
    others = with_place(people_without_evaluation(unit, period, viewer), period.ends_on)
    for person in others.order_by("name", "pk").iterator(chunk_size=CHUNK):
        places, links = person.current_places, person.current_links
        yield RecapRow(
            unit=places[0].position.unit.name if places else "",
            nip=person.nip,
            name=person.full_name,
            position=places[0].position.title if places else "",
            report_status="",
            is_late=False,
            evaluation_status="",
            achievement_percent=None,
            work_result_rating="",
            behavior_rating="",
            predikat="",
            appraiser=(links[0].appraiser.full_name if links[0].appraiser else links[0].external_name)
            if links
            else "",
        )
