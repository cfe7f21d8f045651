"""What the office's pages ask about complaints: who may have one, what may be read, who has how much to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from apps.accounts.models import User
from apps.core.localtime import local_date
from apps.employees.models import Placement, WorkUnit

from ..models import Complaint, ComplaintRedaction, ReportedOfficer
from ..rules.complaint_lifecycle import ComplaintStatus, clock_runs
from ..rules.redaction import redact
from .complaints import ancestors_and_self, people_to_tell

RUNNING = tuple(status.value for status in ComplaintStatus if clock_runs(status))
WAITING = (ComplaintStatus.INCOMPLETE.value, ComplaintStatus.ANSWERED.value)


@dataclass(frozen=True)
class VisibleText:
    """What may be read of a report, and how often somebody has hidden parts of it."""

    subject: str
    body: str
    version: int


def visible_text(complaint: Complaint) -> VisibleText:
    """Return the text for everybody but its writer: the latest redaction, else with identity numbers hidden."""
    # All rows, not a filter: a list that prefetched them asks no more.
    versions = [row for row in complaint.redactions.all() if row.event_id is None]
    if not versions:
        return VisibleText(redact(complaint.subject), redact(complaint.body), 0)
    latest = max(versions, key=lambda row: row.version)
    return VisibleText(latest.subject, latest.text, latest.version)


def visible_messages(complaint: Complaint) -> dict[int, str]:
    """Return the latest redaction of each message that has one, by event."""
    rows = complaint.redactions.exclude(event=None).order_by("version")
    return {row.event_id: row.text for row in rows}


def with_visible_subject(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Add `redacted_subject` (None if nobody has hidden anything) to a list, in the same query."""
    latest = ComplaintRedaction.objects.filter(complaint=OuterRef("pk"), event=None).order_by("-version")
    return rows.annotate(redacted_subject=Subquery(latest.values("subject")[:1]))


def subject_of(complaint: Complaint) -> str:
    """Return the subject for a list made with `with_visible_subject`; the words of a secret report stay inside it."""
    if complaint.is_secret:
        return ""
    hidden = getattr(complaint, "redacted_subject", None)
    return hidden if hidden is not None else redact(complaint.subject)


def people_for(complaint: Complaint, day: date) -> list[Any]:
    """Return whom to tell about a complaint: who looks after its unit and who has it, but nobody it names."""
    users = {user.pk: user for user in people_to_tell(complaint.unit, day)}
    if complaint.assignee_id:
        users[complaint.assignee_id] = complaint.assignee
    for user_id in named_users(complaint):
        users.pop(user_id, None)
    return list(users.values())


def named_users(complaint: Complaint) -> set[int]:
    """Return the users whom a complaint names."""
    named = ReportedOfficer.objects.standing().filter(complaint=complaint, employee__user__isnull=False)
    return set(named.values_list("employee__user_id", flat=True))


def assignable(unit: WorkUnit, day: date) -> QuerySet[User]:
    """Return who can be given complaints about a unit: its staff and head, and the complaint officers above it."""
    staff = Placement.objects.active_on(day).filter(
        position__unit=unit, employee__is_active=True, employee__user__isnull=False
    )
    return User.objects.filter(
        Q(pk__in=staff.values("employee__user"))
        | Q(
            role_assignments__role="feedback_officer",
            role_assignments__unit__in=ancestors_and_self(unit),
            role_assignments__period__contains=day,
        ),
        is_active=True,
    ).distinct()


def assignable_for_all(units: Iterable[WorkUnit], day: date) -> QuerySet[User]:
    """Return who can be given complaints about every one of some units."""
    found = User.objects.filter(is_active=True)
    for unit in units:
        found = found.filter(pk__in=assignable(unit, day).values("pk"))
    return found


def receiver_name(unit: WorkUnit, day: date) -> str:
    """Return who receives what is passed on to a unit: its head, by name and post; else the unit itself."""
    place = (
        Placement.objects.active_on(day)
        .filter(position__unit=unit, position__is_head=True)
        .select_related("employee", "position")
        .first()
    )
    return f"{place.employee.full_name}, {place.position.title}"[:150] if place else unit.name[:150]


@dataclass(frozen=True)
class Load:
    """What one officer has to do."""

    user_id: int | None
    name: str
    open: int
    overdue: int
    due_this_week: int
    waiting: int


def workload(rows: QuerySet[Complaint], today: date, week_end: date) -> list[Load]:
    """Return the open complaints per officer, those nobody has first, then the most overdue; one query."""
    running = Q(status__in=RUNNING)
    found = (
        rows.open()  # type: ignore[attr-defined]
        .filter(is_quarantined=False)
        .values("assignee", name=F("assignee__display_name"))
        .annotate(
            open=Count("pk", filter=running),
            overdue=Count("pk", filter=running & Q(due_on__lt=today)),
            due_this_week=Count("pk", filter=running & Q(due_on__range=(today, week_end))),
            waiting=Count("pk", filter=Q(status__in=WAITING)),
        )
    )
    loads = [
        Load(
            row["assignee"],
            row["name"] or "",
            row["open"],
            row["overdue"],
            row["due_this_week"],
            row["waiting"],
        )
        for row in found
    ]
    return sorted(loads, key=lambda load: (load.user_id is not None, -load.overdue, -load.open, load.name))


def independent_people(complaint: Complaint, day: date, *, but: int | None = None) -> list[Any]:
    """Return the complaint officers and heads above who are to be asked for a second look."""
    heads = Placement.objects.active_on(day).filter(
        position__is_head=True,
        position__unit__in=ancestors_and_self(complaint.unit).exclude(pk=complaint.unit_id),
        employee__user__isnull=False,
    )
    officers = Q(
        role_assignments__role="feedback_officer",
        role_assignments__unit__in=ancestors_and_self(complaint.unit),
        role_assignments__period__contains=day,
    )
    users = User.objects.filter(officers | Q(pk__in=heads.values("employee__user"))).distinct()
    return list(users.exclude(pk__in=named_users(complaint)).exclude(pk=but))


def today_of(complaint: Complaint, at: Any) -> date:
    """Return the day of an instant where the complaint lies."""
    return local_date(at, complaint.government.timezone)
