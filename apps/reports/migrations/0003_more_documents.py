"""Annexes, evaluation forms, objections and credit documents."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_documents_know_what_they_are_about")]

    operations = []
