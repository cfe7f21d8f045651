"""Staff lists: check first, apply later. Nothing changes before `apply_batch`; a repeated import finds nothing to do.

Checking is set-based: the file is read once, the present state is loaded in a few queries, and rows are compared in
memory. Applying goes in portions, each one transaction; whatever was applied stays applied when the worker is killed,
and the next run continues behind it (`ImportRow.applied`).
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Protocol

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.core import audit, files, stamps
from apps.core.actors import account_behind
from apps.core.copying import copy_rows, next_ids
from apps.core.localtime import local_date
from apps.core.models import AuditEntry
from apps.core.sheets import reading
from apps.core.sheets.reading import SheetRefused, read_table

from .. import selectors
from ..labels import ImportStatus, LinkSource
from ..models import (
    AppraiserLink,
    Employee,
    Government,
    ImportBatch,
    ImportRow,
    Placement,
    Position,
    WorkUnit,
)
from . import organization, staff_plan
from .staff_plan import Comparison, PersonFacts, State, in_portions
from .staff_rows import COLUMNS, REQUIRED, StaffRow, clean_row

PORTION = 500
DERIVED, IMPORTED = LinkSource("derived"), LinkSource("imported")
CHECKED, APPLYING = ImportStatus("checked").value, ImportStatus("applying").value
APPLIED, REFUSED = ImportStatus("applied").value, ImportStatus("refused").value
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class NotApplicable(Exception):
    """Raised when a batch cannot be applied: it was refused as a whole, or is already applied."""


class ProgressLike(Protocol):
    """What a job's progress offers."""

    def total(self, steps: int) -> None:
        """Say how much there is to do."""

    def advance(self, steps: int = 1) -> None:
        """Say that more is done."""


class _Silent:
    def total(self, steps: int) -> None:
        """Do nothing."""

    def advance(self, steps: int = 1) -> None:
        """Do nothing."""


# --- check ------------------------------------------------------------------------------------------------------------


def check_file(
    *, government: Government, content: bytes, file_name: str, by: Any, at: datetime
) -> ImportBatch:
    """Read a staff list and say row by row what it would do. Nobody and nothing changes.

    A file that cannot be used at all gives a batch with status `refused` and the reason in `refusal`.
    """
    day = local_date(at, government.timezone)
    try:
        table = read_table(content, file_name, aliases=COLUMNS, required=REQUIRED)
        titles = {column.name: column.title for column in table.columns if column.known}
        rows = [clean_row(row, titles) for row in table.rows]
        if not rows:
            raise reading.EmptyFile
    except SheetRefused as refusal:
        return _refused(government, file_name, refusal, by=by, at=at)
    order = list(COLUMNS)
    warnings = [{"code": warning.code, "params": dict(warning.params)} for warning in table.warnings]
    _refuse_repetitions(rows)
    state = staff_plan.load_state(
        government, day, nips=_nips_of(rows), emails=_of(rows, "email"), with_heads=True
    )
    units = staff_plan.units_of_file(rows, state)
    positions = staff_plan.positions_of_file(rows, state)
    staff_plan.refuse_second_heads(rows, state)
    comparisons = _compare_all(rows, state)
    for row in rows:
        row.problems.sort(key=lambda problem: order.index(problem["column"]))
    _add_unit_and_position_changes(rows, comparisons, units, positions, state)
    return _store(government, content, file_name, rows, comparisons, units, state, warnings, by=by, at=at)


def _refused(
    government: Government, file_name: str, refusal: SheetRefused, *, by: Any, at: datetime
) -> ImportBatch:
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            government=government,
            file_name=file_name[:200],
            uploaded_by=account_behind(by),
            uploaded_at=at,
            status=REFUSED,
            refusal={"code": refusal.code, "params": _plain(refusal.params)},
        )
        audit.record(
            "employees.import.refused", target=batch, by=by, scope=government.code, code=refusal.code, at=at
        )
    return batch


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, str | int | float | list | bool | None) else str(value)
        for key, value in params.items()
    }


