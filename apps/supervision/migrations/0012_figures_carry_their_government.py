"""Figures of units carry their government in column and keys (docs/decisions/0015)."""

from django.db import migrations

from apps.core.government_keys import CarryGovernment


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("supervision", "0011_no_needless_indexes")]

    operations = [
        CarryGovernment(columns={"supervision_unitfigure": "unit_id"}, keys=["supervision_unitfigure"])
    ]
