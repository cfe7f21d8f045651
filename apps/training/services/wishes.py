"""What people wish to learn themselves, and how urgent and how long a need is."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee

from ..labels import UrgencyChoices
from ..models import Topic, TrainingNeed
from ..querysets import OPEN_NEEDS
from ..rules.priorities import OWN_WISH

WISH_PRIORITY = 4
_WISHED = gettext_noop("%(name)s wishes to learn: %(topic)s. You decide about it.")


class WishedAlready(ValueError):
    """Raised when the person has an open wish for this topic."""


class NeedClosed(ValueError):
    """Raised when nothing is left to be weighed: the need is done or declined."""


@transaction.atomic
def add_wish(
    *, employee: Employee, topic: Topic, why: str, hours: Decimal | None, at: datetime
) -> TrainingNeed:
    """Propose something one wants to learn oneself, with why; the supervisor or the training officer decides.

    :raises WishedAlready: if the person has an open wish for this topic.
    """
    try:
        with transaction.atomic():
            need = TrainingNeed.objects.create(
                employee=employee,
                topic=topic,
                reason_code=OWN_WISH,
                reason_params={"why": why.strip()},
                urgency=UrgencyChoices("later").value,
                hours=hours,
                priority=WISH_PRIORITY,
                proposed_at=at,
            )
    except IntegrityError as error:
        if "need_one_open_wish_per_topic" in str(error):
            raise WishedAlready from error
        raise
    audit.record(
        "training.need.wished",
        target=need,
        by=account_of(employee),
        scope=employee.government.code,
        at=at,
        topic=topic.pk,
    )
    appraiser = people.appraiser_on(employee, local_date(at, employee.government.timezone))
    if appraiser is not None:
        notify.send(
            appraiser.user,
            _WISHED,
            url=reverse("training:need-detail", args=[need.pk]),
            name=employee.full_name,
            topic=topic.name,
        )
    stamps.bump(*stamp_names(employee, appraiser))
    return need


@transaction.atomic
def weigh_need(*, need_id: int, urgency: str, hours: Decimal | None, by: Any, at: datetime) -> TrainingNeed:
    """Say how urgent a need is and how many lesson hours it takes; plans in draft count with it.

    :raises NeedClosed: if it is done or declined.
    """
    need = (
        TrainingNeed.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government")
        .get(pk=need_id)
    )
    if need.status not in OPEN_NEEDS:
        raise NeedClosed
    need.urgency, need.hours = UrgencyChoices(urgency).value, hours
    need.save(update_fields=["urgency", "hours"])
    audit.record(
        "training.need.weighed",
        target=need,
        by=account_of(by),
        scope=need.employee.government.code,
        at=at,
        urgency=need.urgency,
        hours=hours,
    )
    stamps.bump(*stamp_names(need.employee))
    return need
