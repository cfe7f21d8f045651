"""The yearly plan (SKP): one function per verb, each in one transaction that holds the plan's row.

Content changes while the plan is a draft or returned. The leader's expectations are the exception: one text
per value, which the employee may propose while drafting and which the appraiser may write until approval;
approving makes it the leader's. `revision` is what a form was made with (see models.py); callers without a
form leave it out.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model, ProtectedError
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.employees import selectors as people
from apps.employees.models import Employee, Placement, WorkUnit

from .. import selectors
from ..models import AnnexItem, BehaviorExpectation, Indicator, Skp, SkpDecision, UnitIndicator, WorkResult
from ..rules.completeness import Problem
from ..rules.forms import BEHAVIOR_VALUES, Approach, layout_for
from ..rules.lifecycle import SkpAction, SkpStatus, next_status

BEHAVIOR_CODES = frozenset(value.code for value in BEHAVIOR_VALUES)


class SkpExists(Exception):
    """Raised when the person already has a plan for this year and place."""

    def __init__(self, skp: Skp) -> None:
        super().__init__(f"SKP {skp.pk} exists")
        self.skp = skp


class NoPlacement(Exception):
    """Raised when the staff data hold no main position for the person in that year."""


class NoAppraiser(Exception):
    """Raised when nobody is recorded as appraiser; the personnel office must act."""


class PlanNotEditable(Exception):
    """Raised when content is to change in a plan that was sent, approved or closed."""


class PlanConflict(Exception):
    """Raised when somebody else, or another tab, wrote the same row after the form was made."""


class PlanIncomplete(Exception):
    """Raised when a plan lacks something that keeps it from being sent."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.code.value for problem in problems))
        self.problems = problems


class SupportNotOffered(ValueError):
    """Raised when a result is to support what is neither the superior's nor an indicator above the unit."""


class ResultInUse(Exception):
    """Raised when a row is to go that others already refer to: a subordinate's plan, a report."""


class NoteRequired(ValueError):
    """Raised when a plan is returned without a word."""


class SuperiorPlanMissing(Exception):
    """Raised when an approval has to wait for the appraiser's own plan (PLN-10)."""

    def __init__(self, blocker: selectors.SuperiorPlan) -> None:
        super().__init__(f"plan of employee {blocker.superior.pk}: {blocker.status or 'none'}")
        self.blocker = blocker


# --- the plan as a whole


@transaction.atomic
def create_skp(*, employee: Employee, year: int, by: Any, at: datetime) -> Skp:
    """Begin the plan of a person for a year, in the place and for the appraiser the staff data name.

    :raises SkpExists: if there is one for this year and place.
    :raises NoPlacement: if the person has no main position then.
    """
    # One at a time per person: a second, parallel call finds the first one's plan.
    employee = (
        Employee.objects.select_for_update(of=("self",)).select_related("government").get(pk=employee.pk)
    )
    government = employee.government
    day = selectors.day_for(year, at, government.timezone)
    placement = people.placement_on(employee, day)
    if placement is None:
        raise NoPlacement
    existing = Skp.objects.filter(employee=employee, year=year, placement=placement).first()
    if existing is not None:
        raise SkpExists(existing)
    unit = placement.position.unit
    link = people.appraiser_link_on(employee, day)
    skp = Skp.objects.create(
        employee=employee,
        government=government,
        placement=placement,
        unit=unit,
        appraiser=link.appraiser if link else None,
        appraiser_name=_printed_name(link),
        year=year,
        period=_covered_days(placement, year),
        approach=approach_for(unit, day).value,
        layout=layout_for(placement.position.position_class, _heads_independent_unit(placement)).value,
    )
    _record("created", skp, by, at=at, year=year, employee=employee.pk)
    _wake(skp)
    return skp


def approach_for(unit: WorkUnit, day: date) -> Approach:
    """Return the form of new plans in a unit: the nearest unit's own value, else the government's (PLN-7)."""
    scope = unit.government.code
    per_unit = policy.get("indicators.approach_of_units", on=day, scope=scope)
    if per_unit:
        above = [int(part) for part in unit.path.strip("/").split("/")]
        for code in WorkUnit.objects.filter(pk__in=above).order_by("-path").values_list("code", flat=True):
            if per_unit.get(code) in set(Approach):
                return Approach(per_unit[code])
    return Approach(policy.get("indicators.approach", on=day, scope=scope))


