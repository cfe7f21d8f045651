"""What migrations of ours need that Django does not have."""

from itertools import groupby
from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class DropFieldIndex(Operation):
    """Drop the index that a field brings along, and say so in the state (`db_index=False`).

    Like `AlterField`, but the models around are not built anew for it: over a hundred such changes cost a fresh
    database forty seconds, and nothing of theirs changes.
    """

    reduces_to_sql = True
    reversible = False

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name = model_name
        self.name = name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the field where the state keeps it, and in the built model if there is one."""
        fields = state.models[app_label, self.model_name.lower()].fields
        fields[self.name] = fields[self.name].clone()
        fields[self.name].db_index = False
        if "apps" in state.__dict__:
            state.apps.get_model(app_label, self.model_name)._meta.get_field(self.name).db_index = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the field's own index and its `_like` companion."""
        model = to_state.apps.get_model(app_label, self.model_name)
        declared = {index.name for index in model._meta.indexes}
        names = schema_editor._constraint_names(
            model, [model._meta.get_field(self.name).column], index=True, unique=False, primary_key=False
        )
        for name in sorted(set(names) - declared):
            schema_editor.execute(schema_editor._delete_index_sql(model, name))

    def database_backwards(self, *_: Any) -> None:
        """Never called: an index that nobody asks for does not come back."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return what `showmigrations --plan` says."""
        return f"Drop the index of {self.model_name}.{self.name}"


class BuiltOnce(migrations.Migration):
    """A migration that builds the models of its state once, where Django builds them anew for each operation.

    Everything hangs on User and Employee, so one more foreign key makes Django build two hundred models again: that was
    nearly all an empty database cost. Here the state takes in all operations first; then each does its work between the
    state before them and the state after them. A table made here is made with all that the migration says of it.

    The schema comes out the same (`tools/same_schema.py` proves it). Fit for what `makemigrations` writes, with
    statements of SQL among it; a function in Python parts the operations into those before and those after it.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
    ) -> ProjectState:
        """Do the work of all operations; `sqlmigrate` shows them one by one, Django's way.

        :raises TypeError: if an operation needs the state of its own moment, or a transaction of its own.
        """
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        if not self.atomic:
            raise TypeError(f"{self}: built once is done in one transaction")
        for is_function, operations in groupby(
            self.operations, lambda one: isinstance(one, migrations.RunPython)
        ):
            if is_function:
                for operation in operations:
                    operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
            else:
                self._apply_together(list(operations), project_state, schema_editor)
        return project_state

    def _apply_together(self, operations: list[Operation], state: ProjectState, schema_editor: Any) -> None:
        for operation in operations:
            if not isinstance(operation, _OF_ANY_MOMENT):
                raise TypeError(f"{self}: not in a migration that is built once: {operation.describe()}")
        before = state.clone()
        state.__dict__.pop("apps", None)
        state.is_delayed = False
        for operation in operations:
            operation.state_forwards(self.app_label, state)
        made = {one.name_lower for one in operations if isinstance(one, migrations.CreateModel)}
        for operation in operations:
            if not (isinstance(operation, _PARTS_OF_A_TABLE) and operation.model_name_lower in made):
                operation.database_forwards(self.app_label, schema_editor, before, state)


_PARTS_OF_A_TABLE = (migrations.AddField, migrations.AddConstraint, migrations.AddIndex)
_OF_ANY_MOMENT = (
    *_PARTS_OF_A_TABLE,
    migrations.AlterField,
    migrations.CreateModel,
    migrations.RemoveConstraint,
    migrations.RemoveField,
    migrations.RemoveIndex,
    migrations.RunSQL,
    CreateExtension,
    DropFieldIndex,
)
