"""The database as Django's own backend has it, except for one thing it believes of primary keys.

Large tables have the primary key (id, government_id); the models name `id` alone (docs/decisions/0015). Django would
shorten `GROUP BY` to the primary key it knows, and the database would refuse the other columns. So all are written;
where a whole key is among them, the planner leaves out the rest again.
"""

from typing import Any

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """What this database can do."""

    def allows_group_by_selected_pks_on_model(self, model: Any) -> bool:
        """Return whether a model's primary key stands for all its columns."""
        return False


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection."""

    features_class = DatabaseFeatures
