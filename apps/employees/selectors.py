"""Questions about people and units, always asked with a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Length

from apps.core.compiled import PersonQuestion, Question, one_of
from apps.core.localtime import today

from .labels import AWAY_STATES, Role, full_name
from .models import (
    AppraiserLink,
    Employee,
    Government,
    Mandate,
    Placement,
    Position,
    RecordView,
    RoleAssignment,
    ServiceState,
    SupervisionLoan,
    SupervisorCorrection,
    UnitHelper,
    WorkUnit,
)
from .rules.nip import clean_nip

DIRECTORY_LIMIT = 10
DIRECTORY_MINIMUM = 3


def placement_on(employee: Employee, day: date) -> Placement | None:
    """Return the main placement of a day, with position and unit."""
    return (
        Placement.objects.active_on(day)
        .filter(employee=employee, is_main=True)
        .select_related("position__unit__government")
        .first()
    )


def appraiser_link_on(employee: Employee, day: date) -> AppraiserLink | None:
    """Return who appraises an employee on a day."""
    return (
        AppraiserLink.objects.active_on(day)
        .filter(employee=employee)
        .select_related("appraiser__user")
        .first()
    )


def appraiser_on(employee: Employee, day: date) -> Employee | None:
    """Return the appraiser of a day; None if there is none, or an elected official without NIP."""
    link = appraiser_link_on(employee, day)
    return link.appraiser if link else None


def loan_on(employee: Employee, day: date) -> SupervisionLoan | None:
    """Return the loan by which somebody else than the appraiser supervises an employee on a day."""
    return (
        SupervisionLoan.objects.active_on(day)
        .filter(employee=employee)
        .select_related("holder__user", "lender__user")
        .first()
    )


def supervises(user: Any, day: date) -> bool:
    """Tell whether somebody supervises anybody on a day, as an appraiser or on loan."""
    return Employee.objects.supervised_by(user, on=day).exists()


def loans_of(employees: Iterable[int], day: date) -> dict[int, SupervisionLoan]:
    """Return the loans that count on a day by employee, in one query."""
    loans = SupervisionLoan.objects.active_on(day).filter(employee__in=set(employees))
    return {loan.employee_id: loan for loan in loans.select_related("holder", "lender")}


def supervisor_of(employee: Employee, day: date) -> Employee | None:
    """Return who supervises an employee on a day: the holder of a running loan, else the appraiser."""
    loan = loan_on(employee, day)
    return loan.holder if loan is not None else appraiser_on(employee, day)


def head_on(unit: WorkUnit, day: date) -> Employee | None:
    """Return who leads a unit on a day: the holder of the head's post, else who has a mandate for it."""
    position = Position.objects.filter(unit=unit, is_head=True).first()
    if position is None:
        return None
    placement = (
        Placement.objects.active_on(day).filter(position=position).select_related("employee__user").first()
    )
    if placement is not None:
        return placement.employee
    mandate = position.mandates.active_on(day).select_related("holder__user").first()
    return mandate.holder if mandate else None


def heads_unit(employee: Employee, day: date) -> WorkUnit | None:
    """Return the unit whose head's post the employee holds on a day."""
    placement = placement_on(employee, day)
    return placement.position.unit if placement and placement.position.is_head else None


