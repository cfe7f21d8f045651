"""Clocks that ran out, and acting appraisers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0009_credit")]

    operations = []