def _of(rows: Iterable[StaffRow], name: str) -> set[str]:
    return {row.values[name] for row in rows if row.values.get(name)}


def _nips_of(rows: list[StaffRow]) -> set[str]:
    return _of(rows, "nip") | _of(rows, "old_nip") | _of(rows, "appraiser_nip")


def _refuse_repetitions(rows: list[StaffRow]) -> None:
    for column, code in (("nip", "nip_twice"), ("old_nip", "nip_twice"), ("email", "email_twice")):
        first: dict[str, int] = {}
        for row in rows:
            value = row.values.get(column)
            if not value:
                continue
            if value in first:
                row.refuse(column, code, first=first[value])
            else:
                first[value] = row.number


def _compare_all(rows: list[StaffRow], state: State) -> dict[int, Comparison]:
    in_file = _of(rows, "nip")
    comparisons: dict[int, Comparison] = {}
    for row in rows:
        if not row.is_good:
            continue
        appraiser = row.values.get("appraiser_nip")
        if appraiser and appraiser not in in_file and appraiser not in state.people:
            # The same words for nobody and for somebody of another government.
            row.refuse("appraiser_nip", "appraiser_unknown")
            continue
        result = staff_plan.compare(row.values, state)
        for column, code, params in result.problems:
            row.refuse(column, code, **params)
        if row.is_good:
            comparisons[row.number] = result
    good_nips = {row.values["nip"] for row in rows if row.is_good}
    for row in rows:
        appraiser = row.values.get("appraiser_nip")
        if row.is_good and appraiser and appraiser not in good_nips and appraiser not in state.people:
            row.note("appraiser_nip", "appraiser_row_bad")
            comparisons[row.number].changes.pop("appraiser_nip", None)
    return comparisons


def _add_unit_and_position_changes(
    rows: list[StaffRow],
    comparisons: dict[int, Comparison],
    units: dict[str, staff_plan.UnitFacts],
    positions: dict[tuple[str, str], staff_plan.PositionFacts],
    state: State,
) -> None:
    """Show a change of a unit or a post once, at the first good row that speaks of it."""
    shown: set[Any] = set()
    for row in rows:
        result = comparisons.get(row.number)
        if result is None:
            continue
        code = row.values["unit_code"]
        key = (code, row.values["position"])
        for mark, before, after, names in (
            (code, state.units.get(code), units.get(code), ("name", "kind", "parent_code")),
            (key, state.positions.get(key), positions.get(key), ("position_class", "level", "is_head")),
        ):
            if mark in shown or before is None or after is None:
                continue
            shown.add(mark)
            for name in names:
                old, new = getattr(before, name), getattr(after, name)
                if old != new:
                    label = f"unit_{name}" if isinstance(mark, str) and name != "parent_code" else name
                    result.changes[label] = [old, new]


def _store(
    government: Government,
    content: bytes,
    file_name: str,
    rows: list[StaffRow],
    comparisons: dict[int, Comparison],
    units: dict[str, staff_plan.UnitFacts],
    state: State,
    warnings: list[dict[str, Any]],
    *,
    by: Any,
    at: datetime,
) -> ImportBatch:
    effects = {number: result.effect for number, result in comparisons.items()}
    wanted = {row.values["unit_code"] for row in rows if row.is_good}
    counts = {
        word: sum(effect == word for effect in effects.values()) for word in ("new", "changed", "unchanged")
    }
    summary = {
        "rows": len(rows),
        "good": len(effects),
        "bad": len(rows) - len(effects),
        **counts,
        "units_new": sum(code not in state.units for code in _with_parents(wanted, units)),
        "warnings": warnings,
        "columns": sorted({name for row in rows[:1] for name in row.raw}, key=list(COLUMNS).index),
    }
    suffix = file_name.rsplit(".", 1)[-1].lower()
    stored = files.store(content, TYPES.get(suffix, "application/octet-stream"))
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            government=government,
            file=stored,
            file_name=file_name[:200],
            uploaded_by=account_behind(by),
            uploaded_at=at,
            status=CHECKED,
            summary=summary,
        )
        copy_rows(
            ImportRow,
            ["batch_id", "row_number", "values", "problems", "effect", "changes"],
            (
                (
                    batch.pk,
                    row.number,
                    row.values if row.number in effects else {**row.values, "raw": row.raw},
                    row.problems,
                    effects.get(row.number, ""),
                    comparisons[row.number].changes if row.number in effects else {},
                )
                for row in rows
            ),
        )
        audit.record(
            "employees.import.checked",
            target=batch,
            by=by,
            scope=government.code,
            at=at,
            file=stored.sha256,
            **{key: summary[key] for key in ("rows", "good", "bad", "new", "changed", "unchanged")},
        )
    return batch


