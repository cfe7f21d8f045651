"""Opened records and rows of imports carry their government in column and keys (docs/decisions/0015)."""

from django.db import migrations

from apps.core.government_keys import CarryGovernment


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("employees", "0006_no_needless_indexes")]

    operations = [
        CarryGovernment(
            columns={"employees_recordview": "employee_id", "employees_importrow": "batch_id"},
            keys=["employees_recordview", "employees_importrow"],
        )
    ]