@transaction.atomic
def submit_skp(*, skp_id: int, by: Employee, at: datetime) -> Skp:
    """Hand a plan to the appraiser whom the staff data name today.

    :raises TransitionNotAllowed: if it is neither a draft nor returned.
    :raises PlanIncomplete: if something is missing that the employee must write.
    :raises NoAppraiser: if nobody is recorded.
    """
    skp = _locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.SUBMIT).value
    blocking = [
        p for p in selectors.problems_of(selectors.whole(Skp.objects).get(pk=skp_id)) if p.is_blocking
    ]
    if blocking:
        raise PlanIncomplete(blocking)
    link = selectors.appraiser_now(skp, at)
    if link is not None:
        # A corrected appraiser takes effect without losing the draft (complaint 1).
        skp.appraiser, skp.appraiser_name = link.appraiser, _printed_name(link)
    if not skp.appraiser_name:
        raise NoAppraiser
    skp.submitted_at = at
    _move(skp, SkpAction.SUBMIT, by, at, fields=["submitted_at", "appraiser", "appraiser_name"])
    _tell(
        skp.appraiser,
        gettext_noop("%(name)s sent a plan (SKP) for %(year)s and waits for your approval."),
        skp,
        name=skp.employee.full_name,
    )
    return skp


@transaction.atomic
def recall_skp(*, skp_id: int, by: Employee, at: datetime) -> Skp:
    """Take a plan back that the appraiser has not decided on.

    :raises TransitionNotAllowed: if it does not wait for approval.
    """
    skp = _locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.RECALL).value
    _move(skp, SkpAction.RECALL, by, at)
    _tell(
        skp.appraiser,
        gettext_noop("%(name)s took the plan (SKP) for %(year)s back to change it."),
        skp,
        name=skp.employee.full_name,
    )
    return skp


@transaction.atomic
def return_skp(*, skp_id: int, note: str, by: Any, at: datetime) -> Skp:
    """Give a plan back with a note that says what to change.

    :raises NoteRequired: if the note is blank.
    :raises TransitionNotAllowed: if it does not wait for approval.
    """
    if not note.strip():
        raise NoteRequired
    skp = _locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.RETURN).value
    _move(skp, SkpAction.RETURN, by, at, note=note.strip())
    _tell(skp.employee, gettext_noop("Your plan (SKP) for %(year)s came back with a note."), skp)
    return skp


@transaction.atomic
def approve_skp(*, skp_id: int, by: Any, at: datetime, revision: int | None = None) -> Skp:
    """Approve a plan as it was read.

    :raises TransitionNotAllowed: if it does not wait for approval.
    :raises PlanConflict: if it was changed since the page was opened.
    :raises SuperiorPlanMissing: if the appraiser's own plan has to be approved first.
    """
    skp = _locked(skp_id)
    status = next_status(SkpStatus(skp.status), SkpAction.APPROVE)
    if revision is not None and skp.revision != revision:
        raise PlanConflict
    blocker = selectors.superior_blocker(skp, selectors.day_for(skp.year, at, skp.government.timezone))
    if blocker is not None:
        raise SuperiorPlanMissing(blocker)
    skp.status = status.value
    skp.approved_at = at
    _move(skp, SkpAction.APPROVE, by, at, fields=["approved_at"])
    _tell(skp.employee, gettext_noop("Your plan (SKP) for %(year)s is approved."), skp)
    return skp


@transaction.atomic
def close_skp(*, skp_id: int, by: Any, at: datetime) -> Skp:
    """Close a plan after its last evaluation: at year end, or when the person moves (CYC-7).

    :raises TransitionNotAllowed: if it is not approved.
    """
    skp = _locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.CLOSE).value
    _move(skp, SkpAction.CLOSE, by, at)
    return skp


# --- planned results


