"""Operations of migrations that Django does not have."""

from typing import Any

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
