from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessments", "0011_loans_and_batches"),
        ("feedback", "0012_alerts"),
        ("core", "0002_audit_chain"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = []
