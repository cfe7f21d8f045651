"""What a person has to do here because of their name, not of their office: for the menu, in one query."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists

from ..models import Commitment, Complaint, ImprovementItem, ReportedOfficer


@dataclass(frozen=True, slots=True)
class PersonalDuties:
    """Whether there is anything: promised improvements, reports that name the person, complaints given to them."""

    has_promised: bool = False
    is_named: bool = False
    has_complaints: bool = False


def personal_duties(user: Any) -> PersonalDuties:
    """Return what waits for a signed-in user personally."""
    found = (
        get_user_model()
        .objects.filter(pk=user.pk)
        .annotate(
            items=Exists(ImprovementItem.objects.filter(responsible__user=user.pk).open()),
            promises=Exists(Commitment.objects.filter(owner__user=user.pk).open()),
            named=Exists(ReportedOfficer.objects.about(user)),
            given=Exists(Complaint.objects.open().filter(assignee=user.pk)),
        )
        .values_list("items", "promises", "named", "given")
        .first()
    )
    if found is None:
        return PersonalDuties()
    items, promises, named, given = found
    return PersonalDuties(has_promised=items or promises, is_named=named, has_complaints=given)
