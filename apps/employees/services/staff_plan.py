"""What a staff list would change: the present state is loaded in bulk, and every row is compared with it.

The same comparison runs twice, at the check and while applying, so that a list checked yesterday cannot overwrite what
changed since without being noticed, and a repeated run finds nothing left to do.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from apps.accounts.models import User

from ..models import AppraiserLink, Employee, Government, Placement, Position, WorkUnit
from .staff_rows import StaffRow

LOAD_SIZE = 5000
PERSON_FIELDS = ("name", "title_before", "title_after", "status", "golongan")
T = TypeVar("T")


@dataclass
class UnitFacts:
    """A unit as it is, or as a file describes it."""

    code: str
    name: str
    kind: str
    parent_code: str | None
    pk: int | None = None


@dataclass
class PositionFacts:
    """A position of a unit."""

    unit_code: str
    title: str
    position_class: str
    level: str
    is_head: bool
    pk: int | None = None


@dataclass
class PlaceFacts:
    """The newest main placement of somebody."""

    pk: int
    unit_code: str
    position: str
    since: date
    until: date | None
    earlier_since: date | None = None


@dataclass
class PersonFacts:
    """A civil servant as recorded."""

    pk: int
    user_id: int | None
    nip: str
    name: str
    title_before: str
    title_after: str
    status: str
    golongan: str
    email: str | None
    is_active: bool
    place: PlaceFacts | None = None
    appraiser_nip: str | None = None


@dataclass
class State:
    """The part of a government that a list speaks of."""

    government: Government
    day: date
    root_code: str
    units: dict[str, UnitFacts] = field(default_factory=dict)
    positions: dict[tuple[str, str], PositionFacts] = field(default_factory=dict)
    people: dict[str, PersonFacts] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    email_owner: dict[str, str] = field(default_factory=dict)
    head_holders: dict[str, list[str]] = field(default_factory=dict)


def in_portions(items: Iterable[T], size: int = LOAD_SIZE) -> Iterator[list[T]]:
    """Yield lists of at most `size`."""
    iterator = iter(items)
    while portion := list(islice(iterator, size)):
        yield portion


def load_state(
    government: Government, day: date, *, nips: Collection[str], emails: Collection[str], with_heads: bool
) -> State:
    """Load what is known about the people with these NIP, and all units and positions, in a few queries."""
    root = WorkUnit.objects.get(government=government, parent=None)
    state = State(government, day, root.code)
    for pk, code, name, kind, parent_code in WorkUnit.objects.filter(government=government).values_list(
        "pk", "code", "name", "kind", "parent__code"
    ):
        state.units[code] = UnitFacts(code, name, kind, parent_code, pk)
    for pk, unit_code, title, position_class, level, is_head in Position.objects.filter(
        unit__government=government
    ).values_list("pk", "unit__code", "title", "position_class", "level", "is_head"):
        state.positions[unit_code, title] = PositionFacts(
            unit_code, title, position_class, level, is_head, pk
        )
    state = with_people(state, nips=nips, emails=emails)
    if with_heads:
        holders = Placement.objects.active_on(day).filter(
            is_main=True, position__is_head=True, position__unit__government=government
        )
        for unit_code, nip in holders.values_list("position__unit__code", "employee__nip"):
            state.head_holders.setdefault(unit_code, []).append(nip)
    return state


def with_people(state: State, *, nips: Collection[str], emails: Collection[str]) -> State:
    """Return a state of the same units and positions, with these people as they are now."""
    found = replace(state, people={}, elsewhere=set(), email_owner={})
    for portion in in_portions(nips):
        _load_people(found, portion)
    for portion in in_portions(emails):
        found.email_owner |= dict(User.objects.filter(email__in=portion).values_list("email", "login"))
    return found


def _load_people(state: State, nips: list[str]) -> None:
    by_pk: dict[int, PersonFacts] = {}
    found = Employee.objects.filter(nip__in=nips).values_list(
        "pk", "user_id", "nip", *PERSON_FIELDS, "user__email", "is_active", "government_id"
    )
    for *facts, government_id in found:
        person = PersonFacts(*facts)
        if government_id != state.government.pk:
            state.elsewhere.add(person.nip)
        else:
            state.people[person.nip] = by_pk[person.pk] = person
    employed = set(state.people) | state.elsewhere
    # Somebody who signs in by this NIP without being a civil servant of ours: never taken over silently.
    state.elsewhere |= set(User.objects.filter(login__in=nips).values_list("login", flat=True)) - employed
    placements = Placement.objects.filter(employee__in=by_pk, is_main=True).order_by("employee_id", "period")
    for pk, employee_id, unit_code, title, period in placements.values_list(
        "pk", "employee_id", "position__unit__code", "position__title", "period"
    ):
        person = by_pk[employee_id]
        earlier = person.place.since if person.place else None
        person.place = PlaceFacts(pk, unit_code, title, period.lower or date.min, period.upper, earlier)
    links = AppraiserLink.objects.active_on(state.day).filter(employee__in=by_pk, appraiser__isnull=False)
    for employee_id, nip in links.values_list("employee_id", "appraiser__nip"):
        by_pk[employee_id].appraiser_nip = nip


# --- the units of a file ----------------------------------------------------------------------------------------------


def units_of_file(rows: Iterable[StaffRow], state: State) -> dict[str, UnitFacts]:
    """Return the units the rows describe, as they will be; refuses rows that contradict or lack something.

    The first row that says something about a unit counts; a row that says something else is refused.
    """
    said: dict[str, UnitFacts] = {}
    mentions: dict[str, list[StaffRow]] = {}
    for row in rows:
        values = row.values
        code = values.get("unit_code")
        if not code:
            continue
        mentions.setdefault(code, []).append(row)
        facts = said.setdefault(code, UnitFacts(code, "", "", None))
        for attribute, column in (
            ("name", "unit_name"),
            ("kind", "unit_kind"),
            ("parent_code", "parent_code"),
        ):
            value = values.get(column)
            if not value:
                continue
            before = getattr(facts, attribute)
            if before and before != value:
                row.refuse(column, "unit_contradicts", unit=code, first=before, shown=value)
            else:
                setattr(facts, attribute, value)
        if not facts.kind and values.get("guessed_kind") and code not in state.units:
            facts.kind = values["guessed_kind"]
    for code, facts in said.items():
        present = state.units.get(code)
        if present is not None:
            is_root = present.parent_code is None
            facts.name = facts.name or present.name
            facts.kind = facts.kind or present.kind
            facts.parent_code = None if is_root else facts.parent_code or present.parent_code
            facts.pk = present.pk
        else:
            facts.parent_code = facts.parent_code or state.root_code
    for code, facts in said.items():
        for problem in _unit_problems(code, facts, said, state):
            for row in mentions[code]:
                row.refuse(*problem[:2], **problem[2])
    return said


def _unit_problems(
    code: str, facts: UnitFacts, said: dict[str, UnitFacts], state: State
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if not facts.name:
        yield "unit_name", "unit_name_missing", {"unit": code}
    if facts.name and not facts.kind:
        yield "unit_kind", "unit_kind_missing", {"unit": code}
    parent = facts.parent_code
    if parent is not None and parent not in said and parent not in state.units:
        yield "parent_code", "parent_unknown", {"unit": code, "parent": parent}
        return
    seen = {code}
    while parent is not None:
        if parent in seen:
            yield "parent_code", "unit_circle", {"unit": code, "parent": facts.parent_code}
            return
        seen.add(parent)
        above = said.get(parent) or state.units.get(parent)
        parent = above.parent_code if above else None


def post_of(row: StaffRow) -> tuple[str, str]:
    """Return the unit and the title of the post that a good row names."""
    return row.values["unit_code"], row.values["position"]


def positions_of_file(rows: Iterable[StaffRow], state: State) -> dict[tuple[str, str], PositionFacts]:
    """Return the positions the rows describe, as they will be; refuses rows that contradict an earlier one."""
    said: dict[tuple[str, str], PositionFacts] = {}
    for row in rows:
        values = row.values
        if not row.is_good:
            continue
        key = post_of(row)
        present = state.positions.get(key)
        facts = said.get(key)
        if facts is None:
            facts = replace(present) if present else PositionFacts(*key, "", "", False)
            if values.get("position_class"):
                facts.position_class = values["position_class"]
            facts.level = values.get("level", facts.level)
            facts.is_head = values.get("is_head", facts.is_head)
            if not facts.position_class:
                row.refuse("position_class", "class_missing")
                continue
            said[key] = facts
            continue
        if values.get("position_class", facts.position_class) != facts.position_class:
            row.refuse("position_class", "position_contradicts", first=facts.position_class)
        elif values.get("is_head", facts.is_head) != facts.is_head:
            row.refuse("is_head", "head_twice" if values.get("is_head") else "position_contradicts", first="")
    return said


def refuse_second_heads(rows: Iterable[StaffRow], state: State) -> None:
    """Refuse rows that would give a unit a second head: two in the file, or one who stays where they are."""
    rows = list(rows)
    by_nip = {row.values["nip"]: row for row in rows if row.is_good}
    first_head: dict[str, StaffRow] = {}
    for row in rows:
        if not row.is_good or not row.values.get("is_head"):
            continue
        unit = row.values["unit_code"]
        if unit in first_head:
            row.refuse("is_head", "head_twice", first=first_head[unit].number)
            continue
        first_head[unit] = row
        own = {row.values["nip"], row.values.get("old_nip")}
        for nip in state.head_holders.get(unit, []):
            listed = by_nip.get(nip)
            leaves = listed is not None and (
                listed.values["unit_code"] != unit or not listed.values.get("is_head", False)
            )
            if nip not in own and not leaves:
                row.refuse("is_head", "head_taken", unit=unit)
                break


# --- one person ---


@dataclass
class Comparison:
    """What a row would do to one person."""

    person: PersonFacts | None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    problems: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    starts: date | None = None

    @property
    def effect(self) -> str:
        """The word stored with the row."""
        if self.problems:
            return ""
        if self.person is None:
            return "new"
        return "changed" if self.changes else "unchanged"


def compare(values: dict[str, Any], state: State) -> Comparison:
    """Compare clean values with the recorded person. The post's own properties are compared elsewhere."""
    nip = values["nip"]
    if nip in state.elsewhere:
        return Comparison(None, problems=[("nip", "nip_elsewhere", {})])
    person = state.people.get(nip)
    old_nip = values.get("old_nip")
    if old_nip and old_nip != nip:
        earlier = state.people.get(old_nip)
        if earlier is not None and person is not None:
            return Comparison(None, problems=[("old_nip", "nip_both_known", {})])
        person = person or earlier
    result = Comparison(person)
    email = values.get("email")
    owner = state.email_owner.get(email) if email else None
    if owner is not None and owner not in {nip, person.nip if person else nip}:
        result.problems.append(("email", "email_taken", {}))
    since = date.fromisoformat(values["since"]) if values.get("since") else None
    if person is None:
        result.starts = since or state.day
        return result
    if person.nip != nip:
        result.changes["nip"] = [person.nip, nip]
    for name in PERSON_FIELDS:
        if name in values and values[name] != getattr(person, name):
            result.changes[name] = [getattr(person, name), values[name]]
    if email and email != person.email:
        result.changes["email"] = [person.email or "", email]
    if not person.is_active:
        result.changes["is_active"] = [False, True]
    _compare_place(values, since, state, result)
    appraiser = values.get("appraiser_nip")
    if appraiser and appraiser != person.appraiser_nip:
        result.changes["appraiser_nip"] = [person.appraiser_nip or "", appraiser]
    return result


def _compare_place(values: dict[str, Any], since: date | None, state: State, result: Comparison) -> None:
    assert result.person is not None
    place = result.person.place
    target = (values["unit_code"], values["position"])
    if place is None or (place.until is not None and place.until <= (since or state.day)):
        result.starts = since or state.day
        before = ("", "")
    elif (place.unit_code, place.position) == target:
        if since is None or since == place.since:
            return
        if place.earlier_since is not None and since <= place.earlier_since:
            result.problems.append(("since", "since_too_early", {"earlier": place.earlier_since.isoformat()}))
        result.changes["since"] = [place.since.isoformat(), since.isoformat()]
        result.starts = since
        return
    else:
        result.starts = since or state.day
        before = (place.unit_code, place.position)
        if result.starts < place.since:
            result.problems.append(("since", "since_too_early", {"earlier": place.since.isoformat()}))
    if before[0] != target[0]:
        result.changes["unit_code"] = [before[0], target[0]]
    if before[1] != target[1] or before[0] != target[0]:
        result.changes["position"] = [before[1], target[1]]
