"""Lesson hours beside the target and the mix 10 : 20 : 70, of one person or of many in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min, Sum
from django.db.models.functions import Lower

from apps.core import policy
from apps.employees.models import Employee, Government, Placement

from ..models import Certificate
from ..rules.learning_hours import (
    DEFAULT_MIX,
    MixPart,
    Standing,
    Target,
    Way,
    mix_of,
    share_elapsed,
    standing,
)
from .learning import JpFigure, jp_of_many

CENT = Decimal(100)


@dataclass(frozen=True)
class Hours:
    """Hours, how they stand beside the year, and what they consist of; `no_form` JP have no part of the mix."""

    figure: JpFigure
    standing: Standing
    mix: tuple[MixPart, ...]
    no_form: Decimal


def hours_of(employee: Employee, year: int, today: date) -> Hours:
    """Return the hours of one person."""
    return hours_of_many([employee], year, today, employee.government)[employee.pk]


def hours_of_many(
    employees: Iterable[Employee], year: int, today: date, government: Government
) -> dict[int, Hours]:
    """Return the hours of people of one government by their key."""
    people = list(employees)
    first, last = date(year, 1, 1), date(year, 12, 31)
    scope = government.code
    slack = Decimal(policy.get("training.jp_slack_percent", on=last, scope=scope)) / CENT
    guide = _guide(last, scope)
    tolerance = Decimal(policy.get("training.mix_tolerance", on=last, scope=scope))
    ceiling = Decimal(policy.get("training.jp_ceiling_pppk", on=last, scope=scope))
    figures = jp_of_many(people, year)
    since = _since(people)
    learned: dict[int, dict[str | None, Decimal]] = defaultdict(dict)
    rows = (
        Certificate.objects.filter(
            employee__in=people, ends_on__year=year, verified_at__isnull=False, refused_at__isnull=True
        )
        .order_by()
        .values_list("employee", "form__way")
        .annotate(jp=Sum("jp"))
    )
    for employee_id, way, jp in rows:
        learned[employee_id][way] = jp
    found = {}
    for person in people:
        figure = figures[person.pk]
        begun = max(first, since.get(person.pk, first))
        elapsed = share_elapsed(min(begun, last), last, today)
        found[person.pk] = Hours(
            figure=figure,
            standing=standing(figure.verified, elapsed, _target(person, figure.target, ceiling), slack),
            mix=mix_of([(Way(way), jp) for way, jp in learned[person.pk].items() if way], guide, tolerance),
            no_form=learned[person.pk].get(None, Decimal(0)),
        )
    return found


def _target(person: Employee, jp: int, ceiling: Decimal) -> Target:
    capped = person.status == "pppk" and ceiling > 0
    # A ceiling under the target could never be reached: the office changed one of the two values only.
    return Target(jp=Decimal(jp), most=max(ceiling, Decimal(jp)) if capped else None)


def _guide(on: date, scope: str) -> dict[Way, Decimal]:
    table = policy.get("training.mix", on=on, scope=scope)
    guide = {way: Decimal(str(table.get(way.value, 0))) for way in Way}
    # A table that does not divide 100 must not take everybody's page away.
    return guide if sum(guide.values()) == CENT and min(guide.values()) >= 0 else dict(DEFAULT_MIX)


def _since(people: list[Employee]) -> dict[int, date]:
    """Return the first day of service by person: who came in July is measured from July on."""
    rows = (
        Placement.objects.filter(employee__in=people)
        .order_by()
        .values_list("employee")
        .annotate(since=Min(Lower("period")))
    )
    return {employee_id: since for employee_id, since in rows if since is not None}
