"""Numbered in advance."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0012_reminders")]

    operations: list[object] = []