@transaction.atomic
def add_result(
    *,
    skp: Skp,
    text: str,
    kind: str,
    by: Any,
    supports: WorkResult | None = None,
    supports_indicator: UnitIndicator | None = None,
    perspective: str = "",
) -> WorkResult:
    """Add a planned result (RHK) to a plan.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises SupportNotOffered: if what it supports is not the superior's or not above the unit.
    """
    plan = _open(skp.pk)
    _require_offered(plan, supports, supports_indicator)
    result = WorkResult.objects.create(
        skp=plan,
        kind=kind,
        text=text,
        perspective=perspective,
        supports=supports,
        supports_indicator=supports_indicator,
        order=_end_of(plan.results.filter(kind=kind)),
        changed_in=_next_revision(plan),
    )
    _record("result_added", plan, by, result=result.pk)
    return result


@transaction.atomic
def change_result(
    *,
    result: WorkResult,
    text: str,
    kind: str,
    by: Any,
    supports: WorkResult | None = None,
    supports_indicator: UnitIndicator | None = None,
    perspective: str = "",
    revision: int | None = None,
) -> WorkResult:
    """Rewrite a planned result.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises PlanConflict: if it was written after the form was made.
    :raises SupportNotOffered: if what it supports is not the superior's or not above the unit.
    """
    plan = _open(result.skp_id)
    row = WorkResult.objects.get(pk=result.pk)
    new = {
        "text": text,
        "kind": kind,
        "supports_id": supports.pk if supports else None,
        "supports_indicator_id": supports_indicator.pk if supports_indicator else None,
        "perspective": perspective,
    }
    if (new["supports_id"], new["supports_indicator_id"]) != (row.supports_id, row.supports_indicator_id):
        _require_offered(plan, supports, supports_indicator)
    if kind != row.kind:
        new["order"] = _end_of(plan.results.filter(kind=kind))
    if _rewrite(plan, row, new, revision):
        _record("result_changed", plan, by, result=row.pk)
    return row


@transaction.atomic
def remove_result(*, result: WorkResult, by: Any) -> None:
    """Take a planned result with its indicators out of a plan.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises ResultInUse: if a subordinate's result supports it, or entries and reports refer to it.
    """
    plan = _open(result.skp_id)
    _remove(plan, result)
    _record("result_removed", plan, by, result=result.pk)


@transaction.atomic
def move_result(*, result: WorkResult, up: bool, by: Any) -> None:
    """Swap a planned result with its neighbor in the same section.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = _open(result.skp_id)
    if _move_row(plan, list(plan.results.filter(kind=result.kind)), result.pk, up):
        _record("result_moved", plan, by, result=result.pk)


# --- indicators of a result


@transaction.atomic
def add_indicator(
    *,
    result: WorkResult,
    text: str,
    aspect: str,
    target: Decimal | None,
    measure: str,
    direction: str,
    source: str,
    by: Any,
) -> Indicator:
    """Add an indicator (IKI) with its target to a planned result.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = _open(result.skp_id)
    indicator = Indicator.objects.create(
        result_id=result.pk,
        text=text,
        aspect=aspect,
        target=target,
        measure=measure,
        direction=direction,
        source=source,
        order=_end_of(Indicator.objects.filter(result_id=result.pk)),
        changed_in=_next_revision(plan),
    )
    _record("indicator_added", plan, by, indicator=indicator.pk)
    return indicator


@transaction.atomic
def change_indicator(
    *,
    indicator: Indicator,
    text: str,
    aspect: str,
    target: Decimal | None,
    measure: str,
    direction: str,
    source: str,
    by: Any,
    revision: int | None = None,
) -> Indicator:
    """Rewrite an indicator.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises PlanConflict: if it was written after the form was made.
    """
    plan = _open(indicator.result.skp_id)
    row = Indicator.objects.get(pk=indicator.pk)
    new = {
        "text": text,
        "aspect": aspect,
        "target": target,
        "measure": measure,
        "direction": direction,
        "source": source,
    }
    if _rewrite(plan, row, new, revision):
        _record("indicator_changed", plan, by, indicator=row.pk)
    return row


@transaction.atomic
def remove_indicator(*, indicator: Indicator, by: Any) -> None:
    """Take an indicator out of a planned result.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises ResultInUse: if entries or reports refer to it.
    """
    plan = _open(indicator.result.skp_id)
    _remove(plan, indicator)
    _record("indicator_removed", plan, by, indicator=indicator.pk)