def _with_parents(codes: Iterable[str], units: dict[str, staff_plan.UnitFacts]) -> set[str]:
    """Return the codes and all units of the file above them."""
    found: set[str] = set()
    for start in codes:
        code: str | None = start
        while code is not None and code in units and code not in found:
            found.add(code)
            code = units[code].parent_code
    return found


# --- apply ------------------------------------------------------------------------------------------------------------


def apply_batch(
    *, batch_id: int, by: Any, at: datetime, progress: ProgressLike | None = None
) -> dict[str, int]:
    """Apply the good rows of a checked batch and return the counts. Safe to call again after an interruption.

    :raises NotApplicable: if the file was refused as a whole.
    """
    report = progress or _Silent()
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update(of=("self",)).select_related("government").get(pk=batch_id)
        )
        if batch.status == REFUSED:
            raise NotApplicable
        if batch.status == APPLIED:
            return _counts(batch)
        batch.status = APPLYING
        batch.save(update_fields=["status"])
    work = batch.rows.filter(effect__in=["new", "changed"])
    left = work.filter(applied=False).count()
    report.total(left + 1)
    # What changes a unit or a post must be known before and after a restart, so it is derived from all rows.
    day = local_date(at, batch.government.timezone)
    _apply_units_and_positions(batch, by=by)
    # Units and posts are read once; what somebody changes in them meanwhile is refused by the database.
    state = staff_plan.load_state(batch.government, day, nips=(), emails=(), with_heads=False)
    last = 0
    while portion := _apply_portion(batch, state, last, by=by, at=at):
        count, last = portion
        report.advance(count)
    _apply_appraisers(batch, day, by=by)
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update(of=("self",)).select_related("government").get(pk=batch_id)
        )
        if batch.status != APPLIED:
            batch.status = APPLIED
            batch.applied_at = at
            batch.save(update_fields=["status", "applied_at"])
            audit.record(
                "employees.import.applied",
                target=batch,
                by=by,
                scope=batch.government.code,
                at=at,
                **_counts(batch),
            )
    report.advance()
    return _counts(batch)


def _counts(batch: ImportBatch) -> dict[str, int]:
    rows = batch.rows
    return {
        "new": rows.filter(applied=True, effect="new").count(),
        "changed": rows.filter(applied=True, effect="changed").count(),
        "unchanged": rows.filter(effect="unchanged").count(),
        "bad": rows.filter(effect="").count(),
    }


def _staff_rows(queryset: Any) -> list[StaffRow]:
    return [StaffRow(number, values) for number, values in queryset.values_list("row_number", "values")]


