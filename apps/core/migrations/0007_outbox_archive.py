"""Finished messages of the outbox get an archive in parts by year, and the keys of the outbox name the government.

The scope is the government's code (docs/decisions/0015). Indexes of the live table are built beside the old ones and
changed over in one moment; each statement may find its work done, so a stopped migration goes on where it stood.
"""

# lint-ok: DROP_INDEX - no question is asked by scope alone, or by the beginning of a key
# lint-ok: ADD_UNIQUE - USING INDEX: it was built beside, while others wrote

import django.core.serializers.json
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from apps.core.partition_operation import PartitionByYear

CHANGE_OVER = """
DO $$
DECLARE
    name text;
BEGIN
    IF EXISTS (SELECT FROM pg_constraint WHERE conname = 'outbox_key_once_in_scope') THEN
        RETURN;
    END IF;
    LOCK TABLE core_outboxmessage;
    ALTER TABLE core_outboxmessage DROP CONSTRAINT core_outboxmessage_pkey;
    ALTER TABLE core_outboxmessage ADD CONSTRAINT core_outboxmessage_pkey PRIMARY KEY USING INDEX outbox_id_and_scope;
    ALTER TABLE core_outboxmessage ADD CONSTRAINT outbox_key_once_in_scope UNIQUE USING INDEX outbox_key_and_scope;
    ALTER TABLE core_outboxmessage DROP CONSTRAINT IF EXISTS core_outboxmessage_key_key;
    -- Django's companions of a unique key and of an indexed word; their names end in a hash.
    FOR name IN
        SELECT indexname FROM pg_indexes WHERE tablename = 'core_outboxmessage'
        AND (indexname LIKE 'core\\_outboxmessage\\_scope\\_%' OR indexname LIKE 'core\\_outboxmessage\\_key\\_%')
    LOOP
        EXECUTE format('DROP INDEX %I', name);
    END LOOP;
END $$;
"""
CHANGE_BACK = """
ALTER TABLE core_outboxmessage DROP CONSTRAINT core_outboxmessage_pkey,
    DROP CONSTRAINT outbox_key_once_in_scope,
    ADD CONSTRAINT core_outboxmessage_pkey PRIMARY KEY (id),
    ADD CONSTRAINT core_outboxmessage_key_key UNIQUE (key);
CREATE INDEX core_outboxmessage_scope_again ON core_outboxmessage (scope)
"""
# Volatile, so it looks with fresh eyes: RETURNING asks it after the insert has waited for an archiver that had the key.
ARCHIVED = """
CREATE OR REPLACE FUNCTION core_outbox_archived(asked_key text, asked_scope text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM core_outboxarchive WHERE key = asked_key AND scope = asked_scope);
END $$
"""
RETURN_ALL = """
INSERT INTO core_outboxmessage
    (id, scope, task, kwargs, key, created_at, ready_at, attempts, last_error, done_at)
SELECT id, scope, task, kwargs, key, created_at, ready_at, attempts, last_error, done_at FROM core_outboxarchive
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("core", "0006_audit_by_year")]

    operations: list[Operation] = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS outbox_id_and_scope"
                        " ON core_outboxmessage (id, scope)",
                        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS outbox_key_and_scope"
                        " ON core_outboxmessage (key, scope)",
                        CHANGE_OVER,
                    ],
                    [CHANGE_BACK],
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    "outboxmessage", "scope", models.SlugField(blank=True, db_index=False, max_length=40)
                ),
                migrations.AlterField("outboxmessage", "key", models.CharField(max_length=200, null=True)),
                migrations.AddConstraint(
                    "outboxmessage",
                    models.UniqueConstraint(fields=("key", "scope"), name="outbox_key_once_in_scope"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutboxArchive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.SlugField(blank=True, db_index=False, max_length=40)),
                ("task", models.CharField(max_length=100)),
                (
                    "kwargs",
                    models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("key", models.CharField(max_length=200, null=True)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField()),
                ("last_error", models.CharField(blank=True, max_length=200)),
                ("done_at", models.DateTimeField()),
                ("done_on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("key__isnull", False)),
                        fields=["key", "scope"],
                        name="outbox_archive_by_key",
                    )
                ],
            },
        ),
        # Back again every promise returns to where its key is guarded.
        migrations.RunSQL("SELECT 1", RETURN_ALL),
        PartitionByYear("core_outboxarchive", "done_on", key=("id", "scope")),
        migrations.RunSQL(ARCHIVED, "DROP FUNCTION core_outbox_archived(text, text)"),
    ]
