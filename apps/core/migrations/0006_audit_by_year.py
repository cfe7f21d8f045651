"""The audit trail stands in parts by the year of writing, and every key of it names its chain (decision 0016).

No row is written anew: the table as it is becomes the first part. While others go on writing, the column comes with a
constant default and the new keys are built beside the old ones; the change itself is one transaction of some
milliseconds. Every step asks the catalogue whether it is done, so a stopped migration goes on where it stood. Back
again the rows are copied.

The database keeps the rules of a part in two functions, so that the nightly check makes next year's part as this
migration makes the first ones: `core_audit_make_year` and `core_audit_guard`.
"""

# ruff: noqa: S608 - every name stands in this file
# lint-ok: NOT_NULL - the column comes with a default, which the catalogue keeps

from typing import Any

from django.db import migrations, transaction
from django.utils import timezone

TABLE = "core_auditentry"
KEYS = {f"{TABLE}_pkey": "id, scope, year", "audit_one_entry_per_place_in_chain": "scope, seq, year"}

# The settings: the rows are those behind an id, whatever the planner believes of a table that grew since. For the same
# reason the condition and the order are such that only the index of ids answers them: by the index of places the planner
# walked past everything sealed since the last vacuum, because each entry had no place for a moment.
SEALING = r"""
CREATE OR REPLACE FUNCTION core_audit_seal_all() RETURNS trigger
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    head core_audithead;
    entry core_auditentry;
BEGIN
    -- Sealed entries are visible to everybody or nobody, so what has no place here is our own.
    FOR entry IN
        SELECT * FROM core_auditentry WHERE id >= OLD.first_id {same_year} AND hash IS NULL ORDER BY scope || '', id
    LOOP
        IF head.scope IS DISTINCT FROM entry.scope THEN
            IF head.scope IS NOT NULL THEN
                UPDATE core_audithead SET seq = head.seq, hash = head.hash WHERE scope = head.scope;
            END IF;
            SELECT * INTO head FROM core_audithead WHERE scope = entry.scope FOR UPDATE;
            IF NOT FOUND THEN
                INSERT INTO core_audithead (scope, seq, hash) VALUES (entry.scope, 0, '')
                    ON CONFLICT DO NOTHING;
                SELECT * INTO head FROM core_audithead WHERE scope = entry.scope FOR UPDATE;
            END IF;
        END IF;
        entry.seq := head.seq + 1;
        entry.previous_hash := head.hash;
        entry.hash := core_audit_digest(entry);
        UPDATE core_auditentry SET seq = entry.seq, previous_hash = entry.previous_hash, hash = entry.hash
            WHERE id = entry.id {same_year};
        head.seq := entry.seq;
        head.hash := entry.hash;
    END LOOP;
    UPDATE core_audithead SET seq = head.seq, hash = head.hash WHERE scope = head.scope;
    RETURN NULL;
END $$;
"""
# Bound to the row type of the table, so it is made anew for each: the digest itself is that of migration 0003.
DIGEST = r"""
CREATE FUNCTION core_audit_digest(entry core_auditentry) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN encode(sha256(convert_to(concat_ws(E'\x1f',
        entry.previous_hash, entry.scope, entry.seq::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.action, entry.actor, entry.target_type, entry.target_id, entry.data::text), 'UTF8')), 'hex');
END $$;
"""

# Two turns as in migration 0003, with one statement less: the row goes in the first, and its going queues the second.
# A transaction writes into the part of one year, that of its beginning; only rows written straight into a part may add
# another one.
NOTING = r"""
CREATE OR REPLACE FUNCTION core_audit_note_unsealed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Ids of one transaction grow, so its first statement has the smallest.
    INSERT INTO core_auditseal (transaction, first_id {year})
        SELECT pg_current_xact_id(), min(id) {year} FROM inserted {by_year} ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION core_audit_seal_later() RETURNS trigger
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    DELETE FROM core_auditseal WHERE transaction = NEW.transaction {same_year};
    RETURN NULL;
END $$;

DROP TRIGGER core_audit_seal_all ON core_auditseal;
CREATE CONSTRAINT TRIGGER core_audit_seal_all AFTER DELETE ON core_auditseal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal_all();
"""


