"""Staff lists: check first, apply later. Nothing changes before `apply_batch`; a repeated import finds nothing to do.

Checking is set-based: the file is read once into temporary tables, and what concerns many rows is SQL over them
(staff_staging.py); only rows about people on record are compared one by one, in portions. Applying goes in portions,
each one transaction; whatever was applied stays applied when the worker is killed, and the next run continues behind
it (`ImportRow.applied`). New people come straight from the rows of the batch (staff_people.py).
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Min, QuerySet

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
from . import organization, staff_people, staff_plan, staff_staging
from .staff_plan import Comparison, PersonFacts, State, in_portions
from .staff_rows import COLUMNS, REQUIRED, StaffRow, cleaner

# People in one transaction; a long list of new people takes larger steps, as each has the price of a commit.
PORTION, LARGEST_PORTION = 500, 2000
# A province and its schools; more than that is several lists.
LIMITS = reading.Limits(max_bytes=60_000_000, max_rows=150_000)
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
    try:
        with transaction.atomic():
            return _check(government, content, file_name, by=by, at=at)
    except SheetRefused as refusal:
        return _refused(government, file_name, refusal, by=by, at=at)


def _check(government: Government, content: bytes, file_name: str, *, by: Any, at: datetime) -> ImportBatch:
    table = read_table(content, file_name, LIMITS, aliases=COLUMNS, required=REQUIRED)
    titles = {column.name: column.title for column in table.columns if column.known}
    warnings = [{"code": warning.code, "params": dict(warning.params)} for warning in table.warnings]
    clean = cleaner(titles)
    said: dict[str, StaffRow] = {}
    count = 0
    staff_staging.open_tables()
    for rows in in_portions(map(clean, table.rows)):
        staff_staging.add(rows, said)
        count += len(rows)
    if not count:
        raise reading.EmptyFile
    staff_staging.settle()
    staff_staging.refuse_repetitions()
    day = local_date(at, government.timezone)
    state = staff_plan.load_state(government, day, nips=(), emails=(), with_heads=True)
    units = staff_plan.units_of_file(said.values(), state)
    staff_staging.spread_units(said)
    positions = _posts_of_file(state)
    _refuse_second_heads(state)
    staff_staging.refuse_unknown_appraisers(government)
    staff_staging.find_known()
    _compare_known(state)
    staff_staging.note_bad_appraisers(government)
    _add_unit_and_position_changes(units, positions, state)
    columns = [name for name in COLUMNS if name in titles]
    summary = {"rows": count, "warnings": warnings, "columns": columns}
    return _store(government, content, file_name, units, state, summary, by=by, at=at)


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


def _posts_of_file(state: State) -> dict[tuple[str, str], staff_plan.PositionFacts]:
    kinds = staff_staging.posts_of_good_rows()
    said = staff_plan.positions_of_file(kinds, state)
    # A row without a class is wrong only before the one that names it: such posts are read row by row.
    mixed = {key for row in kinds if row.problems and (key := staff_plan.post_of(row)) in said}
    singles: list[StaffRow] = []
    if mixed:
        singles = staff_staging.good_rows_of_posts(sorted(mixed))
        staff_plan.positions_of_file(singles, state)
        kinds = [row for row in kinds if staff_plan.post_of(row) not in mixed]
    staff_staging.spread_posts(kinds, singles)
    return said


def _refuse_second_heads(state: State) -> None:
    heads = staff_staging.heads()
    holders = {nip for row in heads for nip in state.head_holders.get(row.values["unit_code"], [])}
    known = {row.number for row in heads}
    others = [row for row in staff_staging.good_rows_of(sorted(holders)) if row.number not in known]
    staff_plan.refuse_second_heads([*heads, *others], state)
    staff_staging.add_problems(heads)


def _compare_known(state: State) -> None:
    """Compare the rows about people on record with what is recorded, portion by portion."""
    for rows in staff_staging.known_portions(PORTION):
        nips = {row.values[name] for row in rows for name in ("nip", "old_nip") if row.values.get(name)}
        emails = {row.values["email"] for row in rows if row.values.get("email")}
        here = staff_plan.with_people(state, nips=nips, emails=emails)
        kept = []
        for row in rows:
            result = staff_plan.compare(row.values, here)
            for column, code, params in result.problems:
                row.refuse(column, code, **params)
            if row.is_good:
                kept.append((row.number, result.person is None, result.changes))
        staff_staging.keep_comparisons(kept)
        staff_staging.add_problems(rows)


def _add_unit_and_position_changes(
    units: dict[str, staff_plan.UnitFacts],
    positions: dict[tuple[str, str], staff_plan.PositionFacts],
    state: State,
) -> None:
    """Show a change of a unit or a post once, at the first good row that speaks of it."""
    shown: dict[int, dict[str, list[Any]]] = {}
    for first, present, wanted, names in (
        (
            staff_staging.first_good_rows("unit"),
            state.units,
            units,
            {"name": "unit_name", "kind": "unit_kind", "parent_code": "parent_code"},
        ),
        (
            staff_staging.first_good_rows("post"),
            state.positions,
            positions,
            {name: name for name in ("position_class", "level", "is_head")},
        ),
    ):
        for key, number in first.items():
            before, after = present.get(key), wanted.get(key)
            if before is None or after is None:
                continue
            for name, label in names.items():
                old, new = getattr(before, name), getattr(after, name)
                if old != new:
                    shown.setdefault(number, {})[label] = [old, new]
    staff_staging.add_changes(shown)


def _store(
    government: Government,
    content: bytes,
    file_name: str,
    units: dict[str, staff_plan.UnitFacts],
    state: State,
    summary: dict[str, Any],
    *,
    by: Any,
    at: datetime,
) -> ImportBatch:
    suffix = file_name.rsplit(".", 1)[-1].lower()
    stored = files.store(content, TYPES.get(suffix, "application/octet-stream"))
    batch = ImportBatch.objects.create(
        government=government,
        file=stored,
        file_name=file_name[:200],
        uploaded_by=account_behind(by),
        uploaded_at=at,
        status=CHECKED,
    )
    staff_staging.store(batch, summary["columns"])
    effects = dict(batch.rows.values_list("effect").annotate(number=Count("pk")))
    counts = {word: effects.get(word, 0) for word in ("new", "changed", "unchanged")}
    wanted = staff_staging.first_good_rows("unit").keys()
    batch.summary = summary | {
        "good": sum(counts.values()),
        "bad": effects.get("", 0),
        **counts,
        "units_new": sum(code not in state.units for code in _with_parents(wanted, units)),
    }
    batch.save(update_fields=["summary"])
    audit.record(
        "employees.import.checked",
        target=batch,
        by=by,
        scope=government.code,
        at=at,
        file=stored.sha256,
        **{key: batch.summary[key] for key in ("rows", "good", "bad", "new", "changed", "unchanged")},
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
    # Whoever is on record already is locked until the commit, so then the steps stay short.
    only_new = not work.filter(applied=False, effect="changed").exists()
    size = min(max(PORTION, left // 10), LARGEST_PORTION) if only_new else PORTION
    last = 0
    while portion := _apply_portion(batch, state, last, size, by=by):
        count, last = portion
        report.advance(count)
    _apply_appraisers(batch, day, size, by=by)
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


def _first_of_each_kind(rows: QuerySet[ImportRow], names: Sequence[str]) -> list[StaffRow]:
    """Return the first of the rows that say the same in these columns, in the order of the file."""
    kinds = rows.order_by().values(*(f"values__{name}" for name in names)).annotate(first=Min("row_number"))
    # Numbers first, rows by number then: one statement would trust statistics that are older than the list.
    return [
        StaffRow(number, values)
        for numbers in in_portions(sorted(kinds.values_list("first", flat=True)))
        for number, values in rows.filter(row_number__in=numbers)
        .order_by("row_number")
        .values_list("row_number", "values")
    ]


@transaction.atomic
def _apply_units_and_positions(batch: ImportBatch, *, by: Any) -> None:
    """Create and change the units and posts of the good rows, parents first whatever the order of the rows."""
    good = batch.rows.exclude(effect="")
    rows = _first_of_each_kind(good, staff_staging.POST)
    everything = _first_of_each_kind(batch.rows.all(), staff_staging.UNIT)
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
        elif before != facts:
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
    batch: ImportBatch, organization_state: State, after: int, size: int, *, by: Any
) -> tuple[int, int] | None:
    """Apply the next rows in one transaction; return how many were dealt with and the last one's number.

    The lock of the batch keeps a second worker off its rows.
    """
    left = batch.rows.filter(effect__in=["new", "changed"], applied=False)
    with transaction.atomic():
        ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        numbers = list(
            left.filter(row_number__gt=after)
            .order_by("row_number")
            .values_list("row_number", flat=True)[:size]
        )
        if not numbers:
            return None
        first, last = numbers[0], numbers[-1]
        staff_people.create_people(batch, first=first, last=last, day=organization_state.day, by=by)
        _apply_others(
            list(left.filter(row_number__range=(first, last)).order_by("row_number")),
            batch,
            organization_state,
            by=by,
        )
    return len(numbers), last


def _apply_others(rows: list[ImportRow], batch: ImportBatch, organization_state: State, *, by: Any) -> None:
    """Apply what needs a look at the person, and refuse what changed since the check."""
    if not rows:
        return
    nips = {row.values[name] for row in rows for name in ("nip", "old_nip") if row.values.get(name)}
    emails = {row.values["email"] for row in rows if row.values.get("email")}
    state = staff_plan.with_people(organization_state, nips=nips, emails=emails)
    outcome = [(row, staff_plan.compare(row.values, state)) for row in rows]
    for row, result in outcome:
        if result.problems:
            # Somebody changed the data after the check; the row joins the bad ones.
            row.effect = ""
            row.problems = [
                {"column": column, "code": code, "params": params} for column, code, params in result.problems
            ]
            row.save(update_fields=["effect", "problems"])
    _create_people([(row, result) for row, result in outcome if result.effect == "new"], batch, state, by=by)
    audit.record_many(
        [
            _change_person(row.values, result, batch, state, by=by)
            for row, result in outcome
            if result.effect == "changed"
        ]
    )
    good = [row.pk for row, result in outcome if not result.problems]
    ImportRow.objects.filter(pk__in=good).update(applied=True)
    stamps.bump(
        *(
            f"user:{r.person.user_id}"
            for _row, r in outcome
            if r.person is not None and r.person.user_id is not None
        )
    )


def _create_people(
    rows: list[tuple[ImportRow, Comparison]], batch: ImportBatch, state: State, *, by: Any
) -> None:
    """Make the few people whom one statement could not make: a row with a wrong NIP that belongs elsewhere."""
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


def _apply_appraisers(batch: ImportBatch, day: date, size: int, *, by: Any) -> None:
    """Set the appraisers the file names, then derive the others from the tree.

    Runs after all people exist, whatever the order of the rows. Finds nothing to do when run again. Derived links are
    renewed for the people of the file, and for everybody below a unit whose head this import changed.
    """
    applied = batch.rows.filter(applied=True)
    if not applied.exists():
        return
    wanted: dict[int, tuple[int, LinkSource]] = {}
    listed: set[int] = set()
    moved: set[int] = set()
    for employee_id, appraiser_id, is_moved in _people_and_bosses(batch):
        listed.add(employee_id)
        if appraiser_id is not None:
            wanted[employee_id] = (appraiser_id, IMPORTED)
        if is_moved:
            moved.add(employee_id)
    led = set(applied.filter(values__is_head=True).values_list("values__unit_code", flat=True))
    left = applied.filter(changes__has_key="unit_code").values_list("changes__unit_code__0", flat=True)
    led |= set(left.distinct())
    derived = selectors.derive_appraisers(batch.government, day, listed=listed, below_units=led)
    for employee_id, appraiser_id in derived.items():
        wanted.setdefault(employee_id, (appraiser_id, DERIVED))
    for portion in in_portions(sorted(wanted), size):
        _set_links(batch, {pk: wanted[pk] for pk in portion}, day, moved, by=by)


def _people_and_bosses(batch: ImportBatch) -> list[tuple[int, int | None, bool]]:
    """Return the people of the applied rows, the appraisers the file names, and whether they changed the unit."""
    # "+ 0": people came in a moment ago, the planner may believe the government empty and read all of it per row.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT person.id, boss.id, row.changes ? 'unit_code'
            FROM employees_importrow row
            JOIN employees_employee person
              ON person.nip = row."values" ->> 'nip' AND person.government_id + 0 = %(government)s
            LEFT JOIN employees_employee boss
              ON boss.nip = row."values" ->> 'appraiser_nip' AND boss.government_id + 0 = %(government)s
            WHERE row.batch_id = %(batch)s AND row.applied ORDER BY row.row_number
            """,
            {"batch": batch.pk, "government": batch.government_id},
        )
        return list(cursor.fetchall())