@transaction.atomic
def _apply_units_and_positions(batch: ImportBatch, *, by: Any) -> None:
    """Create and change the units and posts of the good rows, parents first whatever the order of the rows."""
    rows = _staff_rows(batch.rows.exclude(effect="").order_by("row_number"))
    everything = _staff_rows(batch.rows.order_by("row_number"))
    state = staff_plan.load_state(batch.government, date.min, nips=(), emails=(), with_heads=False)
    units = staff_plan.units_of_file(everything, state)
    wanted = _with_parents({row.values["unit_code"] for row in rows}, units)
    present = {unit.pk: unit for unit in WorkUnit.objects.filter(government=batch.government)}
    by_code = {unit.code: unit for unit in present.values()}
    waiting = sorted(wanted)
    while waiting:
        later, fresh = [], []
        for code in waiting:
            facts = units[code]
            if facts.parent_code is not None and facts.parent_code not in by_code:
                later.append(code)
            elif code in by_code:
                _change_unit(batch, facts, by_code, by=by)
            else:
                parent = by_code[facts.parent_code] if facts.parent_code else None
                fresh.append((code, facts.name, facts.kind, parent))
        added = organization.add_units(government=batch.government, rows=fresh, by=by)
        by_code |= {unit.code: unit for unit in added}
        if len(later) == len(waiting):
            break  # a circle; the check has refused its rows
        waiting = later
    _apply_positions(batch, staff_plan.positions_of_file(rows, state), state, by_code, by=by)


def _change_unit(
    batch: ImportBatch, facts: staff_plan.UnitFacts, by_code: dict[str, WorkUnit], *, by: Any
) -> None:
    parent = by_code.get(facts.parent_code) if facts.parent_code else None
    unit = by_code[facts.code]
    if (unit.name, unit.kind) != (facts.name, facts.kind):
        unit.name, unit.kind = facts.name, facts.kind
        unit.save(update_fields=["name", "kind"])
        audit.record(
            "employees.unit.changed", target=unit, by=by, scope=batch.government.code, batch=batch.pk
        )
    if parent is not None and unit.parent_id != parent.pk:
        unit.refresh_from_db()
        parent.refresh_from_db()
        organization.move_unit(unit=unit, parent=parent, by=by)


def _apply_positions(
    batch: ImportBatch,
    wanted: dict[tuple[str, str], staff_plan.PositionFacts],
    state: State,
    by_code: dict[str, WorkUnit],
    *,
    by: Any,
) -> None:
    led = {facts.unit_code for facts in wanted.values() if facts.is_head}
    for key, facts in state.positions.items():
        # Another post leads the unit now; the constraint allows one at a time.
        if facts.is_head and facts.unit_code in led and not (key in wanted and wanted[key].is_head):
            Position.objects.filter(pk=facts.pk).update(is_head=False)
    fresh = []
    for key, facts in sorted(wanted.items(), key=lambda item: item[1].is_head):
        before = state.positions.get(key)
        values = {name: getattr(facts, name) for name in ("position_class", "level", "is_head")}
        if before is None:
            fresh.append(Position(unit=by_code[facts.unit_code], title=facts.title, **values))
        elif asdict(before) != asdict(facts):
            Position.objects.filter(pk=before.pk).update(**values)
            target = Position(pk=before.pk)
            audit.record(
                "employees.position.changed",
                target=target,
                by=by,
                scope=batch.government.code,
                batch=batch.pk,
                **values,
            )
    Position.objects.bulk_create(fresh, batch_size=2000)


def _apply_portion(
    batch: ImportBatch, organization_state: State, after: int, *, by: Any, at: datetime
) -> tuple[int, int] | None:
    """Apply the next rows in one transaction; return how many were dealt with and the last one's number."""
    with transaction.atomic():
        rows = list(
            batch.rows.select_for_update()
            .filter(effect__in=["new", "changed"], applied=False, row_number__gt=after)
            .order_by("row_number")[:PORTION]
        )
        if not rows:
            return None
        nips = {row.values[name] for row in rows for name in ("nip", "old_nip") if row.values.get(name)}
        emails = {row.values["email"] for row in rows if row.values.get("email")}
        state = staff_plan.with_people(organization_state, nips=nips, emails=emails)
        outcome = [(row, staff_plan.compare(row.values, state)) for row in rows]
        for row, result in outcome:
            if result.problems:
                # Somebody changed the data after the check; the row joins the bad ones.
                row.effect = ""
                row.problems = [
                    {"column": column, "code": code, "params": params}
                    for column, code, params in result.problems
                ]
                row.save(update_fields=["effect", "problems"])
        _create_people(
            [(row, result) for row, result in outcome if result.effect == "new"], batch, state, by=by
        )
        entries = [
            _change_person(row.values, result, batch, state, by=by)
            for row, result in outcome
            if result.effect == "changed"
        ]
        audit.record_many(entries)
        good = [row.pk for row, result in outcome if not result.problems]
        ImportRow.objects.filter(pk__in=good).update(applied=True)
        stamps.bump(
            *(
                f"user:{r.person.user_id}"
                for _row, r in outcome
                if r.person is not None and r.person.user_id is not None
            )
        )
    return len(rows), rows[-1].row_number