@transaction.atomic
def move_indicator(*, indicator: Indicator, up: bool, by: Any) -> None:
    """Swap an indicator with its neighbor.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = _open(indicator.result.skp_id)
    siblings = list(Indicator.objects.filter(result_id=indicator.result_id).order_by("order", "id"))
    if _move_row(plan, siblings, indicator.pk, up):
        _record("indicator_moved", plan, by, indicator=indicator.pk)


# --- behavior and annex


@transaction.atomic
def set_behavior(
    *, skp: Skp, value: str, expectation: str, by: Any, revision: int | None = None
) -> BehaviorExpectation | None:
    """Write the leader's expectation for one of the seven values.

    :raises ValueError: if there is no such value.
    :raises PlanNotEditable: if the plan is approved or closed, or waits and the writer is not the appraiser.
    :raises PlanConflict: if it was written after the form was made.
    """
    set_behaviors(skp=skp, expectations={value: expectation}, by=by, revision=revision)
    return BehaviorExpectation.objects.filter(skp=skp, value=value).first()


@transaction.atomic
def set_behaviors(*, skp: Skp, expectations: Mapping[str, str], by: Any, revision: int | None = None) -> None:
    """Write several expectations at once: all or none.

    :raises ValueError: if a value is not one of the seven.
    :raises PlanNotEditable: as for `set_behavior`.
    :raises PlanConflict: if one of them was written after the form was made.
    """
    unknown = set(expectations) - BEHAVIOR_CODES
    if unknown:
        raise ValueError(f"no such value: {sorted(unknown)}")
    plan = _locked(skp.pk)
    writer = _employee(by)
    writes_as_owner = writer is not None and writer.pk == plan.employee_id
    if not plan.is_editable and (writes_as_owner or plan.status != SkpStatus.SUBMITTED.value):
        raise PlanNotEditable
    stored = {row.value: row for row in plan.behaviors.all()}
    changed = {
        value: text.strip()
        for value, text in expectations.items()
        if text.strip() != (stored[value].expectation if value in stored else "")
    }
    if revision is not None and any(stored[v].changed_in > revision for v in changed if v in stored):
        raise PlanConflict
    if not changed:
        return
    now = _next_revision(plan)
    for value, text in changed.items():
        BehaviorExpectation.objects.update_or_create(
            skp=plan, value=value, defaults={"expectation": text, "changed_in": now}
        )
    _record("expectations_written", plan, by, values=sorted(changed))


@transaction.atomic
def add_annex_item(*, skp: Skp, kind: str, text: str, by: Any) -> AnnexItem:
    """Add a line to the annex.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = _open(skp.pk)
    item = AnnexItem.objects.create(
        skp=plan,
        kind=kind,
        text=text,
        order=_end_of(plan.annex.filter(kind=kind)),
        changed_in=_next_revision(plan),
    )
    _record("annex_added", plan, by, item=item.pk)
    return item


@transaction.atomic
def change_annex_item(*, item: AnnexItem, text: str, by: Any, revision: int | None = None) -> AnnexItem:
    """Rewrite a line of the annex.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises PlanConflict: if it was written after the form was made.
    """
    plan = _open(item.skp_id)
    row = AnnexItem.objects.get(pk=item.pk)
    if _rewrite(plan, row, {"text": text}, revision):
        _record("annex_changed", plan, by, item=row.pk)
    return row


@transaction.atomic
def remove_annex_item(*, item: AnnexItem, by: Any) -> None:
    """Take a line out of the annex.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = _open(item.skp_id)
    _remove(plan, item)
    _record("annex_removed", plan, by, item=item.pk)


@transaction.atomic
def move_annex_item(*, item: AnnexItem, up: bool, by: Any) -> None:
    """Swap a line of the annex with its neighbor.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = _open(item.skp_id)
    if _move_row(plan, list(plan.annex.filter(kind=item.kind)), item.pk, up):
        _record("annex_moved", plan, by, item=item.pk)


# --- shared by the verbs


def _locked(skp_id: int) -> Skp:
    return (
        Skp.objects.select_for_update(of=("self",))
        .select_related("employee", "appraiser", "government", "unit")
        .get(pk=skp_id)
    )