def employee_of(user: Any) -> Employee | None:
    """Return the civil servant behind a user; None for outside auditors and operators."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Employee.objects.select_related("government").filter(user=user).first()


def government_of(user: Any) -> Government | None:
    """Return the one government a user belongs to: by employment, else by role."""
    employee = employee_of(user)
    if employee is not None:
        return employee.government
    if not getattr(user, "is_authenticated", False):
        return None
    assignment = (
        RoleAssignment.objects.filter(user=user)
        .select_related("unit__government")
        .order_by("-period")
        .first()
    )
    return assignment.unit.government if assignment else None


def roles_of(user: Any, day: date) -> frozenset[str]:
    """Return the names of the roles a user has anywhere on a day."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    return frozenset(RoleAssignment.objects.active_on(day).filter(user=user).values_list("role", flat=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """What gives somebody a say on a day: units they lead, people they supervise, roles; and where they belong."""

    employee_id: int | None
    government_id: int | None
    timezone: str
    led: tuple[int, ...]
    supervises: bool
    roles: frozenset[str]


def standing_of(user: Any, day: date) -> Standing:
    """Return what gives a user a say on a day, in one query; of the querysets' own rules.

    It is for whoever asks on each look whether a page opens. Somebody without employment belongs to the government of
    a role, past ones too.
    """
    rows = _STANDING.rows(user, day) if getattr(user, "is_authenticated", False) else []
    if not rows:
        return Standing(None, None, "", (), False, frozenset())
    employee, government, zone, led, supervises_some, roles = rows[0]
    if employee is None and (found := government_of(user)) is not None:
        government, zone = found.pk, found.timezone
    return Standing(employee, government, zone or "", tuple(led), supervises_some, frozenset(roles))


def _standing(user: Any, day: date) -> QuerySet[Any, Any]:
    own = Employee.objects.filter(user=OuterRef("pk"))
    return (
        get_user_model()
        .objects.filter(pk=user.pk)
        .annotate(
            own_pk=Subquery(own.values("pk")),
            own_government=Subquery(own.values("government")),
            own_zone=Subquery(own.values("government__timezone")),
            led=ArraySubquery(WorkUnit.objects.led_by(user, on=day).order_by("pk").values("pk")),
            supervises_some=Exists(Employee.objects.supervised_by(user, on=day)),
            roles=ArraySubquery(
                RoleAssignment.objects.active_on(day).filter(user=user).order_by().values("role")
            ),
        )
        .values_list("own_pk", "own_government", "own_zone", "led", "supervises_some", "roles")
    )


_STANDING = PersonQuestion(_standing)


def with_place(employees: QuerySet[Employee], day: date) -> QuerySet[Employee]:
    """Add `current_places` and `current_links` of a day, in two more queries for the whole list."""
    places = Placement.objects.active_on(day).filter(is_main=True).select_related("position__unit")
    links = AppraiserLink.objects.active_on(day).select_related("appraiser")
    return employees.prefetch_related(
        Prefetch("placements", queryset=places, to_attr="current_places"),
        Prefetch("appraiser_links", queryset=links, to_attr="current_links"),
    )


def search(employees: QuerySet[Employee], text: str) -> QuerySet[Employee]:
    """Return those whose name holds every word, or whose NIP begins with the digits."""
    digits = clean_nip(text)
    if digits.isdigit() and len(digits) >= 4:
        return employees.filter(nip__startswith=digits)
    for word in text.split():
        employees = employees.filter(name__icontains=word)
    return employees


def directory(government: Government, text: str, day: date) -> list[Employee]:
    """Return a few colleagues for naming somebody: name, position and unit, which colleagues know of each other.

    At least three characters, at most ten answers, only the own government, and no NIP in the answer.
    """
    if len(text.strip()) < DIRECTORY_MINIMUM:
        return []
    people = Employee.objects.filter(government=government, is_active=True)
    return list(with_place(search(people, text).order_by("name", "id"), day)[:DIRECTORY_LIMIT])


def without_appraiser(employees: QuerySet[Employee], day: date) -> QuerySet[Employee]:
    """Return those for whom nobody is recorded as appraiser on a day."""
    links = AppraiserLink.objects.active_on(day).filter(employee=OuterRef("pk"))
    return employees.filter(~Exists(links), is_active=True)


def personnel_officers_for(employee: Employee, day: date) -> list[Any]:
    """Return the users who are personnel officers for somebody's unit or one above it."""
    placement = placement_on(employee, day)
    units = WorkUnit.objects.filter(government=employee.government)
    if placement is None:
        units = units.filter(parent__isnull=True)
    else:
        own = placement.position.unit
        units = units.filter(pk__in=[int(pk) for pk in own.path.strip("/").split("/")])
    assignments = RoleAssignment.objects.active_on(day).filter(
        role=Role.PERSONNEL_OFFICER.value, unit__in=units
    )
    return list(
        {assignment.user_id: assignment.user for assignment in assignments.select_related("user")}.values()
    )


def unit_tree(units: QuerySet[WorkUnit], day: date) -> list[WorkUnit]:
    """Return units in tree order with `head_name`, `staff_count` and `tree_step` (0 to 5)."""
    holders = Placement.objects.active_on(day).select_related("employee")
    heads = Position.objects.filter(is_head=True).prefetch_related(
        Prefetch("placements", queryset=holders, to_attr="holders")
    )
    staff = Count(
        "positions__placements",
        filter=Q(positions__placements__is_main=True, positions__placements__period__contains=day),
    )
    rows = list(
        units.annotate(staff_count=staff).prefetch_related(
            Prefetch("positions", queryset=heads, to_attr="head_posts")
        )
    )
    shown = {unit.pk for unit in rows}
    children: dict[int | None, list[WorkUnit]] = {}
    for unit in rows:
        children.setdefault(unit.parent_id if unit.parent_id in shown else None, []).append(unit)
    ordered: list[WorkUnit] = []
    stack = [(0, unit) for unit in sorted(children.get(None, []), key=lambda u: u.name, reverse=True)]
    while stack:
        level, unit = stack.pop()
        names = [holder.employee.full_name for post in unit.head_posts for holder in post.holders]  # type: ignore[attr-defined]
        unit.head_name = names[0] if names else ""  # type: ignore[attr-defined]
        unit.tree_step = min(level, 5)  # type: ignore[attr-defined]
        ordered.append(unit)
        below = sorted(children.get(unit.pk, []), key=lambda u: u.name, reverse=True)
        stack += [(level + 1, child) for child in below]
    return ordered


