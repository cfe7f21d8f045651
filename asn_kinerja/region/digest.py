"""What a region holds as one hash: rows without the ids that the database handed out.

Ids of the region's own rows count from where the region's rows begin, so that references stay part of the content.
"""

import hashlib

from django.apps import apps
from django.db import connection, models

from .writing import Writer

# What the clock or the server decides, not the seed: when the rows were made, and places in the audit chain.
_CLOCK = {
    "core_auditentry",
    "core_audithead",
    "core_notification",
    "core_outboxmessage",
    "supervision_figuremark",
}


def content_hash(writer: Writer) -> str:
    """Return a hash over all rows that the writer has copied, table by table."""
    found = hashlib.sha256()
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        for table in sorted(set(writer.counts) - _CLOCK):
            columns = ", ".join(_column(field, writer) for field in by_table[table]._meta.concrete_fields)
            first = writer.bases.get(table, 0)
            cursor.execute(
                f"SELECT md5(string_agg(row::text, '|' ORDER BY id)) FROM"
                f" (SELECT id, ROW({columns}) AS row FROM {table} WHERE id >= %s) rows",
                [first],
            )
            found.update(f"{table}={cursor.fetchone()[0]};".encode())
    return found.hexdigest()


def _column(field: models.Field, writer: Writer) -> str:  # type: ignore[type-arg]
    """Return a column as it is, or counted from where the rows of its table begin."""
    if field.primary_key:
        return "NULL"
    if field.is_relation and field.related_model is not None:
        table = field.related_model._meta.db_table
        return f'"{field.column}" - {writer.bases[table]}' if table in writer.bases else "NULL"
    if field.column in {"content", "path", "inputs", "basis"}:
        # They name ids inside; what else they say stands in other rows as well.
        return "NULL"
    return f'"{field.column}"::text'
