"""What the start page asks about the next report, and the example beside the question."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.employees.models import Employee, Government
from apps.employees.selectors import placement_on
from apps.indicators.models import Skp

from ..models import EntryExample, Period, ReminderPlan, SelfReport
from ..rules.report_lifecycle import ReportStatus
from .reporting import PLANS_IN_FORCE


@dataclass(frozen=True)
class Planning:
    """A report that is not sent yet, and the moment that was chosen for it."""

    period: Period
    chosen: ReminderPlan | None


def planning_of(employee: Employee, now: datetime) -> Planning | None:
    """Return the open period whose report closes first and is not sent; None if nothing is owed now."""
    sent = SelfReport.objects.filter(
        employee=employee, status__in=[ReportStatus.SUBMITTED, ReportStatus.ACCEPTED]
    )
    plans = Skp.objects.filter(employee=employee, status__in=PLANS_IN_FORCE, year=OuterRef("cycle__year"))
    period = (
        Period.objects.filter(
            cycle__government=employee.government_id, status="open", opens_at__lte=now, closes_at__gt=now
        )
        .filter(Exists(plans))
        .exclude(pk__in=sent.values("period"))
        .select_related("cycle__government")
        .order_by("closes_at", "pk")
        .first()
    )
    if period is None:
        return None
    return Planning(period, ReminderPlan.objects.filter(employee=employee, period=period).first())


def example_for(employee: Employee, day: date) -> EntryExample | None:
    """Return a good and a weak entry for the job of a person, else the one for everybody."""
    placement = placement_on(employee, day)
    family = placement.position.family.casefold() if placement else ""
    words = family.split()
    # "perawat" also helps a "perawat gigi": the longest family that begins the title.
    families = [" ".join(words[:count]) for count in range(len(words), -1, -1)]
    rows = EntryExample.objects.filter(
        Q(government=employee.government_id) | Q(government=None), family__in=families
    )
    return min(
        rows,
        key=lambda row: (families.index(row.family), row.government_id is None),
        default=None,
    )


def examples_of(government: Government) -> QuerySet[EntryExample]:
    """Return what people of a government may see: its own examples, and the ready-made ones it has not replaced."""
    own = EntryExample.objects.filter(government=government)
    return EntryExample.objects.filter(
        Q(government=government) | (Q(government=None) & ~Q(family__in=own.values("family")))
    ).order_by("family", "pk")
