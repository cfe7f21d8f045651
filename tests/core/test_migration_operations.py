"""A migration that builds its models once makes what Django makes of the same operations."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models, transaction
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from apps.core.migration_operations import BuiltOnce

MADE = ("core_there", "core_first", "core_second")


def _id() -> models.BigAutoField:
    return models.BigAutoField(primary_key=True)


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(model, on_delete=models.PROTECT, null=True)


def _write_rows(apps: Any, schema_editor: Any) -> None:
    second = apps.get_model("core", "Second").objects.create(name="from Python")
    assert not hasattr(second, "late"), "the state is that of its own moment"


class There(migrations.Migration):
    operations = [
        migrations.CreateModel("There", [("id", _id()), ("size", models.IntegerField())]),
        migrations.AddConstraint(
            "there",
            constraint=models.CheckConstraint(condition=models.Q(size__gt=0), name="there_size_is_some"),
        ),
    ]


# Two tables that point at each other, an older one that changes, statements and a function between them.
OPERATIONS = [
    migrations.CreateModel("First", [("id", _id()), ("name", models.CharField(max_length=10, unique=True))]),
    migrations.CreateModel(
        "Second", [("id", _id()), ("name", models.SlugField()), ("first", _to("core.First"))]
    ),
    migrations.AddField("first", "second", _to("core.Second")),
    migrations.AddField("there", "first", _to("core.First")),
    migrations.AddField("there", "word", models.CharField(max_length=5, default="word", db_index=True)),
    migrations.AlterField("there", "size", models.BigIntegerField(null=True)),
    migrations.RemoveConstraint("there", "there_size_is_some"),
    migrations.RunSQL("INSERT INTO core_there (size, word) VALUES (7, 'sql')", migrations.RunSQL.noop),
    migrations.AddConstraint(
        "there", constraint=models.CheckConstraint(condition=models.Q(size__gt=5), name="there_size_is_some")
    ),
    migrations.AddConstraint(
        "second",
        constraint=models.UniqueConstraint(
            fields=["name"], condition=models.Q(first=None), name="second_once"
        ),
    ),
    migrations.AddIndex("second", index=models.Index(fields=["name", "first"], name="second_by_name")),
    migrations.RunPython(_write_rows, migrations.RunPython.noop),
    migrations.AddField("second", "late", models.BooleanField(default=False)),
]


def _made_by(kind: type[Migration]) -> dict[str, Any]:
    """Migrate, describe everything, and take it all back."""
    subject = type("Subject", (kind,), {"operations": OPERATIONS})("subject", "core")
    state = ProjectState()
    with transaction.atomic():
        with connection.schema_editor() as editor:
            state = There("there", "core").apply(state, editor)
        with connection.schema_editor() as editor:
            state = subject.apply(state, editor)
        found = {name: _described(name) for name in MADE}
        transaction.set_rollback(True)
    built = {
        name: sorted(field.name for field in state.apps.get_model("core", name)._meta.get_fields())
        for name in ("There", "First", "Second")
    }
    return {"tables": found, "models": built, "state": sorted(state.models)}


def _described(table: str) -> dict[str, Any]:
    questions = {
        "columns": """
            SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
            WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""",
        "constraints": """
            SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = %s::regclass ORDER BY conname""",
        "indexes": """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = %s::regclass ORDER BY 1""",
    }
    with connection.cursor() as cursor:
        answers = {}
        for name, question in questions.items():
            cursor.execute(question, [table])
            answers[name] = cursor.fetchall()
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        answers["rows"] = cursor.fetchall()
    return answers


@pytest.mark.django_db(transaction=True)
def test_it_makes_the_same() -> None:
    once = _made_by(BuiltOnce)
    assert once == _made_by(migrations.Migration)
    assert {name for name, *_ in once["tables"]["core_second"]["columns"]} == {
        "id",
        "name",
        "first_id",
        "late",
    }
    assert [row[-1] for row in once["tables"]["core_there"]["rows"]] == ["sql"]
    assert len(once["tables"]["core_second"]["rows"]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("operation", "atomic"),
    [
        (migrations.RenameField("there", "size", "width"), True),
        (migrations.RenameModel("There", "Elsewhere"), True),
        (migrations.AlterField("there", "size", models.BigIntegerField()), False),
    ],
)
def test_it_refuses_what_needs_its_own_moment(operation: Any, atomic: bool) -> None:
    subject = type("Subject", (BuiltOnce,), {"operations": [operation], "atomic": atomic})("subject", "core")
    with transaction.atomic():
        with connection.schema_editor() as editor:
            state = There("there", "core").apply(ProjectState(), editor)
        before = _described("core_there")
        with connection.schema_editor() as editor, pytest.raises(TypeError, match="built once"):
            subject.apply(state, editor)
        assert _described("core_there") == before
        transaction.set_rollback(True)


def test_sqlmigrate_shows_each_operation(db: None) -> None:
    said = io.StringIO()
    call_command("sqlmigrate", "training", "0011", stdout=said)
    shown = said.getvalue()
    assert shown.count("-- Create constraint") == 3
    assert 'ADD COLUMN "withdrawn_at"' in shown