def sealing(*, by_year: bool) -> str:
    """Return the functions that seal, for the parts or for one plain table."""
    noting = NOTING.format(
        year=", year" if by_year else "",
        by_year="GROUP BY year" if by_year else "HAVING count(*) > 0",
        same_year="AND year = NEW.year" if by_year else "",
    )
    return noting + SEALING.format(same_year="AND year = OLD.year" if by_year else "")


STATEMENT_TRIGGERS = """
CREATE TRIGGER core_audit_note_unsealed AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION core_audit_note_unsealed();
CREATE TRIGGER core_audit_refuse_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();
"""
ROW_TRIGGERS = """
CREATE TRIGGER core_audit_refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER core_audit_refuse_sealed BEFORE INSERT ON {table} FOR EACH ROW
    WHEN (NEW.seq IS NOT NULL OR NEW.previous_hash IS NOT NULL OR NEW.hash IS NOT NULL)
    EXECUTE FUNCTION core_audit_refuse();
"""
TRIGGERS = ("note_unsealed", "refuse_truncate", "refuse_change", "refuse_sealed")

PARTS = rf"""
-- What a part does not get from the whole: triggers of statements. Those of rows come with the attaching.
CREATE FUNCTION core_audit_guard(part regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE replace($sql${STATEMENT_TRIGGERS}$sql$, '{{table}}', part::text);
END $$;

-- The year of writing, in UTC, as far as there is a part for it: without one, entries go on in the newest part, so
-- that no work is refused because a nightly job did not run.
CREATE FUNCTION core_audit_write_until(newest int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE ONLY core_auditentry ALTER year SET DEFAULT'
        ' least(extract(year FROM now() AT TIME ZONE ''UTC''), %s)::smallint', newest);
END $$;

CREATE FUNCTION core_audit_make_year(wanted int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    part text := format('core_auditentry_%s', wanted);
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF core_auditentry (year DEFAULT %s) FOR VALUES IN (%s)',
        part, wanted, wanted);
    PERFORM core_audit_guard(part);
    PERFORM core_audit_write_until((SELECT max(substring(inhrelid::regclass::text FROM '\d+$')::int)
        FROM pg_inherits WHERE inhparent = 'core_auditentry'::regclass));
    RETURN true;
END $$;
"""


def is_in_parts(cursor: Any) -> bool:
    cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass", [TABLE])
    return bool(cursor.fetchone()[0])