def _create_people(
    rows: list[tuple[ImportRow, Comparison]], batch: ImportBatch, state: State, *, by: Any
) -> None:
    if not rows:
        return
    user_ids = next_ids(User, len(rows))
    employee_ids = next_ids(Employee, len(rows))
    copy_rows(
        User,
        ["id", "login", "display_name", "email", "password"],
        (
            (pk, row.values["nip"], row.values["name"], row.values.get("email"), _no_password())
            for pk, (row, _result) in zip(user_ids, rows, strict=True)
        ),
    )
    copy_rows(
        Employee,
        ["id", "government_id", "user_id", "nip", "birth_date", *staff_plan.PERSON_FIELDS],
        (
            (
                pk,
                batch.government_id,
                user_id,
                row.values["nip"],
                row.values.get("birth_date"),
                *(row.values.get(name, "") for name in staff_plan.PERSON_FIELDS),
            )
            for pk, user_id, (row, _result) in zip(employee_ids, user_ids, rows, strict=True)
        ),
    )
    copy_rows(
        Placement,
        ["employee_id", "position_id", "period"],
        (
            (pk, _position_id(row.values, state), DateRange(result.starts, None))
            for pk, (row, result) in zip(employee_ids, rows, strict=True)
        ),
    )
    audit.record_many(
        audit.entry(
            "employees.employee.imported",
            target=Employee(pk=pk),
            by=by,
            scope=batch.government.code,
            batch=batch.pk,
        )
        for pk in employee_ids
    )


