from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_escalations"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = []
