"""The audit chain in the database: digest, sealing at commit, and refusal of any later change."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION core_audit_digest(entry core_auditentry) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\x1f',
        entry.previous_hash, entry.scope, entry.seq::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.action, entry.actor, entry.target_type, entry.target_id, entry.data::text), 'UTF8')), 'hex')
$$;

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

CREATE FUNCTION core_audit_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Sealing fills the three empty columns once; nothing else may ever change.
    IF TG_OP = 'UPDATE' THEN
        IF OLD.hash IS NULL AND NEW.hash IS NOT NULL
           AND (NEW.id, NEW.scope, NEW.at, NEW.action, NEW.actor, NEW.target_type, NEW.target_id, NEW.data)
               IS NOT DISTINCT FROM
               (OLD.id, OLD.scope, OLD.at, OLD.action, OLD.actor, OLD.target_type, OLD.target_id, OLD.data)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER core_audit_refuse_change BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER core_audit_refuse_truncate BEFORE TRUNCATE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();
"""

BACKWARD = """
DROP TRIGGER core_audit_refuse_truncate ON core_auditentry;
DROP TRIGGER core_audit_refuse_change ON core_auditentry;
DROP TRIGGER core_audit_seal ON core_auditentry;
DROP FUNCTION core_audit_refuse();
DROP FUNCTION core_audit_seal();
DROP FUNCTION core_audit_digest(core_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
