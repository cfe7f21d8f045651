"""Both explain themselves in an objection; changes of a rating know what they were."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_calibration")]

    operations = []