def derive_appraisers(
    government: Government, day: date, *, listed: set[int], below_units: set[str]
) -> dict[int, int]:
    """Return who should appraise whom by the tree, for the listed people and all below the named units.

    The same answer as `services.organization.derived_appraiser`, for many people in three queries.
    """
    units = {unit.pk: unit for unit in WorkUnit.objects.filter(government=government)}
    roots = tuple(unit.path for unit in units.values() if unit.code in below_units)
    acting = Mandate.objects.active_on(day).filter(
        position__is_head=True, position__unit__government=government
    )
    placements = Placement.objects.active_on(day).filter(is_main=True, employee__government=government)
    placed = list(placements.values_list("pk", "employee_id", "position__unit_id", "position__is_head"))
    # Who holds the post comes before who acts in it.
    heads: dict[int, int] = dict(acting.order_by("-pk").values_list("position__unit_id", "holder_id"))
    holders = sorted((row for row in placed if row[3]), reverse=True)
    heads |= {unit_id: employee_id for _pk, employee_id, unit_id, _is_head in holders}
    found: dict[int, int] = {}
    for _pk, employee_id, unit_id, _is_head in placed:
        if employee_id not in listed and not (roots and units[unit_id].path.startswith(roots)):
            continue
        unit: WorkUnit | None = units[unit_id]
        while unit is not None:
            head = heads.get(unit.pk)
            if head is not None and head != employee_id:
                found[employee_id] = head
                break
            unit = units.get(unit.parent_id) if unit.parent_id else None
    return found


def superiors_upward(employee: Employee, day: date, *, unit: WorkUnit | None = None) -> list[Employee]:
    """Return who is above somebody on a day, the nearest first; it ends at the top, or below an elected official.

    The recorded line counts, and the tree where none is recorded (ORGT-1). Whoever has left has no line of their own
    any more: then the tree goes on from the last known unit, `unit` for the first of them.
    """
    chain: list[Employee] = []
    seen = {employee.pk}
    current = employee
    while True:
        placement = placement_on(current, day)
        unit = placement.position.unit if placement is not None else unit
        link = appraiser_link_on(current, day)
        above = link.appraiser if link is not None else _head_from(unit, seen, day)
        if above is None or above.pk in seen:
            return chain
        chain.append(above)
        seen.add(above.pk)
        current = above


def _head_from(unit: WorkUnit | None, seen: set[int], day: date) -> Employee | None:
    while unit is not None:
        head = head_on(unit, day)
        if head is not None and head.pk not in seen:
            return head
        unit = unit.parent
    return None


def present_on(employees: Iterable[int], day: date) -> set[int]:
    """Return who of some civil servants is in service on a day: active, with a post, and not away (ACT-1)."""
    placed = Placement.objects.active_on(day).filter(
        employee__in=set(employees), employee__is_active=True, is_main=True
    )
    away = ServiceState.objects.active_on(day).filter(kind__in=AWAY_STATES, employee__in=set(employees))
    return set(placed.values_list("employee", flat=True)) - set(away.values_list("employee", flat=True))


# --- the list of people


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person in the list, with place and supervisor of a day; `supervisor` is None where none is recorded."""

    pk: int
    name: str
    full_name: str
    nip: str
    position: str
    unit: str
    supervisor: str | None


def listed_people(
    user: Any,
    day: date,
    *,
    text: str = "",
    unit: WorkUnit | None = None,
    without_supervisor: bool = False,
    start: int = 0,
    most: int,
) -> tuple[int, list[ListedPerson]]:
    """Return how many active people a user sees, and some of them by name; in two queries.

    Behind the last of them there are no rows, and nothing says how many there are.
    """
    if text or unit or without_supervisor:
        employees = Employee.objects.visible_to(user).filter(is_active=True)
        if text:
            employees = search(employees, text)
        if unit is not None:
            inside = Placement.objects.active_on(day).filter(
                is_main=True, position__unit__path__startswith=unit.path
            )
            employees = employees.filter(pk__in=inside.values("employee"))
        if without_supervisor:
            employees = without_appraiser(employees, day)
        rows = list(_by_name(employees)[start : start + most])
    else:
        rows = _EVERYBODY.rows(user, today(), start=start, most=most)
    around = {row[0]: row[1:] for row in reversed(_AROUND.ask(day, [row[0] for row in rows]))}
    return rows[0][1] if rows else 0, [_listed(row, around[row[0]]) for row in rows]


def _by_name(employees: QuerySet[Employee]) -> QuerySet[Employee, Any]:
    return (
        employees.annotate(how_many=Window(Count("*")))
        .order_by("name", "id")
        .values_list("pk", "how_many", "title_before", "name", "title_after", "nip")
    )


_EVERYBODY = PersonQuestion(
    lambda user, day: _by_name(Employee.objects.visible_to(user, on=day).filter(is_active=True))
)


def _around(day: date, listed: list[int]) -> QuerySet[Employee, Any]:
    return (
        Employee.objects.filter(pk__in=one_of(listed))
        .annotate(
            place=FilteredRelation(
                "placements",
                condition=Q(placements__is_main=True, placements__period__contains=day),
            ),
            link=FilteredRelation("appraiser_links", condition=Q(appraiser_links__period__contains=day)),
        )
        .order_by("pk", "place__pk", "link__pk")
        .values_list(
            "pk",
            "place__position__title",
            "place__position__unit__name",
            "link__pk",
            "link__external_name",
            "link__appraiser__title_before",
            "link__appraiser__name",
            "link__appraiser__title_after",
        )
    )


_AROUND = Question(_around, date, list)


def _listed(row: tuple[Any, ...], around: tuple[Any, ...]) -> ListedPerson:
    pk, _how_many, before, name, after, nip = row
    position, unit, link, external, *appraiser = around
    supervisor = None
    if link is not None:
        # An elected official appraises without being on record.
        supervisor = full_name(*appraiser) if appraiser[1] is not None else external
    return ListedPerson(pk, name, full_name(before, name, after), nip, position or "", unit or "", supervisor)


def open_corrections(user: Any, day: date) -> int:
    """Return how many requests about a wrong supervisor wait for a user, or were asked by them."""
    return len(_CORRECTIONS.rows(user, day))


_CORRECTIONS = PersonQuestion(
    lambda user, day: SupervisorCorrection.objects.visible_to(user, on=day).open().values_list("pk")
)


# --- the helper of a unit, and who opened a record


def helper_for(user: Any, day: date) -> UnitHelper | None:
    """Return who helps a civil servant with this application: of the own unit, else of the nearest one above."""
    own = Placement.objects.active_on(day).filter(
        employee__user=user, is_main=True, position__unit__path__startswith=OuterRef("unit__path")
    )
    return (
        UnitHelper.objects.active_on(day)
        .filter(Exists(own), employee__is_active=True)
        .select_related("employee", "unit")
        .order_by(Length("unit__path").desc(), "pk")
        .first()
    )


def with_helper(units: QuerySet[WorkUnit], day: date) -> QuerySet[WorkUnit]:
    """Add `current_helpers` of a day, in one more query for the whole list."""
    helpers = UnitHelper.objects.active_on(day).select_related("employee")
    return units.prefetch_related(Prefetch("helpers", queryset=helpers, to_attr="current_helpers"))


def offices_of_viewers(views: Iterable[RecordView]) -> dict[int, list[str]]:
    """Return, by view, in which capacity its viewer was there on that day: post with unit, and roles with unit."""
    views = list(views)
    users = {view.viewer_id for view in views}
    places = list(
        Placement.objects.filter(employee__user__in=users, is_main=True)
        .select_related("employee", "position__unit")
        .order_by("pk")
    )
    roles = list(RoleAssignment.objects.filter(user__in=users).select_related("unit").order_by("pk"))
    found: dict[int, list[str]] = {}
    for view in views:
        day = view.at.date()
        found[view.pk] = [
            f"{place.position.title}, {place.position.unit.name}"
            for place in places
            if place.employee.user_id == view.viewer_id and _covers(place.period, day)
        ] + [
            f"{role.get_role_display()}, {role.unit.name}"
            for role in roles
            if role.user_id == view.viewer_id and _covers(role.period, day)
        ]
    return found


def _covers(period: Any, day: date) -> bool:
    return (period.lower is None or period.lower <= day) and (period.upper is None or day < period.upper)
