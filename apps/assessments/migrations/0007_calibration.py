"""Drafts of ratings, reasons for a deviating distribution, calibration."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_dialogue")]

    operations = []
