"""Numbered in advance."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("training", "0010_effects")]

    operations: list[object] = []
