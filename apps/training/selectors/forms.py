"""Questions about the table of forms of learning."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from apps.core import policy
from apps.employees.models import Government

from ..models import LearningForm
from ..rules.learning_hours import Rate, Unit, jp_of


def forms_on(government: Government, day: date) -> list[LearningForm]:
    """Return the row of each form that holds on a day, classical ones first; also those not offered any more."""
    rows = LearningForm.objects.known_to(government).filter(valid_from__lte=day).order_by("valid_from", "id")
    held: dict[str, LearningForm] = {}
    for row in rows:
        earlier = held.get(row.code)
        # What a government decided goes before whatever the installation says, however new that is.
        if earlier is None or row.government_id is not None or earlier.government_id is None:
            held[row.code] = row
    return sorted(held.values(), key=lambda row: (not row.classical, row.name))


def offered_on(government: Government, day: date) -> list[LearningForm]:
    """Return the forms one may choose on a day."""
    return [row for row in forms_on(government, day) if row.is_offered]


def versions_of(government: Government, code: str) -> list[LearningForm]:
    """Return all rows of one form, the newest first."""
    return list(
        LearningForm.objects.known_to(government).filter(code=code).order_by("-valid_from", "-government")
    )


def hours_for(form: LearningForm, amount: Decimal, *, government: Government, day: date) -> Decimal:
    """Return the JP of an amount of learning, by the table.

    :raises ValueError: if the amount is not positive or gives no JP.
    """
    minutes = policy.get("training.minutes_per_jp", on=day, scope=government.code)
    rates: Mapping[str, Rate] = {form.code: Rate(unit=Unit(form.unit), jp=form.jp, most=form.most)}
    found = jp_of(form.code, amount, rates, minutes)
    if found <= 0:
        raise ValueError("less than a tenth of a lesson hour")
    return found
