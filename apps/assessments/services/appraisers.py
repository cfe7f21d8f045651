"""Who appraises: the recorded superior, else whoever leads or acts, from the unit upward (ORGT-1, ACT-1, ACT-2)."""

from dataclasses import dataclass
from datetime import date, datetime

from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import AppraiserLink, Mandate, Placement, Position, WorkUnit
from apps.employees.selectors import present_on

ACTING = ("plt", "plh")


@dataclass(frozen=True)
class Chosen:
    """Who makes an evaluation, how we know, and the mandate if they act in a post they do not hold."""

    employee_id: int | None
    source: str
    mandate_id: int | None = None


def choose_appraisers(
    unit: WorkUnit, wanted: dict[int, int], *, day: date, now: datetime
) -> dict[int, Chosen]:
    """Return, per key of `wanted` ({key: employee}), who appraises the employee of a unit (ORGT-1, ACT-1).

    The reporting line of `day` counts. Whoever has left, or is away on study, long leave or suspension at `now`,
    cannot act; then the acting head, else the next superior upward does.
    """
    links = {
        link.employee_id: link
        for link in AppraiserLink.objects.active_on(day).filter(employee__in=set(wanted.values()))
    }
    chain = _heads_upward(unit, day)
    candidates = {link.appraiser_id for link in links.values() if link.appraiser_id} | {
        head.employee_id for head in chain if head.employee_id
    }
    present = present_on(candidates, local_date(now, unit.government.timezone))
    acting = {head.employee_id: head.mandate_id for head in chain if head.mandate_id}
    chosen: dict[int, Chosen] = {}
    for key, employee_id in wanted.items():
        link = links.get(employee_id)
        if link is not None and link.appraiser_id is None:
            chosen[key] = Chosen(None, "external")
        elif link is not None and link.appraiser_id in present:
            chosen[key] = Chosen(link.appraiser_id, "link", acting.get(link.appraiser_id))
        else:
            chosen[key] = next(
                (head for head in chain if head.employee_id != employee_id and head.employee_id in present),
                Chosen(None, "none"),
            )
    return chosen


def _heads_upward(unit: WorkUnit, day: date) -> list[Chosen]:
    """Return who leads the unit and the units above it on a day, nearest first; acting heads of vacant posts too."""
    unit_ids = [int(part) for part in reversed(unit.path.strip("/").split("/"))]
    posts = dict(Position.objects.filter(unit__in=unit_ids, is_head=True).values_list("pk", "unit"))
    heads: dict[int, Chosen] = {}
    if policy.get("assessments.plt_may_appraise", on=day, scope=unit.government.code):
        mandates = Mandate.objects.active_on(day).filter(
            position__in=posts, kind__in=ACTING, holder__is_active=True
        )
        for pk, position, holder in mandates.order_by("pk").values_list("pk", "position", "holder"):
            heads[posts[position]] = Chosen(holder, "mandate", pk)
    holders = Placement.objects.active_on(day).filter(position__in=posts, employee__is_active=True)
    for position, employee in holders.order_by("pk").values_list("position", "employee"):
        heads[posts[position]] = Chosen(employee, "head")
    return [heads[unit_id] for unit_id in unit_ids if unit_id in heads]
