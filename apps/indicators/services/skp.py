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

from apps.core import notify, policy, stamps
from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, Mandate, Placement, WorkUnit

from .. import selectors
from ..deciders import decider_for, deciders_of
from ..models import AnnexItem, BehaviorExpectation, Indicator, Skp, UnitIndicator, WorkResult
from ..rules.completeness import Problem
from ..rules.forms import Approach, Layout, layout_for
from ..rules.lifecycle import SkpAction, SkpStatus, TransitionNotAllowed, next_status
from . import revisions
from .steps import (
    PlanConflict,
    PlanNotEditable,
    decide,
    employee_of,
    locked,
    locked_with_original,
    move,
    next_revision,
    opened,
    record,
    tell,
    wake,
)
from .waiting_cells import take_over_waiting_cells

__all__ = ["PlanConflict", "PlanNotEditable"]


class SkpExists(Exception):
    """Raised when the person already has a plan for this year and place."""

    def __init__(self, skp: Skp) -> None:
        super().__init__(f"SKP {skp.pk} exists")
        self.skp = skp


class NoPlacement(Exception):
    """Raised when the staff data hold no main position for the person in that year."""


class NoAppraiser(Exception):
    """Raised when nobody is recorded as appraiser; the personnel office must act."""


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


class NothingChanged(Exception):
    """Raised when a change of an approved plan is sent that changes nothing."""


