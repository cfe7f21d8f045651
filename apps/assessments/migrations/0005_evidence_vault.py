"""Evidence knows what it looks like, what it was asked, and what the appraiser thinks of it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_reports_keep_their_history")]

    operations = []