def _no_password() -> str:
    """As Django's `make_password(None)`: nothing matches it, and it differs, so that sessions and codes do."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30)


def _position_id(values: Mapping[str, Any], state: State) -> int:
    pk = state.positions[values["unit_code"], values["position"]].pk
    assert pk is not None
    return pk


def _change_person(
    values: dict[str, Any], result: Comparison, batch: ImportBatch, state: State, *, by: Any
) -> AuditEntry:
    person, changes = result.person, result.changes
    assert person is not None
    columns = {
        name: changes[name][1] for name in ("nip", *staff_plan.PERSON_FIELDS, "is_active") if name in changes
    }
    if "nip" in columns:
        columns["birth_date"] = values.get("birth_date")
    if columns:
        Employee.objects.filter(pk=person.pk).update(**columns)
    account = {"login": "nip", "display_name": "name", "email": "email", "is_active": "is_active"}
    user_columns = {name: changes[source][1] for name, source in account.items() if source in changes}
    if user_columns and person.user_id:
        User.objects.filter(pk=person.user_id).update(**user_columns)
    if result.starts is not None:
        _move_person(person, values, result.starts, state)
    return audit.entry(
        "employees.employee.changed",
        target=Employee(pk=person.pk),
        by=by,
        scope=batch.government.code,
        batch=batch.pk,
        fields=sorted(changes),
    )


def _move_person(person: PersonFacts, values: dict[str, Any], starts: date, state: State) -> None:
    position_id = _position_id(values, state)
    place = person.place
    if place is not None and (place.unit_code, place.position) == (values["unit_code"], values["position"]):
        # The start is corrected; an earlier place that ended there moves with it, the shrinking one first.
        earlier = Placement.objects.filter(
            employee=person.pk, is_main=True, period__endswith=place.since
        ).first()
        periods = [(place.pk, DateRange(starts, place.until))]
        if earlier is not None:
            periods.append((earlier.pk, DateRange(earlier.period.lower, starts)))
        for pk, period in periods if starts > place.since else reversed(periods):
            Placement.objects.filter(pk=pk).update(period=period)
        return
    if place is not None and place.since == starts:
        Placement.objects.filter(pk=place.pk).update(position_id=position_id)
        return
    if place is not None and (place.until is None or place.until > starts):
        Placement.objects.filter(pk=place.pk).update(period=DateRange(place.since, starts))
    placement = Placement.objects.create(
        employee_id=person.pk, position_id=position_id, period=DateRange(starts, None)
    )
    if place is not None:
        organization.announce_move(placement)


# --- who appraises whom -----------------------------------------------------------------------------------------------


def _apply_appraisers(batch: ImportBatch, day: date, *, by: Any) -> None:
    """Set the appraisers the file names, then derive the others from the tree.

    Runs after all people exist, whatever the order of the rows. Finds nothing to do when run again. Derived links are
    renewed for the people of the file, and for everybody below a unit whose head this import changed.
    """
    rows = list(
        batch.rows.filter(applied=True)
        .order_by("row_number")
        .values_list(
            "values__nip", "values__appraiser_nip", "values__unit_code", "values__is_head", "changes"
        )
    )
    if not rows:
        return
    people: dict[str, int] = {}
    for nips in in_portions({nip for row in rows for nip in row[:2] if nip}):
        people |= dict(
            Employee.objects.filter(government=batch.government, nip__in=nips).values_list("nip", "pk")
        )
    wanted: dict[int, tuple[int, LinkSource]] = {}
    for nip, appraiser_nip, *_rest in rows:
        if nip in people and appraiser_nip in people:
            wanted[people[nip]] = (people[appraiser_nip], IMPORTED)
    moved = {people[row[0]] for row in rows if row[0] in people and "unit_code" in row[4]}
    led = {row[2] for row in rows if row[3]} | {
        row[4]["unit_code"][0] for row in rows if "unit_code" in row[4]
    }
    listed = {people[row[0]] for row in rows if row[0] in people}
    derived = selectors.derive_appraisers(batch.government, day, listed=listed, below_units=led)
    for employee_id, appraiser_id in derived.items():
        wanted.setdefault(employee_id, (appraiser_id, DERIVED))
    for portion in in_portions(sorted(wanted), PORTION):
        _set_links(batch, {pk: wanted[pk] for pk in portion}, day, moved, by=by)


@transaction.atomic
def _set_links(
    batch: ImportBatch, wanted: dict[int, tuple[int, LinkSource]], day: date, moved: set[int], *, by: Any
) -> None:
    current = {
        link.employee_id: link for link in AppraiserLink.objects.active_on(day).filter(employee__in=wanted)
    }
    ever = set(AppraiserLink.objects.filter(employee__in=wanted).values_list("employee_id", flat=True))
    starts = dict(
        Placement.objects.active_on(day)
        .filter(employee__in=wanted, is_main=True)
        .values_list("employee_id", "period__startswith")
    )
    fresh = []
    for employee_id, (appraiser_id, source) in wanted.items():
        if employee_id not in ever:
            since = starts.get(employee_id) or day
            fresh.append((employee_id, appraiser_id, source.value, DateRange(since, None)))
            continue
        link = current.get(employee_id)
        if link is not None and link.appraiser_id == appraiser_id:
            continue
        is_free = link is None or link.source == DERIVED.value or employee_id in moved
        if source is DERIVED and not is_free:
            continue  # what somebody corrected by hand stays
        organization.set_appraiser(
            employee=Employee.objects.select_related("government").get(pk=employee_id),
            appraiser=Employee.objects.get(pk=appraiser_id),
            since=day,
            source=source,
            by=by,
        )
    copy_rows(AppraiserLink, ["employee_id", "appraiser_id", "source", "period"], fresh)
    if fresh:
        audit.record(
            "employees.import.appraisers_set",
            target=batch,
            by=by,
            scope=batch.government.code,
            links={str(employee_id): appraiser_id for employee_id, appraiser_id, *_rest in fresh},
        )
