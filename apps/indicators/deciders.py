"""Who decides on a plan: its appraiser, whoever acts in the appraiser's post, or the next superior (ACT-1, ACT-2).

Asked with a day, for many plans at once in as many queries as for one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from apps.core import policy
from apps.employees.labels import MandateKind
from apps.employees.models import Employee, Mandate, Placement, Position
from apps.employees.selectors import present_on

from .models import Skp

PLT, PLH = str(MandateKind.PLT), str(MandateKind.PLH)
ACTING = (PLT, PLH)


@dataclass(frozen=True)
class Decider:
    """Somebody who may decide, in which role (appraiser, acting, superior), and the mandate they act with."""

    employee: Employee
    role: str
    mandate: Mandate | None = None


@dataclass
class _Posts:
    """The head's posts above some plans: unit of each, who held or holds it, who acts in it."""

    unit_of: dict[int, int]
    ever: set[tuple[int, int]]
    holders: dict[int, Employee]
    acting: dict[int, list[Mandate]]
    present: set[int]


def deciders_of(plans: Sequence[Skp], day: date) -> dict[int, list[Decider]]:
    """Return who may decide on each plan (fetched with its appraiser, unit and government).

    The recorded appraiser always may. Whoever acts in a post that the appraiser left, or is away from, may as
    well. If neither is there, the next head upward in service does. A plan without an appraiser in the staff data
    is decided on paper and has no decider here.
    """
    named = [plan for plan in plans if plan.appraiser is not None]
    if not named:
        return {plan.pk: [] for plan in plans}
    posts = _posts_above(named, day)
    acting_allowed = {
        code: policy.get("indicators.acting_may_approve", on=day, scope=code)
        for code in {plan.government.code for plan in named}
    }
    found: dict[int, list[Decider]] = {plan.pk: [] for plan in plans}
    for plan in named:
        found[plan.pk] = _deciders(plan, posts, acting_allowed[plan.government.code])
    return found


def decider_for(skp: Skp, employee: Employee | None, day: date) -> Decider | None:
    """Return in which role somebody may decide on a plan; None if they may not."""
    if employee is None:
        return None
    rows = deciders_of([skp], day)[skp.pk]
    return next((row for row in rows if row.employee.pk == employee.pk), None)


def _deciders(plan: Skp, posts: _Posts, acting_allowed: bool) -> list[Decider]:
    appraiser = plan.appraiser
    assert appraiser is not None
    chain = _ancestors(plan)
    above = sorted(
        (post for post, unit in posts.unit_of.items() if unit in chain),
        key=lambda post: chain.index(posts.unit_of[post]),
    )
    acts_as = next(
        (row for post in above for row in posts.acting.get(post, []) if row.holder_id == appraiser.pk), None
    )
    rows = [Decider(appraiser, "appraiser", acts_as)]
    is_present = appraiser.pk in posts.present
    if acting_allowed:
        for post in above:
            holder = posts.holders.get(post)
            left = holder is None or holder.pk != appraiser.pk
            for mandate in posts.acting.get(post, []):
                away = not is_present or left or mandate.kind == PLH
                if (
                    away
                    and (appraiser.pk, post) in posts.ever
                    and mandate.holder_id not in {plan.employee_id, appraiser.pk}
                ):
                    rows.append(Decider(mandate.holder, "acting", mandate))
    if is_present or len(rows) > 1:
        return rows
    for post in above:
        holder = posts.holders.get(post)
        if holder is not None and holder.pk in posts.present - {plan.employee_id}:
            return [*rows, Decider(holder, "superior")]
        for mandate in posts.acting.get(post, []) if acting_allowed else []:
            if mandate.holder_id in posts.present - {plan.employee_id}:
                return [*rows, Decider(mandate.holder, "superior", mandate)]
    return rows


def _posts_above(plans: Sequence[Skp], day: date) -> _Posts:
    units = {unit for plan in plans for unit in _ancestors(plan)}
    appraisers = {plan.appraiser_id for plan in plans}
    unit_of = dict(Position.objects.filter(unit__in=units, is_head=True).values_list("pk", "unit_id"))
    # A post promised for next month makes nobody a former holder of it today.
    held = Placement.objects.filter(position__in=unit_of, employee__in=appraisers).filter(
        Q(period__startswith__isnull=True) | Q(period__startswith__lte=day)
    )
    ever = set(held.values_list("employee_id", "position_id"))
    holders = {
        row.position_id: row.employee
        for row in Placement.objects.active_on(day)
        .filter(position__in=unit_of, employee__is_active=True)
        .select_related("employee__user")
        .order_by("pk")
    }
    acting: dict[int, list[Mandate]] = defaultdict(list)
    mandates = Mandate.objects.active_on(day).filter(
        position__in=unit_of, kind__in=ACTING, holder__is_active=True
    )
    for mandate in mandates.select_related("holder__user", "position").order_by("pk"):
        acting[mandate.position_id].append(mandate)
    people = (
        {pk for pk in appraisers if pk}
        | {row.pk for row in holders.values()}
        | {row.holder_id for rows in acting.values() for row in rows}
    )
    return _Posts(unit_of, ever, holders, acting, present_on(people, day))


def _ancestors(plan: Skp) -> list[int]:
    """Return the ids of the plan's unit and of those above it, the nearest first."""
    return [int(part) for part in reversed(plan.unit.path.strip("/").split("/")) if part]
