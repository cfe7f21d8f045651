"""Consequences of an evaluation, as proposals."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("training", "0003_topics")]

    operations = []