def forwards(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if is_in_parts(cursor):
            return
        year = prepare(connection, cursor)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        change_over(cursor, year)


def prepare(connection: Any, cursor: Any) -> int:
    """Add the column, prove it, and build the keys beside, while others write; return the year of the first part."""
    known = "SELECT pg_get_expr(adbin, adrelid)::int FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum"
    cursor.execute(f"{known} WHERE adrelid = %s::regclass AND attname = 'year'", [TABLE])
    if found := cursor.fetchone():
        year = int(found[0])
    else:
        year = timezone.now().year
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN year smallint NOT NULL DEFAULT {year}")
    bound = f"{TABLE}_years"
    cursor.execute(
        f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {bound},"
        f" ADD CONSTRAINT {bound} CHECK (year = {year}) NOT VALID"
    )
    cursor.execute(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT {bound}")
    once = "" if connection.in_atomic_block else "CONCURRENTLY"
    for name, columns in KEYS.items():
        cursor.execute(f"DROP INDEX IF EXISTS {beside(name)}")
        cursor.execute(f"CREATE UNIQUE INDEX {once} {beside(name)} ON {TABLE} ({columns})")
    return year


def beside(key: str) -> str:
    return f"{key}_beside"


def change_over(cursor: Any, year: int) -> None:
    """Make the table the first part of one of its name, in one short transaction."""
    first = f"{TABLE}_{year}"
    cursor.execute(f"LOCK TABLE {TABLE}, core_auditseal")
    for trigger in TRIGGERS:
        cursor.execute(f"DROP TRIGGER core_audit_{trigger} ON {TABLE}")
    cursor.execute("DROP FUNCTION core_audit_digest(core_auditentry)")
    cursor.execute("ALTER INDEX audit_by_target RENAME TO audit_by_target_" + str(year))
    for name in KEYS:
        kind = "PRIMARY KEY" if name.endswith("_pkey") else "UNIQUE"
        own = f"{first}_pkey" if kind == "PRIMARY KEY" else f"{name}_{year}"
        cursor.execute(
            f"ALTER TABLE {TABLE} DROP CONSTRAINT {name}, ADD CONSTRAINT {own} {kind} USING INDEX {beside(name)}"
        )
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [TABLE])
    next_id = int(cursor.fetchone()[0])
    cursor.execute(f"ALTER TABLE {TABLE} ALTER id DROP IDENTITY")
    cursor.execute(f"ALTER TABLE {TABLE} RENAME TO {first}")
    cursor.execute(f"CREATE TABLE {TABLE} (LIKE {first}) PARTITION BY LIST (year)")
    # Not an identity: before PostgreSQL 17 a table in parts cannot have one. Known to Django all the same.
    cursor.execute(f"CREATE SEQUENCE {TABLE}_id_seq START {next_id} OWNED BY {TABLE}.id")
    for table in (TABLE, first):
        cursor.execute(f"ALTER TABLE {table} ALTER id SET DEFAULT nextval('{TABLE}_id_seq')")
    for name, columns in KEYS.items():
        kind = "PRIMARY KEY" if name.endswith("_pkey") else "UNIQUE"
        cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {kind} ({columns})")
    cursor.execute(f"CREATE INDEX audit_by_target ON {TABLE} (target_type, target_id, id DESC)")
    # Its rows lie in transactions that have not ended: after a crash there are none, so nothing of it need be kept.
    cursor.execute(
        "ALTER TABLE core_auditseal ADD COLUMN year smallint NOT NULL DEFAULT 0,"
        " DROP COLUMN turn, DROP CONSTRAINT core_auditseal_pkey, ADD PRIMARY KEY (transaction, year)"
    )
    cursor.execute("ALTER TABLE core_auditseal ALTER year DROP DEFAULT")
    cursor.execute("ALTER TABLE core_auditseal SET UNLOGGED")
    cursor.execute(DIGEST + sealing(by_year=True) + PARTS)
    cursor.execute((STATEMENT_TRIGGERS + ROW_TRIGGERS).format(table=TABLE))
    cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {first} FOR VALUES IN ({year})")
    cursor.execute(f"ALTER TABLE {first} DROP CONSTRAINT {TABLE}_years")
    cursor.execute("SELECT core_audit_guard(%s), core_audit_make_year(%s)", [first, year + 1])


def backwards(apps: Any, schema_editor: Any) -> None:
    """Copy all parts into one plain table. The shorter way of sealing stays."""
    connection = schema_editor.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if not is_in_parts(cursor):
            return
        cursor.execute(f"LOCK TABLE {TABLE}, core_auditseal")
        cursor.execute(f"SELECT nextval('{TABLE}_id_seq')")
        next_id = cursor.fetchone()[0]
        cursor.execute(f"CREATE TABLE {TABLE}_whole (LIKE {TABLE})")
        cursor.execute(f"INSERT INTO {TABLE}_whole SELECT * FROM {TABLE}")
        cursor.execute(
            f"DROP FUNCTION core_audit_digest({TABLE}), core_audit_make_year(int), core_audit_write_until(int),"
            " core_audit_guard(regclass)"
        )
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE {TABLE}_whole RENAME TO {TABLE}")
        cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN year")
        cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_pkey PRIMARY KEY (id)")
        cursor.execute(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT audit_one_entry_per_place_in_chain UNIQUE (scope, seq)"
        )
        cursor.execute(f"CREATE INDEX audit_by_target ON {TABLE} (target_type, target_id, id DESC)")
        cursor.execute(
            f"ALTER TABLE {TABLE} ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH {next_id})"
        )
        cursor.execute(
            "ALTER TABLE core_auditseal DROP CONSTRAINT core_auditseal_pkey, DROP COLUMN year,"
            " ADD COLUMN turn smallint NOT NULL DEFAULT 1, ADD PRIMARY KEY (transaction)"
        )
        cursor.execute("ALTER TABLE core_auditseal SET LOGGED")
        cursor.execute(DIGEST + sealing(by_year=False))
        cursor.execute((STATEMENT_TRIGGERS + ROW_TRIGGERS).format(table=TABLE))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("core", "0005_no_needless_indexes")]

    operations = [migrations.RunPython(forwards, backwards)]
