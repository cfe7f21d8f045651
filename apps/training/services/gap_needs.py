"""From gaps to needs (CMP-8): each with the figures of the gap and the assessment that shows it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee, Government

from ..models import NeedReason, TrainingNeed
from ..querysets import OPEN_NEEDS
from ..rules.competence_gap import needs_from
from ..rules.needs import ReasonCode
from ..selectors import competences as selectors

_PROPOSED = gettext_noop(
    "Learning is proposed for you because a competence is below what your post asks for: %(topics)s."
)


@transaction.atomic
def propose_from_gaps(
    *, people: QuerySet[Employee], government: Government, by: Any, at: datetime
) -> list[TrainingNeed]:
    """Propose a need for every gap of some people that is wide enough, and tell each of them; return the new ones.

    Runs again without harm: an assessment leads to a need once, whatever was decided about it. Where the topic is open
    for the person already, the gap becomes a further reason of that need. A fixed number of queries, and one per
    person to be told.
    """
    day = local_date(at, government.timezone)
    smallest = policy.get("training.smallest_gap", on=day, scope=government.code)
    priorities = policy.get("training.need_priorities", on=day, scope=government.code)
    priority = int(priorities.get(ReasonCode.COMPETENCE_GAP.value, 3))
    # Two officers look at the same people: their rows make them queue, in the order of keys so that nobody waits twice.
    locked = people.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    wanted = _wanted(people.model.objects.filter(pk__in=list(locked)), government, day, smallest, priority)
    known = _known(wanted)
    fresh, more = [], []
    for need in wanted:
        if (need.employee_id, need.assessment_id) in known.answered:
            continue
        open_need = known.open.get((need.employee_id, need.topic_id))
        if open_need is None:
            need.proposed_at = at
            fresh.append(need)
        else:
            more.append(
                NeedReason(
                    need_id=open_need,
                    code=need.reason_code,
                    params=need.reason_params,
                    assessment_id=need.assessment_id,
                    at=at,
                )
            )
    TrainingNeed.objects.bulk_create(fresh)
    NeedReason.objects.bulk_create(more, ignore_conflicts=True)
    if fresh or more:
        audit.record(
            "training.needs.proposed_from_gaps",
            target=government,
            by=account_of(by),
            scope=government.code,
            at=at,
            needs=[need.pk for need in fresh],
            further_reasons=len(more),
        )
    _tell(fresh)
    return fresh


def _wanted(
    people: QuerySet[Employee], government: Government, day: Any, smallest: int, priority: int
) -> list[TrainingNeed]:
    competences = selectors.standards_on(government, day).competences
    found = []
    for person in selectors.gaps_of_people(people, government, day):
        for need in needs_from(person.gaps, smallest_gap=max(1, smallest), priority=priority):
            competence = competences[need.topic_code]
            assessment = person.assessments[need.topic_code]
            params = {
                **need.reason_params,
                "competence": competence.name,
                "day": assessment.assessed_on.isoformat(),
                "method": assessment.method,
            }
            found.append(
                TrainingNeed(
                    employee=person.employee,
                    topic_id=competence.topic_id,
                    assessment=assessment,
                    reason_code=need.reason_code.value,
                    reason_params=params,
                    priority=need.priority,
                )
            )
    return found


class _Known:
    """What exists already for some people."""

    def __init__(self, people: Iterable[int]) -> None:
        rows = TrainingNeed.objects.filter(employee__in=set(people))
        self.open = {
            (employee, topic): pk
            for pk, employee, topic in rows.filter(status__in=OPEN_NEEDS)
            .order_by("-pk")
            .values_list("pk", "employee", "topic")
        }
        self.answered = set(
            rows.filter(assessment__isnull=False).values_list("employee", "assessment")
        ) | set(
            NeedReason.objects.filter(need__in=rows, assessment__isnull=False).values_list(
                "need__employee", "assessment"
            )
        )


def _known(wanted: list[TrainingNeed]) -> _Known:
    return _Known(need.employee_id for need in wanted)


def _tell(fresh: list[TrainingNeed]) -> None:
    by_person: dict[int, list[TrainingNeed]] = {}
    for need in fresh:
        by_person.setdefault(need.employee_id, []).append(need)
    people = Employee.objects.filter(pk__in=by_person, user__isnull=False).select_related("user")
    for person in people.order_by("pk"):
        names = [str(need.reason_params["competence"]) for need in by_person[person.pk]]
        notify.send(
            person.user,
            _PROPOSED,
            url=reverse("training:my-competences"),
            topics="; ".join(names[:3]) + (f" (+{len(names) - 3})" if len(names) > 3 else ""),
        )
    stamps.bump(*stamp_names(*people))