class NobodyToRemind(Exception):
    """Raised when whoever must act has no account here: the personnel office must ask them."""


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
    existing = Skp.objects.plans().filter(employee=employee, year=year, placement=placement).first()
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
        layout=layout_of(placement).value,
    )
    record("created", skp, by, at=at, year=year, employee=employee.pk)
    take_over_waiting_cells(skp, by)
    wake(skp)
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
    :raises NothingChanged: if it is a working copy that says the same as the approved plan.
    :raises NoAppraiser: if nobody is recorded.
    """
    skp = locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.SUBMIT, is_copy=skp.is_revision).value
    blocking = [
        p for p in selectors.problems_of(selectors.whole(Skp.objects).get(pk=skp_id)) if p.is_blocking
    ]
    if blocking:
        raise PlanIncomplete(blocking)
    if skp.is_revision and not selectors.changes_of(selectors.whole(Skp.objects).get(pk=skp_id)):
        raise NothingChanged
    link = selectors.appraiser_now(skp, at)
    if link is not None:
        # A corrected appraiser takes effect without losing the draft (complaint 1).
        skp.appraiser, skp.appraiser_name = link.appraiser, _printed_name(link)
    if not skp.appraiser_name:
        raise NoAppraiser
    skp.submitted_at = at
    move(skp, SkpAction.SUBMIT, by, at, fields=["submitted_at", "appraiser", "appraiser_name"])
    sent = gettext_noop("%(name)s sent a plan (SKP) for %(year)s and waits for your approval.")
    if skp.is_revision:
        sent = gettext_noop(
            "%(name)s wants to change the approved plan (SKP) for %(year)s and waits for you."
        )
    for person in _deciding(skp, at):
        tell(person, sent, skp, name=skp.employee.full_name)
    return skp


@transaction.atomic
def recall_skp(*, skp_id: int, by: Employee, at: datetime) -> Skp:
    """Take a plan back that the appraiser has not decided on.

    :raises TransitionNotAllowed: if it does not wait for approval.
    """
    skp = locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.RECALL, is_copy=skp.is_revision).value
    move(skp, SkpAction.RECALL, by, at)
    tell(
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
    skp = locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.RETURN, is_copy=skp.is_revision).value
    move(skp, SkpAction.RETURN, by, at, note=note.strip(), mandate=_mandate_of(skp, by, at))
    tell(skp.employee, gettext_noop("Your plan (SKP) for %(year)s came back with a note."), skp)
    return skp


@transaction.atomic
def approve_skp(*, skp_id: int, by: Any, at: datetime, revision: int | None = None) -> Skp:
    """Approve a plan as it was read, and keep it as a version.

    A working copy is not approved beside the plan but taken over into it; the answer is then the plan.

    :raises TransitionNotAllowed: if it does not wait for approval.
    :raises PlanConflict: if it was changed since the page was opened.
    :raises SuperiorPlanMissing: if the appraiser's own plan has to be approved first.
    """
    skp, original = locked_with_original(skp_id)
    action = SkpAction.APPROVE if original is None else SkpAction.MERGE
    status = next_status(SkpStatus(skp.status), action, is_copy=skp.is_revision)
    if revision is not None and skp.revision != revision:
        raise PlanConflict
    blocker = selectors.superior_blocker(skp, selectors.day_for(skp.year, at, skp.government.timezone))
    if blocker is not None:
        raise SuperiorPlanMissing(blocker)
    skp.status = status.value
    skp.approved_at = at
    mandate = _mandate_of(skp, by, at)
    move(skp, action, by, at, mandate=mandate, fields=["approved_at"])
    if original is None:
        revisions.keep_version(skp, by, at)
        tell(skp.employee, gettext_noop("Your plan (SKP) for %(year)s is approved."), skp)
        return skp
    version = revisions.take_over(skp, original, by, at)
    decide(original, "renew", by, at, note=skp.revision_note, mandate=mandate)
    record("renewed", original, by, at=at, version=version.version, revision=skp.pk)
    tell(
        skp.employee,
        gettext_noop(
            "The change of your plan (SKP) for %(year)s is approved. Version %(version)s holds now."
        ),
        original,
        version=version.version,
    )
    return original


@transaction.atomic
def remind(*, skp_id: int, by: Employee, at: datetime) -> list[Employee]:
    """Remind whoever has to act before a sent plan can be approved, at most once a day (PLN-10).

    Return who got the message; empty if they had it today already.

    :raises TransitionNotAllowed: if the plan does not wait for approval.
    :raises NobodyToRemind: if whoever must act has no account.
    """
    skp = locked(skp_id)
    if skp.status != SkpStatus.SUBMITTED.value:
        raise TransitionNotAllowed(SkpStatus(skp.status), SkpAction.APPROVE)
    day = local_date(at, skp.government.timezone)
    blocker = selectors.superior_blocker(skp, selectors.day_for(skp.year, at, skp.government.timezone))
    people_asked = _deciding(skp, at)
    text = gettext_noop("%(name)s reminds you: the plan (SKP) for %(year)s waits for your approval.")
    if blocker is not None:
        people_asked = [blocker.waits_for] if blocker.waits_for else []
        text = gettext_noop(
            "%(name)s reminds you: the plan for %(year)s can be approved only after your own."
        )
        if blocker.status == SkpStatus.SUBMITTED.value:
            text = gettext_noop(
                "%(name)s reminds you: a plan (SKP) for %(year)s waits for your approval, and others wait for it."
            )
    people_asked = [person for person in people_asked if person.user_id]
    if not people_asked:
        raise NobodyToRemind
    reminded = []
    for person in people_asked:
        url = reverse("indicators:skp-mine" if blocker is not None else "indicators:skp-approvals")
        if blocker is not None and blocker.status == SkpStatus.SUBMITTED.value:
            url = reverse("indicators:skp-approvals")
        key = f"skp-reminder:{skp.pk}:{person.pk}:{day.isoformat()}"
        params = {"year": skp.year, "name": skp.employee.full_name}
        if notify.send(person.user, text, url=url, key=key, **params) is not None:
            reminded.append(person)
    if reminded:
        record("reminded", skp, by, at=at, people=[person.pk for person in reminded])
        stamps.bump(*(f"user:{person.user_id}" for person in reminded))
    return reminded


@transaction.atomic
def close_skp(*, skp_id: int, by: Any, at: datetime) -> Skp:
    """Close a plan after its last evaluation: at year end, or when the person moves (CYC-7).

    A change that nobody decided on ends with it; what was written in it can still be read.

    :raises TransitionNotAllowed: if it is not approved.
    """
    skp = locked(skp_id)
    skp.status = next_status(SkpStatus(skp.status), SkpAction.CLOSE, is_copy=skp.is_revision).value
    revisions.end_open_revision(skp, by, at)
    move(skp, SkpAction.CLOSE, by, at)
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
    plan = opened(skp.pk)
    _require_offered(plan, supports, supports_indicator)
    result = WorkResult.objects.create(
        skp=plan,
        kind=kind,
        text=text,
        perspective=perspective,
        supports=supports,
        supports_indicator=supports_indicator,
        order=_end_of(plan.results.filter(kind=kind)),
        changed_in=next_revision(plan),
    )
    record("result_added", plan, by, result=result.pk)
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
    plan = opened(result.skp_id)
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
        record("result_changed", plan, by, result=row.pk)
    return row


@transaction.atomic
def remove_result(*, result: WorkResult, by: Any) -> None:
    """Take a planned result with its indicators out of a plan.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises ResultInUse: if a subordinate's result supports it, or entries and reports refer to it.
    """
    plan = opened(result.skp_id)
    _remove(plan, result)
    record("result_removed", plan, by, result=result.pk)


@transaction.atomic
def move_result(*, result: WorkResult, up: bool, by: Any) -> None:
    """Swap a planned result with its neighbor in the same section.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = opened(result.skp_id)
    if _move_row(plan, list(plan.results.filter(kind=result.kind)), result.pk, up):
        record("result_moved", plan, by, result=result.pk)


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
    plan = opened(result.skp_id)
    indicator = Indicator.objects.create(
        result_id=result.pk,
        text=text,
        aspect=aspect,
        target=target,
        measure=measure,
        direction=direction,
        source=source,
        order=_end_of(Indicator.objects.filter(result_id=result.pk)),
        changed_in=next_revision(plan),
    )
    record("indicator_added", plan, by, indicator=indicator.pk)
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
    plan = opened(indicator.result.skp_id)
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
        record("indicator_changed", plan, by, indicator=row.pk)
    return row


