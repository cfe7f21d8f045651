"""Numbered in advance."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0008_practice")]

    operations: list[object] = []