def _present_links(
    people: Iterable[int], day: date
) -> list[tuple[int, int | None, str | None, bool, date | None]]:
    """Return of each of these people the present appraiser and where that comes from (None without a link), whether
    there ever was one, and since when they are at their main place.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT person.id, link.appraiser_id, link.source,
                   EXISTS (SELECT FROM employees_appraiserlink ever WHERE ever.employee_id = person.id OFFSET 0),
                   (SELECT lower(place.period) FROM employees_placement place
                    WHERE place.employee_id = person.id AND place.is_main AND place.period @> %(day)s::date)
            FROM unnest(%(people)s::bigint[]) WITH ORDINALITY AS person (id, place)
            LEFT JOIN employees_appraiserlink link ON link.employee_id = person.id AND link.period @> %(day)s::date
            ORDER BY person.place
            """,
            {"people": list(people), "day": day},
        )
        return list(cursor.fetchall())


@transaction.atomic
def _set_links(
    batch: ImportBatch, wanted: dict[int, tuple[int, LinkSource]], day: date, moved: set[int], *, by: Any
) -> None:
    fresh = []
    for employee_id, present_id, present_source, was_ever, starts in _present_links(wanted, day):
        appraiser_id, source = wanted[employee_id]
        if not was_ever:
            fresh.append((employee_id, appraiser_id, source.value, DateRange(starts or day, None)))
            continue
        if present_id == appraiser_id:
            continue
        is_free = present_source in {None, DERIVED.value} or employee_id in moved
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