@transaction.atomic
def remove_indicator(*, indicator: Indicator, by: Any) -> None:
    """Take an indicator out of a planned result.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises ResultInUse: if entries or reports refer to it.
    """
    plan = opened(indicator.result.skp_id)
    _remove(plan, indicator)
    record("indicator_removed", plan, by, indicator=indicator.pk)


@transaction.atomic
def move_indicator(*, indicator: Indicator, up: bool, by: Any) -> None:
    """Swap an indicator with its neighbor.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = opened(indicator.result.skp_id)
    siblings = list(Indicator.objects.filter(result_id=indicator.result_id).order_by("order", "id"))
    if _move_row(plan, siblings, indicator.pk, up):
        record("indicator_moved", plan, by, indicator=indicator.pk)


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
    unknown = set(expectations) - {value.code for value in selectors.values_of(skp)}
    if unknown:
        raise ValueError(f"no such value: {sorted(unknown)}")
    plan = locked(skp.pk)
    writer = employee_of(by)
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
    now = next_revision(plan)
    for value, text in changed.items():
        BehaviorExpectation.objects.update_or_create(
            skp=plan, value=value, defaults={"expectation": text, "changed_in": now}
        )
    record("expectations_written", plan, by, values=sorted(changed))


@transaction.atomic
def add_annex_item(*, skp: Skp, kind: str, text: str, by: Any) -> AnnexItem:
    """Add a line to the annex.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = opened(skp.pk)
    item = AnnexItem.objects.create(
        skp=plan,
        kind=kind,
        text=text,
        order=_end_of(plan.annex.filter(kind=kind)),
        changed_in=next_revision(plan),
    )
    record("annex_added", plan, by, item=item.pk)
    return item


@transaction.atomic
def change_annex_item(*, item: AnnexItem, text: str, by: Any, revision: int | None = None) -> AnnexItem:
    """Rewrite a line of the annex.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    :raises PlanConflict: if it was written after the form was made.
    """
    plan = opened(item.skp_id)
    row = AnnexItem.objects.get(pk=item.pk)
    if _rewrite(plan, row, {"text": text}, revision):
        record("annex_changed", plan, by, item=row.pk)
    return row


@transaction.atomic
def remove_annex_item(*, item: AnnexItem, by: Any) -> None:
    """Take a line out of the annex.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = opened(item.skp_id)
    _remove(plan, item)
    record("annex_removed", plan, by, item=item.pk)


@transaction.atomic
def move_annex_item(*, item: AnnexItem, up: bool, by: Any) -> None:
    """Swap a line of the annex with its neighbor.

    :raises PlanNotEditable: if the plan is neither a draft nor returned.
    """
    plan = opened(item.skp_id)
    if _move_row(plan, list(plan.annex.filter(kind=item.kind)), item.pk, up):
        record("annex_moved", plan, by, item=item.pk)


# --- shared by the verbs


def _rewrite(plan: Skp, row: Any, new: Mapping[str, Any], revision: int | None) -> bool:
    """Write what differs; return whether anything did. What is there already is no conflict."""
    if all(getattr(row, name) == value for name, value in new.items()):
        return False
    if revision is not None and row.changed_in > revision:
        raise PlanConflict
    for name, value in new.items():
        setattr(row, name, value)
    row.changed_in = next_revision(plan)
    row.save()
    return True


def _remove(plan: Skp, row: Model) -> None:
    try:
        type(row)._default_manager.filter(pk=row.pk).delete()
    except ProtectedError as error:
        raise ResultInUse from error
    next_revision(plan)


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
    next_revision(plan)
    return True


def _require_offered(plan: Skp, supports: WorkResult | None, indicator: UnitIndicator | None) -> None:
    if supports is not None:
        above = supports.skp
        if above.is_revision or above.employee_id != plan.appraiser_id or above.year != plan.year:
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


def layout_of(placement: Placement) -> Layout:
    """Return the form of the plan for a post (PLN-5)."""
    return layout_for(placement.position.position_class, _heads_independent_unit(placement))


def _heads_independent_unit(placement: Placement) -> bool:
    """Return whether the post leads a unit directly below the government, such as a kecamatan."""
    unit = placement.position.unit
    return placement.position.is_head and unit.depth <= 1


def _deciding(skp: Skp, at: datetime) -> list[Employee]:
    """Return whom a plan now waits for: the appraiser, and whoever acts for them or comes next."""
    day = local_date(at, skp.government.timezone)
    return [row.employee for row in deciders_of([skp], day)[skp.pk]]


def _mandate_of(skp: Skp, by: Any, at: datetime) -> Mandate | None:
    """Return the mandate somebody decides with, if they act in a post that is not theirs (ACT-2)."""
    decider = decider_for(skp, employee_of(by), local_date(at, skp.government.timezone))
    return decider.mandate if decider else None


def _printed_name(link: Any) -> str:
    if link is None:
        return ""
    return link.appraiser.full_name if link.appraiser else link.external_name
