"""Plans are revised within the year; every approved version is kept; templates."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_rows_know_their_revision")]

    operations = []
