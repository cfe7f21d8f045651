"""Feedback per value, dialogue notes, peers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_evidence_vault")]

    operations = []
