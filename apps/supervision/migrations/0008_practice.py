"""Numbered in advance."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0007_career")]

    operations: list[object] = []
