"""Unit targets per period, the matrix, and proposals to approved plans."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_plan_revisions")]

    operations = []