def _open(skp_id: int) -> Skp:
    plan = _locked(skp_id)
    if not plan.is_editable:
        raise PlanNotEditable
    return plan


def _next_revision(plan: Skp) -> int:
    plan.revision += 1
    plan.save(update_fields=["revision"])
    return plan.revision


def _rewrite(plan: Skp, row: Any, new: Mapping[str, Any], revision: int | None) -> bool:
    """Write what differs; return whether anything did. What is there already is no conflict."""
    if all(getattr(row, name) == value for name, value in new.items()):
        return False
    if revision is not None and row.changed_in > revision:
        raise PlanConflict
    for name, value in new.items():
        setattr(row, name, value)
    row.changed_in = _next_revision(plan)
    row.save()
    return True


def _remove(plan: Skp, row: Model) -> None:
    try:
        type(row)._default_manager.filter(pk=row.pk).delete()
    except ProtectedError as error:
        raise ResultInUse from error
    _next_revision(plan)


def _end_of(siblings: Any) -> int:
    last = siblings.order_by("-order").values_list("order", flat=True).first()
    return 0 if last is None else last + 1


def _move_row(plan: Skp, siblings: list[Any], pk: int, up: bool) -> bool:
    places = [row.pk for row in siblings]
    if pk not in places:
        return False
    here = places.index(pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(siblings):
        return False
    siblings[here], siblings[there] = siblings[there], siblings[here]
    for order, row in enumerate(siblings):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])
    _next_revision(plan)
    return True


def _require_offered(plan: Skp, supports: WorkResult | None, indicator: UnitIndicator | None) -> None:
    if supports is not None:
        above = supports.skp
        if above.employee_id != plan.appraiser_id or above.year != plan.year:
            raise SupportNotOffered
    if indicator is not None and (
        indicator.year != plan.year or not plan.unit.path.startswith(indicator.unit.path)
    ):
        raise SupportNotOffered


def _covered_days(placement: Placement, year: int) -> DateRange:
    """Return the days of the year in the place."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    if placement.period.lower is not None and placement.period.lower < end:
        start = max(start, placement.period.lower)
    if placement.period.upper is not None and placement.period.upper > start:
        end = min(end, placement.period.upper)
    return DateRange(start, end)


def _heads_independent_unit(placement: Placement) -> bool:
    """Return whether the post leads a unit directly below the government, such as a kecamatan."""
    unit = placement.position.unit
    return placement.position.is_head and unit.depth <= 1


def _printed_name(link: Any) -> str:
    if link is None:
        return ""
    return link.appraiser.full_name if link.appraiser else link.external_name


def _move(
    skp: Skp, action: SkpAction, by: Any, at: datetime, *, note: str = "", fields: list[str] | None = None
) -> None:
    skp.revision += 1
    skp.save(update_fields=["status", "revision", *(fields or [])])
    SkpDecision.objects.create(skp=skp, action=action.value, note=note, by=_employee(by), at=at)
    past = {"submit": "submitted", "recall": "recalled", "return": "returned", "approve": "approved"}
    _record(past.get(action.value, "closed"), skp, by, at=at)
    _wake(skp)


def _employee(by: Any) -> Employee | None:
    return by if isinstance(by, Employee) else getattr(by, "employee", None)


def _record(event: str, skp: Skp, by: Any, *, at: datetime | None = None, **data: Any) -> None:
    # The chain names users; an employee without an account acts only in imports and demos.
    actor = (by.user or f"employee:{by.pk}") if isinstance(by, Employee) else by
    audit.record(f"indicators.skp.{event}", target=skp, by=actor, scope=skp.government.code, at=at, **data)


def _tell(person: Employee | None, text: str, skp: Skp, **params: Any) -> None:
    if person is not None:
        url = reverse("indicators:skp-detail", kwargs={"pk": skp.pk})
        notify.send(person.user, text, url=url, year=skp.year, **params)


def _wake(skp: Skp) -> None:
    people_of_it = (skp.employee, skp.appraiser)
    users = [f"user:{person.user_id}" for person in people_of_it if person is not None and person.user_id]
    stamps.bump(f"unit:{skp.unit_id}", *users)
