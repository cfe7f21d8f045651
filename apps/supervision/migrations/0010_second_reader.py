"""Numbered in advance."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0009_today")]

    operations: list[object] = []
