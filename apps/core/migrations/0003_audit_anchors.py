"""The chain sealed in one pass per transaction, and rows that say which heads were noted outside the database.

Until now each entry was sealed by a deferred trigger of its own, with its own change of the head row: a thousand
entries of one transaction made a thousand versions of one row, and each had to walk past all before it. Now a
transaction leaves one row in core_auditseal, and one call seals all its entries.

That call must come last. Foreign keys are checked in the end too and lock the rows they point to; a transaction that
held a head while it waited for such a row stood in a circle with one that held the row and waited for the head. So
the first turn of the deferred triggers only changes the row in core_auditseal, which queues a second turn behind
everything else; that one takes the heads, in the order of their names.
"""
# lint-ok: NOT_NULL - no release before this one runs anywhere
# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations, models

FORWARD = r"""
CREATE TABLE core_auditseal (
    transaction xid8 PRIMARY KEY,
    first_id bigint NOT NULL,
    turn smallint NOT NULL DEFAULT 1
);

CREATE FUNCTION core_audit_note_unsealed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Ids of one transaction grow, so its first statement has the smallest.
    INSERT INTO core_auditseal (transaction, first_id)
        SELECT pg_current_xact_id(), min(id) FROM inserted HAVING count(*) > 0
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION core_audit_seal_later() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE core_auditseal SET turn = 2 WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;

-- The settings: the rows are those behind an id, whatever the planner believes of a table that grew since.
CREATE FUNCTION core_audit_seal_all() RETURNS trigger
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    head core_audithead;
    entry core_auditentry;
BEGIN
    -- Sealed entries are visible to everybody or nobody, so what has no place here is our own.
    FOR entry IN
        SELECT * FROM core_auditentry WHERE id >= NEW.first_id AND seq IS NULL ORDER BY scope, id
    LOOP
        IF head.scope IS DISTINCT FROM entry.scope THEN
            UPDATE core_audithead SET seq = head.seq, hash = head.hash WHERE scope = head.scope;
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
            WHERE id = entry.id;
        head.seq := entry.seq;
        head.hash := entry.hash;
    END LOOP;
    UPDATE core_audithead SET seq = head.seq, hash = head.hash WHERE scope = head.scope;
    DELETE FROM core_auditseal WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;

-- The same digest as before. In PL/pgSQL its plan is kept from row to row: a tenth off the price of an entry.
CREATE OR REPLACE FUNCTION core_audit_digest(entry core_auditentry) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN encode(sha256(convert_to(concat_ws(E'\x1f',
        entry.previous_hash, entry.scope, entry.seq::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.action, entry.actor, entry.target_type, entry.target_id, entry.data::text), 'UTF8')), 'hex');
END $$;

DROP TRIGGER core_audit_seal ON core_auditentry;
DROP FUNCTION core_audit_seal();

CREATE TRIGGER core_audit_note_unsealed AFTER INSERT ON core_auditentry
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION core_audit_note_unsealed();
CREATE CONSTRAINT TRIGGER core_audit_seal_later AFTER INSERT ON core_auditseal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal_later();
CREATE CONSTRAINT TRIGGER core_audit_seal_all AFTER UPDATE ON core_auditseal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal_all();

-- Nobody brings a place in the chain along.
CREATE TRIGGER core_audit_refuse_sealed BEFORE INSERT ON core_auditentry FOR EACH ROW
    WHEN (NEW.seq IS NOT NULL OR NEW.previous_hash IS NOT NULL OR NEW.hash IS NOT NULL)
    EXECUTE FUNCTION core_audit_refuse();
"""

BACKWARD = r"""
DROP TRIGGER core_audit_refuse_sealed ON core_auditentry;
DROP TRIGGER core_audit_note_unsealed ON core_auditentry;
DROP TABLE core_auditseal;
DROP FUNCTION core_audit_seal_all();
DROP FUNCTION core_audit_seal_later();
DROP FUNCTION core_audit_note_unsealed();

CREATE FUNCTION core_audit_seal() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    head core_audithead;
    sealed core_auditentry;
BEGIN
    INSERT INTO core_audithead (scope, seq, hash) VALUES (NEW.scope, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM core_audithead WHERE scope = NEW.scope FOR UPDATE;
    sealed := NEW;
    sealed.seq := head.seq + 1;
    sealed.previous_hash := head.hash;
    sealed.hash := core_audit_digest(sealed);
    UPDATE core_auditentry SET seq = sealed.seq, previous_hash = sealed.previous_hash, hash = sealed.hash
        WHERE id = NEW.id;
    UPDATE core_audithead SET seq = sealed.seq, hash = sealed.hash WHERE scope = NEW.scope;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER core_audit_seal AFTER INSERT ON core_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_chain")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        # The unique key on scope and seq begins with it; two further indexes only made every entry dearer.
        migrations.AlterField(
            model_name="auditentry",
            name="scope",
            field=models.SlugField(blank=True, db_index=False, max_length=40),
        ),
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("scope", models.SlugField(blank=True, db_index=False, max_length=40)),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("written_to", models.CharField(max_length=400)),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hour", "scope"), name="audit_anchor_once_an_hour"),
                ],
            },
        ),
    ]
