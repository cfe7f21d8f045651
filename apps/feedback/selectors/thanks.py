"""Thanks of citizens as a count per unit: how many with a verified visit gave the best answer to every question.

Never a text and never one person: under the numbers from which anything is shown there is no count at all. Open ratings
are left out: what can bring an award must not be had by rating oneself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from apps.core.rules.periods import first_instant_of, last_instant_of
from apps.employees.models import Government, WorkUnit

from ..labels import Tier
from ..models import Answer, Response
from ..rules.ikm import HIGHEST_ANSWER
from ..rules.parts import years_of
from ..rules.small_numbers import MINIMUM_CELL
from .figures import thresholds


@dataclass(frozen=True, slots=True)
class Thanks:
    """Of `answers` people with a verified visit, `count` gave the best answer to every question."""

    count: int
    answers: int


def thanks_by_unit(
    government: Government, units: Iterable[WorkUnit], starts_on: date, ends_on: date
) -> dict[int, Thanks]:
    """Return the thanks that the services of some units got between two days, both included, where they may be told.

    What is below a unit is not added to it: a deed belongs to those who did it.
    """
    minimum, _full = thresholds(government, ends_on)
    zone = government.timezone
    answers = Answer.objects.filter(response=OuterRef("pk"), year__range=years_of(starts_on, ends_on))
    rows = (
        Response.objects.filter(
            service__unit__in=[unit.pk for unit in units],
            government=government,
            is_quarantined=False,
            tier=Tier.VERIFIED.value,
            hour__gte=first_instant_of(starts_on, zone),
            hour__lte=last_instant_of(ends_on, zone),
        )
        .annotate(is_thanks=Exists(answers) & ~Exists(answers.filter(value__lt=HIGHEST_ANSWER)))
        .order_by()
        .values("service__unit")
        .annotate(n=Count("pk"), thanks=Count("pk", filter=Q(is_thanks=True)))
    )
    return {
        row["service__unit"]: Thanks(count=row["thanks"], answers=row["n"])
        for row in rows
        if row["n"] >= minimum and row["thanks"] >= MINIMUM_CELL
    }
