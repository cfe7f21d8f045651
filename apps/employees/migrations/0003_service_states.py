"""Study, leave, suspension, work elsewhere: when a person is not evaluated as usual."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("employees", "0002_import_and_correction_constraints")]

    operations = []
