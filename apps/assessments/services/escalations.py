"""Clocks that ran out, and evaluations whose appraiser is away for good: the schedule looks, people are told.

Set-based: one query per kind of clock finds what is late, however many governments there are. The days allowed are
policy values; the sources name days for objections only (OBJ-1 to OBJ-6).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days
from apps.employees.alike import Alike, alike
from apps.employees.models import Employee, WorkUnit
from apps.employees.selectors import present_on, superiors_upward

from ..labels import EscalationKindChoices
from ..models import AppraiserChange, Escalation, Evaluation, Objection
from ..rules.escalation import EscalationKind
from ..rules.evaluation_lifecycle import EvaluationStatus
from .actors import stamp_names
from .appraisers import choose_appraisers

CHUNK = 500

_LATE = gettext_noop("%(name)s did not do in time: %(what)s (due %(due_on)s).")
_LATE_SELF = gettext_noop("The time is over for something you owe (due %(due_on)s). Your superior was told.")
_HANDED_ON = gettext_noop(
    "An evaluation came to you, because the appraiser is away: period from %(starts_on)s to %(ends_on)s."
)
_HANDED_ON_SELF = gettext_noop(
    "Somebody else makes your evaluation for %(starts_on)s to %(ends_on)s, because your appraiser is away."
)


@dataclass(frozen=True)
class Overdue:
    """One clock that ran out: what is late, who owes it, since when."""

    kind: EscalationKind
    evaluation: Evaluation
    objection: Objection | None
    owed_by: Employee | None
    due_on: date


def raise_due(*, now: datetime, limit: int = CHUNK) -> int:
    """Tell superiors about what is late and not told yet; return how many clocks were raised."""
    raised = 0
    for group in alike(now, "assessments.rating_days", "assessments.delivery_days", with_days_off=True):
        for overdue in _overdue(group, limit):
            raised += _raise(overdue, today=group.today, now=now)
    return raised


def _overdue(group: Alike, limit: int) -> list[Overdue]:
    today, (rating_days, delivery_days) = group.today, group.values
    rows = Evaluation.objects.filter(government__in=group.ids).select_related(
        "employee__user", "appraiser__user", "unit", "period__cycle", "government"
    )
    found: list[Overdue] = []
    clocks = (
        (EscalationKind.RATE, EvaluationStatus.PREPARED, "prepared_at", rating_days),
        (EscalationKind.DELIVER, EvaluationStatus.RATED, "rated_at", delivery_days),
    )
    for kind, status, since, days in clocks:
        waiting = (
            rows.filter(status=status.value)
            .exclude(escalations__kind=kind.value)
            .order_by(since, "pk")[:limit]
        )
        for evaluation in waiting:
            due_on = add_working_days(
                local_date(getattr(evaluation, since), group.zone), days, group.days_off
            )
            if due_on >= today:
                break  # in the order of the clock: whatever follows is younger
            found.append(Overdue(kind, evaluation, None, evaluation.appraiser, due_on))
    objections = (
        Objection.objects.filter(
            evaluation__government__in=group.ids, decided_at__isnull=True, decision_due_on__lt=today
        )
        .exclude(evaluation__escalations__kind=EscalationKind.DECIDE.value)
        .select_related(
            "decider__user",
            "evaluation__employee__user",
            "evaluation__unit",
            "evaluation__period",
            "evaluation__government",
        )
        .order_by("decision_due_on", "pk")[:limit]
    )
    found += [
        Overdue(EscalationKind.DECIDE, row.evaluation, row, row.decider, row.decision_due_on)
        for row in objections
    ]
    return found


@transaction.atomic
def _raise(overdue: Overdue, *, today: date, now: datetime) -> bool:
    above = superiors_upward(overdue.owed_by, today) if overdue.owed_by else []
    # Nobody is told to press for their own evaluation; without anybody above, the personnel office sees it.
    to = next((person for person in above[:1] if person.pk != overdue.evaluation.employee_id), None)
    escalation, created = Escalation.objects.get_or_create(
        evaluation=overdue.evaluation,
        kind=overdue.kind.value,
        defaults={
            "government": overdue.evaluation.government,
            "objection": overdue.objection,
            "owed_by": overdue.owed_by,
            "to": to,
            "due_on": overdue.due_on,
            "raised_at": now,
        },
    )
    if not created:
        return False
    audit.record(
        "assessments.escalation.raised",
        target=escalation,
        by=None,
        scope=overdue.evaluation.government.code,
        at=now,
        kind=overdue.kind.value,
        evaluation=overdue.evaluation.pk,
        owed_by=overdue.owed_by.pk if overdue.owed_by else None,
        to=to.pk if to else None,
        due_on=overdue.due_on,
    )
    address = reverse("assessments:escalation-list")
    if to is not None and overdue.owed_by is not None:
        notify.send(
            to.user,
            _LATE,
            url=address,
            key=f"escalation:{escalation.pk}",
            name=overdue.owed_by.full_name,
            what=str(EscalationKindChoices(overdue.kind.value).label),
            due_on=f"{overdue.due_on:%d/%m/%Y}",
        )
    if overdue.owed_by is not None:
        notify.send(
            overdue.owed_by.user,
            _LATE_SELF,
            url=address,
            key=f"escalation-self:{escalation.pk}",
            due_on=f"{overdue.due_on:%d/%m/%Y}",
        )
    stamps.bump(*stamp_names(to, overdue.owed_by))
    return True


def resolve_done(*, now: datetime) -> int:
    """Mark escalations whose thing was done; return how many."""
    done = Q(kind=EscalationKind.RATE.value) & ~Q(evaluation__status=EvaluationStatus.PREPARED.value)
    done |= Q(kind=EscalationKind.DELIVER.value) & ~Q(
        evaluation__status__in=[EvaluationStatus.PREPARED.value, EvaluationStatus.RATED.value]
    )
    done |= Q(kind=EscalationKind.DECIDE.value, objection__decided_at__isnull=False)
    keys = Escalation.objects.open().filter(done).values_list("pk", flat=True)
    return Escalation.objects.filter(pk__in=list(keys)).update(resolved_at=now)


# Appraisers who are away for good


def hand_on_absent(*, now: datetime, limit: int = CHUNK) -> int:
    """Give evaluations that nobody can make to the next superior upward (ACT-1); return how many were given."""
    given = 0
    open_ones = Evaluation.objects.filter(
        status__in=[EvaluationStatus.PREPARED.value, EvaluationStatus.RATED.value], appraiser__isnull=False
    )
    for group in alike(now):
        today, here = group.today, open_ones.filter(government__in=group.ids)
        appraisers = set(here.values_list("appraiser_id", flat=True).distinct())
        gone = appraisers - present_on(appraisers, today)
        if not gone:
            continue
        by_unit: dict[int, list[Evaluation]] = defaultdict(list)
        for row in here.filter(appraiser__in=gone).order_by("pk")[:limit]:
            by_unit[row.unit_id].append(row)
        units = WorkUnit.objects.select_related("government").in_bulk(by_unit)
        for unit_id, rows in by_unit.items():
            chosen = choose_appraisers(
                units[unit_id], {row.pk: row.employee_id for row in rows}, day=today, now=now
            )
            for row in rows:
                given += _hand_on(row.pk, chosen[row.pk].employee_id, chosen[row.pk].mandate_id, today, now)
    return given


@transaction.atomic
def _hand_on(
    evaluation_id: int, appraiser_id: int | None, mandate_id: int | None, today: date, now: datetime
) -> bool:
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("employee__user", "appraiser__user", "period", "government")
        .get(pk=evaluation_id)
    )
    before = evaluation.appraiser
    if (
        evaluation.status not in {EvaluationStatus.PREPARED.value, EvaluationStatus.RATED.value}
        or before is None
        or appraiser_id is None
        or appraiser_id in {before.pk, evaluation.employee_id}
        or present_on([before.pk], today)
    ):
        return False
    evaluation.appraiser_id = appraiser_id
    evaluation.mandate_id = mandate_id
    evaluation.save(update_fields=["appraiser", "mandate"])
    change = AppraiserChange.objects.create(
        evaluation=evaluation,
        before=before,
        after_id=appraiser_id,
        mandate_id=mandate_id,
        reason=_why_gone(before, today),
        at=now,
    )
    audit.record(
        "assessments.evaluation.handed_on",
        target=evaluation,
        by=None,
        scope=evaluation.government.code,
        at=now,
        before=before.pk,
        after=appraiser_id,
        reason=change.reason,
    )
    after = Employee.objects.select_related("user").get(pk=appraiser_id)
    days = {
        "starts_on": f"{evaluation.period.starts_on:%d/%m/%Y}",
        "ends_on": f"{evaluation.period.ends_on:%d/%m/%Y}",
    }
    notify.send(
        after.user,
        _HANDED_ON,
        url=reverse("assessments:appraisal-list", args=[evaluation.period_id]),
        key=f"handed-on:{change.pk}",
        **days,
    )
    notify.send(
        evaluation.employee.user,
        _HANDED_ON_SELF,
        url=reverse("assessments:evaluation-mine"),
        key=f"handed-on-self:{change.pk}",
        **days,
    )
    stamps.bump(*stamp_names(after, before, evaluation.employee))
    return True


def _why_gone(person: Employee, day: date) -> str:
    if not person.is_active:
        return "inactive"
    placed = person.placements.active_on(day).filter(is_main=True).exists()
    return "away" if placed else "no_post"
